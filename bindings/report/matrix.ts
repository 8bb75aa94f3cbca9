/** Risk matrices: the profit and loss of every row of a scan, as cells of a table. */
import type { MarginModel, Profile } from "../documents/model.ts";
import type { Requirement, RequirementGroup, RequirementNode } from "../documents/requirement.ts";
import { placeOf, words } from "./names.ts";
import { aligned, decimalsOf, number } from "./numbers.ts";

export interface Cell {
  text: string;
  pnl: number;
  /** The row that drives the charge. */
  worst: boolean;
}
export interface Matrix {
  /** `standard table, BTC` */
  title: string;
  /** What the cells are: `profit and loss`, or what the charge makes of it. */
  counts: string;
  unit: string;
  /** Above the labels of the rows, then of each column. */
  head: string[];
  rows: { label: string; cells: Cell[] }[];
  /** Rows of the set that are not shown. */
  left: number;
}

/** Rows of a list that are shown; of longer ones the worst. */
const MOST_ROWS = 40;
const WORST_ROWS = 20;

/** One for each group of each scan that has a driver, in the order of the requirement. */
export function matrices(requirement: Requirement, model: MarginModel): Matrix[] {
  const nodes = requirement.nodes ?? [];
  const currencies = new Set([requirement.currency, ...nodes.flatMap(({ groups }) => groups.map(({ unit }) => unit))]);
  return nodes.flatMap((node) => {
    const charge = model.charges[node.name];
    if (charge?.kind !== "scan") return [];
    const { rows = [] } = model.scenarios![charge.scenarios]!;
    const plain = rows.map(({ label }, i) => label ?? `row ${i}`);
    const slices = rows.map(({ slice }) => slice);
    const counts = countsOf(charge.profile);
    return node.groups.flatMap(
      (group) => matrix(node, group, labelsOf(group) ?? plain, slices, counts, currencies) ?? [],
    );
  });
}

const PLAIN = "profit and loss";

/** A profile that shapes profit and loss leaves no plain one in the requirement: the words say so. */
export function countsOf(profile: Profile | undefined): string {
  const all = profile === undefined ? [] : withParts(profile);
  const shapes = [
    ...(all.some(({ gains }) => gains !== undefined) ? ["gains counted at the model's share"] : []),
    ...(all.some(({ dampen }) => dampen) ? ["dampened"] : []),
  ];
  return [PLAIN, ...shapes].join(", ");
}

function withParts(profile: Profile): Profile[] {
  return [profile, ...(profile.of ?? []).flatMap(withParts)];
}

/** The labels of the rows as they are for one group. */
function labelsOf({ driver }: RequirementGroup): string[] | undefined {
  return driver !== undefined && "labels" in driver ? driver.labels : undefined;
}

function matrix(
  node: RequirementNode,
  group: RequirementGroup,
  labels: string[],
  slices: (string | number | undefined)[],
  counts: string,
  currencies: Set<string>,
): Matrix | undefined {
  const { driver, unit, keys } = group;
  if (driver === undefined || !("row" in driver)) return undefined;
  const { profile, row } = driver;
  const decimals = decimalsOf(
    unit,
    profile.reduce((most, pnl) => Math.max(most, Math.abs(pnl)), 0),
  );
  const cell = (r: number): Cell => ({
    text: number(profile[r]!, decimals),
    pnl: profile[r]!,
    worst: r === row && profile[r] !== 0,
  });
  const place = placeOf(
    keys,
    node.groups.map((other) => other.keys),
  );
  const title = `${words(node.name, currencies)}${place === "" ? "" : `, ${place}`}`;
  const grid = byLabels(labels) ?? bySlices(labels, slices);
  if (grid !== undefined) {
    return {
      title,
      counts,
      unit,
      head: ["", ...grid.columns],
      rows: lined(
        grid.rows,
        grid.at.map((line) => line.map(cell)),
      ),
      left: 0,
    };
  }
  let order = labels.map((_, r) => r);
  if (order.length > MOST_ROWS) order = order.sort((a, b) => profile[a]! - profile[b]! || a - b).slice(0, WORST_ROWS);
  const rows = lined(
    order.map((r) => labels[r]!),
    order.map((r) => [cell(r)]),
  );
  return {
    title,
    counts,
    unit,
    head: ["", counts === PLAIN ? PLAIN : "what counts"],
    rows,
    left: labels.length - rows.length,
  };
}

/** Lines of cells, the decimal points of a column below each other. */
function lined(labels: string[], cells: Cell[][]): Matrix["rows"] {
  const columns = cells[0]!.map((_, c) => aligned(cells.map((line) => line[c]!.text)));
  return cells.map((line, r) => ({
    label: labels[r]!,
    cells: line.map((cell, c) => ({ ...cell, text: columns[c]![r]! })),
  }));
}

interface Grid {
  rows: string[];
  columns: string[];
  /** Row of the set at each place. */
  at: number[][];
}

/** `price −1·range, vol up` is row `price −1·range`, column `vol up`, where every such pair is there once. */
function byLabels(labels: string[]): Grid | undefined {
  const pairs = labels.map((label) => /^(.+), ([^,]+)$/.exec(label)?.slice(1) as [string, string] | undefined);
  if (pairs.some((pair) => pair === undefined)) return undefined;
  const rows = [...new Set(pairs.map((pair) => pair![0]))];
  const columns = [...new Set(pairs.map((pair) => pair![1]))];
  if (rows.length * columns.length !== labels.length || new Set(labels).size !== labels.length) return undefined;
  return { rows, columns, at: rows.map((row) => columns.map((column) => labels.indexOf(`${row}, ${column}`))) };
}

/** Rows of one slice differ in volatility only: one line for each slice, where all are as long. */
function bySlices(labels: string[], slices: (string | number | undefined)[]): Grid | undefined {
  const members = new Map<string | number, number[]>();
  for (const [r, slice] of slices.entries()) {
    if (slice === undefined) return undefined;
    members.set(slice, [...(members.get(slice) ?? []), r]);
  }
  const lines = [...members.values()];
  const length = lines[0]?.length ?? 0;
  if (length < 2 || lines.length < 2 || lines.some((line) => line.length !== length)) return undefined;
  const rows = [...members].map(([slice, line]) => commonStart(line.map((r) => labels[r]!)) || `slice ${slice}`);
  return { rows, columns: lines[0]!.map((_, i) => `state ${i + 1}`), at: lines };
}

/** The words that all texts begin with. */
function commonStart(texts: string[]): string {
  const all = texts.map((text) => text.split(/\s+/));
  const differs = all[0]!.findIndex((word, i) => all.some((other) => other[i] !== word));
  return (differs < 0 ? all[0]! : all[0]!.slice(0, differs)).join(" ").replace(/[\s,;:]+$/, "");
}
