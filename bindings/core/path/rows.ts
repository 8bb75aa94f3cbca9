/** Profiles on the path: profit and loss in every row of a set, two rows at a time, as assembly/charge/scan.ts shapes and reduces them. */
import { Op, ReduceMode } from "../../../assembly/record/opcodes.ts";
import { F64, V128, I32, type Local } from "../../compile/assembler.ts";
import type { Node } from "../../compile/graph.ts";
import { addRows, convert } from "./converted.ts";
import type { Moved, Scope } from "./scope.ts";
import { moreLots } from "./sums.ts";

export class Rows {
  /** Of shapes, their columns in both lanes. */
  private readonly splats = new Map<Node, Local[]>();
  /** Matrices of which others read the rows by address; shapes among them that are written by now. */
  private readonly isRead: ReadonlySet<Node>;
  private readonly written = new Set<Node>();

  constructor(private readonly scope: Scope) {
    const adding = scope.path.nodes.filter(({ op }) => op === Op.AddRows || op === Op.Convert);
    this.isRead = new Set(adding.map(({ args }) => args[0]!));
  }

  /** A matrix, or its reduction. */
  write(node: Node): void {
    switch (node.op) {
      case Op.SumRows:
        return this.sumRows(node);
      case Op.Convert:
        return convert(this.scope, this, node);
      case Op.ClearRows:
        return this.clear(node);
      case Op.AddRows:
        return addRows(this.scope, this, node);
      case Op.Reduce:
        return this.reduce(node);
      default:
        return this.shape(node);
    }
  }

  /** Where the rows of a matrix are. */
  address(node: Node): number {
    return this.scope.at.rows(node.inPlaceOf ?? node);
  }

  /** Rows s and s + 1, two by two. */
  eachPair(node: Node, then: (s: number) => void): void {
    const { stride } = this.scope.at.set(node.set!);
    for (let s = 0; s < stride; s += 2) then(s);
  }

  clear(node: Node): void {
    const { code, zero } = this.scope;
    this.eachPair(node, (s) =>
      code
        .i32(this.address(node))
        .get(zero)
        .store(V128, 8 * s),
    );
  }

  sumRows(node: Node): void {
    const { scope } = this;
    const { code } = scope;
    const held = scope.heldAt(node.level);
    const set = scope.at.set(node.set!);
    const to = this.address(node);
    const base = scope.local(node.second!);
    const lots = code.local(F64);
    const risk = code.local(I32);
    const moves = (moved: Moved) => {
      code
        .get(moved.instrument)
        .i32(8 * set.stride)
        .do("i32.mul")
        .i32(set.risk)
        .do("i32.add")
        .set(risk);
      const mask = scope.at.mask(node);
      const take = () => moreLots(scope, node.extra.side ?? 0, moved).set(lots);
      if (mask === 0) take();
      else {
        code.f64(0).set(lots);
        code.get(moved.instrument).load8(mask).if(take);
      }
      code.get(lots);
      scope.perLot(set.base, moved.instrument).do("f64.mul");
    };
    const rows = (sums: (j: number) => void) => {
      const all = code.local(V128);
      code.get(lots).do("f64x2.splat").set(all);
      this.eachPair(node, (s) => {
        const j = 8 * s;
        code.i32(to);
        sums(j);
        code.get(risk).load(V128, j).get(all).do("f64x2.mul", "f64x2.add").store(V128, j);
      });
    };
    code.get(held.own).load(F64, held.offset.get(node.second!)!);
    moves(scope.main);
    code.do("f64.add").set(base);
    rows((j) => code.get(held.own).load(V128, held.offset.get(node)! + j));
    if (node.extra.orders === true) {
      const mask = scope.at.mask(node);
      if (mask === 0) this.fills(node, to, risk);
      else
        code
          .get(scope.main.instrument)
          .load8(mask)
          .if(() => this.fills(node, to, risk));
    }
    code.get(held.hasCash).if(() => {
      code.get(base);
      moves(scope.cash);
      code.do("f64.add").set(base);
      rows((j) => code.i32(to).load(V128, j));
    });
  }

  /** Of resting orders those that lose most in each row: what they lose now in place of what they lost before. */
  fills(node: Node, to: number, risk: Local): void {
    const { scope } = this;
    const { code, orders } = scope;
    const splat = (local: Local, isShort: boolean) => {
      const vector = code.local(V128);
      if (isShort) code.f64(0).get(local).do("f64.sub");
      else code.get(local);
      code.do("f64x2.splat").set(vector);
      return vector;
    };
    code.get(orders.bids, orders.bidsBefore).do("f64.ne").get(orders.asks, orders.asksBefore).do("f64.ne", "i32.or");
    code.if(() => {
      const now = [splat(orders.bids, false), splat(orders.asks, true)];
      const before = [splat(orders.bidsBefore, false), splat(orders.asksBefore, true)];
      const worst = ([bids, asks]: Local[], j: number) => {
        code.get(scope.zero, bids!).get(risk).load(V128, j).do("f64x2.mul").get(asks!).get(risk).load(V128, j);
        code.do("f64x2.mul", "f64x2.min", "f64x2.min");
      };
      this.eachPair(node, (s) => {
        const j = 8 * s;
        code.i32(to).i32(to).load(V128, j);
        worst(now, j);
        code.do("f64x2.add");
        worst(before, j);
        code.do("f64x2.sub").store(V128, j);
      });
    });
  }

