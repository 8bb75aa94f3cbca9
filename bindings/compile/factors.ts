/** The risk factors of a correlated charge: which instruments measure which, and how factors lie in groups, buckets and totals. */
import { Concentration, Op } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import type { Correlated, Exposure, Expr } from "../documents/model.ts";
import type { Scalar } from "../documents/expression.ts";
import { expression, matches, type Context } from "./expressions.ts";
import type { Node } from "./graph.ts";
import { covers, INSTRUMENT, type Level } from "./levels.ts";
import type { Names } from "./names.ts";

/** One run of factors for each concentration group, of groups for each bucket, of buckets for each total. */
export interface FactorsPlan {
  path: string;
  at: Level;
  bucket: Level;
  factor: Level;
  /** First factor of each instrument, −1 where it has none. */
  factorOf: Int32Array;
  /** Sensitivity of one lot: one column, or up and down; or the same for long and for short positions. */
  measures: Node[];
  byPosition: boolean;
  pillars?: { of: Node; at: number[] };
  groupStart: Int32Array;
  bucketStart: Int32Array;
  totalStart: Int32Array;
  bucketOf: Int32Array;
  weight: Node;
  /** Group of the factor's level of each factor; of the bucket's level of each bucket; of the charge's level of each total. */
  weightPlace: Int32Array;
  bucketPlace: Int32Array;
  totalPlace: Int32Array;
  concentration: Concentration;
  threshold?: Node;
  thresholdPlace?: Int32Array;
  exempt?: Uint8Array;
  /** The keys that tell each factor. */
  keys: Record<string, Scalar>[];
  /** What brings sums and weights up to date; before whatever aggregates them. */
  node: Node;
}

/** The parts of a charge on which its weighted sensitivities depend: charges that agree in them share one plan. */
function identity({ at, select, factor, bucket, measure, reprice, pillars, weight, concentration }: Correlated) {
  return JSON.stringify([at, select, factor, bucket, measure, reprice, pillars, weight, concentration]);
}

export function factorsOf(names: Names, charge: Correlated, at: Level, path: string): FactorsPlan {
  const id = identity(charge);
  let plan = names.factorPlans.get(id);
  if (plan === undefined) names.factorPlans.set(id, (plan = build(names, charge, at, path)));
  return plan;
}

/** What a plan is made of: the parts of a correlated charge, or an exposure. */
type Source = Pick<
  Correlated,
  "select" | "factor" | "bucket" | "measure" | "reprice" | "pillars" | "weight" | "concentration"
>;

/** The factors of an exposure: one bucket, long and short positions apart. */
export function exposureFactors(names: Names, exposure: Exposure, path: string): FactorsPlan {
  return build(names, { ...exposure, bucket: "account" }, names.graph.account, path, true);
}

