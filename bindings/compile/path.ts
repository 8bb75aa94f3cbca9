/**
 * Which part of a program a change of one instrument goes through, and what it has to know of everything else.
 *
 * The path of an instrument is its group at each level, from its own to the account. Where no charge hands an account's value back to a finer
 * level, groups that are not on the path keep their values, and a coarser sum reads them: these are the frames (assembly/record/frames.ts).
 */
import { Op, ReduceMode } from "../../assembly/record/opcodes.ts";
import type { Node } from "./graph.ts";
import type { Level } from "./levels.ts";
import type { Program } from "./program.ts";

/** What is kept of each group that is held at a level. */
export interface Frame {
  level: Level;
  /** Columns and matrices, one behind another. */
  columns: Node[];
  /** HeldMasks: how many held rows each takes. */
  masks: Node[];
}

export interface Path {
  /** Nodes on which equity, initial and maintenance margin depend, in order. */
  nodes: Node[];
  frames: Frame[];
}

const SUMS: ReadonlySet<Op | 0> = new Set([Op.SumRows, Op.SumMeasure, Op.SumOrders, Op.HeldMask, Op.Unrealised]);
const CROSSING: ReadonlySet<Op | 0> = new Set([Op.SumGroups, Op.AddRows, Op.Convert]);
/** They look at all groups, or at all rows of a slice, together. */
const WHOLE: ReadonlySet<Op | 0> = new Set([Op.Weigh, Op.Correlate, Op.Pair, Op.Argument, Op.SliceWorst, Op.HeldRows]);

/** Rows of a scenario set that is kept per account; longer ones are summed when asked. */
const MOST_ROWS = 128;

/** The path of a program, or undefined where a change can reach beyond it. */
export function pathOf(program: Program): Path | undefined {
  const results = program.results.slice(0, 3).map(({ node }) => node);
  const nodes = dependencies(program, results);
  const moves = new Set<Node>();
  for (const node of nodes) {
    if (WHOLE.has(node.op) || node.extra.best || node.leaf?.leaf === "given") return undefined;
    if (node.op === Op.Reduce && node.extra.mode !== ReduceMode.Worst && node.extra.mode !== ReduceMode.Row)
      return undefined;
    if (node.isMatrix && program.sets[node.set!]!.rows.length > MOST_ROWS) return undefined;
    const isMoving = SUMS.has(node.op) || operands(node).some((arg) => moves.has(arg));
    if (isMoving && node.op === Op.Broadcast) return undefined;
    if (!isMoving) continue;
    moves.add(node);
    if (node.second !== undefined) moves.add(node.second);
  }
  return { nodes, frames: framesOf(nodes) };
}

/** The columns that a node reads. */
function operands({ args, extra }: Node): Node[] {
  return [...args, ...(extra.byRow ?? []).filter((node) => node !== undefined)];
}

/** Account nodes with an operation on which the results depend. */
function dependencies({ graph }: Program, results: Node[]): Node[] {
  const account = graph.nodes.filter(({ phase }) => phase === "account");
  const producer = new Map<Node, Node>();
  for (const node of account) if (node.second !== undefined) producer.set(node.second, node);
  const found = new Set<Node>();
  const visit = (node: Node): void => {
    const made = producer.get(node) ?? node;
    if (made.phase !== "account" || found.has(made)) return;
    found.add(made);
    operands(made).forEach(visit);
    // rows are added where those of the others are
    const zero = made.inPlaceOf;
    if (zero !== undefined) account.filter((other) => other === zero || other.inPlaceOf === zero).forEach(visit);
  };
  results.forEach(visit);
  return account.filter((node) => found.has(node));
}

function framesOf(nodes: Node[]): Frame[] {
  const frames = new Map<Level, Frame>();
  const at = (level: Level) => {
    let frame = frames.get(level);
    if (frame === undefined) frames.set(level, (frame = { level, columns: [], masks: [] }));
    return frame;
  };
  const keep = (node: Node) => {
    const { columns, masks } = at(node.level);
    if (!columns.includes(node) && !masks.includes(node)) columns.push(node);
  };
  for (const node of nodes) {
    if (node.op === Op.HeldMask) at(node.level).masks.push(node);
    else if (SUMS.has(node.op)) keep(node);
    if (node.op === Op.SumRows) keep(node.second!);
  }
  for (const node of nodes) {
    if (!CROSSING.has(node.op)) continue;
    for (const arg of node.args) {
      // a HeldMask is kept as a count; its value is a column of its own
      if (arg.op === Op.HeldMask) at(arg.level).columns.push(arg);
      else keep(arg);
    }
  }
  return [...frames.values()];
}
