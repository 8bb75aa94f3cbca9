/** Levels: sets of keys, and how instruments fall into groups by them. */
import { MarginError } from "../error.ts";
import type { Level as LevelName } from "../documents/model.ts";
import type { Scalar } from "../documents/expression.ts";
import type { Item } from "./universe.ts";

/** The level at which every instrument is its own group; it has every key. */
export const INSTRUMENT = "instrument";

export interface Level {
  index: number;
  /** Sorted; of the instrument level only ["instrument"]. */
  keys: string[];
  isInstrument: boolean;
  /** Group of each instrument, −1 where it lacks a key. */
  groupOf: Int32Array;
  /** The keys of each group. */
  groups: Record<string, Scalar>[];
  /** One instrument of each group. */
  sample: Int32Array;
}

export interface Relation {
  index: number;
  fine: Level;
  coarse: Level;
  all: Int32Array;
}

const BUILT_IN: Record<string, string[]> = {
  account: [],
  underlying: ["underlying"],
  expiry: ["underlying", "expiry"],
  strike: ["underlying", "expiry", "strike"],
  settlement: ["settlement"],
  instrument: [INSTRUMENT],
};

/** Is `coarse` the same as `fine` or coarser: are its keys a subset? */
export function covers(fine: Level, coarse: Level): boolean {
  return fine.isInstrument || coarse.keys.every((key) => fine.keys.includes(key));
}

export function hasKey(level: Level, key: string): boolean {
  return level.isInstrument || level.keys.includes(key);
}

export class Levels {
  readonly all: Level[] = [];
  readonly relations: Relation[] = [];
  private readonly byKeys = new Map<string, Level>();
  private readonly byPair = new Map<string, Relation>();

  constructor(
    private readonly items: Item[],
    private readonly named: Record<string, string[]>,
  ) {
    this.of([]); // the account is level 0: the core counts on it
  }

  /** The level of a name or list of keys in a model. */
  find(at: LevelName, path: string): Level {
    if (Array.isArray(at)) return this.of(at);
    const keys = Object.hasOwn(BUILT_IN, at)
      ? BUILT_IN[at]
      : Object.hasOwn(this.named, at)
        ? this.named[at]
        : undefined;
    if (keys === undefined) throw new MarginError("UnknownLevel", path, `no level "${at}"`, { value: at });
    return this.of(keys);
  }

  of(keys: string[]): Level {
    const isInstrument = keys.includes(INSTRUMENT);
    const sorted = isInstrument ? [INSTRUMENT] : [...new Set(keys)].sort();
    const id = sorted.join();
    let level = this.byKeys.get(id);
    if (level === undefined) {
      level = this.build(sorted, isInstrument);
      this.byKeys.set(id, level);
      this.all.push(level);
    }
    return level;
  }

  join(a: Level, b: Level): Level {
    return covers(a, b) ? a : covers(b, a) ? b : this.of([...a.keys, ...b.keys]);
  }

  relation(fine: Level, coarse: Level): Relation {
    const id = `${fine.index}>${coarse.index}`;
    let relation = this.byPair.get(id);
    if (relation === undefined) {
      const all = new Int32Array(fine.groups.length);
      for (let g = 0; g < all.length; g++) all[g] = coarse.groupOf[fine.sample[g]!]!;
      relation = { index: this.relations.length, fine, coarse, all };
      this.byPair.set(id, relation);
      this.relations.push(relation);
    }
    return relation;
  }

  private build(keys: string[], isInstrument: boolean): Level {
    const groupOf = new Int32Array(this.items.length).fill(-1);
    const groups: Record<string, Scalar>[] = [];
    const sample: number[] = [];
    const seen = new Map<string, number>();
    if (keys.length === 0) {
      groupOf.fill(0);
      groups.push({});
      sample.push(0);
    } else {
      this.items.forEach(({ fields }, i) => {
        let id = "";
        for (const key of keys) {
          const value = fields[key];
          if (value === undefined) return;
          id += `${typeof value === "number" ? "#" : ""}${String(value).length}:${value}`;
        }
        let group = seen.get(id);
        if (group === undefined) {
          group = groups.length;
          seen.set(id, group);
          groups.push(isInstrument ? fields : Object.fromEntries(keys.map((key) => [key, fields[key]!])));
          sample.push(i);
        }
        groupOf[i] = group;
      });
    }
    const level = { index: this.all.length, keys, isInstrument, groupOf, groups, sample: Int32Array.from(sample) };
    // instruments are in an order of their own already
    return isInstrument ? level : inOrder(level);
  }
}

/** Keys by which groups are told apart first; the others follow by name. */
const FIRST = ["settlement", "underlying", "expiry", "strike"];

/**
 * Numbers groups by their keys, so that the order of sums over them depends on nothing but the groups: neither on which instruments are held
 * nor on which others are listed.
 */
function inOrder(level: Level): Level {
  const keys = [
    ...FIRST.filter((key) => level.keys.includes(key)),
    ...level.keys.filter((key) => !FIRST.includes(key)),
  ];
  const compare = (a: number, b: number) => {
    for (const key of keys) {
      const order = compareValues(level.groups[a]![key]!, level.groups[b]![key]!);
      if (order !== 0) return order;
    }
    return 0;
  };
  const order = level.groups.map((_, g) => g);
  if (order.every((g) => g === 0 || compare(g - 1, g) < 0)) return level;
  order.sort(compare);
  const numberOf = new Int32Array(order.length);
  order.forEach((g, to) => (numberOf[g] = to));
  return {
    ...level,
    groupOf: level.groupOf.map((g) => (g < 0 ? g : numberOf[g]!)),
    groups: order.map((g) => level.groups[g]!),
    sample: Int32Array.from(order, (g) => level.sample[g]!),
  };
}

/** Numbers before words. */
function compareValues(a: Scalar, b: Scalar): number {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
