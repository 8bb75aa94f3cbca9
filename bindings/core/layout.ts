/**
 * Lays a program out in the core's memory: one block, records and columns in the order of assembly/record/book.ts.
 */
import { Op, SetKind, Vector } from "../../assembly/record/opcodes.ts";
import type { MeasureUnit } from "../documents/model.ts";
import type { Node } from "../compile/graph.ts";
import type { Program } from "../compile/program.ts";
import { PRICE_UNIT } from "../compile/universe.ts";
import type { Exports } from "./exports.ts";
import { outOfMemory } from "./failure.ts";
import {
  aggregationBytes,
  factorsBytes,
  placeAggregation,
  placeFactors,
  type PlacedAggregation,
  type PlacedFactors,
} from "./place-factors.ts";
import type { AggregationPlan } from "../compile/correlated.ts";
import type { FactorsPlan } from "../compile/factors.ts";
import type { PairingPlan } from "../compile/spread.ts";
import { pairingBytes, placePairing, type PlacedPairing } from "./place-pairing.ts";
import type { Level, Relation } from "../compile/levels.ts";

const WORDS_PER_INSTRUCTION = 8;

/** Where things lie; addresses are absolute. */
export interface Placed {
  block: number;
  bytes: number;
  book: number;
  column: Map<Node, number>;
  /** Number of each account node's instruction. */
  order: Map<Node, number>;
  inputsEnd: number;
  /** Instructions of the tick program before instruments are repriced. */
  repriced: number;
  /** Address of the record's word that points to the mask of instruments to be repriced. */
  touched: number;
  factors: Map<FactorsPlan, PlacedFactors>;
  aggregations: Map<AggregationPlan, PlacedAggregation>;
  pairings: Map<PairingPlan, PlacedPairing>;
  quantity: number;
  heldInstrument: number;
  /** [instruments] i32, a Status: why it has no price */
  unpriced: number;
  rounding: number;
  /** [currencies] prices of the settlement currencies */
  price: number;
  levels: { held: number; heldGroups: number; placeOf: number }[];
  sets: { stride: number; risk: number; base: number }[];
  relationHeld: number[];
  /** [instruments] f64 for the host */
  scratch: number;
}

export function place(exports: Exports, program: Program, exact: boolean): Placed {
  const strides = program.sets.map((set) => (set.rows.length + 2) & ~1);
  const bytes = bytesOf(program, strides);
  const riskBytes = program.universe.items.length * 8 * strides.reduce((sum, stride) => sum + stride, 0);
  const block = exports.allocate(bytes + riskBytes);
  if (block === 0) throw outOfMemory(bytes + riskBytes);
  // R lies at the end and is written whole by the repricer; all else starts as zero
  new Uint8Array(exports.memory.buffer, block, bytes).fill(0);
  return write(new Writer(block, bytes + riskBytes, exports.memory.buffer), program, strides, exact);
}

/** Rounding of one reservation up to 16 bytes. */
const PAD = 16;

