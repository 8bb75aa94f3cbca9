/** What a name means, seen from a level: charge, value, instrument field, parameter, fact or computed name. */
import { Greek, Op, SetKind, SmilePart } from "../../assembly/record/opcodes.ts";
import { MarginError, unexpected } from "../error.ts";
import type { Fact, Instrument } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import { chargeNode, type CompiledCharge } from "./charges.ts";
import { restOfExpression, type Rest } from "./decimals.ts";
import { expression, type Context } from "./expressions.ts";
import {
  entryAt,
  factsOf,
  figureAt,
  isList,
  parametersOf,
  restAt,
  visibleKeys,
  type Figure,
  type FigureTable,
  type Figures,
} from "./facts.ts";
import type { FactorsPlan } from "./factors.ts";
import type { Graph, Node } from "./graph.ts";
import { covers, hasKey, INSTRUMENT, type Level, type Levels } from "./levels.ts";
import { settlementRows, type SettlementRows } from "./settlement.ts";
import { eventTime, hasSlices, MS_PER_DAY, MS_PER_YEAR, sliceTables, strikeTables } from "./smile-tables.ts";
import type { Universe } from "./universe.ts";

/** Facts that every market is expected to give. */
const REPRICER = new Set(["spot", "forward", "discount", "vol"]);
const GREEKS: Record<string, Greek> = { delta: Greek.Delta, gamma: Greek.Gamma, vega: Greek.Vega, theta: Greek.Theta };

export class Names {
  readonly parameters: FigureTable;
  readonly facts: FigureTable;
  /** Charges and values being compiled, to find cycles. */
  private readonly open: string[] = [];
  private readonly charges = new Map<string, CompiledCharge>();
  /** What correlated charges share: see factors.ts. */
  readonly factorPlans = new Map<string, FactorsPlan>();
  private readonly valueNodes = new Map<string, Node>();
  /** Fields, figures and computed names, by name and level. */
  private readonly plainNodes = new Map<string, Node>();
  /** Sets of settlement prices that are asked for in the model's currency; behind the model's sets. */
  readonly settledInModel: string[] = [];
  private settled: SettlementRows | undefined;
  /** Set while what the repricer reads is compiled: nothing there may need an instrument's value. */
  beforeValues = true;

  constructor(
    readonly model: MarginModel,
    readonly universe: Universe,
    readonly levels: Levels,
    readonly graph: Graph,
    readonly asOf: number,
    facts: Fact[],
  ) {
    this.parameters = parametersOf(model.parameters);
    this.facts = factsOf(facts, "market.facts");
    for (const name of this.facts.names()) {
      for (const section of ["charges", "parameters"] as const) {
        if (Object.hasOwn(model[section], name)) {
          throw new MarginError(
            "DuplicateName",
            `model.${section}.${name}`,
            `the market has facts named "${name}" too (${this.facts.get(name)!.path})`,
          );
        }
      }
    }
  }

  settlement(): SettlementRows {
    return (this.settled ??= settlementRows(this));
  }

  /** Number of a scenario set; one of settlement prices is another in the model's currency. */
  set(scenarios: string, kind?: SetKind): number {
    const own = Object.keys(this.model.scenarios!);
    if (kind !== SetKind.SettlementInModel) return own.indexOf(scenarios);
    const found = this.settledInModel.indexOf(scenarios);
    return own.length + (found < 0 ? this.settledInModel.push(scenarios) - 1 : found);
  }

  /** Profit and loss of one unit of base of each instrument in a row. */
  rowResult(scenarios: string, row: number, path: string): Node {
    const set = this.set(scenarios);
    return this.once(`row:${set}:${row}`, () => ({
      op: Op.RowResult,
      level: this.levels.of([INSTRUMENT]),
      phase: "tick",
      args: [],
      extra: { row },
      set,
      isMatrix: false,
      path,
    }));
  }

  /** The node of a name, at a level equal to or coarser than the context's; undefined where it has none. */
  find(name: string, context: Context): Node | undefined {
    if (name === "size" && context.size !== undefined) return context.size;
    if (name === "pnl" && context.pnl !== undefined) return context.pnl;
    const { model } = this;
    if (Object.hasOwn(model.charges, name)) return this.view(this.charge(name), context);
    if (model.values !== undefined && Object.hasOwn(model.values, name)) return this.value(name, context);
    const id = `${name}@${context.level.index}${context.isRow === true ? "row" : ""}`;
    let node = this.plainNodes.get(id);
    if (node === undefined) {
      node = this.field(name, context.level) ?? this.figure(name, context);
      if (node !== undefined) this.plainNodes.set(id, node);
    }
    return node;
  }

