/** Limits on exposures: sums of all accounts kept with every fill, and who is over. */
import { afterAll, expect, test } from "vitest";
import { deribitPm } from "../../bindings/models/deribit.ts";
import { greekVectors } from "../../bindings/models/greek-vectors.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { openVenue } from "../../bindings/venue.ts";
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

test("refused", () => {
  const { venue } = filled(7);
  expect(() => venue.limit([{ exposure: "speed", most: 1 }])).toThrow(
    'limits[0].exposure: expected an exposure of the model (delta, gamma, vega, theta, basis, rate), was "speed"',
  );
  expect(() => venue.limit([{ exposure: "delta", most: NaN }])).toThrow(
    "limits[0].most: expected a number of at least 0, was NaN",
  );
});
