/** Correlated charges → nodes: labels and agreements of factors, terms of their correlation, and what is done across buckets. */
import { Across, Clamp, Concentration, Op, Regime, TermKind } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import { termsOf } from "../documents/correlated-rules.ts";
import type { Correlated, CorrelationTerm, Expr } from "../documents/model.ts";
import type { Matrix, Scalar } from "../documents/expression.ts";
import { expression, matches } from "./expressions.ts";
import { factorsOf, type FactorsPlan } from "./factors.ts";
import type { Node } from "./graph.ts";
import type { Level } from "./levels.ts";
import type { Names } from "./names.ts";

export interface TermPlan {
  kind: TermKind;
  /** By group of the bucket's level. */
  a?: Node;
  b?: Node;
  /** Bit of an agreement in a set of agreements; −1 where labels tell it. */
  bit: number;
  /** Code of each label. */
  code: Int32Array;
  matrix?: Matrix;
  /** Parameter of the matrix. */
  name?: string;
}

export interface AggregationPlan {
  factors: FactorsPlan;
  labelOf: Int32Array;
  labels: number;
  /** Of each set of agreements but the empty one: which group of its bucket a factor is in; and how many there are by bucket. */
  sets: { of: Int32Array; groups: Int32Array }[];
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
}

/** The matrices of a charge, with the parameters that they are. */
export function matricesOf({ terms, gammaMatrix, gammaName }: AggregationPlan): { matrix: Matrix; name: string }[] {
  const within = terms.flatMap(({ matrix, name }) => (matrix === undefined ? [] : [{ matrix, name: name! }]));
  return gammaMatrix === undefined ? within : [...within, { matrix: gammaMatrix, name: gammaName! }];
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
  "factors" | "labelOf" | "labels" | "sets" | "terms" | "shared" | "power" | "regime" | "absolute"
>;

const REGIMES = { low: Regime.Low, high: Regime.High } as const;

function correlation(names: Names, charge: Correlated, factors: FactorsPlan, path: string): Within {
  const { graph } = names;
  const terms = termsOf(charge);
  const column = (expr: Expr, at: string) => tickColumn(names, expr, factors.bucket, at);
  const codes: Scalar[][] = []; // of each term that labels tell: its value of each factor
  const agreements: string[][] = [];
  const plans = terms.map((term, i): TermPlan => {
    const at = Array.isArray(charge.within) ? `${path}.within[${i}]` : `${path}.within`;
    const none = { bit: -1, code: new Int32Array(0) };
    if (isMatrixTerm(term)) {
      const matrix = names.model.parameters[term.matrix]!.is as Matrix;
      codes[i] = factors.keys.map((keys, f) => keyOf(keys, term.key, factors, f, `${at}.key`));
      return { kind: TermKind.Matrix, matrix, name: term.matrix, ...none };
    }
    if (isAgreement(term)) {
      const isBit = separates(factors, term.agree);
      if (isBit) agreements.push(term.agree);
      else codes[i] = factors.keys.map((keys, f) => agreementOf(keys, term.agree, factors, f, at));
      return {
        kind: TermKind.Agreement,
        a: column(term.is, `${at}.is`),
        b: column(term.else, `${at}.else`),
        ...none,
        bit: isBit ? agreements.length - 1 : -1,
      };
    }
    return { kind: TermKind.Number, a: column(term, at), ...none };
  });
  if (terms.length === 0) plans.push({ kind: TermKind.Number, a: column(0, path), bit: -1, code: new Int32Array(0) });
  const { labelOf, labels } = labelled(plans, codes, factors, path);
  const sets = Array.from({ length: (1 << agreements.length) - 1 }, (_, T) =>
    groupsOf(factors, [...new Set(agreements.filter((_, bit) => ((T + 1) >> bit) & 1).flat())]),
  );
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
 * May the agreement be told by groups? Where concentration is counted between factors, two factors of different concentration groups must
 * not agree; else labels tell it.
 */
function separates(factors: FactorsPlan, agree: string[]): boolean {
  if (factors.concentration !== Concentration.Factors) return true;
  const { groupStart, bucketOf, keys } = factors;
  const seen = new Map<string, number>();
  for (let g = 0; g + 1 < groupStart.length; g++) {
    for (let f = groupStart[g]!; f < groupStart[g + 1]!; f++) {
      const id = `${bucketOf[f]}:${agree.map((key) => JSON.stringify(keys[f]![key])).join()}`;
      const other = seen.get(id);
      if (other !== undefined && other !== g) return false;
      seen.set(id, g);
    }
  }
  return true;
}

function keyOf(keys: Record<string, Scalar>, key: string, factors: FactorsPlan, f: number, path: string): Scalar {
  const value = keys[key];
  if (value !== undefined) return value;
  const level = Object.keys(factors.keys[f]!).join(", ");
  throw new MarginError("LevelsApart", path, `the key "${key}" does not tell factors apart: they are by {${level}}`, {
    value: key,
  });
}

function agreementOf(
  keys: Record<string, Scalar>,
  agree: string[],
  factors: FactorsPlan,
  f: number,
  at: string,
): Scalar {
  return JSON.stringify(agree.map((key, k) => keyOf(keys, key, factors, f, `${at}.agree[${k}]`)));
}

/** Factors with equal codes in every term have one label. */
function labelled(plans: TermPlan[], codes: Scalar[][], factors: FactorsPlan, path: string) {
  const numbers = plans.map(() => new Map<Scalar, number>());
  const code = plans.map(() => [] as number[]);
  const seen = new Map<string, number>();
  const labelOf = new Int32Array(factors.keys.length);
  for (let f = 0; f < labelOf.length; f++) {
    const own = plans.map((plan, i) =>
      codes[i] === undefined ? 0 : codeOf(plan, codes[i][f]!, numbers[i]!, factors, f),
    );
    const id = own.join();
    let label = seen.get(id);
    if (label === undefined) {
      label = seen.size;
      seen.set(id, label);
      own.forEach((one, i) => code[i]!.push(one));
    }
    labelOf[f] = label;
  }
  const labels = Math.max(seen.size, 1);
  if (labels > MOST_LABELS)
    throw new MarginError(
      "TooManyLabels",
      `${path}.within`,
      `correlations are told by ${labels} combinations of labels, more than ${MOST_LABELS}`,
    );
  plans.forEach((plan, i) => (plan.code = Int32Array.from({ length: labels }, (_, l) => code[i]![l] ?? 0)));
  return { labelOf, labels };
}

function codeOf(plan: TermPlan, value: Scalar, numbers: Map<Scalar, number>, factors: FactorsPlan, f: number): number {
  if (plan.matrix === undefined) {
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value)!;
  }
  return indexIn(plan.matrix, value, factors, f);
}

function indexIn(matrix: Matrix, value: Scalar, factors: FactorsPlan, f: number): number {
  const index = matrix.labels.indexOf(value);
  if (index >= 0) return index;
  const keys = Object.entries(factors.keys[f]!).map(([key, one]) => `${key} ${one}`);
  throw new MarginError(
    "UnknownLabel",
    factors.path,
    `the correlations have no ${JSON.stringify(value)} (${matrix.labels.join(", ")}), which the factor ${keys.join(", ")} has`,
    { value },
  );
}

function groupsOf(factors: FactorsPlan, keys: string[]): { of: Int32Array; groups: Int32Array } {
  const buckets = factors.bucketPlace.length;
  const seen = Array.from({ length: buckets }, () => new Map<string, number>());
  const of = Int32Array.from(factors.keys, (own, f) => {
    const ids = seen[factors.bucketOf[f]!]!;
    const id = JSON.stringify(keys.map((key) => keyOf(own, key, factors, f, `${factors.path}.within`)));
    if (!ids.has(id)) ids.set(id, ids.size);
    return ids.get(id)!;
  });
  return { of, groups: Int32Array.from(seen, (ids) => ids.size) };
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
      return indexIn(matrix, keyOf(factors.keys[f]!, across.key, factors, f, `${path}.across.key`), factors, f);
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
