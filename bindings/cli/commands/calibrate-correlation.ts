/** `margin-core calibrate correlation`: covariance and correlation of a file of returns or prices. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { MarginError } from "../../error.ts";
import {
  ESTIMATORS,
  REPAIRS,
  type CorrelationFit,
  type CorrelationOptions,
  type Estimator,
  type RepairMethod,
} from "../../lab/correlation-types.ts";
import { dateOf } from "../../lab/returns.ts";
import { correlationPage } from "../../report/correlation-page.ts";
import { json } from "../json.ts";
import { correlationReport } from "../print-correlation.ts";
import { GAPS, readReturns, type Gaps, type ReturnsFile } from "../returns.ts";
import { toNumber } from "../rows.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  estimator?: Estimator;
  lambda?: number;
  halflife?: number;
  repair?: RepairMethod;
  columns?: string[];
  from?: string;
  to?: string;
  last?: number;
  prices?: true;
  gaps?: Gaps;
  out?: string;
  picture?: string;
  json?: true;
}

const EXAMPLES = `
Examples:
  $ margin-core calibrate correlation returns.csv.gz --last 250
  $ margin-core calibrate correlation closes.csv --columns BTC,ETH,SOL --from 2024-03-16 --picture correlation.html
  $ margin-core calibrate correlation hourly.csv --estimator ewma --halflife 72 --json

The file is CSV with a header, or JSON objects; gzip is unpacked. Either a column of returns for each name, beside
date (or ts, time), or one price a row: date (or ts, time), coin (or symbol, name), close (or price). Prices become
log returns between the dates that all names have. docs/correlations.md tells what each estimator does.`;

export function correlation(parent: Command, terminal: Terminal): void {
  parent
    .command("correlation")
    .summary("estimate correlations from returns or prices")
    .description("Estimates covariance and correlation of several names, and prints how well they are conditioned.")
    .argument("[file]", "returns or prices; - or none: what is piped in", "-")
    .addOption(
      new Option("--estimator <name>", "default: constant-correlation up to 20 names, qis above").choices(ESTIMATORS),
    )
    .addOption(
      new Option("--lambda <n>", "of ewma: what a row keeps of its weight (default: 0.97, hourly 0.99)")
        .argParser(share)
        .conflicts("halflife"),
    )
    .option("--halflife <rows>", "of ewma: rows after which a weight has halved", positive)
    .addOption(
      new Option("--repair <method>", "for an estimate that is not positive semidefinite (default: refuse)").choices(
        REPAIRS,
      ),
    )
    .option("--columns <names>", "only these names, separated by commas", list)
    .option("--from <date>", "returns of this day or moment and later", date)
    .option("--to <date>", "returns up to this day or moment", date)
    .option("--last <n>", "only the last n returns", whole)
    .option("--prices", "the columns of the file are prices")
    .addOption(
      new Option(
        "--gaps <rule>",
        "missing dates or cells: leave returns across them out, refuse, or keep them as one step (default: drop for prices, refuse for returns)",
      ).choices(GAPS),
    )
    .option("--out <file>", "write the estimate as JSON")
    .option("--picture <file>", "write a heat map as one HTML file")
    .option("--json", "print the estimate as JSON")
    .addHelpText("after", EXAMPLES)
    .action((file: string, options: Options) => run(file, options, terminal));
}

async function run(file: string, options: Options, terminal: Terminal): Promise<void> {
  const read = await readReturns(file, options, terminal);
  const fit = fitted(read, options, terminal);
  const written: [file: string | undefined, text: () => string][] = [
    [options.out, () => `${json(fit)}\n`],
    [options.picture, () => page(read, fit, terminal)],
  ];
  // all texts first: nothing is written where one of them fails
  const ready = written.flatMap(([name, text]) => (name === undefined ? [] : [[name, text()] as const]));
  for (const [name, text] of ready) terminal.write(name, text);
  if (options.json) return terminal.print(json(fit));
  const parts = [correlationReport(fit, read.notes, terminal.colours)];
  if (ready.length > 0) parts.push(`Wrote ${ready.map(([name]) => name).join(", ")}.`);
  terminal.print(parts.join("\n\n"));
}

/** What is wrong with the returns is said of the file. */
function fitted({ file, returns }: ReturnsFile, options: Options, { lab }: Terminal): CorrelationFit {
  const chosen: CorrelationOptions = {
    ...(options.estimator === undefined ? {} : { estimator: options.estimator }),
    ...(options.lambda === undefined ? {} : { lambda: options.lambda }),
    ...(options.halflife === undefined ? {} : { halfLife: options.halflife }),
    ...(options.repair === undefined ? {} : { repair: options.repair }),
  };
  try {
    return lab.calibrate.correlation(returns, chosen);
  } catch (error) {
    if (!(error instanceof MarginError)) throw error;
    const problem = error.message.slice(error.field.length + 2);
    const option = /^options\.(\w+)/.exec(error.field)?.[1];
    const field = option === undefined ? file : `--${option.toLowerCase()}`;
    const hint = error.code === "NotPositiveSemidefinite" ? " (--repair)" : "";
    throw new MarginError(error.code, field, problem + hint, { cause: error, value: error.value });
  }
}

function page({ file, notes }: ReturnsFile, fit: CorrelationFit, { host }: Terminal): string {
  return correlationPage(fit, {
    script: host.readOwn("correlation-page.js"),
    source: file.replace(/^.*[/\\]/, ""),
    notes,
  });
}

function share(text: string): number {
  const value = toNumber(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("expected a number between 0 and 1");
  return value;
}
function positive(text: string): number {
  const value = toNumber(text);
  if (!(value > 0)) throw new InvalidArgumentError("expected a number > 0");
  return value;
}
function whole(text: string): number {
  const value = toNumber(text);
  if (!(Number.isInteger(value) && value > 0)) throw new InvalidArgumentError("expected a whole number > 0");
  return value;
}
function date(text: string): string {
  if (Number.isNaN(dateOf(text)))
    throw new InvalidArgumentError("expected a day such as 2026-03-27, or an ISO 8601 moment with a zone");
  return text;
}
function list(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) throw new InvalidArgumentError("expected names separated by commas");
  return names;
}
