/** `margin-core span`: a SPAN parameter file, read, and the margin of a portfolio of its contracts. */
import { InvalidArgumentError, type Command } from "commander";
import { MarginError } from "../../error.ts";
import { parseSpan, type SpanFile } from "../../formats/span.ts";
import { spanMarket, spanModel } from "../../models/span/index.ts";
import { number } from "../../report/numbers.ts";
import { Inputs } from "../documents.ts";
import { json } from "../json.ts";
import { report, table, titled } from "../print.ts";
import { readSources, refuseBinary } from "../sources.ts";
import { UsageError, type Terminal } from "../terminal.ts";

interface Options {
  currency?: string;
  documents?: true;
  fractional?: true;
  json?: true;
  shareCount: number;
}

const EXAMPLES = `
Examples:
  $ margin-core span exchange.spn.gz
  $ margin-core span exchange.spn portfolio.json
  $ margin-core span exchange.spn --documents > span.json; margin-core margin span.json portfolio.json --greeks

A portfolio holds whole lots, which are contracts, by the names that --documents shows: XU030-201606S0 a future, XU030-201606S0-104-C an option,
XU030-PHY the physical. What of a file is read: docs/span.md.`;

export function span(program: Command, terminal: Terminal): void {
  program
    .command("span")
    .summary("the margin of a portfolio by a SPAN parameter file")
    .description("Reads a SPAN risk parameter file (XML) and computes the margin of a portfolio of its contracts.")
    .argument("<file>", "parameter file, .gz too; - is what is piped in")
    .argument("[portfolio]", "portfolio document; without one the file is summed up")
    .option("--currency <code>", "currency of the margin (default: that of most commodities)")
    .option("--documents", "print the model and the market that the file is, one after the other")
    .option("--fractional", "amounts need not be whole lots, and nothing is rounded")
    .option("--share-count <n>", "positions to name below each charge", count, 3)
    .option("--json", "print the requirement document")
    .addHelpText("after", EXAMPLES)
    .action((file: string, portfolio: string | undefined, options: Options) => run(file, portfolio, options, terminal));
}

async function run(name: string, portfolio: string | undefined, options: Options, terminal: Terminal): Promise<void> {
  if (options.documents && portfolio !== undefined)
    throw new UsageError("--documents prints what the file is: give no portfolio");
  if (name === "-" && portfolio === "-") throw new UsageError("- stands twice: what is piped in can be read once");
  const source = name === "-" ? "stdin" : name;
  const text = await terminal.read(name);
  refuseBinary(text, source, "XML");
  const file = parseSpan(text, source);
  const { currency } = options;
  if (currency !== undefined && !file.commodities.some((commodity) => commodity.currency === currency))
    throw new MarginError("UnknownCurrency", "--currency", `no commodity of ${source} is in ${currency}`, {
      value: currency,
    });
  const [model, market] = [spanModel(file, currency), spanMarket(file, currency)];
  if (options.documents) return terminal.print(`${json(model)}\n${json(market)}`);
  if (portfolio === undefined) {
    if (options.json) throw new UsageError("--json is the requirement of a portfolio: give one, or --documents");
    return terminal.print(summary(file, terminal));
  }
  const inputs = new Inputs();
  for (const one of await readSources([portfolio], terminal)) inputs.add(one, "portfolio");
  const held = inputs.portfolio(market);
  const requirement = inputs.named(() => terminal.core.margin(model, market, held, { exact: !options.fractional }));
  // the other scans read the same rows
  const matrices = requirement.nodes!.find(({ name }) => name === "scanRisk")!.groups.length;
  const shown = { model, market, shares: options.shareCount, matrices };
  terminal.print(options.json ? json(requirement) : report(requirement, shown, terminal.colours));
}

/** What is in a file: a line for each commodity that has contracts. */
function summary({ organisation, date, points, commodities, spreads }: SpanFile, { colours }: Terminal): string {
  const listed = commodities.filter(({ contracts }) => contracts.length > 0);
  const of = (kind: string) => (commodity: SpanFile["commodities"][number]) =>
    String(commodity.contracts.filter((contract) => contract.kind === kind).length);
  const rows = listed.map((commodity) => [
    commodity.id,
    commodity.currency,
    ...["physical", "future", "option"].map((kind) => of(kind)(commodity)),
    number(Math.max(0, ...commodity.contracts.map(({ priceScan = 0 }) => priceScan)), 2),
    commodity.spreads.map(({ rate, method }) => (method === "flat" ? number(rate, 2) : `${rate} of risk`)).join(", "),
    number(commodity.shortOptionMinimum, 2),
  ]);
  const head = ["commodity", "", "physicals", "futures", "options", "price scan", "calendar", "short option"];
  const empty = commodities.length - listed.length;
  const title = `SPAN parameters of ${organisation}, ${date}`;
  const counts = [
    `${points.length} scan points`,
    `${counted(listed.length, "commodity", "commodities")}${empty > 0 ? ` and ${empty} without contracts` : ""}`,
    `${counted(spreads.length, "spread", "spreads")} between them`,
  ].join(", ");
  return `${titled(title, colours.dim(counts), colours)}\n${table(head, rows, colours, [0, 1])}\n`;
}

const counted = (n: number, one: string, more: string) => `${n} ${n === 1 ? one : more}`;

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("expected a whole number, at least 0");
  return value;
}
