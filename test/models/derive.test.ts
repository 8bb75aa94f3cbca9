/** Derive's models: the traps of their rules, each held against plain arithmetic; published cases run in test/vectors. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Decimal } from "../../bindings/documents/decimal.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { MarginModel, Parameter } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { auctionOf } from "../../bindings/models/derive/auction.ts";
import { derivePm1 } from "../../bindings/models/derive/pm1.ts";
import { derivePm2, pm2Rows } from "../../bindings/models/derive/pm2.ts";
import { deriveSm } from "../../bindings/models/derive/sm.ts";
import { expectAgreement } from "../agreement.ts";
import { core } from "../core.ts";
import { price, type CallPut } from "../reference/black76.ts";
import { ADAPTERS } from "../vectors/adapters/index.ts";
import { casesOfFile } from "../vectors/collect.ts";
import { groupOf, groupsOf, scanOf } from "../vectors/adapters/documents.ts";
import { Input } from "../vectors/input.ts";
import { by, type Documents } from "../vectors/margin.ts";

const AS_OF = "2026-01-01T08:00:00Z";
const SPOT = 2000;
const NEAR = "2026-01-15T08:00:00Z";
const FAR = "2026-06-30T08:00:00Z";
const days = (expiry: string) => (Date.parse(expiry) - Date.parse(AS_OF)) / 86_400_000;

const terms = { underlying: "ETH", settlement: "USDC", payoff: "linear" as const, lot: 0.01 };
const options = [NEAR, FAR].flatMap((expiry) =>
  [1600, 2000, 2400].flatMap((strike) =>
    ([1, -1] as const).map((callPut) => ({
      ...terms,
      id: `${expiry === NEAR ? "N" : "F"}-${strike}-${callPut === 1 ? "C" : "P"}`,
      kind: "option" as const,
      expiry,
      strike,
      callPut,
    })),
  ),
);
const VOL = 0.6;
const FORWARD: Record<string, number> = { [NEAR]: 2010, [FAR]: 2060 };
const RATE: Record<string, number> = { [NEAR]: 0.05, [FAR]: 0.08 };

const market: Market = {
  format: 1,
  asOf: AS_OF,
  currencies: [
    { id: "USDC", largestTotal: 2 ** 33, price: 1 },
    { id: "ETH", largestTotal: 2 ** 26, price: SPOT, underlying: "ETH" },
    { id: "USDT", largestTotal: 2 ** 33, price: 1 },
  ],
  instruments: [...options, { ...terms, id: "PERP", kind: "perpetual", expiry: "perpetual" }],
  facts: [
    { at: {}, spot: SPOT, spotConfidence: 1, perpConfidence: 1 },
    { at: { instrument: "PERP" }, mark: 2004 },
    ...[NEAR, FAR].map((expiry) => ({
      at: { underlying: "ETH", expiry },
      forward: FORWARD[expiry]!,
      rate: RATE[expiry]!,
      forwardConfidence: 1,
      rateConfidence: 1,
      volConfidence: 1,
    })),
    ...options.map(({ id }) => ({ at: { instrument: id }, vol: VOL })),
    { at: { settlement: "ETH" }, confidence: 1 },
    { at: { settlement: "USDT" }, confidence: 1 },
    { at: { settlement: "USDC" }, confidence: 1 },
  ],
};

const holds = (positions: Record<string, number>, balances: Record<string, number> = {}): Portfolio => ({
  format: 1,
  positions: Object.entries(positions).map(([instrument, amount]) => ({ instrument, amount })),
  balances,
});

/** The market with other facts at {}, prices of currencies, or facts of one expiry. */
function moved(
  facts: Record<string, number>,
  prices: Record<string, number> = {},
  ofExpiry: Record<string, number> = {},
): Market {
  return {
    ...market,
    currencies: market.currencies.map((currency) => ({ ...currency, price: prices[currency.id] ?? currency.price })),
    facts: market.facts.map((fact) =>
      Object.keys(fact.at).length === 0
        ? { ...fact, ...facts }
        : fact.at.expiry === undefined
          ? fact
          : { ...fact, ...ofExpiry },
    ),
  };
}

const of = (model: MarginModel, portfolio: Portfolio, at = market) =>
  core.margin(model, at, portfolio, { exact: false });
const sum = (requirement: Requirement, charge: string) =>
  groupsOf(requirement, charge).reduce((total, { value }) => total + value, 0);
