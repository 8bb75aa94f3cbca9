/** A file of returns, or of prices of several names → returns at common dates; what was left out is told. */
import { MarginError, unexpected } from "../error.ts";
import { dateOf, usualStep } from "../lab/returns.ts";
import type { Returns } from "../lab/correlation-types.ts";
import { number } from "../report/numbers.ts";
import { Rows, toNumber } from "./rows.ts";
import { UsageError, type Terminal } from "./terminal.ts";

export const GAPS = ["drop", "refuse", "keep"] as const;
export type Gaps = (typeof GAPS)[number];

export interface ReturnsChoice {
  columns?: string[];
  /** A day or a moment; of a day all of it counts. */
  from?: string;
  to?: string;
  last?: number;
  /** The columns of a wide file are prices. */
  prices?: boolean;
  /** Default: `drop` for prices, `refuse` for returns. */
  gaps?: Gaps;
}
export interface ReturnsFile {
  file: string;
  returns: Returns;
  /** How the returns were made of the file, for a reader. */
  notes: string[];
}

const SEPARATORS = [",", ";", "\t"];
const DATES = ["date", "ts", "time"];
const NAMES = ["coin", "symbol", "name"];
const CLOSES = ["close", "price"];
const DAY_MS = 86_400_000;

/** One moment of the file: a value of each name, null where there is none. */
interface Line {
  at: number;
  text: string;
  values: (number | null)[];
  where: (name: string) => string;
}

export async function readReturns(file: string, choice: ReturnsChoice, terminal: Terminal): Promise<ReturnsFile> {
  const name = file === "-" ? "stdin" : file;
  const rows = Rows.parse(await terminal.read(file), name, SEPARATORS);
  refuseHeaderless(rows);
  const column = (names: string[]) => names.find((one) => rows.has(one));
  const [date, who, close] = [column(DATES), column(NAMES), column(CLOSES)];
  if (rows.count === 0) throw new MarginError("TooFewRows", name, "has no rows");
  if (who !== undefined && close !== undefined) {
    if (date === undefined)
      throw new MarginError("Missing", name, `no column ${DATES.join(" or ")}: prices of several names need it`);
    return ofPrices(name, ...long(rows, date, who, close, choice), choice, terminal);
  }
  const names = namesOf(
    rows,
    rows.columns.filter((one) => one !== date),
    choice,
  );
  const lines = wide(rows, date, names, choice);
  return choice.prices === true
    ? ofPrices(name, names, lines, choice, terminal)
    : ofReturns(name, names, lines, choice, date);
}

/** Without a header the first row would be taken for one, and be lost. Names may be numbers where a date beside them is named. */
function refuseHeaderless({ file, isCsv, columns }: Rows): void {
  const isFigure = (name: string) => name === "" || !Number.isNaN(toNumber(name)) || !Number.isNaN(dateOf(name));
  if (isCsv && columns.every(isFigure))
    throw unexpected("MissingHeader", `${file}: line 1`, "a header, with names of columns", columns.join(" "));
}

/** So many returns of one name are not all above 0 by chance. */
const MANY = 20;

/**
 * Prices that are taken for returns have a correlation too, and a wrong one. No series of returns more than doubles its price in every row.
 *
 * @returns what may be meant otherwise
 */
function priceNotes(file: string, names: readonly string[], lines: readonly Line[]): string[] {
  const lowest = names.map((_, i) =>
    lines.reduce((least, { values }) => Math.min(least, values[i] ?? Infinity), Infinity),
  );
  const price = lowest.findIndex((least) => least > 1 && least < Infinity);
  if (price >= 0)
    throw new MarginError(
      "LooksLikePrices",
      file,
      `every value of ${names[price]} is above 1, which would be a return of more than 100 % in each row: --prices takes the columns as prices`,
      { value: lowest[price] },
    );
  const positive = lines.length < MANY ? [] : names.filter((_, i) => lowest[i]! > 0);
  return positive.length === 0
    ? []
    : [`every value of ${positive.join(", ")} is above 0: if they are prices, --prices says so`];
}

/** Those that were asked for, in that order; all without `columns`. */
function namesOf(rows: Rows, all: readonly string[], { columns }: ReturnsChoice): string[] {
  if (columns === undefined) return [...all];
  const twice = columns.find((name, i) => columns.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`--columns: ${twice} stands twice`);
  const unknown = columns.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw unexpected("UnknownName", `${rows.file}: --columns`, `names of ${all.join(", ")}`, unknown);
  return columns;
}

