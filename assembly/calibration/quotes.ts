/** Quotes of one expiry → those that a fit may trust, each with its vols and weight; the others with the rule that they break. */
import * as expLog from "../math/exp-log";
import * as normal from "../math/normal";
import * as implied from "../pricing/implied-vol";
import { Column } from "../memory/column";
import { Col, Drop, Flag, Slot, addFlag, columnOf, setSlot, slot } from "./block";
import { findForward } from "./forward";

/** A quote is too wide where it is wider than both: 3 vol points, and 40 % of its price. */
const WIDEST_VOL: f64 = 0.03;
const WIDEST_PRICE: f64 = 0.4;
/** Below this |delta| a tick is worth more than what is to be learnt. */
const LEAST_DELTA: f64 = 0.02;
/** Fewer than this: wide quotes are better than none. */
export const ENOUGH = 5;
/** No weight is above this many times the median one. */
const LARGEST_WEIGHT: f64 = 10.0;
/** Least half-spread, vol: one basis point, for locked quotes. */
const LEAST_HALF_SPREAD: f64 = 1e-4;

/** What can be said of a row without a forward. */
function firstReason(strike: f64, bid: f64, ask: f64, age: f64, tau: f64, maxAge: f64): Drop {
  if (!(Math.abs(strike) < Infinity && Math.abs(bid) < Infinity && Math.abs(ask) < Infinity)) return Drop.NotFinite;
  if (!(strike > 0 && bid >= 0 && ask >= 0)) return Drop.NotPositive;
  if (!(tau > 0)) return Drop.Expired;
  if (!(age <= maxAge)) return Drop.Stale;
  if (bid == 0 || ask == 0) return Drop.OneSided;
  return bid > ask ? Drop.Crossed : Drop.Used;
}

/** Vols of both sides and delta; `scale` turns a price into quote currency. */
function secondReason(block: usize, i: i32, sqrtTau: f64, scale: f64): Drop {
  const K = columnOf(block, Col.Strike)[i];
  const F = columnOf(block, Col.Forward)[i];
  const theta = columnOf(block, Col.CallPut)[i];
  const bid = columnOf(block, Col.Bid)[i] * scale;
  const ask = columnOf(block, Col.Ask)[i] * scale;
  const bidWhy = implied.reason(F, K, sqrtTau, bid, 1.0, theta);
  if (bidWhy == implied.ImpliedVol.BelowIntrinsic || bidWhy == implied.ImpliedVol.ZeroVolatility) return Drop.BelowIntrinsic;
  if (bidWhy == implied.ImpliedVol.AboveMaximum) return Drop.AboveMaximum;
  if (implied.reason(F, K, sqrtTau, ask, 1.0, theta) != implied.ImpliedVol.Found) return Drop.AboveMaximum;
  const bidVol = implied.impliedVol(F, K, sqrtTau, bid, 1.0, theta);
  const askVol = implied.impliedVol(F, K, sqrtTau, ask, 1.0, theta);
  columnOf(block, Col.BidVol)[i] = bidVol;
  columnOf(block, Col.AskVol)[i] = askVol;
  const s = 0.5 * (bidVol + askVol) * sqrtTau;
  const d1 = expLog.logRatio<f64>(F, K) / s + 0.5 * s;
  const delta = normal.distribution(d1);
  // of the out-of-the-money side
  const absDelta = K >= F ? delta : 1.0 - delta;
  columnOf(block, Col.Delta)[i] = absDelta;
  if (askVol - bidVol > WIDEST_VOL && ask - bid > WIDEST_PRICE * 0.5 * (ask + bid)) return Drop.TooWide;
  return absDelta < LEAST_DELTA ? Drop.SmallDelta : Drop.Used;
}

/** Of rows of one strike that passed: the youngest and narrowest of each option, then the one out of the money. */
function oneOfStrike(block: usize, from: i32, to: i32): void {
  const reason = columnOf(block, Col.Reason);
  const callPut = columnOf(block, Col.CallPut);
  const bidVol = columnOf(block, Col.BidVol);
  const askVol = columnOf(block, Col.AskVol);
  const age = columnOf(block, Col.Age);
  let call = -1;
  let put = -1;
  for (let i = from; i < to; i++) {
    if (reason[i] != Drop.Used) continue;
    const best = callPut[i] == 1 ? call : put;
    if (best >= 0) {
      const isBetter = age[i] < age[best] || (age[i] == age[best] && askVol[i] - bidVol[i] < askVol[best] - bidVol[best]);
      reason[isBetter ? best : i] = Drop.DuplicateStrike;
      if (!isBetter) continue;
    }
    if (callPut[i] == 1) call = i;
    else put = i;
  }
  if (call < 0 || put < 0) return;
  const isCallOut = columnOf(block, Col.Strike)[call] >= columnOf(block, Col.Forward)[call];
  reason[isCallOut ? put : call] = Drop.InTheMoney;
}

/** Median of x [n], which is sorted in place. */
function median(n: i32, x: Column): f64 {
  for (let i = 1; i < n; i++) {
    const value = x[i];
    let j = i;
    for (; j > 0 && x[j - 1] > value; j--) x[j] = x[j - 1];
    x[j] = value;
  }
  return (n & 1) == 1 ? x[n >> 1] : 0.5 * (x[(n >> 1) - 1] + x[n >> 1]);
}

