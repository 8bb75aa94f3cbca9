import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, firstDifference, kernels, relativeError, release } from "../kernels.ts";
import { anySlice, at, filled, grid, isSharedThere, ownCase, sharedSurfaces, Svi, VOGT, type Raw } from "./sample.ts";

const wings = (slice: Raw, tau: number) => filled(5, (out) => kernels.sviToJumpWings(...slice, tau, out)) as Raw;
const fromWings = (jw: Raw, tau: number) => filled(5, (out) => kernels.sviFromJumpWings(...jw, tau, out)) as Raw;

describe("vectors", () => {
  it("w, w′ and w″ of Vogt's slice", () => {
    const { inputs, expected } = ownCase("svi.vogt.slice");
    for (const [which, key] of [
      [Svi.w, "w"],
      [Svi.slope, "dw"],
      [Svi.curvature, "d2w"],
    ] as const)
      at(which, VOGT, inputs.k).forEach((x, i) => expect(relativeError(x, expected[key][i])).toBeLessThan(1e-13));
  });

  it.skipIf(!isSharedThere)("Vogt's jump-wings of ../shared/data: as printed, and at full width", () => {
    const { jw_published: printed, jw_from_rounded_raw: full } = sharedSurfaces().gatheral_jacquier_2014_vogt;
    const keys = ["v", "psi", "p", "c", "v_tilde"];
    wings(VOGT, 1).forEach((x, i) => {
      expect(relativeError(x, printed[keys[i]!])).toBeLessThan(5e-7);
      expect(relativeError(x, full[keys[i]!])).toBeLessThan(1e-14);
    });
  });

  it.skipIf(!isSharedThere)("SPX 2005 of ../shared/data: the eight slices are those carried in own/", () => {
    const rows: any[] = sharedSurfaces()["gatheral_spx_2005-09-15_svi"].rows;
    expect(rows.length).toBe(8);
    for (const { a, b, rho, m, sig, texp } of rows) {
      const slice: Raw = [a, b, rho, m, sig];
      expect(Boolean(kernels.sviIsAdmissible(...slice))).toBe(true);
      fromWings(wings(slice, texp), texp).forEach((x, i) => expect(relativeError(x, slice[i]!)).toBeLessThan(1e-12));
    }
  });
});

