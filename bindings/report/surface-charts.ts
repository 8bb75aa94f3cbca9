/**
 * The charts of a surface's page, drawn in the browser from the fit that the page carries. Built to dist/surface-page.js.
 *
 * Observable Plot draws them: as SVG, so that they are sharp in print and take the page's colours, with tips, contours, log scales and
 * clipping of its own. With the parts of D3 it is 250 kB in each page. uPlot (52 kB) was the other choice: its canvas would have needed own
 * code for error bars, tips, the map's isolines and every change between light and dark, and a page of quotes is as large again anyway.
 */
import {
  axisX,
  axisY,
  contour,
  dot,
  gridY,
  line,
  plot,
  pointerX,
  raster,
  rect,
  ruleX,
  ruleY,
  tip,
  type Markish,
  type PlotOptions,
} from "@observablehq/plot";
import type { QuotePoint, SliceFit, SurfaceFit, UnderlyingFit } from "../lab/types.ts";
import { moment } from "./names.ts";
import { number, significant } from "./numbers.ts";
import { figure, points as signed, timeLeft } from "./surface.ts";
import { mixtureVolAt, pillars, strikeOfDelta, totalVariance, totalVarianceAt, volAt } from "./surface-smile.ts";

const fit = JSON.parse(document.getElementById("fit")!.textContent!) as SurfaceFit;
const DAYS = 365;
type Axis = "deviations" | "moneyness" | "strike";
const chosen = {
  underlying: fit.underlyings[0]!.underlying,
  axis: "deviations" as Axis,
  value: "vol" as "vol" | "variance",
};

const percent = (vol: number, digits = 1) => `${number(100 * vol, digits)} %`;
const range = (from: number, to: number, steps: number) =>
  Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);

/** Where a strike stands on the axis, and back; of one expiry or of a moment between two. */
interface Place {
  forward: number;
  /** σ_ATM·√τ. */
  stdDev: number;
}
const onAxis = (k: number, { forward, stdDev }: Place): number =>
  chosen.axis === "moneyness" ? k : chosen.axis === "strike" ? forward * Math.exp(k) : k / stdDev;
const offAxis = (x: number, { forward, stdDev }: Place): number =>
  chosen.axis === "moneyness" ? x : chosen.axis === "strike" ? Math.log(x / forward) : x * stdDev;
const placeOf = (slice: SliceFit): Place => ({
  forward: slice.forward,
  stdDev: Math.sqrt(totalVariance(slice.svi, 0)),
});
const AXIS_LABEL: Record<Axis, string> = {
  deviations: "standard deviations from the forward, k / σ√τ",
  moneyness: "log-moneyness, k = ln K/F",
  strike: "strike",
};
const tickOf = (x: number) =>
  chosen.axis !== "strike" ? significant(x, 3) : x >= 10_000 ? `${significant(x / 1000, 4)}k` : significant(x, 4);
const strikeScale = { type: "log", base: 10 } as const;

/** k of the outermost quotes used, and at least the 25Δ strikes. */
function quotedRange(slice: SliceFit): [number, number] {
  const all = slice.points.map(({ logMoneyness }) => logMoneyness);
  const low = strikeOfDelta(slice, 25, -1);
  const high = strikeOfDelta(slice, 25, 1);
  return [Math.min(low, ...all), Math.max(high, ...all)];
}

function draw(host: HTMLElement, options: PlotOptions & { marks: Markish[] }): SVGSVGElement {
  const made = plot({
    width: Math.max(260, host.clientWidth),
    style: { fontSize: "11px", color: "var(--soft)", background: "none" },
    ...options,
  });
  host.replaceChildren(made);
  return made as SVGSVGElement;
}
const TIP = { fill: "var(--card)", stroke: "var(--line)", fontSize: 12, textPadding: 9, lineHeight: 1.35 } as const;

// ---- one smile

const isInside = ({ fitVol, bidVol, askVol }: QuotePoint) => fitVol >= bidVol - 1e-9 && fitVol <= askVol + 1e-9;

