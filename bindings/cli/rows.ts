/** Rows of numbers, as CSV with a header or as JSON objects, and the same rows with columns added. */
import { unexpected } from "../error.ts";
import { isNumber, parseCsv } from "../formats/csv.ts";
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

  /** @param separators of CSV: the one is taken that the header has */
  static parse(text: string, file: string, separators?: readonly string[]): Rows {
    refuseBinary(text, file, "CSV or JSON");
    return /^[\s\ufeff]*[[{]/.test(text) ? Rows.ofJson(text, file) : Rows.ofCsv(text, file, separators);
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

  private static ofCsv(text: string, file: string, separators?: readonly string[]): Rows {
    const { names, cells, lines, original } = parseCsv(text, file, separators);
    const column = new Map(names.map((name, i) => [name, i]));
    const cell = (r: number, name: string) => {
      const c = column.get(name);
      const value = c === undefined ? "" : cells[r]![c]!;
      return value === "" ? undefined : value;
    };
    return new Rows(file, true, cells.length, names, cell, (r) => original[r]!, lines);
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

/** A number, or NaN where the text is none; `60%` is 0.6 where a percentage may be given. */
export function toNumber(text: string, percent = false): number {
  const share = percent ? /^(.*?)\s*%$/.exec(text)?.[1] : undefined;
  const digits = (share ?? text).trim();
  if (!isNumber(digits)) return NaN;
  // shifted as a decimal where that can be written: 50.13 / 100 is another number than 0.5013
  return share === undefined ? Number(digits) : /e/i.test(digits) ? Number(digits) / 100 : Number(`${digits}e-2`);
}
