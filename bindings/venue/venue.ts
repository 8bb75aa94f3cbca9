/**
 * A venue: the accounts of an exchange in the core's memory, under one model and one market that moves.
 *
 * New market data is staged by `set` and takes effect at the next commit; checks and fills see the last one. Every event is checked whole
 * before anything changes, and every sum is exact: the state after any sequence of events is that of a rebuild.
 */
import { Status } from "../../assembly/record/status.ts";
import { MarginError, unexpected } from "../error.ts";
import { checkMarket, checkModel } from "../documents/check.ts";
import type { Fact, Instrument, Market } from "../documents/market.ts";
import { documentHash } from "../documents/hash.ts";
import { canonical } from "../documents/moment.ts";
import type { MarginModel } from "../documents/model.ts";
import { compile, type Program } from "../compile/program.ts";
import { explain, totals } from "../core/explain.ts";
import type { Exports } from "../core/exports.ts";
import { outOfMemory } from "../core/failure.ts";
import { place, type Placed } from "../core/layout.ts";
import { Reader } from "../core/prepared.ts";
import type { Requirement } from "../documents/requirement.ts";
import { Input } from "../../assembly/record/opcodes.ts";
import { Account } from "./account.ts";
import { bindingOf } from "./binding.ts";
import { Board, tidyFact } from "./board.ts";
import { eventError } from "./error.ts";
import { moveAccounts, movedTo, paymentOf, writePrices, writeTime } from "./commit.ts";
import { digestOf, combineDigests } from "./digest.ts";
import { closeLast, placeVenue, readAccount, restoreAccount, type PlacedVenue, type StoredAccount } from "./record.ts";
import { writeSnapshot, type Origin, type Staged, type VenueState } from "./snapshot.ts";

/** The number of an instrument, from `venue.instrument(id)`; it stays the same while the instrument is listed. */
export type Handle = number;

/** How an order joins an account in a check. */
export type Joining = "fill" | "rest";

/** Room for the orders of one check. */
const MOST_ORDERS = 64;
const ORDER_BYTES = 4 + 8 + 8 + 4;

export class Venue {
  private program: Program;
  private placed: Placed;
  private record: PlacedVenue;
  private board: Board;
  private market: Market;
  private model: MarginModel;
  private readonly orders: number;
  private readonly origin: Origin;
  private staged: Fact[] = [];
  private stagedPrices = new Map<string, number>();
  private stagedAsOf: string | undefined;
  private stagedListing: Instrument[] | undefined;
  private stagedModel: MarginModel | undefined;
  private known: { epoch: number; asOf: string; hash: string } | undefined;
  /** @internal commits so far */
  epoch = 0;
  private readonly names: string[] = [];
  private readonly byName = new Map<string, Account>();
  private handles: string[] = [];
  private readonly handleOf = new Map<string, Handle>();
  /** Index in the program of each handle, −1 where it is not listed any more. */
  private index = new Int32Array(0);
  private released = false;

  /** @internal use `venue` of a core */
  constructor(
    /** @internal */
    readonly exports: Exports,
    model: MarginModel,
    market: Market,
    restored?: { handles: readonly string[]; origin: Origin },
  ) {
    this.model = checkModel(model);
    this.market = checkMarket(market);
    this.origin = restored?.origin ?? { model: documentHash(this.model), market: documentHash(this.market) };
    for (const id of restored?.handles ?? []) this.handleOf.set(id, this.handles.push(id) - 1);
    this.program = compile(this.model, this.market);
    this.placed = place(exports, this.program, true);
    this.orders = exports.allocate(MOST_ORDERS * ORDER_BYTES);
    try {
      if (this.orders === 0) throw outOfMemory(MOST_ORDERS * ORDER_BYTES);
      this.record = placeVenue(exports, this.program, this.placed);
    } catch (cause) {
      exports.release(this.placed.block);
      if (this.orders !== 0) exports.release(this.orders);
      throw cause;
    }
    exports.bind(this.placed.book, this.placed.inputsEnd, this.placed.repriced);
    this.board = new Board(this.program, this.market.facts);
    this.listHandles();
    exports.markLots(this.record.address);
  }

  // names and handles

  /** The handle of a listed instrument. */
  instrument(id: string): Handle {
    const handle = this.handleOf.get(id);
    if (handle === undefined || this.index[handle]! < 0)
      throw unexpected("UnknownInstrument", "instrument", "a listed instrument", id);
    return handle;
  }

