/** Curves over a table of n points [from, y], ascending; the table is 2n numbers. NaN where x is NaN or the table is missing. */

@inline function from(table: usize, i: i32): f64 {
  return load<f64>(table + (<usize>i << 4));
}

@inline function y(table: usize, i: i32): f64 {
  return load<f64>(table + (<usize>i << 4), 8);
}

/** y of the last point at or below x; 0 below the first. */
export function step(x: f64, table: usize, n: i32): f64 {
  if (isNaN(x) || n == 0) return NaN;
  let value: f64 = 0;
  for (let i = 0; i < n && x >= from(table, i); i++) value = y(table, i);
  return value;
}

/** Σ over brackets [fromᵢ, fromᵢ₊₁) of the part of x in the bracket times yᵢ. */
export function progressive(x: f64, table: usize, n: i32): f64 {
  if (isNaN(x) || n == 0) return NaN;
  let sum: f64 = 0;
  for (let i = 0; i < n && x > from(table, i); i++) {
    const end = i + 1 < n ? min(x, from(table, i + 1)) : x;
    sum += (end - from(table, i)) * y(table, i);
  }
  return sum;
}

/** Linear between the points, flat outside. */
export function interpolate(x: f64, table: usize, n: i32): f64 {
  if (isNaN(x) || n == 0) return NaN;
  if (x <= from(table, 0)) return y(table, 0);
  for (let i = 1; i < n; i++) {
    if (x <= from(table, i)) {
      const share = (x - from(table, i - 1)) / (from(table, i) - from(table, i - 1));
      return y(table, i - 1) + (y(table, i) - y(table, i - 1)) * share;
    }
  }
  return y(table, n - 1);
}

/** dy/dx of the curve at x, from the left: what one more unit costs where x is a size. */
export function slope(x: f64, table: usize, n: i32, isProgressive: bool): f64 {
  if (isProgressive) {
    let at: f64 = 0;
    for (let i = 0; i < n && x > from(table, i); i++) at = y(table, i);
    return at;
  }
  if (n == 0 || x <= from(table, 0)) return 0;
  for (let i = 1; i < n; i++) {
    if (x <= from(table, i)) return (y(table, i) - y(table, i - 1)) / (from(table, i) - from(table, i - 1));
  }
  return 0;
}
