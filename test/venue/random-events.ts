/**
 * Random events of a venue of every kind, from a seed alone: no venue is asked, so that a venue, shards and a replay can be given the same ones.
 * What must be refused is drawn too, and says by which code. Any other event is accepted by a venue that was given all before it.
 */
import type { Fact, Instrument, Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import type { VenueEvent } from "../../bindings/venue/events.ts";
import { randomBook } from "../reference/random-book.ts";
import { Random } from "../reference/random.ts";
import { refusedEvent } from "./refused-events.ts";

/** Orders count in the table of each pair, so that they are seen. */
export const ordersModel: MarginModel = {
  ...deribitPm,
  charges: {
    ...deribitPm.charges,
    resting: { kind: "scan", at: "pair", scenarios: "standard", orders: "worstSubset" },
  },
  outputs: { ...deribitPm.outputs, resting: { sum: [0, { mul: [0, "maintenanceInUsd"] }] } },
};

export interface Drawn {
  event: VenueEvent;
  /** The code by which it must be refused. */
  refused?: string;
}

export interface RandomEventsOptions {
  /** Names of accounts; each is opened by its first event. Default 20. */
  accounts?: number;
  /** Of the events that must be refused. Default 0.05. */
  refused?: number;
  /** Of new listings and editions, each of which needs a new program. Default 0.002. */
  programs?: number;
}

const MOVED = ["spot", "forward", "vol", "mark", "discount"];

export class RandomEvents {
  /** What the venue begins with. */
  readonly market: Market;
  readonly model = ordersModel;
  /** @internal for refused-events.ts */
  readonly random: Random;
  /** @internal */
  readonly opened: string[] = [];
  /** @internal instruments by which a fill is refused as expired */
  readonly expired: Instrument[] = [];
  /** @internal instruments that can be traded */
  live: Instrument[];
  private readonly facts: Fact[];
  private readonly spots = new Map<string, number>();
  private readonly resting = new Map<string, Map<string, { bids: number; asks: number }>>();
  private readonly queue: VenueEvent[] = [];
  private time: number;
  private ended: Instrument[] = [];
  private staged: { ended: Instrument[]; listed: Instrument[] } = { ended: [], listed: [] };
  private numbers = 0;
  private readonly options: Required<RandomEventsOptions>;

  constructor(seed: number, { accounts = 20, refused = 0.05, programs = 0.002 }: RandomEventsOptions = {}) {
    this.market = randomBook(seed).market;
    this.random = new Random(Math.imul(seed, 0x85ebca6b) ^ 0x2545f491);
    this.options = { accounts, refused, programs };
    this.live = [...this.market.instruments];
    this.facts = this.market.facts.filter((fact) => MOVED.some((name) => typeof fact[name] === "number"));
    for (const { at, spot } of this.market.facts)
      if (at.underlying !== undefined && typeof spot === "number") this.spots.set(String(at.underlying), spot);
    this.time = Date.parse(this.market.asOf);
  }

  next(): Drawn {
    const event = this.queue.shift();
    if (event !== undefined) return { event };
    const { random, opened } = this;
    if (opened.length === 0 || (opened.length < this.options.accounts && random.chance(0.05))) return this.open();
    const which = random.next();
    if (random.chance(this.options.refused)) return refusedEvent(this);
    if (random.chance(this.options.programs)) return random.chance(0.7) ? this.list() : this.edition();
    if (which < 0.5) return this.fill();
    if (which < 0.65) return this.place();
    if (which < 0.8) return this.restingPart();
    if (which < 0.88) return this.deposit();
    if (which < 0.94) return this.set();
    if (which < 0.945) return this.setPrice();
    if (which < 0.955) return this.advance();
    if (which < 0.975) return this.commit("commit");
    if (which < 0.98) return this.commit("remargin");
    if (which < 0.981) return this.discard();
    if (which < 0.99) return this.fund();
    return { event: { type: "settle", currency: random.pick(this.market.currencies).id } };
  }

  /** @internal */
  account(): string {
    return this.random.pick(this.opened);
  }

  /** @internal */
  price({ kind, underlying, payoff }: Instrument): number {
    const { random } = this;
    const spot = this.spots.get(underlying)!;
    if (kind !== "option") return spot * random.uniform(0.9, 1.1);
    return random.whole(1, 400) * 1e-4 * (payoff === "inverse" ? 1 : spot);
  }

  private open(): Drawn {
    const { random, opened } = this;
    const account = `account ${opened.length}${random.chance(0.1) ? ' "ä\u0000' : ""}`;
    opened.push(account);
    for (const { id } of this.market.currencies)
      if (random.chance(0.5))
        this.queue.push({ type: "deposit", account, currency: id, amount: random.uniform(0, 100) });
    return { event: { type: "open", account } };
  }

  private lots(): number {
    return this.random.sign() * this.random.whole(1, 30);
  }

  private fill(): Drawn {
    const one = this.random.pick(this.live);
    const [account, lots, price] = [this.account(), this.lots(), this.price(one)];
    return { event: { type: "fill", account, instrument: one.id, lots, price } };
  }

  private place(): Drawn {
    const [account, { id }, lots] = [this.account(), this.random.pick(this.live), this.lots()];
    const held = this.resting.get(account) ?? new Map<string, { bids: number; asks: number }>();
    this.resting.set(account, held);
    const { bids, asks } = held.get(id) ?? { bids: 0, asks: 0 };
    held.set(id, { bids: bids + Math.max(lots, 0), asks: asks + Math.max(-lots, 0) });
    return { event: { type: "place", account, instrument: id, lots } };
  }

  /** A part of resting lots, filled or taken back. */
  private restingPart(): Drawn {
    const { random } = this;
    const account = this.account();
    const held = this.resting.get(account);
    if (held === undefined || held.size === 0) return this.place();
    const id = random.pick([...held.keys()]);
    const rest = held.get(id)!;
    const sign = rest.bids > 0 && (rest.asks === 0 || random.chance(0.5)) ? 1 : -1;
    const most = sign > 0 ? rest.bids : rest.asks;
    const lots = random.chance(0.3) ? most : random.whole(1, most);
    if (sign > 0) rest.bids -= lots;
    else rest.asks -= lots;
    if (rest.bids === 0 && rest.asks === 0) held.delete(id);
    const of = { account, instrument: id, lots: sign * lots };
    if (random.chance(0.5)) return { event: { type: "cancel", ...of } };
    const price = this.price(this.live.find((one) => one.id === id)!);
    return { event: { type: "fill", ...of, price, resting: true } };
  }

  private deposit(): Drawn {
    const { random } = this;
    const { id } = random.pick(this.market.currencies);
    return {
      event: { type: "deposit", account: this.account(), currency: id, amount: random.uniform(-10, 12) },
    };
  }

  private set(): Drawn {
    const { random } = this;
    const facts = new Map<number, Fact>();
    for (let n = random.whole(1, 3); n > 0; n--) {
      const k = random.whole(0, this.facts.length - 1);
      const fact = this.facts[k]!;
      const name = random.pick(MOVED.filter((one) => typeof fact[one] === "number"));
      const value = (fact[name] as number) * random.uniform(0.99, 1.01);
      facts.set(k, { at: fact.at, [name]: name === "discount" ? Math.min(value, 1) : value });
    }
    for (const [k, fact] of facts) {
      this.facts[k] = { ...this.facts[k]!, ...fact };
      if (typeof fact.spot === "number") this.spots.set(String(fact.at.underlying), fact.spot);
    }
    return { event: { type: "set", facts: [...facts.values()] } };
  }

  private setPrice(): Drawn {
    const { random } = this;
    const { id, price } = random.pick(this.market.currencies);
    return { event: { type: "setPrice", currency: id, price: price! * random.uniform(0.98, 1.02) } };
  }

  /** Time goes on; what expires by then is paid first. */
  private advance(): Drawn {
    const { random } = this;
    this.time += random.whole(0, 8 * 3600) * 1000;
    const asOf = new Date(this.time).toISOString();
    const isOver = ({ expiry }: Instrument) => expiry !== "perpetual" && Date.parse(expiry) <= this.time;
    for (const one of this.live.filter(isOver)) this.end(one);
    const event: VenueEvent = { type: "advance", asOf };
    this.staged.ended.push(...this.ended);
    this.ended = [];
    if (this.queue.length === 0) return { event };
    this.queue.push(event);
    return { event: this.queue.shift()! };
  }

  private end(one: Instrument): void {
    this.live = this.live.filter((other) => other !== one);
    for (const held of this.resting.values()) held.delete(one.id);
    this.ended.push(one);
    this.queue.push({ type: "expire", instrument: one.id, price: this.spots.get(one.underlying)! });
  }

  private commit(type: "commit" | "remargin"): Drawn {
    this.expired.push(...this.staged.ended);
    this.live.push(...this.staged.listed);
    this.staged = { ended: [], listed: [] };
    return { event: { type } };
  }

  /** What was staged is given up; expiries that were paid stay, and the next advance counts them. */
  private discard(): Drawn {
    this.ended.push(...this.staged.ended);
    this.staged = { ended: [], listed: [] };
    return { event: { type: "discard" } };
  }

  private fund(): Drawn {
    const one = this.random.pick(this.live.filter(({ kind }) => kind === "perpetual"));
    const unit = one.payoff === "inverse" ? 1e-6 : 1e-2;
    return { event: { type: "fund", instrument: one.id, payment: this.random.uniform(-unit, unit) } };
  }

  /** A month's future and two options on it, or two strikes more where a future is there, with what is known of them. */
  private list(): Drawn {
    const { random } = this;
    const like = random.pick(this.market.instruments.filter(({ kind }) => kind === "option"));
    const spot = this.spots.get(like.underlying)!;
    const expiry = new Date(this.time + random.whole(200, 2000) * 3_600_000).toISOString();
    const n = ++this.numbers;
    const terms = { underlying: like.underlying, expiry, settlement: like.settlement, payoff: like.payoff };
    const strike = Math.round(spot * random.uniform(0.8, 1.2) * 100) / 100;
    const options = ([1, -1] as const).map((callPut): Instrument => ({
      ...terms,
      id: `new ${n} ${callPut}`,
      kind: "option",
      strike,
      callPut,
      lot: like.lot,
    }));
    const facts: Fact[] = [
      { at: { underlying: like.underlying, expiry }, forward: spot * random.uniform(0.99, 1.02), discount: 1 },
      ...options.map(({ id }) => ({ at: { instrument: id }, vol: random.uniform(0.3, 0.9) })),
    ];
    this.staged.listed.push(...options);
    // a discard before the commit would leave facts without their instruments: these follow at once
    this.queue.push({ type: "commit" }, { type: "set", facts }, { type: "commit" });
    const drawn: Drawn = { event: { type: "list", instruments: options } };
    this.commit("commit");
    return drawn;
  }

  /** Another edition of the model, with one figure moved. */
  private edition(): Drawn {
    const { random, model } = this;
    const names = Object.keys(model.parameters).filter((name) => typeof model.parameters[name]!.is === "number");
    const name = random.pick(names);
    const parameter = model.parameters[name]!;
    const moved = { ...parameter, is: (parameter.is as number) * random.uniform(0.95, 1.05) };
    const edition = new Date(Date.parse(model.edition) + ++this.numbers * 86_400_000).toISOString().slice(0, 10);
    return {
      event: { type: "setModel", model: { ...model, edition, parameters: { ...model.parameters, [name]: moved } } },
    };
  }
}
