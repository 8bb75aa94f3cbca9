/** Rank correlations of two columns. */
import { Column } from "../memory/column";
import { dot, total } from "../math/vectors";

/** Sorts `order` [n], whole numbers, by key then by second key; bottom-up merges, stable. Counts how many pairs change places. */
function mergeSort(n: i32, order: Column, buffer: Column, key: Column, second: Column): f64 {
  let swaps: f64 = 0.0;
  let from = order;
  let to = buffer;
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = min(start + width, n);
      const end = min(start + 2 * width, n);
      let a = start;
      let b = middle;
      for (let at = start; at < end; at++) {
        let isRight = a >= middle;
        if (!isRight && b < end) {
          const x = <i32>from[a];
          const y = <i32>from[b];
          isRight = key[y] < key[x] || (key[y] == key[x] && second[y] < second[x]);
        }
        if (isRight) {
          swaps += <f64>(middle - a);
          to[at] = from[b++];
        } else to[at] = from[a++];
      }
    }
    const other = from;
    from = to;
    to = other;
  }
  if (changetype<usize>(from) != changetype<usize>(order)) for (let i = 0; i < n; i++) order[i] = from[i];
  return swaps;
}

/** Pairs of equal keys along `order`: Σ t·(t − 1)/2 over runs. */
function ties(n: i32, order: Column, key: Column, second: Column): f64 {
  let sum: f64 = 0.0;
  let run: f64 = 1.0;
  for (let i = 1; i <= n; i++) {
    const isSame = i < n && key[<i32>order[i]] == key[<i32>order[i - 1]] && second[<i32>order[i]] == second[<i32>order[i - 1]];
    if (isSame) run += 1.0;
    else {
      sum += 0.5 * run * (run - 1.0);
      run = 1.0;
    }
  }
  return sum;
}

/**
 * Kendall's τ-b, (concordant − discordant) / √((pairs − ties in x)(pairs − ties in y)), in n·log n.
 * Source: Knight (1966), A computer method for calculating Kendall's tau with ungrouped data, JASA 61.
 *
 * @param work [2·n]
 * @returns NaN where a column is constant
 */
export function kendall(n: i32, x: Column, y: Column, work: Column): f64 {
  const order = work;
  const buffer = work.from(n);
  for (let i = 0; i < n; i++) order[i] = <f64>i;
  mergeSort(n, order, buffer, x, y);
  const tiesX = ties(n, order, x, x);
  const both = ties(n, order, x, y);
  // those that change places on the way to the order by y are discordant
  const discordant = mergeSort(n, order, buffer, y, y);
  const tiesY = ties(n, order, y, y);
  const pairs = 0.5 * <f64>n * <f64>(n - 1);
  const left = pairs - tiesX;
  const right = pairs - tiesY;
  const excess = pairs - tiesX - tiesY + both - 2.0 * discordant;
  // one root of the product: |excess| ≤ min(left, right) ≤ the root as rounded, so that no quotient is beyond ±1 and equal orders give 1
  return left > 0 && right > 0 ? excess / Math.sqrt(left * right) : NaN;
}

/** Ranks from 1, those of equal values their mean, into `out` [n]. */
function ranks(n: i32, x: Column, order: Column, buffer: Column, out: Column): void {
  for (let i = 0; i < n; i++) order[i] = <f64>i;
  mergeSort(n, order, buffer, x, x);
  let start = 0;
  for (let i = 1; i <= n; i++) {
    if (i < n && x[<i32>order[i]] == x[<i32>order[start]]) continue;
    const rank = 0.5 * <f64>(start + i + 1);
    for (let k = start; k < i; k++) out[<i32>order[k]] = rank;
    start = i;
  }
}

/**
 * Spearman's ρ: Pearson's correlation of the ranks.
 *
 * @param work [4·n]
 */
export function spearman(n: i32, x: Column, y: Column, work: Column): f64 {
  const a = work.from(2 * n);
  const b = work.from(3 * n);
  ranks(n, x, work, work.from(n), a);
  ranks(n, y, work, work.from(n), b);
  const meanA = total(n, a) / <f64>n;
  const meanB = total(n, b) / <f64>n;
  for (let i = 0; i < n; i++) {
    a[i] -= meanA;
    b[i] -= meanB;
  }
  return dot(n, a, b) / Math.sqrt(dot(n, a, a) * dot(n, b, b));
}
