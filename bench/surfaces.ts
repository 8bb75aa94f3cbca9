/** What does a surface cost: the least squares of one slice, a slice of 40 quotes from price to accepted fit, BTC and ETH together? */
import { readFileSync } from "node:fs";
import type { LabExports } from "../bindings/lab/exports.ts";
import type { SurfaceOptions } from "../bindings/lab/types.ts";
import { lab } from "../test/calibration/lab.ts";
import { AS_OF, quotesOf, surface, totalVariance } from "../test/calibration/synthetic.ts";
import { Random } from "../test/reference/random.ts";
import { compare, mustAgree, type Effort, type Table } from "./harness.ts";
import * as twin from "./twin/svi.ts";

const QUOTES = 40;
const DAYS = {
  BTC: [1, 2, 3, 4, 7, 14, 21, 32, 60, 123, 214, 305],
  ETH: [1, 2, 3, 4, 7, 14, 21, 32, 46, 60, 123, 214, 305],
};

function leastSquares(effort: Effort): Table {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(readFileSync("build/lab.wasm")), {})
    .exports as unknown as LabExports;
  const random = new Random(40);
  const { svi } = surface([30])[0]!;
  const k = Float64Array.from({ length: QUOTES }, (_, i) => -0.35 + (0.7 * i) / (QUOTES - 1));
  const w = k.map((x) => totalVariance(x, svi) * (1 + 0.01 * random.uniform(-1, 1)));
  const root = k.map(() => random.uniform(0.5, 1.5));
  const block = exports.allocate(8 * (3 * QUOTES + 6));
  const at = (column: number) => block + 8 * QUOTES * column;
  [k, w, root].forEach((values, i) => new Float64Array(exports.memory.buffer, at(i), QUOTES).set(values));
  const ours = () => exports.leastSquares(QUOTES, at(0), at(1), at(2), at(3));
  const wings = new Float64Array(5);
  const theirs = () => twin.leastSquares(k, w, root, wings);
  mustAgree("least squares", [ours()], [theirs()], 1e-9, 1e-6);
  return compare(
    `SVI by least squares, ${QUOTES} total variances`,
    "ns per slice",
    [
      { name: "margin-core", units: 1, run: ours },
      { name: "JS twin", units: 1, run: theirs, note: "the same steps" },
    ],
    effort,
    ["144 solves over (m, σ), then descent in all five to the last digit. Both end at the same sum of squares."],
  );
}

export function surfaces(effort: Effort): Table[] {
  const options: SurfaceOptions = { asOf: AS_OF, payoff: "inverse" };
  const slice = quotesOf(surface([30]), { count: QUOTES, noise: 1 });
  const both = [
    ...quotesOf(surface(DAYS.BTC), { count: QUOTES, noise: 1, seed: 2 }),
    ...quotesOf(surface(DAYS.ETH, 3500), { count: QUOTES, noise: 1, seed: 3, underlying: "ETH" }),
  ];
  const previous = lab.calibrate.surface(both, options);
  const used = previous.underlyings.flatMap(({ slices }) => slices);
  if (used.some(({ minG, calendarGap }) => minG < 0 || (calendarGap ?? 0) < 0))
    throw new Error("a surface has arbitrage");
  const fit =
    (quotes: typeof slice, more: Partial<SurfaceOptions> = {}) =>
    () =>
      lab.calibrate.surface(quotes, { ...options, ...more }).underlyings[0]!.slices[0]!.svi.a;
  const quotes = used.reduce((sum, { quotes: n }) => sum + n, 0);
  return [
    leastSquares(effort),
    compare(
      "Surfaces, from prices to accepted fit",
      "ns per surface",
      [
        { name: `slice of ${QUOTES} quotes`, units: 1, run: fit(slice), note: `${slice.length} rows, calls and puts` },
        {
          name: `BTC and ETH, ${used.length} slices`,
          units: 1,
          run: fit(both),
          note: `${both.length} rows, ${quotes} used`,
        },
        { name: "the same, with the fit before", units: 1, run: fit(both, { previous }) },
      ],
      effort,
      [
        "lab.calibrate.surface with all that it does: rows sorted and copied, forwards, implied vols, fit, checks, answer.",
      ],
    ),
  ];
}
