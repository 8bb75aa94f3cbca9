/** The core's implied vol in plain JavaScript: assembly/pricing/implied-vol.ts without lanes, with Math.exp and Math.log. */
import type { Options } from "../cases.ts";
import { millsP, millsQ } from "./math.ts";

const ROOT_2PI = 2.5066282746310002;
const DENSITY = 0.3989422804014327;

/** First s from the out-of-the-money time value p. */
function guess(F: number, K: number, x: number, p: number, least: number): number {
  const root = Math.sqrt(F * K);
  const v = Math.min((0.7 * x * root) / p, 1e300);
  const w2 = Math.log(1 + v);
  const w = Math.sqrt(w2);
  const top =
    ((1.415692872246166 * w2 + 0.19451937785885282) * w2 - 4.508356508340678) * w +
    ((-1.0967633233143488 * w2 + 12.653139856074912) * w2 + 8.512818077559192);
  const bottom =
    ((-0.6787489044438155 * w2 - 2.2765042575883854) * w2 - 7.916960582653467) * w +
    (((w2 + 4.304195914046472) * w2 + 25.546836711049917) * w2 + 14.936827289463363);
  const s0 = v < 1e-8 ? (p * ROOT_2PI) / root : (x * bottom) / (w2 * top);
  const square = s0 * s0;
  const d = Math.min((square * square) / (24 * square + 8 * x * (x + 0.5 * s0) + 1e-300), 0.3);
  return Math.max(s0 * (1 + d * (1 + 2.1 * d)), p > 0.5 * least ? Math.sqrt(2 * x) : 0);
}

/** E(|h − t|) and E(h + t) → D₋ below half of the bound, D₊ above. */
function difference(h: number, t: number, isUpper: boolean): number {
  const y1 = h - t;
  const u1 = Math.min(Math.abs(y1), 64);
  const u2 = Math.min(h + t, 64);
  const q1 = u1 * u1;
  const q2 = u2 * u2;
  const first = millsP(u1, q1) / millsQ(u1, q1);
  const second = millsP(u2, q2) / millsQ(u2, q2);
  if (isUpper) return first + second;
  return y1 < 0 ? Math.exp(0.5 * q1) - first - second : first - second;
}

function stdDev(F: number, K: number, p: number): number {
  const least = Math.min(F, K);
  const x = Math.abs(Math.log(F / K));
  const isUpper = p > 0.5 * least;
  const target = isUpper ? least - p : p;
  const sign = isUpper ? -1 : 1;
  let s = guess(F, K, x, p, least);
  for (let i = 0; i < 12; i++) {
    const h = x / s;
    const t = 0.5 * s;
    const D = difference(h, t, isUpper);
    const f = Math.log((least * Math.exp(-0.5 * (h - t) * (h - t)) * D) / target);
    const r = (sign * DENSITY) / D;
    const nu = -sign * f * D * ROOT_2PI;
    const h2s = h / s;
    const q = h * h2s - 0.25 * s;
    const k2 = q - r;
    const k3 = q * q - 3 * h2s * h2s - 0.25 + r * (2 * r - 3 * q);
    const step = (nu * (1 + 0.5 * k2 * nu)) / (1 + nu * (k2 + (k3 * nu) / 6));
    s = Math.max(Math.min(Math.max(s + step, 0.125 * s), 8 * s), isUpper ? Math.sqrt(2 * x) : 0);
    if (Math.abs(step) <= 3e-4 * s) break;
  }
  return s;
}

export function impliedVols(o: Options, price: Float64Array, out: Float64Array): void {
  for (let i = 0; i < o.n; i++) {
    const F = o.forward[i]!;
    const K = o.strike[i]!;
    const value = price[i]! / o.discount[i]! - Math.max(o.callPut[i]! * (F - K), 0);
    out[i] = value > 0 && value < Math.min(F, K) ? stdDev(F, K, value) / o.sqrtTau[i]! : NaN;
  }
}
