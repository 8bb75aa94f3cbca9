/**
 * A model bound to a market in the core's memory, with the accounts under it. Figures at places that it knows are written into it; anything else
 * (a new kind of figure, a table, new instruments, another model) needs another one, which takes the accounts over.
 */
import { Input, SetKind } from "../../assembly/record/opcodes.ts";
import { checkMarket } from "../documents/check.ts";
import { documentHash } from "../documents/hash.ts";
import { INSTRUMENT_KEYS } from "../documents/keys.ts";
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Requirement } from "../documents/requirement.ts";
import { compile, type Program } from "../compile/program.ts";
import { explain, totals } from "../core/explain.ts";
import type { Exports } from "../core/exports.ts";
import { outOfMemory } from "../core/failure.ts";
import { place, type Placed } from "../core/layout.ts";
import { Reader } from "../core/prepared.ts";
import { Summary } from "../core/summary.ts";
import { unexpected } from "../error.ts";
import { Board } from "./board.ts";
import { moveAccounts, movedTo, writePrices, writeTime } from "./commit.ts";
import { FastPath } from "./fast-path.ts";
import { Watches, type Limit } from "./limits.ts";
import { placeVenue, pointToWatches, readAccount, type PlacedVenue, type StoredAccount } from "./record.ts";
import type { Staging } from "./staging.ts";

export class Bound {
  private readonly placed: Placed;
  private readonly record: PlacedVenue;
  private readonly summary: Summary;
  private readonly board: Board;
  readonly fast: FastPath | undefined;
  /** By which a fact may name its place. */
  readonly factKeys: Set<string>;
  watches: Watches | undefined;
  private answerView = new Float64Array(0);
  private hash: string | undefined;

  /** Without accounts, and without watches. */
  constructor(
    private readonly exports: Exports,
    readonly model: MarginModel,
    /** Facts in it are those that it began with. */
    public market: Market,
    readonly program: Program = compile(model, market),
  ) {
    this.placed = place(exports, program, true);
    try {
      this.record = placeVenue(exports, program, this.placed);
    } catch (cause) {
      exports.release(this.placed.block);
      throw cause;
    }
    exports.bind(this.placed.book, this.placed.inputsEnd, this.placed.repriced);
    try {
      this.fast = FastPath.of(exports, program, this.placed, this.record);
    } catch (cause) {
      exports.release(this.record.address);
      exports.release(this.placed.block);
      throw cause;
    }
    this.summary = new Summary(exports, program, this.placed);
    this.board = new Board(program, market.facts);
    const own = program.universe.items.flatMap((item) => Object.keys(item.instrument?.keys ?? {}));
    this.factKeys = new Set([...INSTRUMENT_KEYS, ...own]);
    exports.markLots(this.record.address);
  }

  /** Address of the venue's record. */
  get address(): number {
    return this.record.address;
  }

  // what moves

  /** Can what is staged be written into the columns that there are? */
  canWrite(staging: Staging): boolean {
    return (
      staging.instruments === undefined &&
      staging.model === undefined &&
      !(staging.asOf !== undefined && this.hasSlices()) &&
      !staging.prices.has(this.model.currency) &&
      this.board.isKnown(staging.facts)
    );
  }

  /**
   * Staged figures into their columns.
   *
   * @returns how many instruments were repriced
   */
  write(staging: Staging): number {
    const { exports, placed, program } = this;
    const { items } = program.universe;
    const mask = exports.allocate(4 * items.length);
    if (mask === 0) throw outOfMemory(4 * items.length);
    const { writes, underlyings } = this.board.commit(staging.facts);
    this.market = staging.marketAfter(this.market);
    this.hash = undefined;
    const isTime = staging.asOf !== undefined;
    const f64 = new Float64Array(exports.memory.buffer);
    for (const { node, group, value } of writes) {
      const at = placed.column.get(node)! >> 3;
      if (typeof value === "number") f64[at + group] = value;
      else f64.set(value, at + group * value.length);
    }
    writePrices(program, placed, f64, staging.prices);
    if (isTime) writeTime(program, placed, f64, Date.parse(this.market.asOf));
    // payoffs in the model's currency move with the prices of currencies
    const isPriced = staging.prices.size > 0 && program.sets.some(({ kind }) => kind === SetKind.SettlementInModel);
    const isTouched = (underlying: string | undefined) =>
      isTime || isPriced || underlyings === undefined || (underlying !== undefined && underlyings.has(underlying));
    const touched = items.map((item) =>
      item.instrument !== undefined && isTouched(item.instrument.underlying) ? 1 : 0,
    );
    new Int32Array(exports.memory.buffer, mask, items.length).set(touched);
    exports.rebind(placed.book, placed.inputsEnd, placed.repriced, mask);
    exports.release(mask);
    exports.markLots(this.address);
    exports.watchAccounts(this.address);
    return touched.reduce<number>((sum, one) => sum + one, 0);
  }

