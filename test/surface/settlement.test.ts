import { describe, expect, it } from "vitest";
import { kernels, seeded } from "../kernels.ts";

const WINDOW = 1800 / 31536000; // 30 minutes

describe("identities", () => {
  it("the variance of the mean is continuous where the window opens, and falls to 0", () => {
    expect(kernels.effectiveTau(WINDOW, WINDOW)).toBeCloseTo(WINDOW / 3, 18);
    const before = kernels.effectiveTau(WINDOW * (1 + 1e-9), WINDOW);
    expect(Math.abs(before / kernels.effectiveTau(WINDOW * (1 - 1e-9), WINDOW) - 1)).toBeLessThan(1e-8);
    expect(kernels.effectiveTau(0, WINDOW)).toBe(0);
    expect(kernels.effectiveTau(0.1, WINDOW)).toBe(0.1 - (WINDOW * 2) / 3);
    expect(kernels.effectiveTau(0.1, 0)).toBe(0.1);
  });

  it("before the window nothing is known of the mean", () => {
    expect(kernels.openShare(0.1, WINDOW)).toBe(1);
    expect(kernels.openStrike(60000, 1, 0.1, WINDOW)).toBe(60000);
    expect(kernels.openStrike(60000, 1, WINDOW, WINDOW)).toBe(60000);
  });

  it("inside it, the open part against K* pays what the mean pays against K", () => {
    const [strike, mean, tau] = [60000, 60900, WINDOW / 3];
    const share = kernels.openShare(tau, WINDOW);
    for (const open of [50000, 58000, 59000, 62000]) {
      const settled = share * open + (1 - share) * mean;
      const pays = share * Math.max(open - kernels.openStrike(strike, mean, tau, WINDOW), 0);
      expect(Math.abs(pays - Math.max(settled - strike, 0))).toBeLessThan(1e-9);
    }
  });

  it("the variance is that of simulated means, inside and before the window", () => {
    const random = seeded(7);
    const steps = 60;
    const normal = () => kernels.normalQuantile(random() * (1 - 2e-10) + 1e-10);
    for (const [tau, window] of [
      [1, 1],
      [1.5, 1],
      [0.4, 1],
    ] as const) {
      const open = Math.min(tau, window);
      let square = 0;
      const paths = 4000;
      for (let path = 0; path < paths; path++) {
        let x = Math.sqrt(tau - open) * normal();
        let sum = 0;
        for (let i = 0; i < steps; i++) {
          const step = Math.sqrt(open / steps) * normal();
          sum += x + step / 2;
          x += step;
        }
        square += (sum / steps) ** 2;
      }
      // four standard errors of a variance
      expect(Math.abs(square / paths / kernels.effectiveTau(tau, window) - 1)).toBeLessThan(4 * Math.sqrt(2 / paths));
    }
  });
});

describe("edges", () => {
  it("a call far in the money has K* ≤ 0: exercise is certain", () => {
    expect(kernels.openStrike(30000, 60000, WINDOW / 4, WINDOW)).toBeLessThan(0);
  });
  it("nothing is open at τ = 0", () => {
    expect(kernels.openShare(0, WINDOW)).toBe(0);
    expect(kernels.openStrike(60000, 60000, 0, WINDOW)).toBeNaN();
  });
});
