/**
 * What is added to SIMM: fixed amounts, shares of notionals, and multipliers of product classes.
 *
 *   Σ fixed + Σ factor %·notional + Σ (multiplier − 1)·SIMM of the product class
 *
 * Source: ISDA SIMM methodology, additional initial margin.
 */
import type { Amount, Charge, Expr } from "../../documents/model.ts";
import { PRODUCT } from "./part.ts";

const PRODUCT_NAME = ["addOnProduct"];
const signed = (riskType: string, at?: string[]): Amount => ({
  kind: "amount",
  ...(at === undefined ? {} : { at }),
  select: { riskType },
  on: "signed",
  measureUnit: "model",
});

export function addOns(): { charges: Record<string, Charge>; totals: Expr[] } {
  return {
    charges: {
      addOnFixed: signed("Param_AddOnFixedAmount"),
      notional: signed("Notional", PRODUCT_NAME),
      addOnPercent: signed("Param_AddOnNotionalFactor", PRODUCT_NAME),
      addOnNotional: { kind: "formula", at: PRODUCT_NAME, value: { mul: [0.01, "addOnPercent", "notional"] } },
      // held is what a multiplier has above 1
      multiplierAboveOne: signed("Param_ProductClassMultiplier", PRODUCT),
      addOnMultiplier: { kind: "formula", at: PRODUCT, value: { mul: ["multiplierAboveOne", "productClassMargin"] } },
    },
    totals: ["addOnFixed", "addOnNotional", "addOnMultiplier"],
  };
}
