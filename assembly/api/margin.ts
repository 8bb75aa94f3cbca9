/** A book for the host: bind it, give it accounts, read what follows. The host lays the record out (model/book.ts). */
import { Column, Indices } from "../memory/column";
import { badRow, fail, succeed } from "../record/failure";
import { Status } from "../record/status";
import { fit } from "../market/instruments";
import { scenarioSet, Book } from "../record/book";
import { bindAggregations, runAccount, runTick } from "../model/program";
import * as shareOf from "../model/shares";
import { column } from "../record/instruction";
import { SetKind, Sharing } from "../record/opcodes";
import { hold, release } from "../portfolio/groups";
import { changePosition, holds, keepPosition, mayChange, putBackPosition, reorder, take } from "../portfolio/positions";
import { currencyRows } from "../scenario/currencies";
import { readArrays } from "../scenario/given-arrays";
import { reprice } from "../scenario/risk-arrays";
import { settle } from "../scenario/settlement-rows";

/**
 * Evaluates market facts and reprices every instrument in every scenario set, after the host has written them.
 *
 * The tick program runs in three parts: what instruments need to be valued, what needs their values, what needs their rows.
 *
 * @param inputs   number of instructions of the tick program before instruments are looked at
 * @param repriced number of those before they are repriced
 */
export function bind(address: usize, inputs: i32, repriced: i32): Status {
  const book = changetype<Book>(address);
  runTick(book, 0, inputs);
  fit(book);
  runTick(book, inputs, repriced);
  for (let s = 0; s < book.setCount; s++) {
    const set = scenarioSet(book, s);
    if (set.kind == SetKind.Rows) reprice(book, set);
    else if (set.kind == SetKind.Given) readArrays(book, set);
    else settle(book, set);
    currencyRows(book, set);
  }
  runTick(book, repriced, book.tickLength);
  bindAggregations(book);
  return succeed();
}

/**
 * The same after some facts were written: only the instruments that `touched` marks are repriced.
 *
 * @param touched [instruments] i32, 1 where an instrument is to be repriced
 */
export function rebind(address: usize, inputs: i32, repriced: i32, touched: usize): Status {
  const book = changetype<Book>(address);
  book.touched = changetype<Indices>(touched);
  const status = bind(address, inputs, repriced);
  book.touched = changetype<Indices>(0);
  return status;
}

/**
 * Takes an account and evaluates it; what it held before is forgotten.
 *
 * @param rows       number of positions, balances and resting orders
 * @param orders     how many of them, the last ones, are resting orders
 * @param instrument [rows] index of the instrument, i32; of cash for a balance
 * @param quantity   [rows] lots, or amounts in the unit of the lot
 * @param isAmount   [rows] i32, 1 where the quantity is an amount
 * @param entry      [rows] entry price, NaN where not given
 * @returns `Expired`, `ForwardNotPositive`, `VolNotPositive`, `DiscountNotPositive`, `MarkNotPositive`, `QuantityNotFinite`,
 *   `LotMissing`, `LotsNotWhole`, `EntryNotPositive` (`badRow` is the row), `BeyondExactRange` (`badRow` is the row, or the instrument where
 *   a sum is out of range), or `Ok`
 */
export function evaluate(
  address: usize,
  rows: i32,
  orders: i32,
  instrument: usize,
  quantity: usize,
  isAmount: usize,
  entry: usize,
): Status {
  const book = changetype<Book>(address);
  release(book);
  if (rows < 0 || orders < 0 || orders > rows) return fail(Status.RowCountNegative, -1);
  book.isChange = 0;
  const status = take(book, rows, orders, changetype<Indices>(instrument), column(quantity), changetype<Indices>(isAmount), column(entry));
  if (status != Status.Ok) return status;
  hold(book);
  return runAccount(book);
}

/**
 * Adds quantities to positions of the account at hand (negative ones take away; balances likewise) and evaluates it again. What it was
 * evaluated to is reused where it has not changed; the result has the same bits as `evaluate` of the changed account.
 *
 * @param rows       number of changes
 * @param instrument [rows] index of the instrument, i32; of cash for a balance
 * @param quantity   [rows] lots, or amounts in the unit of the lot, to be added
 * @param isAmount   [rows] i32, 1 where the quantity is an amount
 * @param saved      [rows][BEFORE] is written: what stood there before, for `restore`
 * @returns as `evaluate`, or `TooLarge`; after any status but `Ok` the account is as it was
 */
export function change(address: usize, rows: i32, instrument: usize, quantity: usize, isAmount: usize, saved: usize): Status {
  const book = changetype<Book>(address);
  const instruments = changetype<Indices>(instrument);
  if (rows < 0) return fail(Status.RowCountNegative, -1);
  const status = mayChange(book, rows, instruments, column(quantity), changetype<Indices>(isAmount));
  if (status != Status.Ok) return status;
  let isNew = false;
  for (let r = 0; r < rows; r++) {
    const i = instruments[r];
    const wasHeld = holds(book, i);
    keepPosition(book, i, saved, r);
    const changed = changePosition(book, i, column(quantity)[r], changetype<Indices>(isAmount)[r] != 0);
    if (changed != Status.Ok) {
      putBack(book, r + 1, instruments, saved);
      return fail(changed, r);
    }
    if (!wasHeld || !holds(book, i)) isNew = true;
  }
  if (isNew) order(book);
  book.isChange = 1;
  book.changed = instruments;
  book.changedCount = rows;
  book.isPartial = isNew ? 0 : 1;
  const result = runAccount(book);
  book.isPartial = 0;
  if (result == Status.Ok) return succeed();
  const row = badRow();
  putBack(book, rows, instruments, saved);
  return fail(result, row);
}

/**
 * Takes back the last change, for a host that found no number in its result. The arguments are those of the change: what was kept is put
 * back and sums are built anew, since not every number can be taken away from a sum.
 */
export function restore(address: usize, rows: i32, instrument: usize, saved: usize): Status {
  return putBack(changetype<Book>(address), rows, changetype<Indices>(instrument), saved);
}

/** The last row first: an instrument may be in several. */
function putBack(book: Book, rows: i32, instrument: Indices, saved: usize): Status {
  for (let r = rows - 1; r >= 0; r--) putBackPosition(book, instrument[r], saved, r);
  order(book);
  book.isChange = 0;
  return runAccount(book);
}

function order(book: Book): void {
  release(book);
  reorder(book);
  hold(book);
}

/**
 * What each held instrument contributes to one value of the last account: q·∂value/∂q, in instrument order.
 *
 * @param last  number of the last instruction that the value depends on
 * @param value address of the value's column
 * @param group place of the held group
 * @param out   [held instruments]
 * @returns a `Sharing`: whether they add up to the value as they are, or were scaled to it
 */
export function shares(address: usize, last: i32, value: usize, group: i32, out: usize): Sharing {
  return shareOf.shares(changetype<Book>(address), last, value, group, column(out));
}

/** Profit and loss of each held instrument in every row of a set, quantity × R, into `out` [held instruments][rows]. */
export function riskArrays(address: usize, set: i32, out: usize): Status {
  const book = changetype<Book>(address);
  const rowsOf = scenarioSet(book, set);
  let to = out;
  for (let r = 0; r < book.rows; r++) {
    const R = rowsOf.risk + ((<usize>book.heldInstrument[r] * <usize>rowsOf.stride) << 3);
    for (let s = 0; s < rowsOf.rows; s++, to += 8) store<f64>(to, book.quantity[r] * load<f64>(R + (<usize>s << 3)));
  }
  return succeed();
}
