/** Lays the pairs of a spread out: records in the order of assembly/record/pairing.ts. */
import type { Node } from "../compile/graph.ts";
import type { LegPlan, PairingPlan } from "../compile/spread.ts";
import type { Room } from "./place-factors.ts";

/** Where the numbers of a spread lie. */
export interface PlacedPairing {
  record: number;
  /** [charge's groups][pairs] of each held group, the pairs that took of it */
  formed: number;
}

const PAD = 16;
const WORDS_PER_PAIRING = 9;
const WORDS_PER_PAIR = 5;
const WORDS_PER_LEG = 8;
/** A pair forms as it is written, and the other way around. */
const WAYS = 2;

/** Enough for a plan's record and what it points to. */
export function pairingBytes({ at, within, net, pairs }: PairingPlan): number {
  let bytes = 4 * WORDS_PER_PAIRING + 8 * (2 * net.groups.length + at.groups.length * pairs.length) + 6 * PAD;
  bytes += 4 * at.groups.length;
  for (const { legs } of pairs) {
    bytes += 4 * WORDS_PER_PAIR + 12 * WAYS * within.groups.length + 4 * PAD;
    for (const { start, groups } of legs)
      bytes += 4 * (WORDS_PER_LEG + start.length + groups.length) + 12 * WAYS * groups.length + 16 + 7 * PAD;
  }
  return bytes;
}

export function placePairing(to: Room, plan: PairingPlan, addressOf: (node: Node) => number): PlacedPairing {
  const { at, within, net, pairs } = plan;
  const address = (node: Node | undefined) => (node === undefined ? 0 : addressOf(node));
  const legWords = ({ side, ratio, rate, start, groups }: LegPlan) => [
    to.numbers([side]),
    to.numbers([ratio]),
    address(rate),
    to.words(start),
    to.words(groups),
    groups.length,
    to.reserve(8 * WAYS * groups.length),
    to.reserve(4 * WAYS * groups.length),
  ];
  const pairWords = pairs.flatMap(({ rate, legs }) => [
    address(rate),
    legs.length,
    to.words(legs.flatMap(legWords)),
    to.reserve(8 * WAYS * within.groups.length),
    to.reserve(4 * WAYS * within.groups.length),
  ]);
  const pair = to.words(pairWords);
  const formed = to.reserve(8 * at.groups.length * pairs.length);
  const record = to.words([
    ...[plan.toWithin, plan.toCharge, plan.withinToCharge, pairs.length, pair],
    to.reserve(8 * net.groups.length),
    to.reserve(8 * net.groups.length),
    formed,
    to.reserve(4 * at.groups.length),
  ]);
  return { record, formed };
}
