/**
 * The facts of a venue: what is committed, what is staged, and where each figure lies in the core. A figure at a place that the program knows
 * is written straight into its column; anything else (a new name or kind of place, a table, new instruments) needs a new program.
 */
import { isDecimal } from "../documents/decimal.ts";
import { canonical } from "../documents/moment.ts";
import type { Fact } from "../documents/market.ts";
import type { Scalar } from "../documents/expression.ts";
import { matches } from "../compile/expressions.ts";
import { FigureTable, figureAt, isList, restAt, type Figure, type GivenFigure } from "../compile/facts.ts";
import type { Node } from "../compile/graph.ts";
import type { Program } from "../compile/program.ts";

/** One figure to be written: its column, group, and value, or of a list its values. */
export interface Write {
  node: Node;
  group: number;
  value: number | number[];
}
export interface Staged {
  writes: Write[];
  /** Underlyings of which instruments are to be repriced; all where undefined. */
  underlyings?: Set<string>;
}

const placeId = (at: Record<string, Scalar>) =>
  JSON.stringify(
    Object.keys(at)
      .sort()
      .map((key) => [key, at[key]]),
  );

function merge(into: Map<string, Fact>, fact: Fact): void {
  const id = placeId(fact.at);
  into.set(id, { ...into.get(id), ...fact });
}

export class Board {
  /** Committed facts by place. */
  private readonly facts = new Map<string, Fact>();
  private table = new FigureTable();
  private nodes = new Map<string, Node[]>();
  /** Of each fact column, its groups by their keys. */
  private readonly groups = new Map<Node, Map<string, number>>();

  constructor(
    private program: Program,
    /** As they were given, until others are committed. */
    private given: readonly Fact[] | undefined,
  ) {
    for (const fact of given ?? []) merge(this.facts, fact);
    this.bind(program);
  }

  /** Every committed fact. */
  list(): Fact[] {
    return [...(this.given ?? this.facts.values())];
  }

  /** Takes another program, for the same facts. */
  bind(program: Program): void {
    this.program = program;
    this.nodes = new Map();
    this.groups.clear();
    this.table = new FigureTable();
    for (const fact of this.facts.values()) this.enter(fact);
    for (const node of program.graph.nodes) {
      if (node.leaf?.leaf !== "data" && node.leaf?.leaf !== "lists") continue;
      if (!node.path.startsWith("market.facts[")) continue;
      const { name } = node.leaf;
      this.nodes.set(name, [...(this.nodes.get(name) ?? []), node]);
      this.groups.set(node, new Map(node.level.groups.map((group, g) => [placeId(keysOf(node, group)), g])));
    }
  }

  /** Every committed fact, and these. */
  merged(facts: readonly Fact[]): Fact[] {
    if (facts.length === 0) return this.list();
    const all = new Map(this.facts);
    for (const fact of facts) merge(all, fact);
    return [...all.values()];
  }

  /** Can these facts be written into the columns that there are? */
  isKnown(facts: readonly Fact[]): boolean {
    return facts.every((fact) =>
      Object.entries(fact).every(
        ([name, value]) => name === "at" || (this.fits(name, value) && this.knows(name, fact.at)),
      ),
    );
  }

  /** Facts that are known become committed. What is to be written. */
  commit(facts: readonly Fact[]): Staged {
    if (facts.length > 0) this.given = undefined;
    for (const fact of facts) {
      merge(this.facts, fact);
      this.enter(fact);
    }
    return this.writesOf(facts);
  }

  private writesOf(facts: readonly Fact[]): Staged {
    const names = new Map<string, Fact[]>();
    for (const fact of facts)
      for (const name of Object.keys(fact)) if (name !== "at") names.set(name, [...(names.get(name) ?? []), fact]);
    const writes: Write[] = [];
    for (const [name, changed] of names) {
      const figures = this.table.get(name)!;
      for (const node of this.nodes.get(name) ?? []) {
        for (const g of this.groupsAt(node, changed)) {
          const group = node.level.groups[g]!;
          const isRest = node.leaf?.leaf === "data" && node.leaf.isRest;
          const value = isRest ? restAt(figures, group) : figureAt(figures, group);
          if (typeof value === "number" || isList(value)) writes.push({ node, group: g, value });
        }
      }
    }
    return { writes, underlyings: this.underlyingsOf(facts) };
  }

  private enter(fact: Fact): void {
    for (const [name, value] of Object.entries(fact))
      if (name !== "at") this.table.add(name, fact.at, value as GivenFigure, "market.facts");
  }

  /** Is the figure of the kind that the columns of its name are for? */
  private fits(name: string, value: unknown): boolean {
    const nodes = this.nodes.get(name);
    // of decimals the rest beside the number counts where the program knows of it, or knows that nothing reads it
    if (isDecimal(value)) return this.program.names.facts.get(name)?.hasDecimals === true;
    if (nodes === undefined) return typeof value === "number";
    return nodes.every(({ leaf }) =>
      leaf?.leaf === "lists"
        ? isList(value as Figure) && (value as number[]).length === leaf.length
        : typeof value === "number",
    );
  }

  /** Is the figure known at a place with these keys already? */
  private knows(name: string, at: Record<string, Scalar>): boolean {
    const keys = Object.keys(at).sort().join();
    return this.table.get(name)?.buckets.some((bucket) => bucket.keys.join() === keys) === true;
  }

  private groupsAt(node: Node, facts: readonly Fact[]): Set<number> {
    const found = new Set<number>();
    for (const { at } of facts) {
      const exact = this.groups.get(node)!.get(placeId(at));
      if (exact !== undefined) found.add(exact);
      else if (Object.keys(at).join() !== "instrument")
        node.level.groups.forEach((group, g) => {
          if (matches(at, group)) found.add(g);
        });
    }
    return found;
  }

  private underlyingsOf(facts: readonly Fact[]): Set<string> | undefined {
    const found = new Set<string>();
    for (const { at } of facts) {
      if (at.underlying !== undefined) found.add(String(at.underlying));
      else if (at.instrument !== undefined) {
        const item = this.program.universe.items[this.program.universe.index.get(String(at.instrument)) ?? -1];
        if (item?.instrument === undefined) return undefined;
        found.add(item.instrument.underlying);
      } else return undefined;
    }
    return found;
  }
}

/** The keys by which facts name a group. */
function keysOf(node: Node, group: Record<string, Scalar>): Record<string, Scalar> {
  return node.level.isInstrument ? { instrument: group.instrument! } : group;
}

/** A fact with its expiry in the one form of moments. */
export function tidyFact(fact: Fact): Fact {
  const { expiry } = fact.at;
  return typeof expiry === "string" ? ({ ...fact, at: { ...fact.at, expiry: canonical(expiry) } } as Fact) : fact;
}