  resolve(name: string, context: Context): Node {
    const node = this.find(name, context);
    if (node !== undefined) return node;
    const places = (this.parameters.get(name) ?? this.facts.get(name))?.buckets.map(
      (bucket) => `{${bucket.keys.join(", ")}}`,
    );
    const level = context.level.keys.length === 0 ? "the account" : `{${context.level.keys.join(", ")}}`;
    // missing where an account holds something that needs it
    if (places === undefined && (REPRICER.has(name) || Object.hasOwn(this.model.facts ?? {}, name)))
      return this.data(`figure:f:${name}`, context.level, name, () => NaN, "market.facts");
    const why =
      places === undefined
        ? "no charge, value, parameter, fact or computed name is called so"
        : `it is known by ${places.join(", ")}, which ${level} does not have`;
    throw new MarginError("UnknownName", context.path, `unknown name "${name}": ${why}`, { value: name });
  }

  charge(name: string): CompiledCharge {
    let charge = this.charges.get(name);
    if (charge === undefined) {
      charge = this.guarded(`charges.${name}`, () => chargeNode(this, name, this.model.charges[name]!));
      this.charges.set(name, charge);
    }
    return charge;
  }

  /** A charge from a level: broadcast to a finer one, summed to a coarser one. */
  private view(charge: CompiledCharge, { level, path }: Context): Node {
    if (covers(level, charge.level)) return charge.node;
    if (!covers(charge.level, level)) {
      const of = (l: Level) => `{${l.keys.join(", ")}}`;
      throw new MarginError(
        "LevelsApart",
        path,
        `charge "${charge.name}" is by ${of(charge.level)}, which is neither finer nor coarser than ${of(level)}`,
      );
    }
    if (charge.unit === "settlement" && !hasKey(level, "settlement") && this.settlements() > 1) {
      throw new MarginError(
        "UnlikeUnits",
        path,
        `charge "${charge.name}" is in settlement currencies; multiply it by conversion before it is summed over them`,
      );
    }
    return this.graph.sumTo(charge.node, level, path);
  }

  private settlements(): number {
    return this.levels.of(["settlement"]).groups.length;
  }

  private value(name: string, context: Context): Node {
    const value = this.model.values![name]!;
    const path = `model.values.${name}`;
    const level = this.levels.find(value.at ?? "account", `${path}.at`);
    let node = this.valueNodes.get(name);
    if (node === undefined) {
      node = this.guarded(`values.${name}`, () => expression(this, value.is, { level, path: `${path}.is` }));
      this.valueNodes.set(name, node);
    }
    if (covers(context.level, node.level)) return node;
    throw new MarginError(
      "LevelsApart",
      context.path,
      `value "${name}" is known by {${node.level.keys.join(", ")}}, which {${context.level.keys.join(", ")}} does not have`,
    );
  }

  private guarded<T>(id: string, work: () => T): T {
    if (this.open.includes(id)) {
      const cycle = [...this.open.slice(this.open.indexOf(id)), id].join(" → ");
      throw new MarginError("Cycle", `model.${id}`, `defined by itself: ${cycle}`);
    }
    this.open.push(id);
    try {
      return work();
    } finally {
      this.open.pop();
    }
  }

  private field(name: string, level: Level): Node | undefined {
    if (!hasKey(level, name) || !["strike", "callPut", "lot"].includes(name)) return undefined;
    return this.data(
      `field:${name}`,
      this.levels.of([name]),
      name,
      ({ [name]: value }) => (typeof value === "number" ? value : NaN),
      `instrument.${name}`,
    );
  }

  /** A column with a number for each group. */
  data(
    id: string,
    level: Level,
    name: string,
    value: (group: Record<string, string | number>, g: number) => number,
    path: string,
  ): Node {
    return this.graph.leaf(
      id,
      level,
      "tick",
      { leaf: "data", values: Float64Array.from(level.groups, value), name },
      path,
    );
  }

