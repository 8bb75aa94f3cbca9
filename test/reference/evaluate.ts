/** The plain twin: model + market + portfolio → requirement, as docs/model-format.md has it and nothing else. */
import type { Expr } from "../../bindings/documents/expression.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import type { Requirement, RequirementNode } from "../../bindings/documents/requirement.ts";
import { chargeNames, Charges } from "./charges.ts";
import { evaluate as number, namesIn, takenArgument } from "./expression.ts";
import { account, hasKey } from "./groups.ts";
import { Names } from "./names.ts";
import { riskArray, setOf } from "./scenarios.ts";

export interface Options {
  /** Whole lots and rounded summands; else fractional amounts and no rounding. */
  exact: boolean;
}

function finite(name: string, x: number): number {
  if (!Number.isFinite(x)) throw new Error(`${name}: ${x}`);
  return x + 0; // no −0
}

export function evaluate(model: MarginModel, market: Market, portfolio: Portfolio, { exact }: Options): Requirement {
  const names = new Names(model, market, portfolio, exact);
  const charges = new Charges(names);
  const scope = names.scope(account);
  const result = (name: string, expr: Expr) => finite(name, number(expr, scope));
  const results: [string, Expr][] = [
    ["equity", model.equity],
    ["initial", model.initial],
    ["maintenance", model.maintenance],
    ...Object.entries(model.outputs ?? {}),
  ];
  const nodes: RequirementNode[] = [
    ...Object.keys(model.charges).map((name) => chargeNode(name, names, charges)),
    ...results.map(([name, expr]): RequirementNode => {
      const value = result(name, expr);
      const driver = takenArgument(expr, scope);
      return {
        name,
        kind: "result",
        unit: model.currency,
        value,
        of: namesIn(expr).filter((n) => isNode(n, model)),
        groups: [{ keys: {}, unit: model.currency, value, ...(driver && { driver }) }],
      };
    }),
  ];
  const equity = result("equity", model.equity);
  const initial = result("initial", model.initial);
  const outputs = Object.entries(model.outputs ?? {}).map(([name, expr]) => [name, result(name, expr)] as const);
  return {
    format: 1,
    model: { id: model.id, edition: model.edition, hash: "" },
    market: { asOf: market.asOf, hash: "" },
    currency: model.currency,
    equity,
    initial,
    maintenance: result("maintenance", model.maintenance),
    excess: equity - initial,
    ...(model.outputs && { outputs: Object.fromEntries(outputs) }),
    ...(exact && { rounding: roundingBounds(names) }),
    nodes,
  };
}

function isNode(name: string, model: MarginModel): boolean {
  return Object.hasOwn(model.charges, name) || Object.hasOwn(model.values ?? {}, name);
}

function chargeNode(name: string, names: Names, charges: Charges): RequirementNode {
  const { model } = names;
  const charge = model.charges[name]!;
  const inModelCurrency = charges.unitOf(name) === "model";
  const groups = charges.of(name).map(({ group, value, driver }) => ({
    keys: group.at,
    unit: inModelCurrency || !hasKey(group.keys, "settlement") ? model.currency : (group.at["settlement"] as string),
    value: finite(name, value),
    ...(driver && { driver }),
  }));
  const oneUnit = groups.every((g) => g.unit === (groups[0]?.unit ?? ""));
  return {
    name,
    kind: charge.kind,
    unit: inModelCurrency ? model.currency : "by settlement",
    ...(oneUnit && { value: groups.reduce((sum, g) => sum + g.value, 0) }),
    of: chargeNames(charge).filter((n) => isNode(n, model)),
    groups,
  };
}

/** Σ|lots|·quantum/2 by settlement currency. */
function roundingBounds({ holdings }: Names): Record<string, number> {
  const bounds: Record<string, number> = {};
  for (const { fields, quantity } of holdings.held) {
    if (fields["kind"] === "cash") continue;
    const currency = fields["settlement"] as string;
    bounds[currency] = (bounds[currency] ?? 0) + (Math.abs(quantity) * holdings.quantum.get(currency)!) / 2;
  }
  return bounds;
}

/** For each scenario set, each position's profit and loss by row, in its settlement currency. */
export function riskArrays(
  model: MarginModel,
  market: Market,
  portfolio: Portfolio,
  { exact }: Options,
): Record<string, { instrument: string; quantity: number; pnl: number[] }[]> {
  const names = new Names(model, market, portfolio, exact);
  new Charges(names); // row fields may read charges
  const positions = names.holdings.held.filter((h) => h.fields["kind"] !== "cash");
  return Object.fromEntries(
    Object.entries(model.scenarios ?? {})
      .filter(([, { settlement }]) => !settlement)
      .map(([set]) => [
        set,
        positions.map(({ fields, quantity }) => ({
          instrument: fields["instrument"] as string,
          quantity,
          pnl: riskArray(names, fields, setOf(names, set)).map((x) => quantity * x + 0),
        })),
      ]),
  );
}
