/** Where the events of a venue are kept: a port of five calls, and one in memory. */
import { MarginError } from "../error.ts";
import type { VenueEvent } from "./events.ts";

/** An event with its number: 1, 2, 3, … of one venue. */
export interface Sequenced {
  sequence: number;
  event: VenueEvent;
  /** Why it was refused, where refusals are kept: it changed nothing, and replay leaves it out. */
  refused?: { code: string; message: string };
}

/**
 * A store of numbered events and of the latest snapshot. One venue writes to it at a time.
 *
 * Events are plain JSON. After a call that failed, the same events come again: `append` finds them there, or puts them there.
 */
export interface Journal {
  /**
   * Events with consecutive numbers, all of them or none. Resolves once they outlast a crash.
   *
   * The first follows the last that the store has, as its writer knows it. Where the store has events with these numbers they must be the same:
   * else another has written in between, and `writtenByAnother` is what `append` rejects with.
   */
  append(events: readonly Sequenced[]): Promise<void>;
  /** Events with larger numbers than `after`, by number. */
  read(after: number): AsyncIterable<Sequenced>;
  /** Takes the place of the snapshot before, whole or not at all. */
  saveSnapshot(sequence: number, bytes: Uint8Array): Promise<void>;
  latestSnapshot(): Promise<{ sequence: number; bytes: Uint8Array } | undefined>;
  close(): Promise<void>;
}

/** Of a store whose events are not those that its writer goes on from. */
export function writtenByAnother(store: string, what: string): MarginError {
  return new MarginError("WrittenByAnother", store, `${what}: another writes to it; open it anew`);
}

/** A journal that lasts as long as the process: for tests, and for hosts that store `events` and `latest` themselves. */
export class MemoryJournal implements Journal {
  /** As JSON; the first has number 1. */
  readonly events: string[] = [];
  latest: { sequence: number; bytes: Uint8Array } | undefined;

  append(events: readonly Sequenced[]): Promise<void> {
    const rows = events.map((event) => ({ at: event.sequence - 1, text: JSON.stringify(event) }));
    for (const { at, text } of rows)
      if (this.events[at] !== undefined && this.events[at] !== text)
        return Promise.reject(writtenByAnother("journal", `has another event ${at + 1}`));
    for (const { at, text } of rows) this.events[at] = text;
    return Promise.resolve();
  }

  async *read(after: number): AsyncIterable<Sequenced> {
    for (const text of this.events.slice(after)) yield JSON.parse(text) as Sequenced;
  }

  saveSnapshot(sequence: number, bytes: Uint8Array): Promise<void> {
    this.latest = { sequence, bytes: bytes.slice() };
    return Promise.resolve();
  }

  latestSnapshot(): Promise<{ sequence: number; bytes: Uint8Array } | undefined> {
    return Promise.resolve(this.latest);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
