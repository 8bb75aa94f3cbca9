/**
 * Implied volatility of Black-76, to the last digits that the price allows.
 *
 * The out-of-the-money time value p = price/D − max(θ(F − K), 0) is matched on a log scale, where the
 * curve is close to straight. With x = |ln(F/K)|, h = x/s, t = s/2, m = min(F, K), s = σ√τ:
 *
 *   lower half, p ≤ m/2:   f(s) = ln( m·e^(−(h−t)²/2)·D₋(s) / p ),        D₋ = E(h − t) − E(h + t)
 *   upper half, p > m/2:   f(s) = ln( m·e^(−(h−t)²/2)·D₊(s) / (m − p) ),  D₊ = E(t − h) + E(h + t)
 *
 * f compares the model's value with the given one as a ratio, so it is exact to rounding near the root. From
 * the guess, steps of fourth order (Householder) until one is below 2e-4·s: the error that it leaves,
 * 0.3·(2e-4)⁴, is below rounding. Every row stops by its own criterion, so a result never depends on its
 * neighbours or on the order. A warm start from the previous strike was rejected for that reason: its last
 * bits would depend on the neighbour; the better guess gained more (64 → 52 ns per option).
 *
 * Accuracy, against the vol of the price as rounded to double, on the grid of test/vectors/pricing: out of
 * the money 2e-15 relative (prices > 1e-12·F), 6e-16 (below); in the money and near the bound plus what half
 * an ulp of price and of intrinsic value is worth in vol.
 *
 * Source of the method: Jäckel (2015), Let's Be Rational; the Bachelier guess after Jäckel (2017), Implied
 * normal volatility. Fits are our own: test/vectors/pricing/fit.py.
 */
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
/** A step of fourth order below this leaves an error below rounding. */
export const LAST_STEP: f64 = 2e-4;
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

/** What f compares with: p or m − p, lifted where it is tiny. */
@inline export function targetOf<T>(timeValue: T, least: T): T {
  const target = lanes.select<T>(isUpper<T>(timeValue, least), lanes.sub<T>(least, timeValue), timeValue);
  const lifted = lanes.lt<T>(timeValue, lanes.mul<T>(lanes.splat<T>(LIFT_BELOW), least));
  return lanes.select<T>(lifted, lanes.mul<T>(timeValue, lanes.splat<T>(LIFT_FACTOR)), target);
}

/** The lift of `targetOf`, as an exponent. */
@inline export function liftOf<T>(timeValue: T, least: T): T {
  return lanes.and<T>(lanes.splat<T>(LIFT), lanes.lt<T>(timeValue, lanes.mul<T>(lanes.splat<T>(LIFT_BELOW), least)));
}

