/** Slices for tests: their place in memory, the functions of one at each k, and random ones. */
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { column, firstDifference, kernels, release, view } from "../kernels.ts";

export type Raw = [a: number, b: number, rho: number, m: number, sigma: number];

/** Numbers of `SviKernel` in assembly/kernels.ts. */
export const Svi = { w: 0, slope: 1, curvature: 2, vol: 3, skew: 4, g: 5, density: 6, capped: 7 };

/** Runs `f` with `n` doubles of room, and gives them back. */
export function filled(n: number, f: (out: number) => void): number[] {
  const out = column(n);
  f(out);
  return [...view(out, n)];
}

/** f(k) one by one; the same in pairs must have the same bits. */
export function at(which: number, slice: Raw, k: number[], tau = 1): number[] {
  release();
  const even = k.length % 2 === 0 ? k : [...k, 0];
  const [s, x] = [column(5, slice), column(even.length, even)];
  const single = filled(even.length, (out) => kernels.sviScalars(which, even.length, x, s, tau, out));
  const pairs = filled(even.length, (out) => kernels.sviColumns(which, even.length, x, s, tau, out));
  const different = firstDifference(single, pairs);
  if (different >= 0) throw new Error(`kernel ${which} of ${slice} differs by width at k = ${k[different]}`);
  return single.slice(0, k.length);
}

export const grid = (from: number, to: number, steps: number) =>
  Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A slice with least variance from 1e-4 to 0.3, under Lee's bound. */
export const anySlice: fc.Arbitrary<Raw> = fc
  .tuple(within(1e-4, 0.3), within(0.001, 0.99), within(-0.95, 0.95), within(-0.5, 0.5), within(0.01, 0.6))
  .map(([least, b, rho, m, sigma]) => [least - b * sigma * Math.sqrt(1 - rho * rho), b, rho, m, sigma]);

/** One of SSVI: θ, ρ, φ. */
export const anySsvi = fc.tuple(within(1e-4, 1), within(-0.9, 0.9), within(0.2, 30));

export const VOGT: Raw = [-0.041, 0.1331, 0.306, 0.3586, 0.4153];

const shared = new URL("../../../shared/data/ref_vol_surfaces.json", import.meta.url);
export const isSharedThere = existsSync(shared);
export const sharedSurfaces = (): any => JSON.parse(readFileSync(shared, "utf8"));

/** A carried case of test/vectors/own/surfaces.json by its id. */
export function ownCase(id: string): { inputs: any; expected: any } {
  const file = new URL("../vectors/own/surfaces.json", import.meta.url);
  const found = JSON.parse(readFileSync(file, "utf8")).vectors.find((vector: any) => vector.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}
