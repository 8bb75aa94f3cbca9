/**
 * What happens to accounts. Every event is checked whole before anything changes, and is exact: the state after any sequence of them is that
 * of a rebuild from positions and balances.
 */
import { InstrumentKind } from "../record/opcodes";
import { fail, succeed } from "../record/failure";
import { Status } from "../record/status";
import { account, isAccount, rankAt, Account, Venue } from "../record/venue";
import { round } from "../market/quantum";
import { enter, find, reserve, tidy } from "./accounts";
import { after, before } from "./change";
import { watchAll, watchFill } from "./watch";
import { costs, currencyOf, isExact, isOwned, valueOfLot } from "./value";

export const MOST_LOTS: f64 = 9007199254740992; // 2⁵³

/** May lots of an instrument be traded or ordered? */
export function tradable(venue: Venue, handle: i32, i: i32, lots: f64): Status {
  const book = venue.book;
  if (!isAccount(venue, handle)) return fail(Status.UnknownAccount, handle);
  if (i < 0 || i >= book.instruments || book.kind[i] == InstrumentKind.Cash) return fail(Status.UnknownInstrument, i);
  if (book.unfit[i] != Status.Ok) return fail(<Status>book.unfit[i], i);
  if (!(Math.abs(lots) < Infinity)) return fail(Status.QuantityNotFinite, i);
  if (lots == 0) return fail(Status.OrderEmpty, i);
  if (Math.floor(lots) != lots) return fail(Status.LotsNotWhole, i);
  return Math.abs(lots) > MOST_LOTS ? fail(Status.BeyondExactRange, i) : Status.Ok;
}

/** A price at which lots may change hands: > 0, of options also 0. */
@inline export function isPrice(venue: Venue, i: i32, price: f64): bool {
  return price < Infinity && (price > 0 || (price == 0 && venue.book.kind[i] == InstrumentKind.Option));
}

/** Money in or out. */
export function deposit(venue: Venue, handle: i32, currency: i32, amount: f64): Status {
  if (!isAccount(venue, handle)) return fail(Status.UnknownAccount, handle);
  if (currency < 0 || currency >= venue.currencies) return fail(Status.UnknownCurrency, currency);
  const i = venue.book.cash[currency];
  const x = round(amount, venue.book.quantum[i]);
  if (!(Math.abs(amount) < Infinity)) return fail(Status.QuantityNotFinite, currency);
  const money = account(venue, handle).money;
  if (!isExact(venue.book, i, money[currency] + x)) return fail(Status.BeyondExactRange, i);
  before(venue, account(venue, handle), i);
  money[currency] += x;
  touch(venue, handle);
  after(venue, account(venue, handle));
  return succeed();
}

/** Lots change hands at a price; `resting` takes them out of the account's resting orders. */
export function fill(venue: Venue, handle: i32, i: i32, lots: f64, price: f64, resting: bool): Status {
  const status = tradable(venue, handle, i, lots);
  if (status != Status.Ok) return status;
  if (!isPrice(venue, i, price)) return fail(Status.PriceNotPositive, i);
  const book = venue.book;
  const at = account(venue, handle);
  const found = find(at, i);
  if (resting && (found < 0 || Math.abs(lots) > (lots > 0 ? at.bids[found] : at.asks[found]))) return fail(Status.OrderTooSmall, i);
  const held = found < 0 ? 0 : at.lots[found];
  if (Math.abs(held + lots) > MOST_LOTS) return fail(Status.BeyondExactRange, i);
  const value = valueOfLot(book, i, price);
  if (isNaN(value)) return fail(Status.LotNotQuote, i);
  const c = currencyOf(book, i);
  const money = isOwned(book, i) ? at.money : costs(venue, at.money);
  const paid = isOwned(book, i) ? money[c] - lots * value : money[c] + lots * value;
  if (!isExact(book, i, lots * value) || !isExact(book, i, paid)) return fail(Status.BeyondExactRange, i);
  if (!reserve(venue, at, at.rows + 1)) return fail(Status.OutOfMemory, i);
  before(venue, at, i);
  const r = enter(at, i);
  money[c] = paid;
  watchFill(venue, i, held, held + lots);
  at.lots[r] += lots;
  if (resting) {
    if (lots > 0) at.bids[r] -= lots;
    else at.asks[r] += lots;
  }
  tidy(at, r);
  touch(venue, handle);
  after(venue, at);
  return succeed();
}

/** A resting order of lots > 0 to buy, < 0 to sell, joins the account's. */
export function placeOrder(venue: Venue, handle: i32, i: i32, lots: f64): Status {
  const status = tradable(venue, handle, i, lots);
  if (status != Status.Ok) return status;
  const at = account(venue, handle);
  const found = find(at, i);
  const resting = found < 0 ? 0 : lots > 0 ? at.bids[found] : at.asks[found];
  if (resting + Math.abs(lots) > MOST_LOTS) return fail(Status.BeyondExactRange, i);
  if (!reserve(venue, at, at.rows + 1)) return fail(Status.OutOfMemory, i);
  before(venue, at, i);
  const r = enter(at, i);
  if (lots > 0) at.bids[r] += lots;
  else at.asks[r] -= lots;
  touch(venue, handle);
  after(venue, at);
  return succeed();
}

