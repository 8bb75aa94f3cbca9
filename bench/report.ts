/** Tables as text, and ratios against those of before. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { execFileSync } from "node:child_process";
import type { Table } from "./harness.ts";

export interface Section {
  title: string;
  header: string[];
  rows: string[][];
  /** Lines below the table. */
  remarks: string[];
  /** Our time over another's by name, taken in one process: smaller is better. Compared with bench/baseline.json. */
  ratios: Record<string, number>;
}

const baselinePath = new URL("baseline.json", import.meta.url);
const resultsPath = new URL("RESULTS.md", import.meta.url);
/** What counts as a loss; short runs scatter more. */
const LOSS = 0.1;
const QUICK_LOSS = 0.3;

const number = (x: number) =>
  x >= 1000 ? Math.round(x).toLocaleString("en") : x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2);

/** A comparison as a section; rows of our own beside the base are held against the first row that is not ours. */
export function sectionOf({ title, unit, rows, remarks, scatters }: Table): Section {
  const isOurs = (name: string) => name.startsWith("margin-core");
  const others = rows.slice(1);
  const reference = rows.find(({ name }) => !isOurs(name))!;
  const compared = others.map(({ name, ratio }): [string, number] =>
    isOurs(name) ? [`${reference.name}: ${name}`, ratio / reference.ratio] : [name, 1 / ratio],
  );
  return {
    title,
    header: ["", unit, "min", "spread", "× ours", "note"],
    rows: rows.map(({ name, median, min, spread, ratio, note }) => [
      name,
      number(median),
      number(min),
      `${(100 * spread).toFixed(1)} %`,
      number(ratio),
      note,
    ]),
    remarks,
    ratios: scatters ? {} : Object.fromEntries(compared),
  };
}

export function markdown({ title, header, rows, remarks }: Section): string {
  // a column without anything is left out
  const kept = header.map((_, i) => i).filter((i) => rows.some((row) => row[i] !== ""));
  const line = (cells: string[]) => `| ${kept.map((i) => cells[i]).join(" | ")} |`;
  const isNumber = (i: number) => rows.every((row) => /^[\d,.]+( %)?$/.test(row[i]!));
  const rule = `|${kept.map((i) => (isNumber(i) ? "---:" : "---")).join("|")}|`;
  return [`## ${title}`, "", line(header), rule, ...rows.map(line), ...remarks.flatMap((text) => ["", text]), ""].join(
    "\n",
  );
}

type Baseline = Record<string, Record<string, Record<string, number>>>;

const nodeMajor = process.versions.node.split(".")[0]!;

function baseline(): Baseline {
  return existsSync(baselinePath) ? (JSON.parse(readFileSync(baselinePath, "utf8")) as Baseline) : {};
}

/** Lines on what became slower against its peers, and on what has no figure of before. */
export function losses(sections: readonly Section[], quick: boolean): string[] {
  const limit = quick ? QUICK_LOSS : LOSS;
  const known = baseline()[nodeMajor];
  if (known === undefined) return [`no baseline for node ${nodeMajor}: run with --save`];
  const lines: string[] = [];
  let compared = 0;
  for (const { title, ratios } of sections) {
    for (const [name, ratio] of Object.entries(ratios)) {
      const before = known[title]?.[name];
      if (before === undefined) continue;
      compared++;
      const change = ratio / before - 1;
      if (change > limit)
        lines.push(
          `LOSS ${title} against ${name}: ${number(before)} → ${number(ratio)} (+${(100 * change).toFixed(0)} %)`,
        );
    }
  }
  return [
    ...lines,
    `${compared} ratios compared with the baseline of node ${nodeMajor}, ${lines.length} more than ${100 * limit} % worse`,
  ];
}

export function saveBaseline(sections: readonly Section[]): void {
  const all = baseline();
  const own = (all[nodeMajor] ??= {});
  for (const { title, ratios } of sections) {
    delete own[title];
    if (Object.keys(ratios).length === 0) continue;
    own[title] = Object.fromEntries(
      Object.entries(ratios).map(([name, ratio]) => [name, Number(ratio.toPrecision(4))]),
    );
  }
  writeFileSync(baselinePath, `${JSON.stringify(all, null, 2)}\n`);
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
    const dirty =
      git("status", "--porcelain", "--", "assembly", "bindings", "asconfig.json") === "" ? "" : ", with changes";
    return `commit ${git("rev-parse", "--short", "HEAD")}${dirty}`;
  } catch {
    return "commit unknown";
  }
}

function machine(): string {
  const cpu = cpus()[0]?.model ?? "unknown processor";
  const { v8, node } = process.versions;
  return `${cpu}, ${cpus().length} logical processors; node ${node}, V8 ${v8}; ${commit()}; ${new Date().toISOString().slice(0, 10)}.`;
}

/** A long bench, which has a file of its own. */
export function writeLong(name: string, sections: readonly Section[]): void {
  const head = [`# Results of \`npm run bench -- ${name}\``, "", machine(), ""];
  writeFileSync(new URL(`RESULTS-${name}.md`, import.meta.url), [...head, ...sections.map(markdown)].join("\n"));
}

export function writeResults(sections: readonly Section[], compared: readonly string[]): void {
  const head = [
    "# Results of `npm run bench`",
    "",
    machine(),
    "",
    "All contenders of a table run in one process, in turns and in random order within each round. The time is the median over the",
    'rounds, each the median of tinybench\'s samples; "min" is the fastest sample, "spread" the median distance of the rounds from their',
    'median. "× ours" is the median of the ratios within each round to the first line: it stays the same within a few per cent when',
    "other work loads the machine and times double. Each result was first held to a reference.",
    "A venue of up to a million accounts: RESULTS-venue-scale.md, by `npm run bench -- venue-scale`.",
    "",
  ];
  const text = [
    ...head,
    ...sections.map(markdown),
    "## Against the baseline",
    "",
    ...compared.map((line) => `- ${line}`),
    "",
  ];
  writeFileSync(resultsPath, text.join("\n"));
}
