/** Each step of a profile on sums small enough to do by hand. */
import { expect, test } from "vitest";
import type { Fact, Instrument } from "../../bindings/documents/market.ts";
import type { MarginModel, Row, Scan } from "../../bindings/documents/model.ts";
import type { Position } from "../../bindings/documents/portfolio.ts";
import { groupOf, marketOf, modelOf, portfolioOf, profileOf } from "./documents.ts";
import { evaluate } from "../agreement.ts";

const asOf = "2026-01-01T00:00:00Z";
const july = "2026-07-01T00:00:00Z";
const perpetual = (underlying: string): Instrument => ({
  id: `${underlying}-P`,
  kind: "perpetual",
  underlying,
  expiry: "perpetual",
  settlement: "USDC",
  payoff: "linear",
  lot: 1,
});
/** Worth |F − K| to 12 digits, for the volatility is next to nothing: figures stay whole. */
const option = (strike: number, callPut: 1 | -1, expiry = july): Instrument => ({
  id: `A-${expiry.slice(5, 7)}-${strike}-${callPut === 1 ? "C" : "P"}`,
  kind: "option",
  underlying: "A",
  expiry,
  strike,
  callPut,
  settlement: "USDC",
  payoff: "linear",
  lot: 1,
});
const spotA: Instrument = { ...perpetual("A"), id: "A-S", kind: "spot" };
const facts: Fact[] = [
  { at: { underlying: "A" }, spot: 100, forward: 100, vol: 1e-12, discount: 1 },
  { at: { underlying: "B" }, spot: 10 },
];
const market = marketOf(
  asOf,
  [{ id: "USDC", price: 1 }],
  [perpetual("A"), perpetual("B"), spotA, option(90, 1), option(110, -1), option(90, 1, "2026-03-01T00:00:00Z")],
  facts,
);

function run(rows: Row[], scan: Partial<Scan>, positions: Record<string, number>, parts: Partial<MarginModel> = {}) {
  const model = modelOf({
    scenarios: { s: { rows } },
    charges: { c: { kind: "scan", scenarios: "s", ...scan } },
    initial: "c",
    ...parts,
  });
  const list = Object.entries(positions).map(([instrument, lots]): Position => ({ instrument, lots }));
  return evaluate(model, market, portfolioOf(list), { exact: true });
}
const down = { spot: -0.1, label: "down" };
const up = { spot: 0.2, label: "up" };

test("the worst row drives; a loss is floored at 0, at a number, or not at all", () => {
  const r = run([down, {}, up], {}, { "A-P": 3 });
  expect(r.initial).toBe(30);
  expect(groupOf(r, "c").driver).toEqual({ row: 0, label: "down", profile: [-30, 0, 60] });
  expect(run([up], {}, { "A-P": 3 }).initial).toBe(0);
  expect(run([up], { floor: 7 }, { "A-P": 3 }).initial).toBe(7);
  expect(run([up], { floor: null }, { "A-P": 3 }).initial).toBe(-60);
});

test("equal rows: the first, also where they differ by less than 2⁻²⁰", () => {
  const rows = [{ spot: -0.1 }, { spot: -0.1 - 1e-12 }, { spot: -0.11 }];
  expect(groupOf(run(rows.slice(0, 2), {}, { "A-P": 1 }), "c").driver).toMatchObject({ row: 0 });
  expect(groupOf(run(rows, {}, { "A-P": 1 }), "c").driver).toMatchObject({ row: 2 });
});

test("rate: on the loss, with size; losses of finer groups are summed and drive together", () => {
  expect(run([down], { rate: { div: ["size", 100] } }, { "A-P": 3 }).initial).toBe(9);
  const r = run([down, { spot: 0.05 }], { profile: { at: "underlying" } }, { "A-P": 3, "B-P": -10 });
  expect(r.initial).toBe(30 + 5); // A falls, B rises
  expect(groupOf(r, "c").driver).toBeUndefined();
  expect(
    run([down, { spot: 0.05 }], { profile: { of: [{ at: "underlying" }] } }, { "A-P": 3, "B-P": -10 }).initial,
  ).toBe(30 - 10);
});

test("linear moves delta-one instruments alone; scale acts on one instrument", () => {
  const rows = [
    { spot: 0.2, linear: 0.05 },
    { spot: 0.2, scale: { if: [{ is: { kind: "option" } }, 0.5, 1] } } satisfies Row,
  ];
  expect(profileOf(run(rows, {}, { "A-P": 1, "A-07-90-C": 1 }), "c")).toEqual([5 + 20, 20 + 10]);
});

test("factors act on the shocked value of a leaf, options and spot, not on futures", () => {
  const factors = { positive: 0.9, negative: 1.1 };
  const at = (positions: Record<string, number>) =>
    profileOf(run([down, {}, up], { profile: { factors } }, positions), "c");
  // Long call: value 10 → 0, 10, 30; times 0.9; less 10.
  expect(at({ "A-07-90-C": 1 })).toEqual([-10, -1, 17]);
  // Short call: value −10 → 0, −10, −30; times 1.1; plus 10.
  expect(at({ "A-07-90-C": -1 })).toEqual([10, -1, -23].map((x) => expect.closeTo(x, 12)));
  expect(at({ "A-S": 1 })).toEqual([90 * 0.9 - 100, -10, 120 * 0.9 - 100].map((x) => expect.closeTo(x, 12)));
  // A future has no value beside its result: −10 · 1.1, 0, 20 · 0.9.
  expect(at({ "A-P": 1 })).toEqual([-11, 0, 18]);
});

