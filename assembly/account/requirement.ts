/** The requirement of a stored account, of one with an order more, and of all. Nothing is allocated. */
import { Book } from "../record/book";
import { fail, succeed } from "../record/failure";
import { Status } from "../record/status";
import { account, isAccount, rankAt, Account, Venue } from "../record/venue";
import { isOver, watchAll } from "./watch";
import { hold, release } from "../portfolio/groups";
import { forgetRows } from "../portfolio/positions";
import { runAccount } from "../model/program";
import { InstrumentKind } from "../record/opcodes";
import { complete, note as noteHeld } from "./change";
import { MOST_LOTS, isPrice, tradable } from "./events";
import { fetch, framed, isFramed, isUnframed, keepFrames } from "./frames";
import { costs, currencyOf, isExact, isOwned, valueOfLot } from "./value";

/** How an order joins an account in a check. */
export enum Joining {
  /** its lots change hands at its price */
  Fill,
  /** it rests in the book */
  Rest,
}

/**
 * Puts a stored account into the book.
 *
 * @returns why something that it holds has no value, with the instrument in `badRow`
 */
function putAccount(venue: Venue, at: Account): Status {
  const book = venue.book;
  release(book);
  forgetRows(book);
  const currencies = venue.currencies;
  const cost = costs(venue, at.money);
  for (let c = 0; c < currencies; c++) {
    venue.costs[c] = cost[c];
    book.unrealised[c] = 0 - cost[c];
  }
  let n = 0;
  // cash comes first in instrument order, by currency
  for (let c = 0; c < currencies; c++) {
    // a cost that was left by closed positions is a result, which counts like cash
    if (at.money[c] == 0 && cost[c] == 0) continue;
    put(book, n++, book.cash[c], at.money[c], 0, 0);
  }
  sortCash(book, n);
  for (let r = 0; r < at.rows; r++) {
    const i = at.instrument[r];
    if (book.unfit[i] != Status.Ok) return fail(<Status>book.unfit[i], i);
    put(book, n++, i, at.lots[r], at.bids[r], at.asks[r]);
    if (venue.marked[i] != 0) book.unrealised[currencyOf(book, i)] += at.lots[r] * venue.marked[i];
  }
  book.rows = n;
  return Status.Ok;
}

function put(book: Book, r: i32, i: i32, lots: f64, bids: f64, asks: f64): void {
  book.heldInstrument[r] = i;
  book.quantity[r] = lots;
  book.rowOf[i] = r;
  book.result[i] = 0;
  book.bids[i] = bids;
  book.asks[i] = asks;
  if (bids != 0 || asks != 0) book.hasOrders = 1;
}

/** Currencies are few, and mostly in order. */
function sortCash(book: Book, n: i32): void {
  for (let r = 1; r < n; r++) {
    for (let k = r; k > 0 && book.heldInstrument[k - 1] > book.heldInstrument[k]; k--) {
      const i = book.heldInstrument[k];
      const q = book.quantity[k];
      book.heldInstrument[k] = book.heldInstrument[k - 1];
      book.quantity[k] = book.quantity[k - 1];
      book.heldInstrument[k - 1] = i;
      book.quantity[k - 1] = q;
    }
  }
  for (let r = 0; r < n; r++) book.rowOf[book.heldInstrument[r]] = r;
}

/** The row of an instrument in the book, put in where it belongs. */
function rowIn(book: Book, i: i32): i32 {
  if (book.rowOf[i] >= 0) return book.rowOf[i];
  let r = book.rows;
  while (r > 0 && book.heldInstrument[r - 1] > i) {
    const other = book.heldInstrument[r - 1];
    book.heldInstrument[r] = other;
    book.quantity[r] = book.quantity[r - 1];
    book.rowOf[other] = r;
    r--;
  }
  put(book, r, i, 0, 0, 0);
  book.rows++;
  return r;
}

function evaluate(venue: Venue): Status {
  const book = venue.book;
  hold(book);
  book.isChange = 0;
  book.isNear = 0;
  return runAccount(book);
}

/** Puts an account into the book and evaluates it; where it is there already it is not touched. */
export function evaluateAccount(venue: Venue, handle: i32): Status {
  if (!isAccount(venue, handle)) return fail(Status.UnknownAccount, handle);
  if (venue.loaded == handle) return succeed();
  const at = account(venue, handle);
  venue.loaded = -1;
  let status = putAccount(venue, at);
  if (status == Status.Ok) status = evaluate(venue);
  // a requirement without a number is an error, never a zero
  if (status == Status.Ok && !(Math.abs(venue.initial[0]) + Math.abs(venue.maintenance[0]) + Math.abs(venue.equity[0]) < Infinity)) {
    status = fail(Status.Undefined, handle);
  }
  if (status != Status.Ok) {
    note(venue, handle, NaN, NaN, NaN, venue.watchCount > 0);
    return status;
  }
  note(venue, handle, venue.equity[0], venue.initial[0], venue.maintenance[0], isOver(venue));
  keepFrames(venue, at);
  venue.loaded = handle;
  return succeed();
}

