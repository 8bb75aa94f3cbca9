/**
 * What Deribit's API answers → a market document: any number of responses of public/get_instruments, public/get_book_summary_by_currency and
 * public/get_index_price, in any order; those of the portfolio are passed over, so that one heap of files serves both.
 *
 * Source: docs.deribit.com, the methods named; read 2026.
 */
import { checkMarket } from "../documents/check.ts";
import type { Currency, Fact, Instrument, Market } from "../documents/market.ts";
import { momentText } from "../documents/moment.ts";
import { MarginError, short, step, unexpected } from "../error.ts";
import { at, figure, number, parts, positive, text, type Part } from "./deribit-response.ts";

export interface DeribitOptions {
  /** Moment of the market; default: the newest `usOut` or `creation_timestamp` of the responses. */
  asOf?: string;
  /** Index prices by name (`eurr_usd`), beside those of the responses; these win. */
  indexes?: Record<string, number>;
  /** Largest totals by currency, instead of LARGEST_TOTALS. */
  largestTotals?: Record<string, number>;
}

/**
 * Powers of two near 8.6 billion dollars' worth (2³³): the quantum of BTC is then 2⁻³⁶, of ETH 2⁻³², of a dollar 2⁻²⁰. They are fixed, so that the
 * quantum does not change with the price. A currency that is not here gets 2³³ dollars at its price, rounded up to a power of two.
 */
export const LARGEST_TOTALS: Readonly<Record<string, number>> = {
  BTC: 2 ** 17,
  ETH: 2 ** 21,
  SOL: 2 ** 26,
  USDC: 2 ** 33,
  USDT: 2 ** 33,
  EURR: 2 ** 33,
};
/** Dollar coins: 1 unless an index is given. */
const DOLLARS = new Set(["USD", "USDC", "USDT"]);
/** An index response without a name belongs to the index whose estimated delivery price is this near. */
const NEAR = 0.02;

interface Listed {
  instrument: Instrument;
  index: string;
}
interface Quoted {
  part: Part;
  row: number;
  time: number;
}

export function marketFromDeribit(responses: readonly unknown[], options: DeribitOptions = {}): Market {
  const all = parts(responses);
  const listed = instruments(all);
  if (listed.size === 0)
    throw new MarginError(
      "Missing",
      "responses",
      "no response of public/get_instruments with an option, future or perpetual",
    );
  const quotes = summaries(all, listed);
  const spots = indexes(all, listed, quotes, options);
  const facts: Fact[] = [...placed(spots.byPlace, "spot"), ...placed(forwards(listed, quotes), "forward")];
  for (const [id, { part: p, row }] of quotes) {
    const { kind } = listed.get(id)!.instrument;
    const vol = kind === "option" ? figure(p, row, "mark_iv") : undefined;
    const mark = kind === "option" && p.rows[row]!["mark_price"] === 0 ? 0 : figure(p, row, "mark_price");
    if (mark === undefined && vol === undefined) continue;
    facts.push({
      at: { instrument: id },
      ...(mark === undefined ? {} : { mark }),
      ...(vol === undefined ? {} : { vol: percent(vol) }),
    });
  }
  return checkMarket({
    format: 1,
    asOf: options.asOf ?? newest(all),
    source: "Deribit, public API",
    currencies: currencies(listed, spots, options),
    instruments: [...listed.values()].map(({ instrument }) => instrument),
    facts,
  });
}

/** 50.13 → 0.5013, shifted as a decimal: 50.13 / 100 is another number. */
const percent = (value: number) => {
  const shifted = Number(`${value}e-2`);
  return Number.isNaN(shifted) ? value / 100 : shifted;
};

function newest(all: Part[]): string {
  let time = -Infinity;
  for (const p of all) {
    if (p.time !== undefined && (p.kind === "summary" || p.kind === "index")) time = Math.max(time, p.time);
    if (p.kind === "summary")
      p.rows.forEach(
        (row, i) =>
          row["creation_timestamp"] !== undefined && (time = Math.max(time, number(p, i, "creation_timestamp"))),
      );
  }
  if (time === -Infinity)
    throw new MarginError("Missing", "responses", "no usOut and no creation_timestamp tells the time; give asOf");
  return momentText(time);
}