/** Resting lots are taken back, lots > 0 of those to buy, < 0 of those to sell. An instrument that is not fit any more can be cancelled. */
export function cancelOrder(venue: Venue, handle: i32, i: i32, lots: f64): Status {
  if (!isAccount(venue, handle)) return fail(Status.UnknownAccount, handle);
  if (!(Math.abs(lots) < Infinity) || lots == 0 || Math.floor(lots) != lots) return fail(Status.LotsNotWhole, i);
  const at = account(venue, handle);
  const r = find(at, i);
  if (r < 0 || Math.abs(lots) > (lots > 0 ? at.bids[r] : at.asks[r])) return fail(Status.OrderTooSmall, i);
  before(venue, at, i);
  if (lots > 0) at.bids[r] -= lots;
  else at.asks[r] += lots;
  tidy(at, r);
  touch(venue, handle);
  after(venue, at);
  return succeed();
}

/**
 * An instrument ends for every account: what is held is paid `payment` per lot in its settlement currency (of a future or perpetual V at the
 * last price, which joins the costs), and resting orders are gone.
 *
 * @returns `BeyondExactRange` with the account in `badRow`; no account has changed then
 */
export function expire(venue: Venue, i: i32, payment: f64): Status {
  const book = venue.book;
  if (i < 0 || i >= book.instruments || book.kind[i] == InstrumentKind.Cash) return fail(Status.UnknownInstrument, i);
  const value = round(payment, book.quantum[i]);
  if (!(Math.abs(value) < Infinity)) return fail(Status.QuantityNotFinite, i);
  const c = currencyOf(book, i);
  const owned = isOwned(book, i);
  for (let pass = 0; pass < 2; pass++) {
    for (let handle = 0; handle < venue.accounts; handle++) {
      const at = account(venue, handle);
      const r = find(at, i);
      if (r < 0) continue;
      const money = owned ? at.money : costs(venue, at.money);
      const paid = owned ? money[c] + at.lots[r] * value : money[c] - at.lots[r] * value;
      if (pass == 0) {
        if (!isExact(book, i, at.lots[r] * value) || !isExact(book, i, paid)) return fail(Status.BeyondExactRange, handle);
        continue;
      }
      money[c] = paid;
      watchFill(venue, i, at.lots[r], 0);
      at.lots[r] = 0;
      at.bids[r] = 0;
      at.asks[r] = 0;
      tidy(at, r);
      touch(venue, handle);
    }
  }
  // what had no Greeks cannot be taken off sums
  if (book.unfit[i] != Status.Ok) watchAll(venue);
  return succeed();
}

/** Funding of a perpetual: every long lot pays `payment` in its settlement currency, every short lot gets it. */
export function fund(venue: Venue, i: i32, payment: f64): Status {
  const book = venue.book;
  if (i < 0 || i >= book.instruments || book.kind[i] != InstrumentKind.Perpetual) return fail(Status.UnknownInstrument, i);
  const value = round(payment, book.quantum[i]);
  if (!(Math.abs(value) < Infinity)) return fail(Status.QuantityNotFinite, i);
  const c = currencyOf(book, i);
  for (let pass = 0; pass < 2; pass++) {
    for (let handle = 0; handle < venue.accounts; handle++) {
      const at = account(venue, handle);
      const r = find(at, i);
      if (r < 0 || at.lots[r] == 0) continue;
      const paid = at.money[c] - at.lots[r] * value;
      if (pass == 0) {
        if (!isExact(book, i, at.lots[r] * value) || !isExact(book, i, paid)) return fail(Status.BeyondExactRange, handle);
        continue;
      }
      at.money[c] = paid;
      touch(venue, handle);
    }
  }
  return succeed();
}

/** The unrealised result of futures and perpetuals in a currency, at the marks of the last commit, becomes balance. */
export function settle(venue: Venue, c: i32): Status {
  if (c < 0 || c >= venue.currencies) return fail(Status.UnknownCurrency, c);
  const i = venue.book.cash[c];
  for (let pass = 0; pass < 2; pass++) {
    for (let handle = 0; handle < venue.accounts; handle++) {
      const at = account(venue, handle);
      const marked = markedValue(venue, at, c);
      const paid = at.money[c] + (marked - costs(venue, at.money)[c]);
      if (pass == 0) {
        if (!isExact(venue.book, i, marked) || !isExact(venue.book, i, paid)) return fail(Status.BeyondExactRange, handle);
        continue;
      }
      at.money[c] = paid;
      costs(venue, at.money)[c] = marked;
      touch(venue, handle);
    }
  }
  return succeed();
}

/** Σ lots·V(mark) of a currency. */
export function markedValue(venue: Venue, at: Account, c: i32): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < at.rows; r++) {
    const i = at.instrument[r];
    if (at.lots[r] != 0 && venue.marked[i] != 0 && currencyOf(venue.book, i) == c) sum += at.lots[r] * venue.marked[i];
  }
  return sum;
}

@inline function touch(venue: Venue, handle: i32): void {
  account(venue, handle).isStale = 1;
  account(venue, handle).frameEpoch = 0;
  store<f64>(rankAt(venue, handle), NaN);
  if (venue.loaded == handle) venue.loaded = -1;
}
