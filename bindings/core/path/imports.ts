/** Functions of the core that a path calls, by their number. */
import { F64, I32, type Import } from "../../compile/assembler.ts";

export const IMPORTS: Import[] = [
  { name: "describeOrder", parameters: [I32, I32, I32, F64, F64, I32], result: I32 },
  { name: "exp", parameters: [F64], result: F64 },
  { name: "log", parameters: [F64], result: F64 },
  { name: "pow", parameters: [F64, F64], result: F64 },
  { name: "roundDecimal", parameters: [F64, I32], result: F64 },
  { name: "step", parameters: [F64, I32, I32], result: F64 },
  { name: "progressive", parameters: [F64, I32, I32], result: F64 },
  { name: "interpolate", parameters: [F64, I32, I32], result: F64 },
];

export const callOf = (name: string) => IMPORTS.findIndex((one) => one.name === name);
