/** A portfolio that changes in place: after any changes it has the bits of a new evaluation, and a refused change leaves it as it was. */
import { afterAll, describe, expect, test } from "vitest";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import type { Change } from "../../bindings/core/change.ts";
import type { Prepared } from "../../bindings/core/prepared.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { frtbDocuments, frtbModel } from "../../bindings/models/frtb/index.ts";
import { simmDocuments, simmModel, simmParameters } from "../../bindings/models/simm/index.ts";
import { core } from "../core.ts";
import { everyStep } from "../reference/every-step-model.ts";
import { Random } from "../reference/random.ts";
import { randomBook } from "../reference/random-book.ts";
import { basel } from "../reference/sensitivities/basel-parameters.ts";
import { invented } from "../reference/sensitivities/invented-parameters.ts";
import { randomCrif } from "../reference/sensitivities/random-crif.ts";
import { randomFrtb } from "../reference/sensitivities/random-frtb.ts";
import { simm } from "../reference/sensitivities/simm.ts";
import { failure } from "../documents/documents.ts";

const parameters = simmParameters(invented);
const open: Prepared[] = [];
afterAll(() => open.forEach((prepared) => prepared.release()));

function prepare(model: MarginModel, market: Market, exact = false): Prepared {
  const prepared = core.prepare(model, market, { exact });
  open.push(prepared);
  return prepared;
}

interface Book {
  model: MarginModel;
  market: Market;
  portfolio: Portfolio;
  exact?: boolean;
}
const books: Record<string, (seed: number) => Book> = {
  SIMM: (seed) => ({ model: simmModel(parameters), ...simmDocuments(randomCrif(invented, seed, 120), parameters) }),
  "the Basel method": (seed) => ({ model: frtbModel(), ...frtbDocuments(randomFrtb(basel, seed, 120)) }),
  "Deribit, whole lots": (seed) => {
    const { market, lots } = randomBook(seed);
    return {
      model: deribitPm,
      market,
      portfolio: { ...lots, positions: lots.positions.map(({ entry: _, ...rest }) => rest) },
      exact: true,
    };
  },
  "every step, amounts": (seed) => {
    const { market, amounts } = randomBook(seed);
    return {
      model: everyStep,
      market,
      portfolio: { ...amounts, positions: amounts.positions.map(({ entry: _, ...rest }) => rest) },
    };
  },
};

const quantityOf = (change: Change) => (change.lots === undefined ? { amount: change.amount! } : { lots: change.lots });
const negated = ({ instrument, lots, amount }: Change): Change =>
  lots === undefined ? { instrument, amount: -amount! } : { instrument, lots: -lots };

describe.each(Object.keys(books))("%s", (name) => {
  const bookOf = books[name]!;

  test("any sequence of changes ends where a new evaluation is, bit for bit, tree and all; and back at the start", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = new Random(1000 + seed);
      const { model, market, portfolio, exact = false } = bookOf(seed);
      const prepared = prepare(model, market, exact);
      // a third of it is held at first
      const held = portfolio.positions.filter(() => random.chance(0.4));
      const first = { ...portfolio, positions: held };
      const start = prepared.margin(first);
      const account = prepared.open(first);
      const done: Change[] = [];
      for (let step = 0; step < 25; step++) {
        const many = random.whole(1, 6);
        const changes = Array.from({ length: many }, (): Change => {
          const kind = random.next();
          const { instrument, lots, amount } = random.pick(portfolio.positions);
          const size = lots === undefined ? { amount: amount! } : { lots };
          if (kind < 0.5) return { instrument, ...size };
          if (kind < 0.7 && held.length > 0) return negated(random.pick(held) as Change);
          if (kind < 0.9 && done.length > 0) return negated(random.pick(done));
          return negated({ instrument, ...size });
        });
        const after = account.change(changes);
        done.push(...changes);
        if (step % 8 !== 7) continue;
        const rows = [...held, ...done.map((change) => ({ instrument: change.instrument, ...quantityOf(change) }))];
        const whole = core.margin(model, market, { ...portfolio, positions: rows }, { exact });
        expect(after, `seed ${seed} step ${step}`).toEqual({ ...totals(whole) });
        expect(tree(account.requirement()), `seed ${seed} step ${step}`).toEqual(tree(whole));
      }
      account.change(done.map(negated));
      expect(account.requirement(), `seed ${seed}, back at the start`).toEqual(start);
    }
  });
});

