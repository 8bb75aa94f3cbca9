/**
 * SIMM in plain JavaScript as one would write it for speed: weights, thresholds and correlations are looked up once for a list of records; what
 * remains is arithmetic over typed arrays. The rules are those of the plain twin in test/reference.
 */
import { PRODUCT_CLASSES } from "../../bindings/formats/crif.ts";
import { scaling } from "../../test/reference/sensitivities/curvature.ts";
import { Z_995 } from "../../test/reference/sensitivities/quantiles.ts";
import { bucketsOf, netted, RISK_TYPES, type Factor } from "../../test/reference/sensitivities/simm-factors.ts";
import { rulesOf } from "../../test/reference/sensitivities/simm-rules.ts";
import type {
  RiskClass,
  SimmOptions,
  SimmParameters,
  SimmRecord,
} from "../../test/reference/sensitivities/simm-types.ts";

const LAMBDA = Z_995 * Z_995 - 1;

/** One measure of one risk class of one product class, ready to be evaluated. */
interface Measure {
  /** Places of its records, the factor of each, and what one unit adds to it. */
  record: Int32Array;
  factorOf: Int32Array;
  unit: Float64Array;
  /** By factor. */
  weight: Float64Array;
  group: Int32Array;
  threshold: Float64Array;
  /** First factor of each bucket, and the end; the residual is the last where there is one. */
  start: Int32Array;
  hasResidual: boolean;
  /** [n][n] of each bucket, and of the buckets. */
  rho: Float64Array[];
  gamma: Float64Array;
  isCurvature: boolean;
  similarInside: boolean;
  scale: number;
  // scratch
  s: Float64Array;
  w: Float64Array;
  cr: Float64Array;
  sums: Float64Array;
  K: Float64Array;
  S: Float64Array;
  ratio: Float64Array;
}

export interface Prepared {
  products: { classes: { psiRow: number; measures: Measure[] }[] }[];
  psi: number[][];
}

/** @param records risk only: add-ons are not in it */
export function prepare(parameters: SimmParameters, records: readonly SimmRecord[], options: SimmOptions): Prepared {
  const { order, matrix } = parameters.psi;
  const products = PRODUCT_CLASSES.map((product) => {
    const own = records.flatMap((record, i) => (record.productClass === product ? [i] : []));
    const classes = order.map((name, psiRow) => {
      const riskClass = name as RiskClass;
      const kinds = ["delta", "vega", "curvature"] as const;
      const measures = kinds.map((kind) => measureOf(parameters, records, own, riskClass, kind, options));
      if (riskClass === "CreditQualifying") measures.push(baseCorrelation(parameters, records, own, options));
      return { psiRow, measures: measures.filter(({ record }) => record.length > 0) };
    });
    return { classes: classes.filter(({ measures }) => measures.length > 0) };
  });
  return { products: products.filter(({ classes }) => classes.length > 0), psi: matrix };
}

interface Rates {
  used: number[];
  unit: (record: SimmRecord) => number;
  weight: (f: Factor) => number;
  group: (f: Factor) => string | undefined;
  threshold: (f: Factor) => number;
  rho: (a: Factor, b: Factor) => number;
  gamma: (b: string, c: string) => number;
  isCurvature: boolean;
  similarInside: boolean;
  scale: number;
}

function measureOf(
  parameters: SimmParameters,
  records: readonly SimmRecord[],
  own: number[],
  riskClass: RiskClass,
  kind: "delta" | "vega" | "curvature",
  options: SimmOptions,
): Measure {
  const rules = rulesOf(riskClass, parameters, options);
  const types = RISK_TYPES[riskClass][kind === "delta" ? "delta" : "vega"];
  const isOwn = ({ riskType, qualifier }: SimmRecord) =>
    riskType === "Risk_FX" && qualifier === options.calculationCurrency;
  const isCurvature = kind === "curvature";
  const sign = options.side === "call" ? 1 : -1;
  return build(records, {
    used: own.filter((i) => types.includes(records[i]!.riskType) && !isOwn(records[i]!)),
    unit: (record) =>
      kind === "delta"
        ? 1
        : (isCurvature ? sign * scaling(record.label1, options.horizon) : rules.historical) * rules.volatility(record),
    weight: kind === "delta" ? rules.weight : isCurvature ? rules.curved : rules.vegaWeight,
    group: (f) => (options.horizon === 1 || isCurvature ? undefined : rules.group(f)),
    threshold: kind === "delta" ? rules.deltaThreshold : rules.vegaThreshold,
    rho: kind === "delta" ? rules.rho : isCurvature ? (a, b) => rules.vegaRho(a, b) ** 2 : rules.vegaRho,
    gamma: isCurvature ? (b, c) => rules.gamma(b, c) ** 2 : rules.gamma,
    isCurvature,
    similarInside: rules.similarInside,
    scale: isCurvature ? rules.curvatureScale : 1,
  });
}

function baseCorrelation(
  { creditQ }: SimmParameters,
  records: readonly SimmRecord[],
  own: number[],
  { horizon }: SimmOptions,
): Measure {
  return build(records, {
    used: own.filter((i) => records[i]!.riskType === "Risk_BaseCorr"),
    unit: () => creditQ.baseCorrRw[horizon],
    weight: () => 1,
    group: () => undefined,
    threshold: () => 1,
    rho: () => creditQ.baseCorrRho,
    gamma: () => 0,
    isCurvature: false,
    similarInside: true,
    scale: 1,
  });
}

