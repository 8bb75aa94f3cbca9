/** Charges → nodes. */
import { Op, ReduceMode } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import type { Amount, Charge, Expr, Formula, Profile, Row, Scan, Select, Spread } from "../documents/model.ts";
import { correlated, type AggregationPlan } from "./correlated.ts";
import { expression, matches, type Context } from "./expressions.ts";
import type { Node } from "./graph.ts";
import { covers, hasKey, INSTRUMENT, type Level } from "./levels.ts";
import type { Names } from "./names.ts";
import { settlementKind } from "./settlement.ts";
import { spread, type PairingPlan } from "./spread.ts";
import type { Item } from "./universe.ts";
import { measureUnit, unitOf, type Unit } from "./units.ts";

export interface CompiledCharge {
  name: string;
  kind: Charge["kind"];
  level: Level;
  node: Node;
  unit: Unit;
  /** Sum over its groups; of meaning where they are in one unit. */
  total: Node;
  /** Of a scan: profile level, row of each group, matrix, set. */
  scan?: { level: Level; driver: Node; matrix: Node; set: number; counts?: Node };
  /** Of a spread: how its pairs lie. */
  pairing?: PairingPlan;
  /** Of a correlated charge: how its factors lie. */
  correlated?: AggregationPlan;
  /** Of a formula that ends in max, min or if: which argument was taken, and their names. */
  argument?: { node: Node; names: string[]; isCondition: boolean };
}

export function chargeNode(names: Names, name: string, charge: Charge): CompiledCharge {
  const path = `model.charges.${name}`;
  const level = names.levels.find(charge.at ?? "account", `${path}.at`);
  const made =
    charge.kind === "scan"
      ? scan(names, charge, level, path)
      : charge.kind === "amount"
        ? amount(names, charge, level, path)
        : charge.kind === "spread"
          ? spread(names, charge, level, path)
          : charge.kind === "correlated"
            ? correlated(names, charge, level, path)
            : formula(names, charge, level, path);
  const unit = unitOf(names, charge, level, path);
  const total = names.graph.sumTo(made.node, names.graph.account, path);
  return { name, kind: charge.kind, level, unit, total, ...made };
}

// formula

type Made = Pick<CompiledCharge, "node" | "scan" | "argument" | "pairing" | "correlated">;

function formula(names: Names, charge: Formula, level: Level, path: string): Made {
  const { graph } = names;
  const context = { level, path: `${path}.value` };
  let node = inAccount(names, expression(names, charge.value, context), level);
  if (charge.select !== undefined) {
    const { mask, side } = selection(names, charge.select === undefined ? [] : [charge.select]);
    const held = graph.unique({
      op: Op.HeldMask,
      level,
      phase: "account",
      args: [],
      extra: { mask, side },
      isMatrix: false,
      path,
    });
    node = graph.emit(Op.If, [held, node, graph.constant(0, path)], path);
  }
  return { node, argument: argument(names, charge.value, context) };
}

/** The argument that a max, min or if at the head of an expression takes. */
export function argument(names: Names, value: Expr, context: Context): CompiledCharge["argument"] {
  if (typeof value !== "object") return undefined;
  const [operator, operands] = Object.entries(value)[0] as [string, Expr[]];
  const at = (i: number) => ({ ...context, path: `${context.path}.${operator}[${i}]` });
  if (operator === "if") {
    const when = expression(names, { if: [operands[0] as never, 1, 0] }, context);
    return { node: inAccount(names, when, context.level), names: operands.slice(1).map(wording), isCondition: true };
  }
  if ((operator !== "max" && operator !== "min") || operands.length < 2) return undefined;
  const args = operands.map((operand, i) => expression(names, operand, at(i)));
  const node = names.graph.emit(
    Op.Argument,
    args,
    context.path,
    { argument: { sign: operator === "max" ? 1 : -1 } },
    context.level,
  );
  return { node: inAccount(names, node, context.level), names: operands.map(wording), isCondition: false };
}

/** An argument in a few words. */
function wording(expr: Expr): string {
  if (typeof expr !== "object") return String(expr);
  const [operator, operand] = Object.entries(expr)[0] as [string, Expr | Expr[]];
  const inner = Array.isArray(operand)
    ? operand.map((e) => (typeof e === "object" ? "…" : String(e))).join(", ")
    : typeof operand === "object"
      ? "…"
      : String(operand);
  return `${operator}(${inner})`;
}

// amount

