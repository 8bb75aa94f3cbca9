/** The market document: what trades, and what is known of it at one moment. */
import * as v from "valibot";
import { orDecimal } from "./decimal.ts";
import { finite, name, scalar, table, type Scalar } from "./expression.ts";
import { MOMENT, milliseconds } from "./moment.ts";
import type { Same } from "./same.ts";

export interface Instrument {
  /** Unique name; no currency may have it. */
  id: string;
  /** What it is; a currency held is the kind `cash` and is not listed. */
  kind: "option" | "future" | "perpetual" | "spot" | "sensitivity";
  /** What it is on: the key by which spot and forwards are known. */
  underlying: string;
  /** Moment of expiry, or "perpetual" for what has none. */
  expiry: string;
  /** Quote currency per unit of base; options only. */
  strike?: number;
  /** +1 call, −1 put; options only. */
  callPut?: 1 | -1;
  /** Currency in which profit and loss is paid. */
  settlement: string;
  /** linear: paid in quote currency; inverse: in coin. */
  payoff: "linear" | "inverse";
  /** Smallest amount that trades; quantities are whole lots of it. */
  lot?: number;
  /** Unit of `lot`: base (default), or quote for inverse futures of so many dollars. */
  lotUnit?: "base" | "quote";
  /** Of a sensitivity: further keys that tell its risk factor, such as a bucket or a tenor. */
  keys?: Record<string, Scalar>;
}
export interface Currency {
  /** Unique name. */
  id: string;
  /** Largest total of any sum in this currency; the quantum is 2^(⌈log2⌉ − 53) of it. */
  largestTotal: number;
  /** Value of one unit in the common unit of all `price`s of the document (USD); needed where currencies are converted. */
  price?: number;
  /** The underlying with whose spot this currency's price moves in scenarios; absent: it does not move. */
  underlying?: string;
  /** Largest rounding bound of a requirement that is accepted, in this currency; absent: any. */
  tolerance?: number;
}
/** Facts of one place: `at` says which instruments, the rest are named values. The most specific place wins. */
export type Fact = { at: Record<string, Scalar> } & { [name: string]: unknown };
export interface Market {
  /** Version of this format. */
  format: 1;
  /** Moment at which the market is known. */
  asOf: string;
  /** Currencies that are settled in or held. */
  currencies: Currency[];
  /** What trades. */
  instruments: Instrument[];
  /** What is known: spot, forward, vol, mark, and whatever a model reads. */
  facts: Fact[];
  /** Where the figures come from, in words. */
  source?: string;
}

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(128));
const exists = (text: string) => !Number.isNaN(milliseconds(text));
/** A moment: ISO 8601 with zone, e.g. `2026-02-05T08:00:00Z`. */
const MOMENT_WORDS = "an ISO 8601 moment with a zone, such as 2026-02-05T08:00:00Z";
export const moment = v.pipe(v.string(), v.regex(MOMENT, MOMENT_WORDS), v.check(exists, MOMENT_WORDS));
const EXPIRY_WORDS = '"perpetual" or an ISO 8601 moment with a zone, such as 2026-03-27T08:00:00Z';
export const expiry = v.pipe(
  v.string(EXPIRY_WORDS),
  v.regex(new RegExp(`^perpetual$|${MOMENT.source}`), EXPIRY_WORDS),
  v.check((text) => text === "perpetual" || exists(text), EXPIRY_WORDS),
);

/** Also what never expires has an expiry, which nobody can guess the word for. */
const missingWords = ({ message, path }: v.StrictObjectIssue) =>
  path?.at(-1)?.key === "expiry" ? EXPIRY_WORDS : message;
export const instrument = v.strictObject(
  {
    id,
    kind: v.picklist(["option", "future", "perpetual", "spot", "sensitivity"]),
    underlying: id,
    expiry,
    strike: v.optional(positive),
    callPut: v.optional(v.picklist([1, -1])),
    settlement: id,
    payoff: v.picklist(["linear", "inverse"]),
    lot: v.optional(positive),
    lotUnit: v.optional(v.picklist(["base", "quote"])),
    keys: v.optional(v.record(name, scalar)),
  },
  missingWords,
);

export const currency = v.strictObject({
  id,
  // beyond it the quantum would be a unit and more
  largestTotal: v.pipe(positive, v.maxValue(2 ** 52)),
  price: v.optional(positive),
  underlying: v.optional(id),
  tolerance: v.optional(positive),
});

const list = v.pipe(v.array(finite), v.nonEmpty());
const figure = v.union([finite, table, v.array(v.array(finite))]);
const figureOrList: v.GenericSchema<unknown> = v.lazy((input) => {
  if (input === undefined) return v.union([figure, list]); // asked for its JSON Schema
  return Array.isArray(input) && input.length > 0 && !Array.isArray(input[0]) ? list : figure;
});
export const factValue = orDecimal(figureOrList);
export const fact = v.objectWithRest({ at: v.record(v.string(), scalar) }, factValue);

export const market = v.strictObject({
  format: v.literal(1),
  asOf: moment,
  currencies: v.pipe(v.array(currency), v.nonEmpty()),
  instruments: v.array(instrument),
  facts: v.array(fact),
  source: v.optional(v.string()),
});

true satisfies Same<Instrument, v.InferOutput<typeof instrument>>;
true satisfies Same<Currency, v.InferOutput<typeof currency>>;
true satisfies Same<Omit<Market, "facts">, Omit<v.InferOutput<typeof market>, "facts">>;
