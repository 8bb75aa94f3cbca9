/** How long does one portfolio's margin take, at the median and in the tail? */
import { Bench } from "tinybench";
import type { MarginModel } from "../bindings/documents/model.ts";
import type { Portfolio } from "../bindings/documents/portfolio.ts";
import { checkMarket, checkModel, checkPortfolio } from "../bindings/documents/check.ts";
import { core } from "../test/core.ts";
import { evaluate } from "../test/reference/evaluate.ts";
import { grid, optionMarket, portfolioOf, scanModel } from "./books.ts";
import { median, mustAgree, type Effort } from "./harness.ts";
import type { Section } from "./report.ts";

const POSITIONS = [10, 100, 1_000, 10_000];
const ROWS = [27, 51, 1_000];
/** Instruments that the market has at least. */
const LISTED = 1_000;

interface Latency {
  p50: number;
  p99: number;
  p999: number;
  samples: number;
}

/** Milliseconds of single calls; each takes the next portfolio. */
function latency(portfolios: readonly Portfolio[], budget: number, margin: (portfolio: Portfolio) => number): Latency {
  const least = 12;
  const bench = new Bench({
    time: budget,
    iterations: least,
    warmupTime: budget / 4,
    warmupIterations: 2,
    throws: true,
  });
  let next = 0;
  let sum = 0;
  bench.add("margin", () => (sum += margin(portfolios[next++ % portfolios.length]!)), { async: false });
  globalThis.gc?.();
  bench.runSync();
  const { result } = bench.tasks[0]!;
  if (result.state !== "completed" || !(sum > 0)) throw new Error(`latency: ${result.state}, ${sum}`);
  const { p50, p99, p999, samplesCount } = result.latency;
  return { p50, p99: samplesCount >= 100 ? p99 : NaN, p999: samplesCount >= 1000 ? p999 : NaN, samples: samplesCount };
}

const pool = 64;

function sumRows(R: Float64Array, P: Float64Array, positions: number, rows: number): number {
  P.fill(0);
  for (let i = 0; i < positions; i++) {
    const row = (i % pool) * rows;
    for (let s = 0; s < rows; s++) P[s]! += i * R[row + s]!;
  }
  return P[0]!;
}

/** Milliseconds of the sums alone in plain JavaScript: what this machine needs at this moment for positions × rows multiply-adds. */
function yardstick(positions: number, rows: number): number {
  const R = Float64Array.from({ length: pool * rows }, (_, i) => i % 1013);
  const P = new Float64Array(rows);
  const batch = Math.max(1, Math.ceil(200_000 / (positions * rows)));
  const times: number[] = [];
  const start = performance.now();
  // the first ones are not compiled yet
  while (performance.now() - start < 30 || times.length < 6) {
    const from = performance.now();
    for (let i = 0; i < batch; i++) sumRows(R, P, positions, rows);
    times.push((performance.now() - from) / batch);
  }
  return median(times.slice(times.length >> 1));
}

const time = (ms: number) =>
  Number.isNaN(ms) ? "–" : ms < 1 ? `${(ms * 1000).toPrecision(3)} µs` : `${ms.toPrecision(3)} ms`;

function cell(positions: number, rows: number, budget: number): { texts: string[]; ratio: number } {
  const market = checkMarket(optionMarket(Math.max(positions, LISTED)));
  const model: MarginModel = checkModel(scanModel(grid(rows)));
  const portfolios = Array.from({ length: positions >= 1_000 ? 2 : 8 }, (_, i) =>
    checkPortfolio(portfolioOf(market, positions, 100 + i)),
  );
  const first = portfolios[0]!;
  const stateless = core.margin(model, market, first).initial;
  if (positions <= 100 && rows <= 51) {
    const { initial } = evaluate(model, market, first, { exact: true });
    mustAgree(`margin of ${positions} × ${rows}`, [stateless], [initial], 1e-12);
  }
  const prepared = core.prepare(model, market);
  try {
    mustAgree("prepared", [prepared.margin(first).initial], [stateless], 0);
    const before = yardstick(positions, rows);
    const totals = latency(portfolios, budget, (held) => prepared.margin(held, { explain: false }).initial);
    const after = yardstick(positions, rows);
    const explained = latency(portfolios, budget, (held) => prepared.margin(held).initial);
    const whole = latency(portfolios, budget, (held) => core.margin(model, market, held).initial);
    const texts = [totals, explained, whole].map(({ p50, p99, p999 }) => [p50, p99, p999].map(time).join(" · "));
    return { texts, ratio: (2 * totals.p50) / (before + after) };
  } finally {
    prepared.release();
  }
}

export function portfolio({ quick }: Effort): Section[] {
  const section: Section = {
    title: "Latency of one portfolio's margin, p50 · p99 · p99.9",
    header: ["positions", "scenarios", "prepared, totals only", "prepared, explained", "stateless, explained"],
    rows: [],
    ratios: {},
    remarks: [
      `Options of one underlying over nine expiries; the market lists ${LISTED.toLocaleString("en")} or, where more are held, as many. ` +
        "Documents are checked once, before. Stateless: compiled, repriced and explained in each call. " +
        "Quantiles of single calls where there are 100 (p99) and 1,000 (p99.9) of them.",
      "Up to 100 × 51 held to the plain twin of test/reference; prepared and stateless give the same bits.",
    ],
  };
  for (const rows of ROWS) {
    for (const positions of POSITIONS) {
      if (quick && positions * rows > 100 * 1000) continue;
      const { texts, ratio } = cell(positions, rows, quick ? 60 : 700);
      section.rows.push([positions.toLocaleString("en"), rows.toLocaleString("en"), ...texts]);
      section.ratios[`${positions} × ${rows}, totals over a JS sum of the rows`] = ratio;
    }
  }
  return [section];
}
