/**
 * Nonlinear shrinkage: eigenvectors stay, eigenvalues λ are replaced. With 1/λ smoothed by a Cauchy kernel of relative width h,
 *
 *   ϑ_i = mean_j 1/λ_j·(1/λ_j − 1/λ_i) / ((1/λ_j − 1/λ_i)² + h²/λ_j²)    H_i = mean_j (h/λ_j²) / (the same)    A² = ϑ² + H²
 *   QIS   1/δ_i = (1 − c)²/λ_i + 2c(1 − c)/λ_i·ϑ_i + c²/λ_i·A_i²    scaled so that Σδ = Σλ
 *   LIS   1/δ_i = max((1 − c)/λ_i + 2c/λ_i·ϑ_i, min 1/λ)
 *   GIS   δ_i   = √(δ_i of QIS before scaling · δ_i of LIS)
 *
 * c = n/rows, h = min(c², c⁻²)^0.35 / n^0.35. Where n > rows, the n − rows values that are 0 get one over (c − 1)·mean(1/λ), QIS only.
 *
 * Source: Ledoit & Wolf (2022), Quadratic shrinkage for large covariance matrices, Bernoulli 28(3), and the authors' code; LIS and GIS:
 * Ledoit & Wolf (2021), Shrinkage estimation of large covariance matrices: keep it simple, statistician? J. Multivariate Analysis 186.
 * The analytical kernel estimator (Annals of Statistics 2020) is not here: below n ≈ 50 its first variance moves threefold with its width.
 */
import { Column } from "../memory/column";
import { pow } from "../math/exp-log";
import * as eigen from "../math/eigen";
import { copy } from "../math/vectors";

export const enum Loss {
  /** Frobenius, and inverse Frobenius: QIS. */
  Quadratic,
  /** Stein's: LIS. */
  Linear,
  /** Symmetrised Kullback–Leibler: GIS. */
  Geometric,
}

/**
 * @param rows   observations less the means that were taken off; an effective number where they are weighted
 * @param sample [n × n] second moments over `rows`
 * @param out    [n × n]
 * @param values [n] the new eigenvalues, in the order of the old ones
 * @param work   [n·n + 2·n]
 * @returns false where an eigenvalue that has to be > 0 is not (columns depend on each other), or n > rows for LIS and GIS
 */
export function shrink(loss: Loss, n: i32, rows: f64, sample: Column, out: Column, values: Column, work: Column): bool {
  const vectorRows = work;
  const lambda = vectorRows.from(n * n);
  const scratch = lambda.from(n);
  copy(n * n, sample, vectorRows);
  if (!eigen.decompose(n, vectorRows, lambda, scratch)) return false;
  const c = <f64>n / rows;
  if (c > 1 && loss != Loss.Quadratic) return false;
  // eigenvalues that are 0 because there are fewer rows than columns
  const zeros = c > 1 ? n - <i32>rows : 0;
  const used = n - zeros;
  if (!(lambda[zeros] > lambda[n - 1] * 2.220446049250313e-16 * <f64>n)) return false;
  const inverse = scratch;
  let sum: f64 = 0.0;
  let inverses: f64 = 0.0;
  for (let i = 0; i < n; i++) sum += max(lambda[i], 0.0);
  for (let i = 0; i < used; i++) {
    inverse[i] = 1.0 / lambda[zeros + i];
    inverses += inverse[i];
  }
  const width = pow(min(c * c, 1.0 / (c * c)), 0.35) / pow(<f64>n, 0.35);
  let total: f64 = 0.0;
  for (let i = 0; i < zeros; i++) {
    values[i] = 1.0 / ((c - 1.0) * (inverses / <f64>used));
    total += values[i];
  }
  for (let i = 0; i < used; i++) {
    let theta: f64 = 0.0;
    let hilbert: f64 = 0.0;
    for (let j = 0; j < used; j++) {
      const at = inverse[j];
      const gap = at - inverse[i];
      const below = gap * gap + width * width * at * at;
      theta += (at * gap) / below;
      hilbert += (at * (width * at)) / below;
    }
    theta /= <f64>used;
    hilbert /= <f64>used;
    const amplitude = theta * theta + hilbert * hilbert;
    const own = inverse[i];
    const quadratic =
      c > 1
        ? 1.0 / (own * amplitude)
        : 1.0 / ((1.0 - c) * (1.0 - c) * own + 2.0 * c * (1.0 - c) * own * theta + c * c * own * amplitude);
    const linear = 1.0 / max((1.0 - c) * own + 2.0 * c * own * theta, inverse[used - 1]);
    const value = loss == Loss.Quadratic ? quadratic : loss == Loss.Linear ? linear : Math.sqrt(quadratic * linear);
    values[zeros + i] = value;
    total += value;
  }
  if (loss == Loss.Quadratic) for (let i = 0; i < n; i++) values[i] *= sum / total;
  for (let i = 0; i < n * n; i++) out[i] = 0.0;
  eigen.addSpectrum(n, vectorRows, values, 0, n, out);
  return true;
}
