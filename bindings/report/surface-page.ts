/**
 * A fitted surface as one HTML file: smiles, term structure, the surface as a map, tables. It loads nothing, and its policy forbids it to.
 *
 * The tables are in the text; the charts are drawn by the script (surface-charts.ts) where the page is opened, so that they take the
 * width, the colours and the pointer of whoever reads.
 */
import type { Quote, SliceFit, SurfaceFit, UnderlyingFit } from "../lab/types.ts";
import { moment } from "./names.ts";
import { number } from "./numbers.ts";
import {
  arbitrageWords,
  droppedCounts,
  fallBacks,
  minute,
  mixtures,
  quality,
  shortMoments,
  surfaceTables,
  timeLeft,
  REASONS,
  type SurfaceTable,
} from "./surface.ts";
import { STYLE } from "./surface-style.ts";

export interface SurfacePageOptions {
  /** Text of dist/surface-page.js. */
  script: string;
  /** Those that were fitted, to count what each expiry lost. */
  quotes?: readonly Quote[];
  /** Where the quotes are from, in words. */
  source?: string;
}

const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

export function surfacePage(fit: SurfaceFit, { script, quotes = [], source }: SurfacePageOptions): string {
  const tables = surfaceTables(fit, quotes);
  const names = fit.underlyings.map(({ underlying }) => underlying);
  const from = source === undefined ? "" : `, from ${escaped(source)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(names.join(", "))} volatility surface, ${minute(fit.asOf)} UTC</title>
<link rel="icon" href="data:,">
<style>
${STYLE}
</style>
</head>
<body>
<header>
  <div>
    <h1>Implied volatility surface</h1>
    <p>As of ${minute(fit.asOf)} UTC${from}</p>
  </div>
  ${names.length > 1 ? tabs(names) : ""}
</header>
<main>
${fit.underlyings.map((one, i) => section(one, tables[i]!, i > 0)).join("\n")}
${droppedCard(fit, quotes.length)}
</main>
<footer>Curves and map are the fitted slices themselves: w(k) = a + b·(ρ(k − m) + √((k − m)² + σ²)), k = ln(K/F), vol = √(w/τ);
between expiries w is linear in time at fixed k. A mixture stands beside its slice; map and tables have the slice. Charts by Observable Plot and D3 (ISC), in this file with their notices.</footer>
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

/** Six digits are more than a screen shows; slices keep all of theirs. */
function compact(fit: SurfaceFit): SurfaceFit {
  const six = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : value);
  return {
    ...fit,
    dropped: [],
    underlyings: fit.underlyings.map(({ underlying, slices }) => ({
      underlying,
      slices: slices.map((slice) => ({
        ...slice,
        points: slice.points.map((point) => ({
          strike: point.strike,
          logMoneyness: six(point.logMoneyness),
          bidVol: six(point.bidVol),
          askVol: six(point.askVol),
          midVol: six(point.midVol),
          fitVol: six(point.fitVol),
        })),
      })),
    })),
  };
}

function tabs(names: string[]): string {
  const buttons = names.map(
    (name, i) =>
      `<button type="button" role="tab" aria-selected="${i === 0}" data-underlying="${escaped(name)}">${escaped(name)}</button>`,
  );
  return `<div class="choice tabs" role="tablist" aria-label="Underlying">${buttons.join("")}</div>`;
}

function choice(name: string, title: string, options: [value: string, words: string][]): string {
  const buttons = options.map(
    ([value, words], i) =>
      `<button type="button" aria-pressed="${i === 0}" data-choice="${name}" data-value="${value}">${words}</button>`,
  );
  return `<div class="choice" role="group" aria-label="${title}">${buttons.join("")}</div>`;
}

const AXIS: [string, string][] = [
  ["deviations", "Std deviations"],
  ["moneyness", "ln K/F"],
  ["strike", "Strike"],
];
const VALUE: [string, string][] = [
  ["vol", "Volatility"],
  ["variance", "Total variance"],
];

function section({ underlying, slices }: UnderlyingFit, table: SurfaceTable, isHidden: boolean): string {
  const name = escaped(underlying);
  return `<section data-underlying="${name}"${isHidden ? " hidden" : ""}>
  ${tiles(slices, table)}
  <article class="card map">
    <div class="bar"><h2>${name} surface</h2>${choice("value", "Colour shows", VALUE)}${choice("axis", "Axis", AXIS)}</div>
    <div class="legend"></div>
    <div class="chart" data-chart="map"></div>
  </article>
  <div class="pair">
    <article class="card"><div class="bar"><h2>At-the-money volatility, %</h2><p class="key"><i class="line"></i>spot <i class="dash"></i>forward between expiries</p></div>
      <div class="chart" data-chart="level"></div></article>
    <article class="card"><div class="bar"><h2>Skew and convexity at 25Δ, vol points</h2><p class="key"><i class="line"></i>call − put <i class="line second"></i>wings − ATM</p></div>
      <div class="chart" data-chart="skew"></div></article>
  </div>
  <div class="bar above"><h2>Smiles, vol in %</h2><p class="key"><i class="quote"></i>bid–ask <i class="quote off"></i>fit outside <i class="point"></i>mid <i class="line"></i>fit ${mixtures(slices) > 0 ? '<i class="line second"></i>mixture ' : ""}<i class="band"></i>|delta| ≥ 0.1</p>${choice("axis", "Axis", AXIS)}</div>
  <div class="smiles">
${slices.map((slice, i) => smileCard(slice, i)).join("\n")}
  </div>
  <article class="card"><div class="bar"><h2>The fit by expiry</h2><p>errors in vol points, total variance for the calendar gap</p></div>
    ${tableHtml(table)}
  </article>
</section>`;
}

function tiles(slices: SliceFit[], { totals }: SurfaceTable): string {
  const { rmse, inside } = quality(slices);
  const used = slices.reduce((sum, { quotes }) => sum + quotes, 0);
  const all = /of (\d+) quotes/.exec(totals)?.[1];
  const arbitrage = arbitrageWords(slices);
  const isFree = arbitrage.startsWith("no ");
  const others = fallBacks(slices);
  const leastG = Math.min(...slices.map(({ minG }) => minG));
  const list: [title: string, value: string, under: string, tone?: string][] = [
    [
      "Expiries",
      String(slices.length),
      others > 0 ? `${others} by fall-back` : mixtures(slices) > 0 ? "none by fall-back" : "all plain SVI",
    ],
    ["Quotes used", number(used, 0), all === undefined ? "" : `of ${number(Number(all), 0)}`],
    ["RMSE, median", rmse === null ? "–" : rmse.toFixed(2), "vol points, |delta| ≥ 0.1"],
    ["Inside bid–ask", inside === null ? "–" : `${number(100 * inside, 0)} %`, "of quotes used"],
    [
      "Static arbitrage",
      isFree ? "none" : "found",
      isFree ? `least g ${leastG.toFixed(3)}` : arbitrage,
      isFree ? "good" : "bad",
    ],
  ];
  return `<div class="tiles">${list
    .map(
      ([title, value, under, tone]) =>
        `<div><span>${title}</span><b class="${tone ?? ""}">${value}</b><small>${escaped(under)}</small></div>`,
    )
    .join("")}</div>`;
}

function smileCard({ expiry, tau, method, rmse, flags, quotes }: SliceFit, i: number): string {
  const error = rmse === null ? "" : ` · RMSE ${rmse.toFixed(2)}`;
  const badge = method === "svi" ? [] : [`<em>${method}</em>`];
  const told = [...badge, ...flags.map((flag) => escaped(shortMoments(flag)))];
  const notes = told.length === 0 ? "" : `<p class="notes">${told.join(" · ").replace("</em> · ", "</em> ")}</p>`;
  return `<article class="card smile"><div class="bar"><h3>${moment(expiry)}</h3><p>${timeLeft(tau)} · ${quotes} quotes${error}</p></div>
      <div class="chart" data-chart="smile" data-slice="${i}"></div>${notes}</article>`;
}

function tableHtml({ head, left, rows, notes }: SurfaceTable): string {
  const cell = (tag: string, text: string, c: number, tone = "") =>
    `<${tag} class="${left.includes(c) ? "words" : ""} ${tone}">${escaped(text)}</${tag}>`;
  const lines = rows.map((cells) => `<tr>${cells.map(({ text, tone }, c) => cell("td", text, c, tone)).join("")}</tr>`);
  const list = notes.length === 0 ? "" : `<ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>`;
  return `<div class="wide"><table><thead><tr>${head.map((text, c) => cell("th", text, c)).join("")}</tr></thead>
    <tbody>${lines.join("\n")}</tbody></table></div>${list}`;
}

function droppedCard(fit: SurfaceFit, all: number): string {
  const counts = droppedCounts(fit);
  if (counts.length === 0) return "";
  const most = counts[0]![1];
  const bars = counts.map(
    ([reason, n]) =>
      `<dt>${reason}<small>${escaped(REASONS[reason])}</small></dt>` +
      `<dd><i style="width:${((100 * n) / most).toFixed(1)}%"></i><span>${number(n, 0)}</span></dd>`,
  );
  const of = all > 0 ? ` of ${number(all, 0)}` : "";
  return `<article class="card"><div class="bar"><h2>Quotes not used, by reason</h2><p>${number(fit.dropped.length, 0)}${of}</p></div>
  <dl>${bars.join("")}</dl></article>`;
}
