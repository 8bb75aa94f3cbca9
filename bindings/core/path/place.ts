/** Lays out what a path needs in the core's memory: the levels of its frames (assembly/record/frames.ts), and one row of scratch for each matrix. */
import { FrameBytes } from "../../../assembly/record/opcodes.ts";
import type { Node } from "../../compile/graph.ts";
import type { Level, Relation } from "../../compile/levels.ts";
import type { Frame, Path } from "../../compile/path.ts";
import type { Exports } from "../exports.ts";
import { outOfMemory } from "../failure.ts";
import { WORDS_PER_SET, type Placed } from "../layout.ts";

const WORDS_PER_FRAME = 7;
const COUNTS_CASH = 6;

export interface FrameLayout {
  /** Bytes of a group. */
  bytes: number;
  offset: Map<Node, number>;
  /** Of HeldMasks, where the count of their rows is. */
  counts: Map<Node, number>;
}

export interface SetAddresses {
  rows: number;
  stride: number;
  risk: number;
  base: number;
  currencies: number;
}

/** Where the code of a path finds things; addresses are absolute. */
export interface PathAddresses {
  venue: number;
  change: number;
  answer: number;
  /** A group of which nothing is held. */
  zeros: number;
  groupOf(level: Level): number;
  relation(relation: Relation): number;
  column(node: Node): number;
  /** Which instruments a sum takes: one byte each; 0: all. */
  mask(node: Node): number;
  set(set: number): SetAddresses;
  /** A row of scratch. */
  rows(matrix: Node): number;
  layout(frame: Frame): FrameLayout;
  /** A word of the frame level: do balances count in it? */
  countsCash(frame: Frame): number;
}

export interface PlacedPath {
  block: number;
  /** Table of frame levels. */
  frames: number;
  addresses: Omit<PathAddresses, "venue" | "change" | "answer">;
}

export function placePath(exports: Exports, path: Path, placed: Placed): PlacedPath {
  const book = bookAt(exports, placed);
  const bytesOf = (node: Node) => 8 * (node.isMatrix ? book.set(node.set!).stride : 1);
  const layouts = new Map(path.frames.map((frame) => [frame, layoutOf(frame, bytesOf)]));
  const matrices = path.nodes.filter((node) => node.isMatrix && node.inPlaceOf === undefined);
  const largest = Math.max(0, ...Array.from(layouts.values(), ({ bytes }) => bytes));
  const words = path.frames.reduce((sum, { columns, masks }) => sum + 2 * (columns.length + masks.length), 0);
  const tables = 4 * (words + WORDS_PER_FRAME * path.frames.length);
  const head = (tables + 15) & ~15;
  const scratch = (head + largest + 15) & ~15;
  const bytes = scratch + matrices.reduce((sum, node) => sum + bytesOf(node), 0);
  const block = exports.allocate(bytes);
  if (block === 0) throw outOfMemory(bytes);
  new Uint8Array(exports.memory.buffer, block, bytes).fill(0);
  const rows = new Map<Node, number>();
  let at = block + scratch;
  for (const node of matrices) {
    rows.set(node, at);
    at += bytesOf(node);
  }
  const table = new Int32Array(exports.memory.buffer, block, tables >> 2);
  let next = WORDS_PER_FRAME * path.frames.length;
  const list = (values: number[]) => {
    table.set(values, next);
    next += values.length;
    return block + 4 * (next - values.length);
  };
  path.frames.forEach((frame, k) => {
    const columns = list(frame.columns.flatMap((node) => [placed.column.get(node)!, bytesOf(node)]));
    const masks = list(frame.masks.flatMap((node) => [book.mask(node), node.extra.side ?? 0]));
    table.set(
      [frame.level.index, layouts.get(frame)!.bytes, frame.columns.length, columns, frame.masks.length, masks],
      WORDS_PER_FRAME * k,
    );
  });
  return {
    block,
    frames: block,
    addresses: {
      ...book,
      zeros: block + head,
      column: (node) => placed.column.get(node)!,
      rows: (matrix) => rows.get(matrix)!,
      layout: (frame) => layouts.get(frame)!,
      countsCash: (frame) => block + 4 * (WORDS_PER_FRAME * path.frames.indexOf(frame) + COUNTS_CASH),
    },
  };
}

function layoutOf({ columns, masks }: Frame, bytesOf: (node: Node) => number): FrameLayout {
  let bytes = FrameBytes.Head;
  const put = (nodes: Node[], size: (node: Node) => number) =>
    new Map(
      nodes.map((node) => {
        bytes += size(node);
        return [node, bytes - size(node)];
      }),
    );
  const offset = put(columns, bytesOf);
  const counts = put(masks, () => 8);
  return { bytes, offset, counts };
}

/** Words of the records of assembly/record/book.ts. */
const BOOK = { levels: 1, relations: 4, sets: 7, account: 11 };
const LEVEL = { words: 5, groupOf: 2 };
const RELATION = { words: 4, all: 2 };
const SET = { words: WORDS_PER_SET, rows: 0, stride: 1, risk: 7, base: 8, currencies: 10 };
const INSTRUCTION = { words: 8, mask: 3 };

/** What the book's records say; they do not move. */
function bookAt(exports: Exports, placed: Placed) {
  const i32 = new Int32Array(exports.memory.buffer);
  const book = placed.book >> 2;
  const word = (table: number, record: number, size: number, field: number) =>
    i32[(i32[book + table]! >> 2) + record * size + field]!;
  const levels = new Map<number, number>();
  const relations = new Map<number, number>();
  placed.levels.forEach((_, k) => levels.set(k, word(BOOK.levels, k, LEVEL.words, LEVEL.groupOf)));
  placed.relationHeld.forEach((_, k) => relations.set(k, word(BOOK.relations, k, RELATION.words, RELATION.all)));
  const sets = placed.sets.map((_, k): SetAddresses => {
    const field = (name: number) => word(BOOK.sets, k, SET.words, name);
    return {
      rows: field(SET.rows),
      stride: field(SET.stride),
      risk: field(SET.risk),
      base: field(SET.base),
      currencies: field(SET.currencies),
    };
  });
  const masks = new Map(
    Array.from(placed.order, ([node, k]) => [node, word(BOOK.account, k, INSTRUCTION.words, INSTRUCTION.mask)]),
  );
  return {
    groupOf: (level: Level) => levels.get(level.index)!,
    relation: (relation: Relation) => relations.get(relation.index)!,
    mask: (node: Node) => masks.get(node)!,
    set: (set: number) => sets[set]!,
  };
}
