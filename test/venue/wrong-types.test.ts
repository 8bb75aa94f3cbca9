/** Every call of a venue with values of types that TypeScript forbids and JavaScript lets through: refused by name, and nothing has changed. */
import { afterAll, describe, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { greekVectors } from "../../bindings/models/greek-vectors.ts";
import { MemoryJournal, openJournaled, openVenue, restoreVenue, type VenueEvent } from "../../bindings/venue.ts";
import { applyEvent, isAccountEvent } from "../../bindings/venue/events.ts";
import { core } from "../core.ts";
import { randomBook } from "../reference/random-book.ts";
import { ordersModel } from "./random-events.ts";

const model = { ...ordersModel, exposures: greekVectors };
const { market } = randomBook(3);
const traded = market.instruments.find(({ kind }) => kind === "perpetual")!;
const option = market.instruments.find(({ kind }) => kind === "option")!;
const currency = market.currencies[0]!.id;

const cycle: unknown[] = [];
cycle.push(cycle);
const wrong: Record<string, unknown> = {
  "a number in words": "5",
  nothing: null,
  "an empty text": "",
  true: true,
  "a list": [5],
  "an empty list": [],
  "a date": new Date(0),
  "an object": { valueOf: () => 5 },
  "a bigint": 5n,
  "a symbol": Symbol("5"),
  "a function": () => 5,
  "a property of a list": "length",
  "a list in itself": cycle,
};
const refusal = (run: () => unknown): MarginError => {
  try {
    run();
  } catch (cause) {
    if (cause instanceof MarginError) return cause;
    throw cause;
  }
  throw new Error("accepted");
};

describe.each(Object.entries(wrong))("%s", (_, value) => {
  const venue = openVenue(core, model, market);
  afterAll(() => venue.release());
  const x = value as never;
  const alice = venue.account("alice", { [currency]: 1 });
  const i = venue.instrument(traded.id);
  alice.fill(i, 3, 100);
  alice.place(i, 4);
  venue.set({ at: { underlying: traded.underlying }, spot: 50_000 });

  const calls: Record<string, () => unknown> = {
    "instrument(id)": () => venue.instrument(x),
    "idOf(handle)": () => venue.idOf(x),
    "account(deposits)": () => venue.account("bob", { [currency]: x }),
    "setPrice(currency)": () => venue.setPrice(x, 5),
    "setPrice(price)": () => venue.setPrice(currency, x),
    "set(fact)": () => venue.set(x),
    "advance(asOf)": () => venue.advance(x),
    "list(instrument)": () => venue.list(x),
    "list(lot)": () => venue.list({ ...traded, id: "NEW", lot: x }),
    "setModel(model)": () => venue.setModel(x),
    "limit(limit)": () => venue.limit([x]),
    "limit(exposure)": () => venue.limit([{ exposure: x, most: 1 }]),
    "limit(most)": () => venue.limit([{ exposure: "delta", most: x }]),
    "limit(of)": () => venue.limit([{ exposure: "delta", most: 1, of: x }]),
    "riskiest(most)": () => venue.riskiest(x),
    "expire(handle)": () => venue.expire(x, 5),
    "expire(price)": () => venue.expire(i, x),
    "fund(handle)": () => venue.fund(x, 5),
    "fund(payment)": () => venue.fund(i, x),
    "settle(currency)": () => venue.settle(x),
    "snapshot(sequence)": () => venue.snapshot(x),
    "deposit(currency)": () => alice.deposit(x, 5),
    "deposit(amount)": () => alice.deposit(currency, x),
    "withdraw(amount)": () => alice.withdraw(currency, x),
    "fill(handle)": () => alice.fill(x, 1, 100),
    "fill(lots)": () => alice.fill(i, x, 100),
    "fill(price)": () => alice.fill(i, 1, x),
    "fill(price) of an option": () => alice.fill(venue.instrument(option.id), 1, x),
    "place(handle)": () => alice.place(x, 1),
    "place(lots)": () => alice.place(i, x),
    "cancel(handle)": () => alice.cancel(x, 1),
    "cancel(lots)": () => alice.cancel(i, x),
    "check(handle)": () => alice.check(x, 1, 100),
    "check(lots)": () => alice.check(i, x, 100),
    "check(price)": () => alice.check(i, 1, x),
    "check(as)": () => alice.check(i, 1, 100, x),
    "checkBasket(orders)": () => alice.checkBasket(x),
    "checkBasket(order)": () => alice.checkBasket([x]),
    "checkBasket(handle)": () => alice.checkBasket([{ instrument: x, lots: 1, price: 100 }]),
    "checkBasket(lots)": () => alice.checkBasket([{ instrument: i, lots: x, price: 100 }]),
    "checkBasket(price)": () => alice.checkBasket([{ instrument: i, lots: 1, price: x }]),
    "checkBasket(as)": () => alice.checkBasket([{ instrument: i, lots: 1, price: 100, as: x }]),
    "maxLots(handle)": () => alice.maxLots(x, "buy", 100),
    "maxLots(side)": () => alice.maxLots(i, x, 100),
    "maxLots(price)": () => alice.maxLots(i, "buy", x),
    "maxLots(as)": () => alice.maxLots(i, "buy", 100, x),
    "applyEvent(event)": () => applyEvent(venue, x),
  };
  // facts may be decimals in quotes
  if (value !== "5") calls["set(figure)"] = () => venue.set({ at: { underlying: traded.underlying }, spot: x });
  // what has no keys of its own is an empty object to JSON
  if (!(value instanceof Date)) {
    calls["set(place)"] = () => venue.set({ at: x, spot: 1 });
    calls["limit(where)"] = () => venue.limit([{ exposure: "delta", most: 1, where: x }]);
  }
  if (typeof value !== "boolean") {
    calls["fill(resting)"] = () => alice.fill(i, 1, 100, { resting: x });
    calls["requirement(explain)"] = () => alice.requirement({ explain: x });
  }
  if (typeof value !== "string" || value === "") calls["account(name)"] = () => venue.account(x);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    calls["account(deposits of another kind)"] = () => venue.account("alice", x);
    calls["fill(options)"] = () => alice.fill(i, 1, 100, x);
    calls["requirement(options)"] = () => alice.requirement(x);
  }
  if (!Array.isArray(value)) calls["limit(limits)"] = () => venue.limit(x);

  test.each(Object.entries(calls))("%s", (_, run) => {
    const before = venue.snapshot();
    const { field, message } = refusal(run);
    expect(message.startsWith(`${field}: `)).toBe(true);
    expect(Buffer.compare(venue.snapshot(), before)).toBe(0);
  });
});

