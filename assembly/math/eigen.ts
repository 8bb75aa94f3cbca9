/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reduction to a tridiagonal one, then QL with implicit shifts.
 *
 * Sources: Bowdler, Martin, Reinsch & Wilkinson (1968), The QR and QL algorithms for symmetric matrices, Numer. Math. 11 (procedures
 * tred2 and tql2). Errors of eigenvalues are a few n·2⁻⁵³ of the largest one. Eigenvectors stand as rows, so that both halves run along
 * memory.
 */
import { Column } from "../memory/column";
import * as vectors from "./vectors";

const EPSILON: f64 = 2.220446049250313e-16; // 2⁻⁵²
/** QL takes 2–3 steps a value; a matrix that is not finite would never be done. */
const MOST_STEPS = 64;

@inline function length(x: f64, y: f64): f64 {
  const a = Math.abs(x);
  const b = Math.abs(y);
  const large = max(a, b);
  if (large == 0) return 0.0;
  const ratio = min(a, b) / large;
  return large * Math.sqrt(1.0 + ratio * ratio);
}

/** Row `i` of [n × n]. */
@inline function row(n: i32, z: Column, i: i32): Column {
  return z.from(i * n);
}

/**
 * Reduces z to a tridiagonal matrix with diagonal d and subdiagonal e [1 …]; z is left with the reflections in it, and h in d where
 * `hasVectors`.
 */
function reduce(n: i32, z: Column, d: Column, e: Column, hasVectors: bool): void {
  for (let j = 0; j < n; j++) d[j] = z[j * n + n - 1];
  for (let i = n - 1; i > 0; i--) {
    let scale: f64 = 0.0;
    let h: f64 = 0.0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]);
    if (scale == 0) {
      e[i] = d[i - 1];
      for (let j = 0; j < i; j++) {
        d[j] = z[j * n + i - 1];
        z[j * n + i] = 0.0;
        z[i * n + j] = 0.0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k] /= scale;
        h += d[k] * d[k];
      }
      let f = d[i - 1];
      let g = Math.sqrt(h);
      if (f > 0) g = -g;
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      for (let j = 0; j < i; j++) e[j] = 0.0;
      for (let j = 0; j < i; j++) {
        f = d[j];
        z[i * n + j] = f;
        g = e[j] + z[j * n + j] * f;
        // the part of row j behind the diagonal
        g += vectors.dotAndAdd(i - j - 1, z.from(j * n + j + 1), d.from(j + 1), f, e.from(j + 1));
        e[j] = g;
      }
      f = 0.0;
      for (let j = 0; j < i; j++) {
        e[j] /= h;
        f += e[j] * d[j];
      }
      const half = f / (h + h);
      for (let j = 0; j < i; j++) e[j] -= half * d[j];
      for (let j = 0; j < i; j++) {
        vectors.subtractTwo(i - j, d[j], e.from(j), e[j], d.from(j), z.from(j * n + j));
        d[j] = z[j * n + i - 1];
        z[j * n + i] = 0.0;
      }
    }
    d[i] = h;
  }
  e[0] = 0.0;
  if (hasVectors) accumulate(n, z, d);
  else for (let j = 0; j < n; j++) d[j] = z[j * n + j];
}

/** The product of the reflections into z, the diagonal into d. */
function accumulate(n: i32, z: Column, d: Column): void {
  const last = n - 1;
  for (let i = 0; i < last; i++) {
    z[i * n + last] = z[i * n + i];
    z[i * n + i] = 1.0;
    const h = d[i + 1];
    const next = row(n, z, i + 1);
    if (h != 0) {
      for (let k = 0; k <= i; k++) d[k] = next[k] / h;
      for (let j = 0; j <= i; j++) {
        const own = row(n, z, j);
        vectors.add(i + 1, -vectors.dot(i + 1, next, own), d, own);
      }
    }
    for (let k = 0; k <= i; k++) next[k] = 0.0;
  }
  for (let j = 0; j < n; j++) {
    d[j] = z[j * n + last];
    z[j * n + last] = 0.0;
  }
  z[last * n + last] = 1.0;
}

