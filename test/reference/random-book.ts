/**
 * Random books: a market and one account in whole lots and in fractional amounts, from a seed; and the same book moved.
 *
 * Positions are single instruments, spreads, straddles, calendars and hedged options, 500 to 3 million dollars each;
 * balances in coins and dollars, some borrowed; half of the books carry entry prices.
 */
import type { Fact, Instrument, Market } from "../../bindings/documents/market.ts";
import type { Decimal, MarginModel, Matrix, Table } from "../../bindings/documents/model.ts";
import type { Portfolio, Position } from "../../bindings/documents/portfolio.ts";
import { decimals, Random } from "./random.ts";
import { randomMarket } from "./random-market.ts";

export interface RandomBook {
  market: Market;
  /** Whole lots. */
  lots: Portfolio;
  /** The same instruments in fractional amounts. */
  amounts: Portfolio;
}

type Leg = [instrument: Instrument, sign: 1 | -1];

/** One to four legs: what a desk would open at once. */
function strategy(random: Random, { instruments }: Market): Leg[] {
  const one = random.pick(instruments);
  const sign = random.sign();
  if (one.kind !== "option" || random.chance(0.35)) return [[one, sign]];
  const alike = instruments.filter(
    (i) => i.kind === "option" && i.underlying === one.underlying && i.settlement === one.settlement,
  );
  const legs: Leg[] = [[one, sign]];
  const other = (test: (i: Instrument) => boolean, side: 1 | -1) => {
    const found = alike.filter((i) => i.id !== one.id && test(i));
    if (found.length > 0) legs.push([random.pick(found), side]);
  };
  const opposite = sign === 1 ? -1 : 1;
  switch (random.whole(0, 3)) {
    case 0: // vertical
      other((i) => i.expiry === one.expiry && i.callPut === one.callPut, opposite);
      break;
    case 1: // straddle
      other((i) => i.expiry === one.expiry && i.strike === one.strike, sign);
      break;
    case 2: // calendar
      other((i) => i.expiry !== one.expiry && i.callPut === one.callPut, opposite);
      break;
    default: {
      // hedged with a perpetual or future of the same coin
      const hedges = instruments.filter(
        (i) => (i.kind === "perpetual" || i.kind === "future") && i.underlying === one.underlying,
      );
      legs.push([random.pick(hedges), sign * one.callPut! > 0 ? -1 : 1]);
    }
  }
  return legs;
}

export function randomBook(seed: number): RandomBook {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  const market = randomMarket(random);
  const spotOf = (underlying: string) =>
    market.facts.find((f) => f.at["underlying"] === underlying && f["spot"] !== undefined)!["spot"] as number;
  const markOf = (id: string) =>
    market.facts.find((f) => f.at["instrument"] === id && f["mark"] !== undefined)?.["mark"] as number | undefined;

  const lots = new Map<Instrument, number>();
  for (let n = random.whole(1, random.chance(0.3) ? 20 : 6); n > 0; n--) {
    const notional = random.logUniform(500, 3e6);
    for (const [instrument, sign] of strategy(random, market)) {
      const perLot = instrument.lotUnit === "quote" ? instrument.lot! : instrument.lot! * spotOf(instrument.underlying);
      lots.set(instrument, (lots.get(instrument) ?? 0) + sign * Math.max(1, Math.round(notional / perLot)));
    }
  }
  const withEntries = random.chance(0.5);
  const positions = [...lots].filter(([, q]) => q !== 0);
  const entries = new Map<string, number>();
  for (const [{ id, kind, underlying }] of positions) {
    if (!withEntries || kind === "option" || kind === "spot" || random.chance(0.3)) continue;
    entries.set(id, decimals((markOf(id) ?? spotOf(underlying)) * random.uniform(0.85, 1.15), 2));
  }
  const entryOf = (id: string) => (entries.has(id) ? { entry: entries.get(id)! } : {});

  const balances: Record<string, number> = {};
  for (const { id, price } of market.currencies) {
    if (random.chance(0.4)) continue;
    const dollars = random.logUniform(100, 5e6) * (random.chance(0.15) ? -0.2 : 1);
    balances[id] = decimals(dollars / price!, price! > 10 ? 6 : 2);
  }
  const portfolio = (list: Position[]): Portfolio => ({ format: 1, positions: list, balances });
  return {
    market,
    lots: portfolio(positions.map(([{ id }, q]) => ({ instrument: id, lots: q, ...entryOf(id) }))),
    amounts: portfolio(
      positions.map(([{ id, lot }, q]) => ({
        instrument: id,
        amount: q * lot! * random.uniform(0.9, 1.1),
        ...entryOf(id),
      })),
    ),
  };
}

export interface Inputs {
  model: MarginModel;
  market: Market;
  portfolio: Portfolio;
}

function movedFacts(facts: Fact[], factor: number): Fact[] {
  const moved = (x: unknown): unknown => (Array.isArray(x) ? x.map(moved) : typeof x === "number" ? x * factor : x);
  return facts.map(({ at, ...values }) => ({
    at,
    ...Object.fromEntries(
      Object.entries(values).map(([name, x]) => [name, name === "discount" ? (x as number) ** factor : moved(x)]),
    ),
  }));
}

/**
 * Every number that is an observation or a setting, times `factor`: facts (a discount to that power), prices of currencies,
 * parameters (the y of tables; kept in their range), balances, amounts, entries. Whole lots stay whole, and so do the terms
 * of instruments: strikes, lots and expiries are what is traded, not what is observed.
 */
export function moved({ model, market, portfolio }: Inputs, factor: number): Inputs {
  const parameters = Object.entries(model.parameters).map(([name, p]) => {
    const [low, high] = p.range ?? [-Infinity, Infinity];
    const number = (x: number) => Math.min(Math.max(x * factor, low), high);
    const setting = (x: number | Decimal | Table): number | Decimal | Table =>
      typeof x === "string" ? x : typeof x === "number" ? number(x) : x.map(([from, y]) => [from, number(y)]);
    const isMatrix = (x: unknown): x is Matrix => typeof x === "object" && !Array.isArray(x);
    return [
      name,
      {
        ...p,
        ...(p.is !== undefined && !isMatrix(p.is) && { is: setting(p.is) }),
        ...(p.for && { for: p.for.map((place) => ({ ...place, is: setting(place.is) })) }),
      },
    ] as const;
  });
  return {
    model: { ...model, parameters: Object.fromEntries(parameters) },
    market: {
      ...market,
      currencies: market.currencies.map((c) => (c.price === undefined ? c : { ...c, price: c.price * factor })),
      facts: movedFacts(market.facts, factor),
    },
    portfolio: {
      ...portfolio,
      positions: portfolio.positions.map((p) => ({
        ...p,
        ...(p.amount !== undefined && p.lots === undefined && { amount: p.amount * factor }),
        ...(p.entry !== undefined && { entry: p.entry * factor }),
      })),
      balances: Object.fromEntries(Object.entries(portfolio.balances).map(([id, x]) => [id, x * factor])),
      ...(portfolio.facts && { facts: movedFacts(portfolio.facts, factor) }),
    },
  };
}
