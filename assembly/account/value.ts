/**
 * Money of one lot. What is owned outright (options, spot) is paid for; a future or perpetual gains from its price to the next one, so that
 *
 *   unrealised = Σ lots·V(mark) − Σ over fills lots·V(price)      V(p) = lot·p, or of an inverse contract of so much quote −lot/p
 *
 * and the second sum is one number for each currency. Each V is rounded once to the quantum, so fills in any order end at the same bits.
 */
import { InstrumentKind, Input } from "../record/opcodes";
import { input, level, Book } from "../record/book";
import { Column } from "../memory/column";
import { round } from "../market/quantum";
import { Venue } from "../record/venue";

@inline export function isOwned(book: Book, i: i32): bool {
  return book.kind[i] == InstrumentKind.Option || book.kind[i] == InstrumentKind.Spot;
}

/** V(price) of one lot in settlement currency, rounded; NaN where an inverse contract is not counted in quote currency. */
export function valueOfLot(book: Book, i: i32, price: f64): f64 {
  if (isOwned(book, i) || book.inverse[i] == 0) return round(book.baseAmount[i] * price, book.quantum[i]);
  return book.quoteLots[i] != 0 ? round((0 - book.lot[i]) / price, book.quantum[i]) : NaN;
}

/** V(mark) of one lot of every future and perpetual, once the market is in. */
export function markAll(venue: Venue): void {
  const book = venue.book;
  const mark = input(book, Input.Mark);
  for (let i = 0; i < book.instruments; i++) {
    const gains = book.kind[i] == InstrumentKind.Future || book.kind[i] == InstrumentKind.Perpetual;
    venue.marked[i] = gains ? valueOfLot(book, i, mark[i]) : 0;
  }
}

@inline export function currencyOf(book: Book, i: i32): i32 {
  return level(book, book.settlementLevel).groupOf[i];
}

/** Is |x| within the range in which multiples of the currency's quantum are exact? */
@inline export function isExact(book: Book, i: i32, x: f64): bool {
  return Math.abs(x) <= 9007199254740992 * book.quantum[i]; // 2⁵³
}

@inline export function costs(venue: Venue, money: Column): Column {
  return changetype<Column>(changetype<usize>(money) + (<usize>venue.currencies << 3));
}
