/**
 * Writes examples/sample: a market and a portfolio built from smiles that are fitted to a real chain.
 *
 *   npx tsx scripts/sample.ts [FOLDER]     FOLDER holds the chain, default ../shared/data
 *
 * One raw SVI smile for each expiry, fitted to the venue's mark vols; forwards are the medians of the venue's. Documents are evaluated from
 * the ROUNDED parameters of fit.json and rounded again, so that no quote of the chain is committed. The same input gives the same files.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { checkMarket, checkPortfolio } from "../bindings/documents/check.ts";
import type { Currency, Fact, Instrument } from "../bindings/documents/market.ts";
import type { Position } from "../bindings/documents/portfolio.ts";
import { document, median, readChain, rounded, years, type Quote } from "./chain.ts";

const FILE = "deribit_chain_btc_eth_2026H1_weekly.csv.gz";
const SNAPSHOT = "2026-02-18T09:39:05";
const AS_OF = `${SNAPSHOT}Z`;
const EXPIRIES = ["02-19", "02-20", "02-27", "03-06", "03-27", "04-24", "06-26", "09-25", "12-25"].map(
  (day) => `2026-${day}T08:00:00Z`,
);
const FUTURES = EXPIRIES.filter((expiry) => years(AS_OF, expiry) > 7 / 365 && !expiry.startsWith("2026-03-06"));
/** Strikes of the sample in standard deviations ln(K/F)/(σ√τ) of the expiry; the nearest listed ones are taken. */
const STRIKES = [0, -0.6, 0.6, -1.25, 1.25, -2, 2]; // the nearer one has the strike that two would take
const COINS = {
  BTC: { optionLot: 0.1, contract: 10, tick: 0.5, priceDigits: 2, perpetual: "BTC-PERPETUAL" },
  ETH: { optionLot: 1, contract: 1, tick: 0.05, priceDigits: 2, perpetual: "ETH-PERPETUAL" },
} as const;
type Coin = keyof typeof COINS;
/** What Derive's models read and no chain has: an interest rate, and how sure each feed is of its figures. Set by hand. */
const FEEDS = {
  rate: 0.04,
  spotConfidence: 1,
  perpConfidence: 1,
  forwardConfidence: 1,
  rateConfidence: 1,
  volConfidence: 1,
  confidence: 1,
};

// Smiles

interface Smile {
  coin: Coin;
  expiry: string;
  forward: number;
  /** w(k) = a + b·(ρ(k − m) + √((k − m)² + σ²)), total variance over log-moneyness k = ln(K/F). Gatheral & Jacquier (2014), §3.1. */
  svi: { a: number; b: number; rho: number; m: number; sigma: number };
  /** Root mean square error in vol points (0.01), and over how many quotes. */
  rmse: number;
  quotes: number;
}

const totalVariance = (k: number, { a, b, rho, m, sigma }: Smile["svi"]) =>
  a + b * (rho * (k - m) + Math.sqrt((k - m) ** 2 + sigma ** 2));

