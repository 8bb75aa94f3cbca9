/**
 * Raw SVI by least squares as plain JavaScript would have it: the search and the descent of assembly/calibration (quasi-explicit.ts,
 * descent.ts, least-squares.ts), step for step, on Float64Arrays with Math.*.
 */

const STEEPEST = 1.98;
const STEPS = 12;
const MOST_STEPS = 40;
const MOST_TRIES = 8;
const LEAST_SIGMA = 0.005;
const LEAST_WING = 1e-6;
const LEAST_GAIN = 1e-15;

/** a, right, left, m, sigma. */
type Wings = Float64Array;

function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

const found = { a: 0, right: 0, left: 0 };

/** Σω(w_i − w(k_i))² of the best slice for (m, σ), left in `found`. */
function solve(k: Float64Array, w: Float64Array, root: Float64Array, m: number, sigma: number, least: number): number {
  let s0 = 0;
  let su = 0;
  let sv = 0;
  let sw = 0;
  let suu = 0;
  let svv = 0;
  let suw = 0;
  let svw = 0;
  let sww = 0;
  for (let i = 0; i < k.length; i++) {
    const y = k[i]! - m;
    const h = Math.sqrt(y * y + sigma * sigma);
    const r = root[i]!;
    const u = 0.5 * (h + y) * r;
    const v = 0.5 * (h - y) * r;
    const z = w[i]! * r;
    s0 += r * r;
    su += u * r;
    sv += v * r;
    sw += z * r;
    suu += u * u;
    svv += v * v;
    suw += u * z;
    svw += v * z;
    sww += z * z;
  }
  const ubar = su / s0;
  const vbar = sv / s0;
  const wbar = sw / s0;
  const uu = suu - s0 * ubar * ubar;
  const vv = svv - s0 * vbar * vbar;
  const uv = s0 * (0.25 * sigma * sigma - ubar * vbar);
  const uw = suw - s0 * ubar * wbar;
  const vw = svw - s0 * vbar * wbar;
  const det = uu * vv - uv * uv;
  let right = (uw * vv - vw * uv) / det;
  let left = (vw * uu - uw * uv) / det;
  const valueOf = (R: number, L: number) => R * (R * uu + 2 * (L * uv - uw)) + L * (L * vv - 2 * vw);
  const isInside = (x: number) => x >= least && x <= STEEPEST;
  if (!(det > 1e-14 * uu * vv && isInside(right) && isInside(left))) {
    let best = Infinity;
    for (const [R, L] of [
      [least, clamp((vw - least * uv) / vv, least, STEEPEST)],
      [STEEPEST, clamp((vw - STEEPEST * uv) / vv, least, STEEPEST)],
      [clamp((uw - least * uv) / uu, least, STEEPEST), least],
      [clamp((uw - STEEPEST * uv) / uu, least, STEEPEST), STEEPEST],
      [least, least],
    ] as const) {
      const value = valueOf(R, L);
      if (!(value < best)) continue;
      best = value;
      right = R;
      left = L;
    }
  }
  found.a = wbar - right * ubar - left * vbar;
  found.right = right;
  found.left = left;
  let value = valueOf(right, left) + sww - s0 * wbar * wbar;
  const floor = -sigma * Math.sqrt(right * left);
  if (found.a < floor) {
    value += s0 * (floor - found.a) ** 2;
    found.a = floor;
  }
  return value;
}

function search(k: Float64Array, w: Float64Array, root: Float64Array, p: Wings): void {
  const width = Math.max(k[k.length - 1]! - k[0]!, 4 * LEAST_SIGMA);
  const first = Math.max(LEAST_SIGMA, 0.02 * width);
  const ratio = Math.pow(width / first, 1 / (STEPS - 1));
  let best = Infinity;
  let sigma = first;
  for (let j = 0; j < STEPS; j++, sigma *= ratio) {
    for (let i = 0; i < STEPS; i++) {
      const m = k[0]! + (width * (i + 0.5)) / STEPS;
      const value = solve(k, w, root, m, sigma, LEAST_WING);
      if (!(value < best)) continue;
      best = value;
      p.set([found.a, found.right, found.left, m, sigma]);
    }
  }
}

const hessian = new Float64Array(25);
const slopes = new Float64Array(5);
const row = new Float64Array(5);

