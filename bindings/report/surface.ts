/** A fitted surface as tables: one line for each expiry, what was dropped and why, one line of totals. */
import type { DropReason, Quote, SliceFit, SurfaceFit, UnderlyingFit } from "../lab/types.ts";
import { canonical } from "../documents/moment.ts";
import { moment } from "./names.ts";
import { aligned, MINUS, number, significant } from "./numbers.ts";
import { pillars } from "./surface-smile.ts";

export interface SurfaceCell {
  text: string;
  /** `bad`: arbitrage; `warn`: a fall-back, or a fit that misses; `quiet`: nothing to see. */
  tone?: "bad" | "warn" | "quiet";
}
export interface SurfaceTable {
  underlying: string;
  head: string[];
  /** Columns that hold words. */
  left: number[];
  rows: SurfaceCell[][];
  /** Flags, each with its expiry: `2026-03-27: 3 quotes: shape drawn to …`. */
  notes: string[];
  /** `11 expiries, 312 of 746 quotes used; …` */
  totals: string;
}

const DAYS = 365;
/** Above this a fit is said to miss, in vol points: the goal is 0.5. */
const POOR = 0.5;
const NONE = "–";

/** @param quotes those that were fitted, to count what each expiry lost */
export function surfaceTables(fit: SurfaceFit, quotes: readonly Quote[] = []): SurfaceTable[] {
  const given = counts(quotes);
  return fit.underlyings.map((one) => ({
    underlying: one.underlying,
    head: [
      "expiry",
      "days",
      "forward",
      "ATM %",
      "25Δ RR",
      "quotes",
      "RMSE",
      "max",
      "inside",
      "min g",
      "calendar",
      "method",
    ],
    left: [0, 11],
    rows: rowsOf(one, given),
    notes: fit.flags
      .filter((flag) => flag.startsWith(`${one.underlying} `))
      .map((flag) => shortMoments(flag.slice(one.underlying.length + 1))),
    totals: totals(one, given),
  }));
}

/** Moments within a text, in the form of `moment`. */
export const shortMoments = (text: string) => text.replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, moment);

/** To the minute: what a head says of a snapshot. */
export const minute = (text: string) => text.replace(/T(\d{2}:\d{2}).*Z$/, " $1");

const keyOf = (underlying: string, expiry: string) => `${underlying}\n${expiry}`;

