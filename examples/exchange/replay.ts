/**
 * A recorded crash as the market: a file of option chains, each of its moments one tick.
 *
 * What trades is what is quoted at every moment: options between 0.75 and 1.3 of the first index, with the forward of each expiry as a future,
 * and a perpetual at the index, which chains do not have.
 */
import { checkMarket, type Fact, type Instrument, type Market } from "margin-core";
import { readChain, snapshots, type Quote } from "../../studies/chain-file.ts";
import type { Feed, Tick } from "./feed.ts";

const STRIKES = [0.75, 1.3] as const;
const LOTS: Record<string, { option: number; quote: number; largestTotal: number }> = {
  BTC: { option: 0.1, quote: 10, largestTotal: 2 ** 17 },
  ETH: { option: 1, quote: 1, largestTotal: 2 ** 21 },
};
const OTHER = { option: 1, quote: 1, largestTotal: 2 ** 24 };

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const expiryName = (instrument: string) => instrument.split("-").slice(0, 2).join("-");
const perpetual = (underlying: string) => `${underlying}-PERPETUAL`;

function groupBy<T>(list: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

/** Moments by their number: the chains of all coins that were taken together. */
function moments(quotes: Quote[]): Quote[][] {
  const byCoin = groupBy(snapshots(quotes), ([first]) => first!.underlying);
  const most = Math.min(...[...byCoin.values()].map(({ length }) => length));
  return Array.from({ length: most }, (_, n) => [...byCoin.values()].flatMap((list) => list[n]!));
}

export function replayFeed(file: string): Feed {
  const list = moments(readChain(file));
  const [first, ...later] = list;
  const indexOf = (quotes: Quote[], underlying: string) =>
    median(quotes.filter((quote) => quote.underlying === underlying).map(({ index }) => index));
  const coins = [...new Set(first!.map(({ underlying }) => underlying))];
  const everywhere = list.map((quotes) => new Set(quotes.map(({ instrument }) => instrument)));
  const end = Math.max(...list.at(-1)!.map(({ time }) => time));
  const traded = first!.filter(({ instrument, underlying, strike, expiry, markVol }) => {
    const moneyness = strike / indexOf(first!, underlying);
    return (
      moneyness >= STRIKES[0] &&
      moneyness <= STRIKES[1] &&
      markVol > 0 &&
      Date.parse(expiry) > end &&
      everywhere.every((ids) => ids.has(instrument))
    );
  });
  const ids = new Set(traded.map(({ instrument }) => instrument));
  const asOf = (quotes: Quote[]) => new Date(Math.max(...quotes.map(({ time }) => time))).toISOString();

  const facts = (quotes: Quote[]): Fact[] => [
    ...coins.flatMap((underlying): Fact[] => {
      const index = indexOf(quotes, underlying);
      return [
        { at: { underlying }, spot: index },
        { at: { instrument: perpetual(underlying) }, mark: index },
      ];
    }),
    ...[
      ...groupBy(
        quotes.filter(({ instrument }) => ids.has(instrument)),
        (quote) => expiryName(quote.instrument),
      ),
    ].flatMap(([name, own]): Fact[] => {
      const forward = median(own.map((quote) => quote.forward));
      const { underlying, expiry } = own[0]!;
      return [
        { at: { underlying, expiry }, forward },
        { at: { instrument: name }, mark: forward },
      ];
    }),
    // a quote without a vol keeps the one before
    ...quotes
      .filter(({ instrument, markVol }) => ids.has(instrument) && markVol > 0)
      .map(({ instrument, markVol }) => ({ at: { instrument }, vol: markVol })),
  ];
  const market: Market = {
    format: 1,
    asOf: asOf(first!),
    currencies: [
      ...coins.map((id) => ({
        id,
        largestTotal: (LOTS[id] ?? OTHER).largestTotal,
        price: indexOf(first!, id),
        underlying: id,
      })),
      { id: "USDC", largestTotal: 2 ** 33, price: 1 },
    ],
    instruments: [
      ...coins.map((coin) => straight(perpetual(coin), coin, "perpetual")),
      ...futures(traded),
      ...traded.map(option),
    ],
    facts: facts(first!),
  };
  const ticks = later.map((quotes): Tick => ({ facts: facts(quotes), asOf: asOf(quotes) }));
  let n = 0;
  return { market: checkMarket(market), ticks: ticks.length, next: () => ticks[n++]! };
}

function straight(id: string, underlying: string, expiry: string): Instrument {
  const kind = expiry === "perpetual" ? "perpetual" : "future";
  const { quote } = LOTS[underlying] ?? OTHER;
  return { id, kind, underlying, expiry, settlement: underlying, payoff: "inverse", lot: quote, lotUnit: "quote" };
}

function futures(traded: Quote[]): Instrument[] {
  return [...groupBy(traded, ({ instrument }) => expiryName(instrument))].map(([name, [one]]) =>
    straight(name, one!.underlying, one!.expiry),
  );
}

function option({ instrument: id, underlying, expiry, strike, callPut }: Quote): Instrument {
  const { option: lot } = LOTS[underlying] ?? OTHER;
  return { id, kind: "option", underlying, expiry, strike, callPut, settlement: underlying, payoff: "inverse", lot };
}
