/** Correlated charges → nodes: labels and agreements of factors, terms of their correlation, and what is done across buckets. */
import { Across, Clamp, Concentration, Op, Regime, TermKind } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import { termsOf } from "../documents/correlated-rules.ts";
import type { Correlated, CorrelationTerm, Expr } from "../documents/model.ts";
import type { Matrix, Scalar } from "../documents/expression.ts";
import { expression, matches } from "./expressions.ts";
import { factorsOf, inOrder, type FactorsPlan } from "./factors.ts";
import type { Node } from "./graph.ts";
import type { Level } from "./levels.ts";
import type { Names } from "./names.ts";

export interface TermPlan {
  kind: TermKind;
  /** Where the model has it, for errors. */
  path: string;
  /** By group of the bucket's level. */
  a?: Node;
  b?: Node;
  /** Bit of an agreement in a set of agreements; of others −1. */
  bit: number;
  /** Of a matrix, the place of each label in it. */
  code: Int32Array;
  matrix?: Matrix;
  /** Parameter that the matrix is. */
  name?: string;
}

export interface AggregationPlan {
  factors: FactorsPlan;
  labelOf: Int32Array;
  labels: number;
  /**
   * Of each set of agreements but the empty one: which group of its bucket a factor is in; how many there are by bucket; and whether factors
   * of different concentration groups may be in one.
   */
  sets: { of: Int32Array; groups: Int32Array; mixed: boolean }[];
  terms: TermPlan[];
  /** One correlation serves all buckets. */
  shared: boolean;
  power: 1 | 2;
  regime: Regime;
  across: Across;
  gamma?: Node;
  gammaMatrix?: Matrix;
  gammaName?: string;
  gammaLabel?: Int32Array;
  special?: Uint8Array;
  specialAbsolute: boolean;
  absolute: boolean;
  inside: boolean;
  clamp: Clamp;
  confidence?: number;
  /** Nothing in the charge lets a sum under the root of a bucket be negative. */
  strict: boolean;
}

/** Labels beyond it would need as many numbers squared. */
const MOST_LABELS = 1024;

export function correlated(
  names: Names,
  charge: Correlated,
  level: Level,
  path: string,
): { node: Node; correlated: AggregationPlan } {
  const factors = factorsOf(names, charge, level, path);
  const plan = { ...correlation(names, charge, factors, path), ...acrossBuckets(names, charge, factors, path) };
  const node = names.graph.unique({
    op: Op.Correlate,
    level,
    phase: "account",
    args: [],
    extra: { aggregation: plan },
    isMatrix: false,
    path,
  });
  return { node, correlated: plan };
}

type Within = Pick<
  AggregationPlan,
  "factors" | "labelOf" | "labels" | "sets" | "terms" | "shared" | "power" | "regime" | "absolute" | "strict"
>;

const REGIMES = { low: Regime.Low, high: Regime.High } as const;

