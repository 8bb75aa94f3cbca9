/**
 * A check says what the requirement is after its order, bit for bit: orders that close a position, turn it over, begin one, or rest, of accounts
 * after any sequence of events. And such an account is that of a rebuild from holdings and money.
 */
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { MarginModel } from "../../bindings/documents/model.ts";
import { cryptoBasel2a } from "../../bindings/models/index.ts";
import type { Account, Order } from "../../bindings/venue/account.ts";
import { applyEvent } from "../../bindings/venue/events.ts";
import { openVenue } from "../../bindings/venue.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { core } from "../core.ts";
import { randomBook } from "../reference/random-book.ts";
import { everyStep } from "../reference/every-step-model.ts";
import type { Random } from "../reference/random.ts";
import { ordersModel, RandomEvents } from "./random-events.ts";
import { wideModel } from "./wide-model.ts";

vi.setConfig({ testTimeout: 180_000 });

const KINDS = [
  "close",
  "turn over",
  "reduce",
  "begin",
  "any",
  "rest",
  "rest to close",
  "rest where nothing is",
] as const;
type Kind = (typeof KINDS)[number];

/** An order of a kind; undefined where the account has nothing that it could be of. */
function draw(kind: Kind, account: Account, venue: Venue, events: RandomEvents): Order | undefined {
  const { random, live } = events;
  const holdings = account.holdings();
  const held = holdings.filter(({ instrument, lots }) => lots !== 0 && live.some(({ id }) => id === instrument));
  const absent = live.filter(({ id }) => holdings.every(({ instrument }) => instrument !== id));
  const of = (id: string, lots: number, as: Order["as"] = "fill"): Order => {
    const price = events.price(live.find((one) => one.id === id)!);
    return { instrument: venue.instrument(id), lots, price, as };
  };
  const lots = random.sign() * random.whole(1, 40);
  const one = held.length === 0 ? undefined : random.pick(held);
  switch (kind) {
    case "close":
      return one && of(one.instrument, -one.lots);
    case "turn over":
      return one && of(one.instrument, -2 * one.lots);
    case "reduce":
      return one && Math.abs(one.lots) > 1
        ? of(one.instrument, -Math.sign(one.lots) * random.whole(1, Math.abs(one.lots) - 1))
        : undefined;
    case "begin":
      return absent.length === 0 ? undefined : of(random.pick(absent).id, lots);
    case "any":
      return of(random.pick(live).id, lots);
    case "rest":
      return of(random.pick(live).id, lots, "rest");
    case "rest to close":
      return one && of(one.instrument, -one.lots, "rest");
    case "rest where nothing is":
      return absent.length === 0 ? undefined : of(random.pick(absent).id, lots, "rest");
  }
}

const figures = ({ initial, maintenance, equity }: { initial: number; maintenance: number; equity: number }) => [
  initial,
  maintenance,
  equity,
];

/** The figures of the account once orders have happened. Those that rest are taken back. */
function executed(account: Account, orders: readonly Order[]): number[] {
  for (const { instrument, lots, price, as } of orders) {
    if (as === "rest") account.place(instrument, lots);
    else account.fill(instrument, lots, price);
  }
  const after = figures(account.requirement({ explain: false }));
  for (const { instrument, lots, as } of orders) if (as === "rest") account.cancel(instrument, lots);
  return after;
}

function started(
  model: MarginModel,
  seed: number,
): { venue: Venue; events: RandomEvents; happen: (n: number) => void } {
  const events = new RandomEvents(seed, { accounts: 4, refused: 0, programs: 0 });
  const venue = openVenue(core, model, events.market);
  const happen = (n: number) => {
    for (let k = 0; k < n; k++) applyEvent(venue, events.next().event);
  };
  happen(40);
  return { venue, events, happen };
}

