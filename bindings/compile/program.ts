/** A model and a market → the program: what the repricer reads, the scenario sets, the charges and the results. */
import { Input, Op, RowField, SetKind } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import type { Market } from "../documents/market.ts";
import type { Expr, MarginModel, Profile, Row, Scenarios } from "../documents/model.ts";
import type { Portfolio } from "../documents/portfolio.ts";
import { argument, inAccount, type CompiledCharge } from "./charges.ts";
import { expression } from "./expressions.ts";
import { exposureFactors, type FactorsPlan } from "./factors.ts";
import { Graph, type Node } from "./graph.ts";
import { INSTRUMENT, Levels, type Level } from "./levels.ts";
import { Names } from "./names.ts";
import type { SettlementRows } from "./settlement.ts";
import { universe, type Universe } from "./universe.ts";

export interface CompiledSet {
  name: string;
  kind: SetKind;
  rows: Row[];
  /** Of what is given: lists by instrument, and where something depends on it, values of one unit of base today. */
  given?: { lists: Node; marks?: Node };
  settlement?: SettlementRows;
  /** By field, then by row. */
  fields: (Node | undefined)[][];
  moveLevels: Level[];
  volLevels: Level[];
  used: number;
}

export interface Result {
  name: string;
  expr: Expr;
  node: Node;
  argument?: CompiledCharge["argument"];
}

export interface Program {
  model: MarginModel;
  market: Market;
  universe: Universe;
  levels: Levels;
  graph: Graph;
  names: Names;
  settlement: Level;
  /** Columns by instrument, in the order of `Input`. */
  inputs: Node[];
  /** Nodes made before this number are needed to value instruments. */
  inputsEnd: number;
  /** Those of the model in its order; behind them those of settlement prices that are needed in the model's currency too. */
  sets: CompiledSet[];
  charges: CompiledCharge[];
  /** equity, initial, maintenance, then the outputs. */
  results: Result[];
  /** equity − initial */
  excess: Node;
  exposures: { name: string; plan: FactorsPlan }[];
}

const FIELDS = [
  [RowField.Spot, "spot"],
  [RowField.Linear, "linear"],
  [RowField.Time, "time"],
  [RowField.Currency, "currency"],
  [RowField.Basis, "basis"],
  [RowField.VolMove, "volMove"],
  [RowField.VolShift, "volShift"],
  [RowField.VolFloor, "volFloor"],
  [RowField.Scale, "scale"],
  [RowField.Skew, "skew"],
  [RowField.Convexity, "convexity"],
  [RowField.Stickiness, "stickiness"],
  [RowField.Rate, "rate"],
] as const;
const MOVES: readonly RowField[] = [RowField.Spot, RowField.Linear, RowField.Time, RowField.Basis, RowField.Rate];
const VOLS = FIELDS.map(([field]) => field).filter((field) => field !== RowField.Currency && !MOVES.includes(field));

/** @param held where given, only the instruments that it holds are taken up */
export function compile(model: MarginModel, market: Market, held?: Portfolio): Program {
  const all = universe(market, model.currency, held);
  const levels = new Levels(all.items, model.levels ?? {});
  const graph = new Graph(levels);
  const settlement = levels.of(["settlement"]);
  const names = new Names(model, all, levels, graph, Date.parse(market.asOf), market.facts);

  const inputs = compileInputs(names, market);
  const inputsEnd = graph.nodes.length;
  names.beforeValues = false;
  const sets = Object.entries(model.scenarios ?? {}).map(([name, set]) => compileSet(names, name, set));
  const charges = Object.keys(model.charges).map((name) => names.charge(name));
  for (const name of names.settledInModel) sets.push(settlementSet(names, name, SetKind.SettlementInModel));
  const results = resultExprs(model).map(([name, expr, path]): Result => {
    const context = { level: graph.account, path };
    const node = inAccount(names, expression(names, expr, context), graph.account);
    return { name, expr, node, argument: argument(names, expr, context) };
  });
  const exposures = Object.entries(model.exposures ?? {}).map(([name, exposure]) => ({
    name,
    plan: exposureFactors(names, exposure, `model.exposures.${name}`),
  }));
  const excess = graph.emit(Op.Sub, [results[0]!.node, results[1]!.node], "model.initial");
  return {
    excess,
    model,
    market,
    universe: all,
    levels,
    graph,
    names,
    settlement,
    inputs,
    inputsEnd,
    sets,
    charges,
    results,
    exposures,
  };
}

function resultExprs(model: MarginModel): [string, Expr, string][] {
  const totals = (["equity", "initial", "maintenance"] as const).map((name): [string, Expr, string] => [
    name,
    model[name],
    `model.${name}`,
  ]);
  return [
    ...totals,
    ...Object.entries(model.outputs ?? {}).map(([name, expr]): [string, Expr, string] => [
      name,
      expr,
      `model.outputs.${name}`,
    ]),
  ];
}

