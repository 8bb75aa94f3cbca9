/** The margin of one short option that most venues have: a share of the index less what it is out of the money, at least another share. */
import type { Expr } from "../documents/model.ts";
import { quoteInSettlement } from "./prices.ts";

/** In quote currency. */
export const outOfTheMoney: Expr = { max: [0, { mul: ["callPut", { sub: ["strike", "spot"] }] }] };

/** Per base unit, in quote currency. */
const indexShare = (rate: Expr, least: Expr): Expr => ({
  max: [{ sub: [{ mul: [rate, "spot"] }, outOfTheMoney] }, { mul: [least, "spot"] }],
});

/** Per base unit, in settlement currency. */
export const indexShareInSettlement = (rate: Expr, least: Expr): Expr => ({
  mul: [indexShare(rate, least), quoteInSettlement],
});
