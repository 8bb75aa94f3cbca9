/** What a report says of a fitted slice: vols, skew, strikes by delta. Formulas of the slice itself are in assembly/surface/svi.ts. */
import type { SliceFit, Svi } from "../lab/types.ts";

export type Smile = Pick<SliceFit, "svi" | "tau">;

/** w(k). */
export function totalVariance({ a, b, rho, m, sigma }: Svi, k: number): number {
  const x = k - m;
  return a + b * (rho * x + Math.sqrt(x * x + sigma * sigma));
}

/** σ(k), annualised. */
export function volAt({ svi, tau }: Smile, k: number): number {
  return Math.sqrt(totalVariance(svi, k) / tau);
}

/** w at any time between, before and beyond the slices: linear in time at fixed k, as the repricer has it (docs/model-format.md). */
export function totalVarianceAt(slices: readonly Smile[], k: number, tau: number): number {
  const after = slices.findIndex((slice) => slice.tau >= tau);
  const [i, j] = after <= 0 ? [0, after < 0 ? slices.length - 1 : 0] : [after - 1, after];
  const [near, far] = after < 0 && slices.length > 1 ? [slices.at(-2)!, slices.at(-1)!] : [slices[i]!, slices[j]!];
  const w = totalVariance(far.svi, k);
  if (near === far) return (w * tau) / far.tau;
  return w + ((w - totalVariance(near.svi, k)) * (tau - far.tau)) / (far.tau - near.tau);
}

/** N⁻¹(0.75) and N⁻¹(0.9): d₁ of a put with delta −0.25, −0.1. */
const D1 = { 25: 0.6744897501960817, 10: 1.2815515655446004 };

/**
 * k of the option whose forward delta N(d₁) is 25 or 10 % (call), −25 or −10 % (put):
 *
 *   k = ±d·√w(k) + w(k)/2
 *
 * by bisection: vols of an admissible smile let the right-hand side grow more slowly than k. NaN where none is within ±5.
 */
export function strikeOfDelta({ svi }: Smile, delta: 25 | 10, callPut: 1 | -1): number {
  const excess = (k: number) => {
    const w = totalVariance(svi, k);
    return k - callPut * D1[delta] * Math.sqrt(w) - w / 2;
  };
  let [low, high] = [-5, 5];
  if (!(excess(low) < 0 && excess(high) > 0)) return NaN;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** In vols: at the money, call less put at 25 % delta, and how far both lie above the money on average. */
export function pillars(slice: Smile): { atm: number; riskReversal: number; butterfly: number } {
  const atm = volAt(slice, 0);
  const call = volAt(slice, strikeOfDelta(slice, 25, 1));
  const put = volAt(slice, strikeOfDelta(slice, 25, -1));
  return { atm, riskReversal: call - put, butterfly: (call + put) / 2 - atm };
}
