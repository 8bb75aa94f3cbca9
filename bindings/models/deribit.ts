/**
 * Deribit portfolio margin (S:PM: each settlement currency alone).
 *
 * Read 2026-11-22: support article 25944756247837 (top part), API reference private/simulate and public/get_params with their
 * response examples; two public re-implementations for the volatility and dampener rules. No published example holds an option:
 * what concerns them is marked `assumed`.
 */
import type { Expr, MarginModel, Parameter, Row } from "../documents/model.ts";

/** Currencies as they trade: a pair is one underlying in one settlement currency. */
const PAIR = ["settlement", "underlying", "payoff"];

const SIMULATE = "API reference, private/simulate response example, model of 2024-06-17";

const options = { kind: "option" };
const isInverse = { is: { payoff: "inverse" } };

/** Price of one base unit in settlement currency, and of one USD. */
const basePrice: Expr = { div: ["spot", "settlementPrice"] };
const usd = (amount: Expr): Expr => ({ div: [amount, "settlementPrice"] });

const per = (is: number, of: Record<string, number>, rest: Omit<Parameter, "is" | "for">): Parameter => ({
  ...rest,
  is,
  for: Object.entries(of).map(([underlying, figure]) => ({ underlying, is: figure })),
});

/** Volatility states of one price row: down, same, up, scaled by the term rule; the floor holds for the state up. */
const vols = (spot: Expr, slice: number): Row[] => [
  { label: "{spot}, vol down", slice, spot, volMove: { mul: [-1, "volDown", "volTerm"] } },
  { label: "{spot}, vol same", slice, spot },
  { label: "{spot}, vol up", slice, spot, volMove: { mul: ["volUp", "volTerm"] }, volFloor: "volFloorUp" },
];

/** Price steps of the standard table, in parts of the range. */
const STEPS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

/** Moves of the extended table, volatility up only. */
const EXTENDED = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5];

/** A row of the extended table. */
export function extended(move: number): Row {
  const edge: Expr = move < 0 ? { neg: "priceRange" } : "priceRange";
  const beyond: Expr = { div: [Math.abs(move), "priceRange"] };
  return {
    label: "{spot}, vol up",
    spot: move,
    // futures stop at the edge of the range
    linear: move < 0 ? { max: [move, edge] } : { min: [move, edge] },
    volMove: { mul: ["volUp", "volTerm"] },
    volFloor: "volFloorUp",
    scale: {
      if: [
        { is: options },
        {
          mul: [
            "extendedFactor",
            { div: ["priceRange", Math.abs(move)] },
            { if: [isInverse, { div: [1 + move, { sum: [1, edge] }] }, 1] },
          ],
        },
        1,
      ],
    },
    dampener: {
      div: [
        usd({ mul: [{ sub: [{ max: [beyond, 1] }, 1] }, "extendedDampener"] }),
        { if: [isInverse, { sum: [1, edge] }, 1] },
      ],
    },
  };
}

