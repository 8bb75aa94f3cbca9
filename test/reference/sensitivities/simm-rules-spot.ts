/**
 * Equity, commodity and FX: sensitivities to a relative move of the spot and to a point of volatility.
 *
 * Source: ISDA SIMM methodology, its parts on equity, commodity and FX.
 */
import { Z_99 } from "./quantiles.ts";
import type { Factor } from "./simm-factors.ts";
import type { Rules } from "./simm-rules.ts";
import type { SimmOptions, SimmParameters } from "./simm-types.ts";

const VOLATILITY_INDEXES = "12";

/** σ = RW·√(365/D)/Φ⁻¹(0.99) in points of volatility, D = 14 days for ten-day margin and 1.4 for one-day. */
function volatilityOf(weight: number, horizon: 1 | 10): number {
  return (weight * Math.sqrt(365 / (1.4 * horizon))) / Z_99;
}

/** Place of a bucket in an array of buckets 1, 2, … and, last, Residual. */
export function indexOf(bucket: string, residual: number): number {
  const index = bucket === "Residual" ? residual : Number(bucket) - 1;
  if (!(Number.isInteger(index) && index >= 0 && index <= residual)) throw new Error(`no bucket ${bucket}`);
  return index;
}

export function equity(p: SimmParameters["equity"], { horizon }: SimmOptions): Rules {
  const at = (bucket: string) => indexOf(bucket, p.rho.length - 1);
  const weight = ({ bucket }: Pick<Factor, "bucket">) => p.rw[horizon][at(bucket)]!;
  return {
    weight,
    volatility: (record) => volatilityOf(weight(record), horizon),
    historical: p.hvr[horizon],
    vegaWeight: ({ bucket }) => p.vrw[horizon][at(bucket)]!,
    group: ({ key }) => key,
    deltaThreshold: ({ bucket }) => 1e6 * p.thresholdDeltaUsdMm[at(bucket)]!,
    vegaThreshold: ({ bucket }) => 1e6 * p.thresholdVegaUsdMm[at(bucket)]!,
    rho: ({ bucket }) => p.rho[at(bucket)]!,
    vegaRho: ({ bucket }) => p.rho[at(bucket)]!,
    similarInside: true,
    gamma: (b, c) => p.gamma[at(b)]![at(c)]!,
    curved: ({ bucket }) => (bucket === VOLATILITY_INDEXES ? 0 : 1),
    curvatureScale: 1,
  };
}

/** No residual: bucket 16 (Other) is one of the others, with ρ = 0 and γ = 0. */
export function commodity(p: SimmParameters["commodity"], { horizon }: SimmOptions): Rules {
  const at = (bucket: string) => indexOf(bucket === "Residual" ? "none" : bucket, p.rho.length - 1);
  const weight = ({ bucket }: Pick<Factor, "bucket">) => p.rw[horizon][at(bucket)]!;
  return {
    weight,
    volatility: (record) => volatilityOf(weight(record), horizon),
    historical: p.hvr[horizon],
    vegaWeight: () => p.vrw[horizon],
    group: ({ key }) => key,
    deltaThreshold: ({ bucket }) => 1e6 * p.thresholdDeltaUsdMm[at(bucket)]!,
    vegaThreshold: ({ bucket }) => 1e6 * p.thresholdVegaUsdMm[at(bucket)]!,
    rho: ({ bucket }) => p.rho[at(bucket)]!,
    vegaRho: ({ bucket }) => p.rho[at(bucket)]!,
    similarInside: true,
    gamma: (b, c) => p.gamma[at(b)]![at(c)]!,
    curved: () => 1,
    curvatureScale: 1,
  };
}

/** One bucket of all currencies (delta) or pairs of them (vega). */
export function fx(p: SimmParameters["fx"], { horizon, calculationCurrency }: SimmOptions): Rules {
  const isHigh = (currency: string) => (p.highVolCurrencies.includes(currency) ? 1 : 0);
  const category = (currency: string) => (p.category1.includes(currency) ? 1 : p.category2.includes(currency) ? 2 : 3);
  const between = (a: string, b: string) => p.rwRegularHigh[horizon][isHigh(a)]![isHigh(b)]!;
  const pair = (name: string): [string, string] => [name.slice(0, 3), name.slice(3)];
  const rho = isHigh(calculationCurrency) ? p.rhoCalcCcyHigh : p.rhoCalcCcyRegular;
  return {
    weight: ({ name }) => between(name, calculationCurrency),
    volatility: ({ qualifier }) => volatilityOf(between(...pair(qualifier)), horizon),
    historical: p.hvr[horizon],
    vegaWeight: () => p.vrw[horizon],
    group: ({ key }) => key,
    deltaThreshold: ({ name }) => 1e6 * p.thresholdDeltaUsdMm[category(name) - 1]!,
    vegaThreshold: ({ name }) => 1e6 * p.thresholdVegaUsdMm[pair(name).map(category).sort().join("-")]!,
    rho: (a, b) => rho[isHigh(a.name)]![isHigh(b.name)]!,
    vegaRho: () => p.rhoVegaCurvature,
    similarInside: true,
    gamma: () => 0,
    curved: () => 1,
    curvatureScale: 1,
  };
}
