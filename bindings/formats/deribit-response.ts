/**
 * A response of Deribit's API: what it is of, its rows, and their fields, each refused with its path.
 *
 * Whole JSON-RPC responses or bare results, told apart by their own fields.
 *
 * Source: docs.deribit.com, the methods named; read 2026.
 */
import { MarginError, short, step, unexpected } from "../error.ts";

export type DeribitResponse = "instruments" | "summary" | "index" | "positions" | "account" | "empty";
export type Row = Record<string, unknown>;
export interface Part {
  kind: DeribitResponse;
  /** JSON path of the rows (`responses[2].result`). */
  path: string;
  rows: Row[];
  list: boolean;
  /** Of an index. */
  name?: string;
  /** Milliseconds at which the venue answered. */
  time?: number;
}

export const isRow = (value: unknown): value is Row =>
  value !== null && typeof value === "object" && !Array.isArray(value);
export const at = (part: Part, i: number, key: string) => `${part.path}${part.list ? `[${i}]` : ""}${step(key)}`;

/** What a response is of, or undefined where it is none of those above. */
export function deribitResponse(response: unknown): DeribitResponse | undefined {
  return recognise(isRow(response) && "result" in response ? response["result"] : response);
}

function recognise(result: unknown): DeribitResponse | undefined {
  if (Array.isArray(result)) {
    if (result.length === 0) return "empty";
    const row: unknown = result[0];
    return isRow(row) && "instrument_name" in row ? ofRow(row) : undefined;
  }
  if (!isRow(result)) return undefined;
  if ("instrument_name" in result) return ofRow(result);
  if ("index_price" in result) return "index";
  if ("summaries" in result || ("currency" in result && ("equity" in result || "balance" in result))) return "account";
  return undefined;
}

function ofRow(row: Row): DeribitResponse | undefined {
  if ("expiration_timestamp" in row || "min_trade_amount" in row || "instrument_type" in row) return "instruments";
  if ("direction" in row && "size" in row) return "positions";
  if ("mark_price" in row || "bid_price" in row) return "summary";
  return undefined;
}

function part(response: unknown, i: number): Part {
  let path = `responses[${i}]`;
  let result = response;
  let time: number | undefined;
  let name: string | undefined;
  if (isRow(response)) {
    const error = response["error"];
    if (isRow(error)) {
      throw new MarginError(
        "VenueError",
        `${path}.error`,
        `the venue refused: ${short(error["message"])}, code ${short(error["code"])}`,
        {
          row: i,
          value: error,
        },
      );
    }
    if (typeof response["usOut"] === "number") time = Math.floor(response["usOut"] / 1000);
    if (typeof response["id"] === "string") name = response["id"];
    if ("result" in response) {
      result = response["result"];
      path += ".result";
    }
  }
  const kind = recognise(result);
  if (kind === undefined) {
    throw unexpected(
      "UnknownResponse",
      path,
      "a result of get_instruments, get_book_summary_by_currency, get_index_price, get_positions or get_account_summary",
      result,
    );
  }
  let list = Array.isArray(result);
  let rows = (list ? result : [result]) as Row[];
  if (kind === "account" && Array.isArray(rows[0]!["summaries"])) {
    rows = rows[0]!["summaries"] as Row[];
    list = true;
    path += ".summaries";
  }
  rows.forEach((row, r) => {
    if (!isRow(row)) throw unexpected("WrongType", `${path}[${r}]`, "an object", row, r);
  });
  if (kind === "index" && typeof rows[0]!["index_name"] === "string") name = rows[0]!["index_name"];
  return { kind, path, rows, list, ...(name === undefined ? {} : { name }), ...(time === undefined ? {} : { time }) };
}

export function parts(responses: readonly unknown[]): Part[] {
  if (!Array.isArray(responses)) throw unexpected("WrongType", "responses", "a list of responses", responses);
  return responses.map(part);
}

export function text(p: Part, i: number, key: string): string {
  const value = p.rows[i]![key];
  if (typeof value !== "string" || value === "")
    throw unexpected(value === undefined ? "Missing" : "WrongType", at(p, i, key), "text", value, i);
  return value;
}
export function number(p: Part, i: number, key: string): number {
  const value = p.rows[i]![key];
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw unexpected(value === undefined ? "Missing" : "WrongType", at(p, i, key), "a number", value, i);
  }
  return value;
}
export function positive(p: Part, i: number, key: string): number {
  const value = number(p, i, key);
  if (!(value > 0)) throw unexpected("NotPositive", at(p, i, key), "> 0", value, i);
  return value;
}
/** A figure that the venue leaves out where it has none: null, absent or 0 is no figure; a negative one is refused. */
export function figure(p: Part, i: number, key: string): number | undefined {
  const value = p.rows[i]![key];
  return value === undefined || value === null || value === 0 ? undefined : positive(p, i, key);
}
