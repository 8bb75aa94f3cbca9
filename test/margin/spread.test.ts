/** Spreads: pairs of net amounts in priority; calendar spreads within a commodity, credits across commodities. */
import { describe, expect, test } from "vitest";
import type { Fact, Instrument } from "../../bindings/documents/market.ts";
import type { MarginModel, Spread } from "../../bindings/documents/model.ts";
import { treeLines } from "../../bindings/report/tree.ts";
import { openVenue } from "../../bindings/venue.ts";
import { evaluate } from "../agreement.ts";
import { core } from "../core.ts";
import { refusal } from "../documents/documents.ts";
import { groupOf, marketOf, modelOf, portfolioOf } from "../reference/documents.ts";
import { Random } from "../reference/random.ts";
import { vector, vectorsAreThere } from "../reference/vectors.ts";

const asOf = "2026-01-01T00:00:00Z";
const MONTHS = ["2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-09-01T00:00:00Z", "2026-12-01T00:00:00Z"];
const [MAR, JUN, SEP, DEC] = MONTHS as [string, string, string, string];
const future = (underlying: string, expiry: string): Instrument => ({
  id: `${underlying}-${expiry.slice(5, 7)}`,
  kind: "future",
  underlying,
  expiry,
  settlement: "USDC",
  payoff: "linear",
  lot: 1,
});
const instruments = ["A", "B", "C"].flatMap((underlying) => MONTHS.map((expiry) => future(underlying, expiry)));
const market = marketOf(asOf, [{ id: "USDC", price: 1 }], instruments, [
  { at: {}, spot: 100 },
  { at: { underlying: "B" }, spot: 10 },
]);
const hold = (lots: Record<string, number>) =>
  portfolioOf(Object.entries(lots).map(([instrument, n]) => ({ instrument, lots: n })));
const spreadModel = (charge: Partial<Spread> & Pick<Spread, "pairs">, parts: Partial<MarginModel> = {}): MarginModel =>
  modelOf({
    charges: { c: { kind: "spread", at: "underlying", net: "expiry", measure: "delta", ...charge } },
    initial: "c",
    maintenance: "c",
    ...parts,
  });
const month = (expiry: string, side: 1 | -1, ratio = 1, rate?: number) => ({
  select: { expiry },
  side,
  ratio,
  ...(rate === undefined ? {} : { rate }),
});
const run = (model: MarginModel, lots: Record<string, number>) => evaluate(model, market, hold(lots), { exact: true });
const group = (model: MarginModel, lots: Record<string, number>, keys: Record<string, string> = {}) =>
  groupOf(run(model, lots), "c", keys);

