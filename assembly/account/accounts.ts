/** Accounts in the core's memory: opened, and their rows found, added and dropped. A handle stays what it is while memory grows. */
import { Column, Indices } from "../memory/column";
import { allocate, release } from "../memory/arena";
import { account, Account, CHUNK, MOST_CHUNKS, rankAt, Venue } from "../record/venue";

/** Rows of a new account: eight positions before it grows. */
const FIRST_ROWS = 8;
const ROW_BYTES = 4 + 3 * 8;

/** Handle of a new account, or −1 where the memory cannot grow. */
export function open(venue: Venue): i32 {
  const handle = venue.accounts;
  const chunk = handle / CHUNK;
  if (chunk >= MOST_CHUNKS) return -1;
  const slot = venue.chunks + (<usize>chunk << 2);
  if (handle % CHUNK == 0 && load<u32>(slot) == 0) {
    const made = acquire(venue, CHUNK * (offsetof<Account>() + 8));
    if (made == 0) return -1;
    store<u32>(slot, <u32>made);
  }
  const at = account(venue, handle);
  memory.fill(changetype<usize>(at), 0, offsetof<Account>());
  const money = acquire(venue, <usize>venue.currencies << 4);
  if (money == 0) return -1;
  memory.fill(money, 0, <usize>venue.currencies << 4);
  at.money = changetype<Column>(money);
  if (!reserve(venue, at, FIRST_ROWS)) {
    release(money);
    return -1;
  }
  at.isOpen = 1;
  store<f64>(rankAt(venue, handle), Infinity);
  venue.accounts = handle + 1;
  return handle;
}

/** Gives the memory of all accounts back. */
export function releaseAll(venue: Venue): void {
  for (let handle = 0; handle < venue.accounts; handle++) {
    const at = account(venue, handle);
    release(changetype<usize>(at.lots));
    release(changetype<usize>(at.money));
    if (at.frames != 0) release(at.frames);
  }
  for (let chunk = 0; chunk * CHUNK < venue.accounts; chunk++) {
    const slot = venue.chunks + (<usize>chunk << 2);
    release(<usize>load<u32>(slot));
    store<u32>(slot, 0);
  }
  venue.accounts = 0;
  venue.loaded = -1;
}

/** Memory for what accounts are: where there is none left, the frames of all accounts make room, and no more are made until a commit. */
function acquire(venue: Venue, bytes: usize): usize {
  const block = allocate(bytes);
  return block != 0 || !dropFrames(venue) ? block : allocate(bytes);
}

/** Gives the memory of all frames back; false where there are none. */
function dropFrames(venue: Venue): bool {
  venue.hasFrames = 0;
  let had = false;
  for (let handle = 0; handle < venue.accounts; handle++) {
    const at = account(venue, handle);
    if (at.frames == 0) continue;
    release(at.frames);
    at.frames = 0;
    at.frameBytes = 0;
    at.frameEpoch = 0;
    had = true;
  }
  return had;
}

/** Room for so many rows; false where the memory cannot grow, and the account is as it was. */
export function reserve(venue: Venue, at: Account, rows: i32): bool {
  if (rows <= at.capacity) return true;
  const capacity = max(rows, 2 * at.capacity);
  const block = acquire(venue, <usize>capacity * ROW_BYTES);
  if (block == 0) return false;
  const lots = changetype<Column>(block);
  const bids = changetype<Column>(block + (<usize>capacity << 3));
  const asks = changetype<Column>(block + (<usize>capacity << 4));
  const instrument = changetype<Indices>(block + <usize>capacity * 24);
  const n = <usize>at.rows;
  if (at.capacity > 0) {
    memory.copy(changetype<usize>(lots), changetype<usize>(at.lots), n << 3);
    memory.copy(changetype<usize>(bids), changetype<usize>(at.bids), n << 3);
    memory.copy(changetype<usize>(asks), changetype<usize>(at.asks), n << 3);
    memory.copy(changetype<usize>(instrument), changetype<usize>(at.instrument), n << 2);
    release(changetype<usize>(at.lots));
  }
  at.lots = lots;
  at.bids = bids;
  at.asks = asks;
  at.instrument = instrument;
  at.capacity = capacity;
  return true;
}

/** The row of an instrument, or where it belongs as −1 − place. */
export function find(at: Account, instrument: i32): i32 {
  let low = 0;
  let high = at.rows;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at.instrument[middle] < instrument) low = middle + 1;
    else high = middle;
  }
  return low < at.rows && at.instrument[low] == instrument ? low : -1 - low;
}

/** The row of an instrument, added where it has none; there is room for it. */
export function enter(at: Account, instrument: i32): i32 {
  const found = find(at, instrument);
  if (found >= 0) return found;
  const place = -1 - found;
  for (let r = at.rows; r > place; r--) move(at, r - 1, r);
  at.rows++;
  at.instrument[place] = instrument;
  at.lots[place] = 0;
  at.bids[place] = 0;
  at.asks[place] = 0;
  return place;
}

/** Drops a row in which nothing is left. */
export function tidy(at: Account, r: i32): void {
  if (at.lots[r] != 0 || at.bids[r] != 0 || at.asks[r] != 0) return;
  for (let k = r + 1; k < at.rows; k++) move(at, k, k - 1);
  at.rows--;
}

@inline function move(at: Account, from: i32, to: i32): void {
  at.instrument[to] = at.instrument[from];
  at.lots[to] = at.lots[from];
  at.bids[to] = at.bids[from];
  at.asks[to] = at.asks[from];
}
