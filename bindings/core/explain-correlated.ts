/** Buckets and factors of a correlated charge out of an evaluated account; and where a number that is none comes from. */
import { Root } from "../../assembly/record/opcodes.ts";
import type { CorrelatedBucket, CorrelatedFactor, CorrelatedTail, Driver } from "../documents/requirement.ts";
import type { AggregationPlan } from "../compile/correlated.ts";
import type { FactorsPlan } from "../compile/factors.ts";
import type { Node } from "../compile/graph.ts";
import type { Reader } from "./prepared.ts";

/** Numbers of an exact sum; of each part of a tail: Σ, θ, λ, root. */
const PARTS = 3;
const TAIL = 4;

/** What a group of the charge's level came from. */
export function correlatedDriver(reader: Reader, plan: AggregationPlan, group: number): Driver {
  const { factors } = plan;
  const total = factors.totalPlace.indexOf(group);
  if (total < 0) return { buckets: [] };
  const placed = reader.placed.aggregations.get(plan)!;
  const buckets = heldBuckets(reader, factors, total).map((b) => bucketTree(reader, plan, b));
  if (buckets.length === 0) return { buckets };
  const driver: Driver = { buckets };
  if (plan.confidence !== undefined) driver.tails = tailsOf(reader, plan, total, buckets);
  const root = reader.i32[(placed.limited >> 2) + total]!;
  if ((root & Root.Limited) !== 0) driver.limited = true;
  if ((root & Root.Floored) !== 0) driver.floored = true;
  return driver;
}

/** Buckets with a position. The core also keeps those that changes have emptied, whose K and S are 0. */
function heldBuckets(reader: Reader, plan: FactorsPlan, total: number): number[] {
  const held = new Set(Array.from(reader.held, (i) => plan.bucketOf[plan.factorOf[i]!]));
  const all = Array.from(
    { length: plan.totalStart[total + 1]! - plan.totalStart[total]! },
    (_, k) => plan.totalStart[total]! + k,
  );
  return all.filter((b) => held.has(b));
}

function bucketTree(reader: Reader, plan: AggregationPlan, b: number): CorrelatedBucket {
  const { factors } = plan;
  const placed = reader.placed.aggregations.get(plan)!;
  const number = (address: number) => tidy(reader.f64[(address >> 3) + b]!);
  const isSpecial = plan.special?.[b] === 1;
  return {
    keys: factors.bucket.groups[factors.bucketPlace[b]!]!,
    K: number(placed.K),
    S: number(isSpecial ? placed.sum : placed.S),
    ...(isSpecial ? { special: true as const } : {}),
    ...(reader.i32[(placed.floored >> 2) + b] === 1 ? { floored: true as const } : {}),
    ...(factors.measures.length === 2
      ? { side: reader.i32[(placed.side >> 2) + b] === 1 ? ("down" as const) : ("up" as const) }
      : {}),
    factors: factorsOfBucket(reader, factors, b),
  };
}

function factorsOfBucket(reader: Reader, plan: FactorsPlan, b: number): CorrelatedFactor[] {
  const placed = reader.placed.factors.get(plan)!;
  const sides = plan.measures.length;
  const n = plan.keys.length;
  const found: CorrelatedFactor[] = [];
  for (let g = plan.bucketStart[b]!; g < plan.bucketStart[b + 1]!; g++) {
    const ratio = reader.f64[(placed.ratio >> 3) + g]!;
    for (let f = plan.groupStart[g]!; f < plan.groupStart[g + 1]!; f++) {
      const sensitivity = Array.from({ length: sides }, (_, side) => tidy(sumOf(reader, placed.sums, side * n + f)));
      const weighted = Array.from({ length: sides }, (_, side) =>
        tidy(reader.f64[(placed.weighted >> 3) + side * n + f]!),
      );
      if (sensitivity.every((x) => x === 0)) continue;
      const isExempt = plan.exempt?.[f] === 1;
      found.push({
        keys: plan.keys[f]!,
        sensitivity: sides === 1 ? sensitivity[0]! : (sensitivity as [number, number]),
        weighted: sides === 1 ? weighted[0]! : (weighted as [number, number]),
        ...(plan.threshold === undefined || isExempt ? {} : { concentration: ratio }),
      });
    }
  }
  return found;
}

/** As assembly/math/exact-sum.ts reads a total. */
export function sumOf(reader: Reader, sums: number, f: number): number {
  const at = (sums >> 3) + f * PARTS;
  return reader.f64[at]! + (reader.f64[at + 1]! + reader.f64[at + 2]!);
}

