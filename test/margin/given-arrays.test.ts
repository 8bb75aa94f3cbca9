/** Ready-made risk arrays: read, rounded and shaped as if they were repriced. */
import { afterAll, describe, expect, test } from "vitest";
import { pathOf } from "../../bindings/compile/path.ts";
import { compile } from "../../bindings/compile/program.ts";
import { checkMarket, checkModel } from "../../bindings/documents/check.ts";
import type { Fact, Instrument } from "../../bindings/documents/market.ts";
import type { MarginModel, Row, Scan, Scenarios } from "../../bindings/documents/model.ts";
import type { MarginError } from "../../bindings/error.ts";
import { openVenue } from "../../bindings/venue.ts";
import type { Ledger } from "../../bindings/venue/ledger.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { evaluate } from "../agreement.ts";
import { core } from "../core.ts";
import { refusal } from "../documents/documents.ts";
import { groupOf, marketOf, modelOf, portfolioOf, profileOf } from "../reference/documents.ts";
import { vector, vectorsAreThere } from "../reference/vectors.ts";

const asOf = "2026-01-01T00:00:00Z";
const july = "2026-07-01T00:00:00Z";
const perpetual = (underlying = "A"): Instrument => ({
  id: `${underlying}-P`,
  kind: "perpetual",
  underlying,
  expiry: "perpetual",
  settlement: "USDC",
  payoff: "linear",
  lot: 0.1,
});
const option = (strike: number, callPut: 1 | -1): Instrument => ({
  ...perpetual(),
  id: `A-${strike}-${callPut}`,
  kind: "option",
  expiry: july,
  strike,
  callPut,
});
const rows: Row[] = [{ label: "down" }, { label: "flat" }, { label: "up" }];
const array = "pnl";

/** No volatility, forward or discount: nothing of it is priced. */
const market = (facts: Fact[]) =>
  marketOf(
    asOf,
    [{ id: "USDC", price: 1 }],
    [perpetual(), perpetual("B"), option(100, 1)],
    [{ at: { underlying: "A" }, spot: 100 }, { at: { underlying: "B" }, spot: 10 }, ...facts],
  );
const given: Fact[] = [
  { at: { instrument: "A-P" }, pnl: [-12, 0.3, 9] },
  { at: { instrument: "A-100-1" }, pnl: [-3, -1, 8] },
  { at: { underlying: "B" }, pnl: [-2, 0, 2] },
];
const scanModel = (scan: Partial<Scan> = {}, set: Scenarios = { array, rows }): MarginModel =>
  modelOf({
    scenarios: { s: set },
    charges: { c: { kind: "scan", scenarios: "s", ...scan } },
    initial: "c",
    maintenance: "c",
  });
const hold = (lots: Record<string, number>) =>
  portfolioOf(Object.entries(lots).map(([instrument, n]) => ({ instrument, lots: n })));

describe("a scan of given arrays", () => {
  test("sums lots of them, of instruments that have no price too", () => {
    const r = evaluate(scanModel(), market(given), hold({ "A-P": 30, "A-100-1": -20, "B-P": 10 }), { exact: true });
    // 3·(−12, 0.3, 9) − 2·(−3, −1, 8) + (−2, 0, 2), each lot of 0.1 rounded to 2⁻²⁰
    expect(profileOf(r, "c").map((x) => Math.round(x * 1e4) / 1e4)).toEqual([-32, 2.9, 13]);
    expect(groupOf(r, "c").driver).toMatchObject({ row: 0, label: "down" });
  });

  test("each lot is rounded once, so splitting changes no bit", () => {
    const facts = [{ at: { instrument: "A-P" }, pnl: [-1 / 3, 0, 1 / 3] }];
    const whole = core.margin(scanModel(), market(facts), hold({ "A-P": 3 * 7 }));
    const quantum = 2 ** -20;
    expect(whole.initial).toBe(21 * Math.round(1 / 30 / quantum) * quantum);
    expect(whole.rounding).toEqual({ USDC: (21 * quantum) / 2 });
  });

  test("rows have labels, slices, weights, dampeners and either of their own", () => {
    const shaped: Row[] = [{ slice: 1, weight: 0.5 }, { slice: 1, dampener: 1 }, { either: true }];
    const at = (scan: Partial<Scan>) =>
      profileOf(
        evaluate(scanModel(scan, { array, rows: shaped }), market(given), hold({ "A-P": 10 }), { exact: false }),
        "c",
      );
    expect(at({})).toEqual([-6, 0.3, -9]);
    expect(at({ profile: { worst: "slice" } })).toEqual([-6, -6, -9]);
    expect(at({ profile: { dampen: true } })).toEqual([-6, 0, -9]);
  });

  test("shares are each instrument's part of the worst row", () => {
    const r = core.margin(scanModel(), market(given), hold({ "A-P": 30, "A-100-1": -20 }), { exact: false });
    const { shares } = groupOf(r, "c");
    expect(Object.fromEntries(shares!)).toEqual({
      "A-P": expect.closeTo(36, 9) as number,
      "A-100-1": expect.closeTo(-6, 9) as number,
    });
  });

  test("resting orders count as the worst of their fills", () => {
    const portfolio = {
      ...hold({}),
      orders: [
        { instrument: "A-P", lots: 10 },
        { instrument: "A-P", lots: -20 },
      ],
    };
    const r = core.margin(scanModel({ orders: "worstSubset" }), market(given), portfolio, { exact: false });
    expect(profileOf(r, "c")).toEqual([-12, -0.6, -18]);
  });

  test("riskArrays has them by instrument, with their labels", () => {
    const [set] = core.riskArrays(scanModel(), market(given), hold({ "A-P": 10, "B-P": 20 }), { exact: false });
    expect(set!.instruments.map(({ instrument, labels, pnl }) => [instrument, labels, [...pnl]])).toEqual([
      ["A-P", ["down", "flat", "up"], [-12, 0.3, 9]],
      ["B-P", ["down", "flat", "up"], [-4, 0, 4]],
    ]);
  });
});

