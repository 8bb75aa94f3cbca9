/** Entry `margin-core/core`: no module of its own; the caller brings it. */
import type { Core } from "./core.ts";
import { instantiate, instantiateSync, type WasmSource } from "./host/instantiate.ts";

export * from "./index.ts";

export function load(source: WasmSource | Promise<WasmSource>): Promise<Core> {
  return instantiate(source);
}

export function loadSync(source: WasmSource): Core {
  return instantiateSync(source);
}
