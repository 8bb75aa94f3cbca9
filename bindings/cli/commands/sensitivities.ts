/** `margin-core simm` and `margin-core frtb`: the margin of sensitivities, from the total down to the factors of every bucket. */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { Market } from "../../documents/market.ts";
import type { MarginModel } from "../../documents/model.ts";
import type { Requirement } from "../../documents/requirement.ts";
import { parseDocument } from "../../documents/check.ts";
import { MarginError } from "../../error.ts";
import { CRIF_COLUMNS, parseCrif, type CrifRecord } from "../../formats/crif.ts";
import { CURRENCY_WORDS, isCurrency } from "../../formats/currencies.ts";
import { FRTB_COLUMNS, parseFrtb, type FrtbRecord } from "../../formats/frtb.ts";
import { columnsBeside } from "../../formats/table.ts";
import { frtbDocuments, frtbModel } from "../../models/frtb/index.ts";
import { simmDocuments, simmModel, simmParameters, type SimmOptions } from "../../models/simm/index.ts";
import { decimalsOf, number } from "../../report/numbers.ts";
import { treeLines } from "../../report/tree.ts";
import { json } from "../json.ts";
import { inFiles, simmFile, type AmountCell } from "../places.ts";
import { assumptions, block, titled } from "../print.ts";
import { refuseBinary } from "../sources.ts";
import { UsageError, type Terminal } from "../terminal.ts";

interface Shown {
  json?: true;
  depth?: number;
  factors: number;
}
interface SimmArguments extends Shown {
  parameters: string;
  version?: string;
  horizon: "10" | "1";
  side: "call" | "post";
  currency: string;
}
interface FrtbArguments extends Shown {
  divideFxCurvature?: true;
  cryptoScenarios?: true;
}

const SIMM_EXAMPLES = `
Examples:
  $ margin-core simm crif.csv --parameters my-licensed-tables.json --version 2.5
  $ margin-core simm crif.csv.gz --parameters tables.json --horizon 1 --side post --depth 3
  $ margin-core simm crif.csv --parameters tables.json --json | jq .initial

The tables of SIMM are ISDA's and do not come with this program: docs/sensitivities.md says what the file of parameters holds.`;

const FRTB_EXAMPLES = `
Examples:
  $ margin-core frtb sensitivities.csv
  $ margin-core frtb sensitivities.csv --depth 2
  $ margin-core frtb sensitivities.csv --json | jq .outputs

Columns: riskClass (equity, commodity, fx, crypto), measure (delta, vega, curvature), bucket; amount, or cvrUp and cvrDown; and those
that tell a factor: name, factor, location, tenor, optionTenor, divisible. Which of them a row has: docs/sensitivities.md, with a file to
start from, examples/sensitivities/frtb.csv. All amounts are in the reporting currency, USD.`;

export function simm(program: Command, terminal: Terminal): void {
  shown(
    program
      .command("simm")
      .summary("initial margin of sensitivities in CRIF, with the tree that explains it")
      .description(
        "Computes the ISDA SIMM of CRIF records with the tables of a file that you have, and prints what it is made of.",
      )
      .argument("[crif]", "CRIF records, CSV or TSV, .gz too; - or none: what is piped in")
      .requiredOption("--parameters <file>", "tables of SIMM, JSON: one version, or several under `versions`")
      .option(
        "--version <v>",
        "version of the tables, where the file has several; else it must be theirs, or names them",
      )
      .addOption(new Option("--horizon <days>", "margin period of risk").choices(["10", "1"]).default("10"))
      .addOption(
        new Option("--side <side>", "the party that calls for margin, or that posts it")
          .choices(["call", "post"])
          .default("call"),
      )
      .option(
        "--currency <code>",
        "calculation currency: its own FX risk does not count; amounts stay in USD",
        currency,
        "USD",
      ),
    SIMM_EXAMPLES,
  ).action((file: string | undefined, options: SimmArguments) => runSimm(file, options, terminal));
}

