/** Rows of Basel sensitivities → a market of sensitivities and the portfolio that holds them. Rows of one factor are one instrument. */
import { frtbRecords, type FrtbRecord } from "../../formats/frtb.ts";
import type { Scalar } from "../../documents/expression.ts";
import type { Instrument, Market } from "../../documents/market.ts";
import type { Portfolio } from "../../documents/portfolio.ts";
import { unexpected } from "../../error.ts";
import { byName, checkFields, checkRecords, joined } from "../records.ts";

type Without<T> = T extends unknown ? Omit<T, "row"> : never;
export type FrtbSensitivity = Without<FrtbRecord>;

const USD = { id: "USD", largestTotal: 2 ** 50, price: 1 };

/** Texts and numbers of each measure. */
const NEEDED: Record<FrtbSensitivity["measure"], [texts: string[], numbers: string[]]> = {
  delta: [
    ["riskClass", "bucket", "name", "factor", "location"],
    ["tenor", "amount"],
  ],
  vega: [
    ["riskClass", "bucket", "name"],
    ["optionTenor", "amount"],
  ],
  curvature: [
    ["riskClass", "bucket", "name", "location"],
    ["cvrUp", "cvrDown"],
  ],
};

/** By the rules of rows, in their one spelling. */
function checked(records: readonly FrtbSensitivity[]): FrtbSensitivity[] {
  checkRecords(records);
  records.forEach((record, row) => {
    if (!Object.hasOwn(NEEDED, record.measure))
      throw unexpected("NotOneOf", `records[${row}].measure`, "delta, vega or curvature", record.measure, row);
    checkFields(record, row, ...NEEDED[record.measure]);
    if (record.measure === "curvature" && typeof record.divisible !== "boolean")
      throw unexpected("WrongType", `records[${row}].divisible`, "true or false", record.divisible, row);
  });
  if (records.length === 0) return [];
  const rows = records.map((record) =>
    record.measure === "curvature" ? { ...record, divisible: record.divisible ? "yes" : "no" } : record,
  );
  return frtbRecords(rows, "records");
}

/**
 * @param asOf moment of the sensitivities; of no influence on the charge
 * @throws MarginError at `records[17].bucket`: what a row would be refused for
 */
export function frtbDocuments(
  records: readonly FrtbSensitivity[],
  asOf = "1970-01-01T00:00:00Z",
): { market: Market; portfolio: Portfolio } {
  const instruments = new Map<string, Instrument>();
  const positions: Portfolio["positions"] = [];
  const hold = (keys: Record<string, Scalar>, amount: number) => {
    const id = joined(Object.values(keys));
    if (!instruments.has(id)) instruments.set(id, instrumentOf(id, keys));
    positions.push({ instrument: id, amount });
  };
  for (const record of checked(records)) {
    const keys: Record<string, Scalar> = {
      riskClass: record.riskClass,
      measure: record.measure,
      bucket: record.bucket,
    };
    const put = (key: string, value: Scalar) => {
      if (value !== "") keys[key] = value;
    };
    put("name", record.name);
    if (record.measure === "delta") {
      put("factor", record.factor);
      put("location", record.location);
      keys.tenor = record.tenor;
      hold(keys, record.amount);
    } else if (record.measure === "vega") {
      keys.optionTenor = record.optionTenor;
      hold(keys, record.amount);
    } else {
      put("location", record.location);
      if (record.divisible) keys.divisible = "yes";
      hold({ ...keys, shock: "up" }, record.cvrUp);
      hold({ ...keys, shock: "down" }, record.cvrDown);
    }
  }
  return {
    market: { format: 1, asOf, currencies: [USD], instruments: byName(instruments), facts: [] },
    portfolio: { format: 1, positions, balances: {} },
  };
}

function instrumentOf(id: string, keys: Record<string, Scalar>): Instrument {
  const underlying = String(keys.name ?? keys.bucket);
  return { id, kind: "sensitivity", underlying, expiry: "perpetual", settlement: USD.id, payoff: "linear", keys };
}
