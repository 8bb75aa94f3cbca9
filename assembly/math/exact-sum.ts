/**
 * Sums of arbitrary f64 that depend on no order and can be undone.
 *
 * A number is cut into multiples of 2⁰, 2⁻³⁰ and 2⁻⁶⁰ (what lies below is rounded once); each part is summed on its own, and such sums
 * are exact in f64 while totals stay below 2⁵³ and fewer than 2²³ numbers are added. So adding and taking away, in any order, ends at
 * the same bits. A total is three numbers beside each other.
 */
const STEP: f64 = 1073741824; // 2³⁰
const FINE: f64 = STEP * STEP;

/** Numbers of a total. */
export const PARTS: i32 = 3;

@inline export function add(total: usize, x: f64): void {
  const high = nearest(x);
  const rest = x - high;
  const middle = nearest(rest * STEP) / STEP;
  const low = nearest((rest - middle) * FINE) / FINE;
  store<f64>(total, load<f64>(total) + high);
  store<f64>(total, load<f64>(total, 8) + middle, 8);
  store<f64>(total, load<f64>(total, 16) + low, 16);
}

@inline export function value(total: usize): f64 {
  return load<f64>(total) + (load<f64>(total, 8) + load<f64>(total, 16));
}
