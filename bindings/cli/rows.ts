/** Rows of numbers, as CSV with a header or as JSON objects, and the same rows with columns added. */
import { MarginError, short, unexpected } from "../error.ts";
import { refuseBinary, split } from "./sources.ts";

type Row = Record<string, unknown>;

export class Rows {
  private constructor(
    readonly file: string,
    readonly isCsv: boolean,
    readonly count: number,
    private readonly names: string[],
    private readonly cells: (row: number, name: string) => unknown,
    private readonly original: (row: number) => string | Row,
    /** Line of the file in which a row stands. */
    private readonly lines: number[],
  ) {}

  static parse(text: string, file: string): Rows {
    refuseBinary(text, file, "CSV or JSON");
    return /^[\s\ufeff]*[[{]/.test(text) ? Rows.ofJson(text, file) : Rows.ofCsv(text, file);
  }

  private static ofJson(text: string, file: string): Rows {
    const rows: Row[] = split(text, file).flatMap(({ json }) =>
      Array.isArray(json) ? (json as Row[]) : [json as Row],
    );
    rows.forEach((row, i) => {
      if (row === null || typeof row !== "object")
        throw unexpected("WrongType", `${file}: [${i}]`, "an object", row, i);
    });
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    return new Rows(
      file,
      false,
      rows.length,
      names,
      (r, name) => (Object.hasOwn(rows[r]!, name) ? rows[r]![name] : undefined),
      (r) => rows[r]!,
      [],
    );
  }

  private static ofCsv(text: string, file: string): Rows {
    const all = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
    const lines: number[] = [];
    for (let i = 0; i < all.length; i++) if (all[i]!.trim() !== "") lines.push(i);
    const header = lines.shift();
    if (header === undefined) throw new MarginError("Empty", file, "is empty");
    const names = fieldsOf(all[header]!).map((name) => name.trim());
    const other = names.length === 1 ? /[;\t]/.exec(names[0]!)?.[0] : undefined;
    if (other !== undefined) {
      const found = other === "\t" ? "a tab" : `"${other}"`;
      throw new MarginError(
        "WrongSeparator",
        `${file}: line ${header + 1}`,
        `the separator must be a comma, was ${found}`,
      );
    }
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined)
      throw new MarginError(
        "DuplicateName",
        `${file}: line ${header + 1}`,
        `the column ${short(twice)} is there twice`,
      );
    const cells = lines.map((at, row) => {
      const cut = fieldsOf(all[at]!);
      if (cut.length !== names.length)
        throw unexpected(
          "LengthsDiffer",
          `${file}: line ${at + 1}`,
          `${names.length} fields, as in the header`,
          cut.length,
          row,
        );
      return cut;
    });
    const column = new Map(names.map((name, i) => [name, i]));
    const cell = (r: number, name: string) => {
      const c = column.get(name);
      const value = c === undefined ? "" : cells[r]![c]!.trim();
      return value === "" ? undefined : value;
    };
    return new Rows(
      file,
      true,
      cells.length,
      names,
      cell,
      (r) => all[lines[r]!]!,
      lines.map((at) => at + 1),
    );
  }

  /** Names of the columns, in their order. */
  get columns(): readonly string[] {
    return this.names;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  cell(row: number, name: string): unknown {
    return this.cells(row, name);
  }

  /** A field in words: `rows.csv: line 3, vol`, `rows.json: [1].vol`. */
  where(row: number, name: string): string {
    return this.isCsv ? `${this.file}: line ${this.lines[row]}, ${name}` : `${this.file}: [${row}].${name}`;
  }

  /** Rows `from` to `to` as text, with the columns added: lines of CSV or of a JSON list. */
  text(
    from: number,
    to: number,
    added: [name: string, value: (row: number) => number | string | null][],
    asJson: boolean,
  ): string {
    const lines: string[] = [];
    for (let r = from; r < to; r++) {
      const original = this.original(r);
      if (!asJson && typeof original === "string") {
        lines.push(`${original},${added.map(([, value]) => value(r) ?? "").join(",")}\n`);
        continue;
      }
      const row = typeof original === "string" ? this.object(r) : { ...original };
      for (const [name, value] of added) row[name] = value(r);
      lines.push(`${r === 0 ? "[\n" : ",\n"}  ${JSON.stringify(row)}`);
    }
    return lines.join("");
  }

  header(added: string[]): string {
    return `${[...this.names.map(quoted), ...added].join(",")}\n`;
  }

  private object(r: number): Row {
    const plain = (value: unknown) => (typeof value === "string" && isNumber(value) ? Number(value) : (value ?? null));
    return Object.fromEntries(this.names.map((name) => [name, plain(this.cells(r, name))]));
  }
}

const quoted = (name: string) => (/[",]/.test(name) ? `"${name.replace(/"/g, '""')}"` : name);

/** Fields of one line; in double quotes a comma is a comma, and "" a quote. */
function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/y;
  while (field.lastIndex < line.length) {
    const found = field.exec(line);
    if (found === null) return line.split(",");
    fields.push(found[1]?.replace(/""/g, '"') ?? found[2]!);
    if (!found[0].endsWith(",")) return fields;
  }
  return [...fields, ""];
}

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
export const isNumber = (text: string) => NUMBER.test(text);

/** A number, or NaN where the text is none; `60%` is 0.6 where a percentage may be given. */
export function toNumber(text: string, percent = false): number {
  const share = percent ? /^(.*?)\s*%$/.exec(text)?.[1] : undefined;
  const digits = (share ?? text).trim();
  if (!isNumber(digits)) return NaN;
  // shifted as a decimal where that can be written: 50.13 / 100 is another number than 0.5013
  return share === undefined ? Number(digits) : /e/i.test(digits) ? Number(digits) / 100 : Number(`${digits}e-2`);
}
