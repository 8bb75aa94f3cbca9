/** The normal distribution and Black-76 on figures from tables and identities. */
import { expect, test } from "vitest";
import { delta, distribution, gamma, price, theta, vega } from "./black76.ts";

test("N(x) to 15 digits", () => {
  // mpmath, 30 digits: ncdf(x).
  const table = [
    [0, 0.5],
    [1, 0.841344746068542948585],
    [-1, 0.158655253931457051415],
    [-2.5, 0.00620966532577613516],
    [-5, 2.86651571879193911674e-7],
    [-10, 7.61985302416052606597e-24],
    [-37, 5.72557122252457682268e-300],
    [8.5, 1],
  ] as const;
  for (const [x, expected] of table) expect(Math.abs(distribution(x) / expected - 1), `N(${x})`).toBeLessThan(5e-14);
});

test("series and continued fraction meet", () => {
  for (const x of [-2.4999999, -2.5000001]) expect(distribution(x)).toBeCloseTo(0.0062096653 * 1, 8);
  expect(distribution(-2.5 + 1e-12) / distribution(-2.5 - 1e-12)).toBeCloseTo(1, 10);
});

test("parity, and Greeks against differences", () => {
  for (const [F, K, vol, tau, D] of [
    [100, 90, 0.5, 0.1, 1],
    [60000, 75000, 0.9, 0.02, 0.99],
    [1, 1, 0.3, 2, 0.9],
  ] as const) {
    expect(price(1, F, K, vol, tau, D) - price(-1, F, K, vol, tau, D)).toBeCloseTo(D * (F - K), 8);
    const r = -Math.log(D) / tau;
    for (const side of [1, -1] as const) {
      const v = (f: number, s: number, t: number) => price(side, f, K, s, t, Math.exp(-r * t));
      const h = F * 1e-4;
      expect((v(F + h, vol, tau) - v(F - h, vol, tau)) / (2 * h) / delta(side, F, K, vol, tau, D)).toBeCloseTo(1, 5);
      expect(
        (v(F + h, vol, tau) - 2 * v(F, vol, tau) + v(F - h, vol, tau)) / (h * h) / gamma(F, K, vol, tau, D),
      ).toBeCloseTo(1, 4);
      expect((v(F, vol + 1e-5, tau) - v(F, vol - 1e-5, tau)) / 2e-5 / vega(F, K, vol, tau, D)).toBeCloseTo(1, 6);
      expect(
        -(v(F, vol, tau * 1.0001) - v(F, vol, tau * 0.9999)) / (2e-4 * tau) / theta(side, F, K, vol, tau, D),
      ).toBeCloseTo(1, 6);
    }
  }
});

test("without time or volatility: intrinsic value, a step of delta, no other Greek", () => {
  expect(price(1, 110, 100, 0, 1, 0.9)).toBe(9);
  expect(price(-1, 110, 100, 0.5, 0, 0.9)).toBe(0);
  expect([delta(1, 110, 100, 0, 1, 0.9), delta(-1, 110, 100, 0, 1, 0.9), delta(-1, 90, 100, 0, 1, 0.9)]).toEqual([
    0.9, 0, -0.9,
  ]);
  expect([gamma(110, 100, 0, 1, 1), vega(110, 100, 0, 1, 1), theta(1, 110, 100, 0, 1, 1)]).toEqual([0, 0, 0]);
});
