/** Random realistic markets: 1–3 coins, coin-settled and USDC-settled, options with a smile from hours to two years. */
import type { Currency, Fact, Instrument, Market } from "../../bindings/documents/market.ts";
import { decimals, type Random } from "./random.ts";

interface Coin {
  id: string;
  spot: [low: number, high: number];
  /** Steps between strikes: near, middle, far. */
  strikeSteps: [number, number, number];
  inverse: boolean;
  largestTotal: number;
  lots: { inverseOption: number; linearOption: number; quote: number; linear: number; spot: number };
}
const coins: Coin[] = [
  {
    id: "BTC",
    spot: [20_000, 120_000],
    strikeSteps: [250, 1000, 5000],
    inverse: true,
    largestTotal: 2 ** 17,
    lots: { inverseOption: 0.1, linearOption: 0.01, quote: 10, linear: 0.001, spot: 0.0001 },
  },
  {
    id: "ETH",
    spot: [1000, 5000],
    strikeSteps: [25, 50, 200],
    inverse: true,
    largestTotal: 2 ** 22,
    lots: { inverseOption: 1, linearOption: 0.1, quote: 1, linear: 0.01, spot: 0.001 },
  },
  {
    id: "SOL",
    spot: [20, 300],
    strikeSteps: [1, 2, 10],
    inverse: false,
    largestTotal: 2 ** 27,
    lots: { inverseOption: 1, linearOption: 10, quote: 1, linear: 0.1, spot: 0.01 },
  },
];
/** Ranges of hours to expiry, of which a market has a few. */
const tenors: [low: number, high: number][] = [
  [2, 20],
  [24, 7 * 24],
  [10 * 24, 28 * 24],
  [30 * 24, 100 * 24],
  [150 * 24, 330 * 24],
  [360 * 24, 730 * 24],
];
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const hourMs = 3_600_000;

/** 27MAR26, with the hour where it is not the usual 8. */
function expiryName(moment: Date): string {
  const date = `${moment.getUTCDate()}${months[moment.getUTCMonth()]}${String(moment.getUTCFullYear()).slice(2)}`;
  return moment.getUTCHours() === 8 ? date : `${date}T${moment.getUTCHours()}`;
}

export function randomMarket(random: Random): Market {
  const asOf = new Date(Date.UTC(2026, random.whole(0, 11), random.whole(1, 28), random.whole(0, 23)));
  const expiries = [...new Set(tenors.filter(() => random.chance(0.45)).map(([low, high]) => random.whole(low, high)))];
  if (expiries.length === 0) expiries.push(random.whole(24, 2000));
  const first = random.whole(0, 2);
  const chosen = coins.slice(0, random.whole(1, 3)).map((_, i) => coins[(first + i) % 3]!);
  const currencies: Currency[] = [
    { id: "USDC", largestTotal: 2 ** 33, price: random.chance(0.5) ? 1 : decimals(random.uniform(0.985, 1.005), 5) },
    { id: "USD", largestTotal: 2 ** 33, price: 1 },
  ];
  const instruments: Instrument[] = [];
  const facts: Fact[] = [];
  for (const coin of chosen) {
    const spot = decimals(random.logUniform(...coin.spot), 2);
    currencies.push({ id: coin.id, largestTotal: coin.largestTotal, price: spot, underlying: coin.id });
    facts.push({ at: { underlying: coin.id }, spot });
    addDeltaOne(random, coin, spot, "perpetual", "", spot * random.uniform(0.998, 1.002), instruments, facts);
    instruments.push({
      id: `${coin.id}/USDC`,
      kind: "spot",
      underlying: coin.id,
      expiry: "perpetual",
      settlement: "USDC",
      payoff: "linear",
      lot: coin.lots.spot,
    });
    for (const hours of expiries) addExpiry(random, coin, spot, asOf, hours, instruments, facts);
    addArrays(coin, spot, facts);
    facts.push({ at: { underlying: coin.id }, confidence: CONFIDENCES[facts.length % CONFIDENCES.length]! });
  }
  return { format: 1, asOf: asOf.toISOString(), currencies, instruments, facts };
}

/** Of which all but the last are one f64. */
const CONFIDENCES = ["0.399999999999999999", 0.4, "0.4", "0.400000000000000001", 0.9];

