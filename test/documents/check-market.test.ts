import { describe, expect, it } from "vitest";
import { checkMarket, isChecked } from "../../bindings/documents/check.ts";
import { MarginError } from "../../bindings/error.ts";
import { market, OPTION, refusal } from "./documents.ts";

type Draft = ReturnType<typeof market>;
const refused = (change: (draft: Draft) => unknown) => {
  const draft = market();
  change(draft);
  return refusal(() => checkMarket(draft));
};
const KEYS = "instrument, kind, underlying, expiry, strike, callPut, settlement, payoff, lot, lotUnit";
const MOMENT = "an ISO 8601 moment with a zone, such as 2026-02-05T08:00:00Z";

describe("a sound market", () => {
  it("comes back as a frozen copy, and a second check is free", () => {
    const draft = market();
    const checked = checkMarket(draft);
    expect(checked).toEqual(draft);
    expect(checked).not.toBe(draft);
    expect(Object.isFrozen(draft)).toBe(false);
    expect(
      [checked, checked.instruments, checked.instruments[0], checked.facts[0]!.at].every((part) =>
        Object.isFrozen(part),
      ),
    ).toBe(true);
    expect(isChecked(draft)).toBe(false);
    expect(isChecked(checked)).toBe(true);
    expect(isChecked(checked, "portfolio")).toBe(false);
    expect(checkMarket(checked)).toBe(checked);
  });
  it("has moments in one form, so that equal moments are equal keys", () => {
    const draft = market();
    draft.asOf = "2026-02-05T09:00+01:00";
    draft.instruments[0]!["expiry"] = "2026-03-27T08:00:00.000Z";
    draft.facts[1]!["at"] = { underlying: "BTC", expiry: "2026-03-27T10:30:00+02:30" };
    const checked = checkMarket(draft);
    expect([checked.asOf, checked.instruments[0]!.expiry, checked.facts[1]!.at["expiry"]]).toEqual([
      "2026-02-05T08:00:00Z",
      "2026-03-27T08:00:00Z",
      "2026-03-27T08:00:00Z",
    ]);
  });
  it("may hold expired instruments", () => {
    expect(refused((m) => (m.asOf = "2027-01-01T00:00:00Z"))).toBe("accepted");
  });
});

describe("the error", () => {
  it("has code, field, row and value", () => {
    const draft = market();
    draft.currencies[1]!["price"] = -3;
    const error = (() => {
      try {
        return checkMarket(draft);
      } catch (e) {
        return e as MarginError;
      }
    })() as MarginError;
    expect(error).toBeInstanceOf(MarginError);
    expect({ ...error }).toEqual({
      name: "MarginError",
      code: "PriceNotPositive",
      field: "market.currencies[1].price",
      row: 1,
      value: -3,
    });
    expect(error.message).toBe("market.currencies[1].price: expected > 0, was -3");
  });
});

