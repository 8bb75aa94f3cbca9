/**
 * Surfaces fitted to real option chains: how near they come to their quotes, what arbitrage there was and is, what stood in where a plain
 * fit failed; and how smoothly they move from one snapshot to the next, and under noise of one tick.
 *
 * Arbitrage is tested here again in plain JavaScript (smile.ts), on places of its own.
 */
import { basename } from "node:path";
import Table from "cli-table3";
import { models } from "../bindings/models/index.ts";
import type { Market } from "../bindings/documents/market.ts";
import { momentText } from "../bindings/documents/moment.ts";
import type { Quote as LabQuote, SliceFit, SurfaceFit } from "../bindings/lab/types.ts";
import { lab } from "../test/calibration/lab.ts";
import { core } from "../test/core.ts";
import { Random } from "../test/reference/random.ts";
import { readChain, snapshots, type Quote } from "./chain-file.ts";
import { leastG, leastGap, quotedVol, riskReversal, strangle, vol } from "./smile.ts";

/** Deribit's ticks, coin: 0.0001 up to 0.005, then 0.0005. */
const tick = (price: number) => (price < 0.005 ? 1e-4 : 5e-4);
const SEED = 20260206;
/** The book of the margin: a strangle in the first expiry that is at least this far, years. */
const BOOK_TAU = 7 / 365;

export function surfaces(files: string[]): void {
  const fits = table(
    ["file", "surfaces", "expiries fitted", "quotes", "RMSE, vol pt: median", "90 %", "max", "inside bid–ask"],
    ["ms per surface: median", "max"],
  );
  const arbitrage = table(
    ["file", "butterfly: before", "after", "calendar: before", "after", "least g", "repaired", "bent", "eSSVI"],
    ["held", "previous", "lent shape", "lent all", "wide quotes", "forward moved", "RMSE > 0.5", "errors"],
  );
  const moves = table(["file", "pairs", "ATM: median", "90 %", "beyond the quotes' own: median", "90 %"], SMOOTH);
  const noise = table(["file", "slices", "ATM: median", "90 %", "max"], ["25Δ skew: median", "90 %", "max", ...MARGIN]);
  // compiled before it is timed
  for (const rows of snapshots(readChain(files[0]!)).slice(0, 1)) for (let i = 0; i < 20; i++) fitted(rows);
  for (const file of files) {
    const name = basename(file)
      .replace(/\.csv(\.gz)?$/, "")
      .replace("deribit_chain_", "");
    const all = snapshots(readChain(file));
    const found = all.map(fitted);
    fits.push([name, ...fitRow(found)]);
    arbitrage.push([name, ...arbitrageRow(found)]);
    moves.push([name, ...moveRow(all, found)]);
    noise.push([name, ...noiseRow(found)]);
  }
  const print = (title: string, { toString }: { toString: () => string }) =>
    process.stdout.write(`${title}\n${toString()}\n\n`);
  print("Fits: RMSE weighted, |delta| ≥ 0.1, by expiry", { toString: () => fits.toString() });
  print("Static arbitrage by expiry, least squares against what is accepted; what stood in", {
    toString: () => arbitrage.toString(),
  });
  print("From one snapshot to the next, vol points: each fit with the one before as `previous`", {
    toString: () => moves.toString(),
  });
  print(
    "The same quotes with every bid and ask moved by −1, 0 or 1 tick, vol points; fitted alone, and with the fit before",
    {
      toString: () => noise.toString(),
    },
  );
}

const SMOOTH = ["25Δ skew: median", "90 %", "short strangle's margin, %: median", "90 %", "max"];
const MARGIN = ["margin, %: median", "90 %", "max", "with previous: ATM 90 %", "skew 90 %", "margin 90 %"];

function table(...heads: string[][]): Table.Table {
  const head = heads.flat();
  return new Table({
    head,
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: head.map((title, i) => (i === 0 ? 32 : Math.max(9, Math.ceil(title.length / 3) + 3))),
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
  });
}

const sorted = (values: number[]) => values.filter(Number.isFinite).sort((a, b) => a - b);
function quantile(values: number[], p: number): number {
  const list = sorted(values);
  return list[Math.min(list.length - 1, Math.floor(p * list.length))] ?? NaN;
}
const shown = (x: number, digits = 2) => (Number.isFinite(x) ? x.toFixed(digits) : "–");
const spread = (values: number[], ...ps: number[]) => ps.map((p) => shown(quantile(values, p)));

