/** What the code of a path works with: its groups and frames, the instruments that move, and a local for the value of every node. */
import type { Code } from "../../compile/assembler.ts";
import { F64, I32, V128, type Local } from "../../compile/assembler.ts";
import type { Node } from "../../compile/graph.ts";
import type { Level, Relation } from "../../compile/levels.ts";
import type { Frame, Path } from "../../compile/path.ts";
import type { Program } from "../../compile/program.ts";
import type { PathAddresses } from "./place.ts";

/** An instrument whose quantity changes: its number, quantity before and after, rows more. */
export interface Moved {
  instrument: Local;
  before: Local;
  after: Local;
  moreRows: Local;
}

/** A level of which frames are kept, as locals. */
export interface Held {
  frame: Frame;
  /** Address of the first group, and how many there are. */
  start: Local;
  count: Local;
  /** Bytes of a group. */
  bytes: number;
  /** Address of the path's group; of zeros where it is not held yet. */
  own: Local;
  /** How many rows of it are held afterwards; 1 where there are any. */
  rows: Local;
  isHeld: Local;
  /** 1 where the cash that moves is of the same group. */
  hasCash: Local;
  offset: Map<Node, number>;
  counts: Map<Node, number>;
}

/** The account is one group, with no keys. */
export const isAccount = (level: Level) => level.keys.length === 0;

export class Scope {
  /** Address of the Account; 1 where frames are to be kept. */
  readonly account = 0;
  readonly keep = 1;
  readonly group = new Map<Level, Local>();
  readonly held = new Map<Level, Held>();
  /** Of HeldMasks, how many rows they take. */
  readonly count = new Map<Node, Local>();
  readonly main: Moved;
  readonly cash: Moved;
  readonly orders: { bidsBefore: Local; bids: Local; asksBefore: Local; asks: Local };
  readonly unrealised: Local;
  /** Two zeros. */
  readonly zero: Local;
  private readonly value = new Map<Node, Local>();

  constructor(
    readonly code: Code,
    readonly program: Program,
    readonly path: Path,
    readonly at: PathAddresses,
  ) {
    const f64 = () => code.local(F64);
    const moved = (): Moved => ({
      instrument: code.local(I32),
      before: f64(),
      after: f64(),
      moreRows: code.local(I32),
    });
    this.main = moved();
    this.cash = moved();
    this.orders = { bidsBefore: f64(), bids: f64(), asksBefore: f64(), asks: f64() };
    this.unrealised = f64();
    this.zero = code.local(V128);
    const levels = new Set([...path.nodes.map(({ level }) => level), ...path.frames.map(({ level }) => level)]);
    for (const level of levels) this.group.set(level, code.local(I32));
  }

  heldAt(level: Level): Held {
    return this.held.get(level)!;
  }

  groupAt(level: Level): Local {
    return this.group.get(level)!;
  }

  /** The group of an instrument at a level. */
  groupOf(level: Level, instrument: Local): Code {
    return this.code.get(instrument).i32(2).do("i32.shl").load(I32, this.at.groupOf(level));
  }

  /** The group in the coarser level of one in the finer. */
  coarser(relation: Relation, fine: Local): Code {
    return this.code.get(fine).i32(2).do("i32.shl").load(I32, this.at.relation(relation));
  }

  relation(node: Node): Relation {
    return this.program.levels.relations[node.extra.relation!]!;
  }

  /** The local of a column's value on the path. */
  local(node: Node): Local {
    let local = this.value.get(node);
    if (local === undefined) this.value.set(node, (local = this.code.local(F64)));
    return local;
  }

  /** The value of a column on the path. */
  read(node: Node): Code {
    return node.phase === "account" ? this.code.get(this.local(node)) : this.column(node);
  }

  /** A column of the tick, at the path's group. */
  column(node: Node): Code {
    const { code, at } = this;
    if (isAccount(node.level)) return code.i32(0).load(F64, at.column(node));
    return code.get(this.groupAt(node.level)).i32(3).do("i32.shl").load(F64, at.column(node));
  }

  /** A column by instrument. */
  perLot(column: number, instrument: Local): Code {
    return this.code.get(instrument).i32(3).do("i32.shl").load(F64, column);
  }
}
