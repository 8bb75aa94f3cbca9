/** Columns of options for the pricing tests. */
import { column, kernels, release, seeded, view } from "../kernels.ts";

/** forward, strike, tau, vol, rate, callPut */
export type Option = [number, number, number, number, number, number];

/** A seeded book over the tradable range: every kind of wing, expiry and vol. */
export function randomOptions(n: number, seed: number): Option[] {
  const random = seeded(seed);
  return Array.from({ length: n }, () => {
    const vol = Math.exp(Math.log(0.01) + random() * Math.log(500));
    const tau = Math.exp(Math.log(1 / 525600) + random() * Math.log(5 * 525600));
    const reach = Math.min(3, 7 * vol * Math.sqrt(tau));
    const F = Math.exp(random() * 12);
    const x = random() < 0.1 ? 0 : (random() * 2 - 1) * reach;
    return [F, F * Math.exp(x), tau, vol, random() < 0.5 ? 0 : random() * 0.1, random() < 0.5 ? 1 : -1];
  });
}

/** Rows where a rule binds: expired, no vol, absurd vol, far wings, outside the domain. */
export const edges: Option[] = [
  [100, 90, 0, 0.5, 0, 1],
  [100, 90, 0, 0.5, 0, -1],
  [100, 110, 0, 0.5, 0.05, -1],
  [100, 100, 0, 0.5, 0, 1],
  [100, 90, 1, 0, 0.05, 1],
  [100, 110, 1, 0, 0.05, 1],
  [100, 100, 1, 0, 0, -1],
  [100, 100, 1, 1e-120, 0, -1],
  [100, 101, 1, 1e-90, 0, 1],
  [100, 90, 1, 1e200, 0, 1],
  [100, 90, 1, 1e200, 0, -1],
  [100, 1e6, 1e-4, 0.1, 0, 1],
  [1e6, 100, 1e-4, 0.1, 0, -1],
  [1e100, 1e-100, 1, 1, 0, 1],
  [1e-100, 1e100, 1, 1, 0, 1],
  [-1, 90, 1, 0.5, 0, 1],
  [0, 90, 1, 0.5, 0, 1],
  [100, 0, 1, 0.5, 0, 1],
  [100, -5, 1, 0.5, 0, -1],
  [100, 90, -1, 0.5, 0, 1],
  [100, 90, 1, -0.5, 0, 1],
  [NaN, 90, 1, 0.5, 0, 1],
  [100, NaN, 1, 0.5, 0, 1],
  [100, 90, NaN, 0.5, 0, 1],
  [100, 90, 1, NaN, 0, 1],
];

export interface Columns {
  n: number;
  forward: number;
  strike: number;
  tau: number;
  sqrtTau: number;
  vol: number;
  rate: number;
  discount: number;
  callPut: number;
}

/** Writes options as columns; forgets all columns written before. */
export function columns(options: Option[]): Columns {
  release();
  const n = options.length;
  const field = (f: (o: Option) => number) => column(n, options.map(f));
  return {
    n,
    forward: field((o) => o[0]),
    strike: field((o) => o[1]),
    tau: field((o) => o[2]),
    sqrtTau: field((o) => Math.sqrt(o[2])),
    vol: field((o) => o[3]),
    rate: field((o) => o[4]),
    discount: field((o) => discount(o)),
    callPut: field((o) => o[5]),
  };
}

export const discount = (o: Option): number => kernels.exp(-o[4] * o[2]);

export function priceAll(options: Option[]): Float64Array {
  const c = columns(options);
  const out = column(c.n);
  kernels.priceColumns(c.n, c.forward, c.strike, c.sqrtTau, c.vol, c.discount, c.callPut, out);
  return view(out, c.n).slice();
}

export const names = [
  "price",
  "delta",
  "gamma",
  "vega",
  "theta",
  "rho",
  "vanna",
  "volga",
  "charm",
  "veta",
  "speed",
  "zomma",
  "color",
  "ultima",
] as const;

/** The fourteen outputs, one column each. */
export function greeksAll(options: Option[]): Float64Array[] {
  const c = columns(options);
  const out = column(14 * c.n);
  const stride = 8 * c.n;
  kernels.greekColumns(c.n, c.forward, c.strike, c.tau, c.sqrtTau, c.vol, c.rate, c.discount, c.callPut, out, stride);
  kernels.higherGreekColumns(
    c.n,
    c.forward,
    c.strike,
    c.sqrtTau,
    c.vol,
    c.rate,
    c.discount,
    c.callPut,
    out + 8 * stride,
    stride,
  );
  return names.map((_, k) => view(out + k * stride, c.n).slice());
}

export interface ImpliedVols {
  found: number;
  vol: Float64Array;
  reason: Int32Array;
}

/** Implied vols of given discounted prices; the vol of each option is not read. */
export function impliedAll(options: Option[], prices: ArrayLike<number>): ImpliedVols {
  const c = columns(options);
  const price = column(c.n, prices);
  const out = column(c.n);
  const reason = column(c.n);
  const found = kernels.impliedVolColumns(
    c.n,
    c.forward,
    c.strike,
    c.sqrtTau,
    price,
    c.discount,
    c.callPut,
    out,
    reason,
  );
  return { found, vol: view(out, c.n).slice(), reason: new Int32Array(kernels.memory.buffer, reason, c.n).slice() };
}
