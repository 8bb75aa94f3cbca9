/**
 * Checks of the documents: JSON in, typed document out, or a MarginError that names the path.
 *
 * The schemas say what each field may be; here stands what one field demands of another. A checked document is a deep-frozen copy, so it
 * stays valid, and checking it again costs nothing. Moments are written in one form (momentText), so that equal moments are equal keys.
 */
import * as v from "valibot";
import { MarginError, isPlain, short, step, unexpected } from "../error.ts";
import { isDecimal } from "./decimal.ts";
import { issueError } from "./issue.ts";
import { INSTRUMENT_KEYS } from "./keys.ts";
import * as marketSchema from "./market.ts";
import * as modelSchema from "./model.ts";
import * as portfolioSchema from "./portfolio.ts";
import type { Fact, Instrument, Market } from "./market.ts";
import { canonical } from "./moment.ts";
import type { MarginModel } from "./model.ts";
import { modelRules } from "./model-rules.ts";
import type { Portfolio } from "./portfolio.ts";

export { parseDocument } from "./parse.ts";

type Kind = "market" | "portfolio" | "model";
const checked = new WeakMap<object, Kind>();

/** Whether `document` came out of one of the checks here (of `kind`, where given). */
export function isChecked(document: unknown, kind?: Kind): boolean {
  if (document === null || typeof document !== "object") return false;
  const found = checked.get(document);
  return found !== undefined && (kind === undefined || found === kind);
}

export function checkMarket(json: unknown): Market {
  return check("market", json, marketSchema.market, market) as Market;
}
export function checkPortfolio(json: unknown): Portfolio {
  return check("portfolio", json, portfolioSchema.portfolio, portfolio) as Portfolio;
}
export function checkModel(json: unknown): MarginModel {
  return check("model", json, modelSchema.model, modelRules) as MarginModel;
}

function check<T extends object>(
  kind: Kind,
  json: unknown,
  schema: v.GenericSchema<unknown, unknown>,
  rules: (document: T) => void,
): T {
  if (isChecked(json, kind)) return json as T;
  if (Array.isArray(json)) throw unexpected("WrongType", kind, "an object", json);
  let result: v.SafeParseResult<typeof schema>;
  try {
    result = v.safeParse(schema, json, { abortEarly: true });
    if (result.success) sameKeys(kind, json, result.output);
  } catch (cause) {
    if (cause instanceof RangeError) throw new MarginError("TooDeep", kind, "nested too deeply", { cause });
    throw cause;
  }
  if (!result.success) throw issueError(kind, result.issues);
  const document = result.output as T;
  rules(document);
  freeze(document);
  checked.set(document, kind);
  return document;
}

/** A record must come out with the keys that went in: valibot leaves out `__proto__` and `constructor`, and takes a list or a Map for a record. */
function sameKeys(path: string, input: unknown, output: unknown): void {
  if (input === null || typeof input !== "object") return;
  if (Array.isArray(output)) return output.forEach((row, i) => sameKeys(`${path}[${i}]`, (input as unknown[])[i], row));
  if (Array.isArray(input) || !isPlain(input)) throw unexpected("WrongType", path, "an object", input);
  for (const key of Object.keys(input)) {
    if (!Object.hasOwn(output as object, key))
      throw new MarginError("UnknownField", path + step(key), "not a name that can be used");
    sameKeys(path + step(key), (input as Record<string, unknown>)[key], (output as Record<string, unknown>)[key]);
  }
}

function freeze(value: unknown): void {
  if (value === null || typeof value !== "object") return;
  Object.freeze(value);
  for (const key in value) freeze((value as Record<string, unknown>)[key]);
}

/** Facts that are not in a document yet, by the rules of a market's. */
export function checkFacts(list: readonly Fact[], keys: Set<string>): Fact[] {
  const result = v.safeParse(factList, list, { abortEarly: true });
  if (!result.success) throw issueError("facts", result.issues);
  sameKeys("facts", list, result.output);
  facts("facts", result.output as Fact[], keys);
  return result.output as Fact[];
}
const factList = v.array(marketSchema.fact);