function fit(coin: Coin, expiry: string, quotes: Quote[]): Smile {
  const forward = rounded(median(quotes.map((quote) => quote.forward)), COINS[coin].priceDigits);
  const tau = years(AS_OF, expiry);
  const atm = quotes.reduce((best, quote) =>
    Math.abs(quote.strike - forward) < Math.abs(best.strike - forward) ? quote : best,
  ).vol;
  const scale = atm * Math.sqrt(tau); // one standard deviation: in these units the smiles of all expiries look alike
  const points = quotes
    .filter((quote) => quote.callPut * (quote.strike - forward) >= 0) // out of the money: the liquid side
    .map((quote) => ({ x: Math.log(quote.strike / forward) / scale, y: quote.vol / atm }))
    .filter(({ x }) => Math.abs(x) <= 3)
    .sort((p, q) => p.x - q.x);
  const x = points.map((p) => p.x);
  const y = points.map((p) => p.y);
  let best: { parameters: number[]; error: number } | undefined;
  for (const sigma of [0.5, 1, 2]) {
    for (const m of [-0.5, 0, 0.5]) {
      const { parameterValues, parameterError } = levenbergMarquardt(
        { x, y },
        ([a, b, rho, m, sigma]) =>
          (k) =>
            Math.sqrt(Math.max(totalVariance(k, { a: a!, b: b!, rho: rho!, m: m!, sigma: sigma! }), 1e-9)),
        {
          initialValues: [0.8, 0.2, 0, m, sigma],
          minValues: [-2, 1e-4, -0.99, -3, 0.05],
          maxValues: [4, 4, 0.99, 3, 6],
          damping: 0.01,
          gradientDifference: 1e-5,
          centralDifference: true,
          improvementThreshold: 0,
          errorTolerance: 1e-12,
          maxIterations: 400,
        },
      );
      if (best === undefined || parameterError < best.error)
        best = { parameters: parameterValues, error: parameterError };
    }
  }
  const [a, b, rho, m, sigma] = best!.parameters as [number, number, number, number, number];
  const w0 = scale * scale;
  const six = (value: number) => Number(value.toPrecision(6));
  const svi = { a: six(a * w0), b: six(b * scale), rho: six(rho), m: six(m * scale), sigma: six(sigma * scale) };
  if (svi.a + svi.b * svi.sigma * Math.sqrt(1 - svi.rho ** 2) < 0)
    throw new Error(`${coin} ${expiry}: the smile's least variance is below 0`);
  const errors = points.map((p) => Math.sqrt(totalVariance(p.x * scale, svi) / tau) - p.y * atm);
  const rmse = 100 * Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
  return { coin, expiry, forward, svi, rmse: rounded(rmse, 3), quotes: points.length };
}

const volOf = (smile: Smile, strike: number) =>
  rounded(Math.sqrt(totalVariance(Math.log(strike / smile.forward), smile.svi) / years(AS_OF, smile.expiry)), 4);

// Market

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const day = (expiry: string) =>
  `${Number(expiry.slice(8, 10))}${MONTHS[Number(expiry.slice(5, 7)) - 1]}${expiry.slice(2, 4)}`;

interface Listed extends Instrument {
  z: number;
  vol: number;
  forward: number;
}

