/** Smiles, their arbitrage and their time, one by one and by columns. */
import * as lanes from "../math/lanes";
import { Column } from "../memory/column";
import * as arbitrage from "../surface/arbitrage";
import * as density from "../surface/density";
import * as event from "../surface/event";
import * as eventTimeOf from "../surface/event-time";
import * as settlement from "../surface/settlement";
import * as slices from "../surface/slices";
import * as smileDeltaOf from "../surface/smile-delta";
import * as ssvi from "../surface/ssvi";
import * as svi from "../surface/svi";

/** Which function of one slice `sviColumns` and `sviScalars` run. */
export const enum SviKernel {
  TotalVariance,
  Slope,
  Curvature,
  Vol,
  Skew,
  Durrleman,
  Density,
  Capped,
}

@inline function sviOf<T>(which: i32, k: T, a: T, b: T, rho: T, m: T, sigma: T, tau: T, left: T, right: T): T {
  switch (which) {
    case SviKernel.TotalVariance:
      return svi.totalVariance<T>(k, a, b, rho, m, sigma);
    case SviKernel.Slope:
      return svi.slope<T>(k, b, rho, m, sigma);
    case SviKernel.Curvature:
      return svi.curvature<T>(k, b, m, sigma);
    case SviKernel.Vol:
      return svi.vol<T>(k, a, b, rho, m, sigma, tau);
    case SviKernel.Skew:
      return svi.skew<T>(k, a, b, rho, m, sigma, tau);
    case SviKernel.Durrleman:
      return arbitrage.durrlemanOf<T>(k, a, b, rho, m, sigma);
    case SviKernel.Density:
      return density.densityOf<T>(k, a, b, rho, m, sigma);
    default:
      return slices.cappedTotalVariance<T>(k, a, b, rho, m, sigma, left, right, lanes.splat<T>(slices.SLOPE_CAP));
  }
}

/** out[i] = f(k[i]) of one slice [5], two lanes at a time; n even. */
export function sviColumns(which: i32, n: i32, k: usize, slice: usize, tau: f64, out: usize): void {
  const s = changetype<svi.Slice>(slice);
  const left = slices.leftCap(s.b, s.rho, s.m, s.sigma, slices.SLOPE_CAP);
  const right = slices.rightCap(s.b, s.rho, s.m, s.sigma, slices.SLOPE_CAP);
  const end = <usize>n << 3;
  for (let i: usize = 0; i < end; i += 16)
    v128.store(out + i, sviOf<v128>(which, v128.load(k + i), f64x2.splat(s.a), f64x2.splat(s.b), f64x2.splat(s.rho), f64x2.splat(s.m), f64x2.splat(s.sigma), f64x2.splat(tau), f64x2.splat(left), f64x2.splat(right)));
}
/** The same one by one. */
export function sviScalars(which: i32, n: i32, k: usize, slice: usize, tau: f64, out: usize): void {
  const s = changetype<svi.Slice>(slice);
  const left = slices.leftCap(s.b, s.rho, s.m, s.sigma, slices.SLOPE_CAP);
  const right = slices.rightCap(s.b, s.rho, s.m, s.sigma, slices.SLOPE_CAP);
  const end = <usize>n << 3;
  for (let i: usize = 0; i < end; i += 8)
    store<f64>(out + i, sviOf<f64>(which, load<f64>(k + i), s.a, s.b, s.rho, s.m, s.sigma, tau, left, right));
}
export function sviTotalVariances(n: i32, k: usize, slice: usize, out: usize): void {
  const s = changetype<svi.Slice>(slice);
  svi.totalVariances(n, changetype<Column>(k), s.a, s.b, s.rho, s.m, s.sigma, changetype<Column>(out));
}
export function sviVols(n: i32, k: usize, slice: usize, tau: f64, out: usize): void {
  const s = changetype<svi.Slice>(slice);
  svi.vols(n, changetype<Column>(k), s.a, s.b, s.rho, s.m, s.sigma, tau, changetype<Column>(out));
}
export function sviIsAdmissible(a: f64, b: f64, rho: f64, m: f64, sigma: f64): bool {
  return svi.isAdmissible(a, b, rho, m, sigma);
}
export function sviLeastAt(rho: f64, m: f64, sigma: f64): f64 {
  return svi.leastAt(rho, m, sigma);
}
export function sviLeast(a: f64, b: f64, rho: f64, sigma: f64): f64 {
  return svi.leastTotalVariance(a, b, rho, sigma);
}
export function sviFromNatural(delta: f64, mu: f64, rho: f64, omega: f64, zeta: f64, out: usize): void {
  svi.fromNatural(delta, mu, rho, omega, zeta, changetype<Column>(out));
}
export function sviToJumpWings(a: f64, b: f64, rho: f64, m: f64, sigma: f64, tau: f64, out: usize): void {
  svi.toJumpWings(a, b, rho, m, sigma, tau, changetype<Column>(out));
}
export function sviFromJumpWings(v: f64, psi: f64, p: f64, c: f64, vTilde: f64, tau: f64, out: usize): void {
  svi.fromJumpWings(v, psi, p, c, vTilde, tau, changetype<Column>(out));
}
export function durrlemanSlope(k: f64, a: f64, b: f64, rho: f64, m: f64, sigma: f64): f64 {
  return arbitrage.durrlemanSlope(k, a, b, rho, m, sigma);
}
export function leastDurrleman(slice: usize, from: f64, to: f64, n: i32, out: usize): void {
  arbitrage.leastDurrleman(changetype<svi.Slice>(slice), from, to, n, changetype<Column>(out));
}
export function negativeStretch(slice: usize, from: f64, to: f64, n: i32, out: usize): void {
  arbitrage.negativeStretch(changetype<svi.Slice>(slice), from, to, n, changetype<Column>(out));
}
export function isButterflyFree(slice: usize, from: f64, to: f64, n: i32): bool {
  return arbitrage.isButterflyFree(changetype<svi.Slice>(slice), from, to, n);
}
export function leastDifference(pair: usize, from: f64, to: f64, n: i32, out: usize): void {
  arbitrage.leastDifference(changetype<svi.Slice>(pair), from, to, n, changetype<Column>(out));
}
export function sliceCrossings(pair: usize, from: f64, to: f64, n: i32, out: usize): i32 {
  return arbitrage.crossings(changetype<svi.Slice>(pair), from, to, n, changetype<Column>(out));
}
export function repairSlice(slice: usize, out: usize): i32 {
  return arbitrage.repair(changetype<svi.Slice>(slice), changetype<svi.Slice>(out));
}
export function densityMoments(slice: usize, strike: f64, out: usize): void {
  density.moments(changetype<svi.Slice>(slice), strike, changetype<Column>(out));
}

