/** Correlation matrices and returns for tests, from seeds. */
import type { Returns } from "../../bindings/lab/correlation-types.ts";
import { Random } from "../reference/random.ts";

export type Rows = number[][];

/** A correlation matrix of `factors` common factors beside own noise: positive definite. */
export function correlationOf(n: number, seed: number, factors = 2): Rows {
  const random = new Random(seed);
  const loads = Array.from({ length: n }, () => Array.from({ length: factors }, () => random.uniform(-1, 1)));
  const covariance = loads.map((a, i) =>
    loads.map((b, j) => a.reduce((sum, x, k) => sum + x * b[k]!, 0) + (i === j ? random.uniform(0.2, 1) : 0)),
  );
  return covariance.map((row, i) =>
    row.map((x, j) => (i === j ? 1 : x / Math.sqrt(covariance[i]![i]! * covariance[j]![j]!))),
  );
}

/** Ones on the diagonal, anything in [−1, 1] beside it: not positive semidefinite but by chance. */
export function anyMatrix(n: number, seed: number): Rows {
  const random = new Random(seed);
  const rows = Array.from({ length: n }, () => Array<number>(n).fill(1));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) rows[i]![j] = rows[j]![i] = random.uniform(-1, 1);
  return rows;
}

/** Twelve uniforms less six stand for a normal; one factor moves all names. */
export function returnsOf(n: number, rows: number, seed: number): Returns {
  const random = new Random(seed);
  const normal = () => Array.from({ length: 12 }, () => random.next()).reduce((sum, x) => sum + x, -6);
  const loads = Array.from({ length: n }, () => random.uniform(0.2, 0.9));
  return {
    names: Array.from({ length: n }, (_, i) => `N${i}`),
    rows: Array.from({ length: rows }, () => {
      const common = normal();
      return loads.map((load, i) => 0.01 * (1 + i / n) * (load * common + Math.sqrt(1 - load * load) * normal()));
    }),
  };
}

export const largestDifference = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number =>
  Math.max(...a.flatMap((row, i) => row.map((x, j) => Math.abs(x - b[i]![j]!))));

export const times = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));

export const transposed = (a: Rows): Rows => a[0]!.map((_, j) => a.map((row) => row[j]!));

/** Frobenius. */
export const distance = (a: Rows, b: Rows): number =>
  Math.sqrt(a.reduce((sum, row, i) => sum + row.reduce((s, x, j) => s + (x - b[i]![j]!) ** 2, 0), 0));
