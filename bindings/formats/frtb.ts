/**
 * Sensitivities of the Basel sensitivities-based method, as rows → records, each checked and spelled in one way.
 *
 * No format is standardised: a row has the columns riskClass, measure and bucket, and those of its measure. Names and locations stay as given.
 * Amounts are in the reporting currency, which is USD.
 *
 * | measure   | columns |
 * | --------- | --- |
 * | delta     | amount; name (but FX); factor of equity; location and tenor of commodity and crypto |
 * | vega      | amount, optionTenor; name (but FX) |
 * | curvature | cvrUp, cvrDown; name (but FX); location of crypto; divisible of FX, yes or no |
 *
 * Source: Basel Framework, MAR21.8 to 21.14 (risk factors) with their tenors; SCO60 (crypto).
 */
import { MarginError } from "../error.ts";
import { listed, Table } from "./table.ts";

export const FRTB_CLASSES = ["equity", "commodity", "fx", "crypto"] as const;
export type FrtbClass = (typeof FRTB_CLASSES)[number];

interface Factor {
  riskClass: FrtbClass;
  /** Number of the bucket; of FX a currency (of vega a pair, in the order of the alphabet), of crypto a coin. */
  bucket: string;
  /** `""` of FX and crypto, where the bucket says it. */
  name: string;
  /** Of the table, from 0. */
  row: number;
}
export interface FrtbDelta extends Factor {
  measure: "delta";
  /** Of equity. */
  factor: "spot" | "repo" | "";
  /** Of commodity a place of delivery, of crypto an exchange. */
  location: string;
  /** Years; of commodity and crypto, else 0. */
  tenor: number;
  amount: number;
}
export interface FrtbVega extends Factor {
  measure: "vega";
  /** Years. */
  optionTenor: number;
  amount: number;
}
export interface FrtbCurvature extends Factor {
  measure: "curvature";
  /** Of crypto. */
  location: string;
  cvrUp: number;
  cvrDown: number;
  /** FX: no leg is in the reporting currency, so that curvature may be divided by 1.5. */
  divisible: boolean;
}
export type FrtbRecord = FrtbDelta | FrtbVega | FrtbCurvature;

export const FRTB_COLUMNS = [
  "riskClass",
  "measure",
  "bucket",
  "name",
  "factor",
  "location",
  "tenor",
  "optionTenor",
  "amount",
  "cvrUp",
  "cvrDown",
  "divisible",
] as const;
type Rows = Table<(typeof FRTB_COLUMNS)[number]>;

/** Years. */
const TENORS = [0, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 20, 30];
const OPTION_TENORS = [0.5, 1, 3, 5, 10];
const BUCKETS = { equity: 13, commodity: 11 };
/** The currency of all amounts. Its own FX has no risk: MAR21.86 has factors against the reporting currency only. */
const REPORTING = "USD";

/**
 * Records of text: a header and rows, with commas, semicolons or tabs between.
 *
 * @param name by which errors speak of the text: a file's
 * @throws MarginError with the row and the column that are at fault, and what was expected there
 */
export function parseFrtb(text: string, name = "frtb"): FrtbRecord[] {
  return recordsOf(Table.ofText(text, name, FRTB_COLUMNS));
}

/** Records of objects with the names of the columns as keys, in any case; checked in the same way. */
export function frtbRecords(rows: readonly object[], name = "frtb"): FrtbRecord[] {
  return recordsOf(Table.ofObjects(rows, name, FRTB_COLUMNS));
}

function recordsOf(table: Rows): FrtbRecord[] {
  table.require(["riskClass", "measure", "bucket"]);
  if (table.count === 0) throw new MarginError("Empty", table.name, "has a header and no rows");
  return Array.from({ length: table.count }, (_, row) => recordOf(table, row));
}

