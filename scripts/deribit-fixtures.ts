/**
 * Writes test/fixtures/deribit: responses in exactly the form of Deribit's public API, a few dozen instruments.
 *
 *   npx tsx scripts/deribit-fixtures.ts
 *
 * Field lists: docs.deribit.com, public/get_instruments, public/get_book_summary_by_currency, public/get_index_price, private/get_positions,
 * private/get_account_summary. Figures: examples/sample (smiles fitted to a real chain, rounded); bids, asks, volumes and open interest
 * are made up from them by rule. Nothing of a real response is copied.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkMarket, parseDocument } from "../bindings/documents/check.ts";
import type { Instrument } from "../bindings/documents/market.ts";
import { milliseconds } from "../bindings/documents/moment.ts";
import { rounded, years } from "./chain.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const market = checkMarket(
  parseDocument(readFileSync(join(root, "examples/sample/market.json"), "utf8"), "market.json"),
);
const now = milliseconds(market.asOf);
const EXPIRIES = ["2026-02-27", "2026-03-27", "2026-06-26"];
const PERPETUAL = 32_503_708_800_000; // 3000-01-01T08:00:00Z, the venue's expiry of what has none

const chosen = market.instruments.filter(
  (i) => i.expiry === "perpetual" || EXPIRIES.some((day) => i.expiry.startsWith(day)),
);
const fact = (name: string, at: Record<string, unknown>): number => {
  const found = market.facts.find((f) => name in f && JSON.stringify(f.at) === JSON.stringify(at));
  if (found === undefined) throw new Error(`no ${name} at ${JSON.stringify(at)}`);
  return found[name] as number;
};
const spot = (i: Instrument) => fact("spot", { underlying: i.underlying });
const forward = (i: Instrument) => fact("forward", { underlying: i.underlying, expiry: i.expiry });

/** Abramowitz & Stegun 26.2.17, |error| < 7.5e-8: enough for marks of four decimals. */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    Math.exp((-x * x) / 2) *
    0.3989422804014327 *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}
function optionMark(i: Instrument): number {
  const f = forward(i);
  const stdDev = fact("vol", { instrument: i.id }) * Math.sqrt(years(market.asOf, i.expiry));
  const d1 = Math.log(f / i.strike!) / stdDev + stdDev / 2;
  const value = i.callPut! * (f * normal(i.callPut! * d1) - i.strike! * normal(i.callPut! * (d1 - stdDev)));
  return i.payoff === "inverse" ? rounded(value / f, 4) : rounded(value, 2);
}

const linear = (i: Instrument) => i.payoff === "linear";
const index = (i: Instrument) => `${i.underlying}_${linear(i) ? i.settlement : "usd"}`.toLowerCase();

function instrument(i: Instrument, n: number): Record<string, unknown> {
  const option = i.kind === "option";
  const tick = option
    ? linear(i)
      ? 5
      : i.underlying === "BTC"
        ? 0.0001
        : 0.0005
    : i.underlying === "BTC"
      ? 0.5
      : 0.05;
  return {
    tick_size: tick,
    tick_size_steps: option && !linear(i) ? [{ above_price: 0.005, tick_size: 0.0005 }] : [],
    taker_commission: option ? 0.0003 : 0.0005,
    ...(option ? { strike: i.strike, option_type: i.callPut === 1 ? "call" : "put" } : {}),
    settlement_period:
      i.expiry === "perpetual" ? "perpetual" : option && i.expiry.startsWith("2026-02") ? "week" : "month",
    settlement_currency: i.settlement,
    rfq: false,
    quote_currency: linear(i) ? i.settlement : option ? i.settlement : "USD",
    price_index: index(i),
    min_trade_amount: i.lot,
    ...(option
      ? {}
      : { max_liquidation_commission: 0.0075, max_leverage: 50, future_type: linear(i) ? "linear" : "reversed" }),
    maker_commission: option ? 0.0003 : 0,
    kind: option ? "option" : "future",
    is_active: true,
    instrument_type: linear(i) ? "linear" : "reversed",
    instrument_name: i.id,
    instrument_id: 400_000 + n,
    expiration_timestamp: i.expiry === "perpetual" ? PERPETUAL : milliseconds(i.expiry),
    creation_timestamp: now - 40 * 86_400_000 - n * 60_000,
    counter_currency: linear(i) ? i.settlement : "USD",
    contract_size: option && !linear(i) ? 1 : i.lot,
    block_trade_tick_size: tick,
    block_trade_min_trade_amount: option ? 25 : 200_000,
    block_trade_commission: 0.0003,
    base_currency: i.underlying,
  };
}

function summary(i: Instrument, n: number): Record<string, unknown> {
  const shared = (mark: number, tick: number) => {
    const bid = Math.floor((mark - tick / 2) / tick) * tick;
    return {
      volume_usd: 0,
      volume: 0,
      quote_currency: linear(i) ? i.settlement : i.kind === "option" ? i.settlement : "USD",
      price_change: null,
      open_interest: 10 * (1 + (n % 7)),
      mid_price: bid > 0 ? rounded(bid + tick, 5) : null,
      mark_price: mark,
      low: null,
      last: n % 5 === 0 ? null : mark,
      instrument_name: i.id,
      high: null,
      estimated_delivery_price: spot(i),
      creation_timestamp: now + (n % 9), // summaries are stamped one by one
      bid_price: bid > 0 ? rounded(bid, 5) : null,
      base_currency: i.underlying,
      ask_price: rounded(bid + 2 * tick, 5),
    };
  };
  if (i.kind !== "option") {
    const mark = fact("mark", { instrument: i.id });
    const funding = i.expiry === "perpetual" ? { funding_8h: 0.00001, current_funding: 0 } : {};
    return { ...shared(mark, i.underlying === "BTC" ? 0.5 : 0.05), volume_notional: 0, ...funding };
  }
  // The venue's forwards of one expiry differ in the last digits from row to row.
  const underlying = rounded(forward(i) + (n % 3 === 0 ? 0.02 : n % 3 === 1 ? -0.02 : 0), 4);
  return {
    ...shared(optionMark(i), linear(i) ? 5 : 0.0005),
    underlying_price: underlying,
    underlying_index: `${i.underlying}-${i.id.split("-")[1]}`,
    mark_iv: rounded(fact("vol", { instrument: i.id }) * 100, 2),
    interest_rate: 0,
  };
}

