/**
 * OKX portfolio margin, as far as it is published: shocks, extreme moves, theta, a minimum; basis, vega by expiry and rates in part.
 *
 * Read 2026-11-22: help article on risk units (3 December 2024), announcements of 2 January 2025 and 31 May 2024, API reference
 * position-builder with its response of 2025-01-15, a public re-implementation of the older rules. Two rates are fitted to the response.
 */
import type { Charge, Expr, MarginModel, Row } from "../../documents/model.ts";
import { equityWithOptions } from "../equity.ts";
import { givenOr0, MONEY, perUnderlying } from "../figures.ts";
import { isInverse, quoteInModel } from "../prices.ts";

const ANNOUNCEMENT = "announcement of 2 January 2025; other underlyings the third group";
const OLDER = "a public re-implementation of the older rules";
/** The second group of the announcement. */
const SECOND = ["SOL", "DOGE", "PEPE", "XRP", "BNB", "SHIB", "LTC", "ORDI", "WLD", "BCH", "ADA"];
const groups = (first: number, second: number) => ({
  BTC: first,
  ETH: first,
  ...Object.fromEntries(SECOND.map((underlying) => [underlying, second])),
});

const derivatives = { kind: ["option", "future", "perpetual"] };

/**
 * The shock is taken from the index, whose notional is not that of the mark. An inverse contract's coin is worth the index, and its base is
 * by the mark, so its result in dollars is of the index by itself.
 */
const ofIndex: Expr = {
  if: [{ is: { kind: "option" } }, 1, { if: [isInverse, 1, { div: ["spot", "mark"] }] }],
};

/** Each price with volatility as it is, moved in points, and moved in per cent: the larger loss counts. */
const atPrice = (k: number): Row[] => {
  const spot: Expr = { mul: [k, "spotRange"] };
  const row: Row = { slice: k, spot, scale: ofIndex };
  return [
    { ...row, label: "{spot}, vol same" },
    { ...row, label: "{spot}, vol points down", volShift: { neg: "volPoints" } },
    { ...row, label: "{spot}, vol points up", volShift: "volPoints" },
    { ...row, label: "{spot}, vol per cent down", volMove: { neg: "volPercent" } },
    { ...row, label: "{spot}, vol per cent up", volMove: "volPercent" },
  ];
};
const THIRDS = [-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1];

const jump = (spot: Expr): Row => ({
  label: "{spot}",
  spot,
  scale: ofIndex,
  weight: "extremeShare",
});

/** USD of delta of one base unit. */
const deltaInModel: Expr = { mul: ["delta", { if: [{ is: { kind: "option" } }, "spot", "mark"] }, quoteInModel] };

/** Delta in one book of stablecoins or dollars. */
const book = (of: Record<string, unknown>): Charge => ({
  kind: "amount",
  at: "underlying",
  select: { ...derivatives, ...of } as never,
  on: "signed",
  measure: deltaInModel,
});
/** What two books hold against each other. */
const hedged = (a: Expr, b: Expr): Expr => ({
  if: [{ lt: [{ mul: [a, b] }, 0] }, { min: [{ abs: a }, { abs: b }] }, 0],
});
/** What is left of a book, with its sign, after so much of it is matched. */
const left = (of: Expr, matched: Expr): Expr => ({
  if: [{ lt: [of, 0] }, { sum: [of, matched] }, { sub: [of, matched] }],
});
const matched = (value: Expr): Charge => ({ kind: "formula", at: "underlying", value });

