/** A correlation estimate as a person reads it: in words, and its names in an order in which those that move together stand together. */
import type { CorrelationFit, Estimator } from "../lab/correlation-types.ts";
import { MINUS, number, significant } from "./numbers.ts";

export const ESTIMATOR_WORDS: Record<Estimator, string> = {
  sample: "sample covariance",
  ewma: "exponentially weighted",
  "constant-correlation": "shrunk to constant correlation (Ledoit–Wolf)",
  "ledoit-wolf": "shrunk to a scaled identity (Ledoit–Wolf)",
  oas: "shrunk to a scaled identity (oracle approximating)",
  "one-parameter": "shrunk to one variance (Ledoit–Wolf)",
  "two-parameter": "shrunk to one variance and one covariance (Ledoit–Wolf)",
  diagonal: "shrunk to its diagonal (Ledoit–Wolf)",
  market: "shrunk to a one-factor market (Ledoit–Wolf)",
  qis: "quadratic-inverse shrinkage (Ledoit–Wolf)",
  gis: "geometric-inverse shrinkage (Ledoit–Wolf)",
  lis: "linear-inverse shrinkage (Ledoit–Wolf)",
  dcc: "dynamic conditional correlation (Engle)",
  cdcc: "corrected dynamic conditional correlation (Aielli)",
  kendall: "rank correlation (Kendall's τ, mapped)",
};

/** `0.87`, `−0.03`, `1`. */
export function rhoText(rho: number, digits = 2): string {
  const text = Math.abs(rho).toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : rho < 0 ? MINUS + text : text;
}

/** Of a volatility in per cent: three digits. */
export const percentText = (value: number): string =>
  number(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : value >= 0.1 ? 2 : 3);

/** `shrinkage 0.0437`, `λ 0.97`. */
export function parameterWords({ parameters }: CorrelationFit): string[] {
  const { shrinkage, lambda, a, b, target, likelihood, logLikelihood } = parameters;
  const words: string[] = [];
  if (shrinkage !== undefined) words.push(`shrinkage ${significant(shrinkage, 4)}`);
  if (lambda !== undefined) words.push(`λ ${significant(lambda, 6)}`);
  if (a !== undefined && b !== undefined) words.push(`a ${weightText(a)}`, `b ${weightText(b)}`);
  if (likelihood !== undefined) words.push(`by ${likelihood} likelihood${boundWords(a!, b!)}`);
  if (logLikelihood !== undefined) words.push(`log likelihood of the correlations ${number(logLikelihood, 1)}`);
  if (target === "qis") words.push("Q̄ shrunk by QIS");
  return words;
}

/** Nearer to a bound than this a fit has gone as far as it can. */
const AT_BOUND = 1e-8;
/** So near to 1 four digits would read as 1. */
const weightText = (weight: number) => (weight < AT_BOUND ? "0" : significant(weight, weight > 0.999 ? 6 : 4));

/** A fit that ended where its weights end is told apart from one that found them. */
function boundWords(a: number, b: number): string {
  const bounds = [
    ...(a < AT_BOUND ? ["a ≥ 0"] : []),
    ...(b < AT_BOUND ? ["b ≥ 0"] : []),
    ...(a + b > 1 - AT_BOUND ? ["a + b < 1"] : []),
  ];
  return bounds.length === 0 ? "" : `, at the bound ${bounds.join(" and ")}`;
}

/** What is left where a linear shrinkage went all the way to its target. */
const TARGET_WORDS: Partial<Record<Estimator, string>> = {
  "constant-correlation": "every pair has the mean correlation",
  "ledoit-wolf": "all names have one variance and no correlation",
  oas: "all names have one variance and no correlation",
  "one-parameter": "all names have one variance and no correlation",
  "two-parameter": "all names have one variance and every pair one covariance",
  diagonal: "no correlation is left",
  market: "correlations are those of one common factor",
};

