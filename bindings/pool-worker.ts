/** The script of a pool's workers. */
import { parentPort, workerData } from "node:worker_threads";
import { instantiateSync } from "./host/instantiate.ts";
import { serve, type WorkerStart } from "./venue/pool-worker.ts";

const start = workerData as WorkerStart;
serve(parentPort!, instantiateSync(start.module), start);
