/** Columns of options → prices, Greeks, implied vols: moves numbers into the core's memory and out. */
import { Status } from "../../assembly/record/status.ts";
import { MarginError, unexpected } from "../error.ts";
import type { Exports } from "./exports.ts";
import { outOfMemory } from "./failure.ts";

/** One number for every row, or one per row. */
export type Values = number | Float64Array;

export interface OptionColumns {
  /** Quote per base, > 0. */
  forward: Values;
  strike: Values;
  /** Years, ≥ 0. */
  tau: Values;
  /** +1 call, −1 put. */
  callPut: Values;
  /** Value now of 1 at expiry, > 0; default 1. */
  discount?: Values;
  /** "inverse": prices and sensitivities in coin, undiscounted. Default "linear". */
  payoff?: "linear" | "inverse";
}
export interface VolColumns extends OptionColumns {
  /** Annualised, > 0. */
  vol: Values;
}
export interface PriceColumns extends OptionColumns {
  /** Discounted, quote per base; in coin where inverse. */
  price: Values;
}

const GREEKS = ["price", "delta", "gamma", "vega", "theta", "rho", "vanna", "volga"] as const;
const HIGHER = ["charm", "veta", "speed", "zomma", "color", "ultima"] as const;
/** `netTransactionDelta` (coin): delta less the premium paid in coin; only of inverse options, which have no higher Greeks here. */
export type GreekName = (typeof GREEKS)[number] | (typeof HIGHER)[number] | "netTransactionDelta";
export type GreekColumns = { [name in GreekName]?: Float64Array };

/** Why a row has no implied vol, by number: `reasons[i]`. */
export const IMPLIED_VOL_REASONS = [
  "found",
  "below-intrinsic",
  "zero-volatility",
  "above-maximum",
  "invalid-input",
] as const;

/** Columns of the block in front of the answers: forward, strike, tau, vol or price, discount, callPut, √tau, rate. */
const INPUTS = 8;
const MOST_ROWS = 1 << 24;

const RULES: Partial<Record<Status, [field: string, expected: string, column: number]>> = {
  [Status.ForwardNotPositive]: ["forward", "> 0", 0],
  [Status.StrikeNotPositive]: ["strike", "> 0", 1],
  [Status.TauNegative]: ["tau", "at least 0", 2],
  [Status.VolNotPositive]: ["vol", "> 0", 3],
  [Status.DiscountNotPositive]: ["discount", "> 0", 4],
  [Status.DiscountNotOne]: ["discount", "1 (coin prices are not discounted)", 4],
  [Status.CallPutNotOne]: ["callPut", "1 (call) or -1 (put)", 5],
};

/** Looks at what is no column of itself. */
function isInverse(columns: OptionColumns): boolean {
  if (columns === null || typeof columns !== "object")
    throw unexpected("WrongType", "columns", "an object of columns", columns);
  const { payoff = "linear" } = columns;
  if (payoff !== "linear" && payoff !== "inverse")
    throw unexpected("NotOneOf", "payoff", '"linear" or "inverse"', payoff);
  return payoff === "inverse";
}

function checkOut(name: string, out: unknown): void {
  if (!(out instanceof Float64Array)) throw unexpected("WrongType", name, "a Float64Array", out);
}

export class Pricing {
  constructor(private readonly exports: Exports) {}

  prices(columns: VolColumns, out: Float64Array): Float64Array {
    const isCoin = isInverse(columns);
    checkOut("out", out);
    this.run(
      columns,
      columns.vol,
      out.length,
      1,
      (block, n, stride) => this.exports.prices(block, n, stride, isCoin),
      (f64, at) => out.set(f64(at)),
    );
    return out;
  }

