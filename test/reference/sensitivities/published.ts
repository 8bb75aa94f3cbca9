/** The published cases of ../shared/vectors, by shape; absent in a bare checkout, where their tests are skipped. */
import { existsSync, readFileSync } from "node:fs";
import { crifRecords } from "../../../bindings/formats/crif.ts";
import type { FrtbClass } from "../../../bindings/formats/frtb.ts";
import type { SimmParameters, SimmRecord } from "./simm-types.ts";

const folder = new URL("../../../../shared/vectors/", import.meta.url);
const names = ["simm-frtb.json", "simm-params.json"] as const;
export const publishedAreThere = names.every((name) => existsSync(new URL(name, folder)));

type Cell = string | number;
type Columns = Record<"delta" | "vega" | "curvature" | "baseCorr" | "addOn" | "total", number>;

export interface BucketFigures {
  K: number;
  S: number;
  WS?: Record<string, number>;
  CVR?: Record<string, number>;
  CR?: Record<string, number> | number;
}
export interface TailFigures {
  nonResidual?: { theta: number; lam: number };
  residual?: { theta: number; lam: number };
}
export interface SimmCase {
  id: string;
  version: string;
  mporDays: 1 | 10;
  calculationCurrency: string;
  inputs: { sensitivities: (Record<string, Cell> & { times?: number })[] };
  expected: Columns;
  margins: Record<string, Record<string, number>>;
  perBucket: Record<string, Record<string, Record<string, BucketFigures | TailFigures>>>;
  tolerance: string;
}
export interface OreCase {
  id: string;
  version: string;
  mporDays: 1 | 10;
  side: "Call" | "Post";
  calculationCurrency: string;
  expected: Record<"delta" | "vega" | "curvature" | "total", number>;
  tolerance: string;
}
export interface FrtbCase {
  id: string;
  riskClass: FrtbClass;
  measure: string;
  inputs: Record<string, Cell>[];
  expected: Record<Scenario, number>;
  buckets?: Record<string, { kb: number; sb: number }>;
  bucketScenario?: Scenario;
  alternativeSb?: Record<Scenario, number>;
  tolerance: string;
}
type Scenario = "low" | "medium" | "high";

interface Published {
  simm: SimmCase[];
  simmSuite: Record<
    string,
    {
      columns: (keyof Columns)[];
      sensitivities: Record<string, Cell[]>;
      tests: Record<string, { in: string; "10d": number[]; "1d": number[] }>;
    }
  >;
  simmOreCrif: { columns: string[]; rows: Cell[][] };
  simmOre: OreCase[];
  simmLive: {
    columns: string[];
    cases: { id: string; version: string; inputs: Cell[][]; expected: { total10d: number; total1d: number } }[];
  };
  simmTwoTables: Record<string, Record<string, number>>;
  frtb: FrtbCase[];
}

const read = (name: (typeof names)[number]): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

export const published = publishedAreThere ? (read("simm-frtb.json") as Published) : undefined;
const tables = publishedAreThere
  ? (read("simm-params.json") as { versions: Record<string, SimmParameters>; frtbSba: unknown; crypto: unknown })
  : undefined;

/** @param version `SIMM 2.5` or `2.5` */
export function publishedParameters(version: string): SimmParameters {
  const parameters = tables!.versions[version.replace(/^SIMM /, "")];
  if (parameters === undefined) throw new Error(`no parameters of ${version}`);
  return parameters;
}
export const publishedVersions = Object.keys(tables?.versions ?? {});
export const publishedFrtb = tables?.frtbSba;
export const publishedCrypto = tables?.crypto;

/** Rows of cells or objects → records; `times` is how often a row occurs. */
export function simmRecords(rows: readonly object[]): SimmRecord[] {
  const often = rows.flatMap((row) => Array<object>((row as { times?: number }).times ?? 1).fill(row));
  return crifRecords(often.map((row) => ({ qualifier: "", productClass: "", ...row })));
}

export const SENSITIVITY = ["productClass", "riskType", "qualifier", "bucket", "label1", "label2", "amountUSD"];

export const rowOf = (columns: readonly string[], cells: readonly Cell[]): Record<string, Cell> =>
  Object.fromEntries(columns.map((column, i) => [column, cells[i]!]));

/** `IR_8*5 IR_9`: five times one sensitivity and once another. */
export function suiteRecords(suite: Published["simmSuite"][string], list: string): SimmRecord[] {
  return simmRecords(
    list.split(" ").map((item) => {
      const [name, times] = item.split("*");
      return { ...rowOf(SENSITIVITY, suite.sensitivities[name!]!), times: Number(times ?? 1) };
    }),
  );
}

/** `1e-9 relative`, `1e-6 USD`, `1 USD (…)`, `1e-6 absolute (…)` → how far a figure may be. */
export function allowed(tolerance: string, expected: number): number {
  const [size, kind] = /^([\d.e-]+) (relative|USD|absolute)/.exec(tolerance)!.slice(1);
  return Number(size) * (kind === "relative" ? Math.abs(expected) : 1);
}
