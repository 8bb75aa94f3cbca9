/**
 * Checks of the documents: JSON in, typed document out, or a MarginError that names the path.
 *
 * The schemas say what each field may be; here stands what one field demands of another. A checked document is a deep-frozen copy, so it
 * stays valid, and checking it again costs nothing. Moments are written in one form (momentText), so that equal moments are equal keys.
 */
import * as v from "valibot";
import { MarginError, short, step, unexpected } from "../error.ts";
import { issueError } from "./issue.ts";
import * as marketSchema from "./market.ts";
import * as modelSchema from "./model.ts";
import * as portfolioSchema from "./portfolio.ts";
import type { Fact, Instrument, Market } from "./market.ts";
import { canonical } from "./moment.ts";
import type { Level, MarginModel, Parameter, Profile } from "./model.ts";
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
  return check("model", json, modelSchema.model, model) as MarginModel;
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

/** A record must come out with the keys that went in: valibot leaves out `__proto__` and `constructor`, and takes a list for a record. */
function sameKeys(path: string, input: unknown, output: unknown): void {
  if (input === null || typeof input !== "object") return;
  if (Array.isArray(output)) return output.forEach((row, i) => sameKeys(`${path}[${i}]`, (input as unknown[])[i], row));
  if (Array.isArray(input)) throw unexpected("WrongType", path, "an object", input);
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

// Market

function market(document: Market): void {
  document.asOf = canonical(document.asOf);
  const currencies = new Map<string, number>();
  document.currencies.forEach((currency, i) => {
    unique("DuplicateCurrency", `market.currencies[${i}].id`, currencies, currency.id, i, "market.currencies");
  });
  const instruments = new Map<string, number>();
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
    instrument.expiry = canonical(instrument.expiry);
  });
  facts("market.facts", document.facts);
}

function unique(code: string, path: string, seen: Map<string, number>, id: string, row: number, list: string): void {
  const first = seen.get(id);
  if (first !== undefined)
    throw new MarginError(code, path, `${short(id)} is already ${list}[${first}]`, { row, value: id });
  seen.set(id, row);
}

