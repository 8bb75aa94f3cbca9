/** Sets of settlement prices: one row for each strike that is listed in an expiry, and price 0 before them. */
import { SetKind } from "../../assembly/record/opcodes.ts";
import type { Node } from "./graph.ts";
import type { Level } from "./levels.ts";
import type { Names } from "./names.ts";
import type { Item } from "./universe.ts";

export interface SettlementRows {
  /** At {underlying, expiry}: the prices of each group, 0 the first; NaN behind the last. */
  prices: Node;
  /** How many rows the longest has. */
  length: number;
  /** By instrument: the row of an option's strike, −1 of others. */
  strikeRow: Int32Array;
  /** By instrument, bits: where the price of its underlying is 0, its settlement currency (1), or the model's (2), is worth nothing. */
  worthless: Int32Array;
}

/** What a set of settlement prices is laid out with; the same for each of them. */
export function settlementRows({ graph, levels, universe, model }: Names): SettlementRows {
  const level = levels.of(["underlying", "expiry"]);
  const strikes = level.groups.map(() => new Set<number>([0]));
  const optionIn = ({ fields }: Item, i: number) => (fields["kind"] === "option" ? level.groupOf[i]! : -1);
  universe.items.forEach((item, i) => {
    const g = optionIn(item, i);
    if (g >= 0) strikes[g]!.add(item.instrument!.strike!);
  });
  const lists = strikes.map((set) => [...set].sort((a, b) => a - b));
  const length = Math.max(1, ...lists.map((list) => list.length));
  const padded = lists.map((list) => Array.from({ length }, (_, s) => list[s] ?? NaN));
  const leaf = { leaf: "lists", lists: padded, length, name: "strike" } as const;
  const currencies = new Map(
    universe.items.flatMap(({ currency }) => (currency === undefined ? [] : [[currency.id, currency]])),
  );
  return {
    prices: graph.leaf("settlementPrices", level, "tick", leaf, "market.instruments"),
    length,
    strikeRow: Int32Array.from(universe.items, (item, i) => {
      const g = optionIn(item, i);
      return g < 0 ? -1 : lists[g]!.indexOf(item.instrument!.strike!);
    }),
    worthless: Int32Array.from(universe.items, ({ instrument }) => {
      if (instrument === undefined) return 0;
      const { underlying, settlement, payoff } = instrument;
      const falls = (id: string) =>
        currencies.get(id)?.underlying === underlying || (id === settlement && payoff === "inverse");
      return (falls(settlement) ? 1 : 0) + (falls(model.currency) ? 2 : 0);
    }),
  };
}

/** In which unit a profile over settlement prices is: that of its groups. */
export function settlementKind(level: Level): SetKind.Settlement | SetKind.SettlementInModel {
  return level.isInstrument || level.keys.includes("settlement") ? SetKind.Settlement : SetKind.SettlementInModel;
}
