/** Known surfaces come back; what is accepted is free of arbitrage; order of quotes and noise do not shake it. */
import { describe, expect, test } from "vitest";
import { marketFacts } from "../../bindings/lab.ts";
import type { SliceFit, SurfaceFit, SurfaceOptions, Quote } from "../../bindings/lab/types.ts";
import { leastG, leastGap, riskReversal, vol } from "../../studies/smile.ts";
import { Random } from "../reference/random.ts";
import { lab } from "./lab.ts";
import { AS_OF, expiryAt, quotesOf, surface, totalVariance } from "./synthetic.ts";

const DAYS = [1, 3, 7, 14, 30, 60, 120, 270];
const known = surface(DAYS);
const options: SurfaceOptions = { asOf: AS_OF, payoff: "inverse" };
const fit = (quotes: Quote[], more: Partial<SurfaceOptions> = {}) =>
  lab.calibrate.surface(quotes, { ...options, ...more });
const slicesOf = ({ underlyings }: SurfaceFit): SliceFit[] => underlyings[0]!.slices;

function expectNoArbitrage(slices: SliceFit[]): void {
  slices.forEach((slice, i) => {
    expect(leastG(slice), slice.expiry).toBeGreaterThanOrEqual(0);
    expect(slice.minG).toBeGreaterThanOrEqual(0);
    if (i > 0) expect(leastGap(slice, slices[i - 1]!), slice.expiry).toBeGreaterThanOrEqual(0);
    const { b, rho } = slice.svi;
    expect(b * (1 + Math.abs(rho))).toBeLessThanOrEqual(1.98 + 1e-12);
  });
}

describe("a known surface", () => {
  test("without noise comes back within 0.05 vol points where it is quoted", () => {
    const slices = slicesOf(fit(quotesOf(known)));
    expect(slices.map(({ expiry }) => expiry)).toEqual(DAYS.map(expiryAt));
    slices.forEach((slice, i) => {
      expect(slice).toMatchObject({ method: "svi", flags: [], forwardSource: "given", inside: 1 });
      for (const { logMoneyness: k, fitVol } of slice.points)
        expect(Math.abs(fitVol - Math.sqrt(totalVariance(k, known[i]!.svi) / slice.tau))).toBeLessThan(5e-4);
    });
    expectNoArbitrage(slices);
  });

  test("noise within the spread moves it by less than a half-spread", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const slices = slicesOf(fit(quotesOf(known, { noise: 1, seed })));
      expectNoArbitrage(slices);
      slices.forEach((slice, i) => {
        const atm = Math.sqrt(totalVariance(0, known[i]!.svi) / slice.tau);
        expect(Math.abs(vol(0, slice) - atm)).toBeLessThan(0.005);
        expect(slice.rmse!).toBeLessThan(0.5);
      });
    }
  });

  test("forwards by parity, within a basis point", () => {
    slicesOf(fit(quotesOf(known, { withForward: false }))).forEach((slice, i) => {
      expect(slice.forwardSource).toBe("parity");
      expect(Math.abs(slice.forward / known[i]!.forward - 1)).toBeLessThan(1e-4);
    });
  });

  test("a given forward that parity refuses is moved, and flagged", () => {
    const wrong = quotesOf(known).map((quote) => ({ ...quote, forward: quote.forward! * 1.01 }));
    slicesOf(fit(wrong)).forEach((slice, i) => {
      expect(slice.forwardSource).toBe("parity");
      expect(slice.flags.join()).toMatch(/^given forward \d+\.\d bp outside put–call parity/);
      expect(Math.abs(slice.forward / known[i]!.forward - 1)).toBeLessThan(4e-3);
    });
  });

  test("in quote currency the same", () => {
    const inCoin = quotesOf(known);
    const linear = inCoin.map((q) => ({ ...q, bid: q.bid! * q.forward!, ask: q.ask! * q.forward! }));
    const coin = slicesOf(fit(inCoin));
    slicesOf(fit(linear, { payoff: "linear" })).forEach((slice, i) =>
      expect(vol(0, slice)).toBeCloseTo(vol(0, coin[i]!), 10),
    );
  });

  test("facts of the market document", () => {
    const found = fit(quotesOf(known));
    const facts = marketFacts(found);
    expect(facts).toHaveLength(DAYS.length);
    const { forward, svi, expiry } = slicesOf(found)[2]!;
    expect(facts[2]).toEqual({
      at: { underlying: "BTC", expiry },
      forward,
      sviA: svi.a,
      sviB: svi.b,
      sviRho: svi.rho,
      sviM: svi.m,
      sviSigma: svi.sigma,
    });
  });
});

