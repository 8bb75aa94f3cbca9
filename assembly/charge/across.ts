/**
 * Across the buckets of one total:
 *
 *   V = √(max(0, Σ K_b² + Σ_{b≠c} γ_bc g_bc ψ_bc S_b S_c))
 *
 * with g = min(CR)/max(CR) where concentration is counted by bucket, and with two sides ψ = 0 where S_b and S_c are both negative. S is
 * limited to ±K always (SIMM), or only where the sum is negative without (MAR21.4(5)(b)). Or no offset at all: V = Σ K_b.
 */
import { Across, Clamp, Concentration, Root } from "../record/opcodes";
import { Aggregation } from "../record/aggregation";
import { alikeness } from "./concentration";
import { stressed } from "./correlation";

@inline export function isSpecial(at: Aggregation, b: i32): bool {
  return at.special != 0 && load<u8>(at.special + <usize>b) != 0;
}

/** γ·g·ψ of two buckets. */
export function gamma(at: Aggregation, total: i32, b: i32, c: i32): f64 {
  if (isSpecial(at, b) || isSpecial(at, c)) return 0;
  const f = at.factors;
  if (f.sides == 2 && at.S[b] < 0 && at.S[c] < 0) return 0;
  const rho = at.across == Across.Matrix
    ? at.gammaMatrix[at.gammaLabel[b] * at.gammaSize + at.gammaLabel[c]]
    : at.gamma[at.totalPlace[total]];
  const plain = stressed(at, rho);
  return f.concentration == Concentration.Buckets ? plain * alikeness(f.ratio[b], f.ratio[c]) : plain;
}

@inline export function limit(S: f64, K: f64): f64 {
  return max(min(S, K), 0 - K);
}

/** The buckets of a total that are in the root and held, into `list`; returns how many. */
export function listBuckets(at: Aggregation, total: i32): i32 {
  const f = at.factors;
  let n = 0;
  for (let b = f.totalStart[total]; b < f.totalStart[total + 1]; b++) {
    if (f.held[b] != 0 && (at.inside != 0 || !isSpecial(at, b))) at.list[n++] = b;
  }
  return n;
}

/** V of the listed buckets; S of each is final afterwards. */
export function acrossBuckets(at: Aggregation, total: i32, n: i32): f64 {
  at.limited[total] = 0;
  for (let i = 0; i < n; i++) at.S[at.list[i]] = at.sum[at.list[i]];
  if (at.across == Across.Sum) {
    let sum: f64 = 0;
    for (let i = 0; i < n; i++) sum += at.K[at.list[i]];
    return sum;
  }
  if (at.clamp == Clamp.Always) limitAll(at, n);
  const squared = sumAcross(at, total, n);
  if (squared >= 0) return Math.sqrt(squared);
  if (at.clamp != Clamp.Negative) return floored(at, total, squared, n);
  limitAll(at, n);
  at.limited[total] = Root.Limited;
  return floored(at, total, sumAcross(at, total, n), n);
}

/** √max(0, x), with a note where x is negative by more than rounding; NaN stays NaN. */
function floored(at: Aggregation, total: i32, x: f64, n: i32): f64 {
  if (!(x < 0)) return Math.sqrt(x);
  let squares: f64 = 0;
  for (let i = 0; i < n; i++) squares += at.K[at.list[i]] * at.K[at.list[i]];
  if (x < -1e-10 * squares) at.limited[total] |= Root.Floored;
  return 0;
}

function limitAll(at: Aggregation, n: i32): void {
  for (let i = 0; i < n; i++) {
    const b = at.list[i];
    at.S[b] = limit(at.S[b], at.K[b]);
  }
}

function sumAcross(at: Aggregation, total: i32, n: i32): f64 {
  let squares: f64 = 0;
  let cross: f64 = 0;
  for (let i = 0; i < n; i++) {
    const b = at.list[i];
    squares += at.K[b] * at.K[b];
    let sum: f64 = 0;
    for (let j = 0; j < i; j++) sum += gamma(at, total, b, at.list[j]) * at.S[at.list[j]];
    cross += at.S[b] * sum;
  }
  return squares + 2 * cross;
}
