/** One account of a venue: events, checks, and what it holds. */
import { Status } from "../../assembly/record/status.ts";
import { unexpected } from "../error.ts";
import { checkFlag, checkList, checkNumber, checkObject } from "./arguments.ts";
import type { Requirement } from "../documents/requirement.ts";
import { joiningOf, type Joining } from "./basket.ts";
import { eventError } from "./error.ts";
import type { Handle } from "./handles.ts";
import type { Ledger } from "./ledger.ts";

/** The margin as it would be after an order. The same object is filled by every check of a venue: copy what is to be kept. */
export interface Check {
  initial: number;
  maintenance: number;
  equity: number;
  /** equity − initial */
  excess: number;
  /** The excess is not negative. */
  accepted: boolean;
  /** Of one order: with those that rest on its side it can only reduce the position. */
  reducesOnly: boolean;
  /** The charge that decides the initial margin; known until the next call of the venue. */
  readonly binding: string | undefined;
}

export interface Holding {
  instrument: string;
  lots: number;
  /** Resting lots to buy and to sell. */
  bids: number;
  asks: number;
}

export interface Order {
  instrument: Handle;
  lots: number;
  price: number;
  /** Default fill. */
  as?: Joining;
}

const MOST_LOTS = 2 ** 52;

/** @internal the one object that all checks of a venue fill */
export function checkOf(ledger: Ledger): Check {
  // V8 keeps fields of an object literal that has a getter in a hash table, which costs a check 60 ns; numbers that are no integers stay unboxed
  const fields = { initial: 0.5, maintenance: 0.5, equity: 0.5, excess: 0.5, accepted: false, reducesOnly: false };
  return Object.defineProperty(fields, "binding", { get: () => ledger.binding(), enumerable: true }) as Check;
}

/** As the core takes it. */
function restingOf(options: { resting?: boolean | undefined }): number {
  checkObject("options", options);
  checkFlag("options.resting", options.resting);
  return options.resting === true ? 1 : 0;
}

export class Account {
  /** @internal use `account` of a venue */
  constructor(
    private readonly ledger: Ledger,
    readonly name: string,
    /** @internal */
    readonly handle: number,
  ) {}

  /** Money in, < 0 out. What is withdrawn is not held against the margin here: check first. */
  deposit(currency: string, amount: number): void {
    const { ledger } = this;
    checkNumber("amount", amount);
    const status = ledger.exports.deposit(ledger.address, this.handle, ledger.currency(currency), amount) as Status;
    if (status !== Status.Ok) throw eventError(ledger, status, { currency, amount });
    ledger.keep();
  }

  withdraw(currency: string, amount: number): void {
    checkNumber("amount", amount);
    this.deposit(currency, -amount);
  }

  /** Lots change hands at a price; `resting`: they come out of this account's resting orders. */
  fill(instrument: Handle, lots: number, price: number, options?: { resting?: boolean | undefined }): void {
    const { ledger } = this;
    const i = ledger.tradedIndexOf(instrument);
    checkNumber("lots", lots);
    checkNumber("price", price);
    const resting = options === undefined ? 0 : restingOf(options);
    const status = ledger.exports.fill(ledger.address, this.handle, i, lots, price, resting) as Status;
    if (status !== Status.Ok) throw eventError(ledger, status, { instrument, lots, price });
    ledger.keep();
  }

  /** An order of lots > 0 to buy, < 0 to sell, rests. */
  place(instrument: Handle, lots: number): void {
    const { ledger } = this;
    const i = ledger.tradedIndexOf(instrument);
    checkNumber("lots", lots);
    const status = ledger.exports.placeOrder(ledger.address, this.handle, i, lots) as Status;
    if (status !== Status.Ok) throw eventError(ledger, status, { instrument, lots });
    ledger.keep();
  }

  /** Resting lots are taken back: > 0 of those to buy, < 0 of those to sell. */
  cancel(instrument: Handle, lots: number): void {
    const { ledger } = this;
    const i = ledger.indexOf(instrument);
    checkNumber("lots", lots);
    const status = ledger.exports.cancelOrder(ledger.address, this.handle, i, lots) as Status;
    if (status !== Status.Ok) throw eventError(ledger, status, { instrument, lots });
    ledger.keep();
  }

  /** The margin after one order, which changes nothing. `as`: it fills at its price (default), or it rests. */
  check(instrument: Handle, lots: number, price: number, as: Joining = "fill"): Check {
    checkNumber("lots", lots);
    checkNumber("price", price);
    return this.answer(this.ledger.checkedOne(this.handle, instrument, lots, price, joiningOf(as)));
  }

  /** The margin after all of these orders together. */
  checkBasket(orders: readonly Order[]): Check {
    checkList("orders", orders);
    if (orders.length === 0) throw unexpected("Empty", "orders", "at least one order", orders);
    const rows = orders.map((order, k) => {
      checkObject(`orders[${k}]`, order);
      const { instrument, lots, price, as = "fill" } = order;
      const i = this.ledger.tradedIndexOf(instrument);
      checkNumber(`orders[${k}].lots`, lots);
      checkNumber(`orders[${k}].price`, price);
      return { instrument: i, lots, price, joining: joiningOf(as) };
    });
    return this.answer(this.ledger.checked(this.handle, rows));
  }

  /**
   * The most lots of one order with which equity covers the initial margin: 0 where not even one does. The margin after those lots is checked;
   * that fewer pass too holds where the margin rises with the order.
   */
  maxLots(instrument: Handle, side: "buy" | "sell", price: number, as: Joining = "fill"): number {
    const { ledger } = this;
    const i = ledger.tradedIndexOf(instrument);
    if (side !== "buy" && side !== "sell") throw unexpected("NotOneOf", "side", '"buy" or "sell"', side);
    checkNumber("price", price);
    const sign = side === "buy" ? 1 : -1;
    const lots = ledger.exports.maxLots(ledger.address, this.handle, i, sign, price, joiningOf(as), MOST_LOTS);
    if (lots < 0) {
      this.check(instrument, sign, price, as); // says why
      throw unexpected("Undefined", "instrument", "an order that can be checked", ledger.idOf(instrument));
    }
    return lots;
  }

  /** The requirement as it is, with its tree unless `explain` is false. */
  requirement(options: { explain?: boolean | undefined } = {}): Requirement {
    checkObject("options", options);
    checkFlag("options.explain", options.explain);
    return this.ledger.requirementOf(this.handle, options.explain ?? true);
  }

  holdings(): Holding[] {
    return this.ledger
      .stored(this.handle)
      .rows.map(({ instrument, ...rest }) => ({ instrument: this.ledger.idAt(instrument), ...rest }));
  }

  /** By currency: money, and what open futures and perpetuals cost at the prices of their fills. */
  money(): Record<string, { balance: number; cost: number }> {
    const { balances, costs } = this.ledger.stored(this.handle);
    return Object.fromEntries(
      this.ledger.currencies().map((currency, c) => [currency, { balance: balances[c]!, cost: costs[c]! }]),
    );
  }

  private answer(from: Float64Array): Check {
    const { result } = this.ledger;
    result.equity = from[0]!;
    result.initial = from[1]!;
    result.maintenance = from[2]!;
    result.excess = result.equity - result.initial;
    result.accepted = result.excess >= 0;
    result.reducesOnly = from[3] === 1;
    return result;
  }
}
