/** Lays risk factors and aggregations out: records in the order of assembly/record/factors.ts and aggregation.ts. */
import type { AggregationPlan, TermPlan } from "../compile/correlated.ts";
import type { FactorsPlan } from "../compile/factors.ts";
import type { Node } from "../compile/graph.ts";

/** What the records need of the writer of a layout. */
export interface Room {
  reserve(bytes: number): number;
  words(values: ArrayLike<number>): number;
  numbers(values: ArrayLike<number>): number;
  bytes(values: Uint8Array): number;
}

/** Where the figures of a plan's factors lie. */
export interface PlacedFactors {
  record: number;
  sums: number;
  weighted: number;
  ratio: number;
  held: number;
}
export interface PlacedAggregation {
  record: number;
  K: number;
  sum: number;
  S: number;
  side: number;
  tails: number;
  limited: number;
  floored: number;
}

const PAD = 16;
const WORDS_PER_FACTORS = 29;
const WORDS_PER_AGGREGATION = 48;
const WORDS_PER_TERM = 7;
/** Numbers of an exact sum, and of each part of a tail. */
const PARTS = 3;
const TAIL = 4;

const sidesOf = (plan: FactorsPlan) => plan.measures.length;
const countsOf = (plan: FactorsPlan) => ({
  factors: plan.keys.length,
  groups: plan.groupStart.length - 1,
  buckets: plan.bucketStart.length - 1,
  totals: plan.totalStart.length - 1,
});

/** Enough for a plan's record and what it points to. */
export function factorsBytes(plan: FactorsPlan): number {
  const { factors, groups, buckets, totals } = countsOf(plan);
  const sides = sidesOf(plan);
  const words =
    WORDS_PER_FACTORS + 2 * plan.factorOf.length + 2 * factors + 2 * groups + 4 * buckets + totals + 3 + sides;
  const numbers = sides * factors * (PARTS + 2) + groups + (plan.pillars?.at.length ?? 0);
  return 4 * words + 8 * numbers + factors + 25 * PAD;
}

export function aggregationBytes(plan: AggregationPlan): number {
  const { factors, groups, buckets, totals } = countsOf(plan.factors);
  const { labels } = plan;
  const sets = plan.sets.length + 1;
  const matrices = (plan.shared ? 1 : buckets) * (sets * labels * labels + labels);
  const own = plan.terms.reduce((sum, { matrix }) => sum + (matrix?.labels.length ?? 0) ** 2, 0);
  const words =
    WORDS_PER_AGGREGATION +
    factors * sets +
    sets * (buckets + 2) +
    plan.terms.length * (WORDS_PER_TERM + labels) +
    6 * buckets +
    groups +
    labels +
    2 * totals;
  const numbers =
    matrices + own + (plan.gammaMatrix?.labels.length ?? 0) ** 2 + 3 * buckets + totals * (1 + 2 * TAIL) + 2;
  const scratch = 4 * labels + (isMixed(plan) ? 3 * labels + 1 : labels) * mostGroups(plan) + 3 * factors;
  return 4 * words + 8 * (numbers + scratch) + buckets + (45 + 3 * plan.terms.length + sets) * PAD;
}

const mostGroups = (plan: AggregationPlan) => Math.max(1, ...plan.sets.flatMap(({ groups }) => Array.from(groups)));

const isMixed = (plan: AggregationPlan) => plan.sets.some(({ mixed }) => mixed);

