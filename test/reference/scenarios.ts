/** Scenario rows: one instrument's profit and loss, and the value of one unit of a currency. */
import type { MeasureUnit, Row } from "../../bindings/documents/model.ts";
import type { Name } from "../../bindings/documents/expression.ts";
import * as black76 from "./black76.ts";
import { evaluate } from "./expression.ts";
import { project, type Fields, type Group } from "./groups.ts";
import type { Names } from "./names.ts";
import { baseQuantum, quantumOf, toQuantum } from "./quantum.ts";

export interface RowSet {
  rows: Row[];
  /** The fact with ready-made profit and loss, where instruments are not repriced. */
  array?: Name;
  /** Settlement price of each row, where rows are payoffs, and whether they are wanted in the model's currency. */
  prices?: number[];
  inModel?: boolean;
}

export function setOf(names: Names, set: Name): RowSet {
  const found = names.model.scenarios?.[set];
  if (found?.rows === undefined) throw new Error(`unknown scenarios ${set}`);
  return { ...found, rows: found.rows };
}

/** A row's number seen from a group, or its default. */
export function rowNumber(names: Names, row: Row, field: keyof Row, group: Group, otherwise: number): number {
  const expr = row[field];
  return expr === undefined || typeof expr === "boolean" ? otherwise : evaluate(expr, names.scope(group));
}

/** Value of one unit of base of an option, in settlement currency, in a row ({} is today). */
function optionValue(names: Names, instrument: Group, row: Row): number {
  const number = (field: keyof Row, otherwise: number) => rowNumber(names, row, field, instrument, otherwise);
  const t = names.terms(instrument);
  const move = number("spot", 0);
  const time = number("time", 0);
  const vol = Math.max(t.vol * Math.max(1 + number("volMove", 0), 0) + number("volShift", 0), number("volFloor", 0), 0);
  const tau = Math.max(t.tau - time, 0);
  let forward = t.forwardFixed + t.forward * (1 + move);
  let discount = t.discount;
  if (time !== 0) {
    const left = t.tau > 0 ? tau / t.tau : 1;
    const carry = (t.forwardFixed + t.forward) / names.number("spot", instrument);
    discount = t.discount ** left;
    forward *= carry ** (left - 1); // from S·carry to S·carry^left, moved
  }
  discount *= Math.exp(-number("rate", 0) * tau);
  const value = black76.price(t.callPut, forward, t.strike, vol, tau, discount);
  return instrument.at["payoff"] === "inverse" ? value / forward : value;
}

/** Profit and loss of one unit of base in a row, in settlement currency, before lots and rounding. */
function unitPnl(names: Names, instrument: Group, row: Row): number {
  const { kind, payoff } = instrument.at;
  if (kind === "cash") return 0;
  const scale = rowNumber(names, row, "scale", instrument, 1);
  if (kind === "option") return scale * (optionValue(names, instrument, row) - optionValue(names, instrument, {}));
  const move = rowNumber(names, row, row.linear === undefined ? "spot" : "linear", instrument, 0);
  return scale * (payoff === "inverse" ? move / (1 + move) : names.number("mark", instrument) * move);
}

/** What one unit of base is worth beside any unrealised result: options, spot and cash their value, futures and perpetuals 0. */
function unitValue(names: Names, instrument: Group): number {
  const { kind, payoff } = instrument.at;
  if (kind === "cash") return 1;
  if (kind === "option") return optionValue(names, instrument, {});
  if (kind === "spot") return payoff === "inverse" ? 1 : names.number("mark", instrument);
  return 0;
}

function rounded(names: Names, fields: Fields, x: number): number {
  return names.exact ? toQuantum(x, names.holdings.quantum.get(fields["settlement"] as string)!) : x;
}

/** Profit and loss of one unit of a holding's quantity (a lot, where exact) in each row. */
export function riskArray(names: Names, fields: Fields, { rows, array, prices, inModel }: RowSet): number[] {
  const instrument = project(fields, "every")!;
  const base = names.baseUnits(fields);
  if (prices !== undefined) return prices.map((S) => settled(names, fields, base, S, inModel === true));
  if (array !== undefined && fields["kind"] !== "cash") {
    const given = names.list(array, instrument);
    if (given.length !== rows.length) throw new Error(`${array}: ${given.length} numbers for ${rows.length} rows`);
    return given.map((x) => rounded(names, fields, base * x));
  }
  return rows.map((row) => rounded(names, fields, base * unitPnl(names, instrument, row)));
}

