/** The account at hand: positions and balances, checked, merged by instrument and put in instrument order. */
import { Column, Indices } from "../memory/column";
import { Before, InstrumentKind, Input } from "../record/opcodes";
import { input, level, Book } from "../record/book";
import { PARTS, add, value } from "../math/exact-sum";
import { round } from "../market/quantum";
import { word } from "../record/instruction";
import { Factors } from "../record/factors";
import { changeFactors } from "./factor-sums";
import { fail } from "../record/failure";
import { Status } from "../record/status";

/**
 * Takes an account.
 *
 * @param orders     how many of the rows, the last ones, are resting orders: > 0 to buy
 * @param instrument [n] index of each row's instrument; of cash, the quantity is the balance
 * @param quantity   [n] lots, or amounts in the unit of the lot
 * @param isAmount   [n] 1 where the quantity is an amount
 * @param entry      [n] entry price, NaN where not given
 * @returns the broken rule with the row in `badRow`, or Ok; nothing is taken from a refused account
 */
export function take(
  book: Book,
  n: i32,
  orders: i32,
  instrument: Indices,
  quantity: Column,
  isAmount: Indices,
  entry: Column,
): Status {
  forgetRows(book);
  const settlement = level(book, book.settlementLevel);
  memory.fill(changetype<usize>(book.unrealised), 0, <usize>settlement.groups << 3);
  if (book.exact == 0)
    for (let c = 0; c < settlement.groups; c++) memory.fill(partsOf(book, book.cash[c], Kept.Unrealised), 0, PARTS << 3);
  memory.fill(changetype<usize>(book.rounding), 0, <usize>settlement.groups << 3);
  for (let r = 0; r < n; r++) {
    const status = isFit(book, instrument[r], quantity[r], isAmount[r] != 0, entry[r]);
    if (status != Status.Ok) return fail(status, r);
  }
  for (let r = 0; r < n - orders; r++) {
    const i = instrument[r];
    const q = taken(book, i, quantity[r], isAmount[r] != 0);
    enter(book, i);
    addQuantity(book, i, q);
    if (!isCounted(book, i)) return refuse(book, beyond(book), r);
    if (book.kind[i] == InstrumentKind.Cash) book.rounding[settlement.groupOf[i]] += book.quantum[i] * 0.5;
    const status = addResult(book, i, q, entry[r]);
    if (status != Status.Ok) return refuse(book, status, r);
  }
  for (let r = n - orders; r < n; r++) {
    enter(book, instrument[r]);
    addOrder(book, instrument[r], taken(book, instrument[r], quantity[r], isAmount[r] != 0));
  }
  settleClosed(book);
  sortByInstrument(book);
  if (book.exact == 0) return Status.Ok; // nothing is rounded
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    if (book.kind[i] != InstrumentKind.Cash) {
      const lots = Math.abs(book.quantity[r]) + max(book.bids[i], book.asks[i]);
      book.rounding[settlement.groupOf[i]] += lots * book.quantum[i] * 0.5;
    }
  }
  return Status.Ok;
}

const EXACT: f64 = 9007199254740992; // 2⁵³

/** Counts what a quantity has gained since its entry; nothing where there is no entry. */
function addResult(book: Book, i: i32, q: f64, entry: f64): Status {
  if (isNaN(entry) || book.kind[i] == InstrumentKind.Cash) return Status.Ok;
  const c = level(book, book.settlementLevel).groupOf[i];
  const result = q * resultPerLot(book, i, entry);
  if (!(Math.abs(result) < Infinity)) return Status.EntryNotPositive;
  book.result[i] = addTo(book, i, Kept.Result, book.result[i], result);
  book.unrealised[c] = addTo(book, book.cash[c], Kept.Unrealised, book.unrealised[c], result);
  book.rounding[c] += Math.abs(q) * book.quantum[i] * 0.5;
  // each part is at most the whole range, so a sum that left it is seen
  const isOut = book.quantum[i] > 0 && max(Math.abs(result), Math.abs(book.unrealised[c])) > EXACT * book.quantum[i];
  return isOut ? Status.BeyondExactRange : Status.Ok;
}

/** May every row of a change be held? The broken rule with the row in `badRow`, or Ok. */
export function mayChange(book: Book, n: i32, instrument: Indices, quantity: Column, isAmount: Indices, entry: Column): Status {
  for (let r = 0; r < n; r++) {
    const status = isFit(book, instrument[r], quantity[r], isAmount[r] != 0, entry[r]);
    if (status != Status.Ok) return fail(status, r);
  }
  return Status.Ok;
}

@inline function before(saved: usize, row: i32): usize {
  return saved + ((<usize>row * Before.Count) << 3);
}

