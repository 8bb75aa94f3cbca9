/**
 * Coin-settled options: the exchange's coin price c = V/F (undiscounted, D = 1) and its sensitivities.
 *
 *   0 price   V/F                        4 theta   theta/F
 *   1 delta   (delta − c)/F              5 rho     rho/F
 *   2 gamma   (gamma − 2·deltaCoin)/F    6 vanna   (vanna − vegaCoin)/F
 *   3 vega    vega/F                     7 volga   volga/F
 *
 * all in coin; delta is coin per 1 quote. F·deltaCoin = delta − c is the net transaction delta: the coins
 * of an inverse perpetual that hedge one option.
 *
 * Source: quotient rule on c(F, σ, t) = V/F; F·dc/dF as Deribit's "net transaction delta".
 */
import * as lanes from "../math/lanes";

/** c = V/F. */
export function coinPrice(price: f64, forward: f64): f64 {
  return price / forward;
}

/** delta − c: coins of delta net of the premium paid in coin. */
export function netTransactionDelta(delta: f64, price: f64, forward: f64): f64 {
  return delta - price / forward;
}

@inline function toCoinRow<T>(forward: usize, columns: usize, stride: usize): void {
  const F = lanes.load<T>(forward);
  const price = columns;
  const delta = price + stride;
  const gamma = delta + stride;
  const vega = gamma + stride;
  const theta = vega + stride;
  const rho = theta + stride;
  const vanna = rho + stride;
  const volga = vanna + stride;
  const c = lanes.div<T>(lanes.load<T>(price), F);
  const deltaCoin = lanes.div<T>(lanes.sub<T>(lanes.load<T>(delta), c), F);
  const vegaCoin = lanes.div<T>(lanes.load<T>(vega), F);
  lanes.store<T>(price, c);
  lanes.store<T>(delta, deltaCoin);
  lanes.store<T>(gamma, lanes.div<T>(lanes.sub<T>(lanes.load<T>(gamma), lanes.add<T>(deltaCoin, deltaCoin)), F));
  lanes.store<T>(vega, vegaCoin);
  lanes.store<T>(theta, lanes.div<T>(lanes.load<T>(theta), F));
  lanes.store<T>(rho, lanes.div<T>(lanes.load<T>(rho), F));
  lanes.store<T>(vanna, lanes.div<T>(lanes.sub<T>(lanes.load<T>(vanna), vegaCoin), F));
  lanes.store<T>(volga, lanes.div<T>(lanes.load<T>(volga), F));
}

/** Turns the eight columns of `greeks.greeks` (with D = 1) into coin, in place and in pairs. */
export function toCoin(n: i32, forward: usize, columns: usize, stride: usize): void {
  const total = <usize>n << 3;
  for (let i: usize = 0; i < total; i += 16) toCoinRow<v128>(forward + i, columns + i, stride);
}

/** The same for one option. */
export function toCoinOfOne(forward: usize, columns: usize, stride: usize): void {
  toCoinRow<f64>(forward, columns, stride);
}
