/** The charts of a correlation's page, drawn in the browser from the estimate that the page carries. Built to dist/correlation-page.js. */
import { axisX, axisY, barX, cell, dot, gridX, gridY, line, plot, pointer, ruleY, text, tip } from "@observablehq/plot";
import type { Markish, PlotOptions } from "@observablehq/plot";
import type { CorrelationFit } from "../lab/correlation-types.ts";
import { blockOrder, percentText, rhoText, shortNames } from "./correlation.ts";
import { significant } from "./numbers.ts";

type Shown = Pick<CorrelationFit, "names" | "effectiveRows" | "volatility" | "correlation" | "eigenvalues">;
const fit = JSON.parse(document.getElementById("fit")!.textContent!) as Shown;
const { names, correlation, volatility } = fit;

const ORDERS: Record<string, number[]> = {
  blocks: blockOrder(correlation),
  given: names.map((_, i) => i),
  name: names.map((_, i) => i).sort((a, b) => (names[a]! < names[b]! ? -1 : 1)),
};
const chosen = { order: "blocks", scale: "full" };

/** Colours at −1, −¾ … 1: orange below 0, blue above, and the ground at 0. */
const STOPS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];
const LIGHT = ["#7f3b08", "#c8690f", "#f2a65a", "#fbdcbb", "#f6f7f9", "#cfdff4", "#8fb5e3", "#3f78c4", "#0f3574"];
const DARK = ["#ffdcae", "#e8973a", "#97580f", "#4d3211", "#1a202c", "#1d3560", "#2b57a4", "#5b90f0", "#cfe0ff"];
const dark = matchMedia("(prefers-color-scheme: dark)");
const ramp = () => (dark.matches ? DARK : LIGHT);
const all = correlation.flatMap((row, i) => row.slice(0, i));
const [least, most] = [Math.min(...all), Math.max(...all)];
/** Correlations at the ends of the scale: −1 and 1, or what there is; of both signs it is as far on either side. */
function ends(): [low: number, high: number] {
  if (chosen.scale === "full") return [-1, 1];
  if (least < 0 && most > 0) return [-Math.max(-least, most), Math.max(-least, most)];
  return [least, most];
}
/** Place of a correlation on the ramp, −1 … 1. What has one sign takes one half of it. */
function placeOf(rho: number): number {
  const [low, high] = ends();
  if (low < 0 && high > 0) return rho / high;
  if (high === low) return Math.sign(rho);
  return low >= 0 ? 0.08 + (0.92 * (rho - low)) / (high - low) : -0.08 + (0.92 * (rho - high)) / (high - low);
}
/** Of a value written on its cell: strong colours are dark on the light page, and light on the dark one. */
const inkOf = (rho: number) => {
  const size = Math.abs(placeOf(rho));
  return dark.matches ? (size > 0.62 ? "#10151f" : "#e8ebf2") : size > 0.7 ? "#ffffff" : "#171d2b";
};

/** Up to so many names each cell has its value written in it. */
const MOST_LABELS = 15;

function draw(host: HTMLElement, options: PlotOptions & { marks: Markish[] }): void {
  const style = { fontSize: "11px", color: "var(--soft)", background: "none" };
  host.replaceChildren(plot({ width: Math.max(260, host.clientWidth), style, ...options }));
}
const TIP = { fill: "var(--card)", stroke: "var(--line)", fontSize: 12, textPadding: 9, lineHeight: 1.35 } as const;

const ruler = document.createElement("canvas").getContext("2d")!;

/** Names as they stand beside a chart: cut until the longest has room, and as wide as they then are. */
function labels(host: HTMLElement, fontSize: number, room: number): { of: (name: string) => string; width: number } {
  ruler.font = `${fontSize}px ${getComputedStyle(host).fontFamily}`;
  const widest = (texts: string[]) => Math.max(...texts.map((one) => ruler.measureText(one).width));
  let most = Math.max(...names.map(({ length }) => length));
  let shown = [...names];
  while (most > 4 && widest(shown) > room) shown = shortNames(names, --most);
  const byName = new Map(names.map((name, i) => [name, shown[i]!]));
  return { of: (name) => byName.get(name)!, width: Math.ceil(widest(shown)) };
}

