/** The venue's record in the core's memory, as assembly/record/venue.ts reads it, and accounts as they lie there. */
import { Status } from "../../assembly/record/status.ts";
import type { Exports } from "../core/exports.ts";
import { outOfMemory } from "../core/failure.ts";
import type { Placed } from "../core/layout.ts";
import type { Program } from "../compile/program.ts";

const WORDS = 10;
/** Accounts lie in runs. */
const CHUNK = 1024;
export const MOST_CHUNKS = 16384;

export interface PlacedVenue {
  address: number;
  /** Equity, initial, maintenance of the last check. */
  answer: number;
  /** Addresses of the runs of accounts. */
  chunks: number;
}

/** Bytes behind the record: runs, marks, answer. */
export function placeVenue(exports: Exports, program: Program, placed: Placed): PlacedVenue {
  const instruments = program.universe.items.length;
  const bytes = 4 * WORDS + 8 + 4 * MOST_CHUNKS + 8 * instruments + 64;
  const address = exports.allocate(bytes);
  if (address === 0) throw outOfMemory(bytes);
  new Uint8Array(exports.memory.buffer, address, bytes).fill(0);
  const answer = address + 48;
  const chunks = answer + 64;
  const marked = chunks + 4 * MOST_CHUNKS;
  writeVenue(exports, address, program, placed, [chunks, marked, answer]);
  return { address, answer, chunks };
}

/** Points the record to a book; what it knows of accounts stays. */
export function writeVenue(exports: Exports, address: number, program: Program, placed: Placed, own?: number[]): void {
  const words = new Int32Array(exports.memory.buffer, address, WORDS + 2);
  const [equity, initial, maintenance] = program.results.slice(0, 3).map(({ node }) => placed.column.get(node)!);
  words[0] = placed.book;
  words[1] = program.settlement.groups.length;
  if (own !== undefined) words[3] = own[0]!;
  words[4] = equity!;
  words[5] = initial!;
  words[6] = maintenance!;
  if (own !== undefined) [words[7], words[8]] = [own[1]!, own[2]!];
  words[9] = -1;
}

export interface StoredAccount {
  balances: number[];
  costs: number[];
  rows: { instrument: number; lots: number; bids: number; asks: number }[];
  initial: number;
  maintenance: number;
  equity: number;
}

/** Reads an account's record: rows i32, capacity i32, instrument, lots, bids, asks, money (addresses), open i32, then three f64. */
export function readAccount(exports: Exports, record: number, currencies: number): StoredAccount {
  const { buffer } = exports.memory;
  const words = new Int32Array(buffer, record, 8);
  const [rows, , instrument, lots, bids, asks, money] = words as unknown as number[];
  const i32 = new Int32Array(buffer, instrument, rows);
  const column = (address: number, n: number) => new Float64Array(buffer, address, n);
  const [q, b, a] = [column(lots!, rows!), column(bids!, rows!), column(asks!, rows!)];
  const held = column(money!, 2 * currencies);
  const totals = new DataView(buffer, record + 32, 24);
  return {
    balances: Array.from(held.subarray(0, currencies)),
    costs: Array.from(held.subarray(currencies)),
    rows: Array.from(i32, (i, r) => ({ instrument: i, lots: q[r]!, bids: b[r]!, asks: a[r]! })),
    initial: totals.getFloat64(0, true),
    maintenance: totals.getFloat64(8, true),
    equity: totals.getFloat64(16, true),
  };
}

/** Puts what a snapshot has of an account into one that is new. */
export function restoreAccount(exports: Exports, venue: number, handle: number, stored: StoredAccount): void {
  for (const { instrument, lots, bids, asks } of stored.rows) {
    if ((exports.restoreRow(venue, handle, instrument, lots, bids, asks) as Status) !== Status.Ok) throw outOfMemory(0);
  }
  const record = exports.accountAddress(venue, handle);
  const { buffer } = exports.memory;
  const { balances, costs, initial, maintenance, equity } = stored;
  const money = new Float64Array(buffer, new Int32Array(buffer, record, 8)[6]!, balances.length + costs.length);
  money.set(balances);
  money.set(costs, balances.length);
  new Float64Array(buffer, record + 32, 3).set([initial, maintenance, equity]);
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
