/** Levels and groups: a level is a set of keys, and what is held with equal keys is one group. */
import type { Select } from "../../bindings/documents/expression.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { Level, MarginModel } from "../../bindings/documents/model.ts";

/** An instrument's fields by key; its id is the key `instrument`. */
export type Fields = Record<string, string | number>;
/** The keys of a level. A level with the key `instrument` has every key. */
export type Keys = string[] | "every";
export interface Group {
  keys: Keys;
  at: Fields;
  /** Equal for equal keys with equal values. */
  id: string;
}
/** What is held of one instrument: lots where sums are exact, else an amount in the unit of its lot; cash in units of currency. */
export interface Holding {
  fields: Fields;
  quantity: number;
}

const namedLevels: Record<string, Keys> = {
  account: [],
  underlying: ["underlying"],
  expiry: ["underlying", "expiry"],
  strike: ["underlying", "expiry", "strike"],
  settlement: ["settlement"],
  instrument: "every",
};

export function keysOf(level: Level | undefined, model: MarginModel): Keys {
  const keys = Array.isArray(level) ? level : (namedLevels[level ?? "account"] ?? model.levels?.[level!]);
  if (keys === undefined) throw new Error(`unknown level ${String(level)}`);
  return keys !== "every" && keys.includes("instrument") ? "every" : keys;
}

/** Whether every key of `a` is one of `b`: `a` is as coarse as `b` or coarser. */
export function isWithin(a: Keys, b: Keys): boolean {
  return b === "every" || (a !== "every" && a.every((key) => b.includes(key)));
}

export function hasKey(keys: Keys, key: string): boolean {
  return keys === "every" || keys.includes(key);
}

/** The group that these fields belong to, or undefined where a key is lacking. */
export function project(fields: Fields, keys: Keys): Group | undefined {
  if (keys === "every") return { keys, at: fields, id: JSON.stringify(["instrument", fields["instrument"]!]) };
  const at: Fields = {};
  for (const key of [...keys].sort()) {
    const value = fields[key];
    if (value === undefined) return undefined;
    at[key] = value;
  }
  return { keys, at, id: JSON.stringify(at) };
}

export const account: Group = project({}, [])!;

/** Whether the fields agree with a selection; `side` is the sign of the quantity held. */
export function matches(select: Select | undefined, fields: Fields, quantity?: number): boolean {
  return Object.entries(select ?? {}).every(([key, wanted]) => {
    if (key === "side") {
      if (quantity === undefined) throw new Error("`side` is known only of a position");
      return wanted === (quantity > 0 ? "long" : "short");
    }
    const value = fields[key];
    return value !== undefined && (Array.isArray(wanted) ? wanted.includes(value) : wanted === value);
  });
}

/** Held groups of a level with what each holds, in order of first holding. The account always exists. */
export function groupsOf(
  holdings: Holding[],
  keys: Keys,
  ...selects: (Select | undefined)[]
): { group: Group; holdings: Holding[] }[] {
  const groups = new Map<string, { group: Group; holdings: Holding[] }>();
  if (keys !== "every" && keys.length === 0) groups.set(account.id, { group: account, holdings: [] });
  for (const holding of holdings) {
    if (!selects.every((select) => matches(select, holding.fields, holding.quantity))) continue;
    const group = project(holding.fields, keys);
    if (group === undefined) continue;
    const entry = groups.get(group.id);
    if (entry) entry.holdings.push(holding);
    else groups.set(group.id, { group, holdings: [holding] });
  }
  return [...groups.values()];
}

/** Fields of every instrument of a market by id; each currency is one too, of kind `cash`. */
export function instrumentsOf(market: Market): Map<string, Fields> {
  const all = new Map<string, Fields>();
  const add = (id: string, fields: Fields) => {
    if (all.has(id)) throw new Error(`two instruments ${id}`);
    all.set(id, fields);
  };
  for (const { id, ...terms } of market.instruments) {
    add(id, {
      instrument: id,
      ...(Object.fromEntries(Object.entries(terms).filter(([, x]) => x !== undefined)) as Fields),
    });
  }
  for (const { id, underlying } of market.currencies) {
    add(id, { instrument: id, kind: "cash", settlement: id, ...(underlying === undefined ? {} : { underlying }) });
  }
  return all;
}
