/**
 * Interest rates: a bucket for each currency, with tenors by sub-curve, one factor of inflation and one of cross-currency basis.
 *
 * Source: ISDA SIMM methodology, its part on interest rates.
 */
import type { Factor } from "./simm-factors.ts";
import type { Rules } from "./simm-rules.ts";
import type { Group, SimmOptions, SimmParameters } from "./simm-types.ts";

export const TENORS = ["2w", "1m", "3m", "6m", "1y", "2y", "3y", "5y", "10y", "15y", "20y", "30y"];

export function interestRate(p: SimmParameters["interestRate"], { horizon }: SimmOptions): Rules {
  const groupOf = (currency: string): Group =>
    p.lowVolCurrencies.includes(currency) ? "low" : p.regularCurrencies.includes(currency) ? "regular" : "high";
  /** The group that lists a currency, or that of all others. */
  const thresholdGroup = (currency: string): string => {
    const groups = Object.entries(p.thresholdGroups);
    const listed = groups.find(([, of]) => Array.isArray(of) && of.includes(currency));
    return (listed ?? groups.find(([, of]) => !Array.isArray(of))!)[0];
  };
  const rho = (a: Factor, b: Factor): number => {
    if (a.kind === "basis" || b.kind === "basis") return p.xccyRho;
    if (a.kind === "inflation" || b.kind === "inflation") return p.inflationRho;
    const ofTenors = p.tenorRho[TENORS.indexOf(a.tenor)]![TENORS.indexOf(b.tenor)]!;
    return a.label === b.label ? ofTenors : p.subCurvePhi * ofTenors;
  };
  return {
    weight: ({ kind, name, tenor }) => {
      if (kind === "inflation") return p.inflationRw[horizon];
      if (kind === "basis") return p.xccyRw[horizon];
      return p.rw[horizon][groupOf(name)][TENORS.indexOf(tenor)]!;
    },
    volatility: () => 1,
    historical: 1,
    vegaWeight: () => p.vrw[horizon],
    group: ({ kind, bucket }) => (kind === "basis" ? undefined : bucket),
    deltaThreshold: ({ name }) => 1e6 * p.thresholdDeltaUsdMm[thresholdGroup(name)]!,
    vegaThreshold: ({ name }) => 1e6 * p.thresholdVegaUsdMm[thresholdGroup(name)]!,
    rho,
    vegaRho: rho,
    similarInside: false,
    gamma: () => p.gamma,
    curved: () => 1,
    curvatureScale: 1 / p.hvr[horizon] ** 2,
  };
}
