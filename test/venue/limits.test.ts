/** Limits on exposures: sums of all accounts kept with every fill, and who is over. */
import { afterAll, expect, test } from "vitest";
import type { MarginError } from "../../bindings/error.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { greekVectors } from "../../bindings/models/greek-vectors.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { MemoryJournal, openJournaled, openVenue, readSnapshot, restoreVenue } from "../../bindings/venue.ts";
import { core } from "../core.ts";
import { randomBook } from "../reference/random-book.ts";
import { Random } from "../reference/random.ts";

const model = { ...deribitPm, exposures: greekVectors };
const open: Venue[] = [];
afterAll(() => open.forEach((venue) => venue.release()));

function filled(seed: number) {
  const { market } = randomBook(seed);
  const random = new Random(seed);
  const venue = openVenue(core, model, market);
  open.push(venue);
  const accounts = Array.from({ length: 12 }, (_, i) => venue.account(`a${i}`));
  const trade = (n: number) => {
    for (let k = 0; k < n; k++) {
      const { id } = market.instruments[random.whole(0, market.instruments.length - 1)]!;
      accounts[random.whole(0, 11)]!.fill(
        venue.instrument(id),
        random.sign() * random.whole(1, 50),
        0.05 + random.uniform(0, 1),
      );
    }
  };
  return { market, venue, accounts, trade };
}

test.each([1, 2, 3, 4])("book %i: the sums of all accounts, kept with each fill, are those made anew", (seed) => {
  const { market, venue, trade } = filled(seed);
  venue.limit([]);
  trade(200);
  const kept = venue.exposures();
  venue.limit([]); // makes them anew
  expect(venue.exposures()).toEqual(kept);
  // and with the market moved
  const { at, vol } = market.facts.find((fact) => typeof fact.vol === "number")!;
  venue.set({ at, vol: (vol as number) * 1.5 });
  venue.commit();
  trade(50);
  const after = venue.exposures();
  venue.limit([]);
  expect(venue.exposures()).toEqual(after);
});

test("the sum over accounts of their own vectors, to rounding", () => {
  const { venue, accounts, trade } = filled(5);
  venue.limit([]);
  trade(200);
  const total = venue.exposures();
  const own = accounts.map((account) => account.requirement().exposures!);
  for (const [name, factors] of Object.entries(total)) {
    for (const { keys, net } of factors) {
      const parts = own.map(
        (one) => one[name]!.find((factor) => JSON.stringify(factor.keys) === JSON.stringify(keys))?.net ?? 0,
      );
      const sum = parts.reduce((a, b) => a + b, 0);
      const gross = parts.reduce((a, b) => a + Math.abs(b), 0);
      expect(Math.abs(sum - net)).toBeLessThanOrEqual(1e-13 * Math.max(gross, 1e-300));
    }
  }
});

test("accounts beyond a limit are named, from their next fill on and no longer than they are", () => {
  const { market, venue, accounts } = filled(6);
  const { id, underlying, expiry } = market.instruments.find(
    ({ kind, payoff }) => kind !== "option" && payoff === "linear",
  )!;
  const instrument = venue.instrument(id);
  const lot = market.instruments.find((one) => one.id === id)!.lot!;
  venue.limit([
    { exposure: "delta", where: { underlying, expiry }, most: 10 * lot },
    { exposure: "delta", where: { underlying, expiry }, most: 15 * lot, of: "venue" },
  ]);
  accounts[3]!.fill(instrument, 10, 100);
  accounts[4]!.fill(instrument, 5, 100);
  expect(venue.overLimits()).toEqual({ accounts: [], venue: [] });
  accounts[3]!.fill(instrument, 1, 100);
  const over = venue.overLimits();
  expect(over.accounts.map(({ name }) => name)).toEqual(["a3"]);
  expect(over.venue).toHaveLength(1);
  expect(over.venue[0]).toMatchObject({ exposure: "delta", keys: { underlying, expiry }, most: 15 * lot });
  accounts[3]!.fill(instrument, -11, 100);
  expect(venue.overLimits()).toEqual({ accounts: [], venue: [] });
});

/** One account over its limit at its last evaluation, one that was filled since, and all together over theirs. */
function limited(seed: number) {
  const { market, venue, accounts, trade } = filled(seed);
  trade(100);
  venue.limit([
    { exposure: "vega", most: 0 },
    { exposure: "delta", where: { underlying: market.instruments[0]!.underlying }, most: 1, of: "account" },
    { exposure: "gamma", most: 0, of: "venue" },
  ]);
  venue.overLimits();
  accounts[2]!.fill(venue.instrument(market.instruments[0]!.id), 3, 0.5);
  return { market, venue, accounts, trade };
}
const told = (venue: Venue) => {
  const { accounts, venue: over } = venue.overLimits();
  return { accounts: accounts.map(({ name }) => name), over };
};

