/** Every call by which an account changes or is asked, with every kind of bad input: the code that says so, and that nothing has changed. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import type { Instrument, Market } from "../../bindings/documents/market.ts";
import { greekVectors } from "../../bindings/models/greek-vectors.ts";
import { instantiateSync } from "../../bindings/host/instantiate.ts";
import type { Account } from "../../bindings/venue/account.ts";
import { applyEvent, type VenueEvent } from "../../bindings/venue/events.ts";
import { openVenue } from "../../bindings/venue.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { core } from "../core.ts";
import { limitedTo } from "../limited.ts";
import { ordersModel } from "./random-events.ts";

const [SOON, LATER] = ["2026-03-27T08:00:00Z", "2026-06-26T08:00:00Z"];
const LINEAR = { underlying: "BTC", settlement: "USDC", payoff: "linear", lot: 0.1 } as const;
const call = (id: string, expiry: string, strike = 70_000): Instrument => ({
  ...LINEAR,
  id,
  kind: "option",
  expiry,
  strike,
  callPut: 1,
});
const market: Market = {
  format: 1,
  asOf: "2026-02-18T09:00:00Z",
  currencies: [
    { id: "USDC", largestTotal: 2 ** 33, price: 1 },
    { id: "USD", largestTotal: 2 ** 33, price: 1 },
  ],
  instruments: [
    call("CALL", LATER),
    call("EXPIRED", SOON),
    call("VOLLESS", LATER, 75_000),
    { ...LINEAR, id: "PERP", kind: "perpetual", expiry: "perpetual" },
  ],
  facts: [
    { at: { underlying: "BTC" }, spot: 64_000 },
    { at: { underlying: "BTC", expiry: LATER }, forward: 64_350 },
    { at: { underlying: "BTC", expiry: SOON }, forward: 64_100 },
    { at: { instrument: "CALL" }, vol: 0.6 },
    { at: { instrument: "EXPIRED" }, vol: 0.6 },
  ],
};

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (cause) {
    if (cause instanceof MarginError) return cause.code;
    throw cause;
  }
  return "accepted";
};

/** A call with its instrument and lots, or with its amount, left open. */
const traded = {
  fill: (a: Account, i: number, lots: number) => a.fill(i, lots, 100),
  "fill of resting": (a: Account, i: number, lots: number) => a.fill(i, lots, 100, { resting: true }),
  place: (a: Account, i: number, lots: number) => a.place(i, lots),
  cancel: (a: Account, i: number, lots: number) => a.cancel(i, lots),
  "check of a fill": (a: Account, i: number, lots: number) => a.check(i, lots, 100),
  "check of a rest": (a: Account, i: number, lots: number) => a.check(i, lots, 100, "rest"),
  checkBasket: (a: Account, i: number, lots: number) =>
    a.checkBasket([
      { instrument: PERP, lots: 1, price: 64_000 },
      { instrument: i, lots, price: 100, as: "rest" },
    ]),
};
const priced = {
  fill: (a: Account, i: number, price: number) => a.fill(i, 1, price),
  "check of a fill": (a: Account, i: number, price: number) => a.check(i, 1, price),
  "check of a rest": (a: Account, i: number, price: number) => a.check(i, 1, price, "rest"),
  checkBasket: (a: Account, i: number, price: number) => a.checkBasket([{ instrument: i, lots: 1, price }]),
  maxLots: (a: Account, i: number, price: number) => a.maxLots(i, "buy", price),
};
let PERP = 0;

function opened(): { venue: Venue; alice: Account; at: (id: string) => number } {
  const venue = openVenue(core, ordersModel, market);
  const alice = venue.account("alice", { USDC: 100_000 });
  const at = (id: string) => venue.instrument(id);
  PERP = at("PERP");
  alice.fill(at("CALL"), -5, 1500);
  alice.fill(at("EXPIRED"), 2, 1500);
  for (const id of ["CALL", "PERP", "EXPIRED"]) alice.place(at(id), 3);
  venue.advance(SOON);
  venue.commit();
  venue.expire(at("EXPIRED"), 64_000);
  venue.set({ at: { underlying: "BTC" }, spot: 65_000 });
  return { venue, alice, at };
}

