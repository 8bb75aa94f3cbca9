/**
 * The code of a path: the account program for one instrument's groups, from how an event changes the sums to the margin, in one function.
 *
 * It does what the program's instructions do (assembly/model/program.ts), operation by operation and in the same order, so that its results
 * have the same bits; siblings of the path come from the account's frames.
 */
import { Op, ReduceMode } from "../../assembly/record/opcodes.ts";
import { assemble, Code, F64, I32, V128, type Import, type Local, type Name } from "../compile/assembler.ts";
import type { Node } from "../compile/graph.ts";
import type { Level, Relation } from "../compile/levels.ts";
import type { Frame, Path } from "../compile/path.ts";
import type { Program } from "../compile/program.ts";
import type { PathAddresses } from "./place-path.ts";

const CORE: Import[] = [
  { name: "describeOrder", parameters: [I32, I32, I32, F64, F64, I32], result: I32 },
  { name: "exp", parameters: [F64], result: F64 },
  { name: "log", parameters: [F64], result: F64 },
  { name: "pow", parameters: [F64, F64], result: F64 },
  { name: "roundDecimal", parameters: [F64, I32], result: F64 },
  { name: "step", parameters: [F64, I32, I32], result: F64 },
  { name: "progressive", parameters: [F64, I32, I32], result: F64 },
  { name: "interpolate", parameters: [F64, I32, I32], result: F64 },
];
const callOf = (name: string) => CORE.findIndex((one) => one.name === name);

/** Bytes of assembly/record/venue.ts: Change, the words of Account that frames need, and of Venue. */
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
const ACCOUNT = { frames: 64, frameEpoch: 72, frameChanges: 76 };
const FRAME_EPOCH = 56;
/** Bytes of record/frames.ts: totals before the levels. */
const TOTALS = 24;
const LAST = 0x7fffffff;

/** What `path` answers. */
export enum Answer {
  /** the instructions have to do it */
  None,
  Done,
}

export function pathCode(program: Program, path: Path, at: PathAddresses): Uint8Array<ArrayBuffer> {
  const venue = at.venue;
  return assemble(CORE, [
    {
      parameters: [I32, I32],
      result: I32,
      write: (code) => new Writer(code, program, path, at).write(),
    },
    {
      name: "check",
      parameters: [I32, I32, F64, F64, I32],
      result: I32,
      write: (code) => {
        const account = code.local(I32);
        code.i32(venue).get(0, 1, 2, 3, 4).call(callOf("describeOrder")).tee(account);
        code.do("i32.eqz").if(() => code.i32(Answer.None).do("return"));
        code.get(account).i32(0).call(CORE.length);
      },
    },
    {
      // the change that an event has left is taken up
      name: "keep",
      parameters: [],
      result: I32,
      write: (code) => {
        const account = code.local(I32);
        code.i32(at.change).load(I32, CHANGE.account).tee(account);
        code.do("i32.eqz").if(() => code.i32(Answer.None).do("return"));
        code.i32(at.change).i32(0).store(I32, CHANGE.account);
        code.get(account).i32(1).call(CORE.length);
      },
    },
  ]);
}

/** An instrument whose quantity changes, as locals: its number, quantity before and after, rows more. */
interface Moved {
  instrument: Local;
  before: Local;
  after: Local;
  moreRows: Local;
}

interface Held {
  frame: Frame;
  /** Address of the first group, how many there are, bytes of each. */
  start: Local;
  count: Local;
  bytes: number;
  /** Address of the path's group; of zeros where it is not held yet. */
  own: Local;
  rows: Local;
  /** 1 where the group is held afterwards, where the cash is of the same group and moves */
  isHeld: Local;
  hasCash: Local;
  offset: Map<Node, number>;
  counts: Map<Node, number>;
}