function smile(host: HTMLElement, slice: SliceFit): void {
  const place = placeOf(slice);
  const [low, high] = quotedRange(slice);
  const pad = (high - low) * 0.04;
  const [from, to] = [onAxis(low - pad, place), onAxis(high + pad, place)];
  const along = range(low - pad, high + pad, 120);
  const curve = along.map((k) => ({ x: onAxis(k, place), vol: volAt(slice, k) }));
  const { mixture } = slice;
  const mixed = mixture === undefined ? undefined : (k: number) => mixtureVolAt(mixture, slice.tau, k);
  const second = mixed === undefined ? [] : along.map((k) => ({ x: onAxis(k, place), vol: mixed(k) }));
  const lineOf = (name: string, vol: number, mid: number) => `${name}  ${percent(vol, 2)}  (${signed(vol - mid, 2)})`;
  const points = slice.points.map((point) => ({
    ...point,
    x: onAxis(point.logMoneyness, place),
    title: [
      `${figure(point.strike)}   k ${number(point.logMoneyness, 3)}`,
      `ask  ${percent(point.askVol, 2)}`,
      `mid  ${percent(point.midVol, 2)}`,
      `bid  ${percent(point.bidVol, 2)}`,
      lineOf("fit ", point.fitVol, point.midVol),
      ...(mixed === undefined ? [] : [lineOf("mixture", mixed(point.logMoneyness), point.midVol)]),
    ].join("\n"),
  }));
  const levels = [...[...curve, ...second].map(({ vol }) => vol), ...points.map(({ midVol }) => midVol)];
  const [least, most] = [Math.min(...levels), Math.max(...levels)];
  const margin = Math.max(0.12 * (most - least), 0.01);
  const band = [strikeOfDelta(slice, 10, -1), strikeOfDelta(slice, 10, 1)].map((k) =>
    Math.min(Math.max(onAxis(k, place), from), to),
  );
  draw(host, {
    height: 210,
    marginLeft: 34,
    marginRight: 8,
    marginTop: 10,
    marginBottom: 24,
    x: { domain: [from, to], ...(chosen.axis === "strike" ? strikeScale : {}) },
    y: { domain: [Math.max(0, least - margin), most + margin], tickFormat: (vol: number) => significant(100 * vol, 4) },
    marks: [
      rect([band], { x1: (b) => b[0], x2: (b) => b[1], fill: "var(--band)" }),
      gridY({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 5 }),
      ruleX([onAxis(0, place)], { stroke: "var(--soft)", strokeOpacity: 0.5, strokeDasharray: "2,3" }),
      axisX({ tickSize: 0, ticks: 5, tickFormat: tickOf, label: null }),
      axisY({ tickSize: 0, ticks: 5, label: null, tickFormat: (vol: number) => significant(100 * vol, 4) }),
      ruleX(points, {
        x: "x",
        y1: "bidVol",
        y2: "askVol",
        stroke: (point) => (isInside(point) ? "var(--quote)" : "var(--off)"),
        strokeWidth: 3,
        strokeOpacity: 0.75,
        strokeLinecap: "round",
        clip: true,
      }),
      line(curve, { x: "x", y: "vol", stroke: "var(--accent)", strokeWidth: 1.8 }),
      line(second, { x: "x", y: "vol", stroke: "var(--second)", strokeWidth: 1.8, ariaLabel: () => "mixture" }),
      dot(points, { x: "x", y: "midVol", r: 1.7, fill: "var(--text)", clip: true }),
      dot(
        points,
        pointerX({ x: "x", y: "fitVol", r: 4, stroke: "var(--accent)", strokeWidth: 2, fill: "var(--card)" }),
      ),
      tip(points, pointerX({ x: "x", y: "midVol", title: "title", ...TIP })),
    ],
  });
}

// ---- over time

/** Time on the scale of √days, on which standard deviations grow evenly: near expiries have room, and none of a minute has half the chart. */
const SQRT = { type: "sqrt" } as const;

/** @param gap least distance of two labels; of those that are nearer the later is left out */
function timeAxis(slices: SliceFit[], length: number, gap: number) {
  const all = slices.map(({ tau }) => tau * DAYS);
  const [first, last] = [all[0]!, all.at(-1)!];
  const domain: [number, number] = all.length === 1 ? [first / 1.5, first * 1.5] : [first, last];
  const each = length / (Math.sqrt(domain[1]) - Math.sqrt(domain[0]));
  let before = -Infinity;
  const ticks = all.filter((day) => {
    const at = each * Math.sqrt(day);
    if (at - before < gap) return false;
    before = at;
    return true;
  });
  return { domain, ticks };
}
const dayTick = (day: number) => (day < 1 ? number(day, 2) : day < 10 ? significant(day, 2) : number(day, 0));

