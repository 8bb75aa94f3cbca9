/** What was given to a venue since its last commit, and takes effect at the next one. Each part is checked as it comes. */
import { checkFacts, checkMarket, checkModel } from "../documents/check.ts";
import type { Fact, Instrument, Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import { canonical } from "../documents/moment.ts";
import { unexpected } from "../error.ts";
import { checkNumber, checkText } from "./arguments.ts";
import { tidyFact } from "./board.ts";

/** As it is kept in a snapshot. */
export interface Staged {
  facts: Fact[];
  prices: Record<string, number>;
  asOf?: string;
  /** All that are to be listed, with those that are. */
  instruments?: Instrument[];
  model?: MarginModel;
}

export class Staging {
  facts: Fact[] = [];
  prices = new Map<string, number>();
  asOf: string | undefined;
  instruments: Instrument[] | undefined;
  model: MarginModel | undefined;

  /** @param keys by which a fact may name its place */
  addFacts(facts: readonly Fact[], keys: Set<string>): void {
    this.facts.push(...checkFacts(facts, keys).map(tidyFact));
  }

  /** @param price USD per unit of the currency, > 0 */
  setPrice(currency: string, price: number): void {
    checkNumber("price", price);
    if (!(price > 0 && price < Infinity)) throw unexpected("PriceNotPositive", "price", "> 0", price);
    this.prices.set(currency, price);
  }

  /** @param asOf not before what is staged, or before the market */
  advance(asOf: string, market: Market): void {
    checkText("asOf", asOf);
    const moment = canonical(asOf);
    const last = this.asOf ?? market.asOf;
    if (!(Date.parse(moment) >= Date.parse(last)))
      throw unexpected("TimeBackwards", "asOf", `a moment not before ${last}`, asOf);
    this.asOf = moment;
  }

  /** Beside those of the market. */
  addInstruments(instruments: readonly Instrument[], market: Market): void {
    const all = [...(this.instruments ?? market.instruments), ...instruments];
    checkMarket({ ...market, facts: [], instruments: all });
    this.instruments = all;
  }

  /** @param before the model in force: margins stay in its currency */
  setModel(model: MarginModel, before: MarginModel): void {
    const checked = checkModel(model);
    if (checked.currency !== before.currency)
      throw unexpected("WrongCurrency", "model.currency", before.currency, checked.currency);
    this.model = checked;
  }

  discard(): void {
    this.facts = [];
    this.prices = new Map();
    this.asOf = undefined;
    this.instruments = undefined;
    this.model = undefined;
  }

  /** The market as it will be, but for its facts. */
  marketAfter(market: Market): Market {
    return {
      ...market,
      asOf: this.asOf ?? market.asOf,
      instruments: this.instruments ?? market.instruments,
      currencies: market.currencies.map((currency) => {
        const price = this.prices.get(currency.id);
        return price === undefined ? currency : { ...currency, price };
      }),
    };
  }

  state(): Staged {
    const { facts, prices, asOf, instruments, model } = this;
    return { facts, prices: Object.fromEntries(prices), asOf, instruments, model };
  }

  restore({ facts, prices, asOf, instruments, model }: Staged): void {
    this.facts = facts;
    this.prices = new Map(Object.entries(prices));
    this.asOf = asOf;
    this.instruments = instruments;
    this.model = model === undefined ? undefined : checkModel(model);
  }
}
