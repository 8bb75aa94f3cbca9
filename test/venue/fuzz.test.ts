/** Random events of every kind: the state is that of a rebuild, of a restart anywhere, and of a replay; what is refused changes nothing. */
import { openVenue, restoreVenue } from "../../bindings/venue.ts";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { applyEvent } from "../../bindings/venue/events.ts";
import { combineDigests } from "../../bindings/venue/digest.ts";
import { MemoryJournal } from "../../bindings/venue/journal.ts";
import { openJournaled } from "../../bindings/venue/journaled.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { core } from "../core.ts";
import { portfolioOf } from "./portfolio-of.ts";
import { RandomEvents, type Drawn } from "./random-events.ts";

vi.setConfig({ testTimeout: 180_000 });

const seeds = fc.integer({ min: 1, max: 100_000 });
const RUNS = { numRuns: 12 };
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** Applies an event; it must be accepted or refused as it was drawn. */
function happen(venue: Venue, { event, refused }: Drawn): void {
  let code: string | undefined;
  try {
    applyEvent(venue, event);
  } catch (cause) {
    if (!(cause instanceof MarginError)) throw cause;
    code = cause.code;
  }
  expect(code, JSON.stringify(event)).toBe(refused);
}

/** A restored model has its fields by name, and the tree follows them. */
const byName = ({ nodes, ...rest }: Requirement) => ({
  ...rest,
  nodes: nodes!.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
});

describe("random events", () => {
  test("each is accepted or refused as it must be, and what is refused changes nothing", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const events = new RandomEvents(seed, { refused: 0.4 });
        const venue = openVenue(core, events.model, events.market);
        for (let k = 0; k < 300; k++) {
          const drawn = events.next();
          const before = drawn.refused === undefined ? "" : hex(venue.snapshot());
          happen(venue, drawn);
          if (drawn.refused !== undefined) expect(hex(venue.snapshot()) === before, drawn.refused).toBe(true);
        }
        venue.release();
      }),
      RUNS,
    );
  });

  test("after any of them each account has the margin of its positions, balances and orders in the market as it is", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const events = new RandomEvents(seed, { accounts: 6, programs: 0.01 });
        const venue = openVenue(core, events.model, events.market);
        for (let k = 0; k < 600; k++) {
          happen(venue, events.next());
          if (k % 150 !== 149) continue;
          const { model, market } = venue.state();
          for (const account of venue.accounts()) {
            const requirement = account.requirement();
            const stateless = core.margin(model, market, portfolioOf(account));
            expect(Object.is(requirement.initial, stateless.initial)).toBe(true);
            expect(Object.is(requirement.maintenance, stateless.maintenance)).toBe(true);
            expect(requirement.market).toEqual(stateless.market);
          }
        }
        venue.release();
      }),
      RUNS,
    );
  });

  test("a venue restarted from its snapshots anywhere has the bytes of one that was left alone", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer({ min: 0, max: 499 }), { maxLength: 5 }), (seed, restarts) => {
        const events = new RandomEvents(seed, { programs: 0.01 });
        const alone = openVenue(core, events.model, events.market);
        let again = openVenue(core, events.model, events.market);
        const handle = (venue: Venue) => events.market.instruments.map(({ id }) => venue.instrument(id));
        for (let k = 0; k < 500; k++) {
          if (restarts.includes(k)) {
            const bytes = again.snapshot();
            again.release();
            again = restoreVenue(core, bytes);
            expect(hex(again.snapshot()) === hex(bytes)).toBe(true);
          }
          const drawn = events.next();
          happen(alone, drawn);
          happen(again, drawn);
        }
        expect(again.checksum()).toBe(alone.checksum());
        expect(hex(again.snapshot()) === hex(alone.snapshot())).toBe(true);
        expect(handle(again)).toEqual(handle(alone));
        for (const account of alone.accounts())
          expect(byName(again.find(account.name)!.requirement())).toEqual(byName(account.requirement()));
        alone.release();
        again.release();
      }),
      RUNS,
    );
  });

  test("a journal replays to the same bytes, from its snapshot or from the first event", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 0, max: 399 }), async (seed, when) => {
        const events = new RandomEvents(seed, { refused: 0.2, programs: 0.01 });
        const journal = new MemoryJournal();
        const options = { model: events.model, market: events.market, refusals: seed % 2 === 0 };
        const live = await openJournaled(core, journal, options);
        const first = journal.latest!;
        for (let k = 0; k < 400; k++) {
          const { event, refused } = events.next();
          try {
            live.apply(event);
          } catch (cause) {
            expect((cause as MarginError).code).toBe(refused);
          }
          if (k === when) await live.snapshot();
        }
        expect(await live.durable()).toBe(live.sequence);
        await live.close();
        for (const latest of [journal.latest, first]) {
          journal.latest = latest;
          const again = await openJournaled(core, journal, options);
          expect(again.sequence).toBe(live.sequence);
          expect(hex(again.venue.snapshot()) === hex(live.venue.snapshot())).toBe(true);
          again.venue.release();
        }
        live.venue.release();
      }),
      RUNS,
    );
  });

  test("accounts opened in another order, apart in two venues, have the same checksum together", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const events = new RandomEvents(seed, { accounts: 12, refused: 0 });
        const drawn = Array.from({ length: 400 }, () => events.next().event);
        const whole = openVenue(core, events.model, events.market);
        const names = [...new Set(drawn.flatMap((event) => ("account" in event ? [event.account] : [])))];
        const parts = [0, 1].map((k) => names.filter((_, at) => at % 2 === k).reverse());
        const shards = parts.map((own) => {
          const venue = openVenue(core, events.model, events.market);
          own.forEach((name) => venue.account(name));
          return venue;
        });
        for (const event of drawn) {
          applyEvent(whole, event);
          shards.forEach((shard, k) => {
            if (!("account" in event) || parts[k]!.includes(event.account)) applyEvent(shard, event);
          });
        }
        expect(combineDigests(...shards.map((shard) => shard.digests()))).toBe(whole.checksum());
        for (const venue of [whole, ...shards]) venue.release();
      }),
      RUNS,
    );
  });

  test("nothing is left in the core's memory", () => {
    expect(core.memory().used).toBe(0);
  });
});
