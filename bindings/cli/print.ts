/** The report of a margin, in colour. */
import Table from "cli-table3";
import type { Requirement } from "../documents/requirement.ts";
import type { Market } from "../documents/market.ts";
import type { Exposure, MarginModel } from "../documents/model.ts";
import { exposureTables, type ExposureTable } from "../report/exposures.ts";
import { matrices, type Cell, type Matrix } from "../report/matrix.ts";
import { moment } from "../report/names.ts";
import { number } from "../report/numbers.ts";
import { positionLines, totalLines, treeLines, type Line } from "../report/tree.ts";
import type { Terminal } from "./terminal.ts";

type Colours = Terminal["colours"];

const WIDTH = 110;
const MARK = " ◄";
const NO_MARK = "  ";

export interface ReportOptions {
  model: MarginModel;
  market?: Market;
  shares?: number;
  /** Risk matrices to print; default all. */
  matrices?: number;
  /** What the exposures of the requirement are; default those of the model. */
  exposures?: Record<string, Exposure>;
}

export function report(requirement: Requirement, options: ReportOptions, colours: Colours): string {
  const parts = [header(requirement, colours), block(totalLines(requirement, options.model), colours)];
  const positions = positionLines(requirement);
  if (positions.length > 0)
    parts.push(titled("Positions that weigh most in the initial margin", block(positions, colours), colours));
  const tree = treeLines(requirement, options);
  if (tree.length > 0) parts.push(titled("What it is made of", block(tree, colours), colours));
  const { exposures = {} } = requirement;
  const tables = exposureTables(exposures, options.exposures ?? options.model.exposures);
  if (tables.length > 0) parts.push(colours.bold("Sensitivities: net, and of what is held long and held short"));
  for (const one of tables) parts.push(exposureTable(one, colours));
  for (const matrix of matrices(requirement, options.model).slice(0, options.matrices))
    parts.push(matrixTable(matrix, colours));
  parts.push(assumptions(options.model, colours), footer(requirement, colours));
  return parts.filter((part) => part !== "").join("\n\n") + "\n";
}

function header({ model, market }: Requirement, { bold, dim }: Colours): string {
  return `${bold(model.id)} ${dim(`edition ${model.edition}, market as of ${moment(market.asOf)} UTC`)}`;
}

export function titled(title: string, body: string, { bold }: Colours): string {
  return `${bold(title)}\n${body}`;
}

/** What the model takes to be so though nothing that it is made from says it. */
export function assumptions({ assumptions: all = [] }: MarginModel, { dim, bold }: Colours): string {
  if (all.length === 0) return "";
  const lines = all.flatMap((text) =>
    wrapped(text, WIDTH - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`)),
  );
  return `${bold("Assumed, since its source does not say:")}\n${lines.map(dim).join("\n")}`;
}

/** Lines of at most `width` characters, broken between words. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** What rounding to lots can have moved, and the hashes by which anyone can tell that they have the same documents. */
function footer({ rounding, model, market }: Requirement, { dim }: Colours): string {
  const lines: string[] = [];
  const moved = Object.entries(rounding ?? {}).filter(([, bound]) => bound > 0);
  if (moved.length > 0)
    lines.push(
      `Rounding moved sums by at most ${moved.map(([unit, bound]) => `${number(Number(bound.toPrecision(2)), 0)} ${unit}`).join(", ")}.`,
    );
  if (model.hash !== undefined && market.hash !== undefined)
    lines.push(`Documents: model ${model.hash.slice(0, 12)}, market ${market.hash.slice(0, 12)} (SHA-256).`);
  return dim(lines.join("\n"));
}

export function block(lines: Line[], colours: Colours): string {
  const gap = (line: Line, i: number) => (line.role === "root" && i > 0 ? "\n" : "");
  return lines.map((line, i) => gap(line, i) + `  ${lineOf(line, colours)}`.trimEnd()).join("\n");
}

function lineOf({ guide, text, value, unit, role, quiet }: Line, { bold, dim, red, green, cyan }: Colours): string {
  const branch = dim(guide);
  const figure = value === "" ? "" : `  ${value} ${unit}`;
  switch (role) {
    case "total":
      return `${text}${/^\s*−/.test(value) && text.startsWith("Excess") ? red(bold(figure)) : bold(figure)}`;
    case "root":
      return branch + bold(text + figure);
    case "driver":
      return branch + (quiet ? dim(text) : cyan(text));
    case "position":
      return text + (value.includes("−") ? green(figure) : figure);
    case "share":
      return branch + dim(text + figure);
    case "more":
      return branch + dim(text);
    case "node":
    case "bucket":
      return branch + (quiet ? dim(text + figure) : text + figure);
  }
}

/** Rows of text under a head, the first column to the left; colours are already in the texts. */
export function table(head: string[], rows: string[][], { dim }: Colours, left: number[] = [0]): string {
  const line = {
    top: "─",
    "top-mid": "─",
    "top-left": "",
    "top-right": "",
    bottom: "─",
    "bottom-mid": "─",
    "bottom-left": "",
    "bottom-right": "",
  };
  const middle = { left: "", "left-mid": "", mid: "─", "mid-mid": "─", right: "", "right-mid": "", middle: "" };
  const made = new Table({
    head,
    chars: { ...line, ...middle },
    style: { head: [], border: [], compact: true, "padding-left": 1, "padding-right": 1 },
    colAligns: head.map((_, i) => (left.includes(i) ? "left" : "right")),
  });
  made.push(...rows);
  return made
    .toString()
    .split("\n")
    .map((text) => (/^─+$/.test(text) ? dim(text) : text.trimEnd()))
    .join("\n");
}

export function matrixTable(matrix: Matrix, colours: Colours): string {
  const { bold, dim } = colours;
  const name = bold(`Risk matrix: ${matrix.title}`);
  if (matrix.left === 0 && matrix.rows.every(({ cells }) => cells.every(({ pnl }) => pnl === 0)))
    return `${name} ${dim("(no loss in any row)")}`;
  const head = matrix.head.map((text, i) => (i === 0 ? text : dim(text + NO_MARK)));
  const rows = matrix.rows.map(({ label, cells }) => [label, ...cells.map((cell) => cellText(cell, colours))]);
  const note = matrix.left > 0 ? `; the worst ${matrix.rows.length} of ${matrix.rows.length + matrix.left} rows` : "";
  return `${name} ${dim(`(${matrix.counts}, in ${matrix.unit}${note})`)}\n${table(head, rows, colours)}`;
}

export function exposureTable({ title, unit, head, rows }: ExposureTable, colours: Colours): string {
  const { bold, dim } = colours;
  const name = `${bold(title)}${unit === "" ? "" : ` ${dim(`(${unit})`)}`}`;
  if (rows.length === 0) return `${name} ${dim("(none)")}`;
  const keys = head.length - 3; // net, long, short are behind them
  const cells = rows.map((row) => (row.isTotal ? row.cells.map(bold) : row.cells));
  return `${name}\n${table(head, cells, colours, [...Array(keys).keys()])}`;
}

function cellText(cell: Cell, { red, green, bold }: Colours): string {
  if (cell.worst) return red(bold(cell.text + MARK));
  return (cell.pnl > 0 ? green(cell.text) : cell.text) + NO_MARK;
}
