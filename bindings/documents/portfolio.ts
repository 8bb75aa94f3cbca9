/** The portfolio document: what one account holds. */
import * as v from "valibot";
import { finite } from "./expression.ts";
import { fact, type Fact } from "./market.ts";
import type { Same } from "./same.ts";

export interface Position {
  /** An instrument of the market. */
  instrument: string;
  /** Whole lots, > 0 long. Either `lots` or `amount`. */
  lots?: number;
  /** In the unit of the instrument's lot (base unless `lotUnit` is quote), > 0 long. */
  amount?: number;
  /** Average entry price; where given, the unrealised result from it to the mark counts as `unrealised`. */
  entry?: number;
}
/** A resting order, > 0 to buy, < 0 to sell; orders in one instrument and direction add up. */
export interface Order {
  /** An instrument of the market. */
  instrument: string;
  /** Whole lots. Either `lots` or `amount`. */
  lots?: number;
  /** In the unit of the instrument's lot. */
  amount?: number;
}
export interface Portfolio {
  /** Version of this format. */
  format: 1;
  /** What is held; positions in one instrument add up. */
  positions: Position[];
  /** Amount held of each currency; < 0 borrowed. */
  balances: Record<string, number>;
  /** What rests in the book; a model says whether and how it counts. */
  orders?: Order[];
  /** What the venue adds for this account (open orders, and so on); same form as the market's facts. */
  facts?: Fact[];
}

export const position = v.strictObject({
  instrument: v.pipe(v.string(), v.nonEmpty()),
  lots: v.optional(finite),
  amount: v.optional(finite),
  entry: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0))),
});

export const order = v.strictObject({
  instrument: v.pipe(v.string(), v.nonEmpty()),
  lots: v.optional(finite),
  amount: v.optional(finite),
});

export const portfolio = v.strictObject({
  format: v.literal(1),
  positions: v.array(position),
  balances: v.record(v.string(), finite),
  orders: v.optional(v.array(order)),
  facts: v.optional(v.array(fact)),
});

true satisfies Same<Position, v.InferOutput<typeof position>>;
true satisfies Same<Order, v.InferOutput<typeof order>>;
true satisfies Same<Omit<Portfolio, "facts">, Omit<v.InferOutput<typeof portfolio>, "facts">>;