const profileOf = (requirement: Requirement) => scanOf(groupOf(requirement, "scenarioLoss")).profile;
const figure = (model: MarginModel, name: string) => model.parameters[name]!.is as number;
const withFigures = (model: MarginModel, figures: Record<string, number>): MarginModel => ({
  ...model,
  parameters: {
    ...model.parameters,
    ...Object.fromEntries(
      Object.entries(figures).map(([name, is]): [string, Parameter] => [name, { ...model.parameters[name]!, is }]),
    ),
  },
});

const optionOf = (id: string) => options.find((option) => option.id === id)!;
/** Value of an option by the rules of PM2, or of PM1 where there is no discount. */
function valueOf(id: string, { spot = 0, vol = VOL, discounted = true } = {}): number {
  const { expiry, strike, callPut } = optionOf(id);
  const tau = days(expiry) / 365;
  const discount = discounted ? Math.exp(-RATE[expiry]! * tau) : 1;
  return price(callPut as CallPut, FORWARD[expiry]! * (1 + spot), strike, vol, tau, discount);
}

const CLOSE = 9;

test("core and plain twin agree, node by node", () => {
  const held = holds(
    { "N-2000-C": 3, "N-2400-C": -4.5, "F-1600-P": -2, "F-2000-P": 1.5, "F-2400-C": 7, PERP: -2.25 },
    { ETH: 1.5, USDT: 900, USDC: -200 },
  );
  const doubtful = moved({ spotConfidence: 0.5, perpConfidence: 0.3 }, { USDC: 0.98 });
  for (const model of [derivePm1, derivePm2, auctionOf(derivePm1, 3), deriveSm])
    for (const at of [market, doubtful]) for (const exact of [true, false]) expectAgreement(model, at, held, exact);
});

test("a borrowed coin costs what as much of it held costs, in every requirement", () => {
  const borrowed = holds({}, { ETH: -3, USDC: 20_000 });
  const held = holds({}, { ETH: 3, USDC: 20_000 });
  const parts: [MarginModel, string[]][] = [
    [derivePm1, ["staticContingency", "linearDoubt"]],
    [derivePm2, ["collateralHaircutMm", "collateralHaircutIm", "collateralDoubt"]],
    [deriveSm, ["haircutMm", "haircutIm", "collateralDoubt"]],
  ];
  const doubtful = {
    ...market,
    facts: market.facts.map((fact) =>
      "spotConfidence" in fact ? { ...fact, spotConfidence: 0.5 } : { ...fact, confidence: 0.5 },
    ),
  };
  for (const [model, charges] of parts) {
    const requirement = of(model, borrowed, doubtful);
    expect(requirement.equity).toBe(20_000 - 3 * SPOT);
    expect(requirement.maintenance).toBeGreaterThan(0);
    for (const charge of charges) {
      expect(sum(requirement, charge)).toBeGreaterThan(0);
      expect(sum(requirement, charge)).toBe(sum(of(model, held, doubtful), charge));
    }
  }
  expect(of(deriveSm, borrowed).maintenance).toBeCloseTo(3 * SPOT * (1 - 0.8), CLOSE);
});

test("a USDC above its peg makes no requirement negative", () => {
  // 0.98 USD lent on a USDT that is worth 1/1.05 USDC
  const { initial, maintenance } = of(deriveSm, holds({}, { USDT: 900 }), moved({}, { USDC: 1.05 }));
  expect([initial, maintenance]).toEqual([0, 0]);
});

