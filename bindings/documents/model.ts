/** The model document: a margin model as data. Meaning and examples: docs/model-format.md. */
import * as v from "valibot";
import { orDecimal, type Decimal } from "./decimal.ts";
import {
  expression,
  finite,
  matrix,
  name,
  scalar,
  select,
  table,
  type Expr,
  type Matrix,
  type Name,
  type Select,
  type Table,
} from "./expression.ts";

export type { Decimal } from "./decimal.ts";
export type { Expr, Matrix, Name, Select, Table, Condition } from "./expression.ts";

/** A set of keys; positions with equal keys form a group. */
export type Level = string | string[];

export interface Parameter {
  /** Unit of the figure, in words. */
  unit: string;
  /** Where the figure comes from. `source` or `assumed`: one of the two. */
  source?: string;
  /** Why this figure, where the venue publishes none. */
  assumed?: string;
  /** Values outside are refused. */
  range?: [number, number];
  /** The portfolio's facts may give it, by group of this level; `is` and `for` hold where they do not. */
  given?: Level;
  /** The figure for everything; a matrix can only be that. A decimal in quotes keeps digits beyond f64 for comparisons. */
  is?: number | Decimal | Table | Matrix;
  /** Figures for places: keys of instruments and `is`; the place that agrees in the most keys wins. */
  for?: ({ is: number | Decimal | Table } & { [key: string]: unknown })[];
}
export interface FactTerms {
  /** Unit of the figure, in words. */
  unit: string;
}
export interface Value {
  /** Level of the value; default `account`. */
  at?: Level;
  /** The formula. */
  is: Expr;
}
export interface Row {
  /** What a requirement calls the row. */
  label?: string;
  /** Rows of one slice differ in volatility only. */
  slice?: number | string;
  /** Relative move of spot and of the variable part of the forward. */
  spot?: Expr;
  /** Relative move for delta-one instruments where it differs from `spot`. */
  linear?: Expr;
  /** Relative move of the volatility. */
  volMove?: Expr;
  /** Shift of the volatility, 0.01 a vol point, after the move. */
  volShift?: Expr;
  /** Least volatility after move and shift. */
  volFloor?: Expr;
  /** Years passed. */
  time?: Expr;
  /** Shift of the rate by which options are discounted: D' = D·e^(−rate·τ'); forwards stay. */
  rate?: Expr;
  /** Relative move of the forward against spot: F' = (fixed + variable·(1 + spot))·(1 + basis). */
  basis?: Expr;
  /** Move of the smile's skew ψ and wings in jump-wing coordinates; needs SVI slices. */
  skew?: Expr;
  /** Move of both wings in jump-wing coordinates; needs SVI slices. */
  convexity?: Expr;
  /** Skew-stickiness ratio: 0 the smile moves with spot, 1 to first order sticky strike; absent: it stays with the strike. */
  stickiness?: Expr;
  /** Factor on one instrument's profit and loss. */
  scale?: Expr;
  /** Factor on a leaf group's profit and loss, after its shape. */
  weight?: Expr;
  /** Amount by which profit and loss shrinks toward 0 where a profile says `dampen`. */
  dampener?: Expr;
  /** Relative move of the value of a settlement currency, on top of its underlying's. */
  currency?: Expr;
  /** The mirrored move counts too: each leaf group takes −|profit and loss|. */
  either?: true;
}
export interface Scenarios {
  /** Rows that are repriced; where `array` is given, what its entries are. Ties go to the first. */
  rows?: Row[];
  /** Ready-made risk arrays: the market fact whose list is the profit and loss (gain > 0) of one unit of base of an instrument in each row. */
  array?: Name;
  /** In place of rows: the payoff at expiry at each strike of the group's expiry, and at price 0. */
  settlement?: true;
}
export interface Profile {
  /** Level of the groups. */
  at?: Level;
  /** Positions that count; a child's own adds to it. */
  select?: Select;
  /** Finer profiles that are summed; a profile without is a leaf and sums positions. */
  of?: Profile[];
  /** Factors on the shocked value, by its sign; leaf only. */
  factors?: { positive?: Expr; negative?: Expr };
  /** Profit becomes min(profit·factor, cap). */
  gains?: { factor: Expr; cap?: Expr };
  /** The row's `dampener` counts here. */
  dampen?: true;
  /** Each row becomes the worst of its slice. */
  worst?: "slice";
}
export type Reduce = "worst" | { row: number } | { slice: "worst" | number | string };
export interface Scan {
  kind: "scan";
  /** Level of the charge; default `account`. */
  at?: Level;
  /** Name of a set of `scenarios`. */
  scenarios: string;
  /** How profit and loss is summed and shaped; default: all positions by `at`. */
  profile?: Profile;
  /** Resting orders: the worst subset of their fills, row by row, joins a leaf's sum before its shape; default none. */
  orders?: "worstSubset" | "none";
  /** Which loss counts: of the worst row (default), of one row, or the mean of a slice. */
  reduce?: Reduce;
  /** Least loss; default 0, null for none. */
  floor?: number | null;
  /** Factor on the loss; `size` is the loss. */
  rate?: Expr;
}
export type MeasureUnit = "base" | "quote" | "settlement" | "model";
export interface Amount {
  kind: "amount";
  /** Level of the charge; default `account`. */
  at?: Level;
  /** Level within which amounts are netted before they are sized; default `at`. */
  net?: Level;
  /** Positions that count. */
  select?: Select;
  /** Amount of one unit of quantity; default 1. */
  measure?: Expr;
  /**
   * What the measure counts, from which its rounding follows: base units (deltas, amounts), quote currency (gamma, vega, theta), the
   * settlement currency, or the model's. Default: base for `delta` and where there is no measure, quote for the other Greeks, model
   * where the measure mentions `conversion`, settlement else.
   */
  measureUnit?: MeasureUnit;
  /** Which side of the netted amount counts; default absolute. */
  on?: "absolute" | "signed" | "long" | "short";
  /** Resting orders: the size if all bids fill, if all asks do, or the larger of the two; default none. */
  orders?: "bids" | "asks" | "worstSide" | "none";
  /** Factor on the size; may use `size`. */
  rate?: Expr;
  /** The charge itself instead of size·rate; may use `size`. */
  charge?: Expr;
}
export interface SpreadLeg {
  /** Groups of `net` that the leg takes from, by keys of that level. */
  select: Select;
  /** Which sign of amount it takes, against the other legs; a pair also forms with all signs turned. */
  side: 1 | -1;
  /** Amount that one pair takes, > 0. */
  ratio: number;
  /** Charge per unit of amount that the leg takes, in the group out of which it takes. */
  rate?: Expr;
}
export interface Spread {
  kind: "spread";
  /** Level of the charge; default `account`. */
  at?: Level;
  /** Level within which pairs form; default `at`. */
  within?: Level;
  /** Level of the net amounts, as fine as `at` and `within` or finer; default `at`. */
  net?: Level;
  /** Positions that count. */
  select?: Select;
  /** Amount of one unit of quantity; default 1. */
  measure?: Expr;
  /** What the measure counts, as of an amount. */
  measureUnit?: MeasureUnit;
  /** In priority: each finds what those before it have left. */
  pairs: {
    /** At least two; those of one side take from different groups. */
    legs: SpreadLeg[];
    /** Charge per pair; `within` is then as fine as `at`, or finer. */
    rate?: Expr;
  }[];
}
export interface Formula {
  kind: "formula";
  /** Level of the charge; default `account`. */
  at?: Level;
  /** Positions that make a group held. */
  select?: Select;
  /** The formula, evaluated in each held group. */
  value: Expr;
}
/** A factor of the correlation between two factors; the terms of a list are multiplied. */
export type CorrelationTerm =
  /** Between any two different factors; seen from the bucket's level. */
  | Expr
  /** `is` where the two agree in every key of `agree`, `else` otherwise. */
  | { agree: string[]; is: Expr; else: Expr }
  /** By the values of one key (`pillar` where measures are split): the entry of a matrix parameter. */
  | { key: string; matrix: Name };
