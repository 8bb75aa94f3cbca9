/** `margin-core market`, `margin-core portfolio`: what a venue's API answers → documents. */
import { Option, type Command } from "commander";
import { gather } from "../documents.ts";
import { json } from "../json.ts";
import type { Terminal } from "../terminal.ts";

const VENUES = ["deribit"];

interface Options {
  asOf?: string;
  market?: string;
}

const MARKET = `
Examples:
  $ margin-core market --from deribit instruments.json summaries.json index.json > market.json
  $ curl -s "$API/public/get_instruments?currency=BTC" "$API/public/get_index_price?index_name=btc_usd" \\
      "$API/public/get_book_summary_by_currency?currency=BTC&kind=option" \\
      "$API/public/get_book_summary_by_currency?currency=BTC&kind=future" | margin-core market > market.json
    (with API=https://www.deribit.com/api/v2)

Several responses may come in one file or pipe, one after another or as a list.`;

const PORTFOLIO = `
Examples:
  $ margin-core portfolio --from deribit positions.json accounts.json > portfolio.json
  $ margin-core portfolio --market market.json positions.json accounts.json > portfolio.json

It takes responses of private get_positions and get_account_summary or get_account_summaries. With a market the unit
of each position is certain; without it a future in a pair (BTC_USDC-PERPETUAL) is taken to be linear.`;

export function market(program: Command, terminal: Terminal): void {
  program
    .command("market")
    .summary("convert a venue's responses to a market document")
    .description("Converts what a venue's public API answers to a market document.")
    .argument("[files...]", "responses; - or none: what is piped in")
    .addOption(from())
    .option("--as-of <moment>", "moment of the market (default: the newest stamp in the responses)")
    .addHelpText("after", MARKET)
    .action(async (files: string[], { asOf }: Options) => {
      const inputs = await gather(files, {}, terminal);
      terminal.print(json(inputs.market(asOf === undefined ? {} : { asOf })));
    });
}

export function portfolio(program: Command, terminal: Terminal): void {
  program
    .command("portfolio")
    .summary("convert a venue's responses to a portfolio document")
    .description("Converts what a venue's API answers about one account to a portfolio document.")
    .argument("[files...]", "responses; - or none: what is piped in")
    .addOption(from())
    .option("--market <file>", "market document or responses, to tell units of positions")
    .addHelpText("after", PORTFOLIO)
    .action(async (files: string[], options: Options) => {
      const inputs = await gather(files, { market: options.market }, terminal);
      terminal.print(json(inputs.portfolio(inputs.hasMarket() ? inputs.market() : undefined)));
    });
}

const from = () => new Option("--from <venue>", "whose API answered").choices(VENUES).default(VENUES[0]!);