// Market

function market(document: Market): void {
  document.asOf = canonical(document.asOf);
  const currencies = new Map<string, number>();
  document.currencies.forEach((currency, i) => {
    unique("DuplicateCurrency", `market.currencies[${i}].id`, currencies, currency.id, i, "market.currencies");
  });
  const instruments = new Map<string, number>();
  const keys = new Set(INSTRUMENT_KEYS);
  document.instruments.forEach((instrument, i) => {
    const path = `market.instruments[${i}]`;
    unique("DuplicateInstrument", `${path}.id`, instruments, instrument.id, i, "market.instruments");
    if (currencies.has(instrument.id)) {
      throw new MarginError(
        "InstrumentNamedLikeCurrency",
        `${path}.id`,
        `${short(instrument.id)} is a currency; its balance is that instrument`,
        {
          row: i,
          value: instrument.id,
        },
      );
    }
    if (!currencies.has(instrument.settlement)) {
      throw unexpected(
        "UnknownCurrency",
        `${path}.settlement`,
        "a currency of market.currencies",
        instrument.settlement,
      );
    }
    consistent(path, instrument);
    for (const key of Object.keys(instrument.keys ?? {})) {
      if (INSTRUMENT_KEYS.has(key))
        throw new MarginError("DuplicateKey", `${path}.keys${step(key)}`, "the name of a field of instruments");
      keys.add(key);
    }
    instrument.expiry = canonical(instrument.expiry);
  });
  facts("market.facts", document.facts, keys);
}

function unique(code: string, path: string, seen: Map<string, number>, id: string, row: number, list: string): void {
  const first = seen.get(id);
  if (first !== undefined)
    throw new MarginError(code, path, `${short(id)} is already ${list}[${first}]`, { row, value: id });
  seen.set(id, row);
}

function consistent(path: string, { kind, expiry, strike, callPut, payoff, lotUnit, keys }: Instrument): void {
  if (kind === "option") {
    if (strike === undefined) throw unexpected("StrikeMissing", `${path}.strike`, "the strike of an option", strike);
    if (callPut === undefined)
      throw unexpected("CallPutMissing", `${path}.callPut`, "1 (call) or -1 (put) of an option", callPut);
  } else {
    if (strike !== undefined) throw unexpected("StrikeNotAllowed", `${path}.strike`, `no strike of a ${kind}`, strike);
    if (callPut !== undefined)
      throw unexpected("CallPutNotAllowed", `${path}.callPut`, `no callPut of a ${kind}`, callPut);
  }
  if (keys !== undefined && kind !== "sensitivity")
    throw unexpected(
      "KeysNotAllowed",
      `${path}.keys`,
      `no keys of a ${kind}: only a sensitivity has keys of its own`,
      keys,
    );
  const dated = kind === "option" || kind === "future";
  if (dated && expiry === "perpetual") {
    throw unexpected("ExpiryMissing", `${path}.expiry`, `the moment at which the ${kind} expires`, expiry);
  }
  if (!dated && expiry !== "perpetual")
    throw unexpected("ExpiryNotAllowed", `${path}.expiry`, `"perpetual" for a ${kind}`, expiry);
  if (lotUnit === "quote" && (payoff !== "inverse" || (kind !== "future" && kind !== "perpetual"))) {
    throw unexpected(
      "LotUnitNotBase",
      `${path}.lotUnit`,
      '"base" (only inverse futures and perpetuals are counted in quote currency)',
      lotUnit,
    );
  }
}

// Facts of a market or of a portfolio

/** Facts that the repricer reads: numbers, and of which sign. */
/** 5000 %: beyond it a volatility is one in per cent. */
const MOST_VOL = 50;
const POSITIVE = new Set(["spot", "forward", "vol", "discount"]);

