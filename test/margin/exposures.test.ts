/** Greek vectors: against plain sums, against differences of repriced values; the same bits in any order and after any changes. */
import { describe, expect, it, test } from "vitest";
import type { Change } from "../../bindings/core/change.ts";
import type { Account } from "../../bindings/core/prepared.ts";
import type { Instrument, Market } from "../../bindings/documents/market.ts";
import type { Exposure, Expr, MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio, Position } from "../../bindings/documents/portfolio.ts";
import type { ExposureFactor } from "../../bindings/documents/requirement.ts";
import { greekVectors, greekVectorsModel } from "../../bindings/models/greek-vectors.ts";
import { readSample } from "../cli/sample.ts";
import { core } from "../core.ts";
import { greekVectorsOf } from "../reference/greek-vectors.ts";
import { randomBook } from "../reference/random-book.ts";
import { Random } from "../reference/random.ts";

const seeds = Array.from({ length: 60 }, (_, i) => i + 1);
type Found = Record<string, ExposureFactor[]>;

function exposuresOf(market: Market, portfolio: Portfolio, exact: boolean, model = greekVectorsModel): Found {
  return core.margin(model, market, portfolio, { exact }).exposures!;
}

const idOf = ({ underlying, expiry, pillar }: ExposureFactor["keys"]) => `${underlying}|${expiry ?? pillar}`;

/** Greeks of the core are within 3e-14 of the plain ones, and terms below 2⁻⁶⁰ are rounded: 1e-12 of the gross, and 1e-17 a position. */
function expectTwin(market: Market, portfolio: Portfolio, exact: boolean): void {
  const found = exposuresOf(market, portfolio, exact);
  const plain = greekVectorsOf(market, portfolio);
  expect(Object.keys(found)).toEqual(Object.keys(plain));
  for (const [name, factors] of Object.entries(found)) {
    const keys = factors.map(({ keys }) => idOf(keys));
    // a pillar whose share is 0 is left out by the core
    const held = Object.entries(plain[name]!).filter(([id, { gross }]) => keys.includes(id) || gross > 1e-15);
    expect([...keys].sort(), name).toEqual(held.map(([id]) => id).sort());
    for (const factor of factors) {
      const { long, short, gross } = plain[name]![idOf(factor.keys)]!;
      const bound = 1e-12 * gross + 1e-17 * portfolio.positions.length;
      expect(Math.abs(factor.long - long), `${name} ${idOf(factor.keys)} long`).toBeLessThanOrEqual(bound);
      expect(Math.abs(factor.short - short), `${name} ${idOf(factor.keys)} short`).toBeLessThanOrEqual(bound);
      expect(factor.net).toBe(factor.long + factor.short);
    }
  }
}

/** The same numbers bit for bit, −0 told from 0. */
function expectSame(found: Found, other: Found): void {
  expect(Object.keys(found)).toEqual(Object.keys(other));
  for (const [name, factors] of Object.entries(found)) {
    expect(factors.map(({ keys }) => keys)).toEqual(other[name]!.map(({ keys }) => keys));
    factors.forEach((factor, i) => {
      for (const part of ["net", "long", "short"] as const)
        expect(Object.is(factor[part], other[name]![i]![part]), `${name} ${idOf(factor.keys)} ${part}`).toBe(true);
    });
  }
}

describe("Greek vectors are sums over positions", () => {
  test("of the sample: options in coin and in dollars, futures, perpetuals", () => {
    const { market, portfolio } = readSample();
    expectTwin(market, portfolio, true);
    expectTwin(market, portfolio, false);
  });
  test.each(seeds)("of random book %i, in whole lots and in fractions", (seed) => {
    const { market, lots, amounts } = randomBook(seed);
    expectTwin(market, lots, true);
    expectTwin(market, amounts, false);
  });
  test("of every kind of instrument alone, long and short", () => {
    const { market } = randomBook(11);
    const kinds = new Map(market.instruments.map((one) => [`${one.kind} ${one.payoff}`, one]));
    expect(kinds.size).toBeGreaterThanOrEqual(6);
    for (const { id } of kinds.values())
      for (const lots of [7, -7]) {
        const portfolio: Portfolio = { format: 1, positions: [{ instrument: id, lots }], balances: {} };
        expectTwin(market, portfolio, true);
        const all = Object.values(exposuresOf(market, portfolio, true)).flat();
        for (const factor of all) expect(factor[lots > 0 ? "short" : "long"]).toBe(0);
      }
  });
  test("a balance is no exposure, and an account without positions has none", () => {
    const { market } = readSample();
    const found = exposuresOf(market, { format: 1, positions: [], balances: { BTC: 5 } }, true);
    expect(Object.values(found).flat()).toEqual([]);
  });
  test("without the tree there are none, and a model without any has no field", () => {
    const { market, portfolio } = readSample();
    expect(core.margin(greekVectorsModel, market, portfolio, { explain: false }).exposures).toBeUndefined();
    const { exposures: _, ...none } = greekVectorsModel;
    expect("exposures" in core.margin(none, market, portfolio)).toBe(false);
  });
});

