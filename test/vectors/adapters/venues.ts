/** Bybit, Binance, Hyperliquid, Aevo and Kraken Futures. */
import type { Instrument } from "../../../bindings/documents/market.ts";
import type { Expr } from "../../../bindings/documents/model.ts";
import { aevoPm } from "../../../bindings/models/aevo/portfolio.ts";
import { binancePm } from "../../../bindings/models/binance/portfolio.ts";
import { bybitCross } from "../../../bindings/models/bybit/cross.ts";
import { krakenFutures } from "../../../bindings/models/kraken/futures.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { Malformed, NotBuilt, type Input } from "../input.ts";
import { evaluate, formulas, groupOf, groupsOf, money, option, perpetual, scanOf } from "./documents.ts";
import { underPreset } from "./presets.ts";

/** Short option in cross margin: a rate of the index less what it is out of the money, and the mark. */
function bybitShort(inputs: Input): Answer {
  const index = inputs.num("index");
  const held = underPreset(
    bybitCross,
    {
      optionInitial: inputs.num("im_factor"),
      optionLeast: inputs.num("min_im_factor"),
      optionMaintenance: inputs.num("mm_factor"),
      liquidationFee: inputs.num("liq_fee"),
    },
    {
      instruments: [option("O", { strike: inputs.num("strike"), callPut: inputs.callPut() })],
      facts: [{ at: {}, spot: index, forward: index, vol: 1, mark: inputs.num("mark") }],
      positions: [{ instrument: "O", amount: inputs.num("qty") }],
      given: [{ at: { instrument: "O" }, orderPrice: inputs.num("entry") }],
    },
  );
  return { got: { im: held.initial, mm: held.maintenance } };
}

/** The term rule (30/days)^0.30 that the case supposes. */
function bybitVols(inputs: Input): Answer {
  const fitted = inputs.at("fitted");
  const scale: Expr = { pow: [{ div: [30, { mul: [365, "years"] }] }, 0.3] };
  const figures = { years: fitted.num("T_years"), up: inputs.num("nominal_up"), down: inputs.num("nominal_down") };
  const { up, down } = formulas(figures, { up: { mul: ["up", scale] }, down: { mul: ["down", scale] } });
  return {
    got: { relative_iv_up: up, relative_iv_down: down },
    note: "the residuals are against figures of another case",
  };
}

/** Loans at a rate, futures at theirs; the collateral rates of the total are not in the case. */
function binance(inputs: Input): Answer {
  const upnl: Record<string, number> = {};
  const derived: Record<string, number> = {};
  for (const position of inputs.list("positions")) {
    const symbol = position.at("symbol").text;
    const isInverse = position.has("qty_usd");
    const coin = symbol.split("_")[0]!.replace(/USDT?$/, "");
    const currency = isInverse ? coin : "USDT";
    const size = position.num(isInverse ? "qty_usd" : (position.keys().find((key) => key.startsWith("qty_")) ?? "qty"));
    const instrument: Instrument = {
      ...perpetual(symbol, coin),
      settlement: currency,
      payoff: isInverse ? "inverse" : "linear",
    };
    const mark = position.num("mark");
    const held = underPreset(
      binancePm,
      { futuresMaintenance: [[0, position.num("mmr")]] },
      {
        currency,
        currencies: [money(currency, isInverse ? mark : 1)],
        instruments: [isInverse ? { ...instrument, lotUnit: "quote", lot: 1 } : instrument],
        facts: [{ at: {}, spot: mark, mark }],
        positions: [
          {
            instrument: symbol,
            amount: position.at("side").text === "short" ? -size : size,
            entry: position.num("entry"),
          },
        ],
      },
    );
    const result = groupOf(held, "result").value;
    upnl[symbol] = result;
    derived[`upnl_${symbol}_${currency.toLowerCase()}`] = result;
    derived[`mm_${symbol}_${currency.toLowerCase()}`] = held.maintenance;
  }
  const coins = inputs.list("cross_margin");
  const of = (name: string) => coins.map((coin) => [coin.at("coin").text, coin.num(name)] as const);
  const held = underPreset(
    binancePm,
    { loanMaintenance: inputs.num("loan_mmr") },
    {
      // a loan's margin in its own coin: all prices are 1
      currencies: [money("USD"), ...coins.map((coin) => money(coin.at("coin").text))],
      balances: Object.fromEntries(coins.map((coin) => [coin.at("coin").text, coin.num("asset") - coin.num("loan")])),
      given: of("loan").map(([settlement, loan]) => ({ at: { settlement }, loan })),
    },
  );
  const loans = Object.fromEntries(groupsOf(held, "loanMargin").map(({ keys, value }) => [keys.settlement, value]));
  return {
    got: { margin_mm: Object.fromEntries(of("loan").map(([coin]) => [coin, loans[coin] ?? 0])), upnl, derived },
  };
}

