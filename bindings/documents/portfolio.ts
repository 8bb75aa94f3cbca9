/** The portfolio document: what one account holds. */
import * as v from "valibot";
import { finite } from "./expression.ts";
import { fact, type Fact } from "./market.ts";

export const position = v.strictObject({
  /** An instrument of the market. */
  instrument: v.pipe(v.string(), v.nonEmpty()),
  /** Whole lots, > 0 long. Either `lots` or `amount`. */
  lots: v.optional(finite),
  /** In the unit of the instrument's lot (base unless `lotUnit` is quote), > 0 long. */
  amount: v.optional(finite),
  /** Average entry price; where given, the unrealised result from it to the mark counts as `unrealised`. */
  entry: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0))),
});

export const portfolio = v.strictObject({
  /** Version of this format. */
  format: v.literal(1),
  /** What is held; positions in one instrument add up. */
  positions: v.array(position),
  /** Amount held of each currency; < 0 borrowed. */
  balances: v.record(v.string(), finite),
  /** What the venue adds for this account (open orders, and so on); same form as the market's facts. */
  facts: v.optional(v.array(fact)),
});

export type Position = v.InferOutput<typeof position>;
export type Portfolio = Omit<v.InferOutput<typeof portfolio>, "facts"> & { facts?: Fact[] };
