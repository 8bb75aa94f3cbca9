/**
 * Does a venue's cost per account stay the same from a thousand accounts to a million, and what do two threads make of a million?
 *
 *   npm run bench -- venue-scale [--quick]     some minutes and 5 GB; writes bench/RESULTS-venue-scale.md
 *
 * Not among the benches of a plain `npm run bench`. --quick stops at 100,000 accounts and writes nothing.
 */
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { SCENARIOS } from "./cases.ts";
import { median, type Effort } from "./harness.ts";
import type { Section } from "./report.ts";
import { holdings, POSITIONS, rows, ScanVenue } from "./scan-venue.ts";
import { exchange } from "./venue.ts";
import type { Start, Task } from "./venue-scale-worker.ts";

const THREADS = 2;
const whole = (x: number) => Math.round(x).toLocaleString("en");

interface Timed {
  /** Milliseconds of each run on the clock, and of processor time over all threads. */
  wall: number[];
  cpu: number[];
}

async function timed(runs: number, run: () => void | Promise<void>): Promise<Timed> {
  await run(); // warm
  globalThis.gc?.();
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let k = 0; k < runs; k++) {
    const used = process.cpuUsage();
    const from = process.hrtime.bigint();
    await run();
    wall.push(Number(process.hrtime.bigint() - from) / 1e6);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
  }
  return { wall, cpu };
}

export async function venueScale({ quick }: Effort): Promise<Section[]> {
  const most = quick ? 100_000 : 1_000_000;
  return [await bySize(most), await onThreads(most, quick ? 5 : 11)];
}

/** Nanoseconds of processor time per account, least and median: the least is what it costs where nobody else runs. */
interface Cost {
  least: number;
  middle: number;
}

async function bySize(most: number): Promise<Section> {
  const sizes = [1_000, 10_000, 100_000, 1_000_000].filter((n) => n <= most);
  const R = rows();
  const costs: { n: number; columns: Cost; scan: Cost; sums: Cost; model: Cost }[] = [];
  for (const n of sizes) {
    // as many accounts in a run at every size, so that the clock's grain and interruptions weigh alike
    const passes = Math.max(1, 100_000 / n);
    const cost = async (runs: number, times: number, pass: () => void): Promise<Cost> => {
      const { cpu } = await timed(runs, () => {
        for (let k = 0; k < times; k++) pass();
      });
      const each = cpu.map((ms) => (ms * 1e6) / (n * times));
      return { least: Math.min(...each), middle: median(each) };
    };
    const scans = scansOf(n, R);
    const columns = await cost(11, passes, scans.columns);
    const scan = await cost(11, passes, scans.scan);
    const sums = await cost(11, passes, scans.sums);
    const { venue } = exchange(n);
    const model = await cost(n > 100_000 ? 2 : 5, passes, () => venue.remargin());
    venue.release();
    costs.push({ n, columns, scan, sums, model });
  }
  const kinds = ["columns", "scan", "sums", "model"] as const;
  const spread = kinds.map((kind) => {
    const least = costs.map((cost) => cost[kind].least);
    return Math.max(...least) / Math.min(...least);
  });
  const cell = ({ least, middle }: Cost) => `${whole(least)} · ${whole(middle)}`;
  return {
    title: "A venue's cost per account by size, ns, least · median",
    header: ["accounts", "scan of columns", "scan", "scan, sums kept", "remargin, full model"],
    rows: [
      ...costs.map(({ n, ...cost }) => [whole(n), ...kinds.map((kind) => cell(cost[kind]))]),
      ["most over least", ...spread.map((x) => x.toFixed(2))],
    ],
    remarks: [
      `One thread, its processor time. ${POSITIONS} positions × ${SCENARIOS} scenarios. Columns: positions of one account after the other; ` +
        "scan: a block for each account as a venue has them; full model: Deribit's portfolio margin with a resting order. Accounts are " +
        `filled in an order that scatters them over the memory. Load of the machine ${load()}.`,
    ],
    ratios: {},
  };
}

/** Apart, so that the accounts are gone before the next size. */
function scansOf(n: number, R: Float64Array): Record<"columns" | "scan" | "sums", () => void> {
  const venue = new ScanVenue(holdings(n), R, "at random");
  return { columns: () => venue.scanColumns(), scan: () => venue.scan(), sums: () => venue.sum() };
}

/** The worker's script out of its sources: a thread of its own does not read TypeScript. */
async function workerFile(): Promise<URL> {
  const url = new URL("../build/venue-scale-worker.mjs", import.meta.url);
  await build({
    entryPoints: [fileURLToPath(new URL("venue-scale-worker.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    outfile: fileURLToPath(url),
    logLevel: "error",
  });
  return url;
}

class Team {
  private constructor(private readonly workers: Worker[]) {}

  static async of(kind: Start["kind"], accounts: number): Promise<Team> {
    const url = await workerFile();
    const workers = Array.from({ length: THREADS }, (_, seed) => {
      const workerData: Start = { kind, accounts: accounts / THREADS, seed: seed + 1 };
      return new Worker(url, { workerData });
    });
    await Promise.all(workers.map(answer));
    return new Team(workers);
  }

  async run(task: Task): Promise<void> {
    const done = this.workers.map(answer);
    for (const worker of this.workers) worker.postMessage(task);
    await Promise.all(done);
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

const answer = (worker: Worker) =>
  new Promise<void>((done, failed) => {
    worker.once("error", failed);
    worker.once("message", () => {
      worker.off("error", failed);
      done();
    });
  });

async function onThreads(accounts: number, runs: number): Promise<Section> {
  const names: [task: Task, name: string, note: string][] = [
    ["columns", "scan of columns", "positions read, worst row out"],
    ["scan", "scan", "a block for each account, scattered"],
    ["sums", "scan, sums kept", "416 bytes of sums and the deciding row stored"],
    ["model", "remargin, full model", "Deribit's portfolio margin, a resting order"],
  ];
  const lines: string[][] = [];
  for (const kind of ["scan", "model"] as const) {
    const team = await Team.of(kind, accounts);
    for (const [task, name, note] of names) {
      if ((task === "model") !== (kind === "model")) continue;
      const { wall, cpu } = await timed(kind === "model" ? 3 : runs, () => team.run(task));
      const perThread = cpu.map((ms) => ms / THREADS);
      const row = [median(wall), Math.min(...wall), median(perThread), Math.min(...perThread)].map((ms) =>
        ms.toFixed(0),
      );
      lines.push([name, ...row, note]);
    }
    await team.end();
  }
  return {
    title: `${whole(accounts)} accounts on two threads, milliseconds`,
    header: ["", "clock", "min", "processor, per thread", "min", "note"],
    rows: lines,
    remarks: [
      `${whole(accounts / THREADS)} accounts for each worker, a module of its own, ${availableParallelism()} processors; load of the machine ` +
        `${load()}. The clock runs from the first message to the last answer; processor time is what it takes where both are free.`,
    ],
    ratios: {},
  };
}

const load = () => loadavg()[0]!.toFixed(1);