interface Fitted {
  quotes: LabQuote[];
  asOf: string;
  expiries: number;
  fit: SurfaceFit | undefined;
  error: string;
  ms: number;
}

function asked(rows: Quote[]): { quotes: LabQuote[]; asOf: string } {
  const price = (x: number) => (Number.isNaN(x) ? null : x);
  const quotes = rows.map((row) => ({
    underlying: row.underlying,
    expiry: row.expiry,
    strike: row.strike,
    callPut: row.callPut,
    bid: price(row.bid),
    ask: price(row.ask),
    forward: row.forward > 0 ? row.forward : undefined,
    time: momentText(row.time),
  }));
  return { quotes, asOf: momentText(Math.max(...rows.map(({ time }) => time))) };
}

const calibrate = (quotes: LabQuote[], asOf: string, previous?: SurfaceFit) =>
  lab.calibrate.surface(quotes, { asOf, payoff: "inverse", previous });

function fitted(rows: Quote[]): Fitted {
  const { quotes, asOf } = asked(rows);
  const live = rows.filter(({ expiry }) => Date.parse(expiry) > Date.parse(asOf));
  const expiries = new Set(live.map(({ expiry }) => expiry)).size;
  const started = performance.now();
  try {
    const fit = calibrate(quotes, asOf);
    return { quotes, asOf, expiries, fit, error: "", ms: performance.now() - started };
  } catch (problem) {
    process.stderr.write(`${asOf}: ${String(problem)}\n`);
    return { quotes, asOf, expiries, fit: undefined, error: String(problem), ms: NaN };
  }
}

const slicesOf = ({ fit }: { fit: SurfaceFit | undefined }) => fit?.underlyings.flatMap(({ slices }) => slices) ?? [];

function fitRow(found: Fitted[]): string[] {
  const slices = found.flatMap(slicesOf);
  const expiries = found.reduce((sum, { expiries: n }) => sum + n, 0);
  const rmse = slices.flatMap((slice) => (slice.rmse === null ? [] : [slice.rmse]));
  const used = slices.reduce((sum, { quotes }) => sum + quotes, 0);
  const inside = slices.reduce((sum, slice) => sum + slice.quotes * (slice.inside ?? 0), 0);
  return [
    String(found.length),
    `${slices.length} of ${expiries}`,
    String(used),
    ...spread(rmse, 0.5, 0.9, 1),
    `${((100 * inside) / used).toFixed(1)} %`,
    ...spread(
      found.map(({ ms }) => ms),
      0.5,
      1,
    ),
  ];
}

function arbitrageRow(found: Fitted[]): string[] {
  let butterflies = 0;
  let calendars = 0;
  let least = Infinity;
  const all = found.flatMap(slicesOf);
  for (const result of found) {
    slicesOf(result).forEach((slice, i, list) => {
      const g = leastG(slice);
      least = Math.min(least, g);
      if (!(g >= 0)) butterflies++;
      const earlier = list[i - 1];
      if (earlier !== undefined && !(leastGap(slice, earlier) >= 0)) calendars++;
    });
  }
  const count = (test: (slice: SliceFit) => boolean) => String(all.filter(test).length);
  const flagged = (words: RegExp) => count(({ flags }) => flags.some((flag) => words.test(flag)));
  return [
    count(({ before }) => before.minG < 0),
    String(butterflies),
    count(({ before }) => (before.calendarGap ?? 0) < 0),
    String(calendars),
    least.toExponential(1),
    count(({ method }) => method === "repaired"),
    flagged(/^bent/),
    count(({ method }) => method === "essvi"),
    flagged(/^held/),
    count(({ method }) => method === "previous"),
    flagged(/shape drawn/),
    flagged(/^no quotes/),
    flagged(/wide ones/),
    flagged(/^given forward/),
    flagged(/^misses/),
    String(found.filter(({ fit }) => fit === undefined).length),
  ];
}

