/**
 * Implied volatility of Black-76, to the last digits that the price allows.
 *
 * The out-of-the-money time value p = price/D − max(θ(F − K), 0) is matched on a log scale, where the
 * curve is close to straight. With x = |ln(F/K)|, h = x/s, t = s/2, m = min(F, K), s = σ√τ:
 *
 *   lower half, p ≤ m/2:   f(s) = ln( m·e^(−(h−t)²/2)·D₋(s) / p ),        D₋ = E(h − t) − E(h + t)
 *   upper half, p > m/2:   f(s) = ln( m·e^(−(h−t)²/2)·D₊(s) / (m − p) ),  D₊ = E(t − h) + E(h + t)
 *
 * f is taken as ln(D·m/p) − (h − t)²/2, without the exponential: its rounding is that of a logarithm, and far
 * from the money f grows with h² as well. Near the money, where f is as flat as ln s, the digits depend on D
 * alone: a difference of two rationals loses (E(h − t) + E(h + t))/(s·φ(0)) ulp (up to 8), so the tails come from
 * a table to 1e-17 absolute (`nearDifference`), with h to more than 53 bits; likewise h² and p/m.
 *
 * From the guess, steps of fourth order (Householder) until one is below 1e-4·s: the error that it leaves,
 * 0.3·(1e-4)⁴, is below rounding. Every row stops by its own criterion, so a result never depends on its
 * neighbours or on the order. A warm start from the previous strike was rejected for that reason: its last
 * bits would depend on the neighbour; the better guess gained more (64 → 52 ns per option).
 *
 * Accuracy, against the vol of the price as rounded to double (undiscounted):
 *
 *   |ln(K/F)| ≤ 3, vol 1 %–500 %, one minute to five years; out of the money; 2.3 million rows against 113 bits
 *   prices > 1e-300·F    the larger of 5.7e-16 relative and four times what half an ulp of price is worth in vol
 *   in the money         as much, and what half an ulp of price and of intrinsic value is worth in vol
 *
 * Of the 5.7e-16, 3.3e-16 are three roundings: of √τ by the caller, of s and of s/√τ. Two rationals (before) lost
 * up to 3.7e-15, and more than 8e-16 in 1 % of rows; the table costs 8 ns per option (51 → 59).
 *
 * Source of the method: Jäckel (2015), Let's Be Rational; the Bachelier guess after Jäckel (2017), Implied
 * normal volatility. Fits are our own: test/vectors/pricing/fit.py.
 */
import * as black76 from "./black76";
import * as expLog from "../math/exp-log";
import * as lanes from "../math/lanes";
import * as normal from "../math/normal";
import { roughUpperTail } from "../math/quantile";

/** Why a row has no implied vol; `Found` where it has one. */
export const enum ImpliedVol {
  Found = 0,
  /** price < D·max(θ(F − K), 0): vol NaN */
  BelowIntrinsic = 1,
  /** price = D·max(θ(F − K), 0): vol 0 */
  ZeroVolatility = 2,
  /** price ≥ D·F (call) or D·K (put): vol NaN */
  AboveMaximum = 3,
  /** NaN or infinite input, or F, K, τ, D ≤ 0: vol NaN */
  InvalidInput = 4,
}

/** Prices below 1e-280·m are compared after a lift of e^400. */
const LIFT: f64 = 400.0;
const LIFT_FACTOR: f64 = 5.221469689764144e173; // e^400
const LIFT_BELOW: f64 = 1e-280;
const SIGN: u64 = 0x8000000000000000;
const HEAD: u64 = 0xfffffffff8000000; // the upper 26 of 53 bits
/** Below this t + h/50 the series in t, whose terms to t¹¹ leave 5e-17 here and 1e-15 at 0.15. */
const SMALL_T: f64 = 0.11;
/** A step of fourth order below this leaves an error below rounding. */
export const LAST_STEP: f64 = 1e-4;
/** Enough for every price; nearly all take one or two. */
export const MOST_STEPS: i32 = 12;

