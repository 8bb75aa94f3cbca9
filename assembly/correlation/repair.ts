/** A correlation matrix that is none, repaired: quickly (shrink), or with its eigenvalues clipped (spectral). nearest.ts has the nearest. */
import { Column } from "../memory/column";
import * as cholesky from "../math/cholesky";
import * as eigen from "../math/eigen";
import { copy } from "../math/vectors";

/**
 * Towards the identity, as little as makes the smallest eigenvalue `floor`.
 *
 *   R_α = (1 − α)·R + α·I    α = (floor − λ_min) / (1 − λ_min)
 *
 * One Cholesky factor tells whether anything is to do; only where it fails is λ_min computed, by tridiagonal reduction without vectors: the
 * closed form, at the price of some four factors. A bisection by factors, the other choice, takes fifty of them to full precision:
 * in plain JavaScript 18 times as long for 30 names, where the eigenvalue takes 1.5 times (`npm run bench -- correlations`).
 *
 * @param matrix [n × n] with 1 on its diagonal
 * @param out    [n × n]
 * @param work   [n·n + 2·n]
 * @returns α; NaN where the matrix is not finite
 */
export function shrink(n: i32, matrix: Column, floor: f64, out: Column, work: Column): f64 {
  copy(n * n, matrix, work);
  for (let i = 0; i < n; i++) work[i * n + i] = 1.0 - floor;
  let alpha: f64 = 0.0;
  if (!cholesky.factor(n, work, work)) {
    const values = work.from(n * n);
    copy(n * n, matrix, work);
    if (!eigen.eigenvalues(n, work, values, values.from(n))) return NaN;
    alpha = max(0.0, (floor - values[0]) / (1.0 - values[0]));
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = i == j ? 1.0 : (1.0 - alpha) * matrix[i * n + j];
  return alpha;
}

/**
 * Negative eigenvalues at 0, then rows and columns rescaled to a diagonal of ones.
 * Source: Rebonato & Jäckel (1999), The most general methodology to create a valid correlation matrix, §3.
 *
 * @param matrix [n × n] symmetric
 * @param out    [n × n]
 * @param work   [n·n + 2·n]
 * @returns false where the matrix is not finite, or a variance that is left is 0
 */
export function spectral(n: i32, matrix: Column, out: Column, work: Column): bool {
  const values = work.from(n * n);
  copy(n * n, matrix, work);
  if (!eigen.decompose(n, work, values, values.from(n))) return false;
  positivePart(n, matrix, work, values, out);
  return toUnitDiagonal(n, out, values);
}

/** Σ over λ_k > 0 of λ_k·v_k·v_k′, from the side that has fewer terms. The matrix is that of the decomposition. */
export function positivePart(n: i32, matrix: Column, vectorRows: Column, values: Column, out: Column): void {
  let negative = 0;
  while (negative < n && values[negative] < 0) negative++;
  if (2 * negative < n) {
    copy(n * n, matrix, out);
    for (let k = 0; k < negative; k++) values[k] = -values[k];
    eigen.addSpectrum(n, vectorRows, values, 0, negative, out);
  } else {
    for (let i = 0; i < n * n; i++) out[i] = 0.0;
    eigen.addSpectrum(n, vectorRows, values, negative, n, out);
  }
}

/** D^(−½)·X·D^(−½), exactly 1 on the diagonal. `scale` [n] is overwritten. */
export function toUnitDiagonal(n: i32, matrix: Column, scale: Column): bool {
  for (let i = 0; i < n; i++) {
    scale[i] = Math.sqrt(matrix[i * n + i]);
    if (!(scale[i] > 0)) return false;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const rho = max(-1.0, min(1.0, matrix[i * n + j] / (scale[i] * scale[j])));
      matrix[i * n + j] = rho;
      matrix[j * n + i] = rho;
    }
    matrix[i * n + i] = 1.0;
  }
  return true;
}
