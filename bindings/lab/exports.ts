/** The lab module's exports, typed by the compiler's own declarations. */
import type * as Declared from "../../build/lab.js";

type Functions = Omit<typeof Declared.__AdaptedExports, "memory">;
export type LabExports = Functions & { memory: { readonly buffer: ArrayBuffer } };