describe("both managers", () => {
  test.each([
    ["both short", { "F-2000-C": -3, "F-2000-P": -2 }, 5],
    ["a long put offsets a short call of its strike", { "F-2000-C": -3, "F-2000-P": 2 }, 1],
    ["and no more than it", { "F-2000-C": -3, "F-2000-P": 5 }, 0],
    ["one leg", { "F-2000-C": -3 }, 3],
    ["not across strikes", { "F-2000-C": -3, "F-2400-C": 3 }, 3],
    ["not across expiries", { "F-2000-C": -3, "N-2000-C": 3 }, 3],
  ])("naked shorts: %s", (_, positions, naked) => {
    for (const model of [derivePm1, derivePm2]) expect(sum(of(model, holds(positions)), "nakedShort")).toBe(naked);
  });

  test("the confidence of the perpetual counts only while one is held", () => {
    const doubtful = moved({ perpConfidence: 0.2 });
    for (const model of [derivePm1, derivePm2]) {
      expect(sum(of(model, holds({ "F-2000-C": 3 }), doubtful), "optionDoubt")).toBe(0);
      const both = of(model, holds({ "F-2000-C": 3, PERP: -1 }), doubtful);
      expect(sum(both, "optionDoubt")).toBeCloseTo(0.8 * SPOT * 3, CLOSE);
    }
  });

  test("confidence is the least of its sources, below the threshold and not at it; long options count too", () => {
    const held = holds({ "F-2000-C": 3, "F-2400-C": -1 });
    for (const model of [derivePm1, derivePm2]) {
      const doubt = (name: string, confidence: number) =>
        sum(of(model, held, moved({}, {}, { [name]: confidence })), "optionDoubt");
      for (const name of ["forwardConfidence", "rateConfidence", "volConfidence"]) {
        expect(doubt(name, 0.55)).toBe(0);
        expect(doubt(name, 0.5499)).toBeCloseTo(0.4501 * SPOT * 4, CLOSE);
      }
      expect(sum(of(model, held, moved({ spotConfidence: 0.3 })), "optionDoubt")).toBeCloseTo(0.7 * SPOT * 4, CLOSE);
    }
  });

  test("a confidence is below its threshold by its decimals, which no double tells apart", () => {
    expect(Number("0.549999999999999999")).toBe(0.55);
    const held = holds({ "F-2000-C": -1, PERP: 1 }, { USDT: 100 });
    const feeds = (confidence: Decimal): Market => ({
      ...market,
      facts: market.facts.map((fact) =>
        fact.at.expiry !== undefined
          ? { ...fact, volConfidence: confidence }
          : fact.at.settlement === "USDT"
            ? { ...fact, confidence }
            : "perpConfidence" in fact
              ? { ...fact, perpConfidence: confidence }
              : fact,
      ),
    });
    const doubts = (model: MarginModel, confidence: Decimal) => {
      const requirement = of(model, held, feeds(confidence));
      return requirement.nodes!.filter(({ name }) => name.endsWith("Doubt")).map(({ name }) => sum(requirement, name));
    };
    for (const model of [derivePm1, derivePm2, deriveSm]) {
      expect(doubts(model, "0.55").every((doubt) => doubt === 0)).toBe(true);
      const below = doubts(model, "0.549999999999999999").filter((doubt) => doubt > 0);
      // PM1 holds no collateral beside its coin
      expect(below).toHaveLength(model === derivePm1 ? 2 : 3);
      for (const doubt of below) expect([45, 0.45 * SPOT]).toContainEqual(expect.closeTo(doubt, 9));
    }
  });

  test("contingency of a perpetual is by the spot, its scenarios by its own price", () => {
    const one = of(derivePm2, holds({ PERP: 1 }));
    expect(sum(one, "contingencyMm")).toBeCloseTo(SPOT * figure(derivePm2, "perpetualPercentMm"), CLOSE);
    expect(profileOf(one)[22]).toBeCloseTo(2004 * -0.18, CLOSE);
    const first = of(derivePm1, holds({ PERP: 1 }));
    expect(sum(first, "staticContingency")).toBeCloseTo(SPOT * figure(derivePm1, "perpetualPercent"), CLOSE);
    expect(profileOf(first)[22]).toBeCloseTo(2004 * -0.2, CLOSE);
  });

  test("the one-day floor acts in the size of the shock alone", () => {
    const { strike } = optionOf("N-2000-C");
    const later = { ...market, asOf: "2026-01-15T02:00:00Z" };
    const requirement = of(derivePm1, holds({ "N-2000-C": -1 }), later);
    const vol = VOL * (1 + figure(derivePm1, "volUp") * 30 ** 0.3);
    const tau = 0.25 / 365;
    const up = price(1, FORWARD[NEAR]! * 1.2, strike, vol, tau, 1);
    expect(profileOf(requirement)[0]).toBeCloseTo(-up + price(1, FORWARD[NEAR]!, strike, VOL, tau, 1), CLOSE);
  });

  test("a settled share of the forward does not move", () => {
    const settling = moved({}, {}, { forward: 500, forwardFixed: 1500 });
    const [call] = profileOf(of(derivePm1, holds({ "F-1600-C": 1 }), settling));
    const tau = days(FAR) / 365;
    const shock = 1 + figure(derivePm1, "volUp") * (30 / days(FAR)) ** 0.13;
    const discount = 0.95 * Math.exp(-tau * (RATE[FAR]! + 0.12));
    const value = price(1, 1500 + 500 * 1.2, 1600, VOL * shock, tau, 1) * discount;
    expect(call).toBeCloseTo(value - price(1, 2000, 1600, VOL, tau, 1), CLOSE);
  });

  test("USDC below its peg raises the loss factor of initial margin, and nothing else", () => {
    const held = holds({ "F-2000-C": -1 }, { USDC: 5000 });
    for (const model of [derivePm1, derivePm2]) {
      const [before, after] = [of(model, held), of(model, held, moved({}, { USDC: 0.95 }))];
      expect([after.equity, after.maintenance]).toEqual([before.equity, before.maintenance]);
      const scaled = model === derivePm1 ? ["loss", "staticContingency"] : ["loss"];
      const more = 4 * (0.99 - 0.95) * scaled.reduce((total, charge) => total + sum(before, charge), 0);
      expect(after.initial - before.initial).toBeCloseTo(more, CLOSE);
    }
  });

  test("USDC without a price is refused: the peg needs one", () => {
    const currencies = market.currencies.map(({ price, ...currency }) =>
      currency.id === "USDC" ? currency : { ...currency, price },
    );
    expect(() => of(derivePm2, holds({ "F-2000-C": -1 }), { ...market, currencies })).toThrow(
      'market.currencies: the market has no "price of USDC"',
    );
  });

  test("a rate below zero counts as zero", () => {
    const held = holds({ "F-2000-C": 1 });
    for (const model of [derivePm1, derivePm2]) {
      const [zero, negative] = [0, -0.4].map((rate) => of(model, held, moved({}, {}, { rate })));
      expect([negative!.equity, negative!.initial]).toEqual([zero!.equity, zero!.initial]);
    }
  });

  test("each expiry of the basis chooses its own worse direction, without static discount", () => {
    const positions = { "N-2000-C": 5, "F-2000-P": 5 };
    const requirement = of(derivePm1, holds(positions));
    const loss = (id: string) => {
      const results = [0.05, -0.05].map(
        (spot) => valueOf(id, { spot, discounted: false }) - valueOf(id, { discounted: false }),
      );
      return 5 * Math.max(0, -Math.min(...results)) * (1 + (1.2 * days(optionOf(id).expiry)) / 365);
    };
    expect(sum(requirement, "basisContingency")).toBeCloseTo(loss("N-2000-C") + loss("F-2000-P"), CLOSE);
  });

  test("an account without options or perpetuals needs no margin of its cash", () => {
    for (const model of [derivePm1, derivePm2]) {
      const { equity, initial, maintenance } = of(model, holds({}, { USDC: 100 }));
      expect([equity, initial, maintenance]).toEqual([100, 0, 0]);
    }
  });
});

