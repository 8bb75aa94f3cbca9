/**
 * Who trades, drawn from a seed: makers, who quote both sides around what a thing is worth and take their quotes back when the market moves,
 * and takers, who have a view on their coin and as much leverage as they get.
 */
import type { Instrument, Market } from "margin-core";
import type { Exchange, Order } from "./engine.ts";
import type { Marks } from "./marks.ts";

/** Tommy Ettinger's mulberry32 (public domain). */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let x = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!;
  }
  /** As likely between 1 and 10 as between 10 and 100. */
  logUniform(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }
  /** About normal: twelve draws. */
  normal(): number {
    let sum = -6;
    for (let n = 0; n < 12; n++) sum += this.next();
    return sum;
  }
}

interface Trader {
  name: string;
  /** Dollars paid in. */
  wealth: number;
  isMaker: boolean;
  /** 1 buys the coin when it can, −1 sells it. */
  view: 1 | -1;
}

const MAKERS = 0.1;
/** Parts of the flow: quotes, cancels; the rest are orders of takers. */
const QUOTES = 0.55;
const CANCELS = 0.1;
const MOST_QUOTES = 60;
/** Half the distance of quotes, as a part of the price. */
const HALF_SPREAD = { option: 0.03, other: 0.0004 };

export class Flow {
  private readonly traders: Trader[];
  private readonly makers: Trader[];
  private readonly takers: Trader[];
  /** Futures and perpetuals trade more than any one option. */
  private readonly straight: Instrument[];

  constructor(
    private readonly random: Random,
    private readonly exchange: Exchange,
    private readonly market: Market,
    private readonly marks: Marks,
    private readonly tickSize: (instrument: Instrument) => number,
    accounts: number,
  ) {
    this.straight = market.instruments.filter(({ kind }) => kind !== "option");
    this.traders = Array.from({ length: accounts }, (_, n) => {
      const isMaker = n < Math.max(2, MAKERS * accounts);
      const wealth = isMaker ? random.logUniform(5e6, 5e7) : random.logUniform(5e3, 1e6);
      return { name: `${isMaker ? "maker" : "taker"} ${n}`, wealth, isMaker, view: random.next() < 0.7 ? 1 : -1 };
    });
    this.makers = this.traders.filter(({ isMaker }) => isMaker);
    this.takers = this.traders.filter(({ isMaker }) => !isMaker);
    for (const { name, wealth } of this.traders) {
      const { id, price = 1 } = random.pick(market.currencies);
      exchange.open(name, id, Math.round((wealth / price) * 1e6) / 1e6);
    }
  }

  /** The next order or cancel. */
  step(): void {
    const which = this.random.next();
    if (which < CANCELS) this.cancelOne(this.random.pick(this.traders));
    else if (which < CANCELS + QUOTES) this.quote(this.random.pick(this.makers));
    else this.take(this.random.pick(this.takers));
  }

  /** The market has moved: quotes are taken back. */
  moved(): void {
    for (const { name } of this.makers)
      for (const id of [...this.restingOf(name).keys()]) this.exchange.cancel(name, id);
  }

  /** A limit so far beyond the mark that what rests is taken. */
  beyond(instrument: Instrument, side: 1 | -1, part: number): number {
    return this.ticks(instrument, this.marks.of.get(instrument.id)! * (1 + side * part));
  }

  private cancelOne({ name }: Trader): void {
    const [oldest] = this.restingOf(name).keys();
    if (oldest !== undefined) this.exchange.cancel(name, oldest);
  }

  private quote(maker: Trader): void {
    if (this.restingOf(maker.name).size >= MOST_QUOTES) this.cancelOne(maker);
    const instrument = this.instrument();
    const side = this.random.next() < 0.5 ? 1 : -1;
    const half = instrument.kind === "option" ? HALF_SPREAD.option : HALF_SPREAD.other;
    const limit = this.beyond(instrument, -side as 1 | -1, half * (0.5 + this.random.next()));
    this.submit(maker, instrument, side, this.lots(instrument, this.random.logUniform(2e4, 4e5)), limit);
  }

  private take(taker: Trader): void {
    const instrument = this.instrument();
    const withView = this.random.next() < 0.75 ? taker.view : (-taker.view as 1 | -1);
    const side = instrument.callPut === -1 ? (-withView as 1 | -1) : withView;
    const reach = instrument.kind === "option" ? 0.05 : 0.001;
    const limit = this.beyond(instrument, side, reach * (this.random.next() - 0.2));
    this.submit(taker, instrument, side, this.lots(instrument, taker.wealth * this.random.logUniform(0.05, 3)), limit);
  }

  private submit(trader: Trader, instrument: Instrument, side: 1 | -1, lots: number, ticks: number): void {
    const order: Order = { account: trader.name, instrument, side, lots, ticks };
    this.exchange.submit(order);
  }

  private instrument(): Instrument {
    return this.random.pick(this.random.next() < 0.4 ? this.straight : this.market.instruments);
  }

  /** Lots of about so many dollars of the underlying. */
  private lots({ lot = 1, lotUnit, underlying }: Instrument, dollars: number): number {
    return Math.max(1, Math.round(dollars / (lotUnit === "quote" ? lot : lot * this.marks.spot(underlying))));
  }

  private ticks(instrument: Instrument, price: number): number {
    return Math.max(1, Math.round(price / this.tickSize(instrument)));
  }

  private restingOf(name: string): Map<number, Instrument> {
    return this.exchange.resting.get(name)!;
  }
}
