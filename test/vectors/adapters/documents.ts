/** Inputs become documents; the core's requirement comes back. Amounts are fractional, nothing is rounded. */
import type { Fact, Instrument, Market } from "../../../bindings/documents/market.ts";
import type { Charge, Expr, MarginModel, Parameter, Scenarios, Value } from "../../../bindings/documents/model.ts";
import type { Portfolio } from "../../../bindings/documents/portfolio.ts";
import type { Requirement, RequirementGroup } from "../../../bindings/documents/requirement.ts";
import type { Change } from "../../../bindings/core/change.ts";
import { core } from "../../core.ts";
import { margin } from "../margin.ts";

/** Any moment; expiries count from it. */
export const AS_OF = "2026-01-01T00:00:00Z";
const YEAR = 365 * 86_400_000;

export interface Situation {
  keys?: string[];
  levels?: Record<string, string[]>;
  parameters?: Record<string, Parameter>;
  values?: Record<string, Value>;
  scenarios?: Record<string, Scenarios>;
  charges?: Record<string, Charge>;
  equity?: Expr;
  initial?: Expr;
  maintenance?: Expr;
  outputs?: Record<string, Expr>;
  currencies?: Market["currencies"];
  instruments?: Instrument[];
  facts?: Fact[];
  positions?: Portfolio["positions"];
  balances?: Record<string, number>;
  given?: Fact[];
  /** Settlement and model currency; default USD. */
  currency?: string;
}

function documents(of: Situation): [MarginModel, Market, Portfolio, { exact: false }] {
  const currency = of.currency ?? "USD";
  const model = {
    format: 1,
    id: "case",
    edition: "2026-01-01",
    source: "inputs of a case",
    currency,
    keys: of.keys,
    levels: of.levels,
    parameters: of.parameters ?? {},
    values: of.values,
    scenarios: of.scenarios,
    charges: of.charges ?? {},
    equity: of.equity ?? 0,
    initial: of.initial ?? 0,
    maintenance: of.maintenance ?? 0,
    outputs: of.outputs,
  } as MarginModel;
  const { currencies = [money(currency)], instruments = [], facts = [] } = of;
  const market: Market = { format: 1, asOf: AS_OF, currencies, instruments, facts };
  return [
    model,
    market,
    { format: 1, positions: of.positions ?? [], balances: of.balances ?? {}, facts: of.given },
    { exact: false },
  ];
}

export function evaluate(of: Situation): Requirement {
  const [model, market, portfolio] = documents(of);
  return margin(model, market, portfolio);
}

/** The situation, and then one in which quantities were added to its positions. */
export function evaluateChange(of: Situation, changes: Change[]): [before: Requirement, after: Requirement] {
  const [model, market, portfolio, options] = documents(of);
  const prepared = core.prepare(model, market, options);
  try {
    const account = prepared.open(portfolio);
    const before = account.requirement();
    account.change(changes);
    return [before, account.requirement()];
  } finally {
    prepared.release();
  }
}

/** Profit and loss of each instrument by row of the only scenario set. */
export function arraysOf(of: Situation): Map<string, number[]> {
  const [set] = core.riskArrays(...documents(of));
  return new Map(set!.instruments.map(({ instrument, pnl }) => [instrument, [...pnl]]));
}

/** Formulas over figures, nothing held. */
export function formulas(
  figures: Record<string, number | [number, number][]>,
  outputs: Record<string, Expr>,
  values?: Record<string, Expr>,
): Record<string, number> {
  if (Object.keys(outputs).length === 0) return {};
  const named = Object.fromEntries(Object.entries(values ?? {}).map(([name, is]): [string, Value] => [name, { is }]));
  return evaluate({ facts: [{ at: {}, ...figures }], values: named, outputs }).outputs!;
}

export const money = (id: string, price = 1): Market["currencies"][number] => ({ id, largestTotal: 2 ** 40, price });

/** What all instruments of a case with one underlying and one currency share. */
export const LINEAR = { underlying: "X", settlement: "USD", payoff: "linear" } as const;

export const perpetual = (id: string, underlying = "X"): Instrument => ({
  ...LINEAR,
  underlying,
  id,
  kind: "perpetual",
  expiry: "perpetual",
});

/** A moment about so many years away: the key of an expiry. Facts `tau` and `days` say how far it is. */
export const expiryIn = (years: number): string =>
  new Date(Date.parse(AS_OF) + Math.max(1000, Math.round(years * YEAR))).toISOString();

export const option = (id: string, of: { strike: number; callPut: 1 | -1; years?: number }): Instrument => ({
  ...LINEAR,
  id,
  kind: "option",
  expiry: expiryIn(of.years ?? 1),
  strike: of.strike,
  callPut: of.callPut,
});

export function groupsOf(requirement: Requirement, charge: string): RequirementGroup[] {
  const node = requirement.nodes!.find(({ name }) => name === charge);
  if (node === undefined) throw new Error(`the requirement has no node "${charge}"`);
  return node.groups;
}

/** The only group of a charge. */
export function groupOf(requirement: Requirement, charge: string): RequirementGroup {
  const groups = groupsOf(requirement, charge);
  if (groups.length !== 1) throw new Error(`"${charge}" has ${groups.length} groups`);
  return groups[0]!;
}

/** The worst row of a scan, and what it makes in every row. */
export function scanOf(group: RequirementGroup): { row: number; profile: number[] } {
  const { driver } = group;
  if (driver === undefined || !("profile" in driver)) throw new Error("no scan");
  return driver;
}

/** Sensitivities to risk factors that keys tell; each is held with its amount. */
export function sensitivities(
  rows: { keys: Record<string, string | number>; amount: number }[],
): Required<Pick<Situation, "keys" | "instruments" | "positions">> {
  const id = (i: number) => `S${String(i).padStart(6, "0")}`;
  return {
    keys: [...new Set(rows.flatMap(({ keys }) => Object.keys(keys)))],
    instruments: rows.map(({ keys }, i) => ({ ...LINEAR, id: id(i), kind: "sensitivity", expiry: "perpetual", keys })),
    positions: rows.map(({ amount }, i) => ({ instrument: id(i), amount })),
  };
}

export const source = (unit: string, is: number): Parameter => ({ unit, source: "inputs of the case", is });
