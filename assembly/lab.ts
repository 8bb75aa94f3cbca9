/**
 * The lab's exports by name: the table of contents of lab.wasm, which fits and checks surfaces and correlations. A margin needs none of it.
 *
 * Numbers and addresses only; memory by `allocate`. A slice is five doubles (a, b, rho, m, sigma); several stand side by side.
 * Outside a formula's domain the answer is NaN.
 */
import * as leastSquaresOf from "./calibration/least-squares";
import * as quasiExplicit from "./calibration/quasi-explicit";
import * as wings from "./calibration/wings";
import * as cholesky from "./math/cholesky";
import * as dcc from "./correlation/dcc";
import * as eigen from "./math/eigen";
import * as ewma from "./correlation/ewma";
import * as garch from "./correlation/garch";
import * as limits from "./correlation/limits";
import * as linearShrinkage from "./correlation/linear-shrinkage";
import * as momentsOf from "./correlation/moments";
import * as nearestOf from "./correlation/nearest";
import * as nonlinearShrinkage from "./correlation/nonlinear-shrinkage";
import * as rank from "./correlation/rank";
import * as repairs from "./correlation/repair";
import * as stress from "./correlation/stress";
import * as arbitrage from "./surface/arbitrage";
import * as density from "./surface/density";
import * as event from "./surface/event";
import * as eventTimeOf from "./surface/event-time";
import * as slices from "./surface/slices";
import * as smileDelta from "./surface/smile-delta";
import * as svi from "./surface/svi";
import { sineOfHalfTurns } from "./math/half-turn";
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

// ---- correlation: returns [n][rows] column by column, matrices [n × n]; `work` as the functions say

export { workSize as nearestWork } from "./correlation/nearest";
export { workSize as dccWork } from "./correlation/dcc";

