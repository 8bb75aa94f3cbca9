/**
 * A seeded stream of a venue's events: accounts trade, place and cancel, money comes and goes, the market moves, a perpetual is funded, a
 * currency settled, an option expires. A few are such as a venue refuses.
 */
import type { Market } from "../../bindings/documents/market.ts";
import { isAccountEvent, type AccountEvent, type VenueEvent } from "../../bindings/venue/events.ts";
import { randomBook } from "./random-book.ts";
import { decimals, Random } from "./random.ts";

export interface StreamOptions {
  seed: number;
  events: number;
  accounts: number;
  /** Events between two ticks. Default 200. */
  tick?: number;
}

/** The market that the stream of a seed is about. */
export const streamMarket = (seed: number): Market => randomBook(seed).market;

export function* venueStream({ seed, events, accounts, tick = 200 }: StreamOptions): Generator<VenueEvent> {
  const market = streamMarket(seed);
  const random = new Random(9000 + seed);
  const { instruments, currencies } = market;
  const spots = new Map(
    market.facts
      .filter((fact) => fact["spot"] !== undefined)
      .map((fact) => [String(fact.at["underlying"]), fact["spot"] as number]),
  );
  const rests = new Map<string, { instrument: string; lots: number }>();
  const expiring = instruments.find(({ kind }) => kind === "option")!;
  const perpetual = instruments.find(({ kind }) => kind === "perpetual");
  const asOf = Date.parse(market.asOf);
  let n = 0;
  for (let a = 0; a < accounts && n < events; a++, n++) yield { type: "open", account: `account ${a}` };
  for (; n < events; n++) {
    if (n % tick === 0) {
      const [underlying, spot] = random.pick([...spots]);
      const moved = decimals(spot * random.uniform(0.995, 1.005), 2);
      spots.set(underlying, moved);
      yield { type: "set", facts: [{ at: { underlying }, spot: moved }] };
      continue;
    }
    if (n % tick === 1) {
      const kind = random.next();
      if (kind < 0.5) yield { type: "commit" };
      else if (kind < 0.7) yield { type: "remargin" };
      else if (kind < 0.8) yield { type: "settle", currency: random.pick(currencies).id };
      else if (kind < 0.9 && perpetual !== undefined)
        yield { type: "fund", instrument: perpetual.id, payment: random.uniform(-1e-4, 1e-4) };
      else yield { type: "advance", asOf: new Date(asOf + 60_000 * Math.floor((30 * n) / events)).toISOString() };
      continue;
    }
    if (n === Math.floor(events * 0.6) + 7) {
      yield { type: "expire", instrument: expiring.id, price: spots.get(expiring.underlying)! };
      continue;
    }
    yield accountEvent(random, market, spots, rests, `account ${random.whole(0, accounts - 1)}`);
  }
}

function accountEvent(
  random: Random,
  { instruments, currencies }: Market,
  spots: Map<string, number>,
  rests: Map<string, { instrument: string; lots: number }>,
  account: string,
): AccountEvent {
  const { id, kind, underlying, payoff } = random.pick(instruments);
  const spot = spots.get(underlying)!;
  const price =
    kind !== "option"
      ? decimals(spot * random.uniform(0.98, 1.02), 2)
      : decimals(payoff === "inverse" ? random.uniform(1e-4, 0.04) : spot * random.uniform(1e-4, 0.04), 4);
  const lots = random.sign() * random.whole(1, 30);
  const which = random.next();
  if (which < 0.5) return { type: "fill", account, instrument: id, lots, price };
  if (which < 0.7) {
    rests.set(account, { instrument: id, lots });
    return { type: "place", account, instrument: id, lots };
  }
  const rest = rests.get(account);
  if (which < 0.8 && rest !== undefined) {
    rests.delete(account);
    // a perpetual's price will do for any; those of options are small
    if (random.chance(0.5)) return { type: "cancel", account, ...rest };
    return { type: "fill", account, ...rest, price: 1, resting: true };
  }
  if (which < 0.97)
    return { type: "deposit", account, currency: random.pick(currencies).id, amount: random.uniform(-10, 20) };
  // refused: half a lot, more than rests, an account that nobody opened
  if (random.chance(0.3)) return { type: "fill", account, instrument: id, lots: 0.5, price };
  if (random.chance(0.5)) return { type: "cancel", account, instrument: id, lots: 1e6 };
  return { type: "deposit", account: `nobody ${random.whole(0, 9)}`, currency: currencies[0]!.id, amount: 1 };
}

/** The same events in another order: each account's in theirs, and none past an event of all accounts. */
export function interleaved(events: readonly VenueEvent[], seed: number): VenueEvent[] {
  const random = new Random(seed);
  const found: VenueEvent[] = [];
  let queues = new Map<string, AccountEvent[]>();
  const flush = () => {
    const waiting = [...queues.values()];
    while (waiting.length > 0) {
      const k = random.whole(0, waiting.length - 1);
      found.push(waiting[k]!.shift()!);
      if (waiting[k]!.length === 0) waiting.splice(k, 1);
    }
    queues = new Map();
  };
  for (const event of events) {
    if (isAccountEvent(event)) queues.set(event.account, [...(queues.get(event.account) ?? []), event]);
    else {
      flush();
      found.push(event);
    }
  }
  flush();
  return found;
}

/** Lists of so many events. */
export function* batches(events: Iterable<VenueEvent>, size: number): Generator<VenueEvent[]> {
  let batch: VenueEvent[] = [];
  for (const event of events) {
    batch.push(event);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
