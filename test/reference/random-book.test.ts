/** The generator and the twin on its books: reproducible, valid, and consistent between lots and amounts. */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { market as marketSchema } from "../../bindings/documents/market.ts";
import { model as modelSchema } from "../../bindings/documents/model.ts";
import { portfolio as portfolioSchema } from "../../bindings/documents/portfolio.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { everyStep } from "./every-step-model.ts";
import { evaluate, riskArrays } from "./evaluate.ts";
import { moved, randomBook } from "./random-book.ts";

const seeds = Array.from({ length: 100 }, (_, i) => i);

/** The largest amount in sight: rounding and cancellation are judged against it. */
function scaleOf(seed: number): number {
  const { market, lots } = randomBook(seed);
  const arrays = riskArrays(everyStep, market, lots, { exact: false });
  const price = new Map(market.currencies.map((c) => [c.id, c.price!]));
  const settlement = new Map(market.instruments.map((i) => [i.id, i.settlement]));
  const losses = Object.values(arrays).flatMap((set) =>
    set.flatMap((p) => p.pnl.map((x) => Math.abs(x * price.get(settlement.get(p.instrument)!)!))),
  );
  return losses.reduce((a, b) => a + b, 1);
}

test("the same seed gives the same book, another seed another", () => {
  expect(randomBook(7)).toEqual(randomBook(7));
  expect(randomBook(7)).not.toEqual(randomBook(8));
});

test("documents pass their schemas", () => {
  v.parse(modelSchema, everyStep);
  for (const seed of seeds) {
    const { market, lots, amounts } = randomBook(seed);
    v.parse(marketSchema, market);
    v.parse(portfolioSchema, lots);
    v.parse(portfolioSchema, amounts);
  }
});

test("books cover every kind, both payoffs, one to three coins, hours and years", () => {
  const books = seeds.map(randomBook);
  const traded = books.flatMap(({ market, lots }) =>
    lots.positions.map((p) => market.instruments.find((i) => i.id === p.instrument)!),
  );
  expect(new Set(traded.map((i) => `${i.kind} ${i.payoff}`)).size).toBe(7); // spot is linear only
  expect(new Set(books.map(({ market }) => market.currencies.length))).toEqual(new Set([3, 4, 5]));
  const hours = books.flatMap(({ market }) =>
    market.instruments.flatMap((i) =>
      i.expiry === "perpetual" ? [] : [(Date.parse(i.expiry) - Date.parse(market.asOf)) / 3_600_000],
    ),
  );
  expect(Math.min(...hours)).toBeLessThan(12);
  expect(Math.max(...hours)).toBeGreaterThan(600 * 24);
});

describe("the twin on random books", () => {
  test("lots rounded to quanta agree with the same amounts unrounded", () => {
    for (const seed of seeds) {
      const { market, lots } = randomBook(seed);
      const exact = evaluate(everyStep, market, lots, { exact: true });
      const plain = evaluate(everyStep, market, lots, { exact: false });
      const tolerance = 1e-6 * scaleOf(seed);
      for (const total of ["equity", "initial", "maintenance"] as const) {
        expect(Math.abs(exact[total] - plain[total]), `seed ${seed} ${total}`).toBeLessThan(Math.max(tolerance, 0.02)); // initial is rounded to cents
      }
    }
  });

  test("the Deribit preset: a requirement on every book, of lots and of amounts", () => {
    for (const seed of seeds) {
      const { market, lots, amounts } = randomBook(seed);
      const exact = evaluate(deribitPm, market, lots, { exact: true });
      const plain = evaluate(deribitPm, market, lots, { exact: false });
      expect(Math.abs(exact.maintenance - plain.maintenance), `seed ${seed}`).toBeLessThan(1e-6 * scaleOf(seed));
      expect(evaluate(deribitPm, market, amounts, { exact: false }).initial, `seed ${seed}`).toBeGreaterThanOrEqual(0);
    }
  });

  test("every charge is more than 0 on some book, and every scan drives by several rows", () => {
    const seen = new Map<string, number>();
    const rows = new Map<string, Set<number>>();
    for (const seed of seeds) {
      const { market, amounts } = randomBook(seed);
      for (const node of evaluate(everyStep, market, amounts, { exact: false }).nodes!) {
        for (const group of node.groups) {
          if (group.value !== 0) seen.set(node.name, (seen.get(node.name) ?? 0) + 1);
          if (group.driver && "row" in group.driver)
            rows.set(node.name, (rows.get(node.name) ?? new Set()).add(group.driver.row));
        }
      }
    }
    for (const name of Object.keys(everyStep.charges)) expect(seen.get(name), name).toBeGreaterThan(10);
    for (const name of ["matrix", "tail", "sliced"]) expect(rows.get(name)!.size, name).toBeGreaterThan(2);
  });

  test("inputs moved by 1 % move the result", () => {
    for (const seed of seeds) {
      const { market, amounts } = randomBook(seed);
      const inputs = { model: everyStep, market, portfolio: amounts };
      const after = moved(inputs, 1.01);
      const a = evaluate(inputs.model, inputs.market, inputs.portfolio, { exact: false });
      const b = evaluate(after.model, after.market, after.portfolio, { exact: false });
      expect(b.maintenance, `seed ${seed}`).not.toBe(a.maintenance);
      expect(after.market.instruments).toEqual(market.instruments);
    }
  });
});
