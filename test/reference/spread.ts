/** Spreads: pairs of net amounts, formed greedily and in priority, as docs/model-format.md has it. */
import type { Spread } from "../../bindings/documents/model.ts";
import { evaluate } from "./expression.ts";
import { groupsOf, keysOf, matches, project, type Group, type Keys } from "./groups.ts";
import type { Names } from "./names.ts";

export interface Cost {
  group: Group;
  value: number;
  /** By pair, how many formed that took of the group. */
  pairs: number[];
}

interface Amount {
  group: Group;
  /** What is left. */
  x: number;
}

/** @param amounts net amounts by group of `net`; keys in the order of groups */
export function spreads(names: Names, charge: Spread, at: Keys, amounts: Amount[]): Cost[] {
  const within = charge.within === undefined ? at : keysOf(charge.within, names.model);
  const costs = new Map<string, Cost>();
  const costOf = (group: Group) => {
    const found = costs.get(group.id) ?? { group, value: 0, pairs: charge.pairs.map(() => 0) };
    costs.set(group.id, found);
    return found;
  };
  for (const { group } of groupsOf(names.holdings.held, at)) costOf(group);
  const bySpace = new Map<string, { group: Group; amounts: Amount[] }>();
  for (const amount of amounts) {
    const group = project(amount.group.at, within)!;
    const space = bySpace.get(group.id) ?? { group, amounts: [] };
    bySpace.set(group.id, space);
    space.amounts.push(amount);
  }
  for (const { group, amounts: all } of bySpace.values()) {
    charge.pairs.forEach((pair, p) => {
      for (const way of [1, -1]) {
        const sizes = pair.legs.map(({ select, side }) =>
          all
            .filter((one) => matches(select, one.group.at))
            .map((one) => ({ one, there: Math.max(one.x * side * way, 0) })),
        );
        const most = pair.legs.map(({ ratio }, l) => sizes[l]!.reduce((sum, { there }) => sum + there, 0) / ratio);
        const n = Math.min(...most);
        if (!(n > 0)) continue;
        const touched = new Set<string>();
        const charged = (of: Group, cost: number) => {
          const found = costOf(project(of.at, at)!);
          found.value += cost;
          if (!touched.has(found.group.id)) found.pairs[p]! += n;
          touched.add(found.group.id);
        };
        if (pair.rate !== undefined) charged(group, n * evaluate(pair.rate, names.scope(group)));
        pair.legs.forEach(({ side, ratio, rate }, l) => {
          let needed = most[l] === n ? Infinity : n * ratio;
          for (const { one, there } of sizes[l]!) {
            const taken = Math.min(there, needed);
            if (taken === 0) continue;
            one.x -= side * way * taken;
            needed -= taken;
            charged(one.group, rate === undefined ? 0 : taken * evaluate(rate, names.scope(one.group)));
          }
        });
      }
    });
  }
  return [...costs.values()];
}
