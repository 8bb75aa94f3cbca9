/**
 * Derive's second portfolio manager (PMRM_2): discounted prices, static discounts of both signs, damped tails, two tilts of the smile,
 * collaterals with haircuts, factors of initial and maintenance margin.
 *
 * Source: derivexyz/v2-core at 7736900d (2026-01-21), src/risk-managers/PMRM_2.sol and PMRMLib_2.sol, read as the contracts' tests state
 * them; figures of scripts/config-mainnet.sol; scenarios and contingencies agree with the venue's page of parameters, which prints dampings
 * with two or three decimals.
 */
import type { Charge, Expr, MarginModel, Parameter, Value } from "../../documents/model.ts";
import { BORROWED, KEPT } from "./collateral.ts";
import {
  basisParameters,
  basisRows,
  CASH,
  confidence,
  doubtOf,
  doubtOfValue,
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

/** A linear position loses 77 % of its loss at −18 % in every tail. */
const TAIL = 0.1386;
const TAILS = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5];

const SHOCKS: Shock[] = [
  { spot: 0.18, vol: "up" },
  ...eachWay([0.135, 0.09, 0.045, 0, -0.045, -0.09, -0.135]),
  { spot: -0.18, vol: "up" },
  ...TAILS.map((spot): Shock => ({ spot, vol: "up", damping: TAIL / Math.abs(spot) })),
  { spot: 0, vol: "linear" },
  { spot: 0, vol: "abs" },
];

/** The rows of a list of shocks, as this manager takes them. */
export const pm2Rows = (shocks: Shock[]) => shockRows(shocks, "volFloorUp");

const STATIC =
  "derivexyz/v2-core at 7736900d, scripts/config-mainnet.sol, where the two bases look exchanged against the interface's description: both were 0.95 until 2025-06-10";

/** e^(years·(rate·factor + add)): what a rate that is worse than the market's makes of a value at expiry. */
const grown = (factor: string, add: string): Expr => ({
  exp: { mul: ["tau", { sum: [{ mul: ["interest", factor] }, add] }] },
});

/** The tilt of a smile: proportional to x up to the width, then the cap. */
function tilt(name: "linear" | "abs"): Record<string, Value> {
  const logMoneyness: Expr = { ln: { div: ["strike", { sum: ["forward", "forwardFixed"] }] } };
  const [x, cap] = [`${name}Moneyness`, `${name}Cap`];
  const proportional: Expr = { div: [{ mul: [x, cap] }, "tiltWidth"] };
  return {
    [cap]: { at: "expiry", is: { sum: [{ mul: [`${name}CapPerRoot`, { sqrt: "tau" }] }, `${name}CapBase`] } },
    [x]: { at: "instrument", is: name === "abs" ? { abs: logMoneyness } : logMoneyness },
    // where the cap is below 0 its bounds change places, as in the contract
    [`${name}Tilt`]: {
      at: "instrument",
      is: { if: [{ le: [0, x] }, { min: [cap, proportional] }, { max: [{ neg: cap }, proportional] }] },
    },
  };
}

const HAIRCUT =
  "no haircuts are published where they could be read; the standard manager's discounts of the same collateral stand in, which cover moves of its price too, as scenarios do here";

/** Of a collateral that has none: the least. */
const LEAST_KEPT: [number, number] = [0.65, 0.77];

/** To the digits that the factors have. */
const decimal = (x: number): number => Number(x.toFixed(6));

const haircut = (of: (kept: [number, number]) => number): Parameter => ({
  unit: "share of the value",
  assumed: HAIRCUT,
  is: decimal(of(LEAST_KEPT)),
  for: Object.entries(KEPT).map(([settlement, kept]) => ({ settlement, is: decimal(of(kept)) })),
  range: [0, 1],
});

const percent = (what: string, is: number): Parameter => ({
  unit: `share of the spot, ${what}`,
  source: SCRIPT,
  is,
  range: [0, 1],
});

const collateral = (rate: Expr): Charge => ({
  kind: "amount",
  net: "settlement",
  select: { kind: "cash" },
  measure: "collateralPrice",
  measureUnit: "model",
  rate,
});

/** The share of the spot for each coin of perpetuals and each naked short. */
const contingency = (perpetual: string, option: string): Charge => ({
  kind: "formula",
  at: "underlying",
  value: { mul: ["spot", { sum: [{ mul: ["perpetualSize", perpetual] }, { mul: ["nakedShort", option] }] }] },
});

