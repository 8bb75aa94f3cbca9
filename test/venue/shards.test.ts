/** A venue over several workers holds what one holds: for any number of them, any order between accounts, and when they die. */
import { openVenue } from "../../bindings/venue.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { greekVectors } from "../../bindings/models/greek-vectors.ts";
import { applyEvent, type VenueEvent } from "../../bindings/venue/events.ts";
import { memoryLog, type Batch, type EventLog } from "../../bindings/venue/log.ts";
import { VenuePool, type PoolOptions } from "../../bindings/venue/pool.ts";
import type { WorkerFile } from "../../bindings/venue/pool-link.ts";
import { originOf, Sequencer } from "../../bindings/venue/sequencer.ts";
import { combineDigests } from "../../bindings/venue/digest.ts";
import { accountHash, Shard, shardOf, split } from "../../bindings/venue/shard.ts";
import { workerFile } from "../../scripts/pool-worker.ts";
import { core } from "../core.ts";
import { RandomEvents } from "./random-events.ts";
import { batches, interleaved, streamMarket, venueStream } from "../reference/venue-stream.ts";

const seed = 3;
const market = streamMarket(seed);
const model = deribitPm;
const events = [...venueStream({ seed, events: 6000, accounts: 60 })];
const accounts = Array.from({ length: 60 }, (_, a) => `account ${a}`);

let file: WorkerFile;
const pools: VenuePool[] = [];
beforeAll(async () => {
  file = await workerFile("shards");
});
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

async function poolOf(options: Partial<PoolOptions> = {}): Promise<VenuePool> {
  const pool = await VenuePool.open({ model, market, shards: 2, ...options }, file);
  pools.push(pool);
  return pool;
}
async function run(pool: VenuePool, list: readonly VenueEvent[], size = 150): Promise<number[]> {
  const refused: number[] = [];
  let from = 0;
  for (const batch of batches(list, size)) {
    const applied = await pool.apply(batch);
    refused.push(...applied.refused.map(({ place }) => from + place));
    from += batch.length;
  }
  return refused;
}

/** One venue in this thread, by the events alone. */
const single = (() => {
  const venue = openVenue(core, model, market);
  const refused: number[] = [];
  events.forEach((event, place) => {
    try {
      applyEvent(venue, event);
    } catch {
      refused.push(place);
    }
  });
  const shard = new Shard(venue);
  return { shard, venue, refused, checksum: venue.checksum() };
})();
afterAll(() => single.venue.release());

