/**
 * The code of a path: the account program for one instrument's groups, from how an event changes the sums to the margin, in one function.
 *
 * It does what the program's instructions do (assembly/model/program.ts), operation by operation and in the same order, so that its results
 * have the same bits; siblings of the path come from the account's frames.
 */
import { Op } from "../../../assembly/record/opcodes.ts";
import type { Code } from "../../compile/assembler.ts";
import { assemble, F64, I32, type Local } from "../../compile/assembler.ts";
import type { Node } from "../../compile/graph.ts";
import type { Level } from "../../compile/levels.ts";
import type { Path } from "../../compile/path.ts";
import type { Program } from "../../compile/program.ts";
import { Answer } from "./answer.ts";
import { sumGroups } from "./children.ts";
import { findFrames, keepFrames } from "./frames.ts";
import { callOf, IMPORTS } from "./imports.ts";
import type { PathAddresses } from "./place.ts";
import { Rows } from "./rows.ts";
import { scalar } from "./scalars.ts";
import { isAccount, Scope } from "./scope.ts";
import { heldMask, sumMeasure, sumOrders } from "./sums.ts";

/** Offsets in a Change (assembly/record/venue.ts). */
const CHANGE = {
  account: 0,
  instrument: 4,
  cash: 8,
  moreRows: 12,
  moreCash: 16,
  lotsBefore: 24,
  lots: 32,
  bidsBefore: 40,
  bids: 48,
  asksBefore: 56,
  asks: 64,
  moneyBefore: 72,
  money: 80,
  unrealised: 88,
};

/** A module with `check(account, instrument, lots, price, joining)` and `keep()`, which answer an Answer. */
export function pathCode(program: Program, path: Path, at: PathAddresses): Uint8Array<ArrayBuffer> {
  const run = IMPORTS.length;
  const none = (code: Code, account: Local) =>
    code
      .tee(account)
      .do("i32.eqz")
      .if(() => code.i32(Answer.None).do("return"));
  return assemble(IMPORTS, [
    {
      parameters: [I32, I32],
      result: I32,
      write: (code) => write(new Scope(code, program, path, at)),
    },
    {
      name: "check",
      parameters: [I32, I32, F64, F64, I32],
      result: I32,
      write: (code) => {
        const account = code.local(I32);
        code.i32(at.venue).get(0, 1, 2, 3, 4).call(callOf("describeOrder"));
        none(code, account).get(account).i32(0).call(run);
      },
    },
    {
      name: "keep",
      parameters: [],
      result: I32,
      write: (code) => {
        const account = code.local(I32);
        code.i32(at.change).load(I32, CHANGE.account);
        none(code, account).i32(at.change).i32(0).store(I32, CHANGE.account);
        code.get(account).i32(1).call(run);
      },
    },
  ]);
}

function write(scope: Scope): void {
  const { code } = scope;
  const rows = new Rows(scope);
  loadChange(scope);
  findFrames(scope);
  for (const { level, nodes } of runs(scope.path.nodes)) {
    if (isAccount(level)) nodes.forEach((node) => writeNode(scope, rows, node));
    else
      code
        .get(scope.groupAt(level))
        .i32(0)
        .do("i32.ge_s")
        .if(() => nodes.forEach((node) => writeNode(scope, rows, node)));
  }
  answer(scope, rows);
}

/** Neighbours of one level. */
function runs(nodes: Node[]): { level: Level; nodes: Node[] }[] {
  const found: { level: Level; nodes: Node[] }[] = [];
  for (const node of nodes) {
    if (node.op === 0) continue;
    if (found.at(-1)?.level !== node.level) found.push({ level: node.level, nodes: [] });
    found.at(-1)!.nodes.push(node);
  }
  return found;
}

function writeNode(scope: Scope, rows: Rows, node: Node): void {
  if (node.isMatrix || node.op === Op.Reduce) return rows.write(node);
  switch (node.op) {
    case Op.SumMeasure:
      return sumMeasure(scope, node);
    case Op.SumOrders:
      return sumOrders(scope, node);
    case Op.HeldMask:
      return heldMask(scope, node);
    case Op.SumGroups:
      return sumGroups(scope, node);
    default:
      scalar(scope, node);
      scope.code.set(scope.local(node));
  }
}

function loadChange({ code, at, main, cash, orders, unrealised }: Scope): void {
  const read = (type: typeof I32 | typeof F64, offset: number, to: Local) =>
    code.i32(at.change).load(type, offset).set(to);
  read(I32, CHANGE.instrument, main.instrument);
  read(F64, CHANGE.lotsBefore, main.before);
  read(F64, CHANGE.lots, main.after);
  read(I32, CHANGE.moreRows, main.moreRows);
  read(I32, CHANGE.cash, cash.instrument);
  read(F64, CHANGE.moneyBefore, cash.before);
  read(F64, CHANGE.money, cash.after);
  read(I32, CHANGE.moreCash, cash.moreRows);
  read(F64, CHANGE.bidsBefore, orders.bidsBefore);
  read(F64, CHANGE.bids, orders.bids);
  read(F64, CHANGE.asksBefore, orders.asksBefore);
  read(F64, CHANGE.asks, orders.asks);
  read(F64, CHANGE.unrealised, unrealised);
}

function answer(scope: Scope, rows: Rows): void {
  const { code, at } = scope;
  const totals = scope.program.results.slice(0, 3).map(({ node }) => {
    const total = code.local(F64);
    scope.read(node).set(total);
    return total;
  });
  // a figure that is none is for the instructions to explain
  for (const total of totals) code.get(total).f64(0).do("f64.mul");
  code.do("f64.add", "f64.add").f64(0).do("f64.ne");
  code.if(() => code.i32(Answer.None).do("return"));
  code.get(scope.keep).if(
    () => keepFrames(scope, rows, totals),
    () =>
      totals.forEach((total, k) =>
        code
          .i32(at.answer)
          .get(total)
          .store(F64, 8 * k),
      ),
  );
  code.i32(Answer.Done);
}
