/** Profiles of a finer level in the rows of a coarser one, in its currency where they leave their own (assembly/charge/scan.ts). */
import type { Code } from "../../compile/assembler.ts";
import { F64, I32, V128, type Local } from "../../compile/assembler.ts";
import type { Node } from "../../compile/graph.ts";
import { children } from "./children.ts";
import type { Rows } from "./rows.ts";
import type { Scope } from "./scope.ts";

export function convert(scope: Scope, rows: Rows, node: Node): void {
  const base = scope.local(node.second!);
  scope.code.f64(0).set(base);
  rows.clear(node);
  addConverted(scope, rows, node, base);
}

export function addRows(scope: Scope, rows: Rows, node: Node): void {
  if (node.extra.toCurrency! >= 0) return addConverted(scope, rows, node);
  const { code } = scope;
  const [arg] = node.args as [Node];
  const offset = scope.heldAt(arg.level).offset.get(arg)!;
  const to = rows.address(node);
  const add = (from: () => Code, at: number) =>
    rows.eachPair(node, (s) => {
      code
        .i32(to)
        .i32(to)
        .load(V128, 8 * s);
      from()
        .load(V128, at + 8 * s)
        .do("f64x2.add")
        .store(V128, 8 * s);
    });
  children(
    scope,
    arg.level,
    scope.relation(node),
    () => add(() => code.i32(rows.address(arg)), 0),
    ({ address }) => add(() => code.get(address), offset),
  );
}

/** out += P·X + M·(X − X[now]), and M·X[now] to the base values where they are asked for. */
function addConverted(scope: Scope, rows: Rows, node: Node, base?: Local): void {
  const { code } = scope;
  const [P, M] = node.args as [Node, Node];
  const { offset } = scope.heldAt(P.level);
  const set = scope.at.set(node.set!);
  const currencyOf = scope.program.levels.relations[node.extra.toCurrency!]!;
  const to = rows.address(node);
  const [X, m, all, now] = [code.local(I32), code.local(F64), code.local(V128), code.local(V128)];
  /** `m` is M. */
  const add = (from: () => Code, at: number, group: Local) => {
    scope
      .coarser(currencyOf, group)
      .i32(8 * set.stride)
      .do("i32.mul")
      .i32(set.currencies)
      .do("i32.add")
      .set(X);
    code.get(m).do("f64x2.splat").set(all);
    code
      .get(X)
      .load(F64, 8 * set.rows)
      .do("f64x2.splat")
      .set(now);
    rows.eachPair(node, (s) => {
      const j = 8 * s;
      code.i32(to).i32(to).load(V128, j);
      from()
        .load(V128, at + j)
        .get(X)
        .load(V128, j)
        .do("f64x2.mul");
      code.get(all, X).load(V128, j).get(now).do("f64x2.sub", "f64x2.mul", "f64x2.add", "f64x2.add").store(V128, j);
    });
    if (base !== undefined) code.get(base, m, now).lane(0).do("f64.mul", "f64.add").set(base);
  };
  children(
    scope,
    P.level,
    scope.relation(node),
    () => {
      code.get(scope.local(M)).set(m);
      add(() => code.i32(rows.address(P)), 0, scope.groupAt(P.level));
    },
    ({ address, group }) => {
      code.get(address).load(F64, offset.get(M)!).set(m);
      add(() => code.get(address), offset.get(P)!, group);
    },
  );
}