function counts(quotes: readonly Quote[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { underlying, expiry } of quotes) {
    const key = keyOf(underlying, canonical(expiry));
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

function rowsOf({ underlying, slices }: UnderlyingFit, given: Map<string, number>): SurfaceCell[][] {
  const columns: SurfaceCell[][] = [
    slices.map(({ expiry }) => ({ text: moment(expiry) })),
    column(slices, ({ tau }) => (tau * DAYS).toFixed(tau * DAYS < 10 ? 2 : 0)),
    column(slices, ({ forward }) => figure(forward)),
    column(slices, (slice) => number(100 * pillars(slice).atm, 1)),
    column(slices, (slice) => points(pillars(slice).riskReversal)),
    column(slices, (slice) => {
      const all = given.get(keyOf(underlying, slice.expiry));
      return all === undefined ? String(slice.quotes) : `${slice.quotes} of ${all}`;
    }),
    column(slices, ({ rmse }) => (rmse === null ? NONE : rmse.toFixed(2)), missing),
    column(slices, ({ maxError }) => (maxError === null ? NONE : maxError.toFixed(2))),
    column(slices, ({ inside }) => (inside === null ? NONE : `${number(100 * inside, 0)} %`)),
    column(
      slices,
      ({ minG }) => minG.toFixed(3).replace("-", MINUS),
      ({ minG }) => (minG < 0 ? "bad" : undefined),
    ),
    column(
      slices,
      ({ calendarGap }) => (calendarGap === null ? NONE : significant(calendarGap, 2)),
      ({ calendarGap }) => (calendarGap === null ? "quiet" : calendarGap < 0 ? "bad" : undefined),
    ),
    slices.map(({ method }) => ({ text: method, tone: method === "svi" ? undefined : "warn" })),
  ];
  return slices.map((_, r) => columns.map((cells) => cells[r]!));
}

const missing = ({ rmse }: SliceFit) => (rmse === null ? "quiet" : rmse > POOR ? "warn" : undefined);

function column(
  slices: SliceFit[],
  text: (slice: SliceFit) => string,
  tone: (slice: SliceFit) => SurfaceCell["tone"] = () => undefined,
): SurfaceCell[] {
  const texts = aligned(slices.map(text));
  return slices.map((slice, r) => ({ text: texts[r]!, tone: tone(slice) }));
}

/** A price with as many decimals as its size asks for. */
export function figure(value: number): string {
  return number(value, value >= 1000 ? 0 : value >= 10 ? 2 : 4);
}

/** Time to expiry: hours within the last day. */
export function timeLeft(tau: number): string {
  const days = tau * DAYS;
  return days < 1 ? `${number(days * 24, 1)} h` : `${number(days, days < 10 ? 1 : 0)} d`;
}

/** A difference of vols, in vol points, with its sign. */
export function points(value: number, digits = 1): string {
  return Number.isFinite(value) ? number(100 * value, digits, "both") : NONE;
}

function totals({ underlying, slices }: UnderlyingFit, given: Map<string, number>): string {
  const used = sum(slices.map(({ quotes }) => quotes));
  const all = sum([...given].filter(([key]) => key.startsWith(`${underlying}\n`)).map(([, n]) => n));
  const parts = [
    `${slices.length} ${slices.length === 1 ? "expiry" : "expiries"}, ` +
      `${used}${all > 0 ? ` of ${all}` : ""} quotes used`,
  ];
  const { rmse, inside } = quality(slices);
  if (rmse !== null) parts.push(`RMSE ${rmse.toFixed(2)} vol points (median)`);
  if (inside !== null) parts.push(`${number(100 * inside, 0)} % inside bid–ask`);
  parts.push(arbitrageWords(slices));
  if (fallBacks(slices) > 0) parts.push(`${fallBacks(slices)} by fall-back`);
  if (mixtures(slices) > 0) parts.push(`${mixtures(slices)} with a mixture`);
  return parts.join("; ");
}

export const mixtures = (slices: readonly SliceFit[]) => slices.filter(({ mixture }) => mixture !== undefined).length;

/** Slices that are no plain SVI, but for those with a mixture beside it. */
export const fallBacks = (slices: readonly SliceFit[]) =>
  slices.filter(({ method }) => method !== "svi" && method !== "mixture").length;

/** Median RMSE of the expiries that have one, and the share of all used quotes that the fit passes inside of. */
export function quality(slices: readonly SliceFit[]): { rmse: number | null; inside: number | null } {
  const errors = slices.flatMap(({ rmse }) => rmse ?? []).sort((a, b) => a - b);
  const half = errors.length >> 1;
  const tested = slices.filter(({ inside }) => inside !== null);
  const weight = sum(tested.map(({ quotes }) => quotes));
  return {
    rmse:
      errors.length === 0 ? null : errors.length % 2 === 1 ? errors[half]! : (errors[half - 1]! + errors[half]!) / 2,
    inside: weight === 0 ? null : sum(tested.map(({ quotes, inside }) => quotes * inside!)) / weight,
  };
}

export function arbitrageWords(slices: readonly SliceFit[]): string {
  const butterflies = slices.filter(({ minG }) => minG < 0).length;
  const calendars = slices.filter(({ calendarGap }) => calendarGap !== null && calendarGap < 0).length;
  if (butterflies + calendars === 0) return "no static arbitrage";
  const parts = [
    butterflies === 0 ? "" : `${butterflies} with a butterfly`,
    calendars === 0 ? "" : `${calendars} with a calendar spread`,
  ];
  return `arbitrage: ${parts.filter((part) => part !== "").join(", ")}`;
}

/** What is wrong with a quote; the rules are in assembly/calibration/quotes.ts. */
export const REASONS: Record<DropReason, string> = {
  "not-finite": "strike or price is no number",
  "not-positive": "strike or price below zero",
  expired: "the option has expired",
  stale: "older than the maximum age",
  "one-sided": "no bid, or no ask",
  crossed: "bid above ask",
  "no-forward": "no forward is given, and parity implies none",
  "below-intrinsic": "the bid is not above intrinsic value: no vol",
  "above-maximum": "dearer than any vol can make it",
  "too-wide": "wider than 3 vol points and 40 % of its price",
  "small-delta": "|delta| below 0.02: a tick is more than what it tells",
  "duplicate-strike": "a younger or narrower quote of the option is there",
  "in-the-money": "the other option of the strike, out of the money, is used",
};

/** How many quotes each reason took, the most frequent first. */
export function droppedCounts({ dropped }: SurfaceFit): [DropReason, number][] {
  const found = new Map<DropReason, number>();
  for (const { reason } of dropped) found.set(reason, (found.get(reason) ?? 0) + 1);
  return [...found].sort((a, b) => b[1] - a[1]);
}

const sum = (list: number[]) => list.reduce((total, value) => total + value, 0);