export interface Correlated {
  kind: "correlated";
  /** Level of the charge; default `account`. */
  at?: Level;
  /** Instruments that count. */
  select?: Select;
  /** Level of the risk factors: the measures of instruments with equal keys net fully. */
  factor: Level;
  /** Level of the buckets, between `at` and `factor`. */
  bucket: Level;
  /** Sensitivity of one unit of quantity to its factor; default 1. Or one each for the move up and the move down (curvature). */
  measure?: Expr | { up: Expr; down: Expr };
  /** Rows of a set of `scenarios`: in `measure.up` and `measure.down` the name `pnl` is the result of one unit in them. */
  reprice?: { scenarios: string; up: number; down: number };
  /** Splits each measure between the two neighbours of `of` among `at`; the factor then has the key `pillar`. */
  pillars?: { of: Expr; at: number[] };
  /** Weight of a factor; default 1. */
  weight?: Expr;
  /** Ratio max(1, √(|Σ sensitivities|/threshold)) by group of `at` (default the factor), a factor on the weight. */
  concentration?: {
    at?: Level;
    threshold: Expr;
    /** Factors that take no part. */
    except?: Select;
    /** Where min/max of two ratios is a factor on the correlation: between factors (default) or between buckets. */
    on?: "factors" | "buckets";
  };
  /** Correlation within a bucket; or "absolute": K is the sum of absolute values. */
  within: CorrelationTerm | CorrelationTerm[] | "absolute";
  /** Correlation across buckets, seen from `at`; default 0. Or "sum": the K of the buckets are added. */
  across?: Expr | { key: string; matrix: Name } | "sum";
  /** ρ² and γ² in place of ρ and γ. */
  squared?: true;
  /** Stress of ρ and γ, after squaring: high min(1.25·ρ, 1), low max(2·ρ − 1, 0.75·ρ). */
  regime?: "low" | "high";
  /** When the sum S of a bucket is limited to ±K: always, or where the root would be of a negative number. Default: never. */
  clamp?: "always" | "negative";
  /** Buckets apart from the others: `inside` the root uncorrelated, or added after it; `sum: "absolute"` as of `within`. */
  special?: { select: Select; sum?: "root" | "absolute"; inside?: boolean };
  /** max(Σw + λ·root, 0) with λ = (z² − 1)(1 + θ) − θ, θ = min(Σw/Σ|w|, 0), z the normal quantile of the confidence. */
  tail?: { confidence: number };
}
/** A vector of sensitivities by risk factor that is watched, without costing anything. */
export interface Exposure {
  /** What it is and in which unit, in words. */
  label?: string;
  /** Instruments that count. */
  select?: Select;
  /** Level of the risk factors. */
  factor: Level;
  /** Sensitivity of one unit of quantity. */
  measure: Expr;
  /** Splits each measure between the two neighbours of `of` among `at`; the factor then has the key `pillar`. */
  pillars?: { of: Expr; at: number[] };
}
export type Charge = Scan | Amount | Spread | Formula | Correlated;

