/** Amounts: select, net, size, rate; and what names mean from level to level. */
import { describe, expect, test } from "vitest";
import type { Fact, Instrument } from "../../bindings/documents/market.ts";
import type { Amount, Formula, MarginModel, Parameter } from "../../bindings/documents/model.ts";
import * as black76 from "./black76.ts";
import { groupOf, marketOf, modelOf, portfolioOf } from "./documents.ts";
import { evaluate } from "../agreement.ts";
import { quantumOf, toQuantum, wholeLots } from "./quantum.ts";

const near = "2026-01-31T00:00:00Z"; // 30 days
const far = "2026-12-31T00:00:00Z";
const linear = { underlying: "A", settlement: "USDC", payoff: "linear" } as const;
const call = (strike: number, callPut: 1 | -1, expiry: string): Instrument => ({
  ...linear,
  id: `${expiry === near ? "N" : "F"}${strike}${callPut === 1 ? "C" : "P"}`,
  kind: "option",
  strike,
  callPut,
  expiry,
});
const market = marketOf(
  "2026-01-01T00:00:00Z",
  [
    { id: "USDC", price: 1 },
    { id: "A", price: 100, underlying: "A" },
  ],
  [
    { ...linear, id: "P", kind: "perpetual", expiry: "perpetual" },
    { ...linear, id: "NF", kind: "future", expiry: near },
    { ...linear, id: "FF", kind: "future", expiry: far },
    { ...linear, id: "B", underlying: "B", kind: "perpetual", expiry: "perpetual" },
    call(90, 1, near),
    call(90, -1, near),
    call(110, 1, near),
    call(90, 1, far),
  ],
  [
    { at: { underlying: "A" }, spot: 100, discount: 0.98, vol: 0.5 },
    { at: { underlying: "B" }, spot: 10 },
    { at: { underlying: "A", expiry: near }, forward: 101 },
    { at: { underlying: "A", expiry: far }, forward: 104 },
  ],
);

function run(
  charges: MarginModel["charges"],
  positions: Record<string, number>,
  parts: Partial<MarginModel> = {},
  facts: Fact[] = [],
  balances = {},
) {
  const list = Object.entries(positions).map(([instrument, amount]) => ({ instrument, amount }));
  return evaluate(modelOf({ charges, ...parts }), market, portfolioOf(list, balances, facts), { exact: false });
}
const amount = (
  a: Partial<Amount>,
  positions: Record<string, number>,
  parts: Partial<MarginModel> = {},
  balances = {},
) => run({ c: { kind: "amount", ...a } }, positions, { initial: "c", ...parts }, [], balances).initial;

