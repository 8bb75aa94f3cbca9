/**
 * Payoffs at expiry: R[i, s] is what one lot of instrument i pays where its expiry settles at price S of row s, with nothing taken off.
 *
 *   option θ·(S − K)⁺, dated future S − F₀ at today's mark; in coin divided by S; 0 of what does not expire
 *
 * In the model's currency it is worth p_c(S)/p_0(S) for each unit of settlement currency c, where a price p that moves with the underlying
 * is p·S/S₀. Of coin paid by an inverse contract S cancels, so price 0 has a value there; in a coin it has none, and no row counts it.
 */
import { InstrumentKind, Input, SetKind } from "../record/opcodes";
import { input, level, Book, ScenarioSet } from "../record/book";
import { Status } from "../record/status";
import { round } from "../market/quantum";

/** R and the largest |R| of every instrument that is fit to be held; values today are no part of it. */
export function settle(book: Book, set: ScenarioSet): void {
  const bytes = <usize>set.stride << 3;
  for (let i = 0; i < book.instruments; i++) {
    if (book.unfit[i] != Status.Ok) continue;
    if (changetype<usize>(book.touched) != 0 && book.touched[i] == 0) continue;
    const row = set.risk + <usize>i * bytes;
    memory.fill(row, 0, bytes);
    set.base[i] = 0;
    set.largest[i] = 0;
    const kind = book.kind[i];
    if (kind == InstrumentKind.Option || kind == InstrumentKind.Future) settleRow(book, set, i, row);
  }
}

function settleRow(book: Book, set: ScenarioSet, i: i32, row: usize): void {
  const expiry = level(book, set.priceLevel).groupOf[i];
  const prices = set.prices + ((<usize>expiry * <usize>set.rows) << 3);
  const amount = book.baseAmount[i];
  const quantum = set.quantum[i];
  let most: f64 = 0;
  for (let s: usize = 0; s < <usize>set.rows << 3; s += 8) {
    const S = load<f64>(prices + s);
    if (isNaN(S)) break; // behind the last strike
    const p = round(amount * inUnit(book, set, i, payoff(book, i, S), S), quantum);
    store<f64>(row + s, p);
    most = max(most, Math.abs(p));
  }
  set.largest[i] = most;
}

/** Of one unit of base in quote currency. */
function payoff(book: Book, i: i32, S: f64): f64 {
  if (book.kind[i] == InstrumentKind.Future) return S - input(book, Input.Mark)[i];
  return max(book.callPut[i] * (S - book.strike[i]), 0);
}

/** An amount of quote currency, paid as the instrument pays, in the unit of the set. 0 where the unit is worth nothing. */
function inUnit(book: Book, set: ScenarioSet, i: i32, x: f64, S: f64): f64 {
  const isCoin = book.inverse[i] != 0;
  if (set.kind == SetKind.Settlement) {
    if (S == 0 && (set.worthless[i] & 1) != 0) return 0;
    return isCoin ? x / S : x;
  }
  const moves = (set.worthless[i] & 2) != 0; // the model's currency
  if (S == 0 && moves) return 0;
  const c = level(book, book.settlementLevel).groupOf[i];
  const own = book.modelCurrency;
  if (c == own) return isCoin ? x / S : x;
  const rate = book.price[c] / book.price[own];
  const spot = input(book, Input.Spot)[i];
  // a coin's price falls as the underlying's does: of one that an inverse contract pays, S is out of it
  let value = isCoin ? (x / spot) * rate : (set.worthless[i] & 1) != 0 ? x * rate * (S / spot) : x * rate;
  if (moves) value *= spot / S;
  return value;
}
