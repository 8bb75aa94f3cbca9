/**
 * Entry `margin-core/journal-level`: a journal in a folder, on LevelDB by classic-level (an optional peer dependency).
 *
 *   format                     "1"
 *   e<sequence>                an event, JSON; sequence in 16 hexadecimal digits, so that keys are in order
 *   s<number>:<part>           4 MiB of a snapshot; snapshots are numbered as they come
 *   snapshot                   { number, sequence, bytes, parts } of the latest one, written when its parts are there
 *
 * A batch is one record of LevelDB's log with a checksum, forced to the disk before it resolves: after a crash all of it is there or nothing.
 * After a write that failed, LevelDB's log may end in half a record, behind which later ones would be lost: the store is opened anew before
 * anything else is written.
 */
import { mkdir } from "node:fs/promises";
import { ClassicLevel } from "classic-level";
import { MarginError } from "../error.ts";
import { writtenByAnother, type Journal, type Sequenced } from "./journal.ts";

export type { Journal, Sequenced } from "./journal.ts";

const FORMAT = "1";
const PART = 4 * 2 ** 20;
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, "0");
const keyOf = (sequence: number) => `e${hex(sequence, 16)}`;
const partKey = (snapshot: number, part: number) => `s${hex(snapshot, 16)}:${hex(part, 8)}`;
const PARTS_END = "sg"; // behind every hexadecimal digit
const DURABLE = { sync: true } as const;

interface Latest {
  number: number;
  sequence: number;
  bytes: number;
  parts: number;
}

export class LevelJournal implements Journal {
  private isDoubtful = false;
  /** Number of the last event, where it is known. */
  private last: number | undefined;
  private queue: Promise<void> = Promise.resolve();

  private constructor(private db: ClassicLevel) {}

  /**
   * Opens the journal of a folder; makes it where there is none.
   *
   * @throws MarginError `JournalInUse` where another process (or this one) has it open, `JournalFormat`, `JournalUnreadable`
   */
  static async open(folder: string): Promise<LevelJournal> {
    const journal = new LevelJournal(await openStore(folder));
    try {
      await journal.begin();
    } catch (cause) {
      await journal.close();
      throw cause;
    }
    return journal;
  }

  append(events: readonly Sequenced[]): Promise<void> {
    return this.write(async () => {
      const rows = events.map((event) => ({
        type: "put" as const,
        key: keyOf(event.sequence),
        value: JSON.stringify(event),
      }));
      this.last ??= await this.lastNumber();
      if (rows.length > 0 && events[0]!.sequence <= this.last) {
        const known = await this.db.getMany(rows.map(({ key }) => key));
        const other = known.findIndex((value, k) => value !== undefined && value !== rows[k]!.value);
        if (other >= 0) throw writtenByAnother("journal", `has another event ${events[other]!.sequence}`);
      }
      await this.db.batch(rows, DURABLE);
      this.last = Math.max(this.last, events.at(-1)?.sequence ?? 0);
    });
  }

  async *read(after: number): AsyncIterable<Sequenced> {
    for await (const value of this.db.values({ gt: keyOf(after), lt: "f" })) yield JSON.parse(value) as Sequenced;
  }

  saveSnapshot(sequence: number, bytes: Uint8Array): Promise<void> {
    return this.write(async () => {
      const before = await this.latest();
      const number = before === undefined ? 0 : before.number + 1;
      const parts = Math.ceil(bytes.length / PART);
      for (let part = 0; part < parts; part++) {
        const value = bytes.subarray(part * PART, (part + 1) * PART);
        await this.db.put<string, Uint8Array>(partKey(number, part), value, { ...DURABLE, valueEncoding: "view" });
      }
      const latest: Latest = { number, sequence, bytes: bytes.length, parts };
      await this.db.put("snapshot", JSON.stringify(latest), DURABLE);
      await this.dropParts(number);
    });
  }

  async latestSnapshot(): Promise<{ sequence: number; bytes: Uint8Array } | undefined> {
    const latest = await this.latest();
    if (latest === undefined) return undefined;
    const { number, sequence, bytes: length, parts } = latest;
    const bytes = new Uint8Array(length);
    for (let part = 0; part < parts; part++) {
      const value = await this.db.get<string, Uint8Array>(partKey(number, part), { valueEncoding: "view" });
      if (value === undefined) return { sequence, bytes: bytes.subarray(0, part * PART) }; // refused as cut
      bytes.set(value, part * PART);
    }
    return { sequence, bytes };
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.queue;
    await this.db.close();
  }

  private async lastNumber(): Promise<number> {
    const keys = await this.db.keys({ gt: "e", lt: "f", reverse: true, limit: 1 }).all();
    return keys.length === 0 ? 0 : Number.parseInt(keys[0]!.slice(1), 16);
  }

  private async latest(): Promise<Latest | undefined> {
    const text = await this.db.get("snapshot");
    return text === undefined ? undefined : (JSON.parse(text) as Latest);
  }

  private async begin(): Promise<void> {
    const format = await this.db.get("format");
    if (format === undefined) await this.db.put("format", FORMAT, DURABLE);
    else if (format !== FORMAT)
      throw new MarginError("JournalFormat", "journal", `expected format ${FORMAT}, was ${format}`, { value: format });
    await this.dropParts((await this.latest())?.number);
  }

  /** Parts of all snapshots but one: of the one before, and of one that was not finished. */
  private async dropParts(but: number | undefined): Promise<void> {
    if (but === undefined) return this.db.clear({ gte: partKey(0, 0), lt: PARTS_END });
    await this.db.clear({ gte: partKey(0, 0), lt: partKey(but, 0) });
    await this.db.clear({ gte: partKey(but + 1, 0), lt: PARTS_END });
  }

  /** One write after the other; after one that failed, on a store that was opened anew. */
  private write(run: () => Promise<void>): Promise<void> {
    const done = this.queue.then(async () => {
      if (this.isDoubtful) {
        await this.db.close();
        this.db = await openStore(this.db.location);
        this.isDoubtful = false;
        this.last = undefined;
      }
      try {
        await run();
      } catch (cause) {
        // of a refusal of ours nothing was written
        if (!(cause instanceof MarginError)) this.isDoubtful = true;
        throw cause;
      }
    });
    this.queue = done.catch(() => {});
    return done;
  }
}

async function openStore(folder: string): Promise<ClassicLevel> {
  try {
    await mkdir(folder, { recursive: true });
    const db = new ClassicLevel(folder);
    await db.open();
    return db;
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    const details = { value: folder, cause };
    if ((cause as { code?: string }).code === "LEVEL_LOCKED")
      throw new MarginError(
        "JournalInUse",
        "journal",
        `${folder} is open already: one venue writes to a journal`,
        details,
      );
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MarginError("JournalUnreadable", "journal", `${folder} cannot be opened: ${reason}`, details);
  }
}
