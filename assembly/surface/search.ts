/**
 * Where a curve over k is least, and where it crosses zero: a scan of a uniform grid, then bisection.
 *
 * Bisection rather than a faster rule: it uses signs alone, so it ends at the same double on every host, and 50 steps of a
 * few nanoseconds are nothing beside the scan. A dip or a pair of crossings narrower than the grid can be missed.
 */
import { Column } from "../memory/column";

/** Value at k of the curve that `context` (an address) describes. */
export type Curve = (k: f64, context: usize) => f64;

/** Grid point i of n steps over [from, to]; the last is `to` itself. */
@inline export function gridPoint(from: f64, to: f64, n: i32, i: i32): f64 {
  return i == n ? to : from + ((to - from) / <f64>n) * <f64>i;
}

/** The double next to the crossing in [low, high], where f changes sign once. */
export function crossingIn(f: Curve, context: usize, low: f64, high: f64): f64 {
  const isLowNegative = f(low, context) < 0.0;
  for (let step = 0; step < 100; step++) {
    const middle = 0.5 * (low + high);
    if (middle == low || middle == high) break;
    if (f(middle, context) < 0.0 == isLowNegative) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/**
 * The least value over n steps of [from, to], then over the turning points between the grid points.
 *
 * @param df  derivative of f by k
 * @param out [4] k and f of the least grid point (the first of equals), k and f of the least of all
 */
export function least(f: Curve, df: Curve, context: usize, from: f64, to: f64, n: i32, out: Column): void {
  let k = from;
  let slope = df(from, context);
  let onGrid = from;
  let valueOnGrid = f(from, context);
  let best = onGrid;
  let value = valueOnGrid;
  for (let i = 1; i <= n; i++) {
    const next = gridPoint(from, to, n, i);
    const nextValue = f(next, context);
    const nextSlope = df(next, context);
    if (nextValue < valueOnGrid) {
      onGrid = next;
      valueOnGrid = nextValue;
    }
    if (nextValue < value) {
      best = next;
      value = nextValue;
    }
    if (slope < 0.0 && nextSlope > 0.0) {
      const turn = crossingIn(df, context, k, next);
      const valueThere = f(turn, context);
      if (valueThere <= value) {
        best = turn;
        value = valueThere;
      }
    }
    k = next;
    slope = nextSlope;
  }
  out[0] = onGrid;
  out[1] = valueOnGrid;
  out[2] = best;
  out[3] = value;
}

/**
 * Crossings of zero over n steps of [from, to], from left to right; a value of 0 counts as positive.
 *
 * @param most room in `out`
 * @returns how many there are; only the first `most` are written
 */
export function crossings(f: Curve, context: usize, from: f64, to: f64, n: i32, most: i32, out: Column): i32 {
  let found = 0;
  let k = from;
  let isNegative = f(from, context) < 0.0;
  for (let i = 1; i <= n; i++) {
    const next = gridPoint(from, to, n, i);
    const isNextNegative = f(next, context) < 0.0;
    if (isNegative != isNextNegative) {
      if (found < most) out[found] = crossingIn(f, context, k, next);
      found++;
    }
    k = next;
    isNegative = isNextNegative;
  }
  return found;
}