/** p: the undiscounted time value of the out-of-the-money side. */
@inline export function timeValueOf<T>(F: T, K: T, price: T, discount: T, callPut: T): T {
  const difference = lanes.sub<T>(F, K);
  const inTheMoney = lanes.gt<T>(lanes.mul<T>(callPut, difference), lanes.splat<T>(0.0));
  return lanes.sub<T>(lanes.div<T>(price, discount), lanes.and<T>(lanes.abs<T>(difference), inTheMoney));
}

/** The reason of one row. */
@inline export function reasonOf(F: f64, K: f64, sqrtTau: f64, price: f64, discount: f64, timeValue: f64): ImpliedVol {
  const least = lanes.pmin<f64>(F, K);
  const valid =
    (F > 0.0) & (F < Infinity) & (K > 0.0) & (K < Infinity) & (sqrtTau > 0.0) & (sqrtTau < Infinity) &
    (discount > 0.0) & (discount < Infinity) & (f64.abs(price) < Infinity);
  if (!valid) return ImpliedVol.InvalidInput;
  if (timeValue > 0.0 && timeValue < least) return ImpliedVol.Found;
  if (timeValue < 0.0) return ImpliedVol.BelowIntrinsic;
  return timeValue == 0.0 ? ImpliedVol.ZeroVolatility : ImpliedVol.AboveMaximum;
}

/** Is p in the upper half? As a mask. */
@inline export function isUpper<T>(timeValue: T, least: T): T {
  return lanes.gt<T>(timeValue, lanes.mul<T>(lanes.splat<T>(0.5), least));
}

/** p or m − p, lifted where it is tiny. */
@inline function unscaledTarget<T>(timeValue: T, least: T): T {
  const target = lanes.select<T>(isUpper<T>(timeValue, least), lanes.sub<T>(least, timeValue), timeValue);
  const lifted = lanes.lt<T>(timeValue, lanes.mul<T>(lanes.splat<T>(LIFT_BELOW), least));
  return lanes.select<T>(lifted, lanes.mul<T>(timeValue, lanes.splat<T>(LIFT_FACTOR)), target);
}

/** What f compares with, in units of m. */
@inline export function targetOf<T>(timeValue: T, least: T): T {
  return lanes.div<T>(unscaledTarget<T>(timeValue, least), least);
}

/** The lift of `targetOf` as an exponent, less what its division lost. */
@inline export function liftOf<T>(timeValue: T, least: T, target: T): T {
  const exact = unscaledTarget<T>(timeValue, least);
  const product = lanes.mul<T>(target, least);
  const lost = lanes.sub<T>(lanes.sub<T>(exact, product), expLog.productError<T>(target, least, product));
  const lifted = lanes.lt<T>(timeValue, lanes.mul<T>(lanes.splat<T>(LIFT_BELOW), least));
  const known = lanes.gt<T>(exact, lanes.splat<T>(1e-290)); // below, the parts of the product underflow
  const lift = lanes.and<T>(lanes.splat<T>(LIFT), lifted);
  return lanes.sub<T>(lift, lanes.and<T>(lanes.div<T>(lost, exact), known));
}

/**
 * The least s of the upper half, where t − h = 0, and the greatest of the lower half, where t − h = 0.75:
 * s² − 2k·s − 2x = 0 for t − h = k. A price of m/2 is at t − h < 0.675.
 */
@inline export function limitOf<T>(x: T, upper: T): T {
  const k = lanes.andNot<T>(lanes.splat<T>(0.75), upper);
  return lanes.add<T>(k, lanes.sqrt<T>(lanes.mulAdd<T>(k, k, lanes.add<T>(x, x))));
}

/** s within the limit of its half. */
@inline function limited<T>(s: T, limit: T, upper: T): T {
  return lanes.select<T>(upper, lanes.pmax<T>(s, limit), lanes.pmin<T>(s, limit));
}

