/** Shards over NATS JetStream: a broker that is killed and started again, batches that are sent twice, a broker that is gone. */
import { openVenue } from "../../bindings/venue.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { applyEvent } from "../../bindings/venue/events.ts";
import { natsLog, type NatsLogOptions } from "../../bindings/venue/log-nats.ts";
import type { Batch, EventLog } from "../../bindings/venue/log.ts";
import { VenuePool } from "../../bindings/venue/pool.ts";
import type { WorkerFile } from "../../bindings/venue/pool-link.ts";
import { combineDigests } from "../../bindings/venue/digest.ts";
import { Shard } from "../../bindings/venue/shard.ts";
import { workerFile } from "../../scripts/pool-worker.ts";
import { core } from "../core.ts";
import { batches, streamMarket, venueStream } from "../reference/venue-stream.ts";
import { absent, Broker, title } from "./broker.ts";

const seed = 2;
const market = streamMarket(seed);
const model = deribitPm;
const events = [...venueStream({ seed, events: 4000, accounts: 40 })];

/** Of one venue in this thread. */
function undisturbed(list = events): string {
  const venue = openVenue(core, model, market);
  for (const event of list) {
    try {
      applyEvent(venue, event);
    } catch {
      // refused everywhere
    }
  }
  const checksum = combineDigests(new Shard(venue).digests());
  venue.release();
  return checksum;
}

const batch = (number: number, size = 1): Batch => ({
  id: `batch ${number}`,
  number,
  parts: [0],
  shards: 1,
  origin: "",
  events: Array.from({ length: size }, (_, k) => ({ type: "open", account: `${number}/${k}` })),
});
async function read(log: EventLog, partition = 0, after = 0): Promise<Batch[]> {
  const found: Batch[] = [];
  for await (const entry of log.read(partition, after)) found.push(entry.batch);
  return found;
}

