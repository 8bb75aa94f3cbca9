/** What the classes of the sensitivities-based method share. Source: MAR21. */
import type { Correlated, Expr, Parameter } from "../../documents/model.ts";

export const MEASURES = ["delta", "vega", "curvature"] as const;
export type SbmMeasure = (typeof MEASURES)[number];

/** One risk class: its parameters, and a charge for each measure at medium correlation. */
export interface SbmClass {
  name: string;
  parameters: Record<string, Parameter>;
  charges: Record<SbmMeasure, Correlated>;
  /** Its correlations are the same in all scenarios. */
  isFixed?: boolean;
}

export const OPTION_TENORS = [0.5, 1, 3, 5, 10];

/** exp(−0.01·|T₁ − T₂|/min(T₁, T₂)), written out so that every host has the same bits: MAR21.94. */
const OPTION_TENOR_RHO = [
  [1, 0.9900498337491681, 0.951229424500714, 0.9139311852712282, 0.8269591339433623],
  [0.9900498337491681, 1, 0.9801986733067553, 0.9607894391523232, 0.9139311852712282],
  [0.951229424500714, 0.9801986733067553, 1, 0.9933555062550344, 0.9769367838983476],
  [0.9139311852712282, 0.9607894391523232, 0.9933555062550344, 1, 0.9900498337491681],
  [0.8269591339433623, 0.9139311852712282, 0.9769367838983476, 0.9900498337491681, 1],
];
export const optionTenorRho: Parameter = {
  unit: "correlation of two option tenors",
  source: "MAR21.94: exp(−0.01·|T1 − T2|/min(T1, T2))",
  is: {
    labels: OPTION_TENORS,
    rows: OPTION_TENOR_RHO,
    indefinite: "the formula of MAR21.94 has an eigenvalue of −0.018 on its own tenors; MAR21.4 floors K² at 0",
  },
};

/** RW of vega: min(55 %·√(LH/10), 1), LH the liquidity horizon in days: MAR21.92. */
export const vegaWeight = (days: number) => Math.min(0.55 * Math.sqrt(days / 10), 1);

/** Up and down of a curvature row are two sensitivities of one factor. */
export const upAndDown = (divisor?: Expr): Correlated["measure"] => {
  const size: Expr = divisor === undefined ? 1 : { div: [1, divisor] };
  const of = (shock: string): Expr => ({ if: [{ is: { shock } }, size, 0] });
  return { up: of("up"), down: of("down") };
};

export const selected = (riskClass: string, measure: SbmMeasure) => ({ select: { riskClass, measure } });
