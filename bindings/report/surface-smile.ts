/** What a report says of a fitted slice: vols, skew, strikes by delta. Formulas of the slice itself are in assembly/surface/svi.ts. */
import type { SliceFit, Svi } from "../lab/types.ts";

export type Smile = Pick<SliceFit, "svi" | "tau">;
export type Mixture = Omit<NonNullable<SliceFit["mixture"]>, "rmse">;

/** w(k). */
export function totalVariance({ a, b, rho, m, sigma }: Svi, k: number): number {
  const x = k - m;
  return a + b * (rho * x + Math.sqrt(x * x + sigma * sigma));
}

/** σ(k), annualised. */
export function volAt({ svi, tau }: Smile, k: number): number {
  return Math.sqrt(totalVariance(svi, k) / tau);
}

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

/** N(x) to 1e-15, absolute: Marsaglia (2004), Evaluating the normal distribution. */
function distribution(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let sum = x;
  let before = 0;
  for (let n = 3, term = x; sum !== before; n += 2) {
    before = sum;
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / ROOT_TWO_PI;
}

/** Black-76 with σ√τ = `stdDev`. */
function black(forward: number, strike: number, stdDev: number, callPut: 1 | -1): number {
  const d1 = Math.log(forward / strike) / stdDev + stdDev / 2;
  return callPut * (forward * distribution(callPut * d1) - strike * distribution(callPut * (d1 - stdDev)));
}

/** σ(k) of a two-point mixture: the vol whose price is the mixture's, by bisection. */
export function mixtureVolAt({ vol, weight, up, down }: Mixture, tau: number, k: number): number {
  const strike = Math.exp(k);
  const side = k < 0 ? -1 : 1;
  const stdDev = vol * Math.sqrt(tau);
  const price = weight * black(up, strike, stdDev, side) + (1 - weight) * black(down, strike, stdDev, side);
  let [low, high] = [0, 5];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (black(1, strike, middle, side) < price) low = middle;
    else high = middle;
  }
  return high / Math.sqrt(tau);
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
