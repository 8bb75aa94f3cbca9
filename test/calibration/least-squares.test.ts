/** Plain least squares against the reference: parameters of a noiseless slice, the objective of a noisy one. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { COLUMNS, SLOTS } from "../../bindings/lab/block.ts";
import { DROP_REASONS } from "../../bindings/lab/types.ts";
import { Random } from "../reference/random.ts";
import { lab } from "./columns.ts";
import { totalVariance } from "./synthetic.ts";

const k = [-0.5, -0.35, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2, 0.35, 0.5];
/** w of risk-reference's noisy slice, case svi.calibration.reduced. */
const noisy = [
  0.05686224734359593, 0.041862028634778885, 0.027882873557751316, 0.01879639948145065, 0.015215244492586962,
  0.012558431221748457, 0.011702245207128441, 0.012744998779892557, 0.0167230082255792, 0.025185503439306665,
  0.03352448215082004,
];

test("the best objective of the reference", () => {
  expect(lab.leastSquares(k, noisy).sse).toBeLessThanOrEqual(1.69123456e-7);
});

test("noiseless slices come back", () => {
  const random = new Random(11);
  for (let i = 0; i < 200; i++) {
    const svi = {
      a: random.uniform(0, 0.02),
      b: random.uniform(0.03, 0.3),
      rho: random.uniform(-0.9, 0.9),
      m: random.uniform(-0.15, 0.15),
      sigma: random.uniform(0.05, 0.4),
    };
    const { sse, slice } = lab.leastSquares(
      k,
      k.map((x) => totalVariance(x, svi)),
    );
    expect(sse).toBeLessThan(1e-16);
    for (const x of k) expect(totalVariance(x, slice)).toBeCloseTo(totalVariance(x, svi), 8);
  }
});

test("for given m and sigma: no slice nearby is better", () => {
  const { sse, slice } = lab.leastSquaresAt(k, noisy, 0.03, 0.14);
  const loss = (s: typeof slice) => k.reduce((sum, x, i) => sum + (totalVariance(x, s) - noisy[i]!) ** 2, 0);
  expect(loss(slice)).toBeCloseTo(sse, 14);
  for (const [a, b, rho] of [
    [1e-5, 0, 0],
    [-1e-5, 0, 0],
    [0, 1e-4, 0],
    [0, -1e-4, 0],
    [0, 0, 1e-3],
    [0, 0, -1e-3],
  ] as const)
    expect(loss({ ...slice, a: slice.a + a, b: slice.b + b, rho: slice.rho + rho })).toBeGreaterThan(sse);
});

test("slopes stop at their bounds", () => {
  // a right wing that falls: its slope is 0
  const { slice } = lab.leastSquaresAt(
    k,
    k.map((x) => 0.05 - 0.05 * x),
    0,
    0.1,
  );
  expect(slice.b * (1 + slice.rho)).toBeCloseTo(0, 15);
  const steep = lab.leastSquaresAt(
    k,
    k.map((x) => 0.01 + 5 * Math.abs(x)),
    0,
    0.01,
  ).slice;
  expect(steep.b * (1 + Math.abs(steep.rho))).toBeCloseTo(1.98, 12);
});

describe("names on both sides", () => {
  const source = readFileSync("assembly/calibration/block.ts", "utf8");
  const members = (name: string) =>
    new RegExp(`const enum ${name} \\{([^}]*)\\}`)
      .exec(source)![1]!
      .replace(/\/\*\*.*?\*\/|\/\/.*/g, "")
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean);
  const lower = (word: string) => word[0]!.toLowerCase() + word.slice(1);
  test("slots", () => expect(members("Slot").map(lower)).toEqual(SLOTS));
  test("columns", () => expect(members("Col").map(lower)).toEqual([...COLUMNS, "count"]));
  test("reasons", () => {
    const kebab = (word: string) => lower(word).replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
    expect(members("Drop").map(kebab)).toEqual(DROP_REASONS);
  });
});
