/**
 * Total variance at any strike and time, from the slices of a surface.
 *
 *   between two expiries    linear in total variance at fixed k, in event time (event-time.ts)
 *   before the first        its vol constant in event time: w = w₁·t/t₁
 *   beyond the last         the forward variance of the last interval, at fixed k, never below 0
 *   in the wings            the slope of w no steeper than Lee's bound; vols beyond the quotes not below a floor
 *
 * Slices that do not cross stay so in between. That no butterfly arises in between is not proven (the source interpolates
 * call prices for that) but checked where a surface is accepted.
 *
 * Event time `t` and calendar time `tau` are both in years; only ratios of event times enter. A vol is √(w/tau).
 *
 * Sources: Gatheral (2006), The Volatility Surface, for flat forward variance; Gatheral & Jacquier (2014), §5.2.
 */
import * as lanes from "../math/lanes";
import { Column } from "../memory/column";
import * as svi from "./svi";
import { Slice, SLICE_BYTES } from "./svi";

// ---- time

/** 15 minutes in years. Sensitivities of scenarios take no less: √(w/τ) and gamma have no limit at expiry. */
export const LEAST_TAU: f64 = 900.0 / 31536000.0;

/** τ for sensitivities: at least 15 minutes; NaN stays. */
@inline export function flooredTau<T>(tau: T): T {
  return lanes.pmax<T>(tau, lanes.splat<T>(LEAST_TAU));
}

/** w before the first expiry, 0 ≤ t ≤ t₁. */
@inline export function beforeFirst<T>(w1: T, t: T, t1: T): T {
  return lanes.mul<T>(w1, lanes.div<T>(t, t1));
}

/** (t − t₁)/(t₂ − t₁). */
@inline export function shareOf<T>(t: T, t1: T, t2: T): T {
  return lanes.div<T>(lanes.sub<T>(t, t1), lanes.sub<T>(t2, t1));
}

/** w between two expiries; 0 ≤ share ≤ 1. */
@inline export function between<T>(w1: T, w2: T, share: T): T {
  return lanes.mulAdd<T>(share, lanes.sub<T>(w2, w1), w1);
}

/** w beyond the last expiry, from the last two; share ≥ 1 counts from the one before. */
@inline export function beyondLast<T>(w1: T, w2: T, share: T): T {
  const forward = lanes.pmax<T>(lanes.sub<T>(w2, w1), lanes.splat<T>(0.0));
  return lanes.mulAdd<T>(lanes.sub<T>(share, lanes.splat<T>(1.0)), forward, w2);
}

/** Forward variance per year between two points of one term structure. */
export function forwardVariance(w1: f64, t1: f64, w2: f64, t2: f64): f64 {
  return (w2 - w1) / (t2 - t1);
}