function build(records: readonly SimmRecord[], of: Rates): Measure {
  const factors = netted(
    of.used.map((i) => records[i]!),
    () => 0,
  );
  const names = bucketsOf(factors).sort((a, b) => Number(a === "Residual") - Number(b === "Residual"));
  const sorted = names.flatMap((bucket) => factors.filter((f) => f.bucket === bucket));
  const place = new Map(sorted.map((f, k) => [`${f.bucket}:${f.key}`, k]));
  const groups = [...new Set(sorted.map((f) => `${f.bucket}:${of.group(f)}`))];
  const inside = names.map((bucket) => sorted.filter((f) => f.bucket === bucket));
  const n = sorted.length;
  const B = names.length;
  return {
    record: Int32Array.from(of.used),
    factorOf: Int32Array.from(of.used, (i) => {
      const [f] = netted([records[i]!], () => 0);
      return place.get(`${f!.bucket}:${f!.key}`)!;
    }),
    unit: Float64Array.from(of.used, (i) => of.unit(records[i]!)),
    weight: Float64Array.from(sorted, of.weight),
    group: Int32Array.from(sorted, (f) =>
      of.group(f) === undefined ? -1 : groups.indexOf(`${f.bucket}:${of.group(f)}`),
    ),
    threshold: Float64Array.from(sorted, (f) => (of.group(f) === undefined ? 1 : of.threshold(f))),
    start: Int32Array.from([...names.map((bucket) => sorted.findIndex((f) => f.bucket === bucket)), n]),
    hasResidual: names.at(-1) === "Residual",
    rho: inside.map((list) => Float64Array.from(list.flatMap((a) => list.map((b) => (a === b ? 1 : of.rho(a, b)))))),
    gamma: Float64Array.from(
      names.flatMap((b) => names.map((c) => (b === c || b === "Residual" || c === "Residual" ? 0 : of.gamma(b, c)))),
    ),
    isCurvature: of.isCurvature,
    similarInside: of.similarInside,
    scale: of.scale,
    s: new Float64Array(n),
    w: new Float64Array(n),
    cr: new Float64Array(n),
    sums: new Float64Array(groups.length),
    K: new Float64Array(B),
    S: new Float64Array(B),
    ratio: new Float64Array(B),
  };
}

/** SIMM of amounts, one for each record that was prepared. */
export function evaluate({ products, psi }: Prepared, amounts: Float64Array): number {
  let total = 0;
  for (const { classes } of products) {
    let squared = 0;
    const margins: number[] = [];
    for (let r = 0; r < classes.length; r++) {
      let margin = 0;
      for (const measure of classes[r]!.measures) margin += marginOf(measure, amounts);
      margins.push(margin);
      squared += margin * margin;
      for (let s = 0; s < r; s++) squared += 2 * psi[classes[r]!.psiRow]![classes[s]!.psiRow]! * margin * margins[s]!;
    }
    total += Math.sqrt(Math.max(0, squared));
  }
  return total;
}

function marginOf(m: Measure, amounts: Float64Array): number {
  const { s, w, cr, start, K, S, ratio, group, similarInside } = m;
  const n = s.length;
  s.fill(0);
  for (let i = 0; i < m.record.length; i++) s[m.factorOf[i]!]! += m.unit[i]! * amounts[m.record[i]!]!;
  m.sums.fill(0);
  for (let k = 0; k < n; k++) if (group[k]! >= 0) m.sums[group[k]!]! += s[k]!;
  for (let k = 0; k < n; k++) {
    cr[k] = group[k]! < 0 ? 1 : Math.max(1, Math.sqrt(Math.abs(m.sums[group[k]!]!) / m.threshold[k]!));
    w[k] = m.weight[k]! * s[k]! * cr[k]!;
  }
  const B = K.length;
  for (let b = 0; b < B; b++) {
    const from = start[b]!;
    const to = start[b + 1]!;
    const size = to - from;
    const rho = m.rho[b]!;
    let squares = 0;
    let cross = 0;
    let sum = 0;
    let largest = 1;
    for (let k = from; k < to; k++) {
      const x = w[k]!;
      const c = cr[k]!;
      const row = (k - from) * size - from;
      let inner = 0;
      if (similarInside)
        for (let l = from; l < k; l++) inner += (rho[row + l]! * w[l]! * Math.min(c, cr[l]!)) / Math.max(c, cr[l]!);
      else for (let l = from; l < k; l++) inner += rho[row + l]! * w[l]!;
      squares += x * x;
      cross += x * inner;
      sum += x;
      largest = Math.max(largest, c);
    }
    K[b] = Math.sqrt(Math.max(0, squares + 2 * cross));
    S[b] = Math.max(Math.min(sum, K[b]!), -K[b]!);
    ratio[b] = largest;
  }
  const regular = m.hasResidual ? B - 1 : B;
  let squared = 0;
  for (let b = 0; b < regular; b++) {
    squared += K[b]! * K[b]!;
    let inner = 0;
    for (let c = 0; c < b; c++) {
      const g = similarInside ? 1 : Math.min(ratio[b]!, ratio[c]!) / Math.max(ratio[b]!, ratio[c]!);
      inner += m.gamma[b * B + c]! * g * S[c]!;
    }
    squared += 2 * S[b]! * inner;
  }
  const root = Math.sqrt(Math.max(0, squared));
  const beside = m.hasResidual ? K[B - 1]! : 0;
  if (!m.isCurvature) return root + beside;
  const edge = start[regular]!;
  return m.scale * (tail(w, 0, edge, root) + tail(w, edge, n, beside));
}

function tail(w: Float64Array, from: number, to: number, root: number): number {
  let sum = 0;
  let gross = 0;
  for (let k = from; k < to; k++) {
    sum += w[k]!;
    gross += Math.abs(w[k]!);
  }
  const theta = gross === 0 ? 0 : Math.min(sum / gross, 0);
  return Math.max(0, sum + (LAMBDA * (1 + theta) - theta) * root);
}
