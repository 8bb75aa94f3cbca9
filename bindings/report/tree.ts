/** The requirement as lines of text: totals, largest positions, then the tree of what the margin is made of. */
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Requirement, RequirementGroup, RequirementNode } from "../documents/requirement.ts";
import { bucketLines } from "./buckets.ts";
import { placeOf, words } from "./names.ts";
import { aligned, Digits, significant, unitOf } from "./numbers.ts";

export interface TreeOptions {
  /** To see through the model's `values`, which are not in the requirement. */
  model?: MarginModel;
  /** How many positions to name below a charge, or factors in a bucket; default 3. */
  shares?: number;
  /** For the shares of factors, which a requirement has by instrument. */
  market?: Market;
  /** Results to show, with their titles; default all. */
  roots?: Record<string, string>;
  /** Levels below a result; default all. */
  depth?: number;
  /** Leaves out what costs nothing, and what is below a branch that a max did not take. */
  brief?: boolean;
}
export interface Line {
  /** Branches in front of the name: `│  ├─ `. */
  guide: string;
  text: string;
  value: string;
  unit: string;
  /** `total` of the requirement; `position`s of the list; `node`, its `bucket`s and `share`s; `driver` and `more` have no value. */
  role: "total" | "position" | "root" | "node" | "bucket" | "share" | "driver" | "more";
  /** A branch that costs nothing, or that a max did not take. */
  quiet: boolean;
}
interface Child {
  node: RequirementNode;
  group: RequirementGroup;
  place: string;
}

/** Groups of one charge that are shown below one parent. */
const MOST_GROUPS = 12;
const ROOTS: Record<string, string> = {
  initial: "Initial margin",
  maintenance: "Maintenance margin",
  equity: "Equity",
};

/** A model that margins sensitivities alone has no equity, and so no excess. */
export const hasEquity = ({ equity }: Pick<Requirement, "equity">, model: MarginModel | undefined): boolean =>
  equity !== 0 || model?.equity !== 0;

export function totalLines(requirement: Requirement, model?: MarginModel): Line[] {
  const digits = new Digits(requirement);
  const { currency, excess } = requirement;
  const line = (text: string, value: number): Line => ({
    guide: "",
    text,
    value: digits.text(value, currency),
    unit: currency,
    role: "total",
    quiet: false,
  });
  const isWhole = hasEquity(requirement, model);
  const lines = [
    ...(isWhole ? [line("Equity", requirement.equity)] : []),
    line("Initial margin", requirement.initial),
    line("Maintenance margin", requirement.maintenance),
    ...(isWhole ? [line(excess < 0 ? "Excess (a shortfall)" : "Excess", excess)] : []),
    ...Object.entries(requirement.outputs ?? {}).map(([name, value]) => line(words(name, new Set([currency])), value)),
  ];
  return justified(lines);
}

/** The positions that weigh most in the initial margin; < 0 relieves it. */
export function positionLines(requirement: Requirement, most = 10): Line[] {
  const group = requirement.nodes?.find(({ name, kind }) => kind === "result" && name === "initial")?.groups[0];
  return group === undefined ? [] : justified(shareLines(group, most, new Digits(requirement), "position"));
}

export function treeLines(requirement: Requirement, options: TreeOptions = {}): Line[] {
  const nodes = requirement.nodes ?? [];
  const roots = nodes.filter(({ kind }) => kind === "result");
  const inOrder = Object.keys(
    options.roots ?? { ...ROOTS, ...Object.fromEntries(roots.map(({ name }) => [name, ""])) },
  );
  const titles = options.roots ?? ROOTS;
  const tree = new Tree(requirement, options);
  for (const name of inOrder) {
    const node = roots.find((root) => root.name === name);
    if (node !== undefined && (name !== "equity" || hasEquity(requirement, options.model)))
      tree.root(node, titles[name] ?? tree.words(name));
  }
  return justified(tree.lines);
}

class Tree {
  readonly lines: Line[] = [];
  private readonly byName: Map<string, RequirementNode>;
  private readonly digits: Digits;
  private readonly currencies: Set<string>;
  private readonly shown = new Set<RequirementGroup>();

