/**
 * Expressions: the one small language for every number of a model (scenario moves, rates, factors, combination).
 *
 * `Expr` is a number, a name, or an object with exactly one operator. See docs/model-format.md.
 */
import * as v from "valibot";

export type Name = string;

/** Ascending points `[from, y]` of a step, progressive or interpolated curve. */
export type Table = [from: number, y: number][];

/** A symmetric matrix with its rows and columns named. */
export interface Matrix {
  labels: Scalar[];
  rows: number[][];
  /** The diagonal is the correlation of two different factors with one label, and need not be 1. */
  diagonal?: "pairs";
  /** Why a matrix with negative eigenvalues is taken as it is: a variance below 0 then counts as 0. */
  indefinite?: string;
}

export type Scalar = string | number;
/** Conditions on instrument fields; `side` is the sign of the held quantity. */
export type Select = { side?: "long" | "short" } & { [key: string]: Scalar | Scalar[] | undefined };

export type Condition = { lt: [Expr, Expr] } | { le: [Expr, Expr] } | { is: Select };

export type Expr =
  | number
  | Name
  | { sum: Expr[] }
  | { mul: Expr[] }
  | { max: Expr[] }
  | { min: Expr[] }
  | { sub: [Expr, Expr] }
  | { div: [Expr, Expr] }
  | { pow: [Expr, Expr] }
  | { neg: Expr }
  | { abs: Expr }
  | { exp: Expr }
  | { ln: Expr }
  | { sqrt: Expr }
  | { if: [Condition, Expr, Expr] }
  | { step: [Expr, Table | Name] }
  | { progressive: [Expr, Table | Name] }
  | { interpolate: [Expr, Table | Name] }
  | { round: [Expr, number] }
  | { ceil: Expr }
  | { trunc: Expr };

export const finite = v.pipe(v.number(), v.finite());
export const name = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9]*$/, "a name of letters and digits, a letter first"),
);
export const scalar = v.union([v.string(), finite]);
export const select = v.record(
  v.string(),
  v.union([scalar, v.pipe(v.array(scalar), v.nonEmpty())]),
) as v.GenericSchema<Select>;

export const table: v.GenericSchema<Table> = v.pipe(
  v.array(v.strictTuple([finite, finite])),
  v.nonEmpty(),
  v.check(
    (points) => points.every((p, i) => i === 0 || points[i - 1]![0] < p[0]),
    "points [from, y] in ascending order of `from`",
  ),
);

export const matrix: v.GenericSchema<Matrix> = v.strictObject({
  labels: v.pipe(v.array(scalar), v.nonEmpty()),
  rows: v.array(v.array(finite)),
  diagonal: v.optional(v.literal("pairs")),
  indefinite: v.optional(v.pipe(v.string(), v.nonEmpty())),
});

const expr: v.GenericSchema<Expr> = v.lazy((input) => {
  if (input === undefined) return anyExpr; // asked for its JSON Schema
  if (typeof input === "number") return finite;
  if (typeof input === "string") return name;
  if (input === null || typeof input !== "object" || Array.isArray(input)) return noExpr;
  const keys = Object.keys(input);
  const operator = keys.find((key) => Object.hasOwn(operators, key));
  if (operator === undefined || keys.length > 1) return noExpr;
  return operators[operator as keyof typeof operators] as v.GenericSchema<Expr>;
});
const list = v.pipe(v.array(expr), v.nonEmpty());
const pair = v.strictTuple([expr, expr]);
const condition = v.union([v.strictObject({ lt: pair }), v.strictObject({ le: pair }), v.strictObject({ is: select })]);
const curve = v.strictTuple([expr, v.union([table, name])]);
const operators = {
  sum: v.strictObject({ sum: list }),
  mul: v.strictObject({ mul: list }),
  max: v.strictObject({ max: list }),
  min: v.strictObject({ min: list }),
  sub: v.strictObject({ sub: pair }),
  div: v.strictObject({ div: pair }),
  pow: v.strictObject({ pow: pair }),
  neg: v.strictObject({ neg: expr }),
  abs: v.strictObject({ abs: expr }),
  exp: v.strictObject({ exp: expr }),
  ln: v.strictObject({ ln: expr }),
  sqrt: v.strictObject({ sqrt: expr }),
  if: v.strictObject({ if: v.strictTuple([condition, expr, expr]) }),
  step: v.strictObject({ step: curve }),
  progressive: v.strictObject({ progressive: curve }),
  interpolate: v.strictObject({ interpolate: curve }),
  round: v.strictObject({
    round: v.strictTuple([expr, v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(15))]),
  }),
  ceil: v.strictObject({ ceil: expr }),
  trunc: v.strictObject({ trunc: expr }),
};
const noExpr = v.custom<Expr>(
  () => false,
  `a number, a name, or an object with one of the operators ${Object.keys(operators).join(", ")}`,
);
const anyExpr = v.union([finite, name, ...Object.values(operators)]) as v.GenericSchema<Expr>;

/** The whole union, for the published JSON Schema; parsing goes through the operator that is there, so that errors name it. */
export const expressionUnion = anyExpr;
export const expression = expr;
