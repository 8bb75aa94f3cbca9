/** What the twin of SIMM takes and gives. The shape of the parameters is that of a version in ../shared/vectors/simm-params.json. */
import type { CrifRecord, ProductClass } from "../../../bindings/formats/crif.ts";

export type SimmRecord = Omit<CrifRecord, "row">;

export type RiskClass = "InterestRate" | "CreditQualifying" | "CreditNonQualifying" | "Equity" | "Commodity" | "FX";
export type Measure = "Delta" | "Vega" | "Curvature" | "BaseCorr";
export type Group = "regular" | "low" | "high";

/** By horizon in days. */
export type ByHorizon<T> = Record<"1" | "10", T>;
/** By group of volatility, [regular, high] each way. */
type Pairs = number[][];

interface Concentrated {
  thresholdDeltaUsdMm: number[];
}

export interface SimmParameters {
  psi: { order: string[]; matrix: number[][] };
  /** Arrays: buckets 1…12 and Residual; γ without it. */
  equity: Concentrated & {
    rw: ByHorizon<number[]>;
    vrw: ByHorizon<number[]>;
    hvr: ByHorizon<number>;
    rho: number[];
    gamma: number[][];
    thresholdVegaUsdMm: number[];
  };
  /** Arrays: buckets 1…17. */
  commodity: Concentrated & {
    rw: ByHorizon<number[]>;
    vrw: ByHorizon<number>;
    hvr: ByHorizon<number>;
    rho: number[];
    gamma: number[][];
    thresholdVegaUsdMm: number[];
  };
  fx: {
    highVolCurrencies: string[];
    rwRegularHigh: ByHorizon<Pairs>;
    vrw: ByHorizon<number>;
    hvr: ByHorizon<number>;
    /** By groups of the two currencies; one table for each group of the calculation currency. */
    rhoCalcCcyRegular: Pairs;
    rhoCalcCcyHigh: Pairs;
    rhoVegaCurvature: number;
    category1: string[];
    category2: string[];
    /** By category 1, 2, 3. */
    thresholdDeltaUsdMm: number[];
    /** `1-1`, `1-2`, … */
    thresholdVegaUsdMm: Record<string, number>;
  };
  interestRate: {
    regularCurrencies: string[];
    lowVolCurrencies: string[];
    rw: ByHorizon<Record<Group, number[]>>;
    inflationRw: ByHorizon<number>;
    xccyRw: ByHorizon<number>;
    vrw: ByHorizon<number>;
    hvr: ByHorizon<number>;
    tenorRho: number[][];
    subCurvePhi: number;
    inflationRho: number;
    xccyRho: number;
    gamma: number;
    /** Lists of currencies; a group that holds all others is named in words. */
    thresholdGroups: Record<string, string[] | string>;
    thresholdDeltaUsdMm: Record<string, number>;
    thresholdVegaUsdMm: Record<string, number>;
  };
  /** Arrays: buckets 1…12 and Residual; γ without it. */
  creditQ: Concentrated & {
    rw: ByHorizon<number[]>;
    vrw: ByHorizon<number>;
    baseCorrRw: ByHorizon<number>;
    baseCorrRho: number;
    rhoSameName: number;
    rhoDifferentName: number;
    rhoResidual: number;
    gamma: number[][];
    thresholdVegaUsdMm: number;
  };
  /** Arrays: buckets 1, 2 and Residual. */
  creditNonQ: Concentrated & {
    rw: ByHorizon<number[]>;
    vrw: ByHorizon<number>;
    rhoSameGroup: number;
    rhoDifferentGroup: number;
    rhoResidual: number;
    gamma: number;
    thresholdVegaUsdMm: number;
  };
}

export interface SimmOptions {
  /** Days. */
  horizon: 1 | 10;
  /** The side that calls margin, or the one that posts it: curvature's sign. */
  side: "call" | "post";
  calculationCurrency: string;
}

export interface BucketResult {
  K: number;
  /** After the clamp. */
  S: number;
  /** WS (VR, or CVR) by factor. */
  WS: Record<string, number>;
  /** CR by factor. */
  CR: Record<string, number>;
}

export interface MeasureResult {
  margin: number;
  buckets: Record<string, BucketResult>;
  /** Of curvature. */
  nonResidual?: import("./curvature.ts").Tail;
  residual?: import("./curvature.ts").Tail;
}

export interface ProductResult {
  /** √(Σ ψ·IM·IM). */
  simm: number;
  /** Delta + Vega + Curvature + BaseCorr. */
  riskClasses: Partial<Record<RiskClass, number>>;
  measures: Partial<Record<RiskClass, Partial<Record<Measure, MeasureResult>>>>;
}

export interface SimmResult {
  /** SIMM and add-ons. */
  total: number;
  simm: number;
  products: Partial<Record<ProductClass, ProductResult>>;
  addOn: { fixed: number; notional: number; multiplier: number; total: number };
  /** SIMM as if a portfolio had only that measure: ψ acts inside, so that they do not add up. */
  columns: Record<"delta" | "vega" | "curvature" | "baseCorr" | "addOn", number>;
}

export type Simm = (parameters: SimmParameters, records: readonly SimmRecord[], options: SimmOptions) => SimmResult;
