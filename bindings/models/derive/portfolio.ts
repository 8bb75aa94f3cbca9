/**
 * What Derive's two portfolio managers share: feeds, the term rule of volatility shocks, scenario rows, the loss, naked shorts, doubt of feeds.
 *
 * A market gives, by expiry: `forward` (the part that still moves), `forwardFixed` (the part that the settlement mean has fixed), `rate`,
 * `forwardConfidence`, `rateConfidence`, `volConfidence`; by option `vol`; by underlying, or at {} for everything: `spot`, `spotConfidence`,
 * `perpConfidence`. Cash is USDC, whose `price` is the stable feed; every other balance is collateral, which moves with the spot where its
 * currency names an `underlying`. Funding that is not paid yet belongs into the balance of USDC.
 */
import type { Charge, Expr, FactTerms, Parameter, Row, Value } from "../../documents/model.ts";
import { options } from "../prices.ts";

export const CASH = "USDC";

export { options };
export const perpetuals = { kind: "perpetual" };

export const SCRIPT =
  "derivexyz/v2-core at 7736900d (2026-01-21), scripts/config-mainnet.sol; what is on chain can differ";

/** A row of a manager's list. */
export interface Shock {
  /** Relative move of the spot. */
  spot: number;
  /** State of volatility; `linear` and `abs` tilt the smile. */
  vol: "up" | "down" | "none" | "linear" | "abs";
  /** Factor on the profit and loss of the row; default 1. */
  damping?: number;
}

/** Up, same and down at each of these moves. */
export const eachWay = (moves: number[]): Shock[] =>
  moves.flatMap((spot) => (["up", "none", "down"] as const).map((vol) => ({ spot, vol })));

const UP: Expr = { mul: ["volUp", "volTerm"] };
const DOWN: Expr = { mul: [-1, "volDown", "volTerm"] };

const LABELS = { up: "vol up", down: "vol down", none: "vol same", linear: "linear skew", abs: "absolute skew" };

/** Rows of a list; `volFloor` is the least volatility where it is shocked upward. */
export function shockRows(shocks: Shock[], volFloor?: Expr): Row[] {
  return shocks.map(({ spot, vol, damping }): Row => {
    const row: Row = { label: `{spot}, ${LABELS[vol]}`, spot };
    if (damping !== undefined && damping !== 1) row.weight = damping;
    if (vol === "up") return { ...row, volMove: UP, ...(volFloor !== undefined && { volFloor }) };
    if (vol === "down") return { ...row, volMove: DOWN };
    // the tilt that hurts, chosen for each expiry
    if (vol === "linear" || vol === "abs") return { ...row, volMove: `${vol}Tilt`, either: true };
    return row;
  });
}

/** Two rows that move the forward alone: no shock of volatility, no static discount. */
export const basisRows: Row[] = [
  { label: "basis up", spot: "basisUp" },
  { label: "basis down", spot: { neg: "basisDown" } },
];

export const volParameters = (up: number, down: number): Record<string, Parameter> => ({
  volUp: { unit: "relative, at 30 days", source: SCRIPT, is: up, range: [0, 5] },
  volDown: { unit: "relative, at 30 days", source: SCRIPT, is: down, range: [0, 1] },
  shortPower: { unit: "power of 30/days up to 30 days", source: SCRIPT, is: 0.3, range: [0, 2] },
  longPower: { unit: "power of 30/days beyond 30 days", source: SCRIPT, is: 0.13, range: [0, 2] },
  daysFloor: { unit: "days, in the term rule alone", source: SCRIPT, is: 1, range: [0.01, 30] },
});

export const basisParameters = (move: number, add: number, perYear: number): Record<string, Parameter> => ({
  basisUp: { unit: "relative", source: SCRIPT, is: move, range: [0, 1] },
  basisDown: { unit: "relative", source: SCRIPT, is: move, range: [0, 1] },
  basisAdd: { unit: "share of the loss", source: SCRIPT, is: add, range: [0, 10] },
  basisPerYear: { unit: "share of the loss per year to expiry", source: SCRIPT, is: perYear, range: [0, 10] },
});

