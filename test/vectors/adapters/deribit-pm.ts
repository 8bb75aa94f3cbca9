/**
 * Deribit's private/pme/simulate: the preset with the case's parameters in place of its own.
 *
 * A case names instruments as the venue does, `BTC-28JUN24-70000-C` or `SOL_USDC-PERPETUAL`; pairs are `btc_usd` (inverse, paid in
 * coin) or `sol_usdc` (linear, paid in the second currency).
 */
import type { Fact, Instrument, Market } from "../../../bindings/documents/market.ts";
import type { MarginModel, Parameter, Row } from "../../../bindings/documents/model.ts";
import type { Requirement, RequirementGroup } from "../../../bindings/documents/requirement.ts";
import { deribitPm } from "../../../bindings/models/deribit/portfolio.ts";
import { core } from "../../core.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Bound } from "../compare.ts";
import { Malformed, NotBuilt, type Input } from "../input.ts";
import { margin } from "../margin.ts";
import { groupsOf, money, scanOf } from "./documents.ts";

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const STATES = 3;

interface Pair {
  key: string;
  underlying: string;
  settlement: string;
  payoff: "inverse" | "linear";
}

function pairOf(key: string, path: string): Pair {
  const [base, quote] = key.toUpperCase().split("_");
  if (!base || !quote) throw new Malformed(`${path}: "${key}" is no pair of currencies`);
  const isInverse = quote === "USD";
  return { key, underlying: base, settlement: isInverse ? base : quote, payoff: isInverse ? "inverse" : "linear" };
}

function instrumentOf(name: string, pairs: Pair[]): Instrument & { pair: Pair } {
  const [symbol = "", date = "", strike, side] = name.split("-");
  const [base, quote = "USD"] = symbol.split("_");
  const pair = pairs.find(({ key }) => key === `${base}_${quote}`.toLowerCase());
  if (pair === undefined) throw new Malformed(`inputs: no parameters of the pair of ${name}`);
  const terms = { id: name, underlying: pair.underlying, settlement: pair.settlement, payoff: pair.payoff, pair };
  if (date === "PERPETUAL") return { ...terms, kind: "perpetual", expiry: "perpetual" };
  const found = /^(\d{1,2})([A-Z]{3})(\d\d)$/.exec(date);
  const month = MONTHS.indexOf(found?.[2] ?? "");
  if (found === null || month < 0) throw new Malformed(`inputs: "${name}" has no date of expiry`);
  const expiry = new Date(Date.UTC(2000 + Number(found[3]), month, Number(found[1]), 8)).toISOString();
  if (strike === undefined) return { ...terms, kind: "future", expiry };
  if (side !== "C" && side !== "P") throw new Malformed(`inputs: "${name}" is neither call nor put`);
  // 0d625: the venue's decimal point
  return { ...terms, kind: "option", expiry, strike: Number(strike.replace("d", ".")), callPut: side === "C" ? 1 : -1 };
}

/** Parameter of the preset → figure of the case's pair, currency, or of all. */
const OF_PAIR = {
  priceRange: "price_range",
  volUp: "volatility_range_up",
  volDown: "volatility_range_down",
  volFloorUp: "min_volatility_for_shock_up",
  extendedFactor: "extended_table_factor",
  liquiditySlope: "m_inc",
  liquidityThreshold: "delta_total_liq_shock_threshold",
  maxDeltaShock: "max_delta_shock",
};
/** Read where only the underlying and the expiry are known. */
const OF_UNDERLYING = { shortPower: "short_term_vega_power", longPower: "long_term_vega_power" };
const OF_CURRENCY = {
  pnlOffset: "pnl_offset",
  maxOffsetable: "max_offsetable_pnl",
  extendedDampener: "extended_dampener",
  annualMove: "annualised_move_risk",
  minMove: "min_annualised_move",
};