function tailsOf(reader: Reader, plan: AggregationPlan, total: number, buckets: CorrelatedBucket[]): CorrelatedTail[] {
  const { tails } = reader.placed.aggregations.get(plan)!;
  const parts = [false, true].filter((isSpecial) => buckets.some(({ special = false }) => special === isSpecial));
  return parts.map((isSpecial) => {
    const at = (tails >> 3) + (total * 2 + (isSpecial ? 1 : 0)) * TAIL;
    const [sum, theta, lambda, root] = Array.from(reader.f64.subarray(at, at + TAIL), tidy) as [
      number,
      number,
      number,
      number,
    ];
    return { ...(isSpecial ? { special: true as const } : {}), sum, theta, lambda, root };
  });
}

const tidy = (x: number) => (x === 0 ? 0 : x);

/** The first held bucket whose weighted sensitivities have squares beyond what a number holds. */
export function overflowingBucket(
  reader: Reader,
  { factors }: AggregationPlan,
  group: number,
): Record<string, string | number> | undefined {
  return firstBucket(reader, factors, group, (bucket) => {
    const all = factorsOfBucket(reader, factors, bucket).flatMap(({ weighted }) => weighted);
    const gross = all.reduce((sum, w) => sum + Math.abs(w), 0);
    return !Number.isFinite(gross * gross);
  });
}

/** The first held bucket whose K is no number although its figures are: its correlations are none of any portfolio. */
export function indefiniteBucket(
  reader: Reader,
  plan: AggregationPlan,
  group: number,
): Record<string, string | number> | undefined {
  if (!plan.strict) return undefined;
  const K = reader.placed.aggregations.get(plan)!.K >> 3;
  return firstBucket(reader, plan.factors, group, (bucket) => Number.isNaN(reader.f64[K + bucket]));
}

/** The keys of the first held bucket of a charge's group for which something is so. */
function firstBucket(
  reader: Reader,
  factors: FactorsPlan,
  group: number,
  isSo: (bucket: number) => boolean,
): Record<string, string | number> | undefined {
  const total = factors.totalPlace.indexOf(group);
  const b = total < 0 ? undefined : heldBuckets(reader, factors, total).find(isSo);
  return b === undefined ? undefined : factors.bucket.groups[factors.bucketPlace[b]!];
}

/** A figure behind a correlated charge that is no number, or a threshold that is not > 0: its column, its group and the factor that needs it. */
export interface MissingFigure {
  node: Node;
  group: number;
  factor: Record<string, string | number>;
  isThreshold?: true;
}

/** The first of them behind a group of the charge. */
export function missingFigure(reader: Reader, plan: AggregationPlan, group: number): MissingFigure | undefined {
  const { factors } = plan;
  const total = factors.totalPlace.indexOf(group);
  if (total < 0) return undefined;
  const isMissing = (node: Node, g: number) => !Number.isFinite(reader.value(node, g));
  const placed = reader.placed.factors.get(factors)!;
  const n = factors.keys.length;
  for (const i of reader.held) {
    const f = factors.factorOf[i]!;
    if (f < 0 || factors.bucketOf[f] === undefined) continue;
    const columns = [...factors.measures, ...(factors.pillars === undefined ? [] : [factors.pillars.of])];
    const column = columns.find((node) => isMissing(node, i));
    if (column !== undefined) return { node: column, group: i, factor: factors.keys[f]! };
  }
  for (const b of heldBuckets(reader, factors, total)) {
    for (let g = factors.bucketStart[b]!; g < factors.bucketStart[b + 1]!; g++) {
      for (let f = factors.groupStart[g]!; f < factors.groupStart[g + 1]!; f++) {
        const isHeld = factors.measures.some((_, side) => sumOf(reader, placed.sums, side * n + f) !== 0);
        if (!isHeld) continue;
        const factor = factors.keys[f]!;
        if (isMissing(factors.weight, factors.weightPlace[f]!))
          return { node: factors.weight, group: factors.weightPlace[f]!, factor };
        const place = factors.thresholdPlace?.[g];
        if (place !== undefined && !(reader.value(factors.threshold!, place) > 0))
          return { node: factors.threshold!, group: place, factor, isThreshold: true };
      }
    }
    for (const { a, b: other } of plan.terms) {
      for (const node of [a, other]) {
        const place = factors.bucketPlace[b]!;
        if (node !== undefined && isMissing(node, place))
          return { node, group: place, factor: factors.bucket.groups[place]! };
      }
    }
  }
  if (plan.gamma !== undefined && isMissing(plan.gamma, group))
    return { node: plan.gamma, group, factor: factors.at.groups[group]! };
  return undefined;
}
