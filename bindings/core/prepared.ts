/** A model bound to a market, in the core's memory: takes portfolios, gives requirements. */
import { Status } from "../../assembly/record/status.ts";
import { MarginError, step, unexpected } from "../error.ts";
import { checkPortfolio } from "../documents/check.ts";
import { isMatrix } from "../documents/correlated-rules.ts";
import type { Portfolio } from "../documents/portfolio.ts";
import type { ExposureFactor, Requirement } from "../documents/requirement.ts";
import type { Node } from "../compile/graph.ts";
import { describe, factsOf, figureAt } from "../compile/facts.ts";
import { matches } from "../compile/expressions.ts";
import { hasKey, INSTRUMENT } from "../compile/levels.ts";
import type { Program } from "../compile/program.ts";
import { unknownInstrument } from "../compile/universe.ts";
import { checkChange, type Change } from "./change.ts";
import { refuseBeyondOne } from "./correlation-range.ts";
import { refuseIndefinite } from "./definite.ts";
import type { Exports } from "./exports.ts";
import { accountError } from "./account-error.ts";
import { outOfMemory } from "./failure.ts";
import { place, type Placed } from "./layout.ts";
import { explain, totals } from "./explain.ts";
import { exposuresOf } from "./explain-exposures.ts";
import { rowLabels } from "./labels.ts";
import { isExplained, type MarginOptions } from "./options.ts";
import { Rows } from "./rows.ts";
import { Summary } from "./summary.ts";
import { rowError, trace } from "./trace.ts";

/** Profit and loss of each held instrument (not of cash) in every row of one scenario set, in its settlement currency. */
export interface RiskArrays {
  scenarios: string;
  /** `labels` are those of the rows, `{spot}` in them filled in for the instrument. */
  instruments: { instrument: string; settlement: string; labels: string[]; pnl: Float64Array }[];
}

/** For `using`, where the caller's library knows of it. */
export type Disposing = {
  [key in SymbolConstructor extends { readonly dispose: infer D extends symbol } ? D : never]: () => void;
};

/** A portfolio in the core that changes: a change costs what it touches, and the result has the same bits as a new evaluation. */
export class Account {
  /** @internal use `open` of a prepared model */
  constructor(
    private readonly prepared: Prepared,
    private readonly turn: number,
  ) {}

  /**
   * Adds quantities to positions and gives the totals, as `margin` with `explain: false`, of a portfolio with these rows behind its own. So
   * what the account has gained so far is kept: a change without an `entry` is at the mark, and moves no unrealised result.
   *
   * @throws MarginError as `margin`, at `changes[i]`; the account is then as it was
   */
  change(changes: readonly Change[]): Requirement {
    return this.prepared.changeAccount(this.turn, changes);
  }

  /** Sensitivities by risk factor of the account as it is now, of a model with `exposures`. */
  exposures(): Record<string, ExposureFactor[]> {
    return exposuresOf(this.prepared.accountOf(this.turn));
  }

  /** The requirement of the account as it is now. */
  requirement(options: MarginOptions = {}): Requirement {
    return this.prepared.requirementOf(this.turn, isExplained(options));
  }
}

export class Prepared {
  private placed: Placed | undefined;
  private readonly summary: Summary;
  /** Columns that a portfolio's facts fill. */
  private readonly given: Node[];
  /** Number of the account at hand. */
  private turn = 0;
  private readonly rows: Rows;

  /** @internal use `prepare` of a core */
  constructor(
    private readonly exports: Exports,
    /** @internal */
    readonly program: Program,
    readonly exact: boolean,
  ) {
    for (const [name, { is }] of Object.entries(program.model.parameters))
      if (isMatrix(is)) refuseIndefinite(exports, is, `model.parameters.${name}.is`);
    this.placed = place(exports, program, exact);
    exports.bind(this.placed.book, this.placed.inputsEnd, this.placed.repriced);
    try {
      refuseBeyondOne(exports, program, this.placed);
    } catch (error) {
      exports.release(this.placed.block);
      throw error;
    }
    this.summary = new Summary(exports, program, this.placed);
    this.rows = new Rows(exports);
    this.given = program.graph.nodes.filter((node) => node.leaf?.leaf === "given");
  }