describe("identities", () => {
  it("lanes give the bits of scalars, in every kernel", () => {
    fc.assert(
      fc.property(
        anySlice,
        fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 2, maxLength: 9 }),
        (s, k) => {
          for (const which of Object.values(Svi)) at(which, s, k, 0.3);
        },
      ),
    );
  });

  it("the columns of a slice, odd rows too, are its scalars", () => {
    fc.assert(
      fc.property(anySlice, fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { maxLength: 9 }), (s, k) => {
        const [w, vols] = [at(Svi.w, s, k), at(Svi.vol, s, k, 0.3)];
        release();
        const [slice, x] = [column(5, s), column(k.length + 1, k)];
        expect(
          firstDifference(
            w,
            filled(k.length, (out) => kernels.sviTotalVariances(k.length, x, slice, out)),
          ),
        ).toBe(-1);
        expect(
          firstDifference(
            vols,
            filled(k.length, (out) => kernels.sviVols(k.length, x, slice, 0.3, out)),
          ),
        ).toBe(-1);
      }),
    );
  });

  it("w′, w″ and ∂σ/∂k are differences of w, w′ and σ", () => {
    fc.assert(
      fc.property(anySlice, fc.double({ min: -2, max: 2, noNaN: true }), (s, k) => {
        const h = 1e-4 * s[4];
        const ends = [k - h, k + h];
        const difference = (which: number) => {
          const [low, high] = at(which, s, ends, 0.3);
          return (high! - low!) / (2 * h);
        };
        // second-order differences: h²·f‴/6, with f⁗ of w at most about 3b/σ³
        const scale = s[1] * (1 + 1 / s[4]);
        expect(Math.abs(difference(Svi.w) - at(Svi.slope, s, [k])[0]!)).toBeLessThan(1e-6 * scale);
        expect(Math.abs(difference(Svi.slope) - at(Svi.curvature, s, [k])[0]!)).toBeLessThan(1e-6 * scale);
        const vol = at(Svi.vol, s, [k], 0.3)[0]!;
        expect(Math.abs(difference(Svi.vol) - at(Svi.skew, s, [k], 0.3)[0]!)).toBeLessThan((1e-5 * scale) / vol ** 3);
      }),
    );
  });

  it("raw → jump-wings → raw", () => {
    fc.assert(
      fc.property(anySlice, fc.double({ min: 0.001, max: 3, noNaN: true }), (s, tau) => {
        const jw = wings(s, tau);
        const [v, , , , low] = jw;
        const beta = s[3] / Math.hypot(s[3], s[4]);
        const apart = Math.abs(s[2] - beta);
        // σ is not in the five where ψ = 0; near it v − ṽ and ψ² lose what they cancel
        fc.pre(apart > 1e-3);
        const bound = (2e-13 / (1 - s[2] ** 2)) * (v / (v - low) + 1 / apart) * (1 + 1 / Math.sqrt(1 - beta * beta));
        const size = [v * tau + s[1] * s[4], s[1], 1, Math.hypot(s[3], s[4]), Math.hypot(s[3], s[4])];
        fromWings(jw, tau).forEach((x, i) => expect(Math.abs(x - s[i]!)).toBeLessThan(bound * size[i]!));
      }),
      { numRuns: 2000 },
    );
  });

  it("jump-wings are what they are called", () => {
    const [v, psi, p, c, low] = wings(VOGT, 1);
    const [b, rho] = [VOGT[1], VOGT[2]];
    const [w0, slope] = [at(Svi.w, VOGT, [0])[0]!, at(Svi.slope, VOGT, [0])[0]!];
    expect(v).toBe(w0);
    expect(psi).toBeCloseTo(slope / (2 * Math.sqrt(w0)), 14);
    expect(p * Math.sqrt(w0)).toBeCloseTo(b * (1 - rho), 14);
    expect(c * Math.sqrt(w0)).toBeCloseTo(b * (1 + rho), 14);
    const lowest = kernels.sviLeastAt(rho, VOGT[3], VOGT[4]);
    expect(at(Svi.w, VOGT, [lowest])[0]).toBeCloseTo(low, 15);
    expect(at(Svi.slope, VOGT, [lowest])[0]).toBeCloseTo(0, 15);
    expect(low).toBeLessThanOrEqual(Math.min(...at(Svi.w, VOGT, grid(-2, 2, 4000))));
  });

  it("m = 0 needs no case of its own", () => {
    const slice: Raw = [0.02, 0.1, -0.4, 0, 0.2];
    fromWings(wings(slice, 0.5), 0.5).forEach((x, i) => expect(Math.abs(x - slice[i]!)).toBeLessThan(1e-14));
  });
});

describe("edges", () => {
  it("jump-wings outside their domain give NaN", () => {
    const good: Raw = wings(VOGT, 1);
    const changed = (i: number, x: number) => good.map((y, j) => (i === j ? x : y)) as Raw;
    const bad = [changed(0, 0), changed(0, NaN), changed(1, 0), changed(1, -good[2] / 2), changed(1, good[3] / 2)];
    bad.push(changed(2, 0), changed(3, -0.1), changed(4, -1e-9), changed(4, good[0]));
    for (const jw of bad) for (const x of fromWings(jw, 1)) expect(x, String(jw)).toBeNaN();
    for (const x of fromWings(good, 0)) expect(x).toBeNaN();
  });

  it("what a slice must hold", () => {
    const isFine = (...slice: Raw) => Boolean(kernels.sviIsAdmissible(...slice));
    expect(isFine(0.01, 0.1, 0.2, 0, 0.1)).toBe(true);
    expect(isFine(0.01, -0.1, 0.2, 0, 0.1)).toBe(false);
    expect(isFine(0.01, 0.1, 1, 0, 0.1)).toBe(false);
    expect(isFine(0.01, 0.1, 0.2, 0, 0)).toBe(false);
    expect(isFine(-0.01, 0.1, 0, 0, 0.1)).toBe(true); // least w is 0
    expect(isFine(-0.0101, 0.1, 0, 0, 0.1)).toBe(false);
    expect(isFine(0.01, 1, -1 + 1e-9, 0, 0.1)).toBe(true); // the slope is 2
    expect(isFine(0.01, 1.01, 0.99, 0, 0.1)).toBe(false);
    for (let i = 0; i < 5; i++)
      expect(isFine(...(VOGT.map((x, j) => (i === j ? NaN : x)) as Raw)), `parameter ${i}`).toBe(false);
  });

  it("a vol of negative variance is NaN", () => {
    expect(at(Svi.vol, [-1, 0.1, 0, 0, 0.1], [0])[0]).toBeNaN();
  });
});
