/**
 * What a slice is to be: near its quotes, free of arbitrage, near the shape it had. A sum of squares with its derivatives.
 *
 * In half-spreads of vol, with e = w − w_mid and x the part of it outside bid–ask, all times √weight:
 *
 *   Σ (x² + INSIDE·e²)                                    quotes
 *   + λ_g·Σ max(0, δ − g(k_j))²                           butterflies, on 64 places
 *   + λ_c·Σ (max(0, low_j − w)/min(low_j, 4w₀))²          under the earlier expiry's slice
 *   + λ_h·Σ (max(0, w − high_j)/high_j)²                  above the later expiry's own least squares
 *   + λ_w·Σ max(0, wing/√w₀ − STEEP)²                     wings that quotes leave open: near m a wide slice with steep wings is a parabola,
 *                                                         and a later expiry has to lie above it far out
 *   + Σ ρ(ridge_i)                                        difference of jump-wings, each as the change of vol it makes
 *
 * INSIDE is not zero as risk-models.md 1.3 has it: with no loss at all inside bid–ask a slice whose spreads are wide is not determined,
 * and moves freely from one set of quotes to the next. At 0.05 noise within the spread moves it by a twentieth of what it would.
 */
import * as arbitrage from "../surface/arbitrage";
import { Column } from "../memory/column";
import * as butterfly from "./butterfly";
import * as wings from "./wings";
import { A, LEFT, M, RIGHT, SIGMA } from "./wings";

export const INSIDE: f64 = 0.05;
export const GRID = 64;
/** SSVI without butterflies has wings up to √(1 + |ρ|)·√w₀. */
const STEEP: f64 = 1.0;

// ---- the problem at hand

let count = 0;
let quoteK: usize = 0;
let quoteBid: usize = 0;
let quoteAsk: usize = 0;
let quoteMid: usize = 0;
let quoteRoot: usize = 0;
let insideWeight: f64 = 0.05;

let butterflyWeight: f64 = 0.0;
let leastG: f64 = 0.0;
let calendarWeight: f64 = 0.0;
let laterWeight: f64 = 0.0;
export const gridK = changetype<Column>(memory.data(GRID * 8, 16));
/** w of the earlier slice there, 0 where there is none. */
export const gridLow = changetype<Column>(memory.data(GRID * 8, 16));
/** w of the later one, 0 where there is none. */
export const gridHigh = changetype<Column>(memory.data(GRID * 8, 16));

let mostUnit: f64 = 0.0;
let wingWeight: f64 = 0.0;
let wingUnit: f64 = 1.0;

let ridgeLevel: f64 = 0.0;
let ridgeShape: f64 = 0.0;
let ridgeTau: f64 = 1.0;
/** beyond this many units the ridge lets go */
let ridgeReach: f64 = 3.0;
const ridgeTarget = changetype<Column>(memory.data(40, 16));

export function setQuotes(n: i32, k: usize, bid: usize, ask: usize, mid: usize, root: usize, inside: f64): void {
  count = n;
  quoteK = k;
  quoteBid = bid;
  quoteAsk = ask;
  quoteMid = mid;
  quoteRoot = root;
  insideWeight = inside;
}

export function setPenalties(g: f64, least: f64, calendar: f64, later: f64): void {
  butterflyWeight = g;
  leastG = least;
  calendarWeight = calendar;
  laterWeight = later;
}

/** Penalty on wings steeper than STEEP·√w₀. */
export function setWings(weight: f64, w0: f64): void {
  wingWeight = weight;
  wingUnit = f64.sqrt(w0);
}

/** w₀: far out the gap to the earlier slice counts by it, not by the w there, which is many times more. */
export function setLevel(w0: f64): void {
  mostUnit = 4.0 * w0;
}

/**
 * @param level  weight of the vol at the money, per (unit)²
 * @param shape  weight of each of the other four
 * @param target slice to stay near
 * @param unit   vol: the half-spread of an average quote
 */
export function setRidge(level: f64, shape: f64, target: Column, tau: f64, unit: f64, reach: f64): void {
  ridgeLevel = level / (unit * unit);
  ridgeShape = shape / (unit * unit);
  ridgeTau = tau;
  ridgeReach = reach * unit;
  coordinates(target, ridgeTarget);
}

export function noRidge(): void {
  ridgeLevel = 0.0;
  ridgeShape = 0.0;
}

/** Vol at the money, then ψ, p, c and √(ṽ/v): all but the first without scale. */
function coordinates(p: Column, out: Column): void {
  wings.jumpWings(p, ridgeTau, out);
  const v = out[0];
  out[4] = f64.sqrt(max(out[4], 0.0) / v);
  out[0] = f64.sqrt(v);
}

// ---- value and derivatives

/** JᵀJ [5 × 5, upper triangle by rows of 5] and Jᵀr [5] of the last `value` with derivatives. */
export const hessian = changetype<Column>(memory.data(200, 16));
export const slopes = changetype<Column>(memory.data(40, 16));
const row = changetype<Column>(memory.data(40, 16));
const here = changetype<Column>(memory.data(40, 16));
const there = changetype<Column>(memory.data(40, 16));
const moved = changetype<Column>(memory.data(40, 16));
const jacobian = changetype<Column>(memory.data(200, 16));
const gridG: usize = memory.data(GRID * 8, 16);

/** Adds weight·row·rowᵀ and weight·residual·row. */
@inline function add(weight: f64, residual: f64): void {
  for (let i = 0; i < 5; i++) {
    const x = weight * row[i];
    slopes[i] += x * residual;
    for (let j = i; j < 5; j++) hessian[i * 5 + j] += x * row[j];
  }
}

