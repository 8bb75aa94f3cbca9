/**
 * Profiles and their reduction. A profile is a matrix [groups × stride]: one profit and loss per group and row.
 * Each step writes a new matrix, so that `shares.ts` can walk back through them.
 */
import { Column } from "../memory/column";
import { ReduceMode } from "../record/opcodes";
import { level as levelOf, relation, Book, ScenarioSet } from "../record/book";
import { column, indices, word } from "../record/instruction";
import { valuesOf } from "../scenario/currencies";

@inline export function cell(matrix: usize, set: ScenarioSet, g: i32, s: i32): usize {
  return matrix + ((<usize>g * <usize>set.stride + <usize>s) << 3);
}

/**
 * Sums in settlement currencies → the model's: P[s] = Σ_c P_c[s]·X_c[s] + M_c·(X_c[s] − X_c[now]), M = Σ_c M_c·X_c[now].
 *
 * @param toGroup    relation from the finer level (with settlement) to this one
 * @param toCurrency relation from the finer level to settlement
 */
export function convert(
  book: Book,
  set: ScenarioSet,
  groups: i32,
  fineGroups: i32,
  P: usize,
  M: Column,
  toGroup: i32,
  toCurrency: i32,
  out: usize,
  outM: Column,
): void {
  clearRows(set, groups, out);
  memory.fill(changetype<usize>(outM), 0, <usize>groups << 3);
  for (let i = 0; i < fineGroups; i++) {
    const g = relation(book, toGroup).held[i];
    const X = currencyOf(book, set, toCurrency, i);
    addConverted(set, cell(P, set, i, 0), M[i], X, cell(out, set, g, 0));
    outM[g] += M[i] * load<f64>(X + (<usize>set.rows << 3));
  }
}

/** X of the settlement currency of held group i of a finer level. */
@inline export function currencyOf(book: Book, set: ScenarioSet, toCurrency: i32, i: i32): usize {
  const at = relation(book, toCurrency);
  return valuesOf(set, at.all[heldGroup(book, at.fine, i)]);
}

@inline function heldGroup(book: Book, l: i32, i: i32): i32 {
  return levelOf(book, l).heldGroups[i];
}

export function clearRows(set: ScenarioSet, groups: i32, out: usize): void {
  memory.fill(out, 0, (<usize>groups * <usize>set.stride) << 3);
}

/**
 * A finer profile into its parent's rows. Where `toCurrency` is a relation it leaves its settlement currency here:
 * P·X[s] + M·(X[s] − X[now]), as in `convert`.
 */
export function addRows(
  book: Book,
  set: ScenarioSet,
  fineGroups: i32,
  P: usize,
  M: Column,
  toGroup: i32,
  toCurrency: i32,
  out: usize,
): void {
  for (let i = 0; i < fineGroups; i++) {
    const g = relation(book, toGroup).held[i];
    if (g < 0) continue;
    if (toCurrency < 0) addRow(set, cell(P, set, i, 0), cell(out, set, g, 0));
    else addConverted(set, cell(P, set, i, 0), M[i], currencyOf(book, set, toCurrency, i), cell(out, set, g, 0));
  }
}

/** out[s] += P[s]·X[s] + M·(X[s] − X[now]), over the whole stride. */
function addConverted(set: ScenarioSet, P: usize, M: f64, X: usize, out: usize): void {
  const bytes = <usize>set.stride << 3;
  const m = f64x2.splat(M);
  const now = f64x2.splat(load<f64>(X + (<usize>set.rows << 3)));
  let j: usize = 0;
  do {
    const x = v128.load(X + j);
    const p = f64x2.add(f64x2.mul(v128.load(P + j), x), f64x2.mul(m, f64x2.sub(x, now)));
    v128.store(out + j, f64x2.add(v128.load(out + j), p));
    j += 16;
  } while (j < bytes);
}

/** out[s] += P[s]. */
function addRow(set: ScenarioSet, P: usize, out: usize): void {
  const bytes = <usize>set.stride << 3;
  let j: usize = 0;
  do {
    v128.store(out + j, f64x2.add(v128.load(out + j), v128.load(P + j)));
    j += 16;
  } while (j < bytes);
}

/** Factors on the shocked value: (M + P)·f − M. */
export function factors(set: ScenarioSet, groups: i32, P: usize, M: Column, positive: Column, negative: Column, out: usize): void {
  for (let g = 0; g < groups; g++) {
    for (let s = 0; s < set.rows; s++) {
      const value = M[g] + load<f64>(cell(P, set, g, s));
      store<f64>(cell(out, set, g, s), value * (value > 0 ? positive[g] : negative[g]) - M[g]);
    }
  }
}

/**
 * −|x| in the rows that are flagged: the mirrored move counts too. With resting orders x lies between P and `most`, with the fills that lose and
 * those that gain most, and the end that is further from 0 counts.
 */
export function either(set: ScenarioSet, groups: i32, P: usize, flags: usize, most: usize, out: usize): void {
  for (let g = 0; g < groups; g++) {
    for (let s = 0; s < set.rows; s++) {
      const x = load<f64>(cell(P, set, g, s));
      if (indices(flags)[s] == 0) store<f64>(cell(out, set, g, s), x);
      else store<f64>(cell(out, set, g, s), 0 - max(Math.abs(x), most == 0 ? 0 : Math.abs(load<f64>(cell(most, set, g, s)))));
    }
  }
}