function build(folder: string) {
  const chain = readChain(join(folder, FILE), SNAPSHOT);
  const smiles: Smile[] = [];
  const options: Listed[] = [];
  const others: Instrument[] = [];
  const facts: Fact[] = [];
  const currencies: Currency[] = [];
  const prices = new Map<string, number>();
  for (const coin of ["BTC", "ETH"] as const) {
    const { optionLot, contract, tick, priceDigits, perpetual } = COINS[coin];
    const quotes = chain.filter((quote) => quote.coin === coin);
    const spot = rounded(median(quotes.map((quote) => quote.index)), priceDigits);
    currencies.push({ id: coin, largestTotal: coin === "BTC" ? 2 ** 17 : 2 ** 21, price: spot, underlying: coin });
    facts.push({ at: { underlying: coin }, spot });
    const linear = coin === "BTC" ? ["2026-02-27", "2026-03-27"] : [];
    for (const expiry of EXPIRIES) {
      const here = quotes.filter((quote) => quote.expiry === expiry);
      const smile = fit(coin, expiry, here);
      smiles.push(smile);
      facts.push({ at: { underlying: coin, expiry }, forward: smile.forward });
      const stdDev = volOf(smile, smile.forward) * Math.sqrt(years(AS_OF, expiry));
      const listed = [...new Set(here.map((quote) => quote.strike))];
      const strikes = new Map<number, number>();
      for (const z of STRIKES) {
        const wanted = smile.forward * Math.exp(z * stdDev);
        const strike = listed.reduce((best, k) => (Math.abs(k - wanted) < Math.abs(best - wanted) ? k : best));
        if (!strikes.has(strike)) strikes.set(strike, z);
      }
      const add = (prefix: string, settlement: string, payoff: "linear" | "inverse", lot: number, most: number) => {
        for (const [strike, z] of [...strikes].sort((p, q) => p[0] - q[0])) {
          if (Math.abs(z) > most) continue;
          for (const callPut of [1, -1] as const) {
            const id = `${prefix}-${day(expiry)}-${strike}-${callPut === 1 ? "C" : "P"}`;
            const vol = volOf(smile, strike);
            options.push({
              id,
              kind: "option",
              underlying: coin,
              expiry,
              strike,
              callPut,
              settlement,
              payoff,
              lot,
              z,
              vol,
              forward: smile.forward,
            });
          }
        }
      };
      add(coin, coin, "inverse", optionLot, 2);
      if (linear.some((text) => expiry.startsWith(text))) add(`${coin}_USDC`, "USDC", "linear", 0.01, 1.25);
      if (FUTURES.includes(expiry)) {
        const id = `${coin}-${day(expiry)}`;
        others.push({
          id,
          kind: "future",
          underlying: coin,
          expiry,
          settlement: coin,
          payoff: "inverse",
          lot: contract,
          lotUnit: "quote",
        });
        prices.set(id, smile.forward);
      }
    }
    // The chain holds no perpetual: its mark is taken to be the nearest forward, to the tick.
    const near = rounded(Math.round(smiles.find((smile) => smile.coin === coin)!.forward / tick) * tick, priceDigits);
    others.push({
      id: perpetual,
      kind: "perpetual",
      underlying: coin,
      expiry: "perpetual",
      settlement: coin,
      payoff: "inverse",
      lot: contract,
      lotUnit: "quote",
    });
    prices.set(perpetual, near);
    if (linear.length > 0) {
      const id = `${coin}_USDC-PERPETUAL`;
      others.push({
        id,
        kind: "perpetual",
        underlying: coin,
        expiry: "perpetual",
        settlement: "USDC",
        payoff: "linear",
        lot: 0.001,
      });
      prices.set(id, near);
    }
  }
  currencies.push({ id: "USDC", largestTotal: 2 ** 33, price: 1 });
  for (const { id } of others) facts.push({ at: { instrument: id }, mark: prices.get(id) });
  for (const { id, vol } of options) facts.push({ at: { instrument: id }, vol });
  facts.push({ at: {}, ...FEEDS });
  const instruments = [
    ...options.map(({ z: _z, vol: _vol, forward: _forward, ...instrument }) => instrument),
    ...others,
  ];
  const market = {
    format: 1,
    asOf: AS_OF,
    source:
      "Smiles fitted to a chain of Deribit, 2026-02-18, and rounded: examples/sample/README.md. Not the venue's quotes.",
    currencies,
    instruments,
    facts,
  };
  return {
    market,
    smiles,
    options,
    prices,
    portfolio: { format: 1, positions: book(options, prices), balances: BALANCES },
  };
}

// Portfolio

const BALANCES = { BTC: 95, ETH: 1400, USDC: 2_500_000 };

/** Options as [coin or pair, expiry, [standard deviations from the forward, call or put, lots]…]: what a desk calls each line. */
const BOOK: [pair: string, expiry: string, ...legs: [z: number, type: "C" | "P", lots: number][]][] = [
  ["BTC", "2026-02-19", [1.25, "C", -60]], // daily call overwrite
  ["BTC", "2026-02-27", [-1.25, "P", -400], [1.25, "C", -400]], // short strangle
  ["BTC", "2026-03-27", [-2, "P", 300], [-0.6, "P", -300], [0.6, "C", -300], [2, "C", 300]], // iron condor
  ["BTC", "2026-03-06", [0, "C", -150], [0, "P", -150]], // calendar: short the near straddle …
  ["BTC", "2026-04-24", [0, "C", 150], [0, "P", 150]], // … long the far one
  ["BTC", "2026-06-26", [0, "C", 200], [1.25, "C", -200]], // call spread
  ["BTC", "2026-09-25", [-1.25, "P", -100], [1.25, "C", 100]], // risk reversal
  ["BTC", "2026-12-25", [-2, "P", 250]], // tail hedge
  ["ETH", "2026-02-27", [-1.25, "P", -1500], [1.25, "C", -1500]], // short strangle
  ["ETH", "2026-03-27", [-0.6, "P", 1200], [-2, "P", -1200]], // put spread
  ["ETH", "2026-06-26", [0, "C", 600], [1.25, "C", -1200]], // call ratio
  ["ETH", "2026-09-25", [0, "C", -250], [0, "P", -250]], // short straddle
  ["ETH", "2026-12-25", [-1.25, "P", 1000]], // tail hedge
  ["BTC_USDC", "2026-02-27", [-0.6, "P", -1500], [-1.25, "P", 1500]], // short put spread, paid in USDC
  ["BTC_USDC", "2026-03-27", [1.25, "C", 800]],
];
/** Dated futures: a calendar in each coin, lots in contracts of so many dollars, entry relative to today's mark. */
const CALENDARS: [id: string, lots: number, entry: number][] = [
  ["BTC-27MAR26", -60_000, 1.012],
  ["BTC-26JUN26", 60_000, 1.009],
  ["ETH-27MAR26", 400_000, 0.98],
  ["ETH-25SEP26", -400_000, 0.985],
];

