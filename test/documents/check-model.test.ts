import { describe, expect, it } from "vitest";
import { checkModel, isChecked } from "../../bindings/documents/check.ts";
import { model, refusal } from "./documents.ts";

type Draft = ReturnType<typeof model>;
const refused = (change: (draft: Draft) => unknown) => {
  const draft = model();
  change(draft);
  return refusal(() => checkModel(draft));
};
const KEYS = "instrument, kind, underlying, expiry, strike, callPut, settlement, payoff, lot, lotUnit";
const LEVELS = "account, underlying, expiry, strike, settlement, instrument, coin";
const OPERATORS =
  "sum, mul, max, min, sub, div, pow, neg, abs, exp, ln, sqrt, if, step, progressive, interpolate, round, ceil, trunc";

describe("a sound model", () => {
  it("comes back as a frozen copy", () => {
    const draft = model();
    const checked = checkModel(draft);
    expect(checked).toEqual(draft);
    expect(Object.isFrozen(checked.charges["scan"])).toBe(true);
    expect(isChecked(checked, "model")).toBe(true);
    expect(checkModel(checked)).toBe(checked);
  });
  it("has the moments of its places in one form", () => {
    const draft = model();
    draft.parameters["spotRange"]!["for"] = [{ expiry: "2026-03-27T08:00Z", is: 0.2 }];
    expect(checkModel(draft).parameters["spotRange"]!.for![0]!["expiry"]).toBe("2026-03-27T08:00:00Z");
  });
});