/** Of what a venue holds, in another order and at other prices, with the same money in the end. */
function rebuilt(venue: Venue, model: MarginModel, random: Random, events: RandomEvents): Venue {
  const { market } = venue.state();
  const again = openVenue(core, model, market);
  for (const account of venue.accounts().reverse()) {
    const twin = again.account(account.name);
    const price = (id: string) => events.price(market.instruments.find((one) => one.id === id)!);
    for (const { instrument: id, lots, bids, asks } of account.holdings().reverse()) {
      const i = again.instrument(id);
      const part = random.whole(1, 9);
      if (lots !== part && lots !== 0) twin.fill(i, lots - part, price(id));
      if (lots !== 0) twin.fill(i, part, price(id));
      if (bids > 0) twin.place(i, bids);
      if (asks > 0) twin.place(i, -asks);
    }
    for (const [currency, { balance, cost }] of Object.entries(account.money())) {
      const money = () => twin.money()[currency]!;
      // bought and sold again at other prices: a cost without a position
      const missing = cost - money().cost;
      const one = events.live.find((is) => is.settlement === currency && ["future", "perpetual"].includes(is.kind));
      if (missing !== 0) {
        const { id, lot, payoff } = one!;
        const [from, to] = missing > 0 ? [1 + missing, 1] : [1, 1 - missing];
        const priceAt = (value: number) => (payoff === "inverse" ? lot! / value : value / lot!);
        const sign = payoff === "inverse" ? -1 : 1;
        twin.fill(again.instrument(id), sign, priceAt(from));
        twin.fill(again.instrument(id), -sign, priceAt(to));
      }
      if (balance !== money().balance) twin.deposit(currency, balance - money().balance);
    }
  }
  return again;
}

const seeds = fc.integer({ min: 1, max: 100_000 });
const RUNS = { numRuns: 15 };

/** Orders of a kind in accounts that events have filled. */
function ordersAgree(model: MarginModel, kind: Kind, options: fc.Parameters<[number]>): void {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { venue, events, happen } = started(model, seed);
      try {
        for (let round = 0; round < 8; round++) {
          happen(10);
          for (const account of venue.accounts()) {
            const order = draw(kind, account, venue, events);
            if (order === undefined) continue;
            const checked = figures(account.check(order.instrument, order.lots, order.price, order.as));
            expect(executed(account, [order]), JSON.stringify(order)).toEqual(checked);
          }
        }
      } finally {
        venue.release();
      }
    }),
    options,
  );
}

const MODELS: [name: string, model: MarginModel][] = [
  ["deribit-pm with orders", ordersModel],
  ["crypto-basel-2a", cryptoBasel2a],
  ["every step of the format", everyStep],
  ["a wide one", wideModel],
];

describe.each(MODELS)("under %s", (_, model) => {
  test.each(KINDS)("an order: %s", (kind) => ordersAgree(model, kind, RUNS));

  test("a basket", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.constantFrom(...KINDS), { minLength: 2, maxLength: 6 }), (seed, kinds) => {
        const { venue, events } = started(model, seed);
        try {
          for (const account of venue.accounts()) {
            const orders = kinds.flatMap((kind) => draw(kind, account, venue, events) ?? []);
            if (orders.length === 0) continue;
            const checked = figures(account.checkBasket(orders));
            expect(executed(account, orders)).toEqual(checked);
          }
        } finally {
          venue.release();
        }
      }),
      RUNS,
    );
  });

  test("the state is that of a rebuild from holdings and money, and so are its margins", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { venue, events, happen } = started(model, seed);
        happen(160);
        venue.commit();
        const again = rebuilt(venue, model, events.random, events);
        expect(again.checksum()).toBe(venue.checksum());
        for (const account of venue.accounts()) {
          const twin = again.find(account.name)!;
          expect(twin.requirement({ explain: false })).toEqual(account.requirement({ explain: false }));
        }
        again.release();
        venue.release();
      }),
      RUNS,
    );
  });
});

test("the result of a closed future counts, also where no money and nothing else is held in its currency", () => {
  const { market } = randomBook(1);
  const perpetual = market.instruments.find(({ kind, payoff }) => kind === "perpetual" && payoff === "linear")!;
  const venue = openVenue(core, ordersModel, market);
  try {
    const account = venue.account("account", { BTC: 1 });
    const before = account.requirement().equity;
    const handle = venue.instrument(perpetual.id);
    account.fill(handle, 100, 50_000);
    account.fill(handle, -100, 40_000);
    const { cost } = account.money()[perpetual.settlement]!;
    expect(cost).toBeGreaterThan(0);
    expect(account.requirement().equity).toBeLessThan(before);
  } finally {
    venue.release();
  }
});
