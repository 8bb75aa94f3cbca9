/** The instruments of a computation in their order: those of the market (or only the ones held), and each currency as cash. */
import { MarginError } from "../error.ts";
import type { Currency, Instrument, Market } from "../documents/market.ts";
import type { Portfolio } from "../documents/portfolio.ts";
import type { Scalar } from "../documents/expression.ts";
import { InstrumentKind } from "../../assembly/record/opcodes.ts";

export interface Item {
  id: string;
  /** Every field by which an instrument can be grouped or selected. */
  fields: Record<string, Scalar>;
  kind: InstrumentKind;
  instrument?: Instrument;
  currency?: Currency;
}

const KINDS = {
  option: InstrumentKind.Option,
  future: InstrumentKind.Future,
  perpetual: InstrumentKind.Perpetual,
  spot: InstrumentKind.Spot,
  sensitivity: InstrumentKind.Sensitivity,
} as const;

/** The unit of all prices of currencies; a model in it needs no currency of that name in the market. */
export const PRICE_UNIT: Currency = { id: "USD", largestTotal: 2 ** 33, price: 1 };

export interface Universe {
  items: Item[];
  index: Map<string, number>;
}

/**
 * In an order that puts what is priced together side by side: settlement, underlying, expiry, strike. Sums of fractional
 * amounts run in this order, so it depends on nothing but the instruments.
 */
export function universe(market: Market, modelCurrency: string, held?: Portfolio): Universe {
  let listed: Instrument[] = market.instruments;
  const isUnit =
    modelCurrency === PRICE_UNIT.id && !market.currencies.some((currency) => currency.id === PRICE_UNIT.id);
  const currencies = isUnit ? [...market.currencies, PRICE_UNIT] : market.currencies;
  if (held !== undefined) {
    const byId = new Map(market.instruments.map((instrument) => [instrument.id, instrument]));
    const wanted = new Set<Instrument>();
    const want = (list: string) => (of: { instrument: string }, row: number) => {
      const instrument = byId.get(of.instrument);
      if (instrument !== undefined) wanted.add(instrument);
      else throw unknownInstrument(of.instrument, row, market, list);
    };
    held.positions.forEach(want("portfolio.positions"));
    held.orders?.forEach(want("portfolio.orders"));
    listed = [...wanted];
  }
  const settlements = new Set(listed.map((instrument) => instrument.settlement)).add(modelCurrency);
  for (const id of Object.keys(held?.balances ?? {})) {
    settlements.add(id);
    if (!currencies.some((currency) => currency.id === id)) {
      throw new MarginError("UnknownCurrency", `portfolio.balances.${id}`, `market.currencies has no "${id}"`, {
        value: id,
      });
    }
  }
  if (!currencies.some((currency) => currency.id === modelCurrency)) {
    throw new MarginError("UnknownCurrency", "model.currency", `market.currencies has no "${modelCurrency}"`, {
      value: modelCurrency,
    });
  }
  const cash = currencies
    .filter((currency) => held === undefined || settlements.has(currency.id))
    .map((currency): Item => {
      const fields: Record<string, Scalar> = { instrument: currency.id, kind: "cash", settlement: currency.id };
      if (currency.underlying !== undefined) fields.underlying = currency.underlying;
      return { id: currency.id, fields, kind: InstrumentKind.Cash, currency };
    });
  const items = listed.map((instrument): Item => {
    const { id, keys, ...rest } = instrument;
    const fields: Record<string, Scalar> = { instrument: id };
    for (const [key, value] of Object.entries({ ...rest, ...keys })) if (value !== undefined) fields[key] = value;
    return { id, fields, kind: KINDS[instrument.kind], instrument };
  });
  items.sort(byPlace);
  cash.sort((a, b) => (a.id < b.id ? -1 : 1));
  const all = [...cash, ...items];
  return { items: all, index: new Map(all.map((item, i) => [item.id, i])) };
}

function byPlace(a: Item, b: Item): number {
  for (const key of ["settlement", "underlying", "kind", "expiry", "strike", "callPut", "instrument"]) {
    const x = a.fields[key];
    const y = b.fields[key];
    if (x === y || x === undefined || y === undefined) continue;
    if (key === "callPut") return x > y ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

export function unknownInstrument(id: string, row: number, market: Market, list = "portfolio.positions"): MarginError {
  const like = market.instruments.find((instrument) => instrument.id.toLowerCase() === id.toLowerCase());
  const hint = like === undefined ? "" : ` (did you mean "${like.id}"?)`;
  return new MarginError("UnknownInstrument", `${list}[${row}].instrument`, `the market has no "${id}"${hint}`, {
    row,
    value: id,
  });
}
