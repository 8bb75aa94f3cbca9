/** Snapshots: what is in them, and why others are refused. */
import { sha256 } from "@noble/hashes/sha2.js";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { applyEvent } from "../../bindings/venue/events.ts";
import { readSnapshot, SNAPSHOT_FORMAT } from "../../bindings/venue/snapshot.ts";
import { core } from "../core.ts";
import type { ordersModel } from "./random-events.ts";
import { RandomEvents } from "./random-events.ts";

const events = new RandomEvents(4, { refused: 0, programs: 0.02 });
const venue = core.venue(events.model, events.market);
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
  const twin = core.venue(events.model, events.market);
  twin.release();
  const again = core.restoreVenue(bytes, model);
  expect(Buffer.compare(again.snapshot(77), bytes)).toBe(0);
  expect(again.riskiest(3).map(({ name }) => name)).toEqual(venue.riskiest(3).map(({ name }) => name));
  for (const one of [again, venue]) one.commit();
  expect(Buffer.compare(again.snapshot(), venue.snapshot())).toBe(0);
  expect(again.instrument("ANOTHER")).toBe(venue.instrument("ANOTHER"));
  again.release();
});

test("bytes in the middle of others are read", () => {
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const again = core.restoreVenue(shifted.subarray(3));
  expect(again.checksum()).toBe(venue.checksum());
  again.release();
});

test("refused: foreign, cut, altered, of another format, module or model; each says so", () => {
  const used = core.memory().used;
  const refused = (of: Uint8Array, ...rest: [model?: typeof ordersModel]) => {
    const { code, message } = failure(() => core.restoreVenue(of, ...rest));
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
  expect(failure(() => core.restoreVenue("bytes" as never)).code).toBe("WrongType");
  expect(core.memory().used).toBe(used);
});

test("another module's is taken only where that is asked for", () => {
  const at = Buffer.from(bytes).indexOf(core.moduleHash);
  const other = forged((copy) => copy.fill("0".charCodeAt(0), at, at + 64));
  const error = failure(() => core.restoreVenue(other));
  expect(error.code).toBe("SnapshotModule");
  expect(error.message).toMatch(
    /^snapshot.module: written with another module \(000000000000… of package [\d.]+, this is /,
  );
  const again = core.restoreVenue(other, undefined, { anyModule: true });
  expect(again.checksum()).toBe(venue.checksum());
  again.release();
});

test("whatever byte is changed, and wherever it is cut, it is refused", () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const altered = bytes.slice();
      altered[at]! ^= by;
      expect(failure(() => core.restoreVenue(altered)).code).toMatch(/^Snapshot(Foreign|Format|Cut|Altered)$/);
      expect(failure(() => core.restoreVenue(bytes.subarray(0, at))).code).toMatch(/^Snapshot(Foreign|Cut)$/);
    }),
    { numRuns: 200 },
  );
});