test("a tag instead of a flag, a number in words, a property of the table of handles: what is said", () => {
  const venue = openVenue(core, model, market);
  const alice = venue.account("alice");
  const i = venue.instrument(traded.id);
  const said = (run: () => unknown) => {
    const { code, message } = refusal(run);
    return [code, message];
  };
  expect(said(() => alice.fill(i, 1, 100, { resting: "false" as never }))).toEqual([
    "WrongType",
    'options.resting: expected true or false, was "false"',
  ]);
  expect(said(() => alice.deposit(currency, null as never))).toEqual([
    "WrongType",
    "amount: expected a number, was null",
  ]);
  expect(said(() => alice.fill("length" as never, 1, 100))).toEqual([
    "UnknownInstrument",
    'instrument: expected a handle of a listed instrument, was "length"',
  ]);
  expect(said(() => alice.checkBasket([{ instrument: i, lots: 1, price: 1n as never }]))).toEqual([
    "WrongType",
    "orders[0].price: expected a number, was 1n",
  ]);
  expect(said(() => venue.setPrice(currency, "68000" as never))).toEqual([
    "WrongType",
    'price: expected a number, was "68000"',
  ]);
  venue.release();
});

describe("events", () => {
  const venue = openVenue(core, model, market);
  afterAll(() => venue.release());
  venue.account("alice");
  const fill = { type: "fill", account: "alice", instrument: traded.id, lots: 1, price: 100 };

  test.each<[string, string, unknown]>([
    ["WrongType", "event: expected an object, was missing", undefined],
    ["WrongType", "event: expected an object, was an empty list", []],
    ["UnknownEvent", "event.type: expected an event of a venue, was missing", {}],
    ["UnknownEvent", 'event.type: expected an event of a venue, was "toString"', { type: "toString" }],
    ["WrongType", "event.facts: expected a list, was missing", { type: "set" }],
    ["WrongType", "event.instruments: expected a list, was missing", { type: "list" }],
    ["WrongType", "event.model: expected an object, was missing", { type: "setModel" }],
    ["WrongType", "event.lots: expected a number, was 1n", { ...fill, lots: 1n }],
    ["WrongType", "event.resting: expected true or false, was 1", { ...fill, resting: 1 }],
    ["WrongType", "event.price: expected a number, was missing", { ...fill, price: undefined }],
    ["UnknownField", "event.prize: fill has no such field", { ...fill, prize: 5 }],
    ["UnknownField", "event.account: set has no such field", { type: "set", account: "alice", facts: [] }],
    ["WrongType", "event.account: expected text, was 5", { type: "open", account: 5 }],
  ])("%s, %s", (code, message, event) => {
    const before = venue.snapshot();
    const error = refusal(() => applyEvent(venue, event as VenueEvent));
    expect([error.code, error.message]).toEqual([code, message]);
    expect(Buffer.compare(venue.snapshot(), before)).toBe(0);
  });

  test("which are of an account goes by their type", () => {
    expect(isAccountEvent(fill as VenueEvent)).toBe(true);
    expect(isAccountEvent({ type: "set", account: "alice", facts: [] } as unknown as VenueEvent)).toBe(false);
    expect(isAccountEvent({ type: "vanish", account: "alice" } as unknown as VenueEvent)).toBe(false);
  });

  test("what a journal refuses leaves it as it was, and it opens again", async () => {
    const journal = new MemoryJournal();
    const live = await openJournaled(core, journal, { model, market, refusals: true });
    const apply = (event: unknown) => live.apply(event as VenueEvent);
    apply({ type: "open", account: "alice" });
    const deep: Record<string, unknown> = {};
    deep["at"] = deep;
    for (const event of [
      null,
      { type: "setPrice", currency, price: "68000" },
      { ...fill, lots: "1" },
      { ...fill, lots: 1n },
      { type: "set", facts: [deep] },
    ])
      refusal(() => apply(event));
    apply(fill);
    await live.close();
    const again = await openJournaled(core, journal, { model, market });
    expect(again.venue.checksum()).toBe(live.venue.checksum());
    const restored = restoreVenue(core, live.venue.snapshot());
    expect(restored.checksum()).toBe(live.venue.checksum());
    for (const one of [live.venue, again.venue, restored]) one.release();
  });
});

