/**
 * A correlated charge by its definition: double sums over netted factors. And random charges with random factors for it, whose correlations are
 * positive semidefinite.
 */
import type { Correlated, CorrelationTerm, Parameter } from "../../bindings/documents/model.ts";
import { Z_995 } from "../reference/sensitivities/quantiles.ts";
import { Random } from "../reference/random.ts";

export interface Row {
  keys: Record<string, string>;
  amount: number;
}
/** A charge with every figure that its names stand for. */
export interface Situation {
  rows: Row[];
  charge: Correlated;
  parameters: Record<string, Parameter>;
  weight: Record<string, number>;
  threshold: number;
  matrices: Record<string, number[][]>;
}
export interface NaiveBucket {
  K: number;
  S: number;
  /** Sum of w before it is limited. */
  sum: number;
}
export interface Naive {
  value: number;
  gross: number;
  limited: boolean;
  buckets: Record<string, NaiveBucket>;
}

const BUCKETS = ["1", "2", "3", "4"];
const NAMES = ["a", "b", "c"];
const TENORS = ["x", "y", "z"];
const INSTRUMENT = { unit: "test", source: "random" };
const SPECIAL = "4";

/** Rows of vectors of length 1, multiplied with one another: symmetric, positive semidefinite. */
function randomMatrix(random: Random, n: number): number[][] {
  const vectors = Array.from({ length: n }, () => Array.from({ length: n }, () => random.uniform(-1, 1) + 0.4));
  const length = (x: number[]) => Math.sqrt(x.reduce((sum, one) => sum + one * one, 0));
  const dot = (x: number[], y: number[]) => x.reduce((sum, one, i) => sum + one * y[i]!, 0) / (length(x) * length(y));
  const rows = vectors.map(() => Array<number>(n).fill(1));
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) rows[i]![j] = rows[j]![i] = Math.max(-1, Math.min(1, dot(vectors[i]!, vectors[j]!)));
  return rows;
}

export function randomSituation(seed: number, only: Partial<Correlated> = {}): Situation {
  const random = new Random(seed);
  const isTwoSided = random.chance(0.25);
  const names = random.chance(0.5) ? NAMES : [...NAMES, "d", "e", "f", "g"];
  const rows = Array.from({ length: random.whole(1, 40) }, (): Row => ({
    keys: {
      bucket: random.pick(BUCKETS),
      name: random.pick(names),
      tenor: random.pick(TENORS),
      place: random.pick(["p", "q"]),
      ...(isTwoSided ? { shock: random.pick(["up", "down"]) } : {}),
    },
    amount: random.sign() * random.logUniform(1, 1000),
  }));
  const terms: CorrelationTerm[] = [];
  if (random.chance(0.6)) terms.push({ agree: ["name"], is: 1, else: random.uniform(0, 0.9) });
  if (random.chance(0.4)) terms.push({ agree: ["place"], is: 1, else: random.uniform(0.5, 1) });
  if (random.chance(0.2))
    terms.push({ agree: ["name", "place"], is: random.uniform(0.6, 1), else: random.uniform(0.2, 0.6) });
  if (random.chance(0.4)) terms.push({ key: "tenor", matrix: "tenorRho" });
  if (terms.length === 0 || random.chance(0.2)) terms.push("rho");
  const counted = isTwoSided ? 0 : random.next();
  const clamp = random.pick([undefined, "always", "negative"] as const);
  const hasTail = !isTwoSided && random.chance(0.2);
  const concentration: Partial<Correlated> =
    counted < 0.5
      ? {}
      : {
          concentration: {
            threshold: "threshold",
            ...(random.chance(0.5) ? { at: ["bucket", "name"] } : {}),
            ...(counted > 0.8 ? { on: "buckets", at: ["bucket"] } : {}),
            ...(random.chance(0.3) ? { except: { place: "q" } } : {}),
          },
        };
  const special: Partial<Correlated> = random.chance(0.5)
    ? {
        special: {
          select: { bucket: SPECIAL },
          ...(random.chance(0.5) ? { sum: "absolute" } : {}),
          ...(!hasTail && random.chance(0.5) ? { inside: true } : {}),
        },
      }
    : {};
  const across = random.pick([undefined, "gamma", { key: "bucket", matrix: "gammaMatrix" }, "sum"] as const);
  const charge: Correlated = {
    kind: "correlated",
    factor: ["bucket", "name", "tenor", "place"],
    bucket: ["bucket"],
    weight: "weight",
    within: !hasTail && random.chance(0.1) ? "absolute" : terms.length === 1 ? terms[0]! : terms,
    ...(across === undefined || (across === "sum" && hasTail) ? {} : { across }),
    ...(clamp === undefined ? {} : { clamp }),
    ...(random.chance(0.3) ? { squared: true as const } : {}),
    ...(random.chance(0.5) ? { regime: random.pick(["low", "high"] as const) } : {}),
    ...(hasTail ? { tail: { confidence: 0.995 } } : {}),
    ...special,
    ...concentration,
    ...(isTwoSided
      ? { measure: { up: { if: [{ is: { shock: "up" } }, 1, 0] }, down: { if: [{ is: { shock: "down" } }, 1, 0] } } }
      : {}),
    ...only,
  };
  const weight = Object.fromEntries(BUCKETS.map((bucket) => [bucket, random.uniform(0.1, 2)]));
  const threshold = random.logUniform(50, 2000);
  const rho = random.uniform(0, 0.95);
  const gamma = random.uniform(-0.3, 0.9);
  const matrices = { tenorRho: randomMatrix(random, TENORS.length), gammaMatrix: randomMatrix(random, BUCKETS.length) };
  return {
    rows,
    charge,
    weight,
    threshold,
    matrices,
    parameters: {
      weight: { ...INSTRUMENT, for: BUCKETS.map((bucket) => ({ bucket, is: weight[bucket]! })) },
      threshold: { ...INSTRUMENT, is: threshold },
      rho: { ...INSTRUMENT, is: rho },
      gamma: { ...INSTRUMENT, is: gamma },
      tenorRho: { ...INSTRUMENT, is: { labels: TENORS, rows: matrices.tenorRho } },
      gammaMatrix: { ...INSTRUMENT, is: { labels: BUCKETS, rows: matrices.gammaMatrix } },
    },
  };
}