/** Rows that move the smile, or bind it to spot. */
function needsSmile({ scenarios }: MarginModel): boolean {
  const rows = Object.values(scenarios ?? {}).flatMap((set) => set.rows ?? []);
  return rows.some(({ skew, convexity, stickiness }) => (skew ?? convexity ?? stickiness) !== undefined);
}

function compileInputs(names: Names, market: Market): Node[] {
  const { graph, levels } = names;
  const level = levels.of([INSTRUMENT]);
  const missing = graph.constant(NaN, "market.facts");
  const columns: Node[] = [];
  const put = (input: Input, node: Node) => (columns[input] = graph.lift(node, level, "tick"));
  // a name that nothing defines is an error only for an instrument that needs it: the core finds NaN there
  const find = (name: string) => names.find(name, { level, path: `${name} of instruments` });
  const zero = graph.constant(0, "forwardFixed");
  const fixed = find("forwardFixed");
  put(Input.Spot, find("spot") ?? missing);
  put(Input.Forward, find("forward") ?? missing);
  put(Input.ForwardFixed, fixed === undefined ? zero : graph.emit(Op.Coalesce, [fixed, zero], "forwardFixed"));
  put(Input.Discount, find("discount") ?? missing);
  put(Input.Tau, find("tau") ?? missing);
  put(Input.EventTau, names.eventTau("eventTau"));
  const window = find("settlementWindow");
  put(Input.Window, window === undefined ? zero : graph.emit(Op.Coalesce, [window, zero], "settlementWindow"));
  put(Input.Mean, find("settlementMean") ?? missing);
  const [slices, sliceCount] = names.slices("market.facts") ?? [missing, missing];
  put(Input.Slices, slices);
  put(Input.SliceCount, sliceCount);
  const [strikes, strikeCount] = (needsSmile(names.model)
    ? names.strikes(market.instruments, "market.facts")
    : undefined) ?? [missing, missing];
  put(Input.Strikes, strikes);
  put(Input.StrikeCount, strikeCount);
  // the smile's volatility reads the columns before it
  put(Input.Vol, find("vol") ?? missing);
  const mark = figureOf(names, "mark", level);
  const price = names.price("mark");
  put(Input.Mark, mark === undefined ? price : graph.emit(Op.Coalesce, [mark, price], "mark"));
  return columns;
}

/** The market's own figure of a name, without what is computed. */
function figureOf(names: Names, name: string, level: Level): Node | undefined {
  if (names.model.values !== undefined && Object.hasOwn(names.model.values, name))
    return names.find(name, { level, path: name });
  return names.given(name, { level, path: name });
}

function settlementSet(names: Names, name: string, kind: SetKind): CompiledSet {
  const settlement = names.settlement();
  const rows = Array.from({ length: settlement.length }, (): Row => ({}));
  const fields = Array.from({ length: RowField.Count }, () => []);
  return { name, kind, rows, settlement, fields, moveLevels: [], volLevels: [], used: 0 };
}

function compileSet(names: Names, name: string, { rows = [], array, settlement }: Scenarios): CompiledSet {
  if (settlement) return settlementSet(names, name, SetKind.Settlement);
  const { levels } = names;
  const level = levels.of([INSTRUMENT]);
  const fields = Array.from({ length: RowField.Count }, () => [] as (Node | undefined)[]);
  let used = 0;
  for (const [field, key] of FIELDS) {
    rows.forEach((row, s) => {
      const expr = row[key];
      if (expr === undefined) return;
      const path = `model.scenarios.${name}.rows[${s}].${key}`;
      const node = expression(names, expr, { level, path, isRow: true });
      if (node.phase !== "tick") throw new MarginError("RowNeedsAccount", path, "a row cannot depend on charges");
      fields[field]![s] = node;
      used |= 1 << field;
    });
  }
  const levelsOf = (which: readonly RowField[]) => [
    ...new Set(which.flatMap((field) => fields[field]!.flatMap((node) => (node === undefined ? [] : [node.level])))),
  ];
  const path = `model.scenarios.${name}.array`;
  return {
    name,
    kind: array === undefined ? SetKind.Rows : SetKind.Given,
    rows,
    ...(array !== undefined && {
      given: {
        lists: names.lists(array, rows.length, path),
        ...(readsValues(names.model, name, rows) && { marks: valuesToday(names, path) }),
      },
    }),
    fields,
    moveLevels: levelsOf(MOVES),
    volLevels: levelsOf(VOLS),
    used,
  };
}

/** Does a scan need to know what instruments are worth today: since a currency moves with its rows, or for factors on values? */
function readsValues({ charges }: MarginModel, name: string, rows: Row[]): boolean {
  const hasFactors = ({ factors, of = [] }: Profile): boolean => factors !== undefined || of.some(hasFactors);
  return (
    rows.some(({ spot, currency }) => (spot ?? currency) !== undefined) ||
    Object.values(charges).some(
      (charge) => charge.kind === "scan" && charge.scenarios === name && hasFactors(charge.profile ?? {}),
    )
  );
}

function valuesToday(names: Names, path: string): Node {
  const level = names.levels.of([INSTRUMENT]);
  return names.graph.lift(names.resolve("mark", { level, path }), level, "tick");
}
