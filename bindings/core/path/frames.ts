/** The frames of an account: the path's group at each level found, and written over when a change is to be kept. */
import { FrameBytes } from "../../../assembly/record/opcodes.ts";
import { F64, I32, V128, type Local } from "../../compile/assembler.ts";
import type { Frame } from "../../compile/path.ts";
import { Answer } from "./answer.ts";
import type { Rows } from "./rows.ts";
import { isAccount, type Scope } from "./scope.ts";

/** Offsets in an Account (assembly/record/venue.ts), and in the Venue. */
const ACCOUNT = { frames: 64, frameEpoch: 72, frameChanges: 76 };
export const VENUE = { frameEpoch: 60 };

export function findFrames(scope: Scope): void {
  const { code, cash, main } = scope;
  for (const [level, group] of scope.group) if (!isAccount(level)) scope.groupOf(level, main.instrument).set(group);
  const cashMoves = code.local(I32);
  code.get(cash.instrument).i32(0).do("i32.ge_s");
  code.get(cash.before, cash.after).do("f64.ne").get(cash.moreRows).do("i32.or", "i32.and").set(cashMoves);
  scope.path.frames.forEach((frame, k) => findFrame(scope, frame, k, cashMoves));
}

function findFrame(scope: Scope, frame: Frame, k: number, cashMoves: Local): void {
  const { code, at } = scope;
  const { level } = frame;
  const layout = at.layout(frame);
  const group = scope.groupAt(level);
  const [block, start, count, own, rows, isHeld, hasCash] = Array.from({ length: 7 }, () => code.local(I32)) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  code
    .get(scope.account)
    .load(I32, ACCOUNT.frames)
    .tee(block)
    .load(I32, FrameBytes.Totals + 8 * k)
    .set(count);
  code
    .get(block, block)
    .load(I32, FrameBytes.Totals + 8 * k + 4)
    .do("i32.add")
    .set(start);
  code.i32(at.zeros).set(own);
  const [address, left] = [code.local(I32), code.local(I32)];
  code.get(start).set(address).get(count).set(left);
  code.loop((leaveIf) => {
    code.get(left).do("i32.eqz");
    leaveIf();
    code.get(address).load(I32).get(group).do("i32.eq");
    code.if(() => code.get(address).set(own));
    code.get(address).load(I32).get(group).do("i32.ge_s");
    leaveIf();
    code.get(address).i32(layout.bytes).do("i32.add").set(address);
    code.get(left).i32(1).do("i32.sub").set(left);
  });
  code.get(cashMoves).if(() => {
    const other = code.local(I32);
    if (!isAccount(level)) scope.groupOf(level, scope.cash.instrument).set(other);
    code.get(other).i32(0).do("i32.ge_s");
    code.if(() => {
      code.get(other, group).do("i32.ne");
      code.if(
        () => {
          // where it counts, the cash of another group is another path
          code.i32(0).load(I32, at.countsCash(frame)).get(scope.cash.moreRows).do("i32.or");
          code.if(() => code.i32(Answer.None).do("return"));
        },
        () => code.i32(1).set(hasCash),
      );
    });
  });
  code.get(own).load(I32, 4).get(scope.main.moreRows).do("i32.add");
  code.get(scope.cash.moreRows, hasCash).do("i32.mul", "i32.add").set(rows);
  if (isAccount(level)) code.i32(1).set(isHeld);
  else code.get(group).i32(0).do("i32.ge_s").get(rows).i32(0).do("i32.gt_s", "i32.and").set(isHeld);
  scope.held.set(level, { frame, start, count, own, rows, isHeld, hasCash, ...layout });
}

/** Frames whose groups stay those that they are; others have to be made anew. */
export function keepFrames(scope: Scope, matrices: Rows, totals: Local[]): void {
  const { code, at } = scope;
  for (const [level, { own, isHeld }] of scope.held) {
    if (isAccount(level)) continue;
    code.get(own).i32(at.zeros).do("i32.ne").get(isHeld).do("i32.ne");
    code.if(() => code.i32(Answer.None).do("return"));
  }
  for (const { frame, own, rows, isHeld, offset, counts } of scope.held.values()) {
    code.get(isHeld).if(() => {
      code.get(own, rows).store(I32, 4);
      for (const node of frame.columns) {
        if (!node.isMatrix) code.get(own, scope.local(node)).store(F64, offset.get(node)!);
        else
          matrices.eachPair(node, (s) => {
            code.get(own);
            matrices.pair(node, s);
            code.store(V128, offset.get(node)! + 8 * s);
          });
      }
      for (const node of frame.masks) code.get(own, scope.count.get(node)!).store(F64, counts.get(node)!);
    });
  }
  const { account } = scope;
  const block = code.local(I32);
  code.get(account).load(I32, ACCOUNT.frames).set(block);
  totals.forEach((total, k) => code.get(block, total).store(F64, 8 * k));
  code.get(account).i32(at.venue).load(I32, VENUE.frameEpoch).store(I32, ACCOUNT.frameEpoch);
  code.get(account, account).load(I32, ACCOUNT.frameChanges).i32(1).do("i32.add").store(I32, ACCOUNT.frameChanges);
}
