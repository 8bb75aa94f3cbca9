/** What do a price and its Greeks cost, against plain JavaScript, npm's libraries and C++, and how exact is each? */
import { kernels, release, view } from "../test/kernels.ts";
import type { GreekColumns } from "../bindings/core/pricing.ts";
import { relativeErrors } from "./accuracy.ts";
import { golden, speedSet, type Options } from "./cases.ts";
import { compare, mustAgree, type Contender, type Effort, type Table } from "./harness.ts";
import * as columns from "./kernel-columns.ts";
import { titles, type Library, type Native } from "./native.ts";
import { core } from "../test/core.ts";
import { greeksPeers, pricePeers } from "./peers.ts";
import { mathTwin, ownTwin } from "./twin/black76.ts";

/** Not 1,024: columns just 8 KiB apart share their places in the L1 cache, and times jump by 15 % from process to process. */
const N = 1000;

/** Columns as the C++ takes them: F, K, τ, σ, r, ±1. */
const packed = (o: Options) =>
  Float64Array.from([o.forward, o.strike, o.tau, o.vol, o.rate, o.callPut].flatMap((column) => [...column]));

/** Errors of a price column on the golden rows worth more than 1e-12·F. */
function priceErrors(price: (o: Options, out: Float64Array) => void): string {
  const { options, price: expected } = golden();
  const out = new Float64Array(options.n);
  price(options, out);
  return relativeErrors(out, expected, (i) => expected[i]! > 1e-12 * options.forward[i]!);
}

const kernelPrice = (o: Options, out: Float64Array) => {
  const at = columns.placed(o);
  columns.prices(at);
  out.set(view(at.out, o.n));
};

async function nativeContenders(
  native: Native,
  libraries: Library[],
  symbol: string,
  o: Options,
  expected: Float64Array,
  remarks: string[],
): Promise<Contender[]> {
  const input = packed(o);
  const out = new Float64Array(8 * o.n);
  const found: Contender[] = [];
  for (const library of libraries) {
    const f = await native.find(library, symbol);
    if (typeof f === "string") {
      remarks.push(f);
      continue;
    }
    f(input, out, o.n);
    mustAgree(titles[library], out.subarray(0, o.n), expected, 1e-10, 1);
    const note = priceErrors((g, to) => {
      const all = new Float64Array(8 * g.n);
      f(packed(g), all, g.n);
      to.set(all.subarray(0, g.n));
    });
    found.push({ name: titles[library], units: o.n, run: () => (f(input, out, o.n), out[5]!), note });
  }
  return found;
}

async function price(effort: Effort, native: Native): Promise<Table> {
  release();
  const o = speedSet(N);
  const at = columns.placed(o);
  columns.prices(at);
  const expected = columns.results(at);
  const remarks = [
    "Accuracy: relative error on golden prices above 1e-12·F (test/vectors/pricing), 99 % / largest; wrong: by more than 1e-3.",
  ];
  const out = new Float64Array(N);
  for (const [name, twin] of [
    ["Math", mathTwin],
    ["own", ownTwin],
  ] as const) {
    twin.prices(o, out);
    mustAgree(`twin ${name}`, out, expected, 1e-11, 1);
  }
  const contenders: Contender[] = [
    { name: "margin-core, batch", units: N, run: () => (columns.prices(at), at.n), note: priceErrors(kernelPrice) },
    {
      name: "margin-core, core.prices",
      units: N,
      run: () => core.prices(o, out)[5]!,
      note: "the same, columns copied in and out and checked",
    },
    {
      name: "margin-core, one call each",
      units: N,
      run: () => {
        let sum = 0;
        for (let i = 0; i < N; i++)
          sum += kernels.price(o.forward[i]!, o.strike[i]!, o.tau[i]!, o.vol[i]!, o.discount[i]!, o.callPut[i]!);
        return sum;
      },
      note: "as the batch, bit for bit",
    },
    {
      name: "JS twin, Math.*",
      units: N,
      run: () => (mathTwin.prices(o, out), out[5]!),
      note: priceErrors(mathTwin.prices),
    },
    {
      name: "JS twin, own exp and log",
      units: N,
      run: () => (ownTwin.prices(o, out), out[5]!),
      note: priceErrors(ownTwin.prices),
    },
    ...pricePeers.map(({ name, rows, price: of }): Contender => ({
      name,
      units: rows,
      run: () => {
        let sum = 0;
        for (let i = 0; i < rows; i++)
          sum += of(o.forward[i]!, o.strike[i]!, o.tau[i]!, o.vol[i]!, o.rate[i]!, o.callPut[i]!);
        return sum;
      },
      note: priceErrors((g, to) => {
        for (let i = 0; i < g.n; i++) to[i] = of(g.forward[i]!, g.strike[i]!, g.tau[i]!, g.vol[i]!, 0, g.callPut[i]!);
      }),
    })),
    ...(await nativeContenders(native, ["plain", "mvec"], "price", o, expected, remarks)),
  ];
  const table = compare("Price", "ns per option", contenders, effort, remarks);
  release();
  return table;
}

