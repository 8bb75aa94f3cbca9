/** Payoffs at the strikes of an expiry, and at price 0: cash-settled, coin-settled, and coin-settled seen in dollars. */
import { afterAll, describe, expect, test } from "vitest";
import type { Currency, Fact, Instrument } from "../../bindings/documents/market.ts";
import type { MarginModel, Scan, Scenarios } from "../../bindings/documents/model.ts";
import { openVenue } from "../../bindings/venue.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { evaluate } from "../agreement.ts";
import { core } from "../core.ts";
import { refusal } from "../documents/documents.ts";
import { groupOf, marketOf, modelOf, portfolioOf, profileOf } from "../reference/documents.ts";
import { Random } from "../reference/random.ts";
import { vector, vectorIds } from "../reference/vectors.ts";

const asOf = "2026-01-01T00:00:00Z";
const july = "2026-07-01T00:00:00Z";
const march = "2026-03-01T00:00:00Z";
const option = (strike: number, callPut: 1 | -1, rest: Partial<Instrument> = {}): Instrument => ({
  id: `${strike}${callPut === 1 ? "C" : "P"}`,
  kind: "option",
  underlying: "A",
  expiry: july,
  strike,
  callPut,
  settlement: "USDC",
  payoff: "linear",
  lot: 1,
  ...rest,
});
const future: Instrument = {
  id: "F",
  kind: "future",
  underlying: "A",
  expiry: july,
  settlement: "USDC",
  payoff: "linear",
  lot: 1,
};
const perpetual: Instrument = { ...future, id: "P", kind: "perpetual", expiry: "perpetual" };
const coin = { settlement: "A", payoff: "inverse" } as const;
const COIN: Partial<Currency> = { id: "A", price: 100, underlying: "A", largestTotal: 2 ** 20 };

const market = (instruments: Instrument[], currencies: Partial<Currency>[] = [{ id: "USDC", price: 1 }]) =>
  // no volatility, forward or discount: a payoff at expiry needs none
  marketOf(asOf, currencies, instruments, [{ at: {}, spot: 100, mark: 100 }]);
const scanModel = (scan: Partial<Scan> = {}, parts: Partial<MarginModel> = {}): MarginModel =>
  modelOf({
    scenarios: { expiry: { settlement: true } },
    charges: { c: { kind: "scan", at: "expiry", scenarios: "expiry", ...scan } },
    initial: "c",
    maintenance: "c",
    ...parts,
  });
const hold = (lots: Record<string, number>) =>
  portfolioOf(Object.entries(lots).map(([instrument, n]) => ({ instrument, lots: n })));
const chain = [80, 90, 100, 110, 120].flatMap((strike) => [option(strike, 1), option(strike, -1)]);
const run = (lots: Record<string, number>, scan: Partial<Scan> = {}, instruments = chain) =>
  evaluate(scanModel(scan), market(instruments), hold(lots), { exact: true });

