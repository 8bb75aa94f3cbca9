/** Errors about documents that were made of rows and of a file of SIMM's tables, told by the places in those files. */
import { MarginError, step } from "../error.ts";
import { Table } from "../formats/table.ts";

/** Row of the table and column of a position's amount. */
export type AmountCell = (position: number, table: Table<string>) => [row: number, column: string];

export interface Files {
  /** Text of the rows, and how errors speak of it. */
  text: string;
  name: string;
  amountAt: AmountCell;
  /** A path in the model → that of the figure in the user's file, and its problem in words that hold there. */
  parameter?: (field: string, problem: string) => [field: string, problem: string] | undefined;
}

/** `portfolio.positions[0].amount` → `crif.csv: line 2, AmountUSD`; `records[16].bucket` → `crif.csv: line 18, Bucket`. */
export function inFiles<T>(files: Files, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof MarginError)) throw error;
    const problem = error.message.slice(error.field.length + 2);
    const [field, said] = cellOf(error.field, problem, files) ?? files.parameter?.(error.field, problem) ?? [];
    if (field === undefined || said === undefined) throw error;
    const row = error.row === undefined ? {} : { row: error.row };
    throw new MarginError(error.code, field, said, { ...row, value: error.value, cause: error });
  }
}

function cellOf(field: string, problem: string, { text, name, amountAt }: Files): [string, string] | undefined {
  const table = () => Table.ofText<string>(text, name, ["Amount"]);
  const record = /^records\[(\d+)\]\.(\w+)$/.exec(field);
  if (record !== null) {
    const column = record[2]!.charAt(0).toUpperCase() + record[2]!.slice(1);
    return [table().where(Number(record[1]), column), problem];
  }
  const position = /^portfolio\.positions\[(\d+)\]\.amount$/.exec(field);
  if (position === null) return undefined;
  const rows = table();
  return [rows.where(...amountAt(Number(position[1]), rows)), problem];
}

/** Fields of the file of SIMM's tables by parameters of the model: those that the file's own check cannot judge. */
const FIGURES: Record<string, string> = {
  equityGamma: "equity.gamma",
  equityDeltaThreshold: "equity.thresholdDeltaUsdMm",
  equityVegaThreshold: "equity.thresholdVegaUsdMm",
  commodityGamma: "commodity.gamma",
  commodityDeltaThreshold: "commodity.thresholdDeltaUsdMm",
  commodityVegaThreshold: "commodity.thresholdVegaUsdMm",
  creditQualifyingGamma: "creditQ.gamma",
  creditQualifyingDeltaThreshold: "creditQ.thresholdDeltaUsdMm",
  creditQualifyingVegaThreshold: "creditQ.thresholdVegaUsdMm",
  creditNonQualifyingDeltaThreshold: "creditNonQ.thresholdDeltaUsdMm",
  creditNonQualifyingVegaThreshold: "creditNonQ.thresholdVegaUsdMm",
  ratesVertexRho: "interestRate.tenorRho",
  ratesVegaRho: "interestRate.tenorRho",
  ratesDeltaThreshold: "interestRate.thresholdDeltaUsdMm",
  ratesVegaThreshold: "interestRate.thresholdVegaUsdMm",
  fxDeltaThreshold: "fx.thresholdDeltaUsdMm",
  fxVegaThreshold: "fx.thresholdVegaUsdMm",
};
const TENORS = 12;

/**
 * Paths of the SIMM model in the words of the user's file.
 *
 * @param file its name
 * @param fxRho the field of FX's correlations that the calculation currency chooses
 */
export function simmFile(file: string, fxRho: "rhoCalcCcyRegular" | "rhoCalcCcyHigh"): NonNullable<Files["parameter"]> {
  return (field, problem) => {
    const found = /^model\.parameters\.(\w+)(?:\.is)?(?:\.rows\[(\d+)\]\[(\d+)\])?(?:\.for\[(\d+)\](?:\.is)?)?$/.exec(
      field,
    );
    const path = found === null ? undefined : found[1] === "fxRho" ? `fx.${fxRho}` : FIGURES[found[1]!];
    if (found === null || path === undefined) return undefined;
    const [, name, row, column, entry] = found;
    // a file has no place for the reason
    const said = problem
      .replace(/; or say in the matrix .*$/s, "")
      .replace(/^the model has no "\w+" for /, "nothing for ")
      .replace(/ of model\.charges\.\w+/, "");
    const category = /^the model has no .* for category (\d-\d);/.exec(problem)?.[1];
    if (category !== undefined) return [`${file}.${path}${step(category)}`, said];
    if (row === undefined || column === undefined)
      return [`${file}.${path}${entry === undefined || name!.startsWith("rates") ? "" : step(Number(entry))}`, said];
    const further = Math.max(Number(row), Number(column));
    if (!name!.startsWith("rates") || further < TENORS)
      return [`${file}.${path}${step(Number(row))}${step(Number(column))}`, said];
    // behind the tenors stand inflation and the basis, of which the file has one figure each
    const one = further === TENORS ? "inflationRho" : "xccyRho";
    return [`${file}.interestRate.${one}`, name === "ratesVertexRho" ? `${said} after division by subCurvePhi` : said];
  };
}