describe("PM1", () => {
  test("the loss factor scales the static contingency too; of PM2 it does not scale the add-ons", () => {
    const held = holds({ "F-2000-C": -1, PERP: 1 }, { ETH: 2 });
    const first = of(derivePm1, held);
    const [loss, contingency] = [sum(first, "loss"), sum(first, "staticContingency")];
    expect(first.initial).toBeCloseTo(1.25 * (loss + contingency), CLOSE);
    expect(first.maintenance).toBeCloseTo(loss + contingency, CLOSE);
    const doubled = withFigures(derivePm2, { imFactor: 2 });
    const second = of(doubled, held);
    expect(second.initial).toBeCloseTo(
      2 * sum(second, "loss") + sum(second, "maintenanceAddOn") + sum(second, "initialAddOn"),
      CLOSE,
    );
  });

  test("the static discount takes values above zero only, and acts where nothing moves", () => {
    const row = derivePm1.scenarios!.shocks!.rows!.findIndex(({ label, spot }) => spot === 0 && /same/.test(label!));
    const tau = days(FAR) / 365;
    const discount = 0.95 * Math.exp(-tau * (RATE[FAR]! + 0.12));
    const value = valueOf("F-2000-C", { discounted: false });
    expect(profileOf(of(derivePm1, holds({ "F-2000-C": 2 })))[row]).toBeCloseTo(2 * value * (discount - 1), CLOSE);
    expect(profileOf(of(derivePm1, holds({ "F-2000-C": -2 })))[row]).toBeCloseTo(0, CLOSE);
  });

  test("the coin held is moved with the spot, counted in the contingency, and worth its price in USDC", () => {
    const requirement = of(derivePm1, holds({}, { ETH: 3 }), moved({}, { USDC: 0.995 }));
    expect(requirement.equity).toBeCloseTo((3 * SPOT) / 0.995, CLOSE);
    expect(profileOf(requirement)[22]).toBeCloseTo(((3 * SPOT) / 0.995) * -0.2, CLOSE);
    expect(sum(requirement, "staticContingency")).toBeCloseTo(3 * SPOT * 0.03, CLOSE);
  });
});

