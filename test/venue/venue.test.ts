/** A venue's accounts against stateless margins and rebuilds, bit for bit, after any sequence of events. */
import { afterAll, describe, expect, test } from "vitest";
import type { Market } from "../../bindings/documents/market.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import type { Account } from "../../bindings/venue/account.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { openVenue } from "../../bindings/venue.ts";
import { core } from "../core.ts";
import { randomBook } from "../reference/random-book.ts";
import { Random } from "../reference/random.ts";

/** Orders count in the table of each pair, so that they are seen. */
const model = {
  ...deribitPm,
  charges: {
    ...deribitPm.charges,
    resting: { kind: "scan", at: "pair", scenarios: "standard", orders: "worstSubset" } as const,
  },
  outputs: { ...deribitPm.outputs, resting: { sum: [0, { mul: [0, "maintenanceInUsd"] }] } },
};
const open: Venue[] = [];
afterAll(() => open.forEach((venue) => venue.release()));

function venueOf(market: Market): Venue {
  const venue = openVenue(core, model, market);
  open.push(venue);
  return venue;
}

/** Markets without inverse contracts in base lots, which a venue refuses. */
function marketOf(seed: number): Market {
  const { market } = randomBook(seed);
  return market;
}

const priceOf = (random: Random, market: Market, id: string) => {
  const { kind, underlying, payoff } = market.instruments.find((instrument) => instrument.id === id)!;
  const spot = market.facts.find((fact) => fact.at.underlying === underlying && fact.spot !== undefined)!
    .spot as number;
  if (kind === "option")
    return payoff === "inverse" ? random.whole(1, 400) / 10_000 : random.whole(1, 400) * spot * 1e-4;
  return spot * random.uniform(0.9, 1.1);
};

/** One random event; refused ones change nothing. */
function happen(random: Random, venue: Venue, market: Market, accounts: Account[]): void {
  const account = accounts[random.whole(0, accounts.length - 1)]!;
  const { id } = market.instruments[random.whole(0, market.instruments.length - 1)]!;
  const instrument = venue.instrument(id);
  const lots = random.sign() * random.whole(1, 30);
  const price = priceOf(random, market, id);
  const resting = account.holdings().find((held) => held.bids > 0 || held.asks > 0);
  const which = random.uniform(0, 1);
  if (which < 0.45) account.fill(instrument, lots, price);
  else if (which < 0.65) account.place(instrument, lots);
  else if (which < 0.75 && resting !== undefined) {
    const side = resting.bids > 0 ? 1 : -1;
    const most = side > 0 ? resting.bids : resting.asks;
    const part = side * random.whole(1, most);
    if (random.chance(0.5)) account.cancel(venue.instrument(resting.instrument), part);
    else
      account.fill(venue.instrument(resting.instrument), part, priceOf(random, market, resting.instrument), {
        resting: true,
      });
  } else if (which < 0.9)
    account.deposit(market.currencies[random.whole(0, market.currencies.length - 1)]!.id, random.uniform(-10, 20));
  else account.check(instrument, lots, price, random.chance(0.5) ? "fill" : "rest");
}

function portfolioOf(account: Account): Portfolio {
  const held = account.holdings();
  return {
    format: 1,
    positions: held.filter(({ lots }) => lots !== 0).map(({ instrument, lots }) => ({ instrument, lots })),
    balances: Object.fromEntries(
      Object.entries(account.money()).flatMap(([currency, { balance }]) =>
        balance === 0 ? [] : [[currency, balance]],
      ),
    ),
    orders: held.flatMap(({ instrument, bids, asks }) => [
      ...(bids > 0 ? [{ instrument, lots: bids }] : []),
      ...(asks > 0 ? [{ instrument, lots: -asks }] : []),
    ]),
  };
}

