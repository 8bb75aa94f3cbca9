/**
 * Bybit cross margin of a unified account: futures by their value, short options by the index, coins as collateral.
 *
 * Read 2026-11-22: help article 000001735 (a copy of 2024-10-23, numbers of 2022).
 */
import type { Expr, MarginModel } from "../../documents/model.ts";
import { givenOr0, MONEY, perCurrency } from "../figures.ts";
import { futures, indexInSettlement, markInSettlement, options, quoteInSettlement } from "../prices.ts";
import { indexShareInSettlement } from "../short-option.ts";

const ARTICLE = "Bybit help article 000001735, figures of 2022";

const maintenance: Expr = {
  sum: [
    { max: [{ mul: ["optionMaintenance", indexInSettlement] }, { mul: ["optionMaintenance", "mark"] }] },
    "mark",
    { mul: ["liquidationFee", indexInSettlement] },
  ],
};
const initial: Expr = {
  max: [
    {
      sum: [
        indexShareInSettlement("optionInitial", "optionLeast"),
        { max: ["mark", { mul: ["orderPrice", quoteInSettlement] }] },
      ],
    },
    maintenance,
  ],
};

export const bybitCross: MarginModel = {
  format: 1,
  id: "bybit-cross",
  edition: "2022-10-01",
  source: "Bybit help article 000001735, a regional copy of 2024-10-23",
  assumptions: [
    "The value of options is not part of the margin balance; a short option's mark is part of its margin instead. Long options cost nothing beyond their premium.",
    "Rates of futures grow by value in brackets; those here are of one rate, since brackets are published by symbol and were not read.",
    "Collateral value ratios are tiered by coin and amount; one ratio stands here for every coin but dollars. It lowers the equity.",
  ],
  currency: "USD",
  parameters: {
    futuresInitial: {
      unit: "rate, by USD of a position",
      assumed: "brackets are published by symbol; leverage of 10",
      is: [[0, 0.1]],
      range: [0, 1],
    },
    futuresMaintenance: {
      unit: "rate, by USD of a position",
      assumed: "brackets are published by symbol; half of initial",
      is: [[0, 0.05]],
      range: [0, 1],
    },
    optionInitial: { unit: "share of the index", source: ARTICLE, is: 0.15, range: [0, 1] },
    optionLeast: { unit: "share of the index", source: ARTICLE, is: 0.1, range: [0, 1] },
    optionMaintenance: { unit: "share of the index, or of the mark", source: ARTICLE, is: 0.03, range: [0, 1] },
    liquidationFee: { unit: "share of the index", source: ARTICLE, is: 0.002, range: [0, 1] },
    orderPrice: givenOr0(
      "instrument",
      "quote currency per base",
      "the price at which a short option was sold counts where it is above the mark; 0 unless given",
      MONEY,
    ),
    collateralRatio: perCurrency(
      0.9,
      { USD: 1, USDT: 1, USDC: 1 },
      { unit: "share of a coin's value", assumed: "tiered by coin and amount, not read", range: [0, 1] },
    ),
  },
  values: { discount: { is: 1 } },
  charges: {
    futuresMargin: {
      kind: "amount",
      net: "instrument",
      select: futures,
      measure: { mul: [markInSettlement, "conversion"] },
      charge: { progressive: ["size", "futuresInitial"] },
    },
    futuresMaintenanceMargin: {
      kind: "amount",
      net: "instrument",
      select: futures,
      measure: { mul: [markInSettlement, "conversion"] },
      charge: { progressive: ["size", "futuresMaintenance"] },
    },
    optionMargin: {
      kind: "amount",
      net: "instrument",
      select: options,
      on: "short",
      rate: { mul: [initial, "conversion"] },
    },
    optionMaintenanceMargin: {
      kind: "amount",
      net: "instrument",
      select: options,
      on: "short",
      rate: { mul: [maintenance, "conversion"] },
    },
    cash: { kind: "amount", at: "settlement", on: "signed", select: { kind: "cash" }, measureUnit: "settlement" },
    spotValue: { kind: "amount", at: "settlement", on: "signed", select: { kind: "spot" }, measure: "mark" },
    currencyEquity: { kind: "formula", at: "settlement", value: { sum: ["cash", "spotValue", "unrealised"] } },
    // what is owed counts in full
    collateral: {
      kind: "formula",
      at: "settlement",
      value: { mul: ["currencyEquity", "conversion", { if: [{ lt: ["currencyEquity", 0] }, 1, "collateralRatio"] }] },
    },
  },
  equity: "collateral",
  initial: { sum: ["futuresMargin", "optionMargin"] },
  maintenance: { sum: ["futuresMaintenanceMargin", "optionMaintenanceMargin"] },
};
