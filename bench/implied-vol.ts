/** What does an implied vol cost, in random order and along a chain, and how exact is it? */
import { core } from "../test/core.ts";
import { column, kernels, release } from "../test/kernels.ts";
import { relativeErrors } from "./accuracy.ts";
import { chain, golden, speedSet, type Options } from "./cases.ts";
import { compare, mustAgree, type Contender, type Effort, type Table } from "./harness.ts";
import * as columns from "./kernel-columns.ts";
import { impliedPeers } from "./peers.ts";
import * as twin from "./twin/implied-vol.ts";

/** Errors on the golden rows that are out of the money and worth more than 1e-12·F. */
function errors(vols: (o: Options, price: Float64Array, out: Float64Array) => void): string {
  const { options, price, impliedVol } = golden();
  const out = new Float64Array(options.n);
  vols(options, price, out);
  const { forward, strike, callPut } = options;
  const counts = (i: number) =>
    impliedVol[i]! > 0 && callPut[i]! * (forward[i]! - strike[i]!) <= 0 && price[i]! > 1e-12 * forward[i]!;
  return relativeErrors(out, impliedVol, counts);
}

/** Options with their prices, in the module's memory. */
function priced(o: Options): { at: columns.Placed; price: Float64Array; priceAt: number } {
  const at = columns.placed(o);
  columns.prices(at);
  const price = columns.results(at);
  const priceAt = column(o.n, price);
  if (columns.impliedVols(at, priceAt) !== o.n) throw new Error("an implied vol was not found");
  return { at, price, priceAt };
}

/** Each against the vol that went in, by the price it gives: the rounding of a price in the money hides digits of the vol. */
function mustReprice(what: string, o: Options, vol: Float64Array, price: Float64Array): void {
  const at = columns.placed({ ...o, vol });
  columns.prices(at);
  mustAgree(what, columns.results(at), price, 1e-12, 1e-9 * 50_000);
}

export function impliedVols(effort: Effort): Table[] {
  release();
  const random = speedSet(1000);
  const inOrder = chain();
  const a = priced(random);
  const b = priced(inOrder);
  mustReprice("implied vols", random, columns.results(a.at), a.price);
  mustReprice("implied vols of the chain", inOrder, columns.results(b.at), b.price);
  const out = new Float64Array(Math.max(random.n, inOrder.n));
  twin.impliedVols(random, a.price, out);
  mustReprice("twin", random, out.slice(0, random.n), a.price);

  const vols = new Float64Array(random.n);
  mustAgree("core.impliedVols", core.impliedVols({ ...random, price: a.price }, vols), random.vol, 1e-7);

  const kernelErrors = errors((o, price, to) => {
    const at = columns.placed(o);
    columns.impliedVols(at, column(o.n, price));
    to.set(columns.results(at));
  });
  const contenders: Contender[] = [
    {
      name: "margin-core, random order",
      units: random.n,
      run: () => columns.impliedVols(a.at, a.priceAt),
      note: kernelErrors,
    },
    {
      name: "margin-core, chain order",
      units: inOrder.n,
      run: () => columns.impliedVols(b.at, b.priceAt),
      note: "the same bits",
    },
    {
      name: "margin-core, core.impliedVols",
      units: random.n,
      run: () => core.impliedVols({ ...random, price: a.price }, vols)[5]!,
      note: "the same, columns copied in and out and checked",
    },
    {
      name: "margin-core, one call each",
      units: random.n,
      run: () => {
        let sum = 0;
        const { forward, strike, tau, discount, callPut } = random;
        for (let i = 0; i < random.n; i++) {
          sum += kernels.impliedVol(forward[i]!, strike[i]!, tau[i]!, a.price[i]!, discount[i]!, callPut[i]!);
        }
        return sum;
      },
      note: "the same bits",
    },
    {
      name: "JS twin, Math.*",
      units: random.n,
      run: () => (twin.impliedVols(random, a.price, out), out[5]!),
      note: errors(twin.impliedVols),
    },
    {
      name: "JS twin, chain order",
      units: inOrder.n,
      run: () => (twin.impliedVols(inOrder, b.price, out), out[5]!),
    },
    ...impliedPeers.map(({ name, rows, vol }): Contender => {
      const every = (o: Options, price: Float64Array, n: number, to: Float64Array) => {
        const { forward, strike, tau, rate, callPut } = o;
        for (let i = 0; i < n; i++) to[i] = vol(price[i]!, forward[i]!, strike[i]!, tau[i]!, rate[i]!, callPut[i]!);
      };
      return {
        name,
        units: rows,
        run: () => {
          every(random, a.price, rows, out);
          return Number.isNaN(out[0]!) ? 0 : out[0]!;
        },
        // a millisecond and more per row: its accuracy is not measured here
        note: rows < 16 ? "" : errors((o, price, to) => every(o, price, o.n, to)),
      };
    }),
  ];
  const remarks = [
    "Accuracy: relative error of the vol on golden prices out of the money above 1e-12·F, 99 % / largest; wrong: by more than 1e-3.",
  ];
  const table = compare("Implied vol", "ns per option", contenders, effort, remarks);
  release();
  return [table];
}
