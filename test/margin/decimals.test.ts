/** Thresholds are compared as the decimals that documents write, where f64 cannot tell them apart. */
import { describe, expect, test } from "vitest";
import { restOf, type Decimal } from "../../bindings/documents/decimal.ts";
import type { Fact } from "../../bindings/documents/market.ts";
import type { Expr, MarginModel } from "../../bindings/documents/model.ts";
import { openVenue } from "../../bindings/venue.ts";
import type { Ledger } from "../../bindings/venue/ledger.ts";
import { evaluate } from "../agreement.ts";
import { core } from "../core.ts";
import { refusal } from "../documents/documents.ts";
import { marketOf, modelOf, portfolioOf } from "../reference/documents.ts";
import { Random } from "../reference/random.ts";

const below = "0.399999999999999999";
const above = "0.400000000000000001";
const market = (confidence: unknown, other: unknown = 1) =>
  marketOf("2026-01-01T00:00:00Z", [{ id: "USDC", price: 1 }], [], [{ at: {}, confidence, other } as Fact]);
const modelWith = (is: number | `${number}`, initial: Expr, parts: Partial<MarginModel> = {}) =>
  modelOf({ parameters: { threshold: { unit: "share", assumed: "a test", is } }, initial, ...parts });
const lt: Expr = { if: [{ lt: ["confidence", "threshold"] }, 1, 0] };
const le: Expr = { if: [{ le: ["confidence", "threshold"] }, 1, 0] };
const margin = (is: number | `${number}`, initial: Expr, confidence: unknown, parts?: Partial<MarginModel>) =>
  evaluate(modelWith(is, initial, parts), market(confidence), portfolioOf([]), { exact: true }).initial;

describe("a comparison of figures", () => {
  test("0.399999999999999999 and 0.4 are one f64", () => expect(Number(below)).toBe(0.4));

  test.each<[unknown, number | `${number}`, lt: number, le: number]>([
    [below, 0.4, 1, 1],
    [below, "0.4", 1, 1],
    [0.4, "0.4", 0, 1],
    ["0.40", 0.4, 0, 1],
    [above, 0.4, 0, 0],
    [0.4, above, 1, 1],
    [above, below, 0, 0],
    [below, above, 1, 1],
    [below, below, 0, 1],
    [0.3, above, 1, 1],
    ["-0.399999999999999999", "-0.4", 0, 0],
    ["-0.400000000000000001", "-0.4", 1, 1],
  ])("%s against %s", (confidence, threshold, isLess, isAtMost) => {
    expect(margin(threshold, lt, confidence)).toBe(isLess);
    expect(margin(threshold, le, confidence)).toBe(isAtMost);
  });

  test("through values, min, max and if", () => {
    const values = {
      least: { is: { min: [0.9, "confidence", "other"] } as Expr },
      most: { is: { max: ["least", 0.1] } as Expr },
      chosen: { is: { if: [{ le: ["threshold", "other"] }, "most", 0.9] } as Expr },
    };
    const is: Expr = { if: [{ lt: ["chosen", "threshold"] }, 1, 0] };
    expect(margin("0.4", is, below, { values })).toBe(1);
    expect(margin("0.4", is, "0.4", { values })).toBe(0);
    expect(margin("0.4", is, above, { values })).toBe(0);
    expect(margin(above, is, "0.4", { values })).toBe(1);
  });

  test("what is computed is f64, on both sides", () => {
    const computed: Expr = { if: [{ le: [{ sub: [1, 0.6] }, "threshold"] }, 1, 0] };
    expect(1 - 0.6).toBe(0.4);
    expect(margin(below, computed, 1)).toBe(1);
    expect(margin(below, { if: [{ lt: [{ mul: [1, "confidence"] }, "threshold"] }, 1, 0] }, above)).toBe(0);
  });

  test("everything else reads the number nearest to it", () => {
    expect(margin(below, { mul: ["threshold", "confidence"] }, above)).toBe(0.4 * 0.4);
    expect(
      margin(
        "2.5",
        {
          step: [
            "threshold",
            [
              [0, 1],
              [2.5, 7],
            ],
          ],
        },
        1,
      ),
    ).toBe(7);
  });
});