describe("within a commodity", () => {
  const near = { legs: [month(MAR, 1), month(JUN, -1)], rate: 5 };
  const far = { legs: [month(JUN, 1), month(SEP, -1)], rate: 7 };
  const any = {
    legs: [
      { select: {}, side: 1 as const, ratio: 1 },
      { select: {}, side: -1 as const, ratio: 1 },
    ],
    rate: 11,
  };

  test("a pair forms as its scarcest leg allows, either way around", () => {
    const model = spreadModel({ pairs: [near] });
    expect(group(model, { "A-03": 3, "A-06": -2 })).toMatchObject({ value: 10, driver: { pairs: [2] } });
    expect(group(model, { "A-03": -3, "A-06": 4 })).toMatchObject({ value: 15, driver: { pairs: [3] } });
    expect(group(model, { "A-03": 3, "A-06": 4 })).toMatchObject({ value: 0, driver: { pairs: [0] } });
    expect(group(model, { "A-03": 3, "A-09": -4 }).value).toBe(0);
  });

  test("pairs form in their order, and later ones find what is left", () => {
    const lots = { "A-03": 3, "A-06": -5, "A-09": 4 };
    // 3 of the near pair use up March; 2 of June are left for September, and 2 of September for nobody
    expect(group(spreadModel({ pairs: [near, far, any] }), lots)).toMatchObject({
      value: 3 * 5 + 2 * 7,
      driver: { pairs: [3, 2, 0] },
    });
    // 4 of the far pair first; 1 of June is left for March
    expect(group(spreadModel({ pairs: [far, near, any] }), lots)).toMatchObject({
      value: 4 * 7 + 5,
      driver: { pairs: [4, 1, 0] },
    });
    // any month against any other, the nearest first
    expect(group(spreadModel({ pairs: [any] }), lots)).toMatchObject({ value: 55, driver: { pairs: [5] } });
  });

  test("ratios: a butterfly takes two of the middle", () => {
    const butterfly = { legs: [month(MAR, 1), month(JUN, -1, 2), month(SEP, 1)], rate: 9 };
    const model = spreadModel({ pairs: [butterfly, near] });
    expect(group(model, { "A-03": 3, "A-06": -5, "A-09": 2 })).toMatchObject({
      // two butterflies leave 1 of March and 1 of June, which make a calendar spread
      value: 2 * 9 + 5,
      driver: { pairs: [2, 1] },
    });
  });

  test("a leg's own rate is on what it takes, group by group, the nearest first", () => {
    const legs = [month(MAR, 1), { select: {}, side: -1 as const, ratio: 1, rate: "cost" }];
    const model = spreadModel(
      { pairs: [{ legs }] },
      { values: { cost: { at: "expiry", is: { ceil: { mul: ["tau", 12] } } } } },
    );
    // 3 of June (5 months, and a part) and 1 of September (8) against 4 of March
    expect(group(model, { "A-03": 4, "A-06": -3, "A-09": -2 }).value).toBe(3 * 5 + 8);
  });

  test("each commodity has pairs of its own; netting is by the net level", () => {
    const model = spreadModel({ pairs: [near] });
    const r = run(model, { "A-03": 1, "A-06": -1, "B-03": 2, "B-06": -9, "C-03": 1 });
    expect(["A", "B", "C"].map((underlying) => groupOf(r, "c", { underlying }).value)).toEqual([5, 10, 0]);
    expect(r.initial).toBe(15);
    expect(
      group(spreadModel({ net: "underlying", pairs: [{ legs: any.legs, rate: 1 }] }), { "A-03": 3, "A-06": -3 }).value,
    ).toBe(0);
  });

  test("`within` finer than `at`: pairs of all commodities are one charge", () => {
    const model = spreadModel({ at: "account", within: "underlying", pairs: [near] });
    expect(group(model, { "A-03": 1, "A-06": -1, "B-03": 2, "B-06": -9 })).toMatchObject({
      value: 15,
      driver: { pairs: [3] },
    });
  });

  test("measures and selections: long positions alone, counted twice", () => {
    const model = spreadModel({
      measure: { mul: [2, "delta"] },
      measureUnit: "base",
      select: { side: "long" },
      pairs: [near],
    });
    expect(group(model, { "A-03": 1, "A-06": -1 }).value).toBe(0);
    expect(
      group(spreadModel({ measure: { mul: [2, "delta"] }, measureUnit: "base", pairs: [near] }), {
        "A-03": 1,
        "A-06": -1,
      }).value,
    ).toBe(10);
  });

  test("fractional amounts leave no crumbs of which further pairs form", () => {
    const model = spreadModel({ pairs: [{ legs: [month(MAR, 1, 0.1), month(JUN, -1, 0.3)], rate: 1 }, any] });
    const portfolio = portfolioOf([
      { instrument: "A-03", amount: 0.7 },
      { instrument: "A-06", amount: -0.1 - 0.2 },
    ]);
    const r = evaluate(model, market, portfolio, { exact: false });
    expect(groupOf(r, "c").driver).toMatchObject({ pairs: [expect.closeTo(1, 12), 0] });
  });
});