function recordOf(table: Rows, row: number): FrtbRecord {
  const riskClass = table.oneOf(row, "riskClass", FRTB_CLASSES, "UnknownRiskClass");
  const measure = table.oneOf(row, "measure", ["delta", "vega", "curvature"], "UnknownMeasure");
  const hasName = riskClass === "equity" || riskClass === "commodity";
  const hasPlace = riskClass === "commodity" || riskClass === "crypto";
  const factor: Factor = {
    riskClass,
    bucket: bucketOf(table, row, riskClass, measure === "vega"),
    name: hasName ? table.word(row, "name", "a name") : "",
    row,
  };
  refuseOthers(table, row, riskClass, measure);
  switch (measure) {
    case "delta":
      return {
        ...factor,
        measure,
        factor: riskClass === "equity" ? table.oneOf(row, "factor", ["spot", "repo"], "UnknownFactor") : "",
        location: hasPlace ? table.word(row, "location", riskClass === "crypto" ? "an exchange" : "a place") : "",
        tenor: hasPlace ? years(table, row, "tenor", TENORS) : 0,
        amount: table.number(row, "amount"),
      };
    case "vega":
      return {
        ...factor,
        measure,
        optionTenor: years(table, row, "optionTenor", OPTION_TENORS),
        amount: table.number(row, "amount"),
      };
    case "curvature":
      return {
        ...factor,
        measure,
        location: riskClass === "crypto" ? table.word(row, "location", "an exchange") : "",
        cvrUp: table.number(row, "cvrUp"),
        cvrDown: table.number(row, "cvrDown"),
        divisible: riskClass === "fx" && isDivisible(table, row),
      };
  }
}

/** Figures of another measure are no remark that may be passed over, and repo rates have a delta only. */
function refuseOthers(table: Rows, row: number, riskClass: FrtbClass, measure: FrtbRecord["measure"]): void {
  const isCurvature = measure === "curvature";
  const [own, others] = isCurvature ? ["cvrUp and cvrDown", ["amount"]] : ["amount", ["cvrUp", "cvrDown"]];
  for (const column of others as ("amount" | "cvrUp" | "cvrDown")[])
    if (!table.isEmpty(row, column))
      table.refuse("NotOfMeasure", row, column, `nothing here: ${measure} is under ${own}`);
  if (riskClass === "equity" && measure !== "delta" && !table.isEmpty(row, "factor"))
    table.oneOf(
      row,
      "factor",
      ["spot"],
      "UnknownFactor",
      `spot, or nothing here: repo rates have no ${measure} (MAR21.12)`,
    );
}

function bucketOf(table: Rows, row: number, riskClass: FrtbClass, isVega: boolean): string {
  const bucket = table.text(row, "bucket");
  if (riskClass === "crypto") return table.word(row, "bucket", "a coin, such as BTC").toUpperCase();
  if (riskClass === "fx") {
    const code = bucket.toUpperCase();
    if (!isVega) {
      if (code === REPORTING)
        table.refuse(
          "ReportingCurrency",
          row,
          "bucket",
          `another currency than ${REPORTING}, which all amounts are in`,
        );
      if (/^[A-Z]{3}$/.test(code)) return code;
      return table.refuse("UnknownCurrency", row, "bucket", "a currency in three letters, such as EUR");
    }
    const pair = /^([A-Z]{3})([A-Z]{3})$/.exec(code);
    if (pair !== null && pair[1] !== pair[2]) return pair.slice(1).sort().join("");
    return table.refuse("UnknownPair", row, "bucket", "two currencies in six letters, such as EURUSD");
  }
  if (/^[1-9]\d?$/.test(bucket) && Number(bucket) <= BUCKETS[riskClass]) return bucket;
  return table.refuse("UnknownBucket", row, "bucket", `a whole number from 1 to ${BUCKETS[riskClass]}`);
}

/** A vertex of the grid, in years (`0.5`) or as a tenor (`6m`, `1y`). A sensitivity between vertices is not moved here. */
function years(table: Rows, row: number, column: "tenor" | "optionTenor", grid: readonly number[]): number {
  const expected = `years, ${listed(grid.map(String))}`;
  const number = table.plainNumber(row, column);
  const tenor = Number.isNaN(number) ? /^(\d{1,3})([my])$/.exec(table.text(row, column).toLowerCase()) : null;
  const value = tenor === null ? number : Number(tenor[1]) / (tenor[2] === "m" ? 12 : 1);
  return grid.includes(value) ? value : table.refuse("UnknownTenor", row, column, expected);
}

/** `yes` or `no`; no where the column or the cell is not there. */
function isDivisible(table: Rows, row: number): boolean {
  return !table.isEmpty(row, "divisible") && table.oneOf(row, "divisible", ["yes", "no"], "NotYesOrNo") === "yes";
}