interface Factor {
  keys: Record<string, string>;
  s: number[];
  /** Weighted, by side. */
  w: number[];
  CR: number;
}

const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
const root = (x: number) => Math.sqrt(Math.max(0, x));
const limit = (S: number, K: number) => Math.max(Math.min(S, K), -K);

function netted({ rows, charge, weight, threshold }: Situation): Factor[] {
  const isTwoSided = typeof charge.measure === "object";
  const factors = new Map<string, Factor>();
  for (const { keys, amount } of rows) {
    const { shock, ...own } = keys;
    const id = JSON.stringify(own);
    const factor = factors.get(id) ?? { keys: own, s: isTwoSided ? [0, 0] : [0], w: [], CR: 1 };
    factor.s[shock === "down" ? 1 : 0]! += amount;
    factors.set(id, factor);
  }
  const all = [...factors.values()];
  const { concentration } = charge;
  const isExempt = ({ keys }: Factor) =>
    concentration?.except !== undefined && keys.place === concentration.except.place;
  const at = (concentration?.at ?? ["bucket", "name", "tenor", "place"]) as string[];
  for (const factor of all) {
    const together = all.filter((other) => !isExempt(other) && at.every((key) => other.keys[key] === factor.keys[key]));
    if (concentration !== undefined && !isExempt(factor))
      factor.CR = Math.max(1, Math.sqrt(Math.abs(sum(together.map(({ s }) => s[0]!))) / threshold));
    factor.w = factor.s.map((s) => weight[factor.keys.bucket!]! * s * factor.CR);
  }
  return all;
}

function stressed({ charge }: Situation, rho: number): number {
  const x = charge.squared ? rho * rho : rho;
  if (charge.regime === "high") return Math.min(1.25 * x, 1);
  return charge.regime === "low" ? Math.max(2 * x - 1, 0.75 * x) : x;
}

const alikeness = (a: number, b: number) => Math.min(a, b) / Math.max(a, b);

function correlation(of: Situation, k: Factor, l: Factor): number {
  const { within, concentration } = of.charge;
  let rho = 1;
  for (const term of Array.isArray(within) ? within : [within]) {
    if (typeof term === "string") rho *= of.parameters[term]!.is as number;
    else if (typeof term === "object" && "matrix" in term)
      rho *= of.matrices[term.matrix]![TENORS.indexOf(k.keys.tenor!)]![TENORS.indexOf(l.keys.tenor!)]!;
    else if (typeof term === "object" && "agree" in term)
      rho *= (term.agree.every((key) => k.keys[key] === l.keys[key]) ? term.is : term.else) as number;
  }
  const f = concentration !== undefined && concentration.on !== "buckets" ? alikeness(k.CR, l.CR) : 1;
  return stressed(of, rho) * f;
}

