/**
 * Concentration: a position that is large against its market weighs more, and hedges one that is not less.
 *
 * Source: ISDA SIMM methodology, delta and vega margin.
 */

/** CR = max(1, √(|s| / T)). */
export function concentration(s: number, threshold: number): number {
  return Math.max(1, Math.sqrt(Math.abs(s) / threshold));
}

/** f = min(CR_k, CR_l) / max(CR_k, CR_l); g for buckets is the same. */
export function similarity(a: number, b: number): number {
  return Math.min(a, b) / Math.max(a, b);
}
