/** What is known of each instrument once the market is in: is it fit to be held, what is one lot, to what is it rounded. */
import { InstrumentKind, Input } from "../record/opcodes";
import { input, level, Book } from "../record/book";
import { baseOfQuoteLots } from "../pricing/payoff";
import { Status } from "../record/status";
import { nearestPower, quantum } from "./quantum";
import { isMeanKnown } from "./settling";

/** Base units of one lot, quanta, and for each instrument the reason why it cannot be held. */
export function fit(book: Book): void {
  const settlementOf = level(book, book.settlementLevel).groupOf;
  const spot = input(book, Input.Spot);
  for (let i = 0; i < book.instruments; i++) {
    const kind = book.kind[i];
    const priced = fitness(book, i, kind);
    book.unpriced[i] = priced;
    // without rows that reprice it, an option may be held whose price nobody knows
    book.unfit[i] = book.isRepriced == 0 && kind == InstrumentKind.Option && priced != Status.Expired ? Status.Ok : priced;
    const c = settlementOf[i];
    const lot = book.exact != 0 && kind != InstrumentKind.Cash ? book.lot[i] : 1;
    book.baseAmount[i] = book.quoteLots[i] != 0 ? baseOfQuoteLots<f64>(1, lot, input(book, Input.Mark)[i]) : lot;
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

/** A settlement window, in years: a week. Longer ones are in another unit. */
const LONGEST_WINDOW: f64 = 7.0 / 365.0;

function fitness(book: Book, i: i32, kind: i32): Status {
  if (kind == InstrumentKind.Cash || kind == InstrumentKind.Sensitivity) return Status.Ok;
  if (!(input(book, Input.Window)[i] >= 0 && input(book, Input.Window)[i] <= LONGEST_WINDOW)) return Status.WindowOutOfRange;
  const tau = input(book, Input.Tau)[i];
  if (kind == InstrumentKind.Option) {
    if (!(tau > 0)) return Status.Expired;
    // NaN fails each of these too
    if (!(input(book, Input.Forward)[i] + input(book, Input.ForwardFixed)[i] > 0)) return Status.ForwardNotPositive;
    if (input(book, Input.SliceCount)[i] > 0 && !(input(book, Input.EventTau)[i] > 0)) return Status.EventTauNotPositive;
    if (!(input(book, Input.Vol)[i] > 0)) return Status.VolNotPositive;
    if (!(input(book, Input.Discount)[i] > 0)) return Status.DiscountNotPositive;
    if (!isMeanKnown(book, i)) return Status.MeanNotPositive;
    return Status.Ok;
  }
  if (kind == InstrumentKind.Future && !(tau > 0)) return Status.Expired;
  if (!(input(book, Input.Mark)[i] > 0)) return Status.MarkNotPositive;
  return Status.Ok;
}
