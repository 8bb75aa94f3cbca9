/**
 * The log that shards are fed from: batches of events by partition, one partition for each shard, kept in the order of their appending.
 * It is the port behind which a broker stands; `memoryLog` is the default, `margin-core/log-nats` another.
 */
import type { VenueEvent } from "./events.ts";
import { writtenByAnother } from "./journal.ts";

/** Events that happen to one shard together, with what says whether every shard has its part. */
export interface Batch {
  /** The same for every part of what was submitted together; a batch is appended once to a partition, however often it is sent. */
  id: string;
  /** Counts what was submitted: rises by one from batch to batch, the same in each partition that has a part. */
  number: number;
  /** Partitions that have a part, and how many there are. */
  parts: number[];
  shards: number;
  /** Of the model and the market that shards begin with: those of another would make other accounts out of the same events. */
  origin: string;
  events: VenueEvent[];
}

export interface Entry {
  /** Rises within a partition, not always by one. The first is above 0. */
  sequence: number;
  batch: Batch;
}

export interface EventLog {
  /**
   * Appends a batch, and answers when it is kept: with its sequence, also where it was appended before.
   *
   * Fails with a `MarginError`, and then it is not known whether the batch is kept: append it again under the same id.
   *
   * @param after sequence of the last entry of the partition as its writer knows it, 0 where there is none. Where another is the last,
   *   another has written (`WrittenByAnother`), and the batch is not kept
   */
  append(partition: number, batch: Batch, after?: number): Promise<number>;
  /** What was appended after a sequence (0: everything), up to the last entry as of the call, in order and without holes. */
  read(partition: number, after: number): AsyncIterable<Entry>;
  /** The last entry of a partition. */
  last(partition: number): Promise<Entry | undefined>;
  /** Entries up to this sequence will not be read any more, and may be dropped. Absent: everything is kept. */
  forget?(partition: number, through: number): void;
  close(): Promise<void>;
}

interface Partition {
  entries: Entry[];
  sequenceOf: Map<string, number>;
  last: number;
}

/** A log in this process: nothing outlives it. It grows until its reader lets go of what is behind a snapshot. */
export function memoryLog(): EventLog {
  const partitions = new Map<number, Partition>();
  const at = (partition: number): Partition => {
    const found = partitions.get(partition) ?? { entries: [], sequenceOf: new Map<string, number>(), last: 0 };
    partitions.set(partition, found);
    return found;
  };
  return {
    async append(partition, batch, after) {
      const own = at(partition);
      const known = own.sequenceOf.get(batch.id);
      if (known !== undefined) return known;
      if (after !== undefined && after !== own.last)
        throw writtenByAnother("log", `partition ${partition} ends at ${own.last}, not at ${after}`);
      own.last++;
      own.sequenceOf.set(batch.id, own.last);
      own.entries.push({ sequence: own.last, batch: structuredClone(batch) });
      return own.last;
    },
    async *read(partition, after) {
      const { entries, last } = at(partition);
      const first = entries[0]?.sequence ?? 1;
      // a copy, as entries may be dropped while they are read
      for (const entry of entries.slice(Math.max(0, after + 1 - first))) if (entry.sequence <= last) yield entry;
    },
    async last(partition) {
      return at(partition).entries.at(-1);
    },
    forget(partition, through) {
      const own = at(partition);
      // the last entry stays: it tells which batch was the last
      const n = own.entries.findIndex(({ sequence }) => sequence > through);
      for (const { batch } of own.entries.splice(0, n < 0 ? Math.max(0, own.entries.length - 1) : n))
        own.sequenceOf.delete(batch.id);
    },
    async close() {
      partitions.clear();
    },
  };
}
