import { describe, expect, it } from "vitest";
import {
  bothWidths,
  figures,
  firstDifference,
  kernels,
  referenceCase,
  relativeError,
  seeded,
  ulps,
} from "../kernels.ts";

const numeric = figures<Record<string, number[][]>>("numeric.json");
const fromHex = (hex: string) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(hex));
  return view.getFloat64(0);
};

describe("vectors", () => {
  it("exp is within 1 ulp of the correctly rounded value", () => {
    for (const [x, y] of numeric.exp!) expect(ulps(kernels.exp(x!), y!)).toBeLessThanOrEqual(1);
  });

  it("log is within 1 ulp of the correctly rounded value", () => {
    for (const [x, y] of numeric.log!) expect(ulps(kernels.log(x!), y!)).toBeLessThanOrEqual(1);
  });

  it.each([
    ["det.exp.hex", kernels.exp],
    ["det.log.hex", kernels.log],
  ] as const)("%s within 1 ulp", (id, f) => {
    const { inputs, expected } = referenceCase(id);
    inputs.xHex.forEach((x: string, i: number) =>
      expect(ulps(f(fromHex(x)), fromHex(expected.hex[i]))).toBeLessThanOrEqual(1),
    );
  });

  it("pow is within (2 + |b·ln a|)·1.5e-16", () => {
    for (const [a, b, y] of numeric.pow!) {
      const bound = (2 + Math.abs(b! * Math.log(a!))) * 1.5e-16;
      expect(relativeError(kernels.pow(a!, b!), y!)).toBeLessThan(bound);
    }
  });
});

describe("identities", () => {
  it("exp ∘ log is x to what ln x allows", () => {
    const random = seeded(1);
    for (let i = 0; i < 2000; i++) {
      const x = Math.exp((random() - 0.5) * 1400);
      const bound = (2 + 2 * Math.abs(Math.log(x))) * 2 ** -53;
      expect(relativeError(kernels.exp(kernels.log(x)), x)).toBeLessThanOrEqual(bound);
    }
  });

  it("ln(F/K) = −ln(K/F), and keeps its digits when F is next to K", () => {
    const random = seeded(2);
    for (let i = 0; i < 2000; i++) {
      const K = Math.exp((random() - 0.5) * 20);
      const F = K * (1 + (random() - 0.5) * 10 ** -(random() * 15));
      const value = kernels.logRatio(F, K);
      expect(Math.abs(value + kernels.logRatio(K, F))).toBeLessThanOrEqual(4e-16 * Math.abs(value));
      const m = (F - K) / K; // F − K is exact here
      if (Math.abs(m) < 1e-5) expect(relativeError(value, m - (m * m) / 2 + (m * m * m) / 3)).toBeLessThan(1e-15);
    }
  });
});

describe("lanes", () => {
  const random = seeded(3);
  const specials = [
    0,
    -0,
    1,
    -1,
    Infinity,
    -Infinity,
    NaN,
    5e-324,
    1e-310,
    2.2250738585072014e-308,
    709.78,
    709.79,
    710,
    -708.4,
    -745.1,
    -745.2,
    -746,
    1e308,
    -1e308,
  ];
  const a: number[] = [];
  const b: number[] = [];
  for (const x of specials) for (const y of specials) (a.push(x), b.push(y));
  for (let i = 0; i < 4001; i++) {
    a.push((random() - 0.5) * 1500);
    b.push(Math.exp((random() - 0.5) * 200));
  }
  if (a.length % 2) (a.pop(), b.pop());
  const positive = a.map((x) => Math.exp(Math.max(-700, Math.min(700, Number.isFinite(x) ? x : 1))));

  it.each([
    ["exp", 0, a],
    ["log", 1, positive.map((x, i) => (i % 7 ? x : a[i]!))],
    ["logRatio", 2, positive],
    ["gauss", 3, a.map((x) => x / 20)],
    ["expInRange", 9, a.map((x) => (Math.abs(x) < 700 ? x : 1))],
    ["logNormal", 10, positive],
    ["preciseLogRatio", 11, positive],
  ] as const)("%s has the same bits at both widths", (_, which, x) => {
    const [wide, single] = bothWidths(
      which,
      [...x],
      b.map((y) => Math.min(Math.abs(y), 1e300) || 1),
    );
    expect(firstDifference(wide, single)).toBe(-1);
  });
});

describe("edges", () => {
  it("exp covers the whole range", () => {
    expect(kernels.exp(710)).toBe(Infinity);
    expect(kernels.exp(Infinity)).toBe(Infinity);
    expect(kernels.exp(-746)).toBe(0);
    expect(kernels.exp(-Infinity)).toBe(0);
    expect(kernels.exp(-745.1)).toBe(5e-324);
    expect(kernels.exp(0)).toBe(1);
    expect(kernels.exp(NaN)).toBeNaN();
  });

  it("log covers the whole range", () => {
    expect(kernels.log(0)).toBe(-Infinity);
    expect(kernels.log(-0)).toBe(-Infinity);
    expect(kernels.log(-1)).toBeNaN();
    expect(kernels.log(-Infinity)).toBeNaN();
    expect(kernels.log(NaN)).toBeNaN();
    expect(kernels.log(Infinity)).toBe(Infinity);
    expect(kernels.log(1)).toBe(0);
    expect(kernels.log(5e-324)).toBe(-744.4400719213812);
  });

  it("pow is exact where it says so", () => {
    const random = seeded(4);
    for (let i = 0; i < 200; i++) {
      const a = Math.exp((random() - 0.5) * 600);
      expect(kernels.pow(a, 0)).toBe(1);
      expect(kernels.pow(a, 1)).toBe(a);
      expect(kernels.pow(a, 2)).toBe(a * a);
      expect(kernels.pow(a, -1)).toBe(1 / a);
      expect(kernels.pow(a, 0.5)).toBe(Math.sqrt(a));
    }
    expect(kernels.pow(-2, 3)).toBe(-8);
    expect(kernels.pow(-2, 4)).toBe(16);
    expect(kernels.pow(-2, 0.3)).toBeNaN();
    expect(kernels.pow(0, 3)).toBe(0);
    expect(kernels.pow(0, -3)).toBe(Infinity);
    expect(kernels.pow(1, 1e300)).toBe(1);
    expect(kernels.pow(2, 1e300)).toBe(Infinity);
    expect(kernels.pow(2, -1e300)).toBe(0);
    expect(kernels.pow(0.5, 1074)).toBe(5e-324);
    expect(kernels.pow(Infinity, -2)).toBe(0);
    expect(kernels.pow(NaN, 2)).toBeNaN();
    expect(kernels.pow(2, NaN)).toBeNaN();
  });
});