/** Enough for everything but R: sizes as `write` reserves them, and what rounding each up may add. */
function bytesOf({ universe, levels, graph, sets, settlement }: Program, strides: number[]): number {
  const n = universe.items.length;
  const currencies = settlement.groups.length;
  let bytes = 7 * (4 * n + PAD) + 31 * (8 * n + PAD) + 2 * (4 * currencies + PAD) + 4 * (8 * currencies + PAD);
  for (const level of levels.all) bytes += 4 * (n + 2 * level.groups.length) + 3 * PAD + 20;
  for (const relation of levels.relations) bytes += 8 * relation.all.length + 2 * PAD + 16;
  for (const node of graph.nodes) {
    const column = node.level.groups.length * 8 * (node.isMatrix ? strides[node.set!]! : 1) + PAD;
    bytes += node.phase === "account" ? 2 * column : column; // and its adjoint
    if (node.leaf?.leaf === "tables")
      for (const table of node.leaf.tables) bytes += 8 * (table?.length ?? 0) * (table?.[0]?.length ?? 0) + PAD;
    if (node.leaf?.leaf === "lists") bytes += 8 * node.leaf.length * node.leaf.lists.length;
    if (node.op !== 0) bytes += 4 * WORDS_PER_INSTRUCTION + operandBytes(node, n) + 4 * (node.args.length + 3);
    if (node.extra.factors !== undefined) bytes += factorsBytes(node.extra.factors) + 4;
    if (node.extra.pairing !== undefined) bytes += pairingBytes(node.extra.pairing);
    if (node.extra.aggregation !== undefined) bytes += aggregationBytes(node.extra.aggregation) + 4;
  }
  sets.forEach((set, i) => {
    const rows = set.rows.length;
    bytes += 16 * n + 8 * rows * set.fields.length + 4 * (set.moveLevels.length + set.volLevels.length) + 6 * PAD;
    bytes += 8 * strides[i]! * (currencies + Vector.Count) + 4 * WORDS_PER_SET;
    if (set.settlement !== undefined) bytes += 2 * (4 * n + PAD);
  });
  bytes += 4 * (levels.all.length + levels.relations.length);
  return bytes + 4 * WORDS_PER_BOOK + 20 * PAD;
}

/** What an instruction points to: a mask, values by row, a few words. */
function operandBytes({ extra, args }: Node, instruments: number): number {
  const byRow = (extra.byRow?.length ?? 0) + (extra.flags?.length ?? 0) + (extra.slices?.length ?? 0);
  return (extra.mask === undefined ? 0 : instruments) + 4 * (byRow + args.length) + 4 * PAD;
}

export const WORDS_PER_SET = 22;
const WORDS_PER_BOOK = 64;
/** Word of the record, as in assembly/record/book.ts. */
const TOUCHED = 53;

class Writer {
  at = 0;
  private readonly i32: Int32Array;
  private readonly f64: Float64Array;
  private readonly u8: Uint8Array;

  constructor(
    readonly base: number,
    readonly limit: number,
    buffer: ArrayBuffer,
  ) {
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.u8 = new Uint8Array(buffer);
  }

  reserve(bytes: number): number {
    const address = this.base + this.at;
    this.at += (bytes + 15) & ~15;
    if (this.at > this.limit) throw new Error(`the layout needs more than its ${this.limit} bytes`);
    return address;
  }

  words(values: ArrayLike<number>): number {
    const address = this.reserve(values.length * 4);
    this.i32.set(values, address >> 2);
    return address;
  }

  filledWords(n: number, value: number): number {
    const address = this.reserve(n * 4);
    this.i32.fill(value, address >> 2, (address >> 2) + n);
    return address;
  }

  numbers(values: ArrayLike<number>): number {
    const address = this.reserve(values.length * 8);
    this.f64.set(values, address >> 3);
    return address;
  }

  bytes(values: Uint8Array): number {
    const address = this.reserve(values.length);
    this.u8.set(values, address);
    return address;
  }
}

const wordsOf = (values: Iterable<number>) => Int32Array.from(values);

