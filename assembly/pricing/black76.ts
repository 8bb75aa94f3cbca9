/**
 * Black-76: the price of a European option on a forward.
 *
 *   V = D·θ·[ F·N(θ·d₁) − K·N(θ·d₂) ],   d₁,₂ = ln(F/K)/s ± s/2,   s = σ√τ
 *
 * The out-of-the-money side is priced and intrinsic added, in a form that loses nothing in the wings or
 * for short expiries. With x = |ln(F/K)|, h = x/s, t = s/2, m = min(F, K):
 *
 *   time value = m·e^(−(h−t)²/2)·[ E(h − t) − E(h + t) ]        E: math/normal.ts
 *
 * because F·φ(d₁) = K·φ(d₂). For h < t, E(h − t) = e^((h−t)²/2) − E(t − h), so the time value is
 * m − m·e^(−(h−t)²/2)·[ E(t − h) + E(h + t) ].
 *
 *   |ln(K/F)| ≤ 3, vol 1 %–500 %, one minute to five years; 21,500 rows against 50 digits
 *   prices > 1e-12·F     6.4e-15 relative (the rounding of √τ alone: up to 6e-15)
 *   prices > 1e-300·F    6e-14 relative
 *   all prices           4e-16 of the larger of price and F
 *
 * Edges: σ√τ < 1e-100 counts as 0 and gives D·max(θ(F − K), 0); σ√τ is capped at 128, where a call is
 * worth D·F. NaN for F ≤ 0, K ≤ 0, σ√τ < 0 or a NaN input. F and K must be normal and finite.
 *
 * Source: Black (1976), The pricing of commodity contracts; the scaled-tail form after Jäckel (2015),
 * Let's Be Rational, section 6, with own fits, and an odd Taylor series where he uses two.
 */
import * as expLog from "../math/exp-log";
import * as lanes from "../math/lanes";
import * as normal from "../math/normal";

/** σ√τ at or below this is no time value at all. */
export const NO_STD_DEV: f64 = 1e-100;
/** σ√τ above this changes nothing: N(±64) is 1 or 0. */
export const MOST_STD_DEV: f64 = 128.0;

/** σ√τ within the limits above; NaN stays. */
@inline export function limitStdDev<T>(stdDev: T): T {
  return lanes.pmin<T>(lanes.pmax<T>(stdDev, lanes.splat<T>(NO_STD_DEV)), lanes.splat<T>(MOST_STD_DEV));
}

const HEAD: u64 = 0xfffffffff8000000; // the upper 26 of 53 bits

/** The upper half of h = x/s: its square is exact. `inverse` = 1/s. */
@inline export function headOfH<T>(x: T, inverse: T): T {
  return lanes.and<T>(lanes.mul<T>(x, inverse), lanes.bits<T>(HEAD));
}

/**
 * h − head, from the remainder x − head·σ√τ with the rounding error of the product σ√τ taken back: h to
 * more than 53 bits without a longer division. Without it prices in the wings lose h² ulp more
 * (with the same in ln(F/K): 1.1e-14 instead of 6.4e-15, for 1.3 ns per option).
 */
@inline export function tailOfH<T>(x: T, vol: T, sqrtTau: T, s: T, inverse: T, head: T): T {
  const product = lanes.mul<T>(vol, sqrtTau);
  const error = lanes.and<T>(expLog.productError<T>(vol, sqrtTau, product), lanes.eq<T>(product, s)); // 0 where s was limited
  const sHead = lanes.and<T>(s, lanes.bits<T>(HEAD));
  const sTail = lanes.sub<T>(s, sHead);
  const remainder = lanes.sub<T>(lanes.sub<T>(x, lanes.mul<T>(head, sHead)), lanes.mul<T>(head, sTail));
  return lanes.mul<T>(lanes.sub<T>(remainder, lanes.mul<T>(head, error)), inverse);
}

/** e^(−(h − t)²/2), where 2ht = x; 0 below e^−706. */
@inline export function scaleOfTails<T>(x: T, head: T, tail: T, t: T): T {
  const y = lanes.sub<T>(head, t);
  const inRange = lanes.le<T>(lanes.mul<T>(y, y), lanes.splat<T>(1412.0));
  const half = lanes.splat<T>(0.5);
  const main = lanes.mul<T>(lanes.mul<T>(lanes.splat<T>(-0.5), head), head); // exact
  const cross = lanes.mul<T>(tail, lanes.mulAdd<T>(half, tail, head));
  const rest = lanes.sub<T>(lanes.mul<T>(half, lanes.sub<T>(x, lanes.mul<T>(t, t))), cross);
  const e = expLog.expSumInRange<T>(lanes.and<T>(main, inRange), lanes.and<T>(rest, inRange));
  return lanes.and<T>(e, inRange);
}

