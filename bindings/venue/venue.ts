/**
 * A venue: the accounts of an exchange in the core's memory, under one model and one market that moves.
 *
 * New market data is staged by `set` and takes effect at the next commit; checks and fills see the last one. Every event is checked whole
 * before anything changes, and every sum is exact: the state after any sequence of events is that of a rebuild.
 */
import { Status } from "../../assembly/record/status.ts";
import { unexpected, type MarginError } from "../error.ts";
import { checkMarket, checkModel } from "../documents/check.ts";
import type { Fact, Instrument, Market } from "../documents/market.ts";
import { documentHash } from "../documents/hash.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Exports } from "../core/exports.ts";
import type { Account } from "./account.ts";
import { checkNumber, checkObject } from "./arguments.ts";
import { eventError } from "./error.ts";
import { paymentOf } from "./commit.ts";
import { digestOf, combineDigests } from "./digest.ts";
import type { Handle } from "./handles.ts";
import { Ledger } from "./ledger.ts";
import {
  checkLimits,
  exposuresOf,
  overOf,
  type Limit,
  type Over,
  type VenueExposures,
  type VenueSums,
} from "./limits.ts";
import type { StoredAccount } from "./record.ts";
import { writeSnapshot, type Origin, type VenueState } from "./snapshot.ts";
import { Staging } from "./staging.ts";

export type { Joining } from "./basket.ts";
export type { Handle } from "./handles.ts";

export class Venue {
  private readonly ledger: Ledger;
  private readonly staging = new Staging();
  private readonly origin: Origin;
  /** @internal commits so far */
  epoch = 0;

  /** @internal use `venue` of a core */
  constructor(
    exports: Exports,
    model: MarginModel,
    market: Market,
    restored?: { handles: readonly string[]; ended: readonly Handle[]; origin: Origin },
  ) {
    const checked = { model: checkModel(model), market: checkMarket(market) };
    this.origin = restored?.origin ?? { model: documentHash(checked.model), market: documentHash(checked.market) };
    this.ledger = new Ledger(exports, checked.model, checked.market, restored);
  }

  // names and handles

  /** The handle of a listed instrument. */
  instrument(id: string): Handle {
    return this.ledger.handles.of(id);
  }

  /** The id of a handle. */
  idOf(handle: Handle): string {
    return this.ledger.idOf(handle);
  }

  /** The account of a name; opened, with deposits, where there is none. */
  account(name: string, deposits: Record<string, number> = {}): Account {
    const { ledger } = this;
    ledger.alive();
    checkObject("deposits", deposits);
    const known = ledger.names.find(name);
    for (const currency of Object.keys(deposits)) ledger.currency(currency);
    const account = known ?? ledger.open(name);
    const done: [currency: string, amount: number][] = [];
    try {
      for (const [currency, amount] of Object.entries(deposits)) {
        account.deposit(currency, amount);
        done.push([currency, amount]);
      }
    } catch (cause) {
      for (const [currency, amount] of done) account.deposit(currency, -amount);
      if (known === undefined) ledger.closeLast();
      throw cause;
    }
    return account;
  }

  /** The account of a name, undefined where there is none. */
  find(name: string): Account | undefined {
    return this.ledger.names.find(name);
  }

  /** Accounts in the order in which they were opened. */
  accounts(): Account[] {
    return this.ledger.names.all();
  }

  // market

  /** Stages facts: `{ at: { underlying: "BTC" }, spot: 64000 }`, as in a market document. */
  set(...facts: Fact[]): void {
    this.staging.addFacts(facts, this.ledger.bound.factKeys);
  }

  /** Stages the price of a currency in USD. */
  setPrice(currency: string, price: number): void {
    this.ledger.currency(currency);
    this.staging.setPrice(currency, price);
  }

  /** Stages the moment at which the market is known; not before the last one. */
  advance(asOf: string): void {
    this.staging.advance(asOf, this.ledger.bound.market);
  }

  /** Stages instruments to be listed beside those there are. */
  list(...instruments: Instrument[]): void {
    this.staging.addInstruments(instruments, this.ledger.bound.market);
  }

  /** Stages another model, or another edition of the same: its levels and currencies may differ. */
  setModel(model: MarginModel): void {
    this.staging.setModel(model, this.ledger.bound.model);
  }

  /** Drops what is staged. */
  discard(): void {
    this.ledger.alive();
    this.staging.discard();
  }

  /**
   * What is staged takes effect: facts are written, and instruments of the underlyings that they touch repriced. No account is evaluated.
   * Where it cannot be done nothing has changed, and what was staged still is.
   *
   * @returns how many instruments were repriced
   */
  commit(): number {
    const { ledger, staging } = this;
    const repriced = ledger.bound.canWrite(staging) ? ledger.bound.write(staging) : ledger.rebind(staging);
    staging.discard();
    this.epoch++;
    return repriced;
  }

  /**
   * Commits what is staged, and evaluates every account, also where some have no requirement: they come first in `riskiest`, and `unmargined`
   * lists them.
   *
   * @throws MarginError that names an account without a requirement, and why; the others are evaluated
   */
  remargin(): void {
    this.commit();
    const { ledger } = this;
    const status = ledger.exports.remarginAll(ledger.address) as Status;
    if (status === Status.Ok) return;
    throw ledger.firstWithoutRequirement();
  }

  /**
   * Accounts whose last evaluation found no requirement, and why: something that they hold has expired or lacks a fact, or a total is beyond
   * the range in which sums are exact. Their events go on; checks of them throw.
   */
  unmargined(): { account: Account; reason: MarginError }[] {
    this.ledger.refresh();
    return this.ledger.unmargined();
  }

