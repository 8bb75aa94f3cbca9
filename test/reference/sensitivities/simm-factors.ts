/** Records → factors: what is netted into one number before anything else is done with it. */
import type { RiskType } from "../../../bindings/formats/crif.ts";
import type { RiskClass, SimmRecord } from "./simm-types.ts";

export interface Factor {
  /** Of the record; of rates the currency, of FX `FX`. */
  bucket: string;
  name: string;
  tenor: string;
  /** Sub-curve, payment currency, or group of a securitisation. */
  label: string;
  kind: "" | "inflation" | "basis";
  /** By which results name it. */
  key: string;
  amount: number;
}

/** Delta and vega records of a risk class. */
export const RISK_TYPES: Record<RiskClass, { delta: RiskType[]; vega: RiskType[] }> = {
  InterestRate: {
    delta: ["Risk_IRCurve", "Risk_Inflation", "Risk_XCcyBasis"],
    vega: ["Risk_IRVol", "Risk_InflationVol"],
  },
  CreditQualifying: { delta: ["Risk_CreditQ"], vega: ["Risk_CreditVol"] },
  CreditNonQualifying: { delta: ["Risk_CreditNonQ"], vega: ["Risk_CreditVolNonQ"] },
  Equity: { delta: ["Risk_Equity"], vega: ["Risk_EquityVol"] },
  Commodity: { delta: ["Risk_Commodity"], vega: ["Risk_CommodityVol"] },
  FX: { delta: ["Risk_FX"], vega: ["Risk_FXVol"] },
};

/** The factor of a record, without its amount. Expiries of one name are one factor, but in rates and credit. */
function factorOf({ riskType, qualifier: name, bucket, label1: tenor, label2: label }: SimmRecord): Factor {
  const factor = { bucket, name, tenor: "", label: "", kind: "" as const, key: name, amount: 0 };
  switch (riskType) {
    case "Risk_IRCurve":
      return { ...factor, bucket: name, tenor, label, key: `${tenor}/${label}` };
    case "Risk_IRVol":
      return { ...factor, bucket: name, tenor, key: tenor };
    case "Risk_Inflation":
    case "Risk_InflationVol": // expiries of inflation net, unlike those of rates
      return { ...factor, bucket: name, kind: "inflation", key: "inflation" };
    case "Risk_XCcyBasis":
      return { ...factor, bucket: name, kind: "basis", key: "basis" };
    case "Risk_CreditQ":
    case "Risk_CreditVol":
    case "Risk_CreditNonQ":
    case "Risk_CreditVolNonQ":
      return { ...factor, tenor, label, key: `${name}/${tenor}/${label}` };
    case "Risk_FX":
    case "Risk_FXVol":
      return { ...factor, bucket: "FX" };
    default:
      return factor;
  }
}

/**
 * Factors in the order of their first record; one name in two buckets is two.
 *
 * @param weigh what a record adds to its factor
 */
export function netted(records: readonly SimmRecord[], weigh: (record: SimmRecord) => number): Factor[] {
  const factors: Factor[] = [];
  for (const record of records) {
    const one = factorOf(record);
    const known = factors.find((f) => f.bucket === one.bucket && f.key === one.key);
    if (known === undefined) factors.push({ ...one, amount: weigh(record) });
    else known.amount += weigh(record);
  }
  return factors;
}

export function bucketsOf(factors: readonly Factor[]): string[] {
  return [...new Set(factors.map(({ bucket }) => bucket))];
}