  /** What a shape needs in every row; its rows are written where others than a reduction read them. */
  shape(node: Node): void {
    const { scope } = this;
    const { code } = scope;
    const [, ...columns] = node.args;
    const splats = columns.map((column) => {
      const vector = code.local(V128);
      scope.read(column).do("f64x2.splat").set(vector);
      return vector;
    });
    this.splats.set(node, splats);
    if (!this.isRead.has(node)) return;
    this.eachPair(node, (s) => {
      code.i32(this.address(node));
      this.pair(node, s);
      code.store(V128, 8 * s);
    });
    this.written.add(node);
  }

  /** Rows s and s + 1 of a matrix. */
  pair(node: Node, s: number): void {
    const { scope } = this;
    const { code } = scope;
    const splats = this.splats.get(node);
    if (splats === undefined || this.written.has(node)) {
      code.i32(this.address(node)).load(V128, 8 * s);
      return;
    }
    const x = code.local(V128);
    this.pair(node.args[0]!, s);
    code.set(x);
    const { zero } = scope;
    const byRow = (otherwise: number) => {
      const at = (k: number) => {
        const column = node.extra.byRow![k];
        if (column === undefined) code.f64(otherwise);
        else scope.read(column);
      };
      at(s);
      code.do("f64x2.splat");
      at(s + 1);
      code.replaceLane1();
    };
    switch (node.op) {
      case Op.Gains: {
        const [factor, cap] = splats as [Local, Local?];
        code.get(x, factor).do("f64x2.mul");
        if (cap !== undefined) code.get(cap).do("f64x2.min");
        code.get(x, x, zero).do("f64x2.gt", "v128.bitselect");
        return;
      }
      case Op.Factors: {
        const [base, positive, negative] = splats as [Local, Local, Local];
        code.get(base, x).do("f64x2.add").tee(x).get(positive, negative, x, zero);
        code.do("f64x2.gt", "v128.bitselect", "f64x2.mul").get(base).do("f64x2.sub");
        return;
      }
      case Op.Either: {
        const flags = [node.extra.flags![s], node.extra.flags![s + 1]].map((flag) => (flag ?? 0) !== 0);
        if (!flags[0] && !flags[1]) {
          code.get(x);
          return;
        }
        const lost = code.local(V128);
        code.get(zero, x).do("f64x2.abs", "f64x2.sub").set(lost);
        // the other lane as it was
        if (flags[0] && flags[1]) code.get(lost);
        else if (flags[0]) code.get(lost, x).lane(1).replaceLane1();
        else code.get(x, lost).lane(1).replaceLane1();
        return;
      }
      case Op.Dampen: {
        const by = code.local(V128);
        byRow(0);
        code.get(x).do("f64x2.abs", "f64x2.min").set(by);
        code.get(x, by).do("f64x2.sub").get(x, by).do("f64x2.add").get(x, zero).do("f64x2.gt", "v128.bitselect");
        return;
      }
      default:
        code.get(x);
        byRow(1);
        code.do("f64x2.mul");
    }
  }

  /** The least row, as a loss. */
  reduce(node: Node): void {
    const { scope } = this;
    const { code } = scope;
    const [from] = node.args as [Node];
    const rows = scope.at.set(node.set!).rows;
    const to = scope.local(node);
    if (node.extra.mode === ReduceMode.Row) {
      const row = node.extra.row ?? 0;
      code.f64(0);
      this.pair(from, row & ~1);
      code
        .lane((row & 1) as 0 | 1)
        .do("f64.sub")
        .set(to);
      return;
    }
    // two chains, and pseudo-minima: `f64x2.min` takes four instructions for the sake of NaN, which the sum of all rows tells as well
    const [low, sum] = [0, 1].map(() => [code.local(V128), code.local(V128)]) as [Local[], Local[]];
    const pairs = Math.ceil(rows / 2);
    for (let k = 0; k < pairs; k++) {
      const x = code.local(V128);
      this.pair(from, 2 * k);
      code.set(x);
      // what lies behind the last row is none
      if (2 * k + 1 === rows) code.get(x, x).lane(0).replaceLane1().set(x);
      const [least, total] = [low[k % 2]!, sum[k % 2]!];
      if (k < 2) code.get(x).tee(least).set(total);
      else code.get(least, x).do("f64x2.pmin").set(least).get(total, x).do("f64x2.add").set(total);
    }
    const last = pairs > 1 ? 1 : 0;
    code.get(low[0]!, low[last]!).do("f64x2.pmin").set(low[0]!);
    code.get(sum[0]!, sum[last]!).do("f64x2.add").get(scope.zero).do("f64x2.mul").set(sum[0]!);
    code.f64(0).get(low[0]!).lane(0).get(low[0]!).lane(1).do("f64.min", "f64.sub");
    code.get(sum[0]!).lane(0).do("f64.add").get(sum[0]!).lane(1).do("f64.add").set(to);
  }
}