describe("PM2", () => {
  const LINEAR = 31;
  const ABS = 32;

  test("has the rows of the venue's page: 23, eight tails that cost a linear position alike, two tilts", () => {
    const rows = derivePm2.scenarios!.shocks!.rows!;
    expect(rows).toHaveLength(33);
    const profile = profileOf(of(derivePm2, holds({ PERP: 1 })));
    for (let tail = 23; tail < 31; tail++)
      expect(Math.abs(profile[tail]!)).toBeCloseTo(0.77 * Math.abs(profile[22]!), CLOSE);
    expect(rows.slice(31).map(({ either }) => either)).toEqual([true, true]);
  });

  test("a tilt takes minus the absolute change of each expiry before expiries are summed", () => {
    const one = (positions: Record<string, number>) => profileOf(of(derivePm2, holds(positions)));
    const [near, far] = [one({ "N-2400-C": 20 }), one({ "F-2400-C": -3 })];
    const both = one({ "N-2400-C": 20, "F-2400-C": -3 });
    for (const row of [LINEAR, ABS]) {
      expect(near[row]).toBeLessThan(0);
      expect(far[row]).toBeLessThan(0);
      expect(both[row]).toBeCloseTo(near[row]! + far[row]!, CLOSE);
    }
    // the change itself, before its sign: static factors on the value, then less the mark
    const tau = days(FAR) / 365;
    const cap = 0.25 - 0.1 * Math.sqrt(tau);
    const x = Math.log(2400 / FORWARD[FAR]!);
    const width = Math.max(0.01, Math.sqrt(tau) * 4 * 0.6);
    const tilted = valueOf("F-2400-C", { vol: VOL * (1 + Math.min(cap, (x * cap) / width)) });
    const growth = Math.exp(0.16 * tau);
    const factor = Math.min(Math.exp(RATE[FAR]! * tau), 0.95 * growth);
    expect(far[LINEAR]).toBeCloseTo(-Math.abs(-3 * (tilted * factor - valueOf("F-2400-C"))), 8);
  });

  test("a cap below zero turns its bounds round, as the contract's formula does", () => {
    const inverted = withFigures(derivePm2, { linearCapPerRoot: -1, absCapPerRoot: -1 });
    const profile = profileOf(of(inverted, holds({ "F-1600-P": 1 })));
    const tau = days(FAR) / 365;
    const cap = 0.25 - Math.sqrt(tau);
    expect(cap).toBeLessThan(0);
    const width = Math.sqrt(tau) * 4 * 0.6;
    const x = Math.log(1600 / FORWARD[FAR]!);
    const factor = 1.05 * Math.exp(-0.16 * tau);
    const tilted = (move: number) =>
      -Math.abs(valueOf("F-1600-P", { vol: VOL * (1 + move) }) * factor - valueOf("F-1600-P"));
    expect(profile[LINEAR]).toBeCloseTo(tilted(Math.max(-cap, (x * cap) / width)), CLOSE);
    expect(profile[ABS]).toBeCloseTo(tilted(Math.min(cap, (-x * cap) / width)), CLOSE);
  });

  test("damping acts on the result, static factors on the value before it", () => {
    const tail = 23;
    const { spot, weight } = derivePm2.scenarios!.shocks!.rows![tail]!;
    const tau = days(FAR) / 365;
    const up = Math.max(0.4, VOL * (1 + 0.5 * (30 / days(FAR)) ** 0.13));
    const value = valueOf("F-2000-P", { spot: spot as number, vol: up }) * 1.05 * Math.exp(-0.16 * tau);
    const got = profileOf(of(derivePm2, holds({ "F-2000-P": 1 })))[tail];
    expect(got).toBeCloseTo((weight as number) * (value - valueOf("F-2000-P")), CLOSE);
  });

  test("a short box is charged no more than its payoff", () => {
    const box = { "F-1600-C": 1, "F-1600-P": -1, "F-2400-C": -1, "F-2400-P": 1 };
    const dear = withFigures(derivePm2, { staticShortBase: 1.5 });
    const short = Object.fromEntries(Object.entries(box).map(([id, q]) => [id, -q]));
    const tau = days(FAR) / 365;
    const worth = 800 * Math.exp(-RATE[FAR]! * tau);
    const { equity, maintenance } = of(dear, holds(short));
    expect(equity).toBeCloseTo(-worth, CLOSE);
    expect(sum(of(dear, holds(short)), "loss")).toBeCloseTo(800 - worth, CLOSE);
    expect(maintenance).toBeCloseTo(0.8 * (800 - worth), CLOSE);
  });

  test("volatility that is shocked upward has a floor, and only that", () => {
    const calm = { ...market, facts: market.facts.map((f) => ("vol" in f ? { ...f, vol: 0.1 } : f)) };
    const profile = profileOf(of(derivePm2, holds({ "F-2000-C": -1 }), calm));
    const rows = derivePm2.scenarios!.shocks!.rows!;
    const at = (state: string) => rows.findIndex(({ label, spot }) => spot === 0 && label!.endsWith(state));
    const tau = days(FAR) / 365;
    const factor = Math.min(Math.exp(RATE[FAR]! * tau), 0.95 * Math.exp(0.16 * tau));
    const result = (vol: number) => -factor * valueOf("F-2000-C", { vol }) + valueOf("F-2000-C", { vol: 0.1 });
    expect(profile[at("vol up")]).toBeCloseTo(result(0.4), CLOSE);
    const down = 0.1 * (1 - 0.3 * (30 / days(FAR)) ** 0.13);
    expect(profile[at("vol down")]).toBeCloseTo(result(down), CLOSE);
  });

  test("collateral counts in full, with haircuts as add-ons, and moves only where it cancels risk", () => {
    const requirement = of(derivePm2, holds({}, { ETH: 1, USDT: 500, USDC: -100 }));
    expect(requirement.equity).toBeCloseTo(SPOT + 400, CLOSE);
    expect(sum(requirement, "collateralHaircutMm")).toBeCloseTo(0.2 * SPOT + 0.02 * 500, CLOSE);
    expect(sum(requirement, "collateralHaircutIm")).toBeCloseTo(0.05 * SPOT + 0.98 * 0.02 * 500, CLOSE);
    expect(profileOf(requirement)[22]).toBeCloseTo(-0.18 * SPOT, CLOSE);
  });

  test("doubt of collateral is of its own feed and the spot's, not of the perpetual's", () => {
    const held = holds({ PERP: 1 }, { ETH: 1, USDT: 500 });
    expect(sum(of(derivePm2, held, moved({ perpConfidence: 0.1 })), "collateralDoubt")).toBe(0);
    expect(sum(of(derivePm2, held, moved({ spotConfidence: 0.4 })), "collateralDoubt")).toBeCloseTo(
      0.6 * (SPOT + 500),
      CLOSE,
    );
    const tether = {
      ...market,
      facts: market.facts.map((fact) => (fact.at.settlement === "USDT" ? { ...fact, confidence: 0.5 } : fact)),
    };
    expect(sum(of(derivePm2, held, tether), "collateralDoubt")).toBeCloseTo(250, CLOSE);
  });

  test("whole lots: rounding stays within the bound that the requirement states, and is why parity takes amounts", () => {
    const amounts = holds({ "F-2000-C": -2100, "N-1600-P": 1700, "F-2400-P": -900, PERP: 33 }, { ETH: 40 });
    // the quantum of so large totals is 2^-20
    const large = { ...market, currencies: market.currencies.map((c) => ({ ...c, largestTotal: 2 ** 33 })) };
    const rounded = core.margin(derivePm2, large, amounts);
    const unrounded = of(derivePm2, amounts, large);
    const error = Math.abs(rounded.initial - unrounded.initial);
    expect(error).toBeGreaterThan(1e-8);
    expect(error).toBeLessThan(0.5);
    expect(rounded.initial).toBeCloseTo(unrounded.initial, 0);
  });

  test("rows of a list of one's own", () => {
    const rows = pm2Rows([{ spot: 0.5, vol: "up", damping: 0.3 }]);
    expect(rows).toEqual([
      {
        label: "{spot}, vol up",
        spot: 0.5,
        weight: 0.3,
        volMove: { mul: ["volUp", "volTerm"] },
        volFloor: "volFloorUp",
      },
    ]);
  });
});