function build(names: Names, charge: Source, at: Level, path: string, byPosition = false): FactorsPlan {
  const { graph, levels, universe } = names;
  const factor = levels.find(charge.factor, `${path}.factor`);
  const bucket = levels.find(charge.bucket, `${path}.bucket`);
  const apart = (fine: Level, coarse: Level, field: string, words: string) => {
    if (!covers(fine, coarse)) throw new MarginError("LevelsApart", `${path}.${field}`, words);
  };
  apart(factor, bucket, "factor", "the factor's level must be as fine as the bucket's, or finer");
  apart(bucket, at, "bucket", "the bucket's level must be as fine as `at`, or finer");
  const { concentration, measure = 1, pillars, weight = 1 } = charge;
  const counted = concentrationOf(charge);
  const groups =
    counted === Concentration.Factors && concentration?.at !== undefined
      ? levels.find(concentration.at, `${path}.concentration.at`)
      : counted === Concentration.Factors
        ? factor
        : bucket;
  apart(
    factor,
    groups,
    "concentration.at",
    "concentration is counted by a level between the bucket's and the factor's",
  );
  apart(
    groups,
    bucket,
    "concentration.at",
    "concentration is counted by a level between the bucket's and the factor's",
  );

  const items = universe.items;
  const isTaken = (i: number) => charge.select === undefined || matches(charge.select, items[i]!.fields);
  const places = [...new Set(Array.from(factor.groupOf, (g, i) => (g >= 0 && isTaken(i) ? g : -1)))].filter(
    (g) => g >= 0,
  );
  const of = (level: Level, g: number) => level.groupOf[factor.sample[g]!]!;
  const except = concentration?.except;
  const isExempt = (g: number) => except !== undefined && matches(except, items[factor.sample[g]!]!.fields);
  // between factors, what is exempt is alike with nothing of its group that is not: it is a group of its own, with a ratio of 1
  const apartOf = (g: number) => (counted === Concentration.Factors && isExempt(g) ? 1 : 0);
  // by keys and not by number: what else the market lists must not change in which order numbers are added
  const byKeys = (level: Level, a: number, b: number) =>
    inOrder(Object.values(level.groups[of(level, a)]!), Object.values(level.groups[of(level, b)]!));
  places.sort(
    (a, b) =>
      byKeys(at, a, b) ||
      byKeys(bucket, a, b) ||
      byKeys(groups, a, b) ||
      apartOf(a) - apartOf(b) ||
      byKeys(factor, a, b),
  );
  const count = pillars?.at.length ?? 1;
  const factors = places.flatMap((g) => Array.from({ length: count }, () => g));
  const first = new Map(places.map((g, k) => [g, k * count]));
  const factorOf = Int32Array.from(factor.groupOf, (g, i) => (g >= 0 && isTaken(i) ? first.get(g)! : -1));

  const groupStart = startsOf(factors.map((g) => `${of(bucket, g)},${of(groups, g)},${apartOf(g)}`));
  const bucketStart = startsOf(firsts(groupStart).map((f) => of(bucket, factors[f]!)));
  const firstOfBucket = firsts(bucketStart).map((group) => groupStart[group]!);
  const totalStart = startsOf(firstOfBucket.map((f) => of(at, factors[f]!)));
  const bucketOf = new Int32Array(factors.length);
  firstOfBucket.forEach((f, b) => bucketOf.fill(b, f, groupStart[bucketStart[b + 1]!]));

  const instruments = levels.of([INSTRUMENT]);
  const column = (expr: Expr, level: Level, field: string, more: Partial<Context> = {}) => {
    const context = { level, path: `${path}.${field}`, ...more };
    const node = graph.lift(expression(names, expr, context), level, "tick");
    if (node.phase !== "tick")
      throw new MarginError(
        "MeasureNeedsAccount",
        context.path,
        "the figures of risk factors cannot depend on charges",
      );
    return node;
  };
  const perLot = (expr: Expr, field: string, row?: number) => {
    const pnl = row === undefined ? undefined : names.rowResult(charge.reprice!.scenarios, row, `${path}.reprice`);
    const node = column(expr, instruments, field, pnl === undefined ? {} : { pnl });
    return graph.unique({
      op: Op.PerLot,
      level: instruments,
      phase: "tick",
      args: [node],
      // not rounded: sums of sensitivities are exact in any order by themselves
      extra: {},
      isMatrix: false,
      path: `${path}.${field}`,
    });
  };
  const isTwoSided = typeof measure === "object" && "up" in measure;
  const plan: Omit<FactorsPlan, "node"> = {
    path,
    at,
    bucket,
    factor,
    factorOf,
    measures: isTwoSided
      ? [
          perLot(measure.up, "measure.up", charge.reprice?.up),
          perLot(measure.down, "measure.down", charge.reprice?.down),
        ]
      : byPosition
        ? both(perLot(measure, "measure"))
        : [perLot(measure, "measure")],
    byPosition,
    ...(pillars === undefined
      ? {}
      : { pillars: { of: column(pillars.of, instruments, "pillars.of"), at: pillars.at } }),
    groupStart,
    bucketStart,
    totalStart,
    bucketOf,
    weight: column(weight, factor, "weight"),
    weightPlace: Int32Array.from(factors),
    bucketPlace: Int32Array.from(firstOfBucket, (f) => of(bucket, factors[f]!)),
    totalPlace: Int32Array.from(firsts(totalStart), (b) => of(at, factors[firstOfBucket[b]!]!)),
    concentration: counted,
    keys: factors.map((g, f) => ({
      ...factor.groups[g]!,
      ...(pillars === undefined ? {} : { pillar: pillars.at[f % count]! }),
    })),
  };
  if (concentration !== undefined) {
    plan.threshold = column(concentration.threshold, groups, "concentration.threshold");
    plan.thresholdPlace = Int32Array.from(firsts(groupStart), (f) => of(groups, factors[f]!));
    if (except !== undefined) plan.exempt = Uint8Array.from(factors, (g) => (isExempt(g) ? 1 : 0));
  }
  const whole = { ...plan } as FactorsPlan;
  whole.node = graph.unique({
    op: Op.Weigh,
    level: graph.account,
    phase: "account",
    args: [],
    extra: { factors: whole },
    isMatrix: false,
    path,
  });
  return whole;
}

const both = (node: Node): Node[] => [node, node];

function concentrationOf({ concentration }: Source): Concentration {
  if (concentration === undefined) return Concentration.None;
  return concentration.on === "buckets" ? Concentration.Buckets : Concentration.Factors;
}

/** Compares lists of keys: whole numbers by size, also those in words, before other words. */
export function inOrder(a: readonly Scalar[], b: readonly Scalar[]): number {
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k]!, b[k]!];
    if (x === y) continue;
    const [m, n] = [sizeOf(x), sizeOf(y)];
    if (m !== n) return m < n ? -1 : 1;
    return String(x) < String(y) ? -1 : 1;
  }
  return 0;
}

const sizeOf = (x: Scalar) => (typeof x === "number" ? x : /^\d{1,9}$/.test(x) ? Number(x) : Infinity);

/** Where runs of equal values start, and the end. */
function startsOf(values: unknown[]): Int32Array {
  const starts = values.flatMap((value, i) => (i === 0 || value !== values[i - 1] ? [i] : []));
  return Int32Array.from([...starts, values.length]);
}

const firsts = (starts: Int32Array) => Array.from(starts.subarray(0, -1));