/**
 * First s in the lower half. The Bachelier price in units of s gives h₀ as a rational in w = √ln(1 + 0.7·x/β), β = p/√(FK),
 * to 1.3e-5; the step from Bachelier's world to Black's, to second order in s₀²:
 *
 *   s ≈ s₀·(1 + d + 2.1·d²),   d = s₀²/(24 + 4·h₀ + 8·h₀²)
 *
 * The sum is within 2e-4 for s ≤ 0.5, so that one step of fourth order is enough there.
 */
@inline function guess<T>(F: T, K: T, x: T, timeValue: T): T {
  const root = lanes.sqrt<T>(lanes.mul<T>(F, K));
  const v = lanes.pmin<T>(
    lanes.div<T>(lanes.mul<T>(lanes.mul<T>(lanes.splat<T>(0.7), x), root), timeValue),
    lanes.splat<T>(1e300),
  );
  const w2 = expLog.logNormal<T>(lanes.add<T>(lanes.splat<T>(1.0), v));
  const w = lanes.sqrt<T>(w2);
  let even = lanes.mulAdd<T>(lanes.splat<T>(-1.0967633233143488), w2, lanes.splat<T>(12.653139856074912));
  even = lanes.mulAdd<T>(even, w2, lanes.splat<T>(8.512818077559192));
  let odd = lanes.mulAdd<T>(lanes.splat<T>(1.415692872246166), w2, lanes.splat<T>(0.19451937785885282));
  odd = lanes.mulAdd<T>(odd, w2, lanes.splat<T>(-4.508356508340678));
  const p = lanes.mulAdd<T>(odd, w, even);
  even = lanes.mulAdd<T>(lanes.add<T>(w2, lanes.splat<T>(4.304195914046472)), w2, lanes.splat<T>(25.546836711049917));
  even = lanes.mulAdd<T>(even, w2, lanes.splat<T>(14.936827289463363));
  odd = lanes.mulAdd<T>(lanes.splat<T>(-0.6787489044438155), w2, lanes.splat<T>(-2.2765042575883854));
  odd = lanes.mulAdd<T>(odd, w2, lanes.splat<T>(-7.916960582653467));
  const q = lanes.mulAdd<T>(odd, w, even);
  const nearTheMoney = lanes.lt<T>(v, lanes.splat<T>(1e-8)); // s₀ = β·√2π
  const top = lanes.select<T>(nearTheMoney, lanes.mul<T>(timeValue, lanes.splat<T>(normal.SQRT_2PI)), lanes.mul<T>(x, q));
  const bottom = lanes.select<T>(nearTheMoney, root, lanes.mul<T>(w2, p));
  const s0 = lanes.div<T>(top, bottom);
  const square = lanes.mul<T>(s0, s0);
  const wide = lanes.mul<T>(lanes.splat<T>(8.0), lanes.mul<T>(x, lanes.mulAdd<T>(lanes.splat<T>(0.5), s0, x)));
  const scale = lanes.add<T>(lanes.mulAdd<T>(lanes.splat<T>(24.0), square, wide), lanes.splat<T>(1e-300)); // never 0/0
  const d = lanes.pmin<T>(lanes.div<T>(lanes.mul<T>(square, square), scale), lanes.splat<T>(0.3));
  const factor = lanes.mulAdd<T>(lanes.mulAdd<T>(lanes.splat<T>(2.1), d, lanes.splat<T>(1.0)), d, lanes.splat<T>(1.0));
  return lanes.mul<T>(s0, factor);
}

/**
 * First s in the upper half: m − p = m·[N(−y) + e^x·N(−(h + t))], y = t − h, lies between m·N(−y) and
 * 2m·N(−y), the latter at the money. From y, s = y + √(y² + 2x).
 */
