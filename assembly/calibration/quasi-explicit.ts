/**
 * The best SVI slice for given (m, σ) in closed form, and a search over these two on a fixed grid.
 *
 * For given (m, σ) the slice is linear in (a, right, left); u = (h + y)/2, v = (h − y)/2, uv = σ²/4. Centred moments leave a 2×2
 * system in the slopes with bounds on each; its faces are tried in fixed order. A slice that would fall below zero is lifted to it.
 */
import * as expLog from "../math/exp-log";
import { Column } from "../memory/column";
import { A, LEFT, M, RIGHT, SIGMA } from "./wings";

const STEPS = 12;

/** Answer of `solve`: a, right, left. */
let bestA: f64 = 0.0;
let bestRight: f64 = 0.0;
let bestLeft: f64 = 0.0;

let uu: f64 = 0.0;
let uv: f64 = 0.0;
let vv: f64 = 0.0;
let uw: f64 = 0.0;
let vw: f64 = 0.0;
let least: f64 = Infinity;

@inline function clamp(x: f64, low: f64, high: f64): f64 {
  return x < low ? low : x > high ? high : x; // NaN (a flat direction) stays, and loses every comparison
}

/** Σω(…)² above its constant part. */
@inline function tryPair(right: f64, left: f64): void {
  const value = right * (right * uu + 2.0 * (left * uv - uw)) + left * (left * vv - 2.0 * vw);
  if (!(value < least)) return;
  least = value;
  bestRight = right;
  bestLeft = left;
}

/**
 * Weighted least squares in (a, right, left), slopes within [low, high].
 *
 * @param n      even: an odd number of quotes is padded with a row of weight 0
 * @param k      [n]
 * @param w      [n]
 * @param root   [n] √weight
 * @returns Σω(w_i − w(k_i))²
 */
export function solve(n: i32, k: usize, w: usize, root: usize, m: f64, sigma: f64, lowRight: f64, lowLeft: f64, high: f64): f64 {
  let s0 = f64x2.splat(0.0);
  let su = s0;
  let sv = s0;
  let sw = s0;
  let suu = s0;
  let svv = s0;
  let suw = s0;
  let svw = s0;
  let sww = s0;
  const half = f64x2.splat(0.5);
  const mm = f64x2.splat(m);
  const ss = f64x2.splat(sigma * sigma);
  const end = <usize>n << 3;
  for (let i: usize = 0; i < end; i += 16) {
    const r = v128.load(root + i);
    const y = f64x2.sub(v128.load(k + i), mm);
    const h = f64x2.sqrt(f64x2.add(f64x2.mul(y, y), ss));
    // everything times √weight once
    const hr = f64x2.mul(half, f64x2.mul(h, r));
    const yr = f64x2.mul(half, f64x2.mul(y, r));
    const u = f64x2.add(hr, yr);
    const v = f64x2.sub(hr, yr);
    const z = f64x2.mul(v128.load(w + i), r);
    s0 = f64x2.add(s0, f64x2.mul(r, r));
    su = f64x2.add(su, f64x2.mul(u, r));
    sv = f64x2.add(sv, f64x2.mul(v, r));
    sw = f64x2.add(sw, f64x2.mul(z, r));
    suu = f64x2.add(suu, f64x2.mul(u, u));
    svv = f64x2.add(svv, f64x2.mul(v, v));
    suw = f64x2.add(suw, f64x2.mul(u, z));
    svw = f64x2.add(svw, f64x2.mul(v, z));
    sww = f64x2.add(sww, f64x2.mul(z, z));
  }
  const weight = total(s0);
  const ubar = total(su) / weight;
  const vbar = total(sv) / weight;
  const wbar = total(sw) / weight;
  uu = total(suu) - weight * ubar * ubar;
  vv = total(svv) - weight * vbar * vbar;
  uv = weight * (0.25 * sigma * sigma - ubar * vbar);
  uw = total(suw) - weight * ubar * wbar;
  vw = total(svw) - weight * vbar * wbar;
  least = Infinity;
  const det = uu * vv - uv * uv;
  const right = (uw * vv - vw * uv) / det;
  const left = (vw * uu - uw * uv) / det;
  if (det > 1e-14 * uu * vv && right >= lowRight && right <= high && left >= lowLeft && left <= high) tryPair(right, left);
  else {
    tryPair(lowRight, clamp((vw - lowRight * uv) / vv, lowLeft, high));
    tryPair(high, clamp((vw - high * uv) / vv, lowLeft, high));
    tryPair(clamp((uw - lowLeft * uv) / uu, lowRight, high), lowLeft);
    tryPair(clamp((uw - high * uv) / uu, lowRight, high), high);
    tryPair(lowRight, lowLeft);
  }
  bestA = wbar - bestRight * ubar - bestLeft * vbar;
  let value = least + total(sww) - weight * wbar * wbar;
  const floor = -sigma * f64.sqrt(bestRight * bestLeft);
  if (bestA < floor) {
    value += weight * (floor - bestA) * (floor - bestA);
    bestA = floor;
  }
  return value;
}

@inline function total(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** The answer of the last `solve`, as a slice. */
export function take(m: f64, sigma: f64, out: Column): void {
  out[A] = bestA;
  out[RIGHT] = bestRight;
  out[LEFT] = bestLeft;
  out[M] = m;
  out[SIGMA] = sigma;
}

/**
 * The best of 12 × 12 pairs: m evenly over the quotes, σ geometrically from `leastSigma` to the quotes' whole width.
 *
 * @param out [5] wings
 */
export function search(n: i32, k: usize, w: usize, root: usize, low: f64, high: f64, leastSigma: f64, lowRight: f64, lowLeft: f64, steepest: f64, out: Column): f64 {
  const width = max(high - low, 4.0 * leastSigma);
  const first = max(leastSigma, 0.02 * width);
  const ratio = expLog.pow(width / first, 1.0 / <f64>(STEPS - 1));
  let best: f64 = Infinity;
  let sigma = first;
  for (let j = 0; j < STEPS; j++, sigma *= ratio) {
    for (let i = 0; i < STEPS; i++) {
      const m = low + (width * (<f64>i + 0.5)) / <f64>STEPS;
      const value = solve(n, k, w, root, m, sigma, lowRight, lowLeft, steepest);
      if (!(value < best)) continue;
      best = value;
      take(m, sigma, out);
    }
  }
  return best;
}