describe("cash-settled", () => {
  test("a call spread can lose its width, a put its strike, a long option nothing", () => {
    expect(run({ "90C": -1, "110C": 1 }).initial).toBe(20);
    expect(run({ "90P": -2 }).initial).toBe(180);
    expect(run({ "90C": 3, "110P": 1 }).initial).toBe(0);
  });

  test("profit and loss is the payoff at 0 and at each strike that is held, by expiry", () => {
    const r = run({ "80P": -1, "100C": -2, "120C": 1 });
    expect(groupOf(r, "c").driver).toEqual({
      row: 0,
      label: "settles at 0",
      profile: [-80, 0, 0, -40],
    });
    const { driver, shares } = groupOf(
      core.margin(scanModel(), market(chain), hold({ "80P": -1, "100C": -2, "120C": 1 })),
      "c",
    );
    expect(driver).toEqual({
      row: 0,
      label: "settles at 0",
      labels: ["settles at 0", "settles at 80", "settles at 100", "settles at 120"],
      profile: [-80, 0, 0, -40],
    });
    expect(shares).toEqual([["80P", 80]]);
  });

  test("each expiry has strikes of its own, and losses of expiries are summed", () => {
    const near = option(100, 1, { id: "near", expiry: march });
    const top = option(150, 1, { id: "nearTop", expiry: march });
    const r = run({ near: -1, nearTop: 1, "90C": -1, "100C": 1 }, {}, [...chain, near, top]);
    expect(groupOf(r, "c", { expiry: march }).value).toBe(50);
    expect(groupOf(r, "c", { expiry: july }).value).toBe(10);
    expect(r.initial).toBe(60);
  });

  test("a strike above the last that is held would change the loss of net short calls: it does not count", () => {
    // two short calls at 100 beside one long at 90: nothing is lost up to 100; at 120, which is listed, 10 would be
    const lots = { "90C": 1, "100C": -2 };
    expect(run(lots).initial).toBe(0);
    expect(profileOf(run(lots, { floor: null }), "c")).toEqual([0, 0, 10]);
    expect(run({ ...lots, "120C": -1 }).initial).toBe(10);
    // what is beyond is a short amount's to charge
    const unpaired: MarginModel = scanModel(
      {},
      {
        charges: {
          c: { kind: "scan", at: "expiry", scenarios: "expiry" },
          net: {
            kind: "amount",
            at: "expiry",
            on: "short",
            select: { kind: "option", callPut: 1 },
            rate: { mul: [0.1, "spot"] },
          },
        },
        initial: { sum: ["c", "net"] },
      },
    );
    expect(evaluate(unpaired, market(chain), hold(lots), { exact: true }).initial).toBe(10);
  });

  test("strikes between those that are held, and beyond, change nothing: a venue agrees with the stateless call, bit for bit", () => {
    const random = new Random(5);
    const all = Array.from({ length: 40 }, (_, k) => 1000 + 37 * k).flatMap((strike) =>
      ([1, -1] as const).map((callPut) => option(strike, callPut, { lot: 0.3 })),
    );
    const venue = openVenue(core, scanModel(), market(all));
    for (let account = 0; account < 20; account++) {
      const held = venue.account(String(account), { USDC: 1000 });
      const lots: Record<string, number> = {};
      for (let n = random.whole(1, 9); n > 0; n--) {
        const { id } = random.pick(all);
        const size = random.sign() * random.whole(1, 50);
        lots[id] = (lots[id] ?? 0) + size;
        held.fill(venue.instrument(id), size, 1);
      }
      const stateless = core.margin(scanModel(), market(all), hold(lots));
      const stored = held.requirement();
      expect(stored.initial).toBe(stateless.initial);
      expect(groupOf(stored, "c").driver).toEqual(groupOf(stateless, "c").driver);
    }
    venue.release();
  });

  test("sides, selections and levels of leaves say whose strikes count", () => {
    // only the short side: its last strike is 100
    const short = { select: { side: "short" as const } };
    expect(run({ "100C": -1, "120C": 1 }, { profile: short }).initial).toBe(0);
    expect(run({ "100C": -1, "120C": 1 }, { profile: { of: [short, {}] } }).initial).toBe(20 + 20);
    const byStrike = { of: [{ at: "strike", gains: { factor: 0 } }] };
    expect(run({ "100C": -1, "120P": 2, "120C": 1 }, { profile: byStrike }).initial).toBe(20);
  });

  test("a dated future pays from its mark to the price; what does not expire pays nothing", () => {
    // long future against a short call: a covered write loses most at 0
    expect(run({ F: 1, "110C": -1 }, {}, [...chain, future]).initial).toBe(100);
    expect(profileOf(run({ F: 1, "110C": -1 }, {}, [...chain, future]), "c")).toEqual([-100, 10]);
    const r = run({ P: 5, "110C": -1, "120C": 1 }, {}, [...chain, perpetual]);
    expect(groupOf(r, "c", { expiry: "perpetual" }).value).toBe(0);
    expect(r.initial).toBe(10);
  });

  test("resting orders count as the worst of their fills, and with their strikes", () => {
    const portfolio = { ...hold({ "90C": 1 }), orders: [{ instrument: "120C", lots: -2 }] };
    const r = core.margin(scanModel({ orders: "worstSubset" }), market(chain), portfolio);
    // at 120 the call that is held pays 30, the order is worth nothing: no loss, but the row is there
    expect(profileOf(r, "c")).toEqual([0, 0, 30]);
    const more = { ...portfolio, orders: [...portfolio.orders, { instrument: "100C", lots: -2 }] };
    expect(profileOf(core.margin(scanModel({ orders: "worstSubset" }), market(chain), more), "c")).toEqual([
      0, 0, 10, -10,
    ]);
    expect(profileOf(core.margin(scanModel(), market(chain), more), "c")).toEqual([0, 0]);
  });

  test("the smaller of two charges by expiry is a formula: each short option alone, or the worst payoff", () => {
    const isolated: MarginModel = scanModel(
      {},
      {
        charges: {
          worst: { kind: "scan", at: "expiry", scenarios: "expiry" },
          alone: { kind: "amount", at: "expiry", net: "instrument", on: "short", rate: { mul: [0.15, "spot"] } },
          c: { kind: "formula", at: "expiry", value: { min: ["worst", "alone"] } },
        },
      },
    );
    const margin = (lots: Record<string, number>) =>
      evaluate(isolated, market(chain), hold(lots), { exact: true }).initial;
    expect(margin({ "100C": -1, "110C": 1 })).toBe(10);
    expect(margin({ "100P": -1 })).toBe(15);
  });
});

