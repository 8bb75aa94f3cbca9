/** Bad input: each mistake has its own message, names its place, and changes nothing. */
import { describe, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { core } from "../core.ts";

const expiry = "2026-03-27T08:00:00Z";
const call = "BTC-27MAR26-70000-C";

function marketWith(change: Partial<Market> = {}): Market {
  return {
    format: 1,
    asOf: "2026-02-05T08:00:00Z",
    currencies: [{ id: "BTC", largestTotal: 131072, price: 64000, underlying: "BTC" }],
    instruments: [
      {
        id: call,
        kind: "option",
        underlying: "BTC",
        expiry,
        strike: 70000,
        callPut: 1,
        settlement: "BTC",
        payoff: "inverse",
        lot: 0.1,
      },
      {
        id: "BTC-PERPETUAL",
        kind: "perpetual",
        underlying: "BTC",
        expiry: "perpetual",
        settlement: "BTC",
        payoff: "inverse",
        lot: 10,
        lotUnit: "quote",
      },
    ],
    facts: [
      { at: { underlying: "BTC" }, spot: 64000 },
      { at: { underlying: "BTC", expiry }, forward: 64350 },
      { at: { instrument: call }, vol: 0.62 },
      { at: { instrument: "BTC-PERPETUAL" }, mark: 64010 },
    ],
    ...change,
  };
}

const short: Portfolio = { format: 1, positions: [{ instrument: call, lots: -5 }], balances: { BTC: 1 } };
const long = (change: object): Portfolio => ({ ...short, positions: [{ ...short.positions[0]!, ...change }] });

function refusal(model: MarginModel, market: Market, portfolio: Portfolio, options = {}): MarginError {
  const before = core.memory().used;
  try {
    core.margin(model, market, portfolio, options);
  } catch (error) {
    expect(error).toBeInstanceOf(MarginError);
    expect(core.memory().used, "memory in use after a refusal").toBe(before);
    return error as MarginError;
  }
  throw new Error("was not refused");
}

const without = (name: string) => marketWith({ facts: marketWith().facts.filter((fact) => !(name in fact)) });

describe("portfolio and market", () => {
  test.each<[string, Market, Portfolio, string, string]>([
    [
      "an unknown instrument",
      marketWith(),
      long({ instrument: "BTC-27MAR26-70000-P" }),
      "UnknownInstrument",
      'portfolio.positions[0].instrument: the market has no "BTC-27MAR26-70000-P"',
    ],
    [
      "another case",
      marketWith(),
      long({ instrument: call.toLowerCase() }),
      "UnknownInstrument",
      `portfolio.positions[0].instrument: the market has no "${call.toLowerCase()}" (did you mean "${call}"?)`,
    ],
    [
      "an expired option",
      marketWith({ asOf: "2026-03-27T08:00:00Z" }),
      short,
      "Expired",
      `portfolio.positions[0].instrument: "${call}" expired at 2026-03-27T08:00:00Z, not after asOf 2026-03-27T08:00:00Z`,
    ],
    [
      "no volatility",
      without("vol"),
      short,
      "MissingFact",
      `portfolio.positions[0].instrument: the market has no vol for instrument ${call}`,
    ],
    [
      "no forward",
      without("forward"),
      short,
      "MissingFact",
      `portfolio.positions[0].instrument: the market has no forward for underlying BTC, expiry ${expiry}`,
    ],
    ["no spot", without("spot"), short, "MissingFact", 'market.facts: the market has no "spot"'],
    [
      "no mark, forward or spot of a perpetual",
      marketWith({ facts: [{ at: { underlying: "ETH" }, spot: 2000 }] }),
      long({ instrument: "BTC-PERPETUAL" }),
      "MissingFact",
      "portfolio.positions[0].instrument: the market has no mark for instrument BTC-PERPETUAL",
    ],
    [
      "fractional lots",
      marketWith(),
      long({ lots: 0.5 }),
      "LotsNotWhole",
      "portfolio.positions[0].lots: expected a whole number, was 0.5",
    ],
    [
      "an amount between lots",
      marketWith(),
      long({ lots: undefined, amount: 0.25 }),
      "LotsNotWhole",
      "portfolio.positions[0].amount: expected a multiple of the lot 0.1, was 0.25",
    ],
    [
      "an absurd size",
      marketWith(),
      long({ lots: 1e300 }),
      "TooLarge",
      "portfolio.positions[0].lots: expected at most 2^53 in size, was 1e+300",
    ],
    [
      "a total beyond the exact range",
      marketWith(),
      long({ lots: 9e15 }),
      "BeyondExactRange",
      "portfolio.positions: a total is beyond the range in which sums are exact; declare a larger largestTotal of the currency, or hold less",
    ],
    [
      "NaN lots",
      marketWith(),
      long({ lots: NaN }),
      "NotFinite",
      "portfolio.positions[0].lots: expected a number, was NaN",
    ],
    [
      "an entry of zero",
      marketWith(),
      long({ instrument: "BTC-PERPETUAL", entry: 0 }),
      "EntryNotPositive",
      "portfolio.positions[0].entry: expected > 0, was 0",
    ],
    [
      "a balance in an unknown currency",
      marketWith(),
      { ...short, balances: { EUR: 1 } },
      "UnknownCurrency",
      'portfolio.balances.EUR: market.currencies has no "EUR"',
    ],
  ])("%s", (_, market, portfolio, code, message) => {
    const error = refusal(deribitPm, market, portfolio);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });

  test("no lot: refused where quantities are whole lots, taken as an amount where they are not", () => {
    const [option, perpetual] = marketWith().instruments;
    const { lot: _, ...lotless } = option!;
    const market = marketWith({ instruments: [lotless, perpetual!] });
    expect(refusal(deribitPm, market, short).code).toBe("LotMissing");
    const amount = long({ lots: undefined, amount: -0.5 });
    expect(core.margin(deribitPm, market, amount, { exact: false }).initial).toBeGreaterThan(0);
  });

  test("a rounding bound above the stated tolerance of the currency is refused", () => {
    const market = marketWith({
      currencies: [{ id: "BTC", largestTotal: 131072, price: 64000, underlying: "BTC", tolerance: 1e-13 }],
    });
    const error = refusal(deribitPm, market, short);
    expect(error.code).toBe("RoundingAboveTolerance");
    expect(error.field).toBe("market.currencies[0].tolerance");
  });

  test("a parameter of no use to the underlying held", () => {
    const model = {
      ...deribitPm,
      parameters: {
        ...deribitPm.parameters,
        priceRange: { unit: "relative", assumed: "test", for: [{ underlying: "ETH", is: 0.2 }] },
      },
    };
    const error = refusal(model, marketWith(), short);
    expect(error.code).toBe("MissingFact");
    expect(error.message).toBe('model.parameters.priceRange: the model has no "priceRange" for underlying BTC');
  });
});

describe("models", () => {
  const model = (change: Partial<MarginModel>): MarginModel => ({ ...deribitPm, ...change });
  const charges = (more: MarginModel["charges"]) => model({ charges: { ...deribitPm.charges, ...more } });
  test.each<[string, MarginModel, string, string]>([
    [
      "an unknown name",
      model({ initial: "initialInEur" }),
      "UnknownName",
      'model.initial: unknown name "initialInEur": no charge, value, parameter, fact or computed name is called so',
    ],
    [
      "a name unknown at its level",
      model({ initial: "spot" }),
      "UnknownName",
      'model.initial: unknown name "spot": it is known by {underlying}, which the account does not have',
    ],
    [
      "a cycle",
      charges({ a: { kind: "formula", value: "b" }, b: { kind: "formula", value: { neg: "a" } } }),
      "Cycle",
      "model.charges.a: defined by itself: a → b → a",
    ],
    [
      "unlike units",
      model({ initial: "initialMargin" }),
      "UnlikeUnits",
      'model.initial: charge "initialMargin" is in settlement currencies; multiply it by conversion before it is summed over them',
    ],
    [
      "levels apart",
      charges({ a: { kind: "formula", at: ["kind"], value: "netDelta" } }),
      "LevelsApart",
      'charge "netDelta" is by {payoff, settlement, underlying}, which is neither finer nor coarser than {kind}',
    ],
    [
      "a currency that the market does not have",
      model({ currency: "EUR" }),
      "UnknownCurrency",
      'model.currency: market.currencies has no "EUR"',
    ],
    [
      "a missing scenario set",
      charges({ a: { kind: "scan", scenarios: "tails" } }),
      "UnknownScenarios",
      'model.charges.a.scenarios: expected a set of model.scenarios, was "tails"',
    ],
    ["division by zero", model({ outputs: { ratio: { div: [1, 0] } } }), "Undefined", "model.outputs.ratio"],
  ])("%s", (_, broken, code, message) => {
    const two = marketWith({
      currencies: [...marketWith().currencies, { id: "USDC", largestTotal: 2 ** 33, price: 1 }],
    });
    const error = refusal(broken, two, { ...short, balances: { BTC: 1, USDC: 5 } });
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });
});

describe("prices, Greeks, implied vols", () => {
  const two = { forward: 60000, strike: Float64Array.of(50000, 60000), tau: 0.1, vol: 0.5, callPut: 1 };
  test.each<[string, object, string]>([
    ["strike", { strike: Float64Array.of(50000, -1) }, "strike[1]: expected > 0, was -1"],
    ["NaN strike", { strike: Float64Array.of(NaN, 1) }, "strike[0]: expected > 0, was NaN"],
    ["vol", { vol: 0 }, "vol: expected > 0, was 0"],
    ["NaN vol", { vol: Float64Array.of(0.5, NaN) }, "vol[1]: expected > 0, was NaN"],
    ["forward", { forward: -60000 }, "forward: expected > 0, was -60000"],
    ["tau", { tau: -0.1 }, "tau: expected at least 0, was -0.1"],
    ["discount", { discount: 0 }, "discount: expected > 0, was 0"],
    ["callPut", { callPut: 2 }, "callPut: expected 1 (call) or -1 (put), was 2"],
    [
      "coin and discount",
      { payoff: "inverse", discount: 0.9 },
      "discount: expected 1 (coin prices are not discounted), was 0.9",
    ],
    ["length", { strike: Float64Array.of(1) }, "strike: expected 2 rows, as the output has, was 1"],
    ["type", { strike: [1, 2] }, "strike: expected a number or a Float64Array, was a list of 2"],
  ])("%s", (_, change, message) => {
    const out = Float64Array.of(7, 7);
    expect(() => core.prices({ ...two, ...change }, out)).toThrow(message);
    expect(out).toEqual(Float64Array.of(7, 7));
  });
});

test("after every refusal the core answers as before", () => {
  const answer = core.margin(deribitPm, marketWith(), short);
  using prepared = core.prepare(deribitPm, marketWith());
  expect(prepared.margin(short)).toEqual(answer);
  for (const bad of [long({ lots: 9e15 }), long({ instrument: "none" }), long({ lots: undefined, amount: 0.25 })]) {
    expect(() => prepared.margin(bad)).toThrow(MarginError);
    expect(prepared.margin(short)).toEqual(answer);
  }
});

test("used after release()", () => {
  const prepared = core.prepare(deribitPm, marketWith());
  prepared.release();
  expect(() => prepared.margin(short)).toThrow(/used after release/);
  prepared.release();
});

describe("what a portfolio gives", () => {
  const withFacts = (facts: Portfolio["facts"]): Portfolio => ({ ...short, facts });
  test.each<[string, Portfolio["facts"], string, string]>([
    [
      "a name that the model does not take",
      [{ at: {}, openOrdersMargn: 1 }],
      "UnknownFact",
      "portfolio.facts[0].openOrdersMargn: model deribit-pm takes no figure of that name from a portfolio; it takes",
    ],
    [
      "a parameter that is the model's alone",
      [{ at: {}, priceRange: 0.1 }],
      "UnknownFact",
      "portfolio.facts[0].priceRange",
    ],
    [
      "a currency that is not held",
      [{ at: { settlement: "BTCC" }, openOrdersMargin: 1 }],
      "UnmatchedFact",
      "portfolio.facts[0].at: the account holds nothing of settlement BTCC",
    ],
    [
      "a place finer than the parameter's",
      [{ at: { instrument: call }, openOrdersMargin: 1 }],
      "UnknownKey",
      'portfolio.facts[0].at.instrument: "openOrdersMargin" is given by {settlement}',
    ],
  ])("%s", (_, facts, code, message) => {
    const error = refusal(deribitPm, marketWith(), withFacts(facts));
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });
  test("counts where it belongs", () => {
    const of = (facts: Portfolio["facts"]) => core.margin(deribitPm, marketWith(), withFacts(facts)).initial;
    expect(of([{ at: { settlement: "BTC" }, openOrdersMargin: 0.01 }]) - of([])).toBeCloseTo(640, 4);
  });
});

describe("selections", () => {
  const scan = (select: object): MarginModel => ({
    ...deribitPm,
    charges: { ...deribitPm.charges, extra: { kind: "amount", select: select as never } },
  });
  test.each<[string, object, string]>([
    ["an unknown key", { kindd: "option" }, "model.charges.extra.select.kindd: no key of an instrument"],
    [
      "an unknown kind",
      { kind: "optoin" },
      'model.charges.extra.select.kind: expected "option", "future", "perpetual", "spot", "sensitivity", "cash", was "optoin"',
    ],
    ["an unknown side", { side: "Long" }, 'model.charges.extra.select.side: expected "long", "short", was "Long"'],
  ])("%s", (_, select, message) => expect(refusal(scan(select), marketWith(), short).message).toContain(message));
});

test("a default holds for what lacks the key of another entry: cash has no underlying", () => {
  const model: MarginModel = {
    ...deribitPm,
    parameters: {
      ...deribitPm.parameters,
      haircut: { unit: "share", assumed: "test", is: 0.5, for: [{ underlying: "BTC", is: 0.1 }] },
    },
    charges: {
      ...deribitPm.charges,
      held: {
        kind: "amount",
        net: "instrument",
        on: "long",
        select: { kind: "cash" },
        measure: "conversion",
        rate: "haircut",
      },
    },
    outputs: { held: "held" },
  };
  const market = marketWith({
    currencies: [...marketWith().currencies, { id: "USDC", largestTotal: 2 ** 33, price: 1 }],
  });
  const { outputs } = core.margin(model, market, { ...short, balances: { BTC: 1, USDC: 100 } });
  expect(outputs!["held"]).toBeCloseTo(64000 * 0.1 + 100 * 0.5, 6);
});

test("no price falls by more than all of it", () => {
  const model: MarginModel = {
    ...deribitPm,
    scenarios: { ...deribitPm.scenarios, standard: { rows: [{ spot: -1.5 }] } },
  };
  for (const instrument of [call, "BTC-PERPETUAL"])
    expect(refusal(model, marketWith(), long({ instrument })).code).toBe("Undefined");
});

test.each<[string, Partial<Market["currencies"][0]>, string]>([
  ["largestTotal", { largestTotal: 1e300 }, "market.currencies[0].largestTotal"],
  ["price", { price: NaN }, "market.currencies[0].price"],
])("an absurd %s", (_, change, field) => {
  const market = marketWith({ currencies: [{ ...marketWith().currencies[0]!, ...change }] });
  expect(refusal(deribitPm, market, short).field).toBe(field);
});

test("a volatility in per cent", () => {
  const market = marketWith({ facts: marketWith().facts.map((fact) => ("vol" in fact ? { ...fact, vol: 62 } : fact)) });
  expect(refusal(deribitPm, market, short).message).toBe(
    "market.facts[2].vol: expected at most 50 (1 is 100 %), was 62",
  );
});

test.each<[string, object, string]>([
  ["a misspelt option", { exakt: false }, "options.exakt: no option; there are exact and explain"],
  ["an option of another type", { exact: "no" }, 'options.exact: expected true or false, was "no"'],
])("%s", (_, options, message) => expect(refusal(deribitPm, marketWith(), short, options).message).toBe(message));

test("no columns, no options", () => {
  expect(() => core.prices(undefined as never, new Float64Array(1))).toThrow(
    "columns: expected an object of columns, was missing",
  );
  expect(() => core.margin(deribitPm, marketWith(), short, null as never)).toThrow(
    "options: expected an object, was null",
  );
});
