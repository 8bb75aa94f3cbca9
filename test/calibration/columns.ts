/** The lab's least squares over plain lists, for tests. */
import { readFileSync } from "node:fs";
import type { LabExports } from "../../bindings/lab/exports.ts";
import type { Svi } from "../../bindings/lab/types.ts";

const exports = new WebAssembly.Instance(new WebAssembly.Module(readFileSync("build/lab.wasm")), {})
  .exports as unknown as LabExports;

/** k, w and weights in memory, padded to an even number with a row that weighs nothing. */
function fitted(k: number[], w: number[], call: (n: number, at: number, stride: number) => number) {
  const n = k.length + (k.length & 1);
  const block = exports.allocate(8 * (3 * n + 6));
  const columns = new Float64Array(exports.memory.buffer, block, 3 * n);
  columns.set([...k, k.at(-1)!].slice(0, n), 0);
  columns.set([...w, w.at(-1)!].slice(0, n), n);
  columns.fill(1, 2 * n, 2 * n + k.length);
  columns.fill(0, 2 * n + k.length);
  const sse = call(n, block, 8 * n);
  const [a, b, rho, m, sigma] = new Float64Array(exports.memory.buffer, block + 24 * n, 5) as unknown as number[];
  exports.release(block);
  return { sse, slice: { a, b, rho, m, sigma } as Svi };
}

export const lab = {
  leastSquares: (k: number[], w: number[]) =>
    fitted(k, w, (n, at, stride) => exports.leastSquares(n, at, at + stride, at + 2 * stride, at + 3 * stride)),
  leastSquaresAt: (k: number[], w: number[], m: number, sigma: number) =>
    fitted(k, w, (n, at, stride) =>
      exports.leastSquaresAt(n, at, at + stride, at + 2 * stride, m, sigma, at + 3 * stride),
    ),
};
