/** New figures of a venue reach every instrument that sees them, at whatever kinds of places the name is known. */
import { expect, test } from "vitest";
import type { Fact } from "../../bindings/documents/market.ts";
import { openVenue } from "../../bindings/venue.ts";
import { core } from "../core.ts";
import { marketOf, modelOf, NEAR, option } from "../scenario/small-market.ts";

test("a figure of an underlying is written where another underlying's is given by instrument", () => {
  const btc = { ...option(60_000, 1, NEAR), lot: 1 };
  const eth = { ...option(2000, 1, NEAR), id: "ETH", underlying: "ETH", lot: 1 };
  const facts: Fact[] = [
    { at: { underlying: "ETH" }, spot: 2000 },
    { at: { underlying: "BTC" }, vol: 0.5 },
    { at: { instrument: "ETH" }, vol: 0.7 },
  ];
  const model = modelOf([{ spot: -0.1 }]);
  const market = marketOf([btc, eth], facts);
  const venue = openVenue(core, model, market);
  const account = venue.account("a", { USDC: 1e6 });
  account.fill(venue.instrument(btc.id), 1, 1);
  venue.set({ at: { underlying: "BTC" }, vol: 0.9 });
  venue.commit();
  const stateless = core.margin(
    model,
    { ...market, facts: venue.state().market.facts },
    { format: 1, positions: [{ instrument: btc.id, lots: 1 }], balances: {} },
  );
  expect(account.requirement().initial).toBe(stateless.initial);
  venue.release();
});

test("what only an account could give is what the model says of it", () => {
  const of = { ...option(60_000, 1, NEAR), lot: 1 };
  const model = modelOf([{ spot: -0.1 }]);
  model.parameters.leverage = { unit: "times", assumed: "a test", given: "instrument", is: 5 };
  model.charges.own = { kind: "amount", net: "instrument", select: { kind: "option" }, rate: { div: [1, "leverage"] } };
  model.initial = "own";
  const market = marketOf([of], [{ at: {}, vol: 0.5 }]);
  const venue = openVenue(core, model, market);
  const account = venue.account("a", { USDC: 1e6 });
  account.fill(venue.instrument(of.id), 3, 1);
  expect(account.requirement().initial).toBeCloseTo(3 / 5, 5);
  venue.release();
});
