/** A SPAN file → the market of its contracts: risk arrays, composite deltas and settlement prices, per unit of base. */
import type { Currency, Fact, Instrument, Market } from "../../documents/market.ts";
import type { SpanContract, SpanFile } from "../../formats/span-types.ts";
import { checkFile, currencyOf, expiryOf, instrumentsOf } from "./instruments.ts";

const KINDS = { physical: "spot", future: "future", option: "option" } as const;
/** Arrays then round to a millionth, which is what files have. */
const LARGEST_TOTAL = 2 ** 33;

/**
 * One lot is one contract. Prices of currencies are in `currency`, by the conversions of the file.
 *
 * @param currency default: the currency of most commodities
 * @throws MarginError `WrongType`
 */
export function spanMarket(file: SpanFile, currency: string = currencyOf(file)): Market {
  checkFile(file);
  const instruments: Instrument[] = [];
  const facts: Fact[] = [];
  for (const commodity of file.commodities) {
    const [spot, ...others] = commodity.contracts.filter(({ kind, price }) => kind === "physical" && price > 0);
    if (spot !== undefined && others.length === 0)
      facts.push({ at: { underlying: commodity.id, settlement: commodity.currency }, spot: spot.price });
    for (const [id, contract] of instrumentsOf(commodity)) {
      instruments.push(instrument(id, commodity.id, commodity.currency, contract));
      const { array, delta, price, multiplier } = contract;
      // a file counts losses of a contract, a document gains of a unit of base
      const riskArray = array.map((loss) => -loss / multiplier);
      facts.push({ at: { instrument: id }, riskArray, delta, multiplier, mark: Math.max(price, 0) });
    }
  }
  return {
    format: 1,
    asOf: `${file.date}T00:00:00Z`,
    currencies: currencies(file, currency),
    instruments,
    facts,
    source: `SPAN parameter file of ${file.organisation}, ${file.date}`,
  };
}

function instrument(id: string, underlying: string, settlement: string, contract: SpanContract): Instrument {
  const { kind, strike, callPut, multiplier } = contract;
  const terms = strike === undefined ? {} : { strike, callPut: callPut! };
  const expiry = expiryOf(contract);
  return { id, kind: KINDS[kind], underlying, expiry, ...terms, settlement, payoff: "linear", lot: multiplier };
}

function currencies({ commodities, conversions }: SpanFile, currency: string): Currency[] {
  const ids = new Set([currency, ...commodities.map((one) => one.currency)]);
  return [...ids].map((id) => {
    const direct = conversions.find(({ from, to }) => from === id && to === currency)?.factor;
    const inverse = conversions.find(({ from, to }) => from === currency && to === id)?.factor;
    const price = id === currency ? 1 : (direct ?? (inverse === undefined ? undefined : 1 / inverse));
    return { id, largestTotal: LARGEST_TOTAL, ...(price !== undefined && { price }) };
  });
}