/** Keeps what a row of a change will overwrite, in `saved` [rows][BEFORE]. */
export function keepPosition(book: Book, i: i32, saved: usize, row: i32): void {
  const at = changetype<Column>(before(saved, row));
  const r = book.rowOf[i];
  const c = level(book, book.settlementLevel).groupOf[i];
  const cash = book.cash[c];
  at[Before.Quantity] = r < 0 ? 0 : book.quantity[r];
  at[Before.Result] = r < 0 ? 0 : book.result[i];
  at[Before.CashResult] = book.rowOf[cash] < 0 ? 0 : book.result[cash];
  at[Before.Unrealised] = book.unrealised[c];
  at[Before.Rounding] = book.rounding[c];
  if (book.exact != 0) return;
  const parts = changetype<usize>(at) + (<usize>Before.Parts << 3);
  keepParts(book, i, r < 0, Kept.Quantity, parts, 0);
  keepParts(book, i, r < 0, Kept.Result, parts, 1);
  keepParts(book, cash, book.rowOf[cash] < 0, Kept.Result, parts, 2);
  keepParts(book, cash, false, Kept.Unrealised, parts, 3);
}

function keepParts(book: Book, i: i32, isNone: bool, which: Kept, to: usize, k: i32): void {
  const at = to + ((<usize>k * PARTS) << 3);
  if (isNone) memory.fill(at, 0, PARTS << 3);
  else memory.copy(at, partsOf(book, i, which), PARTS << 3);
}

@inline function putBackParts(book: Book, i: i32, which: Kept, from: usize, k: i32): void {
  memory.copy(partsOf(book, i, which), from + ((<usize>k * PARTS) << 3), PARTS << 3);
}

/** Puts back what `keepPosition` kept; of several rows the last one first, then `reorder`. */
export function putBackPosition(book: Book, i: i32, saved: usize, row: i32): void {
  const at = changetype<Column>(before(saved, row));
  const c = level(book, book.settlementLevel).groupOf[i];
  const cash = book.cash[c];
  enter(book, i);
  book.quantity[book.rowOf[i]] = at[Before.Quantity];
  if (book.exact == 0) {
    const parts = changetype<usize>(at) + (<usize>Before.Parts << 3);
    putBackParts(book, i, Kept.Quantity, parts, 0);
    putBackParts(book, i, Kept.Result, parts, 1);
    if (book.rowOf[cash] >= 0) putBackParts(book, cash, Kept.Result, parts, 2);
    putBackParts(book, cash, Kept.Unrealised, parts, 3);
  }
  book.result[i] = at[Before.Result];
  if (book.rowOf[cash] >= 0) book.result[cash] = at[Before.CashResult];
  book.unrealised[c] = at[Before.Unrealised];
  book.rounding[c] = at[Before.Rounding];
}

/**
 * Adds a quantity to the position in an instrument, entered at a price (NaN: at the mark, so that it brings no result). Where what is held is
 * not what it was (`holds`), rows and groups are then to be put in order by `reorder`.
 *
 * @returns `TooLarge`, `BeyondExactRange` or `EntryNotPositive` where the position or its result would be; what was added is then still there,
 *   and `putBackPosition` takes it out
 */
export function changePosition(book: Book, i: i32, quantity: f64, isAmount: bool, entry: f64): Status {
  enter(book, i);
  const from = book.quantity[book.rowOf[i]];
  const q = taken(book, i, quantity, isAmount);
  addQuantity(book, i, q);
  if (!isCounted(book, i)) return beyond(book);
  const to = book.quantity[book.rowOf[i]];
  if (book.kind[i] != InstrumentKind.Cash) {
    const c = level(book, book.settlementLevel).groupOf[i];
    book.rounding[c] += (Math.abs(to) - Math.abs(from)) * book.quantum[i] * 0.5;
  }
  for (let k = 0; k < book.factorsCount; k++) changeFactors(changetype<Factors>(word(book.factors, k)), i, from, to);
  return addResult(book, i, q, entry);
}

/** Is a position held of the instrument, or an order? */
export function holds(book: Book, i: i32): bool {
  const r = book.rowOf[i];
  return r >= 0 && (book.quantity[r] != 0 || isOrdered(book, i));
}

/** Puts rows in instrument order, and leaves out those that are not held any more. */
export function reorder(book: Book): void {
  settleClosed(book);
  sortByInstrument(book);
}

/** What was held before is forgotten. */
export function forgetRows(book: Book): void {
  for (let r = 0; r < book.rows; r++) book.rowOf[book.heldInstrument[r]] = -1;
  book.rows = 0;
  book.hasOrders = 0;
}

