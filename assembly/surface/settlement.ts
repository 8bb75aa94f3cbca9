/**
 * Options that settle on the mean of the index over a last window of length Δ (at Deribit 30 minutes).
 *
 * Such an option is Asian. With τ left and the vol σ, the mean is near lognormal with variance
 *
 *   before the window   σ²·(τ − ⅔Δ)
 *   inside it           the part still open, of length τ, has variance σ²·τ/3, and with the mean Ā over the part gone
 *                       θ(mean − K)⁺ = (τ/Δ)·θ(A − K*)⁺,   K* = (ΔK − (Δ − τ)Ā)/τ
 *
 * K* ≤ 0: a call is exercised for certain, a put for certain not. Without this a short option at the money shows gamma in
 * the last minutes that is no longer there. Times in years; strikes and means in quote per base.
 *
 * In a scenario in which time passes, the mean over the part that passes is the moved forward: of the part o = min(τ, Δ) that
 * was open only the share u/o still varies, and by A alone: variance σ²·(u/o)²·u/3 for u < o, `passedTau`.
 *
 * Source: the variance of the mean of a Brownian motion, ∫∫min(s, u)ds du = ⅓ per unit; Kemna & Vorst (1990), A pricing
 * method for options based on average asset values.
 */
import * as lanes from "../math/lanes";

/** The τ that gives the mean's variance: τ − ⅔Δ, inside the window τ/3; continuous at τ = Δ. Domain: τ, Δ ≥ 0. */
@inline export function effectiveTau<T>(tau: T, window: T): T {
  const inside = lanes.lt<T>(tau, window);
  const third = lanes.mul<T>(tau, lanes.splat<T>(1.0 / 3.0));
  const before = lanes.sub<T>(tau, lanes.mul<T>(window, lanes.splat<T>(2.0 / 3.0)));
  return lanes.select<T>(inside, third, before);
}

/** τ/Δ, the share of the window that is open; 1 before it. */
@inline export function openShare<T>(tau: T, window: T): T {
  return lanes.select<T>(lanes.lt<T>(tau, window), lanes.div<T>(tau, window), lanes.splat<T>(1.0));
}

/** K*, against which the open part is compared; K before the window. NaN at τ = 0 inside it: nothing is open. */
@inline export function openStrike<T>(strike: T, mean: T, tau: T, window: T): T {
  const inside = lanes.lt<T>(tau, window);
  const gone = lanes.mul<T>(lanes.sub<T>(window, tau), mean);
  const open = lanes.div<T>(lanes.sub<T>(lanes.mul<T>(window, strike), gone), tau);
  return lanes.select<T>(inside, lanes.nanUnless<T>(lanes.gt<T>(tau, lanes.splat<T>(0.0)), open), strike);
}

/** The τ that gives the mean's variance when `left` is left of a time whose open part was `open` = min(τ, Δ) > 0. */
@inline export function passedTau(left: f64, open: f64): f64 {
  if (left >= open) return left - open * (2.0 / 3.0);
  const share = left / open;
  return (share * share * left) / 3.0;
}
