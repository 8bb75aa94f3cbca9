/**
 * Where a model is easily written down wrongly: each rule beside what one would take for it. Others are where their part of the format is tested:
 * strikes above the last one held (settlement.test.ts), decimals (decimals.test.ts), worst of slice before or after a sum, arrays that are
 * losses and weighed already (given-arrays.test.ts), price risk per delta (spread.test.ts).
 */
import { describe, expect, test } from "vitest";
import type { Fact, Instrument } from "../../bindings/documents/market.ts";
import type { Expr, MarginModel, Row } from "../../bindings/documents/model.ts";
import { evaluate } from "../agreement.ts";
import { core } from "../core.ts";
import { refusal } from "../documents/documents.ts";
import { groupOf, marketOf, modelOf, portfolioOf, profileOf } from "../reference/documents.ts";
import { vector, vectorsAreThere } from "../reference/vectors.ts";

const asOf = "2026-01-01T00:00:00Z";
const july = "2026-07-01T00:00:00Z";
const march = "2026-03-01T00:00:00Z";
const perpetual = (underlying = "A", rest: Partial<Instrument> = {}): Instrument => ({
  id: `${underlying}-P`,
  kind: "perpetual",
  underlying,
  expiry: "perpetual",
  settlement: "USDC",
  payoff: "linear",
  lot: 1,
  ...rest,
});
/** Worth |F − K| to 12 digits, for the volatility is next to nothing: figures stay whole. */
const option = (strike: number, callPut: 1 | -1, expiry = july): Instrument => ({
  ...perpetual(),
  id: `${strike}${callPut === 1 ? "C" : "P"}${expiry === march ? "-near" : ""}`,
  kind: "option",
  expiry,
  strike,
  callPut,
});
const chain = [90, 100, 110].flatMap((strike) =>
  [july, march].flatMap((expiry) => [option(strike, 1, expiry), option(strike, -1, expiry)]),
);
const facts: Fact[] = [
  { at: { underlying: "A" }, spot: 100, forward: 100, vol: 1e-12, discount: 1 },
  { at: { underlying: "B" }, spot: 10 },
];
const market = (more: Fact[] = [], instruments: Instrument[] = []) =>
  marketOf(
    asOf,
    [{ id: "USDC", price: 1 }],
    [perpetual(), perpetual("B"), ...chain, ...instruments],
    [...facts, ...more],
  );
const hold = (lots: Record<string, number>, balances = {}) =>
  portfolioOf(
    Object.entries(lots).map(([instrument, n]) => ({ instrument, lots: n })),
    balances,
  );
const run = (model: MarginModel, lots: Record<string, number>, of = market()) =>
  evaluate(model, of, hold(lots), { exact: true });
const scanOf = (rows: Row[], parts: Partial<MarginModel> = {}): MarginModel =>
  modelOf({ scenarios: { s: { rows } }, charges: { c: { kind: "scan", scenarios: "s" } }, initial: "c", ...parts });