it.each<[string, (draft: Draft) => unknown, string]>([
  ["a missing field", (m) => Reflect.deleteProperty(m, "asOf"), "Missing | market.asOf: missing"],
  [
    "an unknown field",
    (m) => (m.instruments[0]!["stike"] = 1),
    "UnknownField | market.instruments[0].stike: unknown field",
  ],
  ["another format", (m) => (m.format = 2), "NotOneOf | market.format: expected 1, was 2"],
  [
    "a time without zone",
    (m) => (m.asOf = "2026-02-05T08:00:00"),
    `BadText | market.asOf: expected ${MOMENT}, was "2026-02-05T08:00:00"`,
  ],
  [
    "30 February",
    (m) => (m.asOf = "2026-02-30T08:00:00Z"),
    `BadText | market.asOf: expected ${MOMENT}, was "2026-02-30T08:00:00Z"`,
  ],
  [
    "no currency",
    (m) => (m.currencies = []),
    "Empty | market.currencies: expected at least one entry, was an empty list",
  ],
  [
    "a duplicate currency",
    (m) => (m.currencies[1]!["id"] = "BTC"),
    'DuplicateCurrency | market.currencies[1].id: "BTC" is already market.currencies[0]',
  ],
  [
    "a total of 0",
    (m) => (m.currencies[0]!["largestTotal"] = 0),
    "LargestTotalNotPositive | market.currencies[0].largestTotal: expected > 0, was 0",
  ],
  [
    "an empty name",
    (m) => (m.currencies[0]!["id"] = ""),
    'Empty | market.currencies[0].id: expected text that is not empty, was ""',
  ],
  [
    "a long name",
    (m) => (m.currencies[0]!["id"] = "x".repeat(200)),
    `TooLong | market.currencies[0].id: expected at most 128 characters, was "${"x".repeat(47)}…"`,
  ],
  [
    "a duplicate instrument",
    (m) => (m.instruments[2]!["id"] = OPTION),
    `DuplicateInstrument | market.instruments[2].id: "${OPTION}" is already market.instruments[0]`,
  ],
  [
    "an instrument named like a currency",
    (m) => (m.instruments[0]!["id"] = "USDC"),
    'InstrumentNamedLikeCurrency | market.instruments[0].id: "USDC" is a currency; its balance is that instrument',
  ],
  [
    "an unknown settlement currency",
    (m) => (m.instruments[0]!["settlement"] = "ETH"),
    'UnknownCurrency | market.instruments[0].settlement: expected a currency of market.currencies, was "ETH"',
  ],
  [
    "an unknown kind",
    (m) => (m.instruments[0]!["kind"] = "swap"),
    'NotOneOf | market.instruments[0].kind: expected "option", "future", "perpetual", "spot" or "sensitivity", was "swap"',
  ],
  [
    "an option without strike",
    (m) => Reflect.deleteProperty(m.instruments[0]!, "strike"),
    "StrikeMissing | market.instruments[0].strike: expected the strike of an option, was missing",
  ],
  [
    "an option without callPut",
    (m) => Reflect.deleteProperty(m.instruments[0]!, "callPut"),
    "CallPutMissing | market.instruments[0].callPut: expected 1 (call) or -1 (put) of an option, was missing",
  ],
  [
    "callPut 2",
    (m) => (m.instruments[0]!["callPut"] = 2),
    "NotOneOf | market.instruments[0].callPut: expected 1 or -1, was 2",
  ],
  [
    "a perpetual option",
    (m) => (m.instruments[0]!["expiry"] = "perpetual"),
    'ExpiryMissing | market.instruments[0].expiry: expected the moment at which the option expires, was "perpetual"',
  ],
  [
    "a future without date",
    (m) => (m.instruments[1]!["expiry"] = "perpetual"),
    'ExpiryMissing | market.instruments[1].expiry: expected the moment at which the future expires, was "perpetual"',
  ],
  [
    "a future with strike",
    (m) => (m.instruments[1]!["strike"] = 1),
    "StrikeNotAllowed | market.instruments[1].strike: expected no strike of a future, was 1",
  ],
  [
    "a perpetual with callPut",
    (m) => (m.instruments[2]!["callPut"] = -1),
    "CallPutNotAllowed | market.instruments[2].callPut: expected no callPut of a perpetual, was -1",
  ],
  [
    "a perpetual with a date",
    (m) => (m.instruments[2]!["expiry"] = "2026-03-27T08:00:00Z"),
    'ExpiryNotAllowed | market.instruments[2].expiry: expected "perpetual" for a perpetual, was "2026-03-27T08:00:00Z"',
  ],
  [
    "no expiry of a perpetual",
    (m) => Reflect.deleteProperty(m.instruments[2]!, "expiry"),
    'Missing | market.instruments[2].expiry: missing; expected "perpetual" or an ISO 8601 moment with a zone, such as 2026-03-27T08:00:00Z',
  ],
  [
    "an expiry that is null",
    (m) => (m.instruments[2]!["expiry"] = null),
    'WrongType | market.instruments[2].expiry: expected "perpetual" or an ISO 8601 moment with a zone, such as 2026-03-27T08:00:00Z, was null',
  ],
  [
    "an expiry that is neither",
    (m) => (m.instruments[0]!["expiry"] = "27MAR26"),
    'BadText | market.instruments[0].expiry: expected "perpetual" or an ISO 8601 moment with a zone, such as 2026-03-27T08:00:00Z, was "27MAR26"',
  ],
  [
    "an option in quote lots",
    (m) => (m.instruments[0]!["lotUnit"] = "quote"),
    'LotUnitNotBase | market.instruments[0].lotUnit: expected "base" (only inverse futures and perpetuals are counted in quote currency), was "quote"',
  ],
  [
    "a zero strike",
    (m) => (m.instruments[0]!["strike"] = 0),
    "StrikeNotPositive | market.instruments[0].strike: expected > 0, was 0",
  ],
  [
    "a negative strike",
    (m) => (m.instruments[0]!["strike"] = -70000),
    "StrikeNotPositive | market.instruments[0].strike: expected > 0, was -70000",
  ],
  [
    "a NaN strike",
    (m) => (m.instruments[0]!["strike"] = NaN),
    "NotFinite | market.instruments[0].strike: expected a number, was NaN",
  ],
  [
    "an infinite strike",
    (m) => (m.instruments[0]!["strike"] = Infinity),
    "NotFinite | market.instruments[0].strike: expected a finite number, was Infinity",
  ],
  [
    "a strike in quotes",
    (m) => (m.instruments[0]!["strike"] = "70000"),
    'WrongType | market.instruments[0].strike: expected a number, was "70000"',
  ],
  [
    "a lot of 0",
    (m) => (m.instruments[0]!["lot"] = 0),
    "LotNotPositive | market.instruments[0].lot: expected > 0, was 0",
  ],
  ["a zero vol", (m) => (m.facts[2]!["vol"] = 0), "VolNotPositive | market.facts[2].vol: expected > 0, was 0"],
  [
    "a negative vol",
    (m) => (m.facts[2]!["vol"] = -0.5),
    "VolNotPositive | market.facts[2].vol: expected > 0, was -0.5",
  ],
  [
    "a NaN vol",
    (m) => (m.facts[2]!["vol"] = NaN),
    "NotFinite | market.facts[2].vol: expected a number or a list, was NaN",
  ],
  [
    "a vol that is a table",
    (m) => (m.facts[2]!["vol"] = [[0, 1]]),
    "WrongType | market.facts[2].vol: expected a number > 0, was a list of 1",
  ],
  ["a zero spot", (m) => (m.facts[0]!["spot"] = 0), "SpotNotPositive | market.facts[0].spot: expected > 0, was 0"],
  [
    "a negative spot",
    (m) => (m.facts[0]!["spot"] = -1),
    "SpotNotPositive | market.facts[0].spot: expected > 0, was -1",
  ],
  [
    "an infinite spot",
    (m) => (m.facts[0]!["spot"] = -Infinity),
    "NotFinite | market.facts[0].spot: expected a finite number, was -Infinity",
  ],
  [
    "a zero forward",
    (m) => (m.facts[1]!["forward"] = 0),
    "ForwardNotPositive | market.facts[1].forward: expected > 0, was 0",
  ],
  [
    "a zero discount",
    (m) => (m.facts[1]!["discount"] = 0),
    "DiscountNotPositive | market.facts[1].discount: expected > 0, was 0",
  ],
  [
    "a negative mark",
    (m) => (m.facts[2]!["mark"] = -0.01),
    "MarkNegative | market.facts[2].mark: expected at least 0, was -0.01",
  ],
  [
    "a fact that is text",
    (m) => (m.facts[0]!["note"] = "x"),
    'WrongType | market.facts[0].note: expected a number, or a decimal in quotes such as "0.399999999999999999", was "x"',
  ],
  [
    "a matrix with a hole",
    (m) => (m.facts[0]!["depth"] = [[1, 2], [3]]),
    "NotRectangular | market.facts[0].depth[1]: expected a list of 2, was a list of 1",
  ],
  [
    "a NaN in a matrix",
    (m) => (m.facts[0]!["depth"] = [[1, NaN]]),
    "NotFinite | market.facts[0].depth[0][1]: expected a number, was NaN",
  ],
  [
    "an unknown key",
    (m) => (m.facts[0]!["at"] = { underling: "BTC" }),
    `UnknownKey | market.facts[0].at.underling: no key of an instrument (${KEYS})`,
  ],
  [
    "a place that is a list",
    (m) => (m.facts[0]!["at"] = []),
    "WrongType | market.facts[0].at: expected an object, was an empty list",
  ],
  [
    "a duplicate fact",
    (m) => m.facts.push({ at: { underlying: "BTC" }, spot: 1 }),
    "DuplicateFact | market.facts[3].spot: already given for the same place by market.facts[0]",
  ],
  [
    "a name no record can hold",
    (m) => (m.facts[0]!["constructor"] = 1),
    "UnknownField | market.facts[0].constructor: not a name that can be used",
  ],
])("refuses %s", (_, change, message) => {
  expect(refused(change)).toBe(message);
});

it.each<[string, unknown, string]>([
  ["nothing", undefined, "WrongType | market: expected an object, was missing"],
  ["null", null, "WrongType | market: expected an object, was null"],
  ["a list", [], "WrongType | market: expected an object, was an empty list"],
  ["text", "market.json", 'WrongType | market: expected an object, was "market.json"'],
])("refuses %s for a market", (_, document, message) => {
  expect(refusal(() => checkMarket(document))).toBe(message);
});

it("counts two facts at one place under different names, and one name at two places, as different", () => {
  expect(
    refused((m) =>
      m.facts.push({ at: { underlying: "BTC" }, index: 1 }, { at: { underlying: "BTC", settlement: "USDC" }, spot: 1 }),
    ),
  ).toBe("accepted");
});
