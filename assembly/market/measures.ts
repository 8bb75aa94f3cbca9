/** Columns by instrument that models measure positions with: option values, Greeks, and any measure brought to one lot. */
import { Column } from "../memory/column";
import { Greek, InstrumentKind, Input } from "../model/opcodes";
import { input, Book } from "../model/book";
import { Status } from "../api/status";
import { log } from "../math/exp-log";
import * as black76 from "../pricing/black76";
import { greeks } from "../pricing/greeks";
import { round } from "../scenario/risk-arrays";

/** Black-76 value of one unit of base in settlement currency: coin where the payoff is inverse. NaN where it is no option. */
export function optionValues(book: Book, to: Column): void {
  for (let i = 0; i < book.instruments; i++) {
    if (!isValued(book, i)) {
      to[i] = NaN;
      continue;
    }
    const F = forward(book, i);
    const value = black76.price(F, book.strike[i], tau(book, i), vol(book, i), discount(book, i), book.callPut[i]);
    to[i] = book.inverse[i] != 0 ? value / F : value;
  }
}

// the Greeks kernel works on blocks of options: eight columns of inputs, eight of outputs
const ROWS = 64;
const COLUMN: usize = 8 * ROWS;
const inputs: usize = memory.data(8 * 8 * ROWS, 16);
const outputs: usize = memory.data(8 * 8 * ROWS, 16);
const rows: usize = memory.data(4 * ROWS, 16);

/** Greeks kernel output of each Greek: price, delta, gamma, vega, theta, … */
@inline function outputOf(which: Greek): usize {
  return outputs + (<usize>which + 1) * COLUMN;
}

/** A Greek per unit of base: ∂V/∂F is 1 for futures, perpetuals and spot, the others 0; all are 0 for cash. */
export function greekColumn(book: Book, which: Greek, to: Column): void {
  let n = 0;
  for (let i = 0; i < book.instruments; i++) {
    const kind = book.kind[i];
    if (kind != InstrumentKind.Option) {
      to[i] = which == Greek.Delta && kind != InstrumentKind.Cash ? 1 : 0;
    } else if (!isValued(book, i)) {
      to[i] = NaN;
    } else {
      write(book, n, i);
      n++;
      if (n == ROWS) {
        read(n, which, to);
        n = 0;
      }
    }
  }
  if (n > 0) read(n, which, to);
}

function write(book: Book, n: i32, i: i32): void {
  const at = inputs + (<usize>n << 3);
  const t = tau(book, i);
  const D = discount(book, i);
  store<f64>(at, forward(book, i));
  store<f64>(at + COLUMN, book.strike[i]);
  store<f64>(at + 2 * COLUMN, t);
  store<f64>(at + 3 * COLUMN, Math.sqrt(t));
  store<f64>(at + 4 * COLUMN, vol(book, i));
  store<f64>(at + 5 * COLUMN, D == 1 ? 0 : (0 - log(D)) / t); // r of D = e^(−r·τ)
  store<f64>(at + 6 * COLUMN, D);
  store<f64>(at + 7 * COLUMN, book.callPut[i]);
  store<i32>(rows + (<usize>n << 2), i);
}

function read(n: i32, which: Greek, to: Column): void {
  greeks(
    n,
    inputs,
    inputs + COLUMN,
    inputs + 2 * COLUMN,
    inputs + 3 * COLUMN,
    inputs + 4 * COLUMN,
    inputs + 5 * COLUMN,
    inputs + 6 * COLUMN,
    inputs + 7 * COLUMN,
    outputs,
    COLUMN,
  );
  for (let r = 0; r < n; r++) {
    to[load<i32>(rows + (<usize>r << 2))] = load<f64>(outputOf(which) + (<usize>r << 3));
  }
}

/** A measure per unit of base → per lot, rounded to the instrument's quantum of it. */
export function perLot(book: Book, measure: Column, quantum: Column, to: Column): void {
  for (let i = 0; i < book.instruments; i++) to[i] = round(measure[i] * book.baseAmount[i], quantum[i]);
}

@inline function isValued(book: Book, i: i32): bool {
  return book.kind[i] == InstrumentKind.Option && book.unfit[i] == Status.Ok;
}

@inline function forward(book: Book, i: i32): f64 {
  return input(book, Input.Forward)[i] + input(book, Input.ForwardFixed)[i];
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
