/**
 * Dynamic conditional correlation of standardised residuals ε, [n][rows].
 *
 *   Q_1 = Q̄    Q_t = (1 − a − b)·Q̄ + a·e_{t−1}·e_{t−1}′ + b·Q_{t−1}    R_t = diag(Q_t)^−½·Q_t·diag(Q_t)^−½
 *
 * Engle's DCC has e = ε. Aielli's cDCC has e = diag(Q)^½·ε, whose second moment is Q̄ itself, which removes the bias of targeting.
 * The forecast is R after the last row. Likelihood of the correlations: −½·Σ_t (ln det R_t + ε′R_t⁻¹ε − ε′ε).
 *
 * Of more than ten columns the likelihood is a composite one, over neighbouring pairs, which stays well-posed and costs n·rows.
 *
 * Sources: Engle (2002), Dynamic conditional correlation, JBES 20; Aielli (2013), Dynamic conditional correlation: on properties and
 * estimation, JBES 31; Pakel, Shephard, Sheppard & Engle (2021), Fitting vast dimensional time-varying covariance models, JBES 39;
 * Engle, Ledoit & Wolf (2019), Large dynamic covariance matrices, JBES 37 (Q̄ shrunk before: the caller's choice).
 */
import { Column } from "../memory/column";
import { log } from "../math/exp-log";
import * as cholesky from "../math/cholesky";
import { dot } from "../math/vectors";
import { secondMoments, series, toCorrelation } from "./moments";
import * as persistence from "./persistence";

const START_A: f64 = 0.03;
const START_B: f64 = 0.95;

/** Doubles of `work`. */
export function workSize(n: i32): i32 {
  return 2 * n * n + 3 * n;
}

@inline function part(x: f64, q: f64, isCorrected: bool): f64 {
  return isCorrected ? x * Math.sqrt(q) : x;
}

/** Q_{t+1} from Q_t, in place; `e` [n] is overwritten. */
function advance(n: i32, rows: i32, residuals: Column, t: i32, target: Column, a: f64, b: f64, isCorrected: bool, q: Column, e: Column): void {
  for (let i = 0; i < n; i++) e[i] = part(residuals[i * rows + t], q[i * n + i], isCorrected);
  const rest = 1.0 - a - b;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = rest * target[i * n + j] + a * (e[i] * e[j]) + b * q[i * n + j];
      q[i * n + j] = value;
      q[j * n + i] = value;
    }
  }
}

/**
 * The path of one correlation, R after the last row, and the likelihood of all correlations.
 *
 * @param target [n × n] Q̄
 * @param path   [rows] ρ_ij of each row, or 0: none
 * @param out    [n × n] R after the last row
 * @returns the likelihood; NaN where an R is not positive definite
 */
export function run(
  n: i32,
  rows: i32,
  residuals: Column,
  target: Column,
  a: f64,
  b: f64,
  isCorrected: bool,
  i: i32,
  j: i32,
  path: usize,
  out: Column,
  work: Column,
): f64 {
  const q = work;
  const lower = q.from(n * n);
  const e = lower.from(n * n);
  const scale = e.from(n);
  const y = scale.from(n);
  for (let k = 0; k < n * n; k++) q[k] = target[k];
  let sum: f64 = 0.0;
  for (let t = 0; t < rows; t++) {
    toCorrelation(n, q, scale, lower);
    if (path != 0) changetype<Column>(path)[t] = lower[i * n + j];
    for (let k = 0; k < n; k++) e[k] = residuals[k * rows + t];
    if (!cholesky.factor(n, lower, lower)) sum = NaN;
    else {
      cholesky.forwardSolve(n, lower, e, y);
      sum -= 0.5 * (cholesky.logDeterminant(n, lower) + dot(n, y, y) - dot(n, e, e));
    }
    advance(n, rows, residuals, t, target, a, b, isCorrected, q, e);
  }
  toCorrelation(n, q, scale, out);
  return sum;
}

