/** Which correlations are possible together. */
import { Column } from "../memory/column";
import * as cholesky from "../math/cholesky";
import { dot } from "../math/vectors";

/**
 * The interval of one entry that keeps the matrix positive semidefinite, all others as they are.
 *
 *   r_ij ∈ a′K⁻¹b ± √((1 − a′K⁻¹a)·(1 − b′K⁻¹b))
 *
 * K is the matrix without i and j, a and b are the columns of i and j over it. For n = 3: r₁₂·r₂₃ ± √((1 − r₁₂²)(1 − r₂₃²)).
 * Source: the Schur complement of K; for n = 3 Stanley & Wang (1969), Restrictions on the possible values of r₁₂, given r₁₃ and r₂₃.
 *
 * @param out  [2]; NaN where no value of the entry makes the others possible
 * @param work [n·n + 2·n]
 */
export function interval(n: i32, matrix: Column, i: i32, j: i32, out: Column, work: Column): void {
  const m = n - 2;
  const kept = work;
  const a = kept.from(m * m);
  const b = a.from(n);
  let r = 0;
  for (let p = 0; p < n; p++) {
    if (p == i || p == j) continue;
    let c = 0;
    for (let q = 0; q < n; q++) {
      if (q == i || q == j) continue;
      kept[r * m + c] = matrix[p * n + q];
      c++;
    }
    a[r] = matrix[p * n + i];
    b[r] = matrix[p * n + j];
    r++;
  }
  out[0] = NaN;
  out[1] = NaN;
  if (!cholesky.factor(m, kept, kept)) return;
  cholesky.forwardSolve(m, kept, a, a);
  cholesky.forwardSolve(m, kept, b, b);
  const left = 1.0 - dot(m, a, a);
  const right = 1.0 - dot(m, b, b);
  if (!(left >= 0 && right >= 0)) return;
  const center = dot(m, a, b);
  const radius = Math.sqrt(left * right);
  out[0] = max(-1.0, center - radius);
  out[1] = min(1.0, center + radius);
}
