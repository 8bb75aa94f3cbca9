/**
 * ∂V/∂w of a correlated charge, with concentration ratios held fixed: V is then homogeneous of degree one in the sensitivities, and
 * Euler's shares add up to it.
 *
 *   ∂V/∂w_k = Σ_b (∂V/∂K_b · (ρw)_k/K_b + ∂V/∂S_b)       where V = √R: ∂V/∂K_b = K_b/V, ∂V/∂S_b = Σ_c γ_bc S_c / V
 */
import { Column } from "../memory/column";
import { Across } from "../record/opcodes";
import { firstFactor } from "../record/factors";
import { Aggregation } from "../record/aggregation";
import { gamma, isSpecial, listBuckets } from "./across";
import { addsAbsolute, weighted } from "./bucket";
import { tailOf, Tail } from "./correlated";
import { addSlope } from "./within";
import { isExempt } from "./concentration";

/** Adds x·∂value/∂sensitivity of every factor of a total to the adjoints of the factors. */
export function giveSlope(at: Aggregation, total: i32, x: f64): void {
  const f = at.factors;
  if (changetype<usize>(at.tail) == 0) {
    giveRoot(at, total, x);
    giveSpecial(at, total, x);
  } else {
    for (let part = 0; part < 2; part++) {
      const kept = tailOf(at, total, part);
      const V = kept[Tail.Sum] + kept[Tail.Lambda] * kept[Tail.Root];
      if (!(V > 0)) continue;
      giveSum(at, total, part, x);
      if (part == 0) giveRoot(at, total, x * kept[Tail.Lambda]);
      else giveSpecial(at, total, x * kept[Tail.Lambda]);
    }
  }
}

/** Through Σw and through θ, which is flat where it is 0. */
function giveSum(at: Aggregation, total: i32, part: i32, x: f64): void {
  const f = at.factors;
  const kept = tailOf(at, total, part);
  const w = weighted(at, 0);
  let gross: f64 = 0;
  for (let b = f.totalStart[total]; b < f.totalStart[total + 1]; b++) {
    if (f.held[b] == 0 || <i32>isSpecial(at, b) != part) continue;
    for (let k = firstFactor(f, b); k < firstFactor(f, b + 1); k++) gross += Math.abs(w[k]);
  }
  // ∂λ/∂θ = (z² − 1) − 1, ∂θ/∂w = 1/gross − θ·sign(w)/gross
  const byTheta = kept[Tail.Theta] < 0 && gross > 0 ? ((at.tail[1] - 1) * kept[Tail.Root]) / gross : 0;
  for (let b = f.totalStart[total]; b < f.totalStart[total + 1]; b++) {
    if (f.held[b] == 0 || <i32>isSpecial(at, b) != part) continue;
    for (let k = firstFactor(f, b); k < firstFactor(f, b + 1); k++) {
      const sign: f64 = w[k] > 0 ? 1 : w[k] < 0 ? -1 : 0;
      giveWeighted(at, 0, k, x * (1 + byTheta * (1 - kept[Tail.Theta] * sign)));
    }
  }
}

function giveSpecial(at: Aggregation, total: i32, x: f64): void {
  const f = at.factors;
  if (at.inside != 0) return;
  for (let b = f.totalStart[total]; b < f.totalStart[total + 1]; b++) {
    if (f.held[b] != 0 && isSpecial(at, b)) giveBucket(at, b, x, 0);
  }
}

function giveRoot(at: Aggregation, total: i32, x: f64): void {
  const n = listBuckets(at, total);
  if (at.across == Across.Sum) {
    for (let i = 0; i < n; i++) giveBucket(at, at.list[i], x, 0);
    return;
  }
  const V = tailOf(at, total, 0)[Tail.Root];
  // flat where the root is of nothing, or was of a negative number
  if (!(V > 0)) return;
  for (let i = 0; i < n; i++) {
    const b = at.list[i];
    let others: f64 = 0;
    for (let j = 0; j < n; j++) if (j != i) others += gamma(at, total, b, at.list[j]) * at.S[at.list[j]];
    giveBucket(at, b, (x * at.K[b]) / V, (x * others) / V);
  }
}

/** Passes ∂V/∂K and ∂V/∂S of a bucket on to its factors. */
function giveBucket(at: Aggregation, b: i32, byK: f64, byS: f64): void {
  const f = at.factors;
  const side = at.side[b];
  const w = weighted(at, side);
  const from = firstFactor(f, b);
  const to = firstFactor(f, b + 1);
  const K = at.K[b];
  // S that was limited to ±K moves with K
  const isLimited = at.S[b] != at.sum[b];
  const kSlope = isLimited ? byK + (at.S[b] < 0 ? 0 - byS : byS) : byK;
  if (!isLimited) for (let k = from; k < to; k++) giveWeighted(at, side, k, byS);
  if (addsAbsolute(at, b)) {
    for (let k = from; k < to; k++) {
      if (w[k] > 0) giveWeighted(at, side, k, kSlope);
      else if (w[k] < 0 && f.sides == 1) giveWeighted(at, side, k, 0 - kSlope);
    }
    return;
  }
  if (!(K > 0)) return;
  const slope = at.slope;
  for (let k = from; k < to; k++) slope[k] = 0;
  addSlope(at, b, w, kSlope / K, slope);
  if (f.sides == 2) {
    // gains count once and not with ρ_kk; the pairs that are both negative do not count
    for (let k = from; k < to; k++) {
      at.negative[k] = min(w[k], 0);
      slope[k] += (kSlope / K) * (max(w[k], 0) - w[k]);
    }
    for (let k = from; k < to; k++) if (w[k] < 0) giveWeighted(at, side, k, (kSlope / K) * w[k]);
    const both = at.other;
    for (let k = from; k < to; k++) both[k] = 0;
    addSlope(at, b, at.negative, (0 - kSlope) / K, both);
    for (let k = from; k < to; k++) if (w[k] < 0) slope[k] += both[k];
  }
  for (let k = from; k < to; k++) giveWeighted(at, side, k, slope[k]);
}

/** w = weight·s·CR, CR held fixed. */
function giveWeighted(at: Aggregation, side: i32, k: i32, x: f64): void {
  const f = at.factors;
  if (x == 0) return;
  const CR = isExempt(f, k) ? 1 : f.ratio[groupOf(at, k)];
  f.adjoint[side * f.factors + k] += x * f.weight[f.weightPlace[k]] * CR;
}

/** The concentration group of a factor: the last that starts at or before it. */
function groupOf(at: Aggregation, k: i32): i32 {
  const f = at.factors;
  let low = f.bucketStart[f.bucketOf[k]];
  let high = f.bucketStart[f.bucketOf[k] + 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (f.groupStart[middle] <= k) low = middle;
    else high = middle;
  }
  return low;
}
