/** A change of one instrument, as the code that reads frames takes it: what an account has of it, and of its cash, before and after. */
import { Account, Change, Venue } from "../record/venue";
import { InstrumentKind, Op } from "../record/opcodes";
import { column, instruction, Instruction } from "../record/instruction";
import { scenarioSet } from "../record/book";
import { find } from "./accounts";
import { FrameLevel } from "../record/frames";
import { frameLevel, isFramed } from "./frames";
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

/** What the account has after an event; no change is at hand any more where the frames cannot take it up. */
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
  // CHANGE of bindings/core/path/code.ts; its fields lie one after another
  if (offsetof<Change>("lotsBefore") != 24 || offsetof<Change>("unrealised") != 88) ERROR("Change");
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

/**
 * What a commit leaves of frames: how many lots of each instrument a change may have, from what one lot is in every sum; and whether sums over
 * balances are exact. Lots are whole, balances are not: an account's cash has to come to a whole number of the sum's quanta.
 */
export function limitLots(venue: Venue): void {
  const book = venue.book;
  venue.hasFrames = venue.frameLevelCount > 0 ? 1 : 0;
  if (venue.hasFrames == 0) return;
  const most = venue.mostLots;
  const n = book.instruments;
  for (let i = 0; i < n; i++) most[i] = Infinity;
  for (let k = 0; k < venue.frameLevelCount; k++) frameLevel(venue, k).countsCash = countsHeldCash(venue, frameLevel(venue, k)) ? 1 : 0;
  for (let k = 0; k < book.accountLength; k++) {
    const at = instruction(book.account, k);
    const plan = planOf(venue, at.to);
    if (changetype<usize>(plan) == 0) continue;
    if (at.op == Op.SumRows) limitRows(venue, plan, at);
    else if (at.op == Op.SumMeasure) limitMeasure(venue, plan, at);
    else if (at.op == Op.SumOrders) for (let i = 0; i < n; i++) limit(venue, i, at.a, Math.abs(column(at.c)[i]), column(at.d)[i]);
  }
}

function limitMeasure(venue: Venue, plan: FrameLevel, at: Instruction): void {
  const book = venue.book;
  const measure = column(at.c);
  const quantum = column(at.d);
  for (let i = 0; i < book.instruments; i++) limit(venue, i, at.a, Math.abs(measure[i]), quantum[i]);
  for (let c = 0; c < venue.currencies; c++) {
    const i = book.cash[c];
    if (!isTaken(at.a, i)) continue;
    if (!isWhole((measure[i] * book.quantum[i]) / quantum[i])) venue.hasFrames = 0;
    if (measure[i] != 0) plan.countsCash = 1;
  }
}

function limitRows(venue: Venue, plan: FrameLevel, at: Instruction): void {
  const book = venue.book;
  const set = scenarioSet(book, <i32>at.c);
  for (let i = 0; i < book.instruments; i++) limit(venue, i, at.a, max(set.largest[i], Math.abs(set.base[i])), set.quantum[i]);
  for (let c = 0; c < venue.currencies; c++) {
    const i = book.cash[c];
    if (!isTaken(at.a, i)) continue;
    const R = set.risk + ((<usize>i * <usize>set.stride) << 3);
    let counts = set.base[i] != 0;
    for (let s = 0; s < set.rows; s++) {
      const value = load<f64>(R + (<usize>s << 3));
      if (!isWhole(value)) venue.hasFrames = 0;
      if (value != 0) counts = true;
    }
    if (!isWhole(set.base[i])) venue.hasFrames = 0;
    if (counts) plan.countsCash = 1;
  }
}

/** Does a mask of the level look at the sign of a balance? */
function countsHeldCash(venue: Venue, plan: FrameLevel): bool {
  for (let m = 0; m < plan.maskCount; m++) {
    if (plan.masks[2 * m + 1] == 0) continue;
    for (let c = 0; c < venue.currencies; c++) if (isTaken(<usize>plan.masks[2 * m], venue.book.cash[c])) return true;
  }
  return false;
}

/** The frame level that keeps a column; address 0: none does. */
function planOf(venue: Venue, column: usize): FrameLevel {
  for (let k = 0; k < venue.frameLevelCount; k++) {
    const plan = frameLevel(venue, k);
    for (let c = 0; c < plan.columnCount; c++) if (<usize>plan.columns[2 * c] == column) return plan;
  }
  return changetype<FrameLevel>(0);
}

@inline function isTaken(mask: usize, i: i32): bool {
  return mask == 0 || load<u8>(mask + <usize>i) != 0;
}

@inline function isWhole(x: f64): bool {
  return Math.floor(x) == x;
}

/** By one sum, where it takes the instrument. */
@inline function limit(venue: Venue, i: i32, mask: usize, size: f64, quantum: f64): void {
  if (!isTaken(mask, i)) return;
  const lots = (MOST * quantum) / size;
  // a figure that is no number is told by the result
  if (quantum > 0 && lots < venue.mostLots[i]) venue.mostLots[i] = lots;
}
