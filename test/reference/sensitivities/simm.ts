/**
 * SIMM, from records up to the total: plain double sums, everything recomputed. The oracle of the core and the baseline of its benchmarks.
 *
 *   IM_r = Delta + Vega + Curvature (+ BaseCorr)    SIMM_product = √(Σ ψ_rs·IM_r·IM_s)    SIMM = Σ products
 *   total = SIMM + Σ fixed + Σ factor·notional + Σ (multiplier − 1)·SIMM_product
 *
 * Source: ISDA SIMM methodology (its structure since 2.4); a version is a parameters object. The parameters are the licensor's and not here.
 */
import { PRODUCT_CLASSES, type ProductClass } from "../../../bindings/formats/crif.ts";
import { flooredRoot, quadratic, sum } from "./nested.ts";
import { baseCorrelation, curvature, delta, vega } from "./simm-measures.ts";
import { rulesOf } from "./simm-rules.ts";
import type {
  Measure,
  MeasureResult,
  ProductResult,
  RiskClass,
  Simm,
  SimmOptions,
  SimmParameters,
  SimmRecord,
} from "./simm-types.ts";

const RISK_CLASSES: RiskClass[] = [
  "InterestRate",
  "CreditQualifying",
  "CreditNonQualifying",
  "Equity",
  "Commodity",
  "FX",
];

export const simm: Simm = (parameters, records, options) => {
  const products: Partial<Record<ProductClass, ProductResult>> = {};
  for (const product of PRODUCT_CLASSES) {
    const own = records.filter(({ productClass }) => productClass === product);
    if (own.length > 0) products[product] = productResult(parameters, own, options);
  }
  const all = Object.values(products);
  const total = sum(all.map((product) => product.simm));
  const addOn = addOns(records, products);
  const column = (measure: Measure) => sum(all.map((product) => acrossClasses(parameters, product, [measure])));
  return {
    total: total + addOn.total,
    simm: total,
    products,
    addOn,
    columns: {
      delta: column("Delta"),
      vega: column("Vega"),
      curvature: column("Curvature"),
      baseCorr: column("BaseCorr"),
      addOn: addOn.total,
    },
  };
};

const MEASURES: Measure[] = ["Delta", "Vega", "Curvature", "BaseCorr"];

function productResult(parameters: SimmParameters, own: SimmRecord[], options: SimmOptions): ProductResult {
  const product: ProductResult = { simm: 0, riskClasses: {}, measures: {} };
  for (const riskClass of RISK_CLASSES) {
    const rules = rulesOf(riskClass, parameters, options);
    const results: [Measure, MeasureResult][] = [
      ["Delta", delta(own, riskClass, rules, options)],
      ["Vega", vega(own, riskClass, rules, options)],
      ["Curvature", curvature(own, riskClass, rules, options)],
    ];
    if (riskClass === "CreditQualifying") results.push(["BaseCorr", baseCorrelation(own, parameters.creditQ, options)]);
    const present = results.filter(([, { buckets }]) => Object.keys(buckets).length > 0);
    if (present.length === 0) continue;
    product.measures[riskClass] = Object.fromEntries(present);
    product.riskClasses[riskClass] = sum(present.map(([, { margin }]) => margin));
  }
  product.simm = acrossClasses(parameters, product, MEASURES);
  return product;
}

/** √(Σ ψ·IM·IM) with only some measures in IM. */
function acrossClasses({ psi }: SimmParameters, { measures }: ProductResult, only: Measure[]): number {
  const margins = psi.order.map((riskClass) =>
    sum(only.map((measure) => measures[riskClass as RiskClass]?.[measure]?.margin ?? 0)),
  );
  return flooredRoot(quadratic(margins, (r, s) => psi.matrix[r]![s]!));
}

function addOns(records: readonly SimmRecord[], products: Partial<Record<ProductClass, ProductResult>>) {
  const of = (type: SimmRecord["riskType"]) => records.filter(({ riskType }) => riskType === type);
  const fixed = sum(of("Param_AddOnFixedAmount").map(({ amountUSD }) => amountUSD));
  const notional = sum(
    of("Param_AddOnNotionalFactor").map(({ qualifier, amountUSD: percent }) => {
      const notionals = of("Notional").filter((record) => record.qualifier === qualifier);
      return (percent / 100) * sum(notionals.map(({ amountUSD }) => amountUSD));
    }),
  );
  const multiplier = sum(
    of("Param_ProductClassMultiplier").map(
      ({ qualifier, amountUSD }) => (amountUSD - 1) * (products[qualifier as ProductClass]?.simm ?? 0),
    ),
  );
  return { fixed, notional, multiplier, total: fixed + notional + multiplier };
}
