/**
 * Real option chains through the core: every two-sided option priced and inverted, and compared with the venue's marks; a portfolio
 * drawn from each snapshot margined.
 *
 * The marks' own residuals bound what can be reached: mark, implied vol and forward are not sampled in the same instant.
 */
import { basename } from "node:path";
import Table from "cli-table3";
import { IMPLIED_VOL_REASONS } from "../bindings/index.ts";
import { models } from "../bindings/models/index.ts";
import type { Market } from "../bindings/documents/market.ts";
import type { Portfolio } from "../bindings/documents/portfolio.ts";
import { momentText } from "../bindings/documents/moment.ts";
import { core } from "../test/core.ts";
import { Random } from "../test/reference/random.ts";
import { readChain, snapshots, yearsLeft, type Quote } from "./chain-file.ts";

/** Tests of an implied vol need a price that depends on it: coin per 1.00 vol, and coin. */
const LEAST_VEGA = 0.01;
const LEAST_TIME_VALUE = 2e-4;
const TICK = 1e-4;

export function chains(files: string[]): void {
  const prices = table([
    "file",
    "options",
    "no forward or expired",
    "two-sided",
    "priced",
    "|model − mark| ≤ 1e-4",
    "median",
    "max",
  ]);
  const vols = table([
    "file",
    "marks inverted",
    "within 0.5 pt",
    "median, pt",
    "mark vol in [bid, ask] vol",
    "no vol: why",
  ]);
  const margins = table([
    "file",
    "snapshots",
    "portfolios",
    "initial margin, coin: min",
    "median",
    "max",
    "maintenance / initial",
  ]);
  for (const file of files) {
    const name = basename(file).replace(/\.csv(\.gz)?$/, "");
    const rows = readChain(file);
    const quotes = withVols(rows.filter((quote) => yearsLeft(quote) > 0 && quote.forward > 0));
    prices.push([name, String(rows.length), String(rows.length - quotes.length), ...priceRow(quotes)]);
    vols.push([name, ...volRow(quotes)]);
    margins.push([name, ...marginRow(quotes)]);
  }
  process.stdout.write(`Prices: Black-76 of the venue's mark vol, in coin\n${prices.toString()}\n\n`);
  process.stdout.write(
    `Implied vols: of marks where vega > ${LEAST_VEGA} and time value > ${LEAST_TIME_VALUE} coin; of bids and asks\n${vols.toString()}\n\n`,
  );
  process.stdout.write(
    `Margin: a seeded portfolio of each snapshot under ${models["deribit-pm"]!.id}\n${margins.toString()}\n`,
  );
}

function table(head: string[]): Table.Table {
  return new Table({
    head,
    style: { head: [], border: [] },
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
  });
}

