/**
 * WebAssembly module, bytes or response → core. The one place where the loader is used; calls go to the instance's own exports, not
 * through the loader's wrappers, which cost a call three times its price.
 */
import { instantiate as load, instantiateSync as loadSync } from "@assemblyscript/loader";
import { Core } from "../core.ts";
import type { Exports } from "../core/exports.ts";
import { MarginError } from "../error.ts";

/** A compiled module, the bytes of one, or a response (or the promise of one) that brings them. */
export type WasmSource = object;

/** Modules and responses may come from another realm, where `instanceof` says no. */
function isA(source: unknown, name: string): boolean {
  return Object.prototype.toString.call(source) === `[object ${name}]`;
}

function notLoaded(cause: unknown): MarginError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MarginError("ModuleNotLoaded", "module", `the WebAssembly module did not load: ${why}`, { cause });
}

function withModule(module: WebAssembly.Module): Core {
  return coreOf(new WebAssembly.Instance(module, {}).exports);
}

function coreOf(exports: object): Core {
  if (!("evaluate" in exports)) throw new Error("it is another module, without the exports of margin.wasm");
  return new Core(exports as unknown as Exports);
}

/** A module that several threads can be given. */
export async function compileModule(bytes: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw notLoaded(cause);
  }
}

export function instantiateSync(source: WasmSource): Core {
  try {
    if (isA(source, "WebAssembly.Module")) return withModule(source as WebAssembly.Module);
    return coreOf(loadSync<Record<string, unknown>>(source as BufferSource).instance.exports);
  } catch (cause) {
    throw notLoaded(cause);
  }
}

export async function instantiate(source: WasmSource | Promise<WasmSource>): Promise<Core> {
  try {
    const given = await source;
    if (isA(given, "WebAssembly.Module")) return withModule(given as WebAssembly.Module);
    const bytes = isA(given, "Response") ? await streamOrBytes(given as Response) : given;
    const { instance } = await load<Record<string, unknown>>(bytes as BufferSource);
    return coreOf(instance.exports);
  } catch (cause) {
    throw cause instanceof MarginError ? cause : notLoaded(cause);
  }
}

/** The response itself where it can be compiled as it streams in, else its bytes. */
async function streamOrBytes(response: Response): Promise<Response | ArrayBuffer> {
  if (!response.ok) throw new Error(`${response.url || "the response"} answered ${response.status}`);
  const isWasm = response.headers.get("content-type")?.toLowerCase() === "application/wasm"; // no host streams it with parameters
  return isWasm && typeof WebAssembly.instantiateStreaming === "function" ? response : response.arrayBuffer();
}