describe("rows of a profile", () => {
  const up: Row[] = [{ spot: 0.05, either: true }];
  // 90C gains 5 and −90C of March loses 5
  const calendar = { "90C": 1, "90C-near": -1 };

  test("the mirrored move counts by expiry, before expiries are summed", () => {
    const byExpiry = scanOf(up, {
      charges: { c: { kind: "scan", scenarios: "s", profile: { of: [{ at: "expiry" }] } } },
    });
    expect(run(byExpiry, calendar).initial).toBe(10);
    expect(run(scanOf(up), calendar).initial).toBe(0);
  });

  test("factors act on the shocked value, weights on profit and loss", () => {
    const profile = (weight: number, positive: number) =>
      profileOf(
        run(
          scanOf([{ spot: 0.05, weight }], {
            charges: { c: { kind: "scan", scenarios: "s", profile: { factors: { positive } } } },
          }),
          { "90C": 1 },
        ),
        "c",
      );
    // value 10 → 15: half of the gain, or half of the value less what it is today
    expect(profile(0.5, 1)).toEqual([expect.closeTo(2.5, 9)]);
    expect(profile(1, 0.5)).toEqual([expect.closeTo(-2.5, 9)]);
    expect(profile(0.5, 0.5)).toEqual([expect.closeTo(-1.25, 9)]);
  });

  test("rows of a box are equal but for noise: the first drives, compared at 2⁻²⁰", () => {
    const rows = [-0.2, -0.1, 0, 0.1, 0.2].map((spot): Row => ({ spot, volMove: 0.3 }));
    const real: Fact[] = [{ at: { underlying: "A", expiry: july }, vol: 0.7, forward: 100, discount: 0.97 }];
    const box = { "90C": 1, "110C": -1, "110P": 1, "90P": -1 };
    const r = core.margin(scanOf(rows), market(real), hold(box), { exact: false });
    const profile = profileOf(r, "c");
    expect(new Set(profile).size).toBeGreaterThan(1); // noise
    expect(Math.max(...profile) - Math.min(...profile)).toBeLessThan(1e-9);
    expect(groupOf(r, "c").driver).toMatchObject({ row: 0 });
  });

  test("a constant in dollars inside coin rows is divided by the price of the row, at the edge for what stops there", () => {
    const coin = perpetual("A", { id: "coin", settlement: "A", payoff: "inverse", lot: 100, lotUnit: "quote" });
    const currencies = [
      { id: "USDC", price: 1 },
      { id: "A", price: 100, underlying: "A", largestTotal: 2 ** 20 },
    ];
    const inCoin = marketOf(asOf, currencies, [coin], [{ at: { underlying: "A" }, spot: 100 }]);
    const edge = -0.2;
    const row: Row = { spot: -0.5, linear: edge, dampener: { div: [8, { mul: ["spot", 1 + edge] }] } };
    const model = scanOf([row], {
      charges: { c: { kind: "scan", at: ["underlying", "settlement"], scenarios: "s", profile: { dampen: true } } },
      initial: 0,
    });
    const r = evaluate(model, inCoin, hold({ coin: 10 }), { exact: false });
    // 10 coins stop at −20 %: 10·(−0.2/0.8) = −2.5 coins, less 8 dollars at 80
    expect(profileOf(r, "c")).toEqual([expect.closeTo(-2.5 + 0.1, 12)]);
  });

  test("a worst case is published unrounded, and rounded only where it is added", () => {
    const model = scanOf([{ spot: -1 / 3 }], { initial: { sum: [{ round: ["c", 2] }, { round: ["c", 2] }] } });
    const r = evaluate(model, market(), portfolioOf([{ instrument: "A-P", amount: 0.1 }]), { exact: false });
    expect(groupOf(r, "c").value).toBeCloseTo(10 / 3, 14);
    expect(r.initial).toBe(6.66);
  });

  test("a liquidation pins one row, and leaves the basis term out", () => {
    const scan = { kind: "scan", scenarios: "s" } as const;
    const model = scanOf([{ spot: -0.1 }, { spot: -0.3 }, { spot: 0.2 }], {
      scenarios: {
        s: { rows: [{ spot: -0.1 }, { spot: -0.3 }, { spot: 0.2 }] },
        basis: { rows: [{ basis: 0.05 }, { basis: -0.05 }] },
      },
      charges: {
        worst: scan,
        pinned: { ...scan, reduce: { row: 2 }, floor: null },
        basis: { kind: "scan", scenarios: "basis" },
      },
      initial: { sum: ["worst", "basis"] },
      maintenance: "pinned",
    });
    const r = core.margin(model, market(), hold({ "A-P": 1 }));
    expect([r.initial, r.maintenance]).toEqual([35, -20]);
  });
});