  constructor(
    requirement: Requirement,
    private readonly options: TreeOptions,
  ) {
    const nodes = requirement.nodes ?? [];
    this.byName = new Map(nodes.filter(({ kind }) => kind !== "result").map((node) => [node.name, node]));
    this.digits = new Digits(requirement);
    this.currencies = new Set([requirement.currency, ...nodes.flatMap(({ groups }) => groups.map(({ unit }) => unit))]);
  }

  words(name: string): string {
    return words(name, this.currencies);
  }

  root(node: RequirementNode, title: string): void {
    const group = node.groups[0]!;
    this.lines.push(this.line("", title, group, "root", false));
    this.below(node, group, {}, "", false);
  }

  /** What a group is made of. */
  private below(
    node: RequirementNode,
    group: RequirementGroup,
    above: RequirementGroup["keys"],
    indent: string,
    quiet: boolean,
  ): void {
    if (indent.length / 3 >= (this.options.depth ?? Infinity) || (quiet && this.options.brief)) return;
    const { driver } = group;
    const children = group.value === 0 && node.kind !== "result" ? [] : this.children(node, group, above);
    const details: Line[] = [];
    if (driver !== undefined && "row" in driver && driver.profile[driver.row] !== 0) {
      const where = group.keys["underlying"] === undefined ? "" : `${group.keys["underlying"]} `;
      const pnl = driver.profile[driver.row]!;
      const text = `${where}${driver.label}: ${this.digits.text(pnl, group.unit)} ${group.unit}`;
      details.push({ guide: "", text, value: "", unit: "", role: "driver", quiet });
    }
    if (driver !== undefined && "pairs" in driver && group.value !== 0) {
      const formed = driver.pairs.flatMap((n, p) => (n === 0 ? [] : [`${significant(n, 6)} of pair ${p + 1}`]));
      details.push({
        guide: "",
        text: `pairs formed: ${formed.join(", ")}`,
        value: "",
        unit: "",
        role: "driver",
        quiet,
      });
    }
    const isSum = (node.kind === "scan" || node.kind === "amount") && (group.shares?.length ?? 0) > 1;
    if (isSum && !quiet && group.value !== 0)
      details.push(...shareLines(group, this.options.shares ?? 3, this.digits, "share"));
    for (const detail of details)
      this.lines.push({ ...detail, guide: `${indent}${children.length > 0 ? "│" : " "}  ` });
    if (driver !== undefined && "buckets" in driver && group.value !== 0) {
      const factors = (indent.length + 3) / 3 >= (this.options.depth ?? Infinity) ? 0 : (this.options.shares ?? 3);
      const { market } = this.options;
      const context = {
        indent,
        quiet,
        above: { ...above, ...group.keys },
        isOpen: children.length > 0,
        digits: this.digits,
      };
      this.lines.push(
        ...bucketLines(group, driver, { factors, ...(market === undefined ? {} : { market }), ...context }),
      );
    }
    const taken =
      driver !== undefined && "argument" in driver && children.some((child) => child.node.name === driver.name)
        ? driver.name
        : undefined;
    const shown = children.slice(0, MOST_GROUPS);
    shown.forEach((child, i) => {
      const isLast = i === children.length - 1;
      this.child(child, above, indent, isLast, quiet || (taken !== undefined && child.node.name !== taken));
    });
    if (children.length > shown.length) {
      const text = `${children.length - shown.length} more`;
      this.lines.push({ guide: `${indent}└─ `, text, value: "", unit: "", role: "more", quiet: true });
    }
  }

