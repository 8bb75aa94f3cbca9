import { describe, expect, it } from "vitest";
import { figures, kernels, referenceCase, relativeError, seeded } from "../kernels.ts";

const numeric = figures<Record<string, number[][]>>("numeric.json");

describe("vectors", () => {
  it("is within 8e-16 from 1e-300 to 1 − 2^−53", () => {
    for (const [p, x] of numeric.quantile!) expect(relativeError(kernels.normalQuantile(p!), x!)).toBeLessThan(8e-16);
  });

  it("num.norminv.table", () => {
    const { inputs, expected } = referenceCase("num.norminv.table");
    inputs.p.forEach((p: number, i: number) =>
      expect(relativeError(kernels.normalQuantile(p), expected.value[i])).toBeLessThanOrEqual(2e-14),
    );
  });
});

describe("identities", () => {
  it("N(quantile(p)) = p to what the conditioning allows", () => {
    const random = seeded(7);
    for (let i = 0; i < 3000; i++) {
      const p = i % 2 ? random() : 10 ** (-300 * random());
      const x = kernels.normalQuantile(p);
      expect(relativeError(kernels.normalDistribution(x), p)).toBeLessThan(2e-15 + 4e-16 * x * x);
    }
  });

  it("never decreases across its seams", () => {
    for (const seam of [0.075, 0.925]) {
      let last = -Infinity;
      for (let i = -200; i <= 200; i++) {
        const x = kernels.normalQuantile(seam + i * 1e-14);
        expect(x).toBeGreaterThanOrEqual(last - 4e-15);
        last = x;
      }
    }
  });
});

describe("edges", () => {
  it("has its limits at 0 and 1 and none outside", () => {
    expect(kernels.normalQuantile(0)).toBe(-Infinity);
    expect(kernels.normalQuantile(1)).toBe(Infinity);
    expect(kernels.normalQuantile(0.5)).toBe(0);
    expect(kernels.normalQuantile(-1e-9)).toBeNaN();
    expect(kernels.normalQuantile(1.1)).toBeNaN();
    expect(kernels.normalQuantile(NaN)).toBeNaN();
    expect(kernels.normalQuantile(5e-324)).toBeCloseTo(-38.4674, 4);
  });
});
