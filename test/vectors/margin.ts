/** The one place where adapters' documents become a requirement, so that it can be asked for in another way than by a stateless call. */
import type { Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { core } from "../core.ts";

export type Documents = [model: MarginModel, market: Market, portfolio: Portfolio];
export type Way = (...documents: Documents) => Requirement;

/** Amounts may be fractional, nothing is rounded. */
const stateless: Way = (...documents) => core.margin(...documents, { exact: false });
let way = stateless;

export const margin: Way = (...documents) => way(...documents);

/** Runs with another way. */
export function by<T>(other: Way, run: () => T): T {
  way = other;
  try {
    return run();
  } finally {
    way = stateless;
  }
}
