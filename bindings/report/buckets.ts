/** What a correlated charge came from, as lines of text: its buckets with K and S, and in each the largest factors. */
import type { Market } from "../documents/market.ts";
import type { CorrelatedBucket, CorrelatedFactor, Driver, RequirementGroup } from "../documents/requirement.ts";
import { placeOf } from "./names.ts";
import { aligned, significant, unitOf, type Digits } from "./numbers.ts";
import type { Line } from "./tree.ts";

type Keys = RequirementGroup["keys"];
type Correlation = Extract<Driver, { buckets: unknown }>;

/** Buckets of one charge that are shown. */
const MOST_BUCKETS = 20;

export interface BucketOptions {
  /** How many factors to name in each bucket. */
  factors: number;
  /** For the shares of factors, which a requirement has by instrument. */
  market?: Market;
  indent: string;
  quiet: boolean;
  /** What has been said above. */
  above: Keys;
  /** Whether charges follow below. */
  isOpen: boolean;
  digits: Digits;
}

/** The largest buckets, each with its largest factors. */
export function bucketLines(group: RequirementGroup, driver: Correlation, options: BucketOptions): Line[] {
  const { indent, quiet, digits, isOpen } = options;
  const unit = unitOf(group);
  const text = (value: number) => digits.text(value, unit);
  const blank = { value: "", unit: "", quiet } as const;
  const largest = [...driver.buckets].sort((a, b) => b.K - a.K);
  const shown = largest.slice(0, largest.length === MOST_BUCKETS + 1 ? MOST_BUCKETS + 1 : MOST_BUCKETS);
  const siblings = driver.buckets.map(({ keys }) => keys);
  const shares = sharesByFactor(group, driver, options.market);
  const sums = aligned(shown.map(({ S }) => text(S)));
  const names = shown.map(({ keys }) => nameOf(keys, siblings, options.above));
  const width = Math.max(0, ...names.map(({ length }) => length));
  const lines: Line[] = tailLines(driver, digits, unit).map((line) => ({
    ...blank,
    guide: indent + (isOpen || shown.length > 0 ? "│  " : "   "),
    text: line,
    role: "driver",
  }));
  shown.forEach((bucket, i) => {
    const isLast = !isOpen && i === shown.length - 1 && largest.length === shown.length;
    const marks = [bucket.special ? "apart" : "", bucket.side === undefined ? "" : `moves ${bucket.side}`];
    const remark = marks
      .filter((mark) => mark !== "")
      .map((mark) => `, ${mark}`)
      .join("");
    const said = `${names[i]!.padEnd(width)}  sum ${sums[i]!}${remark}, K`;
    lines.push({
      guide: indent + (isLast ? "└─ " : "├─ "),
      text: said,
      value: text(bucket.K),
      unit,
      role: "bucket",
      quiet,
    });
    const guide = indent + (isLast ? "   " : "│  ");
    for (const line of factorLines(bucket, shares, options, unit)) lines.push({ ...line, guide });
  });
  if (largest.length > shown.length)
    lines.push({
      ...blank,
      guide: `${indent}${isOpen ? "├─ " : "└─ "}`,
      text: `${largest.length - shown.length} more buckets`,
      role: "more",
    });
  return lines;
}

/** λ and θ of a tail, in words where it has two parts. */
function tailLines({ tails = [], limited }: Correlation, digits: Digits, unit: string): string[] {
  const lines = tails.map(({ special, sum, theta, lambda, root }) => {
    const of = special ? "buckets apart: " : tails.length > 1 ? "other buckets: " : "";
    return `${of}sum ${digits.text(sum, unit)} + ${significant(lambda, 6)} × root ${digits.text(root, unit)} (theta ${significant(theta, 6)})`;
  });
  return limited
    ? [...lines, "sums of buckets are limited to ±K: without, the root would be of a negative number"]
    : lines;
}

function nameOf(keys: Keys, siblings: readonly Keys[], above: Keys): string {
  const name = placeOf(keys, siblings, above);
  if (keys.bucket !== undefined) return `bucket ${keys.bucket}`;
  const rest = Object.entries(keys).filter(([key]) => !Object.hasOwn(above, key));
  return name !== "" ? name : rest.length > 0 ? rest.map(([, value]) => value).join(" ") : "all";
}

