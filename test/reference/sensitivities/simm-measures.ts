/**
 * One measure of one risk class: factors → buckets → margin.
 *
 *   K² = Σ WS_k² + Σ_{k≠l} ρ·f·WS_k·WS_l    S = clamp(Σ WS_k, K)    margin = √(Σ K² + Σ_{b≠c} γ·g·S_b·S_c) + K of the residual
 *
 * Source: ISDA SIMM methodology, delta, vega, curvature and base correlation margin.
 */
import { concentration, similarity } from "./concentration.ts";
import { scaling, tail } from "./curvature.ts";
import { clamp, crossTerms, flooredRoot, quadratic, sum } from "./nested.ts";
import { bucketsOf, netted, RISK_TYPES, type Factor } from "./simm-factors.ts";
import type { Rules } from "./simm-rules.ts";
import type { BucketResult, MeasureResult, RiskClass, SimmOptions, SimmParameters, SimmRecord } from "./simm-types.ts";

const RESIDUAL = "Residual";

/** CR of each factor: one root over the sum of its group. One-day margin knows no concentration. */
function concentrations(factors: Factor[], rules: Rules, threshold: (f: Factor) => number, horizon: 1 | 10): number[] {
  return factors.map((f) => {
    const group = rules.group(f);
    if (horizon === 1 || group === undefined) return 1;
    const together = factors.filter((other) => other.bucket === f.bucket && rules.group(other) === group);
    return concentration(sum(together.map(({ amount }) => amount)), threshold(f));
  });
}

/** Factors with their weighted sensitivities and concentrations, side by side. */
interface Weighted {
  factors: Factor[];
  ws: number[];
  cr: number[];
}

function bucketResult(
  { factors, ws, cr }: Weighted,
  bucket: string,
  correlation: (a: Factor, b: Factor, f: number) => number,
): BucketResult {
  const inside = factors.flatMap((f, i) => (f.bucket === bucket ? [i] : []));
  const x = inside.map((i) => ws[i]!);
  const K = flooredRoot(
    quadratic(x, (k, l) => {
      const [i, j] = [inside[k]!, inside[l]!];
      return correlation(factors[i]!, factors[j]!, similarity(cr[i]!, cr[j]!));
    }),
  );
  return {
    K,
    S: clamp(sum(x), K),
    WS: Object.fromEntries(inside.map((i) => [factors[i]!.key, ws[i]!])),
    CR: Object.fromEntries(inside.map((i) => [factors[i]!.key, cr[i]!])),
  };
}

const largest = ({ CR }: BucketResult) => Math.max(...Object.values(CR));

/** Delta and vega. */
function linear(weighted: Weighted, rho: Rules["rho"], rules: Rules): MeasureResult {
  const buckets: Record<string, BucketResult> = {};
  for (const bucket of bucketsOf(weighted.factors))
    buckets[bucket] = bucketResult(weighted, bucket, (a, b, f) => rho(a, b) * (rules.similarInside ? f : 1));
  const names = Object.keys(buckets).filter((bucket) => bucket !== RESIDUAL);
  const at = (b: number) => buckets[names[b]!]!;
  const cross = crossTerms(
    names.map((_, b) => at(b).S),
    (b, c) =>
      rules.gamma(names[b]!, names[c]!) * (rules.similarInside ? 1 : similarity(largest(at(b)), largest(at(c)))),
  );
  const squared = sum(names.map((_, b) => at(b).K ** 2)) + cross;
  return { margin: flooredRoot(squared) + (buckets[RESIDUAL]?.K ?? 0), buckets };
}

export function delta(
  records: readonly SimmRecord[],
  riskClass: RiskClass,
  rules: Rules,
  o: SimmOptions,
): MeasureResult {
  const used = records.filter(
    ({ riskType, qualifier }) =>
      RISK_TYPES[riskClass].delta.includes(riskType) &&
      // a currency against itself does not move
      !(riskType === "Risk_FX" && qualifier === o.calculationCurrency),
  );
  const factors = netted(used, ({ amountUSD }) => amountUSD);
  const cr = concentrations(factors, rules, rules.deltaThreshold, o.horizon);
  const ws = factors.map((f, i) => rules.weight(f) * f.amount * cr[i]!);
  return linear({ factors, ws, cr }, rules.rho, rules);
}

/** The threshold is held against HVR·σ·vega, before VRW. */
export function vega(
  records: readonly SimmRecord[],
  riskClass: RiskClass,
  rules: Rules,
  o: SimmOptions,
): MeasureResult {
  const used = records.filter(({ riskType }) => RISK_TYPES[riskClass].vega.includes(riskType));
  const factors = netted(used, (record) => rules.historical * rules.volatility(record) * record.amountUSD);
  const cr = concentrations(factors, rules, rules.vegaThreshold, o.horizon);
  const ws = factors.map((f, i) => rules.vegaWeight(f) * f.amount * cr[i]!);
  return linear({ factors, ws, cr }, rules.vegaRho, rules);
}

/** ρ² and γ², no HVR, no VRW, no concentration; the residual has a tail of its own. */
export function curvature(
  records: readonly SimmRecord[],
  riskClass: RiskClass,
  rules: Rules,
  o: SimmOptions,
): MeasureResult {
  const used = records.filter(({ riskType }) => RISK_TYPES[riskClass].vega.includes(riskType));
  const sign = o.side === "call" ? 1 : -1;
  const factors = netted(
    used,
    (record) => sign * scaling(record.label1, o.horizon) * rules.volatility(record) * record.amountUSD,
  );
  const ws = factors.map((f) => rules.curved(f) * f.amount);
  const weighted = { factors, ws, cr: ws.map(() => 1) };
  const buckets: Record<string, BucketResult> = {};
  for (const bucket of bucketsOf(factors))
    buckets[bucket] = bucketResult(weighted, bucket, (a, b) => rules.vegaRho(a, b) ** 2);
  const names = Object.keys(buckets).filter((bucket) => bucket !== RESIDUAL);
  const at = (b: number) => buckets[names[b]!]!;
  const cross = crossTerms(
    names.map((_, b) => at(b).S),
    (b, c) => rules.gamma(names[b]!, names[c]!) ** 2,
  );
  const squared = sum(names.map((_, b) => at(b).K ** 2)) + cross;
  const of = (residual: boolean) => ws.filter((_, i) => (factors[i]!.bucket === RESIDUAL) === residual);
  const nonResidual = tail(of(false), squared);
  const residual = tail(of(true), (buckets[RESIDUAL]?.K ?? 0) ** 2);
  return {
    margin: rules.curvatureScale * (nonResidual.margin + residual.margin),
    buckets,
    nonResidual,
    ...(RESIDUAL in buckets ? { residual } : {}),
  };
}

/** WS = RW·s by index, one ρ, no concentration. */
export function baseCorrelation(
  records: readonly SimmRecord[],
  p: SimmParameters["creditQ"],
  { horizon }: SimmOptions,
): MeasureResult {
  const factors = netted(
    records.filter(({ riskType }) => riskType === "Risk_BaseCorr").map((record) => ({ ...record, bucket: "BaseCorr" })),
    ({ amountUSD }) => p.baseCorrRw[horizon] * amountUSD,
  );
  const ws = factors.map(({ amount }) => amount);
  const all = bucketResult({ factors, ws, cr: ws.map(() => 1) }, "BaseCorr", () => p.baseCorrRho);
  return { margin: all.K, buckets: factors.length === 0 ? {} : { BaseCorr: all } };
}