  /**
   * The requirement of one portfolio.
   *
   * @throws MarginError `UnknownInstrument`, `LotsNotWhole`, `LotMissing`, `Expired`, `MissingFact`, `BeyondExactRange`, …; nothing changes
   */
  margin(portfolio: Portfolio, options: MarginOptions = {}): Requirement {
    const explained = isExplained(options);
    this.evaluate(checkPortfolio(portfolio));
    return this.requirementOf(this.turn, explained);
  }

  /**
   * A portfolio held in the core, to which quantities can be added. It is the one account of this object: it ends with the next portfolio
   * that is given to `margin`, `riskArrays` or `open`.
   *
   * @throws MarginError as `margin`
   */
  open(portfolio: Portfolio): Account {
    this.evaluate(checkPortfolio(portfolio));
    totals(this.summary, this.program, () => this.reader(), this.exact); // refused here where it has no number, as by margin
    return new Account(this, this.turn);
  }

  /** @internal */
  accountOf(turn: number): Reader {
    this.current(turn);
    return this.reader();
  }

  private current(turn: number): void {
    if (turn !== this.turn)
      throw new MarginError(
        "Superseded",
        "account",
        "another portfolio has been given to this object since; open it again",
      );
  }

  /** @internal */
  requirementOf(turn: number, explained: boolean): Requirement {
    this.current(turn);
    const requirement = totals(this.summary, this.program, () => this.reader(), this.exact);
    if (explained) explain(this.reader(), requirement);
    return requirement;
  }

  /** @internal */
  changeAccount(turn: number, changes: readonly Change[]): Requirement {
    this.current(turn);
    const placed = this.at;
    if (!Array.isArray(changes)) throw unexpected("WrongType", "changes", "a list", changes);
    const n = changes.length;
    this.rows.reserve(n);
    const { quantity, entry, instrument, isAmount, at } = this.rows;
    for (let r = 0; r < n; r++) {
      const change: unknown = changes[r];
      checkChange(change, r);
      const i = this.program.universe.index.get(change.instrument);
      if (i === undefined) throw unknownInstrument(change.instrument, r, this.program.market, "changes");
      if (change.entry !== undefined && this.program.universe.items[i]!.currency !== undefined)
        throw new MarginError("UnknownField", `changes[${r}].entry`, "a balance has no entry", { row: r });
      instrument[r] = i;
      quantity[r] = change.lots ?? change.amount!;
      entry[r] = change.entry ?? NaN;
      isAmount[r] = change.lots === undefined ? 1 : 0;
    }
    const status = this.exports.change(
      placed.book,
      n,
      at.instrument,
      at.quantity,
      at.isAmount,
      at.entry,
      at.saved,
    ) as Status;
    if (status !== Status.Ok) {
      throw accountError(this.reader(), status, { positions: changes, balances: {} }, "changes");
    }
    try {
      return totals(this.summary, this.program, () => this.reader(), this.exact);
    } catch (error) {
      this.exports.restore(placed.book, n, at.instrument, at.saved); // a result that is no number is refused like a row that cannot be held
      throw error;
    }
  }

  riskArrays(portfolio: Portfolio): RiskArrays[] {
    this.evaluate(checkPortfolio(portfolio));
    const reader = this.reader();
    const { universe, levels, model } = this.program;
    const sets = this.program.sets.slice(0, Object.keys(model.scenarios ?? {}).length);
    const missing = sets
      .flatMap((_, s) => Array.from(reader.held, (i) => rowError(reader, s, i)))
      .find((error) => error !== undefined);
    if (missing !== undefined) throw missing;
    const held = reader.held.slice(); // memory may grow below, which detaches what the reader sees
    const labels = sets.map((set) => Array.from(held, (i) => rowLabels(reader, set, levels.of([INSTRUMENT]), i)));
    return sets.map((set, s) => {
      const rows = set.rows.length;
      const bytes = Math.max(held.length * rows * 8, 8);
      const out = this.exports.allocate(bytes);
      if (out === 0) throw outOfMemory(bytes);
      this.exports.riskArrays(reader.placed.book, s, out);
      const all = new Float64Array(this.exports.memory.buffer, out, held.length * rows).slice();
      this.exports.release(out);
      const instruments = Array.from(held, (i, r) => ({
        item: universe.items[i]!,
        labels: labels[s]![r]!,
        pnl: all.subarray(r * rows, r * rows + labels[s]![r]!.length),
      }));
      return {
        scenarios: set.name,
        instruments: instruments
          .filter(({ item }) => item.instrument !== undefined) // not cash
          .map(({ item, ...rest }) => ({
            instrument: item.id,
            settlement: String(item.fields["settlement"]),
            ...rest,
          })),
      };
    });
  }

