/** Correlation matrices: whether one is positive semidefinite, and the fast repair. */
import { MarginError, unexpected } from "../error.ts";
import { matrixRules } from "../documents/correlated-rules.ts";
import type { Matrix } from "../documents/expression.ts";
import type { Exports } from "./exports.ts";
import { outOfMemory } from "./failure.ts";

/** An eigenvalue so little below 0 is rounding: published correlations have two digits, and sums over n of them n·ε. */
const ROUNDING = 1e-10;

const known = new WeakSet<Matrix>();

/**
 * Refuses a matrix by which some portfolio would have a negative variance.
 *
 * @throws MarginError `NotPositiveSemidefinite`, which says how little would repair it
 */
export function refuseIndefinite(exports: Exports, matrix: Matrix, path: string): void {
  if (matrix.diagonal === "pairs" || matrix.indefinite !== undefined || known.has(matrix)) return;
  const { alpha } = shrink(exports, matrix.rows, -ROUNDING);
  if (alpha > 0) {
    const smallest = -ROUNDING - alpha / (1 - alpha);
    throw new MarginError(
      "NotPositiveSemidefinite",
      path,
      `no correlation matrix: its smallest eigenvalue is ${smallest.toPrecision(3)}. Repair it first, either by ` +
        `(1 − α)·R + α·I with α = ${alpha.toPrecision(3)} (core.shrinkCorrelation), or to the nearest one (lab.correlation.nearest); or say in the matrix why it is to be taken as it is: indefinite`,
      { value: smallest },
    );
  }
  known.add(matrix);
}

/** (1 − α)·R + α·I with the smallest α that leaves no eigenvalue below `floor`. */
export function shrink(
  exports: Exports,
  rows: readonly (readonly number[])[],
  floor: number,
): { alpha: number; rows: number[][] } {
  const n = rows.length;
  const bytes = 8 * (3 * n * n + 2 * n);
  const address = exports.allocate(bytes);
  if (address === 0) throw outOfMemory(bytes);
  try {
    new Float64Array(exports.memory.buffer, address, n * n).set(rows.flat());
    const out = address + 8 * n * n;
    const alpha = exports.shrinkCorrelation(n, address, floor, out, out + 8 * n * n);
    if (!Number.isFinite(alpha)) throw unexpected("NotFinite", "rows", "finite correlations", alpha);
    const repaired = new Float64Array(exports.memory.buffer, out, n * n);
    return { alpha, rows: rows.map((_, i) => Array.from(repaired.subarray(i * n, (i + 1) * n))) };
  } finally {
    exports.release(address);
  }
}

/** The same with the checks of a matrix that a caller gives. */
export function shrinkChecked(
  exports: Exports,
  rows: number[][],
  smallestEigenvalue = 0,
): { alpha: number; rows: number[][] } {
  if (!Array.isArray(rows) || rows.length === 0) throw unexpected("WrongType", "rows", "a square matrix", rows);
  (rows as unknown[]).forEach((row, i) => {
    if (!Array.isArray(row)) throw unexpected("WrongType", `rows[${i}]`, "a list of numbers", row);
    for (let j = 0; j < row.length; j++)
      if (typeof row[j] !== "number") throw unexpected("WrongType", `rows[${i}][${j}]`, "a number", row[j]);
  });
  if (!(typeof smallestEigenvalue === "number" && smallestEigenvalue >= 0 && smallestEigenvalue < 1))
    throw unexpected("OutOfRange", "smallestEigenvalue", "at least 0 and below 1", smallestEigenvalue);
  matrixRules("rows", { labels: rows.map((_, i) => i), rows }, "rows");
  return shrink(exports, rows, smallestEigenvalue);
}
