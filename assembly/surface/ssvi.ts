/**
 * SSVI: slices that share one shape, with θ the total variance at the money, ρ its tilt and φ its width.
 *
 *   w(k) = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²))
 *
 * All dimensionless; θ > 0, |ρ| < 1, φ > 0. In eSSVI ρ and φ are each expiry's own. A slice is raw SVI with
 * a = θ(1 − ρ²)/2, b = θφ/2, m = −ρ/φ, σ = √(1 − ρ²)/φ, so everything in svi.ts holds for it.
 *
 * Sources: Gatheral & Jacquier (2014), §4; Hendriks & Martini (2019), The extended SSVI volatility surface.
 */
import { pow } from "../math/exp-log";
import * as lanes from "../math/lanes";
import { rootOfOneMinusSquare, Slice } from "./svi";

/** w(k). */
@inline export function totalVariance<T>(k: T, theta: T, rho: T, phi: T): T {
  const one = lanes.splat<T>(1.0);
  const shifted = lanes.mulAdd<T>(phi, k, rho);
  const rest = lanes.mul<T>(lanes.sub<T>(one, rho), lanes.add<T>(one, rho));
  const root = lanes.sqrt<T>(lanes.mulAdd<T>(shifted, shifted, rest));
  const sum = lanes.add<T>(lanes.mulAdd<T>(lanes.mul<T>(rho, phi), k, one), root);
  return lanes.mul<T>(lanes.mul<T>(lanes.splat<T>(0.5), theta), sum);
}

/** The slice as raw SVI. */
export function toRaw(theta: f64, rho: f64, phi: f64, out: Slice): void {
  out.a = 0.5 * theta * (1.0 - rho) * (1.0 + rho);
  out.b = 0.5 * theta * phi;
  out.rho = rho;
  out.m = -rho / phi;
  out.sigma = rootOfOneMinusSquare(rho) / phi;
}

/**
 * The power law φ(θ) = η/(θ^γ·(1 + θ)^(1 − γ)); η > 0, 0 < γ ≤ ½.
 *
 * With one ρ, and θ rising with expiry, the whole surface is free of static arbitrage where η(1 + |ρ|) ≤ 2.
 * Source: Gatheral & Jacquier (2014), remark 4.4.
 */
export function powerLaw(theta: f64, eta: f64, gamma: f64): f64 {
  return eta / (pow(theta, gamma) * pow(1.0 + theta, 1.0 - gamma));
}

/** θφ(1 + |ρ|): below 4, Lee's bound on the steeper wing (twice its slope). Necessary. */
export function wingCondition(theta: f64, rho: f64, phi: f64): f64 {
  return theta * phi * (1.0 + f64.abs(rho));
}

/** θφ²(1 + |ρ|): at most 4. Necessary only where `wingCondition` is 4. */
export function bodyCondition(theta: f64, rho: f64, phi: f64): f64 {
  return theta * phi * phi * (1.0 + f64.abs(rho));
}

/** Do both conditions hold? Then the slice has no butterfly; without them it may still have none. Theorem 4.2. */
export function isButterflyFree(theta: f64, rho: f64, phi: f64): bool {
  return (wingCondition(theta, rho, phi) < 4.0) & (bodyCondition(theta, rho, phi) <= 4.0);
}

/** The largest φ that both conditions allow; the wing stays at 0.99 of Lee's bound. */
export function largestPhi(theta: f64, rho: f64): f64 {
  const x = theta * (1.0 + f64.abs(rho));
  const body = 2.0 / f64.sqrt(x);
  // a rounding above 4 would break the rule that it is made for
  return min(3.96 / x, body * (1.0 - 4.44e-16));
}

/**
 * Can the far slice lie above the near one at every k? With Θ = θ₂/θ₁, Φ = φ₂/φ₁:
 *
 *   Θ ≥ 1 and ΘΦ ≥ max((1 + ρ₁)/(1 + ρ₂), (1 − ρ₁)/(1 − ρ₂))      at the money and in the two wings
 *
 * Necessary: false proves that they cross. Source: Hendriks & Martini (2019), proposition 3.5.
 */
export function mayBeOrdered(theta1: f64, rho1: f64, phi1: f64, theta2: f64, rho2: f64, phi2: f64): bool {
  const wings = (theta2 * phi2) / (theta1 * phi1);
  return (theta2 >= theta1) & (wings * (1.0 + rho2) >= 1.0 + rho1) & (wings * (1.0 - rho2) >= 1.0 - rho1);
}

/**
 * Does the far slice lie above the near one at every k? `mayBeOrdered`, and
 *
 *   Φ ≤ 1 or (ΘΦρ₂ − ρ₁)² ≤ (Θ − 1)(ΘΦ² − 1)
 *
 * Sufficient: false proves nothing.
 */
export function isOrdered(theta1: f64, rho1: f64, phi1: f64, theta2: f64, rho2: f64, phi2: f64): bool {
  const theta = theta2 / theta1;
  const phi = phi2 / phi1;
  const tilt = theta * phi * rho2 - rho1;
  const holds = (phi <= 1.0) | ((tilt * tilt <= (theta - 1.0) * (theta * phi * phi - 1.0)) & (theta * phi * phi >= 1.0));
  return mayBeOrdered(theta1, rho1, phi1, theta2, rho2, phi2) & holds;
}