  /** Parameter or fact; a portfolio's figure before them where the parameter is `given`; computed names behind them. */
  private figure(name: string, context: Context): Node | undefined {
    const known = this.given(name, context);
    const given = this.model.parameters[name]?.given;
    if (given !== undefined) {
      const level = this.levels.find(given, `model.parameters.${name}.given`);
      if (!covers(context.level, level)) {
        throw new MarginError(
          "LevelsApart",
          context.path,
          `"${name}" is given by {${level.keys.join(", ")}}, which {${context.level.keys.join(", ")}} does not have`,
        );
      }
      const figure = this.graph.leaf(`given:${name}`, level, "tick", { leaf: "given", name }, context.path);
      const input = this.graph.lift(figure, level, "account");
      return known === undefined ? input : this.graph.emit(Op.Coalesce, [input, known], context.path);
    }
    const computed = this.computed(name, context);
    if (known === undefined || computed === undefined) return known ?? computed;
    return this.graph.emit(Op.Coalesce, [known, computed], context.path);
  }

  /** The figure that the model or the market gives of a name, without what is computed. */
  given(name: string, context: Context): Node | undefined {
    const figures = this.parameters.get(name) ?? this.facts.get(name);
    return figures === undefined ? undefined : this.figureNode(figures, context);
  }

  /**
   * What a figure is more than the number nearest to it, and whether some of its places are decimals: of a name that stands for nothing but
   * figures of the model or the market. Undefined for others.
   */
  rest(name: string, context: Context): Rest | undefined {
    if (name === "size" || name === "pnl" || Object.hasOwn(this.model.charges, name)) return undefined;
    const value = this.model.values !== undefined && Object.hasOwn(this.model.values, name);
    if (value) {
      const { at = "account", is } = this.model.values![name]!;
      const path = `model.values.${name}`;
      const level = this.levels.find(at, `${path}.at`);
      return this.guarded(`values.${name}`, () => restOfExpression(this, is, { level, path: `${path}.is` }));
    }
    const figures = this.parameters.get(name) ?? this.facts.get(name);
    const isOther =
      this.field(name, context.level) !== undefined ||
      this.model.parameters[name]?.given !== undefined ||
      this.computed(name, context) !== undefined;
    if (figures === undefined || isOther) return undefined;
    const node = this.figureNode(figures, context, true);
    return node === undefined ? undefined : { node, isDecimal: figures.hasDecimals };
  }

  /**
   * Figures at the union of the keys that the context sees. A group that lacks some of them (cash has no underlying) sees the entries of
   * those that it has; not in rows, which do not move cash by themselves.
   */
  private figureNode(figures: Figures, context: Context, isRest = false): Node | undefined {
    const seen = figures.buckets.filter((bucket) => bucket.keys.every((key) => hasKey(context.level, key)));
    const keys = visibleKeys(figures, (key) => hasKey(context.level, key));
    if (keys === undefined) return undefined;
    const whole = this.figuresAt(figures, keys, context, isRest);
    const lacks = context.isRow !== true && this.levels.relation(context.level, whole.level).all.includes(-1);
    if (!lacks) return whole;
    const parts = seen.map((bucket) => seen.filter((other) => other.keys.every((key) => bucket.keys.includes(key))));
    const coarser = parts
      .map((part) => [...new Set(part.flatMap((bucket) => bucket.keys))])
      .filter((part) => part.length < keys.length);
    return coarser
      .map((part) => this.figuresAt(figures, part, context, isRest))
      .reduce((a, b) => this.graph.emit(Op.Coalesce, [a, b], context.path, {}, context.level), whole);
  }

  private figuresAt(figures: Figures, keys: string[], context: Context, isRest: boolean): Node {
    const level = this.levels.of(keys);
    const source = figures.path.startsWith("model.") ? "p" : "f";
    if (isRest) {
      const values = Float64Array.from(level.groups, (group) => restAt(figures, group) ?? NaN);
      const leaf = { leaf: "data", values, name: figures.name, isRest } as const;
      return this.graph.leaf(`rest:${source}:${figures.name}`, level, "tick", leaf, figures.path);
    }
    const value = (group: Record<string, string | number>) => {
      const figure = figureAt(figures, group);
      if (figure !== undefined && typeof figure !== "number") {
        const problem = isList(figure)
          ? `"${figures.name}" is a list; only the \`array\` of a scenario set reads lists`
          : Array.isArray(figure)
            ? `"${figures.name}" is a table; step, progressive and interpolate read tables`
            : `"${figures.name}" is a matrix; only correlations read matrices`;
        throw new MarginError("WrongType", context.path, problem);
      }
      return figure ?? NaN;
    };
    return this.data(`figure:${source}:${figures.name}`, level, figures.name, value, figures.path);
  }

