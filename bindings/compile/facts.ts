/** Facts and parameters by name: figures at places, of which the most specific that a group can see wins. */
import { MarginError } from "../error.ts";
import { restOf, type Decimal } from "../documents/decimal.ts";
import type { Matrix, Scalar, Table } from "../documents/expression.ts";
import type { Fact } from "../documents/market.ts";
import type { Parameter } from "../documents/model.ts";

/** A list is one number for each row of a scenario set. */
export type Figure = number | Table | Matrix | number[];

export function isList(figure: Figure | undefined): figure is number[] {
  return Array.isArray(figure) && typeof figure[0] === "number";
}

/** As documents give it: a number may be a decimal in quotes. */
export type GivenFigure = Figure | Decimal;

/** Figures whose places have the same keys. */
class Bucket {
  readonly figures = new Map<string, Figure>();
  /** What decimals are more than the number nearest to them. */
  readonly rests = new Map<string, number>();
  /** Where each was given. */
  readonly paths = new Map<string, string>();
  private readonly places: Record<string, unknown>[] = [];

  constructor(readonly keys: string[]) {}

  set(place: Record<string, unknown>, figure: GivenFigure, path: string): void {
    const id = placeId(this.keys, place);
    this.figures.set(id, typeof figure === "string" ? Number(figure) : figure);
    this.rests.delete(id);
    if (typeof figure === "string") this.rests.set(id, restOf(figure));
    this.paths.set(id, path);
    this.places.push(place);
  }

  /** What its places say of a key. */
  values(key: string): unknown[] {
    return this.keys.includes(key) ? [...new Set(this.places.map((place) => place[key]))] : [];
  }
}

export interface Figures {
  name: string;
  path: string;
  /** Most keys first. */
  buckets: Bucket[];
  /** Some of them are decimals. */
  hasDecimals: boolean;
}

function placeId(keys: string[], place: Record<string, unknown>): string {
  return keys.map((key) => `${String(place[key]).length}:${String(place[key])}`).join("");
}

export class FigureTable {
  private readonly byName = new Map<string, Figures>();
  /** Some figure is a decimal. */
  hasDecimals = false;

  add(name: string, place: Record<string, Scalar>, figure: GivenFigure, path: string): void {
    let figures = this.byName.get(name);
    if (figures === undefined) this.byName.set(name, (figures = { name, path, buckets: [], hasDecimals: false }));
    if (typeof figure === "string") figures.hasDecimals = this.hasDecimals = true;
    const keys = Object.keys(place).sort();
    let bucket = figures.buckets.find(
      (b) => b.keys.length === keys.length && b.keys.every((key, i) => key === keys[i]),
    );
    if (bucket === undefined) {
      bucket = new Bucket(keys);
      figures.buckets.push(bucket);
      figures.buckets.sort((a, b) => b.keys.length - a.keys.length);
    }
    bucket.set(place, figure, path);
  }

  get(name: string): Figures | undefined {
    return this.byName.get(name);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  names(): Iterable<string> {
    return this.byName.keys();
  }
}

const tables = new WeakMap<object, FigureTable>();

/** The facts of a checked (frozen) list, read once. */
export function factsOf(list: readonly Fact[], path: string): FigureTable {
  let table = tables.get(list);
  if (table === undefined) {
    table = new FigureTable();
    list.forEach((fact, i) => {
      for (const [name, value] of Object.entries(fact)) {
        if (name !== "at") table!.add(name, fact.at, value as GivenFigure, `${path}[${i}].${name}`);
      }
    });
    tables.set(list, table);
  }
  return table;
}

export function parametersOf(parameters: Record<string, Parameter>): FigureTable {
  const table = new FigureTable();
  for (const [name, parameter] of Object.entries(parameters)) {
    const path = `model.parameters.${name}`;
    if (parameter.is !== undefined) table.add(name, {}, parameter.is, path);
    for (const { is, ...place } of parameter.for ?? []) table.add(name, place as Record<string, Scalar>, is, path);
  }
  return table;
}

/** The keys by which a group with keys `has` can see figures of a name; undefined where it sees none. */
export function visibleKeys(figures: Figures, has: (key: string) => boolean): string[] | undefined {
  const seen = figures.buckets.filter((bucket) => bucket.keys.every(has));
  return seen.length === 0 ? undefined : [...new Set(seen.flatMap((bucket) => bucket.keys))];
}

/** The figure of a group: of the places that agree, the one with the most keys. */
export function figureAt(figures: Figures, group: Record<string, Scalar>): Figure | undefined {
  return entryAt(figures, group)?.figure;
}

/** What the figure of a group is more than the number nearest to it, where it is a number. */
export function restAt(figures: Figures, group: Record<string, Scalar>): number | undefined {
  const entry = entryAt(figures, group);
  return typeof entry?.figure === "number" ? (entry.rest ?? restOf(entry.figure)) : undefined;
}

interface Entry {
  figure: Figure;
  rest?: number;
  path: string;
}

/** The same with where it was given. */
export function entryAt(figures: Figures, group: Record<string, Scalar>): Entry | undefined {
  let found: Entry | undefined;
  let size = -1;
  for (const { keys, figures: at, rests, paths } of figures.buckets) {
    if (keys.length < size) break;
    if (!keys.every((key) => group[key] !== undefined)) continue;
    const id = placeId(keys, group);
    const figure = at.get(id);
    if (figure === undefined) continue;
    if (size === keys.length) {
      throw new MarginError(
        "AmbiguousFact",
        figures.path,
        `two places of "${figures.name}" agree equally well with ${describe(group)}`,
      );
    }
    found = { figure, path: paths.get(id)! };
    const rest = rests.get(id);
    if (rest !== undefined) found.rest = rest;
    size = keys.length;
  }
  return found;
}

/** A group in words: `underlying BTC, expiry 2026-03-27T08:00:00Z`. */
export function describe(group: Record<string, unknown>): string {
  const keys = Object.entries(group);
  if (keys.length === 0) return "the account";
  if (group.instrument !== undefined) return `instrument ${String(group.instrument)}`;
  return keys.map(([key, value]) => `${key} ${String(value)}`).join(", ");
}
