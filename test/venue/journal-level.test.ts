/** The journal in a folder: killed in the middle of a write, out of space, opened twice. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ClassicLevel } from "classic-level";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { MarginError } from "../../bindings/error.ts";
import { applyEvent } from "../../bindings/venue/events.ts";
import { LevelJournal } from "../../bindings/venue/journal-level.ts";
import { openJournaled } from "../../bindings/venue/journaled.ts";
import { core } from "../core.ts";
import { RandomEvents } from "./random-events.ts";

const root = mkdtempSync(join(tmpdir(), "margin-core-journal-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder: string;
let made = 0;
beforeEach(() => (folder = join(root, String(made++))));

const failure = async (run: () => Promise<unknown>) => {
  try {
    await run();
  } catch (cause) {
    return cause as MarginError;
  }
  throw new Error("no error");
};

/** The checksum of a venue that was left alone, after so many accepted events. */
function undisturbed(seed: number, sequence: number): string {
  const events = new RandomEvents(seed);
  const venue = core.venue(events.model, events.market);
  for (let k = 0; k < sequence;) {
    const { event, refused } = events.next();
    if (refused !== undefined) continue;
    applyEvent(venue, event);
    k++;
  }
  const checksum = venue.checksum();
  venue.release();
  return checksum;
}

/** Opens the folder and checks it against a venue that was left alone. */
async function reopened(seed: number): Promise<number> {
  const journal = await LevelJournal.open(folder);
  let next = 1;
  for await (const { sequence } of journal.read(0)) expect(sequence).toBe(next++);
  const live = await openJournaled(core, journal, new RandomEvents(seed));
  expect(live.sequence).toBe(next - 1);
  expect(live.venue.checksum()).toBe(undisturbed(seed, live.sequence));
  await live.close();
  live.venue.release();
  return live.sequence;
}

function child(seed: number, snapshotEvery?: number): ChildProcess {
  const args = ["--import", "tsx", "test/venue/journal-child.ts", folder, String(seed)];
  if (snapshotEvery !== undefined) args.push(String(snapshotEvery));
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
}
const ended = (process: ChildProcess) => new Promise<void>((resolve) => process.once("close", () => resolve()));

describe("a process killed in the middle of writing", () => {
  test.each([
    [11, undefined],
    [12, 3],
  ])("seed %i, a snapshot every %s writes: what was durable is there, without a gap", async (seed, every) => {
    let before = 0;
    for (const milliseconds of [30, 137, 311, 700]) {
      const process = child(seed, every);
      let durable = before;
      const done = ended(process);
      for await (const line of createInterface(process.stdout!)) {
        const [word, number] = line.split(" ");
        if (word === "ready") {
          expect(Number(number)).toBe(before);
          setTimeout(() => process.kill("SIGKILL"), milliseconds);
        }
        if (word === "durable") durable = Number(number);
      }
      await done;
      const sequence = await reopened(seed);
      expect(sequence).toBeGreaterThanOrEqual(durable);
      before = sequence;
    }
    expect(before).toBeGreaterThan(100);
  });
});

const hasLimits = spawnSync("prlimit", ["--version"]).status === 0;

describe.skipIf(!hasLimits)("files that cannot grow", () => {
  const limit = (of: ChildProcess, bytes: number | "unlimited") =>
    expect(spawnSync("prlimit", ["--pid", String(of.pid), `--fsize=${bytes}:unlimited`]).status).toBe(0);

  test.each(["retried", "given up"])("a real failed write, then %s: nothing that was durable is lost", async (then) => {
    const seed = 21;
    const process = child(seed);
    const done = ended(process);
    let durable = 0;
    let failed: [code: string, refusal: string, written: number, last: number, message: string] | undefined;
    let checksum = "";
    for await (const line of createInterface(process.stdout!)) {
      const [word, text] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
      if (word === "ready") limit(process, 150_000);
      if (word === "durable") durable = Number(text);
      if (word === "checksum") checksum = text;
      if (word !== "failed") continue;
      failed = JSON.parse(text) as typeof failed;
      if (then === "given up") process.kill("SIGKILL");
      else {
        limit(process, "unlimited");
        process.stdin!.write("go on\n");
      }
    }
    await done;
    const [code, refusal, written, last, message] = failed!;
    expect([code, refusal]).toEqual(["JournalFailed", "JournalFailed"]);
    expect(message).toMatch(/too large/i);
    expect(last).toBeGreaterThan(written);
    const sequence = await reopened(seed);
    expect(sequence).toBeGreaterThanOrEqual(durable);
    if (then === "retried") {
      expect(sequence).toBe(durable);
      expect(durable).toBeGreaterThan(last);
      expect(checksum).toBe(undisturbed(seed, sequence));
    } else expect(sequence).toBeGreaterThanOrEqual(written);
  });
});

test("one writer: a journal that is open is refused to another", async () => {
  const journal = await LevelJournal.open(folder);
  const error = await failure(() => LevelJournal.open(folder));
  expect([error.code, error.message]).toEqual([
    "JournalInUse",
    `journal: ${folder} is open already: one venue writes to a journal`,
  ]);
  await journal.close();
  await (await LevelJournal.open(folder)).close();
});

test("a snapshot larger than a part comes back whole; the one before and what was not finished are gone", async () => {
  const journal = await LevelJournal.open(folder);
  expect(await journal.latestSnapshot()).toBeUndefined();
  const bytes = (length: number, by: number) => Uint8Array.from({ length }, (_, k) => (k * by) >> 8);
  for (const [sequence, length] of [
    [5, 9 * 2 ** 20 + 7],
    [5, 4 * 2 ** 20],
    [6, 1],
  ] as const) {
    await journal.saveSnapshot(sequence, bytes(length, sequence));
    const latest = (await journal.latestSnapshot())!;
    expect(latest.sequence).toBe(sequence);
    expect(Buffer.compare(latest.bytes, bytes(length, sequence))).toBe(0);
  }
  await journal.close();
  const store = new ClassicLevel(folder);
  await store.put("s00000000000000ff:00000000", "a part of a snapshot that was not finished");
  await store.close();
  await (await LevelJournal.open(folder)).close();
  await store.open();
  expect(await store.keys().all()).toEqual(["format", "s0000000000000002:00000000", "snapshot"]);
  await store.put("format", "2");
  await store.close();
  expect(await failure(() => LevelJournal.open(folder))).toMatchObject({
    code: "JournalFormat",
    message: "journal: expected format 1, was 2",
  });
});

test("a folder that is no folder", async () => {
  const error = await failure(() => LevelJournal.open("package.json/journal"));
  expect(error.code).toBe("JournalUnreadable");
  expect(error.message).toMatch(/^journal: package\.json\/journal cannot be opened: ENOTDIR/);
});
