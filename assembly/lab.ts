/**
 * The lab's exports by name: the table of contents of lab.wasm, which fits and checks surfaces. A margin needs none of it.
 *
 * Numbers and addresses only; memory by `allocate`. A slice is five doubles (a, b, rho, m, sigma); several stand side by side.
 * Outside a formula's domain the answer is NaN.
 */
import * as leastSquaresOf from "./calibration/least-squares";
import * as quasiExplicit from "./calibration/quasi-explicit";
import * as wings from "./calibration/wings";
import * as arbitrage from "./surface/arbitrage";
import * as density from "./surface/density";
import * as event from "./surface/event";
import * as eventTimeOf from "./surface/event-time";
import * as slices from "./surface/slices";
import * as smileDelta from "./surface/smile-delta";
import * as svi from "./surface/svi";
import { Column } from "./memory/column";
import { Slice } from "./surface/svi";

export { allocate, memoryInUse, release } from "./memory/arena";

@inline function column(address: usize): Column {
  return changetype<Column>(address);
}
@inline function sliceAt(address: usize): Slice {
  return changetype<Slice>(address);
}

// ---- surface: one slice

/** w(k) [n]. */
export function totalVariances(n: i32, k: usize, slice: usize, out: usize): void {
  const s = sliceAt(slice);
  svi.totalVariances(n, column(k), s.a, s.b, s.rho, s.m, s.sigma, column(out));
}
/** σ(k) [n], annualised. */
export function vols(n: i32, k: usize, slice: usize, tau: f64, out: usize): void {
  const s = sliceAt(slice);
  svi.vols(n, column(k), s.a, s.b, s.rho, s.m, s.sigma, tau, column(out));
}
/** Jump-wings [5]: v, psi, p, c, vTilde. */
export function toJumpWings(slice: usize, tau: f64, out: usize): void {
  const s = sliceAt(slice);
  svi.toJumpWings(s.a, s.b, s.rho, s.m, s.sigma, tau, column(out));
}
/** The slice of jump-wings. */
export function fromJumpWings(v: f64, psi: f64, p: f64, c: f64, vTilde: f64, tau: f64, out: usize): void {
  svi.fromJumpWings(v, psi, p, c, vTilde, tau, column(out));
}
export function isAdmissible(slice: usize): bool {
  const s = sliceAt(slice);
  return svi.isAdmissible(s.a, s.b, s.rho, s.m, s.sigma);
}
/** Durrleman's g(k) [n]; below 0 is a butterfly. */
export function durrlemans(n: i32, k: usize, slice: usize, out: usize): void {
  arbitrage.durrlemans(n, column(k), sliceAt(slice), column(out));
}
/** [4] k and g of the least of `steps` + 1 grid points, k and g refined. */
export function leastDurrleman(slice: usize, from: f64, to: f64, steps: i32, out: usize): void {
  arbitrage.leastDurrleman(sliceAt(slice), from, to, steps, column(out));
}
/** [2] first and last k with g < 0; NaN where there is none. */
export function negativeStretch(slice: usize, from: f64, to: f64, steps: i32, out: usize): void {
  arbitrage.negativeStretch(sliceAt(slice), from, to, steps, column(out));
}
export function isButterflyFree(slice: usize, from: f64, to: f64, steps: i32): bool {
  return arbitrage.isButterflyFree(sliceAt(slice), from, to, steps);
}
/** A slice without butterflies beside this one; how far it had to go: `Repair` of surface/arbitrage.ts. */
export function repair(slice: usize, out: usize): i32 {
  return arbitrage.repair(sliceAt(slice), sliceAt(out));
}
/** Risk-neutral density of k [n]. */
export function densities(n: i32, k: usize, slice: usize, out: usize): void {
  density.densities(n, column(k), sliceAt(slice), column(out));
}
/** [3] mass, mean, price of a call with K/F = `strike` over F, from the density. */
export function moments(slice: usize, strike: f64, out: usize): void {
  density.moments(sliceAt(slice), strike, column(out));
}
/** Deltas [n] of one expiry's options for a skew-stickiness ratio. */
export function smileDeltas(
  n: i32,
  forward: f64,
  strike: usize,
  callPut: usize,
  slice: usize,
  tau: f64,
  discount: f64,
  stickiness: f64,
  out: usize,
): void {
  smileDelta.smileDeltas(n, forward, column(strike), column(callPut), sliceAt(slice), tau, discount, stickiness, column(out));
}