class Writer {
  private readonly account = 0;
  private readonly keep = 1;
  private readonly group = new Map<Level, Local>();
  private readonly held = new Map<Level, Held>();
  private readonly value = new Map<Node, Local>();
  private readonly count = new Map<Node, Local>();
  private readonly main: Moved;
  private readonly cash: Moved;
  private readonly orders: { bidsBefore: Local; bids: Local; asksBefore: Local; asks: Local };
  private readonly unrealised: Local;
  private readonly p: Local;
  private readonly n: Local;
  private readonly fg: Local;
  private readonly pending: Local;

  constructor(
    private readonly code: Code,
    private readonly program: Program,
    private readonly path: Path,
    private readonly at: PathAddresses,
  ) {
    const moved = (): Moved => ({
      instrument: code.local(I32),
      before: code.local(F64),
      after: code.local(F64),
      moreRows: code.local(I32),
    });
    this.main = moved();
    this.cash = moved();
    this.orders = {
      bidsBefore: code.local(F64),
      bids: code.local(F64),
      asksBefore: code.local(F64),
      asks: code.local(F64),
    };
    this.unrealised = code.local(F64);
    this.p = code.local(I32);
    this.n = code.local(I32);
    this.fg = code.local(I32);
    this.pending = code.local(I32);
  }

  write(): void {
    this.loadChange();
    this.findGroups();
    let level: Level | undefined;
    let run: Node[] = [];
    const flush = () => {
      const nodes = run;
      if (level === undefined || nodes.length === 0) return;
      if (level.keys.length === 0) nodes.forEach((node) => this.node(node));
      else
        this.code
          .get(this.group.get(level)!)
          .i32(0)
          .do("i32.ge_s")
          .if(() => nodes.forEach((node) => this.node(node)));
    };
    for (const node of this.path.nodes) {
      if (node.op === 0) continue;
      if (node.level !== level) {
        flush();
        level = node.level;
        run = [];
      }
      run.push(node);
    }
    flush();
    this.answer();
  }

  // what changes

  private loadChange(): void {
    const { code, at } = this;
    const read = (type: typeof I32 | typeof F64, offset: number, to: Local) =>
      code.i32(at.change).load(type, offset).set(to);
    read(I32, CHANGE.instrument, this.main.instrument);
    read(F64, CHANGE.lotsBefore, this.main.before);
    read(F64, CHANGE.lots, this.main.after);
    read(I32, CHANGE.moreRows, this.main.moreRows);
    read(I32, CHANGE.cash, this.cash.instrument);
    read(F64, CHANGE.moneyBefore, this.cash.before);
    read(F64, CHANGE.money, this.cash.after);
    read(I32, CHANGE.moreCash, this.cash.moreRows);
    read(F64, CHANGE.bidsBefore, this.orders.bidsBefore);
    read(F64, CHANGE.bids, this.orders.bids);
    read(F64, CHANGE.asksBefore, this.orders.asksBefore);
    read(F64, CHANGE.asks, this.orders.asks);
    read(F64, CHANGE.unrealised, this.unrealised);
  }

  /** The instrument's group at each level, and its frame where there is one. */
  private findGroups(): void {
    const { code } = this;
    const levels = new Set(this.path.nodes.map(({ level }) => level));
    for (const { level } of this.path.frames) levels.add(level);
    for (const level of levels) {
      const group = code.local(I32);
      this.group.set(level, group);
      if (level.keys.length > 0) this.groupOf(level, this.main.instrument).set(group);
    }
    const cashMoves = code.local(I32);
    code.get(this.cash.instrument).i32(0).do("i32.ge_s");
    code.get(this.cash.before, this.cash.after).do("f64.ne").get(this.cash.moreRows).do("i32.or", "i32.and");
    code.set(cashMoves);
    this.path.frames.forEach((frame, k) => this.findFrame(frame, k, cashMoves));
  }

  private groupOf(level: Level, instrument: Local): Code {
    return this.code.get(instrument).i32(2).do("i32.shl").load(I32, this.at.groupOf(level));
  }

