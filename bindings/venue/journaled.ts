/**
 * A venue whose events are kept. An event is applied first; if it was accepted it gets the next number and joins the batch that is written next.
 * Batches are as large as what came while the one before was written, at least all events of one turn of the host.
 *
 * After a write that failed the venue is ahead of its journal by events that are still in memory. It takes no further event then
 * (`JournalFailed`) until `retry` has written them, or until it is given up and opened anew from what the journal has.
 */
import type { Core } from "../core.ts";
import { checkMarket, checkModel } from "../documents/check.ts";
import { documentHash } from "../documents/hash.ts";
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import { MarginError, short } from "../error.ts";
import { checkCore, checkJournal, checkObject, plain } from "./arguments.ts";
import { applyEvent, type VenueEvent } from "./events.ts";
import type { Journal, Sequenced } from "./journal.ts";
import { restoreVenue } from "./restore.ts";
import type { RestoreOptions } from "./snapshot.ts";
import { Venue } from "./venue.ts";

export interface JournaledOptions extends RestoreOptions {
  /** Keeps refused events too, with the reason; replay leaves them out. Default false. */
  refusals?: boolean;
}

export interface OpenOptions extends JournaledOptions {
  /** With which a venue begins where the journal is empty. Else the journal's venue must have begun with this model, or be under it. */
  model: MarginModel;
  market: Market;
}

/** Events of one write. */
const MOST_EVENTS = 4096;

/** Who writes to a journal, from the beginning of its opening on. */
const writers = new WeakMap<Journal, { readonly holds: boolean }>();

interface Waiting {
  sequence: number;
  resolve(sequence: number): void;
  reject(cause: unknown): void;
}

export class JournaledVenue {
  private pending: Sequenced[] = [];
  private isWriting = false;
  private failure: MarginError | undefined;
  private waiting: Waiting[] = [];
  private isClosed = false;
  private hasLetGo = false;
  private last: number;
  private kept: number;

  /** @internal use `openJournaled` */
  constructor(
    /** To be read and to be asked; what is done to it directly is in no journal. */
    readonly venue: Venue,
    private readonly journal: Journal,
    sequence: number,
    private readonly options: JournaledOptions,
  ) {
    this.last = this.kept = sequence;
  }

  /** @internal is the journal for no other? Until it is closed, or the venue was released with nothing left to be written. */
  get holds(): boolean {
    return !this.hasLetGo && !(this.venue.isReleased && this.pending.length === 0);
  }

  /** The number of the last event. */
  get sequence(): number {
    return this.last;
  }

  /** The number of the last event that outlasts a crash. */
  get written(): number {
    return this.kept;
  }

  /**
   * Lets an event happen and hands it to the journal; `durable` says when it is there.
   *
   * @returns its number
   * @throws MarginError as `applyEvent`, and nothing has changed then (of a `remargin` that names an account, the commit in it is kept);
   *   `JournalFailed`, `JournalClosed`
   */
  apply(event: VenueEvent): number {
    if (this.failure !== undefined) throw this.failure;
    if (this.isClosed) throw new MarginError("JournalClosed", "journal", "used after close()");
    const { venue } = this;
    const happened = plain("event", event);
    const { epoch } = venue;
    try {
      applyEvent(venue, happened);
    } catch (cause) {
      if (venue.epoch !== epoch && happened.type === "remargin") this.keep({ event: { type: "commit" } });
      if (this.options.refusals === true && cause instanceof MarginError)
        this.keep({ event: happened, refused: { code: cause.code, message: cause.message } });
      throw cause;
    }
    return this.keep({ event: happened });
  }