describe("amounts", () => {
  const naked: MarginModel = modelOf({
    charges: { c: { kind: "amount", net: "strike", on: "short", select: { kind: "option" } } },
    initial: "c",
  });

  test("the naked-short rule with its three branches is the net short quantity per strike", () => {
    const rule = (calls: number, puts: number) =>
      // both short: their sum; one short: what the other does not cover; none: nothing
      calls < 0 && puts < 0 ? -calls - puts : Math.max(0, -Math.min(calls, puts) - Math.max(calls, puts));
    for (const calls of [-3, -1, 0, 2, 5])
      for (const puts of [-4, -1, 0, 1, 6])
        expect(run(naked, { "100C": calls, "100P": puts }).initial, `${calls} ${puts}`).toBe(rule(calls, puts));
    // netted by strike, not over strikes or expiries
    expect(run(naked, { "100C": -2, "110C": 2 }).initial).toBe(2);
    expect(run(naked, { "100C": -2, "100C-near": 2 }).initial).toBe(2);
  });

  test.skipIf(!vectorsAreThere)("deribit-legacy-pm-short-option-contingency: the same rule, in coin", () => {
    type Inputs = { call_position: number; put_position: number };
    const { inputs, expected } = vector<Inputs, { contingency_btc: number }>(
      "exchanges.json",
      "deribit-legacy-pm-short-option-contingency",
    );
    const portfolio = portfolioOf([
      { instrument: "100C", amount: inputs.call_position },
      { instrument: "100P", amount: inputs.put_position },
    ]);
    const model = { ...naked, charges: { c: { ...naked.charges["c"], rate: 0.01 } as never } };
    expect(evaluate(model, market(), portfolio, { exact: false }).initial).toBeCloseTo(expected.contingency_btc, 12);
  });

  test("the notional of profit and loss and that of delta are two prices, so two facts", () => {
    const model = scanOf([{ spot: -0.12 }], {
      charges: {
        c: { kind: "scan", scenarios: "s" },
        d: { kind: "amount", measure: { mul: ["delta", "deltaPrice"] }, rate: 0.002 },
      },
      initial: { sum: ["c", "d"] },
    });
    const prices: Fact[] = [{ at: { instrument: "A-P" }, mark: 101, deltaPrice: 99 }];
    expect(evaluate(model, market(prices), hold({ "A-P": 10 }), { exact: false }).initial).toBeCloseTo(
      121.2 + 1.98,
      12,
    );
  });

  test("sells of 13 against +10: the larger side leaves the requirement, and so admits the order", () => {
    const model = modelOf({
      charges: {
        c: {
          kind: "amount",
          at: "underlying",
          net: "instrument",
          measure: "delta",
          orders: "worstSide",
          rate: { mul: [0.1, "spot"] },
        },
      },
      initial: "c",
    });
    const margin = (asks: number) =>
      core.margin(model, market(), {
        ...hold({ "A-P": 10 }),
        ...(asks > 0 && { orders: [{ instrument: "A-P", lots: -asks }] }),
      }).initial;
    expect([margin(0), margin(5), margin(13), margin(21)]).toEqual([100, 100, 100, 110]);
  });
});

