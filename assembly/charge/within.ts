/**
 * The quadratic form of a bucket and its slope, in linear time: the formula is in correlation.ts. Where concentration is counted between
 * factors, ρ of two groups is multiplied by f = min(CR)/max(CR), which a pass in the order of CR does:
 *
 *   Σ_{g≠h} f_gh W_gᵀ·C·W_h = 2 Σ_h (1/CR_h) W_hᵀ·C·Σ_{g before h} CR_g·W_g
 *
 * and where factors of different concentration groups can agree, the same inside each group that agrees.
 */
import { Column, Indices } from "../memory/column";
import { Concentration } from "../record/opcodes";
import { firstFactor } from "../record/factors";
import { Aggregation } from "../record/aggregation";
import { indices, word } from "../record/instruction";
import { alike, inverse } from "./correlation";

/** Σ_k Σ_l ρ_kl f_kl w_k w_l over the factors of a bucket; may be < 0 by rounding, or where ρ is no correlation matrix. */
export function form(at: Aggregation, b: i32, w: Column): f64 {
  const f = at.factors;
  const from = firstFactor(f, b);
  const to = firstFactor(f, b + 1);
  if (at.labels == 1 && at.sets == 1 && !isConcentrated(at, b)) return equicorrelated(at, b, w, from, to);
  let total: f64 = 0;
  const own = alike(at, b);
  for (let k = from; k < to; k++) total += (1 - own[at.labelOf[k]]) * w[k] * w[k];
  const counts = isConcentrated(at, b);
  for (let T = 1; T < at.sets; T++) {
    total += counts && at.setMixed[T] != 0 ? formOfMixed(at, b, T, w) : formOfSet(at, b, T, w, from, to);
  }
  return total + formOfAll(at, b, w);
}

/** (1 − ρ)·Σw² + ρ·(Σw)² */
function equicorrelated(at: Aggregation, b: i32, w: Column, from: i32, to: i32): f64 {
  let sum: f64 = 0;
  let squares: f64 = 0;
  for (let k = from; k < to; k++) {
    const x = w[k];
    sum += x;
    squares += x * x;
  }
  const rho = alike(at, b)[0];
  return (1 - rho) * squares + rho * sum * sum;
}

/** Is f other than 1 in this bucket? */
function isConcentrated(at: Aggregation, b: i32): bool {
  const f = at.factors;
  if (f.concentration != Concentration.Factors) return false;
  for (let g = f.bucketStart[b]; g < f.bucketStart[b + 1]; g++) if (f.ratio[g] != 1) return true;
  return false;
}

/** [groups of T in the bucket][labels] sums into `setSums`; returns how many groups. */
function sumSet(at: Aggregation, b: i32, T: i32, w: Column, from: i32, to: i32): i32 {
  const L = at.labels;
  const groups = at.setGroups[T * at.factors.buckets + b];
  const groupOf = indices(word(at.setOf, T));
  memory.fill(changetype<usize>(at.setSums), 0, <usize>(groups * L) << 3);
  for (let k = from; k < to; k++) at.setSums[groupOf[k] * L + at.labelOf[k]] += w[k];
  return groups;
}

function formOfSet(at: Aggregation, b: i32, T: i32, w: Column, from: i32, to: i32): f64 {
  const L = at.labels;
  const groups = sumSet(at, b, T, w, from, to);
  const C = inverse(at, b, T);
  if (L == 1) {
    let squares: f64 = 0;
    for (let g = 0; g < groups; g++) squares += at.setSums[g] * at.setSums[g];
    return C[0] * squares;
  }
  let total: f64 = 0;
  for (let g = 0; g < groups; g++) total += quadratic(at, C, changetype<Column>(changetype<usize>(at.setSums) + (<usize>(g * L) << 3)));
  return total;
}

/** Sums by label of a group of T. */
@inline function sumsOf(sums: Column, group: i32, L: i32): Column {
  return changetype<Column>(changetype<usize>(sums) + (<usize>(group * L) << 3));
}

/**
 * Sorts the concentration groups of a bucket, and puts the sums of those with a ratio of 1 into `setSums`, by group of T; returns how many
 * others there are.
 */
