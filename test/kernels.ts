/** The kernels module for tests: exports, and columns in its memory. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

type Kernels = typeof import("../build/kernels.js").__AdaptedExports;

const path = fileURLToPath(new URL("../build/kernels.wasm", import.meta.url));
if (!existsSync(path)) throw new Error("build/kernels.wasm is missing: run `npm run build:wasm` first");

export const kernels = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), {})
  .exports as unknown as Kernels;

let free = kernels.arenaBase();

/** Reserves [n] doubles, 16-byte aligned, and writes `values` there. */
export function column(n: number, values?: ArrayLike<number>): number {
  const address = free;
  free += Math.ceil((n * 8) / 16) * 16;
  const missing = free - kernels.memory.buffer.byteLength;
  if (missing > 0) kernels.memory.grow(Math.ceil(missing / 65536));
  if (values) view(address, n).set(values);
  return address;
}

/** The doubles at an address; invalid after the next `column`. */
export function view(address: number, n: number): Float64Array {
  return new Float64Array(kernels.memory.buffer, address, n);
}

/** Gives back all columns; for the end of a test. */
export function release(): void {
  free = kernels.arenaBase();
}

/** Runs `math` on each lane pair and one by one; the results. */
export function bothWidths(which: number, a: number[], b: number[]): [Float64Array, Float64Array] {
  release();
  const n = a.length;
  const x = column(n, a);
  const y = column(n, b);
  const wide = column(n);
  const single = column(n);
  kernels.mathColumns(which, n, x, y, wide);
  kernels.mathScalars(which, n, x, y, single);
  return [view(wide, n).slice(), view(single, n).slice()];
}

const double = new DataView(new ArrayBuffer(8));

/** The double as an integer that counts ulps: neighbours differ by one. */
export function ordinal(x: number): bigint {
  double.setFloat64(0, x);
  const bits = double.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** Distance of two doubles in units of the last place. */
export function ulps(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const distance = ordinal(a) - ordinal(b);
  return Number(distance < 0n ? -distance : distance);
}

/** |a/b − 1|, 0 where both are 0. */
export function relativeError(a: number, b: number): number {
  return a === b ? 0 : Math.abs((a - b) / b);
}

/** First index at which the bits differ (any NaN equals any NaN), or −1. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

/** A seeded generator in [0, 1): a linear congruence mixed down, enough for test inputs. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}

/** A JSON file of test/vectors/pricing. */
export function figures<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./vectors/pricing/${name}`, import.meta.url), "utf8")) as T;
}

interface ReferenceCase {
  id: string;
  inputs: Record<string, any>;
  expected: Record<string, any>;
}

/** One carried case of vectors/risk-reference.json, by its id. */
export function referenceCase(id: string): ReferenceCase {
  const found = figures<ReferenceCase[]>("reference-cases.json").find((c) => c.id === id);
  if (!found) throw new Error(`no reference case ${id}`);
  return found;
}
