/**
 * A correlation estimate as one HTML file: heat map, volatilities, eigenvalues, pairs. It loads nothing, and its policy forbids it to.
 *
 * Figures and tables are in the text; the charts are drawn by the script (correlation-charts.ts) where the page is opened, so that they
 * take the width, the colours and the pointer of whoever reads.
 */
import type { CorrelationFit } from "../lab/correlation-types.ts";
import {
  conditionWords,
  ESTIMATOR_WORDS,
  meanRho,
  pairs,
  parameterWords,
  repairWords,
  rhoText,
  shrinkageWords,
  type Pair,
} from "./correlation.ts";
import { CORRELATION_STYLE } from "./correlation-style.ts";
import { number, significant } from "./numbers.ts";
import { STYLE } from "./surface-style.ts";

export interface CorrelationPageOptions {
  /** Text of dist/correlation-page.js. */
  script: string;
  /** Where the returns are from, in words. */
  source?: string;
  /** How they were made, in sentences without full stops. */
  notes?: readonly string[];
}

const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";
const MOST_PAIRS = 8;
/** Characters of a pair for which half of a card has room. */
const LONGEST_BESIDE = 18;

export function correlationPage(fit: CorrelationFit, { script, source, notes = [] }: CorrelationPageOptions): string {
  const { names, rows, from, to } = fit;
  const when = from === undefined ? "" : `, ${from} to ${to}`;
  const where = source === undefined ? "" : `, from ${source}`;
  const warnings = [shrinkageWords(fit), repairWords(fit)].filter((words) => words !== undefined);
  // volatilities of so many names are as high as the map
  const isLong = names.length > 20;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Correlation of ${names.length} names${escaped(when)}</title>
<link rel="icon" href="data:,">
<style>
${STYLE}
${CORRELATION_STYLE}
</style>
</head>
<body>
<header>
  <div>
    <h1>Correlation of ${names.length} names</h1>
    <p>${escaped(`${number(rows, 0)} returns${when}${where}`)}</p>
  </div>
</header>
<main>
<section>
  ${tiles(fit)}
  <div class="wide-left">
    <div class="column">
      <article class="card heat">
        <div class="bar"><h2>Correlation</h2>${SCALE}${ORDER}</div>
        <div class="legend"><span>−1</span><canvas width="220" height="1" data-ramp></canvas><span>+1</span></div>
        <div class="chart" data-chart="map"></div>
      </article>
      <article class="card"><div class="bar"><h2>How it was made</h2></div><ul class="told">
        <li>${escaped([ESTIMATOR_WORDS[fit.estimator], ...parameterWords(fit)].join("; "))}</li>
        ${[...notes].map((note) => `<li>${escaped(note)}</li>`).join("\n        ")}
        ${warnings.map((words) => `<li class="warn">${escaped(words)}</li>`).join("\n        ")}
      </ul></article>
      ${isLong ? pairCard(fit) : ""}
    </div>
    <div class="column">
      <article class="card"><div class="bar"><h2>Volatility of one return, %</h2></div><div class="chart" data-chart="volatility"></div></article>
      <article class="card"><div class="bar"><h2>Eigenvalues</h2><p class="key"><i class="dot"></i>largest first <i class="edge"></i>largest that chance gives</p></div>
        <div class="chart" data-chart="eigenvalues"></div></article>
      ${isLong ? "" : pairCard(fit)}
    </div>
  </div>
</section>
</main>
<footer>Blocks: average-linkage clusters by √((1 − ρ)/2). Chance: (1 + √(n/rows))², the edge of Marchenko and Pastur for independent names;
rows counted as of equal weight. Charts by Observable Plot and D3 (ISC), in this file with their notices.</footer>
<script type="application/json" id="fit">${inScript(JSON.stringify(compact(fit)))}</script>
<script>${script.replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--")}</script>
</body>
</html>
`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
/** JSON in which nothing can end the element that it stands in. */
const inScript = (json: string) => json.replace(/</g, "\\u003c");

function choice(name: string, title: string, options: [value: string, words: string][]): string {
  const buttons = options.map(
    ([value, words], i) =>
      `<button type="button" aria-pressed="${i === 0}" data-choice="${name}" data-value="${value}">${words}</button>`,
  );
  return `<div class="choice" role="group" aria-label="${title}">${buttons.join("")}</div>`;
}
const SCALE = choice("scale", "Scale of the colours", [
  ["full", "−1 to 1"],
  ["found", "As found"],
]);
const ORDER = choice("order", "Order of the names", [
  ["blocks", "Blocks"],
  ["given", "As given"],
  ["name", "By name"],
]);

/** Six digits are more than a screen shows. */
function compact(
  fit: CorrelationFit,
): Pick<CorrelationFit, "names" | "effectiveRows" | "volatility" | "correlation" | "eigenvalues"> {
  const six = (value: number) => Number(value.toPrecision(6));
  const { names, effectiveRows, volatility, correlation, eigenvalues } = fit;
  return {
    names,
    effectiveRows: six(effectiveRows),
    volatility: volatility.map(six),
    correlation: correlation.map((row) => row.map(six)),
    eigenvalues: eigenvalues.map(six),
  };
}

function tiles(fit: CorrelationFit): string {
  const { names, rows, effectiveRows, eigenvalues, smallestEigenvalue, repaired } = fit;
  const all = pairs(fit);
  const worth = effectiveRows === rows ? "of equal weight" : `worth ${significant(effectiveRows, 3)} of equal weight`;
  const share = (100 * eigenvalues.at(-1)!) / names.length;
  const list: [title: string, value: string, under: string, tone?: string][] = [
    ["Returns", number(rows, 0), worth],
    ["Mean correlation", rhoText(meanRho(fit)), `from ${rhoText(all.at(-1)!.rho)} to ${rhoText(all[0]!.rho)}`],
    ["First factor", `${number(share, 0)} %`, "of the variance"],
    [
      "Smallest eigenvalue",
      significant(smallestEigenvalue, 3),
      repaired === undefined ? "positive semidefinite as estimated" : "after repair",
      repaired === undefined ? undefined : "warn",
    ],
    ["Condition number", conditionWords(fit), "largest over smallest eigenvalue"],
  ];
  return `<div class="tiles">${list
    .map(
      ([title, value, under, tone]) =>
        `<div><span>${title}</span><b class="${tone ?? ""}">${value}</b><small>${escaped(under)}</small></div>`,
    )
    .join("")}</div>`;
}

function pairCard(fit: CorrelationFit): string {
  const all = pairs(fit);
  const few = Math.min(MOST_PAIRS, Math.ceil(all.length / 2));
  const rows = (list: Pair[]) =>
    list
      .map(({ names, rho }) => `<tr><td class="words">${escaped(names.join(" – "))}</td><td>${rhoText(rho)}</td></tr>`)
      .join("");
  const half = (title: string, list: Pair[]) =>
    `<table><thead><tr><th class="words" colspan="2">${title}</th></tr></thead><tbody>${rows(list)}</tbody></table>`;
  // side by side only where two short names stand in one line
  const shown = [...all.slice(0, few), ...all.slice(-few)];
  const isLong = shown.some(({ names }) => names.join(" – ").length > LONGEST_BESIDE);
  return `<article class="card"><div class="bar"><h2>Pairs</h2></div><div class="halves${isLong ? " long" : ""}">${half("largest", all.slice(0, few))}${half("smallest", all.slice(-few).reverse())}</div></article>`;
}
