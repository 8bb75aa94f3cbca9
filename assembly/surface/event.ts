/**
 * Events: how much variance one adds, and the smile of an expiry that spans it.
 *
 * A smile over a two-sided event is W-shaped, which no SVI slice is. It is the mixture of two Black models
 *
 *   V = p·V_Black(uF) + (1 − p)·V_Black(dF),   p·u + (1 − p)·d = 1
 *
 * a jump of the forward to u·F or d·F with mean one, then diffusion at the vol σ. Mixtures of prices are free of arbitrage
 * whatever u, d and p.
 *
 * Sources: Merton (1976), Option pricing when underlying stock returns are discontinuous, with one jump of two sizes;
 * Dubinsky & Johannes (2006), Fundamental uncertainty, earning announcements and equity options.
 */
import { impliedVol } from "../pricing/implied-vol";
import * as black76 from "../pricing/black76";
import { Column } from "../memory/column";

const TWO_OVER_PI: f64 = 0.6366197723675814; // 2/π

/** d from u and p, so that the mean is one; 0 < p < 1, 0 < u < 1/p. */
export function otherJump(up: f64, probability: f64): f64 {
  return (1.0 - probability * up) / (1.0 - probability);
}

/** ln-variance of the jump alone, p(1 − p)·ln²(u/d) given ln(u/d): what it adds to w. */
export function jumpVariance(logRatio: f64, probability: f64): f64 {
  return probability * (1.0 - probability) * logRatio * logRatio;
}

/**
 * Price of one option over the event.
 *
 * @param vol         σ of the diffusion, annualised
 * @param up          u > 0; d follows from u and p, and must be > 0 (NaN otherwise)
 * @param probability p of the jump to u, in [0, 1)
 * @param callPut     θ: +1 call, −1 put
 * @returns quote per base; NaN outside the domain
 */
export function price(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64, up: f64, probability: f64): f64 {
  const down = otherJump(up, probability);
  if (!(up > 0.0 && down > 0.0 && probability >= 0.0 && probability < 1.0)) return NaN;
  const sqrtTau = f64.sqrt(tau);
  const high = black76.priceOfSqrtTau(forward * up, strike, sqrtTau, vol, discount, callPut);
  const low = black76.priceOfSqrtTau(forward * down, strike, sqrtTau, vol, discount, callPut);
  return probability * high + (1.0 - probability) * low;
}

/** Implied vol of that price; the side out of the money is used, where no intrinsic value hides it. */
export function vol(forward: f64, strike: f64, tau: f64, diffusion: f64, up: f64, probability: f64): f64 {
  const side = strike < forward ? -1.0 : 1.0;
  return impliedVol(forward, strike, f64.sqrt(tau), price(forward, strike, tau, diffusion, 1.0, side, up, probability), 1.0, side);
}

/** v_e = (σ₂² − σ₁²)·τ₂: an event between two expiries, where the ambient vol is that of the first. At least 0. */
export function eventVariance(vol1: f64, vol2: f64, tau2: f64): f64 {
  return max((vol2 * vol2 - vol1 * vol1) * tau2, 0.0);
}

/** E|move| = √(2v/π) of a normal move of variance v. */
export function expectedMove(variance: f64): f64 {
  return f64.sqrt(TWO_OVER_PI * variance);
}

/** The vol of an expiry τ away that spans the event: √(σ² + v_e/τ). Without one: σ. */
export function volOverEvent(ambientVol: f64, variance: f64, tau: f64): f64 {
  return f64.sqrt(ambientVol * ambientVol + variance / tau);
}

/**
 * Ambient variance per year and the event's variance, from expiries on both sides: least squares of
 *
 *   w = σ_a²·t + v_e·1{after the event},   σ_a², v_e ≥ 0
 *
 * @param t      [n] years to expiry
 * @param w      [n] total variance at the money
 * @param after  [n] 1 where the expiry spans the event, else 0
 * @param out    [2] σ_a², v_e; NaN where the rows do not tell the two apart
 */
export function splitVariance(n: i32, t: Column, w: Column, after: Column, out: Column): void {
  let tt = 0.0;
  let te = 0.0;
  let ee = 0.0;
  let tw = 0.0;
  let ew = 0.0;
  for (let i = 0; i < n; i++) {
    tt += t[i] * t[i];
    te += t[i] * after[i];
    ee += after[i];
    tw += t[i] * w[i];
    ew += after[i] * w[i];
  }
  const determinant = tt * ee - te * te;
  let ambient = (tw * ee - ew * te) / determinant;
  let event = (ew * tt - tw * te) / determinant;
  // with two unknowns the bound that is broken binds
  if (event < 0.0) {
    event = 0.0;
    ambient = tw / tt;
  } else if (ambient < 0.0) {
    ambient = 0.0;
    event = ew / ee;
  }
  const isTold = determinant > 1e-12 * tt * ee;
  out[0] = isTold ? ambient : NaN;
  out[1] = isTold ? event : NaN;
}