/** What one unit of a holding's quantity pays where its expiry settles at S: in its settlement currency, or the model's. */
function settled(names: Names, fields: Fields, base: number, S: number, inModel: boolean): number {
  const { kind, payoff, settlement } = fields as Record<string, string>;
  if (kind !== "option" && kind !== "future") return 0;
  const instrument = project(fields, "every")!;
  const { strike, callPut } = fields as Record<string, number>;
  const quote =
    base * (kind === "future" ? S - names.number("mark", instrument) : Math.max(callPut! * (S - strike!), 0));
  if (!inModel) return rounded(names, fields, payoff === "inverse" ? (S === 0 ? 0 : quote / S) : quote);
  const home = names.model.currency;
  const falls = (id: string) => isWorthlessAtZero(names, fields, id);
  if (S === 0 && falls(home)) return 0;
  // dollars that one unit of a currency is worth at S; of coin paid by an inverse contract that times what it pays, without S
  const fall = () => S / names.number("spot", instrument);
  const worth = (id: string) => names.priceOf(id) * (falls(id) ? fall() : 1);
  const paid =
    home === settlement
      ? payoff === "inverse"
        ? quote / S
        : quote
      : (payoff === "inverse"
          ? (quote / names.number("spot", instrument)) * names.priceOf(settlement!)
          : quote * worth(settlement!)) / worth(home);
  return names.exact ? toQuantum(paid, quantumOf(names.currency(home).largestTotal)) : paid;
}

/** Is a currency worth nothing where the underlying of an instrument is? */
export function isWorthlessAtZero(names: Names, { underlying, settlement, payoff }: Fields, currency: string): boolean {
  return names.currency(currency).underlying === underlying || (currency === settlement && payoff === "inverse");
}

/** Asset value today of one unit of a holding's quantity; where risk arrays are given, by the mark. */
export function assetValue(names: Names, fields: Fields, { array }: RowSet): number {
  const instrument = project(fields, "every")!;
  const isMarked = array !== undefined && fields["kind"] === "option";
  const value = isMarked ? names.number("mark", instrument) : unitValue(names, instrument);
  return rounded(names, fields, names.baseUnits(fields) * value);
}

/** A measure of one unit of a holding's quantity, rounded to the quantum of its unit. */
export function measureOf(names: Names, fields: Fields, perBase: number, unit: MeasureUnit): number {
  const measure = names.baseUnits(fields) * perBase;
  if (!names.exact || unit === "settlement") return rounded(names, fields, measure);
  const settlement = fields["settlement"] as string;
  const spot = names.optional("spot", project(fields, "every")!);
  const { price } = names.currency(settlement);
  if (unit === "model") return toQuantum(measure, quantumOf(names.currency(names.model.currency).largestTotal));
  const basePrice = spot === undefined || price === undefined || fields["kind"] === "cash" ? 1 : spot / price;
  const quantum = baseQuantum(names.holdings.quantum.get(settlement)!, basePrice);
  if (unit === "base") return toQuantum(measure, quantum);
  return toQuantum(measure, spot === undefined ? quantum : quantum * 2 ** Math.round(Math.log2(spot)));
}

/** Value of one unit of a currency in the model's currency: today, and in each row. */
export function currencyValues(names: Names, currency: string, rows: Row[]): { now: number; rows: number[] } {
  const home = names.model.currency;
  if (currency === home) return { now: 1, rows: rows.map(() => 1) };
  return {
    now: names.conversion(currency),
    rows: rows.map((row) => priceIn(names, currency, row) / priceIn(names, home, row)),
  };
}

/** A currency's price in a row: moved with its underlying's spot, where it has one, and by `currency` on top. */
function priceIn(names: Names, currency: string, row: Row): number {
  const cash = project(names.holdings.instruments.get(currency)!, "every")!;
  const spot = cash.at["underlying"] === undefined ? 0 : rowNumber(names, row, "spot", cash, 0);
  // prices are in USD: it does not move against itself
  const own = currency === "USD" ? 0 : rowNumber(names, row, "currency", cash, 0);
  return names.priceOf(currency) * (1 + spot) * (1 + own);
}