it.each<[string, (draft: Draft) => unknown, string]>([
  [
    "parameters in a Map",
    (m) => ((m as Record<string, unknown>)["parameters"] = new Map([["spotRange", { is: 1 }]])),
    "WrongType | model.parameters: expected an object, was a Map",
  ],
  [
    "charges in a Date",
    (m) => ((m as Record<string, unknown>)["charges"] = new Date(0)),
    "WrongType | model.charges: expected an object, was a Date",
  ],
  [
    "an id with spaces",
    (m) => (m.id = "My model"),
    'BadText | model.id: expected lower-case letters, digits and hyphens, was "My model"',
  ],
  [
    "an edition that is no date",
    (m) => (m.edition = "June"),
    'BadText | model.edition: expected the date from which it holds, such as 2024-06-17, was "June"',
  ],
  [
    "a charge of unknown kind",
    (m) => (m.charges["roll"]!["kind"] = "sum"),
    'NotOneOf | model.charges.roll.kind: expected "scan", "amount", "spread", "formula" or "correlated", was "sum"',
  ],
  [
    "a charge's missing field",
    (m) => Reflect.deleteProperty(m.charges["scan"]!, "scenarios"),
    "Missing | model.charges.scan.scenarios: missing",
  ],
  [
    "an unknown field deep down",
    (m) => (m.charges["scan"]!["profile"] = { of: [{ dampne: true }] }),
    "UnknownField | model.charges.scan.profile.of[0].dampne: unknown field",
  ],
  [
    "a bad name",
    (m) => (m.charges["my-charge"] = m.charges["both"]!),
    'BadText | model.charges["my-charge"]: expected a name of letters and digits, a letter first, was "my-charge"',
  ],
  [
    "an unknown operator",
    (m) => (m.initial = { add: [1, 2] }),
    `WrongType | model.initial: expected a number, a name, or an object with one of the operators ${OPERATORS}, was an object`,
  ],
  [
    "two operators",
    (m) => (m.initial = { sum: [1], mul: [1] }),
    `WrongType | model.initial: expected a number, a name, or an object with one of the operators ${OPERATORS}, was an object`,
  ],
  [
    "an expression of null",
    (m) => (m.initial = { sum: [null] }),
    `WrongType | model.initial.sum[0]: expected a number, a name, or an object with one of the operators ${OPERATORS}, was null`,
  ],
  [
    "a sum of nothing",
    (m) => (m.initial = { sum: [] }),
    "Empty | model.initial.sum: expected at least one entry, was an empty list",
  ],
  [
    "a difference of three",
    (m) => (m.initial = { sub: [1, 2, 3] }),
    "WrongType | model.initial.sub[2]: expected no further entry, was 3",
  ],
  [
    "a fault deep in an expression",
    (m) => (m.initial = { sum: ["both", { if: [{ lt: [1, NaN] }, 0, 1] }] }),
    "NotFinite | model.initial.sum[1].if[0].lt[1]: expected a number, was NaN",
  ],
  [
    "an unknown condition",
    (m) => (m.initial = { if: [{ gt: [1, 2] }, 0, 1] }),
    "Missing | model.initial.if[0].lt: missing",
  ],
  [
    "a curve that descends",
    (m) =>
      (m.initial = {
        step: [
          "both",
          [
            [1, 0],
            [0, 1],
          ],
        ],
      }),
    "NotAscending | model.initial.step[1]: expected points [from, y] in ascending order of `from`, was a list of 2",
  ],
  [
    "a curve with text",
    (m) => (m.initial = { step: ["both", [[1, "a"]]] }),
    'WrongType | model.initial.step[1][0][1]: expected a number, was "a"',
  ],
  [
    "decimals beyond 15",
    (m) => (m.initial = { round: ["both", 16] }),
    "OutOfRange | model.initial.round[1]: expected at most 15, was 16",
  ],
  [
    "half a decimal",
    (m) => (m.initial = { round: ["both", 1.5] }),
    "NotWhole | model.initial.round[1]: expected a whole number, was 1.5",
  ],
  [
    "no row",
    (m) => (m.scenarios["grid"] = { rows: [] }),
    "Empty | model.scenarios.grid.rows: expected at least one entry, was an empty list",
  ],
  [
    "unknown scenarios",
    (m) => (m.charges["scan"]!["scenarios"] = "gird"),
    'UnknownScenarios | model.charges.scan.scenarios: expected a set of model.scenarios, was "gird"',
  ],
  [
    "a row that is not there",
    (m) => (m.charges["scan"]!["reduce"] = { row: 2 }),
    "OutOfRange | model.charges.scan.reduce.row: expected a row below 2, was 2",
  ],
  [
    "an unknown level",
    (m) => (m.charges["roll"]!["net"] = "maturity"),
    `UnknownLevel | model.charges.roll.net: expected a level (${LEVELS}), was "maturity"`,
  ],
  [
    "an unknown level of a profile",
    (m) => (m.charges["scan"]!["profile"] = { of: [{ at: "coins" }] }),
    `UnknownLevel | model.charges.scan.profile.of[0].at: expected a level (${LEVELS}), was "coins"`,
  ],
  [
    "an unknown key of a level",
    (m) => (m.levels["coin"] = ["currency"]),
    `UnknownKey | model.levels.coin[0]: expected a key of an instrument (${KEYS}), was "currency"`,
  ],
  [
    "a key twice",
    (m) => (m.charges["roll"]!["at"] = ["kind", "kind"]),
    'DuplicateKey | model.charges.roll.at[1]: "kind" is there already',
  ],
  [
    "a built-in level defined again",
    (m) => (m.levels["expiry"] = ["expiry"]),
    "DuplicateName | model.levels.expiry: the name of a built-in level",
  ],
  [
    "a name of a parameter and a charge",
    (m) => (m.charges["tiers"] = m.charges["both"]!),
    "DuplicateName | model.charges.tiers: the name is already taken by model.parameters.tiers",
  ],
  [
    "a name of a value and a charge",
    (m) => (m.charges["discount"] = m.charges["both"]!),
    "DuplicateName | model.charges.discount: the name is already taken by model.values.discount",
  ],
  [
    "a name of a parameter and a value",
    (m) => (m.values["tiers"] = { is: 1 }),
    "DuplicateName | model.values.tiers: the name is already taken by model.parameters.tiers",
  ],
  [
    "a value named size",
    (m) => (m.values["size"] = { is: 1 }),
    "DuplicateName | model.values.size: the name is taken by the size of a charge",
  ],
  [
    "a parameter without source",
    (m) => Reflect.deleteProperty(m.parameters["tiers"]!, "assumed"),
    "SourceOrAssumed | model.parameters.tiers: expected either source or assumed, was neither",
  ],
  [
    "a parameter both sourced and assumed",
    (m) => (m.parameters["tiers"]!["source"] = "x"),
    "SourceOrAssumed | model.parameters.tiers: expected either source or assumed, was both",
  ],
  [
    "a parameter without figure",
    (m) => Reflect.deleteProperty(m.parameters["tiers"]!, "is"),
    "Missing | model.parameters.tiers: expected a figure in is or for, or given, was none of them",
  ],
  [
    "a parameter outside its range",
    (m) => (m.parameters["spotRange"]!["is"] = 1.5),
    "ParameterOutOfRange | model.parameters.spotRange.is: expected within [0, 1], was 1.5",
  ],
  [
    "a place's figure outside the range",
    (m) => (m.parameters["spotRange"]!["for"] = [{ is: 0.1 }, { underlying: "BTC", is: -0.1 }]),
    "ParameterOutOfRange | model.parameters.spotRange.for[1].is: expected within [0, 1], was -0.1",
  ],
  [
    "a table outside its range",
    (m) => (m.parameters["tiers"]!["range"] = [0, 0.015]),
    "ParameterOutOfRange | model.parameters.tiers.is[1][1]: expected within [0, 0.015], was 0.02",
  ],
  [
    "a range upside down",
    (m) => (m.parameters["spotRange"]!["range"] = [1, 0]),
    "RangeEmpty | model.parameters.spotRange.range: expected [low, high], was [1, 0]",
  ],
  [
    "a place twice",
    (m) =>
      (m.parameters["spotRange"]!["for"] = [
        { underlying: "BTC", is: 0.1 },
        { underlying: "BTC", is: 0.2 },
      ]),
    "DuplicatePlace | model.parameters.spotRange.for[1]: the same place as model.parameters.spotRange.for[0]",
  ],
  [
    "an unknown key of a place",
    (m) => (m.parameters["spotRange"]!["for"] = [{ coin: "BTC", is: 0.1 }]),
    `UnknownKey | model.parameters.spotRange.for[0].coin: no key of an instrument (${KEYS})`,
  ],
  [
    "an expression without end",
    (m) => {
      let deep: unknown = 1;
      for (let i = 0; i < 1e5; i++) deep = { neg: deep };
      m.initial = deep;
    },
    "TooDeep | model: nested too deeply",
  ],
])("refuses %s", (_, change, message) => {
  expect(refused(change)).toBe(message);
});
