/** Documents of the benches: markets of options on one underlying, models with a grid of scenarios, portfolios. */
import { readFileSync } from "node:fs";
import type { Market } from "../bindings/documents/market.ts";
import type { MarginModel, Row } from "../bindings/documents/model.ts";
import type { Portfolio } from "../bindings/documents/portfolio.ts";
import type { Exports } from "../bindings/core/exports.ts";
import { place, type Placed } from "../bindings/core/layout.ts";
import { compile, type Program } from "../bindings/compile/program.ts";
import { checkMarket, checkModel } from "../bindings/documents/check.ts";
import { SPOT_MOVES, VOL_FACTORS } from "./cases.ts";
import { Random } from "../test/reference/random.ts";

const ASOF = "2026-01-05T08:00:00Z";
const SPOT = 60_000;
const DAYS = [1, 3, 7, 14, 30, 60, 90, 180, 365];

/** 17 spot moves by three factors on the volatility. */
export const GRID: Row[] = VOL_FACTORS.flatMap((factor) =>
  SPOT_MOVES.map((spot): Row => (factor === 1 ? { spot } : { spot, volMove: factor - 1 })),
);

/** n rows: spot moves within ±16 % by three states of the volatility. */
export function grid(n: number): Row[] {
  const moves = Math.ceil(n / 3);
  return Array.from({ length: n }, (_, i): Row => {
    const spot = -0.16 + (0.32 * Math.floor(i / 3)) / Math.max(moves - 1, 1);
    return { spot, volMove: [-0.25, 0, 0.4][i % 3]! };
  });
}

/** The worst loss over the rows, and nothing else. */
export function scanModel(rows: Row[]): MarginModel {
  return {
    format: 1,
    id: "bench",
    edition: "2026-01-01",
    source: "made up for measuring",
    currency: "USDC",
    parameters: {},
    values: { discount: { is: 1 } },
    scenarios: { grid: { rows } },
    charges: { worst: { kind: "scan", scenarios: "grid" } },
    equity: 0,
    initial: "worst",
    maintenance: "worst",
  };
}

/** n options (calls and puts of n/2 strikes, or calls only) over nine expiries, in chain order. */
export function optionMarket(n: number, callsOnly = false): Market {
  const random = new Random(7);
  const sides = callsOnly ? ([1] as const) : ([1, -1] as const);
  const strikes = Math.ceil(n / sides.length);
  const market: Market = {
    format: 1,
    asOf: ASOF,
    currencies: [{ id: "USDC", largestTotal: 2 ** 40, price: 1 }],
    instruments: [],
    facts: [{ at: { underlying: "BTC" }, spot: SPOT }],
  };
  const expiries = DAYS.map((days) => new Date(Date.parse(ASOF) + days * 86_400_000).toISOString());
  for (const expiry of expiries) market.facts.push({ at: { underlying: "BTC", expiry }, forward: SPOT });
  for (let k = 0; k < strikes; k++) {
    const e = Math.floor((k * DAYS.length) / strikes);
    const tau = DAYS[e]! / 365;
    const vol = random.uniform(0.4, 0.9);
    const strike = SPOT * Math.exp(random.uniform(-2, 2) * vol * Math.sqrt(tau)) + k * 1e-3; // all different
    for (const callPut of sides) {
      const id = `BTC-${DAYS[e]}-${k}-${callPut > 0 ? "C" : "P"}`;
      const terms = {
        kind: "option",
        underlying: "BTC",
        expiry: expiries[e]!,
        settlement: "USDC",
        payoff: "linear",
      } as const;
      market.instruments.push({ ...terms, id, strike, callPut, lot: 0.01 });
      market.facts.push({ at: { instrument: id }, vol });
    }
  }
  return market;
}

/** `positions` of the market's instruments, spread evenly over it, whole lots up to ±2,000. */
export function portfolioOf(market: Market, positions: number, seed = 11): Portfolio {
  const random = new Random(seed);
  const { instruments } = market;
  return {
    format: 1,
    positions: Array.from({ length: positions }, (_, i) => ({
      instrument: instruments[Math.floor((i * instruments.length) / positions)]!.id,
      lots: random.sign() * random.whole(1, 2000),
    })),
    balances: { USDC: 1e7 },
  };
}

/** A module of kernels with the book's parts exported one by one; an instance of its own, so that its memory is the arena's alone. */
export function bookKernels(): Exports & { repriceSet(book: number, set: number): void } {
  const module = new WebAssembly.Module(readFileSync(new URL("../build/kernels.wasm", import.meta.url)));
  return new WebAssembly.Instance(module, {}).exports as never;
}

export interface BoundBook {
  program: Program;
  placed: Placed;
}

/** Compiles and lays out a book in the exports' memory, and binds it. */
export function bound(exports: Exports, model: MarginModel, market: Market, exact = true): BoundBook {
  const program = compile(checkModel(model), checkMarket(market));
  const placed = place(exports, program, exact);
  exports.bind(placed.book, placed.inputsEnd, placed.repriced);
  return { program, placed };
}

/** The rows of R of a book's first set, [instruments][stride]. */
export function riskOf(exports: Exports, { program, placed }: BoundBook): Float64Array {
  const { risk, stride } = placed.sets[0]!;
  return new Float64Array(exports.memory.buffer, risk, program.universe.items.length * stride);
}
