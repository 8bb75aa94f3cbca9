/** `margin-core calibrate`: what a model needs, from what the market quotes. Its `surface`: free of arbitrage, fitted to quotes. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { parseDocument } from "../../documents/check.ts";
import { milliseconds } from "../../documents/moment.ts";
import { checkFit } from "../../lab/surface-options.ts";
import { MarginError, unexpected } from "../../error.ts";
import type { SurfaceEvent, SurfaceFit, SurfaceOptions } from "../../lab/types.ts";
import { surfacePage } from "../../report/surface-page.ts";
import { json } from "../json.ts";
import { droppedTable, surfaceReport } from "../print-surface.ts";
import { marketWithSurface } from "../quoted-market.ts";
import { readQuotes, type Quoted } from "../quotes.ts";
import { toNumber } from "../rows.ts";
import { UsageError, type Terminal } from "../terminal.ts";
import { correlation } from "./calibrate-correlation.ts";

interface Options {
  asOf?: string;
  payoff: SurfaceOptions["payoff"];
  maxAge?: number;
  previous?: string;
  events?: string;
  out?: string;
  surfaceOnly?: true;
  fit?: string;
  plot?: string;
  dropped?: true;
  json?: true;
}

const EXAMPLES = `
Examples:
  $ margin-core calibrate surface chain.csv --plot surface.html
  $ margin-core calibrate surface instruments.json summaries.json index.json --out market.json
  $ margin-core calibrate surface chain.csv --as-of 2026-02-05T22:00:00Z --previous fit.json --fit fit.json

Quotes are CSV with a header, or JSON objects: underlying, expiry, strike, type (C or P), bid, ask, and as far as
there are any ts, forward (or fwd), index, instrument, mark, mark_iv. Of a file with several moments the last is
taken. Or they are responses of Deribit's public API: get_instruments, get_book_summary_by_currency,
get_index_price. docs/surfaces.md tells what the fit does, and how a model uses it.`;

export function calibrate(program: Command, terminal: Terminal): void {
  const parent = program
    .command("calibrate")
    .summary("fit a volatility surface to quotes, or correlations to returns")
    .description("Fits what a model needs to what the market quotes.")
    .helpCommand(false);
  surface(parent, terminal);
  correlation(parent, terminal);
}

function surface(parent: Command, terminal: Terminal): void {
  parent
    .command("surface")
    .summary("fit a volatility surface to quotes")
    .description("Fits an implied-volatility surface free of static arbitrage to quotes, and prints how well it fits.")
    .argument("[files...]", "quotes or responses; - or none: what is piped in")
    .option("--as-of <moment>", "take the quotes at or before (of responses: the moment of the market)", moment)
    .addOption(
      new Option("--payoff <kind>", "how bid and ask are paid").choices(["inverse", "linear"]).default("inverse"),
    )
    .option("--max-age <seconds>", "drop quotes that are older (default: none)", seconds)
    .option("--previous <file>", "fit before this one, which the new one is drawn to (written by --fit)")
    .option("--events <file>", "JSON list of scheduled events: { at, variance }; expiries behind one may get a mixture")
    .option("--out <file>", "write a market document with the surface")
    .option("--surface-only", "leave the options' own vols out of it")
    .option("--fit <file>", "write the whole fit as JSON")
    .option("--plot <file>", "write smiles and surface as one HTML file")
    .option("--dropped", "list each quote that was not used")
    .option("--json", "print the whole fit as JSON")
    .addHelpText("after", EXAMPLES)
    .action((files: string[], options: Options) => run(files, options, terminal));
}

async function run(files: string[], options: Options, terminal: Terminal): Promise<void> {
  const { payoff, maxAge, asOf } = options;
  if (options.surfaceOnly && options.out === undefined) throw new UsageError("--surface-only needs --out");
  const previous = options.previous === undefined ? undefined : fitOf(await document(options.previous, terminal));
  const events = options.events === undefined ? undefined : eventsOf(await document(options.events, terminal));
  const quoted = await readQuotes(files, { payoff, asOf }, terminal);
  const fit = fitted(quoted, { asOf: quoted.asOf, payoff, maxAge, previous, events, leaveOut: true }, terminal);
  const written: [file: string | undefined, text: () => string][] = [
    [
      options.out,
      () => `${json(marketWithSurface(quoted, fit, { payoff, surfaceOnly: options.surfaceOnly === true }))}\n`,
    ],
    [options.fit, () => `${json(fit)}\n`],
    [options.plot, () => page(quoted, fit, terminal)],
  ];
  // all texts first: nothing is written where one of them fails
  const ready = written.flatMap(([file, text]) => (file === undefined ? [] : [[file, text()] as const]));
  for (const [file, text] of ready) terminal.write(file, text);
  if (options.json) return terminal.print(json(fit));
  const parts = [surfaceReport(fit, quoted.rows, quoted.notes, terminal.colours)];
  if (options.dropped && fit.dropped.length > 0) parts.push(droppedTable(fit.dropped, quoted.rows, terminal.colours));
  if (ready.length > 0) parts.push(`Wrote ${ready.map(([file]) => file).join(", ")}.`);
  terminal.print(parts.join("\n\n"));
}

/** An expiry with too few quotes is left out and flagged. Where none is left, the error is that of the first. */
function fitted({ rows, files }: Quoted, options: SurfaceOptions, { lab }: Terminal): SurfaceFit {
  const quotes = rows.map(({ quote }) => quote);
  const isTooFew = (error: unknown) => error instanceof MarginError && error.code === "TooFewQuotes";
  try {
    try {
      return lab.calibrate.surface(quotes, options);
    } catch (error) {
      if (!isTooFew(error)) throw error;
      return lab.calibrate.surface(quotes, { ...options, leaveOut: false });
    }
  } catch (error) {
    if (!(error instanceof MarginError) || !error.field.startsWith("quotes")) throw error;
    const row = /^quotes\[(\d+)\]/.exec(error.field)?.[1];
    const all = files.length > 3 ? `${files[0]} and ${files.length - 1} more files` : files.join(", ");
    const place = row === undefined ? all : rows[Number(row)]!.where;
    throw new MarginError(error.code, place, error.message.slice(error.field.length + 2), { cause: error });
  }
}

