/** Figures of a fitted slice, in plain JavaScript: its own arithmetic, apart from the core's, so that a study checks and does not repeat. */
import type { SliceFit, Svi } from "../bindings/lab/types.ts";

export function totalVariance(k: number, { a, b, rho, m, sigma }: Svi): number {
  const x = k - m;
  return a + b * (rho * x + Math.sqrt(x * x + sigma * sigma));
}
export const vol = (k: number, { svi, tau }: SliceFit) => Math.sqrt(totalVariance(k, svi) / tau);

/** Durrleman's g; below 0 is a butterfly. */
function durrleman(k: number, slice: Svi): number {
  const { b, rho, m, sigma } = slice;
  const x = k - m;
  const h = Math.sqrt(x * x + sigma * sigma);
  const w = totalVariance(k, slice);
  const w1 = b * (rho + x / h);
  const w2 = (b * sigma * sigma) / h ** 3;
  return (1 - (k * w1) / (2 * w)) ** 2 - ((w1 * w1) / 4) * (1 / w + 0.25) + w2 / 2;
}

const PLACES = 2000;

/** 2 001 places over ±20√w₀ (at least twice the quotes' reach), and 400 around m: neither the fitter's places nor those of its check. */
export function places({ svi, points }: SliceFit): number[] {
  const reach = Math.max(...points.map(({ logMoneyness }) => Math.abs(logMoneyness)), 0);
  const radius = Math.max(20 * Math.sqrt(totalVariance(0, svi)), 2 * reach);
  const even = Array.from({ length: PLACES + 1 }, (_, i) => -radius + (2 * radius * i) / PLACES);
  const around = Array.from({ length: 401 }, (_, i) => svi.m + 5 * svi.sigma * ((i - 200) / 200) ** 3);
  return [...even, ...around];
}

export function leastG(slice: SliceFit): number {
  return Math.min(...places(slice).map((k) => durrleman(k, slice.svi)));
}

/** Least w − w of the earlier expiry, over the places of both. */
export function leastGap(slice: SliceFit, earlier: SliceFit): number {
  const at = [...places(slice), ...places(earlier)];
  return Math.min(...at.map((k) => totalVariance(k, slice.svi) - totalVariance(k, earlier.svi)));
}

/** Log-moneyness at which d₁ = `d`: N(d₁) is a call's delta. Bisection; k/√w rises on a slice without butterflies. */
export function atD1(d: number, { svi }: SliceFit): number {
  let low = -5;
  let high = 5;
  for (let i = 0; i < 60; i++) {
    const k = (low + high) / 2;
    const s = Math.sqrt(totalVariance(k, svi));
    if (-k / s + s / 2 > d) low = k;
    else high = k;
  }
  return (low + high) / 2;
}

/** N⁻¹(0.75): the d₁ of a 25Δ put; a call's is its negative. */
const QUARTER = 0.6744897501960817;

/** Vol of the 25Δ call less that of the 25Δ put. */
export const riskReversal = (slice: SliceFit) => vol(atD1(-QUARTER, slice), slice) - vol(atD1(QUARTER, slice), slice);

export const strangle = (slice: SliceFit) => ({
  call: slice.forward * Math.exp(atD1(-QUARTER, slice)),
  put: slice.forward * Math.exp(atD1(QUARTER, slice)),
});

/** Mid vol at the money, straight between the nearest quotes; NaN where quotes are on one side only. */
export function quotedVol({ points }: SliceFit): number {
  const above = points.findIndex(({ logMoneyness }) => logMoneyness >= 0);
  if (above < 1) return NaN;
  const a = points[above - 1]!;
  const b = points[above]!;
  const t = -a.logMoneyness / (b.logMoneyness - a.logMoneyness);
  return a.midVol + t * (b.midVol - a.midVol);
}