export function frtb(program: Command, terminal: Terminal): void {
  shown(
    program
      .command("frtb")
      .summary("capital of sensitivities by the Basel method, with the tree that explains it")
      .description(
        "Computes the Basel sensitivities-based method (MAR21; cryptoassets: SCO60) and prints what it is made of.",
      )
      .argument("[rows]", "rows of sensitivities, CSV or TSV, .gz too; - or none: what is piped in")
      .option("--divide-fx-curvature", "divide curvature of FX by 1.5 where a row is divisible")
      .option("--crypto-scenarios", "put correlations inside a coin through the three scenarios too"),
    FRTB_EXAMPLES,
  ).action((file: string | undefined, options: FrtbArguments) => runFrtb(file, options, terminal));
}

const shown = (command: Command, examples: string): Command =>
  command
    .option("--depth <n>", "levels of the tree to print (default: all)", count)
    .option("--factors <n>", "factors to name in each bucket", count, 3)
    .option("--json", "print the requirement document")
    .addHelpText("after", examples);

async function runSimm(file: string | undefined, options: SimmArguments, terminal: Terminal): Promise<void> {
  const { version, side, currency: calculationCurrency } = options;
  const horizon = options.horizon === "1" ? 1 : 10;
  const tables = await terminal.read(options.parameters);
  const parameters = simmParameters(parseDocument(tables, options.parameters), version, options.parameters);
  const [text, name] = await rowsOf(file, terminal);
  const records = parseCrif(text, name);
  const settled: SimmOptions = { horizon, side, calculationCurrency };
  const model = simmModel(parameters, settled);
  const isHigh = parameters.fx.highVolCurrencies.includes(calculationCurrency);
  const files = {
    ...{ text, name, amountAt: crifAmount(records) },
    parameter: simmFile(options.parameters, isHigh ? "rhoCalcCcyHigh" : "rhoCalcCcyRegular"),
  };
  const computed = inFiles(files, () => {
    const { market, portfolio } = simmDocuments(records, parameters);
    return { model, market, requirement: terminal.core.margin(model, market, portfolio, { exact: false }) };
  });
  const title =
    `SIMM ${parameters.version}: ${horizon}-day margin, ${side} side, ` +
    `calculation currency ${calculationCurrency}, amounts in ${model.currency}`;
  const notes = [...passedOver(text, name, CRIF_COLUMNS), ...strangers(currenciesOf(records))];
  print(title, records.length, computed, notes, options, terminal);
}

/** A record is a position; a plain number may stand under Amount. */
const crifAmount =
  (records: readonly CrifRecord[]): AmountCell =>
  (position, table) => {
    const { row, riskType } = records[position]!;
    const isPlain = riskType === "Param_AddOnNotionalFactor" || riskType === "Param_ProductClassMultiplier";
    return [row, isPlain && !table.isEmpty(row, "Amount") ? "Amount" : "AmountUSD"];
  };

async function runFrtb(file: string | undefined, options: FrtbArguments, terminal: Terminal): Promise<void> {
  const { divideFxCurvature = false, cryptoScenarios = false } = options;
  const [text, name] = await rowsOf(file, terminal);
  const records = parseFrtb(text, name);
  const model = frtbModel({ divideFxCurvature, cryptoScenarios });
  const { market, portfolio } = frtbDocuments(records);
  const requirement = inFiles({ text, name, amountAt: frtbAmount(records) }, () =>
    terminal.core.margin(model, market, portfolio, { exact: false }),
  );
  const title = `Basel sensitivities-based method, reporting currency ${model.currency}`;
  const codes = records.flatMap(({ riskClass, bucket }) => (riskClass === "fx" ? inThrees(bucket) : []));
  const notes = [...passedOver(text, name, FRTB_COLUMNS), ...strangers(codes)];
  if (divideFxCurvature && !records.some((record) => record.measure === "curvature" && record.divisible))
    notes.push("--divide-fx-curvature changes nothing: no row is divisible");
  if (cryptoScenarios && !records.some(({ riskClass }) => riskClass === "crypto"))
    notes.push("--crypto-scenarios changes nothing: no row is of crypto");
  print(title, records.length, { requirement, model, market }, notes, options, terminal);
}

