/** Coin-settled instruments, several currencies in one profile, and what is not yet realised. */
import { describe, expect, test } from "vitest";
import type { Currency, Fact, Instrument } from "../../bindings/documents/market.ts";
import type { Formula, MarginModel, Row } from "../../bindings/documents/model.ts";
import type { Position } from "../../bindings/documents/portfolio.ts";
import * as black76 from "./black76.ts";
import { groupOf, marketOf, modelOf, portfolioOf, profileOf } from "./documents.ts";
import { evaluate } from "../agreement.ts";
import { riskArrays } from "./evaluate.ts";

const expiry = "2026-12-31T00:00:00Z"; // 364 days
const inverse = { underlying: "BTC", settlement: "BTC", payoff: "inverse" } as const;
const instruments: Instrument[] = [
  { ...inverse, id: "I", kind: "perpetual", expiry: "perpetual", lot: 10, lotUnit: "quote" },
  { ...inverse, id: "C", kind: "option", expiry, strike: 100, callPut: 1, lot: 1 },
  { id: "L", kind: "perpetual", underlying: "BTC", expiry: "perpetual", settlement: "USDC", payoff: "linear", lot: 1 },
  { id: "S", kind: "spot", underlying: "BTC", expiry: "perpetual", settlement: "USDC", payoff: "linear", lot: 1 },
];
const currencies: Partial<Currency>[] = [
  { id: "BTC", price: 100, underlying: "BTC", largestTotal: 2 ** 20 },
  { id: "USDC", price: 1 },
  { id: "USD", price: 1 },
];
const facts: Fact[] = [
  { at: { underlying: "BTC" }, spot: 100 },
  { at: { underlying: "BTC", expiry }, forward: 110, vol: 0.6, discount: 1 },
];
const market = marketOf("2026-01-01T00:00:00Z", currencies, instruments, facts);
const rows: Row[] = [
  { spot: -0.2 },
  {},
  { spot: 0.25 },
  { currency: { if: [{ is: { settlement: "USDC" } }, -0.1, 0] } },
];

function run(positions: Position[], balances: Record<string, number>, parts: Partial<MarginModel> = {}, exact = false) {
  const model = modelOf({
    currency: "USD",
    scenarios: { s: { rows } },
    charges: { c: { kind: "scan", scenarios: "s" } },
    initial: "c",
    ...parts,
  });
  return evaluate(model, market, portfolioOf(positions, balances), { exact });
}
const near = (list: number[]) => list.map((x) => expect.closeTo(x, 9) as number);

