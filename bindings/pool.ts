/** Entry `margin-core/pool` for Node: a venue over several threads, or over several machines. The modules are read from beside this file. */
import { readFile } from "node:fs/promises";
import { compileModule } from "./host/instantiate.ts";
import { VenuePool, type PoolOptions } from "./venue/pool.ts";

export { MarginError } from "./error.ts";
export type { Check, Holding } from "./venue/account.ts";
export type { AccountEvent, CommonEvent, VenueEvent } from "./venue/events.ts";
export type { Limit, Over, VenueExposures } from "./venue/limits.ts";
export { memoryLog, type Batch, type Entry, type EventLog } from "./venue/log.ts";
export type { Applied, PoolOptions, VenuePool } from "./venue/pool.ts";
export { originOf, Sequencer, type Appended } from "./venue/sequencer.ts";
export {
  accountHash,
  Shard,
  shardOf,
  split,
  type CheckAnswer,
  type NamedOrder,
  type Part,
  type Refusal,
  type Risk,
  type Unmargined,
} from "./venue/shard.ts";

const url = new URL("./margin.wasm", import.meta.url);
const worker = new URL("./pool-worker.js", import.meta.url);

/** Starts the workers; with a log that has entries, they first let happen what is in it. */
export async function openPool(options: PoolOptions): Promise<VenuePool> {
  return VenuePool.open(options, { url: worker, module: await compileModule(await readFile(url)) });
}
