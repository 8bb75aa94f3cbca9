/**
 * Static arbitrage of SVI slices: butterflies in one, calendars between two, and a repair in closed form.
 *
 * Butterfly: the density of the forward is negative where Durrleman's g is (density.ts),
 *
 *   g(k) = (1 − k·w′/(2w))² − (w′²/4)·(1/w + 1/4) + w″/2
 *
 * Far out g → 1/4 − (slope of the wing)²/16, so Lee's bound is g ≥ 0 there. Calendar: the later expiry has less total
 * variance at one k.
 *
 * Accuracy of g: 1e-14 of its largest term, which near a minimum of w close to 0 is far above g.
 *
 * Source: Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, §2, §5.1; Durrleman (2003), A note on
 * initial volatility surface.
 */
import * as lanes from "../math/lanes";
import { Column } from "../memory/column";
import * as search from "./search";
import * as ssvi from "./ssvi";
import * as svi from "./svi";
import { Slice } from "./svi";

/** g from k, w > 0, w′ and w″. */
@inline export function durrleman<T>(k: T, w: T, slope: T, curvature: T): T {
  const half = lanes.splat<T>(0.5);
  const inverse = lanes.div<T>(lanes.splat<T>(1.0), w);
  const level = lanes.sub<T>(lanes.splat<T>(1.0), lanes.mul<T>(half, lanes.mul<T>(lanes.mul<T>(k, slope), inverse)));
  const quarter = lanes.splat<T>(0.25);
  const loss = lanes.mul<T>(lanes.mul<T>(quarter, lanes.mul<T>(slope, slope)), lanes.add<T>(inverse, quarter));
  return lanes.add<T>(lanes.sub<T>(lanes.mul<T>(level, level), loss), lanes.mul<T>(half, curvature));
}

/** g(k) of raw SVI, with one root for w, w′ and w″. */
@inline export function durrlemanOf<T>(k: T, a: T, b: T, rho: T, m: T, sigma: T): T {
  const x = lanes.sub<T>(k, m);
  const s2 = lanes.mul<T>(sigma, sigma);
  const h2 = lanes.mulAdd<T>(x, x, s2);
  const h = lanes.sqrt<T>(h2);
  const w = lanes.mulAdd<T>(b, lanes.mulAdd<T>(rho, x, h), a);
  const slope = lanes.mul<T>(b, lanes.add<T>(rho, lanes.div<T>(x, h)));
  const curvature = lanes.div<T>(lanes.mul<T>(b, s2), lanes.mul<T>(h2, h));
  return durrleman<T>(k, w, slope, curvature);
}

/**
 * g′(k) of raw SVI. With A = 1 − k·w′/(2w):
 *
 *   g′ = 2A·A′ − (w′w″/2)(1/w + 1/4) + w′³/(4w²) + w‴/2,   A′ = (k·w′²/w − w′ − k·w″)/(2w),   w‴ = −3bσ²x/h⁵
 */
export function durrlemanSlope(k: f64, a: f64, b: f64, rho: f64, m: f64, sigma: f64): f64 {
  const x = k - m;
  const w = svi.totalVariance<f64>(k, a, b, rho, m, sigma);
  const w1 = svi.slope<f64>(k, b, rho, m, sigma);
  const w2 = svi.curvature<f64>(k, b, m, sigma);
  const w3 = (-3.0 * w2 * x) / (x * x + sigma * sigma);
  const inverse = 1.0 / w;
  const A = 1.0 - 0.5 * k * w1 * inverse;
  const A1 = 0.5 * inverse * (k * w1 * w1 * inverse - w1 - k * w2);
  return 2.0 * A * A1 - 0.5 * w1 * w2 * (inverse + 0.25) + 0.25 * w1 * w1 * w1 * inverse * inverse + 0.5 * w3;
}

function gOf(k: f64, slice: usize): f64 {
  const s = changetype<Slice>(slice);
  return durrlemanOf<f64>(k, s.a, s.b, s.rho, s.m, s.sigma);
}
function gSlopeOf(k: f64, slice: usize): f64 {
  const s = changetype<Slice>(slice);
  return durrlemanSlope(k, s.a, s.b, s.rho, s.m, s.sigma);
}

/**
 * The least g of a slice over n steps of [from, to], on the grid and refined.
 *
 * @param out [4] k and g of the least grid point, k and g refined
 */
export function leastDurrleman(slice: Slice, from: f64, to: f64, n: i32, out: Column): void {
  search.least(gOf, gSlopeOf, changetype<usize>(slice), from, to, n, out);
}

/**
 * The stretch in which g < 0: from its first crossing to its last, an end of [from, to] where it is negative there.
 *
 * @param out [2] first and last k; NaN where g is nowhere negative on the grid
 */
export function negativeStretch(slice: Slice, from: f64, to: f64, n: i32, out: Column): void {
  const context = changetype<usize>(slice);
  const first = gOf(from, context) < 0.0;
  const last = gOf(to, context) < 0.0;
  out[0] = NaN;
  out[1] = NaN;
  let k = from;
  let isNegative = first;
  if (first) out[0] = from;
  for (let i = 1; i <= n; i++) {
    const next = search.gridPoint(from, to, n, i);
    const isNextNegative = gOf(next, context) < 0.0;
    if (isNegative != isNextNegative) {
      const at = search.crossingIn(gOf, context, k, next);
      if (isNegative) out[1] = at;
      else if (out[0] != out[0]) out[0] = at;
    }
    k = next;
    isNegative = isNextNegative;
  }
  if (last) out[1] = to;
}