/** May this quantity be held? The broken rule, or Ok. */
function isFit(book: Book, i: i32, quantity: f64, isAmount: bool, entry: f64): Status {
  if (book.unfit[i] != Status.Ok) return <Status>book.unfit[i];
  if (!(Math.abs(quantity) < Infinity)) return Status.QuantityNotFinite;
  if (entry <= 0) return Status.EntryNotPositive;
  const exact = book.exact != 0;
  const isCash = book.kind[i] == InstrumentKind.Cash;
  if (!isCash && !(book.lot[i] > 0) && (exact || !isAmount)) return Status.LotMissing;
  if (!exact && Math.abs(taken(book, i, quantity, isAmount)) > EXACT) return Status.TooLarge;
  if (isCash || !exact) return Status.Ok;
  const lots = isAmount ? lotsOf(quantity, book.lot[i]) : quantity;
  if (Math.floor(lots) != lots) return Status.LotsNotWhole;
  return Math.abs(lots) > EXACT ? Status.BeyondExactRange : Status.Ok;
}

/** Is the quantity one that sums of it count exactly? A sum of cash in quanta is checked with the sums of what it is worth. */
@inline function isCounted(book: Book, i: i32): bool {
  if (book.exact != 0 && book.kind[i] == InstrumentKind.Cash) return true;
  return Math.abs(book.quantity[book.rowOf[i]]) <= EXACT;
}

@inline function beyond(book: Book): Status {
  return book.exact != 0 ? Status.BeyondExactRange : Status.TooLarge;
}

/** The sums that are kept of an instrument. */
enum Kept {
  Quantity,
  Bids,
  Asks,
  /** what positions have gained since their entries: of one instrument; of a currency, under its cash */
  Result,
  Unrealised,
  Count,
}

/** Whole lots, and results in quanta, add up exactly; fractional amounts are summed so that their order does not matter either. */
function addTo(book: Book, i: i32, which: Kept, total: f64, q: f64): f64 {
  if (book.exact != 0) return total + q;
  const parts = partsOf(book, i, which);
  add(parts, q);
  return value(parts);
}

@inline function addQuantity(book: Book, i: i32, q: f64): void {
  const r = book.rowOf[i];
  book.quantity[r] = addTo(book, i, Kept.Quantity, book.quantity[r], q);
}

/** A resting order of q > 0 to buy, < 0 to sell. */
function addOrder(book: Book, i: i32, q: f64): void {
  book.hasOrders = 1;
  // the sums of orders start with the first one
  if (book.exact == 0 && book.bids[i] == 0) memory.fill(partsOf(book, i, Kept.Bids), 0, PARTS << 3);
  if (book.exact == 0 && book.asks[i] == 0) memory.fill(partsOf(book, i, Kept.Asks), 0, PARTS << 3);
  if (q > 0) book.bids[i] = addTo(book, i, Kept.Bids, book.bids[i], q);
  else book.asks[i] = addTo(book, i, Kept.Asks, book.asks[i], 0 - q);
}

@inline function partsOf(book: Book, i: i32, which: Kept): usize {
  return book.parts + ((<usize>(i * Kept.Count + which) * PARTS) << 3);
}

@inline function isOrdered(book: Book, i: i32): bool {
  return book.bids[i] != 0 || book.asks[i] != 0;
}

/** Gives an instrument its row. */
function enter(book: Book, i: i32): void {
  if (book.rowOf[i] >= 0) return;
  book.rowOf[i] = book.rows;
  book.heldInstrument[book.rows] = i;
  book.quantity[book.rows] = 0;
  book.bids[i] = 0;
  book.asks[i] = 0;
  if (book.exact == 0) {
    memory.fill(partsOf(book, i, Kept.Quantity), 0, PARTS << 3);
    memory.fill(partsOf(book, i, Kept.Result), 0, PARTS << 3);
  }
  book.result[i] = 0;
  book.rows++;
}

/** A fault found while rows are entered: none of them stays. */
function refuse(book: Book, status: Status, r: i32): Status {
  forgetRows(book);
  return fail(status, r);
}

/**
 * An amount in lots. Both are decimals that were rounded to f64, so a quotient within 4 ulp of a whole number is that number:
 * decimals of up to 15 digits that are not a multiple differ by more.
 */
function lotsOf(amount: f64, lot: f64): f64 {
  const lots = amount / lot;
  const whole = nearest(lots);
  return Math.abs(lots - whole) <= 2 * f64.EPSILON * Math.abs(lots) ? whole : lots;
}