function beginMixed(at: Aggregation, b: i32, T: i32, w: Column): i32 {
  const f = at.factors;
  const L = at.labels;
  const groupOf = indices(word(at.setOf, T));
  memory.fill(changetype<usize>(at.setSums), 0, <usize>(at.setGroups[T * f.buckets + b] * L) << 3);
  for (let g = f.bucketStart[b]; g < f.bucketStart[b + 1]; g++) {
    if (f.ratio[g] != 1) continue;
    for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) at.setSums[groupOf[k] * L + at.labelOf[k]] += w[k];
  }
  return sortGroups(at, b, w, vector(at, 3));
}

/** Σ_k Σ_l C·f_kl w_k w_l over the pairs that agree in T, whatever their concentration groups. */
function formOfMixed(at: Aggregation, b: i32, T: i32, w: Column): f64 {
  const f = at.factors;
  const L = at.labels;
  const C = inverse(at, b, T);
  const groupOf = indices(word(at.setOf, T));
  const n = beginMixed(at, b, T, w);
  let total: f64 = 0;
  const groups = at.setGroups[T * f.buckets + b];
  for (let t = 0; t < groups; t++) total += quadratic(at, C, sumsOf(at.setSums, t, L));
  for (let i = 0; i < n; i++) {
    const g = at.order[i];
    const CR = f.ratio[g];
    addOwn(at, g, w, groupOf);
    for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) {
      // a second factor of one group of T finds 0 there, and adds nothing
      const W = sumsOf(at.setOwn, groupOf[k], L);
      const before = sumsOf(at.setSums, groupOf[k], L);
      total += quadratic(at, C, W) + 2 * bilinear(C, W, before, L) / CR;
      for (let t = 0; t < L; t++) {
        before[t] += CR * W[t];
        W[t] = 0;
      }
    }
  }
  return total;
}

/** Sums of one concentration group, by group of T, into `setOwn`. */
@inline function addOwn(at: Aggregation, g: i32, w: Column, groupOf: Indices): void {
  const f = at.factors;
  const L = at.labels;
  for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) at.setOwn[groupOf[k] * L + at.labelOf[k]] += w[k];
}

/** Wᵀ·C·V */
function bilinear(C: Column, W: Column, V: Column, L: i32): f64 {
  let total: f64 = 0;
  for (let t = 0; t < L; t++) {
    if (W[t] == 0) continue;
    let sum: f64 = 0;
    for (let u = 0; u < L; u++) sum += C[t * L + u] * V[u];
    total += W[t] * sum;
  }
  return total;
}

/** Wᵀ·C·W, of the labels that are there. */
function quadratic(at: Aggregation, C: Column, W: Column): f64 {
  const L = at.labels;
  if (L == 1) return C[0] * W[0] * W[0];
  let n = 0;
  for (let t = 0; t < L; t++) if (W[t] != 0) at.present[n++] = t;
  let total: f64 = 0;
  for (let i = 0; i < n; i++) {
    const t = at.present[i];
    const row = t * L;
    let sum: f64 = 0;
    for (let j = 0; j < i; j++) sum += C[row + at.present[j]] * W[at.present[j]];
    total += W[t] * (2 * sum + C[row + t] * W[t]);
  }
  return total;
}

/** to += C·W */
function multiply(at: Aggregation, C: Column, W: Column, factor: f64, to: Column): void {
  const L = at.labels;
  for (let u = 0; u < L; u++) {
    const x = factor * W[u];
    if (x == 0) continue;
    for (let t = 0; t < L; t++) to[t] += C[t * L + u] * x;
  }
}

// scratch: four vectors by label
@inline function vector(at: Aggregation, i: i32): Column {
  return changetype<Column>(changetype<usize>(at.scratch) + (<usize>(i * at.labels) << 3));
}

@inline function clear(x: Column, n: i32): void {
  memory.fill(changetype<usize>(x), 0, <usize>n << 3);
}

/** Sums by label of one concentration group. */
@inline function addGroup(at: Aggregation, g: i32, w: Column, factor: f64, to: Column): void {
  const f = at.factors;
  for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) to[at.labelOf[k]] += factor * w[k];
}

