/** Sensitivities by risk factor as tables of text: net, and of positions held long and short. */
import type { Exposure } from "../documents/model.ts";
import type { ExposureFactor } from "../documents/requirement.ts";
import { moment, words } from "./names.ts";
import { aligned, number, significant } from "./numbers.ts";

export interface ExposureTable {
  title: string;
  /** What a figure is, in words. */
  unit: string;
  /** Names of the keys, then net, long and short. */
  head: string[];
  rows: ExposureRow[];
}
export interface ExposureRow {
  /** Texts of the keys, a key that the row above has said left out; then the figures, points below each other. */
  cells: string[];
  /** Sum over the factors of one underlying. */
  isTotal: boolean;
}

const PARTS = ["net", "long", "short"] as const;
/** Digits of the largest figure of an underlying, and the most decimals. */
const DIGITS = 7;
const MOST_DECIMALS = 12;
const ALL = "all";

/** @param known what the model says of its exposures: label and pillars */
export function exposureTables(
  exposures: Record<string, ExposureFactor[]>,
  known: Record<string, Exposure> = {},
): ExposureTable[] {
  return Object.entries(exposures).map(([name, factors]) => tableOf(name, factors, known[name]));
}

function tableOf(name: string, factors: ExposureFactor[], exposure: Exposure | undefined): ExposureTable {
  const keys = keysOf(factors);
  const rows = byFirst(factors, keys).flatMap((alike) => rowsOf(alike, keys, exposure));
  const figures = PARTS.map((_, p) => aligned(rows.map(({ cells }) => cells[keys.length + p]!)));
  return {
    title: capital(words(name)),
    unit: exposure?.label ?? "",
    head: [...keys.map((key) => words(key)), ...PARTS],
    rows: rows.map((row, r) => ({
      ...row,
      cells: [...row.cells.slice(0, keys.length), ...figures.map((column) => column[r]!)],
    })),
  };
}

/** The underlying first, then as the factors have them. */
function keysOf(factors: ExposureFactor[]): string[] {
  const keys = Object.keys(factors[0]?.keys ?? {});
  return [...keys.filter((key) => key === "underlying"), ...keys.filter((key) => key !== "underlying")];
}

/** Factors of one underlying together; without that key all of them. */
function byFirst(factors: ExposureFactor[], [first]: string[]): ExposureFactor[][] {
  const runs = new Map<unknown, ExposureFactor[]>();
  for (const factor of factors) {
    const id = first === "underlying" ? factor.keys[first] : "";
    const run = runs.get(id);
    if (run === undefined) runs.set(id, [factor]);
    else run.push(factor);
  }
  return [...runs.values()];
}

function rowsOf(factors: ExposureFactor[], keys: string[], exposure: Exposure | undefined): ExposureRow[] {
  const sums = PARTS.map((part) => factors.reduce((total, factor) => total + factor[part], 0));
  const largest = Math.max(...factors.flatMap((factor) => PARTS.map((part) => Math.abs(factor[part]))));
  const decimals = decimalsOf(largest);
  const rows = factors.map((factor, r): ExposureRow => {
    const said = keys.map((key) => textOf(key, factor.keys[key]!, exposure));
    if (r > 0 && keys[0] === "underlying") said[0] = "";
    return { cells: [...said, ...PARTS.map((part) => number(factor[part], decimals))], isTotal: false };
  });
  if (factors.length < 2 || keys[0] !== "underlying") return rows;
  const total = keys.map((_, k) => (k === 1 ? ALL : ""));
  return [...rows, { cells: [...total, ...sums.map((sum) => number(sum, decimals))], isTotal: true }];
}

function decimalsOf(largest: number): number {
  if (!(largest > 0)) return 0;
  return Math.min(MOST_DECIMALS, Math.max(0, DIGITS - 1 - Math.floor(Math.log10(largest))));
}

function textOf(key: string, value: string | number, exposure: Exposure | undefined): string {
  if (key === "expiry") return moment(String(value));
  if (key === "pillar") return pillarOf(Number(value), exposure?.pillars?.of);
  return typeof value === "number" ? significant(value) : value;
}

/** Times to expiry in days, or whole years; other pillars are numbers. */
function pillarOf(value: number, of: unknown): string {
  if (of !== "tau" && of !== "days") return significant(value);
  const days = of === "tau" ? value * 365 : value;
  const whole = Math.round(days);
  if (Math.abs(days - whole) > 1e-9 * whole)
    return of === "tau" ? `${significant(value)} y` : `${significant(value)} d`;
  return whole > 0 && whole % 365 === 0 ? `${whole / 365} y` : `${whole} d`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
