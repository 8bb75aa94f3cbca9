/** Quanta: powers of two of which sums are exact. */

/** 2^(⌈log₂ largest⌉ − 53): sums up to `largest` of its multiples are exact in f64. */
export function quantum(largest: f64): f64 {
  const bits = reinterpret<u64>(largest);
  const power = (bits >> 52) - 1023 + <u64>((bits & 0xfffffffffffff) != 0);
  return reinterpret<f64>((power - 53 + 1023) << 52);
}

/** The power of two nearest to x in its logarithm, for normal x > 0. */
export function nearestPower(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  const mantissa = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  return reinterpret<f64>((bits & 0x7ff0000000000000) + (<u64>(mantissa > 1.4142135623730951) << 52)); // √2
}

/** To a multiple of the quantum, a power of two; unchanged where it is 0. */
@inline export function round(x: f64, quantum: f64): f64 {
  return quantum > 0 ? nearest(x / quantum) * quantum : x;
}