export function ssviTotalVariance(k: f64, theta: f64, rho: f64, phi: f64): f64 {
  return ssvi.totalVariance<f64>(k, theta, rho, phi);
}
/** The first lane of the two-lane form; the second holds another strike. */
export function ssviTotalVarianceLane(k: f64, theta: f64, rho: f64, phi: f64): f64 {
  const pair = f64x2.replace_lane(f64x2.splat(k), 1, -k);
  return f64x2.extract_lane(ssvi.totalVariance<v128>(pair, f64x2.splat(theta), f64x2.splat(rho), f64x2.splat(phi)), 0);
}
export function ssviToRaw(theta: f64, rho: f64, phi: f64, out: usize): void {
  ssvi.toRaw(theta, rho, phi, changetype<svi.Slice>(out));
}
export function ssviPowerLaw(theta: f64, eta: f64, gamma: f64): f64 {
  return ssvi.powerLaw(theta, eta, gamma);
}
export function ssviWingCondition(theta: f64, rho: f64, phi: f64): f64 {
  return ssvi.wingCondition(theta, rho, phi);
}
export function ssviBodyCondition(theta: f64, rho: f64, phi: f64): f64 {
  return ssvi.bodyCondition(theta, rho, phi);
}
export function ssviIsButterflyFree(theta: f64, rho: f64, phi: f64): bool {
  return ssvi.isButterflyFree(theta, rho, phi);
}
export function ssviLargestPhi(theta: f64, rho: f64): f64 {
  return ssvi.largestPhi(theta, rho);
}
export function essviMayBeOrdered(theta1: f64, rho1: f64, phi1: f64, theta2: f64, rho2: f64, phi2: f64): bool {
  return ssvi.mayBeOrdered(theta1, rho1, phi1, theta2, rho2, phi2);
}
export function essviIsOrdered(theta1: f64, rho1: f64, phi1: f64, theta2: f64, rho2: f64, phi2: f64): bool {
  return ssvi.isOrdered(theta1, rho1, phi1, theta2, rho2, phi2);
}

