/** `margin-core margin`: the requirement of a portfolio, explained. */
import { InvalidArgumentError, type Command } from "commander";
import type { Market } from "../../documents/market.ts";
import type { Exposure, MarginModel } from "../../documents/model.ts";
import type { Portfolio } from "../../documents/portfolio.ts";
import type { Requirement } from "../../documents/requirement.ts";
import { MarginError } from "../../error.ts";
import { greekVectors, greekVectorsModel } from "../../models/greek-vectors.ts";
import { models } from "../../models/index.ts";
import { decimalsOf, number } from "../../report/numbers.ts";
import { hasEquity } from "../../report/tree.ts";
import { gather, modelOf, type Inputs } from "../documents.ts";
import { json } from "../json.ts";
import { report, table } from "../print.ts";
import { UsageError, type Terminal } from "../terminal.ts";

const DEFAULT_MODEL = "deribit-pm";

interface Options {
  model?: string;
  market?: string;
  portfolio?: string;
  asOf?: string;
  fractional?: true;
  json?: true;
  allModels?: true;
  greeks?: true;
  shareCount: number;
  matrices?: number;
}

const EXAMPLES = `
Examples:
  $ margin-core margin market.json portfolio.json
  $ margin-core margin --model my-model.json --market market.json < portfolio.json
  $ cat instruments.json summaries.json index.json positions.json account.json | margin-core margin
  $ margin-core margin market.json portfolio.json --json | jq .initial
  $ margin-core margin market.json portfolio.json --greeks --json | jq .exposures.vega

Files are told apart by their content: documents of margin-core, or responses of Deribit's API
(public get_instruments, get_book_summary_by_currency for options and futures, get_index_price;
private get_positions, get_account_summary), whole or only their result, several in one file or pipe.`;

export function margin(program: Command, terminal: Terminal): void {
  program
    .command("margin")
    .summary("the margin of a portfolio, with the tree that explains it")
    .description("Computes the margin of a portfolio and prints what it is made of: tree and risk matrices.")
    .argument("[files...]", "documents or responses; - or none: what is piped in")
    .option("--model <id|file>", `model to compute with (default: ${DEFAULT_MODEL})`)
    .option("--market <file>", "the market")
    .option("--portfolio <file>", "the portfolio")
    .option("--as-of <moment>", "moment of a market from responses (default: the newest stamp in them)")
    .option("--fractional", "amounts need not be whole lots, and nothing is rounded")
    .option("--all-models", "totals under every model there is")
    .option("--greeks", "also the Greeks by underlying and expiry, of positions held long and short")
    .option("--share-count <n>", "positions to name below each charge", count, 3)
    .option("--matrices <n>", "risk matrices to print (default: all)", count)
    .option("--json", "print the requirement document")
    .addHelpText("after", EXAMPLES)
    .action((files: string[], options: Options) => run(files, options, terminal));
}

async function run(files: string[], options: Options, terminal: Terminal): Promise<void> {
  if (options.allModels && options.model !== undefined)
    throw new UsageError("--all-models and --model exclude each other");
  if (options.allModels && options.greeks) throw new UsageError("--all-models and --greeks exclude each other");
  const inputs = await gather(files, options, terminal);
  if (inputs.has("model") && options.model !== undefined)
    throw new UsageError("a model document and --model exclude each other");
  const market = inputs.market(options.asOf === undefined ? {} : { asOf: options.asOf });
  const portfolio = inputs.portfolio(market);
  if (options.allModels) return all(inputs, market, portfolio, options, terminal);
  const model = inputs.model() ?? (await modelOf(options.model ?? DEFAULT_MODEL, terminal, inputs));
  const requirement = inputs.named(() =>
    terminal.core.margin(model, market, portfolio, { exact: !options.fractional }),
  );
  let exposures: Record<string, Exposure> = model.exposures ?? {};
  if (options.greeks) {
    const greeks = inputs.named(() => greeksOf(market, portfolio, options, terminal));
    // an exposure of the model's own keeps its name
    requirement.exposures = { ...requirement.exposures, ...without(greeks, exposures) };
    exposures = { ...greekVectors, ...exposures };
  }
  const { shareCount: shares, matrices } = options;
  terminal.print(
    options.json
      ? json(requirement)
      : report(requirement, { model, market, shares, matrices, exposures }, terminal.colours),
  );
}

