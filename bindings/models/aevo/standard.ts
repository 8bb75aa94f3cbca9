/**
 * Aevo standard margin: short options by the index, futures at one rate.
 *
 * Read 2026-11-22: docs.aevo.xyz, standard margin (top part).
 */
import type { Charge, Expr, MarginModel } from "../../documents/model.ts";
import { equityWithoutOptions } from "../equity.ts";
import { futures, indexInSettlement, markInSettlement, options } from "../prices.ts";
import { indexShareInSettlement } from "../short-option.ts";

const DOCS = "docs.aevo.xyz, standard margin";

const short = (each: Expr): Charge => ({
  kind: "amount",
  net: "instrument",
  select: options,
  on: "short",
  rate: { mul: [{ sum: [each, "mark"] }, "conversion"] },
});
const future = (rate: string): Charge => ({
  kind: "amount",
  net: "instrument",
  select: futures,
  measure: { mul: [markInSettlement, "conversion"] },
  rate,
});
const maintenance: Expr = { mul: ["optionMaintenance", indexInSettlement] };

export const aevoStandard: MarginModel = {
  format: 1,
  id: "aevo-sm",
  edition: "2023-01-01",
  source: DOCS,
  assumptions: [
    "The edition's date is about right: the page is not dated.",
    "The value of options is not part of the margin balance; long options cost nothing beyond their premium.",
    "A short option's initial margin is at least its maintenance.",
    "Rates of futures were not read.",
  ],
  currency: "USD",
  parameters: {
    optionInitial: { unit: "share of the index", source: DOCS, is: 0.15, range: [0, 1] },
    optionLeast: { unit: "share of the index", source: DOCS, is: 0.1, range: [0, 1] },
    optionMaintenance: { unit: "share of the index", source: DOCS, is: 0.1, range: [0, 1] },
    futuresInitial: { unit: "rate", assumed: "not read; leverage of 10", is: 0.1, range: [0, 1] },
    futuresMaintenance: { unit: "rate", assumed: "not read; half of initial", is: 0.05, range: [0, 1] },
  },
  values: { discount: { is: 1 } },
  charges: {
    optionMargin: short({ max: [indexShareInSettlement("optionInitial", "optionLeast"), maintenance] }),
    optionMaintenanceMargin: short(maintenance),
    futuresMargin: future("futuresInitial"),
    futuresMaintenanceMargin: future("futuresMaintenance"),
    ...equityWithoutOptions,
  },
  equity: "equityInModel",
  initial: { sum: ["optionMargin", "futuresMargin"] },
  maintenance: { sum: ["optionMaintenanceMargin", "futuresMaintenanceMargin"] },
};
