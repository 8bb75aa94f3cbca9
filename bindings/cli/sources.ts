/** Files and what is piped in → JSON values, each with the name and place by which errors speak of it. */
import { parseDocument } from "../documents/check.ts";
import { MarginError } from "../error.ts";
import { deribitResponse } from "../formats/deribit-response.ts";
import type { Terminal } from "./terminal.ts";

export interface Source {
  /** Of the file; `stdin` for what is piped in. */
  file: string;
  /** Place in the file: empty, or `[2]` of a list of responses. */
  place: string;
  json: unknown;
}

/** @param files names; `-` is what is piped in */
export async function readSources(files: readonly string[], terminal: Terminal): Promise<Source[]> {
  const sources: Source[] = [];
  for (const name of files) {
    const file = name === "-" ? "stdin" : name;
    sources.push(...split(await terminal.read(name), file));
  }
  return sources;
}

/** The JSON values of one text: one document, or several one after another (as `cat` and `curl` join them), or a list of responses. */
export function split(text: string, file: string): Source[] {
  refuseBinary(text, file, "JSON");
  if (text.trim() === "") throw new MarginError("Empty", file, "is empty");
  const values = chunks(text).map((chunk) => parseDocument(chunk, file));
  return values.flatMap((json, i): Source[] => {
    const place = values.length > 1 ? `[${i}]` : "";
    if (!isListOfResponses(json)) return [{ file, place, json }];
    return json.map((one, k) => ({ file, place: `${place}[${k}]`, json: one }));
  });
}

/** Bytes that are no text, read as UTF-8: U+FFFD stands for what is none. */
const BINARY: [RegExp, string][] = [
  [/^\u001f[\u008b\ufffd]/, "looks like gzip: unpack it first"],
  [/^PK\u0003\u0004/, "looks like a zip archive: unpack it first"],
  [/^\ufffd{2}|^[^\n]{0,4096}\0/, "looks like binary data or UTF-16: expected UTF-8"],
];

/** @param expected what it should be: `JSON`, `CSV or JSON` */
export function refuseBinary(text: string, file: string, expected: string): void {
  const found = BINARY.find(([start]) => start.test(text))?.[1];
  if (found !== undefined) throw new MarginError("NotText", file, `not ${expected}, ${found}`);
}

/** A list of whole responses or documents. A bare result is a list too, of rows: that stays in one piece. */
function isListOfResponses(json: unknown): json is unknown[] {
  if (!Array.isArray(json) || json.length === 0) return false;
  if (deribitResponse(json) !== undefined) return false;
  return json.every((one) => one !== null && typeof one === "object");
}

/**
 * Cuts a text where one value ends and the next begins. Line and column in errors stay those of the whole text: each piece is padded to its place.
 * A text that is no JSON comes out in one piece, for the parser to say why.
 */
function chunks(text: string): string[] {
  const starts = [0];
  let depth = 0;
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}]/gs;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const first = found[0][0]!;
    if (first === "[" || first === "{") depth++;
    else if (first !== '"') depth--;
    if (depth < 0) return [text];
    if (depth === 0 && /^\s*[[{]/.test(text.slice(token.lastIndex, token.lastIndex + 4096)))
      starts.push(token.lastIndex);
  }
  if (depth !== 0 || starts.length === 1) return [text];
  return starts.map((start, i) => {
    const before = text.slice(0, start);
    const line = before.split(/\r\n|\n|\r/).length;
    const column = start - Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) - 1;
    return "\n".repeat(line - 1) + " ".repeat(column) + text.slice(start, starts[i + 1]);
  });
}
