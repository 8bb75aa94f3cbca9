/** Rows and runs that the traps of SIMM share. */
import { expect } from "vitest";
import { crifRecords } from "../../../bindings/formats/crif.ts";
import { invented } from "./invented-parameters.ts";
import { Z_99, Z_995 } from "./quantiles.ts";
import type { Simm, SimmOptions, SimmRecord } from "./simm-types.ts";

export const TEN: SimmOptions = { horizon: 10, side: "call", calculationCurrency: "USD" };
export const ONE: SimmOptions = { ...TEN, horizon: 1 };
export const MULTIPLIER = Math.sqrt(365 / 14) / Z_99;
export const LAMBDA = Z_995 * Z_995 - 1;

export type Cells = [
  riskType: string,
  qualifier: string,
  bucket: string,
  label1: string,
  label2: string,
  amountUSD: number,
];
export const recordsOf = (...rows: Cells[]): SimmRecord[] =>
  crifRecords(
    rows.map(([riskType, qualifier, bucket, label1, label2, amountUSD]) => ({
      productClass: riskType.startsWith("Param") || riskType === "Notional" ? "" : "Equity",
      ...{ riskType, qualifier, bucket, label1, label2, amountUSD },
    })),
  );
export const share = (name: string, bucket: string, amount: number): Cells => [
  "Risk_Equity",
  name,
  bucket,
  "",
  "",
  amount,
];
export const shareVol = (name: string, bucket: string, tenor: string, amount: number): Cells => [
  ...(["Risk_EquityVol", name, bucket, tenor, "", amount] as const),
];
export const curve = (currency: string, tenor: string, amount: number, label = "OIS"): Cells => [
  ...(["Risk_IRCurve", currency, "", tenor, label, amount] as const),
];

/** Runs of an implementation on our parameters. */
export function runs(simm: Simm) {
  const run = (records: readonly SimmRecord[], options = TEN, parameters = invented) =>
    simm(parameters, records, options);
  return {
    run,
    total: (rows: Cells[], options = TEN) => run(recordsOf(...rows), options).total,
    columns: (rows: Cells[], options = TEN) => run(recordsOf(...rows), options).columns,
  };
}

export const near = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(1e-12 * Math.abs(expected));

/** √(x² + y² + 2ρxy). */
export const root = (x: number, y: number, rho: number) => Math.sqrt(x * x + y * y + 2 * rho * x * y);
