/** The options of one option contract, or of rows of them: from the command line, from a file, or from both. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { milliseconds, momentText } from "../documents/moment.ts";
import { MarginError, unexpected } from "../error.ts";
import { Rows, toNumber } from "./rows.ts";
import { UsageError, type Terminal } from "./terminal.ts";

const YEAR = 31_536_000_000; // milliseconds of 365 days
const DAYS = 365;

export interface ContractOptions {
  forward?: number;
  strike?: number;
  tau?: number;
  days?: number;
  expiry?: string;
  asOf?: string;
  discount?: number;
  call?: true;
  put?: true;
  coin?: true;
  json?: true;
}
/** Columns for the core: all of one contract, or one row each. */
export interface Columns {
  forward: Float64Array;
  strike: Float64Array;
  tau: Float64Array;
  callPut: Float64Array;
  discount: Float64Array;
  /** `vol` or `price`, whatever the command takes. */
  fourth: Float64Array;
}

/** Beyond 2000 % a vol was most likely meant in per cent. */
const MOST_VOL = 20;
/** Forwards and strikes between which the kernels of the Greeks hold: assembly/pricing/greeks.ts. */
const LEAST_PRICE = 1e-150;
const MOST_PRICE = 1e150;

/** What is not > 0 the core refuses. */
function refuseBeyond(value: number | undefined, where: string, row?: number): void {
  if (value !== undefined && (value > MOST_PRICE || (value > 0 && value < LEAST_PRICE)))
    throw unexpected("OutOfRange", where, `from ${LEAST_PRICE} to ${MOST_PRICE}`, value, row);
}

