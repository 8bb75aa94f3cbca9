/** A worker of bench/venue-scale.ts: half of the accounts, in a module of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { holdings, rows, ScanVenue } from "./scan-venue.ts";
import { exchange } from "./venue.ts";

export type Task = "columns" | "scan" | "sums" | "model";
export interface Start {
  kind: "scan" | "model";
  accounts: number;
  seed: number;
}

const { kind, accounts, seed } = workerData as Start;

function tasks(): Partial<Record<Task, () => void>> {
  if (kind === "model") {
    const { venue } = exchange(accounts, seed);
    return { model: () => venue.remargin() };
  }
  const R = rows();
  const held = holdings(accounts, seed);
  const venue = new ScanVenue(held, R, "at random");
  return { columns: () => venue.scanColumns(), scan: () => venue.scan(), sums: () => venue.sum() };
}

const able = tasks();
parentPort!.on("message", (task: Task) => {
  able[task]!();
  parentPort!.postMessage("done");
});
parentPort!.postMessage("ready");
