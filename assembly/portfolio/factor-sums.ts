/**
 * Sensitivities by risk factor: x[f] = Σ q·measure over the positions, the measures of one factor netted; of exposures with their long and
 * short parts apart.
 *
 * With pillars a measure is split between the two neighbours of where its instrument lies, in proportion to the distance; before the first
 * and beyond the last pillar it counts whole there.
 */
import { Column } from "../memory/column";
import { PARTS, add } from "../math/exact-sum";
import { Book } from "../record/book";
import { firstFactor, Factors } from "../record/factors";

/** `changed` of a bucket of which some sum is, or was, no number or beyond the range in which it is exact: its sums are made anew. */
const BROKEN: i32 = 2;
const EXACT: f64 = 9007199254740992; // 2⁵³

/** Forgets the account before, and sums the one at hand. */
export function sumFactors(book: Book, at: Factors): void {
  for (let b = 0; b < at.buckets; b++) {
    if (at.held[b] == 0 && at.changed[b] != BROKEN) continue;
    const from = <usize>firstFactor(at, b);
    const n = <usize>firstFactor(at, b + 1) - from;
    for (let side = 0; side < at.sides; side++) memory.fill(sumOf(at, side, <i32>from), 0, (n * PARTS) << 3);
    at.held[b] = 0;
    at.changed[b] = 1;
  }
  // sums are exact, so their order is free: the shorter of both lists
  if (at.listed > book.rows) {
    for (let r = 0; r < book.rows; r++) addMeasures(at, book.heldInstrument[r], book.quantity[r]);
    return;
  }
  for (let k = 0; k < at.listed; k++) {
    const i = at.list[k];
    const r = book.rowOf[i];
    if (r >= 0) addMeasures(at, i, book.quantity[r]);
  }
}

/** Has a change left sums out of which numbers cannot be taken exactly? */
export function isBroken(at: Factors): bool {
  for (let b = 0; b < at.buckets; b++) if (at.changed[b] == BROKEN) return true;
  return false;
}

/** The position in instrument i goes from one quantity to another. */
export function changeFactors(at: Factors, i: i32, from: f64, to: f64): void {
  addMeasures(at, i, from, -1);
  addMeasures(at, i, to);
}

/** What a position in instrument i adds to sums of net sensitivities [factors][3] that lie elsewhere; `sign` −1 takes it away. */
export function addNet(at: Factors, i: i32, q: f64, sign: f64, totals: usize): void {
  const f = at.factorOf[i];
  if (f < 0) return;
  const x = q * measure(at, q < 0 && at.byPosition != 0 ? 1 : 0)[i];
  if (at.pillars == 1) {
    add(totals + ((<usize>f * PARTS) << 3), sign * x);
    return;
  }
  const p = pillarBefore(at, i);
  const upper = x * upperShare(at, i, p);
  add(totals + ((<usize>(f + p) * PARTS) << 3), sign * (x - upper));
  if (p + 1 < at.pillars) add(totals + ((<usize>(f + p + 1) * PARTS) << 3), sign * upper);
}

/** @param sign −1 takes the same numbers away again */
function addMeasures(at: Factors, i: i32, q: f64, sign: f64 = 1): void {
  const f = at.factorOf[i];
  if (f < 0 || q == 0) return; // nothing is held of it: its measure may be none
  const b = at.bucketOf[f];
  at.held[b] += <i32>sign;
  if (at.changed[b] == 0) at.changed[b] = 1;
  const first = at.byPosition != 0 && q < 0 ? 1 : 0;
  const end = at.byPosition != 0 ? first + 1 : at.sides;
  for (let side = first; side < end; side++) {
    const x = q * measure(at, side)[i];
    if (at.pillars == 1) {
      addMeasure(at, b, sumOf(at, side, f), sign * x);
      continue;
    }
    const p = pillarBefore(at, i);
    const upper = x * upperShare(at, i, p);
    addMeasure(at, b, sumOf(at, side, f + p), sign * (x - upper));
    if (p + 1 < at.pillars) addMeasure(at, b, sumOf(at, side, f + p + 1), sign * upper);
  }
}

@inline function addMeasure(at: Factors, b: i32, total: usize, x: f64): void {
  const from = load<f64>(total);
  add(total, x);
  if (!(max(Math.abs(from), Math.abs(load<f64>(total))) <= EXACT)) at.changed[b] = BROKEN; // NaN too
}

@inline export function measure(at: Factors, side: i32): Column {
  return changetype<Column>(<usize>load<u32>(at.measures + (<usize>side << 2)));
}

@inline export function sumOf(at: Factors, side: i32, f: i32): usize {
  return at.sums + ((<usize>(side * at.factors + f) * PARTS) << 3);
}

/** The last pillar at or before an instrument; the first where there is none. */
export function pillarBefore(at: Factors, i: i32): i32 {
  const x = at.pillarOf[i];
  let p = 0;
  while (p + 1 < at.pillars && at.pillarAt[p + 1] <= x) p++;
  return p;
}

/** The part of a measure that belongs to the pillar behind `pillarBefore`; NaN where the instrument's place is none. */
export function upperShare(at: Factors, i: i32, p: i32): f64 {
  const x = at.pillarOf[i];
  if (isNaN(x)) return NaN;
  if (p + 1 == at.pillars) return 0;
  const from = at.pillarAt[p];
  return max(0, (x - from) / (at.pillarAt[p + 1] - from));
}