export const derivePm2: MarginModel = {
  format: 1,
  id: "derive-pm2",
  edition: "2025-06-10",
  source:
    "derivexyz/v2-core at 7736900d: PMRM_2 and PMRMLib_2; parameters of scripts/config-mainnet.sol; docs.derive.xyz, portfolio margin parameters (new)",
  assumptions: [
    "The venue has no dated futures: those of a market count neither as equity nor as requirement.",
    "An account has one underlying: each manager is a deployment of its own. Confidence of a collateral without underlying needs spotConfidence at {}.",
    "The edition is the day on which the script's static bases changed last: the contracts have no editions, and what is on chain could not be read.",
    BORROWED,
    "Accounts of trusted callers, which are tested on three scenarios of maintenance margin, are not told apart.",
    "Binary64 in place of 18-decimal integers that truncate toward zero: figures agree within 1e-8 of themselves.",
  ],
  currency: CASH,
  facts: { ...feeds, ...rateFeed, confidence },
  parameters: {
    ...volParameters(0.5, 0.3),
    volFloorUp: { unit: "volatility, where it is shocked upward", source: SCRIPT, is: 0.4, range: [0, 5] },
    imFactor: { unit: "factor on the loss", source: SCRIPT, is: 1, range: [0.5, 10] },
    mmFactor: { unit: "factor on the loss", source: SCRIPT, is: 0.8, range: [0.1, 10] },
    staticLongBase: { unit: "factor on a value ≥ 0", source: STATIC, is: 1.05, range: [0, 2] },
    staticLongRateFactor: { unit: "factor on the rate", source: SCRIPT, is: 0, range: [0, 10] },
    staticLongRateAdd: { unit: "per year", source: SCRIPT, is: 0.16, range: [0, 10] },
    staticShortBase: { unit: "factor on a value < 0", source: STATIC, is: 0.95, range: [0, 2] },
    staticShortRateFactor: { unit: "factor on the rate", source: SCRIPT, is: 0, range: [0, 10] },
    staticShortRateAdd: { unit: "per year", source: SCRIPT, is: 0.16, range: [0, 10] },
    ...basisParameters(0.045, 0.5, 2),
    ...feedParameters,
    perpetualPercentMm: percent("per coin of perpetuals", 0.03),
    perpetualPercentIm: percent("per coin of perpetuals, beside that of maintenance", 0.01),
    optionPercentMm: percent("per naked short", 0.003),
    optionPercentIm: percent("per naked short, beside that of maintenance", 0.002),
    haircutMm: haircut(([maintenance]) => 1 - maintenance),
    haircutIm: haircut(([maintenance, initial]) => maintenance * (1 - initial)),
    linearCapBase: { unit: "relative move of the volatility", source: SCRIPT, is: 0.25, range: [0, 1] },
    linearCapPerRoot: { unit: "per root of a year", source: SCRIPT, is: -0.1, range: [-1, 1] },
    absCapBase: { unit: "relative move of the volatility", source: SCRIPT, is: 0.25, range: [0, 1] },
    absCapPerRoot: { unit: "per root of a year", source: SCRIPT, is: -0.1, range: [-1, 1] },
    tiltLeastWidth: { unit: "|ln(K/F)|", source: SCRIPT, is: 0.01, range: [1e-6, 10] },
    tiltWidthScale: { unit: "standard deviations", source: SCRIPT, is: 4, range: [0, 100] },
    tiltVol: { unit: "volatility", source: SCRIPT, is: 0.6, range: [0, 10] },
    tiltVolPerRoot: { unit: "volatility per root of a year", source: SCRIPT, is: 0, range: [-10, 10] },
  },
  values: {
    discount: { at: "expiry", is: { exp: { neg: { mul: ["interest", "tau"] } } } },
    ...sharedValues,
    staticLong: {
      at: "expiry",
      is: { div: ["staticLongBase", grown("staticLongRateFactor", "staticLongRateAdd")] },
    },
    // a short box costs no more than its payoff
    staticShort: {
      at: "expiry",
      is: {
        min: [
          { div: [1, "discount"] },
          { mul: ["staticShortBase", grown("staticShortRateFactor", "staticShortRateAdd")] },
        ],
      },
    },
    tiltWidth: {
      at: "expiry",
      is: {
        max: [
          "tiltLeastWidth",
          {
            mul: [
              { sqrt: "tau" },
              "tiltWidthScale",
              { sum: ["tiltVol", { mul: [{ sqrt: "tau" }, "tiltVolPerRoot"] }] },
            ],
          },
        ],
      },
    },
    ...tilt("linear"),
    ...tilt("abs"),
  },
  scenarios: { shocks: { rows: pm2Rows(SHOCKS) }, basis: { rows: basisRows } },
  charges: {
    ...sharedCharges,
    scenarioLoss: {
      kind: "scan",
      scenarios: "shocks",
      profile: {
        at: "account",
        of: [
          { at: "expiry", select: options, factors: { positive: "staticLong", negative: "staticShort" } },
          { at: "underlying", select: { kind: [perpetuals.kind, "cash"] } },
        ],
      },
    },
    contingencyMm: contingency("perpetualPercentMm", "optionPercentMm"),
    contingencyIm: contingency("perpetualPercentIm", "optionPercentIm"),
    collateralHaircutMm: collateral("haircutMm"),
    collateralHaircutIm: collateral("haircutIm"),
    perpetualDoubt: {
      kind: "formula",
      at: "underlying",
      value: doubtOf(["spotConfidence", "perpetualConfidence"], "perpetualSize"),
    },
    collateralDoubt: collateral(doubtOfValue(["spotConfidence", "confidence"])),
    maintenanceAddOn: { kind: "formula", value: { sum: ["contingencyMm", "collateralHaircutMm"] } },
    initialAddOn: {
      kind: "formula",
      value: {
        sum: ["contingencyIm", "collateralHaircutIm", "perpetualDoubt", "optionDoubt", "collateralDoubt"],
      },
    },
    ...equityCharges,
  },
  equity,
  initial: { sum: [{ mul: ["lossFactor", "loss"] }, "maintenanceAddOn", "initialAddOn"] },
  maintenance: { sum: [{ mul: ["mmFactor", "loss"] }, "maintenanceAddOn"] },
};