export function value(p: Column, withSlopes: bool): f64 {
  if (withSlopes) {
    memory.fill(changetype<usize>(hessian), 0, 200);
    memory.fill(changetype<usize>(slopes), 0, 40);
  }
  let sum = quotes(p, withSlopes);
  if (butterflyWeight > 0) sum += butterflies(p, withSlopes);
  if (calendarWeight > 0 || laterWeight > 0) sum += neighbours(p, withSlopes);
  if (wingWeight > 0) sum += steepness(p, RIGHT, withSlopes) + steepness(p, LEFT, withSlopes);
  if (ridgeLevel > 0 || ridgeShape > 0) sum += ridge(p, withSlopes);
  return sum;
}

/** ∂w by the five. */
@inline function variance(k: f64, p: Column, withSlopes: bool): f64 {
  const y = k - p[M];
  const h = f64.sqrt(y * y + p[SIGMA] * p[SIGMA]);
  const u = 0.5 * (h + y);
  const v = 0.5 * (h - y);
  if (withSlopes) {
    const inverse = 1.0 / h;
    row[A] = 1.0;
    row[RIGHT] = u;
    row[LEFT] = v;
    row[M] = (p[LEFT] * v - p[RIGHT] * u) * inverse;
    row[SIGMA] = 0.5 * (p[RIGHT] + p[LEFT]) * p[SIGMA] * inverse;
  }
  return p[A] + p[RIGHT] * u + p[LEFT] * v;
}

function quotes(p: Column, withSlopes: bool): f64 {
  let sum: f64 = 0.0;
  const end = <usize>count << 3;
  for (let i: usize = 0; i < end; i += 8) {
    const w = variance(load<f64>(quoteK + i), p, withSlopes);
    const root = load<f64>(quoteRoot + i);
    const weight = root * root;
    const e = w - load<f64>(quoteMid + i);
    const above = w - load<f64>(quoteAsk + i);
    const below = w - load<f64>(quoteBid + i);
    const x = above > 0 ? above : below < 0 ? below : 0.0;
    sum += weight * (insideWeight * e * e + x * x);
    if (!withSlopes) continue;
    if (x != 0) add(weight * (insideWeight + 1.0), (insideWeight * e + x) / (insideWeight + 1.0));
    else add(weight * insideWeight, e);
  }
  return sum;
}

function butterflies(p: Column, withSlopes: bool): f64 {
  const b = 0.5 * (p[RIGHT] + p[LEFT]);
  const rho = f64x2.splat((p[RIGHT] - p[LEFT]) / (b + b));
  const aa = f64x2.splat(p[A]);
  const bb = f64x2.splat(b);
  const mm = f64x2.splat(p[M]);
  const ss = f64x2.splat(p[SIGMA]);
  let sum: f64 = 0.0;
  const k = changetype<usize>(gridK);
  for (let i: usize = 0; i < <usize>(GRID * 8); i += 16) {
    v128.store(gridG + i, arbitrage.durrlemanOf<v128>(v128.load(k + i), aa, bb, rho, mm, ss));
  }
  for (let i = 0; i < GRID; i++) {
    const short = leastG - load<f64>(gridG + (<usize>i << 3));
    if (!(short > 0)) continue;
    sum += butterflyWeight * short * short;
    if (!withSlopes) continue;
    butterfly.gradient(gridK[i], p, row);
    add(butterflyWeight, -short);
  }
  return sum;
}

function neighbours(p: Column, withSlopes: bool): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < GRID; i++) {
    const low = gridLow[i];
    const high = gridHigh[i];
    const w = variance(gridK[i], p, withSlopes);
    if (low > 0 && w < low && calendarWeight > 0) {
      const unit = min(low, mostUnit);
      const x = (w - low) / unit;
      sum += calendarWeight * x * x;
      if (withSlopes) add(calendarWeight / (unit * unit), w - low);
    }
    if (high > 0 && w > high && laterWeight > 0) {
      const x = (w - high) / high;
      sum += laterWeight * x * x;
      if (withSlopes) add(laterWeight / (high * high), w - high);
    }
  }
  return sum;
}

function steepness(p: Column, wing: i32, withSlopes: bool): f64 {
  const x = p[wing] / wingUnit - STEEP;
  if (!(x > 0)) return 0.0;
  if (withSlopes) {
    memory.fill(changetype<usize>(row), 0, 40);
    row[wing] = 1.0 / wingUnit;
    add(wingWeight, x);
  }
  return wingWeight * x * x;
}

/** ρ(r) = r²/(1 + (r/c)²): a quadratic that lets go, so that a market that has moved is followed. */
function ridge(p: Column, withSlopes: bool): f64 {
  coordinates(p, here);
  const vol = ridgeTarget[0];
  if (withSlopes) {
    for (let j = 0; j < 5; j++) {
      wings.copy(p, moved);
      const step = 1e-6 * max(Math.abs(p[j]), j == A ? p[SIGMA] * p[RIGHT] : j == M ? p[SIGMA] : 1e-8);
      moved[j] += step;
      coordinates(moved, there);
      for (let i = 0; i < 5; i++) jacobian[i * 5 + j] = (there[i] - here[i]) / step;
    }
  }
  let sum: f64 = 0.0;
  for (let i = 0; i < 5; i++) {
    // the change of vol that the difference makes one standard deviation from the money
    const unit = i == 0 ? 1.0 : vol;
    const r = unit * (here[i] - ridgeTarget[i]);
    const q = 1.0 / (1.0 + (r / ridgeReach) * (r / ridgeReach));
    const weight = i == 0 ? ridgeLevel : ridgeShape;
    sum += weight * r * r * q;
    if (!withSlopes) continue;
    for (let j = 0; j < 5; j++) row[j] = unit * jacobian[i * 5 + j];
    add(weight * q * q, r);
  }
  return sum;
}