const combo = {
  instrument_name: "BTC-FS-27MAR26_PERP",
  base_currency: "BTC",
  quote_currency: "USD",
  mark_price: 179.9,
  bid_price: 178,
  ask_price: 181,
  mid_price: 179.5,
  last: null,
  high: null,
  low: null,
  volume: 0,
  volume_usd: 0,
  volume_notional: 0,
  open_interest: 0,
  price_change: null,
  estimated_delivery_price: 0,
  creation_timestamp: now,
};
const spotPair = {
  tick_size: 1,
  tick_size_steps: [],
  taker_commission: 0,
  quote_currency: "USDC",
  price_index: "btc_usdc",
  min_trade_amount: 0.0001,
  maker_commission: 0,
  kind: "spot",
  is_active: true,
  instrument_type: "linear",
  instrument_name: "BTC_USDC",
  instrument_id: 419_999,
  creation_timestamp: now - 1e10,
  expiration_timestamp: PERPETUAL,
  counter_currency: "USDC",
  contract_size: 0.0001,
  block_trade_tick_size: 0.01,
  block_trade_min_trade_amount: 25_000,
  block_trade_commission: 0,
  base_currency: "BTC",
};

const out = join(root, "test/fixtures/deribit");
mkdirSync(out, { recursive: true });
let answered = 0;
function write(name: string, result: unknown, id: number | string = ++answered): void {
  const body = Array.isArray(result)
    ? `[\n${result.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]`
    : JSON.stringify(result);
  const usIn = now * 1000 + answered * 1500;
  const rest = `"usIn":${usIn},"usOut":${usIn + 640},"usDiff":640,"testnet":false`;
  writeFileSync(join(out, `${name}.json`), `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${body},${rest}}\n`);
}

for (const settlement of ["BTC", "ETH", "USDC"]) {
  const rows = chosen.filter((i) => i.settlement === settlement);
  const name = settlement.toLowerCase();
  write(`instruments-${name}`, [...rows.map(instrument), ...(settlement === "USDC" ? [spotPair] : [])]);
  const future = rows.filter((i) => i.kind !== "option");
  write(`summary-${name}-option`, rows.filter((i) => i.kind === "option").map(summary));
  write(`summary-${name}-future`, [...future.map(summary), ...(settlement === "BTC" ? [combo] : [])]);
}
for (const coin of ["BTC", "ETH"]) {
  const price = fact("spot", { underlying: coin });
  write(`index-${coin.toLowerCase()}`, { index_price: price, estimated_delivery_price: price });
}
write("index-usdc", { index_price: 0.9998, estimated_delivery_price: 0.9998 }, "usdc_usd");

function position(id: string, size: number, average: number): Record<string, unknown> {
  const i = market.instruments.find((x) => x.id === id)!;
  const option = i.kind === "option";
  const mark = option ? optionMark(i) : fact("mark", { instrument: id });
  return {
    average_price: average,
    ...(option
      ? { average_price_usd: rounded(average * spot(i), 2), floating_profit_loss_usd: 0, gamma: 0, theta: 0, vega: 0 }
      : {}),
    delta: option ? 0 : rounded(linear(i) ? size : size / mark, 6),
    direction: size > 0 ? "buy" : "sell",
    floating_profit_loss: 0,
    index_price: spot(i),
    initial_margin: 0,
    instrument_name: id,
    kind: option ? "option" : "future",
    ...(option
      ? {}
      : {
          leverage: 50,
          realized_funding: 0,
          interest_value: 0,
          size_currency: rounded(linear(i) ? size : size / mark, 9),
        }),
    maintenance_margin: 0,
    mark_price: mark,
    open_orders_margin: 0,
    realized_profit_loss: 0,
    settlement_price: mark,
    size,
    total_profit_loss: 0,
  };
}
write("positions", [
  position("BTC-27MAR26-62000-P", -25, 0.021),
  position("BTC-27MAR26-75000-C", -25, 0.0195),
  position("BTC-PERPETUAL", -120_000, 67_900),
  position("BTC-27MAR26", 300_000, 68_100.5),
  position("BTC_USDC-PERPETUAL", 1.5, 68_010),
]);
const account = (currency: string, balance: number, session: number, options: number) => ({
  currency,
  balance,
  equity: rounded(balance + session + options, 8),
  options_value: options,
  session_upl: session,
  session_rpl: 0,
  futures_session_upl: session,
  futures_session_rpl: 0,
  options_session_upl: 0,
  options_session_rpl: 0,
  margin_balance: rounded(balance + session, 8),
  initial_margin: 0,
  maintenance_margin: 0,
  available_funds: 0,
  available_withdrawal_funds: 0,
  total_pl: session,
  delta_total: 0,
  fee_balance: 0,
  margin_model: "segregated_pm",
  portfolio_margining_enabled: true,
  cross_collateral_enabled: false,
  spot_reserve: 0,
});
write("account-btc", account("BTC", 12.5, 0.0312, -1.0175));
write("accounts", {
  id: 1,
  username: "desk",
  type: "main",
  summaries: [account("BTC", 12.5, 0.0312, -1.0175), account("USDC", 250_000, -312.4, 0)],
});
