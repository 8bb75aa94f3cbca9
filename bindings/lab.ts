/** Entry `margin-core/lab` for Node (and Deno, Bun): surfaces fitted to quotes, correlations to returns. The module is read from beside this file. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { instantiateLab, instantiateLabSync, type Lab, type LabSource } from "./lab/lab.ts";

export { MarginError } from "./error.ts";
export type { Calibrate } from "./lab/calibrate.ts";
export type { Correlation, CorrelationStress, Spectrum, StressOptions } from "./lab/correlation.ts";
export * from "./lab/correlation-types.ts";
export type { Matrix } from "./lab/matrix.ts";
export { marketFacts } from "./lab/facts.ts";
export type { Lab, LabSource } from "./lab/lab.ts";
export * from "./lab/types.ts";

const url = new URL("./lab.wasm", import.meta.url);

/** @param source another module, or its bytes; default the package's own */
export async function loadLab(source?: LabSource): Promise<Lab> {
  return instantiateLab(source ?? (await readFile(url)));
}

export function loadLabSync(source?: LabSource): Lab {
  return instantiateLabSync(source ?? readFileSync(url));
}