export function placeFactors(to: Room, plan: FactorsPlan, address: (node: Node) => number): PlacedFactors {
  const { factors, groups, buckets, totals } = countsOf(plan);
  const sides = sidesOf(plan);
  const state = {
    sums: to.reserve(sides * factors * PARTS * 8),
    weighted: to.reserve(sides * factors * 8),
    ratio: to.numbers(new Float64Array(groups).fill(1)),
    held: to.reserve(buckets * 4),
    changed: to.reserve(buckets * 4),
    adjoint: to.reserve(sides * factors * 8),
  };
  const list = Int32Array.from(plan.factorOf.keys()).filter((i) => plan.factorOf[i]! >= 0);
  const record = to.words([
    factors,
    groups,
    buckets,
    totals,
    sides,
    plan.byPosition ? 1 : 0,
    plan.pillars?.at.length ?? 1,
    to.words(plan.factorOf),
    list.length,
    to.words(list),
    to.words(plan.measures.map(address)),
    plan.pillars === undefined ? 0 : address(plan.pillars.of),
    plan.pillars === undefined ? 0 : to.numbers(plan.pillars.at),
    to.words(plan.groupStart),
    to.words(plan.bucketStart),
    to.words(plan.totalStart),
    to.words(plan.bucketOf),
    address(plan.weight),
    to.words(plan.weightPlace),
    plan.concentration,
    plan.threshold === undefined ? 0 : address(plan.threshold),
    plan.thresholdPlace === undefined ? 0 : to.words(plan.thresholdPlace),
    plan.exempt === undefined ? 0 : to.bytes(plan.exempt),
    state.sums,
    state.weighted,
    state.ratio,
    state.held,
    state.changed,
    state.adjoint,
  ]);
  return { record, ...state };
}

export function placeAggregation(
  to: Room,
  plan: AggregationPlan,
  factorsRecord: number,
  address: (node: Node) => number,
): PlacedAggregation {
  const { factors, groups, buckets, totals } = countsOf(plan.factors);
  const { labels, gammaMatrix } = plan;
  const sets = plan.sets.length + 1;
  const serves = plan.shared ? 1 : buckets;
  const K = to.reserve(buckets * 8);
  const sum = to.reserve(buckets * 8);
  const S = to.reserve(buckets * 8);
  const side = to.reserve(buckets * 4);
  const value = to.reserve(totals * 8);
  const tails = to.reserve(totals * 2 * TAIL * 8);
  const limited = to.reserve(totals * 4);
  const floored = to.reserve(buckets * 4);
  const record = to.words([
    factorsRecord,
    labels,
    to.words(plan.labelOf),
    sets,
    to.words([0, ...plan.sets.map(({ of }) => to.words(of))]),
    to.words([...new Array<number>(buckets).fill(1), ...plan.sets.flatMap(({ groups: n }) => Array.from(n))]),
    to.words([0, ...plan.sets.map(({ mixed }) => (mixed ? 1 : 0))]),
    plan.terms.length,
    to.words(plan.terms.flatMap((term) => termWords(to, term, address))),
    to.words(plan.factors.bucketPlace),
    plan.power,
    plan.regime,
    to.reserve(serves * sets * labels * labels * 8),
    to.reserve(serves * labels * 8),
    plan.shared ? 1 : 0,
    plan.across,
    plan.gamma === undefined ? 0 : address(plan.gamma),
    to.words(plan.factors.totalPlace),
    gammaMatrix === undefined ? 0 : to.numbers(gammaMatrix.rows.flat()),
    gammaMatrix?.labels.length ?? 0,
    plan.gammaLabel === undefined ? 0 : to.words(plan.gammaLabel),
    plan.special === undefined ? 0 : to.bytes(plan.special),
    plan.specialAbsolute ? 1 : 0,
    plan.absolute ? 1 : 0,
    plan.inside ? 1 : 0,
    plan.clamp,
    plan.confidence === undefined ? 0 : to.numbers([plan.confidence, 0]),
    K,
    sum,
    S,
    side,
    value,
    tails,
    limited,
    floored,
    plan.strict ? 1 : 0,
    to.reserve(4 * labels * 8),
    to.reserve(mostGroups(plan) * labels * 8),
    ...(isMixed(plan) ? [8 * labels, 8 * labels, 4].map((bytes) => to.reserve(mostGroups(plan) * bytes)) : [0, 0, 0]),
    to.reserve(groups * 4),
    to.reserve(labels * 4),
    to.reserve(buckets * 4),
    to.reserve(factors * 8),
    to.reserve(factors * 8),
    to.reserve(factors * 8),
  ]);
  return { record, K, sum, S, side, tails, limited, floored };
}

function termWords(to: Room, { kind, a, b, bit, code, matrix }: TermPlan, address: (node: Node) => number): number[] {
  return [
    kind,
    a === undefined ? 0 : address(a),
    b === undefined ? 0 : address(b),
    bit,
    to.words(code),
    matrix === undefined ? 0 : to.numbers(matrix.rows.flat()),
    matrix?.labels.length ?? 0,
  ];
}
