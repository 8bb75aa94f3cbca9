/**
 * Sums over positions by group: P[g, s] = Σ q·R[i, s], M[g] = Σ q·base, x[g] = Σ q·measure.
 *
 * Where lots are whole and R is in quanta each product and sum is exact, so order and grouping do not matter (docs/architecture.md,
 * exactness). The bound Σ|q|·max|R| is kept beside every sum; beyond 2⁵³ quanta it is an error, never a wrong number.
 */
import { Column, Indices } from "../memory/column";
import { level, Book, ScenarioSet } from "../record/book";
import { fail } from "../record/failure";
import { SetKind } from "../record/opcodes";
import { Status } from "../record/status";

/** Rows held in registers at a time: 13 accumulators of two, the weight and one temporary fill what V8 has to give. */
const BLOCK: usize = 26 * 8;
const EXACT: f64 = 9007199254740992; // 2⁵³
/** Beyond so many quanta a sum is told to be near the end of its range. */
const NEAR: f64 = 2251799813685248; // 2⁵¹

/** Is position r in the selection? `mask` [instruments] or 0; `side` 0 any, 1 long, −1 short. */
@inline export function selected(book: Book, r: i32, mask: usize, side: i32): bool {
  if (mask != 0 && load<u8>(mask + <usize>book.heldInstrument[r]) == 0) return false;
  return side == 0 || (side == 1 ? book.quantity[r] > 0 : side == -1 && book.quantity[r] < 0);
}

@inline function groupOf(book: Book, l: i32, r: i32): i32 {
  const at = level(book, l);
  const g = at.groupOf[book.heldInstrument[r]];
  return g < 0 ? -1 : at.placeOf[g];
}

/** Adds to the group's bound; false where the sum could leave the range in which multiples of the quantum are exact. */
function withinRange(book: Book, g: i32, size: f64, quantum: f64): bool {
  const bound = book.rowBound[g] + size;
  book.rowBound[g] = bound;
  // a NaN is no overflow: it goes on to the result, where its cause is told
  if (!(quantum > 0) || !(bound > NEAR * quantum)) return true;
  book.isNear = 1;
  return bound <= EXACT * quantum;
}

@inline function clear(x: Column, n: i32): void {
  memory.fill(changetype<usize>(x), 0, <usize>n << 3);
}

/** @param orders resting orders are added as 1: the worst subset of their fills, 2: the best */
export function sumRows(
  book: Book,
  l: i32,
  set: ScenarioSet,
  mask: usize,
  side: i32,
  P: usize,
  M: Column,
  orders: i32,
): Status {
  const groups = level(book, l).held;
  const bytes = <usize>set.stride << 3;
  memory.fill(P, 0, <usize>groups * bytes);
  clear(M, groups);
  clear(book.rowBound, groups);
  clear(book.baseBound, groups);
  let r = 0;
  while (r < book.rows) {
    const g = selected(book, r, mask, side) ? groupOf(book, l, r) : -1;
    if (g < 0) {
      r++;
      continue;
    }
    // the run of positions in the same group; fields as locals: after each store V8 would load them again
    const quantity = book.quantity;
    const instruments = book.heldInstrument;
    const largest = set.largest;
    const base = set.base;
    const quantum = set.quantum;
    const rows = book.rows;
    let rowBound = book.rowBound[g];
    let baseBound = book.baseBound[g];
    let sum = M[g];
    let end = r;
    do {
      const i = instruments[end];
      const q = quantity[end];
      const size = Math.abs(q);
      rowBound += size * largest[i];
      baseBound += size * Math.abs(base[i]);
      // a NaN is no overflow: it goes on to the result, where its cause is told
      if (quantum[i] > 0 && max(rowBound, baseBound) > EXACT * quantum[i]) return fail(Status.BeyondExactRange, i);
      sum += q * base[i];
      end++;
    } while (end < rows && selected(book, end, mask, side) && groupOf(book, l, end) == g);
    M[g] = sum;
    book.rowBound[g] = rowBound;
    book.baseBound[g] = baseBound;
    if (max(rowBound, baseBound) > NEAR * quantum[instruments[end - 1]]) book.isNear = 1;
    addRun(book, set, r, end, P + <usize>g * bytes, bytes);
    r = end;
  }
  return orders != 0 && book.hasOrders != 0 ? addOrders(book, l, set, mask, P, orders == 2) : Status.Ok;
}