describe("pillars", () => {
  const asOf = "2026-01-01T00:00:00Z";
  const at = (days: number) => new Date(Date.parse(asOf) + days * 86_400_000).toISOString().replace(".000Z", "Z");
  const optionAt = (days: number): Instrument => ({
    id: `A-${days}`,
    kind: "option",
    underlying: "A",
    expiry: at(days),
    strike: 100,
    callPut: 1,
    settlement: "USD",
    payoff: "linear",
    lot: 1,
  });
  const vegaAt = (days: number): { of: [pillar: number, share: number][]; total: number } => {
    const option = optionAt(days);
    const market: Market = {
      format: 1,
      asOf,
      currencies: [{ id: "USD", largestTotal: 2 ** 40, price: 1 }],
      instruments: [option],
      facts: [{ at: {}, spot: 100, forward: 100, vol: 0.5, mark: 1 }],
    };
    const portfolio: Portfolio = { format: 1, positions: [{ instrument: option.id, lots: 1 }], balances: {} };
    const vega = exposuresOf(market, portfolio, true)["vega"]!;
    const total = vega.reduce((sum, { net }) => sum + net, 0);
    return { of: vega.map(({ keys, net }) => [Math.round(Number(keys["pillar"]) * 365), net / total]), total };
  };
  it.each([
    [1, [[7, 1]]],
    [7, [[7, 1]]],
    [
      10.5,
      [
        [7, 0.5],
        [14, 0.5],
      ],
    ],
    [14, [[14, 1]]],
    [
      26,
      [
        [14, 0.25],
        [30, 0.75],
      ],
    ],
    [
      547.5,
      [
        [365, 0.5],
        [730, 0.5],
      ],
    ],
    [730, [[730, 1]]],
    [1000, [[730, 1]]],
  ] as [number, [number, number][]][])("at %f days are split linearly in time, flat outside", (days, expected) => {
    const { of } = vegaAt(days);
    expect(of.map(([pillar]) => pillar)).toEqual(expected.map(([pillar]) => pillar));
    of.forEach(([, share], i) => expect(share).toBeCloseTo(expected[i]![1], 12));
  });
});

/** Values of options in quote currency, as the model marks them: of coin-settled ones the coin value times all of the forward. */
const forward: Expr = { sum: ["forward", "forwardFixed"] };
const inQuote: Expr = { if: [{ is: { payoff: "inverse" } }, { mul: ["mark", forward] }, "mark"] };

function valueModel(rate: number): MarginModel {
  const { exposures: _, ...base } = greekVectorsModel;
  return {
    ...base,
    parameters: { rate: { unit: "per year", assumed: "a test", is: rate } },
    values: { discount: { at: "expiry", is: { exp: { neg: { mul: ["rate", "tau"] } } } } },
    charges: {
      value: { kind: "amount", select: { kind: "option" }, measure: inQuote, measureUnit: "model", on: "signed" },
    },
    initial: "value",
  };
}

/** What the moves of `rows` do to dated positions, in quote currency. */
function gains(market: Market, portfolio: Portfolio, h: number): number {
  const profit = (side: "up" | "down", move: number): Record<string, Exposure> => {
    const moved: Expr = { mul: [{ if: [{ is: { kind: "option" } }, forward, "mark"] }, 1 + move] };
    const option: Expr = { sum: [{ mul: ["pnl", moved] }, { mul: ["mark", { mul: [forward, move] }] }] };
    const inCoin: Expr = { if: [{ is: { kind: "option" } }, option, { mul: ["pnl", moved] }] };
    return { [side]: { if: [{ is: { payoff: "inverse" } }, inCoin, "pnl"] } as never };
  };
  const { exposures: _, ...base } = greekVectorsModel;
  const model: MarginModel = {
    ...base,
    scenarios: { moves: { rows: [{ basis: h }, { basis: -h }] } },
    charges: {
      moved: {
        kind: "correlated",
        select: { kind: ["option", "future"] },
        factor: "account",
        bucket: "account",
        reprice: { scenarios: "moves", up: 0, down: 1 },
        measure: { ...profit("up", h), ...profit("down", -h) } as never,
        within: 0,
      },
    },
  };
  const driver = core.margin(model, market, portfolio, { exact: false }).nodes![0]!.groups[0]!.driver as never as {
    buckets: { factors: { sensitivity: [number, number] }[] }[];
  };
  const [up, down] = driver.buckets[0]!.factors[0]!.sensitivity;
  return (up - down) / (2 * h);
}