function facts(path: string, list: Fact[], keys?: Set<string>): void {
  const seen = new Map<string, number>();
  list.forEach((fact, i) => {
    const at = fact.at;
    let place = "";
    for (const key of Object.keys(at).sort()) {
      // the keys of a portfolio's facts are those of the model, which is not known here
      if (keys !== undefined && !keys.has(key)) {
        throw new MarginError(
          "UnknownKey",
          `${path}[${i}].at${step(key)}`,
          `no key of an instrument (${[...keys].join(", ")})`,
          {
            row: i,
            value: at[key],
          },
        );
      }
      if (key === "expiry") at[key] = canonical(String(at[key]));
      place += `${key}=${JSON.stringify(at[key])},`;
    }
    for (const name of Object.keys(fact)) {
      if (name === "at") continue;
      const given = fact[name];
      const value = isDecimal(given) ? Number(given) : given;
      const positive = POSITIVE.has(name);
      if (positive || name === "mark") {
        const words = positive ? "a number > 0" : "a number at least 0";
        if (typeof value !== "number") throw unexpected("WrongType", `${path}[${i}].${name}`, words, value);
        if (positive && !(value > 0)) {
          throw unexpected(
            `${name[0]!.toUpperCase()}${name.slice(1)}NotPositive`,
            `${path}[${i}].${name}`,
            "> 0",
            value,
          );
        }
        if (name === "vol" && value > MOST_VOL) {
          throw unexpected("VolTooLarge", `${path}[${i}].vol`, `at most ${MOST_VOL} (1 is 100 %)`, value);
        }
        if (!(value >= 0)) throw unexpected("MarkNegative", `${path}[${i}].mark`, "at least 0", value);
      }
      if (isRows(value)) rectangular(`${path}[${i}]${step(name)}`, value);
      const id = place + name;
      const first = seen.get(id);
      if (first !== undefined) {
        throw new MarginError(
          "DuplicateFact",
          `${path}[${i}]${step(name)}`,
          `already given for the same place by ${path}[${first}]`,
          {
            row: i,
            value,
          },
        );
      }
      seen.set(id, i);
    }
  });
}

const isRows = (value: unknown): value is number[][] => Array.isArray(value) && Array.isArray(value[0]);

function rectangular(path: string, rows: number[][]): void {
  rows.forEach((row, i) => {
    if (row.length !== rows[0]!.length)
      throw unexpected("NotRectangular", `${path}[${i}]`, `a list of ${rows[0]!.length}`, row);
  });
}

// Portfolio

/** Whole numbers beyond it are not exact in f64: no account holds that. */
const LARGEST = 2 ** 53;

function portfolio(document: Portfolio): void {
  document.positions.forEach((position, i) => quantity(`portfolio.positions[${i}]`, position, i));
  document.orders?.forEach((order, i) => {
    const path = `portfolio.orders[${i}]`;
    quantity(path, order, i);
    const field = order.lots === undefined ? "amount" : "lots";
    if (order[field] === 0) throw unexpected("OrderEmpty", `${path}.${field}`, "> 0 to buy or < 0 to sell", 0, i);
  });
  for (const [id, balance] of Object.entries(document.balances)) sized(`portfolio.balances${step(id)}`, balance);
  if (document.facts !== undefined) facts("portfolio.facts", document.facts);
}

function quantity(path: string, of: { lots?: number; amount?: number }, row: number): void {
  const { lots, amount } = of;
  if ((lots === undefined) === (amount === undefined)) {
    const was = lots === undefined ? "neither" : "both";
    throw new MarginError("LotsOrAmount", path, `expected either lots or amount, was ${was}`, { row, value: of });
  }
  if (lots !== undefined && Math.abs(lots) < LARGEST && !Number.isInteger(lots)) {
    throw unexpected("LotsNotWhole", `${path}.lots`, "a whole number", lots);
  }
  sized(`${path}.${lots === undefined ? "amount" : "lots"}`, lots ?? amount!);
}

function sized(path: string, value: number): void {
  if (!(Math.abs(value) <= LARGEST)) throw unexpected("TooLarge", path, "at most 2^53 in size", value);
}
