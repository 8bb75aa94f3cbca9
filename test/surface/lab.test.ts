/** What lab.wasm exports of surface/, against the kernels that the other tests hold to their vectors. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { firstDifference, kernels } from "../kernels.ts";
import { at, grid, Svi, VOGT, type Raw } from "./sample.ts";

type Lab = typeof import("../../build/lab.js").__AdaptedExports;
const lab = new WebAssembly.Instance(new WebAssembly.Module(readFileSync("build/lab.wasm")), {})
  .exports as unknown as Lab;

const FAR: Raw = [-0.03, 0.15, 0.2, 0.3, 0.5];

function put(values: ArrayLike<number>): number {
  const address = lab.allocate(values.length * 8);
  new Float64Array(lab.memory.buffer, address, values.length).set(values);
  return address;
}
function filled(n: number, f: (out: number) => unknown): number[] {
  const out = put(new Float64Array(n));
  f(out);
  return [...new Float64Array(lab.memory.buffer, out, n)];
}

describe("one slice", () => {
  const k = grid(-1.5, 1.5, 12);
  const [slice, rows] = [put(VOGT), put(k)];

  it.each([
    ["w", Svi.w, (out: number) => lab.totalVariances(13, rows, slice, out)],
    ["vols", Svi.vol, (out: number) => lab.vols(13, rows, slice, 1, out)],
    ["g", Svi.g, (out: number) => lab.durrlemans(13, rows, slice, out)],
    ["densities", Svi.density, (out: number) => lab.densities(13, rows, slice, out)],
  ])("%s of a column with an odd last row", (_, which, f) => {
    expect(firstDifference(filled(13, f), at(which, VOGT, k))).toBe(-1);
  });

  it("jump-wings, there and back", () => {
    const jw = filled(5, (out) => lab.toJumpWings(slice, 1, out)) as Raw;
    filled(5, (out) => lab.fromJumpWings(...jw, 1, out)).forEach((x, i) => expect(x).toBeCloseTo(VOGT[i]!, 13));
  });

  it("a butterfly is found, measured and repaired; mass and mean stay one", () => {
    expect(Boolean(lab.isAdmissible(slice))).toBe(true);
    expect(Boolean(lab.isButterflyFree(slice, -4, 4, 800))).toBe(false);
    expect(filled(4, (out) => lab.leastDurrleman(slice, -4, 4, 800, out))[3]).toBeCloseTo(-0.032863573, 9);
    expect(filled(2, (out) => lab.negativeStretch(slice, -4, 4, 800, out))[0]).toBeCloseTo(0.642407878, 9);
    const repaired = put(new Float64Array(5));
    expect(lab.repair(slice, repaired)).toBe(0);
    expect(Boolean(lab.isButterflyFree(repaired, -4, 4, 800))).toBe(true);
    const [mass, mean] = filled(3, (out) => lab.moments(repaired, 1.1, out));
    expect(mass).toBeCloseTo(1, 12);
    expect(mean).toBeCloseTo(1, 12);
  });

  it("deltas of an expiry: those of one option each", () => {
    const strikes = [0.8, 1, 1.1, 1.3, 1.6].map((x) => x * 60000);
    const sides = [-1, 1, 1, -1, 1];
    const [strike, callPut] = [put(strikes), put(sides)];
    const skewAtm = at(Svi.skew, VOGT, [0])[0]!;
    const deltas = filled(5, (out) => lab.smileDeltas(5, 60000, strike, callPut, slice, 1, 0.98, 0.5, out));
    strikes.forEach((K, i) => {
      const k = kernels.logRatio(K, 60000);
      const [vol, skew] = [at(Svi.vol, VOGT, [k])[0]!, at(Svi.skew, VOGT, [k])[0]!];
      expect(deltas[i]).toBe(kernels.smileDelta(60000, K, 1, vol, 0.98, sides[i]!, skew, skewAtm, 0.5));
    });
  });
});

describe("several slices, and time", () => {
  it("a surface between its expiries, and where two slices cross", () => {
    const raw = put([...VOGT, ...FAR]);
    const [times, rows] = [put([0.5, 1]), put([-0.2, 0, 0.3])];
    const middle = filled(3, (out) => lab.surfaceTotalVariances(3, rows, 0.75, 2, times, raw, out));
    const [near, far] = [at(Svi.w, VOGT, [-0.2, 0, 0.3]), at(Svi.w, FAR, [-0.2, 0, 0.3])];
    middle.forEach((w, i) => expect(w).toBeCloseTo((near[i]! + far[i]!) / 2, 15));
    const [, , k, least] = filled(4, (out) => lab.leastDifference(raw, -4, 4, 800, out));
    expect(at(Svi.w, FAR, [k!])[0]! - at(Svi.w, VOGT, [k!])[0]!).toBeCloseTo(least!, 15);
    expect(lab.crossings(raw, -4, 4, 800, put(new Float64Array(4)))).toBe(0);
  });

  it("event time, the event's variance and the smile over it", () => {
    const week = put(new Float64Array(168));
    lab.fillWeek(0.6, week);
    expect(lab.eventTime(0, 604800, week, 0, 0, 0) * 31536000).toBeCloseTo(6.2 * 86400, 6);
    const split = [put([0.01, 0.02]), put([0.0036, 0.0102]), put([0, 1])] as const;
    const [ambient, event] = filled(2, (out) => lab.splitVariance(2, ...split, out));
    expect(ambient).toBeCloseTo(0.36, 14);
    expect(event).toBeCloseTo(0.003, 14);
    expect(lab.eventPrice(60000, 56000, 0.01, 0.5, 1, 1, 1.08, 0.45)).toBe(
      kernels.eventPrice(60000, 56000, 0.01, 0.5, 1, 1, 1.08, 0.45),
    );
    expect(lab.eventVol(60000, 56000, 0.01, 0.5, 1.08, 0.45)).toBe(
      kernels.eventVol(60000, 56000, 0.01, 0.5, 1.08, 0.45),
    );
  });
});
