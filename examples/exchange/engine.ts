/**
 * The exchange: books, and a margin venue beside them. An order is checked before it is accepted; it then trades with what rests, and what
 * is left of it rests. After a tick the accounts short of maintenance margin are closed out as far as the books allow.
 */
import { MarginError, type Core, type Fact, type Instrument, type MarginModel, type Market } from "margin-core";
import { openVenue, type Account, type Venue } from "margin-core/venue";
import { Book, type RestingOrder } from "./book.ts";
import type { Recorder } from "./report.ts";

export interface Order {
  account: string;
  instrument: Instrument;
  side: 1 | -1;
  lots: number;
  /** Limit, in ticks of the instrument. */
  ticks: number;
}
/** Money that has come in and gone out, and what is there: per currency. */
export type Sums = Record<string, { paidIn: number; balance: number; cost: number }>;

/** Taker's fee: a part of what a future is about; of an option, a part of its underlying, at most an eighth of the premium. */
const FEE = { delta: 0.0005, option: 0.0003, mostOfPremium: 0.125 };
const HOUSE = "fees";

export class Exchange {
  readonly venue: Venue;
  readonly books = new Map<string, Book>();
  /** Of each account, its resting orders by their id, with their instrument. */
  readonly resting = new Map<string, Map<number, Instrument>>();
  readonly count = { orders: 0, accepted: 0, fills: 0, cancels: 0, ticks: 0, liquidated: 0 };
  readonly refusals = new Map<string, number>();
  /** Hash of all trades: the same where the same happened. */
  tape = 0x811c9dc5;
  private nextOrder = 1;
  private readonly paidIn = new Map<string, number>();

  constructor(
    core: Core,
    model: MarginModel,
    readonly market: Market,
    private readonly tickSize: (instrument: Instrument) => number,
    private readonly recorder: Recorder,
  ) {
    this.venue = openVenue(core, model, market);
    for (const { id } of market.instruments) this.books.set(id, new Book());
    this.venue.account(HOUSE);
  }

  open(account: string, currency: string, amount: number): void {
    const opened = this.venue.account(account);
    const before = opened.money()[currency]!.balance;
    opened.deposit(currency, amount);
    // what arrived: a deposit is rounded to the quantum of its currency
    const arrived = opened.money()[currency]!.balance - before;
    this.paidIn.set(currency, (this.paidIn.get(currency) ?? 0) + arrived);
    if (!this.resting.has(account)) this.resting.set(account, new Map());
  }

  /** An order is refused where the margin after it, with all that rests, is not covered; else it trades, and the rest of it rests. */
  submit(order: Order): boolean {
    const { instrument, side, lots, ticks } = order;
    this.count.orders++;
    const account = this.venue.find(order.account)!;
    const handle = this.venue.instrument(instrument.id);
    try {
      const check = this.recorder.time("check", () =>
        account.check(handle, side * lots, ticks * this.tickSize(instrument), "rest"),
      );
      if (!check.accepted) return this.refuse(check.binding === undefined ? "equity" : `margin: ${check.binding}`);
    } catch (error) {
      if (!(error instanceof MarginError)) throw error;
      return this.refuse(error.code);
    }
    this.count.accepted++;
    const left = this.trade(order);
    if (left > 0) this.rest({ ...order, lots: left });
    return true;
  }

  cancel(account: string, id: number): void {
    const instrument = this.resting.get(account)?.get(id);
    if (instrument === undefined) return;
    const order = this.books.get(instrument.id)!.find(id)!;
    this.venue.find(account)!.cancel(this.venue.instrument(instrument.id), order.side * order.lots);
    this.gone(instrument, order, order.lots);
    this.count.cancels++;
  }

  /** The market moves, and every account is margined. Returns those short of maintenance margin, the worst first. */
  tick(facts: Fact[], asOf?: string): Account[] {
    this.count.ticks++;
    this.recorder.time("tick", () => {
      if (asOf !== undefined) this.venue.advance(asOf);
      this.venue.set(...facts);
      for (const [currency, spot] of this.prices(facts)) this.venue.setPrice(currency, spot);
      this.venue.commit();
    });
    this.recorder.time("remargin", () => this.venue.remargin());
    return this.short();
  }

