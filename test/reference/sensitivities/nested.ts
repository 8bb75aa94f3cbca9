/**
 * The nested aggregation that sensitivities-based margins share: weighted sensitivities → bucket → risk class, as plain double sums.
 *
 * Sources: ISDA SIMM methodology, the structure of its margins; Basel Framework, MAR21.4 and 21.5.
 */

/** Σ_{k≠l} c(k, l)·x_k·x_l, each pair twice. */
export function crossTerms(x: readonly number[], correlation: (k: number, l: number) => number): number {
  let total = 0;
  for (let k = 0; k < x.length; k++) {
    for (let l = 0; l < x.length; l++) if (k !== l) total += correlation(k, l) * x[k]! * x[l]!;
  }
  return total;
}

/** Σ_k x_k² + Σ_{k≠l} c(k, l)·x_k·x_l. */
export function quadratic(x: readonly number[], correlation: (k: number, l: number) => number): number {
  return sum(x.map((one) => one * one)) + crossTerms(x, correlation);
}

/** √max(x, 0): a correlation matrix that is not positive semidefinite may leave a sum of squares below zero. */
export function flooredRoot(x: number): number {
  return Math.sqrt(Math.max(x, 0));
}

/** max(min(s, K), −K). */
export function clamp(s: number, K: number): number {
  return Math.max(Math.min(s, K), -K);
}

export function sum(x: readonly number[]): number {
  let total = 0;
  for (const one of x) total += one;
  return total;
}