describe("coin-settled arrays in another currency", () => {
  const coin = (instrument: Instrument): Instrument => ({ ...instrument, settlement: "A", payoff: "inverse", lot: 1 });
  const currencies = [
    { id: "USDC", price: 1 },
    { id: "A", price: 100, underlying: "A", largestTotal: 2 ** 20 },
  ];
  const spot: Fact = { at: { underlying: "A" }, spot: 100 };
  const pnl: Fact = { at: { instrument: "A-100-1" }, pnl: [-0.05, 0, 0.04] };
  const mark: Fact = { at: { instrument: "A-100-1" }, mark: 0.08 };
  const inCoin = marketOf(asOf, currencies, [coin(option(100, 1))], [spot, pnl, mark]);
  const moves: Row[] = [{ spot: -0.2 }, {}, { spot: 0.2 }];

  test("spot moves the coin, whose option values and balances are worth less", () => {
    const portfolio = { ...hold({ "A-100-1": 10 }), balances: { A: 2 } };
    const r = evaluate(scanModel({}, { array, rows: moves }), inCoin, portfolio, { exact: false });
    // P·X + M·(X − X₀): coins and the option's value at its mark are revalued
    const expected = [0.8, 1, 1.2].map((f, s) => [-0.5, 0, 0.4][s]! * 100 * f + (2 + 0.8) * 100 * (f - 1));
    expect(profileOf(r, "c")).toEqual(expected.map((x) => expect.closeTo(x, 9) as number));
  });

  test("without a mark or a price the value is missing, and the error says so", () => {
    const bare = { ...inCoin, facts: [spot, pnl] };
    expect(refusal(() => core.margin(scanModel({}, { array, rows: moves }), bare, hold({ "A-100-1": 1 })))).toBe(
      `MissingFact | market.facts: the market has no forward for underlying A, expiry ${july}`,
    );
    // rows that move no currency do not ask for it
    expect(core.margin(scanModel({}, { array, rows }), bare, hold({ "A-100-1": 1 })).initial).toBeCloseTo(5, 6);
  });

  test("factors act on the value: mark and profit and loss", () => {
    const profile = { factors: { positive: 0.5 } };
    const r = evaluate(scanModel({ profile }, { array, rows }), inCoin, hold({ "A-100-1": 10 }), { exact: false });
    expect(profileOf(r, "c")).toEqual(
      [3, 8, 12].map((tenths) => expect.closeTo(100 * ((tenths / 10) * 0.5 - 0.8), 9) as number),
    );
  });
});

const opened: Venue[] = [];
afterAll(() => opened.forEach((venue) => venue.release()));

