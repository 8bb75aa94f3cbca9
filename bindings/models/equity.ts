/** What counts against a requirement: money, results of futures and perpetuals, and where a venue counts them, what options and spot are worth. */
import type { Charge } from "../documents/model.ts";

const money: Charge = {
  kind: "amount",
  at: "settlement",
  on: "signed",
  select: { kind: "cash" },
  measureUnit: "settlement",
};
const inModel: Charge = { kind: "formula", at: "settlement", value: { mul: ["currencyEquity", "conversion"] } };

/** Equity `equityInModel` of a venue where an option's premium is paid and its value belongs to the account. */
export const equityWithOptions = {
  cash: money,
  optionValue: {
    kind: "amount",
    at: "settlement",
    on: "signed",
    select: { kind: ["option", "spot"] },
    measure: "mark",
  },
  currencyEquity: { kind: "formula", at: "settlement", value: { sum: ["cash", "optionValue", "unrealised"] } },
  equityInModel: inModel,
} satisfies Record<string, Charge>;

/** Equity `equityInModel` of a venue that leaves the value of options out, and asks for a short option's mark as margin instead. */
export const equityWithoutOptions = {
  cash: money,
  spotValue: { kind: "amount", at: "settlement", on: "signed", select: { kind: "spot" }, measure: "mark" },
  currencyEquity: { kind: "formula", at: "settlement", value: { sum: ["cash", "spotValue", "unrealised"] } },
  equityInModel: inModel,
} satisfies Record<string, Charge>;