function loss(k: Float64Array, w: Float64Array, root: Float64Array, p: Wings, withSlopes: boolean): number {
  if (withSlopes) {
    hessian.fill(0);
    slopes.fill(0);
  }
  const [a, right, left, m, sigma] = p as unknown as [number, number, number, number, number];
  let sum = 0;
  for (let i = 0; i < k.length; i++) {
    const y = k[i]! - m;
    const h = Math.sqrt(y * y + sigma * sigma);
    const u = 0.5 * (h + y);
    const v = 0.5 * (h - y);
    const e = a + right * u + left * v - w[i]!;
    const weight = root[i]! * root[i]!;
    sum += weight * e * e;
    if (!withSlopes) continue;
    row[0] = 1;
    row[1] = u;
    row[2] = v;
    row[3] = (left * v - right * u) / h;
    row[4] = (0.5 * (right + left) * sigma) / h;
    for (let r = 0; r < 5; r++) {
      const x = weight * row[r]!;
      slopes[r]! += x * e;
      for (let c = r; c < 5; c++) hessian[r * 5 + c]! += x * row[c]!;
    }
  }
  return sum;
}

const system = new Float64Array(25);
const step = new Float64Array(5);

function step5(lambda: number, held: boolean[]): boolean {
  for (let i = 0; i < 5; i++) {
    for (let j = i; j < 5; j++) system[j * 5 + i] = held[i] || held[j] ? 0 : hessian[i * 5 + j]!;
    const diagonal = system[i * 5 + i]!;
    system[i * 5 + i] = held[i] ? 1 : diagonal + lambda * diagonal + 1e-300;
    step[i] = held[i] ? 0 : -slopes[i]!;
  }
  for (let j = 0; j < 5; j++) {
    let d = system[j * 5 + j]!;
    for (let t = 0; t < j; t++) d -= system[j * 5 + t]! ** 2;
    if (!(d > 0)) return false;
    const pivot = Math.sqrt(d);
    system[j * 5 + j] = pivot;
    for (let i = j + 1; i < 5; i++) {
      let x = system[i * 5 + j]!;
      for (let t = 0; t < j; t++) x -= system[i * 5 + t]! * system[j * 5 + t]!;
      system[i * 5 + j] = x / pivot;
    }
  }
  for (let i = 0; i < 5; i++) {
    for (let t = 0; t < i; t++) step[i]! -= system[i * 5 + t]! * step[t]!;
    step[i]! /= system[i * 5 + i]!;
  }
  for (let i = 4; i >= 0; i--) {
    for (let t = i + 1; t < 5; t++) step[i]! -= system[t * 5 + i]! * step[t]!;
    step[i]! /= system[i * 5 + i]!;
  }
  return true;
}

/** Σ weight·(w_i − w(k_i))² of the best slice, which is left in p. */
export function leastSquares(k: Float64Array, w: Float64Array, root: Float64Array, p: Wings): number {
  const reach = Math.max(Math.abs(k[0]!), Math.abs(k[k.length - 1]!));
  const low = [-Infinity, LEAST_WING, LEAST_WING, -2 * reach, LEAST_SIGMA];
  const high = [Infinity, STEEPEST, STEEPEST, 2 * reach, 4 * reach];
  const bounded = (q: Wings) => {
    for (let i = 1; i < 5; i++) q[i] = clamp(q[i]!, low[i]!, high[i]!);
    const lift = -(q[0]! + q[4]! * Math.sqrt(q[1]! * q[2]!));
    if (lift > 0) q[0]! += lift;
  };
  search(k, w, root, p);
  bounded(p);
  const trial = new Float64Array(5);
  let now = loss(k, w, root, p, true);
  let lambda = 1e-3;
  for (let count = 0; count < MOST_STEPS; count++) {
    const held = low.map((x, i) => (p[i]! <= x && slopes[i]! > 0) || (p[i]! >= high[i]! && slopes[i]! < 0));
    let next = Infinity;
    for (let tries = 0; tries < MOST_TRIES; tries++, lambda *= 6) {
      if (!step5(lambda, held)) continue;
      for (let i = 0; i < 5; i++) trial[i] = p[i]! + step[i]!;
      trial[4] = clamp(trial[4]!, 0.3 * p[4]!, 3 * p[4]!);
      bounded(trial);
      next = loss(k, w, root, trial, false);
      if (next < now) break;
    }
    if (!(next < now)) return now;
    const gain = now - next;
    p.set(trial);
    now = next;
    if (gain <= LEAST_GAIN * now || now < 1e-26) return now;
    lambda = Math.max(lambda * 0.1, 1e-9);
    loss(k, w, root, p, true);
  }
  return now;
}