/** W[s] = Σ min(0, B·R[s], −A·R[s]): of the orders of each instrument those that lose most in the row; or max, those that gain most. */
function addOrders(book: Book, l: i32, set: ScenarioSet, mask: usize, P: usize, isBest: bool): Status {
  const bytes = <usize>set.stride << 3;
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    if (book.bids[i] == 0 && book.asks[i] == 0) continue;
    const g = selected(book, r, mask, 0) ? groupOf(book, l, r) : -1;
    if (g < 0) continue;
    if (!withinRange(book, g, max(book.bids[i], book.asks[i]) * set.largest[i], set.quantum[i])) {
      return fail(Status.BeyondExactRange, i);
    }
    const R = set.risk + <usize>i * bytes;
    for (let s = 0; s < set.rows; s++) {
      const at = P + <usize>g * bytes + (<usize>s << 3);
      store<f64>(at, load<f64>(at) + fillOf(book, i, load<f64>(R + (<usize>s << 3)), isBest));
    }
  }
  return Status.Ok;
}

/** min(0, B·R, −A·R), or max; NaN stays NaN. */
@inline export function fillOf(book: Book, i: i32, R: f64, isBest: bool): f64 {
  const bids = book.bids[i] * R;
  const asks = (0 - book.asks[i]) * R;
  return isBest ? max(0, max(bids, asks)) : min(0, min(bids, asks));
}

/** x[g] = Σ B·measure, or Σ A·measure where `asks`. */
export function sumOrders(book: Book, l: i32, measure: Column, quantum: Column, mask: usize, asks: i32, x: Column): Status {
  clear(x, level(book, l).held);
  clear(book.rowBound, level(book, l).held);
  if (book.hasOrders == 0) return Status.Ok;
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    const lots = asks != 0 ? book.asks[i] : book.bids[i];
    const g = lots != 0 && selected(book, r, mask, 0) ? groupOf(book, l, r) : -1;
    if (g < 0) continue;
    if (!withinRange(book, g, Math.abs(lots * measure[i]), quantum[i])) return fail(Status.BeyondExactRange, i);
    x[g] += lots * measure[i];
  }
  return Status.Ok;
}

/** P += Σ q·R over positions [from, to). */
function addRun(book: Book, set: ScenarioSet, from: i32, to: i32, P: usize, bytes: usize): void {
  let j: usize = 0;
  for (; j + BLOCK <= bytes; j += BLOCK) addBlock(book.heldInstrument, book.quantity, from, to, set.risk + j, bytes, P + j);
  for (; j < bytes; j += 16) {
    let sum = v128.load(P + j);
    for (let r = from; r < to; r++) {
      const R = set.risk + <usize>book.heldInstrument[r] * bytes + j;
      sum = f64x2.add(sum, f64x2.mul(f64x2.splat(book.quantity[r]), v128.load(R)));
    }
    v128.store(P + j, sum);
  }
}

