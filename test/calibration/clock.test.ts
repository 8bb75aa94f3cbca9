/** Event-weighted time, as a fit tells it and as the lab computes it. The reference adds up hours. */
import { describe, expect, test } from "vitest";
import { marketFacts } from "../../bindings/lab.ts";
import { lab } from "./lab.ts";
import { AS_OF, quotesOf, surface } from "./synthetic.ts";

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

function byHours(from: string, to: string, weekend: number): number {
  let years = 0;
  for (let at = Date.parse(from); at < Date.parse(to); at += HOUR) {
    const day = new Date(at).getUTCDay();
    years += ((day === 0 || day === 6 ? weekend : 1) * HOUR) / YEAR;
  }
  return years;
}

describe("lab.eventTime", () => {
  test.each([
    ["2026-02-05T08:00:00Z", "2026-02-06T08:00:00Z"],
    ["2026-02-05T08:00:00Z", "2026-02-09T03:00:00Z"],
    ["2026-02-07T12:00:00Z", "2026-12-25T08:00:00Z"],
  ])("%s to %s", (from, to) => {
    for (const weekend of [1, 0.6]) {
      expect(lab.eventTime(from, to, { weekend }) / byHours(from, to, weekend)).toBeCloseTo(1, 12);
    }
  });
  test("an event counts once it has happened", () => {
    const events = [{ at: "2026-03-10T19:00:00Z", days: 2.5 }];
    const of = (to: string) => lab.eventTime(AS_OF, to, { events }) - lab.eventTime(AS_OF, to, {});
    expect(of("2026-03-10T18:00:00Z")).toBe(0);
    expect(of("2026-03-11T08:00:00Z")).toBeCloseTo(2.5 / 365, 14);
  });
  test("what is no clock is refused by name", () => {
    const to = "2027-01-01T00:00:00Z";
    expect(() => lab.eventTime(AS_OF, to, { weekend: 0 })).toThrow("clock.weekend: expected > 0, was 0");
    expect(() => lab.eventTime(AS_OF, to, { events: [{ at: to, days: -1 }] })).toThrow(/clock\.events\[0\]\.days/);
    expect(() => lab.eventTime(AS_OF, to, { events: [{ at: "soon", days: 1 }] })).toThrow(/clock\.events\[0\]\.at/);
    expect(() => lab.eventTime(to, AS_OF, {})).toThrow(/^to: expected not before/);
    expect(lab.memory().used).toBe(0);
  });
});

test("a fit under a clock tells each slice's event time, and hands it to the market; without one it does not", () => {
  const quotes = quotesOf(surface([7, 30, 90]));
  const options = { asOf: AS_OF, payoff: "inverse" as const };
  const plain = lab.calibrate.surface(quotes, options);
  const clocked = lab.calibrate.surface(quotes, { ...options, clock: { weekend: 0.6 } });
  const facts = marketFacts(clocked);
  clocked.underlyings[0]!.slices.forEach((slice, i) => {
    expect(slice.eventTau).toBe(lab.eventTime(AS_OF, slice.expiry, { weekend: 0.6 }));
    expect(slice.eventTau).toBeLessThan(slice.tau);
    expect(facts[i]).toMatchObject({ at: { expiry: slice.expiry }, eventTau: slice.eventTau });
    expect(slice.svi).toEqual(plain.underlyings[0]!.slices[i]!.svi);
  });
  expect(marketFacts(plain)[0]).not.toHaveProperty("eventTau");
});
