import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { figures, firstDifference, kernels, referenceCase, relativeError } from "../kernels.ts";
import { discount, edges, impliedAll, type Option, priceAll, randomOptions } from "./options.ts";

type PriceRow = [
  forward: number,
  strike: number,
  tau: number,
  vol: number,
  callPut: number,
  price: number,
  iv: number | null,
];
type VolRow = [
  forward: number,
  strike: number,
  tau: number,
  callPut: number,
  price: number,
  iv: number,
  halfUlp: number,
];
const reasons = ["ok", "below-intrinsic", "zero-volatility", "above-maximum", "invalid-input"];
const sign = (type: string) => (type === "call" ? 1 : -1);

/** What rounding to doubles can do to a vol: the price and the intrinsic value, each half an ulp, √τ one. */
function attainable(F: number, K: number, tau: number, vol: number, cp: number, price: number): number {
  const vega = kernels.greek(3, F, K, tau, vol, 0, 1, cp);
  return 2.5e-15 + ((price + Math.max(cp * (F - K), 0)) * 2 ** -53 * 2) / (vega * vol);
}

describe("vectors", () => {
  const rows = figures<PriceRow[]>("prices.json").filter((r) => r[6] !== null);

  // 5.7e-16 of the module and half an ulp of the golden vol
  it("out of the money is within 7e-16 of the vol of the rounded price", () => {
    const outside = rows.filter(([F, K, , , cp, p]) => cp * (F - K) <= 0 && p < 0.5 * Math.min(F, K));
    expect(outside.length).toBeGreaterThan(500);
    for (const [F, K, tau, , cp, p, iv] of outside)
      expect(relativeError(kernels.impliedVol(F, K, tau, p, 1, cp), iv!)).toBeLessThan(7e-16);
  });

  it("hard quotes are within 7e-16, or four times what half an ulp of the price is worth", () => {
    const quotes = figures<VolRow[]>("vols.json");
    expect(quotes.length).toBe(900);
    for (const [F, K, tau, cp, p, iv, halfUlp] of quotes) {
      const bound = Math.max(7e-16, 4 * halfUlp);
      expect(relativeError(kernels.impliedVol(F, K, tau, p, 1, cp), iv)).toBeLessThanOrEqual(bound);
    }
  });

  it("everywhere is within what the rounding of the inputs allows", () => {
    for (const [F, K, tau, , cp, p, iv] of rows) {
      const bound = attainable(F, K, tau, iv!, cp, p);
      expect(relativeError(kernels.impliedVol(F, K, tau, p, 1, cp), iv!)).toBeLessThan(bound);
    }
  });

  it("iv.black.exact-double", () => {
    const { inputs, expected } = referenceCase("iv.black.exact-double");
    inputs.quotes.forEach((q: any, i: number) => {
      const bound = Math.max(8e-16, 4 * expected.halfUlpPriceErrorInRelVol[i]);
      const vol = kernels.impliedVol(q.F, q.K, q.T, q.price, 1, sign(q.type));
      expect(relativeError(vol, expected.impliedVol[i])).toBeLessThanOrEqual(bound);
    });
  });

  it("iv.atm.closed-form", () => {
    const { inputs, expected } = referenceCase("iv.atm.closed-form");
    inputs.callOverForward.forEach((c: number, i: number) =>
      expect(relativeError(kernels.impliedVol(1, 1, 1, c, 1, 1), expected.totalVol[i])).toBeLessThanOrEqual(4e-15),
    );
  });

  it("iv.inverse-gaussian.identity", () => {
    const { inputs, expected } = referenceCase("iv.inverse-gaussian.identity");
    inputs.quotes.forEach((q: any, i: number) => {
      const vol = kernels.impliedVol(1, Math.exp(q.k), 1, q.callPriceOverForward, 1, 1);
      expect(relativeError(vol, expected.totalVol[i])).toBeLessThanOrEqual(1e-9);
    });
  });

  it("iv.domain.errors", () => {
    const { inputs, expected } = referenceCase("iv.domain.errors");
    inputs.quotes.forEach((q: any, i: number) =>
      expect(reasons[kernels.impliedVolReason(q.F, q.K, q.T, q.price, 1, sign(q.type))]).toBe(expected.result[i]),
    );
  });
});

const shared = new URL("../../../shared/data/ref_lets_be_rational.csv.gz", import.meta.url);

/** F, K, T, sigma, q, black_c, black_mp40, iv_c: the price as a double comes back to its vol. */
function checkLetsBeRational(cases: number[][]): number {
  let answered = 0;
  for (const [F, K, T, sigma, q, , price] of cases) {
    const intrinsic = Math.max(q! * (F! - K!), 0);
    if (!(price! > intrinsic) || price! >= (q! > 0 ? F! : K!)) continue;
    const bound = attainable(F!, K!, T!, sigma!, q!, price!);
    if (!(bound < 1e-3)) continue; // the price does not hold the vol
    answered++;
    expect(relativeError(kernels.impliedVol(F!, K!, T!, price!, 1, q!), sigma!)).toBeLessThan(bound);
  }
  return answered;
}

describe("Let's Be Rational", () => {
  it("fifty cases", () => {
    expect(checkLetsBeRational(figures<{ rows: number[][] }>("lets-be-rational.json").rows)).toBeGreaterThan(40);
  });

  it.skipIf(!existsSync(shared))("all thousand cases of ../shared/data", () => {
    const lines = gunzipSync(readFileSync(shared)).toString().trim().split("\n").slice(1);
    expect(checkLetsBeRational(lines.map((line) => line.split(",").map(Number)))).toBeGreaterThan(900);
  });
});