describe("one account, and something staged", () => {
  const { venue, alice, at } = opened();
  afterAll(() => venue.release());
  const refused = (code: string | RegExp, run: () => unknown) => {
    const before = venue.snapshot();
    expect(codeOf(run)).toMatch(code);
    expect(Buffer.compare(venue.snapshot(), before)).toBe(0);
  };

  describe.each(Object.entries(traded))("%s", (name, run) => {
    const [isCancel, isResting] = [name === "cancel", name === "fill of resting"];
    test.each([
      ["nothing", 0, isCancel ? "LotsNotWhole" : "OrderEmpty"],
      ["NaN lots", NaN, isCancel ? "LotsNotWhole" : "QuantityNotFinite"],
      ["endless lots", -Infinity, isCancel ? "LotsNotWhole" : "QuantityNotFinite"],
      ["half a lot", 1.5, "LotsNotWhole"],
      ["enormous lots", -(2 ** 60), isCancel ? "OrderTooSmall" : "BeyondExactRange"],
      ["lots that are no number", undefined as never, "WrongType"],
      ["more than rests", -4, isCancel || isResting ? "OrderTooSmall" : undefined],
    ])("%s", (_, lots, code) => {
      if (code !== undefined) refused(code, () => run(alice, at("CALL"), lots));
    });

    test("an unknown handle, and none", () => {
      for (const handle of [99, -1, 0.5, NaN, undefined as never])
        refused("UnknownInstrument", () => run(alice, handle, 1));
    });

    test("an instrument that has expired, and one that the market does not price", () => {
      refused(isCancel ? "OrderTooSmall" : "Expired", () => run(alice, at("EXPIRED"), 1));
      refused(isCancel ? "OrderTooSmall" : "VolNotPositive", () => run(alice, at("VOLLESS"), 1));
    });
  });

  describe.each(Object.entries(priced))("%s", (_, run) => {
    test("no price, one below 0, one without end", () => {
      for (const price of [NaN, -1, Infinity]) refused("PriceNotPositive", () => run(alice, at("CALL"), price));
      refused("PriceNotPositive", () => run(alice, at("PERP"), 0));
    });
  });

  test("maxLots: unknown, expired, not priced; a side and a joining that there are not", () => {
    for (const handle of [99, NaN]) refused("UnknownInstrument", () => alice.maxLots(handle, "buy", 1));
    refused("Expired", () => alice.maxLots(at("EXPIRED"), "sell", 1));
    refused("VolNotPositive", () => alice.maxLots(at("VOLLESS"), "buy", 1));
    refused("NotOneOf", () => alice.maxLots(at("CALL"), "both" as never, 1));
    for (const as of ["post", "toString", null]) {
      refused("NotOneOf", () => alice.maxLots(at("CALL"), "buy", 1, as as never));
      refused("NotOneOf", () => alice.check(at("CALL"), 1, 1, as as never));
      refused("NotOneOf", () => alice.checkBasket([{ instrument: at("CALL"), lots: 1, price: 1, as: as as never }]));
    }
  });

  test("a basket of nothing, and of more than fits", () => {
    const order = { instrument: at("CALL"), lots: 1, price: 1 };
    refused("Empty", () => alice.checkBasket([]));
    refused("TooManyOrders", () => alice.checkBasket(Array.from({ length: 65 }, () => order)));
    expect(alice.checkBasket(Array.from({ length: 64 }, () => order)).initial).toBeGreaterThan(0);
  });

  test.each(["deposit", "withdraw"] as const)("%s", (name) => {
    refused("UnknownCurrency", () => alice[name]("EUR", 1));
    for (const amount of [NaN, Infinity, undefined as never])
      refused(/QuantityNotFinite|BeyondExactRange|WrongType/, () => alice[name]("USDC", amount));
    refused("BeyondExactRange", () => alice[name]("USDC", 1e300));
  });

  test("of everyone: expiry, funding, settlement", () => {
    for (const handle of [99, NaN]) {
      refused("UnknownInstrument", () => venue.expire(handle, 1));
      refused("UnknownInstrument", () => venue.fund(handle, 1));
    }
    for (const price of [0, -1, NaN, Infinity]) refused("PriceNotPositive", () => venue.expire(at("CALL"), price));
    refused("BeyondExactRange", () => venue.expire(at("CALL"), 1e300));
    for (const payment of [NaN, -Infinity]) refused("QuantityNotFinite", () => venue.fund(at("PERP"), payment));
    refused("UnknownCurrency", () => venue.settle("EUR"));
  });

  test("events of an account that was never opened", () => {
    const who = { account: "nobody" };
    const trade = { ...who, instrument: "CALL", lots: 1 };
    for (const event of [
      { type: "deposit", ...who, currency: "USDC", amount: 1 },
      { type: "fill", ...trade, price: 1 },
      { type: "place", ...trade },
      { type: "cancel", ...trade },
    ] as VenueEvent[])
      refused("UnknownAccount", () => applyEvent(venue, event));
  });
});

