/** What the twin of the Basel method takes and gives. The shape of the parameters is that of `frtbSba` and `crypto` in ../shared/vectors. */
import type { FrtbClass, FrtbCurvature, FrtbDelta, FrtbVega } from "../../../bindings/formats/frtb.ts";

export type { FrtbClass } from "../../../bindings/formats/frtb.ts";
export type FrtbSensitivity = Omit<FrtbDelta, "row"> | Omit<FrtbVega, "row"> | Omit<FrtbCurvature, "row">;
export type FrtbMeasure = "delta" | "vega" | "curvature";
export type Scenario = "low" | "medium" | "high";
export const SCENARIOS: Scenario[] = ["low", "medium", "high"];

export interface FrtbParameters {
  vegaRw: { equityLarge: number; equitySmallOther: number; commodity: number; fx: number };
  vegaOptionAlpha: number;
  /** Arrays: buckets 1…13; ρ of the other bucket is null. */
  equity: {
    rwSpot: number[];
    rwRepo: number[];
    rhoName: (number | null)[];
    rhoSpotRepo: number;
    otherBucket: number;
    gamma: number[][];
    smallCapBuckets: number[];
  };
  /** Arrays: buckets 1…11. */
  commodity: {
    rw: number[];
    rhoCommodity: number[];
    rhoTenor: number;
    rhoLocation: number;
    gamma: number;
    gammaWithBucket11: number;
  };
  fx: { rw: number; majorDivisor: number; majors: string[]; gamma: number; curvatureOptionalDivisor: number };
  /** Cryptoassets of group 2a. */
  crypto: { rwDelta: number; rwVega: number; rwCurvature: number; rhoDifferentExchangeOrTenor: number };
}

export interface FrtbOptions {
  /** Divide the curvature of FX by 1.5 where a record allows it. */
  divideFxCurvature?: boolean;
  /** Put the correlations inside a coin's bucket through the scenarios too: the text of group 2a is silent. */
  cryptoScenarios?: boolean;
}

export interface FrtbBucket {
  K: number;
  /** Σ WS, or its clamp where the alternative was used. */
  S: number;
}
export interface FrtbMeasureResult {
  risk: number;
  /** Whether S was clamped, Σ K² + Σ γ·S·S being negative without. */
  alternative: boolean;
  buckets: Record<string, FrtbBucket & { side?: "up" | "down" }>;
}
export type FrtbScenarioResult = {
  /** Σ over classes and measures. */
  total: number;
  classes: Partial<Record<FrtbClass, Partial<Record<FrtbMeasure, FrtbMeasureResult>>>>;
};
export interface FrtbResult {
  /** The largest of the three totals. */
  total: number;
  scenario: Scenario;
  scenarios: Record<Scenario, FrtbScenarioResult>;
}

export type Frtb = (
  parameters: FrtbParameters,
  records: readonly FrtbSensitivity[],
  options?: FrtbOptions,
) => FrtbResult;
