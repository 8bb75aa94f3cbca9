/** The accounts of a venue under the program in force: what the venue and each of its accounts ask for. */
import { Status } from "../../assembly/record/status.ts";
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Requirement } from "../documents/requirement.ts";
import type { Exports } from "../core/exports.ts";
import { outOfMemory } from "../core/failure.ts";
import { MarginError } from "../error.ts";
import { Account, checkOf, type Check } from "./account.ts";
import { Basket, type BasketRow } from "./basket.ts";
import { bindingOf } from "./binding.ts";
import { Bound } from "./bound.ts";
import { eventError, evaluationError, isUnfit } from "./error.ts";
import { Handles, type Handle } from "./handles.ts";
import { checkName, Names } from "./names.ts";
import { cannotGrow, closeLast, restoreAccount, type StoredAccount } from "./record.ts";
import type { Staging } from "./staging.ts";

export class Ledger {
  readonly names = new Names();
  readonly handles: Handles;
  private current: Bound;
  private readonly basket: Basket;
  isReleased = false;
  /** Does the book hold the account of the last check, with its order? */
  private isInBook = true;
  readonly result: Check;

  /** @param restored instruments by handle as they were, and which of them had ended */
  constructor(
    readonly exports: Exports,
    model: MarginModel,
    market: Market,
    restored?: { handles: readonly string[]; ended: readonly Handle[] },
  ) {
    this.current = new Bound(exports, model, market);
    try {
      this.basket = new Basket(exports);
    } catch (cause) {
      this.current.release();
      throw cause;
    }
    this.result = checkOf(this);
    this.handles = new Handles(restored?.handles, restored?.ended);
    this.handles.bind(this.current.program);
  }

  /** The program in force. */
  get bound(): Bound {
    this.alive();
    return this.current;
  }

  /** @throws MarginError `Released` */
  alive(): void {
    if (this.isReleased) throw new MarginError("Released", "venue", "used after release()");
  }

  /** Address of the venue's record. */
  get address(): number {
    return this.bound.address;
  }

  /** What is staged takes effect under another program, to which the accounts move; or nothing changes. */
  rebind(staging: Staging): number {
    this.current = this.bound.next(staging);
    this.handles.bind(this.current.program);
    return this.current.program.universe.items.length;
  }

  release(): void {
    if (this.isReleased) return;
    this.exports.releaseAccounts(this.address);
    this.current.release();
    this.basket.release();
    this.isReleased = true;
  }

  // accounts

  open(name: string): Account {
    checkName(name);
    const handle = this.exports.openAccount(this.address);
    if (handle < 0) throw cannotGrow();
    const account = new Account(this, name, handle);
    this.names.add(account);
    return account;
  }

  /** Takes the account that was opened last back. */
  closeLast(): void {
    closeLast(this.exports, this.address);
    this.names.dropLast();
  }

  /** Puts what a snapshot has of an account into one that was just opened; its rows name handles. */
  restore({ handle }: Account, stored: StoredAccount): void {
    const rows = stored.rows.map((row) => ({ ...row, instrument: this.indexOf(row.instrument) }));
    restoreAccount(this.exports, this.address, handle, { ...stored, rows });
  }

  /** Totals of an account as of its last evaluation, and what it holds. */
  stored(handle: number): StoredAccount {
    return this.bound.stored(handle);
  }

  /** Accounts whose handles the core writes to an address; `write` returns how many. */
  found(most: number, write: (to: number) => number): Account[] {
    const bytes = 4 * Math.max(1, most);
    const to = this.exports.allocate(bytes);
    if (to === 0) throw outOfMemory(bytes);
    const n = write(to);
    const handles = Array.from(new Int32Array(this.exports.memory.buffer, to, n));
    this.exports.release(to);
    return handles.map((handle) => this.names.at(handle));
  }

  // names of what they hold

  /** Index of an instrument in the program. */
  indexOf(handle: Handle): number {
    return this.handles.indexOf(handle);
  }

  /** Index of an instrument that can be traded. */
  tradedIndexOf(handle: Handle): number {
    return this.handles.tradedIndexOf(handle);
  }

  idOf(handle: Handle): string {
    return this.handles.idOf(handle);
  }

  /** The id at an index in the program. */
  idAt(index: number): string {
    return this.bound.idAt(index);
  }

  /** Index of a currency. */
  currency(id: string): number {
    return this.bound.currency(id);
  }

  currencies(): string[] {
    return this.bound.currencies();
  }

  // margins

