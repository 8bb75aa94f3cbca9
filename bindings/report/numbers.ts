/** Numbers as a person reads them: digits by currency, thousands separated, a true minus. */
import type { Requirement, RequirementGroup } from "../documents/requirement.ts";

export const MINUS = "−";
/** Currencies that are counted in cents. */
const CENTS = /^(?:USD|EUR|GBP|DAI)|USD$/;
const MOST_DECIMALS = 8;
/** Digits of the largest figure of a coin. */
const SIGNIFICANT = 8;

/** `−1,234.50`. What would round to zero but is not keeps two digits. */
export function number(value: number, decimals: number, sign: "minus" | "both" = "minus"): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "none" : value > 0 ? "∞" : `${MINUS}∞`;
  const mark = value < 0 ? MINUS : sign === "both" ? "+" : "";
  const size = Math.abs(value);
  if (size >= 1e21 || size < 1e-12) return mark + exponent(size.toExponential(1));
  let text = size.toFixed(decimals);
  if (Number(text) === 0) text = size.toFixed(Math.min(100, 1 - Math.floor(Math.log10(size))));
  const [whole, fraction] = text.split(".") as [string, string?];
  return `${mark}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** Up to `digits` significant digits, without zeros at the end: for figures of any size. */
export function significant(value: number, digits = 12): string {
  if (!Number.isFinite(value) || value === 0) return number(value, 0);
  const text = Math.abs(value).toPrecision(digits);
  const mark = value < 0 ? MINUS : "";
  if (text.includes("e")) return mark + exponent(text.replace(/\.?0+e/, "e"));
  const [whole, fraction = ""] = text.split(".") as [string, string?];
  const rest = fraction.replace(/0+$/, "");
  return `${mark}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${rest === "" ? "" : `.${rest}`}`;
}

const exponent = (text: string) => text.replace("e-", `e${MINUS}`).replace("e+", "e");

/** Decimals of a figure: two of what is counted in cents; of a coin so many that the largest figure has eight digits, at least two. */
export function decimalsOf(unit: string, largest: number): number {
  if (CENTS.test(unit)) return 2;
  if (!(largest > 0) || !Number.isFinite(largest)) return MOST_DECIMALS;
  const whole = Math.floor(Math.log10(largest)) + 1;
  return Math.min(MOST_DECIMALS, Math.max(2, SIGNIFICANT - Math.max(whole, 0)));
}

/** The unit of a group in words: a delta is in coins of its underlying. */
export function unitOf(group: RequirementGroup): string {
  return group.unit === "base" ? String(group.keys["underlying"] ?? "base") : group.unit;
}

/** One number of decimals for each unit of a requirement, so that figures can be compared by eye. */
export class Digits {
  private readonly largest = new Map<string, number>();

  constructor(requirement: Requirement) {
    this.see(requirement.currency, [requirement.equity, requirement.initial, requirement.maintenance]);
    for (const node of requirement.nodes ?? []) {
      for (const group of node.groups) this.see(unitOf(group), [group.value]);
    }
  }

  text(value: number, unit: string, sign: "minus" | "both" = "minus"): string {
    return number(value, decimalsOf(unit, this.largest.get(unit) ?? 0), sign);
  }

  private see(unit: string, values: number[]): void {
    this.largest.set(
      unit,
      values.reduce((most, value) => Math.max(most, Math.abs(value)), this.largest.get(unit) ?? 0),
    );
  }
}

/** Texts of numbers padded to one width, with their decimal points below each other. */
export function aligned(texts: string[]): string[] {
  const split = texts.map((text) => {
    const point = text.indexOf(".");
    return point < 0 ? [text, ""] : [text.slice(0, point), text.slice(point)];
  }) as [string, string][];
  const whole = Math.max(0, ...split.map(([left]) => left.length));
  const fraction = Math.max(0, ...split.map(([, right]) => right.length));
  return split.map(([left, right]) => left.padStart(whole) + right.padEnd(fraction));
}
