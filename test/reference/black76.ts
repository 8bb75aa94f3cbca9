/**
 * Black-76 in plain f64: undiscounted forward F, strike K, volatility σ, τ years, discount D.
 *
 *   V = D·θ·(F·N(θd₁) − K·N(θd₂)),  d₁ = ln(F/K)/s + s/2,  d₂ = d₁ − s,  s = σ√τ
 *
 * The normal distribution is summed as a series or a continued fraction, slow and self-evident, so that it shares
 * nothing with the core's rational approximations.
 */
export type CallPut = 1 | -1;

const rootTwoPi = Math.sqrt(2 * Math.PI);

/** n(x), the standard normal density. */
export function density(x: number): number {
  return Math.exp((-x * x) / 2) / rootTwoPi;
}

/**
 * N(x), the standard normal distribution.
 *
 * |x| < 2.5: 1/2 + n(x)·(x + x³/3 + x⁵/(3·5) + …), Marsaglia (2004), Evaluating the normal distribution, J. Stat. Software 11(4).
 * Tails: n(x)/(x + 1/(x + 2/(x + 3/(x + …)))), Abramowitz & Stegun 26.2.14.
 * Accuracy: 1e-16 absolute, 2e-14 relative in the left tail.
 */
export function distribution(x: number): number {
  if (x > 0) return 1 - distribution(-x);
  if (x < -38.5) return 0; // below the smallest f64
  if (x > -2.5) {
    let term = x;
    let sum = x;
    for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density(x) * sum;
  }
  let tail = -x;
  for (let k = 300; k >= 1; k--) tail = -x + k / tail;
  return density(x) / tail;
}

/** d₁; needs F, K, σ, τ > 0. */
function d1(forward: number, strike: number, vol: number, tau: number): number {
  const stdDev = vol * Math.sqrt(tau);
  return Math.log(forward / strike) / stdDev + stdDev / 2;
}

/** Without time or volatility, or at a forward of 0, an option is worth its intrinsic value. */
function isIntrinsic(forward: number, vol: number, tau: number): boolean {
  return !(vol > 0 && tau > 0 && forward > 0);
}

/** Value of an option on one unit of base, in quote currency. */
export function price(
  callPut: CallPut,
  forward: number,
  strike: number,
  vol: number,
  tau: number,
  discount: number,
): number {
  if (isIntrinsic(forward, vol, tau)) return discount * Math.max(callPut * (forward - strike), 0);
  const a = d1(forward, strike, vol, tau);
  const b = a - vol * Math.sqrt(tau);
  return discount * callPut * (forward * distribution(callPut * a) - strike * distribution(callPut * b));
}

/** ∂V/∂F: D·N(d₁) of a call, D·(N(d₁) − 1) of a put. */
export function delta(
  callPut: CallPut,
  forward: number,
  strike: number,
  vol: number,
  tau: number,
  discount: number,
): number {
  if (isIntrinsic(forward, vol, tau)) return callPut * (forward - strike) > 0 ? discount * callPut : 0;
  return discount * callPut * distribution(callPut * d1(forward, strike, vol, tau));
}

/** ∂²V/∂F² = D·n(d₁)/(F·s). */
export function gamma(forward: number, strike: number, vol: number, tau: number, discount: number): number {
  if (isIntrinsic(forward, vol, tau)) return 0;
  return (discount * density(d1(forward, strike, vol, tau))) / (forward * vol * Math.sqrt(tau));
}

/** ∂V/∂σ per 1.00 of volatility: D·F·n(d₁)·√τ. */
export function vega(forward: number, strike: number, vol: number, tau: number, discount: number): number {
  if (isIntrinsic(forward, vol, tau)) return 0;
  return discount * forward * density(d1(forward, strike, vol, tau)) * Math.sqrt(tau);
}

/** ∂V/∂t per year with F fixed: −D·F·n(d₁)·σ/(2√τ) + r·V, r = −ln(D)/τ. */
export function theta(
  callPut: CallPut,
  forward: number,
  strike: number,
  vol: number,
  tau: number,
  discount: number,
): number {
  if (isIntrinsic(forward, vol, tau)) return 0;
  const decay = (discount * forward * density(d1(forward, strike, vol, tau)) * vol) / (2 * Math.sqrt(tau));
  return (-Math.log(discount) / tau) * price(callPut, forward, strike, vol, tau, discount) - decay;
}
