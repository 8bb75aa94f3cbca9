/** The crypto profiles against plain sums and full repricing, and against the twin of the Basel method with the same sensitivities. */
import { describe, expect, it, test } from "vitest";
import type { Instrument, Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import type { CorrelatedBucket, Requirement } from "../../bindings/documents/requirement.ts";
import { cryptoBasel2a, cryptoFloating, models } from "../../bindings/models/index.ts";
import { readSample } from "../cli/sample.ts";
import { core } from "../core.ts";
import { coinsOf, root, type Coin } from "../reference/crypto-sensitivities.ts";
import { randomBook } from "../reference/random-book.ts";
import { basel } from "../reference/sensitivities/basel-parameters.ts";
import { frtb } from "../reference/sensitivities/frtb.ts";
import type { FrtbSensitivity } from "../reference/sensitivities/frtb-types.ts";

interface Book {
  name: string;
  market: Market;
  portfolio: Portfolio;
  exact: boolean;
}
const sample = readSample();
const books: Book[] = [
  { name: "the sample", ...sample, exact: true },
  ...Array.from({ length: 40 }, (_, i) => randomBook(i + 1)).flatMap(({ market, lots, amounts }, i): Book[] => [
    { name: `random book ${i + 1}`, market, portfolio: lots, exact: true },
    { name: `random book ${i + 1} in fractions`, market, portfolio: amounts, exact: false },
  ]),
];

const parameter = (model: MarginModel, name: string) => model.parameters[name]!.is as number;
function withParameter(model: MarginModel, name: string, is: number): MarginModel {
  return { ...model, parameters: { ...model.parameters, [name]: { ...model.parameters[name]!, is } } };
}
const nodeOf = (found: Requirement, name: string) => found.nodes!.find((node) => node.name === name)!;

/** Values of options are within 1e-15 of the forward, and −99.9999 % of a coin leaves few of the digits of a coin's option. */
const close = (found: number, plain: number, gross: number, what: string, rounding = 0) =>
  expect(Math.abs(found - plain), `${what}: ${found}, plain ${plain}`).toBeLessThanOrEqual(
    1e-11 * gross + 1e-9 + rounding,
  );

/** What rounding rows to the quanta of lots can have moved, in quote currency after the move up. */
const roundingOf = (found: Requirement, { currencies }: Market, moveUp: number) =>
  Object.entries(found.rounding ?? {}).reduce(
    (sum, [id, bound]) => sum + 1.2 * bound * currencies.find((one) => one.id === id)!.price! * (1 + moveUp),
    0,
  );

/** K of delta and vega by coin, the larger side of curvature, and their sums. */
function expectBasel({ market, portfolio, exact }: Book, model = cryptoBasel2a): void {
  const found = core.margin(model, market, portfolio, { exact });
  const is = (name: string) => parameter(model, name);
  const coins = coinsOf(market, portfolio, is("moveUp"), is("moveDown"));
  const gross = [...coins.values()].reduce((total, coin) => total + coin.gross, 0);
  const linear = (sums: Map<number, number>, weight: number) =>
    root(
      [...sums.values()].map((x) => weight * x),
      () => is("tenorRho"),
    );
  const byCoin: Record<string, (coin: Coin) => number> = {
    delta2a: ({ delta }) => linear(delta, is("deltaWeight")),
    vega2a: ({ vega }) => linear(vega, is("vegaWeight")),
    curvature2a: ({ cvr }) => Math.max(0, ...cvr),
  };
  const rounding = roundingOf(found, market, is("moveUp"));
  let total = 0;
  for (const [name, K] of Object.entries(byCoin)) {
    const [group] = nodeOf(found, name).groups;
    const { buckets } = group!.driver as { buckets: CorrelatedBucket[] };
    for (const bucket of buckets) {
      const coin = coins.get(String(bucket.keys["underlying"]))!;
      close(bucket.K, K(coin), coin.gross, `${name} ${JSON.stringify(bucket.keys)}`, rounding);
      if (name === "curvature2a" && Math.abs(coin.cvr[0] - coin.cvr[1]) > 1e-9 * coin.gross && bucket.K > 0)
        expect(bucket.side).toBe(coin.cvr[1] > coin.cvr[0] ? "down" : "up");
    }
    const sum = [...coins.values()].reduce((x, coin) => x + K(coin), 0);
    close(group!.value, sum, gross, name, rounding);
    total += sum;
  }
  close(found.initial, total, gross, "initial", rounding);
  expect(found.maintenance).toBe(found.initial);
}

function expectFloating({ market, portfolio, exact }: Book, model = cryptoFloating): void {
  const found = core.margin(model, market, portfolio, { exact });
  const factors = [...coinsOf(market, portfolio, 1, -0.5)].flatMap(([coin, { delta, gross }]) =>
    [...delta].map(([tenor, x]) => ({ coin, tenor, x, gross })),
  );
  const plain = root(
    factors.map(({ x }) => parameter(model, "deltaWeight") * x),
    (k, l) =>
      (factors[k]!.coin === factors[l]!.coin ? 1 : parameter(model, "coinRho")) *
      (factors[k]!.tenor === factors[l]!.tenor ? 1 : parameter(model, "tenorRho")),
  );
  const gross = factors.reduce((total, factor) => total + factor.gross, 0);
  close(found.initial, plain, gross, "initial");
}

describe("crypto-basel-2a", () => {
  it.each(books)("of $name is K of each coin by plain sums and repricing", (book) => expectBasel(book));

  it.each(books.slice(0, 21))(
    "of $name is what the twin of the Basel method says of the same sensitivities",
    (book) => {
      const { market, portfolio, exact } = book;
      const coins = coinsOf(market, portfolio, 1, -0.999999);
      const rows = [...coins].flatMap(([bucket, { delta, vega, cvr }]): FrtbSensitivity[] => {
        const common = { riskClass: "crypto" as const, bucket, name: "", location: "one" };
        return [
          ...[...delta].map(([tenor, amount]) => ({
            ...common,
            measure: "delta" as const,
            factor: "" as const,
            tenor,
            amount,
          })),
          ...[...vega].map(([optionTenor, amount]) => ({ ...common, measure: "vega" as const, optionTenor, amount })),
          ...(vega.size === 0
            ? []
            : [{ ...common, measure: "curvature" as const, cvrUp: cvr[0], cvrDown: cvr[1], divisible: false }]),
        ];
      });
      const { total, scenarios } = frtb(basel, rows);
      const gross = [...coins.values()].reduce((sum, coin) => sum + coin.gross, 0);
      const found = core.margin(cryptoBasel2a, market, portfolio, { exact });
      const rounding = roundingOf(found, market, 1);
      close(found.initial, total, gross, "total", rounding);
      for (const measure of ["delta", "vega", "curvature"] as const)
        close(
          nodeOf(found, `${measure}2a`).value!,
          scenarios.medium.classes.crypto?.[measure]?.risk ?? 0,
          gross,
          measure,
          rounding,
        );
    },
  );

  it.each([
    ["deltaWeight", 0.1],
    ["deltaWeight", 2],
    ["vegaWeight", 0.1],
    ["vegaWeight", 2],
    ["tenorRho", 0],
    ["tenorRho", 1],
    ["moveUp", 0.05],
    ["moveUp", 3],
    ["moveDown", -0.05],
    ["moveDown", -0.999999],
  ])("%s %f acts as in the plain sums, and acts", (name, is) => {
    const model = withParameter(cryptoBasel2a, name, is);
    for (const book of books.slice(0, 11)) expectBasel(book, model);
    // a short put, whose larger side is the move down, beside the sample, whose is the move up
    const puts: Portfolio = { format: 1, positions: [{ instrument: "BTC-27MAR26-50000-P", lots: -10 }], balances: {} };
    const marginOf = (one: MarginModel) =>
      core.margin(one, sample.market, sample.portfolio).initial + core.margin(one, sample.market, puts).initial;
    if (is !== parameter(cryptoBasel2a, name)) expect(marginOf(model)).not.toBe(marginOf(cryptoBasel2a));
  });
});

describe("curvature", () => {
  const curvature = (option: Instrument, lots: number) => {
    const { market } = sample;
    const portfolio: Portfolio = { format: 1, positions: [{ instrument: option.id, lots }], balances: {} };
    return nodeOf(core.margin(cryptoBasel2a, market, portfolio), "curvature2a").value!;
  };
  const options = sample.market.instruments.filter(({ kind }) => kind === "option");
  it("is none of a long option, paid in dollars or in coin, and is some of a short one", () => {
    for (const option of options) {
      expect(curvature(option, 10), option.id).toBe(0);
      expect(curvature(option, -10), option.id).toBeGreaterThan(0);
    }
  });
  it("of a short call is the move up, of a short put far below the money too", () => {
    const driver = (lots: number, id: string) => {
      const portfolio: Portfolio = { format: 1, positions: [{ instrument: id, lots }], balances: {} };
      const { groups } = nodeOf(core.margin(cryptoBasel2a, sample.market, portfolio), "curvature2a");
      return (groups[0]!.driver as { buckets: CorrelatedBucket[] }).buckets[0]!.side;
    };
    expect(driver(-1, "BTC-27MAR26-92000-C")).toBe("up");
    expect(driver(-1, "BTC-27MAR26-50000-P")).toBe("down");
  });
  it("of futures, perpetuals and spot is none: there is no such charge of them", () => {
    const positions = sample.portfolio.positions.filter(({ instrument }) => !/-[CP]$/.test(instrument));
    const found = core.margin(cryptoBasel2a, sample.market, { format: 1, positions, balances: {} });
    expect(nodeOf(found, "curvature2a").value).toBe(0);
    expect(nodeOf(found, "vega2a").value).toBe(0);
    expect(found.initial).toBeGreaterThan(0);
  });
});

describe("crypto-floating-2026", () => {
  it.each(books)("of $name is one root over coins and tenors", (book) => expectFloating(book));
  it.each([
    ["deltaWeight", 0.1],
    ["deltaWeight", 2],
    ["coinRho", 0],
    ["coinRho", 1],
    ["tenorRho", 0],
    ["tenorRho", 1],
  ])("%s %f acts as in the plain sums, and acts", (name, is) => {
    const model = withParameter(cryptoFloating, name, is);
    for (const book of books.slice(0, 21)) expectFloating(book, model);
    const { market, portfolio } = sample;
    expect(core.margin(model, market, portfolio).initial).not.toBe(
      core.margin(cryptoFloating, market, portfolio).initial,
    );
  });
});

describe.each([cryptoBasel2a, cryptoFloating])("$id", (model) => {
  it("comes with the package", () => expect(models[model.id]).toBe(model));

  it.each(books.slice(0, 31))(
    "of $name: the shares of positions add up, and nothing is scaled",
    ({ market, portfolio, exact }) => {
      const found = core.margin(model, market, portfolio, { exact });
      for (const { name, groups } of found.nodes!) {
        for (const { value, shares = [], rescaled, fixed } of groups) {
          expect([rescaled, fixed]).toEqual([undefined, undefined]);
          if (name === "equity") continue;
          const gross = shares.reduce((total, [, share]) => total + Math.abs(share), 0);
          const sum = shares.reduce((total, [, share]) => total + share, 0);
          expect(Math.abs(sum - value), name).toBeLessThanOrEqual(1e-9 * gross + 1e-6);
        }
      }
    },
  );

  it("treats a coin-settled option as one in dollars of the same terms", () => {
    const { market } = randomBook(11);
    const pairs = market.instruments.flatMap((one) => {
      const other = market.instruments.find(
        (two) =>
          two.payoff === "inverse" &&
          one.payoff === "linear" &&
          one.kind === "option" &&
          two.kind === "option" &&
          two.underlying === one.underlying &&
          two.expiry === one.expiry &&
          two.strike === one.strike &&
          two.callPut === one.callPut,
      );
      return other === undefined ? [] : [[one, other] as const];
    });
    expect(pairs.length).toBeGreaterThan(3);
    const marginOf = (side: 0 | 1) => {
      const positions = pairs.map((pair, i) => ({ instrument: pair[side].id, amount: i % 3 === 0 ? 5 : -3 }));
      return core.margin(model, market, { format: 1, positions, balances: {} }, { exact: false }).initial;
    };
    expect(marginOf(1) / marginOf(0)).toBeCloseTo(1, 10);
  });

  test("an account that changed is one that is new, coins that are closed included", () => {
    const { market } = sample;
    const positions = sample.portfolio.positions.map(({ entry: _, ...position }) => position);
    const [btc, eth] = [true, false].map((is) =>
      positions.filter(({ instrument }) => instrument.startsWith("BTC") === is),
    );
    const portfolioOf = (held: typeof positions): Portfolio => ({ format: 1, positions: held, balances: {} });
    using live = core.prepare(model, market);
    using fresh = core.prepare(model, market);
    const account = live.open(portfolioOf(positions));
    const opposite = (held: typeof positions) => held.map(({ instrument, lots }) => ({ instrument, lots: -lots! }));
    account.change(opposite(eth!));
    expect(account.requirement()).toEqual(fresh.margin(portfolioOf(btc!)));
    account.change(eth as { instrument: string; lots: number }[]);
    expect(account.requirement()).toEqual(fresh.margin(portfolioOf(positions)));
    account.change(opposite(positions));
    expect(account.requirement()).toEqual(fresh.margin(portfolioOf([])));
  });
});
