/**
 * The expiries of one underlying together: each by least squares first, then from the nearest on, each above the one before and, where
 * quotes leave it open, below the next one's own least squares.
 */
import * as arbitrage from "../surface/arbitrage";
import { Slice } from "../surface/svi";
import { Column } from "../memory/column";
import { Flag, Method, Slot, addFlag, setSlot, slot } from "./block";
import * as checks from "./checks";
import { setLater } from "./grid";
import { measure } from "./measure";
import { fitMixture } from "./mixture";
import { clean } from "./quotes";
import * as slice from "./slice";
import * as wings from "./wings";
import { OWN_SHAPE } from "./wings";

/** A slice that misses its quotes by more is flagged. */
const POOR: f64 = 0.5;

/** Where no slice has a shape to lend, eSSVI needs as many: it has three parameters. */
const ESSVI_SHAPE = 3;

const earlier = changetype<Column>(memory.data(40, 16));
const shape = changetype<Column>(memory.data(40, 16));
const current = changetype<Column>(memory.data(40, 16));

@inline function blockOf(blocks: usize, i: i32): usize {
  return <usize>load<u32>(blocks + (<usize>i << 2));
}

/** A slice with as many quotes has a shape worth lending. */
const RICH = 10;

/** The nearest expiry, by place, with enough quotes; of two the later. −1 where there is none. */
function nearest(count: i32, blocks: usize, i: i32, quotes: i32): i32 {
  for (let distance = 1; distance < count; distance++) {
    const up = i + distance;
    const down = i - distance;
    if (up < count && slot(blockOf(blocks, up), Slot.Used) >= quotes) return up;
    if (down >= 0 && slot(blockOf(blocks, down), Slot.Used) >= quotes) return down;
  }
  return -1;
}

function donor(count: i32, blocks: usize, i: i32): i32 {
  const rich = nearest(count, blocks, i, RICH);
  return rich >= 0 ? rich : nearest(count, blocks, i, OWN_SHAPE);
}

/** A lent shape is free of butterflies: where it is not, it is the SSVI slice next to it. */
function sound(p: Column, reach: f64): void {
  if (checks.check(p, reach, null)) return;
  wings.toSlice(p, raw);
  arbitrage.repair(raw, raw);
  wings.fromSlice(raw, p);
}
const raw = changetype<Slice>(memory.data(40, 16));

/** `from` at another time to expiry: w·(τ/τ′) with k rescaled, so that vol and jump-wings stay. */
function atTau(block: usize, first: Slot, tau: f64, ownTau: f64, out: Column): void {
  wings.fromRaw(block, first, out);
  wings.rescale(out, tau / ownTau);
}

/**
 * @param count  expiries
 * @param blocks [count] addresses of their blocks (block.ts), u32, the nearest expiry first
 * @returns −1, or the first expiry that cannot be fitted: no forward, or too few quotes and nothing to draw a shape from
 */
export function calibrate(count: i32, blocks: usize): i32 {
  for (let i = 0; i < count; i++) {
    const block = blockOf(blocks, i);
    setSlot(block, Slot.Flags, 0.0);
    setSlot(block, Slot.ShapeOf, -1.0);
    clean(block);
    if (slot(block, Slot.Used) >= OWN_SHAPE) slice.fitPlain(block);
  }
  let hasEarlier = false;
  for (let i = 0; i < count; i++) {
    const block = blockOf(blocks, i);
    const tau = slot(block, Slot.Tau);
    const used = slot(block, Slot.Used);
    const isFew = used < OWN_SHAPE;
    if (!(slot(block, Slot.Forward) > 0)) return i;
    const hasPrevious = slot(block, Slot.HasPrevious) == 1;
    let hasShape = hasPrevious;
    let isEssvi = false;
    if (hasPrevious) {
      atTau(block, Slot.PreviousA, tau, slot(block, Slot.PreviousTau), shape);
      if (used == 0) setSlot(block, Slot.Level, wings.totalVariance(0.0, shape));
      if (isFew) addFlag(block, used == 0 ? Flag.NoQuotes : Flag.FewQuotesPrevious);
    } else if (isFew) {
      const from = donor(count, blocks, i);
      hasShape = true;
      if (from >= 0) {
        const other = blockOf(blocks, from);
        atTau(other, Slot.BeforeA, tau, slot(other, Slot.Tau), shape);
        sound(shape, slot(block, Slot.Reach));
        if (used == 0) setSlot(block, Slot.Level, wings.totalVariance(0.0, shape));
        addFlag(block, used == 0 ? Flag.Lent : Flag.FewQuotes);
        setSlot(block, Slot.ShapeOf, <f64>from);
      } else if (used >= ESSVI_SHAPE && slice.fitEssvi(block, shape)) {
        addFlag(block, Flag.Essvi);
        isEssvi = true;
      } else return i;
    }
    if (isFew) {
      wings.copy(shape, current);
      wings.rescale(current, slot(block, Slot.Level) / wings.totalVariance(0.0, shape));
      wings.toRaw(current, block, Slot.BeforeA);
    } else wings.fromRaw(block, Slot.BeforeA, current);
    before(block, current, i > 0 ? blockOf(blocks, i - 1) : 0);
    setLater(count - i - 1, blocks + (<usize>(i + 1) << 2));
    slice.fit(block, hasShape ? shape : null, isFew, hasEarlier ? earlier : null);
    if (isEssvi) setSlot(block, Slot.Method, <f64>Method.Essvi);
    measure(block);
    if (slot(block, Slot.Rmse) > POOR) addFlag(block, Flag.PoorFit);
    fitMixture(block);
    wings.fromRaw(block, Slot.A, earlier);
    hasEarlier = true;
  }
  return -1;
}

/** Arbitrage of the plain slice, beside the plain one before. */
function before(block: usize, own: Column, previous: usize): void {
  const reach = slot(block, Slot.Reach);
  if (previous != 0) wings.fromRaw(previous, Slot.BeforeA, shapeBefore);
  checks.check(own, reach, previous != 0 ? shapeBefore : null);
  setSlot(block, Slot.BeforeMinG, checks.minG);
  setSlot(block, Slot.BeforeCalendarGap, checks.calendarGap);
}
const shapeBefore = changetype<Column>(memory.data(40, 16));
