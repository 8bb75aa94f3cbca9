/** What every preset answers, whatever a market lists: what nothing held needs is not missing. */
import { describe, expect, test } from "vitest";
import type { Fact, Instrument, Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import { MarginError } from "../../bindings/error.ts";
import { models } from "../../bindings/models/index.ts";
import { openVenue } from "../../bindings/venue.ts";
import { core } from "../core.ts";

const presets = Object.entries(models);
const caught = (run: () => unknown): MarginError => {
  try {
    run();
  } catch (cause) {
    if (cause instanceof MarginError) return cause;
    throw cause;
  }
  return expect.fail("nothing was refused");
};
const EXPIRY = "2026-03-27T08:00:00Z";
const SPOT = 64_000;
const btc = { underlying: "BTC" };
const perpetual = { ...btc, kind: "perpetual", expiry: "perpetual" } as const;
const instruments: Record<string, Instrument> = {
  inverse: { ...perpetual, id: "INVERSE", settlement: "BTC", payoff: "inverse", lot: 10, lotUnit: "quote" },
  linear: { ...perpetual, id: "LINEAR", settlement: "USDC", payoff: "linear", lot: 0.01 },
  call: {
    ...btc,
    id: "CALL",
    kind: "option",
    expiry: EXPIRY,
    strike: 70_000,
    callPut: 1,
    settlement: "USDC",
    payoff: "linear",
    lot: 0.01,
  },
};

const market = (listed: Instrument[], facts: Fact[]): Market => ({
  format: 1,
  asOf: "2026-02-18T09:39:05Z",
  currencies: [
    { id: "BTC", largestTotal: 131072, price: SPOT, underlying: "BTC" },
    { id: "USDC", largestTotal: 2 ** 33, price: 1 },
  ],
  instruments: listed,
  facts,
});
const holds = (balances: Portfolio["balances"], ...positions: Portfolio["positions"]): Portfolio => ({
  format: 1,
  positions,
  balances,
});

test.each(presets)("%s: cash alone, of which no fact is known, is equity and nothing else", (_, model) => {
  const { initial, maintenance, equity } = core.margin(model, market([], []), holds({ USDC: 1000 }));
  const isOfSensitivities = model.equity === 0;
  expect([initial, maintenance, equity]).toEqual([0, 0, isOfSensitivities ? 0 : 1000]);
});

describe.each(["inverse", "linear"])("a market of one %s perpetual", (payoff) => {
  const instrument = instruments[payoff]!;
  const facts: Fact[] = [
    { at: {}, spotConfidence: 1, perpConfidence: 1, confidence: 1 },
    { at: btc, spot: SPOT },
    { at: { instrument: instrument.id }, mark: 64_100 },
  ];
  // options have a portfolio margin of their own there
  const margined = presets.filter(([id]) => id !== "binance-options");
  test.each(margined)("%s margins it", (_, model) => {
    const { initial, maintenance } = core.margin(
      model,
      market([instrument], facts),
      holds({ USDC: 1000 }, { instrument: instrument.id, lots: 1000 }),
    );
    expect(maintenance).toBeGreaterThan(0);
    expect(initial).toBeGreaterThanOrEqual(maintenance);
  });
});

describe("a fact that something held needs", () => {
  const facts: Fact[] = [
    { at: btc, spot: SPOT },
    { at: { expiry: EXPIRY }, forward: 65_000, rate: 0.04 },
    { at: { instrument: "CALL" }, vol: 0.6 },
    ...["spot", "perp", "forward", "rate", "vol"].map((feed) => ({ at: {}, [`${feed}Confidence`]: 1 })),
    { at: {}, confidence: 1 },
  ];
  const without = (name: string) =>
    market(
      Object.values(instruments),
      facts
        .filter((fact) => !Object.hasOwn(fact, name))
        .concat(name === "rate" ? [{ at: { expiry: EXPIRY }, forward: 65_000 }] : []),
    );
  const account = holds({ BTC: 1, USDC: 1000 }, { instrument: "CALL", lots: 100 }, { instrument: "LINEAR", lots: 10 });

  test.each(["derive-pm1", "derive-pm2", "derive-sm"])("%s names it, and the place", (id) => {
    const model = models[id]!;
    expect(core.margin(model, market(Object.values(instruments), facts), account).initial).toBeGreaterThan(0);
    expect(Object.keys(model.facts!).length).toBeGreaterThan(3);
    for (const name of Object.keys(model.facts!)) {
      const error = caught(() => core.margin(model, without(name), account));
      expect(error.code, name).toBe("MissingFact");
      expect(error.message).toMatch(new RegExp(`^market\\.facts: the market has no "${name}" for .*(BTC|account)`));
    }
  });

  test("is named where it is behind a profile's factor", () => {
    const future: Instrument = { ...instruments.linear!, id: "FUTURE", kind: "future", expiry: EXPIRY };
    const error = caught(() =>
      core.margin(
        models["derive-pm2"]!,
        market([future], without("rate").facts),
        holds({ BTC: 1 }, { instrument: "FUTURE", lots: 1 }),
      ),
    );
    expect(error.message).toBe(`market.facts: the market has no "rate" for expiry ${EXPIRY}, underlying BTC`);
  });

  test("is not missing where nothing held needs it", () => {
    const cash = holds({ USDC: 1000 });
    for (const [, model] of presets) expect(() => core.margin(model, without("rate"), cash)).not.toThrow();
  });

  test("a name that is none of a model's facts stays unknown", () => {
    const { facts: named, ...rest } = models["derive-pm2"]!;
    const { rate, ...others } = named!;
    expect(rate).toBeDefined();
    const unnamed: MarginModel = { ...rest, facts: others };
    expect(caught(() => core.margin(unnamed, without("rate"), account)).message).toContain('unknown name "rate"');
  });

  test("a fact is no parameter, value or charge", () => {
    const twice: MarginModel = { ...models["derive-pm2"]!, facts: { imFactor: { unit: "factor" } } };
    expect(caught(() => core.prepare(twice, without("rate"))).message).toBe(
      "model.parameters.imFactor: the name is already taken by model.facts.imFactor",
    );
  });

  test("a venue takes it later", () => {
    const model = models["derive-pm2"]!;
    const venue = openVenue(core, model, without("rate"));
    const alice = venue.account("alice");
    alice.deposit("BTC", 1);
    alice.deposit("USDC", 1000);
    alice.fill(venue.instrument("LINEAR"), 10, SPOT);
    expect(alice.requirement().initial).toBeGreaterThan(0);
    const call = venue.instrument("CALL");
    expect(caught(() => alice.fill(call, 100, 0)).code).toBe("DiscountNotPositive");
    venue.set({ at: { expiry: EXPIRY }, rate: 0.04 });
    venue.commit();
    alice.fill(call, 100, 0);
    expect(alice.requirement().initial).toBe(
      core.margin(model, market(Object.values(instruments), facts), account).initial,
    );
    venue.release();
  });
});

test.each([
  ["okx-pm", 0.1, 0.02],
  ["binance-pm", 0.12, 0.1],
])("%s: a short spot position costs as a loan of as much does", (id, initial, maintenance) => {
  const spot: Instrument = { ...instruments.linear!, id: "SPOT", kind: "spot" };
  const listed = market([spot], [{ at: btc, spot: SPOT }]);
  const inSpot = core.margin(models[id]!, listed, holds({ USDC: 90_000 }, { instrument: "SPOT", lots: -100 }));
  expect(inSpot.initial).toBeCloseTo(initial * SPOT, 6);
  expect(inSpot.maintenance).toBeCloseTo(maintenance * SPOT, 6);
  const inCoin = core.margin(models[id]!, listed, holds({ USDC: 90_000, BTC: -1 }));
  expect([inCoin.initial, inCoin.maintenance]).toEqual([inSpot.initial, inSpot.maintenance]);
  // what is held costs nothing
  expect(core.margin(models[id]!, listed, holds({ USDC: 90_000 }, { instrument: "SPOT", lots: 100 })).initial).toBe(0);
});

test("figures that a venue publishes for some underlyings only are among those that are assumed", () => {
  const assumed = (id: string) =>
    Object.entries(models[id]!.parameters).flatMap(([name, parameter]) =>
      parameter.assumed === undefined ? [] : [name],
    );
  expect(assumed("deribit-sm")).toEqual(["futuresInitial", "futuresMaintenance", "futuresSlope"]);
  expect(assumed("binance-pm")).toContain("reduceOnlyRatio");
  for (const [id, { parameters }] of presets)
    for (const [name, { source }] of Object.entries(parameters))
      expect(source ?? "", `${id} ${name}`).not.toMatch(/assumed/);
});

describe("a venue under a model of sensitivities, whose equity is 0", () => {
  const listed = market([instruments.linear!], [{ at: btc, spot: SPOT }]);
  const ids = presets.flatMap(([id, { equity }]) => (equity === 0 ? [id] : []));
  const checked = (model: MarginModel, lots: number) => {
    const venue = openVenue(core, model, listed);
    const alice = venue.account("alice", { USDC: 1e6 });
    const { accepted, initial, excess } = alice.check(venue.instrument("LINEAR"), lots, SPOT);
    venue.release();
    return { accepted, initial, excess };
  };

  test.each(ids)("%s: accepts no order, whatever is deposited, and says what it would require", (id) => {
    const { accepted, initial, excess } = checked(models[id]!, 10);
    expect([accepted, excess]).toEqual([false, -initial]);
    expect(initial).toBeGreaterThanOrEqual(0.1 * SPOT);
  });

  test.each(ids)("%s: accepts what an equity of one's own covers", (id) => {
    const model = models[id]!;
    const collateral = {
      kind: "amount",
      net: "settlement",
      on: "signed",
      select: { kind: "cash" },
      measure: "conversion",
    } as const;
    const own: MarginModel = { ...model, charges: { ...model.charges, collateral }, equity: "collateral" };
    expect(checked(own, 10).accepted).toBe(true);
    expect(checked(own, 10_000).accepted).toBe(false);
  });
});
