/** What is known of each instrument once the market is in: is it fit to be held, what is one lot, to what is it rounded. */
import { InstrumentKind, Input } from "../model/opcodes";
import { input, level, Book } from "../model/book";
import { Status } from "../api/status";

/** 2^(⌈log₂ largest⌉ − 53): sums up to `largest` of its multiples are exact in f64. */
export function quantum(largest: f64): f64 {
  const bits = reinterpret<u64>(largest);
  const power = (bits >> 52) - 1023 + <u64>((bits & 0xfffffffffffff) != 0);
  return reinterpret<f64>((power - 53 + 1023) << 52);
}

/** The power of two nearest to x in its logarithm, for normal x > 0. */
export function nearestPower(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  const mantissa = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  return reinterpret<f64>((bits & 0x7ff0000000000000) + (<u64>(mantissa > 1.4142135623730951) << 52)); // √2
}

/** Base units of one lot, quanta, and for each instrument the reason why it cannot be held. */
export function fit(book: Book): void {
  const settlementOf = level(book, book.settlementLevel).groupOf;
  const spot = input(book, Input.Spot);
  for (let i = 0; i < book.instruments; i++) {
    const kind = book.kind[i];
    book.unfit[i] = fitness(book, i, kind);
    const c = settlementOf[i];
    const lot = book.exact != 0 && kind != InstrumentKind.Cash ? book.lot[i] : 1;
    book.baseAmount[i] = book.quoteLots[i] != 0 ? lot / input(book, Input.Mark)[i] : lot;
    if (book.exact == 0) {
      book.quantum[i] = 0;
      book.baseQuantum[i] = 0;
      book.quoteQuantum[i] = 0;
      book.modelQuantum[i] = 0;
      continue;
    }
    const q = quantum(book.largestTotal[c]);
    const price = spot[i] / book.price[c];
    const base = price > 0 && kind != InstrumentKind.Cash ? q / nearestPower(price) : q;
    book.quantum[i] = q;
    book.baseQuantum[i] = base;
    book.quoteQuantum[i] = spot[i] > 0 ? base * nearestPower(spot[i]) : q;
    book.modelQuantum[i] = quantum(book.largestTotal[book.modelCurrency]);
  }
}

function fitness(book: Book, i: i32, kind: i32): Status {
  if (kind == InstrumentKind.Cash) return Status.Ok;
  const tau = input(book, Input.Tau)[i];
  if (kind == InstrumentKind.Option) {
    if (!(tau > 0)) return Status.Expired;
    // NaN fails each of these too
    if (!(input(book, Input.Forward)[i] + input(book, Input.ForwardFixed)[i] > 0)) return Status.ForwardNotPositive;
    if (!(input(book, Input.Vol)[i] > 0)) return Status.VolNotPositive;
    if (!(input(book, Input.Discount)[i] > 0)) return Status.DiscountNotPositive;
    return Status.Ok;
  }
  if (kind == InstrumentKind.Future && !(tau > 0)) return Status.Expired;
  if (!(input(book, Input.Mark)[i] > 0)) return Status.MarkNotPositive;
  return Status.Ok;
}
