/**
 * Accounts by shard. The name of an account decides where it lives; an event of an account goes there, and an event of all goes everywhere.
 *
 * One shard is a venue like any other, so what it holds depends on the events of its own accounts and of the market alone.
 */
import { MarginError } from "../error.ts";
import type { Requirement } from "../documents/requirement.ts";
import type { Account, Check, Holding } from "./account.ts";
import { checkList, checkObject } from "./arguments.ts";
import { applyEvent, existing, isAccountEvent, type VenueEvent } from "./events.ts";
import type { Entry, EventLog } from "./log.ts";
import type { Joining } from "./basket.ts";
import type { VenueSums } from "./limits.ts";
import type { Venue } from "./venue.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const utf8 = new TextEncoder();

/**
 * 32 bits of a name: FNV-1a over its UTF-8 bytes, then the finaliser of MurmurHash3, without which names that end in a number crowd together.
 * It will not change: accounts would move.
 *
 * Source: Fowler, Noll, Vo (http://www.isthe.com/chongo/tech/comp/fnv); Appleby, MurmurHash3, fmix32 (public domain).
 */
export function accountHash(name: string): number {
  let h = FNV_OFFSET;
  for (const byte of utf8.encode(name)) h = Math.imul(h ^ byte, FNV_PRIME);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The shard of an account, 0 ≤ shard < shards: which of `shards` equal ranges of 32 bits its hash lies in. */
export function shardOf(account: string, shards: number): number {
  return Math.floor((accountHash(account) * shards) / 2 ** 32);
}

/** What one shard gets of a list of events, and the place of each in that list. */
export interface Part {
  events: VenueEvent[];
  places: number[];
}

/** Events by shard, in their order: those of an account to its shard, those of all to each. Shards that get none are left out. */
export function split(events: readonly VenueEvent[], shards: number): Map<number, Part> {
  const parts = new Map<number, Part>();
  const give = (shard: number, event: VenueEvent, place: number) => {
    let part = parts.get(shard);
    if (part === undefined) parts.set(shard, (part = { events: [], places: [] }));
    part.events.push(event);
    part.places.push(place);
  };
  events.forEach((event, place) => {
    if (isAccountEvent(event)) give(shardOf(event.account, shards), event, place);
    else for (let shard = 0; shard < shards; shard++) give(shard, event, place);
  });
  return parts;
}

/** An event that did not happen, and why. */
export interface Refusal {
  /** Its place in the list of events. */
  place: number;
  code: string;
  field: string;
  message: string;
}

/** An account's place in the liquidation list. */
export interface Risk {
  account: string;
  equity: number;
  initial: number;
  maintenance: number;
  /** Equity for each unit of maintenance margin; ±∞ where nothing is required, −∞ (and NaN margins) where the account has no requirement. */
  ratio: number;
}

/** An account without a requirement, and why. */
export interface Unmargined {
  account: string;
  code: string;
  message: string;
}

/** Least ratio first; of equal ones, by name. */
export function byRisk(a: Risk, b: Risk): number {
  if (a.ratio !== b.ratio) return a.ratio < b.ratio ? -1 : 1;
  return a.account < b.account ? -1 : a.account > b.account ? 1 : 0;
}

/** The answer of a check, without the object that the next check fills. */
export type CheckAnswer = Readonly<Check>;
/** An order by the id of its instrument. */
export interface NamedOrder {
  instrument: string;
  lots: number;
  price: number;
  as?: Joining;
}

/** One shard: a venue with its accounts, and how far in its partition it is. */
export class Shard {
  constructor(
    readonly venue: Venue,
    /** Sequence of the last entry that has happened; 0: none. */
    public sequence = 0,
  ) {}

  /**
   * Lets an entry of the log happen once: one that was seen already changes nothing. Events that are refused change nothing either.
   *
   * An event is refused whatever is thrown: it stays in the log, and each replay of it must come out the same.
   */
  apply({ sequence, batch }: Entry): Refusal[] {
    if (sequence <= this.sequence) return [];
    const refused: Refusal[] = [];
    batch.events.forEach((event, place) => {
      try {
        applyEvent(this.venue, event);
      } catch (error) {
        refused.push({ place, ...refusalOf(error) });
      }
    });
    this.sequence = sequence;
    return refused;
  }

  /** Lets everything happen that the log has of its partition, or up to a sequence of it. Returns how many entries there were. */
  async catchUp(log: EventLog, partition: number, through = Infinity): Promise<number> {
    let entries = 0;
    if (this.sequence >= through) return entries;
    for await (const entry of log.read(partition, this.sequence)) {
      if (entry.sequence > through) break;
      this.apply(entry);
      entries++;
    }
    return entries;
  }

  check(account: string, instrument: string, lots: number, price: number, as?: Joining): CheckAnswer {
    const own = this.account(account);
    return copied(own.check(this.venue.instrument(instrument), lots, price, as));
  }

  checkBasket(account: string, orders: readonly NamedOrder[]): CheckAnswer {
    const own = this.account(account);
    checkList("orders", orders);
    return copied(
      own.checkBasket(
        (orders as readonly NamedOrder[]).map((order, k) => {
          checkObject(`orders[${k}]`, order);
          return { ...order, instrument: this.venue.instrument(order.instrument) };
        }),
      ),
    );
  }

  maxLots(account: string, instrument: string, side: "buy" | "sell", price: number, as?: Joining): number {
    return this.account(account).maxLots(this.venue.instrument(instrument), side, price, as);
  }

  requirement(account: string, options?: { explain?: boolean }): Requirement {
    return this.account(account).requirement(options);
  }

  holdings(account: string): Holding[] {
    return this.account(account).holdings();
  }

  money(account: string): Record<string, { balance: number; cost: number }> {
    return this.account(account).money();
  }

  riskiest(most: number): Risk[] {
    return this.venue.riskiest(most).map(({ name, handle }) => {
      const { equity, initial, maintenance } = this.venue.stored(handle);
      const ratio = Number.isNaN(equity)
        ? -Infinity
        : maintenance > 0
          ? equity / maintenance
          : equity < 0
            ? -Infinity
            : Infinity;
      return { account: name, equity, initial, maintenance, ratio };
    });
  }

  unmargined(): Unmargined[] {
    return this.venue
      .unmargined()
      .map(({ account: { name }, reason: { code, message } }) => ({ account: name, code, message }));
  }

  accounts(): string[] {
    return this.venue.accounts().map(({ name }) => name);
  }

  has(account: string): boolean {
    return this.venue.find(account) !== undefined;
  }

  /** Of its own accounts: those of a pool are made of them. */
  sums(): VenueSums {
    return this.venue.sums();
  }

  /** Accounts beyond a limit of their own. */
  overLimits(): string[] {
    return this.venue.overLimits().accounts.map(({ name }) => name);
  }

  /** The digest of each account by its name. */
  digests(): Map<string, string> {
    return this.venue.digests();
  }

  private account(name: string): Account {
    return existing(this.venue, name);
  }
}

function copied({ initial, maintenance, equity, excess, accepted, reducesOnly, binding }: Check): CheckAnswer {
  return { initial, maintenance, equity, excess, accepted, reducesOnly, binding };
}

/** Why an event was refused, of what was thrown. */
export function refusalOf(error: unknown): Omit<Refusal, "place"> {
  if (error instanceof MarginError) return { code: error.code, field: error.field, message: error.message };
  return {
    code: "EventFailed",
    field: "event",
    message: `event: ${error instanceof Error ? error.message : "failed"}`,
  };
}