const isTwoSided = (quote: Quote) => quote.bid > 0 && quote.ask > 0;
const column = (quotes: Quote[], of: (quote: Quote) => number) => Float64Array.from(quotes, of);
const share = (part: number, whole: number) => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(2)} %`);
const sorted = (values: Iterable<number>) => [...values].filter(Number.isFinite).sort((a, b) => a - b);
const quantile = (values: number[], p: number) =>
  values[Math.min(values.length - 1, Math.floor(p * values.length))] ?? NaN;
const short = (x: number) => (Number.isFinite(x) ? x.toExponential(1) : "–");

function optionColumns(quotes: Quote[]) {
  return {
    forward: column(quotes, (quote) => quote.forward),
    strike: column(quotes, (quote) => quote.strike),
    tau: column(quotes, yearsLeft),
    callPut: column(quotes, (quote) => quote.callPut),
    payoff: "inverse" as const,
  };
}

/** A file without mark vols is priced at the vols of its marks; whether it has them is told by `markVol` of its rows. */
function withVols(quotes: Quote[]): Quote[] {
  if (quotes.some((quote) => quote.markVol > 0)) return quotes;
  const { vols } = inverted(quotes, (quote) => quote.mark);
  return quotes.map((quote, i) => ({ ...quote, markVol: vols[i]! }));
}

function priceRow(quotes: Quote[]): string[] {
  const twoSided = quotes.filter(isTwoSided);
  const priced = quotes.filter((quote) => quote.markVol > 0);
  const model = core.prices(
    { ...optionColumns(priced), vol: column(priced, (quote) => quote.markVol) },
    new Float64Array(priced.length),
  );
  const tail = [String(twoSided.length), String(priced.filter(isTwoSided).length)];
  if (priced.some((quote) => Number.isFinite(quote.mark))) {
    const errors = sorted(priced.map((quote, i) => Math.abs(model[i]! - quote.mark)));
    return [
      ...tail,
      share(errors.filter((error) => error <= 1e-4).length, errors.length),
      short(quantile(errors, 0.5)),
      short(errors.at(-1) ?? NaN),
    ];
  }
  // no marks: the price belongs between bid and ask
  const both = priced.map((quote, i) => ({ quote, price: model[i]! })).filter(({ quote }) => isTwoSided(quote));
  const inside = both.filter(({ quote, price }) => price >= quote.bid - TICK && price <= quote.ask + TICK);
  return [...tail, both.length === 0 ? "–" : `${share(inside.length, both.length)} in bid–ask ± tick`, "–", "–"];
}

function volRow(quotes: Quote[]): string[] {
  const withMarks = quotes.filter((quote) => quote.mark > 0 && quote.markVol > 0);
  const columns = optionColumns(withMarks);
  const vega = new Float64Array(withMarks.length);
  if (withMarks.length > 0) core.greeks({ ...columns, vol: column(withMarks, (quote) => quote.markVol) }, { vega });
  const vols = inverted(withMarks, (quote) => quote.mark).vols;
  const errors = sorted(
    withMarks.flatMap((quote, i) => {
      const intrinsic = Math.max(quote.callPut * (1 - quote.strike / quote.forward), 0);
      return vega[i]! > LEAST_VEGA && quote.mark - intrinsic > LEAST_TIME_VALUE
        ? [Math.abs(vols[i]! - quote.markVol) * 100]
        : [];
    }),
  );
  const twoSided = quotes.filter(isTwoSided);
  const bids = inverted(twoSided, (quote) => quote.bid);
  const asks = inverted(twoSided, (quote) => quote.ask);
  const around = twoSided.flatMap((quote, i) =>
    quote.markVol > 0 && bids.vols[i]! > 0 && asks.vols[i]! > 0 ? [{ quote, i }] : [],
  );
  const inside = around.filter(
    ({ quote, i }) => bids.vols[i]! <= quote.markVol + 5e-4 && quote.markVol <= asks.vols[i]! + 5e-4,
  );
  return [
    String(errors.length),
    share(errors.filter((error) => error <= 0.5).length, errors.length),
    errors.length === 0 ? "–" : quantile(errors, 0.5).toFixed(4),
    `${share(inside.length, around.length)} of ${around.length}`,
    why(bids.reasons, "bids") + (why(asks.reasons, "asks") === "" ? "" : `, ${why(asks.reasons, "asks")}`),
  ];
}

function inverted(quotes: Quote[], price: (quote: Quote) => number): { vols: Float64Array; reasons: Int32Array } {
  const vols = new Float64Array(quotes.length);
  const reasons = new Int32Array(quotes.length);
  if (quotes.length > 0) core.impliedVols({ ...optionColumns(quotes), price: column(quotes, price) }, vols, reasons);
  return { vols, reasons };
}

function why(reasons: Int32Array, of: string): string {
  const counts = new Map<string, number>();
  for (const reason of reasons)
    if (reason !== 0) counts.set(IMPLIED_VOL_REASONS[reason]!, (counts.get(IMPLIED_VOL_REASONS[reason]!) ?? 0) + 1);
  return [...counts].map(([reason, n]) => `${n} ${of} ${reason}`).join(", ");
}

function marginRow(quotes: Quote[]): string[] {
  const random = new Random(20260206);
  const taken = snapshots(quotes);
  const requirements = taken.flatMap((snapshot) => {
    const listed = newest(snapshot).filter((quote) => quote.markVol > 0 || quote.mark > 0);
    if (listed.length < 10) return [];
    return [core.margin(models["deribit-pm"]!, marketOf(listed), drawn(listed, random))];
  });
  const coins = sorted(
    requirements.map((r) =>
      r.nodes!.find((node) => node.name === "initialMargin")!.groups.reduce((sum, group) => sum + group.value, 0),
    ),
  );
  const ratios = sorted(requirements.map((r) => r.maintenance / r.initial));
  const show = (x: number | undefined) => (x === undefined ? "–" : x.toFixed(4));
  return [
    String(taken.length),
    String(requirements.length),
    show(coins[0]),
    show(quantile(coins, 0.5)),
    show(coins.at(-1)),
    quantile(ratios, 0.5).toFixed(4),
  ];
}

/** The last quote of each instrument. */
function newest(snapshot: Quote[]): Quote[] {
  return [...new Map(snapshot.map((quote) => [quote.instrument, quote])).values()];
}

function marketOf(quotes: Quote[]): Market {
  const asOf = Math.max(...quotes.map((quote) => quote.time));
  const { underlying, index, forward } = quotes[0]!;
  const spot = Number.isFinite(index) ? index : forward;
  const facts: Market["facts"] = [{ at: { underlying }, spot }];
  const live = quotes.filter((quote) => Date.parse(quote.expiry) > asOf);
  // one forward per expiry: of its first quote, since rows are stamped one by one
  for (const quote of new Map(live.map((q) => [q.expiry, q])).values())
    facts.push({ at: { underlying, expiry: quote.expiry }, forward: quote.forward });
  const missing = live.filter((quote) => !(quote.markVol > 0));
  const { vols } = inverted(missing, (quote) => quote.mark);
  const volOf = new Map(missing.map((quote, i) => [quote, vols[i]!]));
  const known = live.filter((quote) => (volOf.get(quote) ?? quote.markVol) > 0);
  for (const quote of known)
    facts.push({ at: { instrument: quote.instrument }, vol: volOf.get(quote) ?? quote.markVol });
  return {
    format: 1,
    asOf: momentText(asOf),
    currencies: [{ id: underlying, largestTotal: underlying === "BTC" ? 2 ** 17 : 2 ** 22, price: spot, underlying }],
    instruments: known.map((quote) => ({
      id: quote.instrument,
      kind: "option",
      underlying,
      expiry: quote.expiry,
      strike: quote.strike,
      callPut: quote.callPut,
      settlement: underlying,
      payoff: "inverse",
      lot: underlying === "BTC" ? 0.1 : 1,
    })),
    facts,
  };
}

/** Up to forty two-sided options, long and short. */
function drawn(quotes: Quote[], random: Random): Portfolio {
  const known = quotes.filter(
    (quote) => Date.parse(quote.expiry) > Math.max(...quotes.map((q) => q.time)) && isTwoSided(quote),
  );
  const count = Math.min(40, known.length);
  const positions = Array.from({ length: count }, () => ({
    instrument: random.pick(known).instrument,
    lots: random.sign() * random.whole(1, 200),
  }));
  return { format: 1, positions, balances: { [quotes[0]!.underlying]: 100 } };
}
