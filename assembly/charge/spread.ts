/**
 * Pairs formed out of net amounts, greedily and in priority. Of each pair as many form as its scarcest leg allows,
 *
 *   n = min over legs of Σ max(side·x, 0)/ratio     over the net groups that the leg takes from
 *
 * first as its sides are written, then the other way around; each leg takes n·ratio out of its groups, in their order, and later pairs find
 * what is left. A pair costs n·rate, a leg what it took times its own rate, in the groups out of which it took.
 */
import { Column } from "../memory/column";
import { Leg, legOf, Pair, Pairing, pairOf, Take } from "../record/pairing";
import { level, relation, Book, Level } from "../record/book";

/** @param x net amounts by held group of the net level; @param out charge by held group of level l */
export function formPairs(book: Book, l: i32, at: Pairing, x: Column, out: Column): void {
  const toWithin = relation(book, at.toWithin);
  const net = level(book, toWithin.fine);
  const within = level(book, toWithin.coarse);
  const toCharge = relation(book, at.toCharge).held;
  const held = level(book, l).held;
  memory.fill(changetype<usize>(out), 0, <usize>held << 3);
  memory.fill(changetype<usize>(at.formed), 0, <usize>(held * at.pairs) << 3);
  for (let g = 0; g < held; g++) at.stamp[g] = -1;
  for (let i = 0; i < net.held; i++) {
    at.left[i] = isNaN(x[i]) ? 0 : x[i];
    if (isNaN(x[i])) out[toCharge[i]] = NaN;
  }
  let stamp = 0;
  for (let w = 0; w < within.held; w++) {
    for (let p = 0; p < at.pairs; p++) {
      const pair = pairOf(at, p);
      for (let way = 0; way < 2; way++, stamp++) form(book, at, pair, p, way, within.heldGroups[w], w, net, out, stamp);
    }
  }
}

/** Place of pair's numbers for one way around within one group. */
@inline export function placeOf(book: Book, at: Pairing, way: i32, group: i32): i32 {
  return way * level(book, relation(book, at.toWithin).coarse).groups + group;
}

function form(book: Book, at: Pairing, pair: Pair, p: i32, way: i32, group: i32, w: i32, net: Level, out: Column, stamp: i32): void {
  let n = Infinity;
  let limit = 0;
  for (let k = 0; k < pair.legs; k++) {
    const most = available(at, legOf(pair, k), way, group, net) / legOf(pair, k).ratio[0];
    if (!(most < n)) continue;
    n = most;
    limit = k;
  }
  const place = placeOf(book, at, way, group);
  pair.formed[place] = n;
  pair.limit[place] = limit;
  if (!(n > 0)) return;
  if (changetype<usize>(pair.rate) != 0) {
    const c = relation(book, at.withinToCharge).held[w];
    out[c] += n * pair.rate[w];
    count(at, c, p, n, stamp);
  }
  for (let k = 0; k < pair.legs; k++) {
    const leg = legOf(pair, k);
    // the scarcest is used up, to the last bit
    takeOut(book, at, leg, way, group, net, k == limit ? Infinity : n * leg.ratio[0], out, p, n, stamp);
  }
}

@inline export function wanted(leg: Leg, way: i32): f64 {
  return way == 0 ? leg.side[0] : 0 - leg.side[0];
}

function available(at: Pairing, leg: Leg, way: i32, group: i32, net: Level): f64 {
  const want = wanted(leg, way);
  let sum: f64 = 0;
  for (let j = leg.start[group]; j < leg.start[group + 1]; j++) {
    const i = net.placeOf[leg.groups[j]];
    if (i >= 0) sum += max(want * at.left[i], 0);
  }
  return sum;
}

function takeOut(
  book: Book,
  at: Pairing,
  leg: Leg,
  way: i32,
  group: i32,
  net: Level,
  needed: f64,
  out: Column,
  p: i32,
  n: f64,
  stamp: i32,
): void {
  const want = wanted(leg, way);
  const toCharge = relation(book, at.toCharge).held;
  for (let j = leg.start[group]; j < leg.start[group + 1]; j++) {
    const i = net.placeOf[leg.groups[j]];
    const to = way * leg.count + j;
    const there = i < 0 ? 0 : max(want * at.left[i], 0);
    leg.take[to] = !(there > 0) ? Take.None : there <= needed ? Take.All : Take.Part;
    const t = min(there, needed);
    leg.taken[to] = t;
    if (!(t > 0)) continue;
    at.left[i] -= want * t;
    needed -= t;
    if (changetype<usize>(leg.rate) != 0) out[toCharge[i]] += t * leg.rate[i];
    count(at, toCharge[i], p, n, stamp);
  }
}

/** Pairs are counted once in each group of the charge out of which they took. */
function count(at: Pairing, c: i32, p: i32, n: f64, stamp: i32): void {
  if (at.stamp[c] == stamp) return;
  at.stamp[c] = stamp;
  at.formed[c * at.pairs + p] += n;
}
