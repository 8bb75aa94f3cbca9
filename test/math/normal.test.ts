import { describe, expect, it } from "vitest";
import { bothWidths, figures, firstDifference, kernels, referenceCase, relativeError, seeded } from "../kernels.ts";

const numeric = figures<Record<string, number[][]>>("numeric.json");

/** Largest relative error over a table. */
const worst = (name: string, f: (x: number) => number) =>
  Math.max(...numeric[name]!.map(([x, y]) => relativeError(f(x!), y!)));

describe("vectors", () => {
  it("density, distribution, E and erfcx hold their stated bounds", () => {
    expect(worst("density", kernels.normalDensity)).toBeLessThan(4e-16);
    expect(worst("distribution", kernels.normalDistribution)).toBeLessThan(8e-16);
    expect(worst("mills", kernels.mills)).toBeLessThan(8e-16);
    expect(worst("erfcx", kernels.erfcx)).toBeLessThan(8e-16);
  });

  it("the fast tail is within 3.6e-15 on N(−y)", () => {
    for (const [y, E] of numeric.mills!) {
      expect(Math.abs(kernels.fastMills(y!) - E!) * Math.exp((-y! * y!) / 2)).toBeLessThan(3.8e-15);
    }
  });

  it.each([
    ["num.normcdf.table", kernels.normalDistribution, 4e-15],
    ["num.erfcx.table", kernels.erfcx, 2e-15],
  ] as const)("%s", (id, f, bound) => {
    const { inputs, expected } = referenceCase(id);
    inputs.x.forEach((x: number, i: number) =>
      expect(relativeError(f(x), expected.value[i])).toBeLessThanOrEqual(bound),
    );
  });
});

describe("identities", () => {
  it("N(x) + N(−x) = 1", () => {
    for (let x = -8; x <= 8; x += 0.0137) {
      expect(Math.abs(kernels.normalDistribution(x) + kernels.normalDistribution(-x) - 1)).toBeLessThan(3e-16);
    }
  });

  it("N never decreases", () => {
    const random = seeded(5);
    for (let i = 0; i < 4000; i++) {
      const x = (random() - 0.5) * 70;
      expect(kernels.normalDistribution(x + 1e-3 * random() + 1e-9)).toBeGreaterThanOrEqual(
        kernels.normalDistribution(x) * (1 - 1e-15),
      );
    }
  });

  it("the Taylor form agrees with two tails where both are accurate", () => {
    for (let h = 0; h < 6; h += 0.11) {
      const t = 0.1499;
      const upper = kernels.mills(h + t);
      const lower = h >= t ? kernels.mills(h - t) : Math.exp(((h - t) * (h - t)) / 2) - kernels.mills(t - h);
      expect(Math.abs(kernels.millsDifference(h, t) - (lower - upper))).toBeLessThan(1e-15);
    }
  });
});

describe("lanes", () => {
  const random = seeded(6);
  const a: number[] = [0, -0, 40, 64, 1e300, Infinity, NaN, 38.6];
  while (a.length < 4000) a.push((random() - 0.5) * 90);
  it.each([
    ["density", 4, a],
    ["distribution", 5, a],
    ["mills", 6, a.map(Math.abs)],
    ["fastMills", 7, a.map(Math.abs)],
    ["millsDifference", 8, a.map(Math.abs)],
  ] as const)("%s has the same bits at both widths", (_, which, x) => {
    const [wide, single] = bothWidths(
      which,
      [...x],
      x.map(() => random() * 0.15),
    );
    expect(firstDifference(wide, single)).toBe(-1);
  });
});

describe("edges", () => {
  it("reaches its limits and passes NaN on", () => {
    expect(kernels.normalDistribution(-40)).toBe(0);
    expect(kernels.normalDistribution(40)).toBe(1);
    expect(kernels.normalDistribution(-Infinity)).toBe(0);
    expect(kernels.normalDistribution(Infinity)).toBe(1);
    expect(kernels.normalDistribution(0)).toBe(0.5);
    expect(kernels.normalDistribution(NaN)).toBeNaN();
    expect(kernels.normalDensity(40)).toBe(0);
    expect(kernels.erfcx(-27)).toBe(Infinity);
    expect(kernels.erfcx(0)).toBe(1);
    expect(kernels.erfcx(NaN)).toBeNaN();
  });
});