function parametersOf(inputs: Input, pairs: Pair[]): Record<string, Parameter> {
  const parameters = { ...deribitPm.parameters };
  const replace = (name: string, places: ({ is: number } & Record<string, unknown>)[]) => {
    const { unit } = parameters[name]!;
    parameters[name] = { unit, source: "inputs of the case", for: places };
  };
  const currencyOf = ({ settlement }: Pair) => {
    const all = inputs.at("currency_params");
    const key = settlement.toLowerCase();
    // dollars of any kind have the parameters of usd
    return all.has(key) ? all.at(key) : all.at("usd");
  };
  const figureOf = ({ key }: Pair, theirs: string) => inputs.at("currency_pair_params").at(key).num(theirs);
  for (const [name, theirs] of Object.entries(OF_UNDERLYING)) {
    const figures = new Map(pairs.map((pair) => [pair.underlying, figureOf(pair, theirs)]));
    if (pairs.some((pair) => figures.get(pair.underlying) !== figureOf(pair, theirs)))
      throw new NotBuilt("one underlying with several powers of the term rule");
    replace(
      name,
      Array.from(figures, ([underlying, is]) => ({ underlying, is })),
    );
  }
  const place = ({ underlying, settlement, payoff }: Pair) => ({ underlying, settlement, payoff });
  for (const [name, theirs] of Object.entries(OF_PAIR)) {
    replace(
      name,
      pairs.map((pair) => ({ ...place(pair), is: figureOf(pair, theirs) })),
    );
  }
  for (const [name, theirs] of Object.entries(OF_CURRENCY)) {
    replace(
      name,
      pairs.map((pair) => ({ ...place(pair), is: currencyOf(pair).num(theirs) })),
    );
  }
  parameters.maintenanceFactor = {
    unit: "share",
    source: "inputs of the case",
    is: inputs.at("general").num("mm_factor"),
  };
  return parameters;
}

/** The preset's rows, with as many price steps and such extended moves as the case has. */
function scenariosOf(inputs: Input): NonNullable<MarginModel["scenarios"]> {
  const { standard, extended } = deribitPm.scenarios!;
  const general = inputs.at("general");
  if (general.num("vol_scenarios_count", STATES) !== STATES)
    throw new NotBuilt("other than three states of volatility");
  const steps = general.num("buckets_count", 4);
  const states = standard!.rows!.slice(0, STATES);
  const rows = Array.from({ length: 2 * steps + 1 }, (_, i) => (i - steps) / steps).flatMap((k) =>
    states.map((row): Row => ({ ...row, label: undefined, slice: k, spot: { mul: [k, "priceRange"] } })),
  );
  const moves = inputs.has("price_moves_extended")
    ? inputs.numbers("price_moves_extended")
    : extended!.rows!.map(({ spot }) => spot as number);
  const beyond = moves.map((move) => extended!.rows!.find(({ spot }) => spot === move));
  if (beyond.includes(undefined)) throw new NotBuilt("moves of the extended table that the preset does not have");
  return { standard: { rows }, extended: { rows: beyond as Row[] } };
}

function marketOf(inputs: Input, pairs: Pair[], instruments: Instrument[]): Market {
  const spots = inputs.at("index_price");
  const facts: Fact[] = pairs.map(({ key, underlying, settlement, payoff }) => ({
    at: { underlying, settlement, payoff },
    spot: spots.num(key),
  }));
  const coins = new Map<string, number>();
  for (const { key, underlying } of pairs) if (!coins.has(underlying)) coins.set(underlying, spots.num(key));
  for (const [underlying, spot] of coins) facts.push({ at: { underlying }, spot });
  for (const { id, kind } of instruments) {
    const ticker = inputs.at("tickers").at(id);
    if (kind !== "option") facts.push({ at: { instrument: id }, mark: ticker.num("mark_price") });
    else
      facts.push({ at: { instrument: id }, vol: ticker.num("mark_iv") / 100, forward: ticker.num("underlying_price") });
  }
  const settlements = [...new Set(pairs.map(({ settlement }) => settlement))];
  return {
    format: 1,
    asOf: new Date(inputs.num("asOfMs")).toISOString(),
    currencies: settlements.map((id) => (coins.has(id) ? { ...money(id, coins.get(id)), underlying: id } : money(id))),
    instruments,
    facts,
  };
}

/** 27 values by row → one value for each price where the states of volatility agree (futures), else the three. */
function byBucket(rows: ArrayLike<number>): (number | number[])[] {
  const buckets = Array.from({ length: rows.length / STATES }, (_, k) =>
    Array.from(rows).slice(k * STATES, (k + 1) * STATES),
  );
  return buckets.every((states) => states.every((x) => x === states[0])) ? buckets.map(([x]) => x!) : buckets;
}

