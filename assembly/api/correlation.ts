/** Correlation matrices for the host: is one of them none, and how little makes it one. */
import { column } from "../record/instruction";
import * as repair from "../correlation/repair";

/**
 * Draws a matrix towards the identity, as little as makes its smallest eigenvalue `floor`.
 *
 * @param matrix [n × n] symmetric, 1 on the diagonal
 * @param out    [n × n]
 * @param work   [n·n + 2·n]
 * @returns α of (1 − α)·R + α·I, 0 where nothing is to do; NaN where the matrix is not finite
 */
export function shrinkCorrelation(n: i32, matrix: usize, floor: f64, out: usize, work: usize): f64 {
  return repair.shrink(n, column(matrix), floor, column(out), column(work));
}
