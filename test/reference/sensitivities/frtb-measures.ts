/**
 * One measure of one risk class of the Basel method in one scenario.
 *
 *   K = √max(0, Σ WS² + Σ ρ·WS·WS)    S = Σ WS    risk = √(Σ K² + Σ γ·S·S)
 *
 * S is clamped to ±K only where what is under the last root would be negative. Source: MAR21.4 (delta, vega), 21.5 (curvature).
 */
import { type FrtbRules, type Curvature, type Delta, type Vega } from "./frtb-rules.ts";
import type { FrtbBucket, FrtbMeasureResult } from "./frtb-types.ts";
import { clamp, crossTerms, flooredRoot, quadratic, sum } from "./nested.ts";

type Scaled = (correlation: number) => number;

/** Sums of `values` over records with the same key, in the order of the first. */
function netted<T, V extends number[]>(
  records: readonly T[],
  keyOf: (record: T) => string,
  values: (record: T) => V,
): { record: T; values: V }[] {
  const net = new Map<string, { record: T; values: V }>();
  for (const record of records) {
    const known = net.get(keyOf(record));
    if (known === undefined) net.set(keyOf(record), { record, values: [...values(record)] as V });
    else values(record).forEach((value, i) => (known.values[i]! += value));
  }
  return [...net.values()];
}

function byBucket<T extends { bucket: string }>(records: readonly T[]): [string, T[]][] {
  const names = [...new Set(records.map(({ bucket }) => bucket))];
  return names.map((name) => [name, records.filter(({ bucket }) => bucket === name)]);
}

export function delta(records: readonly Delta[], rules: FrtbRules, scaled: Scaled, isSum: boolean): FrtbMeasureResult {
  const key = (s: Delta) => JSON.stringify([s.name, s.factor, s.location, s.tenor]);
  return linear(records, key, rules.deltaWeight, rules.deltaRho, rules, scaled, isSum);
}

export function vega(records: readonly Vega[], rules: FrtbRules, scaled: Scaled, isSum: boolean): FrtbMeasureResult {
  const key = (s: Vega) => JSON.stringify([s.name, s.optionTenor]);
  return linear(records, key, rules.vegaWeight, rules.vegaRho, rules, scaled, isSum);
}

/** @param isSum whether K of the buckets is added: coins */
function linear<T extends { bucket: string; amount: number }>(
  records: readonly T[],
  key: (record: T) => string,
  weight: (record: T) => number,
  rho: (a: T, b: T) => number,
  rules: FrtbRules,
  scaled: Scaled,
  isSum: boolean,
): FrtbMeasureResult {
  const buckets: Record<string, FrtbBucket> = {};
  for (const [bucket, own] of byBucket(records)) {
    const factors = netted(own, key, (record) => [record.amount]);
    const ws = factors.map(({ record, values }) => weight(record) * values[0]!);
    const K = rules.absolute(bucket)
      ? sum(ws.map(Math.abs))
      : flooredRoot(quadratic(ws, (k, l) => scaled(rho(factors[k]!.record, factors[l]!.record))));
    buckets[bucket] = { K, S: sum(ws) };
  }
  if (isSum) return { risk: sum(Object.values(buckets).map(({ K }) => K)), alternative: false, buckets };
  const squared = across(buckets, (b, c) => scaled(rules.gamma(b, c)));
  if (squared >= 0) return { risk: Math.sqrt(squared), alternative: false, buckets };
  for (const one of Object.values(buckets)) one.S = clamp(one.S, one.K);
  const again = across(buckets, (b, c) => scaled(rules.gamma(b, c)));
  return { risk: flooredRoot(again), alternative: true, buckets };
}

/** Σ K² + Σ_{b≠c} γ·S_b·S_c. */
function across(buckets: Record<string, FrtbBucket>, gamma: (b: string, c: string) => number): number {
  const names = Object.keys(buckets);
  const S = names.map((name) => buckets[name]!.S);
  return sum(names.map((name) => buckets[name]!.K ** 2)) + crossTerms(S, (b, c) => gamma(names[b]!, names[c]!));
}

/** ψ: two gains of curvature do not meet. */
const psi = (a: number, b: number) => (a < 0 && b < 0 ? 0 : 1);

/** Correlations are squared first and put through the scenario then. */
export function curvature(
  records: readonly Curvature[],
  rules: FrtbRules,
  scaled: Scaled,
  isSum: boolean,
): FrtbMeasureResult {
  const buckets: FrtbMeasureResult["buckets"] = {};
  for (const [bucket, own] of byBucket(records)) {
    const factors = netted(
      own,
      ({ name, location }) => JSON.stringify([name, location]),
      ({ cvrUp, cvrDown }) => [cvrUp, cvrDown],
    );
    const side = (i: 0 | 1) => {
      const cvr = factors.map(({ values }) => values[i]!);
      const positive = cvr.map((x) => Math.max(x, 0));
      const K =
        isSum || rules.absolute(bucket)
          ? sum(positive)
          : flooredRoot(
              sum(positive.map((x) => x * x)) +
                crossTerms(
                  cvr,
                  (k, l) =>
                    scaled(rules.curvatureRho(factors[k]!.record, factors[l]!.record) ** 2) * psi(cvr[k]!, cvr[l]!),
                ),
            );
      return { K, S: sum(cvr) };
    };
    const [up, down] = [side(0), side(1)];
    const isUp = up.K > down.K || (up.K === down.K && up.S >= down.S);
    buckets[bucket] = { ...(isUp ? up : down), side: isUp ? "up" : "down" };
  }
  if (isSum) return { risk: sum(Object.values(buckets).map(({ K }) => K)), alternative: false, buckets };
  const squared = across(buckets, (b, c) => scaled(rules.gamma(b, c) ** 2) * psi(buckets[b]!.S, buckets[c]!.S));
  return { risk: flooredRoot(squared), alternative: false, buckets };
}
