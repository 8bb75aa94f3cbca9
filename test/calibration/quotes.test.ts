/** Bad quotes: each is dropped with its reason; too few are an error that says which and why. */
import { describe, expect, test } from "vitest";
import { DROP_REASONS, type DropReason, type Quote, type SurfaceOptions } from "../../bindings/lab/types.ts";
import { lab } from "./lab.ts";
import { AS_OF, expiryAt, quotesOf, surface } from "./synthetic.ts";

const options: SurfaceOptions = { asOf: AS_OF, payoff: "inverse" };
const known = surface([7, 30]);
const good = quotesOf(known);
const outOfTheMoney = (quote: Quote) => quote.callPut * (quote.strike - quote.forward!) > 0;
/** A put well out of the money, 30 days. */
const at = good.findIndex((q) => q.expiry === expiryAt(30) && q.callPut === -1 && q.strike < q.forward! * 0.93);

function reasonOf(change: Partial<Quote>, more: Partial<SurfaceOptions> = {}): DropReason | "used" {
  const quotes = good.map((quote, i) => (i === at ? { ...quote, ...change } : quote));
  const { dropped } = lab.calibrate.surface(quotes, { ...options, ...more });
  return dropped.find(({ row }) => row === at)?.reason ?? "used";
}

describe("one quote", () => {
  const { bid, ask, strike, forward } = good[at]!;
  test.each<[string, Partial<Quote>, Partial<SurfaceOptions>]>([
    ["used", {}, {}],
    ["not-finite", { bid: NaN }, {}],
    ["not-finite", { strike: Infinity }, {}],
    ["not-positive", { strike: -strike }, {}],
    ["not-positive", { bid: -0.001 }, {}],
    ["expired", { expiry: "2026-03-01T08:00:00Z" }, {}],
    ["expired", { expiry: AS_OF }, {}],
    ["stale", { time: "2026-03-02T07:00:00Z" }, { maxAge: 600 }],
    ["one-sided", { bid: null }, {}],
    ["one-sided", { ask: null }, {}],
    ["one-sided", { bid: 0 }, {}],
    ["crossed", { bid: ask, ask: bid }, {}],
    ["below-intrinsic", { callPut: 1, strike: forward! * 0.9, bid: 0.05, ask: 0.12 }, {}],
    ["above-maximum", { bid: 1.5, ask: 1.6 }, {}],
    ["too-wide", { bid: bid! * 0.3, ask: ask! * 2 }, {}],
    ["small-delta", { strike: forward! * 0.5, bid: 1e-9, ask: 1.2e-9 }, {}],
  ])("%s: %o", (reason, change, more) => {
    expect(reasonOf(change, more)).toBe(reason);
  });

  test("a fresh quote is not stale", () => {
    expect(reasonOf({ time: "2026-03-02T07:55:00Z" }, { maxAge: 600 })).toBe("used");
  });

  test("of two of one option the narrower stays; of one age", () => {
    const wider = { ...good[at]!, bid: bid! * 0.99 };
    const { dropped } = lab.calibrate.surface([...good, wider], options);
    expect(dropped.find(({ row }) => row === good.length)?.reason).toBe("duplicate-strike");
    expect(dropped.some(({ row }) => row === at)).toBe(false);
  });

  test("of two of one option the younger stays", () => {
    const old = { ...good[at]!, bid: bid! * 1.001, time: "2026-03-02T07:59:00Z" };
    const { dropped } = lab.calibrate.surface([...good, old], options);
    expect(dropped.find(({ row }) => row === good.length)?.reason).toBe("duplicate-strike");
  });

  test("of call and put of one strike the one out of the money stays", () => {
    const { dropped, underlyings } = lab.calibrate.surface(good, options);
    expect(new Set(dropped.map(({ reason }) => reason))).toEqual(new Set(["in-the-money"]));
    for (const { row } of dropped) expect(outOfTheMoney(good[row]!)).toBe(false);
    const used = underlyings[0]!.slices.reduce((sum, { quotes }) => sum + quotes, 0);
    expect(used + dropped.length).toBe(good.length);
  });

  test("every quote is used or dropped once", () => {
    const bad = good.map((quote, i) => (i % 5 === 0 ? { ...quote, bid: [null, NaN, 0, 9][i % 4]! } : quote));
    const { dropped, underlyings } = lab.calibrate.surface(bad, options);
    expect(new Set(dropped.map(({ row }) => row)).size).toBe(dropped.length);
    const used = underlyings[0]!.slices.reduce((sum, { quotes }) => sum + quotes, 0);
    expect(used + dropped.length).toBe(bad.length);
    for (const { reason } of dropped) expect(DROP_REASONS).toContain(reason);
  });
});

