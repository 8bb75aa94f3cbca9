/**
 * A model that uses every part of the format once on the books of random-book.ts: all row fields, profile steps, reductions,
 * ways of sizing, operators and computed names. No venue's; it is there to be evaluated twice.
 */
import type { Expr } from "../../bindings/documents/expression.ts";
import type { Amount, MarginModel, Parameter, Row } from "../../bindings/documents/model.ts";

const assumed = "exercises the format";
const number = (is: number, rest: Partial<Parameter> = {}): Parameter => ({ unit: "number", assumed, is, ...rest });
const option = { kind: "option" };
const deltaOne = { kind: ["future", "perpetual"] };
const cash = { kind: "cash" };
/** Gross base units of one kind of instrument, instrument by instrument. */
const gross = (rest: Partial<Amount>): Amount => ({ kind: "amount", at: "underlying", net: "instrument", ...rest });

const grid: Row[] = [-1, -0.5, 0, 0.5, 1].flatMap((k): Row[] => {
  const spot: Expr = { mul: [k, "range"] };
  return [
    { label: `${k} down`, slice: k, spot, volMove: { neg: { mul: [0.25, "term"] } } },
    { label: `${k} up`, slice: k, spot, volMove: { mul: [0.5, "term"] }, volFloor: "leastVol" },
    { label: `${k} shift`, slice: `${k} points`, spot, volShift: { if: [{ is: option }, 0.05, 0] } },
  ];
});
const tail: Row[] = [-0.6, -0.3, 0.5, 1.5].map((move): Row => {
  const edge: Expr = { mul: [Math.sign(move), "range"] };
  return {
    label: `tail ${move}`,
    spot: move,
    linear: move < 0 ? { max: [move, edge] } : { min: [move, edge] },
    volMove: { mul: [0.5, "term"] },
    scale: { if: [{ is: option }, { div: ["range", Math.abs(move)] }, 1] },
    weight: { sum: [0.6, "range"] },
    dampener: { mul: [{ div: [Math.abs(move), "range"] }, 2000] },
  };
});

