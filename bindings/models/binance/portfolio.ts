/**
 * Binance portfolio margin: one ratio of adjusted equity to maintenance margin (uniMMR), over margin loans and futures.
 *
 * Read 2026-11-22: support faq 5e33af8e6ac04d57a1d0a3398e0a0752 and 4868b2f1aa6c4d08af973328462bb0bd. Collateral rates and brackets are
 * published by asset and symbol; the example's rates stand here for all of them.
 */
import type { MarginModel } from "../../documents/model.ts";
import { givenOr0, MONEY, perCurrency } from "../figures.ts";
import { futures, markInSettlement } from "../prices.ts";

const FAQ = "Binance support faq 5e33af8e6ac04d57a1d0a3398e0a0752";

export const binancePm: MarginModel = {
  format: 1,
  id: "binance-pm",
  edition: "2022-06-24",
  source: `${FAQ} and 4868b2f1aa6c4d08af973328462bb0bd`,
  assumptions: [
    "An asset's balance less its loan, with the results of its futures, counts at its collateral rate where it is above 0, in full where it is owed.",
    "The edition is the day of the faq's example. The ratio of orders that only reduce, and that the loss of open orders counts, are of a newer text without a date.",
    "Initial is maintenance times the ratio below which the venue takes only orders that reduce.",
    "A spot position below 0 is a loan of its value, beside the loan of its settlement currency.",
    "Options have a portfolio margin of their own at this venue, whose scenarios are not published: they count neither as equity nor as requirement.",
  ],
  currency: "USD",
  parameters: {
    futuresMaintenance: {
      unit: "rate, by USD of a position",
      assumed: "the rate of the faq's example; brackets are published by symbol",
      is: [[0, 0.005]],
      range: [0, 1],
    },
    loanMaintenance: {
      unit: "rate",
      source: `${FAQ}: 10 % at leverage 3, 8 % at 5, 5 % at 10`,
      is: 0.1,
      range: [0, 1],
    },
    collateralRate: perCurrency(
      0.9,
      { USD: 1, USDT: 1, USDC: 1 },
      { unit: "share of an asset's value", assumed: "published by asset, not read", range: [0, 1] },
    ),
    loan: givenOr0(
      "settlement",
      "units of the asset",
      "a loan beside a balance of the same asset; without it a balance below 0 is the loan",
      MONEY,
    ),
    openLoss: givenOr0("account", "USD", "loss that open orders would realise; 0 unless given", MONEY),
    reduceOnlyRatio: {
      unit: "uniMMR",
      assumed: `of a newer text than the edition, without a date: ${FAQ}, 105 to 120 % only orders that reduce; the text of 2022 has 200, 150 and 120 %, and what each of them stops could not be read`,
      is: 1.2,
      range: [1, 10],
    },
  },
  values: { discount: { is: 1 } },
  charges: {
    futuresMargin: {
      kind: "amount",
      at: "instrument",
      select: futures,
      measure: { mul: [markInSettlement, "conversion"] },
      charge: { progressive: ["size", "futuresMaintenance"] },
    },
    cash: { kind: "amount", at: "settlement", on: "signed", select: { kind: "cash" }, measureUnit: "settlement" },
    spotValue: { kind: "amount", at: "settlement", on: "signed", select: { kind: "spot" }, measure: "mark" },
    result: { kind: "formula", at: "settlement", value: "unrealised" },
    shortSpot: {
      kind: "amount",
      at: "settlement",
      net: "instrument",
      on: "short",
      select: { kind: "spot" },
      measure: "mark",
    },
    borrowed: { kind: "formula", at: "settlement", value: { sum: [{ max: ["loan", { neg: "cash" }] }, "shortSpot"] } },
    loanMargin: {
      kind: "formula",
      at: "settlement",
      value: { mul: ["borrowed", "loanMaintenance", "conversion"] },
    },
    assetEquity: { kind: "formula", at: "settlement", value: { sum: ["cash", "spotValue", "result"] } },
    adjustedEquity: {
      kind: "formula",
      at: "settlement",
      value: { mul: ["assetEquity", "conversion", { if: [{ lt: ["assetEquity", 0] }, 1, "collateralRate"] }] },
    },
    maintenanceMargin: { kind: "formula", value: { sum: ["futuresMargin", "loanMargin"] } },
    equityLessOrders: { kind: "formula", value: { sub: ["adjustedEquity", "openLoss"] } },
  },
  equity: "equityLessOrders",
  initial: { mul: ["reduceOnlyRatio", "maintenanceMargin"] },
  maintenance: "maintenanceMargin",
  outputs: {
    // 1/uniMMR, which has a value where nothing is required; 1 where the equity does not cover the maintenance
    usage: {
      if: [
        { lt: ["maintenanceMargin", "equityLessOrders"] },
        { div: ["maintenanceMargin", "equityLessOrders"] },
        { if: [{ lt: [0, "maintenanceMargin"] }, 1, 0] },
      ],
    },
  },
};