  /** Orders of an account that is short are cancelled, and what it holds is offered to the books at a price that somebody pays. */
  liquidate(account: Account, limit: (instrument: Instrument, side: 1 | -1) => number): void {
    for (const id of [...this.resting.get(account.name)!.keys()]) this.cancel(account.name, id);
    for (const { instrument: id, lots } of account.holdings()) {
      if (lots === 0) continue;
      const instrument = this.market.instruments.find((one) => one.id === id)!;
      const side = lots > 0 ? -1 : 1;
      this.trade({ account: account.name, instrument, side, lots: Math.abs(lots), ticks: limit(instrument, side) });
    }
    this.count.liquidated++;
  }

  /** Equity below maintenance margin, the worst first; the list is of the last remargin. */
  short(): Account[] {
    for (let most = 16; ; most *= 2) {
      const worst = this.venue.riskiest(most);
      const found = worst.filter((account) => {
        const { equity, maintenance } = account.requirement({ explain: false });
        return equity < maintenance;
      });
      if (found.length < most || worst.length < most) return found;
    }
  }

  /** Trades only move money: balances are what was paid in, and the costs of open contracts cancel out. */
  sums(): Sums {
    const sums: Sums = {};
    for (const [currency, amount] of this.paidIn) sums[currency] = { paidIn: amount, balance: 0, cost: 0 };
    for (const account of this.venue.accounts())
      for (const [currency, { balance, cost }] of Object.entries(account.money())) {
        if (balance === 0 && cost === 0) continue;
        const sum = (sums[currency] ??= { paidIn: 0, balance: 0, cost: 0 });
        sum.balance += balance;
        sum.cost += cost;
      }
    return sums;
  }

  /** A coin is worth its spot. */
  private prices(facts: Fact[]): [currency: string, spot: number][] {
    return facts.flatMap(({ at, spot }) =>
      this.market.currencies
        .filter(
          ({ underlying }) => underlying !== undefined && underlying === at["underlying"] && typeof spot === "number",
        )
        .map(({ id }): [string, number] => [id, spot as number]),
    );
  }

  /** Trades an order with what rests, and returns the lots that are left. */
  private trade({ account, instrument, side, lots, ticks }: Order): number {
    const book = this.books.get(instrument.id)!;
    const { matches, own } = book.meet(account, side, lots, ticks);
    for (const { id } of own) this.cancel(account, id);
    const handle = this.venue.instrument(instrument.id);
    const taker = this.venue.find(account)!;
    let left = lots;
    for (const { maker, lots: part } of matches) {
      const price = maker.ticks * this.tickSize(instrument);
      const other = this.venue.find(maker.account)!;
      this.recorder.time("fill", () => other.fill(handle, -side * part, price, { resting: true }));
      this.recorder.time("fill", () => taker.fill(handle, side * part, price));
      this.gone(instrument, maker, part);
      this.fee(taker, instrument, part, price);
      this.count.fills++;
      left -= part;
      for (const x of [maker.id, part, maker.ticks]) this.tape = Math.imul(this.tape ^ x, 0x01000193) >>> 0;
    }
    return left;
  }

  private rest({ account, instrument, side, lots, ticks }: Order): void {
    this.venue.find(account)!.place(this.venue.instrument(instrument.id), side * lots);
    const id = this.nextOrder++;
    this.books.get(instrument.id)!.rest({ id, account, side, ticks, lots });
    this.resting.get(account)!.set(id, instrument);
  }

  private gone(instrument: Instrument, order: RestingOrder, lots: number): void {
    this.books.get(instrument.id)!.fill(order, lots);
    if (order.lots === 0) this.resting.get(order.account)!.delete(order.id);
  }

  private fee(taker: Account, instrument: Instrument, lots: number, price: number): void {
    const { kind, lot = 1, lotUnit, settlement, payoff } = instrument;
    const amount = lotUnit === "quote" ? (lots * lot) / price : lots * lot;
    const value = payoff === "inverse" ? amount : amount * price;
    const fee =
      kind === "option"
        ? Math.min(
            FEE.option * lots * lot * (payoff === "inverse" ? 1 : instrument.strike!),
            FEE.mostOfPremium * lots * lot * price,
          )
        : FEE.delta * value;
    taker.withdraw(settlement, fee);
    this.venue.find(HOUSE)!.deposit(settlement, fee);
  }

  private refuse(reason: string): false {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
    return false;
  }
}
