/** Returns as given → columns, every row checked. */
import { MarginError, unexpected } from "../error.ts";
import { milliseconds } from "../documents/moment.ts";
import type { Returns } from "./correlation-types.ts";

/** Eighth powers of returns between these, and their sums, are numbers: the market's target takes them. */
const LARGEST = 1e30;
const SMALLEST = 1e-30;

export interface CheckedReturns {
  names: string[];
  rows: number;
  /** [names][rows] */
  columns: Float64Array;
  from?: string;
  to?: string;
  /** Usual distance of two dates in milliseconds; NaN without dates. */
  step: number;
}

const LEAST_ROWS = 3;
const LEAST_NAMES = 2;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Milliseconds of a day or of a moment with a zone; NaN where it is neither. */
export const dateOf = (text: unknown): number =>
  typeof text !== "string" ? NaN : milliseconds(DAY.test(text) ? `${text}T00:00:00Z` : text);

/** The middle one of the distances, of an even count the lower. */
export function usualStep(moments: readonly number[]): number {
  const steps = moments.slice(1).map((at, i) => at - moments[i]!);
  return steps.sort((a, b) => a - b)[(steps.length - 1) >> 1] ?? NaN;
}

function checkNames(names: unknown): asserts names is string[] {
  if (!Array.isArray(names)) throw unexpected("WrongType", "returns.names", "a list of names", names);
  names.forEach((name: unknown, i) => {
    if (typeof name !== "string" || name === "") throw unexpected("WrongType", `returns.names[${i}]`, "a name", name);
    const first = names.indexOf(name);
    if (first < i)
      throw new MarginError("DuplicateName", `returns.names[${i}]`, `"${name}" is also names[${first}]`, {
        row: i,
        value: name,
      });
  });
  if (names.length < LEAST_NAMES)
    throw unexpected("TooFewNames", "returns.names", `at least ${LEAST_NAMES} names`, names.length);
}

function checkDates(dates: unknown, rows: number): number[] {
  if (!Array.isArray(dates)) throw unexpected("WrongType", "returns.dates", "a list of dates", dates);
  if (dates.length !== rows)
    throw unexpected("LengthsDiffer", "returns.dates", `${rows} dates, one for each row`, dates.length);
  const moments = dates.map((date: unknown, t) => {
    const at = dateOf(date);
    if (Number.isNaN(at))
      throw unexpected("BadText", `returns.dates[${t}]`, "a date, or an ISO 8601 moment with a zone", date);
    return at;
  });
  for (let t = 1; t < rows; t++) {
    const details = { row: t, value: dates[t] };
    if (moments[t] === moments[t - 1])
      throw new MarginError("DuplicateDate", `returns.dates[${t}]`, `${dates[t]} is there twice`, details);
    if (!(moments[t]! > moments[t - 1]!))
      throw new MarginError(
        "DatesNotSorted",
        `returns.dates[${t}]`,
        `expected after ${dates[t - 1]}, was ${dates[t]}`,
        details,
      );
  }
  return moments;
}

/**
 * Refuses a name whose moments would be infinite or 0.
 *
 * @throws MarginError `OutOfRange`
 */
export function checkSizes({ names, rows, columns }: CheckedReturns): void {
  names.forEach((name, i) => {
    const size = columns.subarray(i * rows, (i + 1) * rows).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (size >= SMALLEST && size <= LARGEST) return;
    throw new MarginError(
      "OutOfRange",
      `returns.names[${i}]`,
      `expected returns of ${name} up to a size from ${SMALLEST} to ${LARGEST}, was ${size}`,
      { row: i, value: size },
    );
  });
}

/**
 * @throws MarginError with the place: `WrongType`, `DuplicateName`, `TooFewNames`, `TooFewRows`, `LengthsDiffer`, `NotFinite`,
 *   `ConstantColumn`, `BadText`, `DuplicateDate`, `DatesNotSorted`
 */
export function checkReturns(returns: Returns): CheckedReturns {
  if (returns === null || typeof returns !== "object") throw unexpected("WrongType", "returns", "an object", returns);
  const { names, rows, dates } = returns;
  checkNames(names);
  if (!Array.isArray(rows)) throw unexpected("WrongType", "returns.rows", "a list of rows", rows);
  const count = rows.length;
  const moments = dates === undefined ? undefined : checkDates(dates, count);
  if (count < LEAST_ROWS) throw unexpected("TooFewRows", "returns.rows", `at least ${LEAST_ROWS} rows`, count);
  const n = names.length;
  const columns = new Float64Array(n * count);
  rows.forEach((row: unknown, t) => {
    if (!Array.isArray(row)) throw unexpected("WrongType", `returns.rows[${t}]`, "a list of returns", row);
    if (row.length !== n)
      throw unexpected("LengthsDiffer", `returns.rows[${t}]`, `${n} returns, one for each name`, row.length);
    for (let i = 0; i < n; i++) {
      const value: unknown = row[i];
      if (typeof value !== "number" || !Number.isFinite(value)) {
        const when = dates === undefined ? "" : ` on ${dates[t]}`;
        throw unexpected("NotFinite", `returns.rows[${t}][${i}]`, `a finite return of ${names[i]}${when}`, value);
      }
      columns[i * count + t] = value;
    }
  });
  for (let i = 0; i < n; i++) {
    const own = columns.subarray(i * count, (i + 1) * count);
    if (own.every((value) => value === own[0]))
      throw new MarginError(
        "ConstantColumn",
        `returns.names[${i}]`,
        `every return of ${names[i]} is ${own[0]}: without variance there is no correlation`,
        { row: i, value: own[0] },
      );
  }
  return {
    names: [...names],
    rows: count,
    columns,
    step: moments === undefined ? NaN : usualStep(moments),
    ...(dates === undefined ? {} : { from: dates[0]!, to: dates.at(-1)! }),
  };
}
