/** Seeded inputs of the benches: the same on every machine and in every run. */
import { figures } from "../test/kernels.ts";
import { Random } from "../test/reference/random.ts";

/** Options as columns. */
export interface Options {
  n: number;
  forward: Float64Array;
  strike: Float64Array;
  tau: Float64Array;
  sqrtTau: Float64Array;
  vol: Float64Array;
  rate: Float64Array;
  discount: Float64Array;
  /** +1 call, −1 put */
  callPut: Float64Array;
}

type Row = Pick<Record<keyof Options, number>, "forward" | "strike" | "tau" | "vol" | "rate" | "callPut">;

export function columns(rows: readonly Row[]): Options {
  const column = (f: (row: Row) => number) => Float64Array.from(rows, f);
  return {
    n: rows.length,
    forward: column((o) => o.forward),
    strike: column((o) => o.strike),
    tau: column((o) => o.tau),
    sqrtTau: column((o) => Math.sqrt(o.tau)),
    vol: column((o) => o.vol),
    rate: column((o) => o.rate),
    discount: column((o) => Math.exp(-o.rate * o.tau)),
    callPut: column((o) => o.callPut),
  };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/**
 * The speed set: forward near 50,000, vol 30–150 %, two hours to two years (both log-uniform), moneyness mostly within 2.5 standard
 * deviations, 3 % rate, half puts, in random order.
 */
export function speedSet(n: number, seed = 42): Options {
  const random = new Random(seed);
  const rows: Row[] = [];
  while (rows.length < n) {
    const forward = 50_000 * Math.exp(random.uniform(-0.02, 0.02));
    const vol = random.logUniform(0.3, 1.5);
    const tau = random.logUniform(2 / 8760, 2);
    const x = normal(random) * 1.2 * vol * Math.sqrt(tau) + random.uniform(-0.02, 0.02);
    const strike = Math.round(forward * Math.exp(-Math.min(Math.max(x, -1.5), 1.5)));
    rows.push({ forward, strike, tau, vol, rate: 0.03, callPut: random.sign() });
  }
  return columns(rows);
}

/** Eight expiries of one underlying, 64 strikes each, calls and puts, with a smile: a venue's chain in its order. */
export function chain(seed = 7): Options {
  const random = new Random(seed);
  const rows: Row[] = [];
  for (const days of [0.5, 2, 7, 14, 30, 90, 180, 365]) {
    const tau = days / 365;
    const forward = 60_000 * Math.exp(0.05 * tau);
    const level = 0.55 + 0.15 * Math.exp(-4 * tau) + random.uniform(-0.03, 0.03);
    for (let k = 0; k < 64; k++) {
      const x = -2.2 + (4.4 * k) / 63;
      const strike = Math.round((forward * Math.exp(x * level * Math.sqrt(tau))) / 10) * 10;
      const vol = level * (1 - 0.06 * x + 0.05 * x * x);
      for (const callPut of [1, -1]) rows.push({ forward, strike, tau, vol, rate: 0.03, callPut });
    }
  }
  return columns(rows);
}

/** The rows of test/vectors/pricing/prices.json, undiscounted prices at 60 digits; a multiple of eight, which the C++ kernels need. */
export interface Golden {
  options: Options;
  price: Float64Array;
  /** Vol that gives the price as rounded to double; NaN where a double cannot pin it. */
  impliedVol: Float64Array;
}

export function golden(): Golden {
  const all = figures<[number, number, number, number, number, number, number | null][]>("prices.json");
  const rows = all.slice(0, all.length & ~7);
  return {
    options: columns(
      rows.map(([forward, strike, tau, vol, callPut]) => ({ forward, strike, tau, vol, rate: 0, callPut })),
    ),
    price: Float64Array.from(rows, (row) => row[5]),
    impliedVol: Float64Array.from(rows, (row) => row[6] ?? NaN),
  };
}

/** The scenario grid of the repricing benches: 17 spot moves of 2 % by three factors on the volatility, slow index first. */
export const SPOT_MOVES = Array.from({ length: 17 }, (_, i) => (i - 8) * 0.02);
export const VOL_FACTORS = [1, 0.75, 1.4];
export const SCENARIOS = SPOT_MOVES.length * VOL_FACTORS.length;
/** The unmoved scenario. */
export const UNMOVED = 8;

/** n options of one underlying at 60,000 over nine expiries: a call and a put of each strike, or calls only. */
export interface Listing {
  options: Options;
  /** whole lots held, −20 … 20 */
  lots: Float64Array;
}

export function listing(n: number, seed = 7): Listing {
  const random = new Random(seed);
  const days = [1, 3, 7, 14, 30, 60, 90, 180, 365];
  const rows: Row[] = [];
  for (let i = 0; i < n; i++) {
    const tau = days[Math.floor((i * days.length) / n)]! / 365;
    const vol = random.uniform(0.4, 0.9);
    const x = random.uniform(-2, 2) * vol * Math.sqrt(tau);
    const strike = Math.round((60_000 * Math.exp(x)) / 500) * 500;
    rows.push({ forward: 60_000, strike, tau, vol, rate: 0, callPut: 1 });
  }
  return { options: columns(rows), lots: Float64Array.from(rows, () => random.whole(-20, 20)) };
}