  private findFrame(frame: Frame, k: number, cashMoves: Local): void {
    const { code } = this;
    const [start, count, own, rows, isHeld, hasCash] = Array.from({ length: 6 }, () => code.local(I32)) as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    const { offset, counts, bytes } = this.at.layout(frame);
    const isAccount = frame.level.keys.length === 0;
    const group = this.group.get(frame.level)!;
    const block = code.local(I32);
    code
      .get(this.account)
      .load(I32, ACCOUNT.frames)
      .tee(block)
      .load(I32, TOTALS + 8 * k)
      .set(count);
    code
      .get(block, block)
      .load(I32, TOTALS + 8 * k + 4)
      .do("i32.add")
      .set(start);
    code.i32(this.at.zeros).set(own);
    code.get(start).set(this.p).get(count).set(this.n);
    code.loop((leaveIf) => {
      code.get(this.n).do("i32.eqz");
      leaveIf();
      code.get(this.p).load(I32).get(group).do("i32.eq");
      code.if(() => code.get(this.p).set(own));
      code.get(this.p).load(I32).get(group).do("i32.ge_s");
      leaveIf();
      this.next(bytes);
    });
    // the cash of another group is another path
    code.i32(0).set(hasCash);
    code.get(cashMoves).if(() => {
      const other = code.local(I32);
      if (isAccount) code.i32(0).set(other);
      else this.groupOf(frame.level, this.cash.instrument).set(other);
      code
        .get(other)
        .i32(0)
        .do("i32.ge_s")
        .if(() => {
          code
            .get(other, group)
            .do("i32.ne")
            .if(() => code.i32(Answer.None).do("return"));
          code.i32(1).set(hasCash);
        });
    });
    code.get(own).load(I32, 4).get(this.main.moreRows).do("i32.add");
    code.get(this.cash.moreRows, hasCash).do("i32.mul", "i32.add").set(rows);
    if (isAccount) code.i32(1).set(isHeld);
    else code.get(group).i32(0).do("i32.ge_s").get(rows).i32(0).do("i32.gt_s", "i32.and").set(isHeld);
    this.held.set(frame.level, { frame, start, count, bytes, own, rows, isHeld, hasCash, offset, counts });
  }

  private next(bytes: number): void {
    this.code.get(this.p).i32(bytes).do("i32.add").set(this.p).get(this.n).i32(1).do("i32.sub").set(this.n);
  }

  // nodes

  private node(node: Node): void {
    switch (node.op) {
      case Op.SumRows:
        return this.sumRows(node);
      case Op.SumMeasure:
        return this.sumMeasure(node);
      case Op.SumOrders:
        return this.sumOrders(node);
      case Op.HeldMask:
        return this.heldMask(node);
      case Op.Convert:
        return this.convert(node);
      case Op.ClearRows:
        return this.eachPair(node, (j) => this.code.i32(this.rows(node)).f64(0).do("f64x2.splat").store(V128, j));
      case Op.AddRows:
        return this.addRows(node);
      case Op.Factors:
      case Op.Either:
      case Op.Gains:
      case Op.Dampen:
      case Op.Weight:
        return this.shape(node);
      case Op.Reduce:
        return this.reduce(node);
      case Op.SumGroups:
        return this.sumGroups(node);
      default:
        this.scalar(node);
        this.code.set(this.local(node));
    }
  }

  private local(node: Node): Local {
    let local = this.value.get(node);
    if (local === undefined) this.value.set(node, (local = this.code.local(F64)));
    return local;
  }

  /** The value of a column on the path, or of a column of the tick at the path's group. */
  private read(node: Node): Code {
    if (node.phase === "account") return this.code.get(this.local(node));
    return this.column(node);
  }

  private column(node: Node): Code {
    const { code } = this;
    if (node.level.keys.length === 0) return code.i32(0).load(F64, this.at.column(node));
    return code.get(this.group.get(node.level)!).i32(3).do("i32.shl").load(F64, this.at.column(node));
  }