function map(host: HTMLElement): void {
  const order = ORDERS[chosen.order]!;
  const domain = order.map((i) => names[i]!);
  const width = Math.max(260, host.clientWidth);
  const n = names.length;
  const room = Math.min(120, 0.28 * width);
  const fontSize = Math.max(5.5, Math.min(12, (0.8 * (width - room)) / n));
  const label = labels(host, fontSize, room);
  const margin = label.width + 12;
  const size = (width - margin - 6) / n;
  const cells = order.flatMap((i) =>
    order.map((j) => ({
      x: names[j]!,
      y: names[i]!,
      rho: correlation[i]![j]!,
      own: i === j,
      title: i === j ? names[i]! : `${names[i]!} – ${names[j]!}\ncorrelation ${rhoText(correlation[i]![j]!, 3)}`,
    })),
  );
  const others = cells.filter(({ own }) => !own);
  // names under their columns: upright where they fit
  const isTurned = label.width + 4 > size;
  draw(host, {
    width,
    height: width - margin - 6 + (isTurned ? margin : 24) + 4,
    marginLeft: margin,
    marginRight: 6,
    marginTop: 4,
    marginBottom: isTurned ? margin : 24,
    padding: 0,
    x: { domain, round: false },
    y: { domain, round: false },
    color: { type: "linear", domain: STOPS, range: ramp() },
    marks: [
      cell(others, {
        x: "x",
        y: "y",
        fill: ({ rho }: { rho: number }) => placeOf(rho),
        inset: n > 40 ? 0 : 0.75,
        rx: n > 40 ? 0 : 2,
      }),
      cell(
        cells.filter(({ own }) => own),
        { x: "x", y: "y", fill: "var(--field)", inset: n > 40 ? 0 : 0.75, rx: n > 40 ? 0 : 2 },
      ),
      axisY({ label: null, tickSize: 0, tickFormat: label.of, fontSize, color: "var(--text)" }),
      axisX({
        ...{ label: null, tickSize: 0, tickFormat: label.of, fontSize, color: "var(--text)" },
        tickRotate: isTurned ? -90 : 0,
      }),
      ...(n <= MOST_LABELS
        ? [
            text(others, {
              x: "x",
              y: "y",
              text: ({ rho }: { rho: number }) => rhoText(rho),
              fill: ({ rho }: { rho: number }) => inkOf(rho),
              fontSize: Math.max(8, Math.min(14, 0.28 * size)),
            }),
          ]
        : []),
      tip(others, pointer({ x: "x", y: "y", title: "title", maxRadius: size, ...TIP })),
    ],
  });
}

function volatilities(host: HTMLElement): void {
  const order = ORDERS[chosen.order]!;
  const rows = order.map((i) => ({ name: names[i]!, vol: 100 * volatility[i]! }));
  const each = names.length > 30 ? 11 : 19;
  const fontSize = Math.min(11, each - 2);
  const label = labels(host, fontSize, Math.min(120, 0.3 * host.clientWidth));
  draw(host, {
    height: each * names.length + 26,
    marginLeft: label.width + 12,
    marginRight: 40,
    marginTop: 0,
    marginBottom: 24,
    x: { domain: [0, Math.max(...rows.map(({ vol }) => vol))] },
    y: { domain: rows.map(({ name }) => name), padding: 0.28 },
    marks: [
      gridX({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 4 }),
      barX(rows, { x: "vol", y: "name", fill: "var(--accent)", fillOpacity: 0.8, rx2: 2 }),
      axisY({ label: null, tickSize: 0, tickFormat: label.of, fontSize, color: "var(--text)" }),
      axisX({ label: null, tickSize: 0, ticks: 4 }),
      text(rows, {
        x: "vol",
        y: "name",
        text: ({ vol }: { vol: number }) => percentText(vol),
        textAnchor: "start",
        dx: 5,
        fill: "var(--soft)",
        fontSize,
      }),
    ],
  });
}

