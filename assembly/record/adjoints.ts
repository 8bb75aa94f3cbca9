/** Adjoints of the account program's columns, which lie as far behind them as `Book` says. */
import { Book } from "./book";
import { column } from "./instruction";

/** The adjoint column of a column of the account program; 0 for one of the tick, which does not depend on positions. */
@inline export function adjoint(book: Book, address: usize): usize {
  const offset = address - book.columns;
  return address >= book.columns && offset < <usize>book.columnBytes ? book.adjoints + offset : 0;
}

@inline export function give(book: Book, address: usize, i: i32, x: f64): void {
  const to = adjoint(book, address);
  if (to != 0) column(to)[i] += x;
}