  private scalar(node: Node): void {
    const { code } = this;
    const [a, b, c] = node.args as [Node, Node, Node];
    const two = (name: Name) => this.read(a) && this.read(b).do(name);
    const one = (...names: Name[]) => this.read(a).do(...names);
    const isNaN = (x: Node) => this.read(x) && this.read(x).do("f64.ne");
    switch (node.op) {
      case Op.Hold:
        return void this.column(a);
      case Op.Broadcast: {
        // NaN where the instrument lacks the coarser level's keys
        this.read(a).f64(NaN).get(this.groupAt(a.level)).i32(0).do("i32.ge_s", "select");
        return;
      }
      case Op.Add:
        return void two("f64.add");
      case Op.Sub:
        return void two("f64.sub");
      case Op.Mul:
        return void two("f64.mul");
      case Op.Div:
        return void two("f64.div");
      case Op.Max:
        return void two("f64.max");
      case Op.Min:
        return void two("f64.min");
      case Op.Neg:
        code.f64(0);
        return void one("f64.sub");
      case Op.Abs:
        return void one("f64.abs");
      case Op.Sqrt:
        return void one("f64.sqrt");
      case Op.Ceil:
        return void one("f64.ceil");
      case Op.Trunc:
        return void one("f64.trunc");
      case Op.Exp:
        return void this.read(a).call(callOf("exp"));
      case Op.Ln:
        return void this.read(a).call(callOf("log"));
      case Op.Pow:
        this.read(a);
        return void this.read(b).call(callOf("pow"));
      case Op.Round:
        return void this.read(a).i32(node.extra.places!).call(callOf("roundDecimal"));
      case Op.Less:
      case Op.LessOrEqual:
        code.f64(NaN);
        two(node.op === Op.Less ? "f64.lt" : "f64.le").do("f64.convert_i32_s");
        isNaN(a);
        isNaN(b);
        return void code.do("i32.or", "select");
      case Op.If:
        code.f64(NaN);
        this.read(b);
        this.read(c);
        this.read(a).f64(0).do("f64.ne", "select");
        isNaN(a);
        return void code.do("select");
      case Op.Coalesce:
        this.read(b);
        this.read(a);
        isNaN(a);
        return void code.do("select");
      case Op.Step:
      case Op.Progressive:
      case Op.Interpolate: {
        const name = { [Op.Step]: "step", [Op.Progressive]: "progressive", [Op.Interpolate]: "interpolate" }[node.op];
        this.read(a);
        this.read(b).do("i32.trunc_sat_f64_u");
        return void this.read(c).do("i32.trunc_sat_f64_u").call(callOf(name));
      }
      case Op.Unrealised: {
        const held = this.held.get(node.level)!;
        code.get(held.own).load(F64, held.offset.get(node)!).get(this.unrealised).do("f64.add");
        return;
      }
      default:
        throw new Error(`a path has no operation ${Op[node.op]}`);
    }
  }

  private groupAt(level: Level): Local {
    let group = this.group.get(level);
    if (group === undefined) this.group.set(level, (group = this.code.local(I32)));
    return group;
  }

  // sums over positions: the frame's, and what the change adds

  /** Both instruments that may move, the cash where it moves within the path's group. */
  private eachMoved(node: Node, then: (moved: Moved, isCash: boolean) => void): void {
    const { code } = this;
    const mask = this.at.mask(node);
    const masked = (moved: Moved, isCash: boolean) => {
      if (mask === 0) then(moved, isCash);
      else
        code
          .get(moved.instrument)
          .load8(mask)
          .if(() => then(moved, isCash));
    };
    masked(this.main, false);
    code.get(this.held.get(node.level)!.hasCash).if(() => masked(this.cash, true));
  }

  /** Lots that a sum over one side, or both, has more. */
  private moreLots(side: number, { before, after }: Moved): Code {
    const { code } = this;
    if (side === 0) return code.get(after, before).do("f64.sub");
    if (side !== 1 && side !== -1) return code.f64(0);
    const part: Name = side === 1 ? "f64.max" : "f64.min";
    return code.get(after).f64(0).do(part).get(before).f64(0).do(part, "f64.sub");
  }