/** What an evaluation has found of an account; without a requirement it is beyond any limit, and comes first. */
function note(venue: Venue, handle: i32, equity: f64, initial: f64, maintenance: f64, isBeyond: bool): void {
  const at = account(venue, handle);
  at.equity = equity;
  at.initial = initial;
  at.maintenance = maintenance;
  at.isOver = isBeyond ? 1 : 0;
  at.isStale = 0;
  store<f64>(rankAt(venue, handle), ratio(at));
}

/** Ranks an account by the margins in its record. */
export function rankRestored(venue: Venue, handle: i32): void {
  const at = account(venue, handle);
  store<f64>(rankAt(venue, handle), at.isStale != 0 ? NaN : ratio(at));
}

/**
 * Equity, initial and maintenance margin as they would be after orders, into `answer`. The account does not change.
 *
 * @param n          orders
 * @param instrument [n] i32
 * @param lots       [n] > 0 to buy
 * @param price      [n]
 * @param joining    [n] i32, a Joining
 */
export function check(venue: Venue, handle: i32, n: i32, instrument: usize, lots: usize, price: usize, joining: usize): Status {
  if (!isAccount(venue, handle)) return fail(Status.UnknownAccount, handle);
  const book = venue.book;
  for (let k = 0; k < n; k++) {
    const i = load<i32>(instrument + (<usize>k << 2));
    const status = tradable(venue, handle, i, load<f64>(lots + (<usize>k << 3)));
    if (status != Status.Ok) return status;
    if (!isPrice(venue, i, load<f64>(price + (<usize>k << 3)))) return fail(Status.PriceNotPositive, i);
  }
  venue.answer[3] = 0;
  venue.loaded = -1;
  const held = putAccount(venue, account(venue, handle));
  if (held != Status.Ok) return held;
  for (let k = 0; k < n; k++) {
    const i = load<i32>(instrument + (<usize>k << 2));
    const status = join(venue, i, load<f64>(lots + (<usize>k << 3)), load<f64>(price + (<usize>k << 3)), load<i32>(joining + (<usize>k << 2)));
    if (status != Status.Ok) return status;
  }
  tidyBook(venue);
  return answer(venue, handle);
}

/** The same of one order. */
export function checkOne(venue: Venue, handle: i32, i: i32, lots: f64, price: f64, joining: Joining): Status {
  let status = tradable(venue, handle, i, lots);
  if (status != Status.Ok) return status;
  if (!isPrice(venue, i, price)) return fail(Status.PriceNotPositive, i);
  venue.loaded = -1;
  status = putAccount(venue, account(venue, handle));
  if (status != Status.Ok) return status;
  venue.answer[3] = reduces(venue.book, i, lots) ? 1 : 0;
  status = join(venue, i, lots, price, joining);
  if (status != Status.Ok) return status;
  tidyBook(venue);
  return answer(venue, handle);
}

/**
 * An order for the code that reads frames: what it changes of the account.
 *
 * @returns address of the Account, or 0 where it cannot be answered from frames: `checkOne` does it then, or says what is wrong
 */
export function describe(venue: Venue, handle: i32, i: i32, lots: f64, price: f64, joining: Joining): usize {
  if (venue.hasFrames == 0 || tradable(venue, handle, i, lots) != Status.Ok || !isPrice(venue, i, price)) return 0;
  const at = account(venue, handle);
  if (!isFramed(venue, at) && !frame(venue, at)) return 0;
  venue.change.fetched = fetch(at);
  const book = venue.book;
  noteHeld(venue, at, i);
  const change = venue.change;
  change.handle = handle;
  change.joining = joining;
  change.orderLots = lots;
  change.price = price;
  const held = change.lotsBefore;
  const resting = lots > 0 ? change.bids : change.asks;
  venue.answer[3] = isReducing(held, lots, resting) ? 1 : 0;
  const c = currencyOf(book, i);
  let cost = change.unrealised;
  if (joining == Joining.Rest) {
    if (resting + Math.abs(lots) > MOST_LOTS) return 0;
    if (lots > 0) change.bids += lots;
    else change.asks -= lots;
  } else {
    const value = lots * valueOfLot(book, i, price);
    if (!(Math.abs(held + lots) <= MOST_LOTS) || !isExact(book, i, value)) return 0;
    change.lots += lots;
    if (isOwned(book, i)) change.money -= value;
    else cost += value;
    if (!isExact(book, i, change.money) || !isExact(book, i, cost)) return 0;
  }
  return complete(venue, cost) ? changetype<usize>(at) : 0;
}

