/**
 * Derive's first portfolio manager (PMRM): a grid of spot and volatility, undiscounted Black-76, add-ons scaled with the loss.
 *
 * Source: derivexyz/v2-core at 7736900d (2026-01-21), src/risk-managers/PMRM.sol and PMRMLib.sol, read as the contracts' tests state them;
 * figures of scripts/config-mainnet.sol and of the venue's page of portfolio margin parameters, which agree.
 */
import type { MarginModel } from "../../documents/model.ts";
import { BORROWED } from "./collateral.ts";
import {
  basisParameters,
  basisRows,
  doubtOf,
  eachWay,
  equity,
  equityCharges,
  feedParameters,
  feeds,
  options,
  perpetuals,
  rateFeed,
  SCRIPT,
  sharedCharges,
  sharedValues,
  shockRows,
  volParameters,
  type Shock,
} from "./portfolio.ts";

const SHOCKS: Shock[] = [
  { spot: 0.2, vol: "up" },
  ...eachWay([0.15, 0.1, 0.05, 0, -0.05, -0.1, -0.15]),
  { spot: -0.2, vol: "up" },
];

export const derivePm1: MarginModel = {
  format: 1,
  id: "derive-pm1",
  edition: "2026-01-21",
  source:
    "derivexyz/v2-core at 7736900d: PMRM and PMRMLib; parameters of scripts/config-mainnet.sol; docs.derive.xyz, portfolio margin parameters",
  assumptions: [
    "The venue has no dated futures: those of a market count neither as equity nor as requirement.",
    "An account has one underlying: each manager is a deployment of its own.",
    "The edition is the day of the script that was read: the contracts have no editions, and what is on chain could not be read.",
    BORROWED,
    "Binary64 in place of 18-decimal integers that truncate toward zero: figures agree within 1e-9 USDC on accounts of a million.",
  ],
  currency: "USDC",
  facts: { ...feeds, ...rateFeed },
  parameters: {
    ...volParameters(0.6, 0.3),
    imFactor: { unit: "factor on loss and static contingency", source: SCRIPT, is: 1.25, range: [0.5, 10] },
    staticBase: { unit: "factor on a value > 0", source: SCRIPT, is: 0.95, range: [0, 2] },
    staticRateFactor: { unit: "factor on the rate", source: SCRIPT, is: 1, range: [0, 10] },
    staticRateAdd: { unit: "per year", source: SCRIPT, is: 0.12, range: [0, 10] },
    ...basisParameters(0.05, 1, 1.2),
    ...feedParameters,
    perpetualPercent: { unit: "share of the spot", source: SCRIPT, is: 0.03, range: [0, 1] },
    basePercent: { unit: "share of the spot", source: SCRIPT, is: 0.03, range: [0, 1] },
    optionPercent: { unit: "share of the spot, per naked short", source: SCRIPT, is: 0.02, range: [0, 1] },
  },
  values: {
    discount: { is: 1 },
    ...sharedValues,
    staticDiscount: {
      at: "expiry",
      is: {
        mul: [
          "staticBase",
          { exp: { neg: { mul: ["tau", { sum: [{ mul: ["interest", "staticRateFactor"] }, "staticRateAdd"] }] } } },
        ],
      },
    },
  },
  scenarios: { shocks: { rows: shockRows(SHOCKS) }, basis: { rows: basisRows } },
  charges: {
    ...sharedCharges,
    scenarioLoss: {
      kind: "scan",
      scenarios: "shocks",
      profile: {
        at: "account",
        of: [
          { at: "expiry", select: options, factors: { positive: "staticDiscount" } },
          { at: "underlying", select: { kind: [perpetuals.kind, "cash"] } },
        ],
      },
    },
    baseSize: { kind: "amount", at: "underlying", on: "signed", select: { kind: "cash" } },
    staticContingency: {
      kind: "formula",
      at: "underlying",
      value: {
        mul: [
          "spot",
          {
            sum: [
              { mul: ["perpetualSize", "perpetualPercent"] },
              { mul: [{ abs: "baseSize" }, "basePercent"] },
              { mul: ["nakedShort", "optionPercent"] },
            ],
          },
        ],
      },
    },
    linearDoubt: {
      kind: "formula",
      at: "underlying",
      value: doubtOf(["spotConfidence", "perpetualConfidence"], { sum: ["perpetualSize", { abs: "baseSize" }] }),
    },
    ...equityCharges,
  },
  equity,
  initial: { sum: [{ mul: ["lossFactor", { sum: ["loss", "staticContingency"] }] }, "linearDoubt", "optionDoubt"] },
  maintenance: { sum: ["loss", "staticContingency"] },
};