  private sumMeasure(node: Node): void {
    const { code } = this;
    const held = this.held.get(node.level)!;
    const x = this.local(node);
    code.get(held.own).load(F64, held.offset.get(node)!).set(x);
    this.eachMoved(node, (moved) => {
      code.get(x);
      this.moreLots(node.extra.side ?? 0, moved);
      this.perLot(this.at.column(node.args[0]!), moved.instrument).do("f64.mul", "f64.add").set(x);
    });
  }

  private perLot(column: number, instrument: Local): Code {
    return this.code.get(instrument).i32(3).do("i32.shl").load(F64, column);
  }

  private sumOrders(node: Node): void {
    const { code, orders } = this;
    const held = this.held.get(node.level)!;
    const x = this.local(node);
    const [after, before] =
      node.extra.asks === true ? [orders.asks, orders.asksBefore] : [orders.bids, orders.bidsBefore];
    code.get(held.own).load(F64, held.offset.get(node)!).set(x);
    const mask = this.at.mask(node);
    const add = () => {
      code.get(x, after, before).do("f64.sub");
      this.perLot(this.at.column(node.args[0]!), this.main.instrument).do("f64.mul", "f64.add").set(x);
    };
    if (mask === 0) add();
    else code.get(this.main.instrument).load8(mask).if(add);
  }

  private heldMask(node: Node): void {
    const { code } = this;
    const held = this.held.get(node.level)!;
    const rows = code.local(F64);
    this.count.set(node, rows);
    code.get(held.own).load(F64, held.counts.get(node)!).set(rows);
    const side = node.extra.side ?? 0;
    this.eachMoved(node, ({ before, after, moreRows }) => {
      code.get(rows);
      if (side === 0) code.get(moreRows);
      else if (side === 1 || side === -1) {
        const isOn: Name = side === 1 ? "f64.gt" : "f64.lt";
        code.get(after).f64(0).do(isOn).get(before).f64(0).do(isOn, "i32.sub");
      } else code.i32(0);
      code.do("f64.convert_i32_s", "f64.add").set(rows);
    });
    code.get(rows).f64(0).do("f64.gt", "f64.convert_i32_s").set(this.local(node));
  }

  // profiles: each matrix has one row of scratch

  private rows(node: Node): number {
    return this.at.rows(node.inPlaceOf ?? node);
  }

  private eachPair(node: Node, then: (byte: number, s: number) => void): void {
    const { stride } = this.at.set(node.set!);
    for (let s = 0; s < stride; s += 2) then(8 * s, s);
  }

  private sumRows(node: Node): void {
    const { code } = this;
    const held = this.held.get(node.level)!;
    const set = this.at.set(node.set!);
    const to = this.rows(node);
    const base = this.local(node.second!);
    const offset = held.offset.get(node)!;
    code.get(held.own).load(F64, held.offset.get(node.second!)!).set(base);
    this.eachPair(node, (j) =>
      code
        .i32(to)
        .get(held.own)
        .load(V128, offset + j)
        .store(V128, j),
    );
    const lots = code.local(V128);
    const risk = code.local(I32);
    this.eachMoved(node, (moved, isCash) => {
      this.moreLots(node.extra.side ?? 0, moved)
        .do("f64x2.splat")
        .set(lots);
      code
        .get(moved.instrument)
        .i32(8 * set.stride)
        .do("i32.mul")
        .i32(set.risk)
        .do("i32.add")
        .set(risk);
      const differs = () => {
        code.get(base);
        code.get(lots).lane(0);
        this.perLot(set.base, moved.instrument).do("f64.mul", "f64.add").set(base);
        this.eachPair(node, (j) => {
          code.i32(to).i32(to).load(V128, j).get(risk).load(V128, j).get(lots);
          code.do("f64x2.mul", "f64x2.add").store(V128, j);
        });
      };
      // a row that is new counts even with no lots: its figures may be none
      code.get(lots).lane(0).f64(0).do("f64.ne").get(moved.moreRows).do("i32.or").if(differs);
      if (!isCash && node.extra.orders === true) this.fills(node, to, risk);
    });
  }

