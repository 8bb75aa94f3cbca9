/** Entry for browsers and bundlers that understand `new URL(…, import.meta.url)`: the module is fetched and compiled as it streams in. */
import type { Core } from "./core.ts";
import { instantiate, type WasmSource } from "./host/instantiate.ts";

export * from "./index.ts";

/** @param source address of the module, or a module, bytes or response; default the package's own file */
export function load(
  source: string | { readonly href: string } | WasmSource = new URL("./margin.wasm", import.meta.url),
): Promise<Core> {
  const isAddress = typeof source === "string" || source instanceof URL;
  return instantiate(isAddress ? fetch(source) : source);
}
