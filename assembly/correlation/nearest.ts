/**
 * The correlation matrix nearest to a symmetric one, in the Frobenius norm.
 *
 * Higham's alternating projections with Dykstra's correction: R_k = Y_{k−1} − ΔS_{k−1}, X_k = P_S(R_k) (negative eigenvalues at 0),
 * ΔS_k = X_k − R_k, Y_k = P_U(X_k) (ones on the diagonal). Since P_U changes the diagonal only, R_{k+1} = R_k + diag(1 − diag X_k): all
 * that moves is the diagonal d of R, and the iteration is
 *
 *   d ← d + g(d)    g(d) = 1 − diag(P_S(A + diag(d − diag A)))
 *
 * Its n numbers are what Anderson's acceleration mixes, with the last `MEMORY` steps; Higham & Strabić mix the 2·n² of Y and ΔS. It is the
 * same sequence without acceleration, and needs the diagonal of X_k alone: one eigen-decomposition a step. −g is also the
 * gradient of the problem's dual ½·‖P_S(…)‖² − Σd, which is convex (Qi & Sun 2006): max |g| → 0 is a proof of optimality, and the plain
 * step lowers the dual by |g|²/2. A mixed step that does not lower it gives way to a plain one, so that the iteration ends from anywhere.
 *
 * Sources: Higham (2002), Computing the nearest correlation matrix, IMA J. Numer. Anal. 22; Higham & Strabić (2016), Anderson acceleration
 * of the alternating projections method for computing the nearest correlation matrix, Numer. Algorithms 72.
 */
import { Column } from "../memory/column";
import * as eigen from "../math/eigen";
import { add, copy, dot } from "../math/vectors";
import { positivePart, toUnitDiagonal } from "./repair";

const MEMORY = 5;
/** Columns of the least squares that add less than this part of themselves are left out. */
const DEPENDENT: f64 = 1e-10;

/** Part of |g|² that a mixed step has to gain; the plain one gains half of it. */
const LEAST_GAIN: f64 = 1e-4;
/** Of the dual's terms, relative to their size. */
const ROUNDING: f64 = 1e-15;
/** From here on steps that bring nothing are counted, and so many are the end. */
const NEAR: f64 = 1e-9;
const MOST_IDLE = 20;

/** Doubles of `work`. */
export function workSize(n: i32): i32 {
  return 2 * n * n + (3 * MEMORY + 7) * n + MEMORY * MEMORY + MEMORY;
}

/** Eigen-decomposition of A with diagonal d; g(d) into `out`, max |g| returned. NaN where it fails. */
function residual(n: i32, matrix: Column, d: Column, vectorRows: Column, values: Column, scratch: Column, out: Column): f64 {
  copy(n * n, matrix, vectorRows);
  for (let i = 0; i < n; i++) vectorRows[i * n + i] = d[i];
  if (!eigen.decompose(n, vectorRows, values, scratch)) return NaN;
  let negative = 0;
  while (negative < n && values[negative] < 0) negative++;
  // from the side that has fewer terms
  const few = 2 * negative < n;
  const from = few ? 0 : negative;
  const to = few ? negative : n;
  for (let i = 0; i < n; i++) out[i] = few ? 1.0 - d[i] : 1.0;
  for (let k = from; k < to; k++) {
    const v = vectorRows.from(k * n);
    const value = values[k];
    for (let i = 0; i < n; i++) out[i] -= Math.abs(value) * v[i] * v[i];
  }
  let largest: f64 = 0.0;
  let sum: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    largest = max(largest, Math.abs(out[i]));
    sum += d[i];
  }
  let squares: f64 = 0.0;
  for (let k = negative; k < n; k++) squares += values[k] * values[k];
  dual = 0.5 * squares - sum;
  dualSize = 0.5 * squares + Math.abs(sum);
  return largest;
}
/** The dual at the last d, and the size of its terms, for their rounding. */
let dual: f64 = 0.0;
let dualSize: f64 = 0.0;

/**
 * @param matrix  [n × n] symmetric; its diagonal may be anything, and counts in the distance only
 * @param tolerance largest |1 − X_ii| to stop at
 * @param most    steps at most
 * @param out     [n × n] positive semidefinite, exactly 1 on the diagonal; A itself, bit for bit, where A is a correlation matrix
 * @param facts   [2] the smallest eigenvalue of A with ones on its diagonal; largest |1 − X_ii| when it stopped
 * @param work    [workSize(n)]
 * @returns steps taken, 0 where there was nothing to do; −1 where the matrix is not finite
 */