  /** The id of a handle. */
  idOf(handle: Handle): string {
    const id = this.handles[handle];
    if (id === undefined) throw unexpected("UnknownInstrument", "instrument", "a handle of this venue", handle);
    return id;
  }

  /** The account of a name; opened, with deposits, where there is none. */
  account(name: string, deposits: Record<string, number> = {}): Account {
    this.alive();
    const known = this.byName.get(name);
    for (const currency of Object.keys(deposits)) this.currency(currency);
    const account = known ?? this.open(name);
    const done: [currency: string, amount: number][] = [];
    try {
      for (const [currency, amount] of Object.entries(deposits)) {
        account.deposit(currency, amount);
        done.push([currency, amount]);
      }
    } catch (cause) {
      for (const [currency, amount] of done) account.deposit(currency, -amount);
      if (known === undefined) this.forget(account);
      throw cause;
    }
    return account;
  }

  private open(name: string): Account {
    if (typeof name !== "string" || name === "") throw unexpected("WrongType", "account", "a name", name);
    const handle = this.exports.openAccount(this.record.address);
    if (handle < 0) throw new MarginError("OutOfMemory", "memory", "the core's memory cannot grow");
    const account = new Account(this, name, handle);
    this.byName.set(name, account);
    this.names[handle] = name;
    return account;
  }

  /** Takes the account that was opened last back. */
  private forget({ name }: Account): void {
    closeLast(this.exports, this.record.address);
    this.byName.delete(name);
    this.names.pop();
  }

  /** The account of a name, undefined where there is none. */
  find(name: string): Account | undefined {
    return this.byName.get(name);
  }

  /** Accounts in the order in which they were opened. */
  accounts(): Account[] {
    return this.names.map((name) => this.byName.get(name)!);
  }

  // market

  /** Stages facts: `{ at: { underlying: "BTC" }, spot: 64000 }`, as in a market document. */
  set(...facts: Fact[]): void {
    this.alive();
    const { asOf, currencies, instruments } = this.market;
    // the checks of a market document, on these facts alone
    const checked = checkMarket({ format: 1, asOf, currencies, instruments, facts });
    this.staged.push(...checked.facts.map(tidyFact));
  }

  /** Stages the price of a currency in USD. */
  setPrice(currency: string, price: number): void {
    this.alive();
    this.currency(currency);
    if (!(price > 0 && price < Infinity)) throw unexpected("PriceNotPositive", "price", "> 0", price);
    this.stagedPrices.set(currency, price);
  }

  /** Stages the moment at which the market is known; not before the last one. */
  advance(asOf: string): void {
    this.alive();
    const moment = canonical(asOf);
    if (!(Date.parse(moment) >= Date.parse(this.stagedAsOf ?? this.market.asOf)))
      throw unexpected("TimeBackwards", "asOf", `a moment not before ${this.stagedAsOf ?? this.market.asOf}`, asOf);
    this.stagedAsOf = moment;
  }

  /** Stages instruments to be listed beside those there are. */
  list(...instruments: Instrument[]): void {
    this.alive();
    const all = [...(this.stagedListing ?? this.market.instruments), ...instruments];
    checkMarket({ ...this.market, facts: [], instruments: all });
    this.stagedListing = all;
  }

  /** Stages another model, or another edition of the same: its levels and currencies may differ. */
  setModel(model: MarginModel): void {
    this.alive();
    const checked = checkModel(model);
    if (checked.currency !== this.model.currency)
      throw unexpected("WrongCurrency", "model.currency", this.model.currency, checked.currency);
    this.stagedModel = checked;
  }

  /** Drops what is staged. */
  discard(): void {
    this.alive();
    this.staged = [];
    this.stagedPrices = new Map();
    this.stagedAsOf = undefined;
    this.stagedListing = undefined;
    this.stagedModel = undefined;
  }

