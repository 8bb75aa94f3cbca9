/** Matrices as given → flat and checked: what is wrong is named by its place, and by the names where there are any. */
import { MarginError, unexpected } from "../error.ts";

/** Row by row. */
export type Matrix = readonly (readonly number[])[];

/** Entries that rounding alone sets apart. */
const ROUNDING = 1e-12;

export interface Checked {
  n: number;
  /** [n × n] */
  flat: Float64Array;
}

function placeOf(field: string, i: number, j: number, names: readonly string[] | undefined): string {
  const who = names === undefined ? "" : i === j ? ` (${names[i]})` : ` (${names[i]}, ${names[j]})`;
  return `${field}[${i}][${j}]${who}`;
}

/**
 * A symmetric matrix of finite numbers. Entries that differ from their mirror by 1e-12 or less are both set to their mean.
 *
 * @throws MarginError `WrongType`, `Empty`, `NotSquare`, `NotFinite`, `NotSymmetric`
 */
export function symmetric(matrix: Matrix, field = "matrix", names?: readonly string[]): Checked {
  if (!Array.isArray(matrix)) throw unexpected("WrongType", field, "a list of rows", matrix);
  const n = matrix.length;
  if (n === 0) throw new MarginError("Empty", field, "has no rows");
  if (names !== undefined && !Array.isArray(names)) throw unexpected("WrongType", "names", "a list of names", names);
  if (names !== undefined && names.length !== n)
    throw unexpected("NotSquare", field, `${names.length} rows, one for each name`, n);
  const flat = new Float64Array(n * n);
  (matrix as Matrix).forEach((row, i) => {
    if (!Array.isArray(row)) throw unexpected("WrongType", `${field}[${i}]`, "a list of numbers", row);
    if (row.length !== n)
      throw unexpected("NotSquare", `${field}[${i}]`, `${n} entries, as there are ${n} rows`, row.length);
    for (let j = 0; j < n; j++) {
      if (typeof row[j] !== "number" || !Number.isFinite(row[j]))
        throw unexpected("NotFinite", placeOf(field, i, j, names), "a finite number", row[j]);
      flat[i * n + j] = row[j] as number;
    }
  });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [flat[j * n + i]!, flat[i * n + j]!];
      if (Math.abs(a - b) > ROUNDING)
        throw new MarginError(
          "NotSymmetric",
          placeOf(field, i, j, names),
          `expected ${a}, as ${field}[${j}][${i}] has, was ${b}`,
          { row: i, value: b },
        );
      flat[i * n + j] = flat[j * n + i] = 0.5 * (a + b);
    }
  }
  return { n, flat };
}

/**
 * The same with ones on the diagonal and entries in [−1, 1], to 1e-12. Whether it is positive semidefinite is another question.
 *
 * @throws MarginError also `DiagonalNotOne`, `OutOfRange`
 */
export function unitDiagonal(matrix: Matrix, field = "matrix", names?: readonly string[]): Checked {
  const { n, flat } = symmetric(matrix, field, names);
  for (let i = 0; i < n; i++) {
    const own = flat[i * n + i]!;
    if (Math.abs(own - 1) > ROUNDING)
      throw unexpected("DiagonalNotOne", placeOf(field, i, i, names), "1 on the diagonal", own);
    flat[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      const rho = flat[i * n + j]!;
      if (Math.abs(rho) > 1 + ROUNDING)
        throw unexpected("OutOfRange", placeOf(field, i, j, names), "a correlation, from -1 to 1", rho);
      flat[i * n + j] = flat[j * n + i] = Math.max(-1, Math.min(1, rho));
    }
  }
  return { n, flat };
}
