/**
 * What implementations of SIMM get wrong, as tests on any that has the twin's signature: call `simmTraps` with it in a test file.
 * They read totals and measure columns only, and run on invented parameters.
 */
import { factorTraps } from "./simm-traps-factors.ts";
import { measureTraps } from "./simm-traps-measures.ts";
import type { Simm } from "./simm-types.ts";

export function simmTraps(name: string, simm: Simm): void {
  factorTraps(name, simm);
  measureTraps(name, simm);
}