function consistent(path: string, { kind, expiry, strike, callPut, payoff, lotUnit }: Instrument): void {
  if (kind === "option") {
    if (strike === undefined) throw unexpected("StrikeMissing", `${path}.strike`, "the strike of an option", strike);
    if (callPut === undefined)
      throw unexpected("CallPutMissing", `${path}.callPut`, "1 (call) or -1 (put) of an option", callPut);
  } else {
    if (strike !== undefined) throw unexpected("StrikeNotAllowed", `${path}.strike`, `no strike of a ${kind}`, strike);
    if (callPut !== undefined)
      throw unexpected("CallPutNotAllowed", `${path}.callPut`, `no callPut of a ${kind}`, callPut);
  }
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

const INSTRUMENT_KEYS = new Set([
  "instrument",
  "kind",
  "underlying",
  "expiry",
  "strike",
  "callPut",
  "settlement",
  "payoff",
  "lot",
  "lotUnit",
]);
/** Facts that the repricer reads: numbers, and of which sign. */
const POSITIVE = new Set(["spot", "forward", "vol", "discount"]);

function facts(path: string, list: Fact[]): void {
  const seen = new Map<string, number>();
  list.forEach((fact, i) => {
    const at = fact.at;
    let place = "";
    for (const key of Object.keys(at).sort()) {
      if (!INSTRUMENT_KEYS.has(key)) {
        throw new MarginError(
          "UnknownKey",
          `${path}[${i}].at${step(key)}`,
          `no key of an instrument (${[...INSTRUMENT_KEYS].join(", ")})`,
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
      const value = fact[name];
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
        if (!(value >= 0)) throw unexpected("MarkNegative", `${path}[${i}].mark`, "at least 0", value);
      }
      if (Array.isArray(value)) rectangular(`${path}[${i}]${step(name)}`, value as number[][]);
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
  document.positions.forEach((position, i) => {
    const { lots, amount } = position;
    if ((lots === undefined) === (amount === undefined)) {
      throw new MarginError(
        "LotsOrAmount",
        `portfolio.positions[${i}]`,
        `expected either lots or amount, was ${lots === undefined ? "neither" : "both"}`,
        {
          row: i,
          value: position,
        },
      );
    }
    if (lots !== undefined && Math.abs(lots) < LARGEST && !Number.isInteger(lots)) {
      throw unexpected("LotsNotWhole", `portfolio.positions[${i}].lots`, "a whole number", lots);
    }
    sized(`portfolio.positions[${i}].${lots === undefined ? "amount" : "lots"}`, lots ?? amount!);
  });
  for (const [id, balance] of Object.entries(document.balances)) sized(`portfolio.balances${step(id)}`, balance);
  if (document.facts !== undefined) facts("portfolio.facts", document.facts);
}

function sized(path: string, value: number): void {
  if (!(Math.abs(value) <= LARGEST)) throw unexpected("TooLarge", path, "at most 2^53 in size", value);
}

// Model

const LEVELS: Record<string, string[]> = {
  account: [],
  underlying: ["underlying"],
  expiry: ["underlying", "expiry"],
  strike: ["underlying", "expiry", "strike"],
  settlement: ["settlement"],
  instrument: ["instrument"],
};

function model(document: MarginModel): void {
  moments(document);
  const owners = new Map<string, string>();
  for (const section of ["parameters", "values", "charges"] as const) {
    for (const name of Object.keys(document[section] ?? {})) {
      const path = `model.${section}.${name}`;
      const owner = owners.get(name);
      if (owner !== undefined)
        throw new MarginError("DuplicateName", path, `the name is already taken by ${owner}`, { value: name });
      if (name === "size")
        throw new MarginError("DuplicateName", path, "the name is taken by the size of a charge", { value: name });
      owners.set(name, path);
    }
  }
  for (const [name, parameter] of Object.entries(document.parameters))
    checkParameter(`model.parameters.${name}`, parameter);
  for (const [name, keys] of Object.entries(document.levels ?? {})) {
    if (Object.hasOwn(LEVELS, name))
      throw new MarginError("DuplicateName", `model.levels${step(name)}`, "the name of a built-in level", {
        value: name,
      });
    keysKnown(`model.levels${step(name)}`, keys);
  }
  const level = (path: string, at: Level | undefined) => {
    if (Array.isArray(at)) return keysKnown(path, at);
    if (at !== undefined && !Object.hasOwn(LEVELS, at) && !Object.hasOwn(document.levels ?? {}, at)) {
      throw unexpected(
        "UnknownLevel",
        path,
        `a level (${[...Object.keys(LEVELS), ...Object.keys(document.levels ?? {})].join(", ")})`,
        at,
      );
    }
  };
  const profile = (path: string, { at, of }: Profile) => {
    level(`${path}.at`, at);
    of?.forEach((child, i) => profile(`${path}.of[${i}]`, child));
  };
  for (const [name, parameter] of Object.entries(document.parameters))
    level(`model.parameters.${name}.given`, parameter.given);
  for (const [name, value] of Object.entries(document.values ?? {})) level(`model.values.${name}.at`, value.at);
  for (const [name, charge] of Object.entries(document.charges)) {
    const path = `model.charges.${name}`;
    level(`${path}.at`, charge.at);
    if (charge.kind === "amount") level(`${path}.net`, charge.net);
    if (charge.kind !== "scan") continue;
    const rows = Object.hasOwn(document.scenarios ?? {}, charge.scenarios)
      ? document.scenarios![charge.scenarios]!.rows
      : undefined;
    if (rows === undefined)
      throw unexpected("UnknownScenarios", `${path}.scenarios`, "a set of model.scenarios", charge.scenarios);
    if (charge.profile !== undefined) profile(`${path}.profile`, charge.profile);
    if (typeof charge.reduce === "object" && "row" in charge.reduce && charge.reduce.row >= rows.length) {
      throw unexpected("OutOfRange", `${path}.reduce.row`, `a row below ${rows.length}`, charge.reduce.row);
    }
  }
}

function keysKnown(path: string, keys: string[]): void {
  keys.forEach((key, i) => {
    if (!INSTRUMENT_KEYS.has(key))
      throw unexpected(
        "UnknownKey",
        `${path}[${i}]`,
        `a key of an instrument (${[...INSTRUMENT_KEYS].join(", ")})`,
        key,
      );
    if (keys.indexOf(key) < i)
      throw new MarginError("DuplicateKey", `${path}[${i}]`, `${short(key)} is there already`, { row: i, value: key });
  });
}

function checkParameter(path: string, { source, assumed, range, is, given, for: places }: Parameter): void {
  if ((source === undefined) === (assumed === undefined)) {
    throw new MarginError(
      "SourceOrAssumed",
      path,
      `expected either source or assumed, was ${source === undefined ? "neither" : "both"}`,
    );
  }
  if (range !== undefined && range[0] > range[1])
    throw new MarginError("RangeEmpty", `${path}.range`, `expected [low, high], was [${range.join(", ")}]`);
  if (is === undefined && given === undefined && (places === undefined || places.length === 0)) {
    throw new MarginError("Missing", path, "expected a figure in is or for, or given, was none of them");
  }
  const within = (at: string, figure: Parameter["is"]) => {
    if (range === undefined || figure === undefined) return;
    const test = (where: string, y: number) => {
      if (y < range[0] || y > range[1])
        throw unexpected("ParameterOutOfRange", where, `within [${range.join(", ")}]`, y);
    };
    if (typeof figure === "number") test(at, figure);
    else figure.forEach((point, i) => test(`${at}[${i}][1]`, point[1]));
  };
  within(`${path}.is`, is);
  const seen = new Map<string, number>();
  places?.forEach((place, i) => {
    within(`${path}.for[${i}].is`, place.is);
    const keys = Object.keys(place).filter((key) => key !== "is");
    for (const key of keys) {
      if (!INSTRUMENT_KEYS.has(key))
        throw new MarginError(
          "UnknownKey",
          `${path}.for[${i}]${step(key)}`,
          `no key of an instrument (${[...INSTRUMENT_KEYS].join(", ")})`,
          { row: i },
        );
    }
    const id = keys
      .sort()
      .map((key) => `${key}=${JSON.stringify(place[key])}`)
      .join();
    const first = seen.get(id);
    if (first !== undefined)
      throw new MarginError("DuplicatePlace", `${path}.for[${i}]`, `the same place as ${path}.for[${first}]`, {
        row: i,
      });
    seen.set(id, i);
  });
}

/** Writes every `expiry` that a place or a selection names in the one form of moments. */
function moments(value: unknown): void {
  if (value === null || typeof value !== "object") return;
  const fields = value as Record<string, unknown>;
  for (const key in fields) {
    const field = fields[key];
    if (key === "expiry" && typeof field === "string") fields[key] = canonical(field);
    else if (key === "expiry" && Array.isArray(field))
      fields[key] = field.map((x: unknown) => (typeof x === "string" ? canonical(x) : x));
    else moments(field);
  }
}
