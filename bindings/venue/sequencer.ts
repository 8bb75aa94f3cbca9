/**
 * Puts events into the partitions of a log: one batch at a time, in the order of the calls, each batch whole or not at all.
 *
 * Where a log fails halfway through, the batch is unfinished: some partitions may have their part. It is held back everywhere, and nothing
 * else is appended, until it is submitted again under its id. So no shard runs ahead of the others by more than it can be caught up with.
 */
import { checkMarket, checkModel } from "../documents/check.ts";
import { documentHash } from "../documents/hash.ts";
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import { MarginError, unexpected } from "../error.ts";
import type { VenueEvent } from "./events.ts";
import type { Batch, Entry, EventLog } from "./log.ts";
import { checkList, plain } from "./arguments.ts";
import { checkEvent } from "./event-fields.ts";
import { refusalOf, split, type Part, type Refusal } from "./shard.ts";

/** A part of a batch that is in the log, with the places of its events in what was submitted. */
export interface Appended {
  shard: number;
  entry: Entry;
  places: number[];
}

interface Unfinished {
  id: string;
  number: number;
  /** Not known where another process submitted it. */
  parts?: Map<number, Part>;
}

/** What the shards of a log begin with, as its batches name it. */
export function originOf({ model, market }: { model: MarginModel; market: Market }): string {
  return documentHash([documentHash(checkModel(model)), documentHash(checkMarket(market))]);
}

export class Sequencer {
  private queue: Promise<unknown> = Promise.resolve();
  private unfinished: Unfinished | undefined;
  /** Another writes to the log: what is known of it is not true any more. */
  private lost: MarginError | undefined;
  private readonly name = globalThis.crypto.randomUUID();

  private constructor(
    private readonly log: EventLog,
    private readonly shards: number,
    private number: number,
    /** Of each partition, the sequence up to which every batch is whole. */
    readonly whole: number[],
    /** Of each partition, the sequence of its last entry. */
    private readonly ends: number[],
    private readonly origin: string,
  ) {}

  /**
   * Looks at how a log ends.
   *
   * @param begin what shards begin with
   * @throws MarginError `WrongShards`, `WrongOrigin` where the log is of others
   */
  static async open(log: EventLog, shards: number, begin: { model: MarginModel; market: Market }): Promise<Sequencer> {
    const origin = originOf(begin);
    const last = await Promise.all(Array.from({ length: shards }, (_, partition) => log.last(partition)));
    for (const entry of last)
      if (entry !== undefined && entry.batch.shards !== shards)
        throw new MarginError(
          "WrongShards",
          "shards",
          `the log is of ${entry.batch.shards} shards, not of ${shards}; an account's events are where that number put them`,
          { value: shards },
        );
    if (last.some((entry) => entry !== undefined && entry.batch.origin !== origin))
      throw new MarginError(
        "WrongOrigin",
        "model",
        "the log's events happened to another model or market; give those that it began with, later ones are among its events",
        { value: begin.model.id },
      );
    const number = Math.max(0, ...last.map((entry) => entry?.batch.number ?? 0));
    const sequencer = new Sequencer(
      log,
      shards,
      number,
      last.map((entry) => entry?.sequence ?? 0),
      last.map((entry) => entry?.sequence ?? 0),
      origin,
    );
    // batches are appended one at a time, so that only the last can lack a part
    const lacks = ({ batch }: Entry) => batch.parts.some((partition) => last[partition]?.batch.id !== batch.id);
    const batch = last.find((entry) => entry?.batch.number === number && lacks(entry))?.batch;
    if (batch !== undefined) {
      sequencer.unfinished = { id: batch.id, number };
      for (const partition of batch.parts)
        if (last[partition]?.batch.id === batch.id)
          sequencer.whole[partition] = await before(log, partition, last[partition].sequence);
    }
    return sequencer;
  }

  /** The id of the batch that has to be submitted again first. */
  get pending(): string | undefined {
    return this.unfinished?.id;
  }

