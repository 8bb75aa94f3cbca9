/** Rows with named columns, of CSV text or of objects: one way to ask for a cell, and for its place in words. */
import { MarginError, short, unexpected } from "../error.ts";
import { isNumber, parseCsv } from "./csv.ts";

const SEPARATORS = [",", ";", "\t"];

export class Table<Column extends string> {
  private constructor(
    readonly name: string,
    readonly count: number,
    private readonly value: (row: number, column: Column) => unknown,
    /** A cell, or the row where no column is given, in words. */
    readonly where: (row: number, column?: Column) => string,
    private readonly columns: ReadonlySet<Column>,
  ) {}

  /** Text with a header, its fields between commas, semicolons or tabs. Columns go by name in any case; those not in `known` are passed over. */
  static ofText<Column extends string>(text: string, name: string, known: readonly Column[]): Table<Column> {
    if (typeof text !== "string") throw unexpected("WrongType", name, "text", text);
    const { names, where, cells, lines } = parseCsv(text, name, SEPARATORS);
    const at = columnsOf(names, known, where);
    return new Table(
      name,
      cells.length,
      (row, column) => cells[row]![at.get(column) ?? -1],
      (row, column) => `${name}: line ${lines[row]}${column === undefined ? "" : `, ${column}`}`,
      new Set(at.keys()),
    );
  }

  /** A list of objects; their keys are the columns, in any case. */
  static ofObjects<Column extends string>(
    rows: readonly object[],
    name: string,
    known: readonly Column[],
  ): Table<Column> {
    if (!Array.isArray(rows)) throw unexpected("WrongType", name, "a list of objects", rows);
    if (rows.length === 0) throw new MarginError("Empty", name, "is empty");
    const keys = rows.map((row: unknown, i) => {
      if (row === null || typeof row !== "object" || Array.isArray(row))
        throw unexpected("WrongType", `${name}[${i}]`, "an object", row, i);
      const names = Object.keys(row);
      const at = columnsOf(names, known, `${name}[${i}]`, i);
      return new Map([...at].map(([column, index]) => [column, names[index]!]));
    });
    return new Table(
      name,
      rows.length,
      (row, column) => {
        const key = keys[row]!.get(column);
        return key === undefined ? undefined : (rows[row] as Record<string, unknown>)[key];
      },
      (row, column) => `${name}[${row}]${column === undefined ? "" : `.${keys[row]!.get(column) ?? column}`}`,
      new Set(keys.flatMap((own) => [...own.keys()])),
    );
  }

  has(column: Column): boolean {
    return this.columns.has(column);
  }

  /** Refuses a table without a column, whatever its rows are. */
  require(columns: readonly Column[]): void {
    const missing = columns.filter((column) => !this.columns.has(column));
    if (missing.length > 0)
      throw new MarginError("MissingColumn", this.name, `expected a column ${missing.join(", ")}`);
  }

  isEmpty(row: number, column: Column): boolean {
    const value = this.value(row, column);
    return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
  }

  /** Text without blanks around it, `""` where there is none; a number is written as text where it is a whole one. */
  text(row: number, column: Column): string {
    const value = this.value(row, column);
    if (value === undefined || value === null) return "";
    if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
    if (typeof value !== "string") throw unexpected("WrongType", this.where(row, column), "text", value, row);
    if (value.includes("\ufffd"))
      this.refuse("NotText", row, column, "text without U+FFFD, which stands for lost bytes");
    return value.trim();
  }

  /** Text that must be there. */
  word(row: number, column: Column, expected: string): string {
    const text = this.text(row, column);
    if (text === "") this.refuse("Missing", row, column, expected);
    return text;
  }

  /** A finite number that must be there: NaN and infinities, in words or of 1e999, are none. */
  number(row: number, column: Column): number {
    const number = this.isEmpty(row, column) ? NaN : this.plainNumber(row, column);
    return Number.isFinite(number) ? number : this.refuse("NotFinite", row, column, "a finite number");
  }

  /** A number, as such or as text; NaN where it is neither. */
  plainNumber(row: number, column: Column): number {
    const value = this.value(row, column);
    if (typeof value === "number") return value;
    return typeof value === "string" && isNumber(value.trim()) ? Number(value) : NaN;
  }

  /** One of `words`, in any case. */
  oneOf<Word extends string>(
    row: number,
    column: Column,
    words: readonly Word[],
    code: string,
    expected = listed(words),
  ): Word {
    const text = this.text(row, column).toLowerCase();
    return words.find((word) => word.toLowerCase() === text) ?? this.refuse(code, row, column, expected);
  }

  /** Refuses a cell: `MissingColumn` where no row has the column, `Missing` where the cell is empty, otherwise `code`. */
  refuse(code: string, row: number, column: Column, expected: string): never {
    if (!this.columns.has(column)) {
      const problem = `expected a column ${column}: ${this.where(row)} needs ${expected}`;
      throw new MarginError("MissingColumn", this.name, problem, { row });
    }
    const value = this.value(row, column);
    if (this.isEmpty(row, column)) {
      const problem = `expected ${expected}, was empty`;
      throw new MarginError("Missing", this.where(row, column), problem, { row, value });
    }
    throw unexpected(code, this.where(row, column), expected, value, row);
  }
}

export const listed = (words: readonly string[]) => `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

/** Columns of a text's header that are none of `known`, as they are written there. */
export function columnsBeside(text: string, name: string, known: readonly string[]): string[] {
  const [header = ""] = /^\s*[^\r\n]+/.exec(text) ?? [];
  const words = new Set(known.map((column) => column.toLowerCase()));
  return parseCsv(header, name, SEPARATORS).names.filter((column) => !words.has(column.toLowerCase()));
}

/** Place of each known column among the names of a header or an object. */
function columnsOf<Column extends string>(
  names: readonly string[],
  known: readonly Column[],
  where: string,
  row?: number,
): Map<Column, number> {
  const at = new Map<Column, number>();
  names.forEach((name, i) => {
    const column = known.find((one) => one.toLowerCase() === name.toLowerCase());
    if (column === undefined) return;
    const other = at.get(column);
    if (other !== undefined) {
      const problem = `the column ${column} is there twice, as ${short(names[other])} and ${short(name)}`;
      throw new MarginError("DuplicateName", where, problem, row === undefined ? {} : { row });
    }
    at.set(column, i);
  });
  return at;
}