describe.skipIf(absent)(title("NATS JetStream"), () => {
  let file: WorkerFile;
  const brokers: Broker[] = [];
  const logs: EventLog[] = [];
  const pools: VenuePool[] = [];
  let broker: Broker;
  let runs = 0;

  beforeAll(async () => {
    file = await workerFile("nats");
    broker = await start();
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await Promise.all(logs.map((log) => log.close()));
    await Promise.all(brokers.map((one) => one.remove()));
  });

  async function start(): Promise<Broker> {
    const started = await Broker.start();
    brokers.push(started);
    return started;
  }
  async function open(options: NatsLogOptions = {}, of = broker): Promise<EventLog> {
    const log = await natsLog({ servers: of.server, prefix: `test.run${++runs}`, ...options });
    logs.push(log);
    return log;
  }
  async function poolOn(log: EventLog): Promise<VenuePool> {
    const pool = await VenuePool.open({ model, market, shards: 2, log }, file);
    pools.push(pool);
    return pool;
  }

  test("keeps batches in order, each partition by itself, and reads from any of them", async () => {
    const log = await open();
    const sequences: number[] = [];
    for (let n = 1; n <= 20; n++) {
      sequences.push(await log.append(0, batch(n)));
      await log.append(1, batch(100 + n));
    }
    expect(await read(log)).toEqual(Array.from({ length: 20 }, (_, n) => batch(n + 1)));
    expect((await read(log, 0, sequences[14])).map(({ number }) => number)).toEqual([16, 17, 18, 19, 20]);
    expect(await read(log, 0, sequences[19])).toEqual([]);
    expect(await read(log, 7)).toEqual([]);
    expect(await log.last(0)).toEqual({ sequence: sequences[19], batch: batch(20) });
    expect(await log.last(7)).toBeUndefined();
  });

  test("a batch that is sent twice is kept once, also by another client and after the broker was killed", async () => {
    const own = await start();
    const log = await open({ prefix: "twice" }, own);
    const first = await log.append(0, batch(1));
    await log.append(0, batch(2));
    expect(await log.append(0, batch(1))).toBe(first);
    expect(await (await open({ prefix: "twice" }, own)).append(0, batch(1))).toBe(first);
    await own.kill();
    await own.start();
    expect(await log.append(0, batch(1))).toBe(first);
    expect((await read(log)).map(({ number }) => number)).toEqual([1, 2]);
    expect(await log.append(1, batch(1))).toBeGreaterThan(first); // of another partition
  });

  test("two writers: the broker refuses the one that does not know how its partition ends, and not a batch that is sent again", async () => {
    const own = await start();
    const log = await open({ prefix: "writers" }, own);
    const other = await open({ prefix: "writers" }, own);
    const first = await log.append(0, batch(1), 0);
    expect(await log.append(0, batch(1), 0)).toBe(first);
    const told = {
      code: "WrittenByAnother",
      message: "log: partition 0 does not end at 0 any more: another writes to it; open it anew",
    };
    await expect(other.append(0, batch(2), 0)).rejects.toMatchObject(told);
    const second = await other.append(0, batch(2), first);
    await own.kill();
    await own.start();
    expect(await other.append(0, batch(2), first)).toBe(second);
    await expect(log.append(0, batch(3), first)).rejects.toMatchObject({ code: "WrittenByAnother" });
    expect((await read(log)).map(({ number }) => number)).toEqual([1, 2]);
    expect(await log.append(1, batch(3), 0)).toBeGreaterThan(second); // of another partition
    const [one, two] = [await poolOn(await open()), await poolOn(await open({ prefix: `test.run${runs}` }))];
    await one.apply(events.slice(0, 100));
    await expect(two.apply(events.slice(0, 100))).rejects.toMatchObject({ code: "WrittenByAnother" });
  });

  test("appends that are not waited for stay in their order, over a kill", async () => {
    const own = await start();
    const log = await open({}, own);
    const appends = Array.from({ length: 300 }, (_, n) => log.append(0, batch(n)));
    await appends[100];
    await own.kill();
    await own.start();
    const sequences = await Promise.all(appends);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect((await read(log)).map(({ number }) => number)).toEqual(Array.from({ length: 300 }, (_, n) => n));
  });

  test("a reader goes on where it was when the broker is back", async () => {
    const own = await start();
    const log = await open({}, own);
    await Promise.all(Array.from({ length: 1500 }, (_, n) => log.append(0, batch(n))));
    const found: number[] = [];
    for await (const entry of log.read(0, 0)) {
      found.push(entry.batch.number);
      if (found.length === 700) {
        await own.kill();
        await own.start();
      }
    }
    expect(found).toEqual(Array.from({ length: 1500 }, (_, n) => n));
  });

  test("a pool whose broker and workers are killed in the middle ends as the undisturbed run", async () => {
    const own = await start();
    const log = await open({}, own);
    const pool = await poolOn(log);
    let n = 0;
    const applying: Promise<unknown>[] = [];
    for (const list of batches(events, 100)) {
      const applied = pool.apply(list);
      applying.push(applied);
      if (n === 10 || n === 25) {
        await own.kill();
        if (n === 25) await pool.kill(1);
        await own.start();
      } else if (n % 5 === 0) await applied;
      n++;
    }
    await Promise.all(applying);
    await pool.kill(0);
    expect(await pool.checksum()).toBe(undisturbed());
    expect(pool.restarts).toBe(2);
    // another pool, and shards by themselves, from what is stored
    await pool.close();
    expect(await (await poolOn(log)).checksum()).toBe(undisturbed());
    const shards = [0, 1].map(() => new Shard(openVenue(core, model, market)));
    for (const [partition, shard] of shards.entries()) await shard.catchUp(log, partition);
    expect(combineDigests(...shards.map((shard) => shard.digests()))).toBe(undisturbed());
    for (const { venue } of shards) venue.release();
  });

  test("a broker that is gone is said so, and nothing has half happened", async () => {
    const own = await start();
    const log = await open({ patience: 800 }, own);
    const pool = await poolOn(log);
    await pool.apply(events.slice(0, 1000));
    const before = await pool.checksum();
    await own.kill();
    const lost = events.slice(1000, 1200);
    await expect(pool.apply(lost, { id: "lost" })).rejects.toMatchObject({
      name: "MarginError",
      code: "BrokerGone",
      message: expect.stringMatching(/^log: the broker did not answer: /),
    });
    await expect(read(log)).rejects.toMatchObject({ code: "BrokerGone" });
    // answers go on, of what was
    expect(await pool.checksum()).toBe(before);
    await expect(pool.apply(events.slice(1200, 1300))).rejects.toMatchObject({ code: "BatchUnfinished" });
    await own.start();
    // the first call after may still find the connection on its way back
    const isGone = (error: { code?: string }) => {
      if (error.code !== "BrokerGone") throw error;
    };
    for (let tries = 0; pool.unfinished !== undefined && tries < 20; tries++)
      await pool.apply(lost, { id: "lost" }).catch(isGone);
    await pool.apply(events.slice(1200));
    expect(await pool.checksum()).toBe(undisturbed());
    await pool.kill(0);
    await pool.kill(1);
    expect(await pool.checksum()).toBe(undisturbed());
  });

  test("no broker at all, a bad prefix, a batch beyond a message", async () => {
    const none = natsLog({ servers: "127.0.0.1:1", patience: 300 });
    await expect(none).rejects.toMatchObject({ code: "BrokerGone" });
    await expect(natsLog({ prefix: "a b" })).rejects.toMatchObject({ code: "BadText", field: "prefix" });
    const log = await open();
    const large = batch(1, 60_000); // two megabytes, small in gzip
    await log.append(0, large);
    expect(await read(log)).toEqual([large]);
    const noise = Array.from({ length: 120_000 }, () => ({
      type: "open" as const,
      account: `${Math.random()}${Math.random()}`,
    }));
    await expect(log.append(0, { ...batch(2), events: noise })).rejects.toMatchObject({ code: "BatchTooLarge" });
    expect(await read(log)).toHaveLength(1);
  });
});
