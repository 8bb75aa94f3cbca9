/** Entry for Node (and Deno, Bun): the module is read from beside this file. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Core } from "./core.ts";
import { instantiate, instantiateSync, type WasmSource } from "./host/instantiate.ts";

export * from "./index.ts";

const url = new URL("./margin.wasm", import.meta.url);

/** @param source another module, its bytes or a response; default the package's own */
export async function load(source?: WasmSource): Promise<Core> {
  return instantiate(source ?? (await readFile(url)));
}

export function loadSync(source?: WasmSource): Core {
  return instantiateSync(source ?? readFileSync(url));
}
