/**
 * Runs of doubles, two at a time. Sums have one fixed order (even and odd places apart, four partial sums), so the bits are the same on
 * every host.
 */
import { Column } from "../memory/column";

@inline function load2(x: usize): v128 {
  return v128.load(x);
}

/** Σ x_i·y_i. */
export function dot(n: i32, x: Column, y: Column): f64 {
  let a = changetype<usize>(x);
  let b = changetype<usize>(y);
  const end = a + (<usize>n << 3);
  let first = f64x2.splat(0.0);
  let second = f64x2.splat(0.0);
  while (a + 32 <= end) {
    first = f64x2.add(first, f64x2.mul(load2(a), load2(b)));
    second = f64x2.add(second, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    a += 32;
    b += 32;
  }
  const both = f64x2.add(first, second);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  while (a < end) {
    sum += load<f64>(a) * load<f64>(b);
    a += 8;
    b += 8;
  }
  return sum;
}

/** Σ x_i. */
export function total(n: i32, x: Column): f64 {
  let a = changetype<usize>(x);
  const end = a + (<usize>n << 3);
  let first = f64x2.splat(0.0);
  let second = f64x2.splat(0.0);
  while (a + 32 <= end) {
    first = f64x2.add(first, load2(a));
    second = f64x2.add(second, v128.load(a, 16));
    a += 32;
  }
  const both = f64x2.add(first, second);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  while (a < end) {
    sum += load<f64>(a);
    a += 8;
  }
  return sum;
}

/** y += scale·x. */
export function add(n: i32, scale: f64, x: Column, y: Column): void {
  let a = changetype<usize>(x);
  let b = changetype<usize>(y);
  const end = a + (<usize>n << 3);
  const s = f64x2.splat(scale);
  while (a + 16 <= end) {
    v128.store(b, f64x2.add(load2(b), f64x2.mul(s, load2(a))));
    a += 16;
    b += 16;
  }
  if (a < end) store<f64>(b, load<f64>(b) + scale * load<f64>(a));
}

/** The sum of `dot` while y += scale·x is made of another pair: Σ x_i·u_i is given back, v += scale·x. One pass over x for two uses. */
export function dotAndAdd(n: i32, x: Column, u: Column, scale: f64, v: Column): f64 {
  let a = changetype<usize>(x);
  let b = changetype<usize>(u);
  let c = changetype<usize>(v);
  const end = a + (<usize>n << 3);
  const s = f64x2.splat(scale);
  let sums = f64x2.splat(0.0);
  while (a + 16 <= end) {
    const both = load2(a);
    sums = f64x2.add(sums, f64x2.mul(both, load2(b)));
    v128.store(c, f64x2.add(load2(c), f64x2.mul(s, both)));
    a += 16;
    b += 16;
    c += 16;
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (a < end) {
    sum += load<f64>(a) * load<f64>(b);
    store<f64>(c, load<f64>(c) + scale * load<f64>(a));
  }
  return sum;
}

/** z −= f·x + g·y. */
export function subtractTwo(n: i32, f: f64, x: Column, g: f64, y: Column, z: Column): void {
  let a = changetype<usize>(x);
  let b = changetype<usize>(y);
  let c = changetype<usize>(z);
  const end = a + (<usize>n << 3);
  const ff = f64x2.splat(f);
  const gg = f64x2.splat(g);
  while (a + 16 <= end) {
    v128.store(c, f64x2.sub(load2(c), f64x2.add(f64x2.mul(ff, load2(a)), f64x2.mul(gg, load2(b)))));
    a += 16;
    b += 16;
    c += 16;
  }
  if (a < end) store<f64>(c, load<f64>(c) - (f * load<f64>(a) + g * load<f64>(b)));
}

/** (x, y) ← (cos·x − sin·y, sin·x + cos·y). */
export function rotate(n: i32, cos: f64, sin: f64, x: Column, y: Column): void {
  let a = changetype<usize>(x);
  let b = changetype<usize>(y);
  const end = a + (<usize>n << 3);
  const c = f64x2.splat(cos);
  const s = f64x2.splat(sin);
  while (a + 16 <= end) {
    const xx = load2(a);
    const yy = load2(b);
    v128.store(a, f64x2.sub(f64x2.mul(c, xx), f64x2.mul(s, yy)));
    v128.store(b, f64x2.add(f64x2.mul(s, xx), f64x2.mul(c, yy)));
    a += 16;
    b += 16;
  }
  if (a < end) {
    const xx = load<f64>(a);
    const yy = load<f64>(b);
    store<f64>(a, cos * xx - sin * yy);
    store<f64>(b, sin * xx + cos * yy);
  }
}

export function copy(n: i32, x: Column, out: Column): void {
  memory.copy(changetype<usize>(out), changetype<usize>(x), <usize>n << 3);
}