function write(to: Writer, program: Program, strides: number[], exact: boolean): Placed {
  const { universe, levels, graph, settlement, sets } = program;
  const { items } = universe;
  const n = items.length;

  // levels and relations
  const levelWords: number[] = [];
  const placedLevels = levels.all.map((level) => {
    const groups = level.groups.length;
    const groupOf = to.words(level.groupOf);
    const heldGroups = to.reserve(groups * 4);
    const placeOf = to.filledWords(groups, -1);
    levelWords.push(groups, 0, groupOf, heldGroups, placeOf);
    return { held: 0, heldGroups, placeOf };
  });
  const levelTable = to.words(levelWords);
  placedLevels.forEach((level, i) => (level.held = levelTable + i * 20 + 4));
  const relationWords: number[] = [];
  const relationHeld = levels.relations.map((relation) => {
    const all = to.words(relation.all);
    const held = to.reserve(relation.all.length * 4);
    relationWords.push(relation.fine.index, relation.coarse.index, all, held);
    return held;
  });
  const relationTable = to.words(relationWords);

  // instruments
  const instrumentNumbers = (f: (item: (typeof items)[number]) => number) => to.numbers(Float64Array.from(items, f));
  const instrumentWords = (f: (item: (typeof items)[number]) => number) => to.words(wordsOf(items.map(f)));
  const kind = instrumentWords((item) => item.kind);
  const inverse = instrumentWords((item) => (item.instrument?.payoff === "inverse" ? 1 : 0));
  const callPut = instrumentNumbers((item) => item.instrument?.callPut ?? NaN);
  const strike = instrumentNumbers((item) => item.instrument?.strike ?? NaN);
  const lot = instrumentNumbers((item) => item.instrument?.lot ?? NaN);
  const quoteLots = instrumentWords((item) => (item.instrument?.lotUnit === "quote" ? 1 : 0));
  const unfit = to.reserve(n * 4);
  const unpriced = to.reserve(n * 4);
  const baseAmount = to.reserve(n * 8);
  const quantum = to.reserve(n * 8);
  const baseQuantum = to.reserve(n * 8);
  const quoteQuantum = to.reserve(n * 8);
  const modelQuantum = to.reserve(n * 8);
  const rowOf = to.filledWords(n, -1);
  const heldInstrument = to.reserve(n * 4);
  const quantity = to.reserve(n * 8);
  const result = to.reserve(n * 8);
  const rowBound = to.reserve(n * 8);
  const baseBound = to.reserve(n * 8);

  const scratch = to.reserve(n * 8);

  // currencies, by settlement group
  const currencies = settlement.groups.map((group) => universe.index.get(String(group.settlement))!);
  const cash = to.words(wordsOf(currencies));
  const moves = to.words(
    wordsOf(
      currencies.map(
        (i) => (items[i]!.currency!.underlying === undefined ? 0 : 1) + (items[i]!.id === PRICE_UNIT.id ? 0 : 2),
      ),
    ),
  );
  const price = to.numbers(Float64Array.from(currencies, (i) => items[i]!.currency!.price ?? NaN));
  const largestTotal = to.numbers(Float64Array.from(currencies, (i) => items[i]!.currency!.largestTotal));
  const rounding = to.reserve(currencies.length * 8);
  const unrealised = to.reserve(currencies.length * 8);
  const modelCurrency = settlement.groups.findIndex((group) => group.settlement === program.model.currency);

  // columns: of the tick, then of the account in one run
  const column = new Map<Node, number>();
  for (const node of graph.nodes) {
    if (node.phase !== "tick") continue;
    if (node.leaf?.leaf === "data") column.set(node, to.numbers(node.leaf.values));
    else if (node.leaf?.leaf === "constant") column.set(node, to.numbers([node.leaf.value]));
    else if (node.leaf?.leaf === "tables") {
      const addresses = node.leaf.tables.map((table) => (table === undefined ? 0 : to.numbers(table.flat())));
      column.set(node, to.numbers(addresses));
    } else if (node.leaf?.leaf === "lists") {
      const missing = new Array<number>(node.leaf.length).fill(NaN);
      column.set(node, to.numbers(node.leaf.lists.flatMap((list) => list ?? missing)));
    } else if (node.leaf?.leaf === "given") {
      // until an account gives a figure, that of the model holds; the accounts of a venue give none
      column.set(node, to.numbers(new Array<number>(node.level.groups.length).fill(NaN)));
    } else column.set(node, to.reserve(node.level.groups.length * 8));
  }
  const columns = to.reserve(0);
  for (const node of graph.nodes) {
    if (node.phase !== "account") continue;
    if (node.inPlaceOf !== undefined) column.set(node, column.get(node.inPlaceOf)!);
    else column.set(node, to.reserve(node.level.groups.length * 8 * (node.isMatrix ? strides[node.set!]! : 1)));
  }
  const columnBytes = to.base + to.at - columns;
  const adjoints = to.reserve(columnBytes);
  const addressOf = (node: Node) => column.get(node)!;

  // risk factors
  const placedFactors = new Map<FactorsPlan, PlacedFactors>();
  const placedAggregations = new Map<AggregationPlan, PlacedAggregation>();
  const placedPairings = new Map<PairingPlan, PlacedPairing>();
  for (const { extra } of graph.nodes) {
    if (extra.pairing !== undefined) placedPairings.set(extra.pairing, placePairing(to, extra.pairing, addressOf));
    if (extra.factors !== undefined) placedFactors.set(extra.factors, placeFactors(to, extra.factors, addressOf));
    if (extra.aggregation !== undefined) {
      const { record } = placedFactors.get(extra.aggregation.factors)!;
      placedAggregations.set(extra.aggregation, placeAggregation(to, extra.aggregation, record, addressOf));
    }
  }
  const recordOf = ({ extra }: Node) =>
    extra.factors !== undefined
      ? placedFactors.get(extra.factors)!.record
      : extra.pairing !== undefined
        ? placedPairings.get(extra.pairing)!.record
        : placedAggregations.get(extra.aggregation!)!.record;
  const factorTable = to.words([...placedFactors.values()].map(({ record }) => record));
  const aggregationTable = to.words([...placedAggregations.values()].map(({ record }) => record));
  const bids = to.reserve(n * 8);
  const asks = to.reserve(n * 8);
  const parts = exact ? 0 : to.reserve(n * 15 * 8);

  // instructions
  const none = to.reserve(n * 8); // zeros: not rounded
  const quanta = { settlement: quantum, base: baseQuantum, quote: quoteQuantum, model: modelQuantum, none };
  const encode = (node: Node) => instruction(to, node, addressOf, recordOf, quanta);
  const allTick = graph.nodes.filter((node) => node.phase === "tick" && node.op !== 0);
  const late = afterRows(allTick);
  const tickNodes = [...allTick.filter((node) => !late.has(node)), ...late];
  const heldLevels = [...readLevels(program)].map(({ index }) => index);
  const heldRelations = readRelations(program).map(({ index }) => index);
  const heldLevelList = to.words(heldLevels);
  const heldRelationList = to.words(heldRelations);
  const accountNodes = graph.nodes.filter((node) => node.phase === "account" && node.op !== 0);
  const producers = dependencies(accountNodes);
  const dependsStart = to.words(startsOf(producers));
  const depends = to.words(producers.flat());
  const hasRun = to.reserve(accountNodes.length);
  const tick = to.words(tickNodes.flatMap(encode));
  const account = to.words(accountNodes.flatMap(encode));
  const order = new Map(accountNodes.map((node, i) => [node, i]));
  const inputsEnd = tickNodes.findIndex((node) => node.id >= program.inputsEnd);
  const inputs = to.words(wordsOf(program.inputs.map(addressOf)));

  // scenario sets; R at the very end, since the repricer writes all of it
  const placedSets = sets.map((set, i) => {
    const fields = set.fields.flatMap((row) =>
      set.rows.flatMap((_, s) => (row[s] === undefined ? [0, 0] : [addressOf(row[s]), row[s].level.index])),
    );
    return {
      stride: strides[i]!,
      risk: 0,
      base: to.reserve(n * 8),
      largest: to.reserve(n * 8),
      strikeRow: set.settlement === undefined ? 0 : to.words(set.settlement.strikeRow),
      worthless: set.settlement === undefined ? 0 : to.words(set.settlement.worthless),
      fields: to.words(fields),
      moveLevels: to.words(set.moveLevels.map((level) => level.index)),
      volLevels: to.words(set.volLevels.map((level) => level.index)),
      currencies: to.reserve(currencies.length * strides[i]! * 8),
      vectors: to.reserve(Vector.Count * strides[i]! * 8),
    };
  });
  const setTable = to.reserve(sets.length * WORDS_PER_SET * 4);
  const bookAddress = to.reserve(WORDS_PER_BOOK * 4);
  for (const [i, set] of placedSets.entries()) set.risk = to.reserve(n * strides[i]! * 8);

  const end = to.at;
  const rewrite = (address: number, values: number[]) => {
    to.at = address - to.base;
    to.words(values);
    to.at = end;
  };
  rewrite(
    setTable,
    placedSets.flatMap((s, i) => {
      const set = sets[i]!;
      return [
        set.rows.length,
        s.stride,
        s.fields,
        s.moveLevels,
        set.moveLevels.length,
        s.volLevels,
        set.volLevels.length,
      ].concat(
        [s.risk, s.base, s.largest, s.currencies, s.vectors, set.used, 0],
        [set.kind, ...[set.given?.lists, set.given?.marks].map((node) => (node === undefined ? 0 : addressOf(node)))],
        [set.kind === SetKind.SettlementInModel ? modelQuantum : quantum],
        set.settlement === undefined ? [0, 0] : [set.settlement.prices.level.index, addressOf(set.settlement.prices)],
        [s.strikeRow, s.worthless],
      );
    }),
  );
  rewrite(bookAddress, [
    n,
    levelTable,
    heldLevelList,
    heldLevels.length,
    relationTable,
    heldRelationList,
    heldRelations.length,
    setTable,
    sets.length,
    tick,
    tickNodes.length,
    account,
    accountNodes.length,
    kind,
    inverse,
    callPut,
    strike,
    lot,
    quoteLots,
    inputs,
    unfit,
    baseAmount,
    quantum,
    baseQuantum,
    quoteQuantum,
    modelQuantum,
    rowOf,
    settlement.index,
    modelCurrency,
    cash,
    moves,
    price,
    largestTotal,
    rounding,
    unrealised,
    0,
    heldInstrument,
    quantity,
    result,
    rowBound,
    baseBound,
    columns,
    columnBytes,
    adjoints,
    exact ? 1 : 0,
    factorTable,
    placedFactors.size,
    aggregationTable,
    placedAggregations.size,
    bids,
    asks,
    0,
    parts,
    0,
    0,
    0,
    0,
    0,
    dependsStart,
    depends,
    hasRun,
    0,
    sets.some(({ kind }) => kind === SetKind.Rows) ? 1 : 0,
    unpriced,
  ]);
  return {
    block: to.base,
    bytes: end,
    book: bookAddress,
    column,
    order,
    inputsEnd: inputsEnd < 0 ? tickNodes.length : inputsEnd,
    repriced: tickNodes.length - late.size,
    touched: bookAddress + TOUCHED * 4,
    factors: placedFactors,
    aggregations: placedAggregations,
    pairings: placedPairings,
    quantity,
    heldInstrument,
    unpriced,
    rounding,
    price,
    levels: placedLevels,
    sets: placedSets,
    relationHeld,
    scratch,
  };
}

