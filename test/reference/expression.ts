/** Expressions, evaluated by walking the document. What a name means is the scope's business. */
import type { Condition, Expr, Name, Select, Table } from "../../bindings/documents/expression.ts";
import { decimal, isLess, type Exact } from "./quantum.ts";

export interface Scope {
  number(name: Name): number;
  table(name: Name): Table;
  /** The figure of a name as it is written, where the name stands for nothing but a figure. */
  exact?(name: Name): Exact | undefined;
  /** Whether the group's instrument fields agree with the selection. */
  is(select: Select): boolean;
}

/** y of the last point at or below x; 0 below the first. */
export function step(x: number, table: Table): number {
  let y = 0;
  for (const [from, value] of table) if (from <= x) y = value;
  return y;
}

/** Σ over brackets: the part of x in the bracket times its y. The last bracket has no end. */
export function progressive(x: number, table: Table): number {
  let sum = 0;
  table.forEach(([from, y], i) => {
    const to = table[i + 1]?.[0] ?? Infinity;
    if (x > from) sum += (Math.min(x, to) - from) * y;
  });
  return sum;
}

/** Linear between points, flat outside. */
export function interpolate(x: number, table: Table): number {
  const first = table[0]!;
  if (x <= first[0]) return first[1];
  for (let i = 1; i < table.length; i++) {
    const [x0, y0] = table[i - 1]!;
    const [x1, y1] = table[i]!;
    if (x <= x1) return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  }
  return table.at(-1)![1];
}

/** Half away from zero. */
export function round(x: number, places: number): number {
  const scale = 10 ** places;
  return (Math.sign(x) * Math.floor(Math.abs(x) * scale + 0.5)) / scale;
}

/** A figure as decimals; undefined where something is computed. */
export function exactOf(expr: Expr, scope: Scope): Exact | undefined {
  if (typeof expr === "number") return decimal(expr);
  if (typeof expr === "string") return scope.exact?.(expr);
  if ("if" in expr) {
    const both = [expr.if[1], expr.if[2]].map((e) => exactOf(e, scope));
    return both.includes(undefined) ? undefined : both[holds(expr.if[0], scope) ? 0 : 1];
  }
  const list = "min" in expr ? expr.min : "max" in expr ? expr.max : [];
  const all = list.map((e) => exactOf(e, scope));
  if (all.length === 0 || all.includes(undefined)) return undefined;
  const isBefore = (a: Exact, b: Exact) => ("min" in expr ? isLess(a, b) : isLess(b, a));
  return all.reduce((a, b) => (isBefore(b!, a!) ? b : a));
}

function holds(condition: Condition, scope: Scope): boolean {
  if ("is" in condition) return scope.is(condition.is);
  const pair = "lt" in condition ? condition.lt : condition.le;
  const [a, b] = pair.map((e) => exactOf(e, scope));
  if (a !== undefined && b !== undefined) return "lt" in condition ? isLess(a, b) : !isLess(b, a);
  const [x, y] = pair.map((e) => evaluate(e, scope)) as [number, number];
  return "lt" in condition ? x < y : x <= y;
}

export function evaluate(expr: Expr, scope: Scope): number {
  if (typeof expr === "number") return expr;
  if (typeof expr === "string") return scope.number(expr);
  const of = (e: Expr) => evaluate(e, scope);
  const curve = (t: Table | Name) => (typeof t === "string" ? scope.table(t) : t);
  if ("sum" in expr) return expr.sum.map(of).reduce((a, b) => a + b);
  if ("mul" in expr) return expr.mul.map(of).reduce((a, b) => a * b);
  if ("max" in expr) return Math.max(...expr.max.map(of));
  if ("min" in expr) return Math.min(...expr.min.map(of));
  if ("sub" in expr) return of(expr.sub[0]) - of(expr.sub[1]);
  if ("div" in expr) return of(expr.div[0]) / of(expr.div[1]);
  if ("pow" in expr) return of(expr.pow[0]) ** of(expr.pow[1]);
  if ("neg" in expr) return -of(expr.neg);
  if ("abs" in expr) return Math.abs(of(expr.abs));
  if ("exp" in expr) return Math.exp(of(expr.exp));
  if ("ln" in expr) return Math.log(of(expr.ln));
  if ("sqrt" in expr) return Math.sqrt(of(expr.sqrt));
  if ("ceil" in expr) return Math.ceil(of(expr.ceil));
  if ("trunc" in expr) return Math.trunc(of(expr.trunc));
  if ("if" in expr) return holds(expr.if[0], scope) ? of(expr.if[1]) : of(expr.if[2]);
  if ("step" in expr) return step(of(expr.step[0]), curve(expr.step[1]));
  if ("progressive" in expr) return progressive(of(expr.progressive[0]), curve(expr.progressive[1]));
  if ("interpolate" in expr) return interpolate(of(expr.interpolate[0]), curve(expr.interpolate[1]));
  if ("round" in expr) return round(of(expr.round[0]), expr.round[1]);
  throw new Error(`unknown operator ${Object.keys(expr).join()}`);
}

/** Which argument of an outermost max, min or if is taken; the first of equals. An `if` counts its condition as argument 0. */
export function takenArgument(expr: Expr, scope: Scope): { argument: number; name: string } | undefined {
  if (typeof expr !== "object") return undefined;
  let list: Expr[];
  let argument: number;
  if ("if" in expr) {
    argument = holds(expr.if[0], scope) ? 1 : 2;
    list = [0, expr.if[1], expr.if[2]];
  } else if ("max" in expr || "min" in expr) {
    list = "max" in expr ? expr.max : expr.min;
    argument = list.map((e) => evaluate(e, scope)).indexOf(evaluate(expr, scope));
  } else return undefined;
  const taken = list[argument]!;
  return {
    argument,
    name: typeof taken === "string" ? taken : typeof taken === "number" ? String(taken) : Object.keys(taken)[0]!,
  };
}

/** Names in the order in which they are first written. */
export function namesIn(...exprs: (Expr | undefined)[]): Name[] {
  const found = new Set<Name>();
  const walk = (e: unknown): void => {
    if (typeof e === "string") found.add(e);
    else if (Array.isArray(e)) e.forEach(walk);
    else if (e !== null && typeof e === "object") for (const [k, x] of Object.entries(e)) if (k !== "is") walk(x);
  };
  exprs.forEach(walk);
  return [...found];
}