export interface MarginModel {
  format: 1;
  /** Name of the model. */
  id: string;
  /** Date from which it holds. */
  edition: string;
  /** Where the rules come from. */
  source: string;
  /** What the model takes for granted beyond its parameters, where the venue publishes nothing; in sentences. */
  assumptions?: string[];
  /** Currency of equity, initial and maintenance. */
  currency: string;
  /** Keys of sensitivities that the model groups and selects by, beside the fields of instruments. */
  keys?: string[];
  /** Further levels by name: sets of keys. */
  levels?: Record<string, string[]>;
  /** What the model reads from the market beside spot, forward, discount and vol, by name: missing only where something held needs it. */
  facts?: Record<Name, FactTerms>;
  /** Figures of the venue by name. */
  parameters: Record<Name, Parameter>;
  /** Formulas by name that are not shown in the requirement. */
  values?: Record<Name, Value>;
  /** Sets of scenario rows by name. */
  scenarios?: Record<string, Scenarios>;
  /** What costs, by name, in the order of the requirement. */
  charges: Record<Name, Charge>;
  /** Vectors of sensitivities by name, with their long and short parts. */
  exposures?: Record<Name, Exposure>;
  /** What counts against the requirement. */
  equity: Expr;
  /** Initial margin, > 0. */
  initial: Expr;
  /** Maintenance margin, > 0. */
  maintenance: Expr;
  /** Further results by name. */
  outputs?: Record<Name, Expr>;
}

