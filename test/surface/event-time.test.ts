import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, kernels, release } from "../kernels.ts";
import { filled } from "./sample.ts";

const YEAR = 31536000;
const WEEK = 604800;
const MONDAY = Date.UTC(2025, 5, 9) / 1000; // 9 June 2025 was a Monday

function time(
  from: number,
  to: number,
  weights = 0.6 as number | number[],
  moments: number[] = [],
  extra: number[] = [],
) {
  release();
  const week = column(168);
  if (typeof weights === "number") kernels.fillWeek(weights, week);
  else new Float64Array(kernels.memory.buffer, week, 168).set(weights);
  const [m, e] = [column(moments.length + 1, moments), column(extra.length + 1, extra)];
  return kernels.eventTime(from, to, week, moments.length, m, e);
}

describe("identities", () => {
  it("with even weights it is calendar time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 0, max: 2e8 }), (from, length) => {
        expect(Math.abs(time(from, from + length, 1) * YEAR - length)).toBeLessThan(1e-6);
      }),
    );
  });

  it("a week is five days and two of weight 0.6; a Saturday is 0.6 of a Monday", () => {
    const DAY = 86400;
    expect(time(MONDAY, MONDAY + WEEK) * YEAR).toBeCloseTo((5 + 2 * 0.6) * DAY, 6);
    expect(time(MONDAY, MONDAY + DAY) * YEAR).toBeCloseTo(DAY, 6);
    expect(time(MONDAY + 4 * DAY, MONDAY + 5 * DAY) * YEAR).toBeCloseTo(DAY, 6);
    expect(time(MONDAY + 5 * DAY, MONDAY + 6 * DAY) * YEAR).toBeCloseTo(0.6 * DAY, 6);
    expect(time(MONDAY + 6 * DAY, MONDAY + 7 * DAY) * YEAR).toBeCloseTo(0.6 * DAY, 6);
  });

  it("adds up over any cut, events included", () => {
    const weights = Array.from({ length: 168 }, (_, hour) => 0.5 + (hour % 24) / 24);
    const moments = [MONDAY + 3e5, MONDAY + 1e6];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e6 }), fc.integer({ min: 0, max: 2e6 }), (first, second) => {
        const [a, b] = [MONDAY, MONDAY + first];
        const c = b + second;
        const parts = time(a, b, weights, moments, [0.01, 0.02]) + time(b, c, weights, moments, [0.01, 0.02]);
        expect(Math.abs(parts - time(a, c, weights, moments, [0.01, 0.02]))).toBeLessThan(1e-14);
      }),
    );
  });

  it("an event counts from its moment on", () => {
    const one = (to: number) => time(MONDAY, to, 1, [MONDAY + 7200], [0.01]) - time(MONDAY, to, 1);
    expect(one(MONDAY + 7199)).toBe(0);
    expect(one(MONDAY + 7200)).toBeCloseTo(0.01, 15);
    expect(time(MONDAY + 7200, MONDAY + 9000, 1, [MONDAY + 7200], [0.01])).toBe(1800 / YEAR);
  });

  it("one hour of the week has its own weight", () => {
    const weights = new Array<number>(168).fill(0);
    weights[3 * 24 + 13] = 2; // Thursday 13:00
    expect(time(MONDAY, MONDAY + 3 * WEEK, weights) * YEAR).toBeCloseTo(3 * 7200, 9);
    expect(time(0, 13 * 3600, weights)).toBe(0); // 1970-01-01 was a Thursday
    expect(time(0, 13.5 * 3600, weights) * YEAR).toBeCloseTo(3600, 9);
  });
});

describe("edges", () => {
  it("no time is 0; back in time, or NaN, is NaN", () => {
    expect(time(MONDAY, MONDAY)).toBe(0);
    expect(time(MONDAY, MONDAY - 1)).toBeNaN();
    expect(time(NaN, MONDAY)).toBeNaN();
    expect(time(-1e6, 1e6, 1)).toBeCloseTo(2e6 / YEAR, 12); // moments before 1970 too
  });
  it("a week of weights", () => {
    release();
    const week = filled(168, (out) => kernels.fillWeek(0.6, out));
    expect(week.filter((x) => x === 0.6).length).toBe(48);
    expect(week.slice(0, 120).every((x) => x === 1)).toBe(true);
  });
});
