/** Files → quotes of one moment: rows of a quotes file (CSV or JSON), or a venue's responses. */
import type { Instrument, Market } from "../documents/market.ts";
import { canonical, milliseconds, momentText } from "../documents/moment.ts";
import { MarginError, short, unexpected } from "../error.ts";
import { deribitResponse } from "../formats/deribit-response.ts";
import type { Quote, SurfaceOptions } from "../lab/types.ts";
import { moment } from "../report/names.ts";
import { minute } from "../report/surface.ts";
import { Inputs } from "./documents.ts";
import { Rows, toNumber } from "./rows.ts";
import { split, type Source } from "./sources.ts";
import { UsageError, type Terminal } from "./terminal.ts";

/** A quote with what else its row says. */
export interface QuoteRow {
  quote: Quote;
  /** `chain.csv: line 12`, `summary.json: result[3]`. */
  where: string;
  /** The venue's name of it, where there is one. */
  instrument?: string;
  index?: number;
  mark?: number;
  markVol?: number;
}
export interface Quoted {
  asOf: string;
  rows: QuoteRow[];
  files: string[];
  /** The venue's market, where the quotes are of responses. */
  market?: Market;
  /** What was chosen, in words. */
  notes: string[];
}
export interface Choice {
  asOf?: string;
  payoff: SurfaceOptions["payoff"];
}

/** A pause between quotes that ends a snapshot. */
const PAUSE_MS = 30 * 60_000;
const REQUIRED = ["underlying", "expiry", "strike", "type", "bid", "ask"] as const;
/** Columns of a chain file, and what they are called in a quote. */
const NAMES = {
  time: ["time", "ts"],
  underlying: ["underlying"],
  expiry: ["expiry"],
  strike: ["strike"],
  type: ["type", "callPut"],
  bid: ["bid"],
  ask: ["ask"],
  forward: ["forward", "fwd"],
  index: ["index"],
  instrument: ["instrument"],
  mark: ["mark"],
  markVol: ["mark_iv"],
} as const;
type Name = keyof typeof NAMES;
const CALL_PUT: Record<string, 1 | -1> = { c: 1, call: 1, "1": 1, "+1": 1, p: -1, put: -1, "-1": -1, "−1": -1 };