/** The Greek vectors cost nothing and read no fact of the portfolio, which a margin model may. */
function greeksOf(market: Market, { facts: _, ...portfolio }: Portfolio, options: Options, { core }: Terminal) {
  return core.margin(greekVectorsModel, market, portfolio, { exact: !options.fractional }).exposures ?? {};
}

function without<T>(all: Record<string, T>, taken: Record<string, unknown>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(taken, name)));
}

/** Does the model take a fact of that name from the portfolio? */
const takes = (model: MarginModel, name: string) =>
  Object.hasOwn(model.parameters, name) && model.parameters[name]!.given !== undefined;

/** The portfolio with those facts that the model takes. A name that no model takes stays, for each of them to refuse. */
function factsFor(model: MarginModel, portfolio: Portfolio, list: MarginModel[]): Portfolio {
  if (portfolio.facts === undefined) return portfolio;
  const stays = (name: string) => name === "at" || takes(model, name) || !list.some((other) => takes(other, name));
  // a fact without names still holds its place: paths in errors are those of the document
  const facts = portfolio.facts.map(
    (fact) => Object.fromEntries(Object.entries(fact).filter(([name]) => stays(name))) as typeof fact,
  );
  return { ...portfolio, facts };
}

/** Totals under every model. One that cannot margin this portfolio says why, and the exit code is 1. */
function all(inputs: Inputs, market: Market, portfolio: Portfolio, options: Options, terminal: Terminal): void {
  const rows: string[][] = [];
  const requirements: Requirement[] = [];
  const failed: MarginError[] = [];
  const { dim, red } = terminal.colours;
  const list: MarginModel[] = Object.values(models);
  const progress = terminal.progress("models", list.length);
  for (const [i, model] of list.entries()) {
    try {
      const requirement = inputs.named(() =>
        terminal.core.margin(model, market, factsFor(model, portfolio, list), {
          exact: !options.fractional,
          explain: options.json === true,
        }),
      );
      requirements.push(requirement);
      rows.push(totalsRow(requirement, model));
    } catch (error) {
      if (!(error instanceof MarginError)) throw error;
      failed.push(ofModel(model, error));
      rows.push([model.id, dim(model.edition), red("none"), "", "", "", model.currency]);
    }
    progress.done(i + 1);
  }
  progress.stop();
  if (options.json) terminal.print(json(requirements));
  else
    terminal.print(
      table(["model", "edition", "equity", "initial", "maintenance", "excess", ""], rows, terminal.colours, [0, 1, 6]),
    );
  if (failed.length > 0) throw new AggregateError(failed);
}

/** An error says which of the models it is of. */
function ofModel({ id }: MarginModel, error: MarginError): MarginError {
  const field = `${id}: ${error.field}`;
  const details = { cause: error.cause ?? error, ...(error.row !== undefined && { row: error.row }) };
  const value = "value" in error ? { value: error.value } : {};
  return new MarginError(error.code, field, error.message.slice(error.field.length + 2), { ...details, ...value });
}

/** Cells of a model without equity stay empty. */
function totalsRow(requirement: Requirement, model: MarginModel): string[] {
  const { currency, equity, initial, maintenance, excess } = requirement;
  const isWhole = hasEquity(requirement, model);
  const text = (value: number) => number(value, decimalsOf(currency, Math.abs(isWhole ? equity : initial)));
  const [held, left] = isWhole ? [text(equity), text(excess)] : ["", ""];
  return [model.id, model.edition, held, text(initial), text(maintenance), left, currency];
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("expected a whole number, at least 0");
  return value;
}
