/** What Deribit's portfolio margin adds to its tables, by pair: a charge on open delta (liquidity) and one on the delta of each expiry (roll). */
import type { Charge, Expr, Parameter } from "../../documents/model.ts";
import { perUnderlying } from "../figures.ts";
import { options } from "../prices.ts";
import { SIMULATE, SIMULATE_ETH } from "./tables.ts";

/** Currencies as they trade: a pair is one underlying in one settlement currency. */
export const PAIR = ["settlement", "underlying", "payoff"];

/** Price of one base unit in settlement currency. */
const basePrice: Expr = { div: ["spot", "settlementPrice"] };

export const shockCharges = {
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
} satisfies Record<string, Charge>;

export const shockParameters = {
  liquiditySlope: perUnderlying(
    5e-5,
    { BTC: 5e-5, ETH: 4e-6 },
    { unit: "rate per coin", source: SIMULATE_ETH, range: [0, 1] },
  ),
  liquidityThreshold: { unit: "USD of delta", source: SIMULATE, is: 20e6, range: [0, 1e12] },
  maxDeltaShock: { unit: "rate", source: SIMULATE, is: 0.1, range: [0, 1] },
  annualMove: {
    unit: "per year",
    source: SIMULATE_ETH,
    is: 0.1,
    for: [
      { underlying: "BTC", settlement: "BTC", is: 0.075 },
      { underlying: "ETH", settlement: "ETH", is: 0.05 },
    ],
    range: [0, 10],
  },
  minMove: {
    unit: "relative",
    source: SIMULATE_ETH,
    is: 0.01,
    for: [{ underlying: "ETH", settlement: "ETH", is: 0.005 }],
    range: [0, 1],
  },
} satisfies Record<string, Parameter>;