/** @param files names; none: what is piped in */
export async function readQuotes(files: readonly string[], choice: Choice, terminal: Terminal): Promise<Quoted> {
  const names = files.length > 0 ? files : ["-"];
  if (names.filter((name) => name === "-").length > 1)
    throw new UsageError("- stands twice: what is piped in can be read once");
  const tables: Rows[] = [];
  const responses: Source[] = [];
  for (const name of names) {
    const text = await terminal.read(name);
    const file = name === "-" ? "stdin" : name;
    const sources = /^[\s\ufeff]*[[{]/.test(text) ? split(text, file) : undefined;
    if (sources?.some(isResponse)) responses.push(...sources);
    else tables.push(tableOf(Rows.parse(text, file)));
  }
  if (responses.length === 0) return ofTables(tables, choice);
  if (tables.length > 0)
    throw new MarginError("UnknownDocument", tables[0]!.file, "rows of quotes do not go with responses of a venue");
  return ofResponses(responses, choice);
}

/** An empty list may be of quotes too. */
function isResponse({ json }: Source): boolean {
  if (json === null || typeof json !== "object") return false;
  if ("jsonrpc" in json || "result" in json) return true;
  const kind = deribitResponse(json);
  return kind !== undefined && kind !== "empty";
}

// Rows

function nameIn(rows: Rows, name: Name): string | undefined {
  return NAMES[name].find((one) => rows.has(one));
}

function tableOf(rows: Rows): Rows {
  const missing = REQUIRED.filter((name) => nameIn(rows, name) === undefined);
  if (rows.count === 0) throw new MarginError("TooFewQuotes", rows.file, "has no quotes");
  if (missing.length === 0) return rows;
  throw missing.length === REQUIRED.length
    ? new MarginError(
        "UnknownDocument",
        rows.file,
        `expected quotes (${REQUIRED.join(", ")}) or responses of Deribit's public API, was neither`,
      )
    : new MarginError("Missing", rows.file, `no column ${missing.join(", ")}; quotes have ${REQUIRED.join(", ")}`);
}

function ofTables(tables: Rows[], { asOf }: Choice): Quoted {
  const all = tables.flatMap((rows) => Array.from({ length: rows.count }, (_, row) => quoteRow(rows, row)));
  const files = tables.map(({ file }) => file);
  const untimed = all.filter(({ quote }) => quote.time === undefined);
  if (untimed.length > 0 && asOf === undefined)
    throw new UsageError(`${untimed[0]!.where}: no ts tells when it was quoted; give --as-of`);
  const timed = all.filter(({ quote }) => quote.time !== undefined);
  if (timed.length === 0) return { asOf: canonical(asOf!), rows: all, files, notes: [] };
  const { rows, notes } = snapshot(timed, asOf, files);
  const newest = rows.reduce((time, { quote }) => Math.max(time, milliseconds(quote.time!)), -Infinity);
  return { asOf: momentText(newest), rows: [...rows, ...untimed], files, notes };
}

function quoteRow(rows: Rows, row: number): QuoteRow {
  const columns = Object.fromEntries(
    (Object.keys(NAMES) as Name[]).map((name) => [name, nameIn(rows, name) ?? name]),
  ) as Record<Name, string>;
  const cell = (name: Name): unknown => rows.cell(row, columns[name]);
  const refuse = (code: string, name: Name, expected: string): MarginError =>
    cell(name) === undefined || cell(name) === null
      ? new MarginError("Missing", rows.where(row, columns[name]), "missing", { row })
      : unexpected(code, rows.where(row, columns[name]), expected, cell(name), row);
  /** null where the cell is empty; NaN goes on, to be dropped by name. */
  const number = (name: Name): number | null => {
    const value = cell(name);
    if (value === undefined || value === null) return null;
    if (typeof value === "number") return value;
    const read = typeof value === "string" ? (/^nan$/i.test(value) ? NaN : toNumber(value)) : undefined;
    if (read === undefined || (Number.isNaN(read) && !/^nan$/i.test(String(value))))
      throw refuse("WrongType", name, "a number");
    return read;
  };
  const words = (name: Name): string => {
    const value = cell(name);
    if (typeof value !== "string" || value === "") throw refuse("WrongType", name, "text");
    return value;
  };
  const time = (name: Name): string => {
    const text = words(name);
    if (Number.isNaN(milliseconds(text)))
      throw refuse("BadText", name, "an ISO 8601 moment with a zone, such as 2026-03-27T08:00:00Z");
    return canonical(text);
  };
  const callPut = CALL_PUT[String(cell("type") ?? "").toLowerCase()];
  if (callPut === undefined) throw refuse("CallPutNotOne", "type", "C, call or 1; P, put or -1");
  const strike = number("strike");
  if (strike === null) throw refuse("Missing", "strike", "a number");
  const [forward, index, mark, markVol] = (["forward", "index", "mark", "markVol"] as const).map(
    (name) => number(name) ?? undefined,
  );
  const at = cell("time");
  const instrument = cell("instrument");
  return {
    quote: {
      underlying: words("underlying"),
      expiry: time("expiry"),
      strike,
      callPut,
      bid: number("bid"),
      ask: number("ask"),
      ...(forward === undefined ? {} : { forward }),
      ...(at === undefined || at === null ? {} : { time: time("time") }),
    },
    where: rows.where(row, "").replace(/[,.] ?$/, ""),
    ...(typeof instrument === "string" && instrument !== "" ? { instrument } : {}),
    ...(index === undefined ? {} : { index }),
    ...(mark === undefined ? {} : { mark }),
    ...(markVol === undefined ? {} : { markVol }),
  };
}

/** The last moment at which the file was written, or the last before `asOf`; of each option its newest row there. */
function snapshot(all: QuoteRow[], asOf: string | undefined, files: string[]): { rows: QuoteRow[]; notes: string[] } {
  const at = ({ quote }: QuoteRow) => milliseconds(quote.time!);
  const times = [...new Set(all.map(at))].sort((a, b) => a - b);
  const ends = times.filter((time, i) => i === times.length - 1 || times[i + 1]! - time > PAUSE_MS);
  const latest = asOf === undefined ? Infinity : milliseconds(asOf);
  const past = times.filter((time) => time <= latest);
  const last = past.at(-1);
  if (last === undefined)
    throw new MarginError(
      "TooFewQuotes",
      files.join(", "),
      `no quote at or before ${asOf}; the first is of ${momentText(times[0]!)}`,
    );
  let first = last;
  for (const time of past.toReversed()) {
    if (first - time > PAUSE_MS) break;
    first = time;
  }
  const notes: string[] = [];
  if (ends.length > 1) {
    const which = asOf === undefined ? "the last" : `the last at or before ${minute(canonical(asOf))}`;
    notes.push(
      `${ends.length} snapshots from ${minute(momentText(times[0]!))} to ${minute(momentText(times.at(-1)!))} UTC: ` +
        `${which} is fitted, ${minute(momentText(last))}`,
    );
  }
  const newest = new Map<string, number>();
  const key = ({ quote: { underlying, expiry, strike, callPut } }: QuoteRow) =>
    `${underlying}\n${expiry}\n${strike}\n${callPut}`;
  const within = all.filter((row) => at(row) >= first && at(row) <= last);
  for (const row of within) newest.set(key(row), Math.max(newest.get(key(row)) ?? -Infinity, at(row)));
  const rows = within.filter((row) => at(row) === newest.get(key(row)));
  const older = within.length - rows.length;
  if (older > 0) notes.push(`${older} older ${older === 1 ? "row" : "rows"} of the same options passed over`);
  return { rows, notes };
}

// Responses

function ofResponses(sources: Source[], { asOf, payoff }: Choice): Quoted {
  const inputs = new Inputs();
  for (const source of sources) inputs.add(source);
  const market = inputs.market(asOf === undefined ? {} : { asOf });
  const options = new Map<string, Instrument>();
  for (const one of market.instruments) if (one.kind === "option" && one.payoff === payoff) options.set(one.id, one);
  const files = [...new Set(inputs.responses.map(({ file }) => file))];
  if (options.size === 0) {
    const other = payoff === "inverse" ? "linear" : "inverse";
    const hint = market.instruments.some(({ kind }) => kind === "option") ? `; --payoff ${other} takes the others` : "";
    throw new MarginError("TooFewQuotes", files.join(", "), `no ${payoff} options${hint}`);
  }
  const rows = new Map<string, QuoteRow>();
  for (const { file, place, json } of inputs.responses) {
    if (deribitResponse(json) !== "summary") continue;
    const whole = json as { result?: unknown };
    const result = "result" in whole ? whole.result : json;
    const list = Array.isArray(result) ? (result as Record<string, unknown>[]) : [result as Record<string, unknown>];
    list.forEach((summary, i) => {
      const one = options.get(String(summary["instrument_name"]));
      if (one === undefined) return;
      const where = `${file}${place}: ${"result" in whole ? "result" : ""}${Array.isArray(result) ? `[${i}]` : ""}`;
      const row = ofSummary(one, summary, where);
      const known = rows.get(one.id)?.quote.time;
      const { time } = row.quote;
      if (known === undefined || time === undefined || milliseconds(time) >= milliseconds(known)) rows.set(one.id, row);
    });
  }
  const left = market.instruments.filter((one) => one.kind === "option" && one.payoff !== payoff).length;
  const notes = left === 0 ? [] : [`${left} options with another payoff passed over (--payoff)`];
  return { asOf: market.asOf, rows: [...rows.values()], files, market, notes };
}

function ofSummary(one: Instrument, summary: Record<string, unknown>, where: string): QuoteRow {
  const number = (name: string): number | null => {
    const value = summary[name];
    if (value === undefined || value === null) return null;
    if (typeof value !== "number") throw unexpected("WrongType", `${where}.${name}`, "a number or null", value);
    return value;
  };
  const forward = number("underlying_price");
  const stamp = number("creation_timestamp");
  return {
    quote: {
      underlying: one.underlying,
      expiry: one.expiry,
      strike: one.strike!,
      callPut: one.callPut!,
      bid: number("bid_price"),
      ask: number("ask_price"),
      ...(forward === null ? {} : { forward }),
      ...(stamp === null ? {} : { time: momentText(stamp) }),
    },
    where,
    instrument: one.id,
  };
}

/** `BTC 2026-03-27 70,000 call`, for who reads of it. */
export function optionName({ underlying, expiry, strike, callPut }: Quote): string {
  return `${underlying} ${moment(expiry)} ${Number.isFinite(strike) ? strike : short(strike)} ${callPut === 1 ? "call" : "put"}`;
}