  private child(
    { node, group, place }: Child,
    above: RequirementGroup["keys"],
    indent: string,
    isLast: boolean,
    quiet: boolean,
  ): void {
    let [last, at] = [node, group];
    let text = this.words(node.name);
    let keys = { ...above, ...group.keys };
    const isKnown = () => this.shown.has(at);
    // a link that changes nothing is a name more, not a level more
    for (
      let only = this.children(last, at, keys);
      only.length === 1 && !isKnown() && this.same(only[0]!.group, at);
      only = this.children(last, at, keys)
    ) {
      this.shown.add(at);
      [last, at] = [only[0]!.node, only[0]!.group];
      keys = { ...keys, ...at.keys };
      text += ` = ${this.words(last.name)}`;
    }
    const known = isKnown() && (last.of.length > 0 || last.kind === "correlated") && at.value !== 0;
    this.shown.add(at);
    const choice = at.driver !== undefined && "argument" in at.driver ? ` (${this.words(at.driver.name)})` : "";
    const title = `${place === "" ? "" : `${place}: `}${text}${choice}${known ? ", as above" : ""}`;
    this.lines.push(this.line(`${indent}${isLast ? "└─ " : "├─ "}`, title, group, "node", quiet || group.value === 0));
    if (!known) this.below(last, at, keys, `${indent}${isLast ? "   " : "│  "}`, quiet);
  }

  private same(a: RequirementGroup, b: RequirementGroup): boolean {
    return (
      a.value !== 0 &&
      unitOf(a) === unitOf(b) &&
      this.digits.text(a.value, unitOf(a)) === this.digits.text(b.value, unitOf(b))
    );
  }

  /** Groups of the charges that a formula reads, as far as they lie in the same place. */
  private children(node: RequirementNode, group: RequirementGroup, above: RequirementGroup["keys"]): Child[] {
    const here = { ...above, ...group.keys };
    return this.reads(node).flatMap((child) => {
      const inside = child.groups.filter(
        ({ keys, value }) => agree(keys, here) && !(this.options.brief && value === 0),
      );
      const largest =
        inside.length > MOST_GROUPS ? [...inside].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)) : inside;
      const siblings = inside.map(({ keys }) => keys);
      return largest.map((one) => ({ node: child, group: one, place: placeOf(one.keys, siblings, here) }));
    });
  }

  /** Charges by name; a value stands for the charges that it reads itself. */
  private reads(reader: RequirementNode, names = reader.of, seen = new Set<string>()): RequirementNode[] {
    return names.flatMap((name) => {
      if (seen.has(name)) return [];
      seen.add(name);
      const charge = this.byName.get(name);
      if (charge !== undefined) return charge === reader ? [] : [charge];
      const value = this.options.model?.values?.[name];
      return value === undefined ? [] : this.reads(reader, namesIn(value.is), seen);
    });
  }

  private line(guide: string, text: string, group: RequirementGroup, role: Line["role"], quiet: boolean): Line {
    const unit = unitOf(group);
    return { guide, text, value: this.digits.text(group.value, unit), unit, role, quiet };
  }
}

function agree(a: RequirementGroup["keys"], b: RequirementGroup["keys"]): boolean {
  return Object.keys(a).every((key) => !Object.hasOwn(b, key) || a[key] === b[key]);
}

/** Texts of an expression: names, and words of the format, which are no names of charges. */
function namesIn(expression: unknown): string[] {
  if (typeof expression === "string") return [expression];
  return expression !== null && typeof expression === "object" ? Object.values(expression).flatMap(namesIn) : [];
}

/** The largest shares by size, and how many more there are; never "1 more": that line is long enough for the position. */
function shareLines(group: RequirementGroup, most: number, digits: Digits, role: "position" | "share"): Line[] {
  if (most === 0) return [];
  const unit = unitOf(group);
  const sorted = [...(group.shares ?? [])].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const shown = sorted.slice(0, sorted.length === most + 1 ? most + 1 : most);
  const lines = shown.map(([text, share]): Line => {
    return { guide: "", text, value: digits.text(share, unit, "both"), unit, role, quiet: role === "share" };
  });
  const rest = sorted.length - lines.length;
  if (rest > 0) lines.push({ guide: "", text: `${rest} more`, value: "", unit: "", role: "more", quiet: true });
  return lines;
}

/** Names to one width, decimal points below each other. */
function justified(lines: Line[]): Line[] {
  const valued = lines.filter(({ value }) => value !== "");
  const width = Math.max(0, ...valued.map(({ guide, text }) => guide.length + text.length));
  const values = aligned(valued.map(({ value }) => value));
  let i = 0;
  return lines.map((line) =>
    line.value === "" ? line : { ...line, text: line.text.padEnd(width - line.guide.length), value: values[i++]! },
  );
}
