/** FX: a bucket for each currency against the reporting currency, of vega for each pair. Source: MAR21.86 to 21.89, 21.91 to 21.101. */
import type { Parameter } from "../../documents/model.ts";
import { selected, upAndDown, vegaWeight, type SbmClass } from "./measures.ts";

/** Currencies of the pairs that MAR21.88 lists, whose weight may be divided by √2. */
const LISTED = "USD EUR JPY GBP AUD CAD CHF MXN CNY NZD RUB HKD SGD TRY KRW SEK ZAR INR NOK BRL".split(" ");

const bucket = ["riskClass", "bucket"];
const common = { kind: "correlated", bucket, across: "fxGamma" } as const;

export function fx(divideCurvature: boolean): SbmClass {
  const parameters: Record<string, Parameter> = {
    fxWeight: {
      unit: "relative move",
      source: "MAR21.87 and 21.88: 15 %, divided by √2 for listed currencies",
      is: 0.15,
      for: LISTED.map((code) => ({ bucket: code, is: 0.15 / Math.SQRT2 })),
    },
    fxVegaWeight: {
      unit: "relative move of the volatility",
      source: "MAR21.92: liquidity horizon of 40 days",
      is: vegaWeight(40),
    },
    fxGamma: { unit: "correlation of two buckets", source: "MAR21.89", is: 0.6 },
    fxCurvatureDivisor: {
      unit: "divisor",
      source: "MAR21.98: 1.5 for options without a leg in the reporting currency, where a bank chooses so",
      is: 1,
      for: divideCurvature ? [{ divisible: "yes", is: 1.5 }] : [],
    },
  };
  return {
    name: "fx",
    parameters,
    charges: {
      delta: {
        ...common,
        ...selected("fx", "delta"),
        factor: bucket,
        weight: "fxWeight",
        within: 0,
        clamp: "negative",
      },
      vega: {
        ...common,
        ...selected("fx", "vega"),
        factor: [...bucket, "optionTenor"],
        weight: "fxVegaWeight",
        within: { key: "optionTenor", matrix: "optionTenorRho" },
        clamp: "negative",
      },
      curvature: {
        ...common,
        ...selected("fx", "curvature"),
        factor: bucket,
        measure: upAndDown("fxCurvatureDivisor")!,
        within: 0,
        squared: true,
      },
    },
  };
}
