/**
 * GARCH(1,1) of zero mean, to standardise returns before their correlations are looked at.
 *
 *   h_1 = variance of the returns    h_t = ω + α·r²_{t−1} + β·h_{t−1}    ε_t = r_t/√h_t
 *
 * Where ω is not given it follows from the variance, ω = s²·(1 − α − β), and α, β maximise the normal likelihood: variance targeting.
 * Sources: Bollerslev (1986), J. Econometrics 31; Engle & Mezrich (1996), GARCH for groups, Risk 9.
 */
import { Column } from "../memory/column";
import { log } from "../math/exp-log";
import { dot, total } from "../math/vectors";
import * as persistence from "./persistence";

const START_ALPHA: f64 = 0.05;
const START_BETA: f64 = 0.9;

/** Σ(r − mean)²/rows: where the recursion starts. */
export function variance(rows: i32, r: Column): f64 {
  const mean = total(rows, r) / <f64>rows;
  let sum: f64 = 0.0;
  for (let t = 0; t < rows; t++) sum += (r[t] - mean) * (r[t] - mean);
  return sum / <f64>rows;
}

/** ε [rows] into `out`; returns the variance after the last row. */
export function standardise(rows: i32, r: Column, omega: f64, alpha: f64, beta: f64, out: Column): f64 {
  let h = variance(rows, r);
  for (let t = 0; t < rows; t++) {
    out[t] = r[t] / Math.sqrt(h);
    h = omega + alpha * (r[t] * r[t]) + beta * h;
  }
  return h;
}

let fitRows = 0;
let fitReturns = changetype<Column>(0);
let fitStart: f64 = 0.0;
let fitTarget: f64 = 0.0;

function likelihood(alpha: f64, beta: f64): f64 {
  const omega = fitTarget * (1.0 - alpha - beta);
  let h = fitStart;
  let sum: f64 = 0.0;
  for (let t = 0; t < fitRows; t++) {
    const square = fitReturns[t] * fitReturns[t];
    sum -= 0.5 * (log(h) + square / h);
    h = omega + alpha * square + beta * h;
  }
  return sum;
}

/** ω, α, β into `out` [3]. */
export function fit(rows: i32, r: Column, out: Column): void {
  fitRows = rows;
  fitReturns = r;
  fitStart = variance(rows, r);
  fitTarget = dot(rows, r, r) / <f64>rows;
  persistence.maximize(likelihood, START_ALPHA, START_BETA);
  out[0] = fitTarget * (1.0 - persistence.a - persistence.b);
  out[1] = persistence.a;
  out[2] = persistence.b;
}
