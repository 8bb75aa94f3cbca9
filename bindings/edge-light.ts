/** Entry for Vercel's edge runtime: as workerd, by its own import form. */
import module from "./margin.wasm?module";
import type { Core } from "./core.ts";
import { instantiateSync, type WasmSource } from "./host/instantiate.ts";

export * from "./index.ts";

export function loadSync(source: WasmSource = module): Core {
  return instantiateSync(source);
}

export async function load(source: WasmSource = module): Promise<Core> {
  return instantiateSync(source);
}
