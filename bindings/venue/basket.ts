/** Orders that are checked together, as columns in the core's memory. */
import type { Exports } from "../core/exports.ts";
import { outOfMemory } from "../core/failure.ts";
import { unexpected } from "../error.ts";

/** How an order joins an account in a check. */
export type Joining = "fill" | "rest";

/** As the core takes it. */
export function joiningOf(as: Joining): number {
  if (as === "fill") return 0;
  if (as === "rest") return 1;
  throw unexpected("NotOneOf", "as", '"fill" or "rest"', as);
}

/** An order as the core takes it. */
export interface BasketRow {
  /** Index in the program. */
  instrument: number;
  lots: number;
  price: number;
  /** From `joiningOf`. */
  joining: number;
}

const MOST_ORDERS = 64;
const ORDER_BYTES = 4 + 8 + 8 + 4;

export class Basket {
  private readonly block: number;
  /** Addresses of the columns. */
  readonly lots: number;
  readonly price: number;
  readonly instrument: number;
  readonly joining: number;

  constructor(private readonly exports: Exports) {
    const bytes = MOST_ORDERS * ORDER_BYTES;
    this.block = exports.allocate(bytes);
    if (this.block === 0) throw outOfMemory(bytes);
    this.lots = this.block;
    this.price = this.lots + 8 * MOST_ORDERS;
    this.instrument = this.price + 8 * MOST_ORDERS;
    this.joining = this.instrument + 4 * MOST_ORDERS;
  }

  write(rows: readonly BasketRow[]): void {
    if (rows.length > MOST_ORDERS) throw unexpected("TooManyOrders", "orders", `at most ${MOST_ORDERS}`, rows.length);
    const { buffer } = this.exports.memory;
    const lots = new Float64Array(buffer, this.lots, MOST_ORDERS);
    const price = new Float64Array(buffer, this.price, MOST_ORDERS);
    const instrument = new Int32Array(buffer, this.instrument, MOST_ORDERS);
    const joining = new Int32Array(buffer, this.joining, MOST_ORDERS);
    rows.forEach((row, k) => {
      instrument[k] = row.instrument;
      lots[k] = row.lots;
      price[k] = row.price;
      joining[k] = row.joining;
    });
  }

  release(): void {
    this.exports.release(this.block);
  }
}
