/** Sums over positions: those of the frame, and what a change adds to them. */
import type { Code } from "../../compile/assembler.ts";
import { F64, type Name } from "../../compile/assembler.ts";
import type { Node } from "../../compile/graph.ts";
import type { Moved, Scope } from "./scope.ts";

/** Both instruments that may move, the cash where it moves within the path's group. */
function eachMoved(scope: Scope, node: Node, then: (moved: Moved, isCash: boolean) => void): void {
  const { code } = scope;
  const mask = scope.at.mask(node);
  const masked = (moved: Moved, isCash: boolean) => {
    if (mask === 0) then(moved, isCash);
    else
      code
        .get(moved.instrument)
        .load8(mask)
        .if(() => then(moved, isCash));
  };
  masked(scope.main, false);
  code.get(scope.heldAt(node.level).hasCash).if(() => masked(scope.cash, true));
}

/** Lots that a sum over one side, or both, has more. */
export function moreLots(scope: Scope, side: number, { before, after }: Moved): Code {
  const { code } = scope;
  if (side === 0) return code.get(after, before).do("f64.sub");
  if (side !== 1 && side !== -1) return code.f64(0);
  const part: Name = side === 1 ? "f64.max" : "f64.min";
  return code.get(after).f64(0).do(part).get(before).f64(0).do(part, "f64.sub");
}

export function sumMeasure(scope: Scope, node: Node): void {
  const { code } = scope;
  const held = scope.heldAt(node.level);
  const x = scope.local(node);
  code.get(held.own).load(F64, held.offset.get(node)!).set(x);
  eachMoved(scope, node, (moved) => {
    code.get(x);
    moreLots(scope, node.extra.side ?? 0, moved);
    scope.perLot(scope.at.column(node.args[0]!), moved.instrument).do("f64.mul", "f64.add").set(x);
  });
}

export function sumOrders(scope: Scope, node: Node): void {
  const { code, orders } = scope;
  const held = scope.heldAt(node.level);
  const x = scope.local(node);
  const [after, before] =
    node.extra.asks === true ? [orders.asks, orders.asksBefore] : [orders.bids, orders.bidsBefore];
  code.get(held.own).load(F64, held.offset.get(node)!).set(x);
  const mask = scope.at.mask(node);
  const add = () => {
    code.get(x, after, before).do("f64.sub");
    scope.perLot(scope.at.column(node.args[0]!), scope.main.instrument).do("f64.mul", "f64.add").set(x);
  };
  if (mask === 0) add();
  else code.get(scope.main.instrument).load8(mask).if(add);
}

export function heldMask(scope: Scope, node: Node): void {
  const { code } = scope;
  const held = scope.heldAt(node.level);
  const rows = code.local(F64);
  scope.count.set(node, rows);
  code.get(held.own).load(F64, held.counts.get(node)!).set(rows);
  const side = node.extra.side ?? 0;
  eachMoved(scope, node, ({ before, after, moreRows }) => {
    code.get(rows);
    if (side === 0) code.get(moreRows);
    else if (side === 1 || side === -1) {
      const isOn: Name = side === 1 ? "f64.gt" : "f64.lt";
      code.get(after).f64(0).do(isOn).get(before).f64(0).do(isOn, "i32.sub");
    } else code.i32(0);
    code.do("f64.convert_i32_s", "f64.add").set(rows);
  });
  code.get(rows).f64(0).do("f64.gt", "f64.convert_i32_s").set(scope.local(node));
}
