/** A venue and its journal: what is written when, what happens when it cannot be, and what is refused at opening. */
import { expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import type { VenueEvent } from "../../bindings/venue/events.ts";
import { MemoryJournal, type Sequenced } from "../../bindings/venue/journal.ts";
import { openJournaled, type JournaledVenue } from "../../bindings/venue/journaled.ts";
import { core } from "../core.ts";
import { RandomEvents } from "./random-events.ts";

/** Counts its writes, and fails those that it is told to: before anything is written, or after all of it is. */
class Unreliable extends MemoryJournal {
  readonly writes: number[] = [];
  fails: "before" | "after" | undefined;

  override async append(events: readonly Sequenced[]): Promise<void> {
    if (this.fails === "before") throw new Error("no space left on device");
    await super.append(events);
    if (this.fails === "after") throw new Error("no answer");
    this.writes.push(events.length);
  }
}

const accepted = (events: RandomEvents, n: number): VenueEvent[] => {
  const list: VenueEvent[] = [];
  while (list.length < n) {
    const { event, refused } = events.next();
    if (refused === undefined) list.push(event);
  }
  return list;
};
const failure = async (run: () => unknown): Promise<MarginError> => {
  try {
    await run();
  } catch (cause) {
    if (cause instanceof MarginError) return cause;
    throw cause;
  }
  throw new Error("no error");
};
const started = async (seed = 1): Promise<[Unreliable, RandomEvents, JournaledVenue]> => {
  const [journal, events] = [new Unreliable(), new RandomEvents(seed)];
  return [journal, events, await openJournaled(core, journal, events)];
};

test("events of one turn are one write; those that come meanwhile are the next", async () => {
  const [journal, events, live] = await started();
  const list = accepted(events, 30);
  for (const event of list.slice(0, 10)) live.apply(event);
  expect([live.sequence, live.written, journal.writes]).toEqual([10, 0, []]);
  expect(await live.durable()).toBe(10);
  const first = live.apply(list[10]!);
  await Promise.resolve(); // its write is on the way
  for (const event of list.slice(11)) live.apply(event);
  expect([first, await live.durable(), live.written]).toEqual([11, 30, 30]);
  expect(journal.writes).toEqual([10, 1, 19]);
  expect(await live.durable()).toBe(30);
  live.venue.release();
});

test.each(["before", "after"] as const)(
  "a write that fails %s it is done: no event until it is retried",
  async (when) => {
    const [journal, events, live] = await started();
    const list = accepted(events, 40);
    for (const event of list.slice(0, 10)) live.apply(event);
    await live.durable();
    journal.fails = when;
    for (const event of list.slice(10, 20)) live.apply(event);
    const lost = await failure(() => live.durable());
    expect(lost.code).toBe("JournalFailed");
    expect(lost.message).toMatch(
      /^journal: events 11 to 20 could not be written \((no space left on device|no answer)\);/,
    );
    const bytes = live.venue.snapshot();
    expect(await failure(() => live.apply(list[20]!))).toBe(lost);
    expect(await failure(() => live.snapshot())).toBe(lost);
    expect(await failure(() => live.retry())).toMatchObject({ code: "JournalFailed", value: 10 });
    expect(Buffer.compare(live.venue.snapshot(), bytes)).toBe(0);
    expect([live.sequence, live.written]).toEqual([20, 10]);
    journal.fails = undefined;
    expect(await live.retry()).toBe(20);
    for (const event of list.slice(20)) live.apply(event);
    expect(await live.durable()).toBe(40);
    await live.close();
    const again = await openJournaled(core, journal, events);
    expect(again.sequence).toBe(40);
    expect(again.venue.checksum()).toBe(live.venue.checksum());
    for (const { venue } of [live, again]) venue.release();
  },
);

test("a snapshot that cannot be kept: the one before stands, and events go on", async () => {
  const [journal, events, live] = await started();
  const first = journal.latest;
  for (const event of accepted(events, 10)) live.apply(event);
  journal.saveSnapshot = () => Promise.reject(new Error("no space left on device"));
  expect(await failure(() => live.snapshot())).toMatchObject({
    code: "SnapshotUnwritten",
    message: "snapshot: of event 10 could not be kept (no space left on device); the one before stands",
  });
  expect(journal.latest).toBe(first);
  live.apply({ type: "commit" });
  expect(await live.durable()).toBe(11);
  live.venue.release();
});

test("a full disk: the error of the store is the cause, of events and of snapshots; all is there once there is room", async () => {
  const [journal, events, live] = await started(2);
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const list = accepted(events, 20);
  for (const event of list.slice(0, 10)) live.apply(event);
  await live.durable();
  const own = { append: journal.append, saveSnapshot: journal.saveSnapshot };
  Object.assign(journal, { append: () => Promise.reject(full), saveSnapshot: () => Promise.reject(full) });
  expect(await failure(() => live.snapshot())).toMatchObject({ code: "SnapshotUnwritten", cause: full });
  for (const event of list.slice(10)) live.apply(event);
  expect(await failure(() => live.durable())).toMatchObject({ code: "JournalFailed", value: 10, cause: full });
  expect(journal.events).toHaveLength(10);
  const checksum = live.venue.checksum();
  expect((await failure(() => live.apply({ type: "commit" }))).code).toBe("JournalFailed");
  expect((await failure(() => live.retry())).code).toBe("JournalFailed");
  expect(live.venue.checksum()).toBe(checksum);
  Object.assign(journal, own);
  expect(await live.retry()).toBe(20);
  expect(await live.snapshot()).toBe(20);
  await live.close();
  const again = await openJournaled(core, journal, events);
  expect([again.sequence, again.venue.checksum()]).toEqual([20, checksum]);
  for (const { venue } of [live, again]) venue.release();
});

test("given up after a write that failed: the journal has what was durable", async () => {
  const [journal, events, live] = await started();
  const list = accepted(events, 20);
  for (const event of list.slice(0, 10)) live.apply(event);
  await live.durable();
  const checksum = live.venue.checksum();
  journal.fails = "before";
  for (const event of list.slice(10)) live.apply(event);
  expect((await failure(() => live.close())).code).toBe("JournalFailed");
  journal.fails = undefined;
  const again = await openJournaled(core, journal, events);
  expect([again.sequence, again.venue.checksum()]).toEqual([10, checksum]);
  for (const { venue } of [live, again]) venue.release();
});

test("what is refused is not written, or written with its reason", async () => {
  const events = new RandomEvents(3);
  for (const refusals of [false, true]) {
    const journal = new MemoryJournal();
    const live = await openJournaled(core, journal, {
      ...events,
      model: events.model,
      market: events.market,
      refusals,
    });
    live.apply({ type: "open", account: "alice" });
    const error = await failure(() => live.apply({ type: "deposit", account: "alice", currency: "EUR", amount: NaN }));
    live.apply({ type: "deposit", account: "alice", currency: "USDC", amount: 5 });
    await live.close();
    const kept = journal.events.map((text) => JSON.parse(text) as Sequenced);
    expect(kept.map(({ sequence }) => sequence)).toEqual(refusals ? [1, 2, 3] : [1, 2]);
    if (refusals) expect(kept[1]!.refused).toEqual({ code: "UnknownCurrency", message: error.message });
    expect((await failure(() => live.apply({ type: "commit" }))).code).toBe("JournalClosed");
    live.venue.release();
  }
});

test("a remargin that names an account has committed: the journal has the commit", async () => {
  const [journal, events, live] = await started(5);
  const future = events.market.instruments.find(({ kind }) => kind === "option")!;
  live.apply({ type: "open", account: "alice" });
  live.apply({ type: "fill", account: "alice", instrument: future.id, lots: -3, price: 0.01 });
  live.apply({ type: "advance", asOf: future.expiry }); // nobody paid the expiry
  const error = await failure(() => live.apply({ type: "remargin" }));
  expect(error.message).toMatch(/^account: "alice": /);
  expect(await live.durable()).toBe(4);
  expect(JSON.parse(journal.events[3]!)).toEqual({ sequence: 4, event: { type: "commit" } });
  await live.close();
  const again = await openJournaled(core, journal, events);
  // its margins are those of no evaluation; its state is the same
  expect(again.venue.checksum()).toBe(live.venue.checksum());
  expect(again.venue.state().market).toEqual(live.venue.state().market);
  for (const { venue } of [live, again]) venue.release();
});

test("what an event held is kept as it was, whatever its owner does to it", async () => {
  const [journal, events, live] = await started();
  const fact = { at: { underlying: "BTC" }, sunspots: -0 };
  const event: VenueEvent = { type: "set", facts: [fact] };
  live.apply(event);
  fact.sunspots = 8;
  live.apply({ type: "commit" });
  await live.close();
  const again = await openJournaled(core, journal, events);
  expect(Buffer.compare(again.venue.snapshot(), live.venue.snapshot())).toBe(0);
  for (const { venue } of [live, again]) venue.release();
});

test("a journal is refused where a number is missing, an event is refused now, or the venue is another", async () => {
  const [journal, events, live] = await started();
  for (const event of accepted(events, 12)) live.apply(event);
  await live.durable();
  live.venue.release();
  const used = core.memory().used;
  const other = { ...events.model, edition: "2030-01-01" };
  const wrong = await failure(() => openJournaled(core, journal, { model: other, market: events.market }));
  expect([wrong.code, wrong.message]).toEqual([
    "JournalModel",
    "model: the journal's venue is under deribit-pm 2024-06-17, and did not begin with deribit-pm 2030-01-01 as it is given",
  ]);
  const [sixth] = journal.events.splice(
    5,
    1,
    JSON.stringify({ sequence: 6, event: { type: "settle", currency: "EUR" } }),
  );
  const diverges = await failure(() => openJournaled(core, journal, events));
  expect([diverges.code, diverges.value]).toEqual(["JournalDiverges", 6]);
  expect(diverges.message).toMatch(/^journal: event 6 \(settle\) was accepted and is refused now: currency: expected/);
  journal.events.splice(5, 1);
  expect(await failure(() => openJournaled(core, journal, events))).toMatchObject({
    code: "JournalGap",
    message: "journal: event 6 is missing: 7 follows",
  });
  expect(core.memory().used).toBe(used);
  expect(sixth).toBeDefined();
});

/** The store of another, as a second process would see it. */
class Beside extends MemoryJournal {
  override readonly events: string[];

  constructor(of: MemoryJournal) {
    super();
    this.events = of.events;
    this.latest = of.latest;
  }
}

test("a journal has one writer: a second is refused until the first has closed, or was released with nothing left to write", async () => {
  const [journal, events, live] = await started();
  const open = () => openJournaled(core, journal, events);
  const inUse = { code: "JournalInUse", message: "journal: a venue writes to it already: close that one first" };
  expect(await failure(open)).toMatchObject(inUse);
  live.apply(accepted(events, 1)[0]!);
  live.venue.release();
  expect(await failure(open)).toMatchObject(inUse); // its event is on the way
  await live.durable();
  const [second, third] = await Promise.allSettled([open(), open()]);
  expect(third).toMatchObject({ status: "rejected", reason: inUse });
  const again = (second as PromiseFulfilledResult<JournaledVenue>).value;
  expect(again.sequence).toBe(1);
  await again.close();
  const last = await open();
  for (const { venue } of [again, last]) venue.release();
});

test("two writers of one store: the second is told, and what was durable of the first stands", async () => {
  const [journal, events, live] = await started();
  for (const event of accepted(events, 5)) live.apply(event);
  await live.durable();
  const other = await openJournaled(core, new Beside(journal), events);
  live.apply({ type: "open", account: "mine" });
  expect(await live.durable()).toBe(6);
  const kept = [...journal.events];
  other.apply({ type: "open", account: "another's" });
  const told = {
    code: "WrittenByAnother",
    message: "journal: has another event 6: another writes to it; open it anew",
  };
  expect(await failure(() => other.durable())).toMatchObject(told);
  expect(await failure(() => other.retry())).toMatchObject(told);
  expect(await failure(() => other.apply({ type: "commit" }))).toMatchObject(told);
  expect(journal.events).toEqual(kept);
  live.apply({ type: "commit" });
  expect(await live.durable()).toBe(7);
  for (const { venue } of [live, other]) venue.release();
});