describe("coin-settled", () => {
  const coins = chain.map((one) => ({ ...one, ...coin }));
  const inCoin = { profile: { at: ["underlying", "expiry", "settlement"] } };
  const currencies = [{ id: "USDC", price: 1 }, COIN];
  const of = (lots: Record<string, number>, scan: Partial<Scan> = {}, model: Partial<MarginModel> = {}) =>
    evaluate(scanModel(scan, model), market(coins, currencies), hold(lots), { exact: false });

  test("in coin: payoffs divided by the price, at the strikes; at price 0 a coin is worth nothing and no row counts", () => {
    const r = of(
      { "80C": -1, "120C": 1 },
      { at: ["underlying", "expiry", "settlement"], floor: null },
      { initial: 0, maintenance: 0 },
    );
    // −(120 − 80)/120 at 120; the spread's loss in coin falls beyond
    expect(groupOf(r, "c")).toMatchObject({ unit: "A", value: expect.closeTo(1 / 3, 15) as number });
    expect(profileOf(r, "c")).toEqual([0, expect.closeTo(-1 / 3, 15)]);
    // a put's coin payoff has no bound at 0: at the lowest strike that is held it is (100 − 80)/80
    const puts = of(
      { "100P": -1, "80P": 1 },
      { at: ["underlying", "expiry", "settlement"] },
      { initial: 0, maintenance: 0 },
    );
    expect(groupOf(puts, "c").value).toBeCloseTo(20 / 80, 15);
  });

  test("in dollars: what the coin paid is worth there, so the payoff of the same option in cash", () => {
    const lots = { "80P": -1, "100C": -2, "120C": 1 };
    const r = of(lots);
    expect(profileOf(r, "c")).toEqual([-80, 0, 0, -40].map((x) => expect.closeTo(x, 12) as number));
    expect(r.initial).toBeCloseTo(80, 12);
  });

  test("a book in two settlement currencies: one sum in the model's, one for each in its own", () => {
    const both = [option(90, 1), { ...option(90, -1), ...coin }, option(110, 1, { id: "top" })];
    const margin = (scan: Partial<Scan>, total: MarginModel["initial"] = 0) =>
      evaluate(
        scanModel(scan, { initial: total, maintenance: total }),
        market(both, currencies),
        hold({ "90C": -2, "90P": -1, top: 1 }),
        {
          exact: false,
        },
      );
    expect(profileOf(margin({}, "c"), "c")).toEqual([-90, 0, -40].map((x) => expect.closeTo(x, 12) as number));
    const apart = margin({ at: ["underlying", "expiry", "settlement"] });
    expect(groupOf(apart, "c", { settlement: "USDC" }).value).toBe(40);
    expect(groupOf(apart, "c", { settlement: "A" }).value).toBe(0);
  });

  test("a model in the coin itself counts no price 0 either", () => {
    const r = of({ "100P": -1, "80P": 1 }, {}, { currency: "A" });
    expect(r.initial).toBeCloseTo(0.25, 15);
  });

  test("in dollars a short coin put loses its strike at 0, whole lots rounded to the model's quantum", () => {
    const r = evaluate(scanModel(), market(coins, currencies), hold({ "90P": -7 }), { exact: true });
    expect(r.initial).toBe(630);
    expect(
      evaluate(scanModel(inCoin, { initial: 0, maintenance: 0 }), market(coins, currencies), hold({ "90P": -7 }), {
        exact: true,
      }).nodes![0]!.groups[0]!.value,
    ).toBe(0);
  });
});

