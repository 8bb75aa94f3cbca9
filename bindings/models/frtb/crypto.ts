/**
 * Cryptoassets of group 2a: a bucket for each coin, no offset between coins. Source: SCO60 (in force since 2026), with the amendment of
 * July 2024 for curvature: K = max(Σ max(0, CVR up), Σ max(0, CVR down)).
 */
import type { Parameter } from "../../documents/model.ts";
import { selected, upAndDown, type SbmClass } from "./measures.ts";

/** Weight and correlation were read in a vendor's documentation and at a supervisor's, not in the text. */
const UNCONFIRMED =
  "as a vendor reports SCO60.73, .76 and .79; not read in the text itself: check before relying on it";

const parameters: Record<string, Parameter> = {
  cryptoWeight: { unit: "relative move", assumed: `100 %, ${UNCONFIRMED}`, is: 1 },
  cryptoVegaWeight: { unit: "relative move of the volatility", assumed: `100 %, ${UNCONFIRMED}`, is: 1 },
  cryptoRho: { unit: "correlation of two exchanges or tenors", assumed: `94 %, ${UNCONFIRMED}`, is: 0.94 },
};

const bucket = ["riskClass", "bucket"];
const common = { kind: "correlated", bucket, across: "sum" } as const;

export function crypto(scenarios: boolean): SbmClass {
  return {
    name: "crypto",
    parameters,
    isFixed: !scenarios,
    charges: {
      delta: {
        ...common,
        ...selected("crypto", "delta"),
        factor: [...bucket, "location", "tenor"],
        weight: "cryptoWeight",
        within: "cryptoRho",
      },
      vega: {
        ...common,
        ...selected("crypto", "vega"),
        factor: [...bucket, "optionTenor"],
        weight: "cryptoVegaWeight",
        within: "cryptoRho",
      },
      curvature: {
        ...common,
        ...selected("crypto", "curvature"),
        factor: [...bucket, "location"],
        measure: upAndDown()!,
        within: "absolute",
      },
    },
  };
}
