/**
 * The correlated charge: weighted sensitivities → K and S by bucket → one value for each total.
 *
 * With a tail, of regular and of special buckets apart (curvature of SIMM, where w = CVR):
 *
 *   θ = min(Σ w / Σ |w|, 0)     λ = (z² − 1)·(1 + θ) − θ     V = max(Σ w + λ·root, 0)
 *
 * Without one: the root, and beside it K of the special buckets where they are not inside.
 */
import { Column } from "../memory/column";
import { level, Book } from "../record/book";
import { firstFactor } from "../record/factors";
import { Aggregation } from "../record/aggregation";
import { acrossBuckets, isSpecial, listBuckets } from "./across";
import { aggregateBucket, weighted } from "./bucket";
import { invertCorrelation } from "./correlation";
import { quantile } from "../math/quantile";

/** Numbers kept of each part of a tail. */
export enum Tail {
  Sum,
  Theta,
  Lambda,
  Root,
  Count,
}

/** Correlations and the quantile, once the columns of the tick are known. */
export function bindAggregation(at: Aggregation): void {
  invertCorrelation(at);
  if (changetype<usize>(at.tail) == 0) return;
  const z = quantile(at.tail[0]);
  at.tail[1] = z * z - 1;
}

/** Brings the aggregation up to date with its factors. */
export function aggregate(at: Aggregation): void {
  const f = at.factors;
  for (let total = 0; total < f.totals; total++) {
    let isChanged = false;
    for (let b = f.totalStart[total]; b < f.totalStart[total + 1]; b++) {
      if (f.changed[b] == 0) continue;
      aggregateBucket(at, b);
      isChanged = true;
    }
    if (isChanged) at.value[total] = valueOf(at, total);
  }
}

function valueOf(at: Aggregation, total: i32): f64 {
  const f = at.factors;
  const root = acrossBuckets(at, total, listBuckets(at, total));
  let special: f64 = 0;
  let hasSpecial = false;
  for (let b = f.totalStart[total]; b < f.totalStart[total + 1]; b++) {
    if (at.inside != 0 || f.held[b] == 0 || !isSpecial(at, b)) continue;
    special += at.K[b];
    hasSpecial = true;
  }
  tailOf(at, total, 0)[Tail.Root] = root;
  if (changetype<usize>(at.tail) == 0) return root + special;
  const regular = tail(at, total, 0, root);
  return hasSpecial ? regular + tail(at, total, 1, special) : regular;
}

@inline export function tailOf(at: Aggregation, total: i32, part: i32): Column {
  return changetype<Column>(changetype<usize>(at.tails) + (<usize>((total * 2 + part) * Tail.Count) << 3));
}

function tail(at: Aggregation, total: i32, part: i32, root: f64): f64 {
  const f = at.factors;
  const w = weighted(at, 0);
  let sum: f64 = 0;
  let gross: f64 = 0;
  for (let b = f.totalStart[total]; b < f.totalStart[total + 1]; b++) {
    if (f.held[b] == 0 || <i32>isSpecial(at, b) != part) continue;
    for (let k = firstFactor(f, b); k < firstFactor(f, b + 1); k++) {
      sum += w[k];
      gross += Math.abs(w[k]);
    }
  }
  const theta = gross == 0 ? 0 : min(sum / gross, 0);
  const lambda = at.tail[1] * (1 + theta) - theta;
  const to = tailOf(at, total, part);
  to[Tail.Sum] = sum;
  to[Tail.Theta] = theta;
  to[Tail.Lambda] = lambda;
  to[Tail.Root] = root;
  return max(0, sum + lambda * root);
}

/** Values for the held groups of the charge's level; totals are its groups in another order. */
export function give(book: Book, at: Aggregation, l: i32, to: Column): void {
  const held = level(book, l);
  for (let i = 0; i < held.held; i++) to[i] = 0;
  for (let total = 0; total < at.factors.totals; total++) {
    const place = held.placeOf[at.totalPlace[total]];
    if (place >= 0) to[place] = at.value[total];
  }
}