describe("a limit", () => {
  const venue = openVenue(core, model, market);
  afterAll(() => venue.release());
  const of = (where: unknown, more = {}) => ({ exposure: "delta", most: 1, where, ...more }) as never;

  test.each<[string, unknown, string, string]>([
    [
      "on a key that its factors do not have",
      of({ nokey: "x" }),
      "UnknownKey",
      'limits[0].where.nokey: expected a key of its factors (expiry, underlying), was "nokey"',
    ],
    ["on a list", of(["x"]), "WrongType", "limits[0].where: expected an object, was a list of 1"],
    [
      "on nothing",
      of({ underlying: null }),
      "WrongType",
      "limits[0].where.underlying: expected text, a number, or a list of them, was null",
    ],
    [
      "on one of none",
      of({ underlying: [] }),
      "Empty",
      "limits[0].where.underlying: expected at least one value, was an empty list",
    ],
    [
      "on a function",
      of({ underlying: () => 1 }),
      "WrongType",
      "limits[0].where.underlying: expected text, a number, or a list of them, was a function",
    ],
    [
      "with a misspelt field",
      of({}, { wher: {} }),
      "UnknownField",
      "limits[0].wher: a limit has exposure, where, most, of",
    ],
  ])("%s is refused, and those before stand", (_, limit, code, message) => {
    venue.limit([{ exposure: "vega", where: { pillar: 7 / 365 }, most: 5 }]);
    const before = venue.snapshot();
    const error = refusal(() => venue.limit([limit as never]));
    expect([error.code, error.message]).toEqual([code, message]);
    expect(Buffer.compare(venue.snapshot(), before)).toBe(0);
  });
});

test("a core, a journal or options that are none", async () => {
  const none = (value: unknown) => value as never;
  const journal = new MemoryJournal();
  for (const run of [() => openVenue(none(null), model, market), () => openVenue(none({}), model, market)])
    expect(refusal(run)).toMatchObject({ code: "WrongType", field: "core" });
  for (const [run, field] of [
    [() => openJournaled(core, none(null), { model, market }), "journal"],
    [() => openJournaled(core, none({}), { model, market }), "journal.append"],
    [() => openJournaled(core, journal, none(undefined)), "options"],
    [() => openJournaled(none(null), journal, { model, market }), "core"],
  ] as const)
    await expect(run()).rejects.toMatchObject({ name: "MarginError", field });
});
