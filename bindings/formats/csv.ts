/** Text in rows and fields: a header, then as many fields in every row; in double quotes a separator is text, and "" a quote. */
import { refuseReplaced } from "../documents/parse.ts";
import { MarginError, short, unexpected } from "../error.ts";

export interface Csv {
  names: string[];
  /** The header's place, in words. */
  where: string;
  /** Fields of each row, trimmed. */
  cells: string[][];
  /** Line of the file in which each row begins, from 1. */
  lines: number[];
  /** Each row as it stands. */
  original: string[];
}

const SEPARATORS = [",", ";", "\t"];
const named = (separator: string) => (separator === "\t" ? "a tab" : separator === "," ? "a comma" : `"${separator}"`);

/**
 * @param file by which errors speak of it
 * @param separators that are allowed; the one is taken that the header has
 */
export function parseCsv(text: string, file: string, separators: readonly string[] = [","]): Csv {
  refuseReplaced(text, file);
  const rows = rowsOf(text.replace(/^\ufeff/, ""), file);
  const header = rows.shift();
  if (header === undefined) throw new MarginError("Empty", file, "is empty");
  const where = `${file}: line ${header.line}`;
  const separator = separatorOf(header.text, separators, where);
  const names = fieldsOf(header.text, separator, where);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new MarginError("DuplicateName", where, `the column ${short(twice)} is there twice`);
  const cells = rows.map(({ text, line }, row) => {
    const fields = fieldsOf(text, separator, `${file}: line ${line}`, row);
    if (fields.length !== names.length) {
      const expected = `${names.length} fields, as in the header`;
      throw unexpected("LengthsDiffer", `${file}: line ${line}`, expected, fields.length, row);
    }
    return fields;
  });
  return { names, where, cells, lines: rows.map(({ line }) => line), original: rows.map(({ text }) => text) };
}

function separatorOf(header: string, allowed: readonly string[], where: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, "");
  const found = SEPARATORS.filter((one) => bare.includes(one));
  const known = found.filter((one) => allowed.includes(one));
  if (known.length > 1) {
    const both = known.map(named).join(" and ");
    throw new MarginError("WrongSeparator", where, `expected one separator, found ${both}`);
  }
  if (known.length === 0 && found.length > 0) {
    const which = allowed.map(named).join(" or ");
    throw new MarginError("WrongSeparator", where, `the separator must be ${which}, was ${named(found[0]!)}`);
  }
  return known[0] ?? allowed[0]!;
}

/** Rows that are not blank; one in whose quotes a line ends goes on in the next. */
function rowsOf(text: string, file: string): { text: string; line: number }[] {
  const rows: { text: string; line: number }[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1;
    let row = lines[i]!;
    if (row.trim() === "") continue;
    while (isOpen(row)) {
      if (++i === lines.length)
        throw new MarginError("OpenQuote", `${file}: line ${line}`, "a quote is opened and not closed");
      row += `\n${lines[i]!}`;
    }
    rows.push({ text: row, line });
  }
  return rows;
}

/** Quotes come in pairs, a doubled one being a pair of its own. */
const isOpen = (row: string) => row.includes('"') && row.split('"').length % 2 === 0;

function fieldsOf(row: string, separator: string, where: string, index?: number): string[] {
  if (!row.includes('"')) return row.split(separator).map((field) => field.trim());
  const fields: string[] = [];
  for (let at = 0; at <= row.length; at++) {
    const quoted = /^ *"((?:[^"]|"")*)" */.exec(row.slice(at));
    const plain = row.indexOf(separator, at);
    const end = quoted === null ? (plain < 0 ? row.length : plain) : at + quoted[0].length;
    if (end < row.length && row[end] !== separator) {
      throw unexpected("BadQuote", where, `${named(separator)} after a closed quote`, row.slice(end), index);
    }
    fields.push((quoted === null ? row.slice(at, end) : quoted[1]!.replace(/""/g, '"')).trim());
    at = end;
  }
  return fields;
}

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
export const isNumber = (text: string) => NUMBER.test(text);
