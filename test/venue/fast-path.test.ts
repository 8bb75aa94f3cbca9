/** The path's code against the core's instructions: the same bits for every order, also after events that its frames have taken up. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "../../bindings/compile/program.ts";
import { pathOf } from "../../bindings/compile/path.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { Charge, MarginModel } from "../../bindings/documents/model.ts";
import { cryptoBasel2a } from "../../bindings/models/crypto-sensitivities.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import type { MarginError } from "../../bindings/error.ts";
import { openVenue } from "../../bindings/venue.ts";
import type { Account } from "../../bindings/venue/account.ts";
import type { Ledger } from "../../bindings/venue/ledger.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { core } from "../core.ts";
import { everyStep } from "../reference/every-step-model.ts";
import { randomBook } from "../reference/random-book.ts";
import { Random } from "../reference/random.ts";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** For each charge of a model that is a path's, with its name, a model that asks for it alone. */
function parts(model: MarginModel, market: Market): [name: string, model: MarginModel][] {
  return Object.keys(model.charges).flatMap((name): [string, MarginModel][] => {
    const inDollars = { kind: "formula", at: "settlement", value: { mul: [name, "conversion"] } } satisfies Charge;
    // its equity is a sum of balances in dollars, which is not exact
    const alone = {
      ...model,
      equity: 0,
      initial: name,
      maintenance: { mul: [0.5, name] },
      outputs: {},
    } satisfies MarginModel;
    const converted = {
      ...alone,
      charges: { ...model.charges, inDollars },
      initial: "inDollars",
      maintenance: "inDollars",
    };
    for (const part of [alone, converted]) {
      try {
        return pathOf(compile(part, market)) === undefined ? [] : [[name, part]];
      } catch (cause) {
        if ((cause as MarginError).code !== "UnlikeUnits") throw cause;
      }
    }
    throw new Error(`${name}: no way to ask for it`);
  });
}

const orders: MarginModel = {
  ...deribitPm,
  charges: {
    ...deribitPm.charges,
    resting: { kind: "scan", at: "pair", scenarios: "standard", orders: "worstSubset" },
    bids: { kind: "amount", at: "pair", net: "instrument", measure: "delta", orders: "bids" },
    worstSide: { kind: "amount", at: "pair", net: "instrument", measure: "delta", orders: "worstSide" },
    withOrders: {
      kind: "formula",
      at: "settlement",
      value: { mul: [{ sum: ["resting", "bids", "worstSide"] }, "conversion"] },
    },
  },
  initial: { sum: [deribitPm.initial, "withOrders"] },
};

const opened: Venue[] = [];
afterAll(() => opened.forEach((venue) => venue.release()));

/** Random events; each check by the code, where it answers, and by the instructions. */
class Trial {
  readonly venue: Venue;
  readonly ledger: Ledger;
  readonly accounts: Account[];
  readonly random: Random;
  answered = 0;
  checks = 0;

  constructor(
    model: MarginModel,
    readonly market: Market,
    seed: number,
  ) {
    this.venue = openVenue(core, model, market);
    opened.push(this.venue);
    this.ledger = (this.venue as unknown as { ledger: Ledger }).ledger;
    this.random = new Random(seed);
    this.accounts = ["a", "b"].map((name) =>
      this.venue.account(name, name === "a" ? { [market.currencies[0]!.id]: 1e4 } : {}),
    );
  }

  run(steps: number): this {
    for (let k = 0; k < steps; k++) {
      this.event();
      this.check();
    }
    return this;
  }

  private order(): [account: Account, instrument: number, lots: number, price: number] {
    const { random, market, venue } = this;
    const { id, kind, payoff, underlying } = market.instruments[random.whole(0, market.instruments.length - 1)]!;
    const spot = market.facts.find(({ at, spot }) => at.underlying === underlying && spot !== undefined)!
      .spot as number;
    const price = kind !== "option" ? spot : payoff === "inverse" ? 0.02 : 0.01 * spot;
    const account = this.accounts[random.whole(0, this.accounts.length - 1)]!;
    // often in something that it holds, and often the whole of it
    const held = account.holdings();
    const own = held[random.whole(0, Math.max(0, held.length - 1))];
    if (own !== undefined && own.lots !== 0 && random.chance(0.3)) {
      const instrument = market.instruments.find((one) => one.id === own.instrument)!;
      if (instrument.kind === kind && instrument.payoff === payoff && instrument.underlying === underlying)
        return [account, venue.instrument(own.instrument), -own.lots, price];
    }
    return [account, venue.instrument(id), random.sign() * random.whole(1, 20), price];
  }

