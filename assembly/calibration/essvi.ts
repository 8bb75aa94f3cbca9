/**
 * The guaranteed fall-back: one slice of eSSVI beside the slice before.
 *
 *   w = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²)),   θφ(1 + |ρ|) < 4,  θφ²(1 + |ρ|) ≤ 4
 *
 * For given ρ and φ the slice is linear in θ: its least squares, raised where the slice before asks for it. Then a search over (ρ, φ) on a
 * fixed grid, and halving steps around the best. The slice before may be any SVI, so that order with it is tested place by place and by
 * its wings; the closed conditions hold between two eSSVI slices only.
 *
 * Source: Hendriks & Martini (2019), The extended SSVI volatility surface; Corbetta, Cohort, Laachir & Martini (2019), Robust calibration
 * and arbitrage-free interpolation of SSVI slices.
 */
import * as ssvi from "../surface/ssvi";
import { Column } from "../memory/column";
import * as loss from "./loss";
import * as wings from "./wings";
import { A, LEFT, M, RIGHT, SIGMA, STEEPEST } from "./wings";

const RHOS = 15;
const PHIS = 14;
const ROUNDS = 12;
/** Room below the bounds. */
const WITHIN: f64 = 0.99;

let quoteCount = 0;
let quoteK = changetype<Column>(0);
let quoteW = changetype<Column>(0);
let quoteRoot = changetype<Column>(0);
let before: Column | null = null;
let leastLevel: f64 = 0.0;

let foundTheta: f64 = 0.0;
const trial = changetype<Column>(memory.data(40, 16));

function toWings(theta: f64, rho: f64, phi: f64, p: Column): void {
  p[A] = 0.5 * theta * (1.0 - rho) * (1.0 + rho);
  p[RIGHT] = 0.5 * theta * phi * (1.0 + rho);
  p[LEFT] = 0.5 * theta * phi * (1.0 - rho);
  p[M] = -rho / phi;
  p[SIGMA] = f64.sqrt((1.0 - rho) * (1.0 + rho)) / phi;
}

/** Loss of the best θ for (ρ, φ); ∞ where no θ is free of arbitrage. */
function lossOf(rho: f64, phi: f64): f64 {
  let top: f64 = 0.0;
  let bottom: f64 = 0.0;
  for (let i = 0; i < quoteCount; i++) {
    const f = ssvi.totalVariance<f64>(quoteK[i], 1.0, rho, phi);
    const weight = quoteRoot[i] * quoteRoot[i];
    top += weight * f * quoteW[i];
    bottom += weight * f * f;
  }
  let theta = bottom > 0 ? max(top / bottom, leastLevel) : leastLevel;
  const earlier = before;
  if (earlier !== null) {
    for (let i = 0; i < loss.GRID; i++) {
      const k = loss.gridK[i];
      theta = max(theta, (loss.gridLow[i] * 1.0001) / ssvi.totalVariance<f64>(k, 1.0, rho, phi));
    }
    const half = 0.5 * phi;
    theta = max(theta, max((earlier[RIGHT] * 1.000001) / (half * (1.0 + rho)), (earlier[LEFT] * 1.000001) / (half * (1.0 - rho))));
  }
  foundTheta = theta;
  if (phi > WITHIN * ssvi.largestPhi(theta, rho) || 0.5 * theta * phi * (1.0 + Math.abs(rho)) > STEEPEST) return Infinity;
  let sum: f64 = 0.0;
  for (let i = 0; i < quoteCount; i++) {
    const e = quoteRoot[i] * (theta * ssvi.totalVariance<f64>(quoteK[i], 1.0, rho, phi) - quoteW[i]);
    sum += e * e;
  }
  // of equal ones the flattest: quotes may leave ρ and φ open
  return sum + 1e-9 * (rho * rho + theta * phi * phi);
}

/**
 * @param level scale of φ: φ√level runs from 0.03 to 2
 * @param least least θ
 * @param earlier the slice before, whose w is in loss.gridLow
 * @param out   [5] wings
 * @returns false where there is none beside the slice before
 */
export function fit(n: i32, k: Column, w: Column, root: Column, level: f64, least: f64, earlier: Column | null, out: Column): bool {
  quoteCount = n;
  quoteK = k;
  quoteW = w;
  quoteRoot = root;
  before = earlier;
  leastLevel = least;
  let best: f64 = Infinity;
  let rho: f64 = 0.0;
  let phi: f64 = 0.0;
  const scale = 1.0 / f64.sqrt(level);
  for (let i = 0; i < RHOS; i++) {
    const r = -0.98 + (1.96 * <f64>i) / <f64>(RHOS - 1);
    let x: f64 = 0.03 * scale;
    for (let j = 0; j < PHIS; j++, x *= 1.38) {
      const value = lossOf(r, x);
      if (!(value < best)) continue;
      best = value;
      rho = r;
      phi = x;
    }
  }
  if (!(best < Infinity)) return false;
  let stepRho: f64 = 0.07;
  let stepPhi: f64 = 0.17;
  for (let round = 0; round < ROUNDS; round++) {
    let improved = false;
    for (let direction = 0; direction < 4; direction++) {
      const r = direction == 0 ? rho - stepRho : direction == 1 ? rho + stepRho : rho;
      const x = direction == 2 ? phi * (1.0 - stepPhi) : direction == 3 ? phi * (1.0 + stepPhi) : phi;
      if (Math.abs(r) > 0.995) continue;
      const value = lossOf(r, x);
      if (!(value < best)) continue;
      best = value;
      rho = r;
      phi = x;
      improved = true;
    }
    if (improved) continue;
    stepRho *= 0.5;
    stepPhi *= 0.5;
  }
  lossOf(rho, phi);
  toWings(foundTheta, rho, phi, trial);
  wings.copy(trial, out);
  return true;
}