  /** Of resting orders those that lose most in each row: what they lose now in place of what they lost before. */
  private fills(node: Node, to: number, risk: Local): void {
    const { code, orders } = this;
    const splat = (local: Local, isShort: boolean) => {
      const vector = code.local(V128);
      if (isShort) code.f64(0).get(local).do("f64.sub");
      else code.get(local);
      code.do("f64x2.splat").set(vector);
      return vector;
    };
    code.get(orders.bids, orders.bidsBefore).do("f64.ne").get(orders.asks, orders.asksBefore).do("f64.ne", "i32.or");
    code.if(() => {
      const zero = code.local(V128);
      const now = [splat(orders.bids, false), splat(orders.asks, true)];
      const before = [splat(orders.bidsBefore, false), splat(orders.asksBefore, true)];
      const worst = ([bids, asks]: Local[], j: number) => {
        code.get(zero, bids!).get(risk).load(V128, j).do("f64x2.mul").get(asks!).get(risk).load(V128, j);
        code.do("f64x2.mul", "f64x2.min", "f64x2.min");
      };
      this.eachPair(node, (j) => {
        code.i32(to).i32(to).load(V128, j);
        worst(now, j);
        code.do("f64x2.add");
        worst(before, j);
        code.do("f64x2.sub").store(V128, j);
      });
    });
  }

  private shape(node: Node): void {
    const { code } = this;
    const from = this.rows(node.args[0]!);
    const to = this.rows(node);
    const x = code.local(V128);
    const y = code.local(V128);
    const zero = code.local(V128);
    const splat = (column: Node | undefined, otherwise = 0) => {
      const vector = code.local(V128);
      if (column === undefined) code.f64(otherwise);
      else this.read(column);
      code.do("f64x2.splat").set(vector);
      return vector;
    };
    const [, b, c, d] = node.args;
    const columns =
      node.op === Op.Gains
        ? [splat(b), splat(c, Infinity)]
        : node.op === Op.Factors
          ? [splat(b), splat(c), splat(d)]
          : [];
    const byRow = (s: number, otherwise: number) => {
      const at = (k: number) => {
        const column = node.extra.byRow![k];
        if (column === undefined) code.f64(otherwise);
        else this.read(column);
      };
      at(s);
      code.do("f64x2.splat");
      at(s + 1);
      code.replaceLane1();
    };
    this.eachPair(node, (j, s) => {
      code.i32(from).load(V128, j).set(x);
      switch (node.op) {
        case Op.Gains:
          code.get(x, columns[0]!).do("f64x2.mul").get(columns[1]!).do("f64x2.min");
          code.get(x, x, zero).do("f64x2.gt", "v128.bitselect").set(y);
          break;
        case Op.Factors:
          code.get(columns[0]!, x).do("f64x2.add").tee(x).get(columns[1]!, columns[2]!, x, zero);
          code.do("f64x2.gt", "v128.bitselect", "f64x2.mul").get(columns[0]!).do("f64x2.sub").set(y);
          break;
        case Op.Either: {
          const flags = node.extra.flags!;
          const isBoth = flags[s] !== 0 && (flags[s + 1] ?? 0) !== 0;
          if (flags[s] === 0 && (flags[s + 1] ?? 0) === 0) code.get(x).set(y);
          else {
            code.get(zero, x).do("f64x2.abs", "f64x2.sub").set(y);
            // one of the two: the other lane as it was
            if (!isBoth && flags[s] !== 0) code.get(y).get(x).lane(1).replaceLane1().set(y);
            else if (!isBoth) code.get(x).get(y).lane(1).replaceLane1().set(y);
          }
          break;
        }
        case Op.Dampen: {
          const by = code.local(V128);
          byRow(s, 0);
          code.get(x).do("f64x2.abs", "f64x2.min").set(by);
          code.get(x, by).do("f64x2.sub").get(x, by).do("f64x2.add").get(x, zero);
          code.do("f64x2.gt", "v128.bitselect").set(y);
          break;
        }
        default:
          code.get(x);
          byRow(s, 1);
          code.do("f64x2.mul").set(y);
      }
      code.i32(to).get(y).store(V128, j);
    });
  }