  /**
   * What is staged takes effect: facts are written, and instruments of the underlyings that they touch repriced. No account is evaluated.
   * Where it cannot be done nothing has changed, and what was staged still is.
   *
   * @returns how many instruments were repriced
   */
  commit(): number {
    this.alive();
    const market: Market = {
      ...this.market,
      asOf: this.stagedAsOf ?? this.market.asOf,
      instruments: this.stagedListing ?? this.market.instruments,
      currencies: this.market.currencies.map((currency) => {
        const price = this.stagedPrices.get(currency.id);
        return price === undefined ? currency : { ...currency, price };
      }),
    };
    const isTime = this.stagedAsOf !== undefined;
    const model = this.stagedModel ?? this.model;
    const isSimple =
      this.stagedListing === undefined &&
      this.stagedModel === undefined &&
      !(isTime && this.hasSlices()) &&
      !this.stagedPrices.has(model.currency) &&
      this.board.isKnown(this.staged);
    const repriced = isSimple
      ? this.write(market, isTime)
      : this.rebuild(model, { ...market, facts: this.board.merged(this.staged) });
    this.discard();
    this.epoch++;
    return repriced;
  }

  /** Staged figures into their columns. */
  private write(market: Market, isTime: boolean): number {
    const { exports, placed, program } = this;
    const { items } = program.universe;
    const mask = exports.allocate(4 * items.length);
    if (mask === 0) throw outOfMemory(4 * items.length);
    const { writes, underlyings } = this.board.commit(this.staged);
    this.market = market;
    const f64 = new Float64Array(exports.memory.buffer);
    for (const { node, group, value } of writes) f64[(placed.column.get(node)! >> 3) + group] = value;
    writePrices(program, placed, f64, this.stagedPrices);
    if (isTime) writeTime(program, placed, f64, Date.parse(market.asOf));
    const isTouched = (underlying: string | undefined) =>
      isTime || underlyings === undefined || (underlying !== undefined && underlyings.has(underlying));
    const touched = items.map((item) =>
      item.instrument !== undefined && isTouched(item.instrument.underlying) ? 1 : 0,
    );
    new Int32Array(exports.memory.buffer, mask, items.length).set(touched);
    exports.rebind(placed.book, placed.inputsEnd, placed.repriced, mask);
    exports.release(mask);
    exports.markLots(this.record.address);
    return touched.reduce<number>((sum, one) => sum + one, 0);
  }

  /**
   * Commits what is staged, and evaluates every account.
   *
   * @throws MarginError that names the account which cannot be evaluated, and why
   */
  remargin(): void {
    this.commit();
    const status = this.exports.remarginAll(this.record.address) as Status;
    if (status !== Status.Ok) throw this.accountFailure(status, this.exports.badRow());
    // a requirement without a number is an error, never a zero
    for (let handle = 0; handle < this.names.length; handle++) {
      const { initial, maintenance, equity } = this.stored(handle);
      if (![initial, maintenance, equity].every(Number.isFinite)) throw this.accountFailure(Status.Undefined, handle);
    }
  }

  /** The accounts with the least equity for each unit of maintenance margin, least first, as of their last evaluation. */
  riskiest(most: number): Account[] {
    this.alive();
    if (!(Number.isInteger(most) && most > 0)) throw unexpected("OutOfRange", "most", "a whole number > 0", most);
    const n = Math.min(most, this.names.length);
    if (n === 0) return [];
    const to = this.exports.allocate(4 * n);
    if (to === 0) throw outOfMemory(4 * n);
    const found = this.exports.rankAccounts(this.record.address, n, to);
    const handles = Array.from(new Int32Array(this.exports.memory.buffer, to, found));
    this.exports.release(to);
    return handles.map((handle) => this.byName.get(this.names[handle]!)!);
  }

  // events of all accounts

  /** An instrument ends: an option pays its intrinsic value at the price, a future what it gained to it; resting orders are gone. */
  expire(handle: Handle, price: number): void {
    const i = this.indexOf(handle);
    const { instrument } = this.program.universe.items[i]!;
    if (!(price > 0 && price < Infinity)) throw unexpected("PriceNotPositive", "price", "> 0", price);
    const status = this.exports.expireInstrument(this.address, i, paymentOf(instrument!, price)) as Status;
    if (status !== Status.Ok) throw this.accountFailure(status, this.exports.badRow());
  }

  /** Funding of a perpetual: a long lot pays `payment` in its settlement currency, a short lot gets it. */
  fund(handle: Handle, payment: number): void {
    const status = this.exports.fundPerpetual(this.address, this.indexOf(handle), payment) as Status;
    if (status === Status.BeyondExactRange) throw this.accountFailure(status, this.exports.badRow());
    if (status !== Status.Ok) throw eventError(this, status, { instrument: handle, payment });
  }

  /** The unrealised result in a currency becomes balance, at the marks of the last commit. */
  settle(currency: string): void {
    const status = this.exports.settleCurrency(this.address, this.currency(currency)) as Status;
    if (status !== Status.Ok) throw this.accountFailure(status, this.exports.badRow());
  }

