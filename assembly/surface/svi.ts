/**
 * Raw SVI: the total variance of one expiry, with its derivatives and its other coordinates.
 *
 *   w(k) = a + b·(ρ(k − m) + h),   h = √((k − m)² + σ²)
 *
 * k = ln(K/F); w = vol²·tau, dimensionless; a, b, m, σ likewise. `a b rho m sigma` are the raw parameters here and
 * nowhere mean anything else.
 *
 * Admissible: b ≥ 0, |ρ| < 1, σ > 0, w ≥ 0 at its minimum a + bσ√(1 − ρ²), b(1 + |ρ|) ≤ 2 (Lee). The kernels do not
 * check: they give the value of the formula, NaN for a vol of negative variance.
 *
 * Those generic in T take one value (f64, the definition) or two (v128) with the same bits.
 *
 * Source: Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, §3; Lee (2004), The moment formula for
 * implied volatility at extreme strikes.
 */
import * as lanes from "../math/lanes";
import { Column } from "../memory/column";

/** Lee: the slope of w cannot pass 2 in a wing. (The 4 in some texts bounds SSVI's θφ(1 + |ρ|), twice the slope.) */
export const LEE_SLOPE: f64 = 2.0;

/** w(k). */
@inline export function totalVariance<T>(k: T, a: T, b: T, rho: T, m: T, sigma: T): T {
  const x = lanes.sub<T>(k, m);
  const h = lanes.sqrt<T>(lanes.mulAdd<T>(x, x, lanes.mul<T>(sigma, sigma)));
  return lanes.mulAdd<T>(b, lanes.mulAdd<T>(rho, x, h), a);
}

/** w′(k) = b·(ρ + (k − m)/h). */
@inline export function slope<T>(k: T, b: T, rho: T, m: T, sigma: T): T {
  const x = lanes.sub<T>(k, m);
  const h = lanes.sqrt<T>(lanes.mulAdd<T>(x, x, lanes.mul<T>(sigma, sigma)));
  return lanes.mul<T>(b, lanes.add<T>(rho, lanes.div<T>(x, h)));
}

/** w″(k) = b·σ²/h³. */
@inline export function curvature<T>(k: T, b: T, m: T, sigma: T): T {
  const x = lanes.sub<T>(k, m);
  const s2 = lanes.mul<T>(sigma, sigma);
  const h2 = lanes.mulAdd<T>(x, x, s2);
  return lanes.div<T>(lanes.mul<T>(b, s2), lanes.mul<T>(h2, lanes.sqrt<T>(h2)));
}

/** σ(k) = √(w/τ), per √year; τ > 0. NaN for w < 0. */
@inline export function vol<T>(k: T, a: T, b: T, rho: T, m: T, sigma: T, tau: T): T {
  return lanes.sqrt<T>(lanes.div<T>(totalVariance<T>(k, a, b, rho, m, sigma), tau));
}

/** ∂σ/∂k = w′/(2√(wτ)), vol per unit of log-moneyness; w, τ > 0. */
@inline export function skew<T>(k: T, a: T, b: T, rho: T, m: T, sigma: T, tau: T): T {
  const w = totalVariance<T>(k, a, b, rho, m, sigma);
  const twice = lanes.mul<T>(lanes.splat<T>(2.0), lanes.sqrt<T>(lanes.mul<T>(w, tau)));
  return lanes.div<T>(slope<T>(k, b, rho, m, sigma), twice);
}

/** √(1 − ρ²), without cancellation for ρ near ±1. */
@inline export function rootOfOneMinusSquare(rho: f64): f64 {
  return f64.sqrt((1.0 - rho) * (1.0 + rho));
}

/** The least w: a + bσ√(1 − ρ²). */
export function leastTotalVariance(a: f64, b: f64, rho: f64, sigma: f64): f64 {
  return a + b * sigma * rootOfOneMinusSquare(rho);
}

/** Where w is least: m − ρσ/√(1 − ρ²). */
export function leastAt(rho: f64, m: f64, sigma: f64): f64 {
  return m - (rho * sigma) / rootOfOneMinusSquare(rho);
}

/** The steeper wing's slope, b(1 + |ρ|). */
export function steepestSlope(b: f64, rho: f64): f64 {
  return b * (1.0 + f64.abs(rho));
}

/** Does every rule of the header hold? NaN holds none. */
export function isAdmissible(a: f64, b: f64, rho: f64, m: f64, sigma: f64): bool {
  return (
    (b >= 0.0) & (f64.abs(rho) < 1.0) & (sigma > 0.0) & (sigma < Infinity) & (f64.abs(m) < Infinity) &
    (leastTotalVariance(a, b, rho, sigma) >= 0.0) & (steepestSlope(b, rho) <= LEE_SLOPE)
  );
}

/** One slice in memory; five columns of one row each, so that slices of a surface stand side by side, 40 bytes apart. */
// offset  field  type  meaning
// 0       a      f64   level
// 8       b      f64   ≥ 0, mean slope of the wings
// 16      rho    f64   difference of the wings' slopes over their sum
// 24      m      f64   log-moneyness about which it turns
// 32      sigma  f64   > 0, how wide the turn is
@unmanaged
export class Slice {
  a: f64;
  b: f64;
  rho: f64;
  m: f64;
  sigma: f64;
}
/** Bytes of one slice. */
export const SLICE_BYTES: usize = 40;

@inline function storeRaw(out: Column, a: f64, b: f64, rho: f64, m: f64, sigma: f64): void {
  out[0] = a;
  out[1] = b;
  out[2] = rho;
  out[3] = m;
  out[4] = sigma;
}