  /**
   * Limits on the exposures of the model, in place of those before; `overLimits` tells who is beyond them from then on. A model has
   * exposures where it says so: `{ ...model, exposures: greekVectors }`.
   *
   * @throws MarginError also where an account cannot be evaluated; the limits before stand then
   */
  limit(limits: readonly Limit[]): void {
    const { ledger } = this;
    checkLimits(limits, ledger.bound.program.exposures);
    ledger.evaluateAll(); // what has a requirement has it under any limits
    ledger.bound.watch(limits);
    ledger.evaluateAll();
  }

  /** Net exposures of all accounts together, by name and factor; kept with every fill, at the market of the last commit. */
  exposures(): VenueExposures {
    return exposuresOf(this.sums());
  }

  /** @internal */
  sums(): VenueSums {
    const { bound } = this.ledger;
    if (bound.watches === undefined) bound.watch([]);
    return bound.watches!.sums();
  }

  /** Accounts beyond a limit, and exposures of all accounts together that are. */
  overLimits(): { accounts: Account[]; venue: Over[] } {
    const { ledger } = this;
    const { watches } = ledger.bound;
    if (watches === undefined) return { accounts: [], venue: [] };
    ledger.refresh();
    const accounts = ledger.found(ledger.names.count, (to) => ledger.exports.listAccounts(ledger.address, 1, to));
    return { accounts, venue: overOf(watches.sums()) };
  }

  /**
   * The accounts with the least equity for each unit of maintenance margin, least first; before them those that have no requirement
   * (`unmargined`). Accounts that changed since are evaluated before.
   */
  riskiest(most: number): Account[] {
    const { ledger } = this;
    if (!(Number.isInteger(most) && most > 0)) throw unexpected("OutOfRange", "most", "a whole number > 0", most);
    ledger.refresh();
    const n = Math.min(most, ledger.names.count);
    return n === 0 ? [] : ledger.found(n, (to) => ledger.exports.rankAccounts(ledger.address, n, to));
  }

  // events of all accounts

  /**
   * An instrument ends: an option pays its intrinsic value at the price, a future what it gained to it; resting orders are gone. From then on
   * it is not traded any more (`Expired`), whatever the time is.
   */
  expire(handle: Handle, price: number): void {
    const { ledger } = this;
    const i = ledger.indexOf(handle);
    const { instrument } = ledger.bound.program.universe.items[i]!;
    checkNumber("price", price);
    if (!(price > 0 && price < Infinity)) throw unexpected("PriceNotPositive", "price", "> 0", price);
    const status = ledger.exports.expireInstrument(ledger.address, i, paymentOf(instrument!, price)) as Status;
    if (status !== Status.Ok) throw ledger.failure(status);
    ledger.handles.end(handle);
  }

  /** Funding of a perpetual: a long lot pays `payment` in its settlement currency, a short lot gets it. */
  fund(handle: Handle, payment: number): void {
    const { ledger } = this;
    const i = ledger.indexOf(handle);
    checkNumber("payment", payment);
    const status = ledger.exports.fundPerpetual(ledger.address, i, payment) as Status;
    if (status === Status.BeyondExactRange) throw ledger.failure(status);
    if (status !== Status.Ok) throw eventError(ledger, status, { instrument: handle, payment });
  }

  /** The unrealised result in a currency becomes balance, at the marks of the last commit. */
  settle(currency: string): void {
    const { ledger } = this;
    const status = ledger.exports.settleCurrency(ledger.address, ledger.currency(currency)) as Status;
    if (status !== Status.Ok) throw ledger.failure(status);
  }

  // state as bytes and digests

  /**
   * Everything that the venue is, as bytes that `restoreVenue` of a core takes: model, market, what is staged, accounts, handles.
   *
   * @param sequence of the last event in it, where a journal numbers them
   */
  snapshot(sequence?: number): Uint8Array {
    if (sequence !== undefined && !(Number.isSafeInteger(sequence) && sequence >= 0))
      throw unexpected("OutOfRange", "sequence", "a whole number ≥ 0", sequence);
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
    const { ledger } = this;
    const currencies = ledger.currencies();
    const digest = (name: string, handle: number) =>
      digestOf(name, currencies, ledger.stored(handle), (i) => ledger.idAt(i));
    return new Map(ledger.names.list.map((name, handle) => [name, digest(name, handle)]));
  }

  /** @internal */
  state(): VenueState {
    const { origin, staging } = this;
    const { bound, handles, names } = this.ledger;
    return {
      origin,
      model: bound.model,
      market: bound.committed(),
      handles: handles.ids,
      ended: handles.endedOnes(),
      currencies: bound.currencies(),
      names: names.list,
      limits: bound.watches?.limits ?? [],
      staged: staging.state(),
      account: (handle) => bound.stored(handle),
      handleAt: (i) => handles.known(bound.idAt(i)),
    };
  }

  /** @internal an account of a snapshot; its rows by handle of the instrument */
  restore(name: string, stored: StoredAccount): void {
    this.ledger.restore(this.ledger.open(name), stored);
  }

  /** @internal limits and what is staged, after all accounts: of those it is known who is beyond a limit */
  restoreRest({ limits, staged }: Pick<VenueState, "limits" | "staged">): void {
    if (limits.length > 0) this.ledger.bound.watch(limits);
    this.staging.restore(staged);
  }

  /** Gives the memory back; the venue cannot be used afterwards. */
  release(): void {
    this.ledger.release();
  }

  /** @internal */
  get isReleased(): boolean {
    return this.ledger.isReleased;
  }

  /** @internal totals as of the last evaluation, and what is held */
  stored(handle: number): StoredAccount {
    return this.ledger.stored(handle);
  }
}
