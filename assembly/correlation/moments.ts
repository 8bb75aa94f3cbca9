/** Means, second moments, and the two faces of a covariance: volatilities and correlations. Returns stand column by column: x [n][rows]. */
import { logRatio } from "../math/exp-log";
import { Column } from "../memory/column";
import * as vectors from "../math/vectors";

/** Column i of x. */
@inline export function series(rows: i32, x: Column, i: i32): Column {
  return x.from(i * rows);
}

/** ln of each row's price over the one before, into `out` [n][rows − 1]. */
export function logReturns(n: i32, rows: i32, price: Column, out: Column): void {
  for (let i = 0; i < n; i++) {
    const from = series(rows, price, i);
    const to = series(rows - 1, out, i);
    for (let t = 1; t < rows; t++) to[t - 1] = logRatio<f64>(from[t], from[t - 1]);
  }
}

/** Mean of each column, into `out` [n]. */
export function means(n: i32, rows: i32, x: Column, out: Column): void {
  for (let i = 0; i < n; i++) out[i] = vectors.total(rows, series(rows, x, i)) / <f64>rows;
}

/** x less its means, into `out` [n][rows]; may be x itself. */
export function center(n: i32, rows: i32, x: Column, out: Column): void {
  for (let i = 0; i < n; i++) {
    const own = series(rows, x, i);
    const to = series(rows, out, i);
    const mean = vectors.total(rows, own) / <f64>rows;
    for (let t = 0; t < rows; t++) to[t] = own[t] - mean;
  }
}

/** Σ_t x_i·x_j / divisor into `out` [n × n]. Of centred returns and rows − 1 it is the sample covariance, of rows the likelihood's. */
export function secondMoments(n: i32, rows: i32, x: Column, divisor: f64, out: Column): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = vectors.dot(rows, series(rows, x, i), series(rows, x, j)) / divisor;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
}

/** ρ_ij = Σ_ij / √(Σ_ii·Σ_jj) into `out` [n × n], 1 on the diagonal; may be the covariance itself. `scale` [n] is left with √Σ_ii. */
export function toCorrelation(n: i32, covariance: Column, scale: Column, out: Column): void {
  for (let i = 0; i < n; i++) scale[i] = Math.sqrt(covariance[i * n + i]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const rho = max(-1.0, min(1.0, covariance[i * n + j] / (scale[i] * scale[j])));
      out[i * n + j] = rho;
      out[j * n + i] = rho;
    }
    out[i * n + i] = 1.0;
  }
}

export function trace(n: i32, matrix: Column): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < n; i++) sum += matrix[i * n + i];
  return sum;
}

/** √Σ(a − b)². */
export function distance(n: i32, a: Column, b: Column): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < n * n; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return Math.sqrt(sum);
}
