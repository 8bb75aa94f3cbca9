/** What `lab.calibrate.correlation` and `lab.correlation` take and give. */
import type { Matrix } from "./matrix.ts";

/** Returns of several names at the same moments. */
export interface Returns {
  names: readonly string[];
  /** A row for each moment: the return of each name over the step that ends there. */
  rows: readonly (readonly number[])[];
  /** Of the rows, rising: `2026-02-05`, or ISO 8601 moments with a zone. */
  dates?: readonly string[];
}

/**
 * - `sample`: divisor rows − 1. `ewma`: exponentially weighted, zero mean.
 * - `constant-correlation`, `ledoit-wolf`, `oas`, `one-parameter`, `two-parameter`, `diagonal`, `market`: linear shrinkage to a target.
 * - `qis`, `gis`, `lis`: nonlinear shrinkage of the eigenvalues.
 * - `dcc`, `cdcc`: dynamic conditional correlation, Engle's and Aielli's, over GARCH(1,1); the forecast after the last row.
 * - `kendall`: sin(πτ/2) of rank correlations, with the sample's volatilities: little moved by outliers, and not always positive semidefinite.
 */
export const ESTIMATORS = [
  "sample",
  "ewma",
  "constant-correlation",
  "ledoit-wolf",
  "oas",
  "one-parameter",
  "two-parameter",
  "diagonal",
  "market",
  "qis",
  "gis",
  "lis",
  "dcc",
  "cdcc",
  "kendall",
] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** h_t = omega + alpha·r² + beta·h. */
export interface Garch {
  omega: number;
  alpha: number;
  beta: number;
}

export const REPAIRS = ["nearest", "shrink", "spectral"] as const;
export type RepairMethod = (typeof REPAIRS)[number];

export interface DccOptions {
  /** Of each name; default: fitted, with the variance targeted. */
  garch?: readonly Garch[];
  /** Weight of the last row and persistence, ≥ 0 and together < 1. Both or none; default: fitted. */
  a?: number;
  b?: number;
  /** Q̄; default: by the estimator. */
  target?: Matrix;
}

export interface CorrelationOptions extends DccOptions {
  /** Default: `constant-correlation` up to 20 names, `qis` above. */
  estimator?: Estimator;
  /** Of `ewma`: weight that a row keeps from one to the next, in (0, 1). Default 0.97, or 0.99 where the dates are an hour apart or less. */
  lambda?: number;
  /** In its place: rows after which a weight has halved, > 0. */
  halfLife?: number;
  /** What to do with an estimate that is not positive semidefinite. Default: an error, which tells what each repair would change. */
  repair?: RepairMethod;
}

export interface Repaired {
  method: RepairMethod;
  matrix: number[][];
  /** ‖repaired − given‖, Frobenius. */
  distance: number;
  /** Of the matrix as given, with ones on its diagonal. */
  smallestEigenvalue: number;
  /** Of `shrink`: weight of the identity. */
  alpha?: number;
  /** Of `nearest`: steps, an eigen-decomposition each; one more is for the result. */
  iterations?: number;
}

export interface CorrelationParameters {
  /** Weight of the target. */
  shrinkage?: number;
  lambda?: number;
  a?: number;
  b?: number;
  garch?: Garch[];
  /** How Q̄ was made: second moments of the residuals, those shrunk by QIS, or given. */
  target?: "moments" | "qis" | "given";
  /** By which a and b were fitted: over all names, or over neighbouring pairs. Absent where they were given. */
  likelihood?: "full" | "composite";
  /** Of all correlations, at a and b. */
  logLikelihood?: number;
  /**
   * The fit ended at an edge: `a`, where a is 0, correlations do not move and b means nothing; `a + b`, where they are 1 together and
   * correlations do not come back to Q̄.
   */
  boundary?: "a" | "a + b";
}

export interface CorrelationFit {
  format: 1;
  kind: "correlation";
  names: string[];
  /** Rows used. */
  rows: number;
  /** First and last date, where dates were given. */
  from?: string;
  to?: string;
  estimator: Estimator;
  parameters: CorrelationParameters;
  /** How many rows of equal weight the estimate is worth: `rows`, of `ewma` 1/Σ weight². */
  effectiveRows: number;
  /** Mean return per row. Taken off before anything else, but by `ewma`, `dcc` and `cdcc`. */
  mean: number[];
  /** Per row, not annualised. */
  volatility: number[];
  correlation: number[][];
  covariance: number[][];
  /** Of the correlation matrix, ascending. */
  eigenvalues: number[];
  smallestEigenvalue: number;
  /** Largest over smallest eigenvalue; null where the smallest is 0 to rounding. */
  conditionNumber: number | null;
  /** Only where the estimate had to be repaired, and `repair` said how: what was done to its correlations. */
  repaired?: Omit<Repaired, "matrix">;
}

export interface CorrelationPath {
  /** ρ of the pair in each row. */
  rho: number[];
  /** R after the last row. */
  forecast: number[][];
  /** Variances after the last row. */
  variance: number[];
  target: number[][];
  parameters: CorrelationParameters;
}

export interface Stressed {
  matrix: number[][];
  smallestEigenvalue: number;
  /** Where it was not positive semidefinite and `repair` said how. */
  repaired?: Omit<Repaired, "matrix">;
}