  /** The table of a name for each group (a literal is the account's), and its number of points. */
  tables(table: Figure | string, context: Context): [address: Node, count: Node] {
    if (typeof table !== "string") {
      const values = table as [number, number][];
      return this.tableNodes(JSON.stringify(values), this.graph.account, [values], "table", context.path);
    }
    const figures = this.parameters.get(table) ?? this.facts.get(table);
    const keys = figures === undefined ? undefined : visibleKeys(figures, (key) => hasKey(context.level, key));
    if (figures === undefined || keys === undefined)
      throw new MarginError("UnknownName", context.path, `unknown table "${table}"`, { value: table });
    const level = this.levels.of(keys);
    const found = level.groups.map((group) => {
      const figure = figureAt(figures, group);
      if (figure === undefined) return undefined;
      if (!Array.isArray(figure) || isList(figure)) {
        const is = isList(figure) ? "a list" : typeof figure === "number" ? "a number" : "a matrix";
        throw new MarginError("WrongType", context.path, `"${table}" is ${is}, not a table`);
      }
      return figure;
    });
    return this.tableNodes(table, level, found, table, figures.path);
  }

  /** The market's list of so many numbers for each instrument. */
  lists(name: string, length: number, path: string): Node {
    const figures = this.facts.get(name);
    if (figures === undefined)
      throw new MarginError("MissingFact", "market.facts", `the market has no "${name}", which ${path} reads`, {
        value: name,
      });
    const level = this.levels.of([INSTRUMENT]);
    const lists = level.groups.map((group) => {
      const entry = entryAt(figures, group);
      if (entry === undefined) return undefined;
      const { figure } = entry;
      if (!isList(figure)) throw unexpected("WrongType", entry.path, "a list of numbers", figure);
      if (figure.length !== length)
        throw unexpected("RowsDiffer", entry.path, `${length} numbers, one for each row of ${path}`, figure);
      return figure;
    });
    return this.graph.leaf(
      `lists:${name}:${length}`,
      level,
      "tick",
      { leaf: "lists", lists, length, name },
      figures.path,
    );
  }

  /** Event-weighted years of each expiry. Slices read it from the market, so a model may not have its own. */
  eventTau(path: string): Node {
    const { values = {}, parameters } = this.model;
    const section = Object.hasOwn(values, "eventTau") ? "values" : "parameters";
    if (section === "values" || Object.hasOwn(parameters, "eventTau"))
      throw new MarginError("DuplicateName", `model.${section}.eventTau`, "eventTau is a fact of the market only");
    const level = this.levels.of(["underlying", "expiry"]);
    return this.data(path, level, "eventTau", (group) => eventTime(this.facts, group, this.asOf), "market.facts");
  }

  /** The SVI slices of each underlying, and how many; undefined where the market has none. */
  slices(path: string): [address: Node, count: Node] | undefined {
    const found = sliceTables(this.facts, this.levels, this.asOf);
    return found === undefined ? undefined : this.tableNodes("slices", found.level, found.tables, "surface", path);
  }

  /** Volatilities by strike of each expiry, and how many, of all that the market lists. */
  strikes(listed: Instrument[], path: string): [address: Node, count: Node] | undefined {
    const found = strikeTables(this.facts, this.levels, listed);
    return found === undefined ? undefined : this.tableNodes("strikes", found.level, found.tables, "vol", path);
  }

  private tableNodes(
    id: string,
    level: Level,
    tables: (readonly (readonly number[])[] | undefined)[],
    name: string,
    path: string,
  ): [Node, Node] {
    return [
      this.graph.leaf(`table:${id}`, level, "tick", { leaf: "tables", tables, name }, path),
      this.graph.leaf(
        `points:${id}`,
        level,
        "tick",
        { leaf: "data", values: Float64Array.from(tables, (table) => table?.length ?? 0), name },
        path,
      ),
    ];
  }