/** A record of curvature is two positions. */
function frtbAmount(records: readonly FrtbRecord[]): AmountCell {
  const cells = records.flatMap(({ measure, row }): [number, string][] =>
    measure === "curvature"
      ? [
          [row, "cvrUp"],
          [row, "cvrDown"],
        ]
      : [[row, "amount"]],
  );
  return (position) => cells[position]!;
}

async function rowsOf(file: string | undefined, terminal: Terminal): Promise<[text: string, name: string]> {
  if (file === undefined && terminal.host.stdinIsTerminal)
    throw new UsageError("needs a file of rows, or rows piped in");
  const name = file === undefined || file === "-" ? "stdin" : file;
  const text = await terminal.read(file ?? "-");
  refuseBinary(text, name, "CSV");
  if (text.trim() === "") throw new MarginError("Empty", name, "is empty");
  return [text, name];
}

function print(
  title: string,
  records: number,
  { requirement, model, market }: { requirement: Requirement; model: MarginModel; market: Market },
  notes: readonly string[],
  { json: asJson, depth, factors }: Shown,
  terminal: Terminal,
): void {
  if (asJson) return terminal.print(json(requirement));
  const { bold, dim } = terminal.colours;
  const { initial, outputs = {}, currency: unit } = requirement;
  const text = (value: number) => `${number(value, decimalsOf(unit, Math.abs(initial)))} ${unit}`;
  const counts = `${counted(records, "record", "records")}, ${counted(market.instruments.length, "sensitivity", "sensitivities")}`;
  const head = `${bold(title)} ${dim(`(${counts})`)}`;
  const further = Object.entries(outputs).map(
    ([name, value]) => `${name === "addOn" ? "add-ons" : name === "simm" ? "SIMM" : name} ${text(value)}`,
  );
  const lines = treeLines(requirement, {
    ...{ model, market, brief: true, shares: factors, roots: { initial: "Total" } },
    ...(depth === undefined ? {} : { depth }),
  });
  const parts = [[head, ...notes.map(dim)].join("\n"), `  ${bold(text(initial))}  ${dim(further.join(", "))}`];
  parts.push(titled("What it is made of", block(lines, terminal.colours), terminal.colours));
  if (isConcentrated(requirement))
    parts.push(
      dim("Shares of concentrated factors hold the concentration fixed: the margin grows faster than they do."),
    );
  const assumed = assumptions(model, terminal.colours);
  if (assumed !== "") parts.push(assumed);
  terminal.print(`${parts.join("\n\n")}\n`);
}

/** So many columns are named. */
const MOST_COLUMNS = 6;

/** Columns that are not read: a slip in the name of one that may be left out would else show nowhere. */
function passedOver(text: string, name: string, known: readonly string[]): string[] {
  const others = columnsBeside(text, name, known);
  if (others.length === 0) return [];
  const more = others.length > MOST_COLUMNS ? ` and ${others.length - MOST_COLUMNS} more` : "";
  return [`columns passed over: ${others.slice(0, MOST_COLUMNS).join(", ")}${more}`];
}

const inThrees = (codes: string) => codes.match(/.{3}/g) ?? [];

/** Codes of currencies that records of rates and FX are of. */
const currenciesOf = (records: readonly CrifRecord[]): string[] =>
  records.flatMap(({ riskType, qualifier }) =>
    /^Risk_(?:IR|FX|Inflation|XCcy)/.test(riskType) ? inThrees(qualifier) : [],
  );

/** Three letters that are no currency have a weight as any other: a slip would else show nowhere. */
function strangers(codes: readonly string[]): string[] {
  const unknown = [...new Set(codes.filter((code) => !isCurrency(code)))].sort();
  return unknown.length === 0 ? [] : [`no currencies of ISO 4217, taken as given: ${unknown.join(", ")}`];
}

const counted = (n: number, one: string, more: string) => `${n} ${n === 1 ? one : more}`;

const isConcentrated = ({ nodes = [] }: Requirement) =>
  nodes.some(({ groups }) => groups.some(({ fixed }) => fixed === true));

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("expected a whole number, at least 0");
  return value;
}

function currency(text: string): string {
  const code = text.toUpperCase();
  if (isCurrency(code)) return code;
  throw new InvalidArgumentError(`expected ${CURRENCY_WORDS}`);
}