/** Scanning risk and price risk are given; the credit reads the price risk of each leg's commodity. */
const priceRisk: MarginModel["charges"] = {
  netDelta: { kind: "amount", at: "underlying", on: "signed", measure: "delta" },
  pairRisk: { kind: "scan", at: "underlying", scenarios: "points", reduce: { slice: "worst" }, floor: null },
  timeRisk: { kind: "scan", at: "underlying", scenarios: "points", reduce: { slice: 0 }, floor: null },
  priceRisk: {
    kind: "formula",
    at: "underlying",
    value: {
      if: [
        { lt: [0, { abs: "netDelta" }] },
        { div: [{ max: [0, { sub: ["pairRisk", "timeRisk"] }] }, { abs: "netDelta" }] },
        0,
      ],
    },
  },
};
const MULTIPLES = [0, 0, 1, 1, -1, -1, 2, 2, -2, -2, 3, 3, -3, -3];
const points = MULTIPLES.map((k) => ({ slice: k }));

describe("across commodities", () => {
  const leg = (underlying: string, side: 1 | -1, ratio: number) => ({
    select: { underlying },
    side,
    ratio,
    rate: { mul: [0.6, "priceRisk"] },
  });
  const given: Fact[] = [
    { at: { underlying: "A" }, pnl: MULTIPLES.map((k) => 3 * k) },
    { at: { underlying: "B" }, pnl: MULTIPLES.map((k) => k) },
    { at: { underlying: "C" }, pnl: MULTIPLES.map((k) => 2 * k) },
  ];
  const model: MarginModel = modelOf({
    scenarios: { points: { array: "pnl", rows: points } },
    charges: {
      ...priceRisk,
      scan: { kind: "scan", at: "underlying", scenarios: "points" },
      c: {
        kind: "spread",
        at: "underlying",
        within: "account",
        net: "underlying",
        measure: "delta",
        pairs: [{ legs: [leg("A", 1, 1), leg("B", -1, 3)] }, { legs: [leg("A", 1, 1), leg("C", -1, 1)] }],
      },
      commodity: { kind: "formula", at: "underlying", value: { sub: ["scan", "c"] } },
    },
    initial: "commodity",
    maintenance: "commodity",
  });
  const all = { ...market, facts: [...market.facts, ...given] };
  const margin = (lots: Record<string, number>) => evaluate(model, all, hold(lots), { exact: true });

  test("each commodity is credited what its legs used, at its own price risk", () => {
    const r = margin({ "A-03": 7, "A-06": -1, "B-03": -9, "C-03": -2 });
    // A: 6 of delta, price risk 9 each; 3 pairs with B (9 of it at 3), 2 with C (2 of it at 6), one of A is left
    const of = (underlying: string) => groupOf(r, "c", { underlying });
    expect(of("A")).toMatchObject({ value: expect.closeTo(0.6 * 9 * 5, 12) as number, driver: { pairs: [3, 2] } });
    expect(of("B")).toMatchObject({ value: expect.closeTo(0.6 * 3 * 9, 12) as number, driver: { pairs: [3, 0] } });
    expect(of("C")).toMatchObject({ value: expect.closeTo(0.6 * 6 * 2, 12) as number, driver: { pairs: [0, 2] } });
    expect(r.initial).toBeCloseTo(0.4 * (45 + 27 + 12) + 9, 10);
  });

  test("shares are Euler's: of each commodity's own, through amounts and price risk", () => {
    const lots = { "A-03": 7, "A-06": -1, "B-03": -9, "C-03": -2 };
    const initial = core
      .margin(model, all, hold(lots))
      .nodes!.find(({ name, kind }) => name === "initial" && kind === "result")!;
    const { shares, rescaled, value } = initial.groups[0]!;
    expect(rescaled).toBeUndefined();
    expect(shares!.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(value, 9);
    const step = 1e-4;
    for (const [id, share] of shares!) {
      const amounts = (by: number) =>
        portfolioOf(
          Object.entries(lots).map(([instrument, n]) => ({ instrument, amount: n + (instrument === id ? by : 0) })),
        );
      const at = (by: number) => core.margin(model, all, amounts(by), { exact: false }).initial;
      const slope = (at(step) - at(-step)) / (2 * step);
      expect(share, id).toBeCloseTo(lots[id as "A-03"] * slope, 5);
    }
  });

  test("a book without delta has no price risk, and is credited nothing", () => {
    const r = margin({ "A-03": 2, "A-06": -2, "B-03": -9 });
    expect(groupOf(r, "priceRisk", { underlying: "A" }).value).toBe(0);
    expect(r.initial).toBe(27);
  });
});

describe("shares of pairs that were formed in several ways", () => {
  test("agree with differences, on random books", () => {
    const random = new Random(17);
    const pairs: Spread["pairs"] = [
      { legs: [month(MAR, 1, 1, 2), month(JUN, -1, 1.5, 3)], rate: 5 },
      { legs: [month(MAR, 1, 1), month(JUN, -1, 2), { select: { expiry: [SEP, DEC] }, side: 1, ratio: 1, rate: 4 }] },
      {
        legs: [
          { select: {}, side: 1, ratio: 1, rate: { mul: [0.1, "spot"] } },
          { select: {}, side: -1, ratio: 1 },
        ],
        rate: 1,
      },
    ];
    const model = spreadModel({ pairs });
    for (let n = 0; n < 40; n++) {
      const held = instruments.flatMap(({ id }) =>
        random.chance(0.6) ? [{ instrument: id, amount: random.uniform(-9, 9) }] : [],
      );
      const r = core.margin(model, market, portfolioOf(held), { exact: false });
      const { shares = [], value, rescaled } = r.nodes!.find(({ kind }) => kind === "result")!.groups[0]!;
      if (value === 0) continue;
      const total = r.nodes!.find(({ name, kind }) => name === "initial" && kind === "result")!.groups[0]!;
      expect(rescaled).toBeUndefined();
      for (const { instrument: id, amount } of held) {
        const at = (by: number) =>
          core.margin(
            model,
            market,
            portfolioOf(held.map((one) => (one.instrument === id ? { ...one, amount: amount + by } : one))),
            {
              exact: false,
              explain: false,
            },
          ).initial;
        const step = 1e-6;
        const share = total.shares?.find(([name]) => name === id)?.[1] ?? 0;
        expect(share, `${n} ${id}`).toBeCloseTo((amount * (at(step) - at(-step))) / (2 * step), 3);
      }
      expect(shares).toBeDefined();
    }
  });
});

describe("a venue", () => {
  test("checks an order that pairs off what is held, with the bits of the fill and of the stateless call", () => {
    const pairs = [{ legs: [month(MAR, 1), month(JUN, -1)], rate: 5 }];
    const model = spreadModel({ pairs });
    const venue = openVenue(core, model, market);
    const account = venue.account("a", { USDC: 1000 });
    account.fill(venue.instrument("A-03"), 7, 100);
    const checked = { ...account.check(venue.instrument("A-06"), -3, 100) };
    account.fill(venue.instrument("A-06"), -3, 100);
    expect(checked.initial).toBe(15);
    expect(account.requirement().initial).toBe(15);
    expect(core.margin(model, market, hold({ "A-03": 7, "A-06": -3 })).initial).toBe(15);
    venue.release();
  });
});

describe("the report", () => {
  test("says how many pairs formed", () => {
    const model = spreadModel({
      pairs: [
        { legs: [month(MAR, 1), month(JUN, -1, 2)], rate: 5 },
        { legs: [month(JUN, 1), month(SEP, -1)], rate: 7 },
      ],
    });
    const lines = treeLines(core.margin(model, market, hold({ "A-03": 3, "A-06": -5 })), { model });
    expect(lines.map(({ text }) => text.trim())).toContain("pairs formed: 2.5 of pair 1");
  });
});

describe("refuses", () => {
  const pair = { legs: [month(MAR, 1), month(JUN, -1)], rate: 5 };
  const refused = (charge: object, parts: Partial<MarginModel> = {}) =>
    refusal(() => core.margin(spreadModel({ pairs: [pair], ...charge }, parts), market, hold({ "A-03": 1 })));
  test.each<[string, () => string, string]>([
    [
      "no pairs",
      () => refused({ pairs: [] }),
      "Empty | model.charges.c.pairs: expected at least one entry, was an empty list",
    ],
    [
      "one leg",
      () => refused({ pairs: [{ legs: [month(MAR, 1)], rate: 1 }] }),
      "TooShort | model.charges.c.pairs[0].legs: expected at least 2 entries, was a list of 1",
    ],
    [
      "a ratio of 0",
      () => refused({ pairs: [{ legs: [month(MAR, 1, 0), month(JUN, -1)], rate: 1 }] }),
      "RatioNotPositive | model.charges.c.pairs[0].legs[0].ratio: expected > 0, was 0",
    ],
    [
      "a side that is none",
      () => refused({ pairs: [{ legs: [{ ...month(MAR, 1), side: 0 }, month(JUN, -1)], rate: 1 }] }),
      "NotOneOf | model.charges.c.pairs[0].legs[0].side: expected 1 or -1, was 0",
    ],
    [
      "no rate",
      () => refused({ pairs: [{ legs: pair.legs }] }),
      "Missing | model.charges.c.pairs[0].rate: expected a rate of the pair, or of one of its legs",
    ],
    [
      "legs of one side that overlap",
      () =>
        refused({
          pairs: [
            pair,
            { legs: [month(MAR, 1), month(JUN, -1), { select: { expiry: [SEP, MAR] }, side: 1, ratio: 1 }], rate: 1 },
          ],
        }),
      "LegsOverlap | model.charges.c.pairs[1].legs[2].select: the same amount could go to legs[0], which has the same side: select by a key in which they differ",
    ],
    [
      "a leg by a key that is netted away",
      () => refused({ net: "underlying" }),
      'WrongSelect | model.charges.c.pairs[0].legs[0].select.expiry: net amounts are by {underlying}, which does not have the key "expiry"',
    ],
    [
      "a leg by an unknown key",
      () => refused({ pairs: [{ legs: [{ ...month(MAR, 1), select: { month: "March" } }, month(JUN, -1)], rate: 1 }] }),
      "UnknownKey | model.charges.c.pairs[0].legs[0].select.month: no key of an instrument (instrument, kind, underlying, expiry, strike, callPut, settlement, payoff, lot, lotUnit), nor side",
    ],
    [
      "a leg by side",
      () => refused({ pairs: [{ legs: [{ ...month(MAR, 1), select: { side: "long" } }, month(JUN, -1)], rate: 1 }] }),
      'WrongSelect | model.charges.c.pairs[0].legs[0].select.side: net amounts are by {underlying, expiry}, which does not have the key "side"',
    ],
    [
      "net amounts coarser than the charge",
      () => refused({ at: "strike" }),
      "LevelsApart | model.charges.c.net: net must be as fine as `at`, or finer",
    ],
    [
      "net amounts coarser than where pairs form",
      () => refused({ within: ["underlying", "expiry", "kind"] }),
      "LevelsApart | model.charges.c.net: net must be as fine as `within`, or finer",
    ],
    [
      "a rate of pairs that lie in several groups of the charge",
      () => refused({ within: "account" }),
      "LevelsApart | model.charges.c.pairs[0].rate: a pair lies in one group of `within`, which is not in one of `at`: give rates to its legs",
    ],
    [
      "an unknown level",
      () => refused({ within: "commodity" }),
      'UnknownLevel | model.charges.c.within: expected a level (account, underlying, expiry, strike, settlement, instrument), was "commodity"',
    ],
    [
      "an unknown name in a leg's rate",
      () => refused({ pairs: [{ legs: [{ ...month(MAR, 1), rate: "prizeRisk" }, month(JUN, -1)] }] }),
      'UnknownName | model.charges.c.pairs[0].legs[0].rate: unknown name "prizeRisk": no charge, value, parameter, fact or computed name is called so',
    ],
    [
      "a rate that reads the charge",
      () => refused({ pairs: [{ ...pair, rate: "c" }] }),
      "Cycle | model.charges.c: defined by itself: c → c",
    ],
  ])("%s", (_, call, message) => expect(call()).toBe(message));

  test("a missing figure in a rate, by its place", () => {
    const parameters = { cost: { unit: "USDC", assumed: "a test", for: [{ underlying: "B", is: 2 }] } };
    expect(
      refusal(() =>
        core.margin(
          spreadModel({ pairs: [{ ...pair, rate: "cost" }] }, { parameters }),
          market,
          hold({ "A-03": 1, "A-06": -1 }),
        ),
      ),
    ).toBe('MissingFact | model.parameters.cost: the model has no "cost" for underlying A');
    // where no pair forms nothing is missing
    expect(
      run(spreadModel({ pairs: [{ ...pair, rate: "cost" }] }, { parameters }), { "B-03": 1, "B-06": -1 }).initial,
    ).toBe(2);
  });

  test("no cycle where a level is called like a charge", () => {
    const model = spreadModel(
      { at: "commodity", within: "commodity", pairs: [pair] },
      {
        levels: { commodity: ["underlying"] },
        charges: {
          c: { kind: "spread", at: "commodity", within: "commodity", net: "expiry", measure: "delta", pairs: [pair] },
          commodity: { kind: "formula", at: "commodity", value: { mul: [2, "c"] } },
        },
        initial: "commodity",
      },
    );
    const r = core.margin(model, market, hold({ "A-03": 1, "A-06": -1 }));
    expect(r.initial).toBe(10);
    expect(r.nodes!.map(({ name, of }) => [name, of]).slice(0, 2)).toEqual([
      ["c", []],
      ["commodity", ["c"]],
    ]);
  });
});

describe.skipIf(!vectorsAreThere)("published SPAN cases (../shared/vectors)", () => {
  const spanModel = (
    charges: MarginModel["charges"],
    total: MarginModel["initial"],
    maintenance = total,
  ): MarginModel =>
    modelOf({
      scenarios: { points: { array: "pnl", rows: [...MULTIPLES, 9, -9].map((slice) => ({ slice })) } },
      charges: { ...priceRisk, scan: { kind: "scan", at: "underlying", scenarios: "points" }, ...charges },
      initial: total,
      maintenance,
    });

  test("span-takasbank-calendar: the scan nets to zero, one calendar spread is charged", () => {
    type Inputs = {
      risk_array_each: number[];
      intra_spread_charge: number;
      delta_per_spread: [number, number];
      ratio: number;
    };
    const { inputs, expected } = vector<Inputs, Record<string, number>>("exchanges.json", "span-takasbank-calendar");
    const [a, b] = inputs.delta_per_spread;
    const model = spanModel(
      {
        calendar: {
          kind: "spread",
          at: "underlying",
          net: "expiry",
          measure: "delta",
          pairs: [{ legs: [month(MAR, 1, a), month(JUN, -1, b)], rate: inputs.intra_spread_charge }],
        },
      },
      { sum: ["scan", "calendar"] },
      { mul: [inputs.ratio, { sum: ["scan", "calendar"] }] },
    );
    const facts = [{ at: {}, pnl: inputs.risk_array_each.map((x) => -x) }];
    const r = evaluate(model, { ...market, facts: [...market.facts, ...facts] }, hold({ "A-03": 1, "A-06": -1 }), {
      exact: false,
    });
    expect(groupOf(r, "scan").value).toBe(expected["scan_risk"]);
    expect(groupOf(r, "calendar")).toMatchObject({
      value: expected["intra_charge"],
      driver: { pairs: [expected["spreads_formed"]] },
    });
    expect(r.initial).toBe(expected["initial"]);
    expect(r.maintenance).toBe(expected["maintenance"]);
  });

  test("span-takasbank-inter-commodity: price risk per delta is (mean of the worst slice − mean of slice 0) / net delta", () => {
    type Inputs = {
      positions: { qty: number; price_scan: number }[];
      spread: { rate: number; legs: { cc: string; side: "A" | "B"; delta_ratio: number }[] };
    };
    type Figures = Record<"scan" | "weighted_futures_price_risk" | "credit" | "requirement", Record<string, number>> & {
      spreads_formed: number;
    };
    const { inputs, expected } = vector<Inputs, Figures>("exchanges.json", "span-takasbank-inter-commodity");
    const { rate, legs } = inputs.spread;
    const held = legs.map(({ cc }) => future(cc, MAR));
    const facts = legs.map(({ cc }, k): Fact => ({
      at: { underlying: cc },
      spot: 1,
      pnl: [...MULTIPLES, 2.88, -2.88].map((m) => (m / 3) * inputs.positions[k]!.price_scan),
    }));
    const model = spanModel(
      {
        credit: {
          kind: "spread",
          at: "underlying",
          within: "account",
          net: "underlying",
          measure: "delta",
          pairs: [
            {
              legs: legs.map(({ cc, side, delta_ratio }) => ({
                select: { underlying: cc },
                side: side === "A" ? 1 : -1,
                ratio: delta_ratio,
                rate: { mul: [rate, "priceRisk"] },
              })),
            },
          ],
        },
        commodity: { kind: "formula", at: "underlying", value: { sub: ["scan", "credit"] } },
      },
      "commodity",
    );
    const positions = held.map(({ id }, k) => ({ instrument: id, amount: inputs.positions[k]!.qty }));
    const r = evaluate(model, marketOf(asOf, [{ id: "USDC", price: 1 }], held, facts), portfolioOf(positions), {
      exact: false,
    });
    for (const { cc } of legs) {
      const value = (name: string) => groupOf(r, name, { underlying: cc }).value;
      expect(value("scan")).toBeCloseTo(expected.scan[cc]!, 9);
      expect(value("priceRisk")).toBeCloseTo(expected.weighted_futures_price_risk[cc]!, 9);
      expect(value("credit")).toBeCloseTo(expected.credit[cc]!, 9);
      expect(value("commodity")).toBeCloseTo(expected.requirement[cc]!, 9);
      expect(groupOf(r, "credit", { underlying: cc }).driver).toEqual({
        pairs: [expect.closeTo(expected.spreads_formed, 12)],
      });
    }
    expect(r.initial).toBeCloseTo(expected.requirement["total"]!, 9);
  });

  test("span-takasbank-short-otm-calls: the extreme point drives; a short option minimum below it", () => {
    type Inputs = { positions: { qty: number; risk_array: number[] }[]; short_option_minimum_per_contract: number };
    const { inputs, expected } = vector<Inputs, Record<string, number>>(
      "exchanges.json",
      "span-takasbank-short-otm-calls",
    );
    const [position] = inputs.positions;
    const call: Instrument = { ...future("A", JUN), id: "call", kind: "option", strike: 104, callPut: 1 };
    const model = spanModel(
      {
        short: {
          kind: "amount",
          at: "underlying",
          net: "instrument",
          on: "short",
          select: { kind: "option" },
          rate: inputs.short_option_minimum_per_contract,
        },
      },
      { max: ["scan", "short"] },
    );
    const facts: Fact[] = [{ at: {}, spot: 1, delta: 0, pnl: position!.risk_array.map((x) => -x) }];
    const r = evaluate(
      model,
      marketOf(asOf, [{ id: "USDC", price: 1 }], [call], facts),
      portfolioOf([{ instrument: "call", amount: position!.qty }]),
      { exact: false },
    );
    expect(groupOf(r, "scan")).toMatchObject({
      value: expect.closeTo(expected["scan_risk"]!, 6) as number,
      driver: { row: expected["worst_point"]! - 1 },
    });
    expect(groupOf(r, "short").value).toBe(expected["short_option_minimum"]);
    expect(r.initial).toBeCloseTo(expected["requirement"]!, 6);
  });
});
