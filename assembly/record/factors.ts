/**
 * Sensitivities of the account at hand by risk factor, and their weights: what one or several correlated charges aggregate.
 *
 * Factors lie by total (a group of the charge), bucket, concentration group and key, so that each of these is a run of factors.
 * Records are runs of 32-bit words in the order of the fields below; `bindings/core/place-factors.ts` writes the same order.
 */
import { Column, Indices } from "../memory/column";

@unmanaged
export class Factors {
  factors: i32;
  groups: i32;
  buckets: i32;
  totals: i32;
  /** 1; 2 where a factor has a measure for the move up and one for the move down, or where long and short positions are summed apart */
  sides: i32;
  /** side 0 is of long positions, side 1 of short ones */
  byPosition: i32;
  /** a measure is split between two of so many neighbours; 1: not split */
  pillars: i32;
  /** [instruments] factor of each (with pillars its first), −1: none */
  factorOf: Indices;
  /** [listed] the instruments that have one, ascending */
  listed: i32;
  list: Indices;
  /** [sides] addresses of columns [instruments]: measure of one lot */
  measures: usize;
  /** [instruments] where among the pillars an instrument lies; [pillars] ascending */
  pillarOf: Column;
  pillarAt: Column;

  /** [groups + 1] first factor of each; [buckets + 1] first group; [totals + 1] first bucket */
  groupStart: Indices;
  bucketStart: Indices;
  totalStart: Indices;
  /** [factors] bucket of each */
  bucketOf: Indices;

  /** column by group of the factor's level, and [factors] which of it */
  weight: Column;
  weightPlace: Indices;
  /** a Concentration; thresholds by group of their level, [groups] which of it; [factors] u8: 1 takes no part in concentration, or 0 */
  concentration: i32;
  threshold: Column;
  thresholdPlace: Indices;
  exempt: usize;

  /** [sides][factors][3] exact sums of sensitivities; [sides][factors] weighted; [groups] concentration, ≥ 1 */
  sums: usize;
  weighted: Column;
  ratio: Column;
  /** [buckets] instruments held in it; 1: it has changed since the last pass, 2: and its sums cannot be changed back */
  held: Indices;
  changed: Indices;
  /** [sides][factors] ∂value/∂sensitivity, while shares are worked out; else 0 */
  adjoint: Column;
}

@inline export function firstFactor(at: Factors, bucket: i32): i32 {
  return at.groupStart[at.bucketStart[bucket]];
}