@inline function upperGuess<T>(x: T, target: T): T {
  const y = roughUpperTail<T>(expLog.logNormal<T>(lanes.mul<T>(lanes.splat<T>(0.5), target)));
  return lanes.add<T>(y, lanes.sqrt<T>(lanes.mulAdd<T>(y, y, lanes.add<T>(x, x))));
}

/** First s of either half. The upper half is rare, so it is a branch. */
@inline export function firstStdDev<T>(F: T, K: T, x: T, timeValue: T, target: T, limit: T, upper: T): T {
  const s = guess<T>(F, K, x, timeValue);
  return limited<T>(lanes.anyTrue<T>(upper) ? lanes.select<T>(upper, upperGuess<T>(x, target), s) : s, limit, upper);
}

/** How the tail difference of a row is computed. */
export const enum Form {
  /** both tails within the table, t small: Taylor's series in t */
  Small = 0,
  /** both tails within the table */
  Near = 1,
  /** t small, h beyond the table: Taylor's series in t, from the rational of E′ */
  FarSmall = 2,
  /** the first tail from the table or a rational, the second from a rational */
  Far = 3,
}

/** The form of a row at s; without a division. */
@inline export function formOf(x: f64, s: f64, upper: bool): i32 {
  const half = 0.5 * s * s;
  const isFar = !(x + half < normal.NEAR * s); // a NaN is far: it has no place in the table
  const isSmall = !upper & ((isFar ? 0.1 * s : 0.02 * x) > half - SMALL_T * s);
  return (<i32>isFar << 1) + <i32>!isSmall;
}

/** D₋ for small t and h. */
@inline export function smallDifference<T>(x: T, s: T): T {
  return normal.nearDifference<T>(lanes.div<T>(x, s), lanes.mul<T>(lanes.splat<T>(0.5), s));
}

/** D₋ for small t and h beyond the table. */
@inline export function farSmallDifference<T>(x: T, s: T): T {
  return normal.farDifference<T>(lanes.div<T>(x, s), lanes.mul<T>(lanes.splat<T>(0.5), s));
}

/**
 * D₋ or D₊ from the table: the doubles at the two nodes first, then all that is small. The distances from
 * the nodes hold h to more than 53 bits.
 */
@inline export function nearDifference<T>(x: T, s: T, upper: T): T {
  const t = lanes.mul<T>(lanes.splat<T>(0.5), s);
  const inverse = lanes.div<T>(lanes.splat<T>(1.0), s);
  const head = black76.headOfH<T>(x, inverse);
  const tail = tailOfH<T>(x, s, inverse, head);
  const h = lanes.add<T>(head, tail);
  const lost = lanes.sub<T>(tail, lanes.sub<T>(h, head));
  const most = lanes.pmax<T>(h, t);
  const least = lanes.pmin<T>(h, t);
  const flip = lanes.and<T>(lanes.xor<T>(lanes.lt<T>(h, t), upper), lanes.bits<T>(SIGN)); // upper: t − h; else h − t
  const distance = lanes.sub<T>(most, least);
  const far = normal.nodeOf<T>(lanes.add<T>(h, t));
  const near = normal.nodeOf<T>(lanes.xor<T>(distance, flip));
  const c1 = lanes.xor<T>(normal.nodeAt<T>(near), flip); // the node next to |h − t|
  const d1 = lanes.xor<T>(lanes.sub<T>(lanes.sub<T>(most, c1), least), flip);
  const d2 = lanes.add<T>(lanes.sub<T>(most, normal.nodeAt<T>(far)), least);
  const sign = lanes.and<T>(upper, lanes.bits<T>(SIGN));
  const E1 = normal.nodeMills<T>(near);
  const E2 = normal.nodeMills<T>(far);
  const rest1 = normal.millsBeside<T>(near, E1, lanes.add<T>(d1, lanes.xor<T>(lost, sign)));
  const rest2 = normal.millsBeside<T>(far, E2, lanes.add<T>(d2, lost));
  const main = lanes.sub<T>(E1, lanes.xor<T>(E2, sign));
  return lanes.add<T>(main, lanes.sub<T>(rest1, lanes.xor<T>(rest2, sign)));
}