test.each([8, 9])("book %i: a venue restored from a snapshot has its limits, and the same beyond them", (seed) => {
  const { market, venue } = limited(seed);
  const bytes = venue.snapshot();
  const again = restoreVenue(core, bytes, model);
  open.push(again);
  expect(again.snapshot()).toEqual(bytes);
  expect(readSnapshot(bytes).limits).toHaveLength(3);
  expect(told(again)).toEqual(told(venue));
  expect(told(venue).accounts.length).toBeGreaterThan(0);
  expect(told(venue).over.length).toBeGreaterThan(0);
  expect(again.exposures()).toEqual(venue.exposures());
  // and goes on, also under another program
  const { id, underlying } = market.instruments[1]!;
  for (const one of [venue, again]) {
    one.find("a5")!.fill(one.instrument(id), -7, 0.5);
    one.list({ ...market.instruments[1]!, id: "ANOTHER" });
    one.set({ at: { underlying }, spot: 12_345 });
    one.commit();
  }
  expect(told(again)).toEqual(told(venue));
  expect(again.snapshot()).toEqual(venue.snapshot());
});

test("limits that came as an event are in the journal", async () => {
  const { market } = filled(10);
  const journal = new MemoryJournal();
  const live = await openJournaled(core, journal, { model, market });
  live.apply({ type: "open", account: "a" });
  live.apply({ type: "limit", limits: [{ exposure: "delta", most: 0 }] });
  live.apply({ type: "fill", account: "a", instrument: market.instruments[0]!.id, lots: 1, price: 0.5 });
  await live.close();
  const replayed = await openJournaled(core, journal, { model, market });
  await replayed.snapshot();
  await replayed.close();
  const restored = await openJournaled(core, journal, { model, market });
  open.push(live.venue, replayed.venue, restored.venue);
  expect(told(live.venue).accounts).toEqual(["a"]);
  expect(told(replayed.venue)).toEqual(told(live.venue));
  expect(told(restored.venue)).toEqual(told(live.venue));
});

test("a model without the exposure that is limited is refused at the commit, and nothing has changed", () => {
  const { venue } = limited(11);
  const before = venue.snapshot();
  const { used } = core.memory();
  venue.setModel({ ...deribitPm, edition: "2031-01-01" });
  expect(() => venue.commit()).toThrow("limits[0].exposure: expected an exposure of the model (it has none)");
  venue.discard();
  expect(core.memory().used).toBe(used);
  expect(venue.snapshot()).toEqual(before);
});

test("the caller's limits are copied", () => {
  const { venue } = filled(12);
  const limits = [{ exposure: "delta", where: { underlying: "BTC" }, most: 5 }];
  venue.limit(limits);
  limits[0]!.most = 7;
  limits[0]!.where.underlying = "ETH";
  expect(readSnapshot(venue.snapshot()).limits).toEqual([{ exposure: "delta", where: { underlying: "BTC" }, most: 5 }]);
});

test("refused", () => {
  const { venue } = filled(7);
  venue.limit([{ exposure: "gamma", most: 3 }]);
  const before = venue.snapshot();
  const code = (limits: unknown) => {
    try {
      venue.limit(limits as never);
    } catch (cause) {
      return `${(cause as MarginError).code} ${(cause as MarginError).field}`;
    }
  };
  expect(code("delta")).toBe("WrongType limits");
  expect(code([null])).toBe("WrongType limits[0]");
  expect(code([{ exposure: "delta", most: "1" }])).toBe("OutOfRange limits[0].most");
  expect(code([{ exposure: "delta", most: Infinity }])).toBe("OutOfRange limits[0].most");
  expect(code([{ exposure: "delta", most: 1, of: "shard" }])).toBe("NotOneOf limits[0].of");
  expect(code([{ exposure: "delta", most: 1, where: "BTC" }])).toBe("WrongType limits[0].where");
  expect(() => venue.limit([{ exposure: "speed", most: 1 }])).toThrow(
    'limits[0].exposure: expected an exposure of the model (delta, gamma, vega, theta, basis, rate), was "speed"',
  );
  expect(() => venue.limit([{ exposure: "delta", most: NaN }])).toThrow(
    "limits[0].most: expected a finite number of at least 0, was NaN",
  );
  expect(venue.snapshot()).toEqual(before);
});