  /** Gives the memory back; the object cannot be used afterwards. */
  release(): void {
    this.rows.release();
    if (this.placed !== undefined) this.exports.release(this.placed.block);
    this.placed = undefined;
  }

  /** @internal declared by `Disposing` */
  [Symbol.dispose](): void {
    this.release();
  }

  private get at(): Placed {
    if (this.placed === undefined) throw new MarginError("Released", "prepared", "used after release()");
    return this.placed;
  }

  private evaluate(portfolio: Portfolio): void {
    const placed = this.at;
    this.turn++;
    const { index } = this.program.universe;
    const balances = Object.entries(portfolio.balances);
    const orders = portfolio.orders ?? [];
    const n = portfolio.positions.length + balances.length + orders.length;
    this.rows.reserve(n);
    const { quantity, entry, instrument, isAmount, at } = this.rows;
    const put = (r: number, of: { instrument: string; lots?: number; amount?: number }, row: number, list: string) => {
      const i = index.get(of.instrument);
      if (i === undefined || this.program.universe.items[i]!.instrument === undefined) {
        throw unknownInstrument(of.instrument, row, this.program.market, list);
      }
      instrument[r] = i;
      quantity[r] = of.lots ?? of.amount!;
      isAmount[r] = of.lots === undefined ? 1 : 0;
      entry[r] = NaN;
    };
    portfolio.positions.forEach((position, r) => {
      put(r, position, r, "portfolio.positions");
      if (position.entry !== undefined) entry[r] = position.entry;
    });
    orders.forEach((order, o) => put(portfolio.positions.length + balances.length + o, order, o, "portfolio.orders"));
    balances.forEach(([id, balance], b) => {
      const r = portfolio.positions.length + b;
      const i = index.get(id);
      if (i === undefined || this.program.universe.items[i]!.currency === undefined) {
        throw unexpected("UnknownCurrency", `portfolio.balances.${id}`, "a currency of market.currencies", id);
      }
      instrument[r] = i;
      quantity[r] = balance;
      isAmount[r] = 1;
      entry[r] = NaN;
    });
    this.give(portfolio);
    const status = this.exports.evaluate(
      placed.book,
      n,
      orders.length,
      at.instrument,
      at.quantity,
      at.isAmount,
      at.entry,
    ) as Status;
    if (status !== Status.Ok) throw accountError(this.reader(), status, portfolio);
    if (portfolio.facts !== undefined) this.checkGiven(portfolio);
  }

  /** The portfolio's own figures into the columns of `given` parameters. */
  private give(portfolio: Portfolio): void {
    const { given } = this;
    if (given.length === 0) return;
    const facts = portfolio.facts === undefined ? undefined : factsOf(portfolio.facts, "portfolio.facts");
    for (const node of given) {
      const { name } = node.leaf as { name: string };
      const figures = facts?.get(name);
      const column = new Float64Array(this.exports.memory.buffer, this.at.column.get(node)!, node.level.groups.length);
      node.level.groups.forEach((group, g) => {
        const figure = figures === undefined ? undefined : figureAt(figures, group);
        if (figure === undefined) {
          column[g] = NaN;
          return;
        }
        if (typeof figure !== "number") throw unexpected("WrongType", figures!.path, "a number", figure);
        const range = this.program.model.parameters[name]!.range;
        if (range !== undefined && !(figure >= range[0] && figure <= range[1])) {
          throw unexpected(
            "ParameterOutOfRange",
            figures!.path,
            `in the range [${range.join(", ")}] of the model`,
            figure,
          );
        }
        column[g] = figure;
      });
    }
  }

