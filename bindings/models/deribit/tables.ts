/** The two tables of Deribit's portfolio margin: price steps by three states of volatility, and moves beyond the range with volatility up. */
import type { Expr, Parameter, Row } from "../../documents/model.ts";
import { perUnderlying } from "../figures.ts";
import { isInverse, options } from "../prices.ts";
import { volPowers } from "../vol-term.ts";

export const SIMULATE = "API reference, private/simulate response example, model of 2024-06-17";
export const SIMULATE_ETH = `${SIMULATE}; ETH of 2026-02-15`;

/** Volatility states of one price row: down, same, up, scaled by the term rule; the floor holds for the state up. */
const vols = (spot: Expr, slice: number): Row[] => [
  { label: "{spot}, vol down", slice, spot, volMove: { mul: [-1, "volDown", "volTerm"] } },
  { label: "{spot}, vol same", slice, spot },
  { label: "{spot}, vol up", slice, spot, volMove: { mul: ["volUp", "volTerm"] }, volFloor: "volFloorUp" },
];

/** Price steps of the standard table, in parts of the range. */
const STEPS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

export const standardRows: Row[] = STEPS.flatMap((k) => vols({ mul: [k, "priceRange"] }, k));

/** Moves of the extended table, volatility up only. */
const EXTENDED = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5];

/** Steps of a move beyond the range, each of which dampens. */
const stepsBeyond = (move: number): Expr => ({
  sub: [{ max: [{ div: [Math.abs(move), "priceRange"] }, 1] }, 1],
});

/** USD, for tables in USD. */
const dampenerInUsd = (move: number): Expr => ({ mul: [stepsBeyond(move), "extendedDampener"] });

/** In settlement currency; a coin is taken at the price of the edge. */
const dampener = (move: number): Expr => ({
  div: [{ div: [dampenerInUsd(move), "settlementPrice"] }, { if: [isInverse, { sum: [1, edge(move)] }, 1] }],
});

const edge = (move: number): Expr => (move < 0 ? { neg: "priceRange" } : "priceRange");

/** Futures stop at the edge of the range. */
const clamped = (move: number, range = "priceRange"): Expr =>
  move < 0 ? { max: [move, { neg: range }] } : { min: [move, range] };

function extended(move: number): Row {
  return {
    label: "{spot}, vol up",
    spot: move,
    linear: clamped(move),
    volMove: { mul: ["volUp", "volTerm"] },
    volFloor: "volFloorUp",
    scale: {
      if: [
        { is: options },
        {
          mul: [
            "extendedFactor",
            { div: ["priceRange", Math.abs(move)] },
            { if: [isInverse, { div: [1 + move, { sum: [1, edge(move)] }] }, 1] },
          ],
        },
        1,
      ],
    },
    dampener: dampener(move),
  };
}

export const extendedRows: Row[] = EXTENDED.map(extended);

/** Currencies that no price step moves. */
const UNMOVED = ["USD", "USDC", "USDT", "USDE", "USYC", "BUIDL", "EURR"];

/** The same rows for a profile in USD: coins, and results in them, are taken at the price of the edge, as futures are. */
export const extendedRowsInUsd: Row[] = EXTENDED.map((move) => ({
  ...extended(move),
  currency: {
    if: [
      { is: { settlement: UNMOVED } },
      0,
      { sub: [{ div: [{ sum: [1, clamped(move, "rangeOfCoin")] }, 1 + move] }, 1] },
    ],
  },
  dampener: dampenerInUsd(move),
}));

export const tableParameters = {
  priceRange: perUnderlying(
    0.16,
    { BTC: 0.16, ETH: 0.18 },
    { unit: "relative", source: SIMULATE_ETH, range: [0.01, 0.9] },
  ),
  volUp: perUnderlying(
    0.5,
    { BTC: 0.5, ETH: 0.4 },
    { unit: "relative, at 30 days", source: SIMULATE_ETH, range: [0, 5] },
  ),
  volDown: { unit: "relative, at 30 days", source: SIMULATE, is: 0.25, range: [0, 1] },
  volFloorUp: { unit: "volatility", source: SIMULATE, is: 0.5, range: [0, 5] },
  ...volPowers(SIMULATE),
  daysFloor: {
    unit: "days",
    assumed: "in one of two re-implementations; without it hours before expiry the shock would grow without bound",
    is: 1,
    range: [0.01, 30],
  },
  extendedFactor: { unit: "factor", source: SIMULATE, is: 1, range: [0, 10] },
  extendedDampener: {
    unit: "USD per step beyond the range",
    source: SIMULATE_ETH,
    is: 25000,
    for: [
      { underlying: "BTC", settlement: "BTC", is: 100000 },
      { underlying: "ETH", settlement: "ETH", is: 200000 },
    ],
    range: [0, 1e9],
  },
} satisfies Record<string, Parameter>;
