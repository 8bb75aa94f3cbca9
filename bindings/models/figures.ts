/** Figures of a venue by what they hold for. */
import type { Parameter, Table } from "../documents/model.ts";

type Figure = number | Table;
type Terms = Omit<Parameter, "is" | "for">;

/** @param is what holds for everything that `of` does not name */
export const perUnderlying = (is: Figure, of: Record<string, Figure>, terms: Terms): Parameter => ({
  ...terms,
  is,
  for: Object.entries(of).map(([underlying, figure]) => ({ underlying, is: figure })),
});

export const perCurrency = (is: number, of: Record<string, number>, terms: Terms): Parameter => ({
  ...terms,
  is,
  for: Object.entries(of).map(([settlement, figure]) => ({ settlement, is: figure })),
});

/** What the venue knows of the account or of the moment, and the documents do not: 0 unless the portfolio's facts give it. */
export const givenOr0 = (given: string, unit: string, assumed: string, range: [number, number]): Parameter => ({
  unit,
  assumed,
  range,
  given,
  is: 0,
});

/** Beyond it no amount of money is meant. */
export const MONEY: [number, number] = [0, 1e12];
