/** Models that make no sense: an error that names the JSON path, before anything is evaluated. */
import { describe, expect, test } from "vitest";
import type { Instrument } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import { core } from "../core.ts";
import { refusal } from "../documents/documents.ts";
import { marketOf, modelOf, portfolioOf } from "../reference/documents.ts";

const perpetual: Instrument = {
  id: "P",
  kind: "perpetual",
  underlying: "A",
  expiry: "perpetual",
  settlement: "USDC",
  payoff: "linear",
  lot: 1,
};
const coin: Instrument = { ...perpetual, id: "C", settlement: "A", payoff: "inverse", lot: 10, lotUnit: "quote" };
const market = marketOf(
  "2026-01-01T00:00:00Z",
  [
    { id: "USDC", price: 1 },
    { id: "A", price: 100, underlying: "A", largestTotal: 2 ** 20 },
  ],
  [perpetual, coin],
  [{ at: { underlying: "A" }, spot: 100 }],
);
const portfolio = portfolioOf([
  { instrument: "P", lots: 1 },
  { instrument: "C", lots: 1 },
]);
const scenarios: MarginModel["scenarios"] = { s: { rows: [{ spot: -0.1 }, { spot: 0.1 }] } };
const scan = { kind: "scan", scenarios: "s", at: "underlying" } as const;

/** The refusal, after which the core's memory is as it was. */
function refused(parts: object): string {
  const before = core.memory().used;
  const message = refusal(() =>
    core.margin(modelOf({ scenarios, ...parts } as Partial<MarginModel>), market, portfolio),
  );
  expect(core.memory().used).toBe(before);
  return message;
}

test("the model that they are spoiled from is sound", () => {
  expect(
    refused({ charges: { a: scan, b: { kind: "formula", at: "underlying", value: { mul: [2, "a"] } } }, initial: "b" }),
  ).toBe("accepted");
});

describe("unknown things", () => {
  test.each<[string, object, string]>([
    [
      "a charge in the combination",
      { charges: { a: scan }, initial: { sum: ["a", { max: ["b", 0] }] } },
      'UnknownName | model.initial.sum[1].max[0]: unknown name "b": no charge, value, parameter, fact or computed name is called so',
    ],
    [
      "a charge in a formula",
      { charges: { a: { kind: "formula", value: { if: [{ lt: ["b", 1] }, 1, 2] } } }, initial: "a" },
      'UnknownName | model.charges.a.value.if[0][0]: unknown name "b": no charge, value, parameter, fact or computed name is called so',
    ],
    [
      "a kind of charge",
      { charges: { a: { kind: "scen", scenarios: "s" } } },
      'NotOneOf | model.charges.a.kind: expected "scan", "amount", "spread", "formula" or "correlated", was "scen"',
    ],
    [
      "a scenario set",
      { charges: { a: { ...scan, scenarios: "shocks" } } },
      'UnknownScenarios | model.charges.a.scenarios: expected a set of model.scenarios, was "shocks"',
    ],
    [
      "any scenario set",
      { scenarios: undefined, charges: { a: scan } },
      'UnknownScenarios | model.charges.a.scenarios: expected a set of model.scenarios, was "s"',
    ],
    [
      "a level",
      { charges: { a: { ...scan, at: "desk" } } },
      'UnknownLevel | model.charges.a.at: expected a level (account, underlying, expiry, strike, settlement, instrument), was "desk"',
    ],
    [
      "a name in a row",
      { scenarios: { s: { rows: [{}, { spot: { mul: [2, "rnage"] } }] } }, charges: { a: scan } },
      'UnknownName | model.scenarios.s.rows[1].spot.mul[1]: unknown name "rnage": no charge, value, parameter, fact or computed name is called so',
    ],
    [
      "a table",
      { charges: { a: { kind: "amount", rate: { step: ["size", "tiers"] } } } },
      'UnknownName | model.charges.a.rate.step[1]: unknown table "tiers"',
    ],
  ])("%s", (_, parts, message) => expect(refused(parts)).toBe(message));
});

describe("cycles", () => {
  test.each<[string, object, string]>([
    [
      "two charges of the combination by one another",
      {
        charges: { a: { kind: "formula", value: { sum: ["b", 1] } }, b: { kind: "formula", value: { mul: [2, "a"] } } },
        initial: "b",
      },
      "Cycle | model.charges.a: defined by itself: a → b → a",
    ],
    [
      "through a value and a rate",
      {
        values: { v: { is: { max: [0, "a"] } } },
        charges: { a: { kind: "amount", rate: { sum: ["v", 1] } } },
        initial: "a",
      },
      "Cycle | model.values.v: defined by itself: v → a → v",
    ],
    [
      "through the shape of a profile",
      { charges: { a: { ...scan, profile: { gains: { factor: "a" } } } }, initial: "a" },
      "Cycle | model.charges.a: defined by itself: a → a",
    ],
    [
      "through a row's weight",
      { scenarios: { s: { rows: [{ weight: "a" }] } }, charges: { a: scan }, initial: "a" },
      "Cycle | model.charges.a: defined by itself: a → a",
    ],
    [
      "a row that depends on a charge",
      { scenarios: { s: { rows: [{ spot: "b" }] } }, charges: { a: scan, b: { kind: "amount" } } },
      "RowNeedsAccount | model.scenarios.s.rows[0].spot: a row cannot depend on charges",
    ],
    [
      "a measure that depends on a charge",
      { charges: { a: { kind: "amount", measure: "b" }, b: { kind: "amount", at: "account" } } },
      "MeasureNeedsAccount | model.charges.a.measure: a measure cannot depend on charges",
    ],
  ])("%s", (_, parts, message) => expect(refused(parts)).toBe(message));
});

