/** SIMM by the core, as the twin gives it: documents out of records, and the requirement's tree read back by product, class and measure. */
import type { CorrelatedBucket, Driver, Requirement } from "../../bindings/documents/requirement.ts";
import { simmDocuments } from "../../bindings/models/simm/documents.ts";
import { simmModel, type SimmOptions as ModelOptions } from "../../bindings/models/simm/index.ts";
import type { SimmParameters as ModelParameters } from "../../bindings/models/simm/parameters.ts";
import type { ProductClass } from "../../bindings/formats/crif.ts";
import { core } from "../core.ts";
import type { Tail } from "../reference/sensitivities/curvature.ts";
import type {
  BucketResult,
  Measure,
  MeasureResult,
  ProductResult,
  RiskClass,
  Simm,
  SimmOptions,
  SimmParameters,
  SimmRecord,
} from "../reference/sensitivities/simm-types.ts";

const CLASSES: Record<RiskClass, string> = {
  InterestRate: "interestRate",
  CreditQualifying: "creditQualifying",
  CreditNonQualifying: "creditNonQualifying",
  Equity: "equity",
  Commodity: "commodity",
  FX: "fx",
};
const MEASURES: Measure[] = ["Delta", "Vega", "Curvature", "BaseCorr"];

export function simmRequirement(
  parameters: SimmParameters,
  records: readonly SimmRecord[],
  options: ModelOptions,
  explain = true,
): Requirement {
  const typed = parameters as unknown as ModelParameters;
  const { market, portfolio } = simmDocuments(records, typed);
  const model = simmModel(typed, { measureColumns: true, ...options });
  return core.margin(model, market, portfolio, { exact: false, explain });
}

/** The twin's signature; what is inside a product class is only computed where it is asked for. */
export const simmByCore: Simm = (parameters, records, options) => {
  const { initial, outputs } = simmRequirement(parameters, records, options, false);
  const of = (name: string) => outputs![name]!;
  let products: Partial<Record<ProductClass, ProductResult>> | undefined;
  return {
    total: initial,
    simm: of("simm"),
    get products() {
      return (products ??= productsOf(simmRequirement(parameters, records, options), options));
    },
    addOn: { fixed: NaN, notional: NaN, multiplier: NaN, total: of("addOn") },
    columns: {
      delta: of("deltaOnly"),
      vega: of("vegaOnly"),
      curvature: of("curvatureOnly"),
      baseCorr: of("baseCorrOnly"),
      addOn: of("addOn"),
    },
  };
};

export function productsOf(
  requirement: Requirement,
  options: Pick<SimmOptions, "calculationCurrency">,
): Partial<Record<ProductClass, ProductResult>> {
  const groups = (name: string) => requirement.nodes!.find((node) => node.name === name)?.groups ?? [];
  const at = (name: string, product: string) => groups(name).find(({ keys }) => keys.productClass === product);
  const products: Partial<Record<ProductClass, ProductResult>> = {};
  for (const { keys, value } of groups("productClassMargin")) {
    const product = keys.productClass as ProductClass;
    const result: ProductResult = { simm: value, riskClasses: {}, measures: {} };
    for (const [riskClass, name] of Object.entries(CLASSES) as [RiskClass, string][]) {
      const measures: Partial<Record<Measure, MeasureResult>> = {};
      for (const measure of MEASURES) {
        const group = at(`${name}${measure}`, product);
        if (group === undefined) continue;
        const inside = riskClass === "InterestRate" && measure === "Curvature" ? at("interestRateCvr", product) : group;
        const found = measureOf(group.value, inside!.driver!, riskClass, measure, options.calculationCurrency);
        if (Object.keys(found.buckets).length > 0) measures[measure] = found;
      }
      if (Object.keys(measures).length === 0) continue;
      result.measures[riskClass] = measures;
      result.riskClasses[riskClass] = at(name, product)!.value;
    }
    if (Object.keys(result.measures).length > 0) products[product] = result;
  }
  return products;
}

type Keys = Record<string, string | number>;

function bucketName(keys: Keys, riskClass: RiskClass, measure: Measure): string {
  if (measure === "BaseCorr") return "BaseCorr";
  if (riskClass === "FX") return "FX";
  return String(riskClass === "InterestRate" ? keys.qualifier : keys.bucket);
}

function factorName(keys: Keys, riskClass: RiskClass, measure: Measure): string {
  if (riskClass === "InterestRate") {
    const isVertex = measure !== "Delta" || keys.vertex === "inflation" || keys.vertex === "basis";
    return isVertex ? String(keys.vertex) : `${keys.vertex}/${keys.subCurve}`;
  }
  return keys.tenor === undefined ? String(keys.qualifier) : `${keys.qualifier}/${keys.tenor}/${keys.label2}`;
}

function measureOf(
  margin: number,
  driver: Driver,
  riskClass: RiskClass,
  measure: Measure,
  calculationCurrency: string,
): MeasureResult {
  if (!("buckets" in driver)) throw new Error(`${riskClass} ${measure}: no buckets`);
  const buckets: Record<string, BucketResult> = {};
  for (const bucket of driver.buckets) {
    const isOwn = ({ keys }: CorrelatedBucket["factors"][number]) =>
      riskClass === "FX" && measure === "Delta" && keys.qualifier === calculationCurrency;
    const factors = bucket.factors.filter((factor) => !isOwn(factor));
    // only the currency against itself; what nets to zero is a bucket all the same
    if (factors.length < bucket.factors.length && factors.length === 0) continue;
    const named = (of: (factor: CorrelatedBucket["factors"][number]) => number) =>
      Object.fromEntries(factors.map((factor) => [factorName(factor.keys, riskClass, measure), of(factor)]));
    buckets[bucketName(bucket.keys, riskClass, measure)] = {
      K: bucket.K,
      // of special buckets the sum is not limited, being of no use
      S: Math.max(Math.min(bucket.S, bucket.K), -bucket.K),
      WS: named(({ weighted }) => weighted as number),
      CR: named(({ concentration }) => concentration ?? 1),
    };
  }
  const tail = (isSpecial: boolean): Tail | undefined => {
    const found = driver.tails?.find(({ special = false }) => special === isSpecial);
    if (found === undefined) return undefined;
    const { sum, theta, lambda, root } = found;
    return { sum, theta, lambda, root, margin: Math.max(sum + lambda * root, 0) };
  };
  const [nonResidual, residual] = [tail(false), tail(true)];
  return {
    margin,
    buckets,
    ...(nonResidual === undefined ? {} : { nonResidual }),
    ...(residual === undefined ? {} : { residual }),
  };
}
