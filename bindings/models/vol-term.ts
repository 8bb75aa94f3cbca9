/** Volatility shocks by time to expiry, (30/days)^power, with one power below 30 days and another from there: Deribit's rule, which others took over. */
import type { Expr, Parameter } from "../documents/model.ts";

/** At a level that knows the expiry. */
export const volTerm: Expr = {
  pow: [{ div: [30, { max: ["days", "daysFloor"] }] }, { if: [{ lt: ["days", 30] }, "shortPower", "longPower"] }],
};

export const volPowers = (source: string): Record<"shortPower" | "longPower", Parameter> => ({
  shortPower: { unit: "power of 30/days below 30 days", source, is: 0.3, range: [0, 2] },
  longPower: { unit: "power of 30/days from 30 days", source, is: 0.13, range: [0, 2] },
});