export const okxPm: MarginModel = {
  format: 1,
  id: "okx-pm",
  edition: "2025-01-06",
  source:
    "OKX help article on risk units (3 December 2024); announcements of 2 January 2025 and 31 May 2024; API reference, position-builder",
  assumptions: [
    "A unit is one underlying, its derivatives of every settlement currency; units are summed. Spot that hedges a unit is not counted in it.",
    "MR1 takes the worst of volatilities moved in points and in per cent; between the published days the shock is linear, beyond 60 days it is that of 60.",
    "MR4 is a rate of the delta by expiry: for perpetuals the rate fits the venue's response, for dated contracts it is the announced yearly move times years where that is more.",
    "MR3 and MR5 are not published: 0 unless the portfolio gives them by underlying.",
    "MR7 is a rate of each position's delta that fits the response; its multipliers by size are not published and are left out.",
    "MR9 has one table of rates, whatever the price of the stablecoins; the published one grows as that price falls.",
    "A spot position below 0 is a loan of its value, and costs as a balance below 0 does.",
    "Borrowing costs its first tier's rates whatever the amount, collateral counts in full.",
  ],
  currency: "USD",
  parameters: {
    spotRange: perUnderlying(0.25, groups(0.12, 0.18), { unit: "relative", source: ANNOUNCEMENT, range: [0.01, 0.9] }),
    extremeMove: perUnderlying(0.5, groups(0.24, 0.36), { unit: "relative", source: ANNOUNCEMENT, range: [0.01, 0.9] }),
    extremeShare: { unit: "share of the loss", source: "help article, MR6", is: 0.5, range: [0, 1] },
    pointsByDays: {
      unit: "volatility, by days to expiry",
      source: `help article for 0 days; ${OLDER} for 30 and 60`,
      is: [
        [0, 0.3],
        [30, 0.25],
        [60, 0.2],
      ],
      range: [0, 5],
    },
    percentByDays: {
      unit: "relative, by days to expiry",
      source: `help article for 0 days; ${OLDER} for 30 and 60`,
      is: [
        [0, 0.5],
        [30, 0.35],
        [60, 0.25],
      ],
      range: [0, 1],
    },
    thetaDays: { unit: "days of decay", source: "help article, MR2", is: 1, range: [0, 30] },
    basisRate: perUnderlying(
      0.008,
      { BTC: 0.002, ETH: 0.002, LTC: 0.008 },
      {
        unit: "per USD of delta",
        assumed: "fits the venue's response for BTC and LTC; ETH as BTC, others as LTC",
        range: [0, 1],
      },
    ),
    basisMove: perUnderlying(0.3, groups(0.05, 0.15), { unit: "per year", source: ANNOUNCEMENT, range: [0, 10] }),
    minimumRate: perUnderlying(
      0.007,
      { BTC: 0.0045, ETH: 0.0045, LTC: 0.007 },
      {
        unit: "per USD of delta",
        assumed: "fits the venue's response for BTC and LTC; ETH as BTC, others as LTC",
        range: [0, 1],
      },
    ),
    depegRates: {
      unit: "rate, by USD hedged between two currencies",
      source: "a third party's repost of the rule announcement of December 2024, example",
      is: [
        [0, 0.0075],
        [1e6, 0.0175],
        [5e6, 0.025],
      ],
      range: [0, 1],
    },
    vegaByExpiry: givenOr0("underlying", "USD", "MR3: formula not published; 0 unless given", MONEY),
    interestRate: givenOr0("underlying", "USD", "MR5: formula not published; 0 unless given", MONEY),
    initialFactor: {
      unit: "initial per maintenance of a unit",
      source: "API reference, position-builder",
      is: 1.3,
      range: [1, 10],
    },
    borrowInitial: { unit: "rate", assumed: "fits the venue's response, first tier of USDT", is: 0.1, range: [0, 1] },
    borrowMaintenance: {
      unit: "rate",
      assumed: "fits the venue's response, first tier of USDT",
      is: 0.02,
      range: [0, 1],
    },
  },
  values: {
    discount: { is: 1 },
    volPoints: { at: "expiry", is: { interpolate: ["days", "pointsByDays"] } },
    volPercent: { at: "expiry", is: { interpolate: ["days", "percentByDays"] } },
  },
  scenarios: {
    shock: { rows: THIRDS.flatMap(atPrice) },
    jump: { rows: [jump({ neg: "extremeMove" }), jump("extremeMove")] },
  },
  charges: {
    mr1: { kind: "scan", at: "underlying", scenarios: "shock", profile: { select: derivatives } },
    decay: {
      kind: "amount",
      at: "underlying",
      select: { kind: "option" },
      on: "signed",
      measure: { mul: ["theta", { div: ["thetaDays", 365] }, quoteInModel] },
    },
    mr2: { kind: "formula", at: "underlying", value: { max: [0, { neg: "decay" }] } },
    mr3: { kind: "formula", at: "underlying", value: "vegaByExpiry" },
    mr4: {
      kind: "amount",
      at: "underlying",
      net: "expiry",
      select: derivatives,
      measure: deltaInModel,
      rate: { max: ["basisRate", { mul: ["basisMove", "tau"] }] },
    },
    mr5: { kind: "formula", at: "underlying", value: "interestRate" },
    mr6: { kind: "scan", at: "underlying", scenarios: "jump", profile: { select: derivatives } },
    mr7: {
      kind: "amount",
      at: "underlying",
      net: "instrument",
      select: derivatives,
      measure: deltaInModel,
      rate: "minimumRate",
    },
    usdtBook: book({ settlement: "USDT", payoff: "linear" }),
    usdcBook: book({ settlement: "USDC", payoff: "linear" }),
    usdBook: book({ payoff: "inverse" }),
    // in the venue's order
    usdtUsd: matched(hedged("usdtBook", "usdBook")),
    usdtUsdc: matched(hedged(left("usdtBook", "usdtUsd"), "usdcBook")),
    usdcUsd: matched(hedged(left("usdcBook", "usdtUsdc"), left("usdBook", "usdtUsd"))),
    mr9: matched({
      sum: [
        { progressive: ["usdtUsd", "depegRates"] },
        { progressive: ["usdtUsdc", "depegRates"] },
        { progressive: ["usdcUsd", "depegRates"] },
      ],
    }),
    unit: {
      kind: "formula",
      at: "underlying",
      value: { max: [{ sum: [{ max: ["mr1", "mr2", "mr6"] }, "mr3", "mr4", "mr5", "mr9"] }, "mr7"] },
    },
    borrowed: {
      kind: "amount",
      net: "instrument",
      on: "short",
      select: { kind: ["cash", "spot"] },
      measure: { mul: ["mark", "conversion"] },
    },
    ...equityWithOptions,
  },
  equity: "equityInModel",
  initial: { sum: [{ mul: ["initialFactor", "unit"] }, { mul: ["borrowInitial", "borrowed"] }] },
  maintenance: { sum: ["unit", { mul: ["borrowMaintenance", "borrowed"] }] },
};
