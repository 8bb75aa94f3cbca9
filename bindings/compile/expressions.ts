/** Expressions → nodes. */
import { Op } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import type { Condition, Expr, Scalar, Select } from "../documents/expression.ts";
import type { Node } from "./graph.ts";
import { decimalComparison } from "./decimals.ts";
import { hasKey, type Level } from "./levels.ts";
import type { Names } from "./names.ts";

export interface Context {
  /** The level at which the expression is seen. */
  level: Level;
  path: string;
  /** The size of a charge, in its rate. */
  size?: Node;
  /** Profit and loss of one unit in the row of a correlated charge's measure. */
  pnl?: Node;
  /** The field of a scenario row. */
  isRow?: boolean;
}

const LISTS: Record<string, Op> = { sum: Op.Add, mul: Op.Mul, max: Op.Max, min: Op.Min };
const PAIRS: Record<string, Op> = { sub: Op.Sub, div: Op.Div, pow: Op.Pow };
const SINGLES: Record<string, Op> = {
  neg: Op.Neg,
  abs: Op.Abs,
  exp: Op.Exp,
  ln: Op.Ln,
  sqrt: Op.Sqrt,
  ceil: Op.Ceil,
  trunc: Op.Trunc,
};
const CURVES: Record<string, Op> = { step: Op.Step, progressive: Op.Progressive, interpolate: Op.Interpolate };

/** The node of an expression, at the coarsest level that can hold it. */
export function expression(names: Names, expr: Expr, context: Context): Node {
  const { graph } = names;
  const { path } = context;
  if (typeof expr === "number") return graph.constant(expr, path);
  if (typeof expr === "string") return names.resolve(expr, context);
  const [operator, operand] = Object.entries(expr)[0] as [string, never];
  const at = `${path}.${operator}`;
  const of = (e: Expr, place: string) => expression(names, e, { ...context, path: place });
  if (Object.hasOwn(LISTS, operator)) {
    return (operand as Expr[])
      .map((e, i) => of(e, `${at}[${i}]`))
      .reduce((a, b) => graph.emit(LISTS[operator]!, [a, b], path));
  }
  if (Object.hasOwn(PAIRS, operator)) {
    const [a, b] = operand as [Expr, Expr];
    return graph.emit(PAIRS[operator]!, [of(a, `${at}[0]`), of(b, `${at}[1]`)], path);
  }
  if (Object.hasOwn(SINGLES, operator)) return graph.emit(SINGLES[operator]!, [of(operand, at)], path);
  if (Object.hasOwn(CURVES, operator)) {
    const [x, table] = operand as [Expr, never];
    const tables = names.tables(table, { ...context, path: `${at}[1]` });
    return graph.emit(CURVES[operator]!, [of(x, `${at}[0]`), ...tables], path);
  }
  if (operator === "round") {
    const [x, places] = operand as [Expr, number];
    return graph.emit(Op.Round, [of(x, `${at}[0]`)], path, { places });
  }
  const [when, then, otherwise] = operand as [Condition, Expr, Expr];
  return graph.emit(
    Op.If,
    [condition(names, when, { ...context, path: `${at}[0]` }), of(then, `${at}[1]`), of(otherwise, `${at}[2]`)],
    path,
  );
}

export function condition(names: Names, when: Condition, context: Context): Node {
  const { graph } = names;
  if ("is" in when) return fieldsAre(names, when.is, context);
  const decimal = decimalComparison(names, when, context);
  if (decimal !== undefined) return decimal;
  const [op, [a, b]] = "lt" in when ? [Op.Less, when.lt] : [Op.LessOrEqual, when.le];
  const of = (e: Expr, i: number) => expression(names, e, { ...context, path: `${context.path}[${i}]` });
  return graph.emit(op as Op, [of(a, 0), of(b, 1)], context.path);
}

/** 1 where the fields of a group are as selected. */
function fieldsAre(names: Names, select: Select, context: Context): Node {
  const keys = Object.keys(select);
  for (const key of keys) {
    if (key === "side")
      throw new MarginError("WrongSelect", context.path, "the side of a quantity is not a field of an instrument", {
        value: select.side,
      });
    if (!hasKey(context.level, key)) {
      throw new MarginError(
        "WrongSelect",
        context.path,
        `{${context.level.keys.join(", ")}} does not have the key "${key}"`,
        { value: key },
      );
    }
  }
  return names.data(
    `is:${JSON.stringify(select)}`,
    names.levels.of(keys),
    "is",
    (group) => (matches(select, group) ? 1 : 0),
    context.path,
  );
}

/** Do the fields agree with every key of the selection but `side`? */
export function matches(select: Select, fields: Record<string, Scalar>): boolean {
  return Object.entries(select).every(([key, wanted]) => {
    if (key === "side" || wanted === undefined) return true;
    const value = fields[key];
    return Array.isArray(wanted) ? value !== undefined && wanted.includes(value) : value === wanted;
  });
}