function level(host: HTMLElement, { slices }: UnderlyingFit): void {
  const rows = slices.map((slice) => {
    const { atm } = pillars(slice);
    return {
      day: slice.tau * DAYS,
      atm,
      title: `${moment(slice.expiry)}, ${timeLeft(slice.tau)}\nATM ${percent(atm, 2)}`,
    };
  });
  const steps = slices.flatMap((slice, i) => {
    const before = slices[i - 1];
    const w = totalVariance(slice.svi, 0) - (before === undefined ? 0 : totalVariance(before.svi, 0));
    const tau = slice.tau - (before?.tau ?? 0);
    const vol = Math.sqrt(Math.max(0, w / tau));
    return before === undefined ? [] : [before, slice].map(({ tau: at }) => ({ day: at * DAYS, vol, step: i }));
  });
  const { domain, ticks } = timeAxis(slices, host.clientWidth - 60, 26);
  draw(host, {
    height: 220,
    marginLeft: 36,
    marginRight: 14,
    marginBottom: 34,
    x: { ...SQRT, domain, inset: 8 },
    y: { nice: true, inset: 6 },
    marks: [
      gridY({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 5 }),
      axisX({
        ticks,
        tickFormat: dayTick,
        tickSize: 0,
        label: "days to expiry",
        labelArrow: "none",
        labelAnchor: "center",
      }),
      axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: (vol: number) => significant(100 * vol, 4) }),
      line(steps, { x: "day", y: "vol", z: "step", stroke: "var(--soft)", strokeDasharray: "1.5,3", strokeWidth: 1.6 }),
      line(rows, { x: "day", y: "atm", stroke: "var(--accent)", strokeWidth: 2 }),
      dot(rows, { x: "day", y: "atm", r: 3, fill: "var(--accent)", stroke: "var(--card)", strokeWidth: 1.5 }),
      tip(rows, pointerX({ x: "day", y: "atm", title: "title", ...TIP })),
    ],
  });
}

function skew(host: HTMLElement, { slices }: UnderlyingFit): void {
  const rows = slices.map((slice) => {
    const { riskReversal, butterfly } = pillars(slice);
    const title =
      `${moment(slice.expiry)}, ${timeLeft(slice.tau)}\n25Δ call − put ${signed(riskReversal, 2)}\n` +
      `25Δ wings − ATM ${signed(butterfly, 2)}`;
    return { day: slice.tau * DAYS, riskReversal, butterfly, title };
  });
  const { domain, ticks } = timeAxis(slices, host.clientWidth - 60, 26);
  const curve = (y: "riskReversal" | "butterfly", colour: string): Markish[] => [
    line(rows, { x: "day", y, stroke: colour, strokeWidth: 2 }),
    dot(rows, { x: "day", y, r: 3, fill: colour, stroke: "var(--card)", strokeWidth: 1.5 }),
  ];
  draw(host, {
    height: 220,
    marginLeft: 36,
    marginRight: 14,
    marginBottom: 34,
    x: { ...SQRT, domain, inset: 8 },
    y: { nice: true, inset: 6 },
    marks: [
      gridY({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 5 }),
      ruleY([0], { stroke: "var(--soft)", strokeOpacity: 0.6 }),
      axisX({
        ticks,
        tickFormat: dayTick,
        tickSize: 0,
        label: "days to expiry",
        labelArrow: "none",
        labelAnchor: "center",
      }),
      axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: (vol: number) => signed(vol, 0) }),
      ...curve("butterfly", "var(--second)"),
      ...curve("riskReversal", "var(--accent)"),
      tip(rows, pointerX({ x: "day", y: "riskReversal", title: "title", ...TIP })),
    ],
  });
}

// ---- the surface

/** Stops of even steps in lightness, from seaborn's `mako`: they read in grey, and for those who see fewer colours. */
const STOPS = "251729 38294f 40407a 3c5a93 367ba2 359aaa 44b8ad 80d1b0 bde5c8 e4f5e3".split(" ");
const CHANNELS = STOPS.map((hex) => [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)));
/** Most of a surface is near its least value: the scale gives that part more than its share of colours. */
const STRETCH = 0.7;
function colour(value: number): string {
  const share = Math.max(value, 0) ** STRETCH;
  const at = Math.min(share, 1) * (STOPS.length - 1);
  const i = Math.min(Math.floor(at), STOPS.length - 2);
  const mixed = [0, 1, 2].map((c) =>
    Math.round(CHANNELS[i]![c]! + (CHANNELS[i + 1]![c]! - CHANNELS[i]![c]!) * (at - i)),
  );
  return `rgb(${mixed.join(",")})`;
}

class Surface {
  /** What is shown, in standard deviations: as far as nine in ten expiries are quoted. */
  readonly low: number;
  readonly high: number;

