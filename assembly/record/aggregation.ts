/**
 * How weighted sensitivities are put together: correlation within and across buckets, and what came out for the account at hand.
 * `bindings/core/place-factors.ts` writes the same order.
 */
import { Column, Indices } from "../memory/column";
import { Factors } from "./factors";

/** One term of the correlation between two factors; the terms are multiplied. */
@unmanaged
export class Term {
  /** a TermKind */
  kind: i32;
  /** column by group of the bucket's level: ρ, or of an agreement ρ where the keys agree */
  a: Column;
  /** of an agreement, ρ where they do not */
  b: Column;
  /** bit of the agreement in the number of a set of agreements */
  bit: i32;
  /** of a matrix, [labels] code of each label in it */
  code: Indices;
  /** of a matrix, [size][size] */
  matrix: Column;
  size: i32;
}

@unmanaged
export class Aggregation {
  factors: Factors;
  /** a label is what matrices tell of a factor: [factors] label of each */
  labels: i32;
  labelOf: Indices;
  /** 2^(agreements); of each set of agreements: address of [factors] the group within the bucket that agrees in them; [sets][buckets] number of groups */
  sets: i32;
  setOf: usize;
  setGroups: Indices;
  /** [sets] 1 where factors that agree may be of different concentration groups, so that f counts between them */
  setMixed: Indices;
  terms: i32;
  term: usize;
  /** [buckets] group of the bucket's level */
  bucketPlace: Indices;
  /** 1, or 2: ρ² and γ² */
  power: i32;
  /** a Regime */
  regime: i32;
  /** [buckets or 1][sets][labels][labels] Möbius inverse of ρ over the sets; [buckets or 1][labels] ρ of two factors alike in everything; 1 where one serves all buckets */
  inverse: usize;
  alike: usize;
  shared: i32;

  /** an Across; γ by group of the charge's level, [totals] which of it; or matrix [size][size] and [buckets] label in it */
  across: i32;
  gamma: Column;
  totalPlace: Indices;
  gammaMatrix: Column;
  gammaSize: i32;
  gammaLabel: Indices;
  /** [buckets] u8: 1 is special, or 0 */
  special: usize;
  /** K of special buckets is the sum of absolute values (of gains, with two sides); of all buckets */
  specialAbsolute: i32;
  absolute: i32;
  /** special buckets are inside the root with γ = 0; else they are added after it */
  inside: i32;
  /** a Clamp */
  clamp: i32;
  /** confidence of a tail, and z² − 1 of its λ = (z² − 1)(1 + θ) − θ; 0: no tail */
  tail: Column;

  // what came out
  K: Column;
  /** [buckets] Σ w, and S: the same within ±K where it is limited */
  sum: Column;
  S: Column;
  /** [buckets] of two sides, 1 where the move down decides */
  side: Indices;
  /** [totals] */
  value: Column;
  /** [totals][2] of regular and special buckets: Σ of weighted sensitivities, θ, λ, root: 8 numbers */
  tails: Column;
  /** [totals] flags of `Root`: what a negative number under the root led to */
  limited: Indices;
  /** [buckets] 1 where K² was negative by more than rounding, and counts as 0 */
  floored: Indices;
  /** a K² that is negative by more than rounding is no number: nothing in the model provides for it */
  strict: i32;
  /** scratch: vectors [4][labels]; [most groups of a set in a bucket][labels]; indices [groups] and [labels] */
  scratch: Column;
  setSums: Column;
  /** [most groups of a set in a bucket][labels], twice, where some set is mixed: of one concentration group, kept at 0; of those behind it */
  setOwn: Column;
  setBehind: Column;
  /** [most groups of a set in a bucket] scratch, kept at 0 */
  setMark: Indices;
  order: Indices;
  present: Indices;
  /** [held buckets] */
  list: Indices;
  /** [factors] scratch: the negative part of one side; slopes */
  negative: Column;
  slope: Column;
  other: Column;
}

@inline export function term(at: Aggregation, i: i32): Term {
  return changetype<Term>(at.term + <usize>i * offsetof<Term>());
}