/** s is at least this in the upper half: there h ≤ t. */
@inline export function leastStdDev<T>(x: T, upper: T): T {
  return lanes.and<T>(lanes.sqrt<T>(lanes.add<T>(x, x)), upper);
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
@inline function upperGuess<T>(x: T, least: T, target: T): T {
  const half = lanes.mul<T>(lanes.splat<T>(0.5), target);
  const y = roughUpperTail<T>(expLog.logRatio<T>(half, least));
  return lanes.add<T>(y, lanes.sqrt<T>(lanes.mulAdd<T>(y, y, lanes.add<T>(x, x))));
}

/** First s of either half. The upper half is rare, so it is a branch. */
@inline export function firstStdDev<T>(F: T, K: T, x: T, timeValue: T, least: T, target: T, upper: T): T {
  const s = guess<T>(F, K, x, timeValue);
  return lanes.anyTrue<T>(upper) ? lanes.select<T>(upper, upperGuess<T>(x, least, target), s) : s;
}

/** Does a row at s use the Taylor form of D₋? */
@inline export function isSmall(s: f64, upper: bool): bool {
  return (s < 2.0 * normal.SMALL_T) & !upper;
}

/** D₋ for small s. */
@inline export function smallDifference<T>(x: T, s: T): T {
  return normal.millsDifference<T>(lanes.div<T>(x, s), lanes.mul<T>(lanes.splat<T>(0.5), s));
}

/** D₋ or D₊ from two tails. */
@inline export function largeDifference<T>(x: T, s: T, upper: T): T {
  const t = lanes.mul<T>(lanes.splat<T>(0.5), s);
  const h = lanes.div<T>(x, s);
  const y1 = lanes.sub<T>(h, t);
  const u1 = lanes.pmin<T>(lanes.abs<T>(y1), lanes.splat<T>(normal.FAR));
  const u2 = lanes.pmin<T>(lanes.add<T>(h, t), lanes.splat<T>(normal.FAR));
  const q1 = lanes.mul<T>(u1, u1);
  const q2 = lanes.mul<T>(u2, u2);
  const Q1 = normal.millsQ<T>(u1, q1);
  const Q2 = normal.millsQ<T>(u2, q2);
  const inverse = lanes.div<T>(lanes.splat<T>(1.0), lanes.mul<T>(Q1, Q2));
  const first = lanes.mul<T>(lanes.mul<T>(normal.millsP<T>(u1, q1), Q2), inverse);
  const second = lanes.mul<T>(lanes.mul<T>(normal.millsP<T>(u2, q2), Q1), inverse);
  const inside = lanes.lt<T>(y1, lanes.splat<T>(0.0));
  // outside: E(y1) − E(y2); inside, lower: e^(y1²/2) − E(|y1|) − E(y2); upper: E(|y1|) + E(y2)
  const minusInside = lanes.andNot<T>(lanes.and<T>(inside, lanes.bits<T>(SIGN)), upper);
  const plusUpper = lanes.andNot<T>(lanes.bits<T>(SIGN), upper);
  const tails = lanes.add<T>(lanes.xor<T>(first, minusInside), lanes.xor<T>(second, plusUpper));
  const lowerInside = lanes.andNot<T>(inside, upper);
  const whole = expLog.expInRange<T>(lanes.pmin<T>(lanes.mul<T>(lanes.splat<T>(0.5), q1), lanes.splat<T>(700.0)));
  return lanes.add<T>(tails, lanes.and<T>(whole, lowerInside));
}

/** One step of fourth order; returns Δs. */
@inline export function stepOf<T>(x: T, least: T, target: T, lift: T, upper: T, s: T, D: T): T {
  const one = lanes.splat<T>(1.0);
  const inverse = lanes.div<T>(one, lanes.mul<T>(s, D)); // one division for 1/s and 1/D
  const inverseS = lanes.mul<T>(inverse, D);
  const h = lanes.mul<T>(x, inverseS);
  const y1 = lanes.sub<T>(h, lanes.mul<T>(lanes.splat<T>(0.5), s));
  const scale = expLog.gaussLifted<T>(y1, lift);
  const f = expLog.logRatio<T>(lanes.mul<T>(lanes.mul<T>(least, scale), D), target);
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

/** s + Δs, kept within a factor of eight and above the least s of the upper half. */
@inline export function moved<T>(x: T, upper: T, s: T, step: T): T {
  const next = lanes.pmax<T>(lanes.add<T>(s, step), lanes.mul<T>(lanes.splat<T>(0.125), s));
  return lanes.pmax<T>(lanes.pmin<T>(next, lanes.mul<T>(lanes.splat<T>(8.0), s)), leastStdDev<T>(x, upper));
}

/** σ√τ that gives the time value: one row, the definition. 0 < timeValue < min(F, K). */
function stdDevOf(F: f64, K: f64, timeValue: f64): f64 {
  const least = lanes.pmin<f64>(F, K);
  const x = f64.abs(expLog.logRatio<f64>(F, K));
  const upper = isUpper<f64>(timeValue, least);
  const isUp = lanes.anyTrue<f64>(upper);
  const target = targetOf<f64>(timeValue, least);
  const lift = liftOf<f64>(timeValue, least);
  let s = firstStdDev<f64>(F, K, x, timeValue, least, target, upper);
  for (let i = 0; i < MOST_STEPS; i++) {
    const D = isSmall(s, isUp) ? smallDifference<f64>(x, s) : largeDifference<f64>(x, s, upper);
    const step = stepOf<f64>(x, least, target, lift, upper, s, D);
    const isLast = f64.abs(step) <= LAST_STEP * s;
    s = moved<f64>(x, upper, s, step);
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
