/** Reads a chain file in the form of ../shared/data: one row per option and time, coin-settled. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { canonical, milliseconds } from "../bindings/documents/moment.ts";
import { MarginError, unexpected } from "../bindings/error.ts";

export interface Quote {
  /** Milliseconds. */
  time: number;
  underlying: string;
  instrument: string;
  expiry: string;
  strike: number;
  callPut: 1 | -1;
  /** USD. */
  forward: number;
  index: number;
  /** Coin; NaN where there is none. */
  bid: number;
  ask: number;
  mark: number;
  /** Decimal; NaN where the file has none. */
  markVol: number;
}

/** A pause between rows that ends a snapshot. */
const PAUSE_MS = 30 * 60_000;

const COLUMNS = [
  "ts",
  "underlying",
  "instrument",
  "expiry",
  "strike",
  "type",
  "fwd",
  "index",
  "bid",
  "ask",
  "mark",
  "mark_iv",
] as const;
const EXPECTED = `expected a chain: CSV, plain or in gzip (.gz), with the columns ${COLUMNS.join(", ")}`;

/** @throws MarginError that names the file, and the line where one is no quote */
export function readChain(path: string): Quote[] {
  const refused = (problem: string, cause?: unknown) =>
    new MarginError("NoChain", path, `${problem}; ${EXPECTED}`, { cause });
  let text: string;
  try {
    const bytes = readFileSync(path);
    text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (cause) {
    throw refused(problemOf(cause), cause);
  }
  const [header, ...lines] = text.trim().split(/\r?\n/);
  const names = header!.split(",");
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw refused(missing.length === COLUMNS.length ? "is no chain" : `lacks ${missing.join(", ")}`);
  if (lines.length === 0) throw refused("has no rows");
  const at = Object.fromEntries(names.map((name, i) => [name, i])) as Record<(typeof COLUMNS)[number], number>;
  return lines.map((line, i) => {
    const cells = line.split(",");
    const number = (name: keyof typeof at) =>
      cells[at[name]] === "" || cells[at[name]] === undefined ? NaN : Number(cells[at[name]]);
    const moment = (name: "ts" | "expiry") => {
      const cell = cells[at[name]] ?? "";
      if (Number.isNaN(milliseconds(cell)))
        throw unexpected("BadText", `${path}: line ${i + 2}, ${name}`, "an ISO 8601 moment with a zone", cell, i);
      return cell;
    };
    return {
      time: milliseconds(moment("ts")),
      underlying: cells[at["underlying"]]!,
      instrument: cells[at["instrument"]]!,
      expiry: canonical(moment("expiry")),
      strike: number("strike"),
      callPut: cells[at["type"]] === "C" ? 1 : -1,
      forward: number("fwd"),
      index: number("index"),
      bid: number("bid"),
      ask: number("ask"),
      mark: number("mark"),
      markVol: number("mark_iv"),
    };
  });
}

function problemOf(cause: unknown): string {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "no such file";
  if (code === "EISDIR") return "is a folder";
  if (code.startsWith("Z_")) return "is not gzip, though its name ends in .gz";
  return `cannot be read (${message})`;
}

/** Quotes of one underlying that were taken together. */
export function snapshots(quotes: Quote[]): Quote[][] {
  const found: Quote[][] = [];
  for (const underlying of new Set(quotes.map((quote) => quote.underlying))) {
    const own = quotes.filter((quote) => quote.underlying === underlying).sort((a, b) => a.time - b.time);
    let current: Quote[] = [];
    for (const quote of own) {
      if (current.length > 0 && quote.time - current.at(-1)!.time > PAUSE_MS) {
        found.push(current);
        current = [];
      }
      current.push(quote);
    }
    if (current.length > 0) found.push(current);
  }
  return found;
}

export const yearsLeft = (quote: Quote) => (milliseconds(quote.expiry) - quote.time) / (365 * 86_400_000);