/** Initial margin, coin, of one strangle short with vols from the slice; NaN where the book has expired. */
function margin(fit: SurfaceFit, expiry: string, strikes: { call: number; put: number }): number {
  const { underlying, slices } = fit.underlyings[0]!;
  const slice = slices.find((one) => one.expiry === expiry);
  if (slice === undefined) return NaN;
  const legs = [
    { id: "call", callPut: 1 as const, strike: strikes.call },
    { id: "put", callPut: -1 as const, strike: strikes.put },
  ];
  const market: Market = {
    format: 1,
    asOf: fit.asOf,
    currencies: [{ id: underlying, largestTotal: 2 ** 22, price: slice.forward, underlying }],
    instruments: legs.map((leg) => ({
      ...leg,
      kind: "option",
      underlying,
      expiry,
      settlement: underlying,
      payoff: "inverse",
      lot: 1,
    })),
    facts: [
      { at: { underlying }, spot: slice.forward, forward: slice.forward },
      ...legs.map(({ id, strike }) => ({ at: { instrument: id }, vol: vol(Math.log(strike / slice.forward), slice) })),
    ],
  };
  const positions = legs.map(({ id }) => ({ instrument: id, lots: -1 }));
  const requirement = core.margin(models["deribit-pm"]!, market, { format: 1, positions, balances: {} });
  return requirement.nodes!.find(({ name }) => name === "initialMargin")!.groups.reduce((sum, g) => sum + g.value, 0);
}

const bookOf = (fit: SurfaceFit) =>
  fit.underlyings[0]!.slices.find(({ tau, quotes }) => tau >= BOOK_TAU && quotes >= 6);

interface Jump {
  atm: number;
  beyond: number;
  skew: number;
}

/** Differences of the slices that both have, vol points. */
function jumps(from: SurfaceFit, to: SurfaceFit): Jump[] {
  return slicesOf({ fit: to }).flatMap((slice) => {
    const old = slicesOf({ fit: from }).find(({ expiry }) => expiry === slice.expiry);
    if (old === undefined) return [];
    const atm = vol(0, slice) - vol(0, old);
    const beyond = atm - (quotedVol(slice) - quotedVol(old));
    const skew = riskReversal(slice) - riskReversal(old);
    return [{ atm: 100 * Math.abs(atm), beyond: 100 * Math.abs(beyond), skew: 100 * Math.abs(skew) }];
  });
}

function marginJump(from: SurfaceFit, to: SurfaceFit): number {
  const book = bookOf(from);
  if (book === undefined) return NaN;
  const strikes = strangle(book);
  return 100 * Math.abs(margin(to, book.expiry, strikes) / margin(from, book.expiry, strikes) - 1);
}

function moveRow(all: Quote[][], found: Fitted[]): string[] {
  const moved: Jump[] = [];
  const margins: number[] = [];
  let pairs = 0;
  let before: { underlying: string; fit: SurfaceFit } | undefined;
  found.forEach(({ quotes, asOf, fit }, i) => {
    if (fit === undefined) return;
    const underlying = all[i]![0]!.underlying;
    const previous = before?.underlying === underlying ? before.fit : undefined;
    const now = previous === undefined ? fit : calibrate(quotes, asOf, previous);
    if (previous !== undefined) {
      pairs++;
      moved.push(...jumps(previous, now));
      margins.push(marginJump(previous, now));
    }
    before = { underlying, fit: now };
  });
  const column = (key: keyof Jump) => moved.map((jump) => jump[key]);
  const cells = [column("atm"), column("beyond"), column("skew")].flatMap((values) => spread(values, 0.5, 0.9));
  return [String(pairs), ...cells, ...spread(margins, 0.5, 0.9, 1)];
}

function noiseRow(found: Fitted[]): string[] {
  const random = new Random(SEED);
  const alone: Jump[] = [];
  const tied: Jump[] = [];
  const margins: number[] = [];
  const tiedMargins: number[] = [];
  const step = (price: number | null) => {
    if (price === null || price === 0) return price;
    const moved = price + random.pick([-1, 0, 1]) * tick(price);
    return moved > 0 ? moved : price;
  };
  for (const { quotes, asOf, fit } of found) {
    if (fit === undefined) continue;
    const noisy = quotes.map((quote) => ({ ...quote, bid: step(quote.bid), ask: step(quote.ask) }));
    const free = calibrate(noisy, asOf);
    const held = calibrate(noisy, asOf, fit);
    alone.push(...jumps(fit, free));
    tied.push(...jumps(fit, held));
    margins.push(marginJump(fit, free));
    tiedMargins.push(marginJump(fit, held));
  }
  const of = (list: Jump[], key: keyof Jump) => list.map((jump) => jump[key]);
  return [
    String(alone.length),
    ...spread(of(alone, "atm"), 0.5, 0.9, 1),
    ...spread(of(alone, "skew"), 0.5, 0.9, 1),
    ...spread(margins, 0.5, 0.9, 1),
    ...spread(of(tied, "atm"), 0.9),
    ...spread(of(tied, "skew"), 0.9),
    ...spread(tiedMargins, 0.9),
  ];
}
