/** The file of SIMM's parameters, one version: what each figure is. parameters.ts checks it; docs/sensitivities.md has the table. */

/** By margin period of risk, days. */
export interface ByHorizon<T> {
  "10": T;
  "1": T;
}

/** Weights of equity, commodity and FX in per cent, of rates and credit in basis points; thresholds in millions of USD. */
export interface SimmParameters {
  /** Date from which the version holds. */
  effective?: string | undefined;
  /** Correlation of risk classes, in the order of `order`. */
  psi: { order: string[]; matrix: number[][] };
  /** By bucket 1 to 12, then Residual; γ without it. */
  equity: {
    rw: ByHorizon<number[]>;
    vrw: ByHorizon<number[]>;
    hvr: ByHorizon<number>;
    rho: number[];
    gamma: number[][];
    thresholdDeltaUsdMm: number[];
    thresholdVegaUsdMm: number[];
  };
  /** By bucket 1 to 17. */
  commodity: {
    rw: ByHorizon<number[]>;
    vrw: ByHorizon<number>;
    hvr: ByHorizon<number>;
    rho: number[];
    gamma: number[][];
    thresholdDeltaUsdMm: number[];
    thresholdVegaUsdMm: number[];
  };
  /** Tables of two by two: regular volatility, high volatility. */
  fx: {
    highVolCurrencies: string[];
    /** Row: the currency; column: the calculation currency. */
    rwRegularHigh: ByHorizon<number[][]>;
    vrw: ByHorizon<number>;
    hvr: ByHorizon<number>;
    rhoCalcCcyRegular: number[][];
    rhoCalcCcyHigh: number[][];
    rhoVegaCurvature: number;
    category1: string[];
    category2: string[];
    /** By category 1, 2, 3. */
    thresholdDeltaUsdMm: number[];
    /** By categories of the pair. */
    thresholdVegaUsdMm: { [categories in "1-1" | "1-2" | "1-3" | "2-2" | "2-3" | "3-3"]?: number };
  };
  /** By tenor 2w to 30y; currencies in neither list are of high volatility. */
  interestRate: {
    regularCurrencies: string[];
    lowVolCurrencies: string[];
    rw: ByHorizon<{ regular: number[]; low: number[]; high: number[] }>;
    inflationRw: ByHorizon<number>;
    xccyRw: ByHorizon<number>;
    vrw: ByHorizon<number>;
    hvr: ByHorizon<number>;
    tenorRho: number[][];
    subCurvePhi: number;
    inflationRho: number;
    xccyRho: number;
    gamma: number;
    /** Lists of currencies; the group of all others is named in words. */
    thresholdGroups: Record<string, string[] | string>;
    thresholdDeltaUsdMm: Record<string, number>;
    thresholdVegaUsdMm: Record<string, number>;
  };
  /** By bucket 1 to 12, then Residual; γ without it. */
  creditQ: {
    rw: ByHorizon<number[]>;
    vrw: ByHorizon<number>;
    baseCorrRw: ByHorizon<number>;
    baseCorrRho: number;
    rhoSameName: number;
    rhoDifferentName: number;
    rhoResidual: number;
    gamma: number[][];
    thresholdDeltaUsdMm: number[];
    thresholdVegaUsdMm: number;
  };
  /** By bucket 1, 2, then Residual. */
  creditNonQ: {
    rw: ByHorizon<number[]>;
    vrw: ByHorizon<number>;
    rhoSameGroup: number;
    rhoDifferentGroup: number;
    rhoResidual: number;
    gamma: number;
    thresholdDeltaUsdMm: number[];
    thresholdVegaUsdMm: number;
  };
}