  /**
   * Resolves with the number of the last event so far once it and all before it outlast a crash.
   *
   * @throws MarginError `JournalFailed` where they could not be written, `WrittenByAnother` where the journal has other events by now
   */
  durable(): Promise<number> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.kept >= this.last) return Promise.resolve(this.kept);
    const sequence = this.last;
    return new Promise((resolve, reject) => this.waiting.push({ sequence, resolve, reject }));
  }

  /** Writes again what a failed write left in memory; then the venue takes events again. */
  retry(): Promise<number> {
    this.failure = undefined;
    this.flush();
    return this.durable();
  }

  /**
   * Keeps a snapshot as of now, so that replay begins here.
   *
   * @returns the number of the last event in it
   * @throws MarginError `JournalFailed`; `SnapshotUnwritten`: the one before stands, and events go on
   */
  async snapshot(): Promise<number> {
    const { last } = this;
    const bytes = this.venue.snapshot(last);
    await this.durable(); // no snapshot is ahead of the events
    try {
      await this.journal.saveSnapshot(last, bytes);
    } catch (cause) {
      const problem = `of event ${last} could not be kept (${reasonOf(cause)}); the one before stands`;
      throw new MarginError("SnapshotUnwritten", "snapshot", problem, { value: last, cause });
    }
    return last;
  }

  /**
   * Writes what is left and closes the journal. The venue can be read until its `release`.
   *
   * @throws MarginError `JournalFailed`: the journal is closed, without the events after `written`
   */
  async close(): Promise<void> {
    this.isClosed = true;
    try {
      await this.durable();
    } finally {
      await this.journal.close();
      this.hasLetGo = true;
    }
  }

  private keep(entry: Omit<Sequenced, "sequence">): number {
    this.pending.push({ sequence: ++this.last, ...entry });
    this.flush();
    return this.last;
  }

  private flush(): void {
    if (this.isWriting || this.failure !== undefined) return;
    this.isWriting = true;
    void this.writeAll();
  }

  private async writeAll(): Promise<void> {
    await Promise.resolve(); // the rest of the turn joins
    while (this.pending.length > 0) {
      const batch = this.pending.slice(0, MOST_EVENTS);
      try {
        await this.journal.append(batch);
      } catch (cause) {
        this.failure = this.failureOf(cause);
        break;
      }
      this.pending = this.pending.slice(batch.length);
      this.kept = batch.at(-1)!.sequence;
      this.tell();
    }
    this.isWriting = false;
    this.tell();
  }

  private failureOf(cause: unknown): MarginError {
    if (cause instanceof MarginError && cause.code === "WrittenByAnother") return cause;
    return new MarginError(
      "JournalFailed",
      "journal",
      `events ${this.kept + 1} to ${this.last} could not be written (${reasonOf(cause)}); retry(), or open the venue anew`,
      { value: this.kept, cause },
    );
  }

  private tell(): void {
    const { failure, kept, waiting } = this;
    this.waiting = waiting.filter(({ sequence }) => failure === undefined && sequence > kept);
    for (const { sequence, resolve, reject } of waiting) {
      if (sequence <= kept) resolve(sequence);
      else if (failure !== undefined) reject(failure);
    }
  }
}

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : short(cause));

/**
 * The venue of a journal: of its latest snapshot and the events after it, or a new one where the journal is empty.
 *
 * @throws MarginError as `restoreVenue`; `JournalGap` where a number is missing, `JournalDiverges` where an event that was accepted is refused now,
 *   `JournalModel` where the journal is another venue's, `JournalInUse` where a venue writes to it that was not closed
 */
export async function openJournaled(core: Core, journal: Journal, options: OpenOptions): Promise<JournaledVenue> {
  checkCore(core);
  checkJournal(journal);
  checkObject("options", options);
  const model = checkModel(options.model);
  if (writers.get(journal)?.holds === true)
    throw new MarginError("JournalInUse", "journal", "a venue writes to it already: close that one first");
  writers.set(journal, { holds: true });
  try {
    const live = await opened(core, journal, model, options);
    writers.set(journal, live);
    return live;
  } catch (cause) {
    writers.delete(journal);
    throw cause;
  }
}

async function opened(core: Core, journal: Journal, model: MarginModel, options: OpenOptions): Promise<JournaledVenue> {
  const latest = await journal.latestSnapshot();
  const venue =
    latest === undefined
      ? new Venue(core.wasm, model, checkMarket(options.market))
      : restoreVenue(core.wasm, latest.bytes, undefined, options, model);
  try {
    let sequence = latest?.sequence ?? 0;
    for await (const entry of journal.read(sequence)) {
      if (entry.sequence !== sequence + 1)
        throw new MarginError("JournalGap", "journal", `event ${sequence + 1} is missing: ${entry.sequence} follows`, {
          value: sequence + 1,
        });
      sequence = entry.sequence;
      if (entry.refused === undefined) replay(venue, entry);
    }
    const { origin, model: current } = venue.state();
    const given = documentHash(model);
    if (given !== origin.model && given !== documentHash(current))
      throw new MarginError(
        "JournalModel",
        "model",
        `the journal's venue is under ${current.id} ${current.edition}, and did not begin with ${model.id} ${model.edition} as it is given`,
        { value: given },
      );
    // what the venue began with, so that the journal can be opened without it being right in the host's code
    if (latest === undefined && sequence === 0) await journal.saveSnapshot(0, venue.snapshot(0));
    return new JournaledVenue(venue, journal, sequence, options);
  } catch (cause) {
    venue.release();
    throw cause;
  }
}

function replay(venue: Venue, { sequence, event }: Sequenced): void {
  try {
    applyEvent(venue, event);
  } catch (cause) {
    throw new MarginError(
      "JournalDiverges",
      "journal",
      `event ${sequence} (${event.type}) was accepted and is refused now: ${reasonOf(cause)}`,
      { value: sequence, cause },
    );
  }
}
