/** The last program of each model and market: calls that change only quantities need not compile again. */
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Portfolio } from "../documents/portfolio.ts";
import { compile, type Program } from "./program.ts";

export class ProgramCache {
  private readonly byModel = new WeakMap<MarginModel, WeakMap<Market, { held: string; program: Program }>>();

  /** Documents are checked, so frozen: the same object is the same document. */
  get(model: MarginModel, market: Market, portfolio: Portfolio): Program {
    let byMarket = this.byModel.get(model);
    if (byMarket === undefined) this.byModel.set(model, (byMarket = new WeakMap()));
    const held = heldBy(portfolio);
    let last = byMarket.get(market);
    if (last?.held !== held) byMarket.set(market, (last = { held, program: compile(model, market, portfolio) }));
    return last.program;
  }
}

/** What a program depends on of a portfolio: which instruments and currencies, not how much. */
function heldBy({ positions, balances, orders = [] }: Portfolio): string {
  return JSON.stringify([
    [...new Set([...positions, ...orders].map(({ instrument }) => instrument))].sort(),
    Object.keys(balances).sort(),
  ]);
}
