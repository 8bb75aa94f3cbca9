/**
 * Every step of every-step-model.ts, and what an order can meet beside them: resting orders in scans and in amounts, gains with a cap, amounts and
 * formulas of single instruments, figures of the whole account seen from finer levels, and groups that cost something by being held.
 */
import type { MarginModel } from "../../bindings/documents/model.ts";
import { everyStep } from "../reference/every-step-model.ts";

const option = { kind: "option" };
const traded = { kind: ["option", "future", "perpetual"] };
const deltaOne = { kind: ["future", "perpetual"] };

export const wideModel: MarginModel = {
  ...everyStep,
  id: "wide",
  values: {
    ...everyStep.values,
    // of the whole account, after its charges
    load: { is: { div: ["worstUnits", { max: [1, { abs: "cash" }] }] } },
    crowding: { is: { min: [2, { sum: [1, { div: ["ownAll", { max: [1, "matrix"] }] }] }] } },
    // of a coin, after its charges
    strain: { at: "underlying", is: { div: ["matrix", { max: [1, "worstUnits"] }] } },
  },
  charges: {
    ...everyStep.charges,
    resting: { kind: "formula", at: "book", value: { mul: ["restingInBook", "conversion"] } },
    restingInBook: {
      kind: "scan",
      at: "book",
      scenarios: "grid",
      orders: "worstSubset",
      profile: { gains: { factor: 0.5, cap: 20_000 } },
    },
    restingTails: {
      kind: "scan",
      scenarios: "tail",
      orders: "worstSubset",
      profile: {
        of: [
          { at: "expiry", select: option, gains: { factor: 0.3 } },
          { at: "book", select: deltaOne },
        ],
      },
    },
    restingShort: {
      kind: "scan",
      at: "settlement",
      scenarios: "grid",
      orders: "worstSubset",
      reduce: { slice: "worst" },
      profile: { at: "instrument", select: option },
    },
    restingInDollars: { kind: "formula", at: "settlement", value: { mul: ["restingShort", "conversion"] } },
    bids: {
      kind: "amount",
      at: "instrument",
      measure: "delta",
      orders: "bids",
      rate: { mul: [0.02, "spot", "conversion"] },
    },
    asks: {
      kind: "amount",
      at: "underlying",
      net: "instrument",
      measure: "delta",
      orders: "asks",
      rate: { mul: [0.01, "spot"] },
    },
    worse: {
      kind: "amount",
      at: "expiry",
      net: "strike",
      select: option,
      measure: "delta",
      orders: "worstSide",
      rate: { mul: [0.015, "spot"] },
    },
    own: {
      kind: "amount",
      at: "instrument",
      select: traded,
      measure: { mul: ["mark", "conversion"] },
      charge: { pow: ["size", 0.75] },
    },
    ownAll: { kind: "formula", value: "own" },
    longs: {
      kind: "amount",
      at: "instrument",
      on: "long",
      measure: "delta",
      rate: { mul: ["spot", "conversion", { step: ["size", "tiers"] }] },
    },
    shorts: {
      kind: "amount",
      at: "expiry",
      net: "instrument",
      select: { ...option, side: "short" },
      on: "short",
      measure: "vega",
      measureUnit: "quote",
      rate: 0.05,
    },
    // by being held
    ticket: {
      kind: "formula",
      at: "instrument",
      select: option,
      value: { mul: ["conversion", { sum: [1, { mul: [0.001, "strike"] }] }] },
    },
    desk: { kind: "formula", at: "expiry", value: 7 },
    // figures of the account and of a coin, seen from finer levels
    loaded: { kind: "formula", at: "instrument", select: traded, value: { mul: ["own", { min: [3, "load"] }] } },
    crowded: { kind: "formula", at: "expiry", value: { mul: ["desk", "crowding"] } },
    strained: { kind: "formula", at: "instrument", select: traded, value: { mul: ["own", "strain", "crowding"] } },
  },
  initial: {
    sum: [
      everyStep.initial,
      "resting",
      "restingTails",
      "restingInDollars",
      "bids",
      "asks",
      "worse",
      "own",
      "longs",
      "shorts",
      "ticket",
      "crowded",
      "strained",
    ],
  },
  maintenance: { sum: [everyStep.maintenance, { max: ["own", "loaded"] }, "ticket", { mul: [0.5, "resting"] }] },
};
