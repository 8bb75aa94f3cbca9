/**
 * What an instrument pays: intrinsic values, and the profit and loss of contracts without optionality.
 *
 * θ (`callPut`) is +1 for a call and −1 for a put. A linear contract settles in the quote currency, an
 * inverse one in coin (base): it is worth its notional in quote, divided by the price.
 *
 * Source: contract definitions of the exchanges; inverse P&L N·(1/F₀ − 1/F₁).
 */
import * as lanes from "../math/lanes";

/** max(θ·(F − K), 0) in quote per base; exact when F and K are within a factor of two. */
@inline export function intrinsicLanes<T>(forward: T, strike: T, callPut: T): T {
  const value = lanes.mul<T>(callPut, lanes.sub<T>(forward, strike));
  return lanes.pmax<T>(value, lanes.splat<T>(0.0));
}

/** max(θ·(F − K), 0) in quote per base. */
export function intrinsic(forward: f64, strike: f64, callPut: f64): f64 {
  return intrinsicLanes<f64>(forward, strike, callPut);
}

/** Coin paid at expiry by a coin-settled option: max(θ·(S − K), 0)/S. */
export function coinIntrinsic(spot: f64, strike: f64, callPut: f64): f64 {
  return intrinsicLanes<f64>(spot, strike, callPut) / spot;
}

/** P&L in quote of one base unit of a linear future, perpetual or of spot: F₁ − F₀. */
@inline export function linearPnl<T>(from: T, to: T): T {
  return lanes.sub<T>(to, from);
}

/**
 * P&L in coin of an inverse contract worth one base unit today, after a relative move m: m/(1 + m).
 * Written so (not as 1 − 1/(1 + m)): full accuracy for small moves, and the value that venues print.
 */
@inline export function inversePnl<T>(move: T): T {
  return lanes.div<T>(move, lanes.add<T>(lanes.splat<T>(1.0), move));
}

/** P&L in coin of a quote notional held from F₀ to F₁: N·(1/F₀ − 1/F₁) = N·(F₁ − F₀)/F₀/F₁. */
export function inversePnlBetween(notional: f64, from: f64, to: f64): f64 {
  return (notional * (to - from)) / from / to;
}

/** Change in coin P&L per 1 quote of price, at price F: N/F². */
export function inverseDelta(notional: f64, price: f64): f64 {
  return notional / price / price;
}

/** Second derivative of coin P&L: −2N/F³. A long inverse position is concave in coin. */
export function inverseGamma(notional: f64, price: f64): f64 {
  return (-2.0 * notional) / price / price / price;
}

/** Base units of an inverse contract whose lot is an amount of quote: lots·lot/mark. */
@inline export function baseOfQuoteLots<T>(lots: T, lot: T, mark: T): T {
  return lanes.div<T>(lanes.mul<T>(lots, lot), mark);
}