function momentIn(rows: Rows, row: number, date: string): number {
  const text = rows.cell(row, date);
  const at = dateOf(text);
  if (Number.isNaN(at))
    throw unexpected("BadText", rows.where(row, date), "a date, or an ISO 8601 moment with a zone", text, row);
  return at;
}

function inOrder(at: number, before: number, rows: Rows, row: number, date: string, whose: string): void {
  if (at > before) return;
  const text = String(rows.cell(row, date));
  const [code, problem] =
    at === before
      ? ["DuplicateDate", `${text} is there twice${whose}`]
      : ["DatesNotSorted", `dates have to rise${whose}: ${text} comes after a later one`];
  throw new MarginError(code, rows.where(row, date), problem, { row, value: text });
}

/** A number of the file; null where the cell is empty. */
function valueIn(rows: Rows, row: number, column: string, isPrice: boolean): number | null {
  const cell = rows.cell(row, column);
  if (cell === undefined || cell === null) return null;
  const value = typeof cell === "number" ? cell : typeof cell === "string" ? toNumber(cell) : NaN;
  if (!Number.isFinite(value))
    throw unexpected("NotFinite", rows.where(row, column), isPrice ? "a price" : "a return", cell, row);
  if (isPrice && !(value > 0)) throw unexpected("OutOfRange", rows.where(row, column), "a price > 0", cell, row);
  return value;
}

function wide(rows: Rows, date: string | undefined, names: string[], choice: ReturnsChoice): Line[] {
  const isPrice = choice.prices === true;
  let before = -Infinity;
  return Array.from({ length: rows.count }, (_, row): Line => {
    const at = date === undefined ? row : momentIn(rows, row, date);
    if (date !== undefined) inOrder(at, before, rows, row, date, "");
    before = at;
    return {
      at,
      text: date === undefined ? "" : String(rows.cell(row, date)),
      values: names.map((name) => valueIn(rows, row, name, isPrice)),
      where: (name) => rows.where(row, name),
    };
  });
}

function long(
  rows: Rows,
  date: string,
  who: string,
  close: string,
  choice: ReturnsChoice,
): [names: string[], lines: Line[]] {
  const found = Array.from({ length: rows.count }, (_, row) => rows.cell(row, who));
  found.forEach((name, row) => {
    if (typeof name !== "string") throw unexpected("WrongType", rows.where(row, who), "a name", name, row);
  });
  const names = namesOf(rows, [...new Set(found as string[])], choice);
  const place = new Map(names.map((name, i) => [name, i]));
  const before = names.map(() => -Infinity);
  const lines = new Map<number, Line>();
  found.forEach((name, row) => {
    const i = place.get(name as string);
    if (i === undefined) return;
    const at = momentIn(rows, row, date);
    inOrder(at, before[i]!, rows, row, date, ` for ${name as string}`);
    before[i] = at;
    let line = lines.get(at);
    if (line === undefined) {
      const text = String(rows.cell(row, date));
      line = { at, text, values: names.map(() => null), where: (one) => `${rows.file}: ${text}, ${one}` };
      lines.set(at, line);
    }
    line.values[i] = valueIn(rows, row, close, true);
  });
  return [names, [...lines.values()].sort((a, b) => a.at - b.at)];
}

const isWhole = ({ values }: Line) => values.every((value) => value !== null);
const firstGap = (names: string[], { values, where }: Line) => where(names[values.indexOf(null)]!);
const count = (n: number, one: string, many = `${one}s`) => `${number(n, 0)} ${n === 1 ? one : many}`;

function within<T extends { at: number }>(all: T[], { from, to }: ReturnsChoice): T[] {
  const first = from === undefined ? -Infinity : dateOf(from);
  const last = to === undefined ? Infinity : dateOf(to) + (to.includes("T") ? 0 : DAY_MS - 1);
  return all.filter(({ at }) => at >= first && at <= last);
}

interface Step {
  at: number;
  text: string;
  values: number[];
}