/** The time value from two tails, where `isSmall` is false; `scale` = m·e^(−(h−t)²/2). */
@inline export function valueOfTails<T>(h: T, t: T, scale: T, least: T): T {
  const y1 = lanes.sub<T>(h, t);
  const u1 = lanes.pmin<T>(lanes.abs<T>(y1), lanes.splat<T>(normal.FAR));
  const y2 = lanes.pmin<T>(lanes.add<T>(h, t), lanes.splat<T>(normal.FAR));
  const q1 = lanes.mul<T>(u1, u1);
  const q2 = lanes.mul<T>(y2, y2);
  const P1 = normal.millsP<T>(u1, q1);
  const Q1 = normal.millsQ<T>(u1, q1);
  const P2 = normal.millsP<T>(y2, q2);
  const Q2 = normal.millsQ<T>(y2, q2);
  const inside = lanes.lt<T>(y1, lanes.splat<T>(0.0));
  // E(|h − t|) ∓ E(h + t): minus outside, plus inside
  const second = lanes.xor<T>(lanes.mul<T>(P2, Q1), lanes.andNot<T>(lanes.bits<T>(0x8000000000000000), inside));
  const tails = lanes.div<T>(lanes.mulAdd<T>(P1, Q2, second), lanes.mul<T>(Q1, Q2));
  const value = lanes.mul<T>(scale, tails);
  return lanes.select<T>(inside, lanes.sub<T>(least, value), value);
}

/** D·(time value + intrinsic), by the rules of the edges. */
@inline export function priceOf<T>(F: T, K: T, stdDev: T, discount: T, callPut: T, timeValue: T): T {
  const zero = lanes.splat<T>(0.0);
  const difference = lanes.sub<T>(F, K);
  const inTheMoney = lanes.gt<T>(lanes.mul<T>(callPut, difference), zero);
  const intrinsic = lanes.and<T>(lanes.abs<T>(difference), inTheMoney);
  const some = lanes.andNot<T>(timeValue, lanes.le<T>(stdDev, lanes.splat<T>(NO_STD_DEV)));
  const valid = lanes.and<T>(lanes.gt<T>(lanes.pmin<T>(F, K), zero), lanes.ge<T>(stdDev, zero));
  return lanes.nanUnless<T>(valid, lanes.mul<T>(discount, lanes.add<T>(some, intrinsic)));
}

/**
 * Does the tail difference use the Taylor form? Where two rationals lose too much: t < 0.15, and up to
 * 0.15 + h/50 for 0 < h < 8 (beyond, rounding in the recurrence grows like sinh(ht)/(ht)). `head` ≈ h.
 */
@inline export function isSmall(head: f64, t: f64): bool {
  return t < normal.SMALL_T + 0.02 * (head < 8.0 ? head : 0.0);
}

/**
 * Price of one option.
 *
 * @param forward  F > 0, quote per base
 * @param strike   K > 0, quote per base
 * @param tau      τ ≥ 0, years
 * @param vol      σ ≥ 0, annualised
 * @param discount D > 0, value now of 1 at expiry
 * @param callPut  θ: +1 call, −1 put
 * @returns quote per base, ≥ 0
 */
export function price(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64): f64 {
  return priceOfSqrtTau(forward, strike, f64.sqrt(tau), vol, discount, callPut);
}

/** The same with √τ given. */
export function priceOfSqrtTau(forward: f64, strike: f64, sqrtTau: f64, vol: f64, discount: f64, callPut: f64): f64 {
  const stdDev = vol * sqrtTau;
  const s = limitStdDev<f64>(stdDev);
  const x = f64.abs(expLog.preciseLogRatio<f64>(forward, strike));
  const inverse = 1.0 / s;
  const head = headOfH<f64>(x, inverse);
  const tail = tailOfH<f64>(x, vol, sqrtTau, s, inverse, head);
  const h = head + tail;
  const t = 0.5 * s;
  const least = lanes.pmin<f64>(forward, strike);
  const scale = least * scaleOfTails<f64>(x, head, tail, t);
  const timeValue = isSmall(head, t)
    ? scale * normal.millsDifference<f64>(h, t)
    : valueOfTails<f64>(h, t, scale, least);
  return priceOf<f64>(forward, strike, stdDev, discount, callPut, timeValue);
}