export const everyStep: MarginModel = {
  format: 1,
  id: "every-step",
  edition: "2026-01-01",
  source: "this repository's tests",
  currency: "USD",
  levels: { book: ["settlement", "underlying"], side: ["underlying", "kind"] },
  parameters: {
    range: number(0.2, {
      range: [0.01, 0.9],
      for: [
        { underlying: "BTC", is: 0.14 },
        { underlying: "ETH", is: 0.16 },
      ],
    }),
    leastVol: number(0.45),
    brackets: {
      unit: "per USD",
      assumed,
      is: [
        [0, 0.005],
        [100_000, 0.01],
        [1_000_000, 0.02],
      ],
    },
    threshold: { unit: "share", assumed, is: "0.40", for: [{ underlying: "SOL", is: "0.400000000000000001" }] },
    tenorRate: {
      unit: "per year",
      assumed,
      is: [
        [0, 0.04],
        [0.25, 0.07],
        [1, 0.1],
      ],
    },
    tiers: {
      unit: "rate",
      assumed,
      is: [
        [0, 0.02],
        [50, 0.03],
        [500, 0.05],
      ],
    },
  },
  values: {
    term: {
      at: "expiry",
      is: { pow: [{ div: [30, { max: ["days", 1] }] }, { if: [{ lt: ["days", 30] }, 0.3, 0.13] }] },
    },
    moneyness: {
      at: "instrument",
      is: { div: [{ ln: { div: ["strike", "forward"] } }, { sqrt: { max: ["tau", 0.001] } }] },
    },
    tilt: { at: "instrument", is: { max: [-0.3, { min: [0.3, { mul: [0.2, "moneyness"] }] }] } },
    trust: {
      at: "underlying",
      is: { min: ["confidence", { max: [0.4, { if: [{ le: ["confidence", 0.4] }, "confidence", 0.5] }] }] },
    },
    worstUnits: { is: { max: ["matrix", { mul: [0.5, "tail"] }] } },
  },
  scenarios: {
    grid: { rows: grid },
    tail: { rows: tail },
    skew: {
      rows: [
        { label: "tilt", volMove: "tilt", either: true },
        { label: "tilt back", volMove: { neg: "tilt" } },
      ],
    },
    time: {
      rows: [
        { label: "now" },
        { label: "a day", time: { div: [1, 365] } },
        { label: "a week down", time: { div: [7, 365] }, spot: -0.05, rate: { mul: [0.5, "leastVol"] } },
        { label: "rates up", rate: 0.3 },
      ],
    },
    given: {
      array: "given",
      rows: [
        { label: "far down", slice: "down", spot: -0.15 },
        { label: "down", slice: "down", spot: -0.05, weight: 0.9, dampener: 50 },
        { label: "up", slice: "up", spot: 0.05, either: true },
        { label: "far up", slice: "up", spot: 0.15, weight: 0.5 },
      ],
    },
    payoff: { settlement: true },
    peg: {
      rows: [
        { label: "peg", currency: { if: [{ is: { settlement: "USDC" } }, -0.05, 0] } },
        { label: "peg and fall", spot: { neg: "range" }, currency: -0.02 },
      ],
    },
  },
  charges: {
    matrix: { kind: "scan", at: "underlying", scenarios: "grid", profile: { gains: { factor: 0.6, cap: 50_000 } } },
    tail: { kind: "scan", at: "underlying", scenarios: "tail", profile: { dampen: true, gains: { factor: 0.5 } } },
    skew: { kind: "scan", scenarios: "skew", profile: { select: option, of: [{ at: "expiry" }] } },
    sliced: {
      kind: "scan",
      at: "underlying",
      scenarios: "grid",
      profile: {
        of: [
          { at: "underlying", select: option, worst: "slice" },
          { at: "book", select: deltaOne, gains: { factor: 0.9 } },
        ],
      },
      reduce: { slice: "worst" },
    },
    center: { kind: "scan", at: "underlying", scenarios: "grid", reduce: { slice: 0 }, floor: null },
    coin: { kind: "scan", at: "settlement", scenarios: "grid", profile: { at: "book" } },
    coinInDollars: { kind: "formula", at: "settlement", value: { mul: ["coin", "conversion"] } },
    discounted: {
      kind: "scan",
      at: "underlying",
      scenarios: "grid",
      profile: {
        at: "expiry",
        select: option,
        factors: { positive: { sub: [1, { mul: [0.02, "term"] }] }, negative: 1.03 },
      },
      floor: null,
      rate: { sum: [1, { if: [{ le: ["size", 0] }, 0, { progressive: [{ div: ["size", 1e8] }, "brackets"] }] }] },
    },
    decay: {
      kind: "scan",
      scenarios: "time",
      reduce: { row: 1 },
      profile: { of: [{ at: "underlying", select: option }] },
    },
    carry: { kind: "scan", scenarios: "time" },
    peg: { kind: "scan", scenarios: "peg", profile: { of: [{ at: "settlement" }] } },
    maxLoss: { kind: "scan", at: "expiry", scenarios: "payoff" },
    maxCoinLoss: {
      kind: "scan",
      at: "settlement",
      scenarios: "payoff",
      profile: {
        at: ["settlement", "underlying", "expiry"],
        of: [
          { select: option, factors: { positive: 0.95, negative: 1.1 } },
          { select: { kind: "future", side: "short" } },
        ],
      },
      floor: null,
    },
    shortLoss: {
      kind: "scan",
      at: "expiry",
      scenarios: "payoff",
      profile: { select: option, of: [{ at: "strike", select: { side: "short" } }, { gains: { factor: 0.5 } }] },
      rate: { sum: [0.1, { div: ["size", { sum: ["size", 1e6] }] }] },
    },
    arrays: {
      kind: "scan",
      at: "underlying",
      scenarios: "given",
      profile: {
        of: [
          { at: "book", select: option, gains: { factor: 0.8 } },
          { at: "underlying", select: deltaOne, dampen: true },
        ],
      },
    },
    arrayValues: {
      kind: "scan",
      at: "underlying",
      scenarios: "given",
      profile: { select: option, worst: "slice", factors: { positive: 0.97, negative: 1.02 } },
      reduce: { slice: "up" },
    },
    netDelta: { kind: "amount", at: "underlying", on: "signed", measure: "delta" },
    longDelta: {
      kind: "amount",
      at: "underlying",
      on: "signed",
      measure: "delta",
      select: { kind: "option", side: "long" },
    },
    deltaCost: {
      kind: "amount",
      at: "underlying",
      measure: "delta",
      rate: { mul: ["spot", { step: ["size", "tiers"] }] },
    },
    roll: {
      kind: "amount",
      at: "underlying",
      net: "expiry",
      measure: "delta",
      select: { kind: ["option", "future", "perpetual"] },
      rate: { mul: ["spot", { max: [0.01, { mul: [{ interpolate: ["tau", "tenorRate"] }, "tau"] }] }] },
    },
    calendar: {
      kind: "spread",
      at: "underlying",
      net: "expiry",
      measure: "delta",
      select: { kind: ["option", "future", "perpetual"] },
      pairs: [
        {
          legs: [
            { select: { expiry: "perpetual" }, side: 1, ratio: 1 },
            { select: {}, side: -1, ratio: 1.5, rate: { mul: [0.002, "spot"] } },
          ],
          rate: { mul: [0.01, "spot"] },
        },
        {
          legs: [
            { select: {}, side: 1, ratio: 1 },
            { select: {}, side: -1, ratio: 1 },
          ],
          rate: { mul: [0.02, "spot"] },
        },
      ],
    },
    credit: {
      kind: "spread",
      at: "underlying",
      within: "account",
      net: "underlying",
      measure: "delta",
      select: { kind: ["option", "future", "perpetual"] },
      pairs: [
        {
          legs: [
            { select: { underlying: "BTC" }, side: 1, ratio: 1, rate: { mul: [0.6, "priceRisk"] } },
            { select: { underlying: "ETH" }, side: -1, ratio: 18, rate: { mul: [0.6, "priceRisk"] } },
          ],
        },
        {
          legs: [
            { select: { underlying: ["BTC", "ETH"] }, side: 1, ratio: 1, rate: { mul: [0.3, "priceRisk"] } },
            { select: { underlying: "SOL" }, side: -1, ratio: 40, rate: { mul: [0.4, "priceRisk"] } },
          ],
        },
      ],
    },
    pairRisk: { kind: "scan", at: "underlying", scenarios: "grid", reduce: { slice: "worst" }, floor: null },
    priceRisk: {
      kind: "formula",
      at: "underlying",
      value: {
        if: [
          { lt: [1e-6, { abs: "netDelta" }] },
          { div: [{ max: [0, { sub: ["pairRisk", "center"] }] }, { abs: "netDelta" }] },
          0,
        ],
      },
    },
    doubt: {
      kind: "formula",
      at: "underlying",
      value: {
        sum: [
          { if: [{ lt: ["trust", "threshold"] }, { mul: [0.4, { abs: "netDelta" }, "spot"] }, 0] },
          { if: [{ le: ["threshold", "confidence"] }, 0, 1000] },
        ],
      },
    },
    naked: gross({ net: "strike", on: "short", select: option, rate: { mul: [0.01, "spot"] } }),
    premium: gross({ on: "long", select: option, measure: { mul: ["mark", "conversion"] }, rate: 0.1 }),
    turnover: gross({ select: deltaOne, charge: { progressive: [{ mul: ["size", "spot"] }, "brackets"] } }),
    vegaRisk: {
      kind: "amount",
      at: "underlying",
      net: "expiry",
      select: option,
      measure: "vega",
      rate: { mul: [0.01, { sqrt: "tau" }] },
    },
    gammaRisk: {
      kind: "amount",
      at: "side",
      select: option,
      measure: { mul: ["gamma", "spot", "spot"] },
      measureUnit: "quote",
      on: "short",
      rate: 0.0005,
    },
    thetaRisk: {
      kind: "amount",
      at: "underlying",
      select: option,
      on: "short",
      measure: { div: ["theta", 365] },
      measureUnit: "quote",
    },
    cash: { kind: "amount", net: "instrument", on: "signed", select: cash, measure: "conversion" },
    haircut: {
      kind: "amount",
      net: "instrument",
      on: "long",
      select: cash,
      measure: "conversion",
      rate: { if: [{ is: { settlement: ["USD", "USDC"] } }, 0, 0.05] },
    },
    borrowed: { kind: "amount", net: "settlement", on: "short", select: cash, rate: { mul: [0.1, "settlementPrice"] } },
    assets: {
      kind: "amount",
      net: "instrument",
      on: "signed",
      select: { kind: ["option", "spot"] },
      measure: { mul: ["mark", "conversion"] },
    },
    openResult: { kind: "formula", at: "settlement", value: { mul: ["unrealised", "conversion"] } },
    unit: {
      kind: "formula",
      at: "underlying",
      value: {
        max: [
          { sum: [{ max: ["matrix", "tail"] }, "roll", "naked", "vegaRisk", "thetaRisk"] },
          "deltaCost",
          { neg: { div: ["netDelta", 1e6] } },
        ],
      },
    },
    hedged: { kind: "formula", at: "underlying", select: option, value: { abs: { sub: ["netDelta", "longDelta"] } } },
    gammaAll: { kind: "formula", at: "underlying", value: { trunc: "gammaRisk" } },
    share: { kind: "formula", at: "underlying", value: { div: ["unit", { max: ["worstUnits", 1] }] } },
  },
  equity: { sum: ["cash", "assets", "openResult"] },
  initial: {
    round: [
      {
        sum: [
          { mul: [1.3, "unit"] },
          "skew",
          "sliced",
          "haircut",
          "borrowed",
          "peg",
          { mul: [0.1, "arrays"] },
          { mul: [0.1, "arrayValues"] },
          { mul: [0.01, { max: ["maxLoss", "shortLoss"] }] },
          { sub: ["calendar", "credit"] },
          { mul: [0.001, "doubt"] },
          "premium",
          "turnover",
          { exp: -3 },
        ],
      },
      2,
    ],
  },
  maintenance: { sum: ["unit", { max: ["carry", "decay"] }, "discounted", { ceil: "coinInDollars" }] },
  outputs: {
    used: { div: ["worstUnits", { max: [1, "cash"] }] },
    centerLoss: "center",
    hedgedDelta: "hedged",
    gamma: "gammaAll",
    unitShare: "share",
  },
};