function amount(names: Names, charge: Amount, level: Level, path: string): Made {
  const { graph, levels } = names;
  const net = charge.net === undefined ? level : levels.find(charge.net, `${path}.net`);
  if (!covers(net, level)) throw new MarginError("LevelsApart", `${path}.net`, "net must be as fine as `at`, or finer");
  const x = netAmounts(names, charge, net, path);
  const { mask, quantum } = x.extra;
  const zero = graph.constant(0, path);
  const on = charge.on ?? "absolute";
  const sized = (netted: Node) =>
    on === "signed"
      ? netted
      : on === "absolute"
        ? graph.emit(Op.Abs, [netted], path)
        : graph.emit(Op.Max, [on === "long" ? netted : graph.emit(Op.Neg, [netted], path), zero], path);
  /** The netted amount if all bids, or all asks, fill. */
  const filled = (asks: boolean) => {
    const orders = graph.unique({
      op: Op.SumOrders,
      level: net,
      phase: "account",
      args: x.args,
      extra: { mask, quantum, asks },
      isMatrix: false,
      path,
    });
    return sized(graph.emit(asks ? Op.Sub : Op.Add, [x, orders], path));
  };
  const { orders = "none" } = charge;
  const size =
    orders === "none"
      ? sized(x)
      : orders === "worstSide"
        ? graph.emit(Op.Max, [filled(false), filled(true)], path)
        : filled(orders === "asks");
  let node = size;
  const rated = { level: net, size };
  if (charge.charge !== undefined) node = expression(names, charge.charge, { ...rated, path: `${path}.charge` });
  else if (charge.rate !== undefined)
    node = graph.emit(Op.Mul, [size, expression(names, charge.rate, { ...rated, path: `${path}.rate` })], path);
  // nothing held costs nothing, whatever the rate of an empty group would be
  if (node !== size) node = graph.emit(Op.If, [size, node, zero], path);
  return { node: graph.sumTo(graph.lift(node, net, "account"), level, path) };
}

/** Σ quantity·measure by group. */
export function netAmounts(names: Names, charge: Amount | Spread, net: Level, path: string): Node {
  const { graph, levels } = names;
  const instruments = levels.of([INSTRUMENT]);
  const context = { level: instruments, path: `${path}.measure` };
  const measure = graph.lift(expression(names, charge.measure ?? 1, context), instruments, "tick");
  if (measure.phase !== "tick")
    throw new MarginError("MeasureNeedsAccount", context.path, "a measure cannot depend on charges");
  const quantum = measureUnit(charge);
  const perLot = graph.unique({
    op: Op.PerLot,
    level: instruments,
    phase: "tick",
    args: [measure],
    extra: { quantum },
    isMatrix: false,
    path: context.path,
  });
  const { mask, side } = selection(names, charge.select === undefined ? [] : [charge.select]);
  return graph.unique({
    op: Op.SumMeasure,
    level: net,
    phase: "account",
    args: [perLot],
    extra: { mask, side, quantum },
    isMatrix: false,
    path,
  });
}

// scan

function scan(names: Names, charge: Scan, level: Level, path: string): Made {
  const { graph, levels, model } = names;
  const root: Profile = { at: level.keys, ...charge.profile };
  const { rows = [], settlement } = model.scenarios![charge.scenarios]!;
  const at = levels.find(root.at!, `${path}.profile.at`);
  const set = names.set(charge.scenarios, settlement ? settlementKind(at) : undefined);
  if (!covers(at, level))
    throw new MarginError("LevelsApart", `${path}.profile.at`, "the profile's level must be as fine as `at`, or finer");
  const orders = charge.orders === "worstSubset";
  const over: Rows = { name: charge.scenarios, set, rows, orders };
  if (settlement) over.counts = matrixOf(names, Op.ClearRows, at, [], {}, set, path);
  const { matrix } = profile(names, root, at, [], over, `${path}.profile`);
  const { counts } = over;
  const driver = secondOf(names, at, path);
  const loss = graph.unique({
    op: Op.Reduce,
    level: at,
    phase: "account",
    args: counts === undefined ? [matrix] : [matrix, counts],
    extra: reduction(charge, rows),
    set,
    isMatrix: false,
    second: driver,
    path,
  });
  let node: Node = loss;
  if (charge.floor !== null) node = graph.emit(Op.Max, [loss, graph.constant(charge.floor ?? 0, path)], path);
  if (charge.rate !== undefined) {
    const rated = graph.emit(
      Op.Mul,
      [node, expression(names, charge.rate, { level: at, size: node, path: `${path}.rate` })],
      path,
    );
    node = graph.emit(Op.If, [node, rated, graph.constant(0, path)], path);
  }
  return {
    node: graph.sumTo(graph.lift(node, at, "account"), level, path),
    scan: { level: at, driver, matrix, set, counts },
  };
}

