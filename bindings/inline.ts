/** Entry with the module inside as base64: one file, for hosts and bundlers that cannot find a second. */
import base64 from "inline:margin.wasm";
import type { Core } from "./core.ts";
import { instantiate, instantiateSync, type WasmSource } from "./host/instantiate.ts";

export * from "./index.ts";

function bytes(): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export async function load(source?: WasmSource): Promise<Core> {
  return instantiate(source ?? bytes());
}

export function loadSync(source?: WasmSource): Core {
  return instantiateSync(source ?? bytes());
}
