/**
 * A grid like OCC's TIMS: ten equidistant prices, volatility as it is, the worst of each underlying, and a least charge per short option.
 *
 * Not a venue's model: figures as they are commonly quoted, read 2026-11-22. The rule texts (FINRA 4210(g), Cboe 10.4) were not readable.
 */
import type { MarginModel, Row } from "../documents/model.ts";
import { equityWithOptions } from "./equity.ts";
import { options } from "./prices.ts";

/** Equidistant, without 0. */
const POINTS = [-1, -0.8, -0.6, -0.4, -0.2, 0.2, 0.4, 0.6, 0.8, 1];

export const timsGrid: MarginModel = {
  format: 1,
  id: "tims-grid",
  edition: "2021-11-01",
  source:
    "OCC margin methodology, as commonly quoted: ±15 % for single names in ten points, 0.375 USD per unit of a short contract",
  assumptions: [
    "Product groups are left out: underlyings are summed without offset.",
    "Initial and maintenance are the same; an option's value belongs to the equity.",
  ],
  currency: "USD",
  parameters: {
    priceRange: {
      unit: "relative",
      assumed: "commonly quoted for single names; indices have 8 to 10 %",
      is: 0.15,
      range: [0.01, 0.9],
    },
    minimumCharge: {
      unit: "USD per base unit of a short option",
      assumed: "commonly quoted, 37.50 USD for a contract of a hundred",
      is: 0.375,
      range: [0, 1e6],
    },
  },
  values: { discount: { is: 1 } },
  scenarios: {
    grid: { rows: POINTS.map((k): Row => ({ label: "{spot}", spot: { mul: [k, "priceRange"] } })) },
  },
  charges: {
    worstCase: {
      kind: "scan",
      at: "underlying",
      scenarios: "grid",
      profile: { select: { kind: ["option", "future", "perpetual", "spot"] } },
    },
    shortOptions: { kind: "amount", at: "underlying", net: "instrument", select: options, on: "short" },
    classMargin: {
      kind: "formula",
      at: "underlying",
      value: { max: ["worstCase", { mul: ["minimumCharge", "shortOptions"] }] },
    },
    ...equityWithOptions,
  },
  equity: "equityInModel",
  initial: "classMargin",
  maintenance: "classMargin",
};