/**
 * Groups of the bucket whose CR is above 1, in ascending order of CR (then of place) into `order`; the sums of the others into `to`.
 */
function sortGroups(at: Aggregation, b: i32, w: Column, to: Column): i32 {
  const f = at.factors;
  const counts = f.concentration == Concentration.Factors;
  let n = 0;
  for (let g = f.bucketStart[b]; g < f.bucketStart[b + 1]; g++) {
    if (counts && f.ratio[g] != 1) at.order[n++] = g;
    else addGroup(at, g, w, 1, to);
  }
  heapSort(at, n);
  return n;
}

@inline function isBefore(at: Aggregation, a: i32, b: i32): bool {
  const x = at.factors.ratio[a];
  const y = at.factors.ratio[b];
  return x < y || (x == y && a < b);
}

function heapSort(at: Aggregation, n: i32): void {
  for (let root = (n >> 1) - 1; root >= 0; root--) sink(at, root, n);
  for (let end = n - 1; end > 0; end--) {
    swap(at, 0, end);
    sink(at, 0, end);
  }
}

function sink(at: Aggregation, root: i32, end: i32): void {
  while (true) {
    let child = 2 * root + 1;
    if (child >= end) return;
    if (child + 1 < end && isBefore(at, at.order[child], at.order[child + 1])) child++;
    if (!isBefore(at, at.order[root], at.order[child])) return;
    swap(at, root, child);
    root = child;
  }
}

@inline function swap(at: Aggregation, a: i32, b: i32): void {
  const x = at.order[a];
  at.order[a] = at.order[b];
  at.order[b] = x;
}

/** The part of the empty set: any two factors, with f between concentration groups. */
function formOfAll(at: Aggregation, b: i32, w: Column): f64 {
  const C = inverse(at, b, 0);
  const before = vector(at, 0);
  const W = vector(at, 1);
  const CB = vector(at, 2);
  clear(before, at.labels);
  const n = sortGroups(at, b, w, before);
  let total = quadratic(at, C, before);
  for (let i = 0; i < n; i++) {
    const g = at.order[i];
    const CR = at.factors.ratio[g];
    clear(W, at.labels);
    addGroup(at, g, w, 1, W);
    clear(CB, at.labels);
    multiply(at, C, before, 1 / CR, CB);
    let cross: f64 = 0;
    for (let t = 0; t < at.labels; t++) cross += W[t] * CB[t];
    total += quadratic(at, C, W) + 2 * cross;
    for (let t = 0; t < at.labels; t++) before[t] += CR * W[t];
  }
  return total;
}

/** to[k] += factor·½·∂form/∂w_k: factor·Σ_l ρ_kl f_kl w_l. */
export function addSlope(at: Aggregation, b: i32, w: Column, factor: f64, to: Column): void {
  const f = at.factors;
  const L = at.labels;
  const from = firstFactor(f, b);
  const end = firstFactor(f, b + 1);
  const own = alike(at, b);
  for (let k = from; k < end; k++) to[k] += factor * (1 - own[at.labelOf[k]]) * w[k];
  const slope = vector(at, 2);
  const counts = isConcentrated(at, b);
  for (let T = 1; T < at.sets; T++) {
    if (counts && at.setMixed[T] != 0) {
      addSlopeOfMixed(at, b, T, w, factor, to);
      continue;
    }
    const groups = sumSet(at, b, T, w, from, end);
    const C = inverse(at, b, T);
    const groupOf = indices(word(at.setOf, T));
    for (let g = 0; g < groups; g++) {
      const W = changetype<Column>(changetype<usize>(at.setSums) + (<usize>(g * L) << 3));
      clear(slope, L);
      multiply(at, C, W, factor, slope);
      for (let t = 0; t < L; t++) W[t] = slope[t];
    }
    for (let k = from; k < end; k++) to[k] += at.setSums[groupOf[k] * L + at.labelOf[k]];
  }
  addSlopeOfAll(at, b, w, factor, to);
}

