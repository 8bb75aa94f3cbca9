/**
 * Exponentially weighted covariance, zero mean.
 *
 *   Σ_1 = r_1·r_1′    Σ_t = λ·Σ_{t−1} + (1 − λ)·r_t·r_t′
 *
 * The last one is the forecast after the last row. Source: J.P. Morgan / Reuters (1996), RiskMetrics Technical Document, §5.2.
 */
import { pow } from "../math/exp-log";
import { Column } from "../memory/column";
import { series } from "./moments";

export function covariance(n: i32, rows: i32, x: Column, lambda: f64, out: Column): void {
  const fresh = 1.0 - lambda;
  for (let i = 0; i < n; i++) {
    const a = series(rows, x, i);
    for (let j = 0; j <= i; j++) {
      const b = series(rows, x, j);
      let value = a[0] * b[0];
      for (let t = 1; t < rows; t++) value = lambda * value + fresh * (a[t] * b[t]);
      out[i * n + j] = value;
      out[j * n + i] = value;
    }
  }
}

/**
 * How many equally weighted rows are worth as much: 1 / Σ weight², with weights λ^(rows−1), (1 − λ)·λ^(rows−2), …, 1 − λ.
 * Tends to (1 + λ)/(1 − λ). Source: Kish (1965), Survey Sampling, §11.7.
 */
export function effectiveRows(rows: i32, lambda: f64): f64 {
  let squares: f64 = 1.0;
  const fresh = (1.0 - lambda) * (1.0 - lambda);
  for (let t = 1; t < rows; t++) squares = lambda * lambda * squares + fresh;
  return 1.0 / squares;
}

/** λ at which a row's weight has halved after so many rows: 2^(−1/h). */
export function decay(halfLife: f64): f64 {
  return pow(0.5, 1.0 / halfLife);
}
