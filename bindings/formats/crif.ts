/**
 * Sensitivities in CRIF, the industry's Common Risk Interchange Format → records, each checked and spelled in one way.
 *
 * A record keeps what a margin needs: identifiers of trades and portfolios, dates and other columns are passed over. Names of issuers, shares and
 * commodities stay as they are given; all else has one spelling, so that records of one factor meet.
 *
 * Source: ISDA, CRIF – Common Risk Interchange Format, the columns of a record of SIMM.
 */
import { MarginError } from "../error.ts";
import { bucketOf, label1Of, label2Of, qualifierOf, type CrifColumn } from "./crif-fields.ts";
import { Table } from "./table.ts";

export const PRODUCT_CLASSES = ["RatesFX", "Credit", "Equity", "Commodity"] as const;
export type ProductClass = (typeof PRODUCT_CLASSES)[number];

export const RISK_TYPES = [
  "Risk_IRCurve",
  "Risk_Inflation",
  "Risk_XCcyBasis",
  "Risk_IRVol",
  "Risk_InflationVol",
  "Risk_CreditQ",
  "Risk_CreditVol",
  "Risk_BaseCorr",
  "Risk_CreditNonQ",
  "Risk_CreditVolNonQ",
  "Risk_Equity",
  "Risk_EquityVol",
  "Risk_Commodity",
  "Risk_CommodityVol",
  "Risk_FX",
  "Risk_FXVol",
  "Notional",
  "Param_AddOnFixedAmount",
  "Param_AddOnNotionalFactor",
  "Param_ProductClassMultiplier",
] as const;
export type RiskType = (typeof RISK_TYPES)[number];

export interface CrifRecord {
  /** `""` of a record of an add-on. */
  productClass: ProductClass | "";
  riskType: RiskType;
  /** Currency, pair of currencies in the order of the alphabet, issuer, share, commodity, or product of an add-on. */
  qualifier: string;
  /** `1`, `2`, … or `Residual`; `""` where the risk type has none. */
  bucket: string;
  /** Tenor: `2w`, `1m`, …, `30y`; `""` where the risk type has none. */
  label1: string;
  /** Sub-curve, payment currency, or group of a securitisation. */
  label2: string;
  /** USD; of `Param_AddOnNotionalFactor` per cent, of `Param_ProductClassMultiplier` a plain number. */
  amountUSD: number;
  /** Of the table, from 0. */
  row: number;
}

export const CRIF_COLUMNS: readonly CrifColumn[] = [
  "ProductClass",
  "RiskType",
  "Qualifier",
  "Bucket",
  "Label1",
  "Label2",
  "Amount",
  "AmountCurrency",
  "AmountUSD",
];

/**
 * Records of CRIF text: a header and rows, with commas, semicolons or tabs between.
 *
 * @param name by which errors speak of the text: a file's
 * @throws MarginError with the row and the column that are at fault, and what was expected there
 */
export function parseCrif(text: string, name = "crif"): CrifRecord[] {
  return recordsOf(Table.ofText(text, name, CRIF_COLUMNS));
}

/** Records of objects with the names of the columns as keys, in any case; checked in the same way. */
export function crifRecords(rows: readonly object[], name = "crif"): CrifRecord[] {
  return recordsOf(Table.ofObjects(rows, name, CRIF_COLUMNS));
}

function recordsOf(table: Table<CrifColumn>): CrifRecord[] {
  table.require(["RiskType", "Qualifier"]);
  if (table.count === 0) throw new MarginError("Empty", table.name, "has a header and no rows");
  return Array.from({ length: table.count }, (_, row) => {
    const riskType = table.oneOf(row, "RiskType", RISK_TYPES, "UnknownRiskType");
    const isAddOn = riskType === "Notional" || riskType.startsWith("Param_");
    return {
      productClass:
        isAddOn && table.isEmpty(row, "ProductClass")
          ? ""
          : table.oneOf(row, "ProductClass", PRODUCT_CLASSES, "UnknownProductClass"),
      riskType,
      qualifier: qualifierOf(table, row, riskType, PRODUCT_CLASSES),
      bucket: bucketOf(table, row, riskType),
      label1: label1Of(table, row, riskType),
      label2: label2Of(table, row, riskType),
      amountUSD: amountOf(table, row, riskType),
      row,
    };
  });
}

function amountOf(table: Table<CrifColumn>, row: number, riskType: RiskType): number {
  const column = amountColumn(table, row, riskType);
  const amount = table.number(row, column);
  if (riskType === "Param_ProductClassMultiplier" && amount < 1)
    table.refuse("MultiplierBelowOne", row, column, "a multiplier ≥ 1");
  return amount;
}

/** Numbers without a currency may stand under Amount; an amount of money must be given in USD. */
function amountColumn(table: Table<CrifColumn>, row: number, riskType: RiskType): CrifColumn {
  const isPlain = riskType === "Param_AddOnNotionalFactor" || riskType === "Param_ProductClassMultiplier";
  const [isThere, isThereInUsd] = [!table.isEmpty(row, "Amount"), !table.isEmpty(row, "AmountUSD")];
  if (isPlain && isThere) {
    if (isThereInUsd && table.number(row, "AmountUSD") !== table.number(row, "Amount"))
      table.refuse("AmountsDiffer", row, "AmountUSD", `${table.number(row, "Amount")} as under Amount`);
    return "Amount";
  }
  if (!isThereInUsd && (isThere || !table.isEmpty(row, "AmountCurrency"))) {
    const problem = "expected an amount in USD; Amount and AmountCurrency alone are not converted";
    throw new MarginError("AmountNotUsd", table.where(row, "AmountUSD"), problem, { row });
  }
  return "AmountUSD";
}
