/**
 * The risk-neutral density that a slice implies, and what it prices.
 *
 *   p(k) = g(k)/√(2πw)·e^(−d₂²/2),   d₂ = −k/√w − √w/2
 *
 * k = ln(F_T/F), p per unit of k. ∫p = 1, ∫e^k·p = 1 and ∫(e^k − e^κ)⁺·p = the Black price of a call with K = e^κ·F over F:
 * three numbers that any slip in w, w′ or w″ would spoil, and that fail where a wing is too steep.
 *
 * Source: Gatheral & Jacquier (2014), §2.2.
 */
import { exp, log } from "../math/exp-log";
import * as lanes from "../math/lanes";
import * as normal from "../math/normal";
import { Column } from "../memory/column";
import { durrlemanOf } from "./arbitrage";
import * as svi from "./svi";
import { Slice } from "./svi";

/** p(k) from k, w > 0 and g. */
@inline export function density<T>(k: T, w: T, g: T): T {
  const s = lanes.sqrt<T>(w);
  const d2 = lanes.neg<T>(lanes.add<T>(lanes.div<T>(k, s), lanes.mul<T>(lanes.splat<T>(0.5), s)));
  return lanes.div<T>(lanes.mul<T>(g, normal.densityLanes<T>(d2)), s);
}

/** p(k) of raw SVI. */
@inline export function densityOf<T>(k: T, a: T, b: T, rho: T, m: T, sigma: T): T {
  return density<T>(k, svi.totalVariance<T>(k, a, b, rho, m, sigma), durrlemanOf<T>(k, a, b, rho, m, sigma));
}

/** Beyond |k| = 700 e^k leaves the doubles. */
const FARTHEST: f64 = 700.0;
const MOST_POINTS: f64 = 65536.0;

function asinh(x: f64): f64 {
  const size = f64.abs(x);
  return f64.copysign(log(size + f64.sqrt(size * size + 1.0)), x);
}

/** p(k)·dk/du at k = m + σ·sinh u, of which `up` = e^u and `down` = e^−u. */
@inline function densityAt(slice: Slice, k: f64, up: f64, down: f64): f64 {
  const p = densityOf<f64>(k, slice.a, slice.b, slice.rho, slice.m, slice.sigma);
  return 0.5 * slice.sigma * (up + down) * p;
}

/**
 * Mass, mean and the price of one call, by quadrature.
 *
 *   mass, mean   k = m + σ·sinh u, which turns √((k − m)² + σ²) into σ·cosh u
 *   call         u = u(κ) + ln(1 + e^s), which moves the kink at the strike to s = −∞
 *
 * so that all three integrands are smooth on the whole line, where the trapezoid rule converges faster than any power.
 * Accuracy: 1e-13 where b(1 + |ρ|) ≤ 1 (20,000 random slices); steeper wings leave part of the mean beyond |k| = 700.
 *
 * @param slice  w > 0 everywhere
 * @param strike K/F > 0, of the call
 * @param out    [3] mass, mean, price of the call over F; 1, 1 and Black's price where there is no arbitrage
 */
export function moments(slice: Slice, strike: f64, out: Column): void {
  const m = slice.m;
  const sigma = slice.sigma;
  const width = f64.sqrt(svi.leastTotalVariance(slice.a, slice.b, slice.rho, sigma)) / sigma;
  const reach = asinh((FARTHEST + f64.abs(m)) / sigma);
  // a twenty-fifth of the narrowest bump; half again as much leaves 1e-9
  const step = max(min(0.02, 0.04 * width), (2.0 * reach) / MOST_POINTS);
  const n = <i32>(reach / step) + 1;
  let mass = 0.0;
  let mean = 0.0;
  for (let i = -n; i <= n; i++) {
    const up = exp(<f64>i * step);
    const down = 1.0 / up;
    const k = m + 0.5 * sigma * (up - down);
    if (f64.abs(k) > FARTHEST) continue;
    const p = densityAt(slice, k, up, down);
    mass += p;
    mean += p * exp(k);
  }
  const kink = asinh((log(strike) - m) / sigma);
  let call = 0.0;
  // e^2s at the left end is 1e-17
  for (let i = <i32>(-20.0 / step); i <= 2 * n; i++) {
    const grown = exp(<f64>i * step);
    const up = exp(kink + log(1.0 + grown));
    const down = 1.0 / up;
    const k = m + 0.5 * sigma * (up - down);
    if (k > FARTHEST) break;
    call += (max(exp(k) - strike, 0.0) * densityAt(slice, k, up, down) * grown) / (1.0 + grown);
  }
  out[0] = mass * step;
  out[1] = mean * step;
  out[2] = call * step;
}

/** p(k) of one slice for each k [n], into `out` [n]. */
export function densities(n: i32, k: Column, slice: Slice, out: Column): void {
  const from = changetype<usize>(k);
  const to = changetype<usize>(out);
  const end = <usize>n << 3;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const p = densityOf<v128>(v128.load(from + i), f64x2.splat(slice.a), f64x2.splat(slice.b), f64x2.splat(slice.rho), f64x2.splat(slice.m), f64x2.splat(slice.sigma));
    v128.store(to + i, p);
  }
  if (i < end) store<f64>(to + i, densityOf<f64>(load<f64>(from + i), slice.a, slice.b, slice.rho, slice.m, slice.sigma));
}
