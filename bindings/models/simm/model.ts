/**
 * The ISDA SIMM as a model: every risk class and measure is one correlated charge, and formulas put them together.
 *
 *   IM of a class = Delta + Vega + Curvature (+ BaseCorr)     SIMM of a product class = √(Σ ψ_rs·IM_r·IM_s)     SIMM = Σ product classes
 *
 * Source: ISDA SIMM methodology, as in docs/sensitivities.md. The parameters are the user's: parameters.ts.
 */
import type { Charge, Expr, MarginModel, Parameter } from "../../documents/model.ts";
import { addOns } from "./add-ons.ts";
import { credit } from "./credit.ts";
import { interestRate } from "./interest-rate.ts";
import { daysOf, KEYS, TENORS } from "./keys.ts";
import { checkedParameters, RISK_CLASSES, type SimmParameters } from "./parameters.ts";
import { figure, PRODUCT, settle, SOURCE, type Part, type RiskClass, type SimmOptions } from "./part.ts";
import { spotClasses } from "./spot-classes.ts";

/** @throws MarginError that names an option or a figure which is not what it should be */
export function simmModel(given: SimmParameters & { version?: string }, options: SimmOptions = {}): MarginModel {
  const parameters = checkedParameters(given);
  const settled = settle(options);
  const classes: Record<RiskClass, Part> = {
    InterestRate: interestRate(parameters, settled),
    ...credit(parameters, settled),
    ...spotClasses(parameters, settled),
  };
  const extra = addOns();
  const charges: Record<string, Charge> = {};
  for (const riskClass of RISK_CLASSES) {
    for (const [name, charge] of Object.entries(classes[riskClass].charges))
      charges[name] = settled.horizon === 1 ? withoutConcentration(charge) : charge;
    charges[nameOf(riskClass)] = {
      kind: "formula",
      at: PRODUCT,
      value: { sum: Object.values(classes[riskClass].margins) },
    };
  }
  const margins = RISK_CLASSES.map(nameOf);
  charges.productClassMargin = { kind: "formula", at: PRODUCT, value: across(parameters, margins) };
  charges.simm = { kind: "formula", value: "productClassMargin" };
  const columns = settled.measureColumns ? measureColumns(parameters, classes) : undefined;
  const total: Expr = { sum: ["simm", ...extra.totals] };
  return {
    format: 1,
    id: "isda-simm",
    edition: parameters.effective ?? "1970-01-01",
    source: `ISDA SIMM methodology; ${settled.horizon}-day, ${settled.side} side, in ${settled.calculationCurrency}; figures of version ${parameters.version ?? "as given"} from ${SOURCE}`,
    currency: "USD",
    keys: KEYS,
    parameters: {
      curvatureSide: {
        unit: "sign",
        source: "ISDA SIMM methodology, curvature margin",
        is: settled.side === "call" ? 1 : -1,
      },
      scaling: scaling(settled.horizon),
      // formulas have its numbers; here it is for the check that no margins have a negative square
      psi: figure("correlation of two risk classes", {
        is: { labels: parameters.psi.order, rows: parameters.psi.matrix },
      }),
      ...Object.assign({}, ...Object.values(classes).map((part) => part.parameters)),
    },
    charges: { ...charges, ...columns?.charges, ...extra.charges },
    equity: 0,
    initial: total,
    maintenance: total,
    outputs: { simm: "simm", addOn: { sum: extra.totals }, ...columns?.outputs },
  };
}

/** The one-day margin knows no concentration. */
function withoutConcentration(charge: Charge): Charge {
  if (charge.kind !== "correlated") return charge;
  const { concentration: _, ...rest } = charge;
  return rest;
}

const nameOf = (riskClass: RiskClass) => (riskClass === "FX" ? "fx" : riskClass[0]!.toLowerCase() + riskClass.slice(1));

/** √(Σ ψ_rs·IM_r·IM_s) of margins in the order of RISK_CLASSES. */
function across({ psi }: SimmParameters, margins: Expr[]): Expr {
  const psiOf = (r: RiskClass, s: RiskClass) => psi.matrix[psi.order.indexOf(r)]![psi.order.indexOf(s)]!;
  const terms = RISK_CLASSES.map((r, i): Expr => {
    const others = RISK_CLASSES.slice(0, i).map((s, j): Expr => ({ mul: [2 * psiOf(r, s), margins[j]!] }));
    return { mul: [margins[i]!, { sum: [margins[i]!, ...others] }] };
  });
  return { sqrt: { max: [0, { sum: terms }] } };
}

/** As if a portfolio had only one measure: ψ acts inside, so these do not add up. */
function measureColumns(parameters: SimmParameters, classes: Record<RiskClass, Part>) {
  const charges: Record<string, Charge> = {};
  const outputs: Record<string, Expr> = {};
  for (const measure of ["delta", "vega", "curvature", "baseCorr"] as const) {
    const margins = RISK_CLASSES.map((riskClass): Expr => classes[riskClass].margins[measure] ?? 0);
    charges[`${measure}ByProduct`] = { kind: "formula", at: PRODUCT, value: across(parameters, margins) };
    charges[`${measure}Only`] = { kind: "formula", value: `${measure}ByProduct` };
    outputs[`${measure}Only`] = `${measure}Only`;
  }
  return { charges, outputs };
}

/** SF(t) = ½·min(1, D/t), D = 14 calendar days for ten-day margin and 1.4 for one-day. */
function scaling(horizon: 10 | 1): Parameter {
  return {
    unit: "factor by tenor",
    source: "ISDA SIMM methodology, curvature margin: SF(t) = 0.5·min(1, 14 days/t)",
    for: TENORS.map((tenor) => ({ tenor, is: 0.5 * Math.min(1, (1.4 * horizon) / daysOf(tenor)) })),
  };
}
