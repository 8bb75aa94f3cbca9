/** A spread charge: which net groups each leg of each pair takes from, and what pairs and legs cost. */
import { Op } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import type { Expr, Spread } from "../documents/model.ts";
import { inAccount, netAmounts } from "./charges.ts";
import { expression, matches } from "./expressions.ts";
import type { Node } from "./graph.ts";
import { covers, type Level } from "./levels.ts";
import type { Names } from "./names.ts";

export interface LegPlan {
  side: 1 | -1;
  ratio: number;
  rate?: Node;
  /** First of the groups by group within which pairs form, and one behind; their numbers. */
  start: number[];
  groups: number[];
}
export interface PairingPlan {
  at: Level;
  within: Level;
  net: Level;
  /** Relations: net → within, net → at, and within → at where pairs have rates. */
  toWithin: number;
  toCharge: number;
  withinToCharge: number;
  pairs: { rate?: Node; legs: LegPlan[] }[];
}

export function spread(names: Names, charge: Spread, at: Level, path: string): { node: Node; pairing: PairingPlan } {
  const { graph, levels } = names;
  const within = charge.within === undefined ? at : levels.find(charge.within, `${path}.within`);
  const net = charge.net === undefined ? at : levels.find(charge.net, `${path}.net`);
  for (const [coarse, name] of [
    [at, "at"],
    [within, "within"],
  ] as const) {
    if (!covers(net, coarse))
      throw new MarginError("LevelsApart", `${path}.net`, `net must be as fine as \`${name}\`, or finer`);
  }
  const x = inAccount(names, netAmounts(names, charge, net, path), net);
  const rateAt = (expr: Expr | undefined, level: Level, place: string) =>
    expr === undefined ? undefined : inAccount(names, expression(names, expr, { level, path: place }), level);
  const relation = levels.relation(net, within);
  const pairs = charge.pairs.map(({ legs, rate }, p) => {
    if (rate !== undefined && !covers(within, at)) {
      const problem = "a pair lies in one group of `within`, which is not in one of `at`: give rates to its legs";
      throw new MarginError("LevelsApart", `${path}.pairs[${p}].rate`, problem);
    }
    return {
      rate: rateAt(rate, within, `${path}.pairs[${p}].rate`),
      legs: legs.map(({ select, side, ratio, ...leg }, l): LegPlan => {
        const taken = net.groups.flatMap((group, g) => (matches(select, group) ? [g] : []));
        const byWithin = within.groups.map((_, w) => taken.filter((g) => relation.all[g] === w));
        const start = [0];
        for (const groups of byWithin) start.push(start.at(-1)! + groups.length);
        const place = `${path}.pairs[${p}].legs[${l}].rate`;
        return { side, ratio, rate: rateAt(leg.rate, net, place), start, groups: byWithin.flat() };
      }),
    };
  });
  const hasRates = pairs.some(({ rate }) => rate !== undefined);
  const pairing: PairingPlan = {
    at,
    within,
    net,
    toWithin: relation.index,
    toCharge: levels.relation(net, at).index,
    withinToCharge: hasRates ? levels.relation(within, at).index : -1,
    pairs,
  };
  const rates = pairs.flatMap(({ rate, legs }) => [rate, ...legs.map((leg) => leg.rate)]);
  const node = graph.unique({
    op: Op.Pair,
    level: at,
    phase: "account",
    args: [x, ...rates.filter((rate) => rate !== undefined)],
    extra: { pairing },
    isMatrix: false,
    path,
  });
  return { node, pairing };
}
