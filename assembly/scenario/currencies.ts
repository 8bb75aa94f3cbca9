/**
 * X[c, s]: the value of one unit of settlement currency c in the model's currency, in every row of a set.
 *
 *   X = p_c·(1 + m_c)(1 + e_c) / ( p_0·(1 + m_0)(1 + e_0) )
 *
 * p price today in USD, m the move of the currency's underlying (0 where it has none), e the row's move of the currency against USD
 * (USD has none); 1 exactly for the model's own.
 */
import { RowField } from "../record/opcodes";
import { level, Book, ScenarioSet } from "../record/book";
import { gather, uses, vector } from "./moves";

export function currencyRows(book: Book, set: ScenarioSet): void {
  const currencies = level(book, book.settlementLevel).groups;
  for (let c = 0; c < currencies; c++) values(book, set, c, valuesOf(set, c));
  const own = book.modelCurrency;
  for (let c = 0; c < currencies; c++) {
    if (c == own) continue;
    for (let s = 0; s < set.stride; s++) {
      const at = <usize>s << 3;
      store<f64>(valuesOf(set, c) + at, load<f64>(valuesOf(set, c) + at) / load<f64>(valuesOf(set, own) + at));
    }
  }
  for (let s = 0; s < set.stride; s++) store<f64>(valuesOf(set, own) + (<usize>s << 3), 1);
}

@inline export function valuesOf(set: ScenarioSet, currency: i32): usize {
  return set.currencies + ((<usize>currency * <usize>set.stride) << 3);
}

function values(book: Book, set: ScenarioSet, c: i32, out: usize): void {
  const cash = book.cash[c];
  const moves = (book.moves[c] & 1) != 0;
  const depegs = (book.moves[c] & 2) != 0 && uses(set, RowField.Currency);
  if (moves) gather(book, set, RowField.Spot, cash);
  if (depegs) gather(book, set, RowField.Currency, cash);
  for (let s = 0; s < set.stride; s++) {
    const at = <usize>s << 3;
    let x = book.price[c];
    if (moves) x *= 1 + load<f64>(vector(set, RowField.Spot) + at);
    if (depegs) x *= 1 + load<f64>(vector(set, RowField.Currency) + at);
    store<f64>(out + at, x);
  }
}