describe("an auction", () => {
  const held = holds({ "F-2000-C": -1 }, { USDC: 500 });
  const before = of(derivePm1, held);
  const worst = scanOf(groupOf(before, "scenarioLoss")).row;

  test("counts the one row, and no basis", () => {
    const other = 11;
    expect(other).not.toBe(worst);
    const profile = profileOf(before);
    const inAuction = of(auctionOf(derivePm1, other), held);
    expect(sum(inAuction, "loss")).toBeCloseTo(Math.max(0, -profile[other]!), CLOSE);
    expect(inAuction.nodes!.map(({ name }) => name)).not.toContain("basisContingency");
    const same = of(auctionOf(derivePm1, worst), held);
    expect(same.maintenance).toBe(before.maintenance);
  });

  test("sells the share that restores the buffer, dearer the more is reserved", () => {
    const model = auctionOf(derivePm1, worst);
    const facts = [{ at: {}, auctionDiscount: 0.8, reservedCash: 20 }];
    const { equity, maintenance, outputs } = of(model, { ...held, facts });
    const buffer = equity - maintenance - 0.15 * maintenance;
    expect(buffer).toBeLessThan(0);
    expect(outputs!.bufferMargin).toBeCloseTo(buffer, CLOSE);
    expect(outputs!.largestShare).toBeCloseTo(buffer / (buffer - equity * 0.8 - 20 * 0.2), CLOSE);
    expect(outputs!.priceOfAll).toBeCloseTo((equity - 20) * 0.8, CLOSE);
    const safe = of(model, { ...holds({ "F-2000-C": -1 }, { USDC: 50_000 }), facts });
    expect([safe.outputs!.bufferMargin, safe.outputs!.largestShare]).toEqual([0, 0]);
  });

  test("a row that the manager does not have is refused", () => {
    expect(() => auctionOf(derivePm1, 23)).toThrow("row: expected a row of the manager's shocks, below 23, was 23");
    expect(() => auctionOf(derivePm1, -1)).toThrow("was -1");
  });
});

