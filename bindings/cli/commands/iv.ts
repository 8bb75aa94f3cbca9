/** `margin-core iv`: the volatility that a price implies. */
import type { Command } from "commander";
import { IMPLIED_VOL_REASONS } from "../../core/pricing.ts";
import { unexpected } from "../../error.ts";
import { significant } from "../../report/numbers.ts";
import {
  answerRows,
  contractOptions,
  figure,
  inOptions,
  manyContracts,
  oneContract,
  rowsOf,
  type Columns,
  type ContractOptions,
} from "../options.ts";
import { json } from "../json.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ContractOptions {
  price?: number;
}
type Reason = (typeof IMPLIED_VOL_REASONS)[number];

const WORDS: Record<Reason, string> = {
  found: "",
  "below-intrinsic": "the price is below the intrinsic value",
  "zero-volatility": "the price is the intrinsic value",
  "above-maximum": "the price is not below that of the forward (call) or the strike (put)",
  "invalid-input": "an input is not a number > 0",
};

const EXAMPLES = `
Examples:
  $ margin-core iv --forward 70000 --strike 75000 --days 30 --price 2900 --call
  $ margin-core iv --forward 70000 --strike 65000 --days 30 --price 0.0321 --put --coin
  $ margin-core iv quotes.csv > vols.csv

Rows are CSV with a header, or JSON objects: forward, strike, price, callPut (1 or call, -1 or put), one of
tau, days and expiry, and discount. A row without an implied vol has none, and the column reason says why.`;

export function iv(program: Command, terminal: Terminal): void {
  contractOptions(
    program
      .command("iv")
      .summary("implied volatility of a price, or of rows of them")
      .description("The volatility that a price implies, to full double precision; where there is none, the reason.")
      .argument("[rows]", "CSV or JSON file of rows; - or none: what is piped in, where the options lack something"),
  )
    .option("--price <n>", "price of the option, quote currency per coin (with --coin: in coin)", figure)
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((file: string | undefined, options: Options) => run(file, options, terminal));
}

async function run(file: string | undefined, options: Options, terminal: Terminal): Promise<void> {
  const now = terminal.host.now();
  const rows = await rowsOf(file, options, "price", options.price, terminal);
  if (rows === undefined) {
    const { vol, reason } = inOptions(options, now, () => {
      const columns = oneContract(options, options.price!, now);
      if (!(columns.tau[0]! > 0)) throw unexpected("TauNotPositive", "tau[0]", "> 0", columns.tau[0]);
      return volsOf(columns, options, terminal)(0);
    });
    if (options.json) return terminal.print(json({ vol, reason }));
    const { bold } = terminal.colours;
    const found =
      vol === null
        ? `none: ${WORDS[reason]}`
        : `${bold(significant(vol * 100, 12))} %${reason === "found" ? "" : `: ${WORDS[reason]}`}`;
    return terminal.print(`implied vol ${found}`);
  }
  terminal.print(
    answerRows(rows, options, now, ["vol", "reason"], terminal, (from, to) => {
      const at = volsOf(manyContracts(rows, from, to, options, "price", options.price, now), options, terminal);
      return (row, name) => at(row)[name as "vol" | "reason"];
    }),
  );
}

function volsOf(
  { fourth, ...columns }: Columns,
  { coin }: Options,
  { core }: Terminal,
): (row: number) => { vol: number | null; reason: Reason } {
  const vols = new Float64Array(fourth.length);
  const reasons = new Int32Array(fourth.length);
  core.impliedVols({ ...columns, price: fourth, payoff: coin ? "inverse" : "linear" }, vols, reasons);
  return (row) => ({ vol: Number.isNaN(vols[row]!) ? null : vols[row]!, reason: IMPLIED_VOL_REASONS[reasons[row]!]! });
}
