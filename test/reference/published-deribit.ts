/**
 * Deribit portfolio margin of one coin, from the rules in ../shared/reference/exchange-margin.md 1.2 and the parameters that
 * the published example states. For the twin's own test; the preset that the package offers is bindings/models/deribit/portfolio.ts.
 */
import type { Expr } from "../../bindings/documents/expression.ts";
import type { Instrument, Market } from "../../bindings/documents/market.ts";
import type { MarginModel, Parameter, Row } from "../../bindings/documents/model.ts";
import { marketOf } from "./documents.ts";

type Figures = Record<string, number>;
export interface DeribitInputs {
  asOfMs: number;
  index_price: { btc_usd: number };
  tickers: Record<string, { mark_price: number }>;
  positions_base_ccy: Figures;
  general: Figures;
  currency_pair_params: { btc_usd: Figures };
  currency_params: { btc: Figures };
  given_components: Figures;
}

const isOption = { is: { kind: "option" } };

/** Row k of 4 of the price range; every option's volatility down, same, up. */
const standardRows: Row[] = [-4, -3, -2, -1, 0, 1, 2, 3, 4].flatMap((k): Row[] => {
  const spot: Expr = { mul: [k / 4, "priceRange"] };
  return [
    { spot, slice: k, volMove: { neg: { mul: ["volDown", "volTerm"] } } },
    { spot, slice: k },
    { spot, slice: k, volMove: { mul: ["volUp", "volTerm"] }, volFloor: "volFloorUp" },
  ];
});

/** Beyond the range: futures stop at its edge, options are scaled, and what is left is dampened by an amount of dollars. */
const extendedRows: Row[] = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5].map((move): Row => {
  const edge: Expr = move < 0 ? { neg: "priceRange" } : "priceRange";
  const size = Math.abs(move);
  const optionScale: Expr = {
    mul: ["extendedFactor", { div: ["priceRange", size] }, { div: [1 + move, { sum: [1, edge] }] }],
  };
  const steps: Expr = { sub: [{ max: [{ div: [size, "priceRange"] }, 1] }, 1] };
  return {
    spot: move,
    linear: move < 0 ? { max: [move, edge] } : { min: [move, edge] },
    volMove: { mul: ["volUp", "volTerm"] },
    volFloor: "volFloorUp",
    scale: { if: [isOption, optionScale, 1] },
    dampener: { div: [{ mul: [steps, "extendedDampener"] }, { mul: [{ sum: [1, edge] }, "spot"] }] },
  };
});

export function deribitCase({ general, currency_pair_params, currency_params }: DeribitInputs): MarginModel {
  const pair = currency_pair_params.btc_usd;
  const coin = currency_params.btc;
  const given = (figures: Figures, name: string, unit = "number"): Parameter => ({
    unit,
    source: "published example",
    is: figures[name]!,
  });
  const ofAccount: Parameter = { unit: "BTC", source: "published example", given: "account", is: 0 };
  const gains = { factor: "pnlOffset", cap: { div: ["largestOffset", "spot"] } } satisfies { factor: Expr; cap: Expr };
  return {
    format: 1,
    id: "deribit-pm-published",
    edition: "2024-06-17",
    currency: "BTC",
    source: "docs.deribit.com, private/pme/simulate, response example",
    parameters: {
      openOrdersMargin: ofAccount,
      mmpMargin: ofAccount,
      spotMargin: ofAccount,
      priceRange: given(pair, "price_range"),
      volUp: given(pair, "volatility_range_up"),
      volDown: given(pair, "volatility_range_down"),
      volFloorUp: given(pair, "min_volatility_for_shock_up"),
      shortPower: given(pair, "short_term_vega_power"),
      longPower: given(pair, "long_term_vega_power"),
      extendedFactor: given(pair, "extended_table_factor"),
      slope: given(pair, "m_inc"),
      liquidityThreshold: given(pair, "delta_total_liq_shock_threshold", "USD"),
      largestShock: given(pair, "max_delta_shock"),
      pnlOffset: given(coin, "pnl_offset"),
      largestOffset: given(coin, "max_offsetable_pnl", "USD"),
      extendedDampener: given(coin, "extended_dampener", "USD"),
      annualMove: given(coin, "annualised_move_risk"),
      smallestMove: given(coin, "min_annualised_move"),
      maintenanceFactor: given(general, "mm_factor"),
    },
    values: {
      discount: { is: 1 },
      volTerm: {
        at: "expiry",
        is: { pow: [{ div: [30, { max: ["days", 1] }] }, { if: [{ lt: ["days", 30] }, "shortPower", "longPower"] }] },
      },
    },
    scenarios: { standard: { rows: standardRows }, extended: { rows: extendedRows } },
    charges: {
      matrix: { kind: "scan", at: "underlying", scenarios: "standard", profile: { gains } },
      extended: { kind: "scan", at: "underlying", scenarios: "extended", profile: { gains, dampen: true } },
      worst: { kind: "formula", at: "underlying", value: { round: [{ max: ["matrix", "extended"] }, 9] } },
      netDelta: { kind: "amount", at: "underlying", on: "signed", measure: "delta" },
      longOptions: {
        kind: "amount",
        at: "underlying",
        on: "signed",
        measure: "delta",
        select: { kind: "option", side: "long" },
      },
      exposed: { kind: "formula", at: "underlying", value: { sub: ["netDelta", "longOptions"] } },
      openDelta: {
        kind: "formula",
        at: "underlying",
        value: {
          abs: {
            if: [
              { lt: ["exposed", 0] },
              { min: [{ max: ["netDelta", "exposed"] }, 0] },
              { max: [{ min: ["netDelta", "exposed"] }, 0] },
            ],
          },
        },
      },
      deltaShock: {
        kind: "formula",
        at: "underlying",
        value: {
          mul: [
            "openDelta",
            {
              min: [
                "largestShock",
                { mul: ["slope", { max: [0, { sub: ["openDelta", { div: ["liquidityThreshold", "spot"] }] }] }] },
              ],
            },
          ],
        },
      },
      rollShock: {
        kind: "amount",
        at: "underlying",
        net: "expiry",
        measure: "delta",
        rate: { max: ["smallestMove", { mul: ["annualMove", "tau"] }] },
      },
      riskMatrix: { kind: "formula", at: "underlying", value: { sum: ["worst", "deltaShock", "rollShock"] } },
    },
    equity: 0,
    maintenance: { mul: ["maintenanceFactor", "riskMatrix"] },
    initial: { round: [{ sum: ["riskMatrix", "openOrdersMargin", "mmpMargin", "spotMargin"] }, 9] },
  };
}

export function deribitMarket({ asOfMs, index_price, tickers }: DeribitInputs): Market {
  const terms = { underlying: "BTC", settlement: "BTC", payoff: "inverse" } as const;
  const instruments: Instrument[] = [
    { ...terms, id: "BTC-PERPETUAL", kind: "perpetual", expiry: "perpetual" },
    { ...terms, id: "BTC-28JUN24", kind: "future", expiry: "2024-06-28T08:00:00Z" },
  ];
  const marks = Object.entries(tickers).map(([instrument, { mark_price }]) => ({
    at: { instrument },
    mark: mark_price,
  }));
  const facts = [{ at: { underlying: "BTC" }, spot: index_price.btc_usd }, ...marks];
  const currencies = [
    { id: "BTC", price: index_price.btc_usd, underlying: "BTC" },
    { id: "USD", price: 1 },
  ];
  return marketOf(new Date(asOfMs).toISOString(), currencies, instruments, facts);
}
