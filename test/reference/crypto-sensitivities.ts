/** The crypto profiles by plain sums and full repricing with Black-76 of this folder: the oracle of test/models/crypto-sensitivities.test.ts. */
import type { Instrument, Market } from "../../bindings/documents/market.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import * as black76 from "./black76.ts";
import { baseUnits, markOf, split, termsOf } from "./greek-vectors.ts";

export const TENORS = [0, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 20, 30];
export const OPTION_TENORS = [0.5, 1, 3, 5, 10];

/** By coin: by tenor, by option tenor, and for the moves up and down. */
export interface Coin {
  delta: Map<number, number>;
  vega: Map<number, number>;
  cvr: [up: number, down: number];
  /** Σ|terms|, which tells how exact the sums can be. */
  gross: number;
}

/** V(moved) − V − move·delta of one unit, in quote currency: of coin-settled options worked out in coins. */
function beyondDelta(market: Market, option: Instrument, move: number): number {
  const { callPut, strike, forward, fixed, vol, tau } = termsOf(market, option);
  const value = (F: number) => black76.price(callPut, F, strike, vol, tau, 1);
  const [now, then] = [forward + fixed, fixed + forward * (1 + move)];
  const change =
    option.payoff === "linear" ? value(then) - value(now) : (value(then) / then) * then - (value(now) / now) * now;
  return change - move * black76.delta(callPut, now, strike, vol, tau, 1) * forward;
}

export function coinsOf(market: Market, portfolio: Portfolio, up: number, down: number): Map<string, Coin> {
  const coins = new Map<string, Coin>();
  const add = (to: Map<number, number>, at: number, x: number) => to.set(at, (to.get(at) ?? 0) + x);
  for (const [one, q] of baseUnits(market, portfolio)) {
    if (q === 0) continue;
    const coin = coins.get(one.underlying) ?? { delta: new Map(), vega: new Map(), cvr: [0, 0], gross: 0 };
    coins.set(one.underlying, coin);
    if (one.kind !== "option") {
      const tau = one.expiry === "perpetual" ? 0 : (Date.parse(one.expiry) - Date.parse(market.asOf)) / 31_536_000_000;
      for (const [tenor, share] of split(tau, TENORS)) add(coin.delta, tenor, share * q * markOf(market, one));
      coin.gross += Math.abs(q * markOf(market, one));
      continue;
    }
    const { callPut, strike, forward, fixed, vol, tau } = termsOf(market, one);
    const delta = black76.delta(callPut, forward + fixed, strike, vol, tau, 1) * forward;
    const vega = black76.vega(forward + fixed, strike, vol, tau, 1) * vol;
    for (const [tenor, share] of split(tau, TENORS)) add(coin.delta, tenor, share * q * delta);
    for (const [tenor, share] of split(tau, OPTION_TENORS)) add(coin.vega, tenor, share * q * vega);
    coin.cvr[0] -= q * beyondDelta(market, one, up);
    coin.cvr[1] -= q * beyondDelta(market, one, down);
    coin.gross += Math.abs(q) * (forward + fixed) * (1 + up);
  }
  return coins;
}

/** √max(0, Σ_k Σ_l ρ_kl w_k w_l) */
export function root(w: number[], rho: (k: number, l: number) => number): number {
  let total = 0;
  w.forEach((x, k) => w.forEach((y, l) => (total += (k === l ? 1 : rho(k, l)) * x * y)));
  return Math.sqrt(Math.max(0, total));
}
