/**
 * Deribit portfolio margin (S:PM: each settlement currency alone).
 *
 * Read 2026-11-22: support article 25944756247837 (top part), API reference private/simulate and public/get_params with their
 * response examples; two public re-implementations for the volatility and dampener rules. No published example holds an option:
 * what concerns them is marked `assumed`.
 */
import type { Expr, MarginModel, Parameter } from "../../documents/model.ts";
import { equityWithOptions } from "../equity.ts";
import { volTerm } from "../vol-term.ts";
import { PAIR, shockCharges, shockParameters } from "./shocks.ts";
import { extendedRows, SIMULATE, standardRows, tableParameters } from "./tables.ts";

const usd = (amount: Expr): Expr => ({ div: [amount, "settlementPrice"] });

const settlementAmount = (assumed: string): Parameter => ({
  unit: "settlement currency",
  assumed,
  given: "settlement",
  is: 0,
});

const { equityInModel: equityInUsd, ...inCurrency } = equityWithOptions;

export const deribitPm: MarginModel = {
  format: 1,
  id: "deribit-pm",
  edition: "2024-06-17",
  source:
    "Deribit support article 25944756247837; API reference private/simulate; exchange examples of 2024-06-17 and 2026-02-15",
  assumptions: [
    "No published example holds an option: how options enter the tables is read from two public re-implementations that agree, and is not confirmed by the venue.",
    "Volatility shocks scale with (30/days)^power, the days at least daysFloor; the floor of the state up acts on the shocked volatility.",
    "Coin value of a shocked option: Black-76 on the shocked forward and volatility, undiscounted, divided by the shocked forward.",
    "Extended table: an option's result is multiplied by extendedFactor·priceRange/|move|, in coin also by (1 + move)/(1 ± priceRange); the share of gains is taken before the dampener.",
    "Delta shock: long options only reduce the delta of futures and short options; the rate grows with the excess over the threshold up to its maximum.",
    "Roll shock above its minimum: rate × years; the other reading is exp(rate × years) − 1.",
    "Pairs of one settlement currency are summed without offset, and currencies are summed at the index: the venue publishes each currency alone.",
    "Underlyings and currencies without parameters of their own take those published for BTC and USD.",
  ],
  currency: "USD",
  levels: { pair: PAIR },
  parameters: {
    ...tableParameters,
    pnlOffset: { unit: "share of gains kept", source: SIMULATE, is: 0, range: [0, 1] },
    maxOffsetable: { unit: "USD", source: SIMULATE, is: 0, range: [0, 1e12] },
    ...shockParameters,
    maintenanceFactor: { unit: "share of the risk matrix margin", source: SIMULATE, is: 0.8, range: [0, 1] },
    correlationContingency: settlementAmount("formula not published; 0 unless the account's figure is given"),
    openOrdersMargin: settlementAmount("depends on the account's orders; 0 unless given"),
    mmpMargin: settlementAmount("market-maker protection; 0 unless given"),
    spotMargin: settlementAmount("spot orders; 0 unless given"),
  },
  values: {
    discount: { is: 1 }, // options are priced undiscounted on the forward
    volTerm: { at: [...PAIR, "expiry"], is: volTerm },
  },
  scenarios: { standard: { rows: standardRows }, extended: { rows: extendedRows } },
  charges: {
    standardTable: {
      kind: "scan",
      at: "pair",
      scenarios: "standard",
      profile: { gains: { factor: "pnlOffset", cap: usd("maxOffsetable") } },
    },
    // the share of gains before the dampener: assumed
    extendedTable: {
      kind: "scan",
      at: "pair",
      scenarios: "extended",
      profile: { dampen: true, gains: { factor: "pnlOffset", cap: usd("maxOffsetable") } },
    },
    worstCase: { kind: "formula", at: "pair", value: { max: ["standardTable", "extendedTable"] } },
    ...shockCharges,
    pairMargin: {
      kind: "formula",
      at: "pair",
      value: { sum: [{ round: ["worstCase", 9] }, "deltaShock", "rollShock"] },
    },
    riskMatrixMargin: { kind: "formula", at: "settlement", value: { sum: ["pairMargin", "correlationContingency"] } },
    initialMargin: {
      kind: "formula",
      at: "settlement",
      value: { round: [{ sum: ["riskMatrixMargin", "openOrdersMargin", "mmpMargin", "spotMargin"] }, 9] },
    },
    maintenanceMargin: { kind: "formula", at: "settlement", value: { mul: ["maintenanceFactor", "riskMatrixMargin"] } },
    ...inCurrency,
    // the sum over currencies at the index is assumed: the venue publishes each currency alone
    equityInUsd,
    initialInUsd: { kind: "formula", at: "settlement", value: { mul: ["initialMargin", "conversion"] } },
    maintenanceInUsd: { kind: "formula", at: "settlement", value: { mul: ["maintenanceMargin", "conversion"] } },
  },
  equity: "equityInUsd",
  initial: "initialInUsd",
  maintenance: "maintenanceInUsd",
};
