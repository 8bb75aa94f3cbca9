/** A market document with a fitted surface in it: the venue's own, or one of the options that were quoted. */
import { checkMarket } from "../documents/check.ts";
import type { Currency, Fact, Instrument, Market } from "../documents/market.ts";
import { LARGEST_TOTALS } from "../formats/deribit-market.ts";
import { marketFacts } from "../lab/facts.ts";
import type { SurfaceFit, SurfaceOptions } from "../lab/types.ts";
import type { Quoted, QuoteRow } from "./quotes.ts";

export interface MarketOptions {
  payoff: SurfaceOptions["payoff"];
  /** Options keep no volatility of their own: each is then on the smile. */
  surfaceOnly: boolean;
}

export function marketWithSurface(quoted: Quoted, fit: SurfaceFit, options: MarketOptions): Market {
  const { market } = quoted;
  if (market === undefined) return ofQuotes(quoted, fit, options);
  const fitted = new Set(fit.underlyings.map(({ underlying }) => underlying));
  const onSmile = new Set(
    market.instruments
      .filter(({ kind, underlying }) => kind === "option" && fitted.has(underlying))
      .map(({ id }) => id),
  );
  const own = options.surfaceOnly
    ? market.facts.map((fact) => (onSmile.has(String(fact.at["instrument"])) ? without(fact, "vol") : fact))
    : market.facts;
  return checkMarket({ ...market, facts: withSlices(own, fit) });
}

/** Facts of a slice join those of the same place: its forward takes the place of the venue's. */
function withSlices(facts: Fact[], fit: SurfaceFit): Fact[] {
  const slices = new Map(marketFacts(fit).map((fact) => [placeOf(fact), fact]));
  const joined = facts.map((fact) => {
    const slice = slices.get(placeOf(fact));
    if (slice === undefined) return fact;
    slices.delete(placeOf(fact));
    return { ...fact, ...slice };
  });
  return [...joined, ...slices.values()].filter((fact) => Object.keys(fact).length > 1);
}

const placeOf = ({ at }: Fact) => JSON.stringify(Object.entries(at).sort(([a], [b]) => (a < b ? -1 : 1)));

function without(fact: Fact, name: string): Fact {
  return Object.fromEntries(Object.entries(fact).filter(([key]) => key !== name)) as Fact;
}

function ofQuotes({ rows, asOf, files }: Quoted, fit: SurfaceFit, { payoff, surfaceOnly }: MarketOptions): Market {
  const expiries = new Set(
    fit.underlyings.flatMap(({ underlying, slices }) => slices.map(({ expiry }) => `${underlying}\n${expiry}`)),
  );
  const instruments = new Map<string, Instrument>();
  const facts: Fact[] = [];
  for (const { quote, instrument, mark, markVol } of rows) {
    const { underlying, expiry, strike, callPut } = quote;
    if (!expiries.has(`${underlying}\n${expiry}`) || !(strike > 0 && strike < Infinity)) continue;
    const id = instrument ?? `${underlying}-${expiry}-${strike}-${callPut === 1 ? "C" : "P"}`;
    if (instruments.has(id)) continue;
    const settlement = payoff === "inverse" ? underlying : "USD";
    instruments.set(id, { id, kind: "option", underlying, expiry, strike, callPut, settlement, payoff });
    const known = {
      ...(mark !== undefined && mark >= 0 && mark < Infinity ? { mark } : {}),
      ...(!surfaceOnly && markVol !== undefined && markVol > 0 && markVol < Infinity ? { vol: markVol } : {}),
    };
    if (Object.keys(known).length > 0) facts.push({ at: { instrument: id }, ...known });
  }
  const spots = fit.underlyings.map(({ underlying, slices }) => {
    const index = indexOf(rows, underlying);
    return { underlying, spot: index ?? slices[0]!.forward, isForward: index === undefined };
  });
  const assumed = spots.filter(({ isForward }) => isForward).map(({ underlying }) => underlying);
  const note = assumed.length === 0 ? "" : `; spot of ${assumed.join(", ")}: forward of the nearest expiry`;
  return checkMarket({
    format: 1,
    asOf,
    source: `quotes of ${files.join(", ")}${note}`,
    currencies: currenciesOf(spots),
    instruments: [...instruments.values()],
    facts: withSlices([...spots.map(({ underlying, spot }) => ({ at: { underlying }, spot })), ...facts], fit),
  });
}

function currenciesOf(spots: { underlying: string; spot: number }[]): Currency[] {
  const coins = spots.map(({ underlying, spot }): Currency => ({
    id: underlying,
    largestTotal: LARGEST_TOTALS[underlying] ?? 2 ** Math.ceil(Math.log2(2 ** 33 / spot)),
    price: spot,
    underlying,
  }));
  return [...coins, { id: "USD", largestTotal: 2 ** 33, price: 1 }];
}

/** The newest; in rows of one moment it differs in the last digits. */
function indexOf(rows: QuoteRow[], underlying: string): number | undefined {
  return rows.findLast(({ quote, index }) => quote.underlying === underlying && index !== undefined && index > 0)
    ?.index;
}
