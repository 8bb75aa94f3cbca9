/** `margin-core price`: Black-76 price and sensitivities. */
import type { Command } from "commander";
import type { GreekColumns, GreekName } from "../../core/pricing.ts";
import { unexpected } from "../../error.ts";
import { aligned, significant } from "../../report/numbers.ts";
import {
  answerRows,
  contractOptions,
  inOptions,
  manyContracts,
  oneContract,
  rowsOf,
  volatility,
  type Columns,
  type ContractOptions,
} from "../options.ts";
import { json } from "../json.ts";
import { UsageError, type Terminal } from "../terminal.ts";

interface Options extends ContractOptions {
  vol?: number;
  higher?: true;
}

const FIRST: GreekName[] = ["price", "delta", "gamma", "vega", "theta", "rho", "vanna", "volga"];
const HIGHER: GreekName[] = ["charm", "veta", "speed", "zomma", "color", "ultima"];
const UNITS: Record<GreekName, string> = {
  price: "",
  delta: "per 1 of forward",
  netTransactionDelta: "coins of inverse perpetual that hedge it",
  gamma: "of delta, per 1 of forward",
  vega: "per 1.00 of vol",
  theta: "per year",
  rho: "per 1.00 of rate",
  vanna: "of delta, per 1.00 of vol",
  volga: "of vega, per 1.00 of vol",
  charm: "of delta, per year",
  veta: "of vega, per year",
  speed: "of gamma, per 1 of forward",
  zomma: "of gamma, per 1.00 of vol",
  color: "of gamma, per year",
  ultima: "of volga, per 1.00 of vol",
};

const EXAMPLES = `
Examples:
  $ margin-core price --forward 70000 --strike 75000 --days 30 --vol 60% --call
  $ margin-core price --forward 70000 --strike 65000 --expiry 2026-03-27T08:00:00Z --as-of 2026-02-25T08:00:00Z \\
      --vol 0.55 --put --coin
  $ margin-core price rows.csv --forward 70000 --days 30 > priced.csv

Rows are CSV with a header, or JSON objects: forward, strike, vol, callPut (1 or call, -1 or put), one of
tau, days and expiry, and discount. What a row lacks the options give. Other columns stay as they are.`;

export function price(program: Command, terminal: Terminal): void {
  contractOptions(
    program
      .command("price")
      .summary("price and Greeks of an option, or of rows of them")
      .description("Black-76 price and sensitivities of one option, or of every row of a file.")
      .argument("[rows]", "CSV or JSON file of rows; - or none: what is piped in, where the options lack something"),
  )
    .option("--vol <n>", "volatility, 0.6 or 60%", volatility)
    .option("--higher", "charm, veta, speed, zomma, color and ultima too (not of --coin)")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((file: string | undefined, options: Options) => run(file, options, terminal));
}

async function run(file: string | undefined, options: Options, terminal: Terminal): Promise<void> {
  if (options.coin && options.higher) throw new UsageError("--coin and --higher exclude each other");
  const now = terminal.host.now();
  const names: GreekName[] = [
    ...FIRST,
    ...(options.coin ? ["netTransactionDelta" as const] : []),
    ...(options.higher ? HIGHER : []),
  ];
  const rows = await rowsOf(file, options, "vol", options.vol, terminal);
  if (rows === undefined) {
    const columns = oneContract(options, options.vol!, now);
    const greeks = inOptions(options, now, () => greeksOf(columns, names, options, terminal));
    refuseInfinite(greeks, names, (_, name) => name);
    return terminal.print(
      options.json
        ? json(Object.fromEntries(names.map((name) => [name, greeks[name]![0]!])))
        : text(columns, greeks, names, options, terminal),
    );
  }
  terminal.print(
    answerRows(rows, options, now, names, terminal, (from, to) => {
      const greeks = greeksOf(
        manyContracts(rows, from, to, options, "vol", options.vol, now),
        names,
        options,
        terminal,
      );
      refuseInfinite(greeks, names, (row, name) => rows.where(from + row, name));
      return (row, name) => greeks[name as GreekName]![row]!;
    }),
  );
}

/** What lies beyond the range of numbers is no answer, and a gap in its place would not say why. */
function refuseInfinite(greeks: GreekColumns, names: GreekName[], where: (row: number, name: GreekName) => string) {
  for (const name of names)
    greeks[name]!.forEach((value, row) => {
      if (!Number.isFinite(value))
        throw unexpected("NotFinite", where(row, name), "a finite number to come out of the inputs", value, row);
    });
}

function greeksOf(
  { fourth, ...columns }: Columns,
  names: GreekName[],
  { coin }: Options,
  { core }: Terminal,
): GreekColumns {
  const input = { ...columns, vol: fourth, payoff: coin ? ("inverse" as const) : ("linear" as const) };
  const out: GreekColumns = Object.fromEntries(names.map((name) => [name, new Float64Array(fourth.length)]));
  core.greeks(input, out);
  // the price kernel is the more accurate of the two: assembly/pricing/greeks.ts
  core.prices(input, out.price!);
  return out;
}

function text(
  columns: Columns,
  greeks: GreekColumns,
  names: GreekName[],
  { coin }: Options,
  { colours: { bold, dim } }: Terminal,
): string {
  const side = columns.callPut[0] === 1 ? "Call" : "Put";
  const title = `${side}, forward ${significant(columns.forward[0]!)}, strike ${significant(columns.strike[0]!)}, ${significant(columns.tau[0]! * 365, 6)} days, vol ${significant(columns.fourth[0]! * 100, 8)} %`;
  const figures = aligned(names.map((name) => significant(greeks[name]![0]!, 10)));
  const unit = (name: GreekName) => (name === "price" ? (coin ? "coin" : "quote currency") : UNITS[name]);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map(
    (name, i) => `  ${name.padEnd(width)}  ${name === "price" ? bold(figures[i]!) : figures[i]}  ${dim(unit(name))}`,
  );
  return `${bold(title)}\n${lines.join("\n")}`;
}
