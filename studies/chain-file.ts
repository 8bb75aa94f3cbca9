/** Reads a chain file in the form of ../shared/data: one row per option and time, coin-settled. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { canonical, milliseconds } from "../bindings/documents/moment.ts";

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

export function readChain(path: string): Quote[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const [header, ...lines] = text.trim().split("\n");
  const names = header!.split(",");
  const place = (name: string) => {
    const i = names.indexOf(name);
    if (i < 0) throw new Error(`${path}: no column "${name}"`);
    return i;
  };
  const at = Object.fromEntries(
    ["ts", "underlying", "instrument", "expiry", "strike", "type", "fwd", "index", "bid", "ask", "mark", "mark_iv"].map(
      (name) => [name, place(name)],
    ),
  );
  return lines.map((line) => {
    const cells = line.split(",");
    const number = (name: string) =>
      cells[at[name]!] === "" || cells[at[name]!] === undefined ? NaN : Number(cells[at[name]!]);
    return {
      time: milliseconds(cells[at["ts"]!]!),
      underlying: cells[at["underlying"]!]!,
      instrument: cells[at["instrument"]!]!,
      expiry: canonical(cells[at["expiry"]!]!),
      strike: number("strike"),
      callPut: cells[at["type"]!] === "C" ? 1 : -1,
      forward: number("fwd"),
      index: number("index"),
      bid: number("bid"),
      ask: number("ask"),
      mark: number("mark"),
      markVol: number("mark_iv"),
    };
  });
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
