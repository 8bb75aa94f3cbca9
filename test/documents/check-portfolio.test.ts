import { describe, expect, it } from "vitest";
import { checkPortfolio, isChecked } from "../../bindings/documents/check.ts";
import { OPTION, portfolio, refusal } from "./documents.ts";

type Draft = ReturnType<typeof portfolio>;
const refused = (change: (draft: Draft) => unknown) => {
  const draft = portfolio();
  change(draft);
  return refusal(() => checkPortfolio(draft));
};

describe("a sound portfolio", () => {
  it("comes back as a frozen copy", () => {
    const draft = portfolio();
    const checked = checkPortfolio(draft);
    expect(checked).toEqual(draft);
    expect(Object.isFrozen(checked.positions[0])).toBe(true);
    expect(isChecked(checked, "portfolio")).toBe(true);
    expect(checkPortfolio(checked)).toBe(checked);
  });
  it("may hold an instrument twice, 0 of it, and nothing at all", () => {
    expect(refused((p) => p.positions.push({ instrument: OPTION, lots: 5 }, { instrument: OPTION, lots: 0 }))).toBe(
      "accepted",
    );
    expect(refusal(() => checkPortfolio({ format: 1, positions: [], balances: {} }))).toBe("accepted");
  });
});

it.each<[string, (draft: Draft) => unknown, string]>([
  ["no positions", (p) => Reflect.deleteProperty(p, "positions"), "Missing | portfolio.positions: missing"],
  [
    "both lots and amount",
    (p) => (p.positions[0]!["amount"] = 2),
    "LotsOrAmount | portfolio.positions[0]: expected either lots or amount, was both",
  ],
  [
    "neither lots nor amount",
    (p) => Reflect.deleteProperty(p.positions[1]!, "amount"),
    "LotsOrAmount | portfolio.positions[1]: expected either lots or amount, was neither",
  ],
  [
    "fractional lots",
    (p) => (p.positions[0]!["lots"] = 1.5),
    "LotsNotWhole | portfolio.positions[0].lots: expected a whole number, was 1.5",
  ],
  [
    "absurd lots",
    (p) => (p.positions[0]!["lots"] = -1e20),
    "TooLarge | portfolio.positions[0].lots: expected at most 2^53 in size, was -100000000000000000000",
  ],
  [
    "an absurd amount",
    (p) => (p.positions[1]!["amount"] = 1e300),
    "TooLarge | portfolio.positions[1].amount: expected at most 2^53 in size, was 1e+300",
  ],
  [
    "an absurd balance",
    (p) => (p.balances["BTC"] = 1e17),
    "TooLarge | portfolio.balances.BTC: expected at most 2^53 in size, was 100000000000000000",
  ],
  [
    "NaN lots",
    (p) => (p.positions[0]!["lots"] = NaN),
    "NotFinite | portfolio.positions[0].lots: expected a number, was NaN",
  ],
  [
    "lots in quotes",
    (p) => (p.positions[0]!["lots"] = "5"),
    'WrongType | portfolio.positions[0].lots: expected a number, was "5"',
  ],
  [
    "an infinite amount",
    (p) => (p.positions[1]!["amount"] = Infinity),
    "NotFinite | portfolio.positions[1].amount: expected a finite number, was Infinity",
  ],
  [
    "an entry of 0",
    (p) => (p.positions[1]!["entry"] = 0),
    "EntryNotPositive | portfolio.positions[1].entry: expected > 0, was 0",
  ],
  ["an unknown field", (p) => (p.positions[0]!["qty"] = 1), "UnknownField | portfolio.positions[0].qty: unknown field"],
  [
    "a balance in quotes",
    (p) => (p.balances["BTC"] = "10"),
    'WrongType | portfolio.balances.BTC: expected a number, was "10"',
  ],
  [
    "a balance under an odd key",
    (p) => (p.balances["my coin"] = null),
    'WrongType | portfolio.balances["my coin"]: expected a number, was null',
  ],
  [
    "balances in a list",
    (p) => ((p as Record<string, unknown>)["balances"] = [1]),
    "WrongType | portfolio.balances: expected an object, was a list of 1",
  ],
  [
    "balances in a Map",
    (p) => ((p as Record<string, unknown>)["balances"] = new Map([["BTC", 1]])),
    "WrongType | portfolio.balances: expected an object, was a Map",
  ],
  [
    "balances in a Date",
    (p) => ((p as Record<string, unknown>)["balances"] = new Date(0)),
    "WrongType | portfolio.balances: expected an object, was a Date",
  ],
  [
    "balances that a class has",
    (p) => ((p as Record<string, unknown>)["balances"] = Object.create({ BTC: 1 })),
    "WrongType | portfolio.balances: expected an object, was an object of a class",
  ],
  [
    "a place in a Map",
    (p) => (p.facts[0]!["at"] = new Map([["underlying", "BTC"]])),
    "WrongType | portfolio.facts[0].at: expected an object, was a Map",
  ],
  [
    "a duplicate fact",
    (p) => p.facts.push({ at: {}, openOrders: 1 }),
    "DuplicateFact | portfolio.facts[1].openOrders: already given for the same place by portfolio.facts[0]",
  ],
])("refuses %s", (_, change, message) => {
  expect(refused(change)).toBe(message);
});