test("what a decimal is more than its f64 is exact to 30 digits and more", () => {
  // 0.4 is 0.40000000000000002220446049250313080847263336181640625 in binary
  expect(restOf(0.4)).toBe(-2.2204460492503132e-17);
  expect(restOf(below)).toBe(-2.320446049250313e-17);
  expect([restOf(0), restOf(1), restOf(-3), restOf(0.5), restOf(2 ** 50), restOf("64000.25")]).toEqual([
    0, 0, 0, 0, 0, 0,
  ]);
  expect(restOf("1000000000000000.5")).toBe(0);
  expect(restOf("123456789.0000000001")).toBe(1e-10);
  expect(restOf(1e-7)).toBe(restOf("0.0000001"));
  const random = new Random(3);
  for (let n = 0; n < 500; n++) {
    const digits = () => String(random.whole(0, 999_999)).padStart(6, "0");
    const text = `${random.whole(0, 99)}.${digits()}${digits()}${digits()}`;
    const [a, b] = [text as Decimal, `${text}1` as Decimal];
    // the same number, and a rest that rises with the digits
    if (Number(a) === Number(b)) expect(restOf(a), text).toBeLessThan(restOf(b));
    expect(restOf(`${text}0` as Decimal)).toBe(restOf(a));
  }
});

test("a venue writes decimals in place, and compares by them", () => {
  const venue = openVenue(core, modelWith("0.4", lt), market(0.9));
  const { ledger } = venue as unknown as { ledger: Ledger };
  const account = venue.account("a", { USDC: 1 });
  const initial = (confidence: unknown) => {
    venue.set({ at: {}, confidence } as Fact);
    venue.commit();
    return account.requirement().initial;
  };
  expect(initial(below)).toBe(1); // the threshold is a decimal, so this is in place already
  const { bound } = ledger;
  expect(initial("0.4")).toBe(0);
  expect(initial(below)).toBe(1);
  expect(initial(0.4)).toBe(0);
  expect(initial(0.39)).toBe(1);
  expect(ledger.bound).toBe(bound);
  venue.release();
});

test("a venue that knows no decimals yet makes another program for the first", () => {
  const venue = openVenue(core, modelWith(0.4, lt), market(0.9));
  const account = venue.account("a", { USDC: 1 });
  venue.set({ at: {}, confidence: below } as Fact);
  venue.commit();
  expect(account.requirement().initial).toBe(1);
  venue.set({ at: {}, other: "1.5" } as Fact); // nothing reads it
  venue.commit();
  const { ledger } = venue as unknown as { ledger: Ledger };
  const { bound } = ledger;
  venue.set({ at: {}, other: "1.6", confidence: above } as Fact);
  venue.commit();
  expect(account.requirement().initial).toBe(0);
  expect(ledger.bound).toBe(bound);
  venue.release();
});

describe("refuses", () => {
  const refused = (model: MarginModel, of = market(1)) => refusal(() => core.margin(model, of, portfolioOf([])));
  test.each<[string, () => string, string]>([
    [
      "text that is no number",
      () => refused(modelWith(1, lt), market("high")),
      'BadText | market.facts[0].confidence: expected a number, or a decimal in quotes such as "0.399999999999999999", was "high"',
    ],
    [
      "an exponent",
      () => refused(modelWith("4e-1", lt)),
      'BadText | model.parameters.threshold.is: expected a number, or a decimal in quotes such as "0.399999999999999999", was "4e-1"',
    ],
    [
      "a decimal outside the parameter's range",
      () => refused(modelOf({ parameters: { p: { unit: "share", assumed: "a test", range: [0, 1], is: "1.1" } } })),
      "ParameterOutOfRange | model.parameters.p.is: expected within [0, 1], was 1.1",
    ],
    [
      "a spot of 0 in quotes",
      () =>
        refused(
          modelWith(1, 1),
          marketOf("2026-01-01T00:00:00Z", [{ id: "USDC", price: 1 }], [], [{ at: {}, spot: "0.0" }]),
        ),
      "SpotNotPositive | market.facts[0].spot: expected > 0, was 0",
    ],
  ])("%s", (_, call, message) => expect(call()).toBe(message));
});
