/** Quanta: where sums are exact, every number that is summed is rounded once to a power of two of its currency. */

/** 2^(⌈log₂(largestTotal)⌉ − 53). */
export function quantumOf(largestTotal: number): number {
  return 2 ** (Math.ceil(Math.log2(largestTotal)) - 53);
}

/** Quantum of a measure in base units: quantum·2^−round(log₂(price of one base unit in settlement currency)). */
export function baseQuantum(quantum: number, basePrice: number): number {
  return quantum * 2 ** -Math.round(Math.log2(basePrice));
}

/** The nearest multiple of the quantum; ties to even, as `f64.nearest` has it. */
export function toQuantum(x: number, quantum: number): number {
  const scaled = x / quantum;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return (up ? below + 1 : below) * quantum;
}

export interface Exact {
  digits: bigint;
  exponent: number;
}

/** a < b as decimals. */
export function isLess(a: Exact, b: Exact): boolean {
  const exponent = Math.min(a.exponent, b.exponent);
  const whole = (x: Exact) => x.digits * 10n ** BigInt(x.exponent - exponent);
  return whole(a) < whole(b);
}

/** A decimal number as digits·10^exponent, exactly as it is written. */
export function decimal(x: number | string): Exact {
  const [mantissa, power] = String(x).split("e");
  const [whole, fraction = ""] = mantissa!.split(".");
  return { digits: BigInt(whole! + fraction), exponent: Number(power ?? 0) - fraction.length };
}

/** amount/lot where it is whole, compared as decimals: 0.3 is three lots of 0.1. */
export function wholeLots(amount: number, lot: number): number {
  const a = decimal(amount);
  const l = decimal(lot);
  const shift = a.exponent - l.exponent;
  const numerator = shift > 0 ? a.digits * 10n ** BigInt(shift) : a.digits;
  const denominator = shift < 0 ? l.digits * 10n ** BigInt(-shift) : l.digits;
  if (numerator % denominator !== 0n) throw new Error(`${amount} is not a multiple of the lot ${lot}`);
  return Number(numerator / denominator);
}
