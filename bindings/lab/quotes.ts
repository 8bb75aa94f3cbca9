/** Quotes as given → rows by underlying and expiry, in an order that does not depend on theirs. */
import { MarginError, unexpected } from "../error.ts";
import { canonical, milliseconds } from "../documents/moment.ts";
import type { Quote, SurfaceOptions } from "./types.ts";

export interface Row {
  /** Index into the quotes that were given. */
  row: number;
  strike: number;
  callPut: 1 | -1;
  /** 0 where nobody quotes. */
  bid: number;
  ask: number;
  /** NaN where none is given. */
  forward: number;
  /** Seconds. */
  age: number;
}
export interface Expiry {
  underlying: string;
  expiry: string;
  /** Years; ≤ 0 where it has expired. */
  tau: number;
  rows: Row[];
}

export const YEAR_MS = 365 * 86_400_000;

export function momentOf(text: unknown, field: string): number {
  const at = typeof text === "string" ? milliseconds(text) : NaN;
  if (Number.isNaN(at))
    throw unexpected("BadText", field, "an ISO 8601 moment with a zone, such as 2026-02-05T08:00:00Z", text);
  return at;
}

/** A price or null; numbers that are none go on, and are dropped by name. */
function price(value: unknown, field: string): number {
  if (value === null || value === undefined) return 0;
  if (typeof value !== "number") throw unexpected("WrongType", field, "a number or null", value);
  return value;
}

function numberOf(value: unknown, field: string): number {
  if (typeof value !== "number") throw unexpected("WrongType", field, "a number", value);
  return value;
}

/** The whole order of rows: equal rows are equal in all that counts. NaN first. */
function compare(a: Row, b: Row): number {
  for (const key of ["strike", "callPut", "bid", "ask", "age", "forward"] as const) {
    const x = a[key];
    const y = b[key];
    if (Object.is(x, y)) continue;
    if (Number.isNaN(x)) return -1;
    if (Number.isNaN(y)) return 1;
    if (x !== y) return key === "callPut" ? y - x : x - y;
  }
  return a.row - b.row;
}

/** By underlying in the order of their names, then by expiry. */
export function expiriesOf(quotes: readonly Quote[], options: SurfaceOptions): Expiry[] {
  if (!Array.isArray(quotes)) throw unexpected("WrongType", "quotes", "a list of quotes", quotes);
  const asOf = momentOf(options.asOf, "options.asOf");
  const found = new Map<string, Expiry>();
  const moments = new Map<string, [canonical: string, at: number]>(); // of texts, which repeat
  const moment = (text: string, field: string) => {
    const known = moments.get(text);
    if (known !== undefined) return known;
    const at = momentOf(text, field);
    const both: [string, number] = [canonical(text), at];
    moments.set(text, both);
    return both;
  };
  quotes.forEach((quote, row) => {
    const at = `quotes[${row}]`;
    if (quote === null || typeof quote !== "object") throw unexpected("WrongType", at, "a quote", quote);
    const { underlying, callPut } = quote;
    if (typeof underlying !== "string" || underlying === "")
      throw unexpected("WrongType", `${at}.underlying`, "a name", underlying);
    if (callPut !== 1 && callPut !== -1)
      throw unexpected("CallPutNotOne", `${at}.callPut`, "1 (call) or -1 (put)", callPut);
    const [expiry, expires] = moment(quote.expiry, `${at}.expiry`);
    const key = `${underlying}\n${expiry}`;
    let group = found.get(key);
    if (group === undefined) {
      group = { underlying, expiry, tau: (expires - asOf) / YEAR_MS, rows: [] };
      found.set(key, group);
    }
    const time = quote.time === undefined ? asOf : moment(quote.time, `${at}.time`)[1];
    group.rows.push({
      row,
      strike: numberOf(quote.strike, `${at}.strike`),
      callPut,
      bid: price(quote.bid, `${at}.bid`),
      ask: price(quote.ask, `${at}.ask`),
      forward: quote.forward === undefined ? NaN : numberOf(quote.forward, `${at}.forward`),
      age: (asOf - time) / 1000,
    });
  });
  if (found.size === 0) throw new MarginError("TooFewQuotes", "quotes", "there is none");
  const sorted = [...found.values()].sort((a, b) => byName(a.underlying, b.underlying) || a.tau - b.tau);
  for (const { rows } of sorted) rows.sort(compare);
  return sorted;
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