describe("amounts", () => {
  const hedged = { P: 5, NF: -3, FF: -4 };
  test("net levels: the account, each expiry, each instrument", () => {
    expect(amount({}, hedged)).toBe(2);
    expect(amount({ net: "expiry" }, { ...hedged, N90C: 1 })).toBe(5 + 2 + 4);
    expect(amount({ net: "instrument" }, { ...hedged, N90C: 1 })).toBe(13);
  });

  test("positions in one instrument add up; what adds up to nothing is not held", () => {
    const positions = [3, -1, -2].map((amount) => ({ instrument: "P", amount }));
    const model = modelOf({ charges: { c: { kind: "amount", at: "instrument" } }, initial: "c" });
    const twice = evaluate(model, market, portfolioOf(positions.slice(0, 2)), { exact: false });
    expect(twice.initial).toBe(2);
    const closed = evaluate(model, market, portfolioOf(positions, { USDC: 0 }), { exact: false });
    expect(closed.nodes![0]!.groups).toEqual([]);
  });

  test("sizes: absolute, signed, long, short, of the netted amount", () => {
    expect(amount({ net: "instrument", on: "signed" }, hedged)).toBe(-2);
    expect(amount({ net: "instrument", on: "long" }, hedged)).toBe(5);
    expect(amount({ net: "instrument", on: "short" }, hedged)).toBe(7);
    expect(amount({ on: "long" }, hedged)).toBe(0);
  });

  test("naked short options: calls and puts netted by strike", () => {
    const naked = { net: "strike", on: "short", select: { kind: "option" }, rate: 0.5 } as const;
    expect(amount(naked, { N90C: -3, N90P: 1, N110C: 4, F90C: -1 })).toBe(0.5 * (2 + 1));
  });

  test("select: kinds, lists, and the side of what is held", () => {
    expect(amount({ select: { kind: ["future", "perpetual"] } }, { ...hedged, N90C: 9 })).toBe(2);
    expect(amount({ select: { side: "long" } }, hedged)).toBe(5);
    expect(amount({ select: { side: "short", kind: "future" } }, hedged)).toBe(7);
  });

  test("rate and charge read the size, at the net group; 0 where the size is 0", () => {
    const slope = {
      net: "instrument",
      select: { kind: "perpetual" },
      rate: { mul: [0.1, "size"] },
    } satisfies Partial<Amount>;
    expect(amount(slope, { P: 3, B: -4 })).toBeCloseTo(0.1 * (9 + 16), 12);
    expect(
      amount(
        {
          charge: {
            progressive: [
              "size",
              [
                [0, 1],
                [2, 3],
              ],
            ],
          },
        },
        { P: 5 },
      ),
    ).toBe(2 + 9);
    expect(amount({ charge: 7 }, { P: 1, NF: -1 })).toBe(0);
    expect(amount({ net: "expiry", rate: { max: [0.5, "tau"] } }, { P: 2, FF: 1 })).toBeCloseTo(1 + 364 / 365, 12);
  });

  test("cash is held in units of currency; a short one is borrowed", () => {
    const cash = { net: "instrument", select: { kind: "cash" }, measure: "conversion" } as const;
    expect(amount({ ...cash, on: "signed" }, {}, {}, { USDC: 40, A: -0.5 })).toBe(-10);
    expect(amount({ ...cash, on: "short" }, {}, {}, { USDC: 40, A: -0.5 })).toBe(50);
  });

  test("measures: marks and Greeks of options, 1 and 0 of others", () => {
    const [F, K, vol, tau, D] = [101, 90, 0.5, 30 / 365, 0.98];
    const book = { N90P: 2, P: 3 };
    expect(amount({ measure: "mark" }, book)).toBeCloseTo(2 * black76.price(-1, F, K, vol, tau, D) + 300, 10);
    expect(amount({ measure: "delta", on: "signed" }, book)).toBeCloseTo(
      2 * black76.delta(-1, F, K, vol, tau, D) + 3,
      12,
    );
    expect(amount({ measure: "gamma" }, book)).toBeCloseTo(2 * black76.gamma(F, K, vol, tau, D), 12);
    expect(amount({ measure: "vega" }, book)).toBeCloseTo(2 * black76.vega(F, K, vol, tau, D), 12);
    expect(amount({ measure: "theta", on: "signed" }, book)).toBeCloseTo(2 * black76.theta(-1, F, K, vol, tau, D), 10);
    expect(amount({ measure: "mark" }, { NF: 1, FF: 1 })).toBe(205);
  });
});