export function surfaceTotalVariance(k: f64, t: f64, n: i32, times: usize, raw: usize): f64 {
  return slices.totalVariance(k, t, n, changetype<Column>(times), changetype<svi.Slice>(raw));
}
export function surfaceTotalVariances(rows: i32, k: usize, t: f64, n: i32, times: usize, raw: usize, out: usize): void {
  slices.totalVariances(rows, changetype<Column>(k), t, n, changetype<Column>(times), changetype<svi.Slice>(raw), changetype<Column>(out));
}
/** Total variance between points of one term structure [n], by the three rules of slices.ts. */
export function termVariance(t: f64, n: i32, times: usize, w: usize): f64 {
  const T = changetype<Column>(times);
  const W = changetype<Column>(w);
  const i = slices.passed(n, T, t);
  if (i == 0 || n == 1) return slices.beforeFirst<f64>(W[0], t, T[0]);
  const j = min(i, n - 1);
  const share = slices.shareOf<f64>(t, T[j - 1], T[j]);
  return i == n ? slices.beyondLast<f64>(W[j - 1], W[j], share) : slices.between<f64>(W[j - 1], W[j], share);
}
export function forwardVariance(w1: f64, t1: f64, w2: f64, t2: f64): f64 {
  return slices.forwardVariance(w1, t1, w2, t2);
}
export function wingCap(isRight: bool, b: f64, rho: f64, m: f64, sigma: f64): f64 {
  return isRight
    ? slices.rightCap(b, rho, m, sigma, slices.SLOPE_CAP)
    : slices.leftCap(b, rho, m, sigma, slices.SLOPE_CAP);
}
export function flooredVol(vol: f64, k: f64, left: f64, right: f64, leftFloor: f64, rightFloor: f64): f64 {
  return slices.flooredVol<f64>(vol, k, left, right, leftFloor, rightFloor);
}
export function floorBeyond(lastVol: f64, spread: f64): f64 {
  return slices.floorBeyond(lastVol, spread);
}
export function flooredTau(tau: f64): f64 {
  return slices.flooredTau<f64>(tau);
}
export function effectiveTau(tau: f64, window: f64): f64 {
  return settlement.effectiveTau<f64>(tau, window);
}
export function openShare(tau: f64, window: f64): f64 {
  return settlement.openShare<f64>(tau, window);
}
export function openStrike(strike: f64, mean: f64, tau: f64, window: f64): f64 {
  return settlement.openStrike<f64>(strike, mean, tau, window);
}

export function eventPrice(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64, up: f64, probability: f64): f64 {
  return event.price(forward, strike, tau, vol, discount, callPut, up, probability);
}
export function eventVol(forward: f64, strike: f64, tau: f64, vol: f64, up: f64, probability: f64): f64 {
  return event.vol(forward, strike, tau, vol, up, probability);
}
export function eventOtherJump(up: f64, probability: f64): f64 {
  return event.otherJump(up, probability);
}
export function eventVariance(vol1: f64, vol2: f64, tau2: f64): f64 {
  return event.eventVariance(vol1, vol2, tau2);
}
export function expectedMove(variance: f64): f64 {
  return event.expectedMove(variance);
}
export function volOverEvent(ambientVol: f64, variance: f64, tau: f64): f64 {
  return event.volOverEvent(ambientVol, variance, tau);
}
export function splitVariance(n: i32, t: usize, w: usize, after: usize, out: usize): void {
  event.splitVariance(n, changetype<Column>(t), changetype<Column>(w), changetype<Column>(after), changetype<Column>(out));
}
export function fillWeek(weekend: f64, out: usize): void {
  eventTimeOf.fillWeek(weekend, changetype<Column>(out));
}
export function eventTime(from: f64, to: f64, weights: usize, events: i32, moment: usize, extra: usize): f64 {
  return eventTimeOf.eventTime(from, to, changetype<Column>(weights), events, changetype<Column>(moment), changetype<Column>(extra));
}

export function stickyStrikeDelta(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64): f64 {
  return smileDeltaOf.stickyStrike<f64>(forward, strike, f64.sqrt(tau), vol, discount, callPut);
}
export function smileDelta(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64, skew: f64, skewAtm: f64, stickiness: f64): f64 {
  return smileDeltaOf.smileDelta<f64>(forward, strike, f64.sqrt(tau), vol, discount, callPut, skew, skewAtm, stickiness);
}
/** The first lane of the two-lane form; the second holds another vol. */
export function smileDeltaLane(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64, skew: f64, skewAtm: f64, stickiness: f64): f64 {
  const pair = f64x2.replace_lane(f64x2.splat(vol), 1, 2.0 * vol);
  const delta = smileDeltaOf.smileDelta<v128>(f64x2.splat(forward), f64x2.splat(strike), f64x2.splat(f64.sqrt(tau)), pair, f64x2.splat(discount), f64x2.splat(callPut), f64x2.splat(skew), f64x2.splat(skewAtm), f64x2.splat(stickiness));
  return f64x2.extract_lane(delta, 0);
}
