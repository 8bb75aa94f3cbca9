/**
 * Levenberg–Marquardt on loss.ts within bounds. A parameter that its bound holds leaves the step; damping is scaled by the diagonal, so
 * that the five may have any units. Source: Moré (1978), The Levenberg–Marquardt algorithm: implementation and theory.
 */
import { Column } from "../memory/column";
import * as loss from "./loss";
import * as wings from "./wings";
import { A, LEFT, M, RIGHT, SIGMA, STEEPEST } from "./wings";

const MOST_STEPS = 40;
const MOST_TRIES = 8;
/** A step that gains less than this part of the loss is the last one. */
const LEAST_GAIN: f64 = 1e-7;

/** [5] least and largest of each; the least w is bound apart. */
export const low = changetype<Column>(memory.data(40, 16));
export const high = changetype<Column>(memory.data(40, 16));
let leastVariance: f64 = 0.0;
let leastGain: f64 = LEAST_GAIN;

const system = changetype<Column>(memory.data(200, 16));
const step = changetype<Column>(memory.data(40, 16));
const trial = changetype<Column>(memory.data(40, 16));
const held = changetype<Column>(memory.data(40, 16));

/**
 * @param leastRight the earlier slice's wings, or 0: wings of later slices are no flatter
 * @param reach      largest |m|
 * @param floor      least w
 */
export function setBounds(leastRight: f64, leastLeft: f64, reach: f64, leastSigma: f64, mostSigma: f64, floor: f64): void {
  low[A] = -Infinity;
  high[A] = Infinity;
  low[RIGHT] = min(leastRight, STEEPEST);
  low[LEFT] = min(leastLeft, STEEPEST);
  high[RIGHT] = STEEPEST;
  high[LEFT] = STEEPEST;
  low[M] = -reach;
  high[M] = reach;
  low[SIGMA] = leastSigma;
  high[SIGMA] = mostSigma;
  leastVariance = floor;
}

/** For a fit whose residuals may vanish. */
export function setGain(gain: f64): void {
  leastGain = gain > 0 ? gain : LEAST_GAIN;
}

export function clamp(p: Column): void {
  for (let i = 1; i < 5; i++) p[i] = max(low[i], min(high[i], p[i]));
  const lift = leastVariance - wings.least(p);
  if (lift > 0) p[A] += lift;
}

/** Solves (H + λ·diag H)·step = −slopes over the free parameters; false where that has no answer. */
function solve(lambda: f64): bool {
  for (let i = 0; i < 5; i++) {
    for (let j = i; j < 5; j++) {
      const isFree = held[i] == 0 && held[j] == 0;
      system[j * 5 + i] = isFree ? loss.hessian[i * 5 + j] : 0.0;
    }
    const diagonal = system[i * 5 + i];
    system[i * 5 + i] = held[i] == 0 ? diagonal + lambda * diagonal + 1e-300 : 1.0;
    step[i] = held[i] == 0 ? -loss.slopes[i] : 0.0;
  }
  // Cholesky, lower triangle
  for (let j = 0; j < 5; j++) {
    let d = system[j * 5 + j];
    for (let t = 0; t < j; t++) d -= system[j * 5 + t] * system[j * 5 + t];
    if (!(d > 0)) return false;
    const root = f64.sqrt(d);
    system[j * 5 + j] = root;
    for (let i = j + 1; i < 5; i++) {
      let x = system[i * 5 + j];
      for (let t = 0; t < j; t++) x -= system[i * 5 + t] * system[j * 5 + t];
      system[i * 5 + j] = x / root;
    }
  }
  for (let i = 0; i < 5; i++) {
    let x = step[i];
    for (let t = 0; t < i; t++) x -= system[i * 5 + t] * step[t];
    step[i] = x / system[i * 5 + i];
  }
  for (let i = 4; i >= 0; i--) {
    let x = step[i];
    for (let t = i + 1; t < 5; t++) x -= system[t * 5 + i] * step[t];
    step[i] = x / system[i * 5 + i];
  }
  return true;
}

/** Improves p in place; returns its loss. */
export function descend(p: Column): f64 {
  clamp(p);
  let now = loss.value(p, true);
  let lambda: f64 = 1e-3;
  for (let count = 0; count < MOST_STEPS; count++) {
    for (let i = 0; i < 5; i++) {
      const outward = (p[i] <= low[i] && loss.slopes[i] > 0) || (p[i] >= high[i] && loss.slopes[i] < 0);
      held[i] = outward ? 1.0 : 0.0;
    }
    let next = Infinity;
    let tries = 0;
    for (; tries < MOST_TRIES; tries++, lambda *= 6.0) {
      if (!solve(lambda)) continue;
      for (let i = 0; i < 5; i++) trial[i] = p[i] + step[i];
      trial[SIGMA] = max(0.3 * p[SIGMA], min(3.0 * p[SIGMA], trial[SIGMA]));
      clamp(trial);
      next = loss.value(trial, false);
      if (next < now) break;
    }
    if (!(next < now)) return now;
    const gain = now - next;
    wings.copy(trial, p);
    now = next;
    if (gain <= leastGain * now || now < 1e-26) return now;
    lambda = max(lambda * 0.1, 1e-9);
    loss.value(p, true);
  }
  return now;
}