/** The last of them, as a document; with dates where there are any. */
function document(file: string, names: string[], steps: Step[], choice: ReturnsChoice, notes: string[]): ReturnsFile {
  const { last } = choice;
  const used = last === undefined ? steps : steps.slice(-last);
  if (last !== undefined && last > steps.length)
    throw unexpected("TooFewRows", file, `${last} returns (--last)`, steps.length);
  if (used.length < steps.length) notes.push(`the last ${number(used.length, 0)} of ${count(steps.length, "return")}`);
  const dates = used.map(({ text }) => text);
  return {
    file,
    notes,
    returns: { names, rows: used.map(({ values }) => values), ...(dates[0] === "" ? {} : { dates }) },
  };
}

function ofReturns(
  file: string,
  names: string[],
  lines: Line[],
  choice: ReturnsChoice,
  date: string | undefined,
): ReturnsFile {
  const { gaps = "refuse" } = choice;
  if (gaps === "keep") throw new UsageError("--gaps keep is for prices: a return that is missing cannot be kept");
  if (date === undefined && (choice.from !== undefined || choice.to !== undefined))
    throw new UsageError(`--from and --to need dates: ${file} has no column ${DATES.join(" or ")}`);
  const asked = within(lines, choice);
  const whole = asked.filter(isWhole);
  const notes = ["returns as in the file", ...priceNotes(file, names, lines)];
  if (whole.length < asked.length) {
    if (gaps === "refuse") {
      const place = firstGap(
        names,
        asked.find((line) => !isWhole(line))!,
      );
      throw new MarginError("Missing", place, "no return; --gaps drop leaves such rows out");
    }
    notes.push(`${count(asked.length - whole.length, "row")} with an empty cell left out`);
  }
  const steps = whole.map(({ at, text, values }) => ({ at, text, values: values as number[] }));
  return document(file, names, steps, choice, notes);
}

/** Log returns between dates that every name has. */
function ofPrices(file: string, names: string[], lines: Line[], choice: ReturnsChoice, { lab }: Terminal): ReturnsFile {
  const { gaps = "drop" } = choice;
  const whole = lines.filter(isWhole);
  if (whole.length < 2)
    throw new MarginError("TooFewRows", file, `no two dates at which each of ${names.join(", ")} has a price`);
  const step = usualStep(whole.map(({ at }) => at));
  const notes = [
    `log returns of ${names.length === 1 ? "its price" : "prices"} at the dates that all names have, ` +
      `${whole[0]!.text} to ${whole.at(-1)!.text}, ${stepWords(step)} apart`,
  ];
  const between = within(
    lines.filter((line) => line.at > whole[0]!.at && line.at < whole.at(-1)!.at),
    choice,
  );
  const partial = between.find((line) => !isWhole(line));
  if (partial !== undefined) {
    if (gaps === "refuse") throw new MarginError("Missing", firstGap(names, partial), "no price at that date");
    const left = between.filter((line) => !isWhole(line)).length;
    notes.push(`${count(left, "date")} between them left out, at which not all have a price`);
  }
  const returns = lab.correlation.logReturns(whole.map(({ values }) => values as number[]));
  const all = whole.slice(1).map(({ at, text }, t) => ({
    at,
    text,
    isLong: at - whole[t]!.at > step,
    values: returns[t]!,
  }));
  const asked = within(all, choice);
  const long = asked.filter(({ isLong }) => isLong);
  if (long.length > 0) {
    const across = `${count(long.length, "return")} across more than ${stepWords(step)}`;
    if (gaps === "refuse")
      throw new MarginError(
        "Missing",
        `${file}: ${long[0]!.text}`,
        `${across}, this the first: --gaps drop leaves them out, keep takes them as one step`,
      );
    notes.push(gaps === "drop" ? `${across} left out` : `${across} kept as one step each`);
  }
  const steps = gaps === "keep" ? asked : asked.filter(({ isLong }) => !isLong);
  return document(file, names, steps, choice, notes);
}

function stepWords(step: number): string {
  const units: [ms: number, name: string][] = [
    [DAY_MS, "day"],
    [3_600_000, "hour"],
    [60_000, "minute"],
    [1000, "second"],
  ];
  const [ms, name] = units.find(([size]) => step >= size) ?? [1, "millisecond"];
  const much = Number((step / ms).toPrecision(4));
  return `${much} ${much === 1 ? name : `${name}s`}`;
}
