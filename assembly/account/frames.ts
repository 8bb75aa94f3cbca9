/** The frames of an account: made from its evaluation, and found again while nothing has happened that they do not know. */
import { Column } from "../memory/column";
import { allocate, release } from "../memory/arena";
import { level, Book, Level } from "../record/book";
import { selected } from "../portfolio/sums";
import { FrameLevel, HEAD, TOTALS } from "../record/frames";
import { Account, Venue } from "../record/venue";

@inline export function frameLevel(venue: Venue, k: i32): FrameLevel {
  return changetype<FrameLevel>(venue.frameLevels + <usize>k * offsetof<FrameLevel>());
}

@inline export function isFramed(venue: Venue, at: Account): bool {
  return at.frameEpoch == venue.frameEpoch && venue.hasFrames != 0;
}

/** Are there no frames of this account as it is, although it was tried? */
@inline export function isUnframed(venue: Venue, at: Account): bool {
  return at.frameEpoch == -venue.frameEpoch || venue.hasFrames == 0;
}

/** Equity, initial and maintenance margin of an account with frames. */
@inline export function framed(at: Account): Column {
  return changetype<Column>(at.frames);
}

/**
 * Asks the memory for all lines of an account at once: read one after another, as the path comes to them, each would be waited for. Returns
 * something that depends on all of them.
 */
@inline export function fetch(at: Account): i32 {
  const frames = at.frames;
  const bytes = <usize>at.frameBytes;
  const rows = changetype<usize>(at.instrument);
  const lots = changetype<usize>(at.lots);
  let sum = load<i32>(changetype<usize>(at.money)) ^ load<i32>(rows) ^ load<i32>(lots);
  for (let j: usize = 0; j < bytes; j += 64) sum ^= load<i32>(frames + j);
  return sum;
}

/** Keeps the frames of the account that was just evaluated; without them, where a sum is near its end or some figure is no number. */
export function keepFrames(venue: Venue, at: Account): void {
  // the code that reads frames has these offsets as constants: ACCOUNT and VENUE of bindings/core/path/frames.ts
  if (offsetof<Account>("frames") != 64 || offsetof<Account>("frameEpoch") != 72 || offsetof<Account>("frameChanges") != 76) ERROR("Account");
  if (offsetof<Venue>("frameEpoch") != 60) ERROR("Venue");
  at.frameEpoch = -venue.frameEpoch; // tried
  const book = venue.book;
  if (venue.hasFrames == 0 || book.isNear != 0) return;
  const bytes = bytesOf(venue);
  if (<usize>at.frameBytes < bytes && !reserve(at, bytes)) return;
  const block = at.frames;
  framed(at)[0] = venue.equity[0];
  framed(at)[1] = venue.initial[0];
  framed(at)[2] = venue.maintenance[0];
  let to = block + TOTALS + (<usize>venue.frameLevelCount << 3);
  let doubt: f64 = 0;
  for (let k = 0; k < venue.frameLevelCount; k++) {
    const plan = frameLevel(venue, k);
    const l = level(book, plan.level);
    const head = block + TOTALS + (<usize>k << 3);
    store<i32>(head, l.held);
    store<i32>(head, <i32>(to - block), 4);
    doubt += write(book, plan, l, to);
    to += <usize>l.held * <usize>plan.bytes;
  }
  for (let k = 0; k < 3; k++) doubt += framed(at)[k] * 0;
  if (doubt != 0) return; // NaN
  at.frameEpoch = venue.frameEpoch;
  at.frameChanges = 0;
}

function bytesOf(venue: Venue): usize {
  let bytes = TOTALS + (<usize>venue.frameLevelCount << 3);
  for (let k = 0; k < venue.frameLevelCount; k++) {
    const plan = frameLevel(venue, k);
    bytes += <usize>level(venue.book, plan.level).held * <usize>plan.bytes;
  }
  return bytes;
}

function reserve(at: Account, bytes: usize): bool {
  const block = allocate(bytes);
  if (block == 0) return false;
  if (at.frames != 0) release(at.frames);
  at.frames = block;
  at.frameBytes = <i32>bytes;
  return true;
}

/** The groups of a level; returns 0, or NaN where some figure is none. */
function write(book: Book, plan: FrameLevel, l: Level, to: usize): f64 {
  const held = l.held;
  const stride = <usize>plan.bytes;
  for (let g = 0; g < held; g++) {
    store<i32>(to + <usize>g * stride, l.heldGroups[g]);
    store<i32>(to + <usize>g * stride, 0, 4);
  }
  const rows = book.rows;
  const groupOf = l.groupOf;
  const placeOf = l.placeOf;
  for (let r = 0; r < rows; r++) {
    const group = groupOf[book.heldInstrument[r]];
    if (group < 0) continue;
    const at = to + <usize>placeOf[group] * stride;
    store<i32>(at, load<i32>(at, 4) + 1, 4);
  }
  let doubt: f64 = 0;
  let offset = HEAD;
  for (let c = 0; c < plan.columnCount; c++) {
    const bytes = <usize>plan.columns[2 * c + 1];
    let from = <usize>plan.columns[2 * c];
    for (let g = 0; g < held; g++) {
      const at = to + <usize>g * stride + offset;
      for (let j: usize = 0; j < bytes; j += 8) {
        const x = load<f64>(from + j);
        doubt += x * 0;
        store<f64>(at + j, x);
      }
      from += bytes;
    }
    offset += bytes;
  }
  for (let m = 0; m < plan.maskCount; m++) {
    for (let g = 0; g < held; g++) store<f64>(to + <usize>g * stride + offset, 0);
    for (let r = 0; r < rows; r++) {
      const group = groupOf[book.heldInstrument[r]];
      if (group < 0 || !selected(book, r, <usize>plan.masks[2 * m], plan.masks[2 * m + 1])) continue;
      const at = to + <usize>placeOf[group] * stride + offset;
      store<f64>(at, load<f64>(at) + 1);
    }
    offset += 8;
  }
  return doubt;
}
