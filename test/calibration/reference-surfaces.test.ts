/**
 * Published surfaces of ../shared/data fitted: index options with matrices of vols (DAX, SX5E), and chains of bid and ask vols (BTC, VIX,
 * GLD, SQQQ, SPY).
 *
 * Vols become prices on the side out of the money; a matrix' vols get a quarter of a vol point to each side. Forwards: a chain's own;
 * spot·e^{rτ} of the DAX; spot of the SX5E, whose rates are 0 and whose strikes are parts of it.
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DropReason, Quote } from "../../bindings/lab/types.ts";
import { leastG, leastGap } from "../../studies/smile.ts";
import { core } from "../core.ts";
import { lab } from "./lab.ts";
import { AS_OF } from "./synthetic.ts";

const path = new URL("../../../shared/data/ref_vol_surfaces.json", import.meta.url);
const isThere = existsSync(path);
const all: any = isThere ? JSON.parse(readFileSync(path, "utf8")) : {};

const YEAR = 365 * 86_400_000;
const QUARTER_POINT = 0.0025;

interface Vols {
  tau: number;
  forward: number;
  strike: number;
  bid: number;
  ask: number;
}
const around = (vol: number) => ({ bid: vol - QUARTER_POINT, ask: vol + QUARTER_POINT });

function dax(): Vols[] {
  const { spot, days, rates, strikes, iv } = all["dax_2002-07-05"];
  return days.flatMap((day: number, e: number) => {
    const tau = day / 365;
    const forward = spot * Math.exp(rates[e] * tau);
    return strikes.map((strike: number, s: number): Vols => ({ tau, forward, strike, ...around(iv[s][e]) }));
  });
}

function sx5e(): Vols[] {
  const { spot, maturity_years, moneyness, iv_zero_is_missing: iv } = all["sx5e_2010-03-01"];
  return maturity_years.flatMap((tau: number, e: number) =>
    moneyness.flatMap((part: number, s: number): Vols[] =>
      iv[s][e] === 0 ? [] : [{ tau, forward: spot, strike: spot * part, ...around(iv[s][e]) }],
    ),
  );
}

function chain(name: string): Vols[] {
  const { ttms, forwards, strikes_ttms, bid_ivs, ask_ivs } = all[name];
  return ttms.flatMap((tau: number, e: number) =>
    strikes_ttms[e].map((strike: number, s: number): Vols => ({
      tau,
      forward: forwards[e],
      strike,
      bid: bid_ivs[e][s],
      ask: ask_ivs[e][s],
    })),
  );
}

function quoteOf({ tau, forward, strike, bid, ask }: Vols): Quote {
  const callPut = strike < forward ? -1 : 1;
  const at = (vol: number) => core.prices({ forward, strike, tau, vol, callPut }, new Float64Array(1))[0]!;
  const expiry = new Date(Date.parse(AS_OF) + Math.round(tau * YEAR)).toISOString();
  return { underlying: "index", expiry, strike, callPut, bid: at(bid), ask: at(ask), forward };
}

interface Held {
  name: string;
  vols: () => Vols[];
  /** Of each expiry: weighted, |delta| ≥ 0.1, vol points; what was measured, rounded up. */
  rmse: number[];
  /** Least share of all used quotes that the fit passes inside of. */
  inside: number;
  dropped?: Partial<Record<DropReason, number>>;
}
const HELD: Held[] = [
  {
    // its nearest smile turns up again from 5 000, and expiries nearly touch: 62 of 99 vols within a quarter point
    name: "DAX, 2002-07-05",
    vols: dax,
    rmse: [0.39, 0.25, 0.35, 0.25, 0.25, 0.05, 0.15, 0.29],
    inside: 0.62,
    dropped: { "small-delta": 5 },
  },
  {
    name: "SX5E, 2010-03-01",
    vols: sx5e,
    rmse: [0.06, 0.02, 0.02, 0.03, 0.02, 0.04, 0.06, 0.02, 0.1, 0.06, 0.24, 0.02],
    inside: 0.97,
    dropped: { "small-delta": 7 },
  },
  { name: "BTC, 2021-10-21", vols: () => chain("sepp_btc"), rmse: [0.32, 0.22, 0.25, 0.08], inside: 1 },
  {
    // vols rise with the strike; the mids of the first two expiries, 9 and 4 points wide, scatter by more than half a point
    name: "VIX, 2022-07-15",
    vols: () => chain("sepp_vix"),
    rmse: [0.53, 0.74, 0.37, 0.25],
    inside: 0.98,
    dropped: { "too-wide": 5 },
  },
  { name: "GLD to 6 months", vols: () => chain("sepp_gld_6m"), rmse: [0.08, 0.05, 0.05, 0.04], inside: 0.93 },
  { name: "GLD to 12 months", vols: () => chain("sepp_gld"), rmse: [0.05, 0.05, 0.04, 0.08], inside: 0.98 },
  {
    // 5 to 10 vol points wide, the last expiry 29: mids say little, and all quotes used hold the fit
    name: "SQQQ, 2022-07-15",
    vols: () => chain("sepp_sqqq"),
    rmse: [1.03, 0.65, 0.56, 3.29],
    inside: 1,
    dropped: { "too-wide": 46 },
  },
  {
    // 0.1 vol points wide and less: five parameters miss 6 of 7 quotes, and their mids by 0.15 to 0.3 points
    name: "SPY, 2022-07-15",
    vols: () => chain("sepp_spy"),
    rmse: [0.31, 0.19, 0.21, 0.16],
    inside: 0.14,
  },
];

const title = `published surfaces${isThere ? "" : " (skipped: ../shared is not there)"}`;
describe.skipIf(!isThere)(title, () => {
  describe.each(HELD)("$name", ({ vols, rmse, inside, dropped = {} }) => {
    const quotes = isThere ? vols().map(quoteOf) : [];
    const fit = isThere ? lab.calibrate.surface(quotes, { asOf: AS_OF, payoff: "linear" }) : undefined;
    const slices = fit?.underlyings[0]!.slices ?? [];

    test("no expiry is lost, and no quote but by name", () => {
      expect(slices.map(({ expiry }) => Date.parse(expiry))).toEqual(
        [...new Set(quotes.map(({ expiry }) => Date.parse(expiry)))].sort((a, b) => a - b),
      );
      expect(slices.every(({ method }) => method === "svi" || method === "repaired")).toBe(true);
      const counts: Record<string, number> = {};
      for (const { reason } of fit!.dropped) counts[reason] = (counts[reason] ?? 0) + 1;
      expect(counts).toEqual(dropped);
    });
    test("no butterfly, no calendar spread", () => {
      slices.forEach((slice, i) => {
        expect(leastG(slice), slice.expiry).toBeGreaterThanOrEqual(0);
        if (i > 0) expect(leastGap(slice, slices[i - 1]!), slice.expiry).toBeGreaterThanOrEqual(0);
      });
    });
    test("is as near to its quotes as was measured", () => {
      expect(slices).toHaveLength(rmse.length);
      slices.forEach((slice, i) => expect(slice.rmse, slice.expiry).toBeLessThan(rmse[i]!));
      const used = slices.reduce((sum, slice) => sum + slice.quotes, 0);
      const held = slices.reduce((sum, slice) => sum + slice.quotes * slice.inside!, 0);
      expect(held / used).toBeGreaterThanOrEqual(inside);
    });
  });
});
