/**
 * The forward of an expiry from put–call parity, and whether a given one is possible beside the quotes.
 *
 *   coin prices: C − P = 1 − K/F  ⇒  F = K/(1 − (C − P));     quote prices, undiscounted: F = K + (C − P)
 *
 * Five pairs next to the money; the median of their forwards, weighted by 1/width, where width is what bid and ask leave open. A missing
 * bid counts as 0 here: a put that nobody bids for is worth between nothing and its ask, which binds the forward well.
 */
import { Column } from "../memory/column";
import { Col, Drop, Slot, columnOf, setSlot, slot } from "./block";

const PAIRS = 5;
const pairRatio = changetype<Column>(memory.data(PAIRS * 8, 16)); // forward by parity / given forward (or the forward itself)
const pairWidth = changetype<Column>(memory.data(PAIRS * 8, 16));
const pairGap = changetype<Column>(memory.data(PAIRS * 8, 16)); // |C − P| relative to the forward: distance from the money

/** Can the row bind a forward? Its asks are there, and nothing is crossed or stale. */
function binds(block: usize, i: i32): bool {
  const reason = <Drop>(<i32>columnOf(block, Col.Reason)[i]);
  return reason == Drop.Used || (reason == Drop.OneSided && columnOf(block, Col.Ask)[i] > 0);
}

/** Puts pair (gap, ratio, width) among the nearest; ties go to the earlier strike. */
function insert(count: i32, gap: f64, ratio: f64, width: f64): i32 {
  let at = count;
  if (count == PAIRS) {
    if (!(gap < pairGap[PAIRS - 1])) return count;
    at = PAIRS - 1;
  }
  while (at > 0 && gap < pairGap[at - 1]) {
    pairGap[at] = pairGap[at - 1];
    pairRatio[at] = pairRatio[at - 1];
    pairWidth[at] = pairWidth[at - 1];
    at--;
  }
  pairGap[at] = gap;
  pairRatio[at] = ratio;
  pairWidth[at] = width;
  return min(count + 1, PAIRS);
}

/** Sorts both by ratio and returns the median weighted by 1/width. */
function weightedMedian(count: i32): f64 {
  for (let i = 1; i < count; i++) {
    const r = pairRatio[i];
    const w = pairWidth[i];
    let j = i;
    for (; j > 0 && pairRatio[j - 1] > r; j--) {
      pairRatio[j] = pairRatio[j - 1];
      pairWidth[j] = pairWidth[j - 1];
    }
    pairRatio[j] = r;
    pairWidth[j] = w;
  }
  let total: f64 = 0.0;
  for (let i = 0; i < count; i++) total += 1.0 / pairWidth[i];
  let sum: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    sum += 1.0 / pairWidth[i];
    if (sum + sum >= total) return pairRatio[i];
  }
  return pairRatio[count - 1];
}

/** Median of the given forwards (of rows whose own is finite), NaN where none is. `scratch` [rows]. */
function medianGiven(block: usize, n: i32, scratch: Column): f64 {
  const forward = columnOf(block, Col.Forward);
  let count = 0;
  for (let i = 0; i < n; i++) {
    const f = forward[i];
    if (!(f > 0 && f < Infinity)) continue;
    let j = count++;
    for (; j > 0 && scratch[j - 1] > f; j--) scratch[j] = scratch[j - 1];
    scratch[j] = f;
  }
  if (count == 0) return NaN;
  const middle = count >> 1;
  return (count & 1) == 1 ? scratch[middle] : 0.5 * (scratch[middle - 1] + scratch[middle]);
}

/**
 * Fills the header's forward, and the forward of each row: its own, moved with the slice's where parity asks for it; NaN where the
 * expiry has none.
 */
export function findForward(block: usize): void {
  const n = <i32>slot(block, Slot.Rows);
  const isCoin = slot(block, Slot.IsCoin) == 1;
  const strike = columnOf(block, Col.Strike);
  const callPut = columnOf(block, Col.CallPut);
  const bid = columnOf(block, Col.Bid);
  const ask = columnOf(block, Col.Ask);
  const forward = columnOf(block, Col.Forward);
  const given = medianGiven(block, n, columnOf(block, Col.Scratch));
  const isGiven = given > 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (callPut[i] != 1 || !binds(block, i)) continue;
    for (let j = i + 1; j < n && strike[j] == strike[i]; j++) {
      if (callPut[j] != -1 || !binds(block, j)) continue;
      const difference = 0.5 * (bid[i] + ask[i] - bid[j] - ask[j]);
      const open = 0.5 * (ask[i] - bid[i] + ask[j] - bid[j]);
      const rest = 1.0 - difference;
      const F = isCoin ? strike[i] / rest : strike[i] + difference;
      if (!(F > 0 && F < Infinity) || (isCoin && !(rest > 0))) continue;
      const width = (isCoin ? open * (F / strike[i]) : open / F) + 1e-9;
      const own = isGiven ? 0.5 * ((forward[i] > 0 ? forward[i] : given) + (forward[j] > 0 ? forward[j] : given)) : 1.0;
      count = insert(count, isCoin ? Math.abs(difference) : Math.abs(difference) / F, F / own, width);
      break;
    }
  }
  let move: f64 = 1.0;
  let moved = false;
  if (count > 0) {
    const middle = weightedMedian(count);
    if (!isGiven) move = middle;
    else {
      // what all five allow; where they contradict each other, the given one stands
      let low: f64 = 0.0;
      let high: f64 = Infinity;
      for (let i = 0; i < count; i++) {
        low = max(low, pairRatio[i] * (1.0 - pairWidth[i]));
        high = min(high, pairRatio[i] * (1.0 + pairWidth[i]));
      }
      if (low <= high && (low > 1.0 || high < 1.0)) {
        move = low > 1.0 ? low : high;
        moved = true;
      }
    }
  }
  const F = isGiven ? given * move : count > 0 ? move : NaN;
  setSlot(block, Slot.Forward, F);
  setSlot(block, Slot.ForwardIsParity, !isGiven || moved ? 1 : 0);
  setSlot(block, Slot.ForwardMoved, moved ? 1.0 / move - 1.0 : 0.0);
  for (let i = 0; i < n; i++) {
    const own = forward[i];
    forward[i] = isGiven && own > 0 && own < Infinity ? own * move : F;
  }
}
