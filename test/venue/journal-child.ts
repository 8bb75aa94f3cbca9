/**
 * A process that journals random events into a folder until it is killed: `journal-child.ts FOLDER SEED [SNAPSHOT_EVERY]`.
 * Writes the number of each event that is durable. At a failed write it says so and waits for a line, then retries and ends.
 */
import { readFileSync, writeSync } from "node:fs";
import { once } from "node:events";
import { instantiateSync } from "../../bindings/host/instantiate.ts";
import { LevelJournal } from "../../bindings/venue/journal-level.ts";
import { openJournaled, type JournaledVenue } from "../../bindings/venue/journaled.ts";
import { MarginError } from "../../bindings/error.ts";
import { RandomEvents } from "./random-events.ts";

const [folder, seed, every] = process.argv.slice(2) as [string, string, string | undefined];
const say = (text: string) => writeSync(1, `${text}\n`);

const events = new RandomEvents(Number(seed));
const journal = await LevelJournal.open(folder);
const live = await openJournaled(instantiateSync(readFileSync("build/margin.wasm")), journal, events);
for (let accepted = 0; accepted < live.sequence;) if (events.next().refused === undefined) accepted++;
say(`ready ${live.sequence}`);

function happen(): void {
  const { event, refused } = events.next();
  try {
    live.apply(event);
  } catch (cause) {
    if (!(cause instanceof MarginError && cause.code === refused)) throw cause;
  }
}

async function recover(venue: JournaledVenue, cause: MarginError): Promise<void> {
  let refusal = "";
  try {
    venue.apply({ type: "commit" });
  } catch (error) {
    refusal = (error as MarginError).code;
  }
  say(`failed ${JSON.stringify([cause.code, refusal, venue.written, venue.sequence, cause.message])}`);
  await once(process.stdin, "data");
  await venue.retry();
  for (let k = 0; k < 100; k++) happen();
  say(`durable ${await venue.durable()}`);
  say(`checksum ${venue.venue.checksum()}`);
  await venue.close();
}

for (let batch = 1; ; batch++) {
  for (let n = (batch * 7) % 40; n >= 0; n--) happen();
  try {
    say(`durable ${await live.durable()}`);
    if (every !== undefined && batch % Number(every) === 0) say(`snapshot ${await live.snapshot()}`);
  } catch (cause) {
    if (!(cause instanceof MarginError)) throw cause;
    await recover(live, cause);
    process.exit(0);
  }
}
