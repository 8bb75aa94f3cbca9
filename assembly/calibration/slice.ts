/** One expiry: plain least squares, then the slice that is free of arbitrage, by way of ever stronger means. */
import { Column } from "../memory/column";
import { Col, Flag, Method, Slot, addFlag, columnOf, setSlot, slot } from "./block";
import * as checks from "./checks";
import * as descent from "./descent";
import * as essvi from "./essvi";
import { setGrid } from "./grid";
import * as loss from "./loss";
import * as quasiExplicit from "./quasi-explicit";
import * as wings from "./wings";
import { A, LEFT, RIGHT, SIGMA, STEEPEST } from "./wings";

const LEAST_SIGMA: f64 = 0.005;
/** … but no more than this part of √w₀: hours before expiry 0.005 is the whole width of the smile. */
const LEAST_SIGMA_PART: f64 = 0.1;
/** … and no more than this many times the reach of the quotes: wings far beyond them are not known. */
const MOST_SIGMA: f64 = 1.5;
const WING_WEIGHT: f64 = 1.0;
/** Least slope of a wing, in √w₀: keeps |ρ| < 1. */
const LEAST_WING: f64 = 1e-3;
/** Least w, in w₀. */
const LEAST_VARIANCE: f64 = 0.01;

const plain = changetype<Column>(memory.data(40, 16));
const candidate = changetype<Column>(memory.data(40, 16));
const other = changetype<Column>(memory.data(40, 16));
const target = changetype<Column>(memory.data(40, 16));
const sound = changetype<Column>(memory.data(40, 16));

function prepare(block: usize, level: f64, leastRight: f64, leastLeft: f64): void {
  const root = f64.sqrt(level);
  const reach = slot(block, Slot.Reach);
  const wing = LEAST_WING * root;
  const leastSigma = min(LEAST_SIGMA, LEAST_SIGMA_PART * root);
  descent.setBounds(max(wing, leastRight), max(wing, leastLeft), 2.0 * max(reach, root), leastSigma, MOST_SIGMA * max(reach, root), LEAST_VARIANCE * level);
}

function setQuotes(block: usize, inside: f64): void {
  loss.setQuotes(
    <i32>slot(block, Slot.Used),
    changetype<usize>(columnOf(block, Col.K)),
    changetype<usize>(columnOf(block, Col.WBid)),
    changetype<usize>(columnOf(block, Col.WAsk)),
    changetype<usize>(columnOf(block, Col.WMid)),
    changetype<usize>(columnOf(block, Col.RootWeight)),
    inside,
  );
}

/** The grid's best slice for given quotes, not yet improved. */
function first(block: usize, out: Column): void {
  const n = <i32>slot(block, Slot.Used);
  const k = columnOf(block, Col.K);
  const w = columnOf(block, Col.WMid);
  const root = columnOf(block, Col.RootWeight);
  const even = (n + 1) & ~1;
  if (even > n) {
    k[n] = k[n - 1];
    w[n] = w[n - 1];
    root[n] = 0.0;
  }
  const leastSigma = descent.low[SIGMA];
  quasiExplicit.search(even, changetype<usize>(k), changetype<usize>(w), changetype<usize>(root), k[0], k[n - 1], leastSigma, descent.low[RIGHT], descent.low[LEFT], STEEPEST, out);
}

/** Least squares of the slice alone, nothing but bounds: into Before…, as it is compared with what follows. */
export function fitPlain(block: usize): void {
  prepare(block, slot(block, Slot.Level), 0.0, 0.0);
  setQuotes(block, loss.INSIDE);
  loss.setPenalties(0.0, 0.0, 0.0, 0.0);
  loss.setWings(0.0, 1.0);
  loss.noRidge();
  first(block, plain);
  descent.descend(plain);
  wings.toRaw(plain, block, Slot.BeforeA);
}

/** The eSSVI slice nearest to the block's quotes, on its own. */
export function fitEssvi(block: usize, out: Column): bool {
  const level = slot(block, Slot.Level);
  const n = <i32>slot(block, Slot.Used);
  return essvi.fit(n, columnOf(block, Col.K), columnOf(block, Col.WMid), columnOf(block, Col.RootWeight), level, 0.25 * level, null, out);
}

/** Descends from `other` and takes the result where its loss is smaller than `value`; the smaller. */
function tryOther(value: f64): f64 {
  const found = descent.descend(other);
  if (!(found < value)) return value;
  wings.copy(other, candidate);
  return found;
}

/**
 * Lifts the candidate over the slice before where it is all but there: by less than half an average half-spread at the money. A lift of w
 * leaves every difference to the slice before at least 0 on the whole grid. False, and the candidate as it was, where that is not enough.
 */
function lifted(reach: f64, earlier: Column | null): bool {
  const gap = checks.calendarGap;
  const apart = 2.0 * checks.APART * wings.totalVariance(0.0, candidate);
  if (earlier === null || gap >= apart) return false;
  if (-gap > mostLift) return false;
  const a = candidate[A];
  candidate[A] = a - gap + apart;
  if (checks.check(candidate, reach, earlier)) return true;
  candidate[A] = a;
  return false;
}
let mostLift: f64 = 0.0;

/** Bends p towards `sound` as little as is needed; returns the share of `sound` in it. */
function bend(p: Column, reach: f64, earlier: Column | null): f64 {
  let free: f64 = 1.0;
  let bad: f64 = 0.0;
  for (let round = 0; round < 10; round++) {
    const share = 0.5 * (free + bad);
    for (let i = 0; i < 5; i++) other[i] = p[i] + share * (sound[i] - p[i]);
    if (checks.check(other, reach, earlier)) free = share;
    else bad = share;
  }
  for (let i = 0; i < 5; i++) p[i] += free * (sound[i] - p[i]);
  if (free == 1.0) wings.copy(sound, p);
  return free;
}

