import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figures, firstDifference, kernels, referenceCase, relativeError } from "../kernels.ts";
import { discount, edges, type Option, priceAll, randomOptions } from "./options.ts";

type PriceRow = [
  forward: number,
  strike: number,
  tau: number,
  vol: number,
  callPut: number,
  price: number,
  iv: number | null,
];
const rows = figures<PriceRow[]>("prices.json");
const sign = (type: string) => (type === "call" ? 1 : -1);

describe("vectors", () => {
  const errors = rows.map(([F, K, tau, vol, cp, p]) => {
    const value = kernels.price(F, K, tau, vol, 1, cp);
    return { F, p, relative: relativeError(value, p), absolute: Math.abs(value - p) / F };
  });

  it("prices > 1e-12·F are within 1e-14 relative", () => {
    // measured 6.3e-15 on these and 20,000 more rows; half an ulp of √τ alone counts h² times, 6e-15 at h = 7.4
    const tradable = errors.filter((e) => e.p > 1e-12 * e.F);
    expect(tradable.length).toBeGreaterThan(1200);
    expect(Math.max(...tradable.map((e) => e.relative))).toBeLessThan(1e-14);
  });

  it("prices down to 1e-300·F are within 1.5e-13 relative", () => {
    expect(Math.max(...errors.map((e) => e.relative))).toBeLessThan(1.5e-13);
  });

  it("every price is within 4e-16 of the larger of itself and F", () => {
    expect(Math.max(...errors.map((e) => e.absolute / Math.max(1, e.p / e.F)))).toBeLessThan(4e-16);
  });

  it("opt.black76.quantlib", () => {
    const { inputs, expected } = referenceCase("opt.black76.quantlib");
    inputs.options.forEach((o: any, i: number) =>
      expect(relativeError(kernels.price(o.F, o.K, o.T, o.sigma, 1, sign(o.type)), expected.price[i])).toBeLessThan(
        1e-12,
      ),
    );
  });

  it("opt.european.haug", () => {
    const { inputs, expected } = referenceCase("opt.european.haug");
    inputs.options.forEach((o: any, i: number) => {
      const forward = o.S * Math.exp((o.r - o.q) * o.T);
      const value = kernels.price(forward, o.K, o.T, o.sigma, Math.exp(-o.r * o.T), sign(o.type));
      expect(relativeError(value, expected.price[i])).toBeLessThan(1e-13);
      expect(Math.abs(value - expected.publishedPrice[i])).toBeLessThan(1e-4);
    });
  });
});

interface LetsBeRational {
  columns: string[];
  rows: number[][];
}
const shared = new URL("../../../shared/data/ref_lets_be_rational.csv.gz", import.meta.url);

/** F, K, T, sigma, q (+1 call), …, black_mp40, iv_c. */
function checkLetsBeRational(cases: number[][]): void {
  for (const [F, K, T, sigma, q, , expected] of cases) {
    const value = kernels.price(F!, K!, T!, sigma!, 1, q!);
    if (expected! > 1e-12 * F!) expect(relativeError(value, expected!)).toBeLessThan(1e-14);
    else if (expected! > 1e-300 * F!) expect(relativeError(value, expected!)).toBeLessThan(1.5e-13);
    else expect(value).toBeLessThanOrEqual(1e-299 * F!);
  }
}

describe("Let's Be Rational", () => {
  it("fifty cases", () => checkLetsBeRational(figures<LetsBeRational>("lets-be-rational.json").rows));

  it.skipIf(!existsSync(shared))("all thousand cases of ../shared/data", () => {
    const lines = gunzipSync(readFileSync(shared)).toString().trim().split("\n").slice(1);
    expect(lines.length).toBe(1000);
    checkLetsBeRational(lines.map((line) => line.split(",").map(Number)));
  });
});

const options = fc.record({
  F: fc.double({ min: 0.01, max: 1e5, noNaN: true }),
  x: fc.double({ min: -3, max: 3, noNaN: true }),
  tau: fc.double({ min: 2e-6, max: 5, noNaN: true }),
  vol: fc.double({ min: 0.01, max: 5, noNaN: true }),
});

