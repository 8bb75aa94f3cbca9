import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, kernels, relativeError, release } from "../kernels.ts";
import { anySsvi, at, filled, grid, ownCase, Svi, type Raw } from "./sample.ts";

const raw = (...slice: [number, number, number]) => filled(5, (out) => kernels.ssviToRaw(...slice, out)) as Raw;

function leastG(slice: Raw): number {
  release();
  const s = column(5, slice);
  return filled(4, (out) => kernels.leastDurrleman(s, -10, 10, 2000, out))[3]!;
}

describe("vectors", () => {
  it("the power law: w of four expiries", () => {
    const { inputs, expected } = ownCase("ssvi.power-law");
    inputs.slices.forEach(({ theta }: any, i: number) => {
      const phi = kernels.ssviPowerLaw(theta, inputs.eta, inputs.gamma);
      inputs.k.forEach((k: number, j: number) => {
        expect(relativeError(kernels.ssviTotalVariance(k, theta, inputs.rho, phi), expected.w[i][j])).toBeLessThan(
          1e-14,
        );
      });
    });
  });
});

describe("identities", () => {
  it("is the raw slice, and the same in two lanes", () => {
    fc.assert(
      fc.property(anySsvi, fc.double({ min: -4, max: 4, noNaN: true }), ([theta, rho, phi], k) => {
        const w = kernels.ssviTotalVariance(k, theta, rho, phi);
        expect(kernels.ssviTotalVarianceLane(k, theta, rho, phi)).toBe(w);
        const scale = theta * (1 + phi * Math.abs(k));
        expect(Math.abs(at(Svi.w, raw(theta, rho, phi), [k])[0]! - w)).toBeLessThan(1e-14 * scale);
      }),
    );
  });

  it("θ is the variance at the money", () => {
    expect(kernels.ssviTotalVariance(0, 0.04, -0.3, 8.7)).toBeCloseTo(0.04, 16);
  });

  it("a slice that meets both conditions has no butterfly, also at the largest φ", () => {
    fc.assert(
      fc.property(anySsvi, ([theta, rho, phi]) => {
        const most = kernels.ssviLargestPhi(theta, rho);
        expect(Boolean(kernels.ssviIsButterflyFree(theta, rho, most))).toBe(true);
        expect(leastG(raw(theta, rho, most))).toBeGreaterThanOrEqual(-1e-12);
        fc.pre(Boolean(kernels.ssviIsButterflyFree(theta, rho, phi)));
        expect(leastG(raw(theta, rho, phi))).toBeGreaterThanOrEqual(-1e-12);
      }),
    );
  });

  it("two slices that meet the sufficient rule do not cross; two that fail the necessary one do", () => {
    let ordered = 0;
    let crossed = 0;
    const near = anySsvi;
    const change = fc.tuple(
      fc.double({ min: 0.95, max: 2, noNaN: true }),
      fc.double({ min: -0.3, max: 0.3, noNaN: true }),
      fc.double({ min: 0.5, max: 1.3, noNaN: true }),
    );
    fc.assert(
      fc.property(near, change, ([theta, rho, phi], [up, tilt, width]) => {
        const far: [number, number, number] = [theta * up, Math.max(-0.95, Math.min(0.95, rho + tilt)), phi * width];
        release();
        const pair = column(10, [...raw(theta, rho, phi), ...raw(...far)]);
        // wings cross far out: the range grows with the width of the slices
        const reach = 100 / Math.min(phi, far[2]);
        const least = filled(4, (out) => kernels.leastDifference(pair, -reach, reach, 4000, out))[3]!;
        const isOrdered = Boolean(kernels.essviIsOrdered(theta, rho, phi, ...far));
        const mayBe = Boolean(kernels.essviMayBeOrdered(theta, rho, phi, ...far));
        if (isOrdered) {
          expect(mayBe).toBe(true);
          expect(least).toBeGreaterThanOrEqual(-1e-13 * theta * (1 + phi * reach));
          ordered++;
        }
        // slopes that differ by less than this cross beyond the range
        const room =
          (1 + rho) / (1 + far[1]) - up * width > 0.1 || (1 - rho) / (1 - far[1]) - up * width > 0.1 || up < 1;
        if (!mayBe && room) {
          expect(least).toBeLessThan(0);
          crossed++;
        }
      }),
      { numRuns: 3000 },
    );
    expect(ordered).toBeGreaterThan(500);
    expect(crossed).toBeGreaterThan(500);
  });
});

describe("edges", () => {
  it("a slice may be free of butterflies without the conditions; the bound on wings is strict", () => {
    expect(Boolean(kernels.ssviIsButterflyFree(0.04, -0.3, 9.6))).toBe(false);
    expect(leastG(raw(0.04, -0.3, 9.6))).toBeGreaterThan(0);
    expect(Boolean(kernels.ssviIsButterflyFree(4, 0, 1))).toBe(false);
    expect(Boolean(kernels.ssviIsButterflyFree(1, 0, 2))).toBe(true);
    expect(Boolean(kernels.ssviIsButterflyFree(NaN, 0, 1))).toBe(false);
  });

  it("a slice is ordered with itself, and with none that has less at the money", () => {
    expect(Boolean(kernels.essviIsOrdered(0.04, -0.3, 3, 0.04, -0.3, 3))).toBe(true);
    expect(Boolean(kernels.essviMayBeOrdered(0.04, -0.3, 3, 0.039, -0.3, 4))).toBe(false);
    expect(Boolean(kernels.essviMayBeOrdered(0.04, -0.3, 3, NaN, -0.3, 4))).toBe(false);
  });

  it("the power law at γ = ½ is η/√(θ(1 + θ))", () => {
    for (const theta of grid(0.01, 1, 10))
      expect(relativeError(kernels.ssviPowerLaw(theta, 0.9, 0.5), 0.9 / Math.sqrt(theta * (1 + theta)))).toBeLessThan(
        1e-15,
      );
  });
});
