/** What a venue refuses: how it says so, and that its state is as it was, to the byte. */
import { MemoryJournal, openJournaled, openVenue, restoreVenue } from "../../bindings/venue.ts";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { instantiateSync } from "../../bindings/host/instantiate.ts";
import type { Fact, Instrument, Market } from "../../bindings/documents/market.ts";
import type { Account } from "../../bindings/venue/account.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { core } from "../core.ts";
import { limitedTo } from "../limited.ts";
import { ordersModel as model } from "./random-events.ts";

const EXPIRY = "2026-03-27T08:00:00Z";
const BTC = { underlying: "BTC", settlement: "BTC", payoff: "inverse" } as const;
const option = (id: string, strike: number): Instrument => ({
  ...BTC,
  id,
  kind: "option",
  expiry: EXPIRY,
  strike,
  callPut: 1,
  lot: 0.1,
});
const market: Market = {
  format: 1,
  asOf: "2026-02-18T09:00:00Z",
  currencies: [
    { id: "BTC", largestTotal: 2 ** 17, price: 64_000, underlying: "BTC" },
    { id: "USD", largestTotal: 2 ** 33, price: 1 },
  ],
  instruments: [
    option("CALL", 70_000),
    option("VOLLESS", 75_000),
    { ...BTC, id: "PERP", kind: "perpetual", expiry: "perpetual", lot: 10, lotUnit: "quote" },
    { ...BTC, id: "BASE", kind: "perpetual", expiry: "perpetual", lot: 0.1 },
  ],
  facts: [
    { at: { underlying: "BTC" }, spot: 64_000 },
    { at: { underlying: "BTC", expiry: EXPIRY }, forward: 64_350 },
    { at: { instrument: "CALL" }, vol: 0.6 },
  ],
};

const failure = (run: () => unknown): MarginError => {
  try {
    run();
  } catch (cause) {
    if (cause instanceof MarginError) return cause;
    throw cause;
  }
  throw new Error("no error");
};

