/**
 * One stream of events over several numbers of workers: one checksum of all accounts?
 *
 *   npx tsx scripts/venue-shards.ts [--events 1000000] [--workers 1,2,4] [--accounts 2000] [--seed 1] [--batch 1000] [--kill]
 *
 * --kill ends a worker of each pool in the middle. Exit code 1 where the checksums differ.
 */
import { parseArgs } from "node:util";
import { models } from "../bindings/models/index.ts";
import { batches, streamMarket, venueStream } from "../test/reference/venue-stream.ts";
import { poolFromSources } from "./pool-worker.ts";

const text = (otherwise: string) => ({ type: "string", default: otherwise }) as const;
const { values } = parseArgs({
  options: {
    events: text("1000000"),
    workers: text("1,2,4"),
    accounts: text("2000"),
    seed: text("1"),
    batch: text("1000"),
    kill: { type: "boolean", default: false },
  },
});
const whole = (name: string, value: string) => {
  if (/^[1-9]\d{0,9}$/.test(value)) return Number(value);
  console.error(`--${name}: expected whole numbers > 0, was ${value}`);
  process.exit(2);
};
const [events, accounts, seed, size] = (["events", "accounts", "seed", "batch"] as const).map((name) =>
  whole(name, values[name]),
) as [number, number, number, number];
const workers = values.workers.split(",").map((n) => whole("workers", n));
/** Batches that are under way at a time: enough to keep every worker busy. */
const UNDER_WAY = 8;

const market = streamMarket(seed);
const model = models["deribit-pm"]!;
const checksums: string[] = [];
for (const shards of workers) {
  const pool = await poolFromSources("command", { model, market, shards });
  const started = performance.now();
  const half = Math.ceil(events / size / 2);
  let refused = 0;
  let n = 0;
  const applying: Promise<void>[] = [];
  for (const batch of batches(venueStream({ seed, events, accounts, tick: 1000 }), size)) {
    const applied = pool.apply(batch).then((answer) => void (refused += answer.refused.length));
    applying.push(applied);
    if (applying.length >= UNDER_WAY) await applying.shift();
    if (values.kill && ++n === half) await pool.kill(n % shards);
  }
  await Promise.all(applying);
  const seconds = (performance.now() - started) / 1000;
  checksums.push(await pool.checksum());
  const speed = `${seconds.toFixed(1)} s, ${Math.round(events / seconds)} events/s`;
  console.log(
    `${shards} workers: ${checksums.at(-1)}  ${speed}, ${refused} refused, ${pool.restarts} workers started again`,
  );
  await pool.close();
}
const isOne = new Set(checksums).size === 1;
console.log(isOne ? `one checksum over ${workers.join(", ")} workers` : "the checksums differ");
process.exitCode = isOne ? 0 : 1;
