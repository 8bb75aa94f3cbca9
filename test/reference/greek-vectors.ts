/** The Greek vectors of an account by plain sums: Black-76 of this folder, position by position. The oracle of test/margin/exposures.test.ts. */
import type { Instrument, Market } from "../../bindings/documents/market.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import * as black76 from "./black76.ts";

export interface Parts {
  long: number;
  short: number;
  /** Σ|x|, which tells how exact the sums can be. */
  gross: number;
}
/** By name, then by `underlying|expiry` or `underlying|pillar`. */
export type Vectors = Record<string, Record<string, Parts>>;

export const DAYS = [7, 14, 30, 60, 90, 180, 365, 730];
const MS_PER_YEAR = 365 * 86_400_000;

/** The figure of the place that agrees in the most keys. */
export function factOf(market: Market, instrument: Instrument, name: string): number | undefined {
  const fields: Record<string, unknown> = { ...instrument, instrument: instrument.id };
  const seen = market.facts.filter(
    (fact) => Object.hasOwn(fact, name) && Object.entries(fact.at).every(([key, value]) => fields[key] === value),
  );
  const keys = (fact: (typeof seen)[number]) => Object.keys(fact.at).length;
  return seen.sort((a, b) => keys(b) - keys(a))[0]?.[name] as number | undefined;
}

export interface Terms {
  callPut: 1 | -1;
  strike: number;
  /** The part that moves with spot, and the part that is known. */
  forward: number;
  fixed: number;
  vol: number;
  tau: number;
}

export function termsOf(market: Market, option: Instrument): Terms {
  const fact = (name: string) => factOf(market, option, name);
  return {
    callPut: option.callPut!,
    strike: option.strike!,
    forward: fact("forward")!,
    fixed: fact("forwardFixed") ?? 0,
    vol: fact("vol")!,
    tau: (Date.parse(option.expiry) - Date.parse(market.asOf)) / MS_PER_YEAR,
  };
}

/** Price of what has no strike. */
export function markOf(market: Market, one: Instrument): number {
  const fact = (name: string) => factOf(market, one, name);
  return fact("mark") ?? fact("forward") ?? fact("spot")!;
}

/** Base units held of each instrument, netted. */
export function baseUnits(market: Market, portfolio: Portfolio): Map<Instrument, number> {
  const found = new Map<Instrument, number>();
  for (const { instrument, lots, amount } of portfolio.positions) {
    const one = market.instruments.find(({ id }) => id === instrument)!;
    const quantity = amount ?? lots! * one.lot!;
    const base = one.lotUnit === "quote" ? quantity / markOf(market, one) : quantity;
    found.set(one, (found.get(one) ?? 0) + base);
  }
  return found;
}

/** The two pillars at or around a time with their shares; one beyond the ends. */
export function split(tau: number, pillars: number[]): [pillar: number, share: number][] {
  const above = pillars.findIndex((pillar) => pillar > tau);
  if (above === 0) return [[pillars[0]!, 1]];
  if (above < 0) return [[pillars.at(-1)!, 1]];
  const [from, to] = [pillars[above - 1]!, pillars[above]!];
  const share = (tau - from) / (to - from);
  return [
    [from, 1 - share],
    [to, share],
  ];
}

export function greekVectorsOf(market: Market, portfolio: Portfolio): Vectors {
  const all: Vectors = { delta: {}, gamma: {}, vega: {}, theta: {}, basis: {}, rate: {} };
  const add = (name: string, key: string, q: number, x: number) => {
    const parts = (all[name]![key] ??= { long: 0, short: 0, gross: 0 });
    parts[q > 0 ? "long" : "short"] += q * x;
    parts.gross += Math.abs(q * x);
  };
  for (const [one, q] of baseUnits(market, portfolio)) {
    if (q === 0) continue;
    const place = `${one.underlying}|${one.expiry}`;
    if (one.kind !== "option") {
      add("delta", place, q, 1);
      if (one.kind === "future") add("basis", place, q, markOf(market, one));
      continue;
    }
    const { callPut, strike, forward, fixed, vol, tau } = termsOf(market, one);
    const F = forward + fixed;
    const delta = black76.delta(callPut, F, strike, vol, tau, 1);
    add("delta", place, q, delta);
    add("basis", place, q, delta * F);
    add("gamma", place, q, black76.gamma(F, strike, vol, tau, 1));
    add("theta", place, q, black76.theta(callPut, F, strike, vol, tau, 1));
    for (const [pillar, share] of split(
      tau,
      DAYS.map((days) => days / 365),
    )) {
      add("vega", `${one.underlying}|${pillar}`, q, share * black76.vega(F, strike, vol, tau, 1));
      add("rate", `${one.underlying}|${pillar}`, q, -share * tau * black76.price(callPut, F, strike, vol, tau, 1));
    }
  }
  return all;
}
