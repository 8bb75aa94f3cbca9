/** Between levels: the held groups of a finer level that lie in the path's group of a coarser one. */
import { F64, I32, type Local } from "../../compile/assembler.ts";
import type { Node } from "../../compile/graph.ts";
import type { Level, Relation } from "../../compile/levels.ts";
import { isAccount, type Scope } from "./scope.ts";

/** Behind the last group. */
const LAST = 0x7fffffff;

/** A sibling of the path: its address and its number. */
export interface Sibling {
  address: Local;
  group: Local;
}

/** All of them in the order of their numbers, as the core's sums have them: the path's own where it is held, and its siblings. */
export function children(
  scope: Scope,
  fine: Level,
  { coarse, ...relation }: Relation,
  own: () => void,
  sibling: (sibling: Sibling) => void,
): void {
  const { code } = scope;
  const held = scope.heldAt(fine);
  const path = scope.groupAt(fine);
  const [address, left, group, isPending] = Array.from({ length: 4 }, () => code.local(I32)) as [
    Local,
    Local,
    Local,
    Local,
  ];
  code.get(held.isHeld).set(isPending).get(held.start).set(address).get(held.count).set(left);
  code.loop((leaveIf) => {
    code.i32(LAST).set(group);
    code.get(left).if(() => code.get(address).load(I32).set(group));
    code.get(isPending, path, group).do("i32.le_s", "i32.and");
    code.if(() => {
      own();
      code.i32(0).set(isPending);
    });
    code.get(left).do("i32.eqz");
    leaveIf();
    code.get(group, path).do("i32.ne");
    if (!isAccount(coarse)) {
      scope.coarser({ coarse, ...relation }, group).get(scope.groupAt(coarse));
      code.do("i32.eq", "i32.and");
    }
    code.if(() => sibling({ address, group }));
    code.get(address).i32(held.bytes).do("i32.add").set(address);
    code.get(left).i32(1).do("i32.sub").set(left);
  });
}

export function sumGroups(scope: Scope, node: Node): void {
  const { code } = scope;
  const [arg] = node.args as [Node];
  const sum = scope.local(node);
  const offset = scope.heldAt(arg.level).offset.get(arg)!;
  code.f64(0).set(sum);
  const own = () => code.get(sum, scope.local(arg)).do("f64.add").set(sum);
  children(scope, arg.level, scope.relation(node), own, ({ address }) =>
    code.get(sum, address).load(F64, offset).do("f64.add").set(sum),
  );
}