/** How many of the rising times [n] are ≤ t: 0 before the first, n from the last on. */
export function passed(n: i32, times: Column, t: f64): i32 {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

// ---- wings

/** Where |w′| of a wing reaches `cap` on the left; −∞ where it never does. Below, `capped` goes on in a straight line. */
export function leftCap(b: f64, rho: f64, m: f64, sigma: f64, cap: f64): f64 {
  const t = cap / b + rho;
  return t < 1.0 ? m - (sigma * t) / f64.sqrt((1.0 - t) * (1.0 + t)) : -Infinity;
}

/** Where w′ reaches `cap` on the right; ∞ where it never does. */
export function rightCap(b: f64, rho: f64, m: f64, sigma: f64, cap: f64): f64 {
  const t = cap / b - rho;
  return t < 1.0 ? m + (sigma * t) / f64.sqrt((1.0 - t) * (1.0 + t)) : Infinity;
}

/** The slope that wings may have: Lee's 2 with a margin for rounding. */
export const SLOPE_CAP: f64 = 1.98;

/** w(k), continued beyond `left` and `right` (from the two functions above) with slope `cap`. */
@inline export function cappedTotalVariance<T>(k: T, a: T, b: T, rho: T, m: T, sigma: T, left: T, right: T, cap: T): T {
  const inside = lanes.pmin<T>(lanes.pmax<T>(k, left), right);
  const beyond = lanes.abs<T>(lanes.sub<T>(k, inside));
  return lanes.mulAdd<T>(cap, beyond, svi.totalVariance<T>(inside, a, b, rho, m, sigma));
}

/** w(k) of one slice, wings capped. */
export function sliceVariance(k: f64, a: f64, b: f64, rho: f64, m: f64, sigma: f64): f64 {
  const left = leftCap(b, rho, m, sigma, SLOPE_CAP);
  return cappedTotalVariance<f64>(k, a, b, rho, m, sigma, left, rightCap(b, rho, m, sigma, SLOPE_CAP), SLOPE_CAP);
}

/** w′(k) of it. */
export function sliceSlope(k: f64, b: f64, rho: f64, m: f64, sigma: f64): f64 {
  return min(max(svi.slope<f64>(k, b, rho, m, sigma), 0 - SLOPE_CAP), SLOPE_CAP);
}

/** The floor beyond the last quote: its vol less two spreads, at least 0. */
export function floorBeyond(lastVol: f64, spread: f64): f64 {
  return max(lastVol - 2.0 * spread, 0.0);
}

/** A vol, not below `leftFloor` for k < `left` nor below `rightFloor` for k > `right`; for short options only. */
@inline export function flooredVol<T>(vol: T, k: T, left: T, right: T, leftFloor: T, rightFloor: T): T {
  const low = lanes.and<T>(leftFloor, lanes.lt<T>(k, left));
  const high = lanes.and<T>(rightFloor, lanes.gt<T>(k, right));
  return lanes.pmax<T>(lanes.pmax<T>(vol, low), high);
}

// ---- a surface: rising event times [n], slices [n] side by side

@inline function capped<T>(slice: Slice, k: T): T {
  const left = leftCap(slice.b, slice.rho, slice.m, slice.sigma, SLOPE_CAP);
  const right = rightCap(slice.b, slice.rho, slice.m, slice.sigma, SLOPE_CAP);
  return cappedTotalVariance<T>(
    k,
    lanes.splat<T>(slice.a),
    lanes.splat<T>(slice.b),
    lanes.splat<T>(slice.rho),
    lanes.splat<T>(slice.m),
    lanes.splat<T>(slice.sigma),
    lanes.splat<T>(left),
    lanes.splat<T>(right),
    lanes.splat<T>(SLOPE_CAP),
  );
}

@inline function at<T>(k: T, t: f64, n: i32, times: Column, slices: usize): T {
  const i = passed(n, times, t);
  if (i == 0 || n == 1) return beforeFirst<T>(capped<T>(changetype<Slice>(slices), k), lanes.splat<T>(t), lanes.splat<T>(times[0]));
  const j = min(i, n - 1);
  const near = slices + <usize>(j - 1) * SLICE_BYTES;
  const w1 = capped<T>(changetype<Slice>(near), k);
  const w2 = capped<T>(changetype<Slice>(near + SLICE_BYTES), k);
  const share = lanes.splat<T>(shareOf<f64>(t, times[j - 1], times[j]));
  return i == n ? beyondLast<T>(w1, w2, share) : between<T>(w1, w2, share);
}

/**
 * w at log-moneyness k and event time t of a surface, wings capped.
 *
 * @param t      ≥ 0
 * @param times  [n] rising, > 0
 * @param slices [n] slices side by side
 */
export function totalVariance(k: f64, t: f64, n: i32, times: Column, slices: Slice): f64 {
  if (!(t >= 0.0)) return NaN;
  return at<f64>(k, t, n, times, changetype<usize>(slices));
}

/** The same for each k [rows] at one time, into `out` [rows]. */
export function totalVariances(rows: i32, k: Column, t: f64, n: i32, times: Column, slices: Slice, out: Column): void {
  const from = changetype<usize>(k);
  const to = changetype<usize>(out);
  const end = <usize>rows << 3;
  let i: usize = 0;
  if (!(t >= 0.0)) {
    for (; i < end; i += 8) store<f64>(to + i, NaN);
    return;
  }
  for (; i + 16 <= end; i += 16) v128.store(to + i, at<v128>(v128.load(from + i), t, n, times, changetype<usize>(slices)));
  if (i < end) store<f64>(to + i, at<f64>(load<f64>(from + i), t, n, times, changetype<usize>(slices)));
}
