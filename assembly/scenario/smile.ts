/**
 * The smile of an instrument's expiry, today and in every row.
 *
 * It is made of the underlying's SVI slices, in event time and with capped wings as surface/slices.ts has it, or where there are
 * none of the expiry's volatilities by strike, total variance linear in log-moneyness, flat outside.
 *
 * In a row with skew-stickiness ratio R, and x = ln(F'/F):  σ'(K) = σ_smile(ln(K/F')) + R·skew·x,  skew = ∂σ/∂k at k = 0.
 * Without R the smile stays with the strike. An option's own volatility (a venue's mark) keeps its distance to the smile.
 */
import { Column } from "../memory/column";
import { logRatio } from "../math/exp-log";
import { Input, InstrumentKind, RowField, SmilePart, Vector } from "../record/opcodes";
import { input, Book, ScenarioSet } from "../record/book";
import { moveSlice } from "../surface/dynamics";
import * as slices from "../surface/slices";
import { uses, vector } from "./moves";

/** Numbers of a slice in the table of an underlying: event time in years, a, b, rho, m, sigma. */
const SLICE: usize = 6 * 8;

/** The two slices that a time lies between, or beyond; both the same where one tells all. */
let low: usize = 0;
let high: usize = 0;
/** Of two slices: how far from low to high, more than 1 beyond. Of one: what its variance counts for. */
let share: f64 = 1;

@inline function years(slice: usize): f64 {
  return load<f64>(slice);
}

/** Chooses the slices around event time t. */
function around(table: usize, n: i32, t: f64): void {
  const last = table + <usize>(n - 1) * SLICE;
  low = table;
  while (low < last && years(low + SLICE) <= t) low += SLICE;
  high = low;
  share = 1;
  const at = years(low);
  if (t < at || (n == 1 && t != at)) {
    share = t / at;
  } else if (t > at) {
    if (low == last) low -= SLICE;
    high = low + SLICE;
    share = slices.shareOf<f64>(t, years(low), years(high));
  }
}

@inline function varianceOf(params: usize, k: f64): f64 {
  const p = changetype<Column>(params);
  return slices.sliceVariance(k, p[0], p[1], p[2], p[3], p[4]);
}

@inline function slopeOf(params: usize, k: f64): f64 {
  const p = changetype<Column>(params);
  return slices.sliceSlope(k, p[1], p[2], p[3], p[4]);
}

/** w(k) of the chosen slices, given their parameters in a row. */
@inline function sliceVariance(k: f64, lowParams: usize, highParams: usize): f64 {
  const w = varianceOf(lowParams, k);
  if (low == high) return slices.beforeFirst<f64>(w, share, 1);
  const w2 = varianceOf(highParams, k);
  return share < 1 ? slices.between<f64>(w, w2, share) : slices.beyondLast<f64>(w, w2, share);
}

/** w′(k) of the chosen slices. */
@inline function varianceSlope(k: f64, lowParams: usize, highParams: usize): f64 {
  const slope = slopeOf(lowParams, k);
  if (low == high) return slope * share;
  const there = slopeOf(highParams, k);
  const isFlat = share > 1 && varianceOf(highParams, k) < varianceOf(lowParams, k);
  return isFlat ? there : slope + share * (there - slope);
}

/** Total variance per year at log-moneyness k of volatilities by strike: [strike, vol] n times, ascending. */
function strikeVariance(k: f64, forward: f64, table: usize, n: i32): f64 {
  let right: i32 = 0;
  while (right < n && 0 - logRatio<f64>(forward, load<f64>(table + (<usize>right << 4))) < k) right++;
  if (right == 0) return square(load<f64>(table, 8));
  const end = table + (<usize>(right - 1) << 4);
  if (right == n) return square(load<f64>(end, 8));
  const k0 = 0 - logRatio<f64>(forward, load<f64>(end));
  const k1 = 0 - logRatio<f64>(forward, load<f64>(end, 16));
  const w0 = square(load<f64>(end, 8));
  return w0 + ((square(load<f64>(end, 24)) - w0) * (k - k0)) / (k1 - k0);
}

@inline function square(x: f64): f64 {
  return x * x;
}

@inline function volOf(variance: f64): f64 {
  return Math.sqrt(max(variance, 0));
}

/** Do two instruments read one smile, at one time? What is missing in both is the same. */
export function hasSameSmile(book: Book, i: i32, j: i32): bool {
  for (let field = <i32>Input.Slices; field <= <i32>Input.StrikeCount; field++) {
    if (reinterpret<u64>(input(book, field)[i]) != reinterpret<u64>(input(book, field)[j])) return false;
  }
  return reinterpret<u64>(input(book, Input.EventTau)[i]) == reinterpret<u64>(input(book, Input.EventTau)[j]);
}

/** What the smile of every option tells today. */
export function smileColumn(book: Book, part: SmilePart, to: Column): void {
  for (let i = 0; i < book.instruments; i++) to[i] = book.kind[i] == InstrumentKind.Option ? partOf(book, i, part) : NaN;
}

