/** What tells one risk class of SIMM from another: weights, thresholds and correlations; the aggregation is the same for all. */
import { creditNonQualifying, creditQualifying } from "./simm-rules-credit.ts";
import { interestRate } from "./simm-rules-rates.ts";
import { commodity, equity, fx } from "./simm-rules-spot.ts";
import type { Factor } from "./simm-factors.ts";
import type { RiskClass, SimmOptions, SimmParameters, SimmRecord } from "./simm-types.ts";

export interface Rules {
  /** RW of a delta factor. */
  weight(f: Factor): number;
  /** σ of a vega record: 1 where the record is multiplied by its volatility already. */
  volatility(record: SimmRecord): number;
  /** HVR inside vega: 1 for rates and credit. */
  historical: number;
  /** VRW. */
  vegaWeight(f: Factor): number;
  /** Factors of one bucket with the same group stand under one root of concentration; undefined: none. */
  group(f: Factor): string | undefined;
  /** T in USD. */
  deltaThreshold(f: Factor): number;
  vegaThreshold(f: Factor): number;
  /** ρ of two different factors of one bucket. */
  rho(a: Factor, b: Factor): number;
  vegaRho(a: Factor, b: Factor): number;
  /** Whether f multiplies ρ inside a bucket; elsewhere g multiplies γ across buckets. */
  similarInside: boolean;
  /** γ of two different buckets, none of them the residual. */
  gamma(b: string, c: string): number;
  /** What multiplies a curvature record: 0 for volatility indexes. */
  curved(f: Factor): number;
  /** What multiplies the curvature margin: HVR⁻² for rates. */
  curvatureScale: number;
}

export function rulesOf(riskClass: RiskClass, parameters: SimmParameters, options: SimmOptions): Rules {
  switch (riskClass) {
    case "InterestRate":
      return interestRate(parameters.interestRate, options);
    case "CreditQualifying":
      return creditQualifying(parameters.creditQ, options);
    case "CreditNonQualifying":
      return creditNonQualifying(parameters.creditNonQ, options);
    case "Equity":
      return equity(parameters.equity, options);
    case "Commodity":
      return commodity(parameters.commodity, options);
    case "FX":
      return fx(parameters.fx, options);
  }
}
