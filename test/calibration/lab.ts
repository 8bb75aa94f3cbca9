/** The lab as built, for tests, studies and benches. */
import { readFileSync } from "node:fs";
import { instantiateLabSync } from "../../bindings/lab/lab.ts";

export const lab = instantiateLabSync(readFileSync("build/lab.wasm"));