  constructor(private readonly slices: SliceFit[]) {
    const ranges = slices.map((slice) => quotedRange(slice).map((k) => k / placeOf(slice).stdDev));
    const tenth = Math.floor(slices.length / 10);
    this.low = ranges.map(([low]) => low!).sort((a, b) => a - b)[tenth]!;
    this.high = ranges.map(([, high]) => high!).sort((a, b) => b - a)[tenth]!;
  }

  /** Forward and deviation at a time: between expiries the forward is log-linear; outside it is as at the nearest. */
  at(tau: number): Place {
    const { slices } = this;
    const after = slices.findIndex((slice) => slice.tau >= tau);
    const j = after < 0 ? slices.length - 1 : after;
    const [near, far] = [slices[after <= 0 ? j : j - 1]!, slices[j]!];
    const share = far.tau === near.tau ? 0 : (tau - near.tau) / (far.tau - near.tau);
    const stdDev = Math.sqrt(Math.max(totalVarianceAt(slices, 0, tau), 1e-12));
    return { forward: near.forward * (far.forward / near.forward) ** share, stdDev };
  }

  value(x: number, tau: number): number {
    const k = offAxis(x, this.at(tau));
    const w = totalVarianceAt(this.slices, k, tau);
    return chosen.value === "variance" ? w : Math.sqrt(Math.max(0, w / tau));
  }
}

const valueText = (value: number) => (chosen.value === "vol" ? percent(value) : significant(value, 2));

function map(host: HTMLElement, { slices }: UnderlyingFit): void {
  const surface = new Surface(slices);
  const height = Math.min(500, Math.max(360, host.clientWidth * 0.36));
  const { domain, ticks } = timeAxis(slices, height - 44, 14);
  const [bottom, top] = domain;
  const edge = range(Math.sqrt(bottom), Math.sqrt(top), 80).map((root) => {
    const day = root * root;
    const place = surface.at(day / DAYS);
    const [low, high] = [surface.low, surface.high].map((deviations) => onAxis(deviations * place.stdDev, place));
    return { day, low: low!, high: high!, forward: onAxis(0, place) };
  });
  const [left, right] = [Math.min(...edge.map(({ low }) => low)), Math.max(...edge.map(({ high }) => high))];
  const values = edge
    .flatMap(({ day, low, high }) => range(low, high, 30).map((x) => surface.value(x, day / DAYS)))
    .sort((a, b) => a - b);
  const [least, most] = [values[Math.floor(values.length * 0.005)]!, values[Math.floor(values.length * 0.985)]!];
  const share = (value: number) => (value - least) / (most - least || 1);
  const step = contourStep(most - least);
  const names = new Map(slices.map((slice) => [slice.tau * DAYS, `${moment(slice.expiry)}   ${timeLeft(slice.tau)}`]));
  const grid = { x1: left, x2: right, y1: bottom, y2: top };
  const svg = draw(host, {
    height,
    marginLeft: 112,
    marginRight: 16,
    marginTop: 6,
    marginBottom: 38,
    x: { domain: [left, right], ...(chosen.axis === "strike" ? strikeScale : {}) },
    y: { ...SQRT, domain },
    color: { type: "identity" } as PlotOptions["color"],
    marks: [
      raster({ ...grid, pixelSize: 2, fill: (x: number, day: number) => colour(share(surface.value(x, day / DAYS))) }),
      contour({
        ...grid,
        pixelSize: 4,
        value: (x: number, day: number) => Math.min(surface.value(x, day / DAYS), most + 2 * step),
        thresholds: range(Math.ceil(least / step) * step, most, Math.max(1, Math.round((most - least) / step))),
        stroke: "#fff",
        strokeOpacity: 0.38,
        strokeWidth: 1,
        fill: "none",
      } as Parameters<typeof contour>[0]),
      curtain(edge, "low", left),
      curtain(edge, "high", right),
      line(edge, {
        x: "forward",
        y: "day",
        stroke: "#fff",
        strokeOpacity: 0.9,
        strokeWidth: 1.4,
        strokeDasharray: "4,4",
      }),
      slices.map((slice) =>
        dot(
          slice.points
            .map(({ logMoneyness }) => onAxis(logMoneyness, placeOf(slice)))
            .filter((x) => x >= left && x <= right),
          { x: (x) => x, y: () => slice.tau * DAYS, r: 1.3, fill: "#fff", fillOpacity: 0.75 },
        ),
      ),
      axisX({
        tickSize: 0,
        tickFormat: tickOf,
        label: AXIS_LABEL[chosen.axis],
        labelArrow: "none",
        labelAnchor: "center",
      }),
      axisY({
        ticks,
        tickFormat: (day: number) => names.get(day) ?? "",
        tickSize: 4,
        label: null,
      }),
    ],
  });
  legend(host.parentElement!.querySelector(".legend")!, least, most);
  hover(host, svg, surface, slices, [left, right], domain);
}