describe.each([1, 2, 3, 4, 5, 6])("book %i", (seed) => {
  const market = marketOf(seed);
  const random = new Random(500 + seed);
  const venue = venueOf(market);
  const accounts = Array.from({ length: 8 }, (_, i) => venue.account(`account ${i}`));

  test("after every hundred events each account has the margin of its positions, balances and orders", () => {
    for (let round = 0; round < 5; round++) {
      for (let k = 0; k < 100; k++) happen(random, venue, market, accounts);
      for (const account of accounts) {
        const { initial, maintenance, nodes } = account.requirement();
        const stateless = core.margin(model, market, portfolioOf(account));
        expect(Object.is(initial, stateless.initial)).toBe(true);
        expect(Object.is(maintenance, stateless.maintenance)).toBe(true);
        const charge = (of: typeof nodes) =>
          of!.find(({ name }) => name === "resting")!.groups.map(({ keys, value }) => [keys, value]);
        expect(charge(nodes)).toEqual(charge(stateless.nodes));
      }
    }
  });

  test("a venue rebuilt from holdings and money has the same bits", () => {
    const again = venueOf(market);
    for (const account of accounts) {
      const twin = again.account(account.name);
      // holdings in another order, in two parts each
      for (const { instrument, lots, bids, asks } of account.holdings().reverse()) {
        const i = again.instrument(instrument);
        const price = priceOf(new Random(7), market, instrument);
        if (lots !== 0) {
          twin.fill(i, 2 * lots, price);
          twin.fill(i, -lots, price);
        }
        if (bids > 0) twin.place(i, bids);
        if (asks > 0) twin.place(i, -asks);
      }
      for (const [currency, { balance }] of Object.entries(account.money()))
        twin.deposit(currency, balance - twin.money()[currency]!.balance);
      const [a, b] = [account.requirement(), twin.requirement()];
      expect(Object.is(a.initial, b.initial)).toBe(true);
      expect(Object.is(a.maintenance, b.maintenance)).toBe(true);
    }
  });

  test("equity: money, options at their mark, and what futures gained since their fills", () => {
    for (const account of accounts) {
      const { equity, initial, excess } = account.requirement({ explain: false });
      expect(excess).toBe(equity - initial);
      const before = account.money();
      venue.settle(market.currencies[0]!.id);
      const after = account.requirement({ explain: false });
      // settling moves what is unrealised into the balance; coin balances carry the risk of their coin, so only equity stays
      expect(Math.abs(after.equity - equity)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(equity)));
      expect(before).toBeDefined();
    }
  });

  test("a check changes nothing, and says what a fill then makes", () => {
    for (let k = 0; k < 60; k++) {
      const account = accounts[random.whole(0, accounts.length - 1)]!;
      const { id } = market.instruments[random.whole(0, market.instruments.length - 1)]!;
      const [instrument, lots, price] = [
        venue.instrument(id),
        random.sign() * random.whole(1, 20),
        priceOf(random, market, id),
      ];
      const before = [account.holdings(), account.money(), account.requirement()];
      const check = { ...account.check(instrument, lots, price) };
      expect([account.holdings(), account.money(), account.requirement()]).toEqual(before);
      const resting = { ...account.check(instrument, lots, price, "rest") };
      account.place(instrument, lots);
      const placed = account.requirement({ explain: false });
      expect([resting.initial, resting.maintenance, resting.equity]).toEqual([
        placed.initial,
        placed.maintenance,
        placed.equity,
      ]);
      account.cancel(instrument, lots);
      account.fill(instrument, lots, price);
      const filled = account.requirement({ explain: false });
      expect([check.initial, check.maintenance]).toEqual([filled.initial, filled.maintenance]);
      expect(Math.abs(check.equity - filled.equity)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(filled.equity)));
      expect(check.accepted).toBe(check.equity >= check.initial);
      const held = (before[0] as ReturnType<Account["holdings"]>).find((one) => one.instrument === id);
      const rests = lots > 0 ? (held?.bids ?? 0) : (held?.asks ?? 0);
      expect(check.reducesOnly).toBe(
        held !== undefined && held.lots * lots < 0 && Math.abs(lots) + rests <= Math.abs(held.lots),
      );
    }
  });
});