/** The order that was described last, by the instructions: the book holds the account with it. */
export function checkDescribed(venue: Venue): Status {
  const change = venue.change;
  return checkOne(venue, change.handle, change.instrument, change.orderLots, change.price, change.joining);
}

/** Evaluates an account for its frames; its totals stay those of its last evaluation. */
function frame(venue: Venue, at: Account): bool {
  if (isUnframed(venue, at)) return false;
  venue.loaded = -1;
  if (putAccount(venue, at) != Status.Ok || evaluate(venue) != Status.Ok) {
    at.frameEpoch = -venue.frameEpoch; // tried
    return false;
  }
  keepFrames(venue, at);
  return isFramed(venue, at);
}

/** What an order leaves nothing of is not held. */
function tidyBook(venue: Venue): void {
  const book = venue.book;
  let kept = 0;
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    book.rowOf[i] = -1;
    const isHeld = book.quantity[r] != 0 || book.bids[i] != 0 || book.asks[i] != 0 || (book.kind[i] == InstrumentKind.Cash && venue.costs[currencyOf(book, i)] != 0);
    if (!isHeld) continue;
    book.heldInstrument[kept] = i;
    book.quantity[kept] = book.quantity[r];
    book.rowOf[i] = kept;
    kept++;
  }
  book.rows = kept;
}

/** Would the order, after those that rest on its side, only reduce the position of the account in the book? */
function reduces(book: Book, i: i32, lots: f64): bool {
  const r = book.rowOf[i];
  if (r < 0) return false;
  return isReducing(book.quantity[r], lots, lots > 0 ? book.bids[i] : book.asks[i]);
}

@inline function isReducing(held: f64, lots: f64, resting: f64): bool {
  return held * lots < 0 && Math.abs(lots) + resting <= Math.abs(held);
}

function answer(venue: Venue, handle: i32): Status {
  const status = evaluate(venue);
  if (status != Status.Ok) return status;
  venue.answer[0] = venue.equity[0];
  venue.answer[1] = venue.initial[0];
  venue.answer[2] = venue.maintenance[0];
  for (let k = 0; k < 3; k++) if (!(Math.abs(venue.answer[k]) < Infinity)) return fail(Status.Undefined, handle);
  return succeed();
}

/** An order joins the account in the book. */
function join(venue: Venue, i: i32, lots: f64, price: f64, joining: Joining): Status {
  const book = venue.book;
  const r = rowIn(book, i);
  if (joining == Joining.Rest) {
    const resting = (lots > 0 ? book.bids[i] : book.asks[i]) + Math.abs(lots);
    if (resting > MOST_LOTS) return fail(Status.BeyondExactRange, i);
    if (lots > 0) book.bids[i] = resting;
    else book.asks[i] = resting;
    book.hasOrders = 1;
    return Status.Ok;
  }
  const value = lots * valueOfLot(book, i, price);
  if (isNaN(value)) return fail(Status.LotNotQuote, i);
  book.quantity[r] += lots;
  if (Math.abs(book.quantity[r]) > MOST_LOTS || !isExact(book, i, value)) return fail(Status.BeyondExactRange, i);
  const c = currencyOf(book, i);
  const cash = rowIn(book, book.cash[c]);
  if (isOwned(book, i)) {
    book.quantity[cash] -= value;
    return isExact(book, i, book.quantity[cash]) ? Status.Ok : fail(Status.BeyondExactRange, i);
  }
  venue.costs[c] += value;
  book.unrealised[c] += lots * venue.marked[i] - value;
  return isExact(book, i, venue.costs[c]) ? Status.Ok : fail(Status.BeyondExactRange, i);
}

/**
 * The most lots of one order, up to `most`, with which equity covers the initial margin: doubled until it does not, then halved in between.
 * The margin after the lots found is checked; that every smaller order passes too holds where margin rises with the order.
 *
 * @param sign 1 to buy, −1 to sell
 * @returns 0 where not even one lot passes, −1 where the order is refused (see `badRow`)
 */
export function maxLots(venue: Venue, handle: i32, i: i32, sign: f64, price: f64, joining: Joining, most: f64): f64 {
  if (isAccepted(venue, handle, i, sign, price, joining) != 1) return lastStatus == Status.Ok ? 0 : -1;
  let low: f64 = 1;
  let high: f64 = 2;
  while (high <= most && isAccepted(venue, handle, i, sign * high, price, joining) == 1) {
    low = high;
    high *= 2;
  }
  high = min(high, most + 1);
  while (high - low > 1) {
    const middle = Math.floor((low + high) * 0.5);
    if (isAccepted(venue, handle, i, sign * middle, price, joining) == 1) low = middle;
    else high = middle;
  }
  return low;
}

let lastStatus: Status = Status.Ok;

