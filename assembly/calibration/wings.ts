/**
 * SVI in the coordinates of a fit: (a, right, left, m, σ), linear in the first three.
 *
 *   w(k) = a + right·(h + y)/2 + left·(h − y)/2,   y = k − m,  h = √(y² + σ²)
 *   right = b(1 + ρ), left = b(1 − ρ): the slopes of the two wings
 *
 * Zeliade's parallelogram 0 ≤ c ≤ 4s, |d| ≤ c, |d| ≤ 4s − c is the box [0, 2]² of the two slopes here, so that its faces are four
 * intervals and its corners four points. Source: De Marco & Martini (2009), Quasi-explicit calibration of Gatheral's SVI, ZWP-0005.
 */
import * as svi from "../surface/svi";
import { Column } from "../memory/column";
import { Slot, setSlot, slot } from "./block";

/** Largest slope of a wing; Lee's bound is 2. */
export const STEEPEST: f64 = 1.98;

/** With fewer quotes the shape of another slice is needed: there are five parameters. */
export const OWN_SHAPE = 6;

export const A = 0;
export const RIGHT = 1;
export const LEFT = 2;
export const M = 3;
export const SIGMA = 4;

@inline export function totalVariance(k: f64, p: Column): f64 {
  const y = k - p[M];
  const h = f64.sqrt(y * y + p[SIGMA] * p[SIGMA]);
  return p[A] + 0.5 * (p[RIGHT] * (h + y) + p[LEFT] * (h - y));
}

/** a + σ√(right·left): the least w. */
@inline export function least(p: Column): f64 {
  return p[A] + p[SIGMA] * f64.sqrt(p[RIGHT] * p[LEFT]);
}

@inline export function copy(from: Column, to: Column): void {
  for (let i = 0; i < 5; i++) to[i] = from[i];
}

/** The header's raw slice at `first` (a, b, ρ, m, σ) → wings. */
export function fromRaw(block: usize, first: Slot, p: Column): void {
  const b = slot(block, first + 1);
  const rho = slot(block, first + 2);
  p[A] = slot(block, first);
  p[RIGHT] = b * (1.0 + rho);
  p[LEFT] = b * (1.0 - rho);
  p[M] = slot(block, first + 3);
  p[SIGMA] = slot(block, first + 4);
}

export function toRaw(p: Column, block: usize, first: Slot): void {
  const b = 0.5 * (p[RIGHT] + p[LEFT]);
  setSlot(block, first, p[A]);
  setSlot(block, first + 1, b);
  setSlot(block, first + 2, (p[RIGHT] - p[LEFT]) / (b + b));
  setSlot(block, first + 3, p[M]);
  setSlot(block, first + 4, p[SIGMA]);
}

/** Wings → raw; `out` may be p itself. */
export function toSlice(p: Column, out: svi.Slice): void {
  const right = p[RIGHT];
  const left = p[LEFT];
  out.a = p[A];
  out.b = 0.5 * (right + left);
  out.rho = (right - left) / (right + left);
  out.m = p[M];
  out.sigma = p[SIGMA];
}

export function fromSlice(slice: svi.Slice, p: Column): void {
  p[A] = slice.a;
  p[RIGHT] = slice.b * (1.0 + slice.rho);
  p[LEFT] = slice.b * (1.0 - slice.rho);
  p[M] = slice.m;
  p[SIGMA] = slice.sigma;
}

/**
 * The slice at another total variance, in the same jump-wings up to its level: w → c·w(k/√c).
 * A slice without butterflies has no calendar arbitrage with its own rescaling, c ≥ 1.
 */
export function rescale(p: Column, c: f64): void {
  const root = f64.sqrt(c);
  p[A] *= c;
  for (let i = 1; i < 5; i++) p[i] *= root;
}

/** Jump-wings (v, ψ, p, c, ṽ) of the slice. */
export function jumpWings(p: Column, tau: f64, out: Column): void {
  const b = 0.5 * (p[RIGHT] + p[LEFT]);
  svi.toJumpWings(p[A], b, (p[RIGHT] - p[LEFT]) / (b + b), p[M], p[SIGMA], tau, out);
}