describe("entries", () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

  test.each([
    ["whole lots", true],
    ["amounts", false],
  ])(
    "of changes count as those of further rows do, bit for bit, and without one lots are at the mark: %s",
    (_, exact) => {
      let entered = 0;
      for (const seed of seeds) {
        const random = new Random(2000 + seed);
        const { market, lots, amounts } = randomBook(seed);
        const portfolio = exact ? lots : amounts;
        const model = exact ? deribitPm : everyStep;
        const start = { ...portfolio, positions: portfolio.positions.filter(() => random.chance(0.6)) };
        const held = prepare(model, market, exact).open(start);
        const before = held.requirement();
        const rows: Change[] = Array.from({ length: 12 }, () => {
          const { entry: _, ...row } = random.pick(portfolio.positions) as Change;
          const size = random.chance(0.4) ? negated(row) : row;
          const isEntered = random.chance(0.6);
          if (isEntered) entered++;
          return isEntered ? { ...size, entry: random.uniform(30_000, 120_000) } : size;
        });
        for (const row of rows) held.change([row]);
        const positions = [...start.positions, ...rows];
        const whole = core.margin(model, market, { ...start, positions }, { exact, explain: false });
        expect(held.requirement({ explain: false }), `seed ${seed}`).toEqual(whole);
        const turned = { ...start, positions: positions.toReversed() };
        expect(core.margin(model, market, turned, { exact, explain: false }), `seed ${seed}`).toEqual(whole);
        held.change(rows.map((row) => ({ ...negated(row), ...(row.entry === undefined ? {} : { entry: row.entry }) })));
        expect(held.requirement({ explain: false }).equity, `seed ${seed}`).toBe(before.equity);
      }
      expect(entered).toBeGreaterThan(20);
    },
  );

  const market: Market = {
    format: 1,
    asOf: "2026-01-01T00:00:00Z",
    currencies: [{ id: "USDC", largestTotal: 1e9, price: 1 }],
    instruments: [
      {
        ...{ id: "BTC-PERP", kind: "perpetual", underlying: "BTC", expiry: "perpetual" },
        ...{ settlement: "USDC", payoff: "linear", lot: 1 },
      },
    ],
    facts: [{ at: { instrument: "BTC-PERP" }, mark: 110 }],
  };
  const gains: MarginModel = {
    ...{ format: 1, id: "gains", edition: "2026-01-01", source: "invented", currency: "USDC" },
    ...{ parameters: {}, charges: { gain: { kind: "formula", at: ["settlement"], value: "unrealised" } } },
    ...{ equity: "gain", initial: 0, maintenance: 0 },
  };
  const five = { instrument: "BTC-PERP", lots: 5, entry: 100 };
  const held = (...positions: Change[]): Portfolio => ({ format: 1, positions: positions as never, balances: {} });

  test.each<[string, Change, number]>([
    ["added at the mark", { instrument: "BTC-PERP", lots: 3 }, 50],
    ["added at an entry", { instrument: "BTC-PERP", lots: 3, entry: 104 }, 68],
    ["taken away at the mark: their gain stays", { instrument: "BTC-PERP", lots: -2 }, 50],
    ["taken away with what they gained", { instrument: "BTC-PERP", lots: -2, entry: 100 }, 30],
    ["all taken away at the mark", { instrument: "BTC-PERP", lots: -5 }, 50],
    ["all taken away with what they gained", { instrument: "BTC-PERP", lots: -5, entry: 100 }, 0],
  ])("lots %s", (_, row, equity) => {
    const account = prepare(gains, market, true).open(held(five));
    expect(account.change([row]).equity).toBe(equity);
    expect(core.margin(gains, market, held(five, row)).equity).toBe(equity);
  });

  test("from which no result is a number are refused in those words", () => {
    const account = prepare(gains, market, true).open(held(five));
    const rows = [{ instrument: "BTC-PERP", lots: 1, entry: 1e308 }];
    expect(failure(() => account.change(rows)).message).toBe(
      "changes[0].entry: expected a price from which the result to the mark is a number, was 1e+308",
    );
    expect(account.requirement().equity).toBe(50);
  });

  test("of a refused change leave no gain", () => {
    const account = prepare(gains, market, true).open(held(five));
    const rows = [
      { instrument: "BTC-PERP", lots: 1e6, entry: 1 },
      { instrument: "BTC-PERP", lots: 2 ** 53, entry: 109 },
    ];
    expect(failure(() => account.change(rows)).code).toBe("BeyondExactRange");
    expect(account.requirement().equity).toBe(50);
  });
});