// ---- surface: several slices, in time

/** [4] k and w_far − w_near of the least of `steps` + 1 grid points, both refined; the far slice follows the near one. */
export function leastDifference(pair: usize, from: f64, to: f64, steps: i32, out: usize): void {
  arbitrage.leastDifference(sliceAt(pair), from, to, steps, column(out));
}
/** [4] where the two slices cross; how many places. */
export function crossings(pair: usize, from: f64, to: f64, steps: i32, out: usize): i32 {
  return arbitrage.crossings(sliceAt(pair), from, to, steps, column(out));
}
/** w(k) [rows] at event time t of a surface: rising times [n], slices [n]. */
export function surfaceTotalVariances(rows: i32, k: usize, t: f64, n: i32, times: usize, raw: usize, out: usize): void {
  slices.totalVariances(rows, column(k), t, n, column(times), sliceAt(raw), column(out));
}
/** Hour weights [168] of a week from Monday 00:00 UTC. */
export function fillWeek(weekend: f64, out: usize): void {
  eventTimeOf.fillWeek(weekend, column(out));
}
/** Event time between two moments (seconds since 1970), in years. */
export function eventTime(from: f64, to: f64, weights: usize, events: i32, moment: usize, extra: usize): f64 {
  return eventTimeOf.eventTime(from, to, column(weights), events, column(moment), column(extra));
}

// ---- surface: expiries over an event

/** Price of an option whose forward jumps by `up` with `probability`, else by what makes the mean one. */
export function eventPrice(
  forward: f64,
  strike: f64,
  tau: f64,
  vol: f64,
  discount: f64,
  callPut: f64,
  up: f64,
  probability: f64,
): f64 {
  return event.price(forward, strike, tau, vol, discount, callPut, up, probability);
}
/** Implied vol of that price. */
export function eventVol(forward: f64, strike: f64, tau: f64, vol: f64, up: f64, probability: f64): f64 {
  return event.vol(forward, strike, tau, vol, up, probability);
}
/** [2] ambient variance per year and the event's variance, from total variances [n] at t [n], `after` [n] 1 or 0. */
export function splitVariance(n: i32, t: usize, w: usize, after: usize, out: usize): void {
  event.splitVariance(n, column(t), column(w), column(after), column(out));
}

// ---- calibration

/** Fits the expiries of one underlying, laid out as in calibration/block.ts; −1, or the first expiry that cannot be fitted. */
export { calibrate as calibrateSurface } from "./calibration/surface";

/** Raw slice [5] of total variances by least squares, and the sum; n even, padded with a row of weight 0. */
export function leastSquares(n: i32, k: usize, w: usize, rootWeight: usize, slice: usize): f64 {
  const value = leastSquaresOf.fit(n, column(k), column(w), column(rootWeight), column(slice));
  wings.toSlice(column(slice), sliceAt(slice));
  return value;
}
/** The same for given m and sigma. */
export function leastSquaresAt(n: i32, k: usize, w: usize, rootWeight: usize, m: f64, sigma: f64, slice: usize): f64 {
  const value = quasiExplicit.solve(n, k, w, rootWeight, m, sigma, 0.0, 0.0, wings.STEEPEST);
  quasiExplicit.take(m, sigma, column(slice));
  wings.toSlice(column(slice), sliceAt(slice));
  return value;
}