/** Options, futures and perpetuals. Spot pairs are balances and combinations are their legs: both are passed over. */
function instruments(all: Part[]): Map<string, Listed> {
  const listed = new Map<string, Listed>();
  for (const p of all) {
    if (p.kind !== "instruments") continue;
    p.rows.forEach((row, i) => {
      const kind = text(p, i, "kind");
      if (kind === "spot" || kind === "future_combo" || kind === "option_combo") return;
      if (kind !== "option" && kind !== "future")
        throw unexpected("NotOneOf", at(p, i, "kind"), '"option", "future", "spot" or a combo', kind, i);
      const id = text(p, i, "instrument_name");
      const underlying = text(p, i, "base_currency");
      const settlement = text(p, i, "settlement_currency");
      const type = row["instrument_type"] ?? row["future_type"] ?? (settlement === underlying ? "reversed" : "linear");
      if (type !== "reversed" && type !== "linear")
        throw unexpected("NotOneOf", at(p, i, "instrument_type"), '"reversed" or "linear"', type, i);
      const payoff = type === "reversed" ? ("inverse" as const) : ("linear" as const);
      const perpetual = kind === "future" && text(p, i, "settlement_period") === "perpetual";
      const shared = {
        id,
        underlying,
        expiry: perpetual ? "perpetual" : momentText(positive(p, i, "expiration_timestamp")),
        settlement,
        payoff,
      };
      let instrument: Instrument;
      if (kind === "option") {
        const side = text(p, i, "option_type");
        if (side !== "call" && side !== "put")
          throw unexpected("NotOneOf", at(p, i, "option_type"), '"call" or "put"', side, i);
        instrument = {
          ...shared,
          kind,
          strike: positive(p, i, "strike"),
          callPut: side === "call" ? 1 : -1,
          lot: positive(p, i, "min_trade_amount"),
        };
      } else {
        const lot =
          payoff === "inverse"
            ? { lot: positive(p, i, "contract_size"), lotUnit: "quote" as const }
            : { lot: positive(p, i, "min_trade_amount") };
        instrument = { ...shared, kind: perpetual ? "perpetual" : "future", ...lot };
      }
      const index =
        typeof row["price_index"] === "string"
          ? row["price_index"]
          : `${underlying}_${payoff === "inverse" ? "usd" : settlement}`.toLowerCase();
      const known = listed.get(id);
      if (known !== undefined && JSON.stringify(known.instrument) !== JSON.stringify(instrument)) {
        throw new MarginError(
          "DuplicateInstrument",
          at(p, i, "instrument_name"),
          `${short(id)} is already there, and different`,
          { row: i, value: id },
        );
      }
      listed.set(id, { instrument, index });
    });
  }
  return listed;
}

/** `BTC-FS-27MAR26_PERP`, `BTC_USDC`: a combination, a spot pair. */
const PASSED_OVER = /^[^-]+(?:-(?!PERPETUAL$)[A-Z]+-.*)?$/;

/** The newest summary of each instrument. */
function summaries(all: Part[], listed: Map<string, Listed>): Map<string, Quoted> {
  const quotes = new Map<string, Quoted>();
  for (const p of all) {
    if (p.kind !== "summary") continue;
    p.rows.forEach((row, i) => {
      const id = text(p, i, "instrument_name");
      if (!listed.has(id)) {
        if (PASSED_OVER.test(id)) return;
        throw unexpected(
          "UnknownInstrument",
          at(p, i, "instrument_name"),
          "an instrument that a response of public/get_instruments lists",
          id,
          i,
        );
      }
      const time = typeof row["creation_timestamp"] === "number" ? row["creation_timestamp"] : (p.time ?? 0);
      const known = quotes.get(id);
      if (known === undefined || time >= known.time) quotes.set(id, { part: p, row: i, time });
    });
  }
  // An instrument without a summary has no figures, and margining it will say so. All of a kind without: a response was forgotten.
  const kinds = new Map<string, boolean>();
  for (const [id, { instrument }] of listed) {
    const kind = `${instrument.settlement} ${instrument.kind === "option" ? "option" : "future"}`;
    kinds.set(kind, (kinds.get(kind) ?? false) || quotes.has(id));
  }
  for (const [kind, found] of kinds) {
    if (found) continue;
    const [currency, name] = kind.split(" ");
    throw new MarginError(
      "Missing",
      "responses",
      `no response of public/get_book_summary_by_currency for currency ${currency}, kind ${name}`,
    );
  }
  return quotes;
}

