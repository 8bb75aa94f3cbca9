/**
 * Curvature from vega: how far a book's gamma may take it, when all that is known is its vega by expiry.
 *
 * Source: ISDA SIMM methodology, curvature margin.
 */
import { Z_995 } from "./quantiles.ts";
import { flooredRoot, sum } from "./nested.ts";

/** Days to an expiry: 2w = 14, n months = n·365/12, n years = 365·n. */
export function daysOf(tenor: string): number {
  const count = Number(tenor.slice(0, -1));
  switch (tenor.at(-1)) {
    case "w":
      return 7 * count;
    case "m":
      return (count * 365) / 12;
    case "y":
      return 365 * count;
    default:
      throw new Error(`no tenor: ${tenor}`);
  }
}

/** SF(t) = 0.5·min(1, D/t), D = 14 days for ten-day margin and 1.4 for one-day. */
export function scaling(tenor: string, horizon: 1 | 10): number {
  return 0.5 * Math.min(1, (1.4 * horizon) / daysOf(tenor));
}

export interface Tail {
  /** θ = min(Σ CVR / Σ |CVR|, 0). */
  theta: number;
  /** λ = (Φ⁻¹(0.995)² − 1)·(1 + θ) − θ. */
  lambda: number;
  /** Σ CVR. */
  sum: number;
  /** √(Σ K² + Σ γ²·S·S). */
  root: number;
  /** max(Σ CVR + λ·root, 0). */
  margin: number;
}

/** @param cvr by factor, of all buckets that `squared` = Σ K² + Σ γ²·S·S comes from */
export function tail(cvr: readonly number[], squared: number): Tail {
  const total = sum(cvr);
  const gross = sum(cvr.map(Math.abs));
  const theta = gross === 0 ? 0 : Math.min(total / gross, 0);
  const lambda = (Z_995 * Z_995 - 1) * (1 + theta) - theta;
  const root = flooredRoot(squared);
  return { theta, lambda, sum: total, root, margin: Math.max(total + lambda * root, 0) };
}
