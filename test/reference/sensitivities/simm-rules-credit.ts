/**
 * Credit: tenors of one issuer and payment currency, or of one securitisation and its group, are factors of their own; the issuer is large
 * or small as a whole.
 *
 * Source: ISDA SIMM methodology, its parts on credit qualifying and non-qualifying.
 */
import type { Factor } from "./simm-factors.ts";
import type { Rules } from "./simm-rules.ts";
import { indexOf } from "./simm-rules-spot.ts";
import type { SimmOptions, SimmParameters } from "./simm-types.ts";

export function creditQualifying(p: SimmParameters["creditQ"], { horizon }: SimmOptions): Rules {
  const at = (bucket: string) => indexOf(bucket, p.rw[horizon].length - 1);
  const rho = (a: Factor, b: Factor) =>
    a.bucket === "Residual" ? p.rhoResidual : a.name === b.name ? p.rhoSameName : p.rhoDifferentName;
  return {
    weight: ({ bucket }) => p.rw[horizon][at(bucket)]!,
    volatility: () => 1,
    historical: 1,
    vegaWeight: () => p.vrw[horizon],
    group: ({ name }) => name,
    deltaThreshold: ({ bucket }) => 1e6 * p.thresholdDeltaUsdMm[at(bucket)]!,
    vegaThreshold: () => 1e6 * p.thresholdVegaUsdMm,
    rho,
    vegaRho: rho,
    similarInside: true,
    gamma: (b, c) => p.gamma[at(b)]![at(c)]!,
    curved: () => 1,
    curvatureScale: 1,
  };
}

export function creditNonQualifying(p: SimmParameters["creditNonQ"], { horizon }: SimmOptions): Rules {
  const at = (bucket: string) => indexOf(bucket, p.rw[horizon].length - 1);
  const rho = (a: Factor, b: Factor) =>
    a.bucket === "Residual" ? p.rhoResidual : a.label === b.label ? p.rhoSameGroup : p.rhoDifferentGroup;
  return {
    weight: ({ bucket }) => p.rw[horizon][at(bucket)]!,
    volatility: () => 1,
    historical: 1,
    vegaWeight: () => p.vrw[horizon],
    group: ({ name }) => name,
    deltaThreshold: ({ bucket }) => 1e6 * p.thresholdDeltaUsdMm[at(bucket)]!,
    vegaThreshold: () => 1e6 * p.thresholdVegaUsdMm,
    rho,
    vegaRho: rho,
    similarInside: true,
    gamma: () => p.gamma,
    curved: () => 1,
    curvatureScale: 1,
  };
}
