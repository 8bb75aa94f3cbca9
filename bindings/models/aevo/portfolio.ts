/**
 * Aevo portfolio margin: five price points by three states of volatility, which moves by points, and a floor.
 *
 * Read 2026-11-22: docs.aevo.xyz, portfolio margin (top part). The formula of the floor is not published where it was read.
 */
import type { Expr, MarginModel, Row } from "../../documents/model.ts";
import { equityWithOptions } from "../equity.ts";
import { givenOr0, MONEY } from "../figures.ts";

const DOCS = "docs.aevo.xyz, portfolio margin, first set (ETH)";

const rows: Row[] = [-1, -0.5, 0, 0.5, 1].flatMap((k): Row[] => {
  const spot: Expr = { mul: [k, "priceRange"] };
  return [
    { label: "{spot}, vol down", slice: k, spot, volShift: { neg: "volDown" } },
    { label: "{spot}, vol same", slice: k, spot },
    { label: "{spot}, vol up", slice: k, spot, volShift: "volUp" },
  ];
});

export const aevoPm: MarginModel = {
  format: 1,
  id: "aevo-pm",
  edition: "2023-01-01",
  source: "docs.aevo.xyz, options specifications, portfolio margin",
  assumptions: [
    "The edition's date is about right: the page is not dated.",
    "Underlyings are summed without offset. All of them have the set published for ETH.",
    "The floor margin is not published: 0 unless the portfolio gives it by underlying, and added to the scenarios' loss.",
    "Maintenance and initial relate as in the venue's standard margin of a short option, 0.1 to 0.15.",
  ],
  currency: "USD",
  parameters: {
    priceRange: { unit: "relative", source: DOCS, is: 0.2, range: [0.01, 0.9] },
    volUp: { unit: "points of volatility, 1.00 = 100", source: DOCS, is: 0.5, range: [0, 5] },
    volDown: { unit: "points of volatility, 1.00 = 100", source: DOCS, is: 0.25, range: [0, 5] },
    floorMargin: givenOr0("underlying", "USD", "formula not published; 0 unless given", MONEY),
    maintenanceFactor: {
      unit: "share of initial",
      assumed: "as in the standard margin of a short option",
      is: 2 / 3,
      range: [0, 1],
    },
  },
  values: { discount: { is: 1 } },
  scenarios: { grid: { rows } },
  charges: {
    scenarioMargin: {
      kind: "scan",
      at: "underlying",
      scenarios: "grid",
      profile: { select: { kind: ["option", "future", "perpetual"] } },
    },
    margin: { kind: "formula", at: "underlying", value: { sum: ["scenarioMargin", "floorMargin"] } },
    ...equityWithOptions,
  },
  equity: "equityInModel",
  initial: "margin",
  maintenance: { mul: ["maintenanceFactor", "margin"] },
};