/** That the returns said nothing beyond the target, in words; undefined where they did. */
export function shrinkageWords({ estimator, parameters }: CorrelationFit): string | undefined {
  if (parameters.shrinkage !== 1) return undefined;
  return `Shrunk all the way (shrinkage 1): these returns tell nothing beyond the target, so ${TARGET_WORDS[estimator]!}. More rows, or the estimator sample, would tell pairs apart.`;
}

/** Names cut to so many characters; what would look alike then keeps its end: `Wrapped…1`. */
export function shortNames(names: readonly string[], most: number): string[] {
  const cut = (name: string) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
  const heads = names.map(cut);
  return names.map((name, i) => {
    const isAlone = heads.indexOf(heads[i]!) === i && heads.lastIndexOf(heads[i]!) === i;
    if (isAlone || name.length <= most) return heads[i]!;
    const tail = Math.min(4, most >> 1);
    return `${name.slice(0, most - 1 - tail)}…${name.slice(-tail)}`;
  });
}

export interface Pair {
  names: [string, string];
  rho: number;
}

/** Each pair of names once, the largest correlation first. */
export function pairs({ names, correlation }: CorrelationFit): Pair[] {
  return names
    .flatMap((name, i) =>
      names.slice(0, i).map((other, j): Pair => ({ names: [other, name], rho: correlation[i]![j]! })),
    )
    .sort((a, b) => b.rho - a.rho);
}

export function meanRho(fit: CorrelationFit): number {
  const all = pairs(fit);
  return all.reduce((sum, { rho }) => sum + rho, 0) / all.length;
}

/** `1,234`, or `∞` of a singular matrix. */
export const conditionWords = ({ conditionNumber }: CorrelationFit): string =>
  conditionNumber === null ? "∞" : significant(conditionNumber, 3);

/** What a repair did, in words; undefined where there was none. */
export function repairWords({ repaired }: CorrelationFit): string | undefined {
  if (repaired === undefined) return undefined;
  const { method, distance, alpha, smallestEigenvalue } = repaired;
  const how =
    method === "nearest"
      ? "replaced by the nearest correlation matrix"
      : method === "shrink"
        ? `drawn to the identity by ${significant(alpha!, 4)}`
        : "its negative eigenvalues cut off";
  return (
    `not positive semidefinite as estimated (smallest eigenvalue ${significant(smallestEigenvalue, 4)}): ` +
    `${how}, at a distance of ${significant(distance, 4)}`
  );
}

/**
 * Places of the names in an order that shows blocks: average-linkage clusters by √((1 − ρ)/2), leaves turned so that the nearest ends of two
 * clusters meet. Source: Mantegna (1999), Hierarchical structure in financial markets, for the distance.
 */
export function blockOrder(correlation: readonly (readonly number[])[]): number[] {
  const distance = (i: number, j: number) => Math.sqrt(Math.max(0, (1 - correlation[i]![j]!) / 2));
  let clusters = correlation.map((_, i) => [i]);
  while (clusters.length > 1) {
    let best: [gap: number, a: number, b: number] = [Infinity, 0, 1];
    for (let a = 0; a < clusters.length; a++) {
      for (let b = a + 1; b < clusters.length; b++) {
        const [left, right] = [clusters[a]!, clusters[b]!];
        let sum = 0;
        for (const i of left) for (const j of right) sum += distance(i, j);
        const gap = sum / (left.length * right.length);
        if (gap < best[0]) best = [gap, a, b];
      }
    }
    const [, a, b] = best;
    const joined = meeting(clusters[a]!, clusters[b]!, distance);
    clusters = [...clusters.filter((_, i) => i !== a && i !== b), joined];
  }
  return clusters[0] ?? [];
}

/** Of the four ways to put two runs end to end the one whose ends are nearest. */
function meeting(left: number[], right: number[], distance: (i: number, j: number) => number): number[] {
  const ways = [left, left.toReversed()].flatMap((x) =>
    [right, right.toReversed()].map((y): [number[], number[]] => [x, y]),
  );
  const gap = ([x, y]: [number[], number[]]) => distance(x.at(-1)!, y[0]!);
  return ways.reduce((best, way) => (gap(way) < gap(best) ? way : best)).flat();
}
