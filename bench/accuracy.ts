/** How far results are from golden numbers, in words short enough for a table. */

function digits(x: number): string {
  if (x === Infinity || Number.isNaN(x)) return "∞";
  return x === 0 ? "0" : x < 1e-2 ? x.toExponential(1) : x.toPrecision(2);
}

/** Relative errors of the rows that `counts` names, as "99 % …, max …"; a NaN is an infinite error. */
export function relativeErrors(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  counts: (i: number) => boolean,
): string {
  const errors: number[] = [];
  for (let i = 0; i < expected.length; i++) {
    if (!counts(i)) continue;
    const error = got[i] === expected[i] ? 0 : Math.abs(got[i]! / expected[i]! - 1);
    errors.push(Number.isNaN(error) ? Infinity : error);
  }
  errors.sort((a, b) => a - b);
  const failed = errors.filter((error) => error > 1e-3).length / errors.length;
  const wrong = failed > 0 ? `, ${(100 * failed).toPrecision(2)} % wrong` : "";
  return `${digits(errors[Math.floor(0.99 * (errors.length - 1))]!)} / ${digits(errors.at(-1)!)}${wrong}`;
}
