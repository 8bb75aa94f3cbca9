import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, firstDifference, kernels, relativeError, release } from "../kernels.ts";
import { anySlice, at, filled, grid, ownCase, Svi, VOGT, type Raw } from "./sample.ts";

function moments(slice: Raw, strike: number): [number, number, number] {
  release();
  const s = column(5, slice);
  return filled(3, (out) => kernels.densityMoments(s, strike, out)) as [number, number, number];
}

describe("vectors", () => {
  it("mass, mean, a call and the density at three points", () => {
    const { inputs, expected } = ownCase("svi.density");
    const slice: Raw = [inputs.a, inputs.b, inputs.rho, inputs.m, inputs.sigma];
    const [mass, mean, call] = moments(slice, inputs.callStrikeOverForward);
    expect(Math.abs(mass - 1)).toBeLessThan(1e-14);
    expect(Math.abs(mean - 1)).toBeLessThan(1e-14);
    expect(Math.abs(call - expected.callOverForward)).toBeLessThan(1e-15);
    at(Svi.density, slice, inputs.kForDensity).forEach((p, i) => {
      expect(relativeError(p, expected.density[i])).toBeLessThan(1e-14);
    });
  });
});

describe("identities", () => {
  it("mass 1, mean 1, and a call at Black's price, of any slice whose wings are not steep", () => {
    fc.assert(
      fc.property(anySlice, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (s, k) => {
        fc.pre(s[1] * (1 + Math.abs(s[2])) <= 1);
        const strike = kernels.exp(k);
        const [mass, mean, call] = moments(s, strike);
        // what the quadrature of the test leaves of small variances with a sharp smile, up to 1.0e-11 seen
        expect(Math.abs(mass - 1)).toBeLessThan(1e-10);
        expect(Math.abs(mean - 1)).toBeLessThan(1e-10);
        const black = kernels.price(1, strike, 1, at(Svi.vol, s, [k])[0]!, 1, 1);
        expect(Math.abs(call - black)).toBeLessThan(1e-10);
      }),
      { numRuns: 300 },
    );
  });

  it("is the second derivative of calls by strike", () => {
    // p(k) = K·∂²C/∂K², with C over F
    for (const k of [-0.4, -0.1, 0, 0.2, 0.5, 0.85]) {
      const K = Math.exp(k);
      const h = 1e-3 * K;
      const call = (x: number) => {
        const log = kernels.logRatio(x, 1);
        return kernels.price(1, x, 1, at(Svi.vol, VOGT, [log])[0]!, 1, 1);
      };
      const second = (call(K + h) - 2 * call(K) + call(K - h)) / h ** 2;
      expect(Math.abs(second * K - at(Svi.density, VOGT, [k])[0]!)).toBeLessThan(1e-3);
    }
  });

  it("has the sign of g", () => {
    const k = grid(-2, 2, 401);
    const [g, p] = [at(Svi.g, VOGT, k), at(Svi.density, VOGT, k)];
    expect(firstDifference(g.map(Math.sign), p.map(Math.sign))).toBe(-1);
  });
});
