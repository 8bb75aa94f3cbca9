import { describe, expect, it } from "vitest";
import { column, kernels, release, seeded } from "../kernels.ts";

const form = (n: number, matrix: number[], w: number[]) => {
  release();
  return kernels.quadraticForm(n, column(n * n, matrix), column(n, w));
};

describe("quadraticForm", () => {
  it("is exact on small integers, for every remainder of the stripes", () => {
    const random = seeded(8);
    for (let n = 0; n <= 41; n++) {
      const matrix = new Array<number>(n * n).fill(0);
      for (let i = 0; i < n; i++)
        for (let j = i; j < n; j++) matrix[i * n + j] = matrix[j * n + i] = Math.round((random() - 0.5) * 2000);
      const w = Array.from({ length: n }, () => Math.round((random() - 0.5) * 200));
      let exact = 0;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) exact += w[i]! * matrix[i * n + j]! * w[j]!;
      expect(form(n, matrix, w)).toBe(exact + 0);
    }
  });

  it("reads the upper triangle only", () => {
    expect(form(2, [1, 2, NaN, 3], [1, 1])).toBe(8);
  });

  it("scales with λ² and is ≥ 0 for a covariance", () => {
    const random = seeded(9);
    const n = 57;
    const factors = Array.from({ length: n * 3 }, () => random() - 0.5);
    const matrix = new Array<number>(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        matrix[i * n + j] =
          factors[3 * i]! * factors[3 * j]! +
          factors[3 * i + 1]! * factors[3 * j + 1]! +
          factors[3 * i + 2]! * factors[3 * j + 2]!;
    const w = Array.from({ length: n }, () => random() - 0.5);
    const value = form(n, matrix, w);
    expect(value).toBeGreaterThan(0);
    expect(
      form(
        n,
        matrix,
        w.map((x) => 4 * x),
      ),
    ).toBe(16 * value);
  });
});