/** Tick nodes that read what instruments come to in the rows of scenarios, in order. */
function afterRows(tick: Node[]): Set<Node> {
  const late = new Set<Node>();
  for (const node of tick) if (node.op === Op.RowResult || node.args.some((arg) => late.has(arg))) late.add(node);
  return late;
}

/** Of each account instruction, the instructions that write what it reads. */
function dependencies(nodes: Node[]): number[][] {
  const writes = new Map<Node, number>();
  nodes.forEach((node, i) => {
    writes.set(node, i);
    if (node.second !== undefined) writes.set(node.second, i);
  });
  return nodes.map(({ args, extra }) => {
    const read = [...args, ...(extra.byRow ?? []).filter((node) => node !== undefined)];
    if (extra.aggregation !== undefined) read.push(extra.aggregation.factors.node);
    return [...new Set(read.flatMap((node) => writes.get(node) ?? []))];
  });
}

function startsOf(lists: number[][]): number[] {
  const starts = [0];
  for (const list of lists) starts.push(starts.at(-1)! + list.length);
  return starts;
}

/** Levels of which the account program, or who reads its result, asks what is held. */
function readLevels({ graph, settlement }: Program): Set<Level> {
  const read = new Set([graph.account, settlement]);
  for (const node of graph.nodes) if (node.phase === "account" || node.leaf?.leaf === "given") read.add(node.level);
  for (const { extra } of graph.nodes) if (extra.pairing !== undefined) read.add(extra.pairing.within);
  return read;
}

