/** Tables of a fitted surface, and what they say of a smile. */
import { describe, expect, test } from "vitest";
import { DROP_REASONS } from "../../bindings/lab/types.ts";
import {
  droppedCounts,
  minute,
  REASONS,
  shortMoments,
  surfaceTables,
  timeLeft,
} from "../../bindings/report/surface.ts";
import {
  mixtureVolAt,
  pillars,
  strikeOfDelta,
  totalVariance,
  totalVarianceAt,
  volAt,
} from "../../bindings/report/surface-smile.ts";
import { chain, EVENT, MADE, madeFit } from "../fixtures/surface.ts";
import { distribution, price } from "../reference/black76.ts";

const fit = madeFit();
const [near, mid, far] = fit.underlyings[0]!.slices as [any, any, any];

describe("a smile", () => {
  test("strikes by delta have that delta", () => {
    for (const slice of fit.underlyings.flatMap(({ slices }) => slices)) {
      for (const delta of [25, 10] as const) {
        for (const callPut of [1, -1] as const) {
          const k = strikeOfDelta(slice, delta, callPut);
          const stdDev = Math.sqrt(totalVariance(slice.svi, k));
          const call = distribution(-k / stdDev + stdDev / 2);
          expect(callPut === 1 ? call : call - 1).toBeCloseTo((callPut * delta) / 100, 7);
        }
      }
    }
  });
  test("a flat smile has neither skew nor convexity", () => {
    const flat = { svi: { a: 0.01, b: 0, rho: 0, m: 0, sigma: 0.1 }, tau: 0.25 };
    expect(pillars(flat)).toEqual({ atm: 0.2, riskReversal: 0, butterfly: 0 });
  });
  test("a mixture's vol is that of its price", () => {
    const { mixture } = EVENT;
    const { vol, weight, up, down } = mixture;
    const tau = 3 / 365;
    for (const k of [-0.2, -0.08, -0.01, 0, 0.03, 0.08, 0.2]) {
      const side = k < 0 ? -1 : 1;
      const of = (forward: number, sigma: number) => price(side, forward, Math.exp(k), sigma, tau, 1);
      const mixed = weight * of(up, vol) + (1 - weight) * of(down, vol);
      expect(Math.abs(of(1, mixtureVolAt(mixture, tau, k)) / mixed - 1)).toBeLessThan(1e-8);
      expect(mixtureVolAt({ ...mixture, up: 1, down: 1 }, tau, k)).toBeCloseTo(vol, 8);
    }
  });
  test("a vol that explodes has no strike by delta", () => {
    expect(strikeOfDelta({ svi: { a: 0, b: 4, rho: 0, m: 0, sigma: 1 }, tau: 1 }, 10, 1)).toBeNaN();
  });
  test("between expiries w is linear in time, before the first vol is flat, beyond the last the forward variance is", () => {
    const k = -0.1;
    const slices = [near, mid, far];
    const [w1, w2, w3] = slices.map(({ svi }) => totalVariance(svi, k)) as [number, number, number];
    const at = (tau: number) => totalVarianceAt(slices, k, tau);
    expect(at(near.tau)).toBeCloseTo(w1, 15);
    expect(at(near.tau / 3)).toBeCloseTo(w1 / 3, 15);
    expect(at((near.tau + mid.tau) / 2)).toBeCloseTo((w1 + w2) / 2, 15);
    expect(at(far.tau + 0.1)).toBeCloseTo(w3 + (0.1 * (w3 - w2)) / (far.tau - mid.tau), 15);
    expect(totalVarianceAt([mid], k, mid.tau * 2)).toBeCloseTo(2 * w2, 15);
    expect(volAt(mid, k)).toBeCloseTo(Math.sqrt(w2 / mid.tau), 15);
  });
});

describe("tables", () => {
  const [btc, eth] = surfaceTables(fit, chain());
  const column = (name: string) => btc!.rows.map((cells) => cells[btc!.head.indexOf(name)]!);

  test("one line for each expiry", () => {
    expect(column("expiry").map(({ text }) => text)).toEqual(["2026-02-27", "2026-03-27", "2026-06-26"]);
    expect(column("days").map(({ text }) => text.trim())).toEqual(["22", "50", "141"]);
    expect(column("forward").map(({ text }) => text.trim())).toEqual(["70,000", "70,400", "71,500"]);
    expect(column("quotes").map(({ text }) => text.trim())).toEqual(["13 of 26", "13 of 26", "13 of 26"]);
    expect(column("RMSE").map(({ text }) => text.trim())).toEqual(["0.27", "0.27", "0.81"]);
    expect(column("inside").map(({ text }) => text.trim())).toEqual(["75 %", "75 %", "75 %"]);
  });
  test("what a reader has to see has a tone", () => {
    expect(column("min g").map(({ tone }) => tone)).toEqual([undefined, undefined, "bad"]);
    expect(column("min g")[2]!.text.trim()).toBe("−0.020");
    expect(column("RMSE").map(({ tone }) => tone)).toEqual([undefined, undefined, "warn"]);
    expect(column("method")).toEqual([{ text: "svi" }, { text: "essvi", tone: "warn" }, { text: "svi" }]);
    expect(column("calendar")[0]).toMatchObject({ tone: "quiet" });
  });
  test("an expiry without quotes has no errors to show", () => {
    const [cells] = eth!.rows;
    expect(["RMSE", "max", "inside"].map((name) => cells![eth!.head.indexOf(name)]!.text.trim())).toEqual([
      "–",
      "–",
      "–",
    ]);
  });
  test("flags and totals", () => {
    expect(btc!.notes).toEqual(["2026-03-27: eSSVI in place of SVI"]);
    expect(eth!.notes).toEqual(["2026-03-27: no quotes: the fit before at its own level"]);
    expect(btc!.totals).toBe(
      "3 expiries, 39 of 78 quotes used; RMSE 0.27 vol points (median); 75 % inside bid–ask; " +
        "arbitrage: 1 with a butterfly; 1 by fall-back",
    );
    expect(eth!.totals).toBe("1 expiry, 0 of 26 quotes used; no static arbitrage; 1 by fall-back");
    expect(surfaceTables(fit)[1]!.totals).toMatch(/^1 expiry, 0 quotes used; /);
  });
  test("dropped quotes by reason, each reason in words", () => {
    expect(droppedCounts(fit)).toEqual([
      ["in-the-money", 2],
      ["one-sided", 1],
    ]);
    expect(Object.keys(REASONS)).toEqual(DROP_REASONS.slice(1));
  });
});

test("times as a person reads them", () => {
  expect([0.5, 2.04, 22].map((days) => timeLeft(days / 365))).toEqual(["12.0 h", "2.0 d", "22 d"]);
  expect(minute("2026-05-27T07:11:53.184Z")).toBe("2026-05-27 07:11");
  expect(shortMoments(`drawn to ${MADE[0]!.expiry}`)).toBe("drawn to 2026-02-27");
});
