/**
 * Weighted sensitivities and concentration:
 *
 *   CR = max(1, √(|s| / T))      s = Σ of the sensitivities in a concentration group, T its threshold
 *   w  = weight · s · CR
 *
 * Source: ISDA SIMM methodology, section B (delta concentration), as in docs/sensitivities.md; without thresholds CR = 1.
 */
import { Concentration } from "../record/opcodes";
import { Factors } from "../record/factors";
import { value } from "../math/exact-sum";
import { sumOf } from "../portfolio/factor-sums";

/** Brings the weighted sensitivities of the changed buckets up to date. */
export function weigh(at: Factors): void {
  for (let b = 0; b < at.buckets; b++) if (at.changed[b] != 0) weighBucket(at, b);
}

function weighBucket(at: Factors, b: i32): void {
  for (let g = at.bucketStart[b]; g < at.bucketStart[b + 1]; g++) {
    const from = at.groupStart[g];
    const to = at.groupStart[g + 1];
    const CR = at.concentration == Concentration.None ? 1 : ratio(at, g, from, to);
    at.ratio[g] = CR;
    for (let side = 0; side < at.sides; side++) {
      for (let f = from; f < to; f++) {
        const s = value(sumOf(at, side, f));
        const scaled = isExempt(at, f) ? s : s * CR;
        // an empty factor weighs nothing, whatever its weight would be
        at.weighted[side * at.factors + f] = s == 0 ? 0 : at.weight[at.weightPlace[f]] * scaled;
      }
    }
  }
}

function ratio(at: Factors, g: i32, from: i32, to: i32): f64 {
  let s: f64 = 0;
  let isEmpty = true;
  for (let f = from; f < to; f++) {
    if (isExempt(at, f)) continue;
    const x = value(sumOf(at, 0, f));
    s += x;
    if (x != 0) isEmpty = false;
  }
  if (isEmpty) return 1;
  const threshold = at.threshold[at.thresholdPlace[g]];
  // NaN: a missing threshold is seen in the result
  return threshold > 0 ? max(1, Math.sqrt(Math.abs(s) / threshold)) : NaN;
}

@inline export function isExempt(at: Factors, f: i32): bool {
  return at.exempt != 0 && load<u8>(at.exempt + <usize>f) != 0;
}

/** Of two concentration ratios, how far they are alike: 1 where they are equal. */
@inline export function alikeness(a: f64, b: f64): f64 {
  return min(a, b) / max(a, b);
}