/** The quantity that the book sums: lots where it is exact, amounts where it is not; cash in quanta. */
function taken(book: Book, i: i32, x: f64, isAmount: bool): f64 {
  if (book.kind[i] == InstrumentKind.Cash) return round(x, book.quantum[i]);
  if (book.exact != 0) return isAmount ? lotsOf(x, book.lot[i]) : x;
  return isAmount ? x : x * book.lot[i];
}

/**
 * From entry to mark, of one lot in settlement currency: linear amount·(mark − entry); inverse base·(mark/entry − 1). 0 for what is
 * owned outright. Rounded once per lot, so that splitting a position changes no bit.
 */
function resultPerLot(book: Book, i: i32, entry: f64): f64 {
  const kind = book.kind[i];
  if (kind != InstrumentKind.Future && kind != InstrumentKind.Perpetual) return 0;
  const mark = input(book, Input.Mark)[i];
  const amount = book.baseAmount[i];
  const result = book.inverse[i] != 0 ? amount * ((mark - entry) / entry) : amount * (mark - entry);
  return round(result, book.quantum[i]);
}

/** What nets to nothing is not held; a result that it leaves is held as cash. */
function settleClosed(book: Book): void {
  const settlementOf = level(book, book.settlementLevel).groupOf;
  const rows = book.rows;
  for (let r = 0; r < rows; r++) {
    const i = book.heldInstrument[r];
    if (book.kind[i] == InstrumentKind.Cash || book.quantity[r] != 0 || book.result[i] == 0) continue;
    const cash = book.cash[settlementOf[i]];
    enter(book, cash);
    book.result[cash] = addTo(book, cash, Kept.Result, book.result[cash], book.result[i]);
  }
  let kept = 0;
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    const isHeld = book.quantity[r] != 0 || isOrdered(book, i) || (book.kind[i] == InstrumentKind.Cash && book.result[i] != 0);
    book.rowOf[i] = -1;
    if (!isHeld) continue;
    book.heldInstrument[kept] = i;
    book.quantity[kept] = book.quantity[r];
    kept++;
  }
  book.rows = kept;
}

/**
 * Positions often come in order; an insertion sort then costs one pass. Long disorder goes through all instruments where they are not many more
 * than rows, else to a heap sort.
 */
function sortByInstrument(book: Book): void {
  const n = book.rows;
  for (let r = 1; r < n; r++) {
    if (book.heldInstrument[r - 1] > book.heldInstrument[r]) {
      if (n <= 32) insertionSort(book, n);
      else if (book.instruments < 8 * n) sortByPass(book, n);
      else heapSort(book, n);
      break;
    }
  }
  for (let r = 0; r < n; r++) book.rowOf[book.heldInstrument[r]] = r;
}

function insertionSort(book: Book, n: i32): void {
  for (let r = 1; r < n; r++) {
    const i = book.heldInstrument[r];
    const q = book.quantity[r];
    let to = r;
    while (to > 0 && book.heldInstrument[to - 1] > i) {
      book.heldInstrument[to] = book.heldInstrument[to - 1];
      book.quantity[to] = book.quantity[to - 1];
      to--;
    }
    book.heldInstrument[to] = i;
    book.quantity[to] = q;
  }
}

/** Every instrument in turn, the held ones by their row: linear. */
function sortByPass(book: Book, n: i32): void {
  const quantity = book.rowBound;
  for (let r = 0; r < n; r++) {
    quantity[r] = book.quantity[r];
    book.rowOf[book.heldInstrument[r]] = r;
  }
  let to = 0;
  for (let i = 0; i < book.instruments; i++) {
    const r = book.rowOf[i];
    if (r < 0) continue;
    book.heldInstrument[to] = i;
    book.quantity[to] = quantity[r];
    to++;
  }
}

function heapSort(book: Book, n: i32): void {
  for (let root = (n >> 1) - 1; root >= 0; root--) sink(book, root, n);
  for (let end = n - 1; end > 0; end--) {
    swap(book, 0, end);
    sink(book, 0, end);
  }
}

function sink(book: Book, root: i32, end: i32): void {
  while (true) {
    let child = 2 * root + 1;
    if (child >= end) return;
    if (child + 1 < end && book.heldInstrument[child] < book.heldInstrument[child + 1]) child++;
    if (book.heldInstrument[root] >= book.heldInstrument[child]) return;
    swap(book, root, child);
    root = child;
  }
}

function swap(book: Book, a: i32, b: i32): void {
  const i = book.heldInstrument[a];
  book.heldInstrument[a] = book.heldInstrument[b];
  book.heldInstrument[b] = i;
  const q = book.quantity[a];
  book.quantity[a] = book.quantity[b];
  book.quantity[b] = q;
}