/**
 * The slice that counts, into A … Sigma.
 *
 * @param shape   slice (at the same tau, any level) that the ridge draws to, or null
 * @param isLoose the ridge is to hold few quotes: the level is free, and it never lets go
 * @param start   where to start, beside the slice of least squares
 * @param earlier final slice of the expiry before, or null
 */
export function fit(block: usize, shape: Column | null, isLoose: bool, earlier: Column | null): void {
  const tau = slot(block, Slot.Tau);
  const used = <i32>slot(block, Slot.Used);
  let level = slot(block, Slot.Level);
  const reach = slot(block, Slot.Reach);
  const unit = used > 0 ? slot(block, Slot.HalfSpread) : 0.01;
  prepare(block, level, earlier !== null ? earlier[RIGHT] : 0.0, earlier !== null ? earlier[LEFT] : 0.0);
  setQuotes(block, loss.INSIDE);
  loss.noRidge();
  if (shape !== null) {
    wings.copy(shape, target);
    wings.rescale(target, level / wings.totalVariance(0.0, shape));
    if (used == 0) loss.setRidge(1.0, 1.0, target, tau, unit, 1e9);
    else if (isLoose) loss.setRidge(0.0, 1.0, target, tau, unit, 1e9);
    else loss.setRidge(1.0, 1.0, shape, tau, unit, 3.0);
  }
  // dw = 2στ·dσ at the money
  mostLift = f64.sqrt(level * tau) * unit;
  const strength = 100.0 * <f64>max(used, 4);
  loss.setPenalties(strength, 2e-3, strength, 0.1 * strength);
  loss.setWings(WING_WEIGHT, level);
  let isFound = false;
  let value: f64 = Infinity;
  if (used >= 5) {
    wings.fromRaw(block, Slot.BeforeA, candidate);
    setGrid(candidate, level, reach, earlier);
    const isTooFlat = candidate[RIGHT] < descent.low[RIGHT] || candidate[LEFT] < descent.low[LEFT];
    value = descent.descend(candidate);
    if (isTooFlat) {
      // the best slice with such wings may be far from the one without
      first(block, other);
      value = tryOther(value);
    }
    isFound = true;
  }
  if (shape !== null) {
    wings.copy(target, other);
    if (!isFound) setGrid(other, level, reach, earlier);
    value = tryOther(value);
  }
  let method = shape !== null && isLoose && slot(block, Slot.HasPrevious) == 1 ? Method.Previous : Method.Svi;
  let bent: f64 = 0.0;
  let isFree = checks.check(candidate, reach, earlier);
  if (!isFree && earlier !== null) {
    // the slice before at this level has no calendar arbitrage with itself
    wings.copy(earlier, other);
    wings.rescale(other, max(1.0, level / wings.totalVariance(0.0, earlier)));
    tryOther(value);
    isFree = checks.check(candidate, reach, earlier);
  }
  for (let round = 0; round < 3 && !isFree; round++) {
    addFlag(block, Flag.Raised);
    method = Method.Repaired;
    const more = round == 0 ? 10.0 : round == 1 ? 100.0 : 1000.0;
    loss.setPenalties(strength * more, 2e-3 * <f64>(round + 2), strength * more, 0.1 * strength);
    setGrid(candidate, level, reach, earlier);
    descent.descend(candidate);
    isFree = checks.check(candidate, reach, earlier) || lifted(reach, earlier);
  }
  if (!isFree) {
    setGrid(candidate, level, reach, earlier);
    const hasSound = essvi.fit(used, columnOf(block, Col.K), columnOf(block, Col.WMid), columnOf(block, Col.RootWeight), level, 0.25 * level, earlier, sound);
    if (hasSound && checks.check(sound, reach, earlier)) {
      bent = bend(candidate, reach, earlier);
      const isWhole = bent > 0.9;
      if (isWhole) wings.copy(sound, candidate);
      addFlag(block, isWhole ? Flag.Essvi : Flag.Bent);
      if (isWhole) method = Method.Essvi;
      // from there the best slice may be in reach
      wings.copy(candidate, other);
      const bentLoss = loss.value(candidate, false);
      if (descent.descend(other) < bentLoss && checks.check(other, reach, earlier)) {
        wings.copy(other, candidate);
        bent = 0.0;
      }
    } else if (earlier !== null) {
      // the slice before, lifted as far as quotes ask, is free of calendars; not lifted at all it is surely free of butterflies too
      wings.copy(earlier, sound);
      const w0 = wings.totalVariance(0.0, earlier);
      const least = 2.0 * checks.APART * w0;
      const lift = max(0.0, level - w0);
      sound[A] += lift;
      let part: f64 = 0.3;
      for (let round = 0; round < 6 && !checks.check(sound, reach, earlier); round++, part *= 0.3) {
        sound[A] = earlier[A] + max(least, round == 5 ? 0.0 : lift * part);
      }
      bent = bend(candidate, reach, earlier);
      addFlag(block, Flag.HeldToEarlier);
    }
  }
  checks.check(candidate, reach, earlier);
  setSlot(block, Slot.MinG, checks.minG);
  setSlot(block, Slot.CalendarGap, checks.calendarGap);
  setSlot(block, Slot.Method, <f64>method);
  setSlot(block, Slot.Bent, bent);
  wings.toRaw(candidate, block, Slot.A);
}