/** Totals without the tree, to the sign of a zero. */
function totals({ nodes: _, model, market, ...rest }: Requirement): object {
  return { ...rest, model: { id: model.id, edition: model.edition }, market: { asOf: market.asOf } };
}
/** The error that a call raises. */
const tree = ({ nodes, initial, outputs }: Requirement) => ({ nodes, initial, outputs });

describe("an account", () => {
  const records = randomCrif(invented, 3, 60);
  const model = simmModel(parameters);
  const { market, portfolio } = simmDocuments(records, parameters);

  test("a change gives what the twin gives for the whole portfolio", () => {
    const account = prepare(model, market).open({ ...portfolio, positions: portfolio.positions.slice(10) });
    const { initial } = account.change(portfolio.positions.slice(0, 10) as Change[]);
    const { total } = simm(invented, records, { horizon: 10, side: "call", calculationCurrency: "USD" });
    expect(Math.abs(initial - total)).toBeLessThan(1e-13 * total);
  });

  test("a refused change leaves it as it was", () => {
    const account = prepare(model, market).open(portfolio);
    const before = account.requirement();
    const { instrument } = portfolio.positions[0]!;
    const refused: [Change[], string][] = [
      [
        [
          { instrument, amount: 1 },
          { instrument: "nothing of that name", amount: 1 },
        ],
        "UnknownInstrument",
      ],
      [
        [
          { instrument, amount: 1 },
          { instrument, amount: NaN },
        ],
        "QuantityNotFinite",
      ],
      [
        [
          { instrument, amount: 1 },
          { instrument, amount: Infinity },
        ],
        "QuantityNotFinite",
      ],
      [
        [
          { instrument, amount: 1 },
          { instrument, lots: 1 },
        ],
        "LotMissing",
      ],
      [[{ instrument, amount: 1 }, { instrument }], "LotsOrAmount"],
      [
        [
          { instrument, amount: 1 },
          { instrument, amount: 1, lots: 1 },
        ],
        "LotsOrAmount",
      ],
    ];
    for (const [changes, code] of refused) {
      const error = failure(() => account.change(changes));
      expect([error.code, error.row]).toEqual([code, 1]);
      expect(error.field).toMatch(/^changes\[1\]/);
      expect(account.requirement()).toEqual(before);
    }
  });

  test.each([
    ["a weight", "equityWeight", "Risk_Equity"],
    ["a factor of the measure", "scaling", "Risk_EquityVol"],
  ])("a change to where %s is missing is refused too, and spoils nothing", (_, name, riskType) => {
    // without it the result would be no number
    const stray = {
      ...records.find((record) => record.riskType === riskType)!,
      bucket: "Residual",
      qualifier: "stray",
      label1: "30y",
    };
    const others = records.filter(({ label1, bucket }) => label1 !== "30y" && bucket !== "Residual");
    const { for: places = [], ...figure } = model.parameters[name]!;
    const known = places.filter(({ bucket, tenor }) => bucket !== "Residual" && tenor !== "30y");
    const lacking = { ...model, parameters: { ...model.parameters, [name]: { ...figure, for: known } } };
    const all = simmDocuments([...others, stray], parameters);
    const held = { ...all.portfolio, positions: all.portfolio.positions.slice(0, -1) };
    const prepared = prepare(lacking, all.market);
    const account = prepared.open(held);
    const before = account.requirement();
    const { instrument, amount } = all.portfolio.positions.at(-1)!;
    const other = held.positions[0]!;
    const changes = [
      { instrument: other.instrument, amount: other.amount! },
      { instrument, amount: amount! },
    ];
    expect(failure(() => account.change(changes)).message).toContain(name);
    expect(account.requirement()).toEqual(before);
    account.change([changes[0]!]);
    const positions = [...held.positions, changes[0]!];
    expect(account.requirement()).toEqual(core.margin(lacking, all.market, { ...held, positions }, { exact: false }));
    expect(() => prepared.open(all.portfolio)).toThrow(name);
  });

  describe("of amounts that are too large", () => {
    const small: MarginModel = {
      format: 1,
      id: "two-names",
      edition: "2026-01-01",
      source: "invented",
      currency: "USD",
      keys: ["bucket", "name", "measure"],
      parameters: { multiple: { unit: "factor", source: "invented", is: 1, for: [{ measure: "large", is: 1e9 }] } },
      charges: {
        c: { kind: "correlated", factor: ["bucket", "name"], bucket: ["bucket"], within: 0.5, measure: "multiple" },
      },
      equity: 0,
      initial: "c",
      maintenance: "c",
    };
    const instrument = (id: string, measure: string) => ({
      id,
      kind: "sensitivity" as const,
      underlying: "X",
      expiry: "perpetual",
      settlement: "USD",
      payoff: "linear" as const,
      keys: { bucket: "1", name: id.slice(0, 1), measure },
    });
    const two: Market = {
      format: 1,
      asOf: "2026-01-01T00:00:00Z",
      currencies: [{ id: "USD", largestTotal: 1e9, price: 1 }],
      instruments: [instrument("a", "plain"), instrument("b", "plain"), instrument("a large", "large")],
      facts: [],
    };
    const held = (a: number, b = 50) => ({
      format: 1 as const,
      positions: [
        { instrument: "a", amount: a },
        { instrument: "b", amount: b },
      ],
      balances: { USD: 12.5 },
    });

    test.each([
      [
        "an amount",
        [{ instrument: "a", amount: 1e200 }],
        "changes[0].amount: expected at most 2^53 in size, was 1e+200",
      ],
      ["an amount", [{ instrument: "a", amount: -1e17 }], "changes[0].amount: expected at most 2^53 in size, was -1"],
      [
        "a position",
        [
          { instrument: "b", amount: 9e15 },
          { instrument: "b", amount: 9e15 },
        ],
        'changes[1].amount: expected a position of "b" that is at most 2^53 in size, and this makes it more',
      ],
      ["a balance", [{ instrument: "USD", amount: 1e16 }], "changes[0].amount: expected at most 2^53 in size, was 1"],
    ])("%s beyond 2^53 is refused, and what is held stays", (_, changes, message) => {
      const account = prepare(small, two).open(held(100.7));
      const before = account.requirement();
      const error = failure(() => account.change(changes));
      expect(error.code).toBe("TooLarge");
      expect(error.message).toContain(message);
      expect(account.requirement()).toEqual(before);
    });

    test("a portfolio whose amounts add up to more is refused too", () => {
      const rows = [1, 2].map(() => ({ instrument: "a", amount: 2 ** 53 }));
      const error = failure(() => core.margin(small, two, { ...held(1), positions: rows }, { exact: false }));
      expect([error.code, error.field]).toEqual(["TooLarge", "portfolio.positions[1].amount"]);
    });

    test("what a sum beyond the exact range lost comes back when it is taken away", () => {
      const account = prepare(small, two).open(held(100.7));
      const before = account.requirement();
      account.change([{ instrument: "a large", amount: 1e15 + 0.3 }]);
      account.change([{ instrument: "a large", amount: -1e15 - 0.3 }]);
      expect(account.requirement()).toEqual(before);
    });

    test("a position that a refused change closed keeps its result", () => {
      const books = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => randomBook(seed));
      const { market: book, lots } = books.find((one) => one.lots.positions.some(({ entry }) => entry !== undefined))!;
      const place = lots.positions.findIndex(({ entry }) => entry !== undefined);
      const account = prepare(deribitPm, book, true).open(lots);
      const before = account.requirement();
      const { instrument: closed, lots: size } = lots.positions[place]!;
      const other = lots.positions.find((position) => position.instrument !== closed)!;
      const changes = [
        { instrument: closed, lots: -size! },
        { instrument: other.instrument, lots: 2 ** 53 },
      ];
      expect(["BeyondExactRange", "Undefined"]).toContain(failure(() => account.change(changes)).code);
      expect(account.requirement()).toEqual(before);
    });
  });

  test.each([
    ["x", "changes: expected a list, was"],
    [[null], "changes[0]: expected an object, was null"],
    [["x"], "changes[0]: expected an object, was"],
    [[{ instrument: portfolio.positions[0]!.instrument, amount: "1" }], "changes[0].amount: expected a number, was"],
    [[{ amount: 1 }], "changes[0].instrument: expected text, was missing"],
    [[{ instrument: "x", amounts: 1 }], "changes[0].amounts: unknown field; there are instrument, lots, amount, entry"],
    [[{ instrument: "x", amount: 1, entry: "1" }], "changes[0].entry: expected a number, was"],
    [[{ instrument: "x", amount: 1, entry: NaN }], "changes[0].entry: expected > 0, was NaN"],
    [[{ instrument: "x", amount: 1, entry: -1 }], "changes[0].entry: expected > 0, was -1"],
    [[{ instrument: "USD", amount: 1, entry: 1 }], "changes[0].entry: a balance has no entry"],
  ])("what is no change is refused: %j", (changes, message) => {
    const account = prepare(model, market).open(portfolio);
    expect(failure(() => account.change(changes as unknown as Change[])).message).toContain(message);
  });

  test.each<[unknown, string]>([
    [null, "options: expected an object, was null"],
    ["x", "options: expected an object, was"],
    [{ explian: false }, "options.explian: no option; there are exact and explain"],
    [{ explain: 0 }, "options.explain: expected true or false, was 0"],
  ])("options that are none are refused: %j", (options, message) => {
    const prepared = prepare(model, market);
    const account = prepared.open(portfolio);
    expect(failure(() => account.requirement(options as object)).message).toContain(message);
    expect(failure(() => prepared.margin(portfolio, options as object)).message).toContain(message);
    expect(account.requirement({ explain: false }).initial).toBeGreaterThan(0); // margin was refused before it took the account's place
  });

  test("ends when another portfolio is given to the same object", () => {
    const prepared = prepare(model, market);
    const account = prepared.open(portfolio);
    const message = "account: another portfolio has been given to this object since; open it again";
    prepared.margin(portfolio);
    expect(() => account.change([])).toThrow(message);
    const again = prepared.open(portfolio);
    expect(() => account.requirement()).toThrow(message);
    expect(again.requirement().initial).toBe(prepared.margin(portfolio).initial);
    expect(() => again.requirement()).toThrow(message);
  });

  test("changes nothing where nothing is changed", () => {
    const account = prepare(model, market).open(portfolio);
    const before = account.requirement();
    account.change([]);
    expect(account.requirement()).toEqual(before);
    const { instrument, amount } = portfolio.positions[0]!;
    account.change([
      { instrument, amount: amount! },
      { instrument, amount: -amount! },
    ]);
    expect(account.requirement()).toEqual(before);
  });
});