export const feedParameters: Record<string, Parameter> = {
  pegThreshold: { unit: "USD per USDC", source: SCRIPT, is: 0.99, range: [0, 1] },
  pegFactor: { unit: "loss factor per USD below the threshold", source: SCRIPT, is: 4, range: [0, 20] },
  confidenceThreshold: { unit: "confidence", source: SCRIPT, is: 0.55, range: [0, 1] },
  confidenceMargin: { unit: "share of the notional at confidence 0", source: SCRIPT, is: 1, range: [0, 1.5] },
};

export const confidence: FactTerms = { unit: "confidence, 0 to 1" };

/** What the market gives all managers beside spot, forward and vol. */
export const feeds: Record<string, FactTerms> = {
  spotConfidence: confidence,
  perpConfidence: confidence,
  forwardConfidence: confidence,
  volConfidence: confidence,
};

/** What it gives the portfolio managers beside that. */
export const rateFeed: Record<string, FactTerms> = { rate: { unit: "per year" }, rateConfidence: confidence };

/** What is missing of confidence to 1, where the least of its feeds is below a threshold. */
export const doubt = (feeds: Expr[], threshold = "confidenceThreshold"): Expr => {
  const confidence: Expr = feeds.length === 1 ? feeds[0]! : { min: feeds };
  return { if: [{ lt: [confidence, threshold] }, { sub: [1, confidence] }, 0] };
};

/** A charge for low confidence: the missing share of a size in coins. */
export const doubtOf = (feeds: Expr[], size: Expr): Expr => ({
  mul: [doubt(feeds), "confidenceMargin", "spot", size],
});

/** The same of a value in USDC. */
export const doubtOfValue = (feeds: Expr[]): Expr => ({ mul: [doubt(feeds), "confidenceMargin"] });

export const sharedValues: Record<string, Value> = {
  volTerm: {
    at: "expiry",
    is: {
      pow: [{ div: [30, { max: ["days", "daysFloor"] }] }, { if: [{ le: ["days", 30] }, "shortPower", "longPower"] }],
    },
  },
  // a rate below 0 counts as 0
  interest: { at: "expiry", is: { if: [{ is: { expiry: "perpetual" } }, 0, { max: ["rate", 0] }] } },
  lossFactor: {
    is: { sum: ["imFactor", { mul: [{ max: [0, { sub: ["pegThreshold", "currencyPrice"] }] }, "pegFactor"] }] },
  },
  // the perpetual's feed counts only while one is held
  perpetualConfidence: { at: "underlying", is: { if: [{ lt: [0, "perpetualSize"] }, "perpConfidence", 1] } },
  collateralPrice: { at: "settlement", is: { if: [{ is: { settlement: CASH } }, 0, "conversion"] } },
};

/** Sizes and values that both managers read. */
export const sharedCharges: Record<string, Charge> = {
  perpetualSize: { kind: "amount", at: "underlying", select: perpetuals },
  optionSize: { kind: "amount", at: "expiry", net: "instrument", select: options },
  // min(call, put) of one strike does not help: what is short of a strike, calls and puts together
  nakedShort: { kind: "amount", at: "underlying", net: "strike", on: "short", select: options },
  basisContingency: {
    kind: "scan",
    at: "expiry",
    scenarios: "basis",
    profile: { select: options },
    rate: { sum: ["basisAdd", { mul: ["basisPerYear", "tau"] }] },
  },
  loss: { kind: "formula", value: { max: ["basisContingency", "scenarioLoss"] } },
  optionDoubt: {
    kind: "formula",
    at: "expiry",
    select: options,
    value: doubtOf(
      ["spotConfidence", "perpetualConfidence", "forwardConfidence", "rateConfidence", "volConfidence"],
      "optionSize",
    ),
  },
};

export const equityCharges: Record<string, Charge> = {
  cash: { kind: "amount", on: "signed", select: { kind: "cash", settlement: CASH }, measureUnit: "model" },
  collateralValue: {
    kind: "amount",
    net: "settlement",
    on: "signed",
    select: { kind: "cash" },
    measure: "collateralPrice",
    measureUnit: "model",
  },
  optionValue: {
    kind: "amount",
    net: "expiry",
    on: "signed",
    select: options,
    measure: { mul: ["mark", "conversion"] },
  },
  unrealisedResult: { kind: "formula", at: "settlement", value: { mul: ["unrealised", "conversion"] } },
};

export const equity: Expr = { sum: ["cash", "collateralValue", "optionValue", "unrealisedResult"] };