const sum = (factors: ExposureFactor[]) => factors.reduce((total, { net }) => total + net, 0);

describe("against central differences of repriced values", () => {
  const books = [2, 5, 8, 13, 21, 34].map((seed) => ({ seed, ...randomBook(seed) }));
  test.each(books)("basis, book $seed", ({ market, amounts }) => {
    const dated = amounts.positions.filter(({ instrument }) => {
      const { kind } = market.instruments.find(({ id }) => id === instrument)!;
      return kind === "option" || kind === "future";
    });
    if (dated.length === 0) return;
    const basis = exposuresOf(market, amounts, false)["basis"]!;
    const gross = basis.reduce((total, { long, short }) => total + Math.abs(long) + Math.abs(short), 0);
    expect(Math.abs(gains(market, amounts, 1e-5) - sum(basis)) / gross).toBeLessThan(2e-5);
  });
  test.each(books)("rate, book $seed", ({ market, amounts }) => {
    const rate = exposuresOf(market, amounts, false)["rate"]!;
    const valueAt = (r: number) => core.margin(valueModel(r), market, amounts, { exact: false }).initial;
    const difference = (valueAt(1e-5) - valueAt(-1e-5)) / 2e-5;
    const gross = rate.reduce((total, { long, short }) => total + Math.abs(long) + Math.abs(short), 0);
    expect(Math.abs(difference - sum(rate))).toBeLessThanOrEqual(1e-7 * gross + 1e-3);
  });
});

describe("a change of positions", () => {
  const currentOf = (positions: readonly Position[], changes: Change[]): Portfolio => ({
    format: 1,
    positions: [...positions, ...changes],
    balances: {},
  });
  test.each(seeds.slice(0, 30))("book %i: gives what a fresh evaluation gives, flips of the side included", (seed) => {
    const random = new Random(seed);
    const book = randomBook(seed);
    for (const exact of [true, false]) {
      const { positions } = exact ? book.lots : book.amounts;
      const start = positions.map(({ entry: _, ...position }) => position);
      using live = core.prepare(greekVectorsModel, book.market, { exact });
      using fresh = core.prepare(greekVectorsModel, book.market, { exact });
      const account: Account = live.open(currentOf(start, []));
      const done: Change[] = [];
      for (let step = 0; step < 12; step++) {
        const changes = Array.from({ length: random.whole(1, 3) }, (): Change => {
          const before = random.chance(0.5) && start.length > 0 ? random.pick(start) : undefined;
          const instrument = before?.instrument ?? random.pick(book.market.instruments).id;
          // twice the other way: from long to short
          const flip = -2 * (before?.lots ?? before?.amount ?? 0) * random.sign();
          if (exact) return { instrument, lots: before === undefined ? random.whole(-500, 500) : flip };
          return { instrument, amount: before === undefined ? random.uniform(-9, 9) : flip };
        });
        account.change(changes);
        done.push(...changes);
        expectSame(account.exposures(), fresh.margin(currentOf(start, done)).exposures!);
      }
      account.change(
        done.map(({ instrument, lots, amount }) => ({
          instrument,
          ...(exact ? { lots: -lots! } : { amount: -amount! }),
        })),
      );
      expectSame(account.exposures(), fresh.margin(currentOf(start, [])).exposures!);
      expectSame(account.requirement().exposures!, account.exposures());
    }
  });
  test.each(seeds.slice(0, 20))("book %i: no order of positions changes a bit", (seed) => {
    const random = new Random(seed);
    const { market, lots, amounts } = randomBook(seed);
    for (const [portfolio, exact] of [
      [lots, true],
      [amounts, false],
    ] as const) {
      const once = exposuresOf(market, portfolio, exact);
      const positions = [...portfolio.positions];
      for (let i = positions.length - 1; i > 0; i--) {
        const j = random.whole(0, i);
        [positions[i], positions[j]] = [positions[j]!, positions[i]!];
      }
      expectSame(exposuresOf(market, { ...portfolio, positions }, exact), once);
      expectSame(exposuresOf(market, { ...portfolio, positions: positions.reverse() }, exact), once);
    }
  });
});

test("the exposures can stand in any model", () => {
  const { market, portfolio } = readSample();
  const base: MarginModel = { ...greekVectorsModel, exposures: { vega: greekVectors["vega"]! } };
  expectSame(exposuresOf(market, portfolio, true, base), {
    vega: exposuresOf(market, portfolio, true)["vega"]!,
  });
});