/** Ready-made profit and loss in four rows: of options with a hump, of what is delta-one with the price. */
function addArrays({ id, inverse }: Coin, spot: number, facts: Fact[]): void {
  const shapes = {
    option: [0.02, -0.01, -0.03, 0.05],
    future: [-0.16, -0.05, 0.05, 0.15],
    perpetual: [-0.15, -0.05, 0.05, 0.15],
    spot: [-0.15, -0.05, 0.05, 0.15],
  };
  for (const [settlement, unit] of [["USDC", spot], ...(inverse ? [[id, 1] as const] : [])] as const) {
    for (const [kind, shape] of Object.entries(shapes))
      facts.push({ at: { underlying: id, settlement, kind }, given: shape.map((x) => x * unit) });
  }
}

/** A perpetual, or a future of one expiry: coin-settled in dollar lots, and USDC-settled. Marks are given for most. */
function addDeltaOne(
  random: Random,
  coin: Coin,
  spot: number,
  expiry: string,
  name: string,
  price: number,
  instruments: Instrument[],
  facts: Fact[],
  markNeeded = false,
): void {
  const kind = expiry === "perpetual" ? "perpetual" : "future";
  const suffix = name === "" ? "PERP" : name;
  const terms = { kind, underlying: coin.id, expiry } as const;
  const ids: string[] = [];
  if (coin.inverse) {
    ids.push(`${coin.id}-${suffix}`);
    instruments.push({
      ...terms,
      id: ids[0]!,
      settlement: coin.id,
      payoff: "inverse",
      lot: coin.lots.quote,
      lotUnit: "quote",
    });
  }
  const linear = `${coin.id}_USDC-${suffix}`;
  ids.push(linear);
  instruments.push({ ...terms, id: linear, settlement: "USDC", payoff: "linear", lot: coin.lots.linear });
  for (const instrument of ids) {
    if (markNeeded || random.chance(0.7))
      facts.push({ at: { instrument }, mark: decimals(price * random.uniform(0.9995, 1.0005), spot > 1000 ? 2 : 4) });
  }
}

/** Forward, discount, a future, and options on a few strikes with a smile. */
function addExpiry(
  random: Random,
  coin: Coin,
  spot: number,
  asOf: Date,
  hours: number,
  instruments: Instrument[],
  facts: Fact[],
): void {
  const moment = new Date(asOf.getTime() + hours * hourMs);
  const expiry = moment.toISOString().replace(".000Z", "Z");
  const name = expiryName(moment);
  const tau = hours / (365 * 24);
  const forward = decimals(spot * Math.exp(random.uniform(-0.04, 0.12) * tau), 2);
  const discount = random.chance(0.5) ? 1 : decimals(Math.exp(-random.uniform(0.01, 0.06) * tau), 8);
  const averaged = hours < 24 && random.chance(0.3); // part of the settlement average is fixed already
  const fixed = averaged ? decimals(forward * random.uniform(0.1, 0.6), 2) : 0;
  const at = { underlying: coin.id, expiry };
  facts.push(
    averaged ? { at, forward: decimals(forward - fixed, 2), forwardFixed: fixed, discount } : { at, forward, discount },
  );
  if (random.chance(0.7)) addDeltaOne(random, coin, spot, expiry, name, forward, instruments, facts, averaged);

  const level = random.uniform(0.3, 1.1) * (1 + 0.4 * Math.exp(-4 * tau) * random.uniform(-0.5, 1));
  const skew = random.uniform(-0.12, 0.06);
  const curvature = random.uniform(0.02, 0.1);
  const stdDev = Math.max(level * Math.sqrt(tau), 0.01);
  const step = coin.strikeSteps[hours < 10 * 24 ? 0 : hours < 150 * 24 ? 1 : 2];
  const strikes = new Set<number>();
  for (let i = random.whole(3, 6); i > 0; i--) {
    strikes.add(Math.max(step, Math.round((forward * Math.exp(stdDev * random.uniform(-2.2, 2.2))) / step) * step));
  }
  for (const strike of [...strikes].sort((a, b) => a - b)) {
    const x = Math.log(strike / forward) / stdDev;
    const vol = decimals(Math.min(Math.max(level * (1 + skew * x + curvature * x * x), 0.15), 3), 4);
    for (const callPut of [1, -1] as const) {
      const terms = { kind: "option", underlying: coin.id, expiry, strike, callPut } as const;
      const tail = `${name}-${strike}-${callPut === 1 ? "C" : "P"}`;
      const add = (option: Instrument) => {
        instruments.push(option);
        facts.push({ at: { instrument: option.id }, vol });
      };
      add({
        ...terms,
        id: `${coin.id}_USDC-${tail}`,
        settlement: "USDC",
        payoff: "linear",
        lot: coin.lots.linearOption,
      });
      if (coin.inverse)
        add({
          ...terms,
          id: `${coin.id}-${tail}`,
          settlement: coin.id,
          payoff: "inverse",
          lot: coin.lots.inverseOption,
        });
    }
  }
}