interface Placed {
  underlying: string;
  expiry?: string;
  settlement: string;
  value: number;
}

/**
 * One figure for each underlying (and expiry) and settlement currency. The coin-settled one, else that in USDC, is the figure of the underlying;
 * one in another settlement currency stands beside it, with the settlement in its place.
 */
function placed(list: Placed[], name: string): Fact[] {
  const rank = (p: Placed) => (p.settlement === p.underlying ? 0 : p.settlement === "USDC" ? 1 : 2);
  const seen = new Set<string>();
  return [...list]
    .sort((p, q) => rank(p) - rank(q))
    .map(({ underlying, expiry, settlement, value }) => {
      const place = { underlying, ...(expiry === undefined ? {} : { expiry }) };
      const first = !seen.has(JSON.stringify(place));
      seen.add(JSON.stringify(place));
      return { at: first ? place : { ...place, settlement }, [name]: value };
    });
}

/** Forward of an expiry: the median of `underlying_price` of its options' summaries, for rows of one moment differ in the last digits; where it has no options, the mark of its future. */
function forwards(listed: Map<string, Listed>, quotes: Map<string, Quoted>): Placed[] {
  const places = new Map<
    string,
    { place: Omit<Placed, "value">; options: number[]; future?: number; example: string }
  >();
  for (const [id, { instrument }] of listed) {
    if (instrument.expiry === "perpetual") continue;
    const { underlying, expiry, settlement } = instrument;
    const key = `${underlying} ${expiry} ${settlement}`;
    let found = places.get(key);
    if (found === undefined)
      places.set(key, (found = { place: { underlying, expiry, settlement }, options: [], example: id }));
    const quote = quotes.get(id);
    if (quote === undefined) continue;
    if (instrument.kind === "option") {
      const price = figure(quote.part, quote.row, "underlying_price");
      if (price !== undefined) found.options.push(price);
    } else {
      const mark = figure(quote.part, quote.row, "mark_price");
      if (mark !== undefined) found.future = mark;
    }
  }
  return [...places.values()].flatMap(({ place, options, future, example }) => {
    const value = options.length > 0 ? median(options) : future;
    // No row of the expiry is quoted: nothing is known of it, and whoever holds it will be told.
    if (value === undefined && ![...quotes.keys()].some((id) => sameExpiry(listed.get(id)!.instrument, place)))
      return [];
    if (value === undefined) {
      throw new MarginError(
        "Missing",
        "responses",
        `no forward for ${short(example)}: its summaries have no underlying_price and no future's mark_price`,
      );
    }
    return [{ ...place, value }];
  });
}

const sameExpiry = (a: Instrument, b: Omit<Placed, "value">) =>
  a.underlying === b.underlying && a.expiry === b.expiry && a.settlement === b.settlement;