export function nearest(n: i32, matrix: Column, tolerance: f64, most: i32, out: Column, facts: Column, work: Column): i32 {
  const vectorRows = work;
  const values = vectorRows.from(n * n);
  const scratch = values.from(n);
  const d = scratch.from(n);
  const g = d.from(n);
  const best = g.from(n);
  const lastD = best.from(n);
  const lastG = lastD.from(n);
  const stepsD = lastG.from(n);
  const stepsG = stepsD.from(MEMORY * n);
  const basis = stepsG.from(MEMORY * n);
  const upper = basis.from(MEMORY * n);
  const last = upper.from(MEMORY * MEMORY + MEMORY);
  for (let i = 0; i < n; i++) d[i] = 1.0;
  let now = residual(n, matrix, d, vectorRows, values, scratch, g);
  if (!(now < Infinity)) return -1;
  facts[0] = values[0];
  facts[1] = 0.0;
  if (values[0] >= 0) {
    copy(n * n, matrix, out);
    for (let i = 0; i < n; i++) out[i * n + i] = 1.0;
    return 0;
  }
  let least = now;
  copy(n, d, best);
  let held = 0;
  let steps = 1;
  let idle = 0;
  while (now > tolerance && steps < most && idle < MOST_IDLE) {
    copy(n, d, lastD);
    copy(n, g, lastG);
    const gain = LEAST_GAIN * dot(n, g, g);
    const before = dual;
    const rounding = ROUNDING * <f64>n * dualSize;
    mixed(n, held, stepsD, stepsG, basis, upper, g, d);
    now = residual(n, matrix, d, vectorRows, values, scratch, g);
    steps++;
    // a mixed step that gains nothing gives way to the plain one, which always does
    if (held > 0 && !(dual <= before - gain + rounding)) {
      held = 0;
      for (let i = 0; i < n; i++) d[i] = lastD[i] + lastG[i];
      now = residual(n, matrix, d, vectorRows, values, scratch, g);
      steps++;
    }
    if (!(now < Infinity)) return -1;
    const at = held < MEMORY ? held : MEMORY - 1;
    if (held == MEMORY) {
      memory.copy(changetype<usize>(stepsD), changetype<usize>(stepsD.from(n)), <usize>(at * n) << 3);
      memory.copy(changetype<usize>(stepsG), changetype<usize>(stepsG.from(n)), <usize>(at * n) << 3);
    } else held++;
    for (let i = 0; i < n; i++) {
      stepsD[at * n + i] = d[i] - lastD[i];
      stepsG[at * n + i] = g[i] - lastG[i];
    }
    // rounding may let g come no nearer to 0; far from there it may grow for a while
    if (now < least) {
      least = now;
      copy(n, d, best);
      idle = 0;
    } else if (least < NEAR) idle++;
  }
  facts[1] = residual(n, matrix, best, vectorRows, values, scratch, g);
  copy(n * n, matrix, last);
  for (let i = 0; i < n; i++) last[i * n + i] = best[i];
  positivePart(n, last, vectorRows, values, out);
  return toUnitDiagonal(n, out, values) ? steps : -1;
}

/**
 * Anderson's step: d ← d + g − (ΔD + ΔG)·γ, γ the least squares of g on ΔG, by Gram–Schmidt from the newest step back.
 * Steps that depend on newer ones are passed over.
 */
function mixed(n: i32, held: i32, stepsD: Column, stepsG: Column, basis: Column, upper: Column, g: Column, d: Column): void {
  const gamma = upper.from(MEMORY * MEMORY);
  let rank = 0;
  for (let c = 0; c < held; c++) {
    const q = basis.from(c * n);
    copy(n, stepsG.from((held - 1 - c) * n), q);
    const before = Math.sqrt(dot(n, q, q));
    // twice is enough
    for (let k = 0; k < c; k++) upper[k * MEMORY + c] = 0.0;
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < c; k++) {
        const part = dot(n, basis.from(k * n), q);
        upper[k * MEMORY + c] += part;
        add(n, -part, basis.from(k * n), q);
      }
    }
    const left = Math.sqrt(dot(n, q, q));
    if (!(left > DEPENDENT * before)) break;
    upper[c * MEMORY + c] = left;
    for (let i = 0; i < n; i++) q[i] /= left;
    rank = c + 1;
  }
  for (let c = rank - 1; c >= 0; c--) {
    let x = dot(n, basis.from(c * n), g);
    for (let k = c + 1; k < rank; k++) x -= upper[c * MEMORY + k] * gamma[k];
    gamma[c] = x / upper[c * MEMORY + c];
  }
  add(n, 1.0, g, d);
  for (let c = 0; c < rank; c++) {
    add(n, -gamma[c], stepsD.from((held - 1 - c) * n), d);
    add(n, -gamma[c], stepsG.from((held - 1 - c) * n), d);
  }
}