  /**
   * What is staged in another one, to which the accounts move: this one is released. Where it cannot be made, everything stays as it was.
   */
  next(staging: Staging): Bound {
    const market = checkMarket({ ...staging.marketAfter(this.market), facts: this.board.merged(staging.facts) });
    const model = staging.model ?? this.model;
    const program = compile(model, market);
    const moved = movedTo(this.program, program);
    const next = new Bound(this.exports, model, market, program);
    try {
      if (this.watches !== undefined) next.watch(this.watches.limits);
    } catch (cause) {
      next.release();
      throw cause;
    }
    moveAccounts(this.exports, this.record, next.record, moved);
    this.exports.watchAccounts(next.address);
    this.release();
    return next;
  }

  private hasSlices(): boolean {
    const counts = this.placed.column.get(this.program.inputs[Input.SliceCount]!)!;
    const n = this.program.universe.items.length;
    return new Float64Array(this.exports.memory.buffer, counts, n).some((count) => count > 0);
  }

  /** Limits in place of those before. */
  watch(limits: readonly Limit[]): void {
    const watches = new Watches(this.exports, this.program, this.placed, limits);
    this.watches?.release();
    this.watches = watches;
    pointToWatches(this.exports, this.address, watches.table, watches.count);
    this.exports.watchAccounts(this.address);
  }

  // what can be read

  /** The market as it is committed. */
  committed(): Market {
    return { ...this.market, facts: this.board.list() };
  }

  /** Equity, initial, maintenance of the last check; a new view only where memory has grown. */
  answer(): Float64Array {
    // growing detaches the view, which then has no length
    if (this.answerView.length === 0)
      this.answerView = new Float64Array(this.exports.memory.buffer, this.record.answer, 4);
    return this.answerView;
  }

  /** Of the account in the book. */
  reader(): Reader {
    return new Reader(this.exports, this.program, this.placed, true);
  }

  /** Of the account in the book. */
  requirement(isExplained: boolean): Requirement {
    const reader = this.reader();
    const requirement = totals(this.summary, this.program, () => reader, true);
    if (isExplained) explain(reader, requirement);
    // the program's market is the one that it was made for
    const { asOf } = this.market;
    if (isExplained) this.hash ??= documentHash(this.committed());
    requirement.market = isExplained ? { asOf, hash: this.hash! } : { asOf };
    return requirement;
  }

  /** Totals of an account as of its last evaluation, and what it holds. */
  stored(handle: number): StoredAccount {
    const record = this.exports.accountAddress(this.address, handle);
    return readAccount(this.exports, record, this.program.settlement.groups.length);
  }

  /** Index of a currency. */
  currency(id: string): number {
    const c = this.program.settlement.groups.findIndex((group) => group.settlement === id);
    if (c < 0) throw unexpected("UnknownCurrency", "currency", "a currency of the market", id);
    return c;
  }

  currencies(): string[] {
    return this.program.settlement.groups.map((group) => String(group.settlement));
  }

  /** The id at an index in the program. */
  idAt(index: number): string {
    return this.program.universe.items[index]!.id;
  }

  /** Gives back what it has itself, and not the accounts. */
  release(): void {
    this.watches?.release();
    this.fast?.release();
    this.exports.release(this.record.address);
    this.exports.release(this.placed.block);
  }
}