function readRelations({ graph, levels }: Program): Relation[] {
  const read = new Set<number>();
  for (const { phase, extra } of graph.nodes) {
    if (phase !== "account") continue;
    const { toWithin, toCharge, withinToCharge } = extra.pairing ?? {};
    for (const index of [extra.relation, extra.toCurrency, toWithin, toCharge, withinToCharge])
      if (index !== undefined && index >= 0) read.add(index);
  }
  return levels.relations.filter(({ index }) => read.has(index));
}

function instruction(
  to: Writer,
  node: Node,
  address: (node: Node) => number,
  record: (node: Node) => number,
  quanta: Record<MeasureUnit | "none", number>,
): number[] {
  const words = new Array<number>(WORDS_PER_INSTRUCTION).fill(0);
  const { extra, args } = node;
  words[0] = node.op;
  words[1] = node.level.index;
  words[2] = address(node);
  // of more operands than there are words, the instruction has a list, or a record knows them
  args.slice(0, WORDS_PER_INSTRUCTION - 3).forEach((arg, i) => (words[3 + i] = address(arg)));
  const set = node.set ?? 0;
  const mask = () => (extra.mask === undefined ? 0 : to.bytes(extra.mask));
  const byRow = () => to.words(extra.byRow!.map((column) => (column === undefined ? 0 : address(column))));
  const put = (from: number, values: number[]) => values.forEach((value, i) => (words[from + i] = value));
  switch (node.op) {
    case Op.Round:
      put(5, [extra.places!]);
      break;
    case Op.Argument:
      put(3, [0, to.words(args.map(address)), args.length, extra.argument!.sign, 0]);
      break;
    case Op.Broadcast:
    case Op.SumGroups:
      put(4, [extra.relation!]);
      break;
    case Op.HeldMask:
      put(3, [mask(), extra.side ?? 0]);
      break;
    case Op.Greek:
      put(3, [extra.greek!]);
      break;
    case Op.Smile:
      put(3, [extra.part!]);
      break;
    case Op.RowResult:
      put(3, [set, extra.row!]);
      break;
    case Op.Weigh:
    case Op.Correlate:
      put(3, [record(node)]);
      break;
    case Op.Pair:
      put(4, [record(node)]);
      break;
    case Op.PerLot:
      put(4, [extra.quantum === undefined ? quanta.none : quanta[extra.quantum]]);
      break;
    case Op.SumMeasure:
      put(3, [mask(), extra.side ?? 0, address(args[0]!), quanta[extra.quantum!]]);
      break;
    case Op.SumOrders:
      put(3, [mask(), extra.asks === true ? 1 : 0, address(args[0]!), quanta[extra.quantum!]]);
      break;
    case Op.SumRows:
      put(3, [mask(), extra.side ?? 0, set, address(node.second!), extra.best ? 2 : extra.orders ? 1 : 0]);
      break;
    case Op.Convert:
      put(5, [to.words([extra.relation!, extra.toCurrency!]), address(node.second!), set]);
      break;
    case Op.Factors:
    case Op.Gains:
      put(7, [set]);
      break;
    case Op.Either:
      put(4, [to.words(extra.flags!), args[1] === undefined ? 0 : address(args[1]), 0, set]);
      break;
    case Op.Dampen:
    case Op.Weight:
      put(4, [byRow(), 0, 0, set]);
      break;
    case Op.SliceWorst:
      put(4, [to.words(extra.slices!), 0, 0, set]);
      break;
    case Op.ClearRows:
      put(7, [set]);
      break;
    case Op.HeldRows:
      put(3, [mask(), extra.side ?? 0, extra.orders === true ? 1 : 0, 0, set]);
      break;
    case Op.AddRows:
      put(4, [extra.relation!, extra.toCurrency!, args[1] === undefined ? 0 : address(args[1]), set]);
      break;
    case Op.Reduce:
      put(4, [
        extra.mode!,
        extra.slices === undefined ? (extra.row ?? 0) : to.words(extra.slices),
        address(node.second!),
        to.words([set, extra.slice ?? 0, args[1] === undefined ? 0 : address(args[1])]),
      ]);
      break;
  }
  return words;
}
