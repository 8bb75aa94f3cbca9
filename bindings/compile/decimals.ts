/**
 * Thresholds compared as decimals: a figure that a document writes with more digits than f64 has is the number nearest to it and a rest, and two
 * equal numbers compare by their rests. Only figures have one (numbers, names of figures, and the smaller, larger or chosen of them): what is
 * computed is f64.
 */
import { Op } from "../../assembly/record/opcodes.ts";
import { restOf } from "../documents/decimal.ts";
import type { Condition, Expr } from "../documents/expression.ts";
import { condition, expression, type Context } from "./expressions.ts";
import type { Node } from "./graph.ts";
import type { Names } from "./names.ts";

export interface Rest {
  node: Node;
  /** Some figure is written as a decimal: without one, numbers tell all. */
  isDecimal: boolean;
}

/** The rest of an expression; undefined where it is computed. */
export function restOfExpression(names: Names, expr: Expr, context: Context): Rest | undefined {
  const { graph } = names;
  const { path } = context;
  if (typeof expr === "number") return { node: graph.constant(restOf(expr), path), isDecimal: false };
  if (typeof expr === "string") return names.rest(expr, context);
  const at = (place: string) => ({ ...context, path: place });
  if ("if" in expr) {
    const [when, then, otherwise] = expr.if;
    const [a, b] = [then, otherwise].map((e, i) => restOfExpression(names, e, at(`${path}.if[${i + 1}]`)));
    if (a === undefined || b === undefined) return undefined;
    const node = graph.emit(Op.If, [condition(names, when, at(`${path}.if[0]`)), a.node, b.node], path);
    return { node, isDecimal: a.isDecimal || b.isDecimal };
  }
  const operator = "min" in expr ? "min" : "max" in expr ? "max" : undefined;
  if (operator === undefined) return undefined;
  const operands = (expr as Record<string, Expr[]>)[operator]!;
  const parts = operands.map((e, i) => {
    const place = at(`${path}.${operator}[${i}]`);
    const rest = restOfExpression(names, e, place);
    return rest === undefined ? undefined : { value: expression(names, e, place), rest };
  });
  if (parts.some((part) => part === undefined)) return undefined;
  const { rest } = (parts as NonNullable<(typeof parts)[number]>[]).reduce((a, b) => {
    // the first is kept where both are the same
    const [less, more] = operator === "min" ? [b, a] : [a, b];
    const isSecond = compare(names, Op.Less, less, more, path);
    return {
      value: graph.emit(operator === "min" ? Op.Min : Op.Max, [a.value, b.value], path),
      rest: {
        node: graph.emit(Op.If, [isSecond, b.rest.node, a.rest.node], path),
        isDecimal: a.rest.isDecimal || b.rest.isDecimal,
      },
    };
  });
  return rest;
}

/** a < b or a ≤ b of two figures: by their numbers, and where those are equal by their rests. */
function compare(
  { graph }: Names,
  op: Op.Less | Op.LessOrEqual,
  a: { value: Node; rest: Rest },
  b: { value: Node; rest: Rest },
  path: string,
): Node {
  const less = graph.emit(Op.Less, [a.value, b.value], path);
  const atMost = graph.emit(Op.LessOrEqual, [a.value, b.value], path);
  const byRest = graph.emit(op, [a.rest.node, b.rest.node], path);
  const equal = graph.emit(Op.If, [less, graph.constant(1, path), byRest], path);
  return graph.emit(Op.If, [atMost, equal, graph.constant(0, path)], path);
}

/** A comparison of two figures of which one is a decimal; undefined where f64 tells all. */
export function decimalComparison(
  names: Names,
  when: Exclude<Condition, { is: unknown }>,
  context: Context,
): Node | undefined {
  if (!names.parameters.hasDecimals && !names.facts.hasDecimals) return undefined;
  const [op, pair] = "lt" in when ? [Op.Less as const, when.lt] : [Op.LessOrEqual as const, when.le];
  const [a, b] = pair.map((e, i) => {
    const place = { ...context, path: `${context.path}.${"lt" in when ? "lt" : "le"}[${i}]` };
    const rest = restOfExpression(names, e, place);
    return rest === undefined ? undefined : { value: expression(names, e, place), rest };
  });
  if (a === undefined || b === undefined || !(a.rest.isDecimal || b.rest.isDecimal)) return undefined;
  return compare(names, op, a, b, context.path);
}