/** E(y) for y ≥ −0.75, from the table or beyond it from the rational. */
function tailOf<T>(y: T): T {
  const inTable = lanes.pmin<T>(lanes.splat<T>(normal.NEAR), y); // also where y is NaN
  const node = normal.nodeOf<T>(inTable);
  const e0 = normal.nodeMills<T>(node);
  const near = lanes.add<T>(e0, normal.millsBeside<T>(node, e0, lanes.sub<T>(inTable, normal.nodeAt<T>(node))));
  const far = normal.mills<T>(lanes.pmin<T>(y, lanes.splat<T>(normal.FAR)));
  return lanes.select<T>(lanes.lt<T>(y, lanes.splat<T>(normal.NEAR)), near, far);
}

/** D₋ or D₊ where h + t is beyond the table: rare, so the tails are calls. */
@inline export function farDifference<T>(x: T, s: T, upper: T): T {
  const t = lanes.mul<T>(lanes.splat<T>(0.5), s);
  const h = lanes.div<T>(x, s);
  const sign = lanes.and<T>(upper, lanes.bits<T>(SIGN));
  const first = tailOf<T>(lanes.xor<T>(lanes.sub<T>(h, t), sign));
  const second = tailOf<T>(lanes.add<T>(h, t));
  return lanes.sub<T>(first, lanes.xor<T>(second, sign));
}

/** h − head for h = x/s; `inverse` ≈ 1/s. */
@inline function tailOfH<T>(x: T, s: T, inverse: T, head: T): T {
  const sHead = lanes.and<T>(s, lanes.bits<T>(HEAD));
  const remainder = lanes.sub<T>(lanes.sub<T>(x, lanes.mul<T>(head, sHead)), lanes.mul<T>(head, lanes.sub<T>(s, sHead)));
  return lanes.mul<T>(remainder, inverse);
}

/** D₋ or D₊ of rows of one form. */
@inline export function differenceOf<T>(form: Form, x: T, s: T, upper: T): T {
  if (form == Form.Small) return smallDifference<T>(x, s);
  if (form == Form.Near) return nearDifference<T>(x, s, upper);
  if (form == Form.FarSmall) return farSmallDifference<T>(x, s);
  return farDifference<T>(x, s, upper);
}

/** One step of fourth order; returns Δs. */
@inline export function stepOf<T>(x: T, target: T, lift: T, upper: T, s: T, D: T): T {
  const one = lanes.splat<T>(1.0);
  const inverse = lanes.div<T>(one, lanes.mul<T>(s, D)); // one division for 1/s and 1/D
  const inverseS = lanes.mul<T>(inverse, D);
  const head = black76.headOfH<T>(x, inverseS);
  const tail = tailOfH<T>(x, s, inverseS, head);
  const h = lanes.add<T>(head, tail);
  // −y²/2 = −h²/2 + x/2 − t²/2
  const half = lanes.splat<T>(0.5);
  const main = lanes.mul<T>(lanes.mul<T>(half, head), head); // exact
  const cross = lanes.mul<T>(tail, lanes.mulAdd<T>(half, tail, head));
  const rest = lanes.sub<T>(lanes.mul<T>(half, lanes.sub<T>(x, lanes.mul<T>(lanes.splat<T>(0.25), lanes.mul<T>(s, s)))), cross);
  const f = lanes.add<T>(lanes.sub<T>(expLog.preciseLogRatio<T>(D, target), main), lanes.add<T>(rest, lift));
  const sign = lanes.and<T>(upper, lanes.bits<T>(SIGN));
  // f′ = φ(0)/D in the lower half, −φ(0)/D in the upper; ν = −f/f′
  const r = lanes.xor<T>(lanes.mul<T>(lanes.splat<T>(normal.INVERSE_SQRT_2PI), lanes.mul<T>(inverse, s)), sign);
  const nu = lanes.xor<T>(lanes.mul<T>(lanes.mul<T>(f, D), lanes.splat<T>(-normal.SQRT_2PI)), sign);
  const h2s = lanes.mul<T>(h, inverseS);
  const q = lanes.sub<T>(lanes.mul<T>(h, h2s), lanes.mul<T>(lanes.splat<T>(0.25), s)); // vega′/vega
  const dq = lanes.sub<T>(lanes.mul<T>(lanes.splat<T>(-3.0), lanes.mul<T>(h2s, h2s)), lanes.splat<T>(0.25));
  const k2 = lanes.sub<T>(q, r); // f″/f′
  const k3 = lanes.add<T>(
    lanes.mulAdd<T>(q, q, dq),
    lanes.mul<T>(r, lanes.sub<T>(lanes.add<T>(r, r), lanes.mul<T>(lanes.splat<T>(3.0), q))),
  ); // f‴/f′
  const top = lanes.mul<T>(nu, lanes.mulAdd<T>(lanes.mul<T>(lanes.splat<T>(0.5), k2), nu, one));
  const bottom = lanes.mulAdd<T>(nu, lanes.mulAdd<T>(lanes.mul<T>(k3, nu), lanes.splat<T>(0.16666666666666666), k2), one);
  return lanes.div<T>(top, bottom);
}

