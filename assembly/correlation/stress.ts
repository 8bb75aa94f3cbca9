/**
 * Correlation matrices under stress. The first two are positive semidefinite where R is; Basel's need not be.
 *
 *   up     (1 − γ)·R + γ·s·s′    s_i = sign of the exposure to i, so that the portfolio's own netting fails
 *   down   (1 − γ)·R + γ·I       diversification by name, and hedges by proxy, break down
 *   high   min(1.25·ρ, 1)        low   max(2ρ − 1, 0.75·ρ)
 *
 * Source of high and low: Basel Committee, MAR21.6 (January 2019). They are held at −1, which the text, written for ρ ≥ 0, does not need.
 */
import { Column } from "../memory/column";

/** @param exposure [n]; one that is 0 counts as long: whatever it is, it moves no sum */
export function up(n: i32, matrix: Column, gamma: f64, exposure: Column, out: Column): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const sign: f64 = exposure[i] < 0 == exposure[j] < 0 ? 1.0 : -1.0;
      out[i * n + j] = i == j ? 1.0 : (1.0 - gamma) * matrix[i * n + j] + gamma * sign;
    }
  }
}

export function breakDown(n: i32, matrix: Column, gamma: f64, out: Column): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = i == j ? 1.0 : (1.0 - gamma) * matrix[i * n + j];
}

export function high(n: i32, matrix: Column, out: Column): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = i == j ? 1.0 : max(-1.0, min(1.25 * matrix[i * n + j], 1.0));
}

export function low(n: i32, matrix: Column, out: Column): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const rho = matrix[i * n + j];
      out[i * n + j] = i == j ? 1.0 : max(2.0 * rho - 1.0, 0.75 * rho);
    }
  }
}