/** ln of each price over the one before [n][rows − 1]. */
export function logReturns(n: i32, rows: i32, price: usize, out: usize): void {
  momentsOf.logReturns(n, rows, column(price), column(out));
}
/** Mean return of each name [n]. */
export function meanReturns(n: i32, rows: i32, returns: usize, out: usize): void {
  momentsOf.means(n, rows, column(returns), column(out));
}
/** Covariance of the returns less their means, divisor rows − 1. */
export function sampleCovariance(n: i32, rows: i32, returns: usize, centred: usize, out: usize): void {
  momentsOf.center(n, rows, column(returns), column(centred));
  momentsOf.secondMoments(n, rows, column(centred), <f64>(rows - 1), column(out));
}
/** Σ x·x′ / divisor, of the returns as they are. */
export function secondMoments(n: i32, rows: i32, returns: usize, divisor: f64, out: usize): void {
  momentsOf.secondMoments(n, rows, column(returns), divisor, column(out));
}
/** Forecast after the last row. */
export function ewmaCovariance(n: i32, rows: i32, returns: usize, lambda: f64, out: usize): void {
  ewma.covariance(n, rows, column(returns), lambda, column(out));
}
/** λ of a half-life in rows. */
export function ewmaDecay(halfLife: f64): f64 {
  return ewma.decay(halfLife);
}
export function ewmaEffectiveRows(rows: i32, lambda: f64): f64 {
  return ewma.effectiveRows(rows, lambda);
}
/** δ; `target` is a `Target` of correlation/linear-shrinkage.ts. */
export function linearlyShrunk(target: i32, n: i32, rows: i32, returns: usize, out: usize, work: usize): f64 {
  return linearShrinkage.shrink(<linearShrinkage.Target>target, n, rows, column(returns), column(out), column(work));
}
/** `loss` is a `Loss` of correlation/nonlinear-shrinkage.ts. */
export function nonlinearlyShrunk(loss: i32, n: i32, rows: f64, sample: usize, out: usize, values: usize, work: usize): bool {
  return nonlinearShrinkage.shrink(<nonlinearShrinkage.Loss>loss, n, rows, column(sample), column(out), column(values), column(work));
}
/** ρ [n × n] and √Σ_ii [n]. */
export function toCorrelation(n: i32, covariance: usize, scale: usize, out: usize): void {
  momentsOf.toCorrelation(n, column(covariance), column(scale), column(out));
}
/** ω, α, β [3] with the variance targeted. */
export function fitGarch(rows: i32, returns: usize, out: usize): void {
  garch.fit(rows, column(returns), column(out));
}
/** Residuals [rows]; the variance after the last row. */
export function standardise(rows: i32, returns: usize, omega: f64, alpha: f64, beta: f64, out: usize): f64 {
  return garch.standardise(rows, column(returns), omega, alpha, beta, column(out));
}
export function runDcc(
  n: i32,
  rows: i32,
  residuals: usize,
  target: usize,
  a: f64,
  b: f64,
  isCorrected: bool,
  i: i32,
  j: i32,
  path: usize,
  out: usize,
  work: usize,
): f64 {
  return dcc.run(n, rows, column(residuals), column(target), a, b, isCorrected, i, j, path, column(out), column(work));
}
export function dccTarget(n: i32, rows: i32, residuals: usize, a: f64, b: f64, out: usize, work: usize): void {
  dcc.correctedTarget(n, rows, column(residuals), a, b, column(out), column(work));
}
export function fitDcc(
  n: i32,
  rows: i32,
  residuals: usize,
  target: usize,
  isCorrected: bool,
  isComposite: bool,
  retarget: bool,
  weights: usize,
  out: usize,
  work: usize,
): f64 {
  return dcc.fit(
    n,
    rows,
    column(residuals),
    column(target),
    isCorrected,
    isComposite,
    retarget,
    column(weights),
    column(out),
    column(work),
  );
}
export function kendall(rows: i32, x: usize, y: usize, work: usize): f64 {
  return rank.kendall(rows, column(x), column(y), column(work));
}
export function spearman(rows: i32, x: usize, y: usize, work: usize): f64 {
  return rank.spearman(rows, column(x), column(y), column(work));
}
/** sin(π·τ/2): the correlation of a normal pair with that τ. Source: Greiner (1909), Zeitschrift für Mathematik und Physik 57. */
export function greiner(tau: f64): f64 {
  return sineOfHalfTurns(tau);
}
/** Ascending [n]; the matrix is overwritten. */
export function eigenvalues(n: i32, matrix: usize, values: usize, scratch: usize): bool {
  return eigen.eigenvalues(n, column(matrix), column(values), column(scratch));
}
/** The same, and the matrix becomes their vectors, one a row. */
export function eigenvectors(n: i32, matrix: usize, values: usize, scratch: usize): bool {
  return eigen.decompose(n, column(matrix), column(values), column(scratch));
}
/** L [n × n]; false where the matrix is not positive definite. */
export function choleskyFactor(n: i32, matrix: usize, out: usize): bool {
  return cholesky.factor(n, column(matrix), column(out));
}
/** ln det of the matrix with that factor. */
export function logDeterminant(n: i32, lower: usize): f64 {
  return cholesky.logDeterminant(n, column(lower));
}
/** ‖a − b‖. */
export function frobeniusDistance(n: i32, a: usize, b: usize): f64 {
  return momentsOf.distance(n, column(a), column(b));
}
export function nearestCorrelation(n: i32, matrix: usize, tolerance: f64, most: i32, out: usize, facts: usize, work: usize): i32 {
  return nearestOf.nearest(n, column(matrix), tolerance, most, column(out), column(facts), column(work));
}
/** α. */
export function shrunkCorrelation(n: i32, matrix: usize, floor: f64, out: usize, work: usize): f64 {
  return repairs.shrink(n, column(matrix), floor, column(out), column(work));
}
export function spectralCorrelation(n: i32, matrix: usize, out: usize, work: usize): bool {
  return repairs.spectral(n, column(matrix), column(out), column(work));
}
/** [2] where r_ij may be. */
export function feasibleInterval(n: i32, matrix: usize, i: i32, j: i32, out: usize, work: usize): void {
  limits.interval(n, column(matrix), i, j, column(out), column(work));
}
export function correlationUp(n: i32, matrix: usize, gamma: f64, exposure: usize, out: usize): void {
  stress.up(n, column(matrix), gamma, column(exposure), column(out));
}
export function correlationDown(n: i32, matrix: usize, gamma: f64, out: usize): void {
  stress.breakDown(n, column(matrix), gamma, column(out));
}
export function correlationHigh(n: i32, matrix: usize, out: usize): void {
  stress.high(n, column(matrix), column(out));
}
export function correlationLow(n: i32, matrix: usize, out: usize): void {
  stress.low(n, column(matrix), column(out));
}