/** s + Δs, kept within a factor of eight and the limit of its half. */
@inline export function moved<T>(limit: T, upper: T, s: T, step: T): T {
  const next = lanes.pmax<T>(lanes.add<T>(s, step), lanes.mul<T>(lanes.splat<T>(0.125), s));
  return limited<T>(lanes.pmin<T>(next, lanes.mul<T>(lanes.splat<T>(8.0), s)), limit, upper);
}

/** σ√τ that gives the time value: one row, the definition. 0 < timeValue < min(F, K). */
function stdDevOf(F: f64, K: f64, timeValue: f64): f64 {
  const least = lanes.pmin<f64>(F, K);
  const x = f64.abs(expLog.preciseLogRatio<f64>(F, K));
  const upper = isUpper<f64>(timeValue, least);
  const isUp = lanes.anyTrue<f64>(upper);
  const target = targetOf<f64>(timeValue, least);
  const lift = liftOf<f64>(timeValue, least, target);
  const limit = limitOf<f64>(x, upper);
  let s = firstStdDev<f64>(F, K, x, timeValue, target, limit, upper);
  for (let i = 0; i < MOST_STEPS; i++) {
    const D = differenceOf<f64>(formOf(x, s, isUp), x, s, upper);
    const step = stepOf<f64>(x, target, lift, upper, s, D);
    const isLast = f64.abs(step) <= LAST_STEP * s;
    s = moved<f64>(limit, upper, s, step);
    if (isLast) break;
  }
  return s;
}

/**
 * The vol at which the option is worth `price`; NaN where there is none (see `reason`), 0 at intrinsic.
 *
 * @param price   discounted, quote per base
 * @param sqrtTau √τ > 0
 */
export function impliedVol(forward: f64, strike: f64, sqrtTau: f64, price: f64, discount: f64, callPut: f64): f64 {
  const timeValue = timeValueOf<f64>(forward, strike, price, discount, callPut);
  const why = reasonOf(forward, strike, sqrtTau, price, discount, timeValue);
  if (why == ImpliedVol.ZeroVolatility) return 0.0;
  return why == ImpliedVol.Found ? stdDevOf(forward, strike, timeValue) / sqrtTau : NaN;
}

/** Why `impliedVol` has no answer. */
export function reason(forward: f64, strike: f64, sqrtTau: f64, price: f64, discount: f64, callPut: f64): ImpliedVol {
  const timeValue = timeValueOf<f64>(forward, strike, price, discount, callPut);
  return reasonOf(forward, strike, sqrtTau, price, discount, timeValue);
}