describe("several currencies in one profile", () => {
  test("an inverse perpetual: m/(1 + m) coin per base, times the moved coin", () => {
    // 5 BTC of base at 100 a coin: −1.25 coin · 80, and 1 coin · 125: 500 dollars times the move.
    expect(profileOf(run([{ instrument: "I", amount: 500 }], {}), "c")).toEqual(near([-100, 0, 125, 0]));
  });

  test("coin balances lose with the coin, dollars with their peg", () => {
    expect(profileOf(run([], { BTC: 2, USDC: 50, USD: 70 }), "c")).toEqual(near([-40, 0, 50, -5]));
  });

  test("coin and a short inverse perpetual of its value are flat in dollars", () => {
    expect(profileOf(run([{ instrument: "I", amount: -200 }], { BTC: 2 }), "c")).toEqual(near([0, 0, 0, 0]));
  });

  test("a linear perpetual pays in a currency that may lose its peg; spot is an asset in it", () => {
    expect(profileOf(run([{ instrument: "L", amount: 3 }], {}), "c")).toEqual(near([-60, 0, 75, 0]));
    expect(profileOf(run([{ instrument: "S", amount: 3 }], {}), "c")).toEqual(near([-60, 0, 75, -30]));
  });

  test("an inverse option in dollars is Black-76, moved: value/F' coin times the moved coin", () => {
    const tau = 364 / 365;
    const value = (move: number) =>
      (black76.price(1, 110 * (1 + move), 100, 0.6, tau, 1) / (110 * (1 + move))) * 100 * (1 + move);
    const expected = [value(-0.2) - value(0), 0, value(0.25) - value(0), 0];
    expect(profileOf(run([{ instrument: "C", amount: 1 }], {}), "c")).toEqual(near(expected));
  });

  test("in the coin's own model nothing of the coin moves, and dollars move against it", () => {
    const pnl = profileOf(run([{ instrument: "I", amount: 500 }], { BTC: 2, USDC: 400 }, { currency: "BTC" }), "c");
    expect(pnl).toEqual(near([-1.25 + (400 / 80 - 4), 0, 1 + (400 / 125 - 4), 3.6 - 4]));
  });

  test("a profile with settlement in its level is in that currency; its parent converts row by row", () => {
    const positions = [
      { instrument: "I", amount: 500 },
      { instrument: "L", amount: 1 },
    ];
    const whole = profileOf(run(positions, { BTC: 1 }), "c");
    const charges: MarginModel["charges"] = {
      c: { kind: "scan", scenarios: "s", profile: { of: [{ at: "settlement" }] } },
      own: { kind: "scan", at: "settlement", scenarios: "s" },
    };
    const r = run(positions, { BTC: 1 }, { charges });
    expect(profileOf(r, "c")).toEqual(near(whole));
    expect(profileOf(r, "own", { settlement: "BTC" })).toEqual(near([-1.25, 0, 1, 0]));
    expect(groupOf(r, "own", { settlement: "USDC" })).toMatchObject({ unit: "USDC", value: 20 });
    expect(r.nodes!.find((n) => n.name === "own")).toMatchObject({ unit: "by settlement" });
    expect(r.nodes!.find((n) => n.name === "own")).not.toHaveProperty("value");
  });

  test("losses in different currencies are not added up; with `conversion` they are", () => {
    const own = { kind: "scan", at: "settlement", scenarios: "s" } as const;
    const positions = [
      { instrument: "I", amount: 500 },
      { instrument: "L", amount: 1 },
    ];
    expect(() => run(positions, {}, { charges: { own }, initial: "own" })).toThrow(/conversion/);
    const dollars: Formula = { kind: "formula", at: "settlement", value: { mul: ["own", "conversion"] } };
    expect(run(positions, {}, { charges: { own, dollars }, initial: "dollars" }).initial).toBeCloseTo(125 + 20, 9);
  });
});

test("unrealised: contracts·(1/entry − 1/mark) in coin, amount·(mark − entry) in dollars; spot and options have none", () => {
  const positions = [
    { instrument: "I", amount: 500, entry: 80 },
    { instrument: "L", amount: 3, entry: 90 },
    { instrument: "S", amount: 3, entry: 90 },
    { instrument: "C", amount: 1, entry: 0.1 },
  ];
  const open = { kind: "formula", at: "settlement", value: "unrealised" } as const;
  const r = run(positions, {}, { charges: { open }, initial: 0 });
  expect(groupOf(r, "open", { settlement: "BTC" }).value).toBeCloseTo(500 / 80 - 500 / 100, 12);
  expect(groupOf(r, "open", { settlement: "USDC" }).value).toBeCloseTo(30, 12);
});

describe("exact", () => {
  test("each lot's profit and loss is rounded once, to the quantum of its currency, then times lots", () => {
    const quantum = 2 ** (20 - 53);
    const [perpetual] = riskArrays(
      modelOf({ currency: "USD", scenarios: { s: { rows } } }),
      market,
      portfolioOf([{ instrument: "I", lots: 7 }]),
      { exact: true },
    )["s"]!;
    // One lot is 10 dollars, 0.1 coin: 0.1·(−0.2/0.8) = −0.025.
    expect(perpetual).toEqual({
      instrument: "I",
      quantity: 7,
      pnl: [7 * Math.round(-0.025 / quantum) * quantum, 0, 7 * Math.round(0.02 / quantum) * quantum, 0],
    });
  });

  test("amounts are multiples of the lot, as decimals; balances are rounded; the bound is reported", () => {
    const r = run(
      [{ instrument: "I", amount: 70 }],
      { BTC: 0.1 },
      {
        charges: { cash: { kind: "amount", net: "instrument", select: { kind: "cash" } } },
        equity: "cash",
        initial: 0,
      },
      true,
    );
    expect(r.rounding).toEqual({ BTC: (7 * 2 ** -33) / 2 });
    expect(r.equity).toBe(Math.round(0.1 * 2 ** 33) / 2 ** 33);
    expect(() => run([{ instrument: "I", amount: 75 }], {}, {}, true)).toThrow(/multiple/);
    expect(() => run([{ instrument: "I", lots: 0.5 }], {}, {}, true)).toThrow(/whole/);
  });
});