function correlation(names: Names, charge: Correlated, factors: FactorsPlan, path: string): Within {
  const { graph } = names;
  const terms = termsOf(charge);
  const column = (expr: Expr, at: string) => tickColumn(names, expr, factors.bucket, at);
  const codes: Scalar[][] = []; // of each matrix: its value of each factor
  const agreements: string[][] = [];
  const plans = terms.map((term, i): TermPlan => {
    const at = Array.isArray(charge.within) ? `${path}.within[${i}]` : `${path}.within`;
    const none = { bit: -1, code: new Int32Array(0) };
    if (isMatrixTerm(term)) {
      const matrix = names.model.parameters[term.matrix]!.is as Matrix;
      codes[i] = factors.keys.map((keys, f) => keyOf(keys, term.key, factors, f, `${at}.key`));
      return { kind: TermKind.Matrix, path: at, matrix, name: term.matrix, ...none };
    }
    if (isAgreement(term)) {
      agreements.push(term.agree);
      return {
        kind: TermKind.Agreement,
        path: at,
        a: column(term.is, `${at}.is`),
        b: column(term.else, `${at}.else`),
        ...none,
        bit: agreements.length - 1,
      };
    }
    return { kind: TermKind.Number, path: at, a: column(term, at), ...none };
  });
  if (terms.length === 0)
    plans.push({ kind: TermKind.Number, path, a: column(0, path), bit: -1, code: new Int32Array(0) });
  const { labelOf, labels } = labelled(plans, codes, factors, path);
  const sets = Array.from({ length: (1 << agreements.length) - 1 }, (_, T) => {
    const keys = [...new Set(agreements.filter((_, bit) => ((T + 1) >> bit) & 1).flat())];
    return { ...groupsOf(factors, keys), mixed: !separates(names, charge, factors, keys, path) };
  });
  return {
    factors,
    labelOf,
    labels,
    sets,
    terms: plans,
    shared: plans.every(({ a, b }) => [a, b].every((node) => node === undefined || isConstant(node, graph.account))),
    power: charge.squared === true ? 2 : 1,
    regime: charge.regime === undefined ? Regime.Medium : REGIMES[charge.regime],
    absolute: charge.within === "absolute",
    strict:
      factors.measures.length === 1 &&
      charge.regime === undefined &&
      plans.every(({ matrix }) => matrix?.indefinite === undefined && matrix?.diagonal === undefined),
  };
}

/** A node lifted from the account is one number. */
function isConstant(node: Node, account: Level): boolean {
  return node.level === account || (node.op === Op.Broadcast && isConstant(node.args[0]!, account));
}

function isMatrixTerm(term: CorrelationTerm): term is { key: string; matrix: string } {
  return typeof term === "object" && "matrix" in term;
}

function isAgreement(term: CorrelationTerm): term is { agree: string[]; is: Expr; else: Expr } {
  return typeof term === "object" && "agree" in term;
}

/**
 * Are factors that agree in some keys in one concentration group, where concentration is counted between factors? A matter of keys alone, so
 * that the arithmetic does not depend on what else the market lists.
 */
function separates(names: Names, charge: Correlated, factors: FactorsPlan, agree: string[], path: string): boolean {
  if (factors.concentration !== Concentration.Factors) return true;
  const { at = charge.factor, except = {} } = charge.concentration!;
  const apart = [...names.levels.find(at, `${path}.concentration.at`).keys, ...Object.keys(except)];
  return apart.every((key) => agree.includes(key) || factors.bucket.keys.includes(key));
}

function keyOf(keys: Record<string, Scalar>, key: string, factors: FactorsPlan, f: number, path: string): Scalar {
  const value = keys[key];
  if (value !== undefined) return value;
  const level = Object.keys(factors.keys[f]!).join(", ");
  throw new MarginError("LevelsApart", path, `the key "${key}" does not tell factors apart: they are by {${level}}`, {
    value: key,
  });
}

/** Factors with equal codes in every term have one label; labels are in the order of their codes, whatever factors there are beside. */
function labelled(plans: TermPlan[], codes: Scalar[][], factors: FactorsPlan, path: string) {
  const all = factors.keys.map((_, f) =>
    plans.map((plan, i): Scalar =>
      plan.matrix === undefined ? 0 : indexIn(plan.matrix, plan.name!, codes[i]![f]!, factors, f),
    ),
  );
  const seen = new Map(all.map((own) => [JSON.stringify(own), own]));
  if (seen.size > MOST_LABELS)
    throw new MarginError(
      "TooManyLabels",
      `${path}.within`,
      `correlations are told by ${seen.size} combinations of labels, more than ${MOST_LABELS}`,
    );
  const sorted = [...seen].sort(([, a], [, b]) => inOrder(a, b));
  const place = new Map(sorted.map(([id], label) => [id, label]));
  const labels = Math.max(sorted.length, 1);
  plans.forEach((plan, i) => {
    const code = sorted.map(([, own]) => Number(own[i]));
    plan.code = Int32Array.from({ length: labels }, (_, label) => code[label] ?? 0);
  });
  return { labelOf: Int32Array.from(all, (own) => place.get(JSON.stringify(own))!), labels };
}