const sum = (groups: RequirementGroup[]) => groups.reduce((total, { value }) => total + value, 0);

function figuresOf(requirement: Requirement, settlement: string): Record<string, unknown> {
  const of = (charge: string) => groupsOf(requirement, charge).filter(({ keys }) => keys.settlement === settlement);
  const pairs = of("standardTable");
  const profile = (charge: string) => (pairs.length === 1 ? scanOf(of(charge)[0]!).profile : undefined);
  const standard = profile("standardTable");
  return {
    aggregated_standard_per_price_bucket: standard && byBucket(standard),
    aggregated_extended: profile("extendedTable"),
    worst_case: sum(of("worstCase")),
    delta_shock: sum(of("deltaShock")),
    roll_shock: sum(of("rollShock")),
    risk_matrix_margin: sum(of("riskMatrixMargin")),
    initial_margin: sum(of("initialMargin")),
    maintenance_margin: sum(of("maintenanceMargin")),
  };
}

function simulate(inputs: Input): Answer {
  const pairs = inputs
    .at("currency_pair_params")
    .keys()
    .map((key) => pairOf(key, "inputs.currency_pair_params"));
  const held = inputs.at("positions_base_ccy").entries();
  const listed = held.map(([name]) => instrumentOf(name, pairs));
  const instruments = listed.map(({ pair: _, ...instrument }) => instrument);
  const used = [...new Set(listed.map(({ pair }) => pair))];
  const settlements = [...new Set(used.map(({ settlement }) => settlement))];
  const parts = inputs.at("given_components");
  const model: MarginModel = {
    ...deribitPm,
    currency: settlements[0]!,
    parameters: parametersOf(inputs, used),
    scenarios: scenariosOf(inputs),
  };
  const market = marketOf(inputs, used, instruments);
  const given = {
    openOrdersMargin: parts.num("open_orders_margin", 0),
    mmpMargin: parts.num("mmp_margin", 0),
    spotMargin: parts.num("spot_margin", 0),
  };
  const portfolio = {
    format: 1 as const,
    positions: held.map(([instrument, amount]) => ({ instrument, amount: amount.number })),
    balances: {},
    facts: [{ at: {}, ...given }],
  };
  const requirement = margin(model, market, portfolio);
  const [standard, extended] = core.riskArrays(model, market, portfolio, { exact: false });
  const figures =
    settlements.length === 1
      ? figuresOf(requirement, settlements[0]!)
      : Object.fromEntries(settlements.map((c) => [c.toLowerCase(), figuresOf(requirement, c)]));
  // 1e-16 BTC on a book of a bitcoin; rounding, here and in the published figures, grows with what is held
  const size = market.facts.reduce((sum, { at, mark }) => {
    const i = instruments.findIndex(({ id }) => id === at.instrument);
    return i < 0 ? sum : sum + Math.abs(held[i]![1].number) * (instruments[i]!.payoff === "linear" ? Number(mark) : 1);
  }, 0);
  const close: Bound = { abs: 1e-16 * Math.max(1, size), ulp: 4 };
  const rounded: Bound = { ...close, printed: true };
  const hasOptions = instruments.some(({ kind }) => kind === "option");
  return {
    got: {
      initial_risk_vectors_per_price_bucket: Object.fromEntries(
        standard!.instruments.map(({ instrument, pnl }) => [instrument, byBucket(pnl)]),
      ),
      initial_extended: Object.fromEntries(extended!.instruments.map(({ instrument, pnl }) => [instrument, [...pnl]])),
      ...figures,
    },
    // of options each implementation has its own rounding: the case's tolerance holds
    bounds: hasOptions
      ? {}
      : {
          initial_risk_vectors_per_price_bucket: close,
          initial_extended: close,
          aggregated_standard_per_price_bucket: close,
          aggregated_extended: close,
          worst_case: close,
          delta_shock: close,
          roll_shock: rounded,
          risk_matrix_margin: rounded,
          initial_margin: rounded,
          maintenance_margin: rounded,
        },
    note: "the correlation contingency is not published; how the venue numbers buckets is not",
  };
}

export const deribitPortfolio: Adapter[] = [
  { family: "Deribit portfolio margin", knows: named("Deribit S:PM (private/pme/simulate)"), run: simulate },
];
