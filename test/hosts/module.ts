/** Variants of the module for tests: with a limit to its memory, without its exports. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { limitedTo } from "../limited.ts";
import { root } from "./bundle.ts";

export const wasm = new Uint8Array(readFileSync(join(root, "dist/margin.wasm")));

/** The module with a memory of at most `pages` of 64 KiB. */
export const limited = (pages: number): Uint8Array => limitedTo(pages, wasm);

/** A valid module that is not ours. */
export const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
