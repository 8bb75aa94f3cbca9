/**
 * Derive's standard manager: each short option on its own, or the expiry's worst payoff where that is less; perpetuals and collateral by
 * percentages; no scenarios.
 *
 * Source: derivexyz/v2-core at 7736900d (2026-01-21), src/risk-managers/StandardManager.sol, read as the contracts' tests state it; figures of
 * scripts/config-mainnet.sol.
 */
import type { Amount, Charge, Expr, Formula, MarginModel, Parameter } from "../../documents/model.ts";
import { BORROWED, KEPT } from "./collateral.ts";
import { CASH, confidence, doubt, equityCharges, feeds, options, perpetuals, SCRIPT } from "./portfolio.ts";

const share = (of: string, is: number): Parameter => ({ unit: of, source: SCRIPT, is, range: [0, 10] });
/** The script sets coins apart, and which figures are whose could not be read but for these. */
const perpetualRate = (is: number): Parameter => ({
  unit: "share of the perpetual's price",
  source: SCRIPT,
  for: ["BTC", "ETH"].map((underlying) => ({ underlying, is })),
  range: [0, 1],
});
const kept = (unit: string, of: 0 | 1): Parameter => ({
  unit,
  source: SCRIPT,
  for: Object.entries(KEPT).map(([settlement, figures]) => ({ settlement, is: figures[of] })),
  range: [0, 1],
});
const ofCoin = (of: string, is: number, ofSnx: number): Parameter => ({
  ...share(of, is),
  for: [{ underlying: "SNX", is: ofSnx }],
});

const calls = { ...options, callPut: 1 };
const collateral = { kind: "cash" };

/** The part of the spot that a short option needs: less the further out of the money it is. */
const spotPart: Expr = {
  mul: ["spot", { max: [{ sub: ["maxSpot", { div: ["outOfTheMoney", "spot"] }] }, "minSpot"] }],
};
const isolated = (rate: string): Amount => ({
  kind: "amount",
  at: "expiry",
  net: "instrument",
  on: "short",
  select: options,
  rate,
});
/** The less of both, for the whole expiry. */
const ofExpiry = (isolatedCharge: string, scale: string): Formula => ({
  kind: "formula",
  at: "expiry",
  select: options,
  value: {
    min: [
      isolatedCharge,
      { sum: ["maxLoss", { mul: [scale, { sum: ["forward", "forwardFixed"] }, "netShortCalls"] }] },
    ],
  },
});
const perpetual = (rate: string): Amount => ({
  kind: "amount",
  at: "underlying",
  net: "instrument",
  select: perpetuals,
  measure: "mark",
  measureUnit: "quote",
  rate,
});
/** Value in USDC that collateral has, less what of its USD value is lent on it; of a borrowed one as much. */
const haircut = (lent: Expr): Charge => ({
  kind: "amount",
  net: "settlement",
  select: collateral,
  measure: "collateralCoins",
  measureUnit: "model",
  rate: { max: [0, { sub: ["conversion", { mul: ["settlementPrice", lent] }] }] },
});