  // state as bytes and digests

  /**
   * Everything that the venue is, as bytes that `restoreVenue` of a core takes: model, market, what is staged, accounts, handles.
   *
   * @param sequence of the last event in it, where a journal numbers them
   */
  snapshot(sequence?: number): Uint8Array {
    return writeSnapshot(this.state(), sequence);
  }

  /**
   * What the accounts hold, as one hash: equal exactly where every account of the same name has the same money, lots and resting lots. The
   * order in which accounts were opened, handles and market do not count; that of parts is `combineDigests` of their `digests`.
   */
  checksum(): string {
    return combineDigests(this.digests());
  }

  /** A hash of what each account holds, by its name. */
  digests(): Map<string, string> {
    this.alive();
    const currencies = this.currencies();
    return new Map(
      this.names.map((name, handle) => [name, digestOf(name, currencies, this.stored(handle), (i) => this.idAt(i))]),
    );
  }

  /** @internal */
  state(): VenueState {
    this.alive();
    return {
      origin: this.origin,
      model: this.model,
      market: { ...this.market, facts: this.board.list() },
      handles: this.handles,
      currencies: this.currencies(),
      names: this.names,
      staged: {
        facts: this.staged,
        prices: Object.fromEntries(this.stagedPrices),
        asOf: this.stagedAsOf,
        instruments: this.stagedListing,
        model: this.stagedModel,
      },
      account: (handle) => this.stored(handle),
      handleAt: (i) => this.handleOf.get(this.idAt(i))!,
    };
  }

  /** @internal an account of a snapshot; its rows by handle of the instrument */
  restore(name: string, stored: StoredAccount): void {
    const { handle } = this.account(name);
    const rows = stored.rows.map((row) => ({ ...row, instrument: this.indexOf(row.instrument) }));
    restoreAccount(this.exports, this.address, handle, { ...stored, rows });
  }

  /** @internal */
  restoreStaged({ facts, prices, asOf, instruments, model }: Staged): void {
    this.staged = facts;
    this.stagedPrices = new Map(Object.entries(prices));
    this.stagedAsOf = asOf;
    this.stagedListing = instruments;
    this.stagedModel = model === undefined ? undefined : checkModel(model);
  }

  /** Gives the memory back; the venue cannot be used afterwards. */
  release(): void {
    if (this.released) return;
    this.exports.releaseAccounts(this.record.address);
    for (const address of [this.record.address, this.placed.block, this.orders]) this.exports.release(address);
    this.released = true;
  }

  // for accounts

  /** @internal */
  get address(): number {
    this.alive();
    return this.record.address;
  }

  /** @internal index of an instrument in the program */
  indexOf(handle: Handle): number {
    const i = this.index[handle];
    if (i === undefined || i < 0)
      throw unexpected("UnknownInstrument", "instrument", "a handle of a listed instrument", handle);
    return i;
  }

  /** @internal */
  currency(id: string): number {
    const c = this.program.settlement.groups.findIndex((group) => group.settlement === id);
    if (c < 0) throw unexpected("UnknownCurrency", "currency", "a currency of the market", id);
    return c;
  }

  /** @internal */
  currencies(): string[] {
    return this.program.settlement.groups.map((group) => String(group.settlement));
  }

  /** @internal totals as of the last evaluation, and what is held */
  stored(handle: number): StoredAccount {
    const record = this.exports.accountAddress(this.address, handle);
    return readAccount(this.exports, record, this.program.settlement.groups.length);
  }

  /** @internal */
  idAt(index: number): string {
    return this.program.universe.items[index]!.id;
  }

  /** @internal */
  reader(): Reader {
    return new Reader(this.exports, this.program, this.placed, true);
  }