  private event(): void {
    const { random } = this;
    const [account, instrument, lots, price] = this.order();
    const which = random.next();
    if (which < 0.6) account.fill(instrument, lots, price);
    else if (which < 0.8) account.place(instrument, lots);
    else if (which < 0.9)
      account.deposit(
        this.market.currencies[random.whole(0, this.market.currencies.length - 1)]!.id,
        random.uniform(-5, 20),
      );
    else {
      const resting = account.holdings().find(({ bids, asks }) => bids + asks > 0);
      if (resting !== undefined)
        account.cancel(this.venue.instrument(resting.instrument), resting.bids > 0 ? resting.bids : -resting.asks);
    }
  }

  private check(): void {
    const [account, handle, lots, price] = this.order();
    const { ledger } = this;
    const joining = this.random.chance(0.5) ? 1 : 0;
    const i = ledger.indexOf(handle);
    this.checks++;
    if (!ledger.bound.fast!.check(account.handle, i, lots, price, joining)) return;
    this.answered++;
    const answer = Array.from(ledger.bound.answer());
    expect(ledger.exports.checkOrder(ledger.address, account.handle, i, lots, price, joining)).toBe(0);
    const same = Array.from(ledger.bound.answer());
    expect(
      answer.every((x, k) => Object.is(x, same[k])),
      `${answer.join()} but ${same.join()}`,
    ).toBe(true);
  }
}

describe.each(SEEDS)("book %i", (seed) => {
  const { market } = randomBook(seed);
  test("Deribit's portfolio margin: every order is answered by the code", () => {
    const { answered, checks } = new Trial(deribitPm, market, seed).run(400);
    expect(answered).toBe(checks);
  });
  test("with resting orders in scans and amounts, where cash is a group of its own", () => {
    const { answered, checks } = new Trial(orders, market, seed).run(400);
    // a balance that comes or goes is another path
    expect(answered).toBeGreaterThan(0.95 * checks);
  });
});

describe("every charge of a model that uses the whole format", () => {
  const { market } = randomBook(4);
  const models = parts(everyStep, market);
  test("most of them are paths", () => {
    expect(models.length).toBeGreaterThan(0.5 * Object.keys(everyStep.charges).length);
  });
  test.each(models)("%s", (name, model) => {
    const { answered, checks } = new Trial(model, market, 11).run(150);
    // balances in dollars: their sums are not exact
    if (name === "cash" || name === "haircut") expect(answered).toBe(0);
    else expect(answered).toBeGreaterThan(0.3 * checks);
  });
});

test("a position as large as an exchange has: only sums that take an instrument bound its lots", () => {
  const market = JSON.parse(readFileSync("examples/sample/market.json", "utf8")) as Market;
  const venue = openVenue(core, deribitPm, market);
  opened.push(venue);
  const { ledger } = venue as unknown as { ledger: { isInBook: boolean } };
  const account = venue.account("a", { BTC: 100, ETH: 1000 });
  for (const id of ["BTC-PERPETUAL", "ETH-25SEP26"]) {
    const handle = venue.instrument(id);
    account.fill(handle, 200_000, 2_000);
    account.check(handle, -250_000, 2_000);
    expect(ledger.isInBook, id).toBe(false);
    const { initial } = account.check(handle, -250_000, 2_000);
    account.fill(handle, -250_000, 2_000);
    expect(account.requirement().initial).toBe(initial);
  }
});

test("a model that aggregates with correlations is none: the instructions do it", () => {
  const { market } = randomBook(2);
  expect(pathOf(compile(cryptoBasel2a, market))).toBeUndefined();
});

test("a host that forbids code made at run time gets the same margins", () => {
  const { market } = randomBook(2);
  const { Module } = WebAssembly;
  const forbid = function () {
    throw new EvalError("Wasm code generation disallowed by embedder");
  };
  Object.assign(WebAssembly, { Module: forbid });
  let slow: Venue;
  try {
    slow = openVenue(core, deribitPm, market);
  } finally {
    Object.assign(WebAssembly, { Module });
  }
  const fast = openVenue(core, deribitPm, market);
  opened.push(slow, fast);
  const [without, withCode] = [slow, fast].map((venue) => (venue as unknown as { ledger: Ledger }).ledger.bound.fast);
  expect(without).toBeUndefined();
  expect(withCode).toBeDefined();
  const [{ id, payoff }] = market.instruments.filter(({ kind }) => kind === "option") as [
    (typeof market.instruments)[number],
  ];
  const price = payoff === "inverse" ? 0.01 : 100;
  const [a, b] = [slow, fast].map((venue) => {
    const account = venue.account("a", { [market.currencies[0]!.id]: 1000 });
    account.fill(venue.instrument(id), -3, price);
    return { ...account.check(venue.instrument(id), 2, price) };
  });
  expect(a).toEqual(b);
});
