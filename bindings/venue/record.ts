/** The venue's record in the core's memory, as assembly/record/venue.ts reads it, and accounts as they lie there. */
import { Status } from "../../assembly/record/status.ts";
import type { Exports } from "../core/exports.ts";
import { outOfMemory } from "../core/failure.ts";
import type { Placed } from "../core/layout.ts";
import { VENUE } from "../core/path/frames.ts";
import { MarginError } from "../error.ts";
import type { Program } from "../compile/program.ts";

/** Where the core does not say by how much. */
export const cannotGrow = () => new MarginError("OutOfMemory", "memory", "the core's memory cannot grow");

export const WORDS = 19;
/** Bytes of the change at hand: 120, and what aligns what lies behind. */
const CHANGE = 128;
/** Accounts lie in runs. */
const CHUNK = 1024;
export const MOST_CHUNKS = 16384;

export interface PlacedVenue {
  address: number;
  /** Equity, initial, maintenance of the last check. */
  answer: number;
  /** Addresses of the runs of accounts. */
  chunks: number;
  /** The change at hand. */
  change: number;
}

/** Behind the record: answer, change, runs, marks and limits by instrument, costs by currency. */
export function placeVenue(exports: Exports, program: Program, placed: Placed): PlacedVenue {
  const instruments = program.universe.items.length;
  const currencies = program.settlement.groups.length;
  const head = (4 * WORDS + 15) & ~15;
  const bytes = head + 64 + CHANGE + 4 * MOST_CHUNKS + 8 * (2 * instruments + currencies);
  const address = exports.allocate(bytes);
  if (address === 0) throw outOfMemory(bytes);
  new Uint8Array(exports.memory.buffer, address, bytes).fill(0);
  const answer = address + head;
  const change = answer + 64;
  const chunks = change + CHANGE;
  const marked = chunks + 4 * MOST_CHUNKS;
  const mostLots = marked + 8 * instruments;
  const costs = mostLots + 8 * instruments;
  const [equity, initial, maintenance] = program.results.slice(0, 3).map(({ node }) => placed.column.get(node)!);
  const words = new Int32Array(exports.memory.buffer, address, WORDS);
  words.set([placed.book, currencies, 0, chunks, equity!, initial!, maintenance!, marked, answer, -1]);
  words.set([change, costs, mostLots], CHANGE_WORD);
  return { address, answer, chunks, change };
}

/** Words of the record, as in assembly/record/venue.ts. */
export const ACCOUNTS = 2;
const WATCHES = 10;
const FRAME_LEVELS = 12;
export const FRAME_EPOCH = VENUE.frameEpoch / 4;
const CHANGE_WORD = 16;

/** Points the record to the levels of its frames. */
export function pointToFrames(exports: Exports, address: number, table: number, count: number): void {
  new Int32Array(exports.memory.buffer, address, WORDS).set([table, count], FRAME_LEVELS);
}

/** Points the record to the watches of exposures. */
export function pointToWatches(exports: Exports, address: number, table: number, count: number): void {
  new Int32Array(exports.memory.buffer, address, WORDS).set([table, count], WATCHES);
}

export interface StoredAccount {
  balances: number[];
  costs: number[];
  rows: { instrument: number; lots: number; bids: number; asks: number }[];
  initial: number;
  maintenance: number;
  equity: number;
  /** 1: it has changed since its last evaluation; 2: it was over a limit then. */
  flags: number;
}

/** Reads an account's record: rows i32, capacity i32, instrument, lots, bids, asks, money (addresses), open i32, whether it is stale and over a limit i32, then three f64. */
export function readAccount(exports: Exports, record: number, currencies: number): StoredAccount {
  const { buffer } = exports.memory;
  const words = new Int32Array(buffer, record, 10);
  const [rows, , instrument, lots, bids, asks, money] = words as unknown as number[];
  const i32 = new Int32Array(buffer, instrument, rows);
  const column = (address: number, n: number) => new Float64Array(buffer, address, n);
  const [q, b, a] = [column(lots!, rows!), column(bids!, rows!), column(asks!, rows!)];
  const held = column(money!, 2 * currencies);
  const totals = new DataView(buffer, record + 40, 24);
  return {
    balances: Array.from(held.subarray(0, currencies)),
    costs: Array.from(held.subarray(currencies)),
    rows: Array.from(i32, (i, r) => ({ instrument: i, lots: q[r]!, bids: b[r]!, asks: a[r]! })),
    initial: totals.getFloat64(0, true),
    maintenance: totals.getFloat64(8, true),
    equity: totals.getFloat64(16, true),
    flags: words[8]! + 2 * words[9]!,
  };
}

/** Puts what a snapshot has of an account into one that is new. */
export function restoreAccount(exports: Exports, venue: number, handle: number, stored: StoredAccount): void {
  for (const { instrument, lots, bids, asks } of stored.rows) {
    if ((exports.restoreRow(venue, handle, instrument, lots, bids, asks) as Status) !== Status.Ok) throw cannotGrow();
  }
  const record = exports.accountAddress(venue, handle);
  const { buffer } = exports.memory;
  const { balances, costs, initial, maintenance, equity, flags } = stored;
  const money = new Float64Array(buffer, new Int32Array(buffer, record, 8)[6]!, balances.length + costs.length);
  money.set(balances);
  money.set(costs, balances.length);
  new Int32Array(buffer, record, 10).set([flags & 1, flags >> 1], 8);
  new Float64Array(buffer, record + 40, 3).set([initial, maintenance, equity]);
  exports.rankRestored(venue, handle);
}

/** Gives the memory of the account that was opened last back; it has never been evaluated. */
export function closeLast(exports: Exports, venue: number): void {
  const words = new Int32Array(exports.memory.buffer, venue, 4);
  const handle = words[2]! - 1;
  const record = exports.accountAddress(venue, handle);
  const [lots, , , money] = new Int32Array(exports.memory.buffer, record, 7).subarray(3);
  words[2] = handle;
  exports.release(lots!);
  exports.release(money!);
  if (handle % CHUNK !== 0) return;
  const chunk = new Int32Array(exports.memory.buffer, words[3]! + (4 * handle) / CHUNK, 1);
  exports.release(chunk[0]!);
  chunk[0] = 0;
}
