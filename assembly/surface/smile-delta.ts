/**
 * Delta of an option whose vol moves with the forward.
 *
 *   dV/dF = D·θN(θd₁) + vega·(R·skew₀ − ∂σ/∂k)/F,   vega = D·F·φ(d₁)·√τ
 *
 * ∂σ/∂k is the smile's slope at the option's own k = ln(K/F), skew₀ that at k = 0, and R the skew-stickiness ratio
 * (dσ_ATM/d ln F)/skew₀: how much of its own skew the vol at the money follows when the forward moves.
 *
 *   R = 0          sticky moneyness: the smile moves with the forward
 *   R = 1          sticky strike to first order; exactly so in `stickyStrike`, which is Black's delta
 *   R ≈ 2          local volatility
 *
 * Per 1 quote, discounted, per 1 base. Domain: F, K, σ, τ > 0; NaN else.
 *
 * Source: Bergomi (2009), Smile dynamics IV, for R; Hagan et al. (2002), Managing smile risk, for the correction.
 */
import * as expLog from "../math/exp-log";
import * as lanes from "../math/lanes";
import * as normal from "../math/normal";
import { Column } from "../memory/column";
import * as svi from "./svi";
import { Slice } from "./svi";

/** d₁ = ln(F/K)/(σ√τ) + σ√τ/2; NaN outside the domain. */
@inline function d1Of<T>(forward: T, strike: T, sqrtTau: T, vol: T): T {
  const s = lanes.mul<T>(vol, sqrtTau);
  const least = lanes.pmin<T>(lanes.pmin<T>(forward, strike), s);
  const d1 = lanes.mulAdd<T>(lanes.splat<T>(0.5), s, lanes.div<T>(expLog.logRatio<T>(forward, strike), s));
  return lanes.nanUnless<T>(lanes.gt<T>(least, lanes.splat<T>(0.0)), d1);
}

/** The delta where the option's vol stays as it is: D·θN(θd₁). */
@inline export function stickyStrike<T>(forward: T, strike: T, sqrtTau: T, vol: T, discount: T, callPut: T): T {
  const d1 = d1Of<T>(forward, strike, sqrtTau, vol);
  const N = normal.distributionLanes<T>(lanes.mul<T>(callPut, d1));
  return lanes.mul<T>(lanes.mul<T>(discount, callPut), lanes.nanUnless<T>(lanes.eq<T>(d1, d1), N));
}

/**
 * The delta for any skew-stickiness ratio.
 *
 * @param skew       ∂σ/∂k at the option's k, vol per unit of log-moneyness
 * @param skewAtm    the same at k = 0
 * @param stickiness R
 */
@inline export function smileDelta<T>(forward: T, strike: T, sqrtTau: T, vol: T, discount: T, callPut: T, skew: T, skewAtm: T, stickiness: T): T {
  const d1 = d1Of<T>(forward, strike, sqrtTau, vol);
  const N = lanes.nanUnless<T>(lanes.eq<T>(d1, d1), normal.distributionLanes<T>(lanes.mul<T>(callPut, d1)));
  const vegaPerForward = lanes.mul<T>(lanes.mul<T>(discount, sqrtTau), normal.densityLanes<T>(d1));
  const move = lanes.sub<T>(lanes.mul<T>(stickiness, skewAtm), skew);
  return lanes.mulAdd<T>(vegaPerForward, move, lanes.mul<T>(lanes.mul<T>(discount, callPut), N));
}

@inline function deltaAt<T>(strike: T, callPut: T, forward: f64, slice: Slice, tau: f64, discount: f64, skewAtm: f64, stickiness: f64): T {
  const F = lanes.splat<T>(forward);
  const k = expLog.logRatio<T>(strike, F);
  const a = lanes.splat<T>(slice.a);
  const b = lanes.splat<T>(slice.b);
  const rho = lanes.splat<T>(slice.rho);
  const m = lanes.splat<T>(slice.m);
  const sigma = lanes.splat<T>(slice.sigma);
  const t = lanes.splat<T>(tau);
  const vol = svi.vol<T>(k, a, b, rho, m, sigma, t);
  const skew = svi.skew<T>(k, a, b, rho, m, sigma, t);
  const D = lanes.splat<T>(discount);
  return smileDelta<T>(F, strike, lanes.sqrt<T>(t), vol, D, callPut, skew, lanes.splat<T>(skewAtm), lanes.splat<T>(stickiness));
}

/**
 * The delta of each option [n] of one expiry, whose smile is `slice`, into `out` [n].
 *
 * @param strike     [n] quote per base, > 0
 * @param callPut    [n] +1 call, −1 put
 * @param stickiness R
 */
export function smileDeltas(n: i32, forward: f64, strike: Column, callPut: Column, slice: Slice, tau: f64, discount: f64, stickiness: f64, out: Column): void {
  const K = changetype<usize>(strike);
  const theta = changetype<usize>(callPut);
  const to = changetype<usize>(out);
  const skewAtm = svi.skew<f64>(0.0, slice.a, slice.b, slice.rho, slice.m, slice.sigma, tau);
  const end = <usize>n << 3;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16)
    v128.store(to + i, deltaAt<v128>(v128.load(K + i), v128.load(theta + i), forward, slice, tau, discount, skewAtm, stickiness));
  if (i < end) store<f64>(to + i, deltaAt<f64>(load<f64>(K + i), load<f64>(theta + i), forward, slice, tau, discount, skewAtm, stickiness));
}