  /** Refuses a figure of the portfolio that the model does not take, or that is for nothing the account holds. */
  private checkGiven(portfolio: Portfolio): void {
    const { model, levels, graph } = this.program;
    const reader = this.reader();
    portfolio.facts?.forEach((fact, row) => {
      for (const [name, value] of Object.entries(fact)) {
        if (name === "at") continue;
        const path = `portfolio.facts[${row}]${step(name)}`;
        const given = Object.hasOwn(model.parameters, name) ? model.parameters[name]!.given : undefined;
        if (given === undefined) {
          const taken = Object.keys(model.parameters).filter((other) => model.parameters[other]!.given !== undefined);
          const words = taken.length === 0 ? "it takes none" : `it takes ${taken.join(", ")}`;
          throw new MarginError(
            "UnknownFact",
            path,
            `model ${model.id} takes no figure of that name from a portfolio; ${words}`,
            { row, value },
          );
        }
        const level = levels.find(given, `model.parameters.${name}.given`);
        const stray = Object.keys(fact.at).find((key) => !hasKey(level, key));
        if (stray !== undefined) {
          const problem = `"${name}" is given by {${level.keys.join(", ")}}, which does not have the key "${stray}"`;
          throw new MarginError("UnknownKey", `portfolio.facts[${row}].at${step(stray)}`, problem, { row });
        }
        const isRead = graph.nodes.some((node) => node.leaf?.leaf === "given" && node.leaf.name === name);
        const isHeld = Array.from(reader.heldGroups(level)).some((g) => matches(fact.at, level.groups[g]!));
        if (isRead && !isHeld && value !== 0) {
          throw new MarginError(
            "UnmatchedFact",
            `portfolio.facts[${row}].at`,
            `the account holds nothing of ${describe(fact.at)}`,
            { row },
          );
        }
      }
    });
  }

  private reader(): Reader {
    return new Reader(this.exports, this.program, this.at, this.exact);
  }
}

/** Reads an evaluated account out of the core's memory. */
export class Reader {
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  /** Indices of the held instruments. */
  readonly held: Int32Array;
  /** Of nodes by place: that no position reaches their value; explain.ts. */
  readonly idle = new Map<Node, Map<number, boolean>>();

  constructor(
    readonly exports: Exports,
    readonly program: Program,
    readonly placed: Placed,
    readonly exact: boolean,
  ) {
    const { buffer } = exports.memory;
    this.f64 = new Float64Array(buffer);
    this.i32 = new Int32Array(buffer);
    const rows = this.i32[(placed.book >> 2) + ROWS]!;
    this.held = this.i32.subarray(placed.heldInstrument >> 2, (placed.heldInstrument >> 2) + rows);
  }

  /** Group numbers that the account holds at a level, by place. */
  heldGroups(level: { index: number }): Int32Array {
    const at = this.placed.levels[level.index]!;
    const n = this.i32[at.held >> 2]!;
    return this.i32.subarray(at.heldGroups >> 2, (at.heldGroups >> 2) + n);
  }

  placeOf(level: { index: number }, group: number): number {
    return this.i32[(this.placed.levels[level.index]!.placeOf >> 2) + group]!;
  }

  address(node: Node): number {
    return this.placed.column.get(node)!;
  }

  /** Value of a column at a place (account) or group (tick). */
  value(node: Node, at: number): number {
    return this.f64[(this.address(node) >> 3) + at]!;
  }

  /** A number that must be there; else the error that tells what is missing. */
  finite(node: Node, at: number): number {
    const value = this.value(node, at);
    if (!Number.isFinite(value)) throw trace(this, node, at);
    return value === 0 ? 0 : value; // no −0 in documents
  }
}

/** Word of the record that counts the held instruments: assembly/record/book.ts. */
const ROWS = 35;