describe("identities", () => {
  it("price → vol → price to what the conditioning allows", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        fc.double({ min: -7, max: 7, noNaN: true }),
        fc.double({ min: 2e-6, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.constantFrom(1, -1),
        (F, d, tau, vol, cp) => {
          const K = F * Math.exp(Math.max(-3, Math.min(3, d * vol * Math.sqrt(tau))));
          const p = kernels.price(F, K, tau, vol, 1, cp);
          if (kernels.impliedVolReason(F, K, tau, p, 1, cp) !== 0) return;
          const iv = kernels.impliedVol(F, K, tau, p, 1, cp);
          const bound = attainable(F, K, tau, vol, cp, p);
          if (bound < 1e-3) expect(relativeError(iv, vol)).toBeLessThan(bound * 2);
          expect(relativeError(kernels.price(F, K, tau, iv, 1, cp), p)).toBeLessThan(1e-13);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("a discounted price has the vol of the undiscounted one", () => {
    for (const o of randomOptions(300, 41)) {
      const p = kernels.price(o[0], o[1], o[2], o[3], 1, o[5]);
      if (kernels.impliedVolReason(o[0], o[1], o[2], p, 1, o[5]) !== 0) continue;
      expect(kernels.impliedVol(o[0], o[1], o[2], p * 0.5, 0.5, o[5])).toBe(
        kernels.impliedVol(o[0], o[1], o[2], p, 1, o[5]),
      );
    }
  });
});

describe("columns", () => {
  it("equal the scalar bit for bit, for every count and order", () => {
    const book = [...edges, ...randomOptions(3000, 51)];
    const prices = priceAll(book).map((p, i) => (i % 97 === 5 ? -p : i % 89 === 3 ? p * 3 : p));
    const scalar = (o: Option, p: number) => kernels.impliedVol(o[0], o[1], o[2], p, discount(o), o[5]);
    const why = (o: Option, p: number) => kernels.impliedVolReason(o[0], o[1], o[2], p, discount(o), o[5]);
    const all = impliedAll(book, prices);
    expect(
      firstDifference(
        all.vol,
        book.map((o, i) => scalar(o, prices[i]!)),
      ),
    ).toBe(-1);
    expect([...all.reason]).toEqual(book.map((o, i) => why(o, prices[i]!)));
    expect(all.found).toBe([...all.reason].filter((code) => code === 0).length);
    const reversed = impliedAll([...book].reverse(), [...prices].reverse());
    expect(firstDifference(reversed.vol.reverse(), all.vol)).toBe(-1);
    for (let n = 0; n <= 131; n++) {
      const part = impliedAll(book.slice(n, 2 * n), prices.slice(n, 2 * n));
      expect(firstDifference(part.vol, all.vol.slice(n, 2 * n))).toBe(-1);
    }
  });
});

describe("edges", () => {
  it("a reason for every row without a vol", () => {
    const reason = (...a: [number, number, number, number, number, number]) => reasons[kernels.impliedVolReason(...a)];
    expect(reason(100, 90, 0.1, 9.999, 1, 1)).toBe("below-intrinsic");
    expect(reason(100, 110, 0.1, -1e-12, 1, 1)).toBe("below-intrinsic");
    expect(reason(100, 90, 0.1, 10, 1, 1)).toBe("zero-volatility");
    expect(reason(100, 110, 0.1, 0, 1, 1)).toBe("zero-volatility");
    expect(reason(100, 90, 0.1, 100, 1, 1)).toBe("above-maximum");
    expect(reason(100, 90, 0.1, 50, 0.5, 1)).toBe("above-maximum");
    expect(reason(100, 90, 0.1, 90, 1, -1)).toBe("above-maximum");
    for (const bad of [NaN, 0, -1, Infinity]) {
      expect(reason(bad, 90, 0.1, 12, 1, 1)).toBe("invalid-input");
      expect(reason(100, bad, 0.1, 12, 1, 1)).toBe("invalid-input");
      expect(reason(100, 90, bad, 12, 1, 1)).toBe("invalid-input");
      expect(reason(100, 90, 0.1, 12, bad, 1)).toBe("invalid-input");
    }
    expect(reason(100, 90, 0.1, NaN, 1, 1)).toBe("invalid-input");
    expect(reason(100, 90, 0.1, Infinity, 1, 1)).toBe("invalid-input");
  });

  it("vol is NaN without an answer and 0 at intrinsic", () => {
    expect(kernels.impliedVol(100, 90, 0.1, 9.999, 1, 1)).toBeNaN();
    expect(kernels.impliedVol(100, 90, 0.1, 10, 1, 1)).toBe(0);
    expect(kernels.impliedVol(100, 90, 0.1, 100, 1, 1)).toBeNaN();
  });

  it("answers the smallest and the largest prices there are", () => {
    // a subnormal price counts by the bits that it has
    expect(
      relativeError(kernels.impliedVol(1e-70, 2e-70, 1, 1e-316, 1, 1), kernels.impliedVol(1, 2, 1, 1e-246, 1, 1)),
    ).toBeLessThan(1e-9);
    for (const p of [5e-324, 1e-310, 1e-300, 1e-200]) {
      const vol = kernels.impliedVol(100, 200, 1, p, 1, 1);
      expect(vol).toBeGreaterThan(0.015);
      expect(vol).toBeLessThan(0.04);
    }
    const top = kernels.impliedVol(100, 100, 1, 100 * (1 - 2 ** -53), 1, 1);
    expect(top).toBeGreaterThan(16);
    expect(top).toBeLessThan(17);
  });
});