/** 1 where equity covers the initial margin after the order, 0 where it does not or the totals leave their range, −1 where it is refused. */
function isAccepted(venue: Venue, handle: i32, i: i32, lots: f64, price: f64, joining: Joining): i32 {
  lastStatus = checkOne(venue, handle, i, lots, price, joining);
  if (lastStatus == Status.BeyondExactRange) lastStatus = Status.Ok;
  else if (lastStatus == Status.Ok) return venue.answer[0] >= venue.answer[1] ? 1 : 0;
  return lastStatus == Status.Ok ? 0 : -1;
}

/** Evaluates the accounts that have changed since their last evaluation. Those that have no requirement are known by it. */
export function refresh(venue: Venue): void {
  for (let handle = 0; handle < venue.accounts; handle++) {
    if (!isNaN(load<f64>(rankAt(venue, handle)))) continue;
    const at = account(venue, handle);
    if (venue.watchCount == 0 && isFramed(venue, at)) note(venue, handle, framed(at)[0], framed(at)[1], framed(at)[2], false);
    else evaluateAccount(venue, handle);
  }
}

/** Handles of accounts into `to` [accounts], as of their last evaluation: those beyond a limit, or those without a requirement; returns how many. */
export function listed(venue: Venue, isOverLimit: bool, to: usize): i32 {
  let n = 0;
  for (let handle = 0; handle < venue.accounts; handle++) {
    if (isOverLimit ? account(venue, handle).isOver == 0 : load<f64>(rankAt(venue, handle)) != -Infinity) continue;
    store<i32>(to + (<usize>n << 2), handle);
    n++;
  }
  return n;
}

/** Evaluates every account; where some have no requirement, says why the first has none, with its handle in `badRow`. */
export function remargin(venue: Venue): Status {
  let first: Status = Status.Ok;
  let handleOfFirst = -1;
  for (let handle = 0; handle < venue.accounts; handle++) {
    const status = evaluateAccount(venue, handle);
    if (status == Status.Ok || first != Status.Ok) continue;
    first = status;
    handleOfFirst = handle;
  }
  watchAll(venue);
  return first == Status.Ok ? succeed() : fail(first, handleOfFirst);
}

/** Less than any ratio but that of no requirement: equity is negative, and nothing is required. */
const LEAST: f64 = -f64.MAX_VALUE;

/** What is left of equity for each unit of maintenance margin; ∞ where nothing is required and equity is not negative; −∞ without a requirement. */
function ratio(at: Account): f64 {
  if (isNaN(at.equity)) return -Infinity;
  if (at.maintenance > 0) return max(at.equity / at.maintenance, LEAST);
  return at.equity < 0 ? LEAST : Infinity;
}

/** Handles of the `most` accounts with the least ratio as of their last evaluation, least first, into `to`; returns how many. */
export function rank(venue: Venue, most: i32, to: usize): i32 {
  let n = 0;
  for (let handle = 0; handle < venue.accounts; handle++) {
    if (n < most) siftUp(venue, to, n++, handle);
    else if (isRiskier(venue, handle, load<i32>(to))) siftDown(venue, to, n, handle);
  }
  // a heap with the safest on top; taken off from the top, it comes out riskiest first
  for (let end = n - 1; end > 0; end--) {
    const safest = load<i32>(to);
    const last = load<i32>(to + (<usize>end << 2));
    siftDown(venue, to, end, last);
    store<i32>(to + (<usize>end << 2), safest);
  }
  return n;
}

@inline function isRiskier(venue: Venue, a: i32, b: i32): bool {
  const x = load<f64>(rankAt(venue, a));
  const y = load<f64>(rankAt(venue, b));
  return x < y || (x == y && a < b);
}

function siftUp(venue: Venue, heap: usize, at: i32, handle: i32): void {
  let child = at;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const other = load<i32>(heap + (<usize>parent << 2));
    if (!isRiskier(venue, other, handle)) break;
    store<i32>(heap + (<usize>child << 2), other);
    child = parent;
  }
  store<i32>(heap + (<usize>child << 2), handle);
}

/** `handle` takes the place of the top. */
function siftDown(venue: Venue, heap: usize, n: i32, handle: i32): void {
  let parent = 0;
  while (true) {
    let child = 2 * parent + 1;
    if (child >= n) break;
    let safer = load<i32>(heap + (<usize>child << 2));
    if (child + 1 < n) {
      const right = load<i32>(heap + (<usize>(child + 1) << 2));
      if (isRiskier(venue, safer, right)) {
        safer = right;
        child++;
      }
    }
    if (!isRiskier(venue, handle, safer)) break;
    store<i32>(heap + (<usize>parent << 2), safer);
    parent = child;
  }
  store<i32>(heap + (<usize>parent << 2), handle);
}