/** What lies beyond the deviations that are shown, covered in the card's colour. */
function curtain(edge: { day: number; low: number; high: number }[], side: "low" | "high", end: number): Markish {
  const corners = [...edge.map((row) => ({ x: row[side], day: row.day })), { x: end, day: edge.at(-1)!.day }];
  const outline = [...corners, { x: end, day: edge[0]!.day }];
  return line(outline, { x: "x", y: "day", fill: "var(--card)", stroke: "var(--card)", strokeWidth: 1 });
}

function contourStep(span: number): number {
  const rough = span / 9;
  const unit = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((n) => n * unit).find((step) => step >= rough)!;
}

function legend(host: HTMLElement, least: number, most: number): void {
  const bar = document.createElement("i");
  bar.style.background = `linear-gradient(90deg, ${range(0, 1, 10).map(colour).join(", ")})`;
  host.replaceChildren(valueText(least), bar, valueText(most));
}

function hover(
  host: HTMLElement,
  svg: SVGSVGElement,
  surface: Surface,
  slices: SliceFit[],
  [left, right]: [number, number],
  [bottom, top]: [number, number],
): void {
  const scales = svg as unknown as { scale(name: "x" | "y"): { invert(at: number): number } };
  const [x, y] = [scales.scale("x"), scales.scale("y")];
  const label = document.createElement("div");
  label.className = "label";
  label.hidden = true;
  host.append(label);
  const hide = () => void (label.hidden = true);
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const [at, day] = [x.invert(px), y.invert(py)];
    if (!(at >= left && at <= right && day >= bottom && day <= top)) return hide();
    const tau = day / DAYS;
    const place = surface.at(tau);
    const k = offAxis(at, place);
    if (k < surface.low * place.stdDev || k > surface.high * place.stdDev) return hide();
    const w = totalVarianceAt(slices, k, tau);
    label.hidden = false;
    label.textContent = [
      `${percent(Math.sqrt(w / tau), 2)}   total variance ${significant(w, 3)}`,
      `strike ${figure(place.forward * Math.exp(k))}   ${number(k / place.stdDev, 2)} std dev   k ${number(k, 3)}`,
      `${timeLeft(tau)} to expiry   forward ${figure(place.forward)}`,
    ].join("\n");
    const flip = px > box.width - label.offsetWidth - 30;
    label.style.left = `${flip ? px - label.offsetWidth - 14 : px + 14}px`;
    label.style.top = `${Math.min(py + 12, box.height - label.offsetHeight)}px`;
  });
}

// ---- the page

function render(): void {
  for (const section of document.querySelectorAll<HTMLElement>("section[data-underlying]")) {
    section.hidden = section.dataset["underlying"] !== chosen.underlying;
    if (section.hidden) continue;
    const one = fit.underlyings.find(({ underlying }) => underlying === chosen.underlying)!;
    for (const host of section.querySelectorAll<HTMLElement>("[data-chart]")) {
      const { chart, slice } = host.dataset;
      if (chart === "map") map(host, one);
      else if (chart === "level") level(host, one);
      else if (chart === "skew") skew(host, one);
      else smile(host, one.slices[Number(slice)]!);
    }
  }
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("button");
  const { underlying, choice, value } = button?.dataset ?? {};
  if (underlying !== undefined) {
    chosen.underlying = underlying;
    for (const tab of document.querySelectorAll("[role=tab]"))
      tab.setAttribute("aria-selected", String((tab as HTMLElement).dataset["underlying"] === underlying));
  } else if (choice === "axis" || choice === "value") {
    (chosen as Record<string, string>)[choice] = value!;
    for (const other of document.querySelectorAll<HTMLElement>(`[data-choice="${choice}"]`))
      other.setAttribute("aria-pressed", String(other.dataset["value"] === value));
  } else return;
  render();
});

let width = document.documentElement.clientWidth;
let waiting = 0;
addEventListener("resize", () => {
  if (document.documentElement.clientWidth === width) return;
  width = document.documentElement.clientWidth;
  clearTimeout(waiting);
  waiting = window.setTimeout(render, 120);
});
render();
document.documentElement.dataset["ready"] = "true";
