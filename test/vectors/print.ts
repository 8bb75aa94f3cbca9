/** The report as text: a table by family, then what is not built, not claimed, and failed. */
import Table from "cli-table3";
import pc from "picocolors";
import type { Family, Report, Result } from "./runner.ts";

const UNITS = { abs: "absolute", rel: "relative", ulp: "ulp" };
const number = (x: number) => (x === 0 ? "0" : Number.isInteger(x) && Math.abs(x) < 1e6 ? String(x) : x.toPrecision(2));
const values = (x: unknown) => (typeof x === "string" ? x : (JSON.stringify(x) ?? "nothing"));

function largest({ largestError: error }: Family): string {
  if (error === undefined) return "";
  const figure = error.figure === "" ? "" : ` ${error.figure}`;
  return error.value === 0 ? "0" : `${number(error.value)} ${UNITS[error.unit]} · ${error.id}${figure}`;
}

export function printed(report: Report, options: { colours: boolean; failed: boolean }): string {
  const colour = pc.createColors(options.colours);
  const lines: string[] = [];
  for (const { folder, missing, cases, files, without } of report.folders) {
    if (missing) lines.push(colour.yellow(`${folder}: not there, skipped`));
    else
      lines.push(
        `${folder}: ${cases} cases in ${files - without} files${without > 0 ? colour.dim(` (${without} other files hold none)`) : ""}`,
      );
  }
  const table = new Table({
    head: ["family", "cases", "passed", "failed", "not built yet", "largest error"],
    colAligns: ["left", "right", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  const count = (n: number, paint: (text: string) => string) => (n === 0 ? "" : paint(String(n)));
  const row = (family: Omit<Family, "family" | "largestError">) => [
    family.cases,
    `${count(family.passed, colour.green)}${family.inPart > 0 ? colour.dim(` (${family.inPart} in part)`) : ""}`,
    count(family.failed, colour.red),
    count(family.notBuilt, colour.yellow),
  ];
  const built = report.families.filter(({ cases, notBuilt }) => cases > notBuilt);
  for (const family of built) table.push([family.family, ...row(family), largest(family)]);
  const missing = report.families.filter(({ cases, notBuilt }) => cases === notBuilt);
  if (missing.length > 0) {
    const cases = missing.reduce((sum, family) => sum + family.cases, 0);
    table.push([`${missing.length} families not built yet`, cases, "", "", colour.yellow(String(cases)), ""]);
  }
  table.push([colour.bold("all"), ...row(report.total), `${report.total.figures} figures compared`]);
  lines.push(table.toString());
  lines.push("", throughVenue(report));
  if (report.unclaimed.length > 0) {
    lines.push("", colour.bold("Passed in part; not claimed:"));
    for (const { family, figures, cases, why } of report.unclaimed) {
      lines.push(`  ${family} (${cases}): ${figures.join(", ")}${why === undefined ? "" : colour.dim(` — ${why}`)}`);
    }
  }
  if (report.notBuilt.length > 0) {
    lines.push("", colour.bold("Not built yet:"));
    for (const { shape, cases, why } of report.notBuilt)
      lines.push(`  ${shape} (${cases})${why === undefined ? "" : `: ${why}`}`);
  }
  if (report.failures.length > 0) {
    lines.push("", options.failed ? colour.bold("Failed:") : `${report.failures.length} failed; --failed lists them`);
    if (options.failed) lines.push(...report.failures.flatMap((result) => failure(result, colour)));
  }
  return lines.join("\n");
}

function throughVenue({ venue: { cases, passed, notPossible } }: Report): string {
  const reasons = notPossible.map(({ why, cases }) => `${why} (${cases})`).join("; ");
  return `Through a venue: ${cases} cases, ${passed} passed${reasons === "" ? "" : `; not possible: ${reasons}`}`;
}

function failure(
  { id, family, file, reason, mismatches }: Result,
  colour: ReturnType<typeof pc.createColors>,
): string[] {
  const most = 20;
  return [
    `  ${colour.red(id)} (${family}, ${file}): ${reason ?? ""}`,
    ...mismatches
      .slice(0, most)
      .map(
        ({ figure, got, expected, problem }) =>
          `    ${figure}: got ${values(got)}, expected ${values(expected)} (${problem})`,
      ),
    ...(mismatches.length > most ? [`    … ${mismatches.length - most} more`] : []),
  ];
}
