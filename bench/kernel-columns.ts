/** Options in the memory of the kernels module, and its batch kernels over them. */
import { column, kernels, view } from "../test/kernels.ts";
import type { Options } from "./cases.ts";

export interface Placed {
  n: number;
  options: Record<Exclude<keyof Options, "n">, number>;
  /** Room for 14 columns of n results. */
  out: number;
}

export function placed(o: Options): Placed {
  const at = (values: Float64Array) => column(o.n, values);
  return {
    n: o.n,
    options: {
      forward: at(o.forward),
      strike: at(o.strike),
      tau: at(o.tau),
      sqrtTau: at(o.sqrtTau),
      vol: at(o.vol),
      rate: at(o.rate),
      discount: at(o.discount),
      callPut: at(o.callPut),
    },
    out: column(14 * o.n),
  };
}

export const results = ({ out, n }: Placed, columns = 1): Float64Array => view(out, columns * n).slice();

export function prices({ n, options: o, out }: Placed): void {
  kernels.priceColumns(n, o.forward, o.strike, o.sqrtTau, o.vol, o.discount, o.callPut, out);
}

export function greeks({ n, options: o, out }: Placed): void {
  kernels.greekColumns(n, o.forward, o.strike, o.tau, o.sqrtTau, o.vol, o.rate, o.discount, o.callPut, out, 8 * n);
}

export function higherGreeks({ n, options: o, out }: Placed): void {
  kernels.higherGreekColumns(n, o.forward, o.strike, o.sqrtTau, o.vol, o.rate, o.discount, o.callPut, out, 8 * n);
}

/** Implied vols of the prices at `price` into the first column of `out`; reasons behind them. */
export function impliedVols({ n, options: o, out }: Placed, price: number): number {
  return kernels.impliedVolColumns(n, o.forward, o.strike, o.sqrtTau, price, o.discount, o.callPut, out, out + 8 * n);
}
