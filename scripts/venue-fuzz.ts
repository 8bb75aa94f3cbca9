/**
 * Many random events of every kind over one venue, which is restarted from its snapshot again and again: does it stay what its journal says?
 *
 *   npx tsx scripts/venue-fuzz.ts [--events 1000000] [--seed 1] [--accounts 200] [--restarts 20]
 *
 * Prints events per second, refusals by reason, and the checksum. Ends with 1 where an event was not accepted or refused as it must be, where
 * a refusal changed an account, or where a restart is not the same to the byte.
 */
import { openVenue, restoreVenue } from "../bindings/venue.ts";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { instantiateSync } from "../bindings/host/instantiate.ts";
import { MarginError } from "../bindings/index.ts";
import { applyEvent } from "../bindings/venue/events.ts";
import { portfolioOf } from "../test/venue/portfolio-of.ts";
import { RandomEvents } from "../test/venue/random-events.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    accounts: { type: "string", default: "200" },
    restarts: { type: "string", default: "20" },
  },
});
const [count, seed, accounts, restarts] = [values.events, values.seed, values.accounts, values.restarts].map(
  Number,
) as [number, number, number, number];

const core = instantiateSync(readFileSync("build/margin.wasm"));
const events = new RandomEvents(seed, { accounts, programs: Math.min(0.01, 100 / count) });
let venue = openVenue(core, events.model, events.market);
const refusals = new Map<string, number>();
const faults: string[] = [];
let busy = 0; // milliseconds in events alone
let restarting = 0;
let reserved = 0;

const bar = new SingleBar({
  format: "{bar} {percentage}% {value}/{total} events, {faults} faults, {eta_formatted} left",
  stream: process.stderr,
  fps: 4,
});
bar.start(count, 0, { faults: 0 });
const every = Math.max(1, Math.ceil(count / (restarts + 1)));
for (let k = 0; k < count; k++) {
  const { event, refused } = events.next();
  // all of them are compared in test/venue/fuzz.test.ts
  const before = refused !== undefined && k % 1000 === 0 ? venue.checksum() : undefined;
  let code: string | undefined;
  const from = performance.now();
  try {
    applyEvent(venue, event);
  } catch (cause) {
    if (!(cause instanceof MarginError)) throw cause;
    code = cause.code;
    refusals.set(code, (refusals.get(code) ?? 0) + 1);
  }
  busy += performance.now() - from;
  if (code !== refused) faults.push(`event ${k} (${event.type}): ${code ?? "accepted"}, not ${refused ?? "accepted"}`);
  if (before !== undefined && venue.checksum() !== before) faults.push(`event ${k}: refused, and an account changed`);
  if (k % every === every - 1) {
    const since = performance.now();
    const bytes = venue.snapshot();
    venue.release();
    venue = restoreVenue(core, bytes);
    if (Buffer.compare(venue.snapshot(), bytes) !== 0) faults.push(`event ${k}: the restart is another venue`);
    restarting += performance.now() - since;
    reserved = core.memory().reserved;
  }
  if (k % 500 === 0) bar.update(k, { faults: faults.length });
}
bar.update(count, { faults: faults.length });
bar.stop();

// every account's margin is that of its positions, balances and orders
const { model, market } = venue.state();
for (const account of venue.accounts()) {
  const { initial, maintenance } = account.requirement({ explain: false });
  const stateless = core.margin(model, market, portfolioOf(account), { explain: false });
  if (!Object.is(initial, stateless.initial) || !Object.is(maintenance, stateless.maintenance))
    faults.push(`${account.name}: its margin is not that of what it holds`);
}
console.log(
  `${count} events of seed ${seed} in ${(busy / 1000).toFixed(1)} s: ${Math.round((count / busy) * 1000)} events/s`,
);
console.log(
  `${venue.accounts().length} accounts, ${market.instruments.length} instruments, ${restarts} restarts ` +
    `(${(restarting / Math.max(1, restarts)).toFixed(0)} ms each), ${reserved} bytes reserved`,
);
const sorted = [...refusals].sort(([, a], [, b]) => b - a);
console.log(`refused: ${sorted.map(([code, n]) => `${code} ${n}`).join(", ")}`);
for (const fault of faults.slice(0, 20)) console.log(`FAULT ${fault}`);
console.log(`checksum ${venue.checksum()}`);
venue.release();
const { used } = core.memory();
if (used !== 0) console.log(`FAULT ${used} bytes are left in the core's memory`);
process.exitCode = faults.length === 0 && used === 0 ? 0 : 1;
