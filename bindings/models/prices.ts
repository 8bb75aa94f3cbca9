/** What one base unit is worth, by payoff: an inverse contract is quoted in dollars and paid in coin. At levels that know the payoff. */
import type { Expr } from "../documents/model.ts";

export const isInverse = { is: { payoff: "inverse" } };

/** One unit of quote currency in settlement currency. */
export const quoteInSettlement: Expr = { if: [isInverse, { div: [1, "settlementPrice"] }, 1] };

/** One unit of quote currency in the model's currency. */
export const quoteInModel: Expr = { mul: ["conversion", quoteInSettlement] };

/** The index, in settlement currency per base. */
export const indexInSettlement: Expr = { if: [isInverse, { div: ["spot", "settlementPrice"] }, "spot"] };

/** The mark of a future or perpetual, in settlement currency per base; an option's mark is that already. */
export const markInSettlement: Expr = { if: [isInverse, { div: ["mark", "settlementPrice"] }, "mark"] };

export const futures = { kind: ["future", "perpetual"] };
export const options = { kind: "option" };
