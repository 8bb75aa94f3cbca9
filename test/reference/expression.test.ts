/** Operators and curves on figures that need no computing. */
import { expect, test } from "vitest";
import type { Expr, Table } from "../../bindings/documents/expression.ts";
import { evaluate, namesIn, takenArgument, type Scope } from "./expression.ts";

const numbers: Record<string, number> = { a: 2, b: 5 };
const curve: Table = [
  [0, 1],
  [10, 2],
  [20, 4],
];
const scope: Scope = {
  number: (name) => numbers[name]!,
  table: () => curve,
  is: (select) => select["kind"] === "option",
};

test.each<[Expr, number]>([
  [{ sum: ["a", "b", 1] }, 8],
  [{ mul: ["a", "b"] }, 10],
  [{ max: ["a", "b"] }, 5],
  [{ min: ["a", "b"] }, 2],
  [{ sub: ["a", "b"] }, -3],
  [{ div: ["a", "b"] }, 0.4],
  [{ pow: ["a", 3] }, 8],
  [{ neg: "a" }, -2],
  [{ abs: -3 }, 3],
  [{ ln: { exp: 1 } }, 1],
  [{ sqrt: 9 }, 3],
  [{ ceil: -1.5 }, -1],
  [{ trunc: -1.5 }, -1],
  [{ if: [{ lt: ["a", 2] }, 1, 0] }, 0],
  [{ if: [{ le: ["a", 2] }, 1, 0] }, 1],
  [{ if: [{ is: { kind: "option" } }, 1, 0] }, 1],
  [{ round: [2.5, 0] }, 3],
  [{ round: [-2.5, 0] }, -3],
  [{ round: [1.2345, 2] }, 1.23],
  [{ step: [-1, curve] }, 0],
  [{ step: [10, curve] }, 2],
  [{ step: [19.9, "curve"] }, 2],
  [{ step: [1e9, "curve"] }, 4],
  [{ progressive: [-5, curve] }, 0],
  [{ progressive: [25, curve] }, 10 * 1 + 10 * 2 + 5 * 4],
  [{ interpolate: [-5, curve] }, 1],
  [{ interpolate: [5, curve] }, 1.5],
  [{ interpolate: [15, curve] }, 3],
  [{ interpolate: [25, curve] }, 4],
])("%j is %d", (expr, expected) => expect(evaluate(expr, scope)).toBe(expected));

test("the taken argument is the first of equals; an if counts its condition", () => {
  expect(takenArgument({ max: [1, "b", 5] }, scope)).toEqual({ argument: 1, name: "b" });
  expect(takenArgument({ min: ["b", { neg: "a" }] }, scope)).toEqual({ argument: 1, name: "neg" });
  expect(takenArgument({ if: [{ lt: ["a", 1] }, "a", "b"] }, scope)).toEqual({ argument: 2, name: "b" });
  expect(takenArgument({ sum: ["a", "b"] }, scope)).toBeUndefined();
});

test("names are listed once, in order, without the fields of conditions", () => {
  expect(namesIn({ if: [{ is: { kind: "option" } }, { sum: ["b", "a"] }, { step: ["a", "t"] }] })).toEqual([
    "b",
    "a",
    "t",
  ]);
});
