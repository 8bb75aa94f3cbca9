/** Equity: buckets 1 to 10 by size, region and sector, 11 the others, 12 and 13 indexes. Source: MAR21.71 to 21.79, 21.91 to 21.101. */
import type { Parameter } from "../../documents/model.ts";
import { selected, upAndDown, vegaWeight, type SbmClass } from "./measures.ts";

const BUCKETS = Array.from({ length: 13 }, (_, i) => String(i + 1));
const OTHER = "11";
const SPOT = [55, 60, 45, 55, 30, 35, 40, 50, 70, 50, 70, 15, 25]; // per cent
const RHO: Record<string, number> = {
  1: 0.15,
  2: 0.15,
  3: 0.15,
  4: 0.15,
  5: 0.25,
  6: 0.25,
  7: 0.25,
  8: 0.25,
  9: 0.075,
  10: 0.125,
  12: 0.8,
  13: 0.8,
};

/** 15 % among 1 to 10, 45 % between them and an index, 75 % between the indexes, none with the others. */
function gamma(b: string, c: string): number {
  if (b === c) return 1;
  if (b === OTHER || c === OTHER) return 0;
  const indexes = [b, c].filter((bucket) => bucket === "12" || bucket === "13").length;
  return [0.15, 0.45, 0.75][indexes]!;
}

const parameters: Record<string, Parameter> = {
  equityWeight: {
    unit: "relative move",
    source: "MAR21.77: spot; repo rates a hundredth of it",
    for: BUCKETS.flatMap((bucket, b) => [
      { bucket, factor: "spot", is: SPOT[b]! / 100 },
      { bucket, factor: "repo", is: SPOT[b]! / 10_000 },
    ]),
  },
  equityVegaWeight: {
    unit: "relative move of the volatility",
    source: "MAR21.92: liquidity horizon of 20 days for large companies and indexes, 60 for small ones and others",
    is: vegaWeight(20),
    for: ["9", "10", OTHER].map((bucket) => ({ bucket, is: vegaWeight(60) })),
  },
  equityRho: {
    unit: "correlation of two names",
    source: "MAR21.78",
    for: Object.entries(RHO).map(([bucket, is]) => ({ bucket, is })),
  },
  spotRepoRho: { unit: "correlation of spot and repo", source: "MAR21.78", is: 0.999 },
  equityGamma: {
    unit: "correlation of two buckets",
    source: "MAR21.80",
    is: { labels: BUCKETS, rows: BUCKETS.map((b) => BUCKETS.map((c) => gamma(b, c))) },
  },
};

const bucket = ["riskClass", "bucket"];
const common = {
  kind: "correlated",
  bucket,
  across: { key: "bucket", matrix: "equityGamma" },
  special: { select: { bucket: OTHER }, sum: "absolute", inside: true },
} as const;
const names = { agree: ["name"], is: 1, else: "equityRho" };

export const equity: SbmClass = {
  name: "equity",
  parameters,
  charges: {
    delta: {
      ...common,
      ...selected("equity", "delta"),
      factor: [...bucket, "name", "factor"],
      weight: "equityWeight",
      within: [names, { agree: ["factor"], is: 1, else: "spotRepoRho" }],
      clamp: "negative",
    },
    vega: {
      ...common,
      ...selected("equity", "vega"),
      factor: [...bucket, "name", "optionTenor"],
      weight: "equityVegaWeight",
      within: [names, { key: "optionTenor", matrix: "optionTenorRho" }],
      clamp: "negative",
    },
    curvature: {
      ...common,
      ...selected("equity", "curvature"),
      factor: [...bucket, "name"],
      measure: upAndDown()!,
      within: "equityRho",
      squared: true,
    },
  },
};
