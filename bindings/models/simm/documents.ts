/** CRIF records → a market of sensitivities and the portfolio that holds them. Records of one factor are one instrument. */
import { crifRecords, type CrifRecord } from "../../formats/crif.ts";
import type { Instrument, Market } from "../../documents/market.ts";
import type { Portfolio } from "../../documents/portfolio.ts";
import type { Scalar } from "../../documents/expression.ts";
import { unexpected } from "../../error.ts";
import { byName, checkFields, checkRecords, joined } from "../records.ts";
import { BASIS, INFLATION } from "./keys.ts";
import { checkedParameters, type SimmParameters } from "./parameters.ts";

export type SimmRecord = Omit<CrifRecord, "row">;

const USD = { id: "USD", largestTotal: 2 ** 50, price: 1 };

/**
 * @param given parameters: they tell the groups of currencies in FX, which are keys of the sensitivities
 * @param asOf  moment of the sensitivities; of no influence on the margin
 * @throws MarginError at `records[17].bucket`: what CRIF itself would be refused for, and a bucket that the risk class does not have
 */
export function simmDocuments(
  records: readonly SimmRecord[],
  given: SimmParameters,
  asOf = "1970-01-01T00:00:00Z",
): { market: Market; portfolio: Portfolio } {
  const parameters = checkedParameters(given);
  const instruments = new Map<string, Instrument>();
  const positions = checked(records).map((record, row) => {
    const id = idOf(record);
    checkBucket(record, row);
    if (!instruments.has(id)) instruments.set(id, instrumentOf(record, id, parameters));
    return { instrument: id, amount: simmAmount(record) };
  });
  return {
    market: { format: 1, asOf, currencies: [USD], instruments: byName(instruments), facts: [] },
    portfolio: { format: 1, positions, balances: {} },
  };
}

const TEXTS = ["productClass", "riskType", "qualifier", "bucket", "label1", "label2"];

/** By the rules of CRIF, in its one spelling. */
function checked(records: readonly SimmRecord[]): SimmRecord[] {
  checkRecords(records);
  records.forEach((record, row) => checkFields(record, row, TEXTS, ["amountUSD"]));
  return records.length === 0 ? [] : crifRecords(records, "records");
}

/** Buckets by number of each risk class that has them: how many, and whether there is a residual. */
const BUCKETS: [of: RegExp, count: number, residual: boolean][] = [
  [/^Risk_Equity/, 12, true],
  [/^Risk_Commodity/, 17, false],
  [/^Risk_Credit(Vol)?NonQ$/, 2, true],
  [/^Risk_Credit/, 12, true],
];

function checkBucket({ riskType, bucket }: SimmRecord, row: number): void {
  const [, count, residual] = BUCKETS.find(([of]) => of.test(riskType)) ?? [];
  if (count === undefined || (residual === true && bucket === "Residual")) return;
  if (/^[1-9]\d?$/.test(bucket) && Number(bucket) <= count) return;
  const expected = `a bucket of ${riskType}, 1 to ${count}${residual ? " or Residual" : ""}`;
  throw unexpected("UnknownBucket", `records[${row}].bucket`, expected, bucket, row);
}

/**
 * The name of a record's factor.
 *
 * @throws MarginError as `simmDocuments`
 */
export const simmInstrument = (record: SimmRecord): string => idOf(checked([record])[0]!);

function idOf({ productClass, riskType, qualifier, bucket, label1, label2 }: SimmRecord): string {
  // of rates the bucket only says the group of the currency, which the parameters say
  const parts = [productClass, riskType, qualifier, riskType === "Risk_IRCurve" ? "" : bucket, label1, label2];
  return joined(parts.filter((part) => part !== ""));
}

/** What the portfolio holds of it: a multiplier's part above 1, else the amount. */
export function simmAmount(record: SimmRecord): number {
  checkRecords([record]);
  checkFields(record, 0, ["riskType"], ["amountUSD"]);
  const { riskType, amountUSD } = record;
  return riskType === "Param_ProductClassMultiplier" ? amountUSD - 1 : amountUSD;
}

function instrumentOf(record: SimmRecord, id: string, parameters: SimmParameters): Instrument {
  const underlying = record.qualifier === "" ? record.riskType : record.qualifier;
  return {
    id,
    kind: "sensitivity",
    underlying,
    expiry: "perpetual",
    settlement: USD.id,
    payoff: "linear",
    keys: keysOf(record, parameters),
  };
}

function keysOf(record: SimmRecord, { fx }: SimmParameters): Record<string, Scalar> {
  const { productClass, riskType, qualifier, bucket, label1: tenor, label2 } = record;
  const keys: Record<string, Scalar> = { riskType, qualifier };
  if (productClass !== "") keys.productClass = productClass;
  switch (riskType) {
    case "Risk_IRCurve":
      return { ...keys, vertex: tenor, subCurve: label2 };
    case "Risk_IRVol":
      return { ...keys, tenor, vertex: tenor };
    case "Risk_InflationVol":
      return { ...keys, tenor, vertex: INFLATION };
    case "Risk_Inflation":
      return { ...keys, vertex: INFLATION, subCurve: INFLATION };
    case "Risk_XCcyBasis":
      return { ...keys, vertex: BASIS, subCurve: BASIS };
    case "Risk_FX":
      return { ...keys, ...fxKeys([qualifier], fx) };
    case "Risk_FXVol":
      return { ...keys, tenor, ...fxKeys([qualifier.slice(0, 3), qualifier.slice(3)], fx) };
    case "Risk_CreditQ":
    case "Risk_CreditVol":
    case "Risk_CreditNonQ":
    case "Risk_CreditVolNonQ":
      return { ...keys, bucket, tenor, label2 };
    case "Risk_Equity":
    case "Risk_Commodity":
      return { ...keys, bucket };
    case "Risk_EquityVol":
    case "Risk_CommodityVol":
      return { ...keys, bucket, tenor };
    case "Notional":
    case "Param_AddOnNotionalFactor":
      return { ...keys, addOnProduct: qualifier };
    case "Param_ProductClassMultiplier":
      return { ...keys, productClass: qualifier };
    default:
      return keys;
  }
}

function fxKeys(currencies: string[], fx: SimmParameters["fx"]): { volatility: string; category: string } {
  const volatility = currencies.map((currency) => (fx.highVolCurrencies.includes(currency) ? "high" : "regular"));
  const category = currencies.map((currency) =>
    fx.category1.includes(currency) ? 1 : fx.category2.includes(currency) ? 2 : 3,
  );
  // a pair has no order: regular before high, the smaller category first
  return { volatility: volatility.sort().reverse().join("-"), category: category.sort().join("-") };
}
