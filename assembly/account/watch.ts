/**
 * Exposures under watch: the sums of all accounts together, kept with every fill and made anew when the market has moved, and which accounts are
 * beyond their limit.
 */
import { Factors } from "../record/factors";
import { account, Venue, Watch } from "../record/venue";
import { value } from "../math/exact-sum";
import { addNet, sumOf } from "../portfolio/factor-sums";

@inline export function watch(venue: Venue, k: i32): Watch {
  return changetype<Watch>(<usize>load<u32>(venue.watches + (<usize>k << 2)));
}

/** The position of an account in instrument i goes from one number of lots to another. */
export function watchFill(venue: Venue, i: i32, from: f64, to: f64): void {
  for (let k = 0; k < venue.watchCount; k++) {
    const at = watch(venue, k);
    addNet(at.factors, i, from, -1, at.totals);
    addNet(at.factors, i, to, 1, at.totals);
  }
}

/** The sums of all accounts at the measures of the last commit. */
export function watchAll(venue: Venue): void {
  for (let k = 0; k < venue.watchCount; k++) {
    const at = watch(venue, k);
    memory.fill(at.totals, 0, <usize>at.factors.factors * 24);
    for (let handle = 0; handle < venue.accounts; handle++) {
      const held = account(venue, handle);
      for (let r = 0; r < held.rows; r++) {
        if (held.lots[r] != 0) addNet(at.factors, held.instrument[r], held.lots[r], 1, at.totals);
      }
    }
  }
}

/** Is some exposure of the account in the book beyond its limit? */
export function isOver(venue: Venue): bool {
  for (let k = 0; k < venue.watchCount; k++) {
    const at = watch(venue, k);
    for (let f = 0; f < at.factors.factors; f++) {
      // NaN is beyond any limit
      if (at.most[f] != Infinity && !(Math.abs(net(at.factors, f)) <= at.most[f])) return true;
    }
  }
  return false;
}

@inline export function net(at: Factors, f: i32): f64 {
  return at.sides == 1 ? value(sumOf(at, 0, f)) : value(sumOf(at, 0, f)) + value(sumOf(at, 1, f));
}