const opened: Venue[] = [];
afterAll(() => opened.forEach((venue) => venue.release()));

describe("a venue", () => {
  test("writes new prices into payoffs in the model's currency", () => {
    const coins = chain.map((one) => ({ ...one, ...coin }));
    const currencies = [{ id: "USDC", price: 1 }, COIN];
    const venue = openVenue(core, scanModel(), market(coins, currencies));
    opened.push(venue);
    const account = venue.account("a", { USDC: 1000 });
    account.fill(venue.instrument("90P"), -7, 0.01);
    venue.setPrice("A", 50); // a coin that is worth half of what its underlying is
    venue.commit();
    const stateless = core.margin(
      scanModel(),
      { ...market(coins, currencies), currencies: venue.state().market.currencies },
      hold({ "90P": -7 }),
    );
    expect(stateless.initial).toBe(315);
    expect(account.requirement().initial).toBe(315);
  });

  test("lists a strike anew, and checks an order in it", () => {
    const venue = openVenue(core, scanModel(), market(chain));
    opened.push(venue);
    const account = venue.account("a", { USDC: 1000 });
    account.fill(venue.instrument("100C"), -1, 1);
    expect(account.requirement().initial).toBe(0);
    venue.list(option(150, 1));
    venue.commit();
    expect(account.requirement().initial).toBe(0);
    expect(account.check(venue.instrument("150C"), 1, 1).initial).toBe(50);
  });
});

describe("an account that changes", () => {
  test("goes with the strikes that it holds", () => {
    const prepared = core.prepare(scanModel(), market(chain));
    const account = prepared.open(hold({ "90C": 1, "100C": -2 }));
    expect(account.requirement().initial).toBe(0);
    expect(account.change([{ instrument: "120C", lots: -1 }]).initial).toBe(10);
    expect(account.change([{ instrument: "120C", lots: 2 }]).initial).toBe(10);
    expect(account.change([{ instrument: "120C", lots: -1 }]).initial).toBe(0);
    prepared.release();
  });
});

describe("riskArrays", () => {
  test("has the payoffs of each instrument at the prices of its expiry", () => {
    const [set, ...rest] = core.riskArrays(
      scanModel(),
      market([...chain, perpetual]),
      hold({ "90C": 2, "110P": -1, P: 1 }),
    );
    expect(rest).toEqual([]);
    const rows = set!.instruments.map(({ instrument, labels, pnl }) => [
      instrument,
      labels.length,
      [...pnl].map((x) => x + 0),
    ]);
    expect(rows).toEqual([
      ["90C", 3, [0, 0, 40]],
      ["110P", 3, [-110, -20, 0]],
      ["P", 0, []],
    ]);
  });
});

