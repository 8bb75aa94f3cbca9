/** A preset with a case's figures in place of its own: what passes is the preset, not a copy of its rules. */
import type { MarginModel, Table } from "../../../bindings/documents/model.ts";
import type { Market } from "../../../bindings/documents/market.ts";
import type { Portfolio } from "../../../bindings/documents/portfolio.ts";
import type { Requirement } from "../../../bindings/documents/requirement.ts";
import { margin } from "../margin.ts";
import { AS_OF, money, type Situation } from "./documents.ts";

/** Figures hold for everything, whatever the preset has for places. */
export function withFigures(preset: MarginModel, figures: Record<string, number | Table>): MarginModel {
  const replaced = Object.entries(figures).map(([name, is]) => {
    const parameter = preset.parameters[name];
    if (parameter === undefined) throw new Error(`${preset.id} has no parameter "${name}"`);
    const { unit, given } = parameter;
    return [name, { unit, source: "inputs of the case", is, ...(given !== undefined && { given }) }];
  });
  return { ...preset, parameters: { ...preset.parameters, ...Object.fromEntries(replaced) } };
}

type Held = Pick<Situation, "currencies" | "instruments" | "facts" | "positions" | "balances" | "given"> & {
  orders?: Portfolio["orders"];
  /** Of equity and totals; default the preset's. */
  currency?: string;
};

export function underPreset(preset: MarginModel, figures: Record<string, number | Table>, of: Held): Requirement {
  const { currency = preset.currency, instruments = [], facts = [], positions = [], balances = {}, orders } = of;
  const { currencies = [money(currency)] } = of;
  const market: Market = { format: 1, asOf: AS_OF, currencies, instruments, facts };
  const portfolio: Portfolio = { format: 1, positions, balances, facts: of.given, ...(orders && { orders }) };
  return margin({ ...withFigures(preset, figures), currency }, market, portfolio);
}
