/** Latencies by kind of work, and what a run says at its end. */
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { Exchange } from "./engine.ts";

export type Work = "check" | "fill" | "tick" | "remargin";
const PERCENTILES = [50, 90, 99, 99.9];
const WIDTH = 40;

export class Recorder {
  private readonly histograms = new Map<Work, RecordableHistogram>();
  /** Powers of two of a microsecond. */
  private readonly buckets = new Map<Work, number[]>();

  /** Runs it, and keeps how long it took. */
  time<T>(work: Work, run: () => T): T {
    const from = process.hrtime.bigint();
    const result = run();
    const taken = Math.max(1, Number(process.hrtime.bigint() - from));
    let histogram = this.histograms.get(work);
    if (histogram === undefined) this.histograms.set(work, (histogram = createHistogram()));
    histogram.record(taken);
    const buckets = this.buckets.get(work) ?? [];
    const bucket = Math.max(0, Math.ceil(Math.log2(taken / 1000)));
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    this.buckets.set(work, buckets);
    return result;
  }

  lines(): string[] {
    const head = `  ${"µs".padEnd(10)}${["n", ...PERCENTILES.map((p) => `p${p}`), "max"].map((name) => name.padStart(10)).join("")}`;
    const rows = [...this.histograms].map(([work, one]) => {
      const times = [...PERCENTILES.map((p) => one.percentile(p)), one.max].map((ns) => (ns / 1000).toFixed(1));
      return `  ${work.padEnd(10)}${[String(one.count), ...times].map((cell) => cell.padStart(10)).join("")}`;
    });
    const bars = [...this.buckets].flatMap(([work, buckets]) => {
      const most = Math.max(...buckets.filter((n) => n > 0));
      return [
        "",
        `  ${work}, up to`,
        ...Array.from(buckets, (n = 0, b) => [n, b] as const)
          .filter(([n]) => n > 0)
          .map(([n, b]) => `  ${`${2 ** b} µs`.padStart(10)} ${"█".repeat(Math.ceil((WIDTH * n) / most))} ${n}`),
      ];
    });
    return [head, ...rows, ...bars];
  }
}

export function report(exchange: Exchange, recorder: Recorder, seconds: number): string {
  const { count, refusals, venue } = exchange;
  const refused = count.orders - count.accepted;
  const sums = Object.entries(exchange.sums()).map(([currency, { paidIn, balance, cost }]) => {
    // amounts are whole quanta, whose sums are exact
    const isKept = balance === paidIn && cost === 0;
    const change = `change ${balance - paidIn}, costs of open contracts ${cost}`;
    return `  ${currency.padEnd(6)}paid in ${paidIn.toFixed(2)}, ${change}: ${isKept ? "kept" : "NOT KEPT"}`;
  });
  return [
    `${count.orders} orders of ${venue.accounts().length - 1} accounts in ${exchange.market.instruments.length} instruments: ` +
      `${seconds.toFixed(2)} s, ${Math.round(count.orders / seconds)} orders/s`,
    `accepted ${count.accepted}, refused ${refused}; ${count.fills} trades, ${count.cancels} cancels, ${count.ticks} ticks, ` +
      `${count.liquidated} liquidations; tape ${exchange.tape.toString(16).padStart(8, "0")}`,
    "",
    "refused for",
    ...[...refusals].sort((a, b) => b[1] - a[1]).map(([reason, n]) => `  ${reason.padEnd(28)}${n}`),
    "",
    "money: what was paid in is there, fees included",
    ...sums,
    "",
    ...recorder.lines(),
  ].join("\n");
}
