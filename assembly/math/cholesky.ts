/** Cholesky factor of a symmetric positive definite matrix, A = L·L′, and what is read from it. */
import { Column } from "../memory/column";
import { log } from "./exp-log";
import * as vectors from "./vectors";

/**
 * @param matrix [n × n]; its lower triangle is read
 * @param out    [n × n] L, zero above the diagonal; may be `matrix` itself
 * @returns false where a pivot is not > 0: the matrix is not positive definite, or not finite
 */
export function factor(n: i32, matrix: Column, out: Column): bool {
  for (let i = 0; i < n; i++) {
    const own = out.from(i * n);
    for (let j = 0; j < i; j++) {
      const above = out.from(j * n);
      own[j] = (matrix[i * n + j] - vectors.dot(j, own, above)) / above[j];
    }
    const pivot = matrix[i * n + i] - vectors.dot(i, own, own);
    if (!(pivot > 0 && pivot < Infinity)) return false;
    own[i] = Math.sqrt(pivot);
    for (let j = i + 1; j < n; j++) own[j] = 0.0;
  }
  return true;
}

/** y of L·y = x, into `y` [n]; may be x itself. */
export function forwardSolve(n: i32, lower: Column, x: Column, y: Column): void {
  for (let i = 0; i < n; i++) {
    const own = lower.from(i * n);
    y[i] = (x[i] - vectors.dot(i, own, y)) / own[i];
  }
}

/** ln det A. */
export function logDeterminant(n: i32, lower: Column): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < n; i++) sum += log(lower[i * n + i]);
  return 2.0 * sum;
}