  /** @internal equity, initial, maintenance after orders */
  checked(
    account: number,
    orders: readonly [instrument: number, lots: number, price: number, joining: number][],
  ): Float64Array {
    if (orders.length > MOST_ORDERS)
      throw unexpected("TooManyOrders", "orders", `at most ${MOST_ORDERS}`, orders.length);
    const { buffer } = this.exports.memory;
    const lots = new Float64Array(buffer, this.orders, MOST_ORDERS);
    const price = new Float64Array(buffer, this.orders + 8 * MOST_ORDERS, MOST_ORDERS);
    const instrument = new Int32Array(buffer, this.orders + 16 * MOST_ORDERS, MOST_ORDERS);
    const joining = new Int32Array(buffer, this.orders + 20 * MOST_ORDERS, MOST_ORDERS);
    orders.forEach(([i, q, p, j], k) => {
      instrument[k] = i;
      lots[k] = q;
      price[k] = p;
      joining[k] = j;
    });
    const at = this.orders;
    const status = this.exports.checkOrders(
      this.address,
      account,
      orders.length,
      at + 16 * MOST_ORDERS,
      at,
      at + 8 * MOST_ORDERS,
      at + 20 * MOST_ORDERS,
    ) as Status;
    if (status !== Status.Ok) throw this.checkFailure(status, orders);
    return new Float64Array(this.exports.memory.buffer, this.record.answer, 3);
  }

  /** @internal the charge that decides the initial margin of the account in the book */
  binding(): string | undefined {
    return bindingOf(this.reader());
  }

  /** @internal */
  requirementOf(account: number, isExplained: boolean): Requirement {
    const status = this.exports.evaluateAccount(this.address, account) as Status;
    if (status !== Status.Ok) throw this.accountFailure(status, account);
    const reader = this.reader();
    const requirement = totals(reader);
    if (isExplained) explain(reader, requirement);
    // the program's market is the one that it was made for
    requirement.market = isExplained ? this.marketNow() : { asOf: this.market.asOf };
    return requirement;
  }

  /** Moment and hash of the market as it is committed. */
  private marketNow(): Requirement["market"] {
    if (this.known?.epoch !== this.epoch)
      this.known = { epoch: this.epoch, asOf: this.market.asOf, hash: documentHash(this.state().market) };
    const { asOf, hash } = this.known;
    return { asOf, hash };
  }

  private checkFailure(status: Status, orders: readonly [number, number, number, number][]): MarginError {
    const bad = this.exports.badRow();
    const order = orders.find(([i]) => i === bad) ?? orders[0]!;
    const handle = this.index.indexOf(order[0]);
    return eventError(this, status, { instrument: handle, lots: order[1], price: order[2] });
  }

  private accountFailure(status: Status, account: number): MarginError {
    const name = this.names[account] ?? String(account);
    return new MarginError(Status[status]!, "account", `${JSON.stringify(name)}: ${WORDS[status] ?? Status[status]}`, {
      value: name,
    });
  }

  private alive(): void {
    if (this.released) throw new MarginError("Released", "venue", "used after release()");
  }

  // programs

  private hasSlices(): boolean {
    const counts = this.placed.column.get(this.program.inputs[Input.SliceCount]!)!;
    const n = this.program.universe.items.length;
    return new Float64Array(this.exports.memory.buffer, counts, n).some((count) => count > 0);
  }

  /** A new program for the same accounts. Where it cannot be made, everything stays as it was. */
  private rebuild(model: MarginModel, next: Market): number {
    const { exports } = this;
    const market = checkMarket(next);
    const program = compile(model, market);
    const moved = movedTo(this.program, program);
    const placed = place(exports, program, true);
    let record: PlacedVenue;
    try {
      record = placeVenue(exports, program, placed);
    } catch (cause) {
      exports.release(placed.block);
      throw cause;
    }
    exports.bind(placed.book, placed.inputsEnd, placed.repriced);
    moveAccounts(exports, this.record, record, moved);
    exports.release(this.placed.block);
    exports.release(this.record.address);
    this.model = model;
    this.market = market;
    this.program = program;
    this.placed = placed;
    this.record = record;
    this.board = new Board(program, market.facts);
    this.listHandles();
    exports.markLots(record.address);
    return program.universe.items.length;
  }

  /** Handles are given once; an instrument that is listed again has its old one. */
  private listHandles(): void {
    const { items } = this.program.universe;
    for (const { id, instrument } of items) {
      if (instrument === undefined || this.handleOf.has(id)) continue;
      this.handleOf.set(id, this.handles.length);
      this.handles.push(id);
    }
    this.index = Int32Array.from(this.handles, (id) => this.program.universe.index.get(id) ?? -1);
  }
}

const WORDS: Partial<Record<Status, string>> = {
  [Status.BeyondExactRange]:
    "a total is beyond the range in which sums are exact; declare a larger largestTotal of the currency",
  [Status.Undefined]: "its requirement is no number: the market lacks a fact of something that it holds",
};
