/**
 * Pairs of net amounts: what is laid out for a spread charge, and what came out for the account at hand.
 * `bindings/core/place-pairing.ts` writes the same order.
 */
import { Column, Indices } from "../memory/column";

@unmanaged
export class Leg {
  /** [1] side, 1 or −1; [1] amount of one pair */
  side: Column;
  ratio: Column;
  /** charge per unit taken, by held group of the net level; address 0: none */
  rate: Column;
  /** [groups within + 1] first of the net groups that it takes from; their numbers, ascending */
  start: Indices;
  groups: Indices;
  count: i32;
  /** [2][count] what each way around took of each, and a Take */
  taken: Column;
  take: Indices;
}

@unmanaged
export class Pair {
  /** charge per pair, by held group within; address 0: none */
  rate: Column;
  legs: i32;
  leg: usize;
  /** [2][groups within] pairs formed each way around, and the leg that limits them */
  formed: Column;
  limit: Indices;
}

@unmanaged
export class Pairing {
  /** relations of the net level: to the level within which pairs form, to the charge's; of the level within to the charge's, −1 without rates of pairs */
  toWithin: i32;
  toCharge: i32;
  withinToCharge: i32;
  pairs: i32;
  pair: usize;
  /** [net groups] what is left of each held one; scratch of its adjoint */
  left: Column;
  slope: Column;
  /** [charge's groups][pairs] of each held one, the pairs that took of it */
  formed: Column;
  /** [charge's groups] scratch: the last pair that was counted there */
  stamp: Indices;
}

/** How a leg took of a group. */
export enum Take {
  None,
  /** all that there was */
  All,
  /** what the pairs still needed */
  Part,
}

@inline export function pairOf(at: Pairing, p: i32): Pair {
  return changetype<Pair>(at.pair + <usize>p * offsetof<Pair>());
}

@inline export function legOf(pair: Pair, l: i32): Leg {
  return changetype<Leg>(pair.leg + <usize>l * offsetof<Leg>());
}