  private computed(name: string, { level, path }: Context): Node | undefined {
    const { graph, levels } = this;
    switch (name) {
      case "tau":
      case "days": {
        const expiry = levels.of(["underlying", "expiry"]);
        if (!covers(level, expiry)) return undefined;
        const until = this.data(
          "until",
          expiry,
          "expiry",
          ({ expiry: at }) => (at === "perpetual" ? this.asOf : Date.parse(String(at))),
          "instrument.expiry",
        );
        const span = graph.emit(Op.Sub, [until, graph.constant(this.asOf, "market.asOf")], path);
        return graph.emit(Op.Div, [span, graph.constant(name === "tau" ? MS_PER_YEAR : MS_PER_DAY, path)], path);
      }
      case "forwardFixed":
        return covers(level, levels.of(["underlying", "expiry"])) ? graph.constant(0, "forwardFixed") : undefined;
      case "vol":
        return this.smile(SmilePart.Vol, level, path);
      case "smileSlope":
        return this.smile(SmilePart.Slope, level, path);
      case "smileSkew":
        return this.smile(SmilePart.Skew, level, path);
      case "settlementPrice":
        return hasKey(level, "settlement") ? this.prices() : undefined;
      case "currencyPrice":
        return this.currencyPrice();
      case "conversion": {
        if (!hasKey(level, "settlement")) return undefined;
        const own = this.data(
          "own",
          levels.of(["settlement"]),
          "settlement",
          ({ settlement }) => (settlement === this.model.currency ? 1 : 0),
          path,
        );
        const rate = graph.emit(Op.Div, [this.prices(), this.currencyPrice()], path);
        return graph.emit(Op.If, [own, graph.constant(1, path), rate], path);
      }
      case "unrealised": {
        const settlement = levels.of(["settlement"]);
        if (!covers(level, settlement)) return undefined;
        return this.once("unrealised", () => ({
          op: Op.Unrealised,
          level: settlement,
          phase: "account",
          args: [],
          extra: {},
          isMatrix: false,
          path,
        }));
      }
      case "mark": {
        if (!level.isInstrument) return undefined;
        const option = this.ofInstruments("optionValue", Op.OptionValue, {}, path);
        const cash = this.data("isCash", level, "kind", ({ kind }) => (kind === "cash" ? 1 : NaN), path);
        const isOption = this.data("isOption", level, "kind", ({ kind }) => (kind === "option" ? 1 : 0), path);
        return graph.emit(Op.If, [isOption, option, graph.emit(Op.Coalesce, [cash, this.price(path)], path)], path);
      }
    }
    const greek = Object.hasOwn(GREEKS, name) ? GREEKS[name] : undefined;
    if (greek !== undefined && level.isInstrument)
      return this.ofInstruments(`greek:${greek}`, Op.Greek, { greek }, path);
    return undefined;
  }

  /** Price of a delta-one instrument that the market gives no mark of: the forward of its expiry, else the spot. */
  price(path: string): Node {
    const level = this.levels.of([INSTRUMENT]);
    const missing = this.graph.constant(NaN, path);
    const forward = this.find("forward", { level, path }) ?? missing;
    const spot = this.find("spot", { level, path }) ?? missing;
    return this.graph.emit(Op.Coalesce, [forward, spot], path);
  }

  private prices(): Node {
    const of = new Map(
      this.universe.items.flatMap((item) =>
        item.currency === undefined ? [] : [[item.id, item.currency.price ?? NaN]],
      ),
    );
    return this.data(
      "settlementPrice",
      this.levels.of(["settlement"]),
      "price",
      ({ settlement }) => of.get(String(settlement)) ?? NaN,
      "market.currencies",
    );
  }

  /** Price of the model's currency. */
  private currencyPrice(): Node {
    const { currency } = this.model;
    const price = this.universe.items.find((item) => item.currency?.id === currency)!.currency!.price;
    if (price !== undefined) return this.graph.constant(price, "market.currencies");
    return this.data("currencyPrice", this.graph.account, `price of ${currency}`, () => NaN, "market.currencies");
  }

  private ofInstruments(id: string, op: Op, extra: { greek?: number }, path: string): Node {
    if (this.beforeValues)
      throw new MarginError("Cycle", path, "what an instrument's value is computed from cannot depend on it");
    const level = this.levels.of([INSTRUMENT]);
    return this.once(id, () => ({ op, level, phase: "tick", args: [], extra, isMatrix: false, path }));
  }

  /** What the slices of each option's underlying tell; undefined where the market has none. */
  private smile(part: SmilePart, level: Level, path: string): Node | undefined {
    if (!level.isInstrument || !hasSlices(this.facts)) return undefined;
    const extra = { part };
    return this.once(`smile:${part}`, () => ({
      op: Op.Smile,
      level,
      phase: "tick",
      args: [],
      extra,
      isMatrix: false,
      path,
    }));
  }

  private once(id: string, make: () => Omit<Node, "id">): Node {
    let node = this.made.get(id);
    if (node === undefined) {
      node = this.graph.unique(make());
      this.made.set(id, node);
    }
    return node;
  }

  private readonly made = new Map<string, Node>();
}