export function figure(text: string): number {
  const value = toNumber(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError("expected a number");
  return value;
}
/** @throws where a vol was most likely meant in per cent */
export function volatility(text: string): number {
  const value = toNumber(text, true);
  if (Number.isNaN(value)) throw new InvalidArgumentError("expected a number such as 0.6 or 60%");
  if (value > MOST_VOL) throw new InvalidArgumentError(`a vol of ${text} is ${value * 100} %; write 0.6 or 60%`);
  return value;
}
function moment(text: string): string {
  if (Number.isNaN(milliseconds(text)))
    throw new InvalidArgumentError("expected an ISO 8601 moment with a zone, such as 2026-03-27T08:00:00Z");
  return text;
}

export function contractOptions(command: Command): Command {
  return command
    .option("--forward <n>", "forward price at expiry, quote currency per coin", figure)
    .option("--strike <n>", "strike", figure)
    .addOption(
      new Option("--tau <years>", "years of 365 days to expiry").argParser(figure).conflicts(["days", "expiry"]),
    )
    .addOption(new Option("--days <n>", "days to expiry").argParser(figure).conflicts("expiry"))
    .option("--expiry <moment>", "moment of expiry", moment)
    .option("--as-of <moment>", "moment from which the time to --expiry counts (default: now)", moment)
    .option("--discount <n>", "value now of 1 at expiry (default: 1)", figure)
    .addOption(new Option("--call", "a call").conflicts("put"))
    .option("--put", "a put")
    .option("--coin", "inverse: paid in coin, undiscounted");
}

/** An input of a contract: the columns that may have it, and the option in words. */
interface Input {
  columns: readonly string[];
  option: string;
}

/** What one contract still lacks. */
function lacking(options: ContractOptions, fourth: string, value: number | undefined): Input[] {
  const missing: Input[] = (["forward", "strike"] as const)
    .filter((name) => options[name] === undefined)
    .map((name) => ({ columns: [name], option: `--${name}` }));
  if (options.tau === undefined && options.days === undefined && options.expiry === undefined)
    missing.push({ columns: ["days", "tau", "expiry"], option: "--days (or --tau, --expiry)" });
  if (value === undefined) missing.push({ columns: [fourth], option: `--${fourth}` });
  if (!options.call && !options.put) missing.push({ columns: ["callPut"], option: "--call or --put" });
  return missing;
}

const listed = (inputs: readonly Input[]) => inputs.map(({ option }) => option).join(", ");

/** A file without rows, or without a column that the options do not stand for, is none of contracts, whatever else is in it. */
function refuseNoTable(rows: Rows, missing: readonly Input[], fourth: string): void {
  if (rows.count === 0 && !rows.isCsv) throw new MarginError("Empty", rows.file, "has no rows");
  const absent = missing.filter(({ columns }) => !columns.some((column) => rows.has(column)));
  if (absent.length > 0) {
    const names = absent.map(({ columns: [first, ...others] }) =>
      others.length === 0 ? first : `${first} (or ${others.join(", ")})`,
    );
    const problem = `expected a column ${names.join(", ")}; or ${listed(absent)}`;
    throw new MarginError("MissingColumn", rows.file, problem);
  }
  const known = ["forward", "strike", ...TIMES, fourth, "callPut", "discount"];
  if (!known.some((column) => rows.has(column)))
    throw new MarginError("MissingColumn", rows.file, `expected one of the columns ${known.join(", ")}`);
  if (rows.count === 0) throw new MarginError("Empty", rows.file, "has a header and no rows");
}

/** The rows of a file or pipe; undefined where the options alone describe one contract. */
export async function rowsOf(
  file: string | undefined,
  options: ContractOptions,
  fourth: string,
  value: number | undefined,
  terminal: Terminal,
): Promise<Rows | undefined> {
  refuseBeyond(options.forward, "--forward");
  refuseBeyond(options.strike, "--strike");
  const missing = lacking(options, fourth, value);
  if (file === undefined && missing.length === 0) return undefined;
  const needed = `needs ${listed(missing)}; or a file of rows, or rows piped in`;
  if (file === undefined && terminal.host.stdinIsTerminal) throw new UsageError(needed);
  const text = await terminal.read(file ?? "-");
  if (text.trim() === "" && file === undefined) throw new UsageError(needed);
  const rows = Rows.parse(text, file === undefined || file === "-" ? "stdin" : file);
  refuseNoTable(rows, missing, fourth);
  return rows;
}

export function oneContract(options: ContractOptions, value: number, now: number): Columns {
  const column = (x: number) => Float64Array.of(x);
  return {
    forward: column(options.forward!),
    strike: column(options.strike!),
    tau: column(
      options.tau ?? (options.days !== undefined ? options.days / DAYS : yearsTo(options.expiry!, options, now)),
    ),
    callPut: column(options.call ? 1 : -1),
    discount: column(options.discount ?? 1),
    fourth: column(value),
  };
}

const yearsTo = (expiry: string, { asOf }: ContractOptions, now: number) =>
  (milliseconds(expiry) - (asOf === undefined ? now : milliseconds(asOf))) / YEAR;

/** Rows `from` to `to` as columns; what a row lacks the options give. */
export function manyContracts(
  rows: Rows,
  from: number,
  to: number,
  options: ContractOptions,
  fourth: string,
  value: number | undefined,
  now: number,
): Columns {
  const n = to - from;
  const fill = (
    name: string,
    otherwise: number | undefined,
    read: (row: number) => number | undefined,
  ): Float64Array => {
    const column = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const found = read(from + i) ?? otherwise;
      if (found === undefined)
        throw new MarginError("Missing", rows.where(from + i, name), `missing, and no --${name} was given`, {
          row: from + i,
        });
      column[i] = found;
    }
    return column;
  };
  const numbers = (name: string, otherwise: number | undefined) =>
    fill(name, otherwise, (row) => numberAt(rows, row, name));
  const side = options.call ? 1 : options.put ? -1 : undefined;
  const days = options.days === undefined ? options.tau : options.days / DAYS;
  return {
    forward: numbers("forward", options.forward),
    strike: numbers("strike", options.strike),
    tau: fill(
      "tau",
      days ?? (options.expiry === undefined ? undefined : yearsTo(options.expiry, options, now)),
      (row) => yearsAt(rows, row, options, now),
    ),
    callPut: fill("callPut", side, (row) => sideAt(rows, row)),
    discount: numbers("discount", options.discount ?? 1),
    fourth: numbers(fourth, value),
  };
}

function numberAt(rows: Rows, row: number, name: string): number | undefined {
  const cell = rows.cell(row, name);
  if (cell === undefined || cell === null) return undefined;
  const value = typeof cell === "number" ? cell : typeof cell === "string" ? toNumber(cell, name === "vol") : NaN;
  if (Number.isNaN(value)) throw unexpected("WrongType", rows.where(row, name), "a number", cell, row);
  if (name === "vol" && value > MOST_VOL)
    throw unexpected("VolTooLarge", rows.where(row, name), `at most ${MOST_VOL}, written 0.6 or 60%`, cell, row);
  if (name === "forward" || name === "strike") refuseBeyond(value, rows.where(row, name), row);
  return value;
}

const isThere = (rows: Rows, row: number, name: string) => (rows.cell(row, name) ?? undefined) !== undefined;

function yearsAt(rows: Rows, row: number, options: ContractOptions, now: number): number | undefined {
  const [given, other] = TIMES.filter((name) => isThere(rows, row, name));
  if (other !== undefined) {
    const problem = `${given} says the time already: give one of ${TIMES.join(", ")}`;
    throw new MarginError("Conflict", rows.where(row, other), problem, { row, value: rows.cell(row, other) });
  }
  const tau = numberAt(rows, row, "tau");
  if (tau !== undefined) return tau;
  const days = numberAt(rows, row, "days");
  if (days !== undefined) return days / DAYS;
  const expiry = rows.cell(row, "expiry");
  if (expiry === undefined || expiry === null) return undefined;
  if (typeof expiry !== "string" || Number.isNaN(milliseconds(expiry))) {
    throw unexpected(
      "BadText",
      rows.where(row, "expiry"),
      "an ISO 8601 moment with a zone, such as 2026-03-27T08:00:00Z",
      expiry,
      row,
    );
  }
  return yearsTo(expiry, options, now);
}

