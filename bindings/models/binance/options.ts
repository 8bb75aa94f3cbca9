/**
 * Binance options, margin of sellers: the rule that Deribit has too, with a maintenance of the same shape.
 *
 * Read 2026-11-22: exchangeInfo of the options API, a sample of February 2023 in a client's comments. The shape of the formula is inferred.
 */
import type { Charge, Expr, MarginModel } from "../../documents/model.ts";
import { equityWithoutOptions } from "../equity.ts";
import { options } from "../prices.ts";
import { indexShareInSettlement } from "../short-option.ts";

const SAMPLE = "exchangeInfo of the options API, sample of February 2023";

const short = (rate: string, least: string): Charge => {
  const each: Expr = { sum: [indexShareInSettlement(rate, least), "mark"] };
  return { kind: "amount", net: "instrument", select: options, on: "short", rate: { mul: [each, "conversion"] } };
};

export const binanceOptions: MarginModel = {
  format: 1,
  id: "binance-options",
  edition: "2023-02-01",
  source: SAMPLE,
  assumptions: [
    "Per contract: the larger of a share of the index less what the option is out of the money and another share, and the mark. The sample has the shares; the formula is that of similar venues.",
    "The value of options is not part of the margin balance; long options cost nothing beyond their premium. Futures are margined elsewhere at this venue and cost nothing here.",
  ],
  currency: "USD",
  parameters: {
    initialRate: { unit: "share of the index", source: SAMPLE, is: 0.15, range: [0, 1] },
    initialLeast: { unit: "share of the index", source: SAMPLE, is: 0.1, range: [0, 1] },
    maintenanceRate: { unit: "share of the index", source: SAMPLE, is: 0.075, range: [0, 1] },
    maintenanceLeast: { unit: "share of the index", source: SAMPLE, is: 0.05, range: [0, 1] },
  },
  values: { discount: { is: 1 } },
  charges: {
    initialMargin: short("initialRate", "initialLeast"),
    maintenanceMargin: short("maintenanceRate", "maintenanceLeast"),
    ...equityWithoutOptions,
  },
  equity: "equityInModel",
  initial: "initialMargin",
  maintenance: "maintenanceMargin",
};
