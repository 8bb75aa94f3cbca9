/** Shares add up to their node, and are what a small change of a position does to it. */
import { describe, expect, test } from "vitest";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import { core } from "../core.ts";
import { everyStep } from "../reference/every-step-model.ts";
import { randomBook } from "../reference/random-book.ts";

describe.each([deribitPm, everyStep])("$id", (model) => {
  test("in every group that has shares they sum to its value", () => {
    let counted = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const { market, amounts } = randomBook(seed);
      for (const node of core.margin(model, market, amounts, { exact: false }).nodes!) {
        for (const { value, shares } of node.groups) {
          if (shares === undefined) continue;
          const sum = shares.reduce((total, [, share]) => total + share, 0);
          const gross = shares.reduce((total, [, share]) => total + Math.abs(share), 0);
          expect(Math.abs(sum - value)).toBeLessThanOrEqual(1e-9 * Math.max(gross, Math.abs(value)));
          counted++;
        }
      }
    }
    expect(counted).toBeGreaterThan(1000);
  });

  test("an unscaled share is q·∂value/∂q by differences", () => {
    for (let seed = 1; seed <= 12; seed++) {
      const { market, amounts } = randomBook(seed);
      const portfolio = { ...amounts, positions: merged(amounts) };
      const base = core.margin(model, market, portfolio, { exact: false });
      for (const name of [
        "standardTable",
        "netDelta",
        "rollShock",
        "worstCase",
        "matrix",
        "tail",
        "coin",
        "peg",
        "premium",
        "decay",
      ]) {
        const node = base.nodes!.find((n) => n.name === name);
        for (const group of node?.groups ?? []) {
          if (group.rescaled || group.shares === undefined) continue;
          for (const [instrument, share] of group.shares.slice(0, 4)) {
            if (!portfolio.positions.some((p) => p.instrument === instrument)) continue;
            const slope = difference(model, market, portfolio, instrument, name, group.keys);
            // where the worst row changes inside the step the two sides differ: no derivative to compare
            if (slope !== undefined)
              expect(share, `${name} ${instrument}`).toBeCloseTo(
                slope,
                -Math.log10(1e-5 * Math.max(1, Math.abs(slope))),
              );
          }
        }
      }
    }
  });
});

function merged({ positions }: Portfolio) {
  const by = new Map<string, number>();
  for (const { instrument, amount } of positions) by.set(instrument, (by.get(instrument) ?? 0) + amount!);
  return [...by].map(([instrument, amount]) => ({ instrument, amount }));
}

/** Relative change of one position, up and down; undefined where the slopes of the two sides disagree. */
function difference(
  model: MarginModel,
  market: Market,
  portfolio: Portfolio,
  instrument: string,
  name: string,
  keys: object,
): number | undefined {
  const h = 1e-5;
  const at = (by: number) => {
    const positions = portfolio.positions.map((p) =>
      p.instrument === instrument ? { ...p, amount: p.amount! * by } : p,
    );
    const node = core
      .margin(model, market, { ...portfolio, positions }, { exact: false })
      .nodes!.find((n) => n.name === name)!;
    return node.groups.find((g) => JSON.stringify(g.keys) === JSON.stringify(keys))!.value;
  };
  const [down, here, up] = [at(1 - h), at(1), at(1 + h)] as const;
  const left = (here - down) / h;
  const right = (up - here) / h;
  return Math.abs(left - right) <= 1e-4 * Math.max(1, Math.abs(left)) ? (up - down) / (2 * h) : undefined;
}
