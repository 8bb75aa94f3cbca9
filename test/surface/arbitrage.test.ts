import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, kernels, relativeError, release, view } from "../kernels.ts";
import { anySlice, at, filled, grid, isSharedThere, ownCase, sharedSurfaces, Svi, VOGT, type Raw } from "./sample.ts";

function least(slice: Raw, from = -4, to = 4, steps = 800): [number, number, number, number] {
  release();
  const s = column(5, slice);
  return filled(4, (out) => kernels.leastDurrleman(s, from, to, steps, out)) as [number, number, number, number];
}
function stretch(slice: Raw, from: number, to: number): number[] {
  release();
  const s = column(5, slice);
  return filled(2, (out) => kernels.negativeStretch(s, from, to, 800, out));
}
function repair(slice: Raw): { how: number; raw: Raw } {
  release();
  const s = column(5, slice);
  const out = column(5);
  const how = kernels.repairSlice(s, out);
  return { how, raw: [...view(out, 5)] as Raw };
}
const isFree = (slice: Raw) => {
  release();
  return Boolean(kernels.isButterflyFree(column(5, slice), -6, 6, 1200));
};
const pairOf = (near: Raw, far: Raw) => {
  release();
  return column(10, [...near, ...far]);
};
const inputsOf = (slice: any): Raw => [slice.a, slice.b, slice.rho, slice.m, slice.sigma];

describe("vectors", () => {
  it("Vogt's slice: where g < 0, and how far", () => {
    const { expected } = ownCase("svi.vogt.butterfly");
    const [k, g, argmin, minimum] = least(VOGT);
    expect(Math.abs(argmin - expected.argminG)).toBeLessThan(1e-12);
    expect(Math.abs(minimum - expected.minG)).toBeLessThan(1e-14);
    expect(k).toBeCloseTo(0.88, 12);
    expect(g).toBeGreaterThan(minimum);
    const [from, to] = stretch(VOGT, -4, 4);
    expect(Math.abs(from! - expected.gNegativeFrom)).toBeLessThan(1e-14);
    expect(Math.abs(to! - expected.gNegativeTo)).toBeLessThan(1e-14);
    expect(isFree(VOGT)).toBe(false);
  });

  it.skipIf(!isSharedThere)("Vogt's g at the twelve points of ../shared/data", () => {
    const { k, g } = sharedSurfaces().gatheral_jacquier_2014_vogt.g_function;
    expect(k.length).toBe(12);
    at(Svi.g, VOGT, k).forEach((x, i) => expect(relativeError(x, g[i]), `k = ${k[i]}`).toBeLessThan(2e-14));
  });

  it("the repair in closed form", () => {
    const { expected } = ownCase("svi.vogt.repair");
    const { how, raw } = repair(VOGT);
    expect(how).toBe(0);
    raw.forEach((x, i) => expect(relativeError(x, expected.rawRepaired[i])).toBeLessThan(1e-14));
    expect(isFree(raw)).toBe(true);
    expect(Math.abs(least(raw)[1] - expected.minGOnGrid)).toBeLessThan(1e-14);
  });

  it.skipIf(!isSharedThere)("the repair as printed, of ../shared/data", () => {
    const { repair_published: printed } = sharedSurfaces().gatheral_jacquier_2014_vogt;
    const [, , , c, low] = filled(5, (out) => kernels.sviToJumpWings(...repair(VOGT).raw, 1, out));
    expect(Math.abs(c! - printed.c_prime)).toBeLessThan(5e-8);
    expect(Math.abs(low! - printed.v_tilde_prime)).toBeLessThan(5e-9);
    const { v, psi, p } = sharedSurfaces().gatheral_jacquier_2014_vogt.jw_published;
    const best: Raw = [v, psi, p, printed.optimised_c_star, printed.optimised_v_tilde_star];
    const optimum = filled(5, (out) => kernels.sviFromJumpWings(...best, 1, out)) as Raw;
    expect(isFree(optimum)).toBe(true);
  });

  it("two slices that cross once", () => {
    const { inputs, expected } = ownCase("svi.calendar.crossing");
    const pair = pairOf(inputsOf(inputs.near), inputsOf(inputs.far));
    const out = column(4);
    expect(kernels.sliceCrossings(pair, -10, 10, 2000, out)).toBe(1);
    expect(Math.abs(view(out, 1)[0]! - expected.crossings[0])).toBeLessThan(1e-14);
  });
});