describe("refuses", () => {
  const refused = (model: MarginModel, facts?: Fact[]) =>
    refusal(() =>
      core.margin(
        model,
        facts === undefined
          ? market(chain)
          : {
              ...market(
                chain.map((one) => ({ ...one, ...coin })),
                [{ id: "USDC", price: 1 }, COIN],
              ),
              facts,
            },
        hold({ "90C": -1 }),
      ),
    );
  const set = (settlement: Scenarios) => scanModel({}, { scenarios: { expiry: settlement } });
  test.each<[string, () => string, string]>([
    [
      "rows beside it",
      () => refused(set({ settlement: true, rows: [{}] })),
      "NotTogether | model.scenarios.expiry.rows: the rows of a set with `settlement` are the strikes",
    ],
    [
      "an array beside it",
      () => refused(set({ settlement: true, array: "pnl" })),
      "NotTogether | model.scenarios.expiry.array: the rows of a set with `settlement` are the strikes",
    ],
    [
      "a row by number",
      () => refused(scanModel({ reduce: { row: 0 } })),
      'NotTogether | model.charges.c.reduce: a set with `settlement` has no rows to name: "worst" only',
    ],
    [
      "slices in a profile",
      () => refused(scanModel({ profile: { of: [{ worst: "slice" }] } })),
      "NotTogether | model.charges.c.profile.of[0].worst: rows of a set with `settlement` have no such field",
    ],
    [
      "a profile over expiries",
      () => refused(scanModel({ at: "account" })),
      "LevelsApart | model.charges.c.profile.at: rows of a set with `settlement` are by expiry: its profiles have the keys underlying and expiry",
    ],
    [
      "a payoff in dollars without a spot",
      () => refused(scanModel(), [{ at: {}, mark: 100 }]),
      'MissingFact | market.facts: the market has no "spot" for instrument 90C',
    ],
  ])("%s", (_, call, message) => expect(call()).toBe(message));

  test("repricing of a correlated charge by its rows", () => {
    const model = modelOf({
      scenarios: { expiry: { settlement: true } },
      charges: {
        c: {
          kind: "correlated",
          factor: "underlying",
          bucket: "underlying",
          within: 1,
          measure: { up: "pnl", down: "pnl" },
          reprice: { scenarios: "expiry", up: 0, down: 0 },
        },
      },
    });
    expect(refused(model)).toBe(
      'UnknownScenarios | model.charges.c.reprice.scenarios: expected a set of model.scenarios with rows, was "expiry"',
    );
  });
});

/** Full collateral: the worst payoff in cash, net short calls beyond the last strike in the underlying; of calls alone, all in the underlying. */
const fullCollateral: MarginModel = modelOf({
  currency: "USD",
  scenarios: { expiry: { settlement: true } },
  charges: {
    inCash: { kind: "scan", at: "expiry", scenarios: "expiry" },
    inCoin: { kind: "scan", at: ["underlying", "expiry", "settlement"], scenarios: "expiry" },
    netShortCalls: { kind: "amount", at: "expiry", on: "short", select: { callPut: 1 } },
    puts: { kind: "amount", at: "expiry", net: "instrument", select: { callPut: -1 } },
    cash: { kind: "formula", at: "expiry", value: { if: [{ lt: [0, "puts"] }, "inCash", 0] } },
    coins: {
      kind: "formula",
      at: ["underlying", "expiry", "settlement"],
      value: { if: [{ lt: [0, "puts"] }, "netShortCalls", { max: ["netShortCalls", "inCoin"] }] },
    },
  },
});

describe.each(vectorIds("other-engines.json", "grappa."))("%s (../shared/vectors)", (id) => {
  test("cash and coin", () => {
    type Option = { type: "call" | "put"; strike: number; quantity: number };
    const { inputs, expected } = vector<{ options: Option[] }, { cash: number; underlying: number }>(
      "other-engines.json",
      id,
    );
    const instruments = inputs.options.map(({ type, strike }, k) =>
      option(strike, type === "call" ? 1 : -1, { ...coin, id: `O${k}` }),
    );
    const positions = inputs.options.map(({ quantity }, k) => ({ instrument: `O${k}`, amount: quantity }));
    const r = evaluate(
      fullCollateral,
      marketOf(
        asOf,
        [
          { id: "USD", price: 1 },
          { ...COIN, price: 20_000 },
        ],
        instruments,
        [{ at: {}, spot: 20_000 }],
      ),
      portfolioOf(positions),
      { exact: false },
    );
    expect(Math.abs(groupOf(r, "cash").value - expected.cash)).toBeLessThanOrEqual(1e-6);
    expect(Math.abs(groupOf(r, "coins").value - expected.underlying)).toBeLessThanOrEqual(1e-6);
  });
});
