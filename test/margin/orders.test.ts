/** Resting orders: the worst subset of their fills, row by row; and of amounts the worst side. */
import { describe, expect, test } from "vitest";
import type { Charge, MarginModel, Row } from "../../bindings/documents/model.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import { core } from "../core.ts";
import { randomBook } from "../reference/random-book.ts";
import { Random } from "../reference/random.ts";

const scenarios = {
  moves: {
    rows: [-0.3, -0.1, 0, 0.1, 0.3].flatMap((spot) => [
      { spot, volMove: -0.2 },
      { spot, volMove: 0.4 },
    ]),
  },
};
const pair = ["settlement", "underlying"];

function model(charges: Record<string, Charge>, of: Partial<MarginModel> = {}): MarginModel {
  return {
    format: 1,
    id: "orders",
    edition: "2026-01-01",
    source: "test",
    currency: "USD",
    parameters: {},
    values: { discount: { is: 1 } },
    scenarios,
    charges,
    equity: 0,
    initial: 0,
    maintenance: 0,
    ...of,
  };
}

/** Orders on a third of the instruments, both ways, also where nothing is held. */
function withOrders(seed: number): { market: Market; portfolio: Portfolio } {
  const { market, lots } = randomBook(seed);
  const random = new Random(1000 + seed);
  const orders = market.instruments
    .filter(() => random.chance(0.34))
    .flatMap(({ id }) => [
      { instrument: id, lots: random.whole(1, 40) },
      { instrument: id, lots: -random.whole(1, 40) },
    ])
    .filter(() => random.chance(0.7));
  const positions = lots.positions.map(({ instrument, lots: q }) => ({ instrument, lots: q! }));
  return { market, portfolio: { format: 1, positions, balances: {}, orders } };
}

/** Lots to buy and to sell by instrument. */
function sides({ orders = [] }: Portfolio): Map<string, [bids: number, asks: number]> {
  const by = new Map<string, [number, number]>();
  for (const { instrument, lots } of orders) {
    const [bids, asks] = by.get(instrument) ?? [0, 0];
    by.set(instrument, lots! > 0 ? [bids + lots!, asks] : [bids, asks - lots!]);
  }
  return by;
}

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
const scan: Charge = { kind: "scan", at: pair, scenarios: "moves", orders: "worstSubset", floor: null };

describe("scan", () => {
  test.each(seeds)("book %i: P + Σ min(0, B·R, −A·R) in every row and group", (seed) => {
    const { market, portfolio } = withOrders(seed);
    const of = model({ loss: scan });
    const ids = [...new Set([...portfolio.positions, ...portfolio.orders!].map(({ instrument }) => instrument))];
    const one = { ...portfolio, orders: [], positions: ids.map((instrument) => ({ instrument, lots: 1 })) };
    const R = new Map(core.riskArrays(of, market, one)[0]!.instruments.map((row) => [row.instrument, row.pnl]));
    const bySide = sides(portfolio);
    const expected = new Map<string, number[]>();
    for (const id of ids) {
      const { settlement, underlying } = market.instruments.find((instrument) => instrument.id === id)!;
      const held = portfolio.positions.filter((p) => p.instrument === id).reduce((sum, p) => sum + p.lots!, 0);
      const [B, A] = bySide.get(id) ?? [0, 0];
      const P = expected.get(`${settlement} ${underlying}`) ?? new Array<number>(scenarios.moves.rows.length).fill(0);
      R.get(id)!.forEach((r, s) => (P[s]! += held * r + Math.min(0, B * r, -A * r)));
      expected.set(`${settlement} ${underlying}`, P);
    }
    const groups = core.margin(of, market, portfolio).nodes!.find(({ name }) => name === "loss")!.groups;
    expect(groups.length).toBe(expected.size);
    for (const { keys, driver, value } of groups) {
      const P = expected.get(`${keys.settlement} ${keys.underlying}`)!;
      // whole lots and quanta: both sums are exact
      expect((driver as { profile: number[] }).profile).toEqual(P.map((x) => (x === 0 ? 0 : x)));
      expect(value).toBe(-Math.min(...P) + 0);
    }
  });

  test.each(seeds)("book %i: order of orders changes no bit, shares sum", (seed) => {
    const { market, portfolio } = withOrders(seed);
    const of = model({ loss: scan });
    const once = core.margin(of, market, portfolio);
    expect(core.margin(of, market, { ...portfolio, orders: [...portfolio.orders!].reverse() })).toEqual(once);
    for (const { value, shares = [] } of once.nodes!.find(({ name }) => name === "loss")!.groups) {
      const sum = shares.reduce((total, [, share]) => total + share, 0);
      const gross = shares.reduce((total, [, share]) => total + Math.abs(share), 0);
      expect(Math.abs(sum - value)).toBeLessThanOrEqual(1e-12 * gross);
    }
  });

  test("in rows with `either` both ends of what can fill count: the worst of every subset of orders", () => {
    const rows = scenarios.moves.rows.map((row, s): Row => (s % 2 === 0 ? { ...row, either: true } : row));
    const of = model({ loss: scan }, { scenarios: { moves: { rows } } });
    for (const seed of seeds) {
      const { market, portfolio } = withOrders(seed);
      const orders = portfolio.orders!.slice(0, 7);
      const groupsOf = (positions: Portfolio["positions"], resting: Portfolio["orders"]) =>
        core
          .margin(of, market, { ...portfolio, positions, orders: resting })
          .nodes!.find(({ name }) => name === "loss")!.groups;
      const id = ({ keys }: { keys: object }) => JSON.stringify(keys);
      const worst = new Map<string, number[]>();
      for (let mask = 0; mask < 2 ** orders.length; mask++) {
        const filled = orders
          .filter((_, k) => (mask >> k) & 1)
          .map(({ instrument, lots }) => ({ instrument, lots: lots! }));
        for (const group of groupsOf([...portfolio.positions, ...filled], [])) {
          const { profile } = group.driver as { profile: number[] };
          const before = worst.get(id(group)) ?? profile.map(() => 0);
          worst.set(
            id(group),
            before.map((x, s) => Math.min(x, profile[s]!)),
          );
        }
      }
      for (const group of groupsOf(portfolio.positions, orders)) {
        const { profile } = group.driver as { profile: number[] };
        // a subset without the group says nothing of its gains
        profile.forEach((x, s) => {
          if (rows[s]!.either === true || x < 0)
            expect(x, `${seed} ${id(group)} row ${s}`).toBe(worst.get(id(group))![s]);
        });
        const { shares = [], value, rescaled } = group;
        const sum = shares.reduce((total, [, share]) => total + share, 0);
        const gross = shares.reduce((total, [, share]) => total + Math.abs(share), 0);
        expect(rescaled).toBeUndefined();
        expect(Math.abs(sum - value)).toBeLessThanOrEqual(1e-12 * gross);
      }
    }
  });

  test("an order never lowers the loss, and a model without the word does not see it", () => {
    for (const seed of seeds) {
      const { market, portfolio } = withOrders(seed);
      const both = model({ with: { ...scan, floor: 0 }, without: { kind: "scan", at: pair, scenarios: "moves" } });
      const { nodes } = core.margin(both, market, portfolio);
      const bare = core.margin(both, market, { ...portfolio, orders: [] }).nodes!;
      const values = (of: typeof bare, charge: string) =>
        new Map(of.find(({ name }) => name === charge)!.groups.map(({ keys, value }) => [JSON.stringify(keys), value]));
      for (const [keys, value] of values(bare, "with"))
        expect(values(nodes!, "with").get(keys)).toBeGreaterThanOrEqual(value);
      for (const [keys, value] of values(bare, "without")) expect(values(nodes!, "without").get(keys)).toBe(value);
    }
  });

  test("fractional orders add up in any order", () => {
    const { market, amounts } = randomBook(4);
    const orders = [0.1, 0.2, 0.3, -0.7, -0.1, 1e-9].map((amount) => ({
      instrument: market.instruments[0]!.id,
      amount,
    }));
    const of = model({ loss: scan });
    const held = { ...amounts, positions: amounts.positions.map(({ entry: _, ...rest }) => rest) };
    const results = [
      orders,
      [...orders].reverse(),
      [orders[3]!, orders[0]!, orders[5]!, orders[2]!, orders[4]!, orders[1]!],
    ];
    const values = results.map((list) => core.margin(of, market, { ...held, orders: list }, { exact: false }));
    expect(values[1]).toEqual(values[0]);
    expect(values[2]).toEqual(values[0]);
  });
});