/**
 * Natural → raw.
 *
 *   w(k) = Δ + ω/2·(1 + ζρ(k − μ) + √((ζ(k − μ) + ρ)² + 1 − ρ²))
 *   b = ωζ/2,  σ = √(1 − ρ²)/ζ,  m = μ − ρ/ζ,  a = Δ + ω/2·(1 − ρ²)
 *
 * @param zeta ζ > 0
 * @param out  [5] a, b, rho, m, sigma
 * Source: Gatheral & Jacquier (2014), Lemma 3.1.
 */
export function fromNatural(delta: f64, mu: f64, rho: f64, omega: f64, zeta: f64, out: Column): void {
  const root = rootOfOneMinusSquare(rho);
  storeRaw(out, delta + 0.5 * omega * (1.0 - rho) * (1.0 + rho), 0.5 * omega * zeta, rho, mu - rho / zeta, root / zeta);
}

/**
 * Raw → jump-wings, the coordinates that a reader can name and a fit can identify.
 *
 *   v = w₀/τ,  ψ = b/(2√w₀)·(ρ − m/√(m² + σ²)),  p = b(1 − ρ)/√w₀,  c = b(1 + ρ)/√w₀,  ṽ = least w/τ
 *
 * with w₀ = w(0): variance at the money, its skew ∂(σ√τ)/∂k, the slopes of the left and right wing, least variance.
 *
 * @param tau > 0
 * @param out [5] v, psi, p, c, vTilde; v and ṽ per year
 * Source: Gatheral & Jacquier (2014), §3.3.
 */
export function toJumpWings(a: f64, b: f64, rho: f64, m: f64, sigma: f64, tau: f64, out: Column): void {
  const w0 = totalVariance<f64>(0.0, a, b, rho, m, sigma);
  const scale = b / f64.sqrt(w0);
  out[0] = w0 / tau;
  out[1] = 0.5 * scale * (rho - m / f64.sqrt(m * m + sigma * sigma));
  out[2] = scale * (1.0 - rho);
  out[3] = scale * (1.0 + rho);
  out[4] = leastTotalVariance(a, b, rho, sigma) / tau;
}

/**
 * Jump-wings → raw. With q = √(pc), s = √((p + 2ψ)(c − 2ψ)), w₀ = vτ:
 *
 *   b = √w₀(c + p)/2,  ρ = (c − p)/(c + p)
 *   r = √(m² + σ²) = (v − ṽ)τ·((q + s)² + 4ψ²) / (4ψ²√w₀·(c + p))
 *   m = r·(c − p − 4ψ)/(c + p),  σ = 2sr/(c + p),  a = ṽτ − √w₀·σq
 *
 * The source solves for m with α = σ/m and needs a case of its own for m = 0 (its β = 0) where α is infinite; solved for
 * r the case is none, and every sum but v − ṽ is of numbers ≥ 0.
 *
 * Domain: v > 0, p, c > 0, −p/2 < ψ < c/2, ψ ≠ 0, 0 ≤ ṽ < v, τ > 0. NaN outside. At ψ = 0 the least variance is the one at
 * the money, and σ is in none of the five: a caller that moves such a slice must keep its σ.
 *
 * @param out [5] a, b, rho, m, sigma
 * Source: Gatheral & Jacquier (2014), Lemma 3.2.
 */
export function fromJumpWings(v: f64, psi: f64, p: f64, c: f64, vTilde: f64, tau: f64, out: Column): void {
  const left = p + 2.0 * psi;
  const right = c - 2.0 * psi;
  const inDomain = (v > 0.0) & (tau > 0.0) & (p > 0.0) & (c > 0.0) & (left > 0.0) & (right > 0.0) & (psi != 0.0) & (vTilde >= 0.0) & (vTilde < v);
  if (!inDomain) return storeRaw(out, NaN, NaN, NaN, NaN, NaN);
  const root = f64.sqrt(v * tau);
  const wings = c + p;
  const q = f64.sqrt(p * c);
  const s = f64.sqrt(left * right);
  const square = 4.0 * psi * psi;
  const r = ((v - vTilde) * tau * ((q + s) * (q + s) + square)) / (square * root * wings);
  const sigma = (2.0 * s * r) / wings;
  const m = (r * (right - left)) / wings;
  storeRaw(out, vTilde * tau - root * sigma * q, 0.5 * root * wings, (c - p) / wings, m, sigma);
}

/** w(k) of one slice for each k [n], into `out` [n]. */
export function totalVariances(n: i32, k: Column, a: f64, b: f64, rho: f64, m: f64, sigma: f64, out: Column): void {
  const from = changetype<usize>(k);
  const to = changetype<usize>(out);
  const end = <usize>n << 3;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const w = totalVariance<v128>(v128.load(from + i), f64x2.splat(a), f64x2.splat(b), f64x2.splat(rho), f64x2.splat(m), f64x2.splat(sigma));
    v128.store(to + i, w);
  }
  if (i < end) store<f64>(to + i, totalVariance<f64>(load<f64>(from + i), a, b, rho, m, sigma));
}

/** σ(k) of one slice for each k [n], into `out` [n]. */
export function vols(n: i32, k: Column, a: f64, b: f64, rho: f64, m: f64, sigma: f64, tau: f64, out: Column): void {
  const from = changetype<usize>(k);
  const to = changetype<usize>(out);
  const end = <usize>n << 3;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const x = vol<v128>(v128.load(from + i), f64x2.splat(a), f64x2.splat(b), f64x2.splat(rho), f64x2.splat(m), f64x2.splat(sigma), f64x2.splat(tau));
    v128.store(to + i, x);
  }
  if (i < end) store<f64>(to + i, vol<f64>(load<f64>(from + i), a, b, rho, m, sigma, tau));
}
