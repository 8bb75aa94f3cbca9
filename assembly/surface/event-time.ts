/**
 * Event-weighted time: the clock in which variance accrues evenly.
 *
 *   t(from, to) = ∫ weight(hour of week) dt + Σ extra of the events in (from, to]
 *
 * in years of 31 536 000 s. A plain hour has weight 1; one of a weekend 0.6 unless estimated; an event counts as v_e/σ_a²
 * extra years (event.ts). Weights repeat every week; moments are seconds since 1970-01-01 UTC, given by the host.
 *
 * Accuracy: whole weeks are taken off first, so seconds are exact and sums of weights round once per hour: 1e-12 relative.
 *
 * Source: the decomposition w(T₂) − w(T₁) = σ_a²·(T₂ − T₁) + Σ v_e; French (1980), Stock returns and the weekend effect,
 * for the weaker days.
 */
import { Column } from "../memory/column";

const HOUR: f64 = 3600.0;
const WEEK: f64 = 604800.0;
const YEAR: f64 = 31536000.0;
const HOURS: i32 = 168;
/** 1970-01-01 was a Thursday: the Monday before it, in seconds. */
const FIRST_MONDAY: f64 = -259200.0;

/** Weight of a weekend hour where no other is estimated. */
export const WEEKEND: f64 = 0.6;

/** Hour weights of a week [168], from Monday 00:00 UTC: 1, and `weekend` on Saturday and Sunday. */
export function fillWeek(weekend: f64, out: Column): void {
  for (let hour = 0; hour < HOURS; hour++) out[hour] = hour < 120 ? 1.0 : weekend;
}

/** Weighted seconds from the week's Monday to `second` of it, 0 ≤ second ≤ 604 800. */
function intoWeek(second: f64, weights: Column): f64 {
  const hour = min(<i32>(second / HOUR), HOURS - 1);
  let sum = 0.0;
  for (let i = 0; i < hour; i++) sum += weights[i];
  return sum * HOUR + (second - <f64>hour * HOUR) * weights[hour];
}

/**
 * Event time between two moments, in years.
 *
 * @param from    seconds since 1970; `to` ≥ from, NaN otherwise
 * @param weights [168] of the hours of a week from Monday 00:00 UTC, ≥ 0
 * @param events  how many there are
 * @param moment  [events] seconds since 1970
 * @param extra   [events] years that each counts for, ≥ 0
 */
export function eventTime(from: f64, to: f64, weights: Column, events: i32, moment: Column, extra: Column): f64 {
  if (!(to >= from)) return NaN;
  const monday = f64.floor((from - FIRST_MONDAY) / WEEK) * WEEK + FIRST_MONDAY;
  const weeks = f64.floor((to - monday) / WEEK);
  let seconds = intoWeek(to - monday - weeks * WEEK, weights) - intoWeek(from - monday, weights);
  if (weeks > 0.0) seconds += weeks * intoWeek(WEEK, weights);
  let years = seconds / YEAR;
  for (let i = 0; i < events; i++) if (moment[i] > from && moment[i] <= to) years += extra[i];
  return years;
}
