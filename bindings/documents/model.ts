/** The model document: a margin model as data. Meaning and examples: docs/model-format.md. */
import * as v from "valibot";
import { expression, finite, name, scalar, select, table, type Expr, type Name, type Select, type Table } from "./expression.ts";

export type { Expr, Name, Select, Table, Condition } from "./expression.ts";

/** A set of keys; positions with equal keys form a group. */
export type Level = string | string[];

export interface Parameter {
  unit: string;
  /** Where the figure comes from. `source` or `assumed`: one of the two. */
  source?: string;
  /** Why this figure, where the venue publishes none. */
  assumed?: string;
  /** Values outside are refused. */
  range?: [number, number];
  is?: number | Table;
  for?: ({ is: number | Table } & { [key: string]: unknown })[];
}
export interface Value {
  at?: Level;
  is: Expr;
}
export interface Row {
  label?: string;
  slice?: number | string;
  spot?: Expr;
  linear?: Expr;
  volMove?: Expr;
  volShift?: Expr;
  volFloor?: Expr;
  time?: Expr;
  scale?: Expr;
  weight?: Expr;
  dampener?: Expr;
  currency?: Expr;
  either?: true;
}
export interface Scenarios {
  rows: Row[];
}
export interface Profile {
  at?: Level;
  select?: Select;
  of?: Profile[];
  factors?: { positive?: Expr; negative?: Expr };
  gains?: { factor: Expr; cap?: Expr };
  dampen?: true;
  worst?: "slice";
}
export type Reduce = "worst" | { row: number } | { slice: "worst" | number | string };
export interface Scan {
  kind: "scan";
  at?: Level;
  scenarios: string;
  profile?: Profile;
  reduce?: Reduce;
  floor?: number | null;
  rate?: Expr;
}
export interface Amount {
  kind: "amount";
  at?: Level;
  net?: Level;
  select?: Select;
  measure?: Expr;
  /** Unit of the measure, from which its rounding follows: base units (deltas, amounts; the default for `delta` and where no measure is given) or the settlement currency (the default for all others). */
  measureUnit?: "base" | "settlement";
  on?: "absolute" | "signed" | "long" | "short";
  rate?: Expr;
  charge?: Expr;
}
export interface Formula {
  kind: "formula";
  at?: Level;
  select?: Select;
  value: Expr;
}
export type Charge = Scan | Amount | Formula;

export interface MarginModel {
  format: 1;
  id: string;
  edition: string;
  source: string;
  currency: string;
  levels?: Record<string, string[]>;
  parameters: Record<Name, Parameter>;
  values?: Record<Name, Value>;
  scenarios?: Record<string, Scenarios>;
  charges: Record<Name, Charge>;
  equity: Expr;
  initial: Expr;
  maintenance: Expr;
  outputs?: Record<Name, Expr>;
}

const level = v.union([v.string(), v.array(v.string())]);
const numberOrTable = v.union([finite, table]);
const parameter = v.strictObject({
  unit: v.string(),
  source: v.optional(v.pipe(v.string(), v.nonEmpty())),
  assumed: v.optional(v.pipe(v.string(), v.nonEmpty())),
  range: v.optional(v.strictTuple([finite, finite])),
  is: v.optional(numberOrTable),
  for: v.optional(v.array(v.objectWithRest({ is: numberOrTable }, scalar))),
});
const value = v.strictObject({ at: v.optional(level), is: expression });
const row = v.strictObject({
  label: v.optional(v.string()),
  slice: v.optional(scalar),
  spot: v.optional(expression),
  linear: v.optional(expression),
  volMove: v.optional(expression),
  volShift: v.optional(expression),
  volFloor: v.optional(expression),
  time: v.optional(expression),
  scale: v.optional(expression),
  weight: v.optional(expression),
  dampener: v.optional(expression),
  currency: v.optional(expression),
  either: v.optional(v.literal(true)),
});
const profile: v.GenericSchema<Profile> = v.strictObject({
  at: v.optional(level),
  select: v.optional(select),
  of: v.optional(v.pipe(v.array(v.lazy(() => profile)), v.nonEmpty())),
  factors: v.optional(v.strictObject({ positive: v.optional(expression), negative: v.optional(expression) })),
  gains: v.optional(v.strictObject({ factor: expression, cap: v.optional(expression) })),
  dampen: v.optional(v.literal(true)),
  worst: v.optional(v.literal("slice")),
});
const reduce = v.union([
  v.literal("worst"),
  v.strictObject({ row: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.strictObject({ slice: scalar }),
]);
const scan = v.strictObject({
  kind: v.literal("scan"),
  at: v.optional(level),
  scenarios: v.string(),
  profile: v.optional(profile),
  reduce: v.optional(reduce),
  floor: v.optional(v.nullable(finite)),
  rate: v.optional(expression),
});
const amount = v.strictObject({
  kind: v.literal("amount"),
  at: v.optional(level),
  net: v.optional(level),
  select: v.optional(select),
  measure: v.optional(expression),
  measureUnit: v.optional(v.picklist(["base", "settlement"])),
  on: v.optional(v.picklist(["absolute", "signed", "long", "short"])),
  rate: v.optional(expression),
  charge: v.optional(expression),
});
const formula = v.strictObject({
  kind: v.literal("formula"),
  at: v.optional(level),
  select: v.optional(select),
  value: expression,
});

export const model: v.GenericSchema<MarginModel> = v.strictObject({
  format: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens")),
  edition: v.pipe(v.string(), v.regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, "the date from which it holds, such as 2024-06-17")),
  source: v.pipe(v.string(), v.nonEmpty()),
  currency: v.string(),
  levels: v.optional(v.record(v.string(), v.array(v.string()))),
  parameters: v.record(name, parameter),
  values: v.optional(v.record(name, value)),
  scenarios: v.optional(v.record(v.string(), v.strictObject({ rows: v.pipe(v.array(row), v.nonEmpty()) }))),
  charges: v.record(name, v.variant("kind", [scan, amount, formula])),
  equity: expression,
  initial: expression,
  maintenance: expression,
  outputs: v.optional(v.record(name, expression)),
}) as v.GenericSchema<MarginModel>;
