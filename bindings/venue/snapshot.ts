/**
 * A venue as bytes. Numbers are little-endian:
 *
 *   0   magic      8 bytes, 89 4D 43 56 0D 0A 1A 0A
 *   8   format     u32
 *   12  header     u32, its bytes
 *   16  length     f64, bytes of the whole
 *   24  header     canonical JSON (RFC 8785): package, module, hashes, model, market, handles, which have ended, names, limits, what is staged
 *       accounts   in the order of their names: rows u32, then f64: [currencies] balances, [currencies] costs, initial, maintenance, equity, flags (1: changed since, 2: over a limit);
 *                  of each row the handle of its instrument, lots, bids, asks
 *       hash       32 bytes, SHA-256 of everything before
 *
 * The margins of an account are those of its last evaluation: no part of the state, but what `riskiest` ranks by.
 * Equal venues have equal bytes, in whatever order the fields of their documents were.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { MODULE_HASH, VERSION } from "../../build/module.js";
import { canonicalBytes, documentHash } from "../documents/hash.ts";
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import { MarginError, unexpected } from "../error.ts";
import type { Limit } from "./limits.ts";
import type { StoredAccount } from "./record.ts";
import type { Staged } from "./staging.ts";

const MAGIC = Uint8Array.of(0x89, 0x4d, 0x43, 0x56, 0x0d, 0x0a, 0x1a, 0x0a);
export const SNAPSHOT_FORMAT = 3;
const FIXED = 24;
const HASH = 32;

/** Hashes of the documents with which a venue began. */
export interface Origin {
  model: string;
  market: string;
}

/** A venue as it is written. */
export interface VenueState {
  origin: Origin;
  model: MarginModel;
  /** With every committed fact. */
  market: Market;
  /** Ids of instruments by handle. */
  handles: readonly string[];
  /** Handles of instruments that were paid out. */
  ended: readonly number[];
  currencies: readonly string[];
  /** Accounts by handle. */
  names: readonly string[];
  limits: readonly Limit[];
  staged: Staged;
  account(handle: number): StoredAccount;
  /** The handle of an instrument by its index in a row. */
  handleAt(instrument: number): number;
}

/** What a snapshot says of itself. */
export interface SnapshotHeader extends Omit<VenueState, "account" | "handleAt"> {
  /** Version of the package that wrote it. */
  package: string;
  /** SHA-256 of its module. */
  module: string;
  modelHash: string;
  /** Of the last event in it, where a journal numbers them. */
  sequence?: number;
}

export interface Snapshot extends SnapshotHeader {
  /** Accounts in the order of `names`, with handles in their rows. */
  accounts: StoredAccount[];
}

export function writeSnapshot(state: VenueState, sequence?: number): Uint8Array {
  const { account, handleAt, ...documents } = state;
  const { model, currencies, names } = documents;
  const own = { package: VERSION, module: MODULE_HASH, modelHash: documentHash(model), sequence };
  const header: SnapshotHeader = { ...own, ...documents };
  const json = canonicalBytes(header);
  const accounts = names.map((_, handle) => account(handle));
  const perAccount = 4 + 8 * (2 * currencies.length + 4);
  const rows = accounts.reduce((sum, account) => sum + account.rows.length, 0);
  const length = FIXED + json.length + accounts.length * perAccount + 32 * rows + HASH;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, SNAPSHOT_FORMAT, true);
  view.setUint32(12, json.length, true);
  view.setFloat64(16, length, true);
  bytes.set(json, FIXED);
  let at = FIXED + json.length;
  const put = (x: number) => {
    view.setFloat64(at, x, true);
    at += 8;
  };
  for (const { rows, balances, costs, initial, maintenance, equity, flags } of accounts) {
    view.setUint32(at, rows.length, true);
    at += 4;
    for (const x of balances) put(x);
    for (const x of costs) put(x);
    put(initial);
    put(maintenance);
    put(equity);
    put(flags);
    for (const { instrument, lots, bids, asks } of rows) {
      put(handleAt(instrument));
      put(lots);
      put(bids);
      put(asks);
    }
  }
  bytes.set(sha256(bytes.subarray(0, at)), at);
  return bytes;
}

