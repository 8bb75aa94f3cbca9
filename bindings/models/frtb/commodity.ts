/** Commodity: eleven buckets, factors by commodity, location and tenor. Source: MAR21.81 to 21.85, 21.91 to 21.101. */
import type { Parameter } from "../../documents/model.ts";
import { selected, upAndDown, vegaWeight, type SbmClass } from "./measures.ts";

const BUCKETS = Array.from({ length: 11 }, (_, i) => String(i + 1));
const OTHER = "11";
const WEIGHTS = [0.3, 0.35, 0.6, 0.8, 0.4, 0.45, 0.2, 0.35, 0.25, 0.35, 0.5];
const RHO = [0.55, 0.95, 0.4, 0.8, 0.6, 0.65, 0.55, 0.45, 0.15, 0.4, 0.15];

const gamma = (b: string, c: string) => (b === c ? 1 : b === OTHER || c === OTHER ? 0 : 0.2);
const by = (figures: number[]) => figures.map((is, b) => ({ bucket: BUCKETS[b]!, is }));

const parameters: Record<string, Parameter> = {
  commodityWeight: { unit: "relative move", source: "MAR21.82", for: by(WEIGHTS) },
  commodityVegaWeight: {
    unit: "relative move of the volatility",
    source: "MAR21.92: liquidity horizon of 120 days",
    is: vegaWeight(120),
  },
  commodityRho: { unit: "correlation of two commodities", source: "MAR21.83", for: by(RHO) },
  tenorRho: { unit: "correlation of two tenors", source: "MAR21.83", is: 0.99 },
  locationRho: { unit: "correlation of two locations", source: "MAR21.83", is: 0.999 },
  commodityGamma: {
    unit: "correlation of two buckets",
    source: "MAR21.85",
    is: { labels: BUCKETS, rows: BUCKETS.map((b) => BUCKETS.map((c) => gamma(b, c))) },
  },
};

const bucket = ["riskClass", "bucket"];
const common = { kind: "correlated", bucket, across: { key: "bucket", matrix: "commodityGamma" } } as const;
const names = { agree: ["name"], is: 1, else: "commodityRho" };

export const commodity: SbmClass = {
  name: "commodity",
  parameters,
  charges: {
    delta: {
      ...common,
      ...selected("commodity", "delta"),
      factor: [...bucket, "name", "location", "tenor"],
      weight: "commodityWeight",
      within: [
        names,
        { agree: ["tenor"], is: 1, else: "tenorRho" },
        { agree: ["location"], is: 1, else: "locationRho" },
      ],
      clamp: "negative",
    },
    vega: {
      ...common,
      ...selected("commodity", "vega"),
      factor: [...bucket, "name", "optionTenor"],
      weight: "commodityVegaWeight",
      within: [names, { key: "optionTenor", matrix: "optionTenorRho" }],
      clamp: "negative",
    },
    curvature: {
      ...common,
      ...selected("commodity", "curvature"),
      factor: [...bucket, "name"],
      measure: upAndDown()!,
      within: "commodityRho",
      squared: true,
    },
  },
};