describe("figures and units", () => {
  const parameter = (rest: object) => ({ parameters: { range: { unit: "relative", source: "a page", ...rest } } });
  test.each<[string, object, string]>([
    [
      "a parameter outside its range",
      parameter({ range: [0, 1], is: 15 }),
      "ParameterOutOfRange | model.parameters.range.is: expected within [0, 1], was 15",
    ],
    [
      "a place's figure outside the range",
      parameter({ range: [0, 1], is: 0.15, for: [{ underlying: "A", is: -0.15 }] }),
      "ParameterOutOfRange | model.parameters.range.for[0].is: expected within [0, 1], was -0.15",
    ],
    [
      "a price that no spot can fall to",
      { scenarios: { s: { rows: [{ spot: -1.5 }] } }, charges: { a: scan }, initial: "a" },
      "Undefined | model.scenarios.s.rows[0]: instrument C has no finite value: no smile, or no price, has these moves",
    ],
    [
      "coins and dollars in one sum",
      {
        charges: { a: { ...scan, at: ["underlying", "settlement"] } },
        initial: "a",
      },
      'UnlikeUnits | model.initial: charge "a" is in settlement currencies; multiply it by conversion before it is summed over them',
    ],
    [
      "coins and dollars in one formula",
      {
        charges: {
          a: { ...scan, at: "settlement" },
          b: scan,
          c: { kind: "formula", at: "settlement", value: { sum: ["a", { mul: ["a", "conversion"] }] } },
        },
        initial: "c",
      },
      "UnlikeUnits | model.charges.c.value.sum: some of these are in settlement currencies, others in the model's; multiply by conversion first",
    ],
    [
      "a number where a table is read",
      { ...parameter({ is: 0.1 }), charges: { a: { kind: "amount", rate: { step: ["size", "range"] } } } },
      'WrongType | model.charges.a.rate.step[1]: "range" is a number, not a table',
    ],
  ])("%s", (_, parts, message) => expect(refused(parts)).toBe(message));
});

describe("groups that contradict one another", () => {
  const profile = (of: object) => ({ charges: { a: { ...scan, profile: of } } });
  test.each<[string, object, string]>([
    [
      "amounts netted over more than the charge's groups",
      { charges: { a: { kind: "amount", at: "expiry", net: "underlying" } } },
      "LevelsApart | model.charges.a.net: net must be as fine as `at`, or finer",
    ],
    [
      "a profile coarser than its charge",
      profile({ at: "account" }),
      "LevelsApart | model.charges.a.profile.at: the profile's level must be as fine as `at`, or finer",
    ],
    [
      "a profile coarser than the one that sums it",
      profile({ at: "expiry", of: [{ at: "underlying" }] }),
      "LevelsApart | model.charges.a.profile.of[0].at: a profile sums profiles that are as fine, or finer",
    ],
    [
      "a charge seen from a level that cuts across",
      { charges: { a: { kind: "amount", at: "settlement" }, b: { kind: "formula", at: "expiry", value: "a" } } },
      'LevelsApart | model.charges.b.value: charge "a" is by {settlement}, which is neither finer nor coarser than {expiry, underlying}',
    ],
    [
      "a value that is finer than who reads it",
      { values: { v: { at: "underlying", is: "spot" } }, charges: { a: { kind: "formula", value: "v" } } },
      'LevelsApart | model.charges.a.value: value "v" is known by {underlying}, which {} does not have',
    ],
    [
      "a selection that the profile above leaves nothing of",
      profile({ select: { kind: "option" }, of: [{ select: { kind: ["future", "perpetual"] } }] }),
      'Contradiction | model.charges.a.profile.of[0].select.kind: the profile above takes "option" only: nothing is that and ["future","perpetual"]',
    ],
    [
      "sides that exclude each other, two profiles apart",
      profile({ select: { side: "long" }, of: [{ of: [{ select: { side: "short" } }] }] }),
      'Contradiction | model.charges.a.profile.of[0].of[0].select.side: the profile above takes "long" only: nothing is that and "short"',
    ],
    [
      "a selection of nothing",
      profile({ select: { kind: [] } }),
      "Empty | model.charges.a.profile.select.kind: expected at least one entry, was an empty list",
    ],
    [
      "factors on a sum",
      profile({ factors: { positive: 0.9 }, of: [{}] }),
      "LeafOnly | model.charges.a.profile.factors: factors act on positions: only a profile without `of` has them",
    ],
    [
      "a condition on a key that is netted away",
      { charges: { a: { kind: "amount", at: "underlying", rate: { if: [{ is: { kind: "option" } }, 1, 2] } } } },
      'WrongSelect | model.charges.a.rate.if[0]: {underlying} does not have the key "kind"',
    ],
    [
      "two parameters of one place",
      {
        parameters: {
          p: {
            unit: "1",
            source: "x",
            for: [
              { underlying: "A", is: 1 },
              { kind: "perpetual", is: 2 },
            ],
          },
        },
        charges: { a: { kind: "amount", net: "instrument", rate: "p" } },
      },
      'AmbiguousFact | model.parameters.p: two places of "p" agree equally well with kind perpetual, underlying A',
    ],
  ])("%s", (_, parts, message) => expect(refused(parts)).toBe(message));
});