/** −½·Σ_t of the pair i, j: the two-column likelihood in closed form. */
function pairLikelihood(rows: i32, x: Column, y: Column, xx: f64, yy: f64, xy: f64, a: f64, b: f64, isCorrected: bool): f64 {
  const rest = 1.0 - a - b;
  let qx = xx;
  let qy = yy;
  let q = xy;
  let sum: f64 = 0.0;
  for (let t = 0; t < rows; t++) {
    const rho = q / Math.sqrt(qx * qy);
    const left = 1.0 - rho * rho;
    const u = x[t];
    const v = y[t];
    sum -= 0.5 * (log(left) + (u * u + v * v - 2.0 * rho * u * v) / left - u * u - v * v);
    const ex = part(u, qx, isCorrected);
    const ey = part(v, qy, isCorrected);
    q = rest * xy + a * (ex * ey) + b * q;
    qx = rest * xx + a * (ex * ex) + b * qx;
    qy = rest * yy + a * (ey * ey) + b * qy;
  }
  return sum;
}

/** Composite likelihood over the pairs (1, 2), (2, 3), … */
export function compositeLikelihood(n: i32, rows: i32, residuals: Column, target: Column, a: f64, b: f64, isCorrected: bool): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i + 1 < n; i++) {
    const j = i + 1;
    sum += pairLikelihood(
      rows,
      series(rows, residuals, i),
      series(rows, residuals, j),
      target[i * n + i],
      target[j * n + j],
      target[i * n + j],
      a,
      b,
      isCorrected,
    );
  }
  return sum;
}

/**
 * Q̄ of cDCC for given a and b: the second moment of diag(Q)^½·ε, with Q_ii of the recursion with target 1, as a correlation.
 *
 * @param work [n·rows + n]
 */
export function correctedTarget(n: i32, rows: i32, residuals: Column, a: f64, b: f64, out: Column, work: Column): void {
  const moved = work.from(n);
  for (let i = 0; i < n; i++) {
    const x = series(rows, residuals, i);
    const e = series(rows, moved, i);
    let q: f64 = 1.0;
    for (let t = 0; t < rows; t++) {
      e[t] = x[t] * Math.sqrt(q);
      q = 1.0 - a - b + a * (e[t] * e[t]) + b * q;
    }
  }
  secondMoments(n, rows, moved, <f64>rows, out);
  toCorrelation(n, out, work, out);
}

let fitN = 0;
let fitRows = 0;
let fitResiduals = changetype<Column>(0);
let fitTarget = changetype<Column>(0);
let fitIsCorrected = false;
let fitIsComposite = false;
let fitRetarget = false;
let fitOut = changetype<Column>(0);
let fitWork = changetype<Column>(0);

function likelihood(a: f64, b: f64): f64 {
  if (fitRetarget) correctedTarget(fitN, fitRows, fitResiduals, a, b, fitTarget, fitWork);
  if (fitIsComposite) return compositeLikelihood(fitN, fitRows, fitResiduals, fitTarget, a, b, fitIsCorrected);
  return run(fitN, fitRows, fitResiduals, fitTarget, a, b, fitIsCorrected, 0, 0, 0, fitOut, fitWork);
}

/**
 * a and b of the largest likelihood, from a = 0.03, b = 0.95, into `weights` [2].
 *
 * @param target   [n × n] Q̄; of cDCC it follows a and b, and is overwritten, where `retarget`
 * @param out      [n × n] is overwritten
 * @param work     [max(workSize(n), n·rows + n)]
 * @returns the likelihood there
 */
export function fit(
  n: i32,
  rows: i32,
  residuals: Column,
  target: Column,
  isCorrected: bool,
  isComposite: bool,
  retarget: bool,
  weights: Column,
  out: Column,
  work: Column,
): f64 {
  fitN = n;
  fitRows = rows;
  fitResiduals = residuals;
  fitTarget = target;
  fitIsCorrected = isCorrected;
  fitIsComposite = isComposite;
  fitRetarget = retarget;
  fitOut = out;
  fitWork = work;
  persistence.maximize(likelihood, START_A, START_B);
  weights[0] = persistence.a;
  weights[1] = persistence.b;
  // once more, so that a target that follows them is that of the end
  return likelihood(weights[0], weights[1]);
}
