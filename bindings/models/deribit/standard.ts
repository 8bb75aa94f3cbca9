/**
 * Deribit standard margin (S:SM, X:SM): each position by itself, summed; coin-settled and linear.
 *
 * Read 2026-11-22: support article 25944738177565 (linear perpetuals, with the slopes), two texts that quote the official rules of
 * options. A reader of September 2026 reports leverage tiers in place of the slopes; that edition is not published where it was read.
 */
import type { Expr, MarginModel } from "../../documents/model.ts";
import { equityWithoutOptions } from "../equity.ts";
import { perUnderlying } from "../figures.ts";
import { futures, indexInSettlement, options } from "../prices.ts";
import { indexShareInSettlement } from "../short-option.ts";

/** Of futures: published for some underlyings, assumed for the others. */
const FUTURES =
  "other underlyings as SOL; BTC, ETH and SOL as published: Deribit support article 25944738177565, slopes of 2022-01-11";
const OPTIONS = "two texts that quote the official rules, one of them of 2026-09";

/** The rate of a position of `size` coins. */
export const rateBySize = (base: Expr, slope: Expr): Expr => ({ sum: [base, { mul: [slope, "size"] }] });

/** A put's mark can be worth more than a coin, so its maintenance grows with it. */
const maintenance: Expr = {
  sum: [
    {
      if: [
        { is: { callPut: -1 } },
        { max: [{ mul: ["optionMaintenance", indexInSettlement] }, { mul: ["optionMaintenance", "mark"] }] },
        { mul: ["optionMaintenance", indexInSettlement] },
      ],
    },
    "mark",
  ],
};
const initial: Expr = { sum: [indexShareInSettlement("optionInitial", "optionLeast"), "mark"] };

export const deribitStandard: MarginModel = {
  format: 1,
  id: "deribit-sm",
  edition: "2022-01-11",
  source: "Deribit support articles 25944738177565 and 25944811317149; texts that quote the rules of options",
  assumptions: [
    "The value of options is not part of the margin balance; a short option's mark is part of its margin instead. Long options cost nothing beyond their premium.",
    "Linear options follow the rule of coin-settled ones, with the index in place of one coin.",
    "Underlyings without figures of their own take those of SOL, the widest that are published.",
    "Currencies are summed at the index, as in the cross-collateral mode; haircuts are 0.",
  ],
  currency: "USD",
  parameters: {
    futuresInitial: perUnderlying(
      0.04,
      { BTC: 0.02, ETH: 0.02, SOL: 0.04 },
      { unit: "rate", assumed: FUTURES, range: [0, 1] },
    ),
    futuresMaintenance: perUnderlying(
      0.02,
      { BTC: 0.01, ETH: 0.01, SOL: 0.02 },
      { unit: "rate", assumed: FUTURES, range: [0, 1] },
    ),
    futuresSlope: perUnderlying(
      5e-6,
      { BTC: 5e-5, ETH: 4e-6, SOL: 5e-6 },
      { unit: "rate per coin", assumed: FUTURES, range: [0, 1] },
    ),
    optionInitial: { unit: "share of the index", source: OPTIONS, is: 0.15, range: [0, 1] },
    optionLeast: { unit: "share of the index", source: OPTIONS, is: 0.1, range: [0, 1] },
    optionMaintenance: { unit: "share of the index, or of a put's mark", source: OPTIONS, is: 0.075, range: [0, 1] },
  },
  values: { discount: { is: 1 } },
  charges: {
    futuresMargin: {
      kind: "amount",
      at: "settlement",
      net: "instrument",
      select: futures,
      rate: { mul: [indexInSettlement, rateBySize("futuresInitial", "futuresSlope")] },
    },
    futuresMaintenanceMargin: {
      kind: "amount",
      at: "settlement",
      net: "instrument",
      select: futures,
      rate: { mul: [indexInSettlement, rateBySize("futuresMaintenance", "futuresSlope")] },
    },
    optionMargin: {
      kind: "amount",
      at: "settlement",
      net: "instrument",
      select: options,
      on: "short",
      // a call's cannot be below its maintenance by these rates; a deep put's could
      rate: { if: [{ is: { callPut: -1 } }, { max: [initial, maintenance] }, initial] },
    },
    optionMaintenanceMargin: {
      kind: "amount",
      at: "settlement",
      net: "instrument",
      select: options,
      on: "short",
      rate: maintenance,
    },
    initialMargin: { kind: "formula", at: "settlement", value: { sum: ["futuresMargin", "optionMargin"] } },
    maintenanceMargin: {
      kind: "formula",
      at: "settlement",
      value: { sum: ["futuresMaintenanceMargin", "optionMaintenanceMargin"] },
    },
    initialInUsd: { kind: "formula", at: "settlement", value: { mul: ["initialMargin", "conversion"] } },
    maintenanceInUsd: { kind: "formula", at: "settlement", value: { mul: ["maintenanceMargin", "conversion"] } },
    ...equityWithoutOptions,
  },
  equity: "equityInModel",
  initial: "initialInUsd",
  maintenance: "maintenanceInUsd",
};