function countUsed(n: i32, reason: Column): i32 {
  let used = 0;
  for (let i = 0; i < n; i++) used += <i32>(reason[i] == Drop.Used);
  return used;
}

/** Fills reasons, vols and the columns of used quotes. */
export function clean(block: usize): void {
  const n = <i32>slot(block, Slot.Rows);
  const tau = slot(block, Slot.Tau);
  const maxAge = slot(block, Slot.MaxAge);
  const isCoin = slot(block, Slot.IsCoin) == 1;
  const reason = columnOf(block, Col.Reason);
  const strike = columnOf(block, Col.Strike);
  const forward = columnOf(block, Col.Forward);
  for (let i = 0; i < n; i++) {
    reason[i] = <f64>firstReason(strike[i], columnOf(block, Col.Bid)[i], columnOf(block, Col.Ask)[i], columnOf(block, Col.Age)[i], tau, maxAge);
  }
  findForward(block);
  if (slot(block, Slot.ForwardMoved) != 0) addFlag(block, Flag.ForwardMoved);
  const sqrtTau = f64.sqrt(tau);
  for (let i = 0; i < n; i++) {
    if (reason[i] != Drop.Used) continue;
    const F = forward[i];
    reason[i] = <f64>(F > 0 && F < Infinity ? secondReason(block, i, sqrtTau, isCoin ? F : 1.0) : Drop.NoForward);
  }
  // each strike once; where too few are left, the wide ones are let in
  for (let pass = 0; pass < 2; pass++) {
    let from = 0;
    for (let i = 1; i <= n; i++) {
      if (i < n && strike[i] == strike[from]) continue;
      oneOfStrike(block, from, i);
      from = i;
    }
    if (pass == 1 || countUsed(n, reason) >= ENOUGH) break;
    let wide = 0;
    for (let i = 0; i < n; i++) {
      if (reason[i] != Drop.TooWide || columnOf(block, Col.Delta)[i] < LEAST_DELTA) continue;
      reason[i] = Drop.Used;
      wide++;
    }
    setSlot(block, Slot.WideUsed, wide);
    if (wide == 0) break;
    addFlag(block, Flag.Wide);
  }
  take(block, n, tau);
}

/** Used rows → columns by k, with weights. */
function take(block: usize, n: i32, tau: f64): void {
  const reason = columnOf(block, Col.Reason);
  const k = columnOf(block, Col.K);
  const half = columnOf(block, Col.Scratch);
  const row = columnOf(block, Col.Row);
  let used = 0;
  let reach: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    if (reason[i] != Drop.Used) continue;
    const x = -expLog.logRatio<f64>(columnOf(block, Col.Forward)[i], columnOf(block, Col.Strike)[i]);
    // rows of one expiry may have forwards that differ a little: k is kept in order
    let j = used++;
    for (; j > 0 && k[j - 1] > x; j--) {
      k[j] = k[j - 1];
      row[j] = row[j - 1];
    }
    k[j] = x;
    row[j] = <f64>i;
    reach = max(reach, Math.abs(x));
  }
  setSlot(block, Slot.Used, <f64>used);
  setSlot(block, Slot.Reach, reach);
  if (used == 0) return;
  const spread = columnOf(block, Col.Scratch2);
  for (let j = 0; j < used; j++) {
    const i = <i32>row[j];
    const bid = columnOf(block, Col.BidVol)[i];
    const ask = columnOf(block, Col.AskVol)[i];
    const mid = 0.5 * (bid + ask);
    columnOf(block, Col.WBid)[j] = bid * bid * tau;
    columnOf(block, Col.WAsk)[j] = ask * ask * tau;
    columnOf(block, Col.WMid)[j] = mid * mid * tau;
    columnOf(block, Col.AbsDelta)[j] = columnOf(block, Col.Delta)[i];
    half[j] = max(0.5 * (ask - bid), LEAST_HALF_SPREAD);
    spread[j] = half[j];
  }
  const middle = median(used, spread);
  setSlot(block, Slot.HalfSpread, middle);
  const least = middle / f64.sqrt(LARGEST_WEIGHT);
  const wMid = columnOf(block, Col.WMid);
  for (let j = 0; j < used; j++) {
    // dσ = dw/(2στ), in half-spreads
    columnOf(block, Col.RootWeight)[j] = 1.0 / (2.0 * f64.sqrt(wMid[j] * tau) * max(half[j], least));
  }
  setSlot(block, Slot.Level, levelOf(used, k, wMid));
}

/** w at k = 0, linear between the quotes on both sides; the nearest quote's where one side has none. */
function levelOf(n: i32, k: Column, w: Column): f64 {
  if (k[0] >= 0) return w[0];
  for (let i = 1; i < n; i++) {
    if (k[i] < 0) continue;
    const t = -k[i - 1] / (k[i] - k[i - 1]);
    return w[i - 1] + t * (w[i] - w[i - 1]);
  }
  return w[n - 1];
}