describe("a venue with two accounts, orders, and something staged", () => {
  const venue = openVenue(core, model, market);
  afterAll(() => venue.release());
  const [alice, bob] = [venue.account("alice", { BTC: 10 }), venue.account("bob", { USD: 1000 })];
  const [CALL, VOLLESS, PERP, BASE] = ["CALL", "VOLLESS", "PERP", "BASE"].map((id) => venue.instrument(id)) as [
    number,
    number,
    number,
    number,
  ];
  alice.fill(CALL, -5, 0.03);
  alice.place(PERP, 40);
  bob.fill(PERP, 700, 64_100);
  venue.set({ at: { underlying: "BTC" }, spot: 64_500 });

  const LOTS = "expected > 0 to buy or < 0 to sell, was 0";
  const RANGE = "a total would leave the range in which sums are exact";
  const cases: [name: string, code: string, message: string, run: () => unknown][] = [
    [
      "an unknown id",
      "UnknownInstrument",
      'instrument: expected a listed instrument, was "PUT"',
      () => venue.instrument("PUT"),
    ],
    [
      "an unknown handle",
      "UnknownInstrument",
      "instrument: expected a handle of a listed instrument, was 99",
      () => alice.fill(99, 1, 1),
    ],
    [
      "no handle",
      "UnknownInstrument",
      "instrument: expected a handle of a listed instrument, was NaN",
      () => alice.check(NaN, 1, 1),
    ],
    [
      "an unknown currency",
      "UnknownCurrency",
      'currency: expected a currency of the market, was "EUR"',
      () => alice.deposit("EUR", 1),
    ],
    ["an account without a name", "WrongType", 'account: expected a name, was ""', () => venue.account("")],
    [
      "an account with a deposit that has no currency",
      "UnknownCurrency",
      'currency: expected a currency of the market, was "EUR"',
      () => venue.account("carol", { EUR: 1 }),
    ],
    [
      "two deposits of which one is out of range",
      "BeyondExactRange",
      `amount: ${RANGE}`,
      () => venue.account("alice", { BTC: 0.1, USD: 1e300 }),
    ],
    [
      "an account with a deposit out of range",
      "BeyondExactRange",
      `amount: ${RANGE}`,
      () => venue.account("carol", { BTC: 1, USD: 1e300 }),
    ],
    ["a fill of nothing", "OrderEmpty", `lots: ${LOTS}`, () => alice.fill(CALL, 0, 0.03)],
    ["a place of nothing", "OrderEmpty", `lots: ${LOTS}`, () => alice.place(CALL, 0)],
    ["a check of nothing", "OrderEmpty", `lots: ${LOTS}`, () => alice.check(CALL, 0, 0.03)],
    ["an empty basket", "Empty", "orders: expected at least one order, was an empty list", () => alice.checkBasket([])],
    ["NaN lots", "QuantityNotFinite", "lots: expected a finite number, was NaN", () => alice.fill(CALL, NaN, 0.03)],
    [
      "endless lots",
      "QuantityNotFinite",
      "lots: expected a finite number, was Infinity",
      () => alice.place(CALL, Infinity),
    ],
    [
      "half a lot",
      "LotsNotWhole",
      "lots: expected a whole number other than 0, was 0.5",
      () => alice.fill(CALL, 0.5, 0.03),
    ],
    [
      "half a lot taken back",
      "LotsNotWhole",
      "lots: expected a whole number other than 0, was 0.5",
      () => alice.cancel(PERP, 0.5),
    ],
    ["more lots than doubles count", "BeyondExactRange", `lots: ${RANGE}`, () => alice.place(CALL, 2 ** 54)],
    [
      "lots that cost more than doubles count",
      "BeyondExactRange",
      `lots: ${RANGE}`,
      () => alice.fill(CALL, 2 ** 50, 0.03),
    ],
    ["a check of such lots", "BeyondExactRange", `lots: ${RANGE}`, () => alice.check(CALL, 2 ** 50, 0.03)],
    ["a deposit out of range", "BeyondExactRange", `amount: ${RANGE}`, () => alice.deposit("BTC", 2 ** 18)],
    ["a withdrawal out of range", "BeyondExactRange", `amount: ${RANGE}`, () => bob.withdraw("USD", 2 ** 40)],
    [
      "a deposit of NaN",
      "QuantityNotFinite",
      "amount: expected a finite number, was NaN",
      () => alice.deposit("BTC", NaN),
    ],
    [
      "a price of 0 for a perpetual",
      "PriceNotPositive",
      "price: expected > 0 (of an option also 0), was 0",
      () => bob.fill(PERP, 1, 0),
    ],
    [
      "a negative price",
      "PriceNotPositive",
      "price: expected > 0 (of an option also 0), was -1",
      () => alice.fill(CALL, 1, -1),
    ],
    [
      "no price",
      "PriceNotPositive",
      "price: expected > 0 (of an option also 0), was NaN",
      () => alice.check(CALL, 1, NaN),
    ],
    [
      "more taken back than rests",
      "OrderTooSmall",
      'lots: expected no more than rest of "PERP", was 41',
      () => alice.cancel(PERP, 41),
    ],
    [
      "more filled than rests",
      "OrderTooSmall",
      'lots: expected no more than rest of "PERP", was -1',
      () => alice.fill(PERP, -1, 64_000, { resting: true }),
    ],
    [
      "an option without a vol",
      "VolNotPositive",
      'instrument: "VOLLESS" has no vol > 0',
      () => alice.fill(VOLLESS, 1, 0.01),
    ],
    [
      "an inverse contract in coin",
      "LotNotQuote",
      'instrument: "BASE" is inverse and not counted in quote currency: its fills have no sum',
      () => alice.fill(BASE, 1, 64_000),
    ],
    [
      "time that goes back",
      "TimeBackwards",
      'asOf: expected a moment not before 2026-02-18T09:00:00Z, was "2026-02-18T08:59:59Z"',
      () => venue.advance("2026-02-18T08:59:59Z"),
    ],
    [
      "no time",
      "TimeBackwards",
      'asOf: expected a moment not before 2026-02-18T09:00:00Z, was "soon"',
      () => venue.advance("soon"),
    ],
    [
      "a negative spot",
      "SpotNotPositive",
      "facts[0].spot: expected > 0, was -1",
      () => venue.set({ at: { underlying: "BTC" }, spot: -1 }),
    ],
    [
      "a vol in per cent",
      "VolTooLarge",
      "facts[0].vol: expected at most 50 (1 is 100 %), was 60",
      () => venue.set({ at: { instrument: "CALL" }, vol: 60 }),
    ],
    [
      "a fact that is text",
      "WrongType",
      "facts[0].spot: expected a number or a list, was null",
      () => venue.set({ at: { underlying: "BTC" }, spot: null }),
    ],
    ["a fact without a place", "Missing", "facts[0].at: missing", () => venue.set({ spot: 1 } as unknown as Fact)],
    ["a price of nothing", "PriceNotPositive", "price: expected > 0, was 0", () => venue.setPrice("BTC", 0)],
    [
      "an instrument twice",
      "DuplicateInstrument",
      'market.instruments[4].id: "CALL" is already market.instruments[0]',
      () => venue.list(option("CALL", 1)),
    ],
    [
      "a model in another currency",
      "WrongCurrency",
      'model.currency: expected USD, was "EUR"',
      () => venue.setModel({ ...model, currency: "EUR" }),
    ],
    ["no model", "WrongType", "model: expected an object, was 5", () => venue.setModel(5 as never)],
    ["an expiry at no price", "PriceNotPositive", "price: expected > 0, was NaN", () => venue.expire(CALL, NaN)],
    [
      "funding of an option",
      "UnknownInstrument",
      'instrument: expected a listed instrument of the right kind, was "CALL"',
      () => venue.fund(CALL, 1),
    ],
    [
      "funding out of range",
      "BeyondExactRange",
      'account: "bob": a total is beyond the range in which sums are exact; declare a larger largestTotal of the currency',
      () => venue.fund(PERP, 2 ** 20),
    ],
    ["funding of NaN", "QuantityNotFinite", "amount: expected a finite number, was NaN", () => venue.fund(PERP, NaN)],
    [
      "an unknown currency settled",
      "UnknownCurrency",
      'currency: expected a currency of the market, was "EUR"',
      () => venue.settle("EUR"),
    ],
    ["nobody ranked", "OutOfRange", "most: expected a whole number > 0, was 0", () => venue.riskiest(0)],
  ];

  test.each(cases)("%s", (_, code, message, run) => {
    const [bytes, checksum] = [venue.snapshot(), venue.checksum()];
    const error = failure(run);
    expect([error.code, error.message]).toEqual([code, message]);
    expect(venue.checksum()).toBe(checksum);
    expect(Buffer.compare(venue.snapshot(), bytes)).toBe(0);
  });

  test("a fact by a name that no model reads is kept: another edition may read it", () => {
    venue.set({ at: { underlying: "BTC" }, sunspots: 77 });
    venue.commit();
    expect(venue.state().market.facts).toContainEqual({ at: { underlying: "BTC" }, spot: 64_500, sunspots: 77 });
  });
});

