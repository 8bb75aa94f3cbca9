/**
 * The limit order book of one instrument, by price and time: the best price first, and at one price who came first.
 *
 * Prices are whole ticks, so equal prices are equal numbers. What is cancelled stays in its queue, empty, until it would be its turn.
 */
export interface RestingOrder {
  id: number;
  account: string;
  side: 1 | -1;
  ticks: number;
  /** Lots that are left. */
  lots: number;
}
/** Lots that change hands at the price of who rested. */
export interface Match {
  maker: RestingOrder;
  lots: number;
}
interface Level {
  ticks: number;
  queue: RestingOrder[];
  /** Those before it are done. */
  first: number;
  lots: number;
}

/** Orders of a queue that are done before it is shortened. */
const MANY = 64;

/** One side: levels by price, the best at the end, where it is cheap to take away. */
class Side {
  readonly levels: Level[] = [];

  constructor(private readonly sign: 1 | -1) {}

  best(): Level | undefined {
    for (let level = this.levels.at(-1); level !== undefined; level = this.levels.at(-1)) {
      if (level.lots > 0) return level;
      this.levels.pop();
    }
    return undefined;
  }

  add(order: RestingOrder): void {
    const at = this.place(order.ticks);
    let level = this.levels[at];
    if (level?.ticks !== order.ticks) {
      level = { ticks: order.ticks, queue: [], first: 0, lots: 0 };
      this.levels.splice(at, 0, level);
    }
    level.queue.push(order);
    level.lots += order.lots;
  }

  take(order: RestingOrder, lots: number): void {
    order.lots -= lots;
    const level = this.levels[this.place(order.ticks)]!;
    level.lots -= lots;
    while (level.queue[level.first]?.lots === 0) level.first++;
    if (level.first < MANY) return;
    level.queue.splice(0, level.first);
    level.first = 0;
  }

  /** Where the level of a price is, or would be. */
  private place(ticks: number): number {
    let [low, high] = [0, this.levels.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sign * this.levels[middle]!.ticks < this.sign * ticks) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class Book {
  private readonly bids = new Side(1);
  private readonly asks = new Side(-1);
  private readonly orders = new Map<number, RestingOrder>();

  /** In ticks; undefined where nobody bids. */
  get bid(): number | undefined {
    return this.bids.best()?.ticks;
  }
  get ask(): number | undefined {
    return this.asks.best()?.ticks;
  }

  /**
   * Whom an order meets, best first, up to its limit; the book changes with `fill` alone. An account does not trade with itself: its own
   * resting orders in the way are named, to be cancelled.
   */
  meet(account: string, side: 1 | -1, lots: number, limit: number): { matches: Match[]; own: RestingOrder[] } {
    const matches: Match[] = [];
    const own: RestingOrder[] = [];
    const { levels } = side === 1 ? this.asks : this.bids;
    let left = lots;
    for (let at = levels.length - 1; at >= 0 && left > 0; at--) {
      const { ticks, queue, first } = levels[at]!;
      if (side * ticks > side * limit) break;
      for (let k = first; k < queue.length && left > 0; k++) {
        const maker = queue[k]!;
        if (maker.lots === 0) continue;
        if (maker.account === account) {
          own.push(maker);
          continue;
        }
        const part = Math.min(left, maker.lots);
        matches.push({ maker, lots: part });
        left -= part;
      }
    }
    return { matches, own };
  }

  rest(order: RestingOrder): void {
    this.sideOf(order).add(order);
    this.orders.set(order.id, order);
  }

  /** Lots of a resting order are gone: they traded, or were taken back. */
  fill(order: RestingOrder, lots: number): void {
    this.sideOf(order).take(order, lots);
    if (order.lots === 0) this.orders.delete(order.id);
  }

  /** A resting order; undefined where it is gone. */
  find(id: number): RestingOrder | undefined {
    return this.orders.get(id);
  }

  /** What rests, in the order in which it came. */
  resting(): Iterable<RestingOrder> {
    return this.orders.values();
  }

  private sideOf({ side }: RestingOrder): Side {
    return side === 1 ? this.bids : this.asks;
  }
}