const first = (x: number | [number, number], side: CorrelatedBucket["side"]) =>
  typeof x === "number" ? x : x[side === "down" ? 1 : 0];

/** Name, sensitivity, weighted sensitivity and concentration beside each other, and the share as the line's value. */
function factorLines(
  bucket: CorrelatedBucket,
  shares: Map<CorrelatedFactor, number> | undefined,
  options: BucketOptions,
  unit: string,
): Line[] {
  const { factors: most, digits, quiet } = options;
  if (most === 0 || quiet) return [];
  const size = ({ weighted }: CorrelatedFactor) => Math.abs(first(weighted, bucket.side));
  const sorted = [...bucket.factors].sort((a, b) => size(b) - size(a));
  const shown = sorted.slice(0, sorted.length === most + 1 ? most + 1 : most);
  const siblings = bucket.factors.map(({ keys }) => keys);
  const above = { ...options.above, ...bucket.keys };
  const column = (of: (factor: CorrelatedFactor) => string) => {
    const texts = shown.map(of);
    const width = Math.max(0, ...texts.map(({ length }) => length));
    return texts.map((text) => text.padEnd(width));
  };
  const names = column(({ keys }) => factorName(keys, siblings, above));
  const sensitivities = aligned(shown.map((factor) => digits.text(first(factor.sensitivity, bucket.side), unit)));
  const weighted = aligned(shown.map((factor) => digits.text(first(factor.weighted, bucket.side), unit)));
  const isConcentrated = shown.some(({ concentration = 1 }) => concentration !== 1);
  const ratios = column(({ concentration = 1 }) =>
    isConcentrated ? `, concentration ${significant(concentration, 4)}` : "",
  );
  const lines = shown.map((factor, i): Line => {
    const share = shares?.get(factor);
    return {
      guide: "",
      text: `${names[i]!}  ${sensitivities[i]!} weighs ${weighted[i]!}${ratios[i]!}${share === undefined ? "" : ", share"}`,
      value: share === undefined ? "" : digits.text(share, unit, "both"),
      unit: share === undefined ? "" : unit,
      role: "share",
      quiet: true,
    };
  });
  const rest = sorted.length - shown.length;
  if (rest > 0) lines.push({ guide: "", text: `${rest} more`, value: "", unit: "", role: "more", quiet: true });
  return lines;
}

/** Keys that tell a factor from the others of its bucket; with one factor, those that are not said yet. */
function factorName(keys: Keys, siblings: readonly Keys[], above: Keys): string {
  const told = Object.keys(keys).filter(
    (key) =>
      !Object.hasOwn(above, key) && (siblings.length === 1 || siblings.some((other) => other[key] !== keys[key])),
  );
  // these follow from the others
  const implied = ["riskType", "volatility", "category"];
  const named = told.some((key) => !implied.includes(key)) ? told.filter((key) => !implied.includes(key)) : told;
  const order = ["name", "qualifier", "vertex", "subCurve"];
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const sorted = [...named].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const words = [...new Set(sorted.map((key) => String(keys[key])))];
  return words.length > 0 ? words.join(" ") : "its only factor";
}

/** Shares of the instruments of each factor; undefined where the market is not known. */
function sharesByFactor(
  group: RequirementGroup,
  { buckets }: Correlation,
  market: Market | undefined,
): Map<CorrelatedFactor, number> | undefined {
  if (market === undefined || group.shares === undefined) return undefined;
  const byId = new Map(market.instruments.map((instrument) => [instrument.id, instrument]));
  const held = group.shares.flatMap(([id, share]) => {
    const instrument = byId.get(id);
    return instrument === undefined
      ? []
      : [{ share, fields: { ...instrument, ...instrument.keys, instrument: id } as unknown as Keys }];
  });
  const found = new Map<CorrelatedFactor, number>();
  for (const { factors } of buckets) {
    for (const factor of factors) {
      // an instrument may lie between two pillars: its share is not the factor's
      if (factor.keys.pillar !== undefined) return undefined;
      const own = held.filter(({ fields }) =>
        Object.entries(factor.keys).every(([key, value]) => fields[key] === value),
      );
      if (own.length > 0)
        found.set(
          factor,
          own.reduce((sum, { share }) => sum + share, 0),
        );
    }
  }
  return found;
}