function smallVenue(of = core): [Venue, Account] {
  const venue = openVenue(of, model, market);
  return [venue, venue.account("alice", { BTC: 10 })];
}

test("an instrument that expired: no fill, no order, but what rests can be taken back", () => {
  const [venue, alice] = smallVenue();
  const call = venue.instrument("CALL");
  alice.place(call, 5);
  venue.advance(EXPIRY);
  venue.commit();
  for (const run of [() => alice.fill(call, 1, 0.1), () => alice.place(call, 1), () => alice.check(call, 1, 0.1)]) {
    const before = venue.snapshot();
    expect(failure(run)).toMatchObject({ code: "Expired", message: 'instrument: "CALL" has expired' });
    expect(Buffer.compare(venue.snapshot(), before)).toBe(0);
  }
  alice.cancel(call, 5);
  expect(alice.holdings()).toEqual([]);
  venue.release();
});

test("an instrument that was paid out before its time: not traded any more, also of a snapshot and a journal, and after a new program", async () => {
  const journal = new MemoryJournal();
  const live = await openJournaled(core, journal, { model, market });
  live.apply({ type: "open", account: "alice" });
  live.apply({ type: "deposit", account: "alice", currency: "BTC", amount: 10 });
  live.apply({ type: "fill", account: "alice", instrument: "CALL", lots: -5, price: 0.03 });
  live.apply({ type: "place", account: "alice", instrument: "CALL", lots: 5 });
  live.apply({ type: "expire", instrument: "CALL", price: 80_000 });
  await live.durable();
  const refuses = (venue: Venue) => {
    const [alice, call] = [venue.find("alice")!, venue.instrument("CALL")];
    const order = { instrument: call, lots: 1, price: 0.1 };
    for (const run of [
      () => alice.fill(call, 1, 0.1),
      () => alice.place(call, 1),
      () => alice.check(call, 1, 0.1),
      () => alice.check(call, 1, 0.1, "rest"),
      () => alice.checkBasket([order]),
      () => alice.maxLots(call, "buy", 0.1),
    ]) {
      const before = venue.snapshot();
      expect(failure(run)).toMatchObject({ code: "Expired", message: 'instrument: "CALL" has expired' });
      expect(Buffer.compare(venue.snapshot(), before)).toBe(0);
    }
    expect(failure(() => alice.cancel(call, 1)).code).toBe("OrderTooSmall");
    expect(alice.holdings()).toEqual([]);
    expect(alice.check(venue.instrument("PERP"), 1, 64_000).accepted).toBe(true);
  };
  refuses(live.venue);
  await live.close();
  const replayed = await openJournaled(core, journal, { model, market });
  refuses(replayed.venue);
  const restored = restoreVenue(core, live.venue.snapshot());
  refuses(restored);
  restored.list(option("ANOTHER", 90_000));
  restored.commit();
  refuses(restored);
  const again = restoreVenue(core, restored.snapshot());
  expect(Buffer.compare(again.snapshot(), restored.snapshot())).toBe(0);
  refuses(again);
  for (const venue of [live.venue, replayed.venue, restored, again]) venue.release();
});