/** Eigenvalues of the tridiagonal matrix into d; its eigenvectors times z into z where `hasVectors`. */
function iterate(n: i32, z: Column, d: Column, e: Column, hasVectors: bool): bool {
  for (let i = 1; i < n; i++) e[i - 1] = e[i];
  e[n - 1] = 0.0;
  let shift: f64 = 0.0;
  let size: f64 = 0.0;
  for (let l = 0; l < n; l++) {
    size = max(size, Math.abs(d[l]) + Math.abs(e[l]));
    let m = l;
    while (m < n - 1 && !(Math.abs(e[m]) <= EPSILON * size)) m++;
    if (m > l) {
      let steps = 0;
      do {
        if (++steps > MOST_STEPS) return false;
        let g = d[l];
        let p = (d[l + 1] - g) / (2.0 * e[l]);
        let r = length(p, 1.0);
        if (p < 0) r = -r;
        d[l] = e[l] / (p + r);
        d[l + 1] = e[l] * (p + r);
        const next = d[l + 1];
        let h = g - d[l];
        for (let i = l + 2; i < n; i++) d[i] -= h;
        shift += h;
        p = d[m];
        let c: f64 = 1.0;
        let c2: f64 = 1.0;
        let c3: f64 = 1.0;
        let s: f64 = 0.0;
        let s2: f64 = 0.0;
        const after = e[l + 1];
        for (let i = m - 1; i >= l; i--) {
          c3 = c2;
          c2 = c;
          s2 = s;
          g = c * e[i];
          h = c * p;
          r = length(p, e[i]);
          e[i + 1] = s * r;
          s = e[i] / r;
          c = p / r;
          p = c * d[i] - s * g;
          d[i + 1] = h + s * (c * g + s * d[i]);
          if (hasVectors) vectors.rotate(n, c, s, row(n, z, i), row(n, z, i + 1));
        }
        p = (-s * s2 * c3 * after * e[l]) / next;
        e[l] = s * p;
        d[l] = c * p;
      } while (Math.abs(e[l]) > EPSILON * size);
    }
    d[l] += shift;
    e[l] = 0.0;
  }
  return true;
}

/** Ascending, by selection: n exchanges of rows at most. */
function sort(n: i32, z: Column, d: Column, hasVectors: bool): void {
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) if (d[j] < d[least]) least = j;
    if (least == i) continue;
    const x = d[i];
    d[i] = d[least];
    d[least] = x;
    if (!hasVectors) continue;
    for (let k = 0; k < n; k++) {
      const y = z[i * n + k];
      z[i * n + k] = z[least * n + k];
      z[least * n + k] = y;
    }
  }
}

/**
 * A = Σ value_k·v_k·v_k′.
 *
 * @param matrix  [n × n] symmetric and finite; is overwritten by the eigenvectors, row k for the k-th value
 * @param values  [n] ascending
 * @param scratch [n]
 * @returns false where the matrix is not finite
 */
export function decompose(n: i32, matrix: Column, values: Column, scratch: Column): bool {
  if (n == 0) return true;
  reduce(n, matrix, values, scratch, true);
  if (!iterate(n, matrix, values, scratch, true)) return false;
  sort(n, matrix, values, true);
  return true;
}

/** The eigenvalues alone, at two fifths of the cost for n = 94; the matrix is overwritten. */
export function eigenvalues(n: i32, matrix: Column, values: Column, scratch: Column): bool {
  if (n == 0) return true;
  reduce(n, matrix, values, scratch, false);
  if (!iterate(n, matrix, values, scratch, false)) return false;
  sort(n, matrix, values, false);
  return true;
}

/** Σ f_k·v_k·v_k′ into `out` [n × n], over the vectors `from` … `to` − 1: the sum begins with what is in `out`. */
export function addSpectrum(n: i32, vectorRows: Column, factor: Column, from: i32, to: i32, out: Column): void {
  for (let k = from; k < to; k++) {
    const v = row(n, vectorRows, k);
    const f = factor[k];
    if (f == 0) continue;
    for (let i = 0; i < n; i++) vectors.add(i + 1, f * v[i], v, row(n, out, i));
  }
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) out[j * n + i] = out[i * n + j];
}