function reduction(charge: Scan, rows: Row[]): Node["extra"] {
  const reduce = charge.reduce ?? "worst";
  if (reduce === "worst") return { mode: ReduceMode.Worst };
  if ("row" in reduce) return { mode: ReduceMode.Row, row: reduce.row };
  const { slices, number } = slicesOf(rows);
  return reduce.slice === "worst"
    ? { mode: ReduceMode.SliceWorst, slices }
    : { mode: ReduceMode.Slice, slices, slice: number.get(reduce.slice) ?? -1 };
}

/** Rows of one slice have one number; a row without a slice is its own. */
function slicesOf(rows: Row[]): { slices: Int32Array; number: Map<string | number, number> } {
  const number = new Map<string | number, number>();
  const slices = Int32Array.from(rows, (row, s) => {
    if (row.slice === undefined) return rows.length + s;
    if (!number.has(row.slice)) number.set(row.slice, number.size);
    return number.get(row.slice)!;
  });
  return { slices, number };
}

/** A profile: its rows, and while it is in settlement currencies its base values, which are converted with them. */
/** The rows that a profile runs over, and whether resting orders count. */
interface Rows {
  name: string;
  set: number;
  rows: Row[];
  orders: boolean;
  /** Of settlement prices: how many positions have the strike of each row, by group of the root; leaf after leaf adds its own. */
  counts?: Node;
}

interface CompiledProfile {
  matrix: Node;
  level: Level;
  base?: Node;
}

function profile(
  names: Names,
  of: Profile,
  level: Level,
  inherited: Select[],
  over: Rows,
  path: string,
): CompiledProfile {
  const select = of.select === undefined ? inherited : [...inherited, of.select];
  return of.of === undefined
    ? leaf(names, of, level, select, over, path)
    : parent(names, of, level, select, over, path);
}

function matrixOf(
  names: Names,
  op: Op,
  level: Level,
  args: Node[],
  extra: Node["extra"],
  set: number,
  path: string,
): Node {
  return names.graph.unique({ op, level, phase: "account", args, extra, set, isMatrix: true, path });
}

function secondOf(names: Names, level: Level, path: string): Node {
  return names.graph.unique({ op: 0, level, phase: "account", args: [], extra: {}, isMatrix: false, path });
}

function leaf(names: Names, of: Profile, level: Level, select: Select[], over: Rows, path: string): CompiledProfile {
  const { levels } = names;
  const { set, rows, orders } = over;
  const settlement = levels.of(["settlement"]);
  const isSettled = over.counts !== undefined;
  // payoffs are in the unit of the root already
  const fine = isSettled || hasKey(level, "settlement") ? level : levels.of([...level.keys, "settlement"]);
  if (isSettled) countRows(names, level, select, over, path);
  const context = { level, path };
  const column = (expr: Expr, place: string) =>
    inAccount(names, expression(names, expr, { ...context, path: place }), level);
  const isEither = rows.some((row) => row.either);
  /** Profit and loss before its shape, and the values today beside it; `best`: with the fills of orders that gain most. */
  const summed = (best: boolean): { matrix: Node; base: Node } => {
    let base = secondOf(names, fine, path);
    let matrix = matrixOf(names, Op.SumRows, fine, [], { ...selection(names, select), orders, best }, set, path);
    matrix.second = base;
    if (fine !== level) {
      const inModel = secondOf(names, level, path);
      const toCurrency = levels.relation(fine, settlement).index;
      const extra = { relation: levels.relation(fine, level).index, toCurrency };
      matrix = matrixOf(names, Op.Convert, level, [matrix, base], extra, set, path);
      matrix.second = inModel;
      base = inModel;
    }
    if (of.factors === undefined) return { matrix, base };
    const { positive = 1, negative = 1 } = of.factors;
    const factors = [column(positive, `${path}.factors.positive`), column(negative, `${path}.factors.negative`)];
    return { matrix: matrixOf(names, Op.Factors, level, [matrix, base, ...factors], {}, set, path), base };
  };
  const low = summed(false);
  let { matrix } = low;
  if (isEither) {
    const ends = orders ? [matrix, summed(true).matrix] : [matrix];
    const flags = Int32Array.from(rows, (row) => (row.either ? 1 : 0));
    matrix = matrixOf(names, Op.Either, level, ends, { flags }, set, path);
  }
  return {
    matrix: shaped(names, of, matrix, level, over, path, true),
    level,
    ...(fine === level ? { base: low.base } : {}),
  };
}