function median(list: number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

interface Spots {
  byName: Map<string, number>;
  byPlace: Placed[];
}

/**
 * Index prices. A response of get_index_price does not say of which index it is: its JSON-RPC `id` may (`"id": "btc_usd"`); else it is the index to
 * whose estimated delivery price in the summaries it is near (2 %), the dollar's first. An index without a response is the median of those estimates, which are the index
 * but in the last half hour before a delivery, for the instruments that expire.
 */
function indexes(
  all: Part[],
  listed: Map<string, Listed>,
  quotes: Map<string, Quoted>,
  options: DeribitOptions,
): Spots {
  const estimates = new Map<string, number[]>();
  for (const [id, { index }] of listed) {
    if (!estimates.has(index)) estimates.set(index, []);
    const quote = quotes.get(id);
    const price = quote === undefined ? undefined : figure(quote.part, quote.row, "estimated_delivery_price");
    if (price !== undefined) estimates.get(index)!.push(price);
  }
  const guesses = new Map<string, number>();
  for (const [name, list] of estimates) if (list.length > 0) guesses.set(name, median(list));
  const byName = new Map<string, number>();
  for (const p of all) {
    if (p.kind !== "index") continue;
    const price = positive(p, 0, "index_price");
    byName.set(
      p.name !== undefined && /^[a-z0-9]+_[a-z]+$/.test(p.name)
        ? p.name
        : match(p, price, guesses, [...estimates.keys()], byName),
      price,
    );
  }
  for (const [name, price] of Object.entries(options.indexes ?? {})) {
    if (!(price > 0 && price < Infinity)) throw unexpected("NotPositive", `options.indexes${step(name)}`, "> 0", price);
    byName.set(name, price);
  }
  const places = new Map<string, Placed>();
  for (const { instrument, index } of listed.values()) {
    const { underlying, settlement } = instrument;
    const key = `${underlying} ${settlement}`;
    if (places.has(key)) continue;
    const value = byName.get(index) ?? guesses.get(index);
    if (value === undefined) {
      throw new MarginError(
        "Missing",
        "responses",
        `no response of public/get_index_price for ${index}, the index of ${short(instrument.id)}`,
      );
    }
    places.set(key, { underlying, settlement, value });
  }
  for (const [name, value] of guesses) if (!byName.has(name)) byName.set(name, value);
  return { byName, byPlace: [...places.values()] };
}

function match(
  p: Part,
  price: number,
  guesses: Map<string, number>,
  names: string[],
  taken: Map<string, number>,
): string {
  if (guesses.size === 0 && names.length === 1) return names[0]!;
  const near = [...guesses]
    .filter(([, guess]) => Math.abs(price / guess - 1) <= NEAR)
    .sort((a, b) => Math.abs(a[1] - price) - Math.abs(b[1] - price));
  const free = near.map(([name]) => name).filter((name) => !taken.has(name));
  // btc_usd and btc_usdc are near each other: the first response without a name is of btc_usd, the next of the nearest other.
  if (free.length > 0 && new Set(free.map((name) => name.split("_")[0])).size === 1)
    return free.find((name) => name.endsWith("_usd")) ?? free[0]!;
  throw new MarginError(
    "UnknownIndex",
    at(p, 0, "index_price"),
    `${price} does not tell of which index it is (${names.join(", ")}); send the request with the index as id: {"id": "btc_usd", …}`,
    { value: price },
  );
}

/** Settlement currencies, then the other coins that instruments are of, as far as they have a price in dollars. */
function currencies(listed: Map<string, Listed>, spots: Spots, options: DeribitOptions): Currency[] {
  const settled = new Set([...listed.values()].map(({ instrument }) => instrument.settlement));
  const coins = new Set([...listed.values()].map(({ instrument }) => instrument.underlying));
  const priceOf = (id: string): number | undefined => {
    const index = spots.byName.get(`${id.toLowerCase()}_usd`);
    if (index !== undefined || DOLLARS.has(id)) return index ?? 1;
    const spot = spots.byPlace.find((place) => place.underlying === id && place.settlement !== id);
    const quote = spot === undefined ? undefined : priceOf(spot.settlement);
    return quote === undefined ? undefined : spot!.value * quote;
  };
  return [...new Set([...settled, ...coins])].flatMap((id) => {
    const price = priceOf(id);
    if (price === undefined) {
      if (!settled.has(id)) return [];
      throw new MarginError(
        "Missing",
        "responses",
        `no index ${id.toLowerCase()}_usd: the price of the settlement currency ${short(id)} is unknown`,
      );
    }
    const largestTotal =
      options.largestTotals?.[id] ?? LARGEST_TOTALS[id] ?? 2 ** Math.ceil(Math.log2(2 ** 33 / price));
    return [{ id, largestTotal, price, ...(coins.has(id) ? { underlying: id } : {}) }];
  });
}