/**
 * Reads a snapshot whole.
 *
 * @throws MarginError `SnapshotForeign`, `SnapshotFormat`, `SnapshotCut`, `SnapshotAltered`, by the first that is wrong
 */
export function readSnapshot(bytes: Uint8Array): Snapshot {
  if (!(bytes instanceof Uint8Array)) throw unexpected("WrongType", "snapshot", "a Uint8Array", bytes);
  const begins = MAGIC.subarray(0, Math.min(bytes.length, MAGIC.length)).every((byte, k) => bytes[k] === byte);
  if (bytes.length === 0 || !begins)
    throw new MarginError("SnapshotForeign", "snapshot", "not a snapshot of a venue: its first bytes are others");
  if (bytes.length < FIXED) throw cut(bytes.length, "at least 56");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint32(8, true);
  if (format !== SNAPSHOT_FORMAT)
    throw unexpected("SnapshotFormat", "snapshot.format", `format ${SNAPSHOT_FORMAT}`, format);
  const length = view.getFloat64(16, true);
  if (bytes.length < length) throw cut(bytes.length, String(length));
  const end = bytes.length - HASH;
  const isWhole = bytes.length === length && end >= FIXED;
  if (!isWhole || sha256(bytes.subarray(0, end)).some((byte, k) => bytes[end + k] !== byte))
    throw new MarginError("SnapshotAltered", "snapshot", "its bytes are not those that were written: the hash differs");
  const headerEnd = FIXED + view.getUint32(12, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(FIXED, headerEnd))) as SnapshotHeader;
  return { ...header, accounts: readAccounts(header, view, headerEnd) };
}

function cut(length: number, expected: string): MarginError {
  return new MarginError("SnapshotCut", "snapshot", `cut: ${length} bytes of ${expected}`, { value: length });
}

function readAccounts({ names, currencies }: SnapshotHeader, view: DataView, from: number): StoredAccount[] {
  let at = from;
  const get = () => {
    at += 8;
    return view.getFloat64(at - 8, true);
  };
  return names.map(() => {
    const rows = view.getUint32(at, true);
    at += 4;
    const balances = currencies.map(get);
    const costs = currencies.map(get);
    const [initial, maintenance, equity, flags] = [get(), get(), get(), get()];
    const list = Array.from({ length: rows }, () => ({ instrument: get(), lots: get(), bids: get(), asks: get() }));
    return { balances, costs, initial, maintenance, equity, flags, rows: list };
  });
}

export interface RestoreOptions {
  /** Takes a snapshot that was written with another module: its numbers may differ in bits from what this one computes. */
  anyModule?: boolean;
}

/** Is the snapshot of this module, and of this model where one is given? */
export function fits(snapshot: SnapshotHeader, model: MarginModel | undefined, { anyModule }: RestoreOptions): void {
  if (snapshot.module !== MODULE_HASH && anyModule !== true)
    throw new MarginError(
      "SnapshotModule",
      "snapshot.module",
      `written with another module (${snapshot.module.slice(0, 12)}… of package ${snapshot.package}, this is ` +
        `${MODULE_HASH.slice(0, 12)}… of ${VERSION}): margins may differ in bits; { anyModule: true } takes it`,
      { value: snapshot.module },
    );
  if (model !== undefined && documentHash(model) !== snapshot.modelHash)
    throw new MarginError(
      "SnapshotModel",
      "snapshot.model",
      `of model ${snapshot.model.id} ${snapshot.model.edition} (${snapshot.modelHash.slice(0, 12)}…), not of the one given, ` +
        `${model.id} ${model.edition} (${documentHash(model).slice(0, 12)}…)`,
      { value: snapshot.modelHash },
    );
}