describe("where an account lives", () => {
  // FNV-1a by its published vectors ("" 811c9dc5, "a" e40c292c, "foobar" bf9cf968), finished by fmix32
  test.each([
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["foobar", 0xbf9cf968],
  ])("the hash of %j", (name, fnv) => {
    let h = Math.imul(fnv ^ (fnv >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    expect(accountHash(name)).toBe((h ^ (h >>> 16)) >>> 0);
  });

  test("does not change from version to version", () => {
    expect(["alice", "account 17", "account 3", "Ωμέγα"].map((name) => [shardOf(name, 4), shardOf(name, 7)])).toEqual([
      [3, 6],
      [2, 3],
      [1, 3],
      [3, 6],
    ]);
  });

  test("names that count are spread evenly", () => {
    for (const shards of [2, 3, 8]) {
      const counts = new Array<number>(shards).fill(0);
      for (let n = 0; n < 24_000; n++) counts[shardOf(`account ${n}`, shards)]!++;
      const mean = 24_000 / shards;
      // three standard deviations of a fair draw
      for (const count of counts) expect(Math.abs(count - mean)).toBeLessThan(3 * Math.sqrt(mean));
    }
  });

  test("events of an account go to it alone, those of all to each", () => {
    const parts = split(events, 3);
    const common = events.filter((event) => !("account" in event)).length;
    let own = 0;
    for (const [shard, part] of parts) {
      for (const event of part.events) if ("account" in event) expect(shardOf(event.account, 3)).toBe(shard);
      expect(part.places).toEqual([...part.places].sort((a, b) => a - b));
      expect(part.places.map((place) => events[place])).toEqual(part.events);
      own += part.events.length - common;
    }
    expect(own).toBe(events.length - common);
    expect(split([], 3).size).toBe(0);
  });
});

describe.each([1, 2, 4])("%i workers", (shards) => {
  test.each([0, 11, 12])("hold what one venue holds, interleaving %i", async (order) => {
    const pool = await poolOf({ shards });
    const refused = await run(pool, order === 0 ? events : interleaved(events, order), order === 0 ? 150 : 77);
    expect(await pool.checksum()).toBe(single.checksum);
    if (order === 0) expect(refused).toEqual(single.refused);
    else expect(refused).toHaveLength(single.refused.length);
    expect((await pool.remargin()).refused).toEqual([]);
    single.venue.remargin();
    for (const name of accounts.slice(0, 12))
      expect(await pool.requirement(name)).toEqual(single.shard.requirement(name));
    expect(await pool.holdings("account 1")).toEqual(expect.arrayContaining(single.shard.holdings("account 1")));
    expect(await pool.money("account 1")).toEqual(single.shard.money("account 1"));
    const ranked = single.shard.riskiest(10);
    expect((await pool.riskiest(10)).map(({ ratio }) => ratio)).toEqual(ranked.map(({ ratio }) => ratio));
    const order1 = [{ instrument: market.instruments[0]!.id, lots: 2, price: 100, as: "rest" as const }];
    expect(await pool.checkBasket("account 5", order1)).toEqual(single.shard.checkBasket("account 5", order1));
    await pool.close();
  });
});

describe.each([1, 2, 3])("events of every kind, stream %i", (stream) => {
  test("listings, editions of the model and expiries too: three workers, one killed, snapshots", async () => {
    const drawn = new RandomEvents(stream);
    const list = Array.from({ length: 1500 }, () => drawn.next());
    const venue = openVenue(core, drawn.model, drawn.market);
    for (const { event } of list) {
      try {
        applyEvent(venue, event);
      } catch {
        // drawn to be refused
      }
    }
    const own = await poolOf({ shards: 3, model: drawn.model, market: drawn.market, snapshotEvery: 300 });
    const refused = await run(
      own,
      list.slice(0, 700).map(({ event }) => event),
      50,
    );
    await own.kill(stream % 3);
    const rest = await run(
      own,
      list.slice(700).map(({ event }) => event),
      50,
    );
    expect(await own.checksum()).toBe(venue.checksum());
    const expected = list.flatMap((one, place) => (one.refused === undefined ? [] : [place]));
    expect([...refused, ...rest.map((place) => 700 + place)]).toEqual(expected);
    venue.release();
    await own.close();
  });
});

describe("a worker that dies", () => {
  test.each([
    ["from the start", 0],
    ["from its last snapshot", 500],
  ])("is started again and catches up %s", async (_, snapshotEvery) => {
    const kept = memoryLog();
    const readFrom: number[] = [];
    const log: EventLog = {
      ...kept,
      read: (partition, after) => {
        readFrom.push(after);
        return kept.read(partition, after);
      },
    };
    const pool = await poolOf({ shards: 2, snapshotEvery, log });
    const applying: Promise<unknown>[] = [];
    let n = 0;
    for (const batch of batches(events, 100)) {
      applying.push(pool.apply(batch)); // nobody waits: there is always work under way
      if (n === 12 || n === 31) await pool.kill(0);
      if (n === 31 || n === 44) await pool.kill(1);
      n++;
    }
    await Promise.all(applying);
    expect(pool.restarts).toBeGreaterThanOrEqual(4);
    expect(await pool.checksum()).toBe(single.checksum);
    await pool.kill(1);
    expect(await pool.checksum()).toBe(single.checksum);
    expect(readFrom.at(-1)! > 0).toBe(snapshotEvery > 0);
    await pool.close();
  });

  test("reports refusals all the same", async () => {
    const pool = await poolOf({ shards: 1 });
    const applying = [...batches(events.slice(0, 2000), 100)].map((batch) => pool.apply(batch));
    await applying[4];
    await pool.kill(0);
    const refused = (await Promise.all(applying)).flatMap(({ refused }, b) =>
      refused.map(({ place }) => 100 * b + place),
    );
    expect(refused).toEqual(single.refused.filter((place) => place < 2000));
    await pool.close();
  });

  test("over and over is the end, not a loop", async () => {
    const broken = { ...file, url: new URL("data:text/javascript,throw new Error('no room')") };
    await expect(VenuePool.open({ model, market, shards: 2 }, broken)).rejects.toMatchObject({
      code: "WorkerLost",
      message: expect.stringMatching(/no room/),
    });
  });
});

describe("the log", () => {
  test("a pool on a log that has entries goes on where it ends", async () => {
    const log = memoryLog();
    const first = await poolOf({ log });
    await run(first, events.slice(0, 3000));
    await first.close();
    const second = await poolOf({ log });
    await run(second, events.slice(3000));
    expect(await second.checksum()).toBe(single.checksum);
    await second.close();
    await expect(poolOf({ log, shards: 3 })).rejects.toMatchObject({ code: "WrongShards" });
  });

  test("a batch that is sent twice happens once", async () => {
    const pool = await poolOf();
    await pool.apply([{ type: "open", account: "a" }]);
    const twice = [{ type: "deposit", account: "a", currency: "USDC", amount: 5 } as const];
    await pool.apply(twice, { id: "one" });
    await pool.apply(twice, { id: "one" });
    expect((await pool.money("a"))["USDC"]!.balance).toBe(5);
  });

  test("one that fails halfway through happens nowhere until it is sent again", async () => {
    const kept = memoryLog();
    let failing = false;
    const log: EventLog = {
      ...kept,
      append: (partition: number, batch: Batch) =>
        failing && partition === 1 ? Promise.reject(new Error("the disk is full")) : kept.append(partition, batch),
    };
    const pool = await poolOf({ log });
    await run(pool, events.slice(0, 1000));
    const before = await pool.checksum();
    failing = true;
    const batch = events.slice(1000, 1300);
    await expect(pool.apply(batch, { id: "halfway" })).rejects.toThrow("the disk is full");
    expect(pool.unfinished).toBe("halfway");
    expect(await pool.checksum()).toBe(before);
    await pool.kill(0); // the log has its part of the batch, and it must not happen
    expect(await pool.checksum()).toBe(before);
    failing = false;
    await expect(pool.apply(events.slice(1300, 1400))).rejects.toMatchObject({ code: "BatchUnfinished" });
    // the same for a process that comes after
    const next = await poolOf({ log });
    expect(next.unfinished).toBe("halfway");
    expect(await next.checksum()).toBe(before);
    await pool.close();
    await next.apply(batch, { id: "halfway" });
    await run(next, events.slice(1300));
    expect(await next.checksum()).toBe(single.checksum);
  });

  test("has one pool that appends: another is told at its first batch, of which nothing is kept, and can be opened anew", async () => {
    const log = memoryLog();
    const first = await poolOf({ log });
    await run(first, events.slice(0, 600));
    const second = await poolOf({ log });
    await run(first, events.slice(600, 1200));
    const before = await first.checksum();
    const told = {
      code: "WrittenByAnother",
      message: expect.stringMatching(/^log: partition 0 ends at \d+, not at \d+: /),
    };
    await expect(second.apply(events.slice(1200, 1300), { id: "late" })).rejects.toMatchObject(told);
    await expect(second.commit()).rejects.toMatchObject(told);
    expect(second.unfinished).toBeUndefined();
    await second.close();
    const third = await poolOf({ log });
    expect([await third.checksum(), third.unfinished]).toEqual([before, undefined]);
    await run(third, events.slice(1200));
    expect(await third.checksum()).toBe(single.checksum);
    await expect(first.commit()).rejects.toMatchObject({ code: "WrittenByAnother" });
    await first.close();
    await third.close();
  });

  test("where another came between its parts a batch is whole when it is applied again to a pool that is opened anew", async () => {
    const log = memoryLog();
    const names = [0, 1].map((shard) => accounts.find((name) => shardOf(name, 2) === shard)!) as [string, string];
    const opening = names.map((account) => ({ type: "open", account }) as const);
    const late = await poolOf({ log });
    const pool = await poolOf({ log });
    await pool.apply([opening[1]!]); // partition 1 alone
    const both: VenueEvent[] = [
      opening[0]!,
      ...opening,
      { type: "deposit", account: names[0], currency: "USDC", amount: 5 },
    ];
    await expect(late.apply(both, { id: "both" })).rejects.toMatchObject({ code: "WrittenByAnother" });
    expect(late.unfinished).toBe("both");
    for (const one of [late, pool]) await one.close();
    const next = await poolOf({ log });
    await next.apply(both, { id: "both" });
    expect((await next.money(names[0]))["USDC"]!.balance).toBe(5);
    const checksum = await next.checksum();
    await next.close();
    const again = await poolOf({ log });
    expect([await again.checksum(), again.unfinished]).toEqual([checksum, undefined]);
    await again.close();
  });

  test("that cannot be read is the end of a pool, with its own error", async () => {
    const kept = memoryLog();
    let failing = false;
    const log: EventLog = {
      ...kept,
      async *read(partition, after) {
        if (failing) throw new Error("the disk is gone");
        yield* kept.read(partition, after);
      },
    };
    const pool = await poolOf({ log, shards: 1 });
    await run(pool, events.slice(0, 300));
    failing = true;
    await expect(poolOf({ log, shards: 1 })).rejects.toThrow("the disk is gone");
    await pool.kill(0);
    await expect(pool.checksum()).rejects.toThrow("the disk is gone");
    await expect(pool.apply(events.slice(300, 400))).rejects.toThrow("the disk is gone");
    await pool.close();
  });

  test("shards on other machines follow it by themselves", async () => {
    const log = memoryLog();
    const sequencer = await Sequencer.open(log, 3, { model, market });
    const shards = [0, 1, 2].map(() => new Shard(openVenue(core, model, market)));
    for (const batch of batches(events, 500)) {
      await sequencer.submit(batch, undefined, () => undefined);
      await shards[1]!.catchUp(log, 1); // one keeps up, the others come late
    }
    for (const [partition, shard] of shards.entries()) await shard.catchUp(log, partition);
    expect(combineDigests(...shards.map((shard) => shard.digests()))).toBe(single.checksum);
    for (const { venue } of shards) venue.release();
  });

  test("of another model or market is refused: the same events would make other accounts", async () => {
    const log = memoryLog();
    const pool = await poolOf({ log });
    await pool.apply([{ type: "open", account: "a" }]);
    await pool.close();
    const [{ id }] = market.instruments as [(typeof market.instruments)[0]];
    const less = { ...market, instruments: market.instruments.filter((one) => one.id !== id) };
    await expect(poolOf({ log, market: less })).rejects.toMatchObject({ code: "WrongOrigin" });
    await expect(poolOf({ log, model: { ...model, edition: "2020-01-01" } })).rejects.toMatchObject({
      code: "WrongOrigin",
    });
    await expect(Sequencer.open(log, 3, { model, market: less })).rejects.toMatchObject({ code: "WrongShards" });
    const again = await poolOf({ log });
    expect(await again.accounts()).toEqual(["a"]);
    await again.close();
  });

  test("is let go of behind a snapshot but for its last entry", async () => {
    const log = memoryLog();
    const batch = (number: number): Batch => ({
      id: `b${number}`,
      number,
      parts: [0],
      shards: 1,
      origin: "",
      events: [],
    });
    for (let n = 1; n <= 5; n++) await log.append(0, batch(n));
    log.forget!(0, 3);
    const read = async (after: number) => {
      const found: number[] = [];
      for await (const { sequence } of log.read(0, after)) found.push(sequence);
      return found;
    };
    expect([await read(3), await read(4)]).toEqual([[4, 5], [5]]);
    log.forget!(0, 5);
    expect((await log.last(0))?.sequence).toBe(5);
    expect(await log.append(0, batch(6))).toBe(6);
    expect(await read(5)).toEqual([6]);
  });
});

test("mistakes are named", async () => {
  await expect(poolOf({ shards: 0 })).rejects.toMatchObject({ code: "OutOfRange", field: "shards" });
  const pool = await poolOf({ shards: 1 });
  await expect(pool.requirement("nobody")).rejects.toMatchObject({ code: "UnknownAccount", field: "account" });
  await expect(pool.requirement("")).rejects.toMatchObject({ code: "WrongType" });
  await pool.apply([{ type: "open", account: "a" }]);
  await expect(pool.check("a", "NO-SUCH", 1, 1)).rejects.toMatchObject({ code: "UnknownInstrument" });
  await expect(pool.riskiest(0)).rejects.toMatchObject({ code: "OutOfRange" });
  const { refused } = await pool.apply([
    { type: "deposit", account: "a", currency: "XYZ", amount: 1 },
    { type: "deposit", account: "a", currency: "USDC", amount: 1 },
  ]);
  expect(refused).toEqual([expect.objectContaining({ place: 0, code: "UnknownCurrency", field: "currency" })]);
  await pool.close();
  await expect(pool.checksum()).rejects.toMatchObject({ code: "Released" });
});

test.each([2, 4])(
  "%i workers: exposures, limits and names of all accounts together are those of one venue",
  async (shards) => {
    const watched = { ...deribitPm, exposures: greekVectors };
    const pool = await poolOf({ shards, model: watched });
    const venue = openVenue(core, watched, market);
    const list: VenueEvent[] = [
      {
        type: "limit",
        limits: [
          { exposure: "vega", most: 1 },
          { exposure: "delta", most: 2, of: "venue" },
        ],
      },
      ...events.slice(0, 2500),
      { type: "remargin" },
    ];
    for (const event of list) {
      try {
        applyEvent(venue, event);
      } catch {
        // refused by the pool too
      }
    }
    await run(pool, list);
    expect(await pool.exposures()).toEqual(venue.exposures());
    const one = venue.overLimits();
    expect(await pool.overLimits()).toEqual({
      accounts: one.accounts.map(({ name }) => name).sort(),
      venue: one.venue,
    });
    expect(one.accounts.length).toBeGreaterThan(0);
    expect(one.venue.length).toBeGreaterThan(0);
    expect(await pool.accounts()).toEqual(
      venue
        .accounts()
        .map(({ name }) => name)
        .sort(),
    );
    expect([await pool.find("account 1"), await pool.find("nobody")]).toEqual(["account 1", undefined]);
    venue.release();
    await pool.close();
  },
);

describe("what is no event, and no question", () => {
  const perpetual = market.instruments.find(({ kind }) => kind === "perpetual")!.id;
  const unlike = (value: unknown) => value as never;

  test("is refused at its place, goes into no log, and ends no worker", async () => {
    const log = memoryLog();
    const pool = await poolOf({ log });
    const list = [
      { type: "open", account: "a" },
      { type: "set" },
      null,
      { type: "set", account: "a", facts: [{ at: { instrument: perpetual }, mark: 1 }] },
      { type: "deposit", account: "a", currency: "USDC", amount: 5n },
      { type: "vanish" },
      { type: "deposit", account: "a", currency: "USDC", amount: 5 },
      { type: "set", facts: [{ at: { underlying: "BTC" }, spot: () => 5 }] },
    ];
    const { refused } = await pool.apply(unlike(list), { id: "odd" });
    expect(refused.map(({ place, code, field }) => [place, code, field])).toEqual([
      [1, "WrongType", "event.facts"],
      [2, "WrongType", "event"],
      [3, "UnknownField", "event.account"],
      [4, "WrongType", "event.amount"],
      [5, "UnknownEvent", "event.type"],
      [7, "WrongType", "event.facts[0].spot"],
    ]);
    expect((await pool.apply(unlike([{ type: "list" }]))).refused).toHaveLength(1);
    await expect(pool.apply(unlike(5))).rejects.toMatchObject({ code: "WrongType", field: "events" });
    for (const id of ["", {}, 5, null])
      await expect(pool.apply([{ type: "commit" }], { id: unlike(id) })).rejects.toMatchObject({ field: "id" });
    expect([pool.unfinished, pool.restarts]).toEqual([undefined, 0]);
    expect((await pool.money("a"))["USDC"]!.balance).toBe(5);
    const checksum = await pool.checksum();
    await pool.close();
    const again = await poolOf({ log });
    expect(await again.checksum()).toBe(checksum);
    await again.close();
  });

  test("that a log has all the same is refused in each replay", async () => {
    const log = memoryLog();
    const events = unlike([{ type: "set" }, { type: "list" }, null, { type: "open", account: "a" }]);
    const batch = { id: "old", number: 1, parts: [0], shards: 1, origin: originOf({ model, market }), events };
    await log.append(0, batch);
    const pool = await poolOf({ log, shards: 1 });
    await pool.kill(0);
    expect(await pool.holdings("a")).toEqual([]);
    await pool.close();
    const shard = new Shard(openVenue(core, model, market));
    expect(shard.apply({ sequence: 1, batch }).map(({ code }) => code)).toEqual([
      "WrongType",
      "WrongType",
      "WrongType",
    ]);
    // not one of ours
    shard.venue.setPrice = () => {
      throw new TypeError("never mind");
    };
    const odd = { ...batch, events: [{ type: "setPrice" as const, currency: "BTC", price: 5 }] };
    expect(shard.apply({ sequence: 2, batch: odd })).toEqual([
      { place: 0, code: "EventFailed", field: "event", message: "event: never mind" },
    ]);
    shard.venue.release();
  });

  test("options that there are none of, logs that are none", async () => {
    for (const wrong of [
      undefined,
      null,
      [],
      { model, market, shards: 1, foo: 1 },
      { model, market, shards: 1, log: {} },
    ])
      await expect(VenuePool.open(unlike(wrong), file), JSON.stringify(wrong)).rejects.toMatchObject({
        name: "MarginError",
      });
    const pool = await poolOf({ shards: 1 });
    await expect(pool.apply([], unlike({ ID: "3" }))).rejects.toMatchObject({ code: "UnknownOption" });
    await pool.close();
  });

  test("an account without a requirement is named, with the reason", async () => {
    const pool = await poolOf({ shards: 2 });
    const option = market.instruments.find(({ kind }) => kind === "option")!;
    await pool.apply([
      ...["a", "b"].map((account) => ({ type: "open" as const, account })),
      { type: "fill", account: "b", instrument: option.id, lots: 1, price: 0.01 },
      { type: "advance", asOf: option.expiry! },
      { type: "remargin" },
    ]);
    expect(await pool.unmargined()).toMatchObject([{ account: "b", code: "Expired" }]);
    expect((await pool.riskiest(1))[0]).toMatchObject({ account: "b", ratio: -Infinity });
    await pool.close();
  });

  test("questions", async () => {
    const pool = await poolOf({ shards: 1 });
    await pool.apply([{ type: "open", account: "a" }]);
    const order = { instrument: perpetual, lots: 1, price: 68_000 };
    const asked: [() => Promise<unknown>, string][] = [
      [() => pool.requirement("a", unlike(null)), "options"],
      [() => pool.requirement("a", unlike({ explain: 1 })), "options.explain"],
      [() => pool.checkBasket("a", unlike(null)), "orders"],
      [() => pool.checkBasket("a", unlike([null])), "orders[0]"],
      [() => pool.checkBasket("a", unlike([{ ...order, lots: 1n }])), "orders[0].lots"],
      [() => pool.check("a", perpetual, unlike(1n), 68_000), "lots"],
      [() => pool.check("a", perpetual, 1, unlike("68000")), "price"],
      [() => pool.check("a", perpetual, 1, 68_000, unlike(Symbol("fill"))), "as"],
      [() => pool.check("a", unlike(Symbol("x")), 1, 68_000), "instrument"],
      [() => pool.maxLots("a", perpetual, unlike(1), 68_000), "side"],
      [() => pool.riskiest(unlike(() => 1)), "most"],
      [() => pool.money(unlike({})), "account"],
    ];
    for (const [ask, field] of asked) await expect(ask()).rejects.toMatchObject({ name: "MarginError", field });
    expect(await pool.checkBasket("a", [order])).toMatchObject({ accepted: false });
    expect(pool.restarts).toBe(0);
    await pool.close();
  });

  test("a check of one order says whether it only reduces, as that of an account does", async () => {
    const pool = await poolOf();
    await pool.apply([
      { type: "open", account: "a" },
      { type: "fill", account: "a", instrument: perpetual, lots: 5, price: 68_000 },
    ]);
    expect(await pool.check("a", perpetual, -3, 68_000)).toMatchObject({ reducesOnly: true });
    expect(await pool.check("a", perpetual, -6, 68_000)).toMatchObject({ reducesOnly: false });
    expect(await pool.check("a", perpetual, -3, 68_000, "rest")).toMatchObject({ reducesOnly: true });
    await pool.close();
  });
});