function book(options: Listed[], prices: Map<string, number>): Position[] {
  const positions: Position[] = [];
  const deltas: Record<string, number> = { BTC: 0, ETH: 0, BTC_USDC: 0 };
  for (const [pair, expiry, ...legs] of BOOK) {
    for (const [z, type, lots] of legs) {
      const option = options.find(
        (o) =>
          o.id.startsWith(`${pair}-`) &&
          o.expiry.startsWith(expiry) &&
          o.z === z &&
          (o.callPut === 1) === (type === "C"),
      );
      if (option === undefined) throw new Error(`no option ${pair} ${expiry} ${z} ${type}`);
      positions.push({ instrument: option.id, lots });
      deltas[pair]! += lots * option.lot! * delta(option);
    }
  }
  for (const [id, lots, entry] of CALENDARS) {
    const coin = id.slice(0, 3) as Coin;
    const mark = prices.get(id)!;
    positions.push({ instrument: id, lots, entry: rounded(mark * entry, 1) });
    deltas[coin]! += (lots * COINS[coin].contract) / mark;
  }
  // Perpetuals take four fifths of what is left of delta: a desk leaves some.
  for (const coin of ["BTC", "ETH"] as const) {
    const { perpetual, contract } = COINS[coin];
    const mark = prices.get(perpetual)!;
    const dollars = -0.8 * deltas[coin]! * mark;
    positions.push({
      instrument: perpetual,
      lots: (Math.round(dollars / 10_000) * 10_000) / contract,
      entry: rounded(mark * 1.004, 1),
    });
  }
  positions.push({
    instrument: "BTC_USDC-PERPETUAL",
    lots: Math.round((-0.8 * deltas["BTC_USDC"]!) / 0.1) * 100,
    entry: rounded(prices.get("BTC_USDC-PERPETUAL")! * 0.997, 1),
  });
  return positions;
}

/** Only to size the hedges: N(d₁) by the logistic curve that is within 1e-2 of the normal distribution. */
function delta({ expiry, strike, callPut, vol, forward }: Listed): number {
  const stdDev = vol * Math.sqrt(years(AS_OF, expiry));
  const d1 = Math.log(forward / strike!) / stdDev + stdDev / 2;
  const call = 1 / (1 + Math.exp(-1.702 * d1));
  return callPut === 1 ? call : call - 1;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "examples/sample");
const { market, portfolio, smiles } = build(process.argv[2] ?? join(root, "../shared/data"));
checkMarket(market);
checkPortfolio(portfolio);
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "market.json"), document(market));
writeFileSync(join(out, "portfolio.json"), document(portfolio));
const note =
  "raw SVI by expiry: total variance over ln(K/F), fitted to mark vols of options out of the money within 3 standard deviations";
writeFileSync(
  join(out, "fit.json"),
  document({ chain: FILE, snapshot: SNAPSHOT, asOf: AS_OF, fit: note, rmseUnit: "vol points (0.01)", smiles }),
);
