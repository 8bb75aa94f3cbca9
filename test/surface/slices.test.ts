import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, firstDifference, kernels, relativeError, release } from "../kernels.ts";
import { anySlice, at, filled, grid, ownCase, Svi, VOGT, type Raw } from "./sample.ts";

const NEAR: Raw = [0.002, 0.05, -0.3, 0.01, 0.08];
const MIDDLE: Raw = [0.01, 0.08, -0.25, 0.02, 0.15];
const FAR: Raw = [0.05, 0.1, -0.2, 0.05, 0.25];
const TIMES = [0.02, 0.1, 0.5];

function put(times: number[], slices: Raw[]): [number, number, number] {
  release();
  return [times.length, column(times.length, times), column(5 * slices.length, slices.flat())];
}
const w = (k: number, t: number, times = TIMES, slices = [NEAR, MIDDLE, FAR]) =>
  kernels.surfaceTotalVariance(k, t, ...put(times, slices));
const of = (slice: Raw, k: number) => at(Svi.w, slice, [k])[0]!;

describe("vectors", () => {
  it("before, between and beyond two expiries", () => {
    const { inputs, expected } = ownCase("svi.expiry.interpolation");
    const variance = inputs.vol.map((vol: number, i: number) => vol * vol * inputs.T[i]);
    release();
    const [times, at2] = [column(2, inputs.T), column(2, variance)];
    inputs.queryT.forEach((t: number, i: number) => {
      const vol = Math.sqrt(kernels.termVariance(t, 2, times, at2) / t);
      expect(relativeError(vol, expected.vol[i])).toBeLessThan(1e-15);
    });
  });
});

describe("identities", () => {
  it("at an expiry it is the slice; between two it lies between, on a line in t", () => {
    for (const k of [-0.8, -0.1, 0, 0.3, 1.5]) {
      [NEAR, MIDDLE, FAR].forEach((slice, i) => expect(w(k, TIMES[i]!)).toBe(of(slice, k)));
      const [w1, w2] = [of(NEAR, k), of(MIDDLE, k)];
      for (const share of [0.25, 0.5, 0.75]) {
        expect(relativeError(w(k, 0.02 + 0.08 * share), w1 + share * (w2 - w1))).toBeLessThan(1e-14);
      }
    }
  });

  it("before the first its vol stays; beyond the last the forward variance", () => {
    for (const k of [-0.8, 0, 0.3]) {
      for (const t of [0.001, 0.01]) expect(relativeError(w(k, t) / t, of(NEAR, k) / 0.02)).toBeLessThan(1e-15);
      const forward = (of(FAR, k) - of(MIDDLE, k)) / 0.4;
      for (const t of [0.6, 2]) expect(relativeError(w(k, t), of(FAR, k) + forward * (t - 0.5))).toBeLessThan(1e-14);
    }
  });

  it("slices that do not cross give variance that rises in t", () => {
    const t = grid(0, 1, 200);
    for (const k of [-1, -0.2, 0, 0.2, 1]) {
      const along = t.map((x) => w(k, x));
      for (let i = 1; i < along.length; i++) expect(along[i]).toBeGreaterThan(along[i - 1]!);
    }
  });

  it("a forward variance below 0 is taken as 0 beyond the last expiry", () => {
    expect(w(0, 1, [0.1, 0.5], [FAR, NEAR])).toBe(of(NEAR, 0));
  });

  it("one expiry: its vol before and after", () => {
    for (const t of [0.01, 0.1, 0.7])
      expect(relativeError(w(0.1, t, [0.1], [MIDDLE]) / t, of(MIDDLE, 0.1) / 0.1)).toBeLessThan(1e-15);
  });

  it("columns, odd rows too, have the bits of scalars", () => {
    const k = grid(-3, 3, 10);
    for (const t of [0, 0.01, 0.02, 0.07, 0.5, 0.9]) {
      const single = k.map((x) => w(x, t));
      const surface = put(TIMES, [NEAR, MIDDLE, FAR]);
      const rows = column(k.length, k);
      const wide = filled(k.length, (out) => kernels.surfaceTotalVariances(k.length, rows, t, ...surface, out));
      expect(firstDifference(single, wide)).toBe(-1);
    }
  });

  it("a wing goes on with slope 1.98 from where it would be steeper, without a step", () => {
    const steep: Raw = [0.01, 1.3, 0.8, 0, 0.2]; // right slope 2.34
    const right = kernels.wingCap(true, 1.3, 0.8, 0, 0.2);
    expect(kernels.wingCap(false, 1.3, 0.8, 0, 0.2)).toBe(-Infinity);
    expect(at(Svi.slope, steep, [right])[0]).toBeCloseTo(1.98, 13);
    const [here, next, far] = at(Svi.capped, steep, [right, right + 1, right + 9]);
    expect(here).toBe(of(steep, right));
    expect(next).toBeCloseTo(here! + 1.98, 12);
    expect(far).toBeCloseTo(here! + 9 * 1.98, 12);
    const mirrored: Raw = [0.01, 1.3, -0.8, 0, 0.2];
    const k = grid(-3, 3, 60);
    const left = at(Svi.capped, mirrored, k);
    expect(
      firstDifference(
        left,
        at(
          Svi.capped,
          steep,
          k.map((x) => -x),
        ),
      ),
    ).toBe(-1);
  });

  it("a slice under Lee's bound is not touched", () => {
    fc.assert(
      fc.property(anySlice, fc.double({ min: -20, max: 20, noNaN: true }), (s, k) => {
        fc.pre(s[1] * (1 + Math.abs(s[2])) < 1.98);
        expect(at(Svi.capped, s, [k])[0]).toBe(of(s, k));
      }),
    );
  });
});

describe("edges", () => {
  it("t = 0 has no variance; t < 0 and NaN have none to give", () => {
    expect(w(0.1, 0)).toBe(0);
    expect(w(0.1, -1e-9)).toBeNaN();
    expect(w(0.1, NaN)).toBeNaN();
    expect(w(NaN, 0.05)).toBeNaN();
    const surface = put(TIMES, [NEAR, MIDDLE, FAR]);
    const rows = column(3, [0, 0, 0]);
    expect(filled(3, (out) => kernels.surfaceTotalVariances(3, rows, -1, ...surface, out))).toEqual([NaN, NaN, NaN]);
  });

  it("the floor beyond the quotes: last vol less two spreads, and only there", () => {
    expect(kernels.floorBeyond(0.6, 0.05)).toBe(0.5);
    expect(kernels.floorBeyond(0.05, 0.05)).toBe(0);
    const floored = (vol: number, k: number) => kernels.flooredVol(vol, k, -0.5, 0.4, 0.5, 0.45);
    expect(floored(0.3, -0.6)).toBe(0.5);
    expect(floored(0.3, 0.5)).toBe(0.45);
    expect(floored(0.3, 0)).toBe(0.3);
    expect(floored(0.3, -0.5)).toBe(0.3);
    expect(floored(0.7, -0.6)).toBe(0.7);
    expect(floored(NaN, 0)).toBeNaN();
  });

  it("sensitivities take at least a quarter of an hour", () => {
    expect(kernels.flooredTau(0)).toBe(900 / 31536000);
    expect(kernels.flooredTau(0.1)).toBe(0.1);
    expect(kernels.flooredTau(NaN)).toBeNaN();
  });

  it("Vogt's wings are not steep", () =>
    expect(kernels.wingCap(true, VOGT[1], VOGT[2], VOGT[3], VOGT[4])).toBe(Infinity));
});