async function greeks(effort: Effort, native: Native): Promise<Table> {
  release();
  const o = speedSet(N);
  const at = columns.placed(o);
  columns.greeks(at);
  const expected = columns.results(at, 8);
  const out = new Float64Array(8 * N);
  for (const twin of [mathTwin, ownTwin]) {
    twin.greeks(o, out);
    for (let k = 0; k < 8; k++) {
      const column = expected.subarray(k * N, (k + 1) * N);
      mustAgree(
        `twin, output ${k}`,
        out.subarray(k * N, (k + 1) * N),
        column,
        1e-10,
        Math.max(...column.map(Math.abs)) * 1e-3,
      );
    }
  }
  const remarks = ["Accuracy: of the price output, as in the table above."];
  const kernelGreeks = (g: Options, to: Float64Array) => {
    const placed = columns.placed(g);
    columns.greeks(placed);
    to.set(view(placed.out, g.n));
  };
  const eight = (f: (g: Options, to: Float64Array) => void) => (g: Options, to: Float64Array) => {
    const all = new Float64Array(8 * g.n);
    f(g, all);
    to.set(all.subarray(0, g.n));
  };
  const one = new Float64Array(6);
  const names = ["price", "delta", "gamma", "vega", "theta", "rho", "vanna", "volga"];
  const named: GreekColumns = Object.fromEntries(names.map((name) => [name, new Float64Array(N)]));
  core.greeks(o, named);
  names.forEach((name, k) =>
    mustAgree(
      `core.greeks ${name}`,
      named[name as keyof GreekColumns]!,
      expected.subarray(k * N, (k + 1) * N),
      1e-9,
      1e-3,
    ),
  );
  const contenders: Contender[] = [
    { name: "margin-core, batch", units: N, run: () => (columns.greeks(at), at.n), note: priceErrors(kernelGreeks) },
    {
      name: "margin-core, core.greeks",
      units: N,
      run: () => core.greeks(o, named).price![5]!,
      note: "the same, columns copied in and out and checked",
    },
    {
      name: "JS twin, Math.*",
      units: N,
      run: () => (mathTwin.greeks(o, out), out[5]!),
      note: priceErrors(eight(mathTwin.greeks)),
    },
    {
      name: "JS twin, own exp and log",
      units: N,
      run: () => (ownTwin.greeks(o, out), out[5]!),
      note: priceErrors(eight(ownTwin.greeks)),
    },
    ...greeksPeers.map(({ name, rows, greeks: of }): Contender => ({
      name,
      units: rows,
      run: () => {
        let sum = 0;
        for (let i = 0; i < rows; i++) {
          of(o, i, one);
          sum += one[0]! + one[3]!;
        }
        return sum;
      },
      note: priceErrors((g, to) => {
        for (let i = 0; i < g.n; i++) {
          of(g, i, one);
          to[i] = one[0]!;
        }
      }),
    })),
    ...(await nativeContenders(
      native,
      ["b_128", "b_256", "b_512", "mvec", "plain"],
      "greeks",
      o,
      expected.slice(0, N),
      remarks,
    )),
  ];
  remarks.push(
    "C++ computes √τ and the discount in its loop; margin-core and the twin take them as columns, computed once per expiry.",
  );
  const table = compare("Price and seven Greeks", "ns per option", contenders, effort, remarks);
  release();
  return table;
}

function higherGreeks(effort: Effort): Table {
  release();
  const o = speedSet(N);
  const at = columns.placed(o);
  columns.higherGreeks(at);
  const expected = columns.results(at, 6);
  const out = new Float64Array(6 * N);
  for (const twin of [mathTwin, ownTwin]) {
    twin.higherGreeks(o, out);
    for (let k = 0; k < 6; k++) {
      const column = expected.subarray(k * N, (k + 1) * N);
      mustAgree(
        `twin, output ${k}`,
        out.subarray(k * N, (k + 1) * N),
        column,
        1e-9,
        Math.max(...column.map(Math.abs)) * 1e-3,
      );
    }
  }
  const table = compare(
    "Six higher Greeks",
    "ns per option",
    [
      { name: "margin-core, batch", units: N, run: () => (columns.higherGreeks(at), at.n) },
      { name: "JS twin, Math.*", units: N, run: () => (mathTwin.higherGreeks(o, out), out[5]!) },
      { name: "JS twin, own exp and log", units: N, run: () => (ownTwin.higherGreeks(o, out), out[5]!) },
    ],
    effort,
    ["No peer on npm has them."],
  );
  release();
  return table;
}

export async function pricing(effort: Effort, native: Native): Promise<Table[]> {
  return [await price(effort, native), await greeks(effort, native), higherGreeks(effort)];
}