test("either: the mirrored move counts, group by group of a leaf", () => {
  const rows: Row[] = [{ ...up, either: true }];
  expect(profileOf(run(rows, {}, { "A-P": 1, "B-P": -1 }), "c")).toEqual([-(20 - 2)]);
  expect(profileOf(run(rows, { profile: { of: [{ at: "underlying" }] } }, { "A-P": 1, "B-P": -1 }), "c")).toEqual([
    -20 - 2,
  ]);
});

test("gains: a part counts, up to a cap; losses stay", () => {
  const gains = { factor: 0.5, cap: 8 };
  expect(profileOf(run([down, { spot: 0.1 }, up], { profile: { gains } }, { "A-P": 1 }), "c")).toEqual([-10, 5, 8]);
});

test("dampen: toward 0 and no further; gains before it, weight after it", () => {
  const rows: Row[] = [
    { spot: -0.1, dampener: 3 },
    { spot: 0.1, dampener: 3, weight: 0.5 },
    { spot: -0.02, dampener: 3 },
    { spot: -0.1 },
  ];
  expect(profileOf(run(rows, { profile: { dampen: true } }, { "A-P": 1 }), "c")).toEqual([-7, 3.5, 0, -10]);
  expect(profileOf(run(rows, {}, { "A-P": 1 }), "c")).toEqual([-10, 5, -2, -10]);
  expect(profileOf(run(rows, { profile: { dampen: true, gains: { factor: 0.5 } } }, { "A-P": 1 }), "c")).toEqual([
    -7, 1, 0, -10,
  ]);
});

test("weight acts in leaves only, gains and dampen again in each parent", () => {
  const rows: Row[] = [{ spot: 0.1, weight: 0.5, dampener: 1 }];
  const profile = { gains: { factor: 0.5 }, dampen: true, of: [{ at: "underlying", dampen: true as const }] } as const;
  // Leaf A: (10 − 1)·0.5 = 4.5; parent: 4.5·0.5 − 1.
  expect(profileOf(run(rows, { profile: { ...profile, of: [...profile.of] } }, { "A-P": 1 }), "c")).toEqual([1.25]);
});

test("worst of slice: each row of a slice is its worst; a row without one stays", () => {
  const rows: Row[] = [{ spot: -0.1, slice: "a" }, { spot: 0.1, slice: "a" }, { spot: 0.2, slice: "b" }, { spot: 0.3 }];
  expect(profileOf(run(rows, { profile: { worst: "slice" } }, { "A-P": 1 }), "c")).toEqual([-10, -10, 20, 30]);
  const both = { of: [{ select: { kind: "option" }, worst: "slice" as const }, { select: { kind: "perpetual" } }] };
  // The call at 90: −10, 10, 20, 30, so −10, −10, …; then the perpetual.
  expect(profileOf(run(rows, { profile: both }, { "A-P": -1, "A-07-90-C": 1 }), "c")).toEqual([0, -20, 0, 0]);
});

test("reduce: a row; the mean over the worst row's slice, or over a named one", () => {
  const rows: Row[] = [
    { spot: -0.1, slice: 1 },
    { spot: -0.2, slice: 1 },
    { spot: 0.1, slice: 2 },
    { spot: -0.05, slice: 2 },
  ];
  const loss = (reduce: Scan["reduce"]) => run(rows, { reduce, floor: null }, { "A-P": 1 });
  expect(loss({ row: 2 }).initial).toBe(-10);
  expect(groupOf(loss({ row: 2 }), "c").driver).toMatchObject({ row: 2 });
  expect(loss({ slice: "worst" }).initial).toBe(15);
  expect(loss({ slice: 2 }).initial).toBe(-2.5);
});

test("children at finer levels are shaped there; selections add up; what lacks a key is left out", () => {
  const rows: Row[] = [down, up];
  const calls = { "A-07-90-C": 1, "A-03-90-C": -2, "A-P": 5 };
  // By expiry the call of July gains 20, that of March loses 40; half of gains counts.
  const profile = { select: { kind: "option" }, of: [{ at: "expiry", gains: { factor: 0.5 } }] };
  expect(profileOf(run(rows, { profile }, calls), "c")).toEqual([-10 + 10, 10 - 40]);
  const shortOnly = { select: { kind: "option" }, of: [{ at: "expiry", select: { side: "short" as const } }] };
  expect(profileOf(run(rows, { profile: shortOnly }, calls), "c")).toEqual([20, -40]);
});

test("volatility: move, shift and floor; time; the fixed part of a forward stays", () => {
  const smile = marketOf(
    asOf,
    [{ id: "USDC", price: 1 }],
    [option(100, 1)],
    [{ at: { underlying: "A" }, spot: 100, forwardFixed: 60, forward: 40, discount: 0.99, vol: 0.5 }],
  );
  const rows: Row[] = [
    { volMove: -2 }, // no volatility left
    { volMove: -2, volFloor: 0.5 }, // back at 50 %
    { volMove: -0.5, volShift: 0.25 }, // and again
    { time: 10 }, // expired: intrinsic 0, discount 1
    { spot: 0.5, volMove: -1 }, // F' = 60 + 40·1.5 = 120
  ];
  const model = modelOf({
    scenarios: { s: { rows } },
    charges: { c: { kind: "scan", scenarios: "s" }, v: { kind: "amount", measure: "mark" } },
  });
  const r = evaluate(model, smile, portfolioOf([{ instrument: "A-07-100-C", amount: 1 }]), { exact: false });
  const value = groupOf(r, "v").value;
  // Black-76 at the money: 0.99·100·(2N(s/2) − 1), s = 0.5·√(181/365); N by a table of the normal distribution.
  expect(value).toBeCloseTo(0.99 * 100 * (2 * 0.569872 - 1), 3);
  expect(profileOf(r, "c")).toEqual([-value, 0, 0, -value, 0.99 * 20 - value].map((x) => expect.closeTo(x, 10)));
});
