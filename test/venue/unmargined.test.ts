/** What an account holds can lose its value: it expires. That is an error of this account until it is settled, and of no other. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { greekVectors } from "../../bindings/models/greek-vectors.ts";
import { openVenue, restoreVenue } from "../../bindings/venue.ts";
import { core } from "../core.ts";

const market = JSON.parse(
  readFileSync(new URL("../../examples/sample/market.json", import.meta.url), "utf8"),
) as Market;
const ENDING = "BTC-19FEB26-65000-C";
/** Options count in nothing but the scan: without a value of their own their rows would be those of the last commit. */
const scanOnly: MarginModel = {
  ...deribitPm,
  id: "scan-only",
  charges: { ...deribitPm.charges, pairMargin: { kind: "formula", at: "pair", value: "worstCase" } },
};

describe.each([
  ["deribit-pm", deribitPm],
  ["a scan alone", scanOnly],
])("an option that expires while it is held, under %s", (_, model) => {
  const opened = () => {
    const venue = openVenue(core, model, market);
    const [early, late, empty] = ["early", "late", "empty"].map((name) => venue.account(name, { BTC: 1 }));
    const perpetual = venue.instrument("BTC-PERPETUAL");
    const ending = venue.instrument(ENDING);
    for (const account of [early!, late!]) account.fill(perpetual, 1000, 68_000);
    early!.fill(ending, 1, 0.01);
    venue.remargin();
    early!.check(perpetual, 1, 68_000); // has frames
    return { venue, early: early!, late: late!, empty: empty!, perpetual, ending };
  };
  const message = `account: "early": holds "${ENDING}" has expired`;

  test("is an error of the accounts that hold it, also in a check; the others have new margins", () => {
    const { venue, early, late, perpetual } = opened();
    venue.set({ at: { underlying: "BTC" }, spot: 50_000 }, { at: { instrument: "BTC-PERPETUAL" }, mark: 50_000 });
    venue.setPrice("BTC", 50_000);
    venue.advance("2026-02-19T08:00:00Z");
    expect(() => venue.remargin()).toThrow(message);
    expect(() => early.requirement()).toThrow(message);
    expect(() => early.check(perpetual, 1, 68_000)).toThrow(message);
    expect(() => early.checkBasket([{ instrument: perpetual, lots: 1, price: 68_000 }])).toThrow(message);
    expect(() => early.maxLots(perpetual, "buy", 68_000)).toThrow(message);
    const { equity } = venue.stored(late.handle);
    expect(equity).toBe(late.requirement().equity);
    expect(equity).toBeLessThan(60_000);
    expect(venue.unmargined().map(({ account, reason }) => [account.name, reason.code])).toEqual([
      ["early", "Expired"],
    ]);
    expect(venue.riskiest(3).map(({ name }) => name)).toEqual(["early", "late", "empty"]);
    venue.release();
  });

  test("is told in a ranking too, without a pass over all, and all go on", () => {
    const { venue, early, late, perpetual } = opened();
    venue.advance("2026-02-19T08:00:00Z");
    venue.commit();
    early.deposit("USDC", 1);
    late.fill(perpetual, 10, 68_000);
    expect(venue.riskiest(2).map(({ name }) => name)).toEqual(["early", "late"]);
    expect(venue.stored(early.handle)).toMatchObject({ equity: NaN, initial: NaN, maintenance: NaN });
    expect(late.check(perpetual, 1, 68_000).accepted).toBe(true);
    venue.release();
  });

  test("ends where it is settled", () => {
    const { venue, early, ending, perpetual } = opened();
    venue.advance("2026-02-19T08:00:00Z");
    expect(() => venue.remargin()).toThrow(message);
    venue.expire(ending, 70_000);
    venue.remargin();
    expect(venue.unmargined()).toEqual([]);
    const { initial } = early.check(perpetual, 1, 68_000);
    early.fill(perpetual, 1, 68_000);
    expect(early.requirement().initial).toBe(initial);
    venue.release();
  });

  test("has the same state after a snapshot", () => {
    const { venue, early } = opened();
    venue.advance("2026-02-19T08:00:00Z");
    expect(() => venue.remargin()).toThrow(message);
    const again = restoreVenue(core, venue.snapshot());
    expect(Buffer.compare(again.snapshot(), venue.snapshot())).toBe(0);
    expect(() => again.find("early")!.requirement()).toThrow(message);
    expect(again.riskiest(1).map(({ name }) => name)).toEqual([early.name]);
    again.release();
    venue.release();
  });
});

test("of several accounts the error names the first and says how many there are; limits count them as beyond", () => {
  const venue = openVenue(core, { ...deribitPm, exposures: greekVectors }, market);
  const ending = venue.instrument(ENDING);
  for (const name of ["a", "b", "c"]) venue.account(name, { BTC: 1 });
  for (const name of ["a", "c"]) venue.find(name)!.fill(ending, 1, 0.01);
  venue.limit([{ exposure: Object.keys(greekVectors)[0]!, most: 1e12 }]);
  venue.advance("2026-02-19T08:00:00Z");
  expect(() => venue.remargin()).toThrow(/"a": holds .* has expired \(one of 2 accounts without a requirement\)/);
  expect(venue.overLimits().accounts.map(({ name }) => name)).toEqual(["a", "c"]);
  expect(venue.overLimits().venue).toEqual([]); // no limit is of all together
  venue.expire(ending, 70_000);
  venue.remargin();
  expect(venue.overLimits()).toEqual({ accounts: [], venue: [] });
  venue.release();
});
