/** ∂charge/∂x of a spread: the pairs walked back, last to first, each leg's groups likewise. The branch that was taken counts. */
import { Column } from "../memory/column";
import { adjoint, give } from "../record/adjoints";
import { level, relation, Book, Level } from "../record/book";
import { column } from "../record/instruction";
import { Leg, legOf, Pair, Pairing, pairOf, Take } from "../record/pairing";
import { placeOf, wanted } from "./spread";

/** What arrived at a spread charge, to its net amounts and rates. */
export function giveSlopeOfPairs(book: Book, at: Pairing, x: usize, out: usize): void {
  const given = column(adjoint(book, out));
  const toWithin = relation(book, at.toWithin);
  const net = level(book, toWithin.fine);
  const within = level(book, toWithin.coarse);
  memory.fill(changetype<usize>(at.slope), 0, <usize>net.held << 3);
  for (let w = within.held - 1; w >= 0; w--) {
    for (let p = at.pairs - 1; p >= 0; p--) {
      for (let way = 1; way >= 0; way--) backPair(book, at, pairOf(at, p), way, within.heldGroups[w], w, net, given);
    }
  }
  for (let i = 0; i < net.held; i++) give(book, x, i, at.slope[i]);
}

function backPair(book: Book, at: Pairing, pair: Pair, way: i32, group: i32, w: i32, net: Level, given: Column): void {
  const place = placeOf(book, at, way, group);
  const n = pair.formed[place];
  if (!(n > 0)) return;
  const limit = pair.limit[place];
  let slope: f64 = 0; // of the pairs
  if (changetype<usize>(pair.rate) != 0) {
    const d = given[relation(book, at.withinToCharge).held[w]];
    slope += d * pair.rate[w];
    give(book, changetype<usize>(pair.rate), w, d * n);
  }
  let scarce: f64 = 0; // of what the limiting leg takes
  for (let k = pair.legs - 1; k >= 0; k--) {
    const leg = legOf(pair, k);
    const needed = backLeg(book, at, leg, way, group, net, given);
    if (k == limit) scarce += needed;
    else slope += needed * leg.ratio[0];
  }
  const leg = legOf(pair, limit);
  scarce += slope / leg.ratio[0];
  const want = wanted(leg, way);
  for (let j = leg.start[group]; j < leg.start[group + 1]; j++) {
    if (leg.take[way * leg.count + j] == Take.All) at.slope[net.placeOf[leg.groups[j]]] += want * scarce;
  }
}

/** The slope of all that a leg takes. */
function backLeg(book: Book, at: Pairing, leg: Leg, way: i32, group: i32, net: Level, given: Column): f64 {
  const want = wanted(leg, way);
  const toCharge = relation(book, at.toCharge).held;
  let needed: f64 = 0;
  for (let j = leg.start[group + 1] - 1; j >= leg.start[group]; j--) {
    const from = way * leg.count + j;
    const take = leg.take[from];
    if (take == Take.None) continue;
    const i = net.placeOf[leg.groups[j]];
    let taken = 0 - want * at.slope[i] - needed;
    if (changetype<usize>(leg.rate) != 0) {
      taken += given[toCharge[i]] * leg.rate[i];
      give(book, changetype<usize>(leg.rate), i, given[toCharge[i]] * leg.taken[from]);
    }
    if (take == Take.All) at.slope[i] += want * taken;
    else needed += taken;
  }
  return needed;
}