/** 26 rows: P[0, 26) += Σ q·R, accumulators in registers. Also the account loop of a venue. */
export function addBlock(instrument: Indices, quantity: Column, from: i32, to: i32, risk: usize, bytes: usize, P: usize): void {
  let a0 = v128.load(P, 0), a1 = v128.load(P, 16), a2 = v128.load(P, 32), a3 = v128.load(P, 48), a4 = v128.load(P, 64);
  let a5 = v128.load(P, 80), a6 = v128.load(P, 96), a7 = v128.load(P, 112), a8 = v128.load(P, 128), a9 = v128.load(P, 144);
  let a10 = v128.load(P, 160), a11 = v128.load(P, 176), a12 = v128.load(P, 192);
  for (let r = from; r < to; r++) {
    const R = risk + <usize>instrument[r] * bytes;
    const q = f64x2.splat(quantity[r]);
    a0 = f64x2.add(f64x2.mul(q, v128.load(R, 0)), a0);
    a1 = f64x2.add(f64x2.mul(q, v128.load(R, 16)), a1);
    a2 = f64x2.add(f64x2.mul(q, v128.load(R, 32)), a2);
    a3 = f64x2.add(f64x2.mul(q, v128.load(R, 48)), a3);
    a4 = f64x2.add(f64x2.mul(q, v128.load(R, 64)), a4);
    a5 = f64x2.add(f64x2.mul(q, v128.load(R, 80)), a5);
    a6 = f64x2.add(f64x2.mul(q, v128.load(R, 96)), a6);
    a7 = f64x2.add(f64x2.mul(q, v128.load(R, 112)), a7);
    a8 = f64x2.add(f64x2.mul(q, v128.load(R, 128)), a8);
    a9 = f64x2.add(f64x2.mul(q, v128.load(R, 144)), a9);
    a10 = f64x2.add(f64x2.mul(q, v128.load(R, 160)), a10);
    a11 = f64x2.add(f64x2.mul(q, v128.load(R, 176)), a11);
    a12 = f64x2.add(f64x2.mul(q, v128.load(R, 192)), a12);
  }
  v128.store(P, a0, 0); v128.store(P, a1, 16); v128.store(P, a2, 32); v128.store(P, a3, 48); v128.store(P, a4, 64);
  v128.store(P, a5, 80); v128.store(P, a6, 96); v128.store(P, a7, 112); v128.store(P, a8, 128); v128.store(P, a9, 144);
  v128.store(P, a10, 160); v128.store(P, a11, 176); v128.store(P, a12, 192);
}

/** x[g] = Σ q·measure, measure per lot. */
export function sumMeasure(book: Book, l: i32, measure: Column, quantum: Column, mask: usize, side: i32, x: Column): Status {
  const groups = level(book, l).held;
  clear(x, groups);
  clear(book.rowBound, groups);
  // fields as locals: after each store V8 would load them again
  const rows = book.rows;
  const quantity = book.quantity;
  const instruments = book.heldInstrument;
  const groupOf = level(book, l).groupOf;
  const placeOf = level(book, l).placeOf;
  const bound = book.rowBound;
  for (let r = 0; r < rows; r++) {
    const i = instruments[r];
    if (mask != 0 && load<u8>(mask + <usize>i) == 0) continue;
    const q = quantity[r];
    if (side != 0 && !(side == 1 ? q > 0 : side == -1 && q < 0)) continue;
    const group = groupOf[i];
    if (group < 0) continue;
    const g = placeOf[group];
    const term = q * measure[i];
    const size = bound[g] + Math.abs(term);
    // a NaN is no overflow: it goes on to the result, where its cause is told
    if (size > NEAR * quantum[i] && quantum[i] > 0) {
      book.isNear = 1;
      if (size > EXACT * quantum[i]) return fail(Status.BeyondExactRange, i);
    }
    bound[g] = size;
    x[g] += term;
  }
  return Status.Ok;
}

/** 1 for each held group with a selected position. */
export function heldMask(book: Book, l: i32, mask: usize, side: i32, to: Column): void {
  clear(to, level(book, l).held);
  for (let r = 0; r < book.rows; r++) {
    const g = groupOf(book, l, r);
    if (g >= 0 && selected(book, r, mask, side)) to[g] = 1;
  }
}

/**
 * Adds to the rows of each held group how many selected positions have the strike of the row; to row 0, how many are worth something at
 * price 0. `orders` 1: resting orders count as positions.
 */
export function heldRows(book: Book, l: i32, set: ScenarioSet, mask: usize, side: i32, orders: i32, to: usize): void {
  const bytes = <usize>set.stride << 3;
  const unit = set.kind == SetKind.SettlementInModel ? 2 : 1;
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    const isOrdered = orders != 0 && (book.bids[i] != 0 || book.asks[i] != 0);
    if (!selected(book, r, mask, side) || (book.quantity[r] == 0 && !isOrdered)) continue;
    const g = groupOf(book, l, r);
    if (g < 0) continue;
    const row = to + <usize>g * bytes;
    if ((set.worthless[i] & unit) == 0) store<f64>(row, load<f64>(row) + 1);
    const s = set.strikeRow[i];
    if (s >= 0) store<f64>(row + (<usize>s << 3), load<f64>(row + (<usize>s << 3)) + 1);
  }
}