describe("identities", () => {
  it("call − put = D·(F − K)", () => {
    fc.assert(
      fc.property(options, fc.double({ min: 0.5, max: 1, noNaN: true }), ({ F, x, tau, vol }, D) => {
        const K = F * Math.exp(x);
        const difference = kernels.price(F, K, tau, vol, D, 1) - kernels.price(F, K, tau, vol, D, -1);
        expect(Math.abs(difference - D * (F - K))).toBeLessThanOrEqual(4e-16 * Math.max(F, K));
      }),
    );
  });

  it("lies between intrinsic and its bound, and swaps with F and K", () => {
    fc.assert(
      fc.property(options, ({ F, x, tau, vol }) => {
        const K = F * Math.exp(x);
        const call = kernels.price(F, K, tau, vol, 1, 1);
        expect(call).toBeGreaterThanOrEqual(Math.max(F - K, 0));
        expect(call).toBeLessThanOrEqual(F);
        expect(relativeError(kernels.price(K, F, tau, vol, 1, -1), call)).toBeLessThan(1e-12);
      }),
    );
  });

  it("grows with vol and with τ, falls with a call's strike", () => {
    const slack = 1 - 2e-14; // the stated error of both prices
    fc.assert(
      fc.property(options, fc.double({ min: 1e-9, max: 0.5, noNaN: true }), ({ F, x, tau, vol }, step) => {
        const K = F * Math.exp(x);
        const p = kernels.price(F, K, tau, vol, 1, 1);
        if (p < 1e-12 * F) return;
        expect(kernels.price(F, K, tau, vol * (1 + step), 1, 1)).toBeGreaterThanOrEqual(p * slack);
        expect(kernels.price(F, K, tau * (1 + step), vol, 1, 1)).toBeGreaterThanOrEqual(p * slack);
        expect(kernels.price(F, K * (1 + step), tau, vol, 1, 1) * slack).toBeLessThanOrEqual(p);
      }),
    );
  });

  it("joins the two forms of the tail difference without a step", () => {
    for (const x of [0, 0.1, 0.4, 1, 2]) {
      const p = (s: number) => kernels.price(100, 100 * Math.exp(x), 1, s, 1, 1);
      const seam = (0.3 + Math.sqrt(0.09 + 0.16 * x)) / 2; // s/2 = 0.15 + (x/s)/50
      const slope = (4 + (x / seam) ** 2) / seam; // ≥ ∂ ln V/∂s
      for (let i = 0; i < 40; i++) {
        const grown = p(seam + i * 1e-12) / p(seam - (i + 1) * 1e-12) - 1;
        expect(grown).toBeGreaterThan(-1e-14);
        expect(grown).toBeLessThan(1e-14 + 81e-12 * slope);
      }
    }
  });
});

describe("columns", () => {
  const scalar = (o: Option) => kernels.price(o[0], o[1], o[2], o[3], discount(o), o[5]);

  it("equal the scalar bit for bit, for every count and order", () => {
    const book = [...edges, ...randomOptions(3000, 21)];
    expect(firstDifference(priceAll(book), book.map(scalar))).toBe(-1);
    const reversed = [...book].reverse();
    expect(firstDifference(priceAll(reversed).reverse(), book.map(scalar))).toBe(-1);
    for (let n = 0; n <= 131; n++) {
      const part = book.slice(n, 2 * n);
      expect(firstDifference(priceAll(part), part.map(scalar))).toBe(-1);
    }
  });

  it("write nothing beyond their rows", () => {
    for (const n of [1, 2, 63, 64, 65]) {
      const out = priceAll([...randomOptions(n, n), [NaN, 1, 1, 1, 0, 1]]);
      expect(out[n]).toBeNaN();
      expect([...out.slice(0, n)].every((p) => p >= 0)).toBe(true);
    }
  });
});

describe("edges", () => {
  it("without time or vol is the discounted intrinsic value", () => {
    for (const [tau, vol] of [
      [0, 0.5],
      [1, 0],
      [0, 0],
    ] as const) {
      expect(kernels.price(100, 90, tau, vol, 0.9, 1)).toBe(9);
      expect(kernels.price(100, 90, tau, vol, 0.9, -1)).toBe(0);
      expect(kernels.price(90, 100, tau, vol, 1, -1)).toBe(10);
      expect(kernels.price(100, 100, tau, vol, 1, 1)).toBe(0);
    }
  });

  it("with endless vol is its bound", () => {
    expect(kernels.price(100, 90, 1, 1e300, 0.5, 1)).toBe(50);
    expect(kernels.price(100, 90, 1, 1e300, 0.5, -1)).toBe(45);
  });

  it("is 0, never negative, in the far wing", () => {
    expect(kernels.price(100, 1e6, 1e-5, 0.1, 1, 1)).toBe(0);
    expect(kernels.price(1e6, 100, 1e-5, 0.1, 1, -1)).toBe(0);
  });

  it("is NaN outside its domain", () => {
    for (const [F, K, tau, vol, , cp] of edges.slice(15)) expect(kernels.price(F, K, tau, vol, 1, cp)).toBeNaN();
  });
});