/** As `addSlopeOfAll`, inside each group of T. */
function addSlopeOfMixed(at: Aggregation, b: i32, T: i32, w: Column, factor: f64, to: Column): void {
  const f = at.factors;
  const L = at.labels;
  const C = inverse(at, b, T);
  const groupOf = indices(word(at.setOf, T));
  const groups = at.setGroups[T * f.buckets + b];
  const slope = vector(at, 2);
  const n = beginMixed(at, b, T, w);
  // those behind, each divided by its CR: what a group of CR 1 sees of them
  memory.fill(changetype<usize>(at.setBehind), 0, <usize>(groups * L) << 3);
  for (let i = 0; i < n; i++) {
    const g = at.order[i];
    for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) {
      at.setBehind[groupOf[k] * L + at.labelOf[k]] += w[k] / f.ratio[g];
    }
  }
  for (let t = 0; t < groups; t++) {
    const own = sumsOf(at.setOwn, t, L);
    multiply(at, C, sumsOf(at.setSums, t, L), factor, own);
    multiply(at, C, sumsOf(at.setBehind, t, L), factor, own);
  }
  for (let g = f.bucketStart[b]; g < f.bucketStart[b + 1]; g++) {
    if (f.ratio[g] != 1) continue;
    for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) to[k] += at.setOwn[groupOf[k] * L + at.labelOf[k]];
  }
  memory.fill(changetype<usize>(at.setOwn), 0, <usize>(groups * L) << 3);
  for (let i = 0; i < n; i++) {
    const g = at.order[i];
    const CR = f.ratio[g];
    addOwn(at, g, w, groupOf);
    for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) {
      const t = groupOf[k];
      if (at.setMark[t] != 0) continue;
      at.setMark[t] = 1;
      const W = sumsOf(at.setOwn, t, L);
      const before = sumsOf(at.setSums, t, L);
      const behind = sumsOf(at.setBehind, t, L);
      for (let u = 0; u < L; u++) behind[u] -= W[u] / CR;
      clear(slope, L);
      multiply(at, C, before, factor / CR, slope);
      multiply(at, C, W, factor, slope);
      multiply(at, C, behind, factor * CR, slope);
      for (let u = 0; u < L; u++) {
        before[u] += CR * W[u];
        W[u] = slope[u];
      }
    }
    for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) to[k] += at.setOwn[groupOf[k] * L + at.labelOf[k]];
    for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) {
      const t = groupOf[k];
      if (at.setMark[t] == 0) continue;
      at.setMark[t] = 0;
      clear(sumsOf(at.setOwn, t, L), L);
    }
  }
}

function addSlopeOfAll(at: Aggregation, b: i32, w: Column, factor: f64, to: Column): void {
  const f = at.factors;
  const C = inverse(at, b, 0);
  const before = vector(at, 0);
  const W = vector(at, 1);
  const slope = vector(at, 2);
  const behind = vector(at, 3);
  const L = at.labels;
  clear(before, L);
  const n = sortGroups(at, b, w, before);
  // those behind, each divided by its CR: what a group of CR 1 sees of them
  clear(behind, L);
  for (let i = 0; i < n; i++) addGroup(at, at.order[i], w, 1 / f.ratio[at.order[i]], behind);
  clear(slope, L);
  multiply(at, C, before, factor, slope);
  multiply(at, C, behind, factor, slope);
  const counts = f.concentration == Concentration.Factors;
  for (let g = f.bucketStart[b]; g < f.bucketStart[b + 1]; g++) {
    if (!counts || f.ratio[g] == 1) give(at, g, slope, to);
  }
  for (let i = 0; i < n; i++) {
    const g = at.order[i];
    const CR = f.ratio[g];
    clear(W, L);
    addGroup(at, g, w, 1, W);
    for (let t = 0; t < L; t++) behind[t] -= W[t] / CR;
    clear(slope, L);
    multiply(at, C, before, factor / CR, slope);
    multiply(at, C, W, factor, slope);
    multiply(at, C, behind, factor * CR, slope);
    give(at, g, slope, to);
    for (let t = 0; t < L; t++) before[t] += CR * W[t];
  }
}

@inline function give(at: Aggregation, g: i32, slope: Column, to: Column): void {
  const f = at.factors;
  for (let k = f.groupStart[g]; k < f.groupStart[g + 1]; k++) to[k] += slope[at.labelOf[k]];
}