function parent(names: Names, of: Profile, level: Level, select: Select[], over: Rows, path: string): CompiledProfile {
  const { levels } = names;
  const { set } = over;
  if (over.counts !== undefined) byExpiry(level, path);
  if (of.factors !== undefined)
    throw new MarginError(
      "LeafOnly",
      `${path}.factors`,
      "factors act on positions: only a profile without `of` has them",
    );
  const children = of.of!.map((child, i) => {
    const at = child.at === undefined ? level : levels.find(child.at, `${path}.of[${i}].at`);
    if (!covers(at, level))
      throw new MarginError("LevelsApart", `${path}.of[${i}].at`, "a profile sums profiles that are as fine, or finer");
    return profile(names, child, at, select, over, `${path}.of[${i}]`);
  });
  const zero = matrixOf(names, Op.ClearRows, level, [], {}, set, path);
  let matrix = zero;
  for (const child of children) {
    const converts = over.counts === undefined && hasKey(child.level, "settlement") && !hasKey(level, "settlement");
    const extra = {
      relation: levels.relation(child.level, level).index,
      toCurrency: converts ? levels.relation(child.level, levels.of(["settlement"])).index : -1,
    };
    matrix = matrixOf(
      names,
      Op.AddRows,
      level,
      converts ? [child.matrix, child.base!] : [child.matrix],
      extra,
      set,
      path,
    );
    matrix.inPlaceOf = zero;
  }
  const shapedMatrix = shaped(names, of, matrix, level, over, path, false);
  if (!hasKey(level, "settlement")) return { matrix: shapedMatrix, level };
  const base = children
    .map((child) => names.graph.sumTo(child.base!, level, path))
    .reduce((a, b) => names.graph.emit(Op.Add, [a, b], path));
  return { matrix: shapedMatrix, level, base };
}

/** The strikes of a leaf's positions, among those that count in the root's group. */
function countRows(names: Names, level: Level, select: Select[], over: Rows, path: string): void {
  byExpiry(level, path);
  const zero = over.counts!.inPlaceOf ?? over.counts!;
  const { mask, side } = selection(names, select);
  // what the leaf has no group for is not in it
  const inLeaf = Uint8Array.from(level.groupOf, (g, i) => (g >= 0 && (mask === undefined || mask[i] === 1) ? 1 : 0));
  const extra = { mask: inLeaf, side, orders: over.orders };
  over.counts = matrixOf(names, Op.HeldRows, zero.level, [], extra, over.set, path);
  over.counts.inPlaceOf = zero;
}

/** Each expiry has rows of its own. */
function byExpiry(level: Level, path: string): void {
  if (hasKey(level, "underlying") && hasKey(level, "expiry")) return;
  const problem = "rows of a set with `settlement` are by expiry: its profiles have the keys underlying and expiry";
  throw new MarginError("LevelsApart", `${path}.at`, problem);
}

/** gains → dampen → weight (leaves) → worst of slice. */
function shaped(
  names: Names,
  of: Profile,
  from: Node,
  level: Level,
  { name, set, rows }: Rows,
  path: string,
  isLeaf: boolean,
): Node {
  const column = (expr: Expr, place: string) =>
    inAccount(names, expression(names, expr, { level, path: place }), level);
  const byRow = (field: "dampener" | "weight") =>
    rows.map((row, s) =>
      row[field] === undefined ? undefined : column(row[field], `model.scenarios.${name}.rows[${s}].${field}`),
    );
  let matrix = from;
  if (of.gains !== undefined) {
    const args = [matrix, column(of.gains.factor, `${path}.gains.factor`)];
    if (of.gains.cap !== undefined) args.push(column(of.gains.cap, `${path}.gains.cap`));
    matrix = matrixOf(names, Op.Gains, level, args, {}, set, path);
  }
  if (of.dampen === true) matrix = matrixOf(names, Op.Dampen, level, [matrix], { byRow: byRow("dampener") }, set, path);
  if (isLeaf && rows.some((row) => row.weight !== undefined))
    matrix = matrixOf(names, Op.Weight, level, [matrix], { byRow: byRow("weight") }, set, path);
  if (of.worst === "slice")
    matrix = matrixOf(names, Op.SliceWorst, level, [matrix], { slices: slicesOf(rows).slices }, set, path);
  return matrix;
}

// shared

/** A column at exactly this level, known with the account. */
export function inAccount(names: Names, node: Node, level: Level): Node {
  return names.graph.lift(node, level, "account");
}

/** Instruments that all selections take, as a mask (none where all are), and the side: 2 where two sides exclude each other. */
function selection(names: Names, selects: Select[]): { mask?: Uint8Array; side: number } {
  const sides = new Set(selects.flatMap(({ side }) => (side === undefined ? [] : [side])));
  const side = sides.size > 1 ? 2 : sides.has("long") ? 1 : sides.has("short") ? -1 : 0;
  if (selects.every((select) => Object.keys(select).every((key) => key === "side"))) return { side };
  const isTaken = ({ fields }: Item) => (selects.every((select) => matches(select, fields)) ? 1 : 0);
  return { mask: Uint8Array.from(names.universe.items, isTaken), side };
}
