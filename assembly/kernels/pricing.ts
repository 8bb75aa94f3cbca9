/**
 * Prices, implied volatilities, Greeks and payoffs. Column kernels work in pairs; here an odd last row goes through the scalar definition, so
 * that tests compare the two.
 */
import * as black76 from "../pricing/black76";
import * as greekColumnsOf from "../pricing/greeks";
import * as higher from "../pricing/higher-greeks";
import * as implied from "../pricing/implied-vol";
import * as impliedColumns from "../pricing/implied-vol-columns";
import * as inverse from "../pricing/inverse-greeks";
import * as payoff from "../pricing/payoff";
import * as priceColumnsOf from "../pricing/price-columns";

export function price(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64): f64 {
  return black76.price(forward, strike, tau, vol, discount, callPut);
}
export function impliedVol(forward: f64, strike: f64, tau: f64, price: f64, discount: f64, callPut: f64): f64 {
  return implied.impliedVol(forward, strike, f64.sqrt(tau), price, discount, callPut);
}
export function impliedVolReason(forward: f64, strike: f64, tau: f64, price: f64, discount: f64, callPut: f64): i32 {
  return implied.reason(forward, strike, f64.sqrt(tau), price, discount, callPut);
}

// offset  one option and its fourteen outputs
// 0       forward strike tau sqrtTau vol rate discount callPut
// 64      price delta gamma vega theta rho vanna volga
// 128     charm veta speed zomma color ultima
const one: usize = memory.data(176, 16);

/** One output of one option: 0–7 as in greeks.ts, 8–13 as in higher-greeks.ts. */
export function greek(
  which: i32,
  forward: f64,
  strike: f64,
  tau: f64,
  vol: f64,
  rate: f64,
  discount: f64,
  callPut: f64,
): f64 {
  store<f64>(one, forward);
  store<f64>(one, strike, 8);
  store<f64>(one, tau, 16);
  store<f64>(one, f64.sqrt(tau), 24);
  store<f64>(one, vol, 32);
  store<f64>(one, rate, 40);
  store<f64>(one, discount, 48);
  store<f64>(one, callPut, 56);
  greekColumnsOf.greeksOfOne(one, one + 8, one + 16, one + 24, one + 32, one + 40, one + 48, one + 56, one + 64, 8);
  higher.higherGreeksOfOne(one, one + 8, one + 24, one + 32, one + 40, one + 48, one + 56, one + 128, 8);
  return load<f64>(one + 64 + (<usize>which << 3));
}

export function priceColumns(
  n: i32,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  discount: usize,
  callPut: usize,
  out: usize,
): void {
  const pairs = n & ~1;
  if (pairs > 0) priceColumnsOf.prices(pairs, forward, strike, sqrtTau, vol, discount, callPut, out);
  if (n > pairs) {
    const i = <usize>pairs << 3;
    store<f64>(out + i, black76.priceOfSqrtTau(load<f64>(forward + i), load<f64>(strike + i), load<f64>(sqrtTau + i), load<f64>(vol + i), load<f64>(discount + i), load<f64>(callPut + i)));
  }
}

export function greekColumns(
  n: i32,
  forward: usize,
  strike: usize,
  tau: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  const pairs = n & ~1;
  if (pairs > 0) greekColumnsOf.greeks(pairs, forward, strike, tau, sqrtTau, vol, rate, discount, callPut, out, stride);
  if (n > pairs) {
    const i = <usize>pairs << 3;
    greekColumnsOf.greeksOfOne(forward + i, strike + i, tau + i, sqrtTau + i, vol + i, rate + i, discount + i, callPut + i, out + i, stride);
  }
}

export function higherGreekColumns(
  n: i32,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  const pairs = n & ~1;
  if (pairs > 0) higher.higherGreeks(pairs, forward, strike, sqrtTau, vol, rate, discount, callPut, out, stride);
  if (n > pairs) {
    const i = <usize>pairs << 3;
    higher.higherGreeksOfOne(forward + i, strike + i, sqrtTau + i, vol + i, rate + i, discount + i, callPut + i, out + i, stride);
  }
}

export function greeksToCoin(n: i32, forward: usize, columns: usize, stride: usize): void {
  const pairs = n & ~1;
  inverse.toCoin(pairs, forward, columns, stride);
  if (n > pairs) inverse.toCoinOfOne(forward + (<usize>pairs << 3), columns + (<usize>pairs << 3), stride);
}

export function impliedVolColumns(
  n: i32,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  price: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  reason: usize,
): i32 {
  return impliedColumns.impliedVols(n, forward, strike, sqrtTau, price, discount, callPut, out, reason);
}

export function intrinsic(forward: f64, strike: f64, callPut: f64): f64 {
  return payoff.intrinsic(forward, strike, callPut);
}
export function coinIntrinsic(spot: f64, strike: f64, callPut: f64): f64 {
  return payoff.coinIntrinsic(spot, strike, callPut);
}
export function linearPnl(from: f64, to: f64): f64 {
  return payoff.linearPnl<f64>(from, to);
}
export function inversePnl(move: f64): f64 {
  return payoff.inversePnl<f64>(move);
}
export function inversePnlBetween(notional: f64, from: f64, to: f64): f64 {
  return payoff.inversePnlBetween(notional, from, to);
}
export function inverseDelta(notional: f64, price: f64): f64 {
  return payoff.inverseDelta(notional, price);
}
export function inverseGamma(notional: f64, price: f64): f64 {
  return payoff.inverseGamma(notional, price);
}
export function baseOfQuoteLots(lots: f64, lot: f64, mark: f64): f64 {
  return payoff.baseOfQuoteLots<f64>(lots, lot, mark);
}
export function coinPrice(price: f64, forward: f64): f64 {
  return inverse.coinPrice(price, forward);
}
export function netTransactionDelta(delta: f64, price: f64, forward: f64): f64 {
  return inverse.netTransactionDelta(delta, price, forward);
}