describe("too few quotes", () => {
  test("a single quote", () => {
    expect(() => lab.calibrate.surface([good[at]!], options)).toThrow(
      `BTC ${expiryAt(30)}: 1 quote is left of 1; it needs 3, or another expiry that has them, or a fit before`,
    );
  });

  test("says why the others were dropped", () => {
    const bad = quotesOf([known[1]!]).map((quote, i) => (i < 4 ? quote : { ...quote, bid: i % 2 ? null : NaN }));
    expect(() => lab.calibrate.surface(bad, options)).toThrow(
      /quotes are left of 42 \(.*\d+ not-finite.*\); it needs 3/,
    );
    try {
      lab.calibrate.surface(bad, options);
    } catch (error) {
      expect(error).toMatchObject({ name: "MarginError", code: "TooFewQuotes", field: "quotes" });
    }
  });

  test("four quotes alone: eSSVI, flagged", () => {
    const few = good.filter((q) => q.expiry === expiryAt(30) && outOfTheMoney(q)).filter((_, i) => i % 5 === 1);
    const slice = lab.calibrate.surface(few, options).underlyings[0]!.slices[0]!;
    expect(slice).toMatchObject({ quotes: few.length, method: "essvi" });
    expect(slice.flags).toContain(`eSSVI in place of SVI: ${few.length} quotes`);
  });

  test("three quotes beside a full expiry: its shape, flagged", () => {
    const few = good
      .filter((q) => q.expiry === expiryAt(30))
      .concat(good.filter((q) => q.expiry === expiryAt(7) && outOfTheMoney(q)).slice(8, 11));
    const slice = lab.calibrate.surface(few, options).underlyings[0]!.slices[0]!;
    expect(slice.quotes).toBe(3);
    expect(slice.flags).toContain(`3 quotes: shape drawn to that of ${expiryAt(30)}`);
    expect(slice.inside).toBe(1);
  });

  test("no forward and nothing to imply one", () => {
    const calls = quotesOf(known, { withForward: false }).filter(({ callPut }) => callPut === 1);
    expect(() => lab.calibrate.surface(calls, options)).toThrow(
      /no forward is given, and no call and put of one strike/,
    );
  });

  test("left out where asked, with a flag", () => {
    const extra: Quote = { ...good[0]!, forward: undefined, expiry: expiryAt(90) };
    const { underlyings, flags } = lab.calibrate.surface([...good, extra], { ...options, leaveOut: true });
    expect(underlyings[0]!.slices).toHaveLength(2);
    expect(flags[0]).toMatch(new RegExp(`^BTC ${expiryAt(90)}: left out: `));
  });

  test("nothing at all", () => {
    expect(() => lab.calibrate.surface([], options)).toThrow("quotes: there is none");
    const old = good.map((quote) => ({ ...quote, expiry: "2026-01-30T08:00:00Z" }));
    expect(() => lab.calibrate.surface(old, options)).toThrow("nothing can be fitted: 84 expired");
  });
});

describe("what is no quote", () => {
  test.each<[string, unknown, string]>([
    ["a call that is none", { callPut: "C" }, "quotes[0].callPut: expected 1 (call) or -1 (put)"],
    ["an expiry that is none", { expiry: "27JUN25" }, "quotes[0].expiry: expected an ISO 8601 moment"],
    ["a price in words", { bid: "0.01" }, "quotes[0].bid: expected a number or null"],
    ["no underlying", { underlying: "" }, "quotes[0].underlying: expected a name"],
  ])("%s", (_, change, message) => {
    const quotes = [{ ...good[0]!, ...(change as Partial<Quote>) }];
    expect(() => lab.calibrate.surface(quotes, options)).toThrow(message);
  });

  test("options", () => {
    expect(() => lab.calibrate.surface(good, { ...options, asOf: "today" })).toThrow("options.asOf");
    expect(() => lab.calibrate.surface(good, { ...options, payoff: "coin" as "inverse" })).toThrow("options.payoff");
    expect(() => lab.calibrate.surface(good, { ...options, maxAge: NaN })).toThrow("options.maxAge");
  });
});