describe("standard margin", () => {
  const mark = (id: string) => valueOf(id, { discounted: false });
  const outs = (strike: number, callPut: 1 | -1) => Math.max(0, callPut * (strike - SPOT));

  test("a short call on its own", () => {
    for (const id of ["F-1600-C", "F-2400-C"]) {
      const { strike } = optionOf(id);
      const requirement = of(deriveSm, holds({ [id]: -2 }));
      const initial = 2 * (Math.max(0.15 - outs(strike, 1) / SPOT, 0.13) * SPOT + mark(id));
      expect(sum(requirement, "isolatedIm")).toBeCloseTo(initial, CLOSE);
      expect(sum(requirement, "isolatedMm")).toBeCloseTo(2 * (0.09 * SPOT + mark(id)), CLOSE);
      expect(requirement.initial).toBeCloseTo(initial, CLOSE);
    }
  });

  test("a short put: the larger of both shares, and initial margin a little above maintenance", () => {
    const deep = { ...market, facts: market.facts.map((f) => ("vol" in f ? { ...f, vol: 3 } : f)) };
    for (const [at, vol] of [
      [market, VOL],
      [deep, 3],
    ] as const) {
      const requirement = of(deriveSm, holds({ "F-2400-P": -1 }), at);
      const value = valueOf("F-2400-P", { vol, discounted: false });
      const maintenance = Math.max(0.09 * SPOT, 0.09 * value) + value;
      expect(sum(requirement, "isolatedMm")).toBeCloseTo(maintenance, CLOSE);
      expect(sum(requirement, "isolatedIm")).toBeCloseTo(Math.max(0.15 * SPOT + value, 1.05 * maintenance), CLOSE);
    }
  });

  test("of an expiry the less of both counts as a whole, and expiries do not offset", () => {
    const spread = { "F-2000-P": -1, "F-1600-P": 1 };
    const requirement = of(deriveSm, holds(spread));
    expect(sum(requirement, "maxLoss")).toBe(400);
    expect([requirement.initial, requirement.maintenance]).toEqual([
      Math.min(400, sum(requirement, "isolatedIm")),
      Math.min(400, sum(requirement, "isolatedMm")),
    ]);
    const across = of(deriveSm, holds({ "F-2000-P": -1, "N-1600-P": 1 }));
    expect(across.initial).toBeCloseTo(sum(across, "isolatedIm"), CLOSE);
  });

  test("net short calls are unbounded: beyond the last held strike a share of the forward", () => {
    const more = of(deriveSm, holds({ "F-2000-C": 1, "F-2400-C": -3 }));
    const [loss, naked] = [sum(more, "maxLoss"), sum(more, "netShortCalls")];
    expect([loss, naked]).toEqual([0, 2]);
    expect(more.initial).toBeCloseTo(Math.min(sum(more, "isolatedIm"), 1.2 * FORWARD[FAR]! * 2), CLOSE);
    expect(more.maintenance).toBeCloseTo(Math.min(sum(more, "isolatedMm"), 1.1 * FORWARD[FAR]! * 2), CLOSE);
  });

  test("a long option neither costs nor counts, and is in the mark", () => {
    const { equity, initial, maintenance, outputs } = of(deriveSm, holds({ "F-2000-C": 5 }, { USDC: 100 }));
    expect([equity, initial, maintenance]).toEqual([100, 0, 0]);
    expect(outputs!.markToMarket).toBeCloseTo(100 + 5 * mark("F-2000-C"), CLOSE);
  });

  test("perpetuals by their price, without offset against options", () => {
    const requirement = of(deriveSm, holds({ PERP: -3, "F-2000-C": 3 }));
    expect(requirement.initial).toBeCloseTo(3 * 2004 * 0.1, CLOSE);
    expect(requirement.maintenance).toBeCloseTo(3 * 2004 * 0.065, CLOSE);
  });

  test("what is lent on collateral is not divided by the price of USDC, though its value is", () => {
    const requirement = of(deriveSm, holds({}, { ETH: 2 }), moved({}, { USDC: 0.8 }));
    expect(requirement.equity).toBeCloseTo((2 * SPOT) / 0.8, CLOSE);
    expect(requirement.equity - requirement.maintenance).toBeCloseTo(2 * SPOT * 0.8, CLOSE);
    expect(requirement.equity - requirement.initial).toBeCloseTo(2 * SPOT * 0.8 * 0.9375, CLOSE);
  });

  test("doubt counts short options only, without the feeds of rate and perpetual", () => {
    const held = holds({ "F-2000-C": 3, "F-2400-C": -1 });
    const doubt = (ofExpiry: Record<string, number>, facts: Record<string, number> = {}) =>
      sum(of(deriveSm, held, moved(facts, {}, ofExpiry)), "optionDoubt");
    expect(doubt({ volConfidence: 0.3 })).toBeCloseTo(0.7 * SPOT, CLOSE);
    expect(doubt({ rateConfidence: 0.3 }, { perpConfidence: 0.3 })).toBe(0);
    expect(doubt({ volConfidence: 0.55 })).toBe(0);
  });

  test("USDC below its peg costs by size", () => {
    const held = holds({ "F-2000-C": -3, "F-2400-P": 8, PERP: -2 });
    const [at, below] = [market, moved({}, { USDC: 0.9 })].map((m) => of(deriveSm, held, m));
    expect(sum(below!, "depegCharge")).toBeCloseTo((0.99 - 0.9) * 2 * SPOT * (3 + 2), CLOSE);
    expect(below!.initial - at!.initial).toBeCloseTo(sum(below!, "depegCharge"), CLOSE);
    expect(below!.maintenance).toBe(at!.maintenance);
  });

  test("a coin whose figures are not known is refused, by its name", () => {
    const sol = JSON.parse(JSON.stringify(market).replaceAll('"ETH"', '"SOL"')) as Market;
    expect(() => of(deriveSm, holds({ PERP: 1 }), sol)).toThrow(/the model has no "perpetualIm" for underlying SOL/);
  });
});