  /** The least row, as a loss. */
  private reduce(node: Node): void {
    const { code } = this;
    const from = this.rows(node.args[0]!);
    const rows = this.at.set(node.set!).rows;
    code.f64(0);
    if (node.extra.mode === ReduceMode.Row) code.i32(from).load(F64, 8 * (node.extra.row ?? 0));
    else {
      const low = code.local(V128);
      code.f64(Infinity).do("f64x2.splat").set(low);
      for (let s = 0; s + 1 < rows; s += 2)
        code
          .get(low)
          .i32(from)
          .load(V128, 8 * s)
          .do("f64x2.min")
          .set(low);
      code.get(low).lane(0).get(low).lane(1).do("f64.min");
      if (rows % 2 === 1)
        code
          .i32(from)
          .load(F64, 8 * (rows - 1))
          .do("f64.min");
    }
    code.do("f64.sub").set(this.local(node));
  }

  // between levels

  /** The held groups of a finer level that are in this one, in order: the path's own, and its siblings at address `p`. */
  private children(fine: Level, relation: Relation, own: () => void, sibling: () => void): void {
    const { code, p, n, fg, pending } = this;
    const held = this.held.get(fine)!;
    const group = this.group.get(fine)!;
    code.get(held.isHeld).set(pending).get(held.start).set(p).get(held.count).set(n);
    code.loop((leaveIf) => {
      code
        .i32(LAST)
        .set(fg)
        .get(n)
        .if(() => code.get(p).load(I32).set(fg));
      code
        .get(pending, group, fg)
        .do("i32.le_s", "i32.and")
        .if(() => {
          own();
          code.i32(0).set(pending);
        });
      code.get(n).do("i32.eqz");
      leaveIf();
      code.get(fg, group).do("i32.ne");
      const { coarse } = relation;
      if (coarse.keys.length > 0) {
        code.get(fg).i32(2).do("i32.shl").load(I32, this.at.relation(relation)).get(this.group.get(coarse)!);
        code.do("i32.eq", "i32.and");
      }
      code.if(sibling);
      this.next(held.bytes);
    });
  }

  private relationOf(node: Node): Relation {
    return this.program.levels.relations[node.extra.relation!]!;
  }

  private sumGroups(node: Node): void {
    const { code } = this;
    const sum = this.local(node);
    const [arg] = node.args as [Node];
    const held = this.held.get(arg.level)!;
    code.f64(0).set(sum);
    this.children(
      arg.level,
      this.relationOf(node),
      () => code.get(sum, this.local(arg)).do("f64.add").set(sum),
      () => code.get(sum).get(this.p).load(F64, held.offset.get(arg)!).do("f64.add").set(sum),
    );
  }

  private convert(node: Node): void {
    const { code } = this;
    const base = this.local(node.second!);
    code.f64(0).set(base);
    this.eachPair(node, (j) => code.i32(this.rows(node)).f64(0).do("f64x2.splat").store(V128, j));
    this.addConverted(node, base);
  }

  private addRows(node: Node): void {
    if (node.extra.toCurrency! >= 0) return this.addConverted(node);
    const { code } = this;
    const [arg] = node.args as [Node];
    const offset = this.held.get(arg.level)!.offset.get(arg)!;
    const to = this.rows(node);
    const add = (from: () => Code, at: number) =>
      this.eachPair(node, (j) => {
        code.i32(to).i32(to).load(V128, j);
        from()
          .load(V128, at + j)
          .do("f64x2.add")
          .store(V128, j);
      });
    this.children(
      arg.level,
      this.relationOf(node),
      () => add(() => code.i32(this.rows(arg)), 0),
      () => add(() => code.get(this.p), offset),
    );
  }

