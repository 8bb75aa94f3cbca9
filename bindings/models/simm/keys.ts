/** How SIMM tells risk factors: the keys of its sensitivities. */
import * as v from "valibot";

export const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, "a currency in three capital letters, such as EUR"));

export const TENORS = ["2w", "1m", "3m", "6m", "1y", "2y", "3y", "5y", "10y", "15y", "20y", "30y"];

/** Keys of sensitivities, of which each risk type has those that it needs. */
export const KEYS = [
  "productClass",
  "riskType",
  "qualifier",
  "bucket",
  /** of an option's expiry, or of a credit curve */
  "tenor",
  /** tenor of a curve, or `inflation` or `basis` */
  "vertex",
  /** sub-curve of a vertex; inflation and basis have one each of their own */
  "subCurve",
  /** payment currency of credit, or group of a securitisation */
  "label2",
  /** of FX: volatility of one currency or of two, `regular`, `high`, `regular-high`, … */
  "volatility",
  /** of FX: category of one currency or of two, `1`, `1-3`, … */
  "category",
  /** of notionals and their factors alone, so that no other name is a group of add-ons */
  "addOnProduct",
];

/** What stands in the place of a tenor. */
export const INFLATION = "inflation";
export const BASIS = "basis";

/** Calendar days to a tenor: months are 365/12 days. */
export function daysOf(tenor: string): number {
  const n = Number(tenor.slice(0, -1));
  return tenor.endsWith("w") ? 7 * n : tenor.endsWith("m") ? (n * 365) / 12 : 365 * n;
}