describe("a venue", () => {
  const open = (facts: Fact[]) => {
    const venue = openVenue(core, scanModel(), market(facts));
    opened.push(venue);
    return venue;
  };

  test("takes new arrays in place, at whatever place they are given", () => {
    const venue = open(given);
    const account = venue.account("a", { USDC: 1000 });
    account.fill(venue.instrument("A-P"), 10, 100);
    account.fill(venue.instrument("B-P"), 10, 10);
    expect(account.requirement().initial).toBeCloseTo(14, 4);
    venue.set({ at: { instrument: "A-P" }, pnl: [-20, 0, 20] }, { at: { underlying: "B" }, pnl: [-5, 0, 5] });
    expect(account.requirement().initial).toBeCloseTo(14, 4);
    const { ledger } = venue as unknown as { ledger: Ledger };
    const { bound } = ledger;
    venue.commit();
    expect(ledger.bound).toBe(bound); // the same program
    expect(account.requirement().initial).toBeCloseTo(25, 4);
    expect(account.requirement().initial).toBe(
      core.margin(scanModel(), { ...market(given), facts: venue.state().market.facts }, hold({ "A-P": 10, "B-P": 10 }))
        .initial,
    );
  });

  test("refuses an array of another length, and keeps the one before", () => {
    const venue = open(given);
    const account = venue.account("a", { USDC: 1000 });
    account.fill(venue.instrument("A-P"), 10, 100);
    const before = account.requirement().initial;
    venue.set({ at: { instrument: "A-P" }, pnl: [-20, 20] });
    expect(() => venue.commit()).toThrow(/expected 3 numbers, one for each row of model.scenarios.s.array/);
    venue.discard();
    expect(account.requirement().initial).toBe(before);
  });

  test("has a path for it, and its checks are the margins after the order", () => {
    expect(pathOf(compile(checkModel(scanModel()), checkMarket(market(given))))).toBeDefined();
    const venue = open(given);
    const account = venue.account("a", { USDC: 1000 });
    account.fill(venue.instrument("A-100-1"), -7, 3);
    const checked = { ...account.check(venue.instrument("A-P"), 13, 100) };
    account.fill(venue.instrument("A-P"), 13, 100);
    expect(checked.initial).toBe(account.requirement().initial);
  });
});

describe("refuses", () => {
  const refused = (model: MarginModel, facts: Fact[], lots: Record<string, number> = { "A-P": 1 }) =>
    refusal(() => core.margin(model, market(facts), hold(lots)));
  test.each<[string, () => string, string]>([
    [
      "a market without the fact",
      () => refused(scanModel(), []),
      'MissingFact | market.facts: the market has no "pnl", which model.scenarios.s.array reads',
    ],
    [
      "a held instrument without an array",
      () => refused(scanModel(), given.slice(0, 1), { "A-P": 1, "A-100-1": 1 }),
      'MissingFact | market.facts: the market has no "pnl" for instrument A-100-1',
    ],
    [
      "an array of another length",
      () =>
        refused(scanModel(), [
          { at: {}, pnl: [0, 0, 0] },
          { at: { instrument: "A-P" }, pnl: [1, 2] },
        ]),
      "RowsDiffer | market.facts[3].pnl: expected 3 numbers, one for each row of model.scenarios.s.array, was a list of 2",
    ],
    [
      "a number for an array",
      () => refused(scanModel(), [{ at: {}, pnl: 4 }]),
      "WrongType | market.facts[2].pnl: expected a list of numbers, was 4",
    ],
    [
      "an array for a number",
      () => refused(scanModel({ rate: "pnl" }), [{ at: {}, pnl: [0, 0, 0] }]),
      'WrongType | model.charges.c.rate: "pnl" is a list; only the `array` of a scenario set reads lists',
    ],
    [
      "an array for a table",
      () => refused(scanModel({ rate: { step: ["size", "pnl"] } }), [{ at: {}, pnl: [0, 0, 0] }]),
      'WrongType | model.charges.c.rate.step[1]: "pnl" is a list, not a table',
    ],
    [
      "an array with text",
      () => refused(scanModel(), [{ at: {}, pnl: [0, "x", 0] as unknown as number[] }]),
      'WrongType | market.facts[2].pnl[1]: expected a number, was "x"',
    ],
    [
      "rows that would reprice",
      () => refused(scanModel({}, { array, rows: [{}, { volMove: 0.1 }, {}] }), given),
      "NotTogether | model.scenarios.s.rows[1].volMove: a row of a set with `array` is not repriced: it has label, slice, spot, currency, weight, dampener, either only",
    ],
    ["a set without rows", () => refused(scanModel({}, { array }), given), "Missing | model.scenarios.s.rows: missing"],
    [
      "a total beyond the exact range",
      () => refused(scanModel(), [{ at: {}, pnl: [-1e12, 0, 0] }]),
      "BeyondExactRange | portfolio.positions: a total is beyond the range in which sums are exact; declare a larger largestTotal of the currency, or hold less",
    ],
  ])("%s", (_, call, message) => expect(call()).toBe(message));

  test("a price that something else reads, by the fact that it lacks", () => {
    const model = modelOf({ charges: { c: { kind: "amount", measure: "delta" } }, initial: "c" });
    try {
      core.margin(model, market([]), hold({ "A-100-1": 1 }));
      expect.fail("was not refused");
    } catch (error) {
      expect((error as MarginError).code).toBe("MissingFact");
      expect((error as MarginError).message).toMatch(/^market.facts: the market has no (forward|vol)/);
    }
  });
});