/** Gains: min(x·factor, cap) where x > 0. */
export function gains(set: ScenarioSet, groups: i32, P: usize, factor: Column, cap: usize, out: usize): void {
  for (let g = 0; g < groups; g++) {
    const limit = cap == 0 ? Infinity : column(cap)[g];
    for (let s = 0; s < set.rows; s++) {
      const x = load<f64>(cell(P, set, g, s));
      store<f64>(cell(out, set, g, s), x > 0 ? min(x * factor[g], limit) : x);
    }
  }
}

/** Toward 0 by the row's dampener, never through it. */
export function dampen(set: ScenarioSet, groups: i32, P: usize, dampeners: usize, out: usize): void {
  for (let g = 0; g < groups; g++) {
    for (let s = 0; s < set.rows; s++) {
      const x = load<f64>(cell(P, set, g, s));
      const by = word(dampeners, s);
      const d = by == 0 ? 0.0 : min(column(by)[g], Math.abs(x));
      store<f64>(cell(out, set, g, s), x > 0 ? x - d : x + d);
    }
  }
}

export function weight(set: ScenarioSet, groups: i32, P: usize, weights: usize, out: usize): void {
  for (let g = 0; g < groups; g++) {
    for (let s = 0; s < set.rows; s++) {
      const by = word(weights, s);
      store<f64>(cell(out, set, g, s), load<f64>(cell(P, set, g, s)) * (by == 0 ? 1.0 : column(by)[g]));
    }
  }
}

/** Each row becomes the worst of the rows of its slice. */
export function sliceWorst(set: ScenarioSet, groups: i32, P: usize, slices: usize, out: usize): void {
  for (let g = 0; g < groups; g++) {
    for (let s = 0; s < set.rows; s++) {
      store<f64>(cell(out, set, g, s), load<f64>(cell(P, set, g, worstOfSlice(set, g, P, slices, s))));
    }
  }
}

/** The first worst row among those of the slice of row s. */
export function worstOfSlice(set: ScenarioSet, g: i32, P: usize, slices: usize, s: i32): i32 {
  const slice = indices(slices)[s];
  let worst = s;
  for (let t = 0; t < set.rows; t++) {
    if (indices(slices)[t] != slice) continue;
    const better = load<f64>(cell(P, set, g, t)) < load<f64>(cell(P, set, g, worst));
    if (better || (t < worst && load<f64>(cell(P, set, g, t)) == load<f64>(cell(P, set, g, worst)))) worst = t;
  }
  return worst;
}

/** Ties between rows go to the first, compared at 2⁻²⁰ of the unit. */
const TIE: f64 = 1048576;

/** The smallest of a row; NaN where there is one. */
function lowestOf(row: usize, rows: i32): f64 {
  const pairs = (<usize>rows & ~1) << 3;
  let low = f64x2.splat(Infinity);
  let j: usize = 0;
  for (; j < pairs; j += 16) low = f64x2.min(low, v128.load(row + j)); // min, not pmin: it keeps a NaN
  const lowest = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  return rows & 1 ? min(lowest, load<f64>(row + j)) : lowest;
}

/** Losses by the rows that count, and the row that drives each: 0 and −1 where none counts. */
export function reduceHeld(set: ScenarioSet, groups: i32, P: usize, counts: usize, driver: Column, out: Column): void {
  for (let g = 0; g < groups; g++) {
    let lowest = Infinity;
    for (let s = 0; s < set.rows; s++) {
      if (load<f64>(cell(counts, set, g, s)) != 0) lowest = min(lowest, load<f64>(cell(P, set, g, s)));
    }
    const least = nearest(lowest * TIE);
    let first = -1;
    for (let s = 0; s < set.rows && first < 0; s++) {
      if (load<f64>(cell(counts, set, g, s)) != 0 && !(nearest(load<f64>(cell(P, set, g, s)) * TIE) > least)) first = s;
    }
    driver[g] = first;
    out[g] = first < 0 ? 0 : 0 - lowest;
  }
}

/** Losses, and the row that drives each. */
export function reduce(set: ScenarioSet, groups: i32, P: usize, mode: i32, argument: usize, slice: i32, driver: Column, out: Column): void {
  for (let g = 0; g < groups; g++) {
    const row = cell(P, set, g, 0);
    const lowest = lowestOf(row, set.rows);
    // the first row that is as low when both are rounded
    const least = nearest(lowest * TIE);
    let first = 0;
    while (first < set.rows && !(nearest(load<f64>(row + (<usize>first << 3)) * TIE) <= least)) first++;
    if (first == set.rows) first = 0; // NaN
    driver[g] = first;
    if (mode == ReduceMode.Worst) out[g] = 0 - lowest;
    else if (mode == ReduceMode.Row) {
      driver[g] = <f64>(<i32>argument);
      out[g] = 0 - load<f64>(cell(P, set, g, <i32>argument));
    } else {
      const wanted = mode == ReduceMode.SliceWorst ? indices(argument)[first] : slice;
      let sum: f64 = 0;
      let n = 0;
      for (let s = 0; s < set.rows; s++) {
        if (indices(argument)[s] != wanted) continue;
        sum += load<f64>(cell(P, set, g, s));
        n++;
      }
      out[g] = 0 - sum / n;
    }
  }
}