describe("names from level to level", () => {
  test("a charge is summed to a coarser level and broadcast to a finer one; unrelated levels are refused", () => {
    const perUnderlying = { kind: "amount", at: "underlying" } as const;
    const positions = { P: 3, FF: 1, B: -2 };
    const parts = { levels: { kinds: ["kind"] } };
    expect(run({ a: perUnderlying }, positions, { initial: "a" }).initial).toBe(6);
    const fine = { kind: "formula", at: "expiry", value: "a" } as const;
    expect(run({ a: perUnderlying, fine }, positions, { initial: "fine" }).initial).toBe(4 + 4 + 2);
    const unrelated = { kind: "formula", at: "kinds", value: "a" } as const;
    expect(() => run({ a: perUnderlying, unrelated }, positions, parts)).toThrow(/neither/);
  });

  test("the place with the most keys wins, equals are refused; values are not seen from coarser levels", () => {
    const rate: Parameter = {
      unit: "number",
      assumed: "test",
      is: 1,
      for: [
        { underlying: "A", is: 2 },
        { underlying: "A", kind: "future", is: 3 },
      ],
    };
    const rated = { kind: "amount", net: "instrument", rate: "rate" } as const;
    expect(run({ rated }, { P: 1, FF: 1, B: 1 }, { parameters: { rate }, initial: "rated" }).initial).toBe(2 + 3 + 1);
    const twice: Parameter = {
      ...rate,
      for: [
        { underlying: "A", is: 2 },
        { kind: "future", is: 3 },
      ],
    };
    expect(() => run({ rated }, { FF: 1 }, { parameters: { rate: twice } })).toThrow(/equally many/);
    const values = { x: { at: "expiry", is: "tau" } };
    expect(() => run({}, { FF: 1 }, { values, initial: "x" })).toThrow(/finer/);
  });

  test("unknown names and cycles are refused", () => {
    const a = { kind: "amount", measure: "mark" } as const;
    expect(() => run({}, {}, { initial: "nothing" })).toThrow(/unknown name/);
    const cycle = { x: { kind: "formula", value: "y" }, y: { kind: "formula", value: "x" } } as const;
    expect(() => run(cycle, {})).toThrow(/cycle/);
    expect(() => run({ mark: a }, { P: 1 })).toThrow(/cycle/);
  });

  test("a parameter may be given by the portfolio's facts, group by group", () => {
    const addOn: Parameter = {
      unit: "USD",
      assumed: "test",
      given: "underlying",
      is: 1,
      for: [{ underlying: "B", is: 2 }],
      range: [0, 50],
    };
    const f: Formula = { kind: "formula", at: "underlying", value: "addOn" };
    const sum = (facts: Fact[]) => run({ f }, { P: 1, B: 1 }, { parameters: { addOn }, initial: "f" }, facts).initial;
    expect(sum([])).toBe(3);
    expect(sum([{ at: { underlying: "A" }, addOn: 40 }])).toBe(42);
    expect(sum([{ at: {}, addOn: 40 }])).toBe(80);
    expect(() => sum([{ at: {}, addOn: 60 }])).toThrow(/range/);
    expect(() => run({}, {}, { parameters: { addOn }, initial: "addOn" })).toThrow(/finer/);
  });

  test("days and tau; parameters out of range are refused", () => {
    const f: Formula = { kind: "formula", at: "expiry", value: { sum: ["days", { mul: [1000, "tau"] }] } };
    const r = run({ f }, { NF: 1, P: 1 });
    expect(groupOf(r, "f", { expiry: near }).value).toBeCloseTo(30 + 30_000 / 365, 12);
    expect(groupOf(r, "f", { expiry: "perpetual" }).value).toBe(0);
    const parameters = { p: { unit: "number", assumed: "test", is: 3, range: [0, 2] as [number, number] } };
    expect(() => run({}, {}, { parameters, initial: "p" })).toThrow(/range/);
  });
});

test("quanta and lots", () => {
  expect(quantumOf(8589934592)).toBe(2 ** -20);
  expect(quantumOf(131073)).toBe(2 ** -35);
  expect([0.5, 1.5, -0.5, -1.5, 2.4].map((x) => toQuantum(x, 1) + 0)).toEqual([0, 2, 0, -2, 2]);
  expect([wholeLots(0.3, 0.1), wholeLots(-7e-9, 1e-9), wholeLots(1e21, 10)]).toEqual([3, -7, 1e20]);
  expect(() => wholeLots(0.15, 0.1)).toThrow();
});