const SIDES: Record<string, number> = { "1": 1, "+1": 1, c: 1, call: 1, "-1": -1, "−1": -1, p: -1, put: -1 };

function sideAt(rows: Rows, row: number): number | undefined {
  const cell = rows.cell(row, "callPut");
  if (cell === undefined || cell === null) return undefined;
  const side = SIDES[String(cell).toLowerCase()];
  if (side === undefined)
    throw unexpected("CallPutNotOne", rows.where(row, "callPut"), '1, "call" or "C"; -1, "put" or "P"', cell, row);
  return side;
}

/** Runs `use` over the rows of one block; an error of the core then names the row in the file. */
function inRows<T>(rows: Rows, from: number, options: ContractOptions, now: number, use: () => T): T {
  try {
    return use();
  } catch (error) {
    const field = error instanceof MarginError ? /^([A-Za-z]+)\[(\d+)\]$/.exec(error.field) : null;
    if (!(error instanceof MarginError) || field === null) throw error;
    const row = from + Number(field[2]);
    const name = field[1] === "tau" ? TIMES.find((time) => isThere(rows, row, time)) : field[1]!;
    if (name === undefined) throw inOption(error, "tau", options, now);
    throw named(error, rows.where(row, name), name, rows.cell(row, name), options, now, row);
  }
}
/** Of one contract: `strike[0]` is `--strike`, and `tau[0]` the option that gives the time. */
export function inOptions<T>(options: ContractOptions, now: number, use: () => T): T {
  try {
    return use();
  } catch (error) {
    const name = error instanceof MarginError ? /^([A-Za-z]+)\[0\]$/.exec(error.field)?.[1] : undefined;
    throw name === undefined ? error : inOption(error as MarginError, name, options, now);
  }
}

/** Ways to say the time to expiry; a contract has one of them. */
const TIMES = ["tau", "days", "expiry"] as const;

function inOption(error: MarginError, column: string, options: ContractOptions, now: number): MarginError {
  const name = column === "tau" ? TIMES.find((time) => options[time] !== undefined)! : column;
  const value = name === column ? error.value : options[name as (typeof TIMES)[number]];
  return named(error, `--${name}`, name, value, options, now);
}

/** The error with the name and figure that were given, whatever the core has made of them. */
function named(
  error: MarginError,
  field: string,
  name: string,
  value: unknown,
  { asOf }: ContractOptions,
  now: number,
  row?: number,
): MarginError {
  const isOther = name === "days" || name === "expiry";
  const details = { cause: error, value: isOther ? value : error.value, ...(row === undefined ? {} : { row }) };
  const problem = error.message.slice(error.field.length + 2);
  if (name === "expiry") {
    const start = asOf === undefined ? `now, ${momentText(now)}; --as-of gives another moment` : `--as-of ${asOf}`;
    return new MarginError(error.code, field, `${String(value)} is not after ${start}`, details);
  }
  const said = isOther ? problem.replace(/, was .*$/, `, was ${String(value)}`) : problem;
  return new MarginError(error.code, field, said, details);
}

/** Rows that go through the core at once. */
const BLOCK = 16_384;

/**
 * All rows with the columns that `answer` adds to each block, as text; nothing is printed before every row is good.
 * A column never takes the place of one of the file: it is then called `priceComputed`.
 */
export function answerRows(
  rows: Rows,
  options: ContractOptions,
  now: number,
  names: string[],
  terminal: Terminal,
  answer: (from: number, to: number) => (row: number, name: string) => number | string | null,
): string {
  const isJson = options.json === true || !rows.isCsv;
  const titles = names.map((name) => (rows.has(name) ? `${name}Computed` : name));
  const parts: string[] = isJson ? [] : [rows.header(titles)];
  const progress = terminal.progress("rows", rows.count);
  try {
    for (let from = 0; from < rows.count; from += BLOCK) {
      const to = Math.min(from + BLOCK, rows.count);
      const value = inRows(rows, from, options, now, () => answer(from, to));
      parts.push(
        rows.text(
          from,
          to,
          names.map((name, i) => [titles[i]!, (row) => value(row - from, name)]),
          isJson,
        ),
      );
      progress.done(to);
    }
  } finally {
    progress.stop();
  }
  if (isJson) parts.push(rows.count === 0 ? "[]\n" : "\n]\n");
  return parts.join("");
}
