/**
 * Deribit's portfolio margin before 2024: the worst of a grid, and contingencies beside it. Its settings changed often; two sets are here.
 *
 * Read 2026-11-22: pages/docs/portfoliomargin, docs/category/uncategorized (the oldest text), a third party's copy of the first.
 */
import type { Expr, MarginModel, Parameter, Row } from "../../documents/model.ts";
import { equityWithOptions } from "../equity.ts";
import { indexInSettlement, options, quoteInSettlement, futures } from "../prices.ts";
import { PAIR } from "./shocks.ts";

const PAGE = "Deribit, pages/docs/portfoliomargin, as it was before 2024";
const OLDEST = "Deribit, docs/category/uncategorized, about 2018";

const STEPS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

const rows: Row[] = STEPS.flatMap((k): Row[] => {
  const spot: Expr = { mul: [k, "priceRange"] };
  return [
    { label: "{spot}, vol down", slice: k, spot, volMove: { neg: "volChange" } },
    { label: "{spot}, vol same", slice: k, spot },
    { label: "{spot}, vol up", slice: k, spot, volMove: "volChange" },
  ];
});

/** What opposite amounts within a pair offset of each other: half of gross less net. */
const offset = (gross: string, net: string): Expr => ({ mul: [0.5, { sub: [gross, net] }] });

/** A vega is per 1.00 of volatility, the charge per point. */
const POINTS = 100;

export const deribitLegacyPm: MarginModel = {
  format: 1,
  id: "deribit-legacy-pm",
  edition: "2020-01-01",
  source: "Deribit, pages/docs/portfoliomargin, as it was before 2024; a third party's copy of it",
  assumptions: [
    "The edition's date is about right: the page was not dated.",
    "Nine price steps, as in the model of today; the volatility shock is relative.",
    "Maintenance is 0.8 of initial, the factor of today's model.",
    "The contingency of futures acts on what opposite deltas of futures and perpetuals offset within a pair; that of vega on what opposite vegas of expiries do.",
    "Pairs of one settlement currency are summed without offset, and currencies are summed at the index.",
  ],
  currency: "USD",
  levels: { pair: PAIR },
  parameters: {
    priceRange: { unit: "relative", source: "a third party's copy of the page", is: 0.1, range: [0.01, 0.9] },
    volRange: { unit: "relative, at 30 days", source: PAGE, is: 0.38, range: [0, 5] },
    volPower: { unit: "power of 30/days", source: PAGE, is: 0.3, range: [0, 2] },
    daysFloor: {
      unit: "days",
      assumed: "hours before expiry the shock would grow without bound",
      is: 1,
      range: [0.01, 30],
    },
    shortOptionRate: { unit: "coin per net short option of a strike", source: PAGE, is: 0.01, range: [0, 1] },
    optionRate: {
      unit: "coin per option held long or short",
      assumed: "0.5 % and 1 % in older settings; this one charges net short options instead",
      is: 0,
      range: [0, 1],
    },
    futuresRate: { unit: "coin per coin of offset futures", source: PAGE, is: 0.01, range: [0, 1] },
    vegaRate: {
      unit: "share of the vega that expiries offset, per point of volatility",
      assumed: "0 in a third party's copy, not read on the page itself",
      is: 0,
      range: [0, 10],
    },
    maintenanceFactor: {
      unit: "share of initial",
      assumed: "the factor of today's model",
      is: 0.8,
      range: [0, 1],
    },
  },
  values: {
    discount: { is: 1 },
    volChange: {
      at: [...PAIR, "expiry"],
      is: { mul: ["volRange", { pow: [{ div: [30, { max: ["days", "daysFloor"] }] }, "volPower"] }] },
    },
  },
  scenarios: { grid: { rows } },
  charges: {
    worstCase: { kind: "scan", at: "pair", scenarios: "grid" },
    // calls and puts of a strike are netted first
    netShortOptions: {
      kind: "amount",
      at: "pair",
      net: [...PAIR, "expiry", "strike"],
      select: options,
      on: "short",
    },
    heldOptions: { kind: "amount", at: "pair", net: "instrument", select: options },
    optionContingency: {
      kind: "formula",
      at: "pair",
      value: {
        mul: [
          indexInSettlement,
          { sum: [{ mul: ["shortOptionRate", "netShortOptions"] }, { mul: ["optionRate", "heldOptions"] }] },
        ],
      },
    },
    futuresNet: { kind: "amount", at: "pair", select: futures },
    futuresGross: { kind: "amount", at: "pair", net: "instrument", select: futures },
    futuresContingency: {
      kind: "formula",
      at: "pair",
      value: { mul: [indexInSettlement, "futuresRate", offset("futuresGross", "futuresNet")] },
    },
    vegaNet: { kind: "amount", at: "pair", measure: { mul: ["vega", quoteInSettlement] } },
    vegaGross: {
      kind: "amount",
      at: "pair",
      net: [...PAIR, "expiry"],
      measure: { mul: ["vega", quoteInSettlement] },
    },
    vegaContingency: {
      kind: "formula",
      at: "pair",
      value: { mul: [{ div: ["vegaRate", POINTS] }, offset("vegaGross", "vegaNet")] },
    },
    pairMargin: {
      kind: "formula",
      at: "pair",
      value: { sum: ["worstCase", "optionContingency", "futuresContingency", "vegaContingency"] },
    },
    maintenanceInUsd: { kind: "formula", at: "pair", value: { mul: ["pairMargin", "conversion"] } },
    ...equityWithOptions,
  },
  equity: "equityInModel",
  initial: { div: ["maintenanceInUsd", "maintenanceFactor"] },
  maintenance: "maintenanceInUsd",
};

const of2018 = (name: string, is: number): Parameter => {
  const { unit, range } = deribitLegacyPm.parameters[name]!;
  return { unit, range, source: OLDEST, is };
};

export const deribitLegacyPm2018: MarginModel = {
  ...deribitLegacyPm,
  id: "deribit-legacy-pm-2018",
  edition: "2018-01-01",
  source: OLDEST,
  parameters: {
    ...deribitLegacyPm.parameters,
    priceRange: of2018("priceRange", 0.125),
    volRange: of2018("volRange", 0.4),
    volPower: of2018("volPower", 0.5),
    shortOptionRate: {
      unit: "coin per net short option of a strike",
      assumed: "this setting charges all options instead",
      is: 0,
      range: [0, 1],
    },
    optionRate: of2018("optionRate", 0.01),
    futuresRate: of2018("futuresRate", 0.02),
    vegaRate: of2018("vegaRate", 0.25),
  },
};
