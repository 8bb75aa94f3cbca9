/** What the risk classes of SIMM share: options, the shape of a class, and figures. */
import * as v from "valibot";
import { issueError } from "../../documents/issue.ts";
import type { Charge, Correlated, Expr, Parameter } from "../../documents/model.ts";
import { CURRENCY_WORDS, isCurrency } from "../../formats/currencies.ts";
import { currency } from "./keys.ts";
import type { RISK_CLASSES } from "./parameters.ts";

export interface SimmOptions {
  /** Days of the margin period of risk; default 10. */
  horizon?: 10 | 1;
  /** The side that calls for margin, or the one that posts it: the sign of curvature. Default call. */
  side?: "call" | "post";
  /** Its sensitivities to itself do not count; default USD. */
  calculationCurrency?: string;
  /** Also what each measure alone would come to, as `deltaOnly`, `vegaOnly`, `curvatureOnly`, `baseCorrOnly`. */
  measureColumns?: boolean;
}
export type Settled = Required<SimmOptions>;

const options = v.strictObject({
  horizon: v.optional(v.picklist([10, 1]), 10),
  side: v.optional(v.picklist(["call", "post"]), "call"),
  calculationCurrency: v.optional(v.pipe(currency, v.check(isCurrency, CURRENCY_WORDS)), "USD"),
  measureColumns: v.optional(v.boolean(), false),
});

/** @throws MarginError that names the option: a slip must not choose the other side */
export function settle(given: SimmOptions): Settled {
  const result = v.safeParse(options, given, { abortEarly: true });
  if (!result.success) throw issueError("options", result.issues);
  return result.output;
}

/** A part of the model: parameters and charges of one risk class. */
export interface Part {
  parameters: Record<string, Parameter>;
  charges: Record<string, Charge>;
  /** Name of the class: charges `…Delta`, `…Vega`, and margins of its measures by name. */
  margins: Partial<Record<Measure, string>>;
}
export type Measure = "delta" | "vega" | "curvature" | "baseCorr";
export type RiskClass = (typeof RISK_CLASSES)[number];
export const PRODUCT = ["productClass"];

/** Where every figure comes from. */
export const SOURCE = "the user's parameter file";
export const figure = (unit: string, of: Pick<Parameter, "is" | "for">): Parameter => ({ unit, source: SOURCE, ...of });

/** A figure for each bucket, in their order. */
export const byBucket = (unit: string, figures: readonly number[], names: readonly string[]): Parameter =>
  figure(unit, { for: figures.map((is, i) => ({ bucket: names[i]!, is })) });

/** What curvature is of every class: CVR instead of vega, squared correlations and a tail. */
export function curvatureOf(vega: Correlated, volatility: Expr): Correlated {
  const { concentration: _, weight: __, ...rest } = vega;
  return {
    ...rest,
    measure: { mul: ["curvatureSide", "scaling", ...(volatility === 1 ? [] : [volatility])] },
    squared: true,
    tail: { confidence: 0.995 },
  };
}