  /**
   * Appends events under an id (default: a new one). The parts are handed to `done` as soon as each partition has its own, in the order of
   * the numbers, with the refusals of what is no event by its form: that goes into no log.
   */
  submit(
    events: readonly VenueEvent[],
    id: string | undefined,
    done: (appended: Appended[], refused: Refusal[]) => void,
  ): Promise<void> {
    let looked: Looked;
    try {
      if (id !== undefined && (typeof id !== "string" || id === ""))
        throw unexpected("WrongType", "id", "text that is not empty", id);
      looked = look(events, this.shards);
    } catch (cause) {
      return Promise.reject(cause as Error);
    }
    const after = this.queue.then(() => this.append(looked, id, done));
    this.queue = after.catch(() => undefined);
    return after;
  }

  private async append(
    looked: Looked,
    id: string | undefined,
    done: (appended: Appended[], refused: Refusal[]) => void,
  ): Promise<void> {
    if (this.lost !== undefined) throw this.lost;
    const { unfinished } = this;
    if (unfinished !== undefined && unfinished.id !== id)
      throw new MarginError(
        "BatchUnfinished",
        "id",
        `submit batch ${unfinished.id} again first: not every shard has its part`,
        { value: unfinished.id },
      );
    const parts = unfinished?.parts ?? looked.parts;
    if (parts.size === 0) return done([], looked.refused);
    const next = unfinished ?? { id: id ?? `${this.name}.${this.number + 1}`, number: this.number + 1 };
    this.number = next.number;
    this.unfinished = { id: next.id, number: next.number, parts };
    const names = [...parts.keys()].sort((a, b) => a - b);
    const put = async (shard: number): Promise<Appended> => {
      const { events, places } = parts.get(shard)!;
      const batch: Batch = {
        id: next.id,
        number: next.number,
        parts: names,
        shards: this.shards,
        origin: this.origin,
        events,
      };
      // what the log has already is not sent again: a log may know the ids of batches for some time only
      const kept = unfinished === undefined ? undefined : await this.log.last(shard);
      const isKept = kept?.batch.id === next.id;
      const sequence = isKept ? kept.sequence : await this.log.append(shard, batch, this.ends[shard]!);
      this.ends[shard] = Math.max(this.ends[shard]!, sequence);
      return { shard, entry: { sequence, batch }, places };
    };
    // of two writers whose batches have the same first part one is refused there, before any other part is kept
    const [first, ...others] = names;
    const head = await put(first!).catch((error: unknown) => this.refused(error, unfinished));
    const settled = await Promise.allSettled(others.map(put));
    const failed = settled.find(({ status }) => status === "rejected");
    if (failed !== undefined) this.refused((failed as PromiseRejectedResult).reason, this.unfinished);
    this.unfinished = undefined;
    const appended = [head, ...settled.map((one) => (one as PromiseFulfilledResult<Appended>).value)];
    for (const { shard, entry } of appended) this.whole[shard] = Math.max(this.whole[shard]!, entry.sequence);
    done(appended, looked.refused);
  }

  /** An append failed. Where another writes to the log, nothing else is appended by this one. */
  private refused(error: unknown, unfinished: Unfinished | undefined): never {
    if (error instanceof MarginError && error.code === "WrittenByAnother") {
      this.lost = error;
      this.unfinished = unfinished;
    }
    throw error;
  }
}

/** What was submitted: copies of its events by shard, and what is none. */
interface Looked {
  parts: Map<number, Part>;
  refused: Refusal[];
}

function look(events: readonly VenueEvent[], shards: number): Looked {
  checkList("events", events);
  const [sound, places, refused]: [VenueEvent[], number[], Refusal[]] = [[], [], []];
  (events as readonly VenueEvent[]).forEach((event, place) => {
    try {
      checkEvent(event);
      sound.push(plain("event", event));
      places.push(place);
    } catch (error) {
      refused.push({ place, ...refusalOf(error) });
    }
  });
  const parts = split(sound, shards);
  for (const part of parts.values()) part.places = part.places.map((place) => places[place]!);
  return { parts, refused };
}

/** The sequence of the entry before the last. */
async function before(log: EventLog, partition: number, last: number): Promise<number> {
  let found = 0;
  for await (const { sequence } of log.read(partition, 0)) if (sequence < last) found = sequence;
  return found;
}