function indexIn(matrix: Matrix, name: string, value: Scalar, factors: FactorsPlan, f: number): number {
  const index = matrix.labels.indexOf(value);
  if (index >= 0) return index;
  const keys = Object.entries(factors.keys[f]!).map(([key, one]) => `${key} ${one}`);
  throw new MarginError(
    "UnknownLabel",
    factors.path,
    `the matrix ${name} has no ${JSON.stringify(value)}, which the factor ${keys.join(", ")} has; its labels are ${matrix.labels.join(", ")}`,
    { value },
  );
}

/** Groups of the factors of a bucket that agree in some keys, numbered in the order of the keys. */
function groupsOf(factors: FactorsPlan, keys: string[]): { of: Int32Array; groups: Int32Array } {
  const seen = Array.from(factors.bucketPlace, () => new Map<string, Scalar[]>());
  const ids = factors.keys.map((own, f) => {
    const values = keys.map((key) => keyOf(own, key, factors, f, `${factors.path}.within`));
    const id = JSON.stringify(values);
    seen[factors.bucketOf[f]!]!.set(id, values);
    return id;
  });
  const places = seen.map((groups) => {
    const sorted = [...groups].sort(([, a], [, b]) => inOrder(a, b));
    return new Map(sorted.map(([id], g) => [id, g]));
  });
  return {
    of: Int32Array.from(ids, (id, f) => places[factors.bucketOf[f]!]!.get(id)!),
    groups: Int32Array.from(places, (groups) => groups.size),
  };
}

function tickColumn(names: Names, expr: Expr, level: Level, path: string): Node {
  const node = names.graph.lift(expression(names, expr, { level, path }), level, "tick");
  if (node.phase !== "tick")
    throw new MarginError("MeasureNeedsAccount", path, "a correlation cannot depend on charges");
  return node;
}

type AcrossPlan = Omit<AggregationPlan, keyof Within>;

function acrossBuckets(names: Names, charge: Correlated, factors: FactorsPlan, path: string): AcrossPlan {
  const { across = 0, special, clamp, tail } = charge;
  const common = {
    specialAbsolute: special?.sum === "absolute",
    inside: special?.inside === true,
    clamp: clamp === undefined ? Clamp.Never : clamp === "always" ? Clamp.Always : Clamp.Negative,
    ...(special === undefined ? {} : { special: specialBuckets(factors, special.select, path) }),
    ...(tail === undefined ? {} : { confidence: tail.confidence }),
  };
  if (across === "sum") return { across: Across.Sum, ...common };
  if (typeof across === "object" && "matrix" in across) {
    const matrix = names.model.parameters[across.matrix]!.is as Matrix;
    const gammaLabel = Int32Array.from(factors.bucketPlace, (_, b) => {
      if (common.special?.[b] === 1) return 0; // γ = 0, and no label of its own
      const f = factors.bucketOf.indexOf(b);
      return indexIn(
        matrix,
        across.matrix,
        keyOf(factors.keys[f]!, across.key, factors, f, `${path}.across.key`),
        factors,
        f,
      );
    });
    return { across: Across.Matrix, gammaMatrix: matrix, gammaName: across.matrix, gammaLabel, ...common };
  }
  return { across: Across.Number, gamma: tickColumn(names, across, factors.at, `${path}.across`), ...common };
}

function specialBuckets(factors: FactorsPlan, select: Parameters<typeof matches>[0], path: string): Uint8Array {
  return Uint8Array.from(factors.bucketPlace, (g) => {
    const keys = factors.bucket.groups[g]!;
    const stray = Object.keys(select).find((key) => keys[key] === undefined);
    if (stray !== undefined)
      throw new MarginError(
        "WrongSelect",
        `${path}.special.select`,
        `buckets are by {${Object.keys(keys).join(", ")}}, which does not have the key "${stray}"`,
        { value: stray },
      );
    return matches(select, keys) ? 1 : 0;
  });
}