function partOf(book: Book, i: i32, part: SmilePart): f64 {
  const n = input(book, Input.SliceCount)[i];
  const tau = input(book, Input.Tau)[i];
  const eventTau = input(book, Input.EventTau)[i];
  if (!(n > 0) || !(tau > 0) || !(eventTau > 0)) return NaN;
  around(<usize>input(book, Input.Slices)[i], <i32>n, eventTau);
  const F = input(book, Input.Forward)[i] + input(book, Input.ForwardFixed)[i];
  const k = 0 - logRatio<f64>(F, book.strike[i]);
  if (part == SmilePart.Vol) return volOf(sliceVariance(k, low + 8, high + 8) / tau);
  return sliceSlope(part == SmilePart.Slope ? k : 0, low + 8, high + 8, tau);
}

/** Half a step of log-moneyness, for the slope at the money of volatilities by strike. */
const HALF_STEP: f64 = 0.02;

/** The slices' parameters in every row, moved by skew and convexity: Vector.Slices, ten numbers per row. */
export function moveSlices(book: Book, set: ScenarioSet, i: i32): void {
  if (!(input(book, Input.SliceCount)[i] > 0)) return;
  around(<usize>input(book, Input.Slices)[i], <i32>input(book, Input.SliceCount)[i], input(book, Input.EventTau)[i]);
  const skew = vector(set, Vector.Skew);
  const convexity = vector(set, Vector.Convexity);
  const skewed = uses(set, RowField.Skew);
  const bent = uses(set, RowField.Convexity);
  let to = vector(set, Vector.Slices);
  for (let s = 0; s < set.stride; s++, to += 80) {
    const x = skewed ? load<f64>(skew + (<usize>s << 3)) : 0;
    const y = bent ? load<f64>(convexity + (<usize>s << 3)) : 0;
    moveSlice(changetype<Column>(low + 8), years(low), x, y, changetype<Column>(to));
    moveSlice(changetype<Column>(high + 8), years(high), x, y, changetype<Column>(to + 40));
  }
}

/** The volatility of one option in every row before level moves, into Vector.SmileVol. Its slices are those of `moveSlices`. */
export function smileRow(book: Book, set: ScenarioSet, i: i32): void {
  const tau = input(book, Input.Tau)[i];
  const F = input(book, Input.Forward)[i] + input(book, Input.ForwardFixed)[i];
  const k = 0 - logRatio<f64>(F, book.strike[i]);
  const vol = input(book, Input.Vol)[i];
  const isSliced = input(book, Input.SliceCount)[i] > 0;
  const strikes = isSliced ? <usize>0 : <usize>input(book, Input.Strikes)[i];
  const n = isSliced ? 0 : <i32>input(book, Input.StrikeCount)[i];
  const none = !isSliced && !(input(book, Input.StrikeCount)[i] > 0);
  const out = vector(set, Vector.SmileVol);
  const today = none ? NaN : isSliced ? volOf(sliceVariance(k, low + 8, high + 8) / tau) : volOf(strikeVariance(k, F, strikes, n));
  for (let s = 0; s < set.stride; s++) {
    const at = <usize>s << 3;
    const R = uses(set, RowField.Stickiness) ? load<f64>(vector(set, Vector.Stickiness) + at) : Infinity;
    const moves = R != Infinity; // a NaN moves, and shows
    const x = load<f64>(vector(set, Vector.LogMove) + at);
    const kThere = moves ? k - x : k;
    let there: f64;
    if (isSliced) {
      const params = vector(set, Vector.Slices) + <usize>s * 80;
      there = volOf(sliceVariance(kThere, params, params + 40) / tau);
      if (moves) there += R * x * sliceSlope(0, params, params + 40, tau);
    } else if (moves) {
      there = none ? NaN : volOf(strikeVariance(kThere, F, strikes, n)) + R * x * strikeSkew(F, strikes, n);
    } else {
      there = today;
    }
    // without a smile an option stays where it is, as long as no row asks for more
    const moved = moves || !none ? vol + (there - today) : vol;
    store<f64>(out + at, isSliced || !bends(set, at) ? moved : NaN);
  }
}

/** Does a row move skew or wings? */
function bends(set: ScenarioSet, at: usize): bool {
  return (
    (uses(set, RowField.Skew) && load<f64>(vector(set, Vector.Skew) + at) != 0) ||
    (uses(set, RowField.Convexity) && load<f64>(vector(set, Vector.Convexity) + at) != 0)
  );
}

/** ∂σ/∂k of the chosen slices, given their parameters. */
function sliceSlope(k: f64, lowParams: usize, highParams: usize, tau: f64): f64 {
  const w = sliceVariance(k, lowParams, highParams);
  return varianceSlope(k, lowParams, highParams) / (2 * Math.sqrt(w * tau));
}

function strikeSkew(forward: f64, strikes: usize, n: i32): f64 {
  const right = volOf(strikeVariance(HALF_STEP, forward, strikes, n));
  return (right - volOf(strikeVariance(0 - HALF_STEP, forward, strikes, n))) / (2 * HALF_STEP);
}