test("something held of which the market lacks what a new model reads: named by checks and margins; events go on, and the fact mends it", () => {
  const { venue, alice, at } = opened();
  const bob = venue.account("bob", { USDC: 5 });
  bob.fill(at("PERP"), 2, 64_000);
  venue.set({ at: { instrument: "PERP" }, weight: 1 });
  venue.setModel({
    ...ordersModel,
    charges: {
      ...ordersModel.charges,
      weighed: { kind: "amount", at: "underlying", on: "absolute", measure: "weight" },
    },
    initial: { sum: [ordersModel.initial, "weighed"] },
  });
  const checksum = venue.checksum();
  venue.commit();
  expect(venue.checksum()).toBe(checksum);
  const asked: Record<string, () => unknown> = {
    requirement: () => alice.requirement(),
    remargin: () => venue.remargin(),
    check: () => alice.check(at("PERP"), 1, 64_000),
    checkBasket: () => alice.checkBasket([{ instrument: at("PERP"), lots: 1, price: 64_000 }]),
    maxLots: () => alice.maxLots(at("PERP"), "buy", 64_000),
  };
  const codes = Object.fromEntries(Object.entries(asked).map(([name, run]) => [name, codeOf(run)]));
  expect(codes).toEqual({
    requirement: "MissingFact",
    remargin: "Undefined",
    check: "Undefined",
    checkBasket: "Undefined",
    maxLots: "Undefined",
  });
  expect(bob.requirement().nodes!.map(({ name }) => name)).toContain("weighed");
  alice.deposit("USDC", 1);
  alice.fill(at("CALL"), 1, 1500);
  venue.set({ at: { instrument: "CALL" }, weight: 1 });
  venue.remargin();
  for (const run of Object.values(asked)) expect(codeOf(run)).toBe("accepted");
  venue.release();
});

describe("a memory in which nothing is left", () => {
  const wasm = new Uint8Array(readFileSync("build/margin.wasm"));

  /** Takes all there is; gives back how to return it. */
  function exhaust(exports: { allocate(bytes: number): number; release(address: number): void }): () => void {
    // a block that is returned serves its size again: some of each that is asked for later
    const sizes = Array.from({ length: 36 }, (_, k) => 16 * (4 + (k % 4)) * 2 ** Math.floor(k / 4));
    const taken = sizes.flatMap((bytes) => [exports.allocate(bytes), exports.allocate(bytes)]);
    for (let bytes = 2 ** 24; bytes >= 1; bytes /= 2)
      for (let address; (address = exports.allocate(bytes)) !== 0;) taken.push(address);
    return () => taken.forEach((address) => exports.release(address));
  }

  test("each call that needs some says so and changes nothing, the others go on, and all go on when there is room", () => {
    const full = instantiateSync(limitedTo(40, wasm));
    const model = { ...ordersModel, exposures: greekVectors };
    const many = Array.from({ length: 8 }, (_, k) => call(`C${k}`, LATER, 50_000 + k));
    const facts = many.map(({ id }) => ({ at: { instrument: id }, vol: 0.6 }));
    const venue = openVenue(full, model, {
      ...market,
      instruments: [...market.instruments, ...many],
      facts: [...market.facts, ...facts],
    });
    const alice = venue.account("alice", { USDC: 100_000 });
    for (const { id } of many) alice.fill(venue.instrument(id), -1, 1500); // its rows are full
    const perp = venue.instrument("PERP");
    const carol = venue.account("carol"); // who has room
    venue.set({ at: { underlying: "BTC" }, spot: 65_000 });
    const giveBack = exhaust(full.wasm);
    const { used } = full.memory();
    const needy: Record<string, () => unknown> = {
      account: () => venue.account("bob", { USDC: 1 }),
      fill: () => alice.fill(perp, 1, 64_000),
      place: () => alice.place(perp, 1),
      commit: () => venue.commit(),
      riskiest: () => venue.riskiest(1),
      limit: () => venue.limit([{ exposure: "delta", most: 1 }]),
      exposures: () => venue.exposures(),
    };
    for (const [name, run] of Object.entries(needy)) {
      const [bytes, checksum] = [venue.snapshot(), venue.checksum()];
      expect(codeOf(run), name).toBe("OutOfMemory");
      expect(venue.checksum(), name).toBe(checksum);
      // these evaluate before they need room: margins of the last evaluation are in the bytes
      if (!["riskiest", "limit"].includes(name)) expect(Buffer.compare(venue.snapshot(), bytes), name).toBe(0);
      expect(full.memory().used, name).toBe(used);
    }
    expect(venue.find("bob")).toBeUndefined();
    // these need none
    alice.deposit("USDC", 1);
    carol.fill(perp, 1, 64_000);
    carol.place(perp, 1);
    carol.cancel(perp, 1);
    expect(alice.check(perp, 1, 64_000).initial).toBeGreaterThan(0);
    expect(alice.checkBasket([{ instrument: perp, lots: 1, price: 64_000 }]).initial).toBeGreaterThan(0);
    expect(alice.maxLots(perp, "buy", 64_000)).toBeGreaterThanOrEqual(0);
    expect(alice.requirement().initial).toBeGreaterThan(0);
    giveBack();
    expect(Object.entries(needy).map(([name, run]) => [name, codeOf(run)])).toEqual(
      Object.keys(needy).map((name) => [name, "accepted"]),
    );
    venue.release();
    expect(full.memory().used).toBe(0);
  });
});
