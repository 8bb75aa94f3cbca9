/** Reads one snapshot of a chain of ../shared/data. Only figures derived from it are ever committed. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { canonical, milliseconds } from "../bindings/documents/moment.ts";

export interface Quote {
  ts: string;
  coin: string;
  instrument: string;
  expiry: string;
  strike: number;
  callPut: 1 | -1;
  /** Forward of the expiry, index: USD. */
  forward: number;
  index: number;
  /** Coin. */
  bid: number | null;
  ask: number | null;
  mark: number;
  last: number | null;
  vol: number;
  openInterest: number;
  volume: number;
}

/** @param prefix the quotes whose time begins so */
export function readChain(path: string, prefix: string): Quote[] {
  const [header, ...lines] = gunzipSync(readFileSync(path)).toString("utf8").trim().split("\n");
  const names = header!.split(",");
  const number = (text: string | undefined) => (text === undefined || text === "" ? null : Number(text));
  return lines
    .map((line) => Object.fromEntries(line.split(",").map((text, i) => [names[i]!, text])) as Record<string, string>)
    .filter((row) => row["ts"]!.startsWith(prefix))
    .map((row) => ({
      ts: row["ts"]!,
      coin: row["underlying"]!,
      instrument: row["instrument"]!,
      expiry: canonical(row["expiry"]!),
      strike: Number(row["strike"]),
      callPut: row["type"] === "C" ? (1 as const) : (-1 as const),
      forward: Number(row["fwd"]),
      index: Number(row["index"]),
      bid: number(row["bid"]),
      ask: number(row["ask"]),
      mark: Number(row["mark"]),
      last: number(row["last"]),
      vol: Number(row["mark_iv"]),
      openInterest: number(row["oi"]) ?? 0,
      volume: number(row["vol24h"]) ?? 0,
    }));
}

export const years = (from: string, to: string) => (milliseconds(to) - milliseconds(from)) / (365 * 86_400_000);
export const rounded = (x: number, places: number) => Number(x.toFixed(places));
export function median(list: number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** JSON with one line for each entry of the long lists. */
export function document(fields: Record<string, unknown>): string {
  const line = (value: unknown) =>
    Array.isArray(value) && value.length > 1
      ? `[\n${value.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n  ]`
      : JSON.stringify(value);
  return `{\n${Object.entries(fields)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${line(value)}`)
    .join(",\n")}\n}\n`;
}
