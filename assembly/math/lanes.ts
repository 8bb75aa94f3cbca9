/**
 * One algorithm, two widths: the arithmetic of a lane type T.
 *
 * T is `f64` (one value: the definition of every kernel) or `v128` (an f64x2: two values at once).
 * A kernel written once over T gives the same bits in both, because every function here is a single
 * IEEE operation or bit operation that works lane by lane. There is no fused multiply-add and no
 * relaxed SIMD, so the bits are also those of any host, and of a plain JavaScript twin.
 *
 * A mask is a T whose lanes have all bits set (true) or none (false); as a number it is NaN or 0, so
 * it is only ever passed to the bit functions below.
 *
 * Everything is `@inline`: a call costs nothing, and the branch on `isVector` is decided when compiling.
 */

// ---- constants and memory

/** The number x in each lane. */
@inline export function splat<T>(x: f64): T {
  if (isVector<T>()) return f64x2.splat(x);
  else return <T>x;
}

/** The 64 bits x in each lane. */
@inline export function bits<T>(x: u64): T {
  if (isVector<T>()) return i64x2.splat(x);
  else return <T>reinterpret<f64>(x);
}

/** One lane group from memory; `offset` is a compile-time constant in bytes. */
@inline export function load<T>(address: usize, offset: usize = 0): T {
  if (isVector<T>()) return v128.load(address + offset);
  else return <T>f64.load(address + offset);
}

/** One lane group to memory. */
@inline export function store<T>(address: usize, value: T, offset: usize = 0): void {
  if (isVector<T>()) v128.store(address + offset, value);
  else f64.store(address + offset, <f64>value);
}

// ---- arithmetic

@inline export function add<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.add(a, b);
  else return <T>(<f64>a + <f64>b);
}

@inline export function sub<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.sub(a, b);
  else return <T>(<f64>a - <f64>b);
}

@inline export function mul<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.mul(a, b);
  else return <T>(<f64>a * <f64>b);
}

@inline export function div<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.div(a, b);
  else return <T>(<f64>a / <f64>b);
}

/** a·b + c with two roundings; never fused. */
@inline export function mulAdd<T>(a: T, b: T, c: T): T {
  return add<T>(mul<T>(a, b), c);
}

@inline export function sqrt<T>(a: T): T {
  if (isVector<T>()) return f64x2.sqrt(a);
  else return <T>f64.sqrt(<f64>a);
}

/** The nearest integer, ties to even. */
@inline export function nearest<T>(a: T): T {
  if (isVector<T>()) return f64x2.nearest(a);
  else return <T>f64.nearest(<f64>a);
}

/** b < a ? b : a. A NaN in `a` stays, a NaN in `b` is dropped; a third of the cost of `min`. */
@inline export function pmin<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.pmin(a, b);
  else return <T>(<f64>b < <f64>a ? <f64>b : <f64>a);
}

/** a < b ? b : a. A NaN in `a` stays, a NaN in `b` is dropped. */
@inline export function pmax<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.pmax(a, b);
  else return <T>(<f64>a < <f64>b ? <f64>b : <f64>a);
}

// ---- bit operations

@inline export function and<T>(a: T, b: T): T {
  if (isVector<T>()) return v128.and(a, b);
  else return <T>reinterpret<f64>(reinterpret<u64>(<f64>a) & reinterpret<u64>(<f64>b));
}

@inline export function or<T>(a: T, b: T): T {
  if (isVector<T>()) return v128.or(a, b);
  else return <T>reinterpret<f64>(reinterpret<u64>(<f64>a) | reinterpret<u64>(<f64>b));
}

@inline export function xor<T>(a: T, b: T): T {
  if (isVector<T>()) return v128.xor(a, b);
  else return <T>reinterpret<f64>(reinterpret<u64>(<f64>a) ^ reinterpret<u64>(<f64>b));
}

/** a AND NOT b: `a` where the mask `b` is false, 0 where it is true. */
@inline export function andNot<T>(a: T, b: T): T {
  if (isVector<T>()) return v128.andnot(a, b);
  else return <T>reinterpret<f64>(reinterpret<u64>(<f64>a) & ~reinterpret<u64>(<f64>b));
}

/** The bits as 64-bit integers, added. */
@inline export function addBits<T>(a: T, b: T): T {
  if (isVector<T>()) return i64x2.add(a, b);
  else return <T>reinterpret<f64>(reinterpret<u64>(<f64>a) + reinterpret<u64>(<f64>b));
}

/** The bits as 64-bit integers, subtracted. */
@inline export function subBits<T>(a: T, b: T): T {
  if (isVector<T>()) return i64x2.sub(a, b);
  else return <T>reinterpret<f64>(reinterpret<u64>(<f64>a) - reinterpret<u64>(<f64>b));
}

@inline export function shiftLeft<T>(a: T, places: i32): T {
  if (isVector<T>()) return i64x2.shl(a, places);
  else return <T>reinterpret<f64>(reinterpret<u64>(<f64>a) << places);
}

/** Shifts zeros in from the left. */
@inline export function shiftRight<T>(a: T, places: i32): T {
  if (isVector<T>()) return i64x2.shr_u(a, places);
  else return <T>reinterpret<f64>(reinterpret<u64>(<f64>a) >> places);
}

const SIGN: u64 = 0x8000000000000000;

@inline export function abs<T>(a: T): T {
  return andNot<T>(a, bits<T>(SIGN));
}

@inline export function neg<T>(a: T): T {
  return xor<T>(a, bits<T>(SIGN));
}

/** The sign bit alone: of a number its sign, of a mask −0 where true. */
@inline export function signOf<T>(a: T): T {
  return and<T>(a, bits<T>(SIGN));
}

// ---- comparisons, masks

@inline function scalarMask<T>(condition: bool): T {
  return <T>reinterpret<f64>(0 - <u64>condition);
}

@inline export function lt<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.lt(a, b);
  else return scalarMask<T>(<f64>a < <f64>b);
}

@inline export function le<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.le(a, b);
  else return scalarMask<T>(<f64>a <= <f64>b);
}

@inline export function gt<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.gt(a, b);
  else return scalarMask<T>(<f64>a > <f64>b);
}

@inline export function ge<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.ge(a, b);
  else return scalarMask<T>(<f64>a >= <f64>b);
}

@inline export function eq<T>(a: T, b: T): T {
  if (isVector<T>()) return f64x2.eq(a, b);
  else return scalarMask<T>(<f64>a == <f64>b);
}

/** `a` where the mask is true, `b` where it is false. */
@inline export function select<T>(mask: T, a: T, b: T): T {
  if (isVector<T>()) return v128.bitselect(a, b, mask);
  else {
    const m = reinterpret<u64>(<f64>mask);
    return <T>reinterpret<f64>((reinterpret<u64>(<f64>a) & m) | (reinterpret<u64>(<f64>b) & ~m));
  }
}

/** NaN where the mask is false, `a` where it is true. */
@inline export function nanUnless<T>(mask: T, a: T): T {
  return or<T>(a, andNot<T>(bits<T>(0xffffffffffffffff), mask));
}

/** Is any lane of the mask true? */
@inline export function anyTrue<T>(mask: T): bool {
  if (isVector<T>()) return v128.any_true(mask);
  else return reinterpret<u64>(<f64>mask) != 0;
}

/** Are all lanes of the mask true? */
@inline export function allTrue<T>(mask: T): bool {
  if (isVector<T>()) return i64x2.all_true(mask);
  else return reinterpret<u64>(<f64>mask) != 0;
}