  /** out += P·X + M·(X − X[now]), and M·X[now] to the base values where they are asked for. */
  private addConverted(node: Node, base?: Local): void {
    const { code } = this;
    const [P, M] = node.args as [Node, Node];
    const held = this.held.get(P.level)!;
    const set = this.at.set(node.set!);
    const to = this.rows(node);
    const X = code.local(I32);
    const m = code.local(F64);
    const mm = code.local(V128);
    const now = code.local(V128);
    const currency = this.program.levels.relations[node.extra.toCurrency!]!;
    const add = (from: Local | number, at: number, isLocal: boolean, group: () => Code) => {
      group().i32(2).do("i32.shl").load(I32, this.at.relation(currency));
      code
        .i32(8 * set.stride)
        .do("i32.mul")
        .i32(set.currencies)
        .do("i32.add")
        .set(X);
      code.get(m).do("f64x2.splat").set(mm);
      code
        .get(X)
        .load(F64, 8 * set.rows)
        .do("f64x2.splat")
        .set(now);
      this.eachPair(node, (j) => {
        code.i32(to).i32(to).load(V128, j);
        (isLocal ? code.get(from) : code.i32(from))
          .load(V128, at + j)
          .get(X)
          .load(V128, j)
          .do("f64x2.mul");
        code.get(mm).get(X).load(V128, j).get(now).do("f64x2.sub", "f64x2.mul", "f64x2.add", "f64x2.add");
        code.store(V128, j);
      });
      if (base !== undefined) code.get(base, m).get(now).lane(0).do("f64.mul", "f64.add").set(base);
    };
    this.children(
      P.level,
      this.relationOf(node),
      () => {
        code.get(this.local(M)).set(m);
        add(this.rows(P), 0, false, () => code.get(this.group.get(P.level)!));
      },
      () => {
        code.get(this.p).load(F64, held.offset.get(M)!).set(m);
        add(this.p, held.offset.get(P)!, true, () => code.get(this.fg));
      },
    );
  }

  // the end

  private answer(): void {
    const { code, at } = this;
    const results = this.program.results.slice(0, 3).map(({ node }) => node);
    const found = results.map((node) => {
      const local = code.local(F64);
      this.read(node).set(local);
      return local;
    });
    // a figure that is none is for the instructions to explain
    for (const local of found) code.get(local).f64(0).do("f64.mul");
    code
      .do("f64.add", "f64.add")
      .f64(0)
      .do("f64.ne")
      .if(() => code.i32(Answer.None).do("return"));
    code
      .get(this.keep)
      .do("i32.eqz")
      .if(
        () => {
          found.forEach((local, k) =>
            code
              .i32(at.answer)
              .get(local)
              .store(F64, 8 * k),
          );
        },
        () => this.keepFrames(found),
      );
    code.i32(Answer.Done);
  }

  /** Frames that the change leaves as they are held are written over; others have to be made anew. */
  private keepFrames(found: Local[]): void {
    const { code } = this;
    for (const { own, isHeld, frame } of this.held.values()) {
      if (frame.level.keys.length === 0) continue;
      code.get(own).i32(this.at.zeros).do("i32.ne").get(isHeld).do("i32.ne");
      code.if(() => code.i32(Answer.None).do("return"));
    }
    for (const { frame, own, rows, isHeld, offset, counts } of this.held.values()) {
      code.get(isHeld).if(() => {
        code.get(own, rows).store(I32, 4);
        for (const node of frame.columns) {
          if (!node.isMatrix) code.get(own, this.local(node)).store(F64, offset.get(node)!);
          else
            this.eachPair(node, (j) =>
              code
                .get(own)
                .i32(this.rows(node))
                .load(V128, j)
                .store(V128, offset.get(node)! + j),
            );
        }
        for (const node of frame.masks) code.get(own, this.count.get(node)!).store(F64, counts.get(node)!);
      });
    }
    const block = code.local(I32);
    code.get(this.account).load(I32, ACCOUNT.frames).set(block);
    found.forEach((local, k) => code.get(block, local).store(F64, 8 * k));
    code.get(this.account).i32(this.at.venue).load(I32, FRAME_EPOCH).store(I32, ACCOUNT.frameEpoch);
    code.get(this.account, this.account).load(I32, ACCOUNT.frameChanges).i32(1).do("i32.add");
    code.store(I32, ACCOUNT.frameChanges);
  }
}
