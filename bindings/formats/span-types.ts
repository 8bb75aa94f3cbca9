/** What a SPAN risk parameter file says, with the words of this package. */

export interface SpanFile {
  /** Day of the prices. */
  date: string;
  /** Clearing organisation, by its code. */
  organisation: string;
  /** Points of the scan, in the order of risk arrays. */
  points: SpanPoint[];
  /** Value of one unit of `from` in `to`. */
  conversions: { from: string; to: string; factor: number }[];
  /** Combined commodities, by id. */
  commodities: SpanCommodity[];
  /** Spreads between commodities, the first served first. */
  spreads: SpanSpread[];
}
export interface SpanPoint {
  /** Part of the price scan range. */
  price: number;
  /** Part of the volatility scan range. */
  volatility: number;
  /** Share of the result that counts; arrays hold it already. */
  weight: number;
  /** Index of the point that differs in volatility only, from 0; its own where there is none. */
  pair: number;
}
export interface SpanCommodity {
  id: string;
  name: string;
  currency: string;
  /** Maintenance over initial margin. */
  maintenance: number;
  /** Per short option, in `currency`. */
  shortOptionMinimum: number;
  /** All short options count, or the more numerous of calls and puts. */
  shortOptionMethod: "gross" | "max";
  /** Calendar spreads inside the commodity, the first served first. */
  spreads: SpanSpread[];
  contracts: SpanContract[];
}
export interface SpanContract {
  kind: "physical" | "future" | "option";
  /** Product, by its code. */
  product: string;
  /** Period, as the file writes it: `201606`. */
  period: string;
  /** Day of settlement; of a physical none. */
  settles?: string;
  strike?: number;
  callPut?: 1 | -1;
  /** Settlement price. */
  price: number;
  /** Base units of one contract. */
  multiplier: number;
  /** Composite delta of one contract, in contracts of its commodity. */
  delta: number;
  /** Loss of one long contract at each point, > 0 a loss. */
  array: number[];
  /** Is its value paid and received (an option bought, a share), or only its changes (a future)? */
  isPaidFor: boolean;
  /** What the array was made of, where the file says it. */
  underlyingPrice?: number;
  years?: number;
  volatility?: number;
  rate?: number;
  dividend?: number;
  /** Of one contract, in currency. */
  priceScan?: number;
  volatilityScan?: number;
}
export interface SpanSpread {
  /** A charge per spread, or a share of the price risk that both legs have. */
  method: "flat" | "price";
  rate: number;
  legs: SpanLeg[];
}
export interface SpanLeg {
  commodity: string;
  /** First and last period that counts; absent: all. */
  from?: string;
  to?: string;
  /** Legs of one side are all long while those of the other are short, or the other way round. */
  side: "A" | "B";
  /** Deltas that one spread takes. */
  ratio: number;
}