const level = v.union([v.string(), v.array(v.string())]);
const numberOrTable = orDecimal(v.union([finite, table]));
const figure = orDecimal(v.union([finite, table, matrix]));
export const parameter = v.strictObject({
  unit: v.string(),
  source: v.optional(v.pipe(v.string(), v.nonEmpty())),
  assumed: v.optional(v.pipe(v.string(), v.nonEmpty())),
  range: v.optional(v.strictTuple([finite, finite])),
  given: v.optional(level),
  is: v.optional(figure),
  for: v.optional(v.array(v.objectWithRest({ is: numberOrTable }, scalar))),
});
export const factTerms = v.strictObject({ unit: v.string() });
export const value = v.strictObject({ at: v.optional(level), is: expression });
export const row = v.strictObject({
  label: v.optional(v.string()),
  slice: v.optional(scalar),
  spot: v.optional(expression),
  linear: v.optional(expression),
  volMove: v.optional(expression),
  volShift: v.optional(expression),
  volFloor: v.optional(expression),
  time: v.optional(expression),
  rate: v.optional(expression),
  basis: v.optional(expression),
  skew: v.optional(expression),
  convexity: v.optional(expression),
  stickiness: v.optional(expression),
  scale: v.optional(expression),
  weight: v.optional(expression),
  dampener: v.optional(expression),
  currency: v.optional(expression),
  either: v.optional(v.literal(true)),
});
export const scenarios = v.strictObject({
  rows: v.optional(v.pipe(v.array(row), v.nonEmpty())),
  array: v.optional(name),
  settlement: v.optional(v.literal(true)),
});
export const profile: v.GenericSchema<Profile> = v.strictObject({
  at: v.optional(level),
  select: v.optional(select),
  of: v.optional(v.pipe(v.array(v.lazy(() => profile)), v.nonEmpty())),
  factors: v.optional(v.strictObject({ positive: v.optional(expression), negative: v.optional(expression) })),
  gains: v.optional(v.strictObject({ factor: expression, cap: v.optional(expression) })),
  dampen: v.optional(v.literal(true)),
  worst: v.optional(v.literal("slice")),
});
const rowNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
const reduce = v.union([v.literal("worst"), v.strictObject({ row: rowNumber }), v.strictObject({ slice: scalar })]);
export const scan = v.strictObject({
  kind: v.literal("scan"),
  at: v.optional(level),
  scenarios: v.string(),
  profile: v.optional(profile),
  orders: v.optional(v.picklist(["worstSubset", "none"])),
  reduce: v.optional(reduce),
  floor: v.optional(v.nullable(finite)),
  rate: v.optional(expression),
});
export const amount = v.strictObject({
  kind: v.literal("amount"),
  at: v.optional(level),
  net: v.optional(level),
  select: v.optional(select),
  measure: v.optional(expression),
  measureUnit: v.optional(v.picklist(["base", "quote", "settlement", "model"])),
  on: v.optional(v.picklist(["absolute", "signed", "long", "short"])),
  orders: v.optional(v.picklist(["bids", "asks", "worstSide", "none"])),
  rate: v.optional(expression),
  charge: v.optional(expression),
});
const measureUnit = v.picklist(["base", "quote", "settlement", "model"]);
export const spreadLeg = v.strictObject({
  select,
  side: v.picklist([1, -1]),
  ratio: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  rate: v.optional(expression),
});
export const spread = v.strictObject({
  kind: v.literal("spread"),
  at: v.optional(level),
  within: v.optional(level),
  net: v.optional(level),
  select: v.optional(select),
  measure: v.optional(expression),
  measureUnit: v.optional(measureUnit),
  pairs: v.pipe(
    v.array(v.strictObject({ legs: v.pipe(v.array(spreadLeg), v.minLength(2)), rate: v.optional(expression) })),
    v.nonEmpty(),
  ),
});
export const formula = v.strictObject({
  kind: v.literal("formula"),
  at: v.optional(level),
  select: v.optional(select),
  value: expression,
});
const byMatrix = v.strictObject({ key: v.string(), matrix: name });
const correlationTerm = v.union([
  expression,
  v.strictObject({ agree: v.pipe(v.array(v.string()), v.nonEmpty()), is: expression, else: expression }),
  byMatrix,
]);
const pillars = v.strictObject({
  of: expression,
  at: v.pipe(
    v.array(finite),
    v.minLength(2),
    v.check((at) => at.every((x, i) => i === 0 || at[i - 1]! < x), "pillars in ascending order"),
  ),
});
export const exposure = v.strictObject({
  label: v.optional(v.string()),
  select: v.optional(select),
  factor: level,
  measure: expression,
  pillars: v.optional(pillars),
});
export const correlated = v.strictObject({
  kind: v.literal("correlated"),
  at: v.optional(level),
  select: v.optional(select),
  factor: level,
  bucket: level,
  measure: v.optional(v.union([expression, v.strictObject({ up: expression, down: expression })])),
  reprice: v.optional(v.strictObject({ scenarios: v.string(), up: rowNumber, down: rowNumber })),
  pillars: v.optional(pillars),
  weight: v.optional(expression),
  concentration: v.optional(
    v.strictObject({
      at: v.optional(level),
      threshold: expression,
      except: v.optional(select),
      on: v.optional(v.picklist(["factors", "buckets"])),
    }),
  ),
  within: v.union([correlationTerm, v.pipe(v.array(correlationTerm), v.nonEmpty()), v.literal("absolute")]),
  across: v.optional(v.union([expression, byMatrix, v.literal("sum")])),
  squared: v.optional(v.literal(true)),
  regime: v.optional(v.picklist(["low", "high"])),
  clamp: v.optional(v.picklist(["always", "negative"])),
  special: v.optional(
    v.strictObject({ select, sum: v.optional(v.picklist(["root", "absolute"])), inside: v.optional(v.boolean()) }),
  ),
  tail: v.optional(v.strictObject({ confidence: v.pipe(v.number(), v.gtValue(0.5), v.ltValue(1)) })),
});

export const model: v.GenericSchema<MarginModel> = v.strictObject({
  format: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens")),
  edition: v.pipe(
    v.string(),
    v.regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, "the date from which it holds, such as 2024-06-17"),
  ),
  source: v.pipe(v.string(), v.nonEmpty()),
  assumptions: v.optional(v.array(v.pipe(v.string(), v.nonEmpty()))),
  currency: v.string(),
  keys: v.optional(v.array(name)),
  levels: v.optional(v.record(v.string(), v.array(v.string()))),
  facts: v.optional(v.record(name, factTerms)),
  parameters: v.record(name, parameter),
  values: v.optional(v.record(name, value)),
  scenarios: v.optional(v.record(v.string(), scenarios)),
  charges: v.record(name, v.variant("kind", [scan, amount, spread, formula, correlated])),
  exposures: v.optional(v.record(name, exposure)),
  equity: expression,
  initial: expression,
  maintenance: expression,
  outputs: v.optional(v.record(name, expression)),
}) as v.GenericSchema<MarginModel>;