function hyperliquidRatio(inputs: Input): Answer {
  const figures = {
    offset: inputs.num("min_borrow_offset"),
    cross: inputs.num("cross_maintenance_margin"),
    borrowed: inputs.num("borrowed_size"),
    price: inputs.num("borrow_oracle_price"),
    balance: inputs.num("portfolio_balance"),
    borrowCap: inputs.num("borrow_cap"),
    supplyCap: inputs.num("supply_cap"),
    ltv: inputs.num("ltv"),
    // the supplied token's own price; a dollar token where the case has none
    oracle: inputs.num("supply_oracle_price", 1),
  };
  const requirement: Expr = { sum: ["offset", "cross", { mul: ["borrowed", "price"] }] };
  const threshold: Expr = { sum: [0.5, { mul: [0.5, "ltv"] }] };
  const value: Expr = {
    sum: ["balance", { min: ["borrowCap", { mul: [{ min: ["balance", "supplyCap"] }, "oracle", threshold] }] }],
  };
  const ratio: Expr = { div: [requirement, value] };
  const x = formulas(figures, { requirement, value, ratio, liquidatable: { if: [{ lt: [0.95, ratio] }, 1, 0] } });
  return {
    got: {
      maintenance_requirement: x.requirement,
      liquidation_value: x.value,
      ratio: x.ratio,
      liquidatable: x.liquidatable === 1,
    },
  };
}

function hyperliquidTier(inputs: Input): Answer {
  const { initial, maintenance, outputs } = evaluate({
    instruments: [perpetual("P")],
    facts: [
      { at: {}, spot: inputs.num("notional"), leverage: inputs.num("leverage"), most: inputs.num("max_leverage") },
    ],
    values: { rate: { is: { div: [0.5, "most"] } } },
    charges: {
      mm: { kind: "amount", net: "instrument", measure: "mark", rate: "rate" },
      im: { kind: "amount", net: "instrument", measure: "mark", rate: { div: [1, "leverage"] } },
    },
    initial: "im",
    maintenance: "mm",
    outputs: { rate: "rate" },
    positions: [{ instrument: "P", amount: 1 }],
  });
  return { got: { maintenance_rate: outputs!.rate, maintenance_margin: maintenance, initial_margin: initial } };
}

function hyperliquidBorrowable(inputs: Input): Answer {
  const figures = { balance: inputs.num("token_balance"), oracle: inputs.num("oracle_price"), ltv: inputs.num("ltv") };
  return { got: { borrowable_usdc: formulas(figures, { x: { mul: ["balance", "oracle", "ltv"] } }).x } };
}

/** What one coin is worth in the outermost rows of the preset, volatility as it is. */
function aevo(inputs: Input): Answer {
  const spot = inputs.num("spot");
  const held = underPreset(
    aevoPm,
    { priceRange: inputs.num("max_move") },
    { instruments: [perpetual("P")], facts: [{ at: {}, spot }], positions: [{ instrument: "P", amount: 1 }] },
  );
  const { profile } = scanOf(groupOf(held, "scenarioMargin"));
  const at = (k: number) => spot + profile[aevoPm.scenarios!.grid!.rows!.findIndex(({ slice }) => slice === k)]!;
  return { got: { spot_up: at(1), spot_down: at(-1) } };
}

/** A band of the mark around the index, linear between two anchors in days. */
function cryptofacilities(inputs: Input): Answer {
  const anchors = inputs
    .keys()
    .flatMap((key): [number, number][] => {
      const days = /^band_at_(\d+)d$/.exec(key)?.[1];
      return days === undefined ? [] : [[Number(days), inputs.num(key)]];
    })
    .sort(([a], [b]) => a - b);
  if (anchors.length === 0) throw new Malformed("inputs: no band_at_…d");
  const { bandLow, bandHigh } = krakenFutures.values!;
  const figures = { days: inputs.num("days"), spot: inputs.num("index"), bandByDays: anchors };
  return {
    got: formulas(
      figures,
      { low: "bandLow", high: "bandHigh", band: { div: [{ sub: ["bandHigh", "spot"] }, "spot"] } },
      { bandLow: bandLow!.is, bandHigh: bandHigh!.is },
    ),
    // printed from a band that was rounded to 0.01 %
    bounds: { low: { rel: 1e-4 }, high: { rel: 1e-4 } },
  };
}

const notBuilt = (name: string, why: string, family = name): Adapter => ({
  family,
  knows: named(name),
  run: () => {
    throw new NotBuilt(why);
  },
});

export const venues: Adapter[] = [
  { family: "Bybit cross margin", knows: named("Bybit cross margin, short option"), run: bybitShort },
  { family: "Bybit volatility rule", knows: named("Bybit UTA portfolio margin IV shock"), run: bybitVols },
  { family: "Binance portfolio margin", knows: named("Binance Portfolio Margin Pro (uniMMR)"), run: binance },
  { family: "Hyperliquid", knows: named("Hyperliquid portfolio margin ratio"), run: hyperliquidRatio },
  { family: "Hyperliquid", knows: ({ name }) => name.startsWith("Hyperliquid perp margin tier"), run: hyperliquidTier },
  { family: "Hyperliquid", knows: named("Hyperliquid portfolio margin"), run: hyperliquidBorrowable },
  notBuilt("Hyperliquid borrow rate", "an interest rate, not a margin"),
  { family: "Aevo", knows: named("Aevo portfolio margin"), run: aevo },
  { family: "Kraken Futures", knows: named("Kraken Futures (Crypto Facilities) mark band"), run: cryptofacilities },
  notBuilt("Paradex position limit", "account policy, not a margin"),
  notBuilt("Paradex socialised loss", "account policy, not a margin"),
];
