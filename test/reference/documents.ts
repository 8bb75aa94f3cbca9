/** Short forms for the documents of hand-computed cases. */
import type { Currency, Fact, Instrument, Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio, Position } from "../../bindings/documents/portfolio.ts";
import type { Requirement, RequirementGroup } from "../../bindings/documents/requirement.ts";

export function marketOf(
  asOf: string,
  currencies: Partial<Currency>[],
  instruments: Instrument[],
  facts: Fact[],
): Market {
  return {
    format: 1,
    asOf,
    currencies: currencies.map((c) => ({ id: "", largestTotal: 2 ** 33, ...c })),
    instruments,
    facts,
  };
}

export function portfolioOf(
  positions: Position[],
  balances: Record<string, number> = {},
  facts: Fact[] = [],
): Portfolio {
  return { format: 1, positions, balances, facts };
}

/** A model with `charges` and whatever else the case gives; results default to 0. */
export function modelOf(parts: Partial<MarginModel>): MarginModel {
  const base = { format: 1, id: "case", edition: "2026-01-01", source: "hand-computed", currency: "USDC" } as const;
  return { ...base, parameters: {}, charges: {}, equity: 0, initial: 0, maintenance: 0, ...parts };
}

export function groupOf(
  requirement: Requirement,
  node: string,
  keys: Record<string, string | number> = {},
): RequirementGroup {
  const groups = requirement.nodes!.find((n) => n.name === node)!.groups;
  const found = groups.filter((g) => Object.entries(keys).every(([key, value]) => g.keys[key] === value));
  if (found.length !== 1) throw new Error(`${node}: ${found.length} groups`);
  return found[0]!;
}

/** Profit and loss by row that a scan's driver gives. */
export function profileOf(
  requirement: Requirement,
  node: string,
  keys: Record<string, string | number> = {},
): number[] {
  const { driver } = groupOf(requirement, node, keys);
  if (driver === undefined || !("profile" in driver)) throw new Error(`${node}: no profile`);
  return driver.profile;
}
