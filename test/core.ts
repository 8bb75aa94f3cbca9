/** The core as built, for tests that need no host. */
import { readFileSync } from "node:fs";
import { instantiateSync } from "../bindings/host/instantiate.ts";

export const core = instantiateSync(readFileSync("build/margin.wasm"));