const settlementAmount = (assumed: string): Parameter => ({
  unit: "settlement currency",
  assumed,
  given: "settlement",
  is: 0,
});

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
    priceRange: per(
      0.16,
      { BTC: 0.16, ETH: 0.18 },
      { unit: "relative", source: `${SIMULATE}; ETH of 2026-02-15`, range: [0.01, 0.9] },
    ),
    volUp: per(
      0.5,
      { BTC: 0.5, ETH: 0.4 },
      { unit: "relative, at 30 days", source: `${SIMULATE}; ETH of 2026-02-15`, range: [0, 5] },
    ),
    volDown: { unit: "relative, at 30 days", source: SIMULATE, is: 0.25, range: [0, 1] },
    volFloorUp: { unit: "volatility", source: SIMULATE, is: 0.5, range: [0, 5] },
    shortPower: { unit: "power of 30/days below 30 days", source: SIMULATE, is: 0.3, range: [0, 2] },
    longPower: { unit: "power of 30/days from 30 days", source: SIMULATE, is: 0.13, range: [0, 2] },
    daysFloor: {
      unit: "days",
      assumed: "in one of two re-implementations; without it hours before expiry the shock would grow without bound",
      is: 1,
      range: [0.01, 30],
    },
    extendedFactor: { unit: "factor", source: SIMULATE, is: 1, range: [0, 10] },
    extendedDampener: {
      unit: "USD per step beyond the range",
      source: `${SIMULATE}; ETH of 2026-02-15`,
      is: 25000,
      for: [
        { underlying: "BTC", settlement: "BTC", is: 100000 },
        { underlying: "ETH", settlement: "ETH", is: 200000 },
      ],
      range: [0, 1e9],
    },
    pnlOffset: { unit: "share of gains kept", source: SIMULATE, is: 0, range: [0, 1] },
    maxOffsetable: { unit: "USD", source: SIMULATE, is: 0, range: [0, 1e12] },
    liquiditySlope: per(
      5e-5,
      { BTC: 5e-5, ETH: 4e-6 },
      { unit: "rate per coin", source: `${SIMULATE}; ETH of 2026-02-15`, range: [0, 1] },
    ),
    liquidityThreshold: { unit: "USD of delta", source: SIMULATE, is: 20e6, range: [0, 1e12] },
    maxDeltaShock: { unit: "rate", source: SIMULATE, is: 0.1, range: [0, 1] },
    annualMove: {
      unit: "per year",
      source: `${SIMULATE}; ETH of 2026-02-15`,
      is: 0.1,
      for: [
        { underlying: "BTC", settlement: "BTC", is: 0.075 },
        { underlying: "ETH", settlement: "ETH", is: 0.05 },
      ],
      range: [0, 10],
    },
    minMove: {
      unit: "relative",
      source: `${SIMULATE}; ETH of 2026-02-15`,
      is: 0.01,
      for: [{ underlying: "ETH", settlement: "ETH", is: 0.005 }],
      range: [0, 1],
    },
    maintenanceFactor: { unit: "share of the risk matrix margin", source: SIMULATE, is: 0.8, range: [0, 1] },
    correlationContingency: settlementAmount("formula not published; 0 unless the account's figure is given"),
    openOrdersMargin: settlementAmount("depends on the account's orders; 0 unless given"),
    mmpMargin: settlementAmount("market-maker protection; 0 unless given"),
    spotMargin: settlementAmount("spot orders; 0 unless given"),
  },
  values: {
    discount: { is: 1 }, // options are priced undiscounted on the forward
    volTerm: {
      at: [...PAIR, "expiry"],
      is: {
        pow: [{ div: [30, { max: ["days", "daysFloor"] }] }, { if: [{ lt: ["days", 30] }, "shortPower", "longPower"] }],
      },
    },
  },
  scenarios: {
    standard: { rows: STEPS.flatMap((k) => vols({ mul: [k, "priceRange"] }, k)) },
    extended: { rows: EXTENDED.map(extended) },
  },
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
    longOptionDelta: {
      kind: "amount",
      at: "pair",
      on: "signed",
      select: { ...options, side: "long" },
      measure: "delta",
    },
    netDelta: { kind: "amount", at: "pair", on: "signed", measure: "delta" },
    // futures and short options
    exposedDelta: { kind: "formula", at: "pair", value: { sub: ["netDelta", "longOptionDelta"] } },
    // long options can only reduce it
    openDelta: {
      kind: "formula",
      at: "pair",
      value: {
        abs: {
          if: [
            { lt: ["exposedDelta", 0] },
            { min: [{ max: ["netDelta", "exposedDelta"] }, 0] },
            { max: [{ min: ["netDelta", "exposedDelta"] }, 0] },
          ],
        },
      },
    },
    deltaShock: {
      kind: "formula",
      at: "pair",
      value: {
        mul: [
          "openDelta",
          {
            min: [
              "maxDeltaShock",
              {
                mul: ["liquiditySlope", { max: [0, { sub: ["openDelta", { div: ["liquidityThreshold", "spot"] }] }] }],
              },
            ],
          },
          basePrice,
        ],
      },
    },
    // gross across expiries; linear in time above the minimum: the other re-implementation has exp(a·τ) − 1
    rollShock: {
      kind: "amount",
      at: "pair",
      net: [...PAIR, "expiry"],
      measure: "delta",
      rate: { mul: [{ max: ["minMove", { mul: ["annualMove", "tau"] }] }, basePrice] },
    },
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
    cash: { kind: "amount", at: "settlement", on: "signed", select: { kind: "cash" }, measureUnit: "settlement" },
    optionValue: {
      kind: "amount",
      at: "settlement",
      on: "signed",
      select: { kind: ["option", "spot"] },
      measure: "mark",
    },
    currencyEquity: { kind: "formula", at: "settlement", value: { sum: ["cash", "optionValue", "unrealised"] } },
    // the sum over currencies at the index is assumed: the venue publishes each currency alone
    equityInUsd: { kind: "formula", at: "settlement", value: { mul: ["currencyEquity", "conversion"] } },
    initialInUsd: { kind: "formula", at: "settlement", value: { mul: ["initialMargin", "conversion"] } },
    maintenanceInUsd: { kind: "formula", at: "settlement", value: { mul: ["maintenanceMargin", "conversion"] } },
  },
  equity: "equityInUsd",
  initial: "initialInUsd",
  maintenance: "maintenanceInUsd",
};
