/**
 * Static arbitrage of a slice on a grid finer than the one of the penalties: evenly over ±16√w₀ (or three times the quotes' reach),
 * closely around m, where a slice bends, and far out. Between the last places and infinity slopes decide: Lee's bound on its own,
 * order of the wings between two.
 */
import * as expLog from "../math/exp-log";
import * as arbitrage from "../surface/arbitrage";
import { Column } from "../memory/column";
import * as wings from "./wings";
import { A, LEFT, M, RIGHT, SIGMA } from "./wings";

const EVEN = 400;
const AROUND = 108;
const FAR = 14;
const FIRST_FAR = EVEN + AROUND;
const PLACES = FIRST_FAR + 2 * FAR;
const places: usize = memory.data(PLACES * 8, 16);

/** Slices stay this much apart, in w₀, so that they do not cross between the places. */
export const APART: f64 = 3e-6;
const NEAR_ZERO: f64 = 0.02;

/** Of the last `check`. */
export let minG: f64 = 0.0;
export let calendarGap: f64 = Infinity;

const offsets: usize = memory.data((AROUND / 2) * 8, 16);
let hasOffsets = false;

/** 0.02 … 100 in units of σ, geometrically. */
function fillOffsets(): void {
  const n = AROUND / 2;
  const ratio = expLog.pow(5000.0, 1.0 / <f64>(n - 1));
  let x: f64 = 0.02;
  for (let i = 0; i < n; i++, x *= ratio) store<f64>(offsets + (<usize>i << 3), x);
  hasOffsets = true;
}

function fillPlaces(p: Column, reach: f64, around: Column): void {
  if (!hasOffsets) fillOffsets();
  const w0 = wings.totalVariance(0.0, p);
  const radius = max(16.0 * f64.sqrt(max(w0, 0.0)), 3.0 * reach);
  const step = (2.0 * radius) / <f64>(EVEN - 1);
  let at = places;
  for (let i = 0; i < EVEN; i++, at += 8) store<f64>(at, -radius + <f64>i * step);
  for (let i = 0; i < AROUND / 2; i++, at += 16) {
    const x = around[SIGMA] * load<f64>(offsets + (<usize>i << 3));
    store<f64>(at, around[M] - x);
    store<f64>(at, around[M] + x, 8);
  }
  // from inside ±radius, so that a bottom at its edge is seen too
  let x = 0.8 * radius;
  for (let i = 0; i < FAR; i++, at += 16, x *= 1.4) {
    store<f64>(at, -x);
    store<f64>(at, x, 8);
  }
}

/** Least g over the places; NaN where one is. */
function leastG(p: Column): f64 {
  const b = 0.5 * (p[RIGHT] + p[LEFT]);
  const rho = f64x2.splat((p[RIGHT] - p[LEFT]) / (b + b));
  const aa = f64x2.splat(p[A]);
  const bb = f64x2.splat(b);
  const mm = f64x2.splat(p[M]);
  const ss = f64x2.splat(p[SIGMA]);
  let least = f64x2.splat(Infinity);
  for (let i: usize = 0; i < <usize>(PLACES * 8); i += 16) {
    // not pmin: NaN has to stay
    least = f64x2.min(least, arbitrage.durrlemanOf<v128>(v128.load(places + i), aa, bb, rho, mm, ss));
  }
  return min<f64>(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
}

/** What must not be below 0 at k: the gap to the earlier slice, or g where there is none. */
@inline function valueAt(k: f64, p: Column, earlier: Column | null): f64 {
  if (earlier !== null) return wings.totalVariance(k, p) - wings.totalVariance(k, earlier);
  const b = 0.5 * (p[RIGHT] + p[LEFT]);
  return arbitrage.durrlemanOf<f64>(k, p[A], b, (p[RIGHT] - p[LEFT]) / (b + b), p[M], p[SIGMA]);
}

const GOLDEN: f64 = 0.6180339887498949;

/** The least value between two places that have a lower one between them. */
function bottom(from: f64, to: f64, p: Column, earlier: Column | null): f64 {
  let low = from;
  let high = to;
  let a = high - GOLDEN * (high - low);
  let b = low + GOLDEN * (high - low);
  let atA = valueAt(a, p, earlier);
  let atB = valueAt(b, p, earlier);
  for (let i = 0; i < 18; i++) {
    if (atA < atB) {
      high = b;
      b = a;
      atB = atA;
      a = high - GOLDEN * (high - low);
      atA = valueAt(a, p, earlier);
    } else {
      low = a;
      a = b;
      atA = atB;
      b = low + GOLDEN * (high - low);
      atB = valueAt(b, p, earlier);
    }
  }
  return min(atA, atB);
}

/** Over `count` places in order, `stride` bytes apart, and between them where it has a bottom. */
function leastInOrder(at: usize, count: i32, stride: usize, p: Column, earlier: Column | null): f64 {
  let least: f64 = Infinity;
  let a: f64 = Infinity;
  let b: f64 = Infinity;
  for (let i = 0; i < count; i++, at += stride) {
    const c = valueAt(load<f64>(at), p, earlier);
    if (i > 1 && b < a && b <= c) least = min(least, bottom(load<f64>(at - stride - stride), load<f64>(at), p, earlier));
    least = min(least, c);
    a = b;
    b = c;
  }
  return least;
}

/** Over all places and between them: each run of them is in order, from the middle outwards on both sides. */
function leastOfAll(p: Column, earlier: Column | null): f64 {
  const around = places + EVEN * 8;
  const far = places + FIRST_FAR * 8;
  const even = leastInOrder(places, EVEN, 8, p, earlier);
  const near = min(leastInOrder(around, AROUND / 2, 16, p, earlier), leastInOrder(around + 8, AROUND / 2, 16, p, earlier));
  return min(min(even, near), min(leastInOrder(far, FAR, 16, p, earlier), leastInOrder(far + 8, FAR, 16, p, earlier)));
}

/**
 * Fills `minG` and `calendarGap`; are both free of arbitrage?
 *
 * @param earlier the slice before, or null
 */
export function check(p: Column, reach: f64, earlier: Column | null): bool {
  fillPlaces(p, reach, p);
  minG = leastG(p);
  // a g as small as this may be smaller between the places
  if (minG < NEAR_ZERO && minG >= 0) minG = min(minG, leastOfAll(p, null));
  calendarGap = Infinity;
  let ordered = true;
  if (earlier !== null) {
    calendarGap = leastOfAll(p, earlier);
    fillPlaces(earlier, reach, earlier);
    calendarGap = min(calendarGap, leastOfAll(p, earlier));
    ordered = p[RIGHT] >= earlier[RIGHT] && p[LEFT] >= earlier[LEFT];
  }
  return minG >= 0 && calendarGap >= APART * wings.totalVariance(0.0, p) && ordered && wings.least(p) > 0 && max(p[RIGHT], p[LEFT]) <= wings.STEEPEST;
}