test("amounts: if all bids fill, if all asks fill, and the larger of the two in size", () => {
  const { market } = randomBook(3);
  const id = market.instruments.find(({ lotUnit }) => lotUnit !== "quote")!.id;
  const amount = (orders: "bids" | "asks" | "worstSide" | "none", on?: "long" | "short"): Charge => ({
    kind: "amount",
    net: "instrument",
    orders,
    ...(on === undefined ? {} : { on }),
  });
  const of = model({
    bids: amount("bids"),
    asks: amount("asks"),
    worst: amount("worstSide"),
    none: amount("none"),
    long: amount("worstSide", "long"),
    short: amount("worstSide", "short"),
  });
  const requirement = core.margin(
    of,
    market,
    {
      format: 1,
      positions: [{ instrument: id, amount: 10 }],
      balances: {},
      orders: [
        { instrument: id, amount: 3 },
        { instrument: id, amount: -25 },
      ],
    },
    { exact: false },
  );
  const value = (name: string) => requirement.nodes!.find((node) => node.name === name)!.groups[0]!.value;
  expect([value("bids"), value("asks"), value("worst"), value("none")]).toEqual([13, 15, 15, 10]);
  expect([value("long"), value("short")]).toEqual([13, 15]);
});

describe("refused", () => {
  const { market, lots } = randomBook(5);
  const id = market.instruments[0]!.id;
  const portfolio = (order: object): Portfolio => ({ ...lots, orders: [order] }) as Portfolio;
  const of = model({ loss: scan });
  test.each([
    ["an unknown instrument", { instrument: "X", lots: 1 }, 'portfolio.orders[0].instrument: the market has no "X"'],
    ["no quantity", { instrument: id }, "portfolio.orders[0]: expected either lots or amount, was neither"],
    [
      "an empty order",
      { instrument: id, lots: 0 },
      "portfolio.orders[0].lots: expected > 0 to buy or < 0 to sell, was 0",
    ],
    ["half a lot", { instrument: id, lots: 0.5 }, "portfolio.orders[0].lots: expected a whole number, was 0.5"],
  ])("%s", (_, order, message) => {
    expect(() => core.margin(of, market, portfolio(order))).toThrow(message);
  });
  test("a scan over positions by side", () => {
    const sided = model({ loss: { ...scan, profile: { select: { side: "long" } } } as Charge });
    expect(() => core.margin(sided, market, lots)).toThrow("model.charges.loss.profile.select.side: resting orders");
  });
});
