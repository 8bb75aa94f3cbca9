/** Columns by instrument that models measure positions with: option values, Greeks, and any measure brought to one lot. */
import { Column } from "../memory/column";
import { Greek, InstrumentKind, Input } from "../record/opcodes";
import { input, Book, ScenarioSet } from "../record/book";
import { Status } from "../record/status";
import { log } from "../math/exp-log";
import { greeks } from "../pricing/greeks";
import { prices } from "../pricing/price-columns";
import { round } from "./quantum";
import { openPart, settledPart, strikeOf, varianceTau } from "./settling";

// the kernels work on blocks of options: eight columns of inputs, eight of outputs
const ROWS = 64;
const COLUMN: usize = 8 * ROWS;
const inputs: usize = memory.data(8 * 8 * ROWS, 16);
const outputs: usize = memory.data(8 * 8 * ROWS, 16);
const rows: usize = memory.data(4 * ROWS, 16);

/** Black-76 value of one unit of base in settlement currency: coin where the payoff is inverse. NaN where it is no option. */
export function optionValues(book: Book, to: Column): void {
  let n = 0;
  for (let i = 0; i < book.instruments; i++) {
    to[i] = NaN;
    if (isValued(book, i)) n = put(book, n, i, -1, to);
  }
  flush(book, n, -1, to);
}

/** A Greek per unit of base: ∂V/∂F is 1 for futures (in a settlement window the open part), perpetuals and spot, the others 0; all are 0 for cash. */
export function greekColumn(book: Book, which: Greek, to: Column): void {
  let n = 0;
  for (let i = 0; i < book.instruments; i++) {
    const kind = book.kind[i];
    if (kind == InstrumentKind.Future) to[i] = which == Greek.Delta ? openPart(book, i) : 0;
    else if (kind != InstrumentKind.Option) to[i] = which == Greek.Delta && kind < InstrumentKind.Cash ? 1 : 0;
    else if (!isValued(book, i)) to[i] = NaN;
    else n = put(book, n, i, which, to);
  }
  flush(book, n, which, to);
}

/** Puts an option into the block as row n, and works the block off when it is full; the rows then in it. */
function put(book: Book, n: i32, i: i32, which: i32, to: Column): i32 {
  const at = inputs + (<usize>n << 3);
  const t = tau(book, i);
  const D = discount(book, i);
  const K = strikeOf(book, i);
  if (K <= 0) {
    to[i] = certain(which, book.callPut[i], forward(book, i), K, t, D) * openPart(book, i);
    if (which < 0 && book.inverse[i] != 0) to[i] /= settlementForward(book, i);
    return n;
  }
  store<f64>(at, forward(book, i));
  store<f64>(at + COLUMN, K);
  store<f64>(at + 2 * COLUMN, t);
  store<f64>(at + 3 * COLUMN, Math.sqrt(varianceTau(book, i)));
  store<f64>(at + 4 * COLUMN, vol(book, i));
  store<f64>(at + 5 * COLUMN, D == 1 ? 0 : (0 - log(D)) / t); // r of D = e^(−r·τ)
  store<f64>(at + 6 * COLUMN, D);
  store<f64>(at + 7 * COLUMN, book.callPut[i]);
  store<i32>(rows + (<usize>n << 2), i);
  if (n + 1 < ROWS) return n + 1;
  flush(book, ROWS, which, to);
  return 0;
}

/** Value (`which` −1) or Greek of one unit of a call that is exercised for certain; of its put, 0. */
function certain(which: i32, callPut: f64, F: f64, K: f64, t: f64, D: f64): f64 {
  const value = callPut < 0 ? 0 : D * (F - K);
  if (which < 0) return value;
  if (which == Greek.Delta) return callPut < 0 ? 0 : D;
  return which == Greek.Theta ? ((0 - log(D)) / t) * value : 0;
}

/** Works the block off; `which` −1 for values. Behind an odd last row the kernels find an earlier row, or zeros. */
function flush(book: Book, n: i32, which: i32, to: Column): void {
  if (n == 0) return;
  const strike = inputs + COLUMN;
  const t = inputs + 2 * COLUMN;
  const sqrtTau = inputs + 3 * COLUMN;
  const sigma = inputs + 4 * COLUMN;
  const rate = inputs + 5 * COLUMN;
  const D = inputs + 6 * COLUMN;
  const callPut = inputs + 7 * COLUMN;
  if (which < 0) prices(n, inputs, strike, sqrtTau, sigma, D, callPut, outputs);
  else greeks(n, inputs, strike, t, sqrtTau, sigma, rate, D, callPut, outputs, COLUMN);
  const answers = outputs + <usize>(which + 1) * COLUMN; // price, delta, gamma, vega, theta, …
  for (let r = 0; r < n; r++) {
    const i = load<i32>(rows + (<usize>r << 2));
    const x = load<f64>(answers + (<usize>r << 3)) * openPart(book, i);
    to[i] = which < 0 && book.inverse[i] != 0 ? x / settlementForward(book, i) : x;
  }
}

/** A measure per unit of base → per lot, rounded to the instrument's quantum of it. */
export function perLot(book: Book, measure: Column, quantum: Column, to: Column): void {
  for (let i = 0; i < book.instruments; i++) to[i] = round(measure[i] * book.baseAmount[i], quantum[i]);
}

/** Profit and loss per unit of base in one row of a scenario set, in settlement currency. */
export function rowResults(book: Book, set: ScenarioSet, row: i32, to: Column): void {
  for (let i = 0; i < book.instruments; i++) {
    const R = load<f64>(set.risk + ((<usize>i * <usize>set.stride + <usize>row) << 3));
    to[i] = R == 0 ? 0 : R / book.baseAmount[i];
  }
}

@inline function isValued(book: Book, i: i32): bool {
  return book.kind[i] == InstrumentKind.Option && book.unpriced[i] == Status.Ok;
}

@inline function forward(book: Book, i: i32): f64 {
  return input(book, Input.Forward)[i] + input(book, Input.ForwardFixed)[i];
}

/** What the option settles on, as expected; a coin payoff is divided by it. */
@inline function settlementForward(book: Book, i: i32): f64 {
  return openPart(book, i) * forward(book, i) + settledPart(book, i);
}

@inline function tau(book: Book, i: i32): f64 {
  return input(book, Input.Tau)[i];
}

@inline function vol(book: Book, i: i32): f64 {
  return input(book, Input.Vol)[i];
}

@inline function discount(book: Book, i: i32): f64 {
  return input(book, Input.Discount)[i];
}