  greeks(columns: VolColumns, out: GreekColumns): GreekColumns {
    const isCoin = isInverse(columns);
    if (out === null || typeof out !== "object") throw unexpected("WrongType", "out", "an object of columns", out);
    const wanted = (Object.keys(out) as GreekName[]).filter((name) => out[name] !== undefined);
    const first = wanted[0];
    if (first === undefined) return out;
    const place = (name: GreekName) => {
      if (name === "netTransactionDelta") return isCoin ? 8 : -1;
      const i = ([...GREEKS, ...HIGHER] as GreekName[]).indexOf(name);
      return isCoin && i >= 8 ? -1 : i;
    };
    for (const name of wanted) {
      if (place(name) < 0)
        throw new MarginError("UnknownGreek", name, `no such sensitivity of ${isCoin ? "inverse" : "linear"} options`);
      checkOut(name, out[name]);
    }
    const n = out[first]!.length;
    for (const name of wanted)
      if (out[name]!.length !== n)
        throw unexpected("LengthsDiffer", name, `${n} rows, as ${first} has`, out[name]!.length);
    const higher = wanted.some((name) => place(name) >= 8);
    const run = (block: number, rows: number, stride: number) =>
      this.exports.greeks(block, rows, stride, isCoin, higher);
    this.run(columns, columns.vol, n, higher ? 14 : 8, run, (f64) => {
      for (const name of wanted) out[name]!.set(f64(place(name)));
    });
    return out;
  }

  impliedVols(columns: PriceColumns, out: Float64Array, reasons?: Int32Array): Float64Array {
    const isCoin = isInverse(columns);
    checkOut("out", out);
    if (reasons !== undefined && !(reasons instanceof Int32Array))
      throw unexpected("WrongType", "reasons", "an Int32Array", reasons);
    if (reasons !== undefined && reasons.length !== out.length) {
      throw unexpected("LengthsDiffer", "reasons", `${out.length} rows, as the output has`, reasons.length);
    }
    const run = (block: number, n: number, stride: number) => this.exports.impliedVols(block, n, stride, isCoin);
    this.run(columns, columns.price, out.length, 2, run, (f64, at, address) => {
      out.set(f64(at));
      reasons?.set(new Int32Array(this.exports.memory.buffer, address(1), out.length));
    });
    return out;
  }

  private run(
    columns: OptionColumns,
    fourth: Values,
    n: number,
    outputs: number,
    call: (block: number, n: number, stride: number) => number,
    read: (f64: (output: number) => Float64Array, first: number, address: (output: number) => number) => void,
  ): void {
    if (n > MOST_ROWS) throw unexpected("TooManyRows", "rows", `at most ${MOST_ROWS} in one call`, n);
    const inputs: [string, Values][] = [
      ["forward", columns.forward],
      ["strike", columns.strike],
      ["tau", columns.tau],
      ["vol" in columns ? "vol" : "price", fourth],
      ["discount", columns.discount ?? 1],
      ["callPut", columns.callPut],
    ];
    for (const [name, values] of inputs) {
      if (typeof values !== "number" && !(values instanceof Float64Array))
        throw unexpected("WrongType", name, "a number or a Float64Array", values);
      if (typeof values !== "number" && values.length !== n)
        throw unexpected("LengthsDiffer", name, `${n} rows, as the output has`, values.length);
    }
    const stride = Math.max(16, (n * 8 + 15) & ~15);
    const bytes = (INPUTS + outputs) * stride;
    const block = this.exports.allocate(bytes);
    if (block === 0) throw outOfMemory(bytes);
    try {
      inputs.forEach(([, values], i) => {
        const column = new Float64Array(this.exports.memory.buffer, block + i * stride, n);
        if (typeof values === "number") column.fill(values);
        else column.set(values);
      });
      const status = call(block, n, stride) as Status;
      if (status !== Status.Ok) throw this.failure(status, inputs);
      const address = (output: number) => block + (INPUTS + output) * stride;
      read((output) => new Float64Array(this.exports.memory.buffer, address(output), n), 0, address);
    } finally {
      this.exports.release(block);
    }
  }

  private failure(status: Status, inputs: [string, Values][]): MarginError {
    const rule = RULES[status];
    if (rule === undefined) return new MarginError(Status[status]!, "rows", Status[status]!);
    const row = this.exports.badRow();
    const values = inputs[rule[2]]![1];
    const field = typeof values === "number" ? rule[0] : `${rule[0]}[${row}]`;
    return unexpected(Status[status]!, field, rule[1], typeof values === "number" ? values : values[row], row);
  }
}
