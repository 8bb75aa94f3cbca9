/** The compiled module's exports, typed by the compiler's own declarations: a changed export is an error here. */
import type * as Declared from "../../build/margin.js";

type Functions = Omit<typeof Declared.__AdaptedExports, "memory">;
export type Exports = Functions & { memory: { readonly buffer: ArrayBuffer } };
