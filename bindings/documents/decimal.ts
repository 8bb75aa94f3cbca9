/**
 * Decimals that are finer than f64: 0.399999999999999999 and 0.4 are one f64. Written as text they are read as the nearest f64 with the rest
 * beside it, so that two of them compare as they are written.
 */
import * as v from "valibot";

/** A number in text, such as "0.399999999999999999". */
export type Decimal = `${number}`;

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,30})?$/;
export const decimal = v.pipe(
  v.string(),
  v.regex(DECIMAL, 'a number, or a decimal in quotes such as "0.399999999999999999"'),
) as unknown as v.GenericSchema<Decimal>;

export const isDecimal = (x: unknown): x is Decimal => typeof x === "string" && DECIMAL.test(x);

/** Bits behind the point of a rest, far beyond the digits that a decimal may have. */
const BITS = 300n;

/** What a decimal is more than the f64 nearest to it; a number is the shortest decimal that reads as it. */
export function restOf(figure: number | Decimal): number {
  const [, sign, whole, fraction = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(figure))!;
  const exponent = Number(power) - fraction.length;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const scaled =
    exponent < 0 ? (digits << BITS) / 10n ** BigInt(-exponent) : (digits * 10n ** BigInt(exponent)) << BITS;
  return Number(scaled - bitsOf(Number(figure))) / 2 ** Number(BITS);
}

/** x·2^BITS, exactly but for bits behind them. */
function bitsOf(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const power = (bits >> 52n) & 0x7ffn;
  const mantissa = (bits & 0xfffffffffffffn) | (power === 0n ? 0n : 1n << 52n);
  const shift = (power === 0n ? 1n : power) - 1075n + BITS;
  const size = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return x < 0 ? -size : size;
}