function spectrum(host: HTMLElement): void {
  const n = names.length;
  const rows = fit.eigenvalues.toReversed().map((value, k) => ({
    rank: k + 1,
    value,
    title: `eigenvalue ${k + 1}: ${significant(value, 4)}\n${significant((100 * value) / n, 3)} % of the variance`,
  }));
  // what is 0 has no place on a logarithmic scale
  const shown = rows.filter(({ value }) => value > 1e-9);
  const [low, high] = [shown.at(-1)!.value, shown[0]!.value];
  const edge = (1 + Math.sqrt(n / fit.effectiveRows)) ** 2;
  const powers = Array.from({ length: 24 }, (_, k) => 10 ** (k - 12));
  const inside = (x: number) => x >= Math.min(edge, low) / 1.4 && x <= 1.4 * Math.max(edge, high);
  const fine = powers.flatMap((power) => [power, 2 * power, 5 * power]).filter(inside);
  const ticks = fine.length <= 6 ? fine : powers.filter(inside);
  draw(host, {
    height: 190,
    marginLeft: 40,
    marginRight: 10,
    marginBottom: 34,
    x: { domain: [0.5, n + 0.5] },
    y: { type: "log", domain: [Math.min(edge, low) / 1.4, 1.4 * Math.max(edge, high)] },
    marks: [
      gridY(ticks, { stroke: "var(--grid)", strokeOpacity: 1 }),
      ruleY([edge], { stroke: "var(--off)", strokeDasharray: "5,4", strokeWidth: 1.5 }),
      axisY(ticks, { label: null, tickSize: 0, text: (x: number) => significant(x, 2) }),
      axisX({
        label: "rank",
        labelAnchor: "center",
        labelArrow: "none",
        tickSize: 0,
        ticks: Math.min(n, 8),
        tickFormat: (x: number) => (Number.isInteger(x) ? String(x) : ""),
      }),
      line(shown, { x: "rank", y: "value", stroke: "var(--accent)", strokeOpacity: 0.35 }),
      dot(shown, { x: "rank", y: "value", r: n > 40 ? 2 : 3.2, fill: "var(--accent)" }),
      tip(shown, pointer({ x: "rank", y: "value", title: "title", ...TIP })),
    ],
  });
}

function paintRamp(canvas: HTMLCanvasElement): void {
  const context = canvas.getContext("2d")!;
  const [low, high] = ends();
  const [from, to] = [placeOf(low), placeOf(high)];
  const gradient = context.createLinearGradient(0, 0, canvas.width, 0);
  const colours = ramp();
  gradient.addColorStop(0, mixedColour(colours, from));
  gradient.addColorStop(1, mixedColour(colours, to));
  STOPS.forEach((stop, i) => {
    if (stop > from && stop < to) gradient.addColorStop((stop - from) / (to - from), colours[i]!);
  });
  context.fillStyle = gradient;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const words = canvas.parentElement!.querySelectorAll("span");
  [low, high].forEach((rho, i) => {
    words[i]!.textContent = Math.abs(rho) === 1 ? (rho < 0 ? "−1" : "+1") : rhoText(rho);
  });
}

/** Between two stops, by parts of red, green and blue. */
function mixedColour(colours: string[], place: number): string {
  const at = (place + 1) * 4;
  const i = Math.min(7, Math.max(0, Math.floor(at)));
  const parts = (hex: string) => [1, 3, 5].map((k) => Number.parseInt(hex.slice(k, k + 2), 16));
  const [one, two] = [parts(colours[i]!), parts(colours[i + 1]!)];
  return `rgb(${one.map((x, k) => Math.round(x + (at - i) * (two[k]! - x))).join(",")})`;
}

const CHARTS: Record<string, (host: HTMLElement) => void> = { map, volatility: volatilities, eigenvalues: spectrum };

function drawAll(): void {
  for (const host of document.querySelectorAll<HTMLElement>("[data-chart]")) CHARTS[host.dataset["chart"]!]!(host);
  for (const canvas of document.querySelectorAll<HTMLCanvasElement>("[data-ramp]")) paintRamp(canvas);
  document.documentElement.dataset["ready"] = "true";
}

document.addEventListener("click", (event) => {
  const { choice, value } = (event.target as Element).closest<HTMLButtonElement>("button")?.dataset ?? {};
  if (choice !== "order" && choice !== "scale") return;
  chosen[choice] = value!;
  for (const other of document.querySelectorAll<HTMLElement>(`[data-choice="${choice}"]`))
    other.setAttribute("aria-pressed", String(other.dataset["value"] === value));
  drawAll();
});
let width = document.documentElement.clientWidth;
let waiting = 0;
addEventListener("resize", () => {
  if (document.documentElement.clientWidth === width) return;
  width = document.documentElement.clientWidth;
  clearTimeout(waiting);
  waiting = window.setTimeout(drawAll, 120);
});
dark.addEventListener("change", drawAll);
drawAll();