test("something held that the market does not price any more: remargin names the account and the reason, and the commit stays", () => {
  const [venue, alice] = smallVenue();
  alice.fill(venue.instrument("CALL"), -5, 0.03);
  venue.advance(EXPIRY); // nobody called expire
  const checksum = venue.checksum();
  const error = failure(() => venue.remargin());
  expect(error.message).toMatch(/^account: "alice": /);
  expect(error.value).toBe("alice");
  expect(venue.checksum()).toBe(checksum);
  expect(venue.state().market.asOf).toBe(EXPIRY);
  venue.expire(venue.instrument("CALL"), 71_000);
  venue.remargin();
  venue.release();
});

test("a commit that cannot be made changes nothing; what was staged can be dropped", () => {
  const [venue, alice] = smallVenue();
  alice.fill(venue.instrument("CALL"), -5, 0.03);
  venue.setModel({
    ...model,
    charges: { ...model.charges, odd: { kind: "formula", at: "pair", value: "nothingLikeIt" } },
  });
  venue.set({ at: { underlying: "BTC" }, spot: 65_000 });
  const [requirement, bytes] = [alice.requirement(), venue.snapshot()];
  const error = failure(() => venue.commit());
  expect(error.message).toContain("nothingLikeIt");
  expect(Buffer.compare(venue.snapshot(), bytes)).toBe(0);
  expect(alice.requirement()).toEqual(requirement);
  expect(failure(() => venue.remargin()).code).toBe(error.code);
  venue.discard();
  expect(venue.commit()).toBe(0);
  expect(alice.requirement()).toEqual(requirement);
  venue.release();
});