describe("formulas", () => {
  test("a confidence of the perpetual counts only while one is held", () => {
    const rate = (confidence: Expr): Expr => ({ if: [{ lt: [confidence, 0.5] }, { mul: [0.4, "spot"] }, 0] });
    const charges = (confidence: Expr): MarginModel["charges"] => ({
      perpetuals: { kind: "amount", at: "underlying", net: "instrument", select: { kind: "perpetual" } },
      c: { kind: "amount", at: "underlying", net: "instrument", select: { kind: "option" }, rate: rate(confidence) },
    });
    const held = modelOf({
      charges: charges({ min: ["optionConfidence", { if: [{ lt: [0, "perpetuals"] }, "perpetualConfidence", 1] }] }),
      initial: "c",
    });
    const always = modelOf({ charges: charges({ min: ["optionConfidence", "perpetualConfidence"] }), initial: "c" });
    const of = market([{ at: {}, optionConfidence: 0.9, perpetualConfidence: 0 }]);
    expect(run(held, { "100C": -1 }, of).initial).toBe(0);
    expect(run(held, { "100C": -1, "A-P": 1 }, of).initial).toBe(40);
    expect(run(always, { "100C": -1 }, of).initial).toBe(40);
  });

  test("whether a loss factor multiplies contingencies is where their sum stands in `initial`", () => {
    const charges: MarginModel["charges"] = {
      loss: { kind: "scan", scenarios: "s" },
      contingency: { kind: "amount", net: "instrument", rate: 3 },
    };
    const initial = (expr: Expr) => run(scanOf([{ spot: -0.1 }], { charges, initial: expr }), { "A-P": 2 }).initial;
    expect(initial({ mul: [1.5, { sum: ["loss", "contingency"] }] })).toBe(39);
    expect(initial({ sum: [{ mul: [1.5, "loss"] }, "contingency"] })).toBe(36);
  });

  test("one namespace: a charge that measures the fact of its own name is a cycle", () => {
    const model = modelOf({ charges: { mark: { kind: "amount", measure: "mark" } }, initial: "mark" });
    expect(refusal(() => core.margin(model, market(), hold({ "A-P": 1 })))).toBe(
      "Cycle | model.charges.mark: defined by itself: mark → mark",
    );
  });

  test("a perpetual's result joins its settle token before that token is weighed by its sign", () => {
    const weighed = (x: Expr): Expr => ({ mul: [x, { if: [{ lt: [0, x] }, 0.8, 1.2] }] });
    const tokens = { settles: { unit: "flag", assumed: "a test", is: 0, for: [{ underlying: "T", is: 1 }] } };
    const charges = (settled: Expr): MarginModel["charges"] => ({
      perpetuals: { kind: "amount", select: { kind: "perpetual" }, on: "signed", measure: { mul: ["mark", -1] } },
      token: { kind: "amount", at: "underlying", on: "signed", select: { kind: "cash" }, measure: "conversion" },
      settled: {
        kind: "formula",
        at: "underlying",
        select: { kind: "cash" },
        value: { sum: ["token", { if: [{ lt: [0, "settles"] }, "perpetuals", 0] }] },
      },
      health: { kind: "formula", at: "underlying", select: { kind: "cash" }, value: settled },
    });
    const currencies = [
      { id: "USDC", price: 1 },
      { id: "T", price: 1, underlying: "T" },
    ];
    const of = { ...market(), currencies: marketOf("", currencies, [], []).currencies };
    const health = (value: Expr) =>
      -evaluate(
        modelOf({ charges: charges(value), parameters: tokens, initial: { neg: "health" } }),
        of,
        hold({ "A-P": 1 }, { T: 60 }),
        { exact: true },
      ).initial;
    // 60 of the token and a result of −100: −40 is owed, at 1.2
    expect(health(weighed("settled"))).toBe(-48);
    // weighed apart it would be 60·0.8 − 100·1.2
    expect(health({ sum: [weighed("token"), weighed("perpetuals")] })).toBe(48 - 120);
  });
});

test("rounding to quanta is bounded and told; parity with figures of more digits asks for exact: false", () => {
  const whole = 1_959_000_000;
  const rows: Row[] = [{ spot: -1 / 3 }];
  const big = perpetual("A", { lot: 0.001 });
  const of = { ...market(), instruments: [big] };
  const exact = core.margin(scanOf(rows), of, hold({ "A-P": whole }));
  const plain = core.margin(scanOf(rows), of, hold({ "A-P": whole }), { exact: false });
  const off = Math.abs(exact.initial - plain.initial);
  expect(off).toBeGreaterThan(1e-8);
  expect(off).toBeLessThanOrEqual(exact.rounding!["USDC"]!);
  expect(plain.rounding).toBeUndefined();
});