const FILE = "../shared/vectors/derive.json";

describe.skipIf(!existsSync(FILE))("the peer's own cases", () => {
  const exact = existsSync(FILE)
    ? (JSON.parse(readFileSync(FILE, "utf8")).vectors as { id: string; exact?: Record<string, unknown> }[])
    : [];
  const cases = existsSync(FILE) ? casesOfFile(FILE) : [];

  test.each(["derive-pm1", "derive-pm2"])("%s: no row is worse than the one that the peer names", (name) => {
    const others: string[] = [];
    const of = cases.filter(({ shape }) => shape.name === name);
    for (const one of of) {
      const found = exact.find(({ id }) => id === one.id)!.exact!;
      const worst = (found.worstScenarioIM ?? found.worstScenario) as number | "basis";
      let requirement: Requirement;
      const keep = (...documents: Documents) => (requirement = core.margin(...documents, { exact: false }));
      const adapter = ADAPTERS.find(({ knows }) => knows(one.shape))!;
      const { worstScenario } = by(keep, () => adapter.run(new Input(one.inputs))).got;
      const basis = sum(requirement!, "basisContingency");
      const theirs = worst === "basis" ? basis : Math.max(0, -profileOf(requirement!)[worst]!);
      expect(sum(requirement!, "loss") - theirs, one.id).toBeLessThan(2 ** -20);
      if (worstScenario !== worst) others.push(one.id);
    }
    expect(of).toHaveLength(name === "derive-pm1" ? 48 : 103);
    // what volatility does not move ties: forwards, boxes; which of them the peer names is its rounding
    if (name === "derive-pm2") expect(others).toEqual(["derive.pm2.022"]);
    else for (const id of others) expect(id).toMatch(/scenario\.21$|box|forward|call_spread$/);
  });
});