/** An admissible slice with g ≥ 0 at every grid point and turning point of [from, to]: no butterfly found. */
export function isButterflyFree(slice: Slice, from: f64, to: f64, n: i32): bool {
  if (!svi.isAdmissible(slice.a, slice.b, slice.rho, slice.m, slice.sigma)) return false;
  leastDurrleman(slice, from, to, n, changetype<Column>(scratch));
  return load<f64>(scratch, 24) >= 0.0;
}
const scratch: usize = memory.data(40, 16);

function differenceOf(k: f64, pair: usize): f64 {
  const near = changetype<Slice>(pair);
  const far = changetype<Slice>(pair + svi.SLICE_BYTES);
  return (
    svi.totalVariance<f64>(k, far.a, far.b, far.rho, far.m, far.sigma) -
    svi.totalVariance<f64>(k, near.a, near.b, near.rho, near.m, near.sigma)
  );
}
function differenceSlopeOf(k: f64, pair: usize): f64 {
  const near = changetype<Slice>(pair);
  const far = changetype<Slice>(pair + svi.SLICE_BYTES);
  return svi.slope<f64>(k, far.b, far.rho, far.m, far.sigma) - svi.slope<f64>(k, near.b, near.rho, near.m, near.sigma);
}

/**
 * The least w_far − w_near over n steps of [from, to]; below 0 is a calendar arbitrage.
 *
 * @param pair two slices side by side, the near one first
 * @param out  [4] k and difference of the least grid point, k and difference refined
 */
export function leastDifference(pair: Slice, from: f64, to: f64, n: i32, out: Column): void {
  search.least(differenceOf, differenceSlopeOf, changetype<usize>(pair), from, to, n, out);
}

/**
 * Where two slices cross over n steps of [from, to]: at most four places, the real roots of a quartic.
 *
 * @param out [4] k of each, from left to right
 * @returns how many
 */
export function crossings(pair: Slice, from: f64, to: f64, n: i32, out: Column): i32 {
  return search.crossings(differenceOf, changetype<usize>(pair), from, to, n, 4, out);
}

/** How far a repair had to go. */
export const enum Repair {
  /** The closed form: v, ψ and p as they were. */
  ClosedForm = 0,
  /** The closed form had a butterfly by its own conditions: φ is cut, so ψ and p are smaller too. v alone is as it was. */
  WidthCut = 1,
  /** No total variance at the money to keep: NaN. */
  Impossible = 2,
}

/**
 * The slice next to this one that is surely free of butterflies: v, ψ and p stay, and
 *
 *   c′ = p + 2ψ,   ṽ′ = v·4pc′/(p + c′)²
 *
 * which is SSVI with θ = w₀, ρ = (c′ − p)/(c′ + p), φ = (p + c′)/√w₀, and in that form also defined at ψ = 0. The source
 * takes it as always free of butterflies; SSVI's own conditions, here max(p, c′)·(p + c′) ≤ 2 and √w₀·max(p, c′) < 2, can
 * fail for steep short slices. Then φ is cut to what they allow. It moves the right wing a lot: say so where it is used.
 *
 * @param out may be `slice` itself
 * Source: Gatheral & Jacquier (2014), §5.1.
 */
export function repair(slice: Slice, out: Slice): Repair {
  const w0 = svi.totalVariance<f64>(0.0, slice.a, slice.b, slice.rho, slice.m, slice.sigma);
  const jw = changetype<Column>(scratch);
  svi.toJumpWings(slice.a, slice.b, slice.rho, slice.m, slice.sigma, 1.0, jw);
  const p = jw[2];
  const right = p + 2.0 * jw[1];
  if (!(w0 > 0.0 && p > 0.0 && right > 0.0)) {
    out.a = out.b = out.rho = out.m = out.sigma = NaN;
    return Repair.Impossible;
  }
  const rho = (right - p) / (right + p);
  const phi = (p + right) / f64.sqrt(w0);
  const isFree = ssvi.isButterflyFree(w0, rho, phi);
  ssvi.toRaw(w0, rho, isFree ? phi : ssvi.largestPhi(w0, rho), out);
  return isFree ? Repair.ClosedForm : Repair.WidthCut;
}

/** g(k) of one slice for each k [n], into `out` [n]. */
export function durrlemans(n: i32, k: Column, slice: Slice, out: Column): void {
  const from = changetype<usize>(k);
  const to = changetype<usize>(out);
  const end = <usize>n << 3;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const g = durrlemanOf<v128>(v128.load(from + i), f64x2.splat(slice.a), f64x2.splat(slice.b), f64x2.splat(slice.rho), f64x2.splat(slice.m), f64x2.splat(slice.sigma));
    v128.store(to + i, g);
  }
  if (i < end) store<f64>(to + i, gOf(load<f64>(from + i), changetype<usize>(slice)));
}