function page({ rows, files }: Quoted, fit: SurfaceFit, { host }: Terminal): string {
  return surfacePage(fit, {
    script: host.readOwn("surface-page.js"),
    quotes: rows.map(({ quote }) => quote),
    source: files.map((file) => file.replace(/^.*[/\\]/, "")).join(", "),
  });
}

interface Named {
  file: string;
  json: unknown;
}
async function document(file: string, terminal: Terminal): Promise<Named> {
  const name = file === "-" ? "stdin" : file;
  return { file: name, json: parseDocument(await terminal.read(file), name) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

function fitOf({ file, json: fit }: Named): SurfaceFit {
  checkFit(fit, file, `${file}: `);
  return fit;
}

function eventsOf({ file, json: events }: Named): SurfaceEvent[] {
  if (!Array.isArray(events)) throw unexpected("WrongType", file, "a list of events", events);
  return events.map((event: unknown, i) => {
    const at = `${file}: [${i}]`;
    if (!isObject(event)) throw unexpected("WrongType", at, "an event: { at, variance }", event);
    if (typeof event["at"] !== "string" || Number.isNaN(milliseconds(event["at"])))
      throw unexpected("BadText", `${at}.at`, "an ISO 8601 moment with a zone", event["at"]);
    const { variance } = event;
    if (typeof variance !== "number" || !(variance >= 0 && variance < Infinity))
      throw unexpected("OutOfRange", `${at}.variance`, "a number, at least 0", variance);
    return { at: event["at"], variance };
  });
}

function moment(text: string): string {
  if (Number.isNaN(milliseconds(text)))
    throw new InvalidArgumentError("expected an ISO 8601 moment with a zone, such as 2026-03-27T08:00:00Z");
  return text;
}
function seconds(text: string): number {
  const value = toNumber(text);
  if (!(value >= 0)) throw new InvalidArgumentError("expected seconds, at least 0");
  return value;
}
