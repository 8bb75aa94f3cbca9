/** Accounts in the memory of a kernels module, as a venue has them, and the scan over them. For the benches and their workers. */
import { readFileSync } from "node:fs";
import type { kernels as shared } from "../test/kernels.ts";
import { Random } from "../test/reference/random.ts";
import { SPOT_MOVES, UNMOVED, VOL_FACTORS } from "./cases.ts";
import * as twin from "./twin/margin.ts";

export const { LANES } = twin;
export const POSITIONS = 20;
export const INSTRUMENTS = 1000;

/** Rows of 1,000 instruments in whole quanta, as profit and loss of one lot. */
export function rows(): Float64Array {
  const random = new Random(3);
  const strikes = INSTRUMENTS / 2;
  const options = new Float64Array(3 * strikes);
  for (let i = 0; i < strikes; i++) {
    const s = random.uniform(0.4, 0.9) * Math.sqrt(random.whole(1, 300) / 365);
    options[i] = 60_000;
    options[strikes + i] = 60_000 * Math.exp(random.uniform(-2, 2) * s);
    options[2 * strikes + i] = s;
  }
  const R = new Float64Array(INSTRUMENTS * LANES);
  twin.riskArrays(options, twin.scenarioColumns(SPOT_MOVES, VOL_FACTORS), R, strikes, UNMOVED);
  const quantum = 2 ** -13;
  return R.map((pnl) => Math.round((0.01 * pnl) / quantum) * quantum);
}

export interface Holdings {
  accounts: number;
  /** [accounts × positions] */
  index: Int32Array;
  quantity: Float64Array;
}

/** 20 different instruments for each account. */
export function holdings(accounts: number, seed = 5): Holdings {
  const random = new Random(seed);
  const index = new Int32Array(accounts * POSITIONS);
  const quantity = new Float64Array(accounts * POSITIONS);
  for (let a = 0; a < accounts; a++) {
    const from = a * POSITIONS;
    for (let k = 0; k < POSITIONS; k++) {
      let i: number;
      do i = random.whole(0, INSTRUMENTS - 1);
      while (index.subarray(from, from + k).includes(i));
      index[from + k] = i;
      quantity[from + k] = random.sign() * random.whole(1, 500);
    }
  }
  return { accounts, index, quantity };
}

/** In the order in which accounts are opened, or in a random one that scatters each account over the memory. */
export type Order = "in order" | "at random";

export class ScanVenue {
  readonly kernels: typeof shared;
  readonly accounts: number;
  readonly risk: number;
  private readonly venue: number;
  private readonly out: number;
  private readonly held: Holdings;
  private sums = 0;
  private packed: { instrument: number; lots: number } | undefined;

  constructor(held: Holdings, R: Float64Array, order: Order) {
    const { accounts, index, quantity } = held;
    this.held = held;
    const module = new WebAssembly.Module(readFileSync(new URL("../build/kernels.wasm", import.meta.url)));
    this.kernels = new WebAssembly.Instance(module, {}).exports as never;
    this.accounts = accounts;
    this.venue = this.made(this.kernels.createScan());
    this.out = this.allocate(8 * accounts);
    this.risk = this.allocate(8 * R.length);
    new Float64Array(this.kernels.memory.buffer, this.risk, R.length).set(R);
    this.made(this.kernels.openScanned(this.venue, accounts));
    const handles = Int32Array.from({ length: accounts }, (_, a) => a);
    if (order === "at random") shuffle(handles);
    const at = this.allocate(16 * accounts);
    for (let k = 0; k < POSITIONS; k++) {
      const { buffer } = this.kernels.memory; // entering grows it
      const lots = new Float64Array(buffer, at, accounts);
      const instrument = new Int32Array(buffer, at + 8 * accounts, accounts);
      new Int32Array(buffer, at + 12 * accounts, accounts).set(handles);
      for (let a = 0; a < accounts; a++) {
        lots[a] = quantity[a * POSITIONS + k]!;
        instrument[a] = index[a * POSITIONS + k]!;
      }
      this.made(this.kernels.enterScanned(this.venue, accounts, at + 12 * accounts, at + 8 * accounts, at));
    }
    this.kernels.release(at);
  }

  /** The worst of the rows for every account. */
  scan(): number {
    this.kernels.scanAccounts(this.venue, 0, this.accounts, this.risk, this.out);
    return 1;
  }

  /** The same with positions in columns, one account after the other. */
  scanColumns(): number {
    const { instrument, lots } = this.columns();
    this.kernels.scanColumns(this.accounts, POSITIONS, instrument, lots, this.risk, this.out);
    return 1;
  }

  /** The same with each account's sums kept, and which row it is. */
  sum(): number {
    this.keptSums();
    const worst = this.sums + 8 * LANES * this.accounts;
    this.kernels.sumAccounts(this.venue, 0, this.accounts, this.risk, this.sums, this.out, worst);
    return 1;
  }

  losses(): Float64Array {
    return new Float64Array(this.kernels.memory.buffer, this.out, this.accounts);
  }

  /** The row that decides for each account, after `sum`. */
  deciding(): Int32Array {
    return new Int32Array(this.kernels.memory.buffer, this.keptSums() + 8 * LANES * this.accounts, this.accounts);
  }

  /** Where the sums are, [accounts][52], and behind them the rows that decide, [accounts] i32. */
  keptSums(): number {
    this.sums ||= this.allocate((8 * LANES + 4) * this.accounts);
    return this.sums;
  }

  private columns(): { instrument: number; lots: number } {
    if (this.packed !== undefined) return this.packed;
    const { index, quantity } = this.held;
    const lots = this.allocate(12 * index.length);
    const instrument = lots + 8 * index.length;
    const { buffer } = this.kernels.memory;
    new Float64Array(buffer, lots, quantity.length).set(quantity);
    new Int32Array(buffer, instrument, index.length).set(index);
    return (this.packed = { instrument, lots });
  }

  allocate(bytes: number): number {
    return this.made(this.kernels.allocate(bytes)) >>> 0;
  }

  private made<T>(done: T): T {
    if (!done) throw new Error("the memory cannot grow");
    return done;
  }
}

function shuffle(x: Int32Array): void {
  const random = new Random(29);
  for (let i = x.length - 1; i > 0; i--) {
    const j = random.whole(0, i);
    [x[i], x[j]] = [x[j]!, x[i]!];
  }
}