describe.skipIf(!vectorsAreThere)("published arrays (../shared/vectors)", () => {
  const future = (id: string, lot = 1): Instrument => ({ ...perpetual(), id, kind: "future", expiry: july, lot });
  const run = (model: MarginModel, instruments: Instrument[], arrays: number[][], amounts: number[]) => {
    const facts = instruments.flatMap(({ id }, i): Fact[] => [{ at: { instrument: id }, pnl: arrays[i]!, mark: 1 }]);
    const positions = instruments.map(({ id }, i) => ({ instrument: id, amount: amounts[i]! }));
    return evaluate(
      model,
      marketOf(asOf, [{ id: "USDC", price: 1 }], instruments, [{ at: {}, spot: 1 }, ...facts]),
      portfolioOf(positions),
      {
        exact: false,
      },
    );
  };
  const points = Array.from({ length: 16 }, (_, i): Row => ({ label: String(i + 1) }));

  test("span-mcmillan-covered-write: scanning risk of a call and of a covered write", () => {
    const { inputs, expected } = vector<Record<string, number[]>, Record<string, never>>(
      "exchanges.json",
      "span-mcmillan-covered-write",
    );
    const arrays = [inputs["pnl_long_future"]!, inputs["pnl_long_call_410"]!];
    const instruments = [future("F"), option(410, 1)];
    const model = scanModel({}, { array, rows: points });
    const r = run(model, instruments, arrays, [1, -1]);
    expect(profileOf(r, "c")).toEqual(expected["pnl_covered_write"]);
    expect(r.initial).toBe(expected["requirement_covered_write"]);
    expect(groupOf(r, "c").driver).toMatchObject({ row: expected["worst_scenario_index_1based"]! - 1, label: "13" });
    expect(run(model, instruments.slice(1), arrays.slice(1), [1]).initial).toBe(expected["requirement_long_call"]);
  });

  test.each(["span-nse-nifty-future-2026-06", "span-nse-banknifty-future-2026-06"])(
    "%s: arrays are loss > 0 and hold their weights: the sign is turned once, nothing is weighed again",
    (id) => {
      const { inputs, expected } = vector<
        { lot: number; risk_array_long_loss_positive: number[] },
        { margin_per_lot: number }
      >("exchanges.json", id);
      const r = run(
        scanModel({}, { array, rows: points }),
        [future("F")],
        [inputs.risk_array_long_loss_positive.map((x) => -x)],
        [inputs.lot],
      );
      expect(Math.abs(r.initial - expected.margin_per_lot)).toBeLessThanOrEqual(1e-9 * expected.margin_per_lot);
    },
  );

  test("bybit-pm-info-btc-2026-03: worst of slice of the option leaf, before perpetual and hedge are added", () => {
    type Inputs = {
      price_scale: number[];
      option_pnl_up_same_down: number[][];
      perp_pnl: number[];
      spot_hedge_pnl: number[];
      contingency: Record<string, number>;
    };
    const { inputs, expected } = vector<Inputs, Record<string, number> & { total_pnl_worst_iv: number[] }>(
      "exchanges.json",
      "bybit-pm-info-btc-2026-03",
    );
    const states = ["up", "same", "down"];
    const grid = inputs.price_scale.flatMap((move) =>
      states.map((vol): Row => ({ label: `${move} ${vol}`, slice: move })),
    );
    const each = (x: number[]) => x.flatMap((y) => states.map(() => y));
    const spot: Instrument = { ...perpetual(), id: "S", kind: "spot" };
    const arrays = [inputs.option_pnl_up_same_down.flat(), each(inputs.perp_pnl), each(inputs.spot_hedge_pnl)];
    const options = { select: { kind: "option" }, worst: "slice" as const };
    const profile = { of: [options, { select: { kind: ["perpetual", "spot"] } }] };
    const held = [option(80_000, 1), perpetual(), spot];
    const r = run(scanModel({ profile }, { array, rows: grid }), held, arrays, [1, 1, 1]);
    const perMove = profileOf(r, "c").filter((_, s) => s % 3 === 0);
    perMove.forEach((pnl, k) => expect(Math.abs(pnl - expected.total_pnl_worst_iv[k]!)).toBeLessThanOrEqual(2e-4));
    expect(Math.abs(r.initial - expected["max_loss"]!)).toBeLessThanOrEqual(2e-4);
    // shaped after the sum instead, the hedge would have hidden part of the option's loss
    const late = run(scanModel({ profile: { worst: "slice" } }, { array, rows: grid }), held, arrays, [1, 1, 1]);
    expect(profileOf(late, "c")).toEqual(profileOf(r, "c").map((x) => expect.closeTo(x, 9) as number));
  });
});
