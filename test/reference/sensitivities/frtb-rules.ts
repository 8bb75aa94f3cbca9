/** Weights and correlations of the Basel method by risk class. Source: MAR21.73 to 21.101. */
import type { FrtbCurvature, FrtbDelta, FrtbVega } from "../../../bindings/formats/frtb.ts";
import type { FrtbClass, FrtbParameters, Scenario } from "./frtb-types.ts";

export type Delta = Omit<FrtbDelta, "row">;
export type Vega = Omit<FrtbVega, "row">;
export type Curvature = Omit<FrtbCurvature, "row">;

export interface FrtbRules {
  deltaWeight(s: Delta): number;
  vegaWeight(s: Vega): number;
  /** ρ of two different factors of a bucket, before its scenario. */
  deltaRho(a: Delta, b: Delta): number;
  vegaRho(a: Vega, b: Vega): number;
  curvatureRho(a: Curvature, b: Curvature): number;
  gamma(b: string, c: string): number;
  /** The bucket in which nothing hedges: K = Σ |WS|. */
  absolute(bucket: string): boolean;
}

/** low = max(2x − 1, 0.75x), medium = x, high = min(1.25x, 1): MAR21.6. */
export function scenarioOf(scenario: Scenario): (x: number) => number {
  switch (scenario) {
    case "low":
      return (x) => Math.max(2 * x - 1, 0.75 * x);
    case "medium":
      return (x) => x;
    case "high":
      return (x) => Math.min(1.25 * x, 1);
  }
}

/** CVR = −(V(shocked) − V − move·delta), move = ±RW: MAR21.5. */
export function curvatureRisk(change: number, move: number, delta: number): number {
  return -(change - move * delta);
}

export function frtbRules(riskClass: FrtbClass, p: FrtbParameters): FrtbRules {
  switch (riskClass) {
    case "equity":
      return equity(p);
    case "commodity":
      return commodity(p);
    case "fx":
      return fx(p);
    case "crypto":
      return crypto(p);
  }
}

/** exp(−α·|T₁ − T₂| / min(T₁, T₂)): MAR21.94. */
const decay = (p: FrtbParameters, { optionTenor: s }: Vega, { optionTenor: t }: Vega) =>
  Math.exp((-p.vegaOptionAlpha * Math.abs(s - t)) / Math.min(s, t));

function equity(p: FrtbParameters): FrtbRules {
  const { rwSpot, rwRepo, rhoName, rhoSpotRepo, gamma, otherBucket, smallCapBuckets } = p.equity;
  const at = (bucket: string) => Number(bucket) - 1;
  const names = (a: { bucket: string; name: string }, b: { name: string }) =>
    a.name === b.name ? 1 : rhoName[at(a.bucket)]!;
  return {
    deltaWeight: ({ bucket, factor }) => (factor === "repo" ? rwRepo : rwSpot)[at(bucket)]!,
    vegaWeight: ({ bucket }) =>
      smallCapBuckets.includes(Number(bucket)) ? p.vegaRw.equitySmallOther : p.vegaRw.equityLarge,
    deltaRho: (a, b) => names(a, b) * (a.factor === b.factor ? 1 : rhoSpotRepo),
    vegaRho: (a, b) => Math.min(names(a, b) * decay(p, a, b), 1),
    curvatureRho: names,
    gamma: (b, c) => gamma[at(b)]![at(c)]!,
    absolute: (bucket) => Number(bucket) === otherBucket,
  };
}

function commodity(p: FrtbParameters): FrtbRules {
  const { rw, rhoCommodity, rhoTenor, rhoLocation, gamma, gammaWithBucket11 } = p.commodity;
  const names = (a: { bucket: string; name: string }, b: { name: string }) =>
    a.name === b.name ? 1 : rhoCommodity[Number(a.bucket) - 1]!;
  return {
    deltaWeight: ({ bucket }) => rw[Number(bucket) - 1]!,
    vegaWeight: () => p.vegaRw.commodity,
    deltaRho: (a, b) =>
      names(a, b) * (a.tenor === b.tenor ? 1 : rhoTenor) * (a.location === b.location ? 1 : rhoLocation),
    vegaRho: (a, b) => Math.min(names(a, b) * decay(p, a, b), 1),
    curvatureRho: names,
    gamma: (b, c) => (b === "11" || c === "11" ? gammaWithBucket11 : gamma),
    absolute: () => false,
  };
}

/** A currency is one factor, and a bucket; a pair has an expiry for each of its factors. */
function fx(p: FrtbParameters): FrtbRules {
  const { rw, majors, majorDivisor, gamma } = p.fx;
  return {
    deltaWeight: ({ bucket }) => (majors.includes(bucket) ? rw / majorDivisor : rw),
    vegaWeight: () => p.vegaRw.fx,
    deltaRho: () => 1,
    vegaRho: (a, b) => Math.min(decay(p, a, b), 1),
    curvatureRho: () => 1,
    gamma: () => gamma,
    absolute: () => false,
  };
}

/** Coins of group 2a; buckets do not meet. */
function crypto(p: FrtbParameters): FrtbRules {
  const rho = () => p.crypto.rhoDifferentExchangeOrTenor;
  return {
    deltaWeight: () => p.crypto.rwDelta,
    vegaWeight: () => p.crypto.rwVega,
    deltaRho: rho,
    vegaRho: rho,
    curvatureRho: () => NaN, // K is a sum of positive parts
    gamma: () => NaN, // K of buckets is added
    absolute: () => false,
  };
}
