/** Entry for workerd (Cloudflare Workers): the module is imported, compiled ahead by the host. */
import module from "./margin.wasm";
import type { Core } from "./core.ts";
import { instantiateSync, type WasmSource } from "./host/instantiate.ts";

export * from "./index.ts";

export function loadSync(source: WasmSource = module): Core {
  return instantiateSync(source);
}

export async function load(source: WasmSource = module): Promise<Core> {
  return instantiateSync(source);
}
