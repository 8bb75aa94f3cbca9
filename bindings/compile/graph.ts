/**
 * The program as a graph of columns: equal work is one node, every node is at the coarsest level that can hold it, and knows
 * whether it is known at a tick or only with an account.
 */
import { Op } from "../../assembly/record/opcodes.ts";
import type { MeasureUnit } from "../documents/model.ts";
import type { AggregationPlan } from "./correlated.ts";
import type { FactorsPlan } from "./factors.ts";
import { covers, type Level, type Levels } from "./levels.ts";
import type { PairingPlan } from "./spread.ts";

export type Leaf =
  /** One number, for the account level. */
  | { leaf: "constant"; value: number }
  /** A number per group, or what a decimal is more than the number nearest to it; NaN where it is missing. */
  | { leaf: "data"; values: Float64Array; name: string; isRest?: true }
  /** A table per group, or none: rows of equally many numbers. */
  | { leaf: "tables"; tables: (readonly (readonly number[])[] | undefined)[]; name: string }
  /** A list of so many numbers per group; NaN where it is missing. */
  | { leaf: "lists"; lists: (readonly number[] | undefined)[]; length: number; name: string }
  /** What the portfolio gives for an account, per held group. */
  | { leaf: "given"; name: string };

export interface Node {
  id: number;
  op: Op | 0;
  leaf?: Leaf;
  level: Level;
  phase: "tick" | "account";
  /** Operands that are columns or matrices. */
  args: Node[];
  /** Further operands, written as they are; see `layout.ts`. */
  extra: Extra;
  /** Rows of a matrix belong to this scenario set. */
  set?: number;
  isMatrix: boolean;
  /** Second destination: base values of summed rows, drivers of a reduction. */
  second?: Node;
  /** Shares the storage of this node (rows are added in place). */
  inPlaceOf?: Node;
  /** JSON path of the expression from which it came. */
  path: string;
}

export interface Extra {
  relation?: number;
  toCurrency?: number;
  mask?: Uint8Array;
  side?: number;
  places?: number;
  greek?: number;
  part?: number;
  argument?: { sign: number };
  flags?: Int32Array;
  /** Column per row, or none. */
  byRow?: (Node | undefined)[];
  mode?: number;
  row?: number;
  slices?: Int32Array;
  slice?: number;
  quantum?: MeasureUnit;
  /** Resting orders count; of a sum over them, those to sell. */
  orders?: boolean;
  /** Of those that count, the fills that gain most in a row. */
  best?: boolean;
  asks?: boolean;
  factors?: FactorsPlan;
  aggregation?: AggregationPlan;
  pairing?: PairingPlan;
}

export class Graph {
  readonly nodes: Node[] = [];
  private readonly known = new Map<string, Node>();

  constructor(readonly levels: Levels) {}

  get account(): Level {
    return this.levels.all[0]!;
  }

  constant(value: number, path: string): Node {
    return this.leaf(
      `c${Object.is(value, -0) ? "-0" : value}`,
      this.account,
      "tick",
      { leaf: "constant", value },
      path,
    );
  }

  leaf(id: string, level: Level, phase: Node["phase"], leaf: Leaf, path: string): Node {
    return this.intern(`${id}@${level.index}`, () => ({
      op: 0,
      leaf,
      level,
      phase,
      args: [],
      extra: {},
      isMatrix: false,
      path,
    }));
  }

  /** A column operation; its operands are brought to its level and phase. */
  emit(op: Op, operands: Node[], path: string, extra: Extra = {}, at?: Level): Node {
    const phase = operands.some((node) => node.phase === "account") ? "account" : "tick";
    const level = at ?? operands.reduce((joined, node) => this.levels.join(joined, node.level), this.account);
    const args = operands.map((node) => this.lift(node, level, phase));
    const id = `${op}@${level.index}${phase}:${args.map((node) => node.id).join()}:${extra.places ?? ""}${extra.argument?.sign ?? ""}`;
    return this.intern(id, () => ({ op, level, phase, args, extra, isMatrix: false, path }));
  }

  /** A node of its own: never merged with another. */
  unique(node: Omit<Node, "id">): Node {
    const made = { ...node, id: this.nodes.length };
    this.nodes.push(made);
    return made;
  }

  /** To a finer or equal level, and into the account phase where asked. */
  lift(node: Node, level: Level, phase: Node["phase"]): Node {
    let at = node;
    if (at.phase === "tick" && phase === "account") {
      at = this.intern(`hold:${node.id}`, () => ({
        op: Op.Hold,
        level: node.level,
        phase,
        args: [node],
        extra: {},
        isMatrix: false,
        path: node.path,
      }));
    }
    if (at.level === level) return at;
    if (!covers(level, at.level)) throw new Error(`no way from ${at.level.keys.join()} to ${level.keys.join()}`);
    const relation = this.levels.relation(level, at.level).index;
    const from = at;
    return this.intern(`to${level.index}:${from.id}`, () => ({
      op: Op.Broadcast,
      level,
      phase: from.phase,
      args: [from],
      extra: { relation },
      isMatrix: false,
      path: from.path,
    }));
  }

  /** Sums an account column over the groups of a coarser level. */
  sumTo(node: Node, level: Level, path: string): Node {
    if (node.level === level) return node;
    const relation = this.levels.relation(node.level, level).index;
    const from = this.lift(node, node.level, "account");
    return this.intern(`sum${level.index}:${from.id}`, () => ({
      op: Op.SumGroups,
      level,
      phase: "account",
      args: [from],
      extra: { relation },
      isMatrix: false,
      path,
    }));
  }

  private intern(id: string, make: () => Omit<Node, "id">): Node {
    let node = this.known.get(id);
    if (node === undefined) {
      node = this.unique(make());
      this.known.set(id, node);
    }
    return node;
  }
}
