/** Snapshots: what is in them, and why others are refused. */
import { openVenue, restoreVenue } from "../../bindings/venue.ts";
import { readFileSync } from "node:fs";
import { sha256 } from "@noble/hashes/sha2.js";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { instantiateSync } from "../../bindings/host/instantiate.ts";
import { combineDigests } from "../../bindings/venue/digest.ts";
import { applyEvent } from "../../bindings/venue/events.ts";
import { readSnapshot, SNAPSHOT_FORMAT } from "../../bindings/venue/snapshot.ts";
import { core } from "../core.ts";
import { limitedTo } from "../limited.ts";
import type { ordersModel } from "./random-events.ts";
import { RandomEvents } from "./random-events.ts";

const events = new RandomEvents(4, { refused: 0, programs: 0.02 });
const venue = openVenue(core, events.model, events.market);
for (let k = 0; k < 300; k++) applyEvent(venue, events.next().event);
// something of everything staged
const { model } = venue.state();
const listed = { ...events.market.instruments[0]!, id: "ANOTHER" };
venue.set({ at: { underlying: events.market.instruments[0]!.underlying }, spot: 12_345 });
venue.setPrice("USDC", 0.99);
venue.advance("2031-01-01T00:00:00Z");
venue.list(listed);
venue.setModel({ ...model, edition: "2031-01-01" });
const bytes = venue.snapshot(77);
afterAll(() => venue.release());

const failure = (run: () => unknown): MarginError => {
  try {
    run();
  } catch (cause) {
    if (cause instanceof MarginError) return cause;
    throw cause;
  }
  throw new Error("no error");
};
/** With other content and a hash that is right. */
function forged(change: (bytes: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  change(copy);
  copy.set(sha256(copy.subarray(0, -32)), copy.length - 32);
  return copy;
}

test("it says of what it is, and what is staged is in it", () => {
  const header = readSnapshot(bytes);
  expect(header).toMatchObject({ sequence: 77, module: core.moduleHash, package: core.version, names: events.opened });
  expect(header.staged).toMatchObject({
    facts: [{ spot: 12_345 }],
    prices: { USDC: 0.99 },
    asOf: "2031-01-01T00:00:00Z",
    model: { edition: "2031-01-01" },
  });
  expect(header.staged.instruments!.at(-1)).toEqual(listed);
});

test("a venue restored from it goes on as the one that it is of", () => {
  const twin = openVenue(core, events.model, events.market);
  twin.release();
  const again = restoreVenue(core, bytes, model);
  expect(Buffer.compare(again.snapshot(77), bytes)).toBe(0);
  expect(again.riskiest(3).map(({ name }) => name)).toEqual(venue.riskiest(3).map(({ name }) => name));
  for (const one of [again, venue]) one.commit();
  expect(Buffer.compare(again.snapshot(), venue.snapshot())).toBe(0);
  expect(again.instrument("ANOTHER")).toBe(venue.instrument("ANOTHER"));
  again.release();
});

/** The same document with the fields of each object in another order. */
function reordered<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reordered) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reordered(part)]),
  ) as T;
}

test("equal venues have equal bytes, in whatever order the fields of their documents are", () => {
  const drawn = new RandomEvents(5, { refused: 0, programs: 0.02 });
  const [one, other] = [
    openVenue(core, drawn.model, drawn.market),
    openVenue(core, reordered(drawn.model), reordered(drawn.market)),
  ];
  for (let k = 0; k < 400; k++) {
    const { event } = drawn.next();
    applyEvent(one, event);
    applyEvent(other, reordered(event));
  }
  one.remargin();
  other.remargin();
  one.setModel({ ...drawn.model, edition: "2031-01-01" });
  other.setModel(reordered({ ...drawn.model, edition: "2031-01-01" }));
  expect(Buffer.compare(one.snapshot(), other.snapshot())).toBe(0);
  one.release();
  other.release();
});

test("the requirement's tree is in the order of the model that is given, and else in that of names", () => {
  const drawn = new RandomEvents(6);
  const first = openVenue(core, drawn.model, drawn.market);
  first.account("a").fill(first.instrument(drawn.live[0]!.id), 1, 1);
  const kept = first.snapshot();
  const [given, named] = [restoreVenue(core, kept, drawn.model), restoreVenue(core, kept)];
  const nodes = (of: typeof first) => of.find("a")!.requirement().nodes!;
  const byName = (of: typeof first) => nodes(of).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(nodes(given)).toEqual(nodes(first));
  expect(nodes(named)).not.toEqual(nodes(first));
  expect(byName(named)).toEqual(byName(first));
  for (const one of [first, given, named]) one.release();
});

