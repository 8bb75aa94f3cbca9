/** The script of a pool's workers out of its sources, for tests and commands that do not run on the built package. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { VenuePool, type PoolOptions } from "../bindings/venue/pool.ts";
import type { WorkerFile } from "../bindings/venue/pool-link.ts";

const root = resolve(import.meta.dirname, "..");

/** Bundles the script into build/, under the name of who asks: test files run at the same time. */
export async function workerFile(name: string): Promise<WorkerFile> {
  const outfile = resolve(root, `build/pool-worker-${name}.mjs`);
  await build({
    entryPoints: [resolve(root, "bindings/pool-worker.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    outfile,
    logLevel: "error",
  });
  const module = new WebAssembly.Module(readFileSync(resolve(root, "build/margin.wasm")));
  return { url: pathToFileURL(outfile), module };
}

export async function poolFromSources(name: string, options: PoolOptions): Promise<VenuePool> {
  return VenuePool.open(options, await workerFile(name));
}
