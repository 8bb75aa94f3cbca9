/**
 * Deribit cross-currency portfolio margin (X:PM): the tables of every underlying and the equity in coins in one matrix in USD.
 *
 * Read 2026-11-22: support article 25944811317149 (modes), API reference public/get_params (names of the parameters), a summary of the
 * announcement. The formula of correlation sets and of the correlation contingency is not published.
 */
import type { Charge, MarginModel, Row } from "../../documents/model.ts";
import { equityWithOptions } from "../equity.ts";
import { givenOr0, MONEY, perCurrency, perUnderlying } from "../figures.ts";
import { volTerm } from "../vol-term.ts";
import { PAIR, shockCharges, shockParameters } from "./shocks.ts";
import { extendedRowsInUsd, SIMULATE, SIMULATE_ETH, standardRows, tableParameters } from "./tables.ts";

const HAIRCUTS = "a reader's report of 2026-09; others 0";

/** What an underlying of the correlation set shows in a row of the others, and what one outside of it shows by itself. */
const together: Pick<Row, "weight"> = { weight: "correlationSet" };
const apart: Pick<Row, "weight"> = { weight: { sub: [1, "correlationSet"] } };

const offset = { factor: "pnlOffset", cap: "maxOffsetable" };
const scan = (scenarios: string, isSet: boolean, dampen?: true): Charge => {
  const profile = { at: "underlying", gains: offset, ...(dampen && { dampen }) };
  return isSet
    ? { kind: "scan", scenarios, profile: { of: [profile] } }
    : { kind: "scan", at: "underlying", scenarios, profile };
};

export const deribitCrossPm: MarginModel = {
  format: 1,
  id: "deribit-xpm",
  edition: "2024-06-17",
  source: "Deribit support article 25944811317149; API reference private/simulate and public/get_params",
  assumptions: [
    "All that is said of deribit-pm about options, volatility shocks, the extended table and the two shocks holds here too.",
    "One matrix by underlying in USD: positions of every settlement currency, and the equity held in that coin, which gains and loses with it in every row; in the extended table coins stop at the edge of the range, as futures do, which undoes the rescaling of options in coin.",
    "Underlyings with correlationSet 1 are shocked together, row by row; a gain counts by pnlOffset, up to maxOffsetable, against the losses of the others. Those with 0 take their own worst row. Shares between 0 and 1 mix the two.",
    "A haircut is added to the initial margin, which leaves the same excess as a lower equity; maintenance has none.",
    "The correlation contingency is not published: 0 unless the portfolio gives it.",
  ],
  currency: "USD",
  levels: { pair: PAIR },
  parameters: {
    ...tableParameters,
    extendedDampener: perUnderlying(
      25000,
      { BTC: 100000, ETH: 200000 },
      { unit: "USD per step beyond the range", source: SIMULATE_ETH, range: [0, 1e9] },
    ),
    correlationSet: {
      unit: "1 shocked with the others, 0 alone",
      source: `${SIMULATE}: false of every currency`,
      is: 0,
      range: [0, 1],
    },
    pnlOffset: perUnderlying(
      0,
      { BTC: 0, ETH: 0.6 },
      { unit: "share of gains kept", source: SIMULATE_ETH, range: [0, 1] },
    ),
    maxOffsetable: perUnderlying(0, { BTC: 0, ETH: 20e6 }, { unit: "USD", source: SIMULATE_ETH, range: MONEY }),
    ...shockParameters,
    haircut: perCurrency(
      0,
      { STETH: 0.075, USDE: 0.05, USYC: 0.02, BUIDL: 0.02 },
      { unit: "share of a balance, of the initial margin only", source: HAIRCUTS, range: [0, 1] },
    ),
    maintenanceFactor: { unit: "share of the risk matrix margin", source: SIMULATE, is: 0.8, range: [0, 1] },
    correlationContingency: givenOr0("account", "USD", "formula not published; 0 unless given", MONEY),
    openOrdersMargin: givenOr0("account", "USD", "depends on the account's orders; 0 unless given", MONEY),
    mmpMargin: givenOr0("account", "USD", "market-maker protection; 0 unless given", MONEY),
    spotMargin: givenOr0("account", "USD", "spot orders; 0 unless given", MONEY),
  },
  values: {
    discount: { is: 1 },
    volTerm: { at: ["underlying", "expiry"], is: volTerm },
    rangeOfCoin: { at: "instrument", is: "priceRange" },
  },
  scenarios: {
    standardTogether: { rows: standardRows.map((row) => ({ ...row, ...together })) },
    extendedTogether: { rows: extendedRowsInUsd.map((row) => ({ ...row, ...together })) },
    standardApart: { rows: standardRows.map((row) => ({ ...row, ...apart })) },
    extendedApart: { rows: extendedRowsInUsd.map((row) => ({ ...row, ...apart })) },
  },
  charges: {
    standardTogether: scan("standardTogether", true),
    extendedTogether: scan("extendedTogether", true, true),
    worstTogether: { kind: "formula", value: { max: ["standardTogether", "extendedTogether"] } },
    standardApart: scan("standardApart", false),
    extendedApart: scan("extendedApart", false, true),
    worstApart: { kind: "formula", at: "underlying", value: { max: ["standardApart", "extendedApart"] } },
    ...shockCharges,
    shocks: {
      kind: "formula",
      at: "pair",
      value: { mul: [{ sum: ["deltaShock", "rollShock"] }, "conversion"] },
    },
    riskMatrixMargin: {
      kind: "formula",
      value: { sum: ["worstTogether", "worstApart", "shocks", "correlationContingency"] },
    },
    haircuts: {
      kind: "amount",
      net: "settlement",
      select: { kind: "cash" },
      on: "long",
      measure: "conversion",
      rate: "haircut",
    },
    ...equityWithOptions,
  },
  equity: "equityInModel",
  initial: { sum: ["riskMatrixMargin", "openOrdersMargin", "mmpMargin", "spotMargin", "haircuts"] },
  maintenance: { mul: ["maintenanceFactor", "riskMatrixMargin"] },
};
