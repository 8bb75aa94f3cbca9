/** Exact sums: a portfolio in any order, split in any way, with any fills and reversals, has the same bits. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMarket, checkModel } from "../../bindings/documents/check.ts";
import type { Position } from "../../bindings/documents/portfolio.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { core } from "../core.ts";
import { everyStep } from "../reference/every-step-model.ts";
import { randomBook } from "../reference/random-book.ts";

const seeds = [3, 14, 15, 92, 65, 35];

/** Lots cut in two at random places, extra fills and their reversals put in, all shuffled. */
function disturbed(positions: Position[], random: () => number): Position[] {
  const parts = positions.flatMap(({ instrument, lots, entry }) => {
    const cut = Math.round((random() * 2 - 0.5) * lots!);
    const extra = Math.round(random() * 1000);
    return [cut, lots! - cut, extra, -extra].map((part) => ({ instrument, lots: part, entry }));
  });
  for (let i = parts.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [parts[i], parts[j]] = [parts[j]!, parts[i]!];
  }
  return parts;
}

describe.each([deribitPm, everyStep])("$id", (model) => {
  test.each(seeds)("book %i: order, splits, fills and reversals change no bit", (seed) => {
    const book = randomBook(seed);
    const market = checkMarket(book.market);
    const portfolio = book.lots;
    const once = core.margin(model, market, portfolio);
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (stream) => {
        const random = () => Math.min(stream.next().value as number, 0.999999);
        const again = core.margin(model, market, { ...portfolio, positions: disturbed(portfolio.positions, random) });
        // the bound of rounding counts every fill with an entry, so it alone may grow
        expect({ ...again, rounding: {} }).toEqual({ ...once, rounding: {} });
      }),
      { numRuns: 10, seed },
    );
  });

  test.each(seeds)("book %i: a prepared book of the whole market gives the stateless answer, bit for bit", (seed) => {
    const { market, lots } = randomBook(seed);
    using prepared = core.prepare(model, market);
    expect(prepared.margin(lots)).toEqual(core.margin(model, market, lots));
    // and again after another account
    prepared.margin({ format: 1, positions: lots.positions.slice(0, 1), balances: {} });
    expect(prepared.margin(lots)).toEqual(core.margin(model, market, lots));
  });
});

test("a position and its opposite are none: only balances are left", () => {
  const { market, lots } = randomBook(7);
  const closed = lots.positions.flatMap((p) => [p, { ...p, lots: -p.lots! }]).map(({ entry: _, ...rest }) => rest);
  const none = core.margin(deribitPm, market, { ...lots, positions: [] });
  expect(core.margin(deribitPm, market, { ...lots, positions: closed })).toEqual(none);
  expect(none.initial).toBe(0);
});

test("λ times the portfolio is λ times the margin, where no cap, threshold or rounding binds", () => {
  const model = checkModel({
    ...deribitPm,
    parameters: {
      ...deribitPm.parameters,
      liquidityThreshold: { ...deribitPm.parameters["liquidityThreshold"]!, is: 1e12 },
    },
    initial: { mul: [1, "maintenanceInUsd"] },
    charges: {
      ...deribitPm.charges,
      extendedTable: { kind: "scan", at: "pair", scenarios: "extended" }, // no dampener
      pairMargin: { kind: "formula", at: "pair", value: { sum: ["worstCase", "deltaShock", "rollShock"] } }, // no rounding
    },
  });
  for (const seed of seeds) {
    const { market, lots } = randomBook(seed);
    const positions = lots.positions.map(({ instrument, lots: q }) => ({ instrument, lots: q! }));
    const of = (by: number) =>
      core.margin(model, market, {
        format: 1,
        balances: {},
        positions: positions.map((p) => ({ ...p, lots: p.lots * by })),
      });
    const one = of(1).maintenance;
    expect(of(4).maintenance / one).toBeCloseTo(4, 12);
    expect(of(7).maintenance / one).toBeCloseTo(7, 12);
  }
});

test("rounding is reported, and stays within its bound", () => {
  for (const seed of seeds) {
    const { market, lots } = randomBook(seed);
    const rounded = core.margin(deribitPm, market, lots);
    const unrounded = core.margin(deribitPm, market, lots, { exact: false });
    const of = (r: typeof rounded, name: string) => r.nodes!.find((n) => n.name === name)!;
    for (const { keys, value } of of(rounded, "standardTable").groups) {
      const bound = rounded.rounding![String(keys["settlement"])]!;
      const other = of(unrounded, "standardTable").groups.find(
        (g) => JSON.stringify(g.keys) === JSON.stringify(keys),
      )!.value;
      expect(bound).toBeGreaterThan(0);
      expect(Math.abs(value - other)).toBeLessThanOrEqual(bound * (1 + 1e-6));
    }
  }
});

test("a closed position's result stays, whatever else is held in its currency", () => {
  const { market, lots } = randomBook(7);
  const perpetual = market.instruments.find((one) => one.kind === "perpetual" && one.payoff === "linear")!;
  const mark = market.facts.find((fact) => fact.at["instrument"] === perpetual.id)!["mark"] as number;
  const positions = [
    { instrument: perpetual.id, lots: 100, entry: mark * 0.9 },
    { instrument: perpetual.id, lots: -100, entry: mark * 1.1 },
  ];
  const gain = 100 * perpetual.lot! * mark * 0.2;
  for (const balances of [{}, { [perpetual.settlement]: 0 }, { [perpetual.settlement]: 1 }] as Record<
    string,
    number
  >[]) {
    const { equity, nodes } = core.margin(deribitPm, market, { ...lots, positions, balances });
    const price = market.currencies.find(({ id }) => id === perpetual.settlement)!.price!;
    expect(equity / price - (balances[perpetual.settlement] ?? 0)).toBeCloseTo(gain, 3);
    const group = nodes!.find(({ name }) => name === "currencyEquity")!.groups[0]!;
    expect(group.shares!.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(group.value, 6);
    expect(group.rescaled).toBeUndefined();
  }
});

test("the rounding bound holds for equity too: balances and results are counted", () => {
  for (const seed of seeds) {
    const { market, lots } = randomBook(seed);
    const of = (exact: boolean) => core.margin(deribitPm, market, lots, { exact });
    const [rounded, unrounded] = [of(true), of(false)];
    const equityOf = (r: typeof rounded) => r.nodes!.find(({ name }) => name === "currencyEquity")!.groups;
    for (const { keys, value } of equityOf(rounded)) {
      const other = equityOf(unrounded).find((group) => group.keys["settlement"] === keys["settlement"])!.value;
      expect(Math.abs(value - other)).toBeLessThanOrEqual(
        rounded.rounding![String(keys["settlement"])]! * (1 + 1e-6) + Math.abs(value) * 1e-14,
      );
    }
  }
});