describe("identities", () => {
  it("g′ is the difference of g", () => {
    fc.assert(
      fc.property(anySlice, fc.double({ min: -1, max: 1, noNaN: true }), (s, k) => {
        fc.pre(s[4] > 0.05);
        const h = 1e-5 * s[4];
        const [a, b, c, d] = at(Svi.g, s, [k - 2 * h, k - h, k + h, k + 2 * h]);
        const difference = (8 * (c! - b!) - (d! - a!)) / (12 * h);
        const slope = kernels.durrlemanSlope(k, ...s);
        const size = 1 + Math.max(Math.abs(a!), Math.abs(slope)) + 1 / at(Svi.w, s, [k])[0]!;
        expect(Math.abs(difference - slope)).toBeLessThan((1e-8 * size) / s[4]);
      }),
      { numRuns: 500 },
    );
  });

  it("the refined least is nowhere undercut on a grid ten times finer", () => {
    fc.assert(
      fc.property(anySlice, (s) => {
        fc.pre(s[4] > 0.05);
        const fine = Math.min(...at(Svi.g, s, grid(-2, 2, 8000)));
        expect(least(s, -2, 2, 800)[3]).toBeLessThanOrEqual(fine + 1e-12 * (1 + Math.abs(fine)));
      }),
      { numRuns: 50 },
    );
  });

  it("a repaired slice has no butterfly, keeps w at the money, and where it could its skew and left wing", () => {
    let cut = 0;
    fc.assert(
      fc.property(anySlice, (s) => {
        const { how, raw } = repair(s);
        expect(how).toBeLessThan(2);
        expect(isFree(raw), `${s} → ${raw}`).toBe(true);
        expect(relativeError(at(Svi.w, raw, [0])[0]!, at(Svi.w, s, [0])[0]!)).toBeLessThan(1e-13);
        if (how === 1) return void cut++;
        const [, psi, p] = filled(5, (out) => kernels.sviToJumpWings(...s, 1, out));
        const [, psiThen, pThen] = filled(5, (out) => kernels.sviToJumpWings(...raw, 1, out));
        expect(Math.abs(psi! - psiThen!)).toBeLessThan(1e-13 * (1 + p!));
        expect(relativeError(pThen!, p!)).toBeLessThan(1e-12);
      }),
      { numRuns: 500 },
    );
    expect(cut).toBeGreaterThan(10);
  });

  it("the closed form alone can have a butterfly, which is why it is cut", () => {
    const steep: Raw = [-0.004, 0.9, -0.8, 0, 0.01];
    const [v, psi, p] = filled(5, (out) => kernels.sviToJumpWings(...steep, 1, out));
    const c = p! + 2 * psi!;
    const low = (v! * 4 * p! * c) / (p! + c) ** 2;
    const closed = filled(5, (out) => kernels.sviFromJumpWings(v!, psi!, p!, c, low, 1, out)) as Raw;
    expect(least(closed)[3]).toBeLessThan(0);
    const { how, raw } = repair(steep);
    expect(how).toBe(1);
    expect(isFree(raw)).toBe(true);
  });

  it("far out g tends to 1/4 − slope²/16", () => {
    const [b, rho] = [VOGT[1], VOGT[2]];
    const [left, right] = at(Svi.g, VOGT, [-1e6, 1e6]);
    expect(left).toBeCloseTo(0.25 - (b * (1 - rho)) ** 2 / 16, 5);
    expect(right).toBeCloseTo(0.25 - (b * (1 + rho)) ** 2 / 16, 5);
  });

  it("the least difference and the crossings agree", () => {
    fc.assert(
      fc.property(anySlice, anySlice, (near, far) => {
        const pair = pairOf(near, far);
        const out = column(4);
        const count = kernels.sliceCrossings(pair, -5, 5, 1000, out);
        expect(count).toBeLessThanOrEqual(4);
        const roots = [...view(out, count)];
        const [w1, w2] = [at(Svi.w, near, roots), at(Svi.w, far, roots)];
        roots.forEach((_, i) => expect(relativeError(w1[i]!, w2[i]!)).toBeLessThan(1e-11));
        const again = pairOf(near, far);
        const [, onGrid, k, refined] = filled(4, (to) => kernels.leastDifference(again, -5, 5, 1000, to));
        expect(refined).toBeLessThanOrEqual(onGrid!);
        expect(Math.abs(at(Svi.w, far, [k!])[0]! - at(Svi.w, near, [k!])[0]! - refined!)).toBeLessThan(1e-15);
        if (count > 0) expect(refined).toBeLessThanOrEqual(1e-15);
      }),
    );
  });
});

describe("edges", () => {
  it("a stretch that reaches an end of the range ends there; none is NaN", () => {
    expect(stretch(VOGT, 0.8, 1)).toEqual([0.8, 1]);
    expect(stretch(VOGT, -1, 0.5)).toEqual([NaN, NaN]);
    const [from, to] = stretch(VOGT, 0, 1);
    expect(from).toBeCloseTo(0.6424, 4);
    expect(to).toBe(1);
  });

  it("Lee's bound broken, or no variance: not free, and no repair without variance at the money", () => {
    expect(isFree([0.02, 1.2, 0.9, 0, 0.2])).toBe(false);
    expect(isFree([NaN, 0.1, 0, 0, 0.2])).toBe(false);
    const { how, raw } = repair([-0.1, 0.1, 0, 0, 0.2]);
    expect(how).toBe(2);
    expect(raw).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });

  it("a slice whose least variance is at the money (ψ = 0) is repaired too", () => {
    const symmetric: Raw = [0.02, 0.1, 0, 0, 0.1];
    const { how, raw } = repair(symmetric);
    expect(how).toBe(0);
    expect(raw[2]).toBe(0);
    expect(relativeError(at(Svi.w, raw, [0])[0]!, 0.03)).toBeLessThan(1e-15);
  });
});