export function naive(of: Situation): Naive {
  const { charge } = of;
  const { special, across = 0, clamp, tail } = charge;
  const factors = netted(of);
  const names = [...new Set(factors.map(({ keys }) => keys.bucket!))].sort();
  const isSpecial = (bucket: string) => special !== undefined && bucket === SPECIAL;
  const isAbsolute = (bucket: string) =>
    charge.within === "absolute" || (isSpecial(bucket) && special!.sum === "absolute");
  const side = (own: Factor[], i: number, bucket: string, isTwoSided: boolean) => {
    const w = own.map((factor) => factor.w[i]!);
    const gains = w.map((x) => Math.max(x, 0));
    if (isAbsolute(bucket)) return { K: sum(isTwoSided ? gains : w.map(Math.abs)), S: sum(w) };
    const cross = sum(
      w.flatMap((x, k) =>
        w.map((y, l) => (k === l || (isTwoSided && x < 0 && y < 0) ? 0 : correlation(of, own[k]!, own[l]!) * x * y)),
      ),
    );
    return { K: root(sum((isTwoSided ? gains : w).map((x) => x * x)) + cross), S: sum(w) };
  };
  const isTwoSided = typeof charge.measure === "object";
  const buckets: Record<string, NaiveBucket> = {};
  for (const bucket of names) {
    const own = factors.filter(({ keys }) => keys.bucket === bucket);
    const up = side(own, 0, bucket, isTwoSided);
    const down = isTwoSided ? side(own, 1, bucket, true) : up;
    const { K, S } = down.K > up.K || (down.K === up.K && down.S > up.S) ? down : up;
    buckets[bucket] = { K, S, sum: S };
  }
  const inRoot = names.filter((bucket) => !isSpecial(bucket) || special!.inside === true);
  const ratioOf = (bucket: string) =>
    charge.concentration?.on === "buckets"
      ? Math.max(...factors.filter(({ keys }) => keys.bucket === bucket).map(({ CR }) => CR))
      : 1;
  const gamma = (b: string, c: string) => {
    if (isSpecial(b) || isSpecial(c) || (isTwoSided && buckets[b]!.S < 0 && buckets[c]!.S < 0)) return 0;
    const plain =
      typeof across === "object"
        ? of.matrices.gammaMatrix![BUCKETS.indexOf(b)]![BUCKETS.indexOf(c)]!
        : across === "gamma"
          ? (of.parameters.gamma!.is as number)
          : 0;
    return stressed(of, plain) * alikeness(ratioOf(b), ratioOf(c));
  };
  const squared = () =>
    sum(inRoot.map((b) => buckets[b]!.K ** 2)) +
    sum(inRoot.flatMap((b) => inRoot.map((c) => (b === c ? 0 : gamma(b, c) * buckets[b]!.S * buckets[c]!.S))));
  const limitAll = () => inRoot.forEach((b) => (buckets[b]!.S = limit(buckets[b]!.S, buckets[b]!.K)));
  let limited = false;
  let regular: number;
  if (across === "sum") regular = sum(inRoot.map((b) => buckets[b]!.K));
  else {
    if (clamp === "always") limitAll();
    if (clamp === "negative" && squared() < 0) {
      limited = true;
      limitAll();
    }
    regular = root(squared());
  }
  const outside = sum(names.filter((b) => !inRoot.includes(b)).map((b) => buckets[b]!.K));
  const gross = sum(factors.flatMap(({ w }) => w.map(Math.abs)));
  const part = (isOutside: boolean, of: number) => {
    const w = factors.filter(({ keys }) => isSpecial(keys.bucket!) === isOutside).flatMap((factor) => factor.w);
    const theta = w.length === 0 || sum(w) >= 0 ? 0 : sum(w) / sum(w.map(Math.abs));
    const lambda = (Z_995 ** 2 - 1) * (1 + theta) - theta;
    return Math.max(0, sum(w) + lambda * of);
  };
  const value = tail === undefined ? regular + outside : part(false, regular) + part(true, outside);
  return { value, gross, limited, buckets };
}
