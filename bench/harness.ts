/**
 * Contenders measured in turns within one process.
 *
 * Each contender is a task of tinybench. A round runs every task once, in random order; a task's figure of the round is tinybench's
 * median (p50) over its samples of a few milliseconds each. What is reported is the median over the rounds, the minimum of all
 * samples, and as ratio the median of the ratios within each round, so that load from outside, which hits all contenders alike,
 * cancels. (tinybench runs one task after the other; the interleaving is ours: `task.runSync()` once per round.)
 */
import { Bench, type Task } from "tinybench";

export interface Contender {
  name: string;
  /** Units of work in one run: the reported time is per unit. */
  units: number;
  /** Does the work and returns a number that depends on it. */
  run: () => number;
  /** What stands beside the speed: accuracy, conditions. */
  note?: string;
}

export interface Measured {
  name: string;
  /** Nanoseconds per unit. */
  median: number;
  min: number;
  /** Median distance of the rounds from their median, as a fraction of it. */
  spread: number;
  /** Time over that of the base; larger is slower than the base. */
  ratio: number;
  note: string;
}

export interface Table {
  title: string;
  unit: string;
  base: string;
  rows: Measured[];
  /** Lines below the table: checks made, rows skipped and why. */
  remarks: string[];
  /** The ratios scatter from process to process: not compared with those of before. */
  scatters?: true;
}

export interface Effort {
  quick: boolean;
}

/** Every result goes through here, so that no work can be dropped as unused. */
let checksum = 0;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function shuffled<T>(list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

const milliseconds = (from: bigint) => Number(process.hrtime.bigint() - from) / 1e6;

/** Runs that make a sample of about `ms`, after the code is warm. */
function runsOfSample(run: () => number, ms: number, warmMs: number): number {
  const start = process.hrtime.bigint();
  let runs = 0;
  do {
    checksum += run();
    runs++;
  } while (milliseconds(start) < warmMs);
  return Math.max(1, Math.round((ms * runs) / milliseconds(start)));
}

/** Measures all contenders; the first is the base of the ratios. */
export function compare(
  title: string,
  unit: string,
  contenders: readonly Contender[],
  { quick }: Effort,
  remarks: string[] = [],
): Table {
  const [rounds, samples, ms, warmMs] = quick ? [7, 2, 1, 20] : [23, 3, 2, 60];
  const bench = new Bench({
    iterations: samples,
    time: 0,
    warmup: false,
    throws: true,
    timestampProvider: "hrtimeNow",
  });
  const runsOf = new Map<string, number>();
  for (const { name, run } of contenders) {
    const runs = runsOfSample(run, ms, warmMs);
    runsOf.set(name, runs);
    bench.add(
      name,
      () => {
        for (let i = 0; i < runs; i++) checksum += run();
      },
      { async: false },
    );
  }
  globalThis.gc?.();
  const figures = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const least = new Map(contenders.map(({ name }) => [name, Infinity]));
  for (let round = 0; round < rounds; round++) {
    for (const task of shuffled(bench.tasks)) {
      const { p50, min } = latency(task);
      figures.get(task.name)!.push(p50);
      least.set(task.name, Math.min(least.get(task.name)!, min));
    }
  }
  const base = contenders[0]!;
  const perUnit = ({ name, units }: Contender) => 1e6 / (runsOf.get(name)! * units);
  const rows = contenders.map((contender): Measured => {
    const own = figures.get(contender.name)!.map((x) => x * perUnit(contender));
    const middle = median(own);
    return {
      name: contender.name,
      median: middle,
      min: least.get(contender.name)! * perUnit(contender),
      spread: median(own.map((x) => Math.abs(x - middle))) / middle,
      ratio: median(own.map((x, i) => x / (figures.get(base.name)![i]! * perUnit(base)))),
      note: contender.note ?? "",
    };
  });
  if (!Number.isFinite(checksum)) throw new Error(`${title}: some result is not a number`);
  return { title, unit, base: base.name, rows, remarks };
}

function latency(task: Task): { p50: number; min: number } {
  task.reset(false); // a task that has run would not run again
  const { result } = task.runSync();
  if (result.state !== "completed")
    throw result.state === "errored" ? result.error : new Error(`${task.name}: ${result.state}`);
  return result.latency;
}

/** Throws where a contender's result is not within `tolerance` of the reference, relative to `scale`. */
export function mustAgree(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  scale = 1,
): void {
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(got[i]! - expected[i]!) / Math.max(Math.abs(expected[i]!), scale);
    if (!(error <= tolerance)) throw new Error(`${what}: result ${i} is ${got[i]}, expected ${expected[i]}`);
  }
}
