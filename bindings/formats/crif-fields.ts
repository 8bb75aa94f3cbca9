/** The fields of a CRIF record that depend on its risk type: which are needed, what they may be, and their one spelling. */
import type { RiskType } from "./crif.ts";
import { listed, type Table } from "./table.ts";

export type CrifColumn =
  | "ProductClass"
  | "RiskType"
  | "Qualifier"
  | "Bucket"
  | "Label1"
  | "Label2"
  | "Amount"
  | "AmountCurrency"
  | "AmountUSD";
type Crif = Table<CrifColumn>;

const TENORS = ["2w", "1m", "3m", "6m", "1y", "2y", "3y", "5y", "10y", "15y", "20y", "30y"];
const CREDIT_TENORS = ["1y", "2y", "3y", "5y", "10y"];
const SUB_CURVES = ["OIS", "Libor1m", "Libor3m", "Libor6m", "Libor12m", "Prime", "Municipal"];

/** Which kind of field a risk type has; the empty kind is passed over. */
interface Fields {
  qualifier: "currency" | "pair" | "name" | "product class" | "";
  bucket: "rates" | "residual" | "numbers" | "";
  tenor: "all" | "credit" | "";
  label2: "sub-curve" | "payment" | "group" | "";
}
const of = (
  qualifier: Fields["qualifier"],
  bucket: Fields["bucket"],
  tenor: Fields["tenor"],
  label2: Fields["label2"],
): Fields => ({ qualifier, bucket, tenor, label2 });

const FIELDS: Record<RiskType, Fields> = {
  Risk_IRCurve: of("currency", "rates", "all", "sub-curve"),
  Risk_Inflation: of("currency", "", "", ""),
  Risk_XCcyBasis: of("currency", "", "", ""),
  Risk_IRVol: of("currency", "", "all", ""),
  Risk_InflationVol: of("currency", "", "all", ""),
  Risk_CreditQ: of("name", "residual", "credit", "payment"),
  Risk_CreditVol: of("name", "residual", "credit", "payment"),
  Risk_BaseCorr: of("name", "", "", ""),
  Risk_CreditNonQ: of("name", "residual", "credit", "group"),
  Risk_CreditVolNonQ: of("name", "residual", "credit", "group"),
  Risk_Equity: of("name", "residual", "", ""),
  Risk_EquityVol: of("name", "residual", "all", ""),
  Risk_Commodity: of("name", "numbers", "", ""),
  Risk_CommodityVol: of("name", "numbers", "all", ""),
  Risk_FX: of("currency", "", "", ""),
  Risk_FXVol: of("pair", "", "all", ""),
  Notional: of("name", "", "", ""),
  Param_AddOnFixedAmount: of("", "", "", ""),
  Param_AddOnNotionalFactor: of("name", "", "", ""),
  Param_ProductClassMultiplier: of("product class", "", "", ""),
};

export function qualifierOf(table: Crif, row: number, type: RiskType, productClasses: readonly string[]): string {
  const kind = FIELDS[type].qualifier;
  switch (kind) {
    case "":
      return "";
    case "name":
      return table.word(row, "Qualifier", "a name");
    case "product class":
      return table.oneOf(row, "Qualifier", productClasses, "UnknownProductClass");
    case "currency": {
      const currency = table.text(row, "Qualifier").toUpperCase();
      if (/^[A-Z]{3}$/.test(currency)) return currency;
      return table.refuse("UnknownCurrency", row, "Qualifier", "a currency in three letters, such as EUR");
    }
    case "pair": {
      const pair = /^([A-Z]{3})([A-Z]{3})$/.exec(table.text(row, "Qualifier").toUpperCase());
      if (pair !== null && pair[1] !== pair[2]) return pair.slice(1).sort().join("");
      return table.refuse("UnknownPair", row, "Qualifier", "two currencies in six letters, such as EURUSD");
    }
  }
}

/** Numbers without leading zeros or decimals: `1.0` may be a bucket or a slip. Their range is the parameters'. */
export function bucketOf(table: Crif, row: number, type: RiskType): string {
  const kind = FIELDS[type].bucket;
  if (kind === "") return "";
  const bucket = table.text(row, "Bucket");
  if (kind === "rates") {
    // the group of a currency is the parameters' too: a bucket is a remark that may be left out
    if (/^[1-3]?$/.test(bucket)) return bucket;
    return table.refuse("UnknownBucket", row, "Bucket", "1, 2 or 3");
  }
  if (kind === "residual" && bucket.toLowerCase() === "residual") return "Residual";
  if (/^[1-9]\d?$/.test(bucket)) return bucket;
  const expected = kind === "residual" ? "a whole number from 1, or Residual" : "a whole number from 1";
  return table.refuse("UnknownBucket", row, "Bucket", expected);
}

export function label1Of(table: Crif, row: number, type: RiskType): string {
  const kind = FIELDS[type].tenor;
  if (kind === "") return "";
  const allowed = kind === "credit" ? CREDIT_TENORS : TENORS;
  const text = table.text(row, "Label1").toLowerCase();
  const tenor = /^\d{2,3}m$/.test(text) ? inYears(Number(text.slice(0, -1)), text) : text;
  return allowed.includes(tenor) ? tenor : table.refuse("UnknownTenor", row, "Label1", listed(allowed));
}

/** 12 months are a year. */
const inYears = (months: number, text: string) => (months % 12 === 0 ? `${months / 12}y` : text);

export function label2Of(table: Crif, row: number, type: RiskType): string {
  switch (FIELDS[type].label2) {
    case "":
      return "";
    case "sub-curve":
      return table.oneOf(row, "Label2", SUB_CURVES, "UnknownSubCurve");
    case "payment":
      return table.text(row, "Label2").toUpperCase();
    case "group":
      return table.word(row, "Label2", "the group of a securitisation, such as CMBX");
  }
}
