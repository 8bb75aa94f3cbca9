/** A change of one instrument, as the code that reads frames takes it: what an account has of it, and of its cash, before and after. */
import { Book } from "../record/book";
import { Account, Change, Venue } from "../record/venue";
import { InstrumentKind, Op } from "../record/opcodes";
import { instruction, column } from "../record/instruction";
import { scenarioSet } from "../record/book";
import { find } from "./accounts";
import { isFramed } from "./frames";
import { costs, currencyOf } from "./value";

/** Changes that frames take up before they are made anew: with `MOST` quanta in each, sums stay within the range in which they are exact. */
const MOST_CHANGES = 16;
const MOST: f64 = 70368744177664; // 2⁴⁶

/** Notes what an account has of an instrument before an event; without frames there is nothing to be noted. */
export function before(venue: Venue, at: Account, i: i32): void {
  const change = venue.change;
  change.account = 0;
  if (!isFramed(venue, at) || at.frameChanges >= MOST_CHANGES) return;
  change.account = changetype<usize>(at);
  note(venue, at, i);
}

/** The same for a check, which changes nothing: afterwards is as before. */
export function note(venue: Venue, at: Account, i: i32): void {
  const change = venue.change;
  const book = venue.book;
  const c = currencyOf(book, i);
  const money = at.money[c];
  const isCash = book.kind[i] == InstrumentKind.Cash;
  change.instrument = i;
  change.cash = isCash ? -1 : book.cash[c];
  const r = isCash ? -1 : find(at, i);
  change.lotsBefore = isCash ? money : r < 0 ? 0 : at.lots[r];
  change.bidsBefore = r < 0 ? 0 : at.bids[r];
  change.asksBefore = r < 0 ? 0 : at.asks[r];
  change.moneyBefore = money;
  change.unrealised = costs(venue, at.money)[c];
  change.lots = change.lotsBefore;
  change.bids = change.bidsBefore;
  change.asks = change.asksBefore;
  change.money = money;
}

/** What the account has after an event; false where the frames cannot take it up. */
export function after(venue: Venue, at: Account): void {
  const change = venue.change;
  if (change.account == 0) return;
  const book = venue.book;
  const i = change.instrument;
  const c = currencyOf(book, i);
  const money = at.money[c];
  if (change.cash < 0) change.lots = money;
  else {
    const r = find(at, i);
    change.lots = r < 0 ? 0 : at.lots[r];
    change.bids = r < 0 ? 0 : at.bids[r];
    change.asks = r < 0 ? 0 : at.asks[r];
  }
  change.money = money;
  if (!complete(venue, costs(venue, at.money)[c])) change.account = 0;
}

/** Rows and unrealised result, from what the open positions of the currency cost afterwards; false beyond the range of frames. */
export function complete(venue: Venue, cost: f64): bool {
  const change = venue.change;
  const costBefore = change.unrealised;
  const hadCash = change.moneyBefore != 0 || costBefore != 0;
  const hasCash = change.money != 0 || cost != 0;
  if (change.cash < 0) {
    change.moreRows = (hasCash ? 1 : 0) - (hadCash ? 1 : 0);
    change.moreCash = 0;
    change.unrealised = costBefore - cost;
  } else {
    const had = change.lotsBefore != 0 || change.bidsBefore != 0 || change.asksBefore != 0;
    const has = change.lots != 0 || change.bids != 0 || change.asks != 0;
    change.moreRows = (has ? 1 : 0) - (had ? 1 : 0);
    change.moreCash = (hasCash ? 1 : 0) - (hadCash ? 1 : 0);
    change.unrealised = costBefore - cost + (change.lots - change.lotsBefore) * venue.marked[change.instrument];
  }
  const most = venue.mostLots[change.instrument];
  if (Math.abs(change.lots) + Math.abs(change.lotsBefore) > most) return false;
  if (change.bids + change.asks + change.bidsBefore + change.asksBefore > most) return false;
  return change.cash < 0 || !(Math.abs(change.money) + Math.abs(change.moneyBefore) > venue.mostLots[change.cash]);
}

/** How many lots of each instrument a change may have, from what one lot is in every sum. */
export function limitLots(venue: Venue): void {
  const book = venue.book;
  if (venue.frameLevelCount == 0) return;
  const most = venue.mostLots;
  const n = book.instruments;
  for (let i = 0; i < n; i++) most[i] = Infinity;
  for (let k = 0; k < book.accountLength; k++) {
    const at = instruction(book.account, k);
    if (at.op == Op.SumRows) {
      const set = scenarioSet(book, <i32>at.c);
      for (let i = 0; i < n; i++) limit(book, i, max(set.largest[i], Math.abs(set.base[i])), book.quantum[i], venue);
    } else if (at.op == Op.SumMeasure || at.op == Op.SumOrders) {
      for (let i = 0; i < n; i++) limit(book, i, Math.abs(column(at.c)[i]), column(at.d)[i], venue);
    }
  }
}

@inline function limit(book: Book, i: i32, size: f64, quantum: f64, venue: Venue): void {
  const lots = (MOST * quantum) / size;
  // a figure that is no number is told by the result
  if (quantum > 0 && lots < venue.mostLots[i]) venue.mostLots[i] = lots;
}