describe("a memory that cannot grow", () => {
  const wasm = new Uint8Array(readFileSync("build/margin.wasm"));

  test("a venue, an account, a listing: OutOfMemory, and everything as before", () => {
    const full = instantiateSync(limitedTo(6, wasm));
    const many = Array.from({ length: 2000 }, (_, k) => option(`C${k}`, 50_000 + k));
    expect(
      failure(() => openVenue(full, model, { ...market, instruments: [...market.instruments, ...many] })).code,
    ).toBe("OutOfMemory");
    expect(full.memory().used).toBe(0);
    const [venue, alice] = smallVenue(full);
    alice.fill(venue.instrument("CALL"), -5, 0.03);
    let opened = 0;
    const error = failure(() => {
      for (;;) venue.account(`account ${opened++}`);
    });
    expect(error.code).toBe("OutOfMemory");
    expect(opened).toBeGreaterThan(10);
    const [requirement, bytes] = [alice.requirement(), venue.snapshot()];
    venue.list(...many);
    expect(failure(() => venue.commit()).code).toBe("OutOfMemory");
    venue.discard();
    expect(Buffer.compare(venue.snapshot(), bytes)).toBe(0);
    expect(alice.requirement()).toEqual(requirement);
    venue.release();
    expect(full.memory().used).toBe(0);
  });

  test("what checks keep of accounts makes room for what accounts hold", () => {
    const placed = (isChecked: boolean): number => {
      const full = instantiateSync(limitedTo(10, wasm));
      const [venue] = smallVenue(full);
      const [future, call] = ["PERP", "CALL"].map((id) => venue.instrument(id));
      for (let a = 0; a < 150; a++) {
        const account = venue.account(`account ${a}`, { BTC: 10 });
        account.fill(call!, 1, 0.03);
        if (isChecked) account.check(future!, 1, 64_000);
      }
      let accounts = 0;
      const error = failure(() => {
        for (;;) venue.account(`another ${accounts++}`).fill(future!, 1, 64_000);
      });
      expect(error.code).toBe("OutOfMemory");
      for (const account of venue.accounts().slice(0, 3)) expect(account.check(future!, 1, 64_000).accepted).toBe(true);
      venue.release();
      expect(full.memory().used).toBe(0);
      return accounts;
    };
    const without = placed(false);
    expect(without).toBeGreaterThan(100);
    // what is given back is of other sizes: a few blocks are larger than what they hold
    expect(placed(true)).toBeGreaterThan(0.85 * without);
  });

  test("an account that cannot hold one instrument more", () => {
    const [strikes, accounts] = [64, 400];
    const many = Array.from({ length: strikes }, (_, k) => option(`C${k}`, 50_000 + k));
    const facts = many.map(({ id }) => ({ at: { instrument: id }, vol: 0.6 }));
    const full = instantiateSync(limitedTo(14, wasm));
    const venue = openVenue(full, model, {
      ...market,
      instruments: [...market.instruments, ...many],
      facts: [...market.facts, ...facts],
    });
    let last = () => {};
    let placed = 0;
    const everything = () => {
      for (let a = 0; a < accounts; a++) {
        last = () => void venue.account(`account ${a}`);
        last();
        const account = venue.find(`account ${a}`)!;
        for (const { id } of many) {
          last = () => account.place(venue.instrument(id), 1);
          last();
          placed++;
        }
      }
    };
    const error = failure(everything);
    expect([error.code, error.message]).toEqual(["OutOfMemory", "memory: the core's memory cannot grow"]);
    const rows = venue.accounts().flatMap((account) => account.holdings());
    expect(rows).toHaveLength(placed);
    expect(rows.every(({ lots, bids, asks }) => lots === 0 && bids === 1 && asks === 0)).toBe(true);
    const before = venue.snapshot();
    expect(failure(last).code).toBe("OutOfMemory");
    expect(Buffer.compare(venue.snapshot(), before)).toBe(0);
    venue.release();
    expect(full.memory().used).toBe(0);
  });
});

test("a venue that was released says so, whatever it is asked", () => {
  const [venue, alice] = smallVenue();
  const [call, perp] = [venue.instrument("CALL"), venue.instrument("PERP")];
  venue.release();
  venue.release();
  for (const run of [
    () => alice.fill(call, 1, 0.03),
    () => alice.place(call, 1),
    () => alice.cancel(call, 1),
    () => alice.deposit("BTC", 1),
    () => alice.check(call, 1, 0.03),
    () => alice.maxLots(call, "buy", 0.03),
    () => alice.requirement(),
    () => alice.holdings(),
    () => alice.money(),
    () => venue.account("bob"),
    () => venue.set({ at: { underlying: "BTC" }, spot: 1 }),
    () => venue.advance(EXPIRY),
    () => venue.commit(),
    () => venue.remargin(),
    () => venue.riskiest(1),
    () => venue.expire(call, 1),
    () => venue.fund(perp, 1),
    () => venue.settle("BTC"),
    () => venue.snapshot(),
    () => venue.checksum(),
  ])
    expect(failure(run)).toMatchObject({ code: "Released", message: "venue: used after release()" });
});