test("bytes in the middle of others are read", () => {
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const again = restoreVenue(core, shifted.subarray(3));
  expect(again.checksum()).toBe(venue.checksum());
  again.release();
});

test("refused: foreign, cut, altered, of another format, module or model; each says so", () => {
  const used = core.memory().used;
  const refused = (of: Uint8Array, ...rest: [model?: typeof ordersModel]) => {
    const { code, message } = failure(() => restoreVenue(core, of, ...rest));
    return `${code} ${message}`;
  };
  expect(refused(new TextEncoder().encode('{"format":1}'))).toBe(
    "SnapshotForeign snapshot: not a snapshot of a venue: its first bytes are others",
  );
  expect(refused(new Uint8Array(0))).toMatch(/^SnapshotForeign /);
  expect(refused(bytes.subarray(0, 5))).toBe("SnapshotCut snapshot: cut: 5 bytes of at least 56");
  expect(refused(bytes.subarray(0, 1000))).toBe(`SnapshotCut snapshot: cut: 1000 bytes of ${bytes.length}`);
  expect(refused(bytes.subarray(0, -1))).toMatch(/^SnapshotCut /);
  expect(refused(new Uint8Array([...bytes, 0]))).toMatch(/^SnapshotAltered /);
  const altered = bytes.slice();
  altered[bytes.length >> 1]! ^= 1;
  expect(refused(altered)).toBe(
    "SnapshotAltered snapshot: its bytes are not those that were written: the hash differs",
  );
  expect(refused(forged((copy) => (copy[8] = 9)))).toBe(
    `SnapshotFormat snapshot.format: expected format ${SNAPSHOT_FORMAT}, was 9`,
  );
  expect(refused(bytes, { ...model, edition: "2030-01-01" })).toMatch(
    /^SnapshotModel snapshot.model: of model deribit-pm [\d-]+ \([0-9a-f]{12}…\), not of the one given, deribit-pm 2030-01-01 /,
  );
  expect(failure(() => restoreVenue(core, "bytes" as never)).code).toBe("WrongType");
  expect(core.memory().used).toBe(used);
});

test("another module's is taken only where that is asked for", () => {
  const at = Buffer.from(bytes).indexOf(core.moduleHash);
  const other = forged((copy) => copy.fill("0".charCodeAt(0), at, at + 64));
  const error = failure(() => restoreVenue(core, other));
  expect(error.code).toBe("SnapshotModule");
  expect(error.message).toMatch(
    /^snapshot.module: written with another module \(000000000000… of package [\d.]+, this is /,
  );
  const again = restoreVenue(core, other, undefined, { anyModule: true });
  expect(again.checksum()).toBe(venue.checksum());
  again.release();
});

test("a memory that is too small for it: OutOfMemory, and nothing is left", () => {
  const wasm = new Uint8Array(readFileSync("build/margin.wasm"));
  for (const pages of [4, 6, 8, 10, 12]) {
    const small = instantiateSync(limitedTo(pages, wasm));
    try {
      restoreVenue(small, bytes).release();
    } catch (cause) {
      expect((cause as MarginError).code).toBe("OutOfMemory");
    }
    expect(small.memory().used).toBe(0);
  }
});

test("an account in two parts is no part of a whole", () => {
  const digests = venue.digests();
  expect(combineDigests(digests)).toBe(venue.checksum());
  expect(failure(() => combineDigests(digests, new Map([[events.opened[0]!, "00"]])))).toMatchObject({
    code: "DuplicateAccount",
    message: `account: expected an account in one part only, was ${JSON.stringify(events.opened[0])}`,
  });
});

test("whatever byte is changed, and wherever it is cut, it is refused", () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const altered = bytes.slice();
      altered[at]! ^= by;
      expect(failure(() => restoreVenue(core, altered)).code).toMatch(/^Snapshot(Foreign|Format|Cut|Altered)$/);
      expect(failure(() => restoreVenue(core, bytes.subarray(0, at))).code).toMatch(/^Snapshot(Foreign|Cut)$/);
    }),
    { numRuns: 200 },
  );
});
