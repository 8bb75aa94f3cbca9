/**
 * A set of parameters of SIMM's shape, made up by us: round numbers and simple rules, none of them of a published version, whose tables are
 * licensed. With it a clone without ../shared can hold the core against the twin. No margin computed with it means anything.
 */
import type { ByHorizon, SimmParameters } from "./simm-types.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const rounded = (x: number) => Math.round(x * 1000) / 1000;
/** n numbers from `first` in equal steps. */
const steps = (n: number, first: number, by: number) => range(n).map((i) => rounded(first + by * i));
/** One-day weights are a quarter of ten-day ones here. */
const horizons = (weights: number[]): ByHorizon<number[]> => ({
  "10": weights,
  "1": weights.map((w) => rounded(w / 4)),
});
/** near / (1 + decay·|i − j|) off the diagonal: positive definite, no two distances alike. */
const decaying = (n: number, near: number, decay: number) =>
  range(n).map((i) => range(n).map((j) => (i === j ? 1 : rounded(near / (1 + decay * Math.abs(i - j))))));

const classes = ["InterestRate", "CreditQualifying", "CreditNonQualifying", "Equity", "Commodity", "FX"];

export const invented: SimmParameters = {
  psi: { order: classes, matrix: decaying(6, 0.41, 0.13) },
  equity: {
    rw: horizons(steps(13, 40, -1.5)),
    vrw: { "10": [...range(11).map(() => 0.4), 0.85, 0.4], "1": [...range(11).map(() => 0.1), 0.2, 0.1] },
    hvr: { "10": 0.62, "1": 0.71 },
    rho: [...steps(12, 0.12, 0.025), 0],
    gamma: decaying(12, 0.31, 0.21),
    thresholdDeltaUsdMm: steps(13, 1.5, 2),
    thresholdVegaUsdMm: steps(13, 90, 45),
  },
  commodity: {
    rw: horizons(steps(17, 14, 2.5)),
    vrw: { "10": 0.5, "1": 0.13 },
    hvr: { "10": 0.77, "1": 0.83 },
    rho: range(17).map((i) => (i === 15 ? 0 : rounded(0.9 - 0.045 * i))),
    gamma: decaying(17, 0.52, 0.17).map((row, i) => row.map((x, j) => (i !== j && (i === 15 || j === 15) ? 0 : x))),
    thresholdDeltaUsdMm: steps(17, 60, 110),
    thresholdVegaUsdMm: steps(17, 75, 130),
  },
  fx: {
    highVolCurrencies: ["TRY", "ARS", "NGN"],
    rwRegularHigh: {
      "10": [
        [8, 15],
        [15, 25],
      ],
      "1": [
        [2, 4],
        [4, 7],
      ],
    },
    vrw: { "10": 0.35, "1": 0.08 },
    hvr: { "10": 0.6, "1": 0.75 },
    rhoCalcCcyRegular: [
      [0.55, 0.25],
      [0.25, -0.3],
    ],
    rhoCalcCcyHigh: [
      [0.8, 0.6],
      [0.6, 0.45],
    ],
    rhoVegaCurvature: 0.52,
    category1: ["USD", "EUR", "JPY"],
    category2: ["CHF", "NOK", "TRY"],
    thresholdDeltaUsdMm: [2500, 800, 130],
    thresholdVegaUsdMm: { "1-1": 2500, "1-2": 1200, "1-3": 600, "2-2": 500, "2-3": 350, "3-3": 150 },
  },
  interestRate: {
    regularCurrencies: ["USD", "EUR", "CHF", "NOK"],
    lowVolCurrencies: ["JPY"],
    rw: {
      "10": { regular: steps(12, 110, -5), low: steps(12, 10, 1.5), high: steps(12, 130, -3) },
      "1": { regular: steps(12, 25, -1), low: steps(12, 2, 0.5), high: steps(12, 40, -2) },
    },
    inflationRw: { "10": 55, "1": 14 },
    xccyRw: { "10": 24, "1": 6.5 },
    vrw: { "10": 0.2, "1": 0.05 },
    hvr: { "10": 0.5, "1": 0.6 },
    tenorRho: decaying(12, 0.9, 0.22),
    subCurvePhi: 0.97,
    inflationRho: 0.35,
    xccyRho: -0.05,
    gamma: 0.3,
    thresholdGroups: { large: ["USD", "EUR"], small: ["CHF", "NOK"], low: ["JPY"], high: "all others" },
    thresholdDeltaUsdMm: { large: 200, small: 50, low: 80, high: 30 },
    thresholdVegaUsdMm: { large: 3000, small: 500, low: 600, high: 150 },
  },
  creditQ: {
    rw: horizons(steps(13, 60, 35)),
    vrw: { "10": 0.7, "1": 0.09 },
    baseCorrRw: { "10": 12, "1": 3 },
    baseCorrRho: 0.3,
    rhoSameName: 0.9,
    rhoDifferentName: 0.45,
    rhoResidual: 0.55,
    gamma: decaying(12, 0.48, 0.09),
    thresholdDeltaUsdMm: steps(13, 0.2, 0.07),
    thresholdVegaUsdMm: 240,
  },
  creditNonQ: {
    rw: horizons([300, 1200, 1500]),
    vrw: { "10": 0.75, "1": 0.1 },
    rhoSameGroup: 0.8,
    rhoDifferentGroup: 0.3,
    rhoResidual: 0.6,
    gamma: 0.42,
    thresholdDeltaUsdMm: [9, 0.6, 0.4],
    thresholdVegaUsdMm: 130,
  },
};
