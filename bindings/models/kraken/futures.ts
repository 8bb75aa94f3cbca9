/**
 * Kraken Futures (Crypto Facilities): futures at rates of their value, results at a mark that stays within a band around the index.
 *
 * Read 2026-11-22: support.cryptofacilities.com article 115002794113 (the band). The rates are published by contract and were not read.
 */
import type { Charge, Expr, MarginModel } from "../../documents/model.ts";
import { futures, markInSettlement, quoteInModel } from "../prices.ts";

const ARTICLE = "support.cryptofacilities.com, article 115002794113, margining";

const band: Expr = { mul: ["spot", { interpolate: ["days", "bandByDays"] }] };
const within: Expr = { max: ["bandLow", { min: ["bandHigh", "mark"] }] };

const margin = (rate: string): Charge => ({
  kind: "amount",
  net: "instrument",
  select: futures,
  measure: { mul: [markInSettlement, "conversion"] },
  charge: { progressive: ["size", rate] },
});

export const krakenFutures: MarginModel = {
  format: 1,
  id: "kraken-futures",
  edition: "2019-02-01",
  source: ARTICLE,
  assumptions: [
    "The edition's date is about right: the article is not dated.",
    "The band acts on the results of open positions: what the mark lies beyond it is taken out of the equity. An inverse contract's is taken in dollars at today's mark.",
    "Rates are of one bracket: levels are published by contract.",
    "Options are margined elsewhere at this venue and cost nothing here; their value is not counted.",
  ],
  currency: "USD",
  parameters: {
    bandByDays: {
      unit: "relative, by days to expiry",
      source: ARTICLE,
      is: [
        [1, 0.01],
        [210, 0.2],
      ],
      range: [0, 1],
    },
    initialRate: {
      unit: "rate, by USD of a position",
      assumed: "levels are published by contract; leverage of 50",
      is: [[0, 0.02]],
      range: [0, 1],
    },
    maintenanceRate: {
      unit: "rate, by USD of a position",
      assumed: "levels are published by contract; half of initial",
      is: [[0, 0.01]],
      range: [0, 1],
    },
  },
  values: {
    discount: { is: 1 },
    bandLow: { at: "expiry", is: { sub: ["spot", band] } },
    bandHigh: { at: "expiry", is: { sum: ["spot", band] } },
  },
  charges: {
    initialMargin: margin("initialRate"),
    maintenanceMargin: margin("maintenanceRate"),
    beyondBand: {
      kind: "amount",
      net: "instrument",
      select: futures,
      on: "signed",
      measure: { mul: [{ sub: ["mark", within] }, quoteInModel] },
    },
    cash: { kind: "amount", net: "settlement", on: "signed", select: { kind: "cash" }, measure: "conversion" },
    spotValue: {
      kind: "amount",
      net: "settlement",
      on: "signed",
      select: { kind: "spot" },
      measure: { mul: ["mark", "conversion"] },
    },
    result: { kind: "formula", at: "settlement", value: { mul: ["unrealised", "conversion"] } },
    equityAtBand: { kind: "formula", value: { sub: [{ sum: ["cash", "spotValue", "result"] }, "beyondBand"] } },
  },
  equity: "equityAtBand",
  initial: "initialMargin",
  maintenance: "maintenanceMargin",
};