describe("surfaces with arbitrage", () => {
  test("crossing expiries are pulled apart", () => {
    // the 30 days' variance is put at 45 days too, a little lower
    const crossing = [known[4]!, { ...known[4]!, days: 45, svi: { ...known[4]!.svi, a: known[4]!.svi.a - 0.0006 } }];
    const slices = slicesOf(fit(quotesOf(crossing)));
    expect(slices[1]!.before.calendarGap).toBeLessThan(0);
    expectNoArbitrage(slices);
  });

  test("Vogt's smile loses its butterfly", () => {
    const vogt = { days: 365, forward: 70_000, svi: { a: -0.041, b: 0.1331, rho: 0.306, m: 0.3586, sigma: 0.4153 } };
    const wide = [vogt].map((one) => quotesOf([one], { count: 41, halfSpread: 0.002 })).flat();
    const slices = slicesOf(fit(wide));
    expect(slices[0]!.before.minG).toBeLessThan(-0.01);
    expectNoArbitrage(slices);
  });

  test("random surfaces, ragged and noisy, are free of it", () => {
    const random = new Random(7);
    for (let round = 0; round < 60; round++) {
      const ragged = known.map((one) => ({
        ...one,
        svi: {
          ...one.svi,
          a: one.svi.a * random.uniform(0.3, 1.8),
          b: one.svi.b * random.uniform(0.5, 1.8),
          rho: random.uniform(-0.8, 0.8),
        },
      }));
      const quotes = quotesOf(ragged, { noise: 3, seed: round, count: 5 + (round % 17) });
      const some = quotes.filter(() => random.uniform(0, 1) > 0.2);
      expectNoArbitrage(slicesOf(fit(some, { leaveOut: true })));
    }
  });
});

describe("what does not count", () => {
  const quotes = quotesOf(known, { noise: 1 });

  test("the order of quotes", () => {
    const random = new Random(3);
    const shuffled = quotes.map((quote) => ({ quote, at: random.uniform(0, 1) })).sort((a, b) => a.at - b.at);
    const other = fit(shuffled.map(({ quote }) => quote));
    const first = fit(quotes);
    expect(other.underlyings).toEqual(first.underlyings);
    // rows are named by their place; which quotes they are is the same
    const named = ({ dropped }: SurfaceFit, list: Quote[]) =>
      new Map(dropped.map(({ row, reason }) => [list[row], reason]));
    const places = named(first, quotes);
    expect(other.dropped).toHaveLength(first.dropped.length);
    for (const { row, reason } of other.dropped) expect(places.get(shuffled[row]!.quote)).toBe(reason);
  });

  test("what was fitted before in the same module", () => {
    const first = fit(quotes);
    fit(quotesOf(surface([2, 9, 40]), { noise: 3, seed: 5, count: 9 }));
    expect(fit(quotes)).toEqual(first);
  });

  test("other underlyings", () => {
    const both = fit([...quotesOf(surface([5, 50]), { underlying: "ETH" }), ...quotes]);
    expect(both.underlyings.map(({ underlying }) => underlying)).toEqual(["BTC", "ETH"]);
    expect(both.underlyings[0]).toEqual(fit(quotes).underlyings[0]);
  });

  test("memory is given back", () => {
    const before = lab.memory().used;
    fit(quotes);
    expect(lab.memory().used).toBe(before);
  });
});

describe("the fit before", () => {
  test("with the same quotes changes next to nothing", () => {
    const quotes = quotesOf(known, { noise: 1 });
    const first = fit(quotes);
    const second = slicesOf(fit(quotes, { previous: first }));
    second.forEach((slice, i) => {
      expect(Math.abs(vol(0, slice) - vol(0, slicesOf(first)[i]!))).toBeLessThan(2e-4);
    });
  });

  test("damps noise in the skew", () => {
    const calm = fit(quotesOf(known));
    let free = 0;
    let tied = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const noisy = quotesOf(known, { noise: 2, seed, count: 9 });
      const jump = (to: SurfaceFit) =>
        slicesOf(to).reduce((sum, s, i) => sum + Math.abs(riskReversal(s) - riskReversal(slicesOf(calm)[i]!)), 0);
      free += jump(fit(noisy));
      tied += jump(fit(noisy, { previous: calm }));
    }
    expect(tied).toBeLessThan(0.8 * free);
  });

  test("is let go where the market has moved", () => {
    const calm = fit(quotesOf(known));
    const higher = known.map((one) => ({ ...one, svi: { ...one.svi, a: one.svi.a * 2, b: one.svi.b * 1.5 } }));
    const moved = slicesOf(fit(quotesOf(higher), { previous: calm }));
    moved.forEach((slice, i) => {
      const atm = Math.sqrt(totalVariance(0, higher[i]!.svi) / slice.tau);
      expect(Math.abs(vol(0, slice) - atm)).toBeLessThan(0.003);
    });
  });

  test("stands in where quotes are missing, and says so", () => {
    const first = fit(quotesOf(known));
    const quotes = quotesOf(known);
    const gone = quotes.map((quote) => (quote.expiry === expiryAt(14) ? { ...quote, bid: null } : quote));
    const slice = slicesOf(fit(gone, { previous: first }))[3]!;
    expect(slice).toMatchObject({ method: "previous", quotes: 0, rmse: null });
    expect(slice.flags).toContain("no quotes: the fit before at its own level");
    expect(vol(0, slice)).toBeCloseTo(vol(0, slicesOf(first)[3]!), 3);
  });
});