  /** Equity, initial, maintenance after one order; allocates nothing. */
  checkedOne(account: number, handle: Handle, lots: number, price: number, joining: number): Float64Array {
    const { bound } = this;
    const i = this.handles.tradedIndexOf(handle);
    this.isInBook = bound.fast === undefined || !bound.fast.check(account, i, lots, price, joining);
    if (!this.isInBook) return bound.answer();
    const status = this.exports.checkOrder(bound.address, account, i, lots, price, joining) as Status;
    if (status !== Status.Ok)
      throw this.heldFailure(status, account, [i]) ?? eventError(this, status, { instrument: handle, lots, price });
    return bound.answer();
  }

  /** Equity, initial, maintenance after orders. */
  checked(account: number, orders: readonly BasketRow[]): Float64Array {
    const { exports, basket, bound } = this;
    basket.write(orders);
    this.isInBook = true;
    const { instrument, lots, price, joining } = basket;
    const n = orders.length;
    const status = exports.checkOrders(bound.address, account, n, instrument, lots, price, joining) as Status;
    if (status !== Status.Ok)
      throw (
        this.heldFailure(
          status,
          account,
          Array.from(orders, (order) => order.instrument),
        ) ?? this.checkFailure(status, orders)
      );
    return bound.answer();
  }

  /** Where a check fails for something that the account holds, and no order of it is of. */
  private heldFailure(status: Status, account: number, ordered: readonly number[]): MarginError | undefined {
    return isUnfit(status) && !ordered.includes(this.exports.badRow())
      ? this.withoutRequirement(status, account)
      : undefined;
  }

  private checkFailure(status: Status, orders: readonly BasketRow[]): MarginError {
    const bad = this.exports.badRow();
    const { instrument, lots, price } = orders.find((order) => order.instrument === bad) ?? orders[0]!;
    return eventError(this, status, { instrument: this.handles.known(this.idAt(instrument)), lots, price });
  }

  /** The charge that decides the initial margin after the last check. */
  binding(): string | undefined {
    // a check from frames leaves no book behind: the core's instructions do it again
    if (!this.isInBook) this.exports.checkDescribed(this.address);
    this.isInBook = true;
    return bindingOf(this.bound.reader());
  }

  /** An event has happened to an account: its frames take it up. */
  keep(): void {
    this.bound.fast?.keep();
  }

  requirementOf(account: number, isExplained: boolean): Requirement {
    const status = this.exports.evaluateAccount(this.address, account) as Status;
    const isNoNumber = status === Status.Undefined;
    if (status !== Status.Ok && !isNoNumber) throw this.withoutRequirement(status, account);
    // which fact is missing is told by the book, where the account is then
    const requirement = this.bound.requirement(isExplained);
    if (isNoNumber) throw this.withoutRequirement(status, account);
    return requirement;
  }

  evaluate(account: number): void {
    const status = this.exports.evaluateAccount(this.address, account) as Status;
    if (status !== Status.Ok) throw this.withoutRequirement(status, account);
  }

  evaluateAll(): void {
    for (let handle = 0; handle < this.names.count; handle++) this.evaluate(handle);
  }

  /** Evaluates what has changed since its last evaluation. */
  refresh(): void {
    this.exports.refreshAccounts(this.address);
  }

  /** Accounts whose last evaluation found no requirement, and why. */
  unmargined(): { account: Account; reason: MarginError }[] {
    const { exports, names } = this;
    const accounts = this.found(names.count, (to) => exports.listAccounts(this.address, 0, to));
    return accounts.map((account) => {
      const status = exports.evaluateAccount(this.address, account.handle) as Status;
      return { account, reason: this.withoutRequirement(status, account.handle) };
    });
  }

  /** Why the first account without a requirement has none, and how many there are. */
  firstWithoutRequirement(): MarginError {
    const all = this.unmargined();
    const { reason } = all[0]!;
    if (all.length > 1) reason.message += ` (one of ${all.length} accounts without a requirement)`;
    return reason;
  }

  /** Why an account has no requirement, just after the core has found that it has none. */
  private withoutRequirement(status: Status, account: number): MarginError {
    const instrument = isUnfit(status) ? this.idAt(this.exports.badRow()) : undefined;
    return evaluationError(status, this.names.list[account]!, instrument);
  }

  /** Of an account that has no requirement, or whose event leaves the exact range; by default the one that the core names. */
  failure(status: Status, account = this.exports.badRow()): MarginError {
    return evaluationError(status, this.names.list[account] ?? String(account));
  }
}