export const deriveSm: MarginModel = {
  format: 1,
  id: "derive-sm",
  edition: "2026-01-21",
  source: "derivexyz/v2-core at 7736900d: StandardManager; parameters of scripts/config-mainnet.sol",
  assumptions: [
    "The venue has no dated futures: those of a market count neither as equity nor as requirement.",
    "The edition is the day of the script that was read: the contracts have no editions, and what is on chain could not be read.",
    "Collateral counts in equity at its value in USDC, and what is not lent on it in the requirements: the difference is the venue's margin.",
    "While a USDC is worth so much more than 1 USD that what is lent on a collateral is more than its value in USDC, its haircut is 0.",
    BORROWED,
    "A balance of USDC below 0, which the venue allows where borrowing is enabled, is margined like any other.",
    "Binary64 in place of 18-decimal integers that truncate toward zero.",
  ],
  currency: CASH,
  facts: { ...feeds, confidence },
  parameters: {
    maxSpot: ofCoin("share of the spot", 0.15, 0.25),
    minSpot: ofCoin("share of the spot", 0.13, 0.225),
    callSpotMm: ofCoin("share of the spot", 0.09, 0.15),
    putSpotMm: ofCoin("share of the spot", 0.09, 0.15),
    putMarkMm: ofCoin("share of the mark", 0.09, 0.15),
    unpairedIm: ofCoin("share of the forward, per net short call", 1.2, 1.4),
    unpairedMm: ofCoin("share of the forward, per net short call", 1.1, 1.3),
    putOffset: share("initial over maintenance margin of a put, at least", 1.05),
    perpetualIm: perpetualRate(0.1),
    perpetualMm: perpetualRate(0.065),
    lentMm: kept("share of the value in USD", 0),
    lentIm: kept("share of what maintenance margin lends", 1),
    perpetualThreshold: share("confidence", 0.55),
    optionThreshold: share("confidence", 0.55),
    doubtFactor: share("share of the notional at confidence 0", 1),
    collateralThreshold: share("confidence", 0.55),
    collateralDoubtFactor: share("share of the value at confidence 0", 1),
    pegThreshold: share("USD per USDC", 0.99),
    pegFactor: share("share of the notional per USD below the threshold", 2),
  },
  values: {
    discount: { is: 1 },
    outOfTheMoney: { at: "instrument", is: { max: [0, { mul: ["callPut", { sub: ["strike", "spot"] }] }] } },
    isolatedMmRate: {
      at: "instrument",
      is: {
        if: [
          { is: { callPut: 1 } },
          { sum: [{ mul: ["callSpotMm", "spot"] }, "mark"] },
          { sum: [{ max: [{ mul: ["putSpotMm", "spot"] }, { mul: ["putMarkMm", "mark"] }] }, "mark"] },
        ],
      },
    },
    isolatedImRate: {
      at: "instrument",
      is: {
        if: [
          { is: { callPut: 1 } },
          { sum: [spotPart, "mark"] },
          { max: [{ sum: [spotPart, "mark"] }, { mul: ["isolatedMmRate", "putOffset"] }] },
        ],
      },
    },
    depeg: { is: { mul: [{ max: [0, { sub: ["pegThreshold", "currencyPrice"] }] }, "pegFactor"] } },
    collateralCoins: { at: "settlement", is: { if: [{ is: { settlement: CASH } }, 0, 1] } },
    collateralPrice: { at: "settlement", is: { mul: ["collateralCoins", "conversion"] } },
  },
  scenarios: { expiryPrices: { settlement: true } },
  charges: {
    isolatedIm: isolated("isolatedImRate"),
    isolatedMm: isolated("isolatedMmRate"),
    maxLoss: { kind: "scan", at: "expiry", scenarios: "expiryPrices", profile: { select: options } },
    netShortCalls: { kind: "amount", at: "expiry", on: "short", select: calls },
    optionIm: ofExpiry("isolatedIm", "unpairedIm"),
    optionMm: ofExpiry("isolatedMm", "unpairedMm"),
    perpetualSize: { kind: "amount", at: "underlying", select: perpetuals },
    perpetualRequirementIm: perpetual("perpetualIm"),
    perpetualRequirementMm: perpetual("perpetualMm"),
    haircutIm: haircut({ mul: ["lentMm", "lentIm"] }),
    haircutMm: haircut("lentMm"),
    shortOptions: { kind: "amount", at: "expiry", net: "instrument", on: "short", select: options },
    perpetualDoubt: {
      kind: "formula",
      at: "underlying",
      value: {
        mul: [
          doubt(["spotConfidence", "perpConfidence"], "perpetualThreshold"),
          "doubtFactor",
          "spot",
          "perpetualSize",
        ],
      },
    },
    optionDoubt: {
      kind: "formula",
      at: "expiry",
      select: options,
      value: {
        mul: [
          doubt(["spotConfidence", "forwardConfidence", "volConfidence"], "optionThreshold"),
          "doubtFactor",
          "spot",
          "shortOptions",
        ],
      },
    },
    // none where nothing is lent on it
    collateralDoubt: {
      kind: "amount",
      net: "settlement",
      select: collateral,
      measure: "collateralCoins",
      measureUnit: "model",
      rate: {
        if: [
          { lt: [0, { mul: ["lentMm", "lentIm"] }] },
          { mul: [doubt(["confidence"], "collateralThreshold"), "collateralDoubtFactor", "settlementPrice"] },
          0,
        ],
      },
    },
    depegCharge: {
      kind: "formula",
      at: "underlying",
      value: { mul: ["depeg", "spot", { sum: ["shortOptions", "perpetualSize"] }] },
    },
    ...equityCharges,
  },
  equity: { sum: ["cash", "collateralValue", "unrealisedResult"] },
  initial: {
    sum: [
      "optionIm",
      "perpetualRequirementIm",
      "haircutIm",
      "perpetualDoubt",
      "optionDoubt",
      "collateralDoubt",
      "depegCharge",
    ],
  },
  maintenance: { sum: ["optionMm", "perpetualRequirementMm", "haircutMm"] },
  outputs: { markToMarket: { sum: ["cash", "collateralValue", "unrealisedResult", "optionValue"] } },
};
