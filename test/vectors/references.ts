/** Reference files of ../shared/data that are no lists of vectors: what of them is input, and what is expected. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Case } from "./collect.ts";

type Json = Record<string, any>;

/** Cases of a file, where it is one of a known form. */
export function casesOfReference(json: Json, file: string): Case[] {
  if (isOf(json.matrices, "frobenius_distance")) return nearestCases(json.matrices, file);
  if (isOf(json.sets, "estimators")) return shrinkageCases(json.sets, file);
  return [];
}

const isOf = (group: unknown, key: string): group is Json =>
  group !== null && typeof group === "object" && Object.values(group).every((one) => Object.hasOwn(one as object, key));

function caseOf(name: string, id: string, file: string, inputs: Json, expected: Json, tolerance: unknown): Case {
  return { id, file, shape: { name, has: (key) => key in inputs }, inputs, expected, tolerance };
}

/**
 * Nearest correlation matrices, two methods of the source within `methods_max_abs_diff` of each other, entries printed to twelve decimals;
 * of the smallest eigenvalue no more is asked than that it is none below 0 but for rounding.
 */
function nearestCases(matrices: Json, file: string): Case[] {
  return Object.entries(matrices).map(([id, one]: [string, Json]) => {
    const A = one.A ?? mirrored(one.n, one.A_upper_rowwise);
    const { min_eig_input, frobenius_distance, nearest } = one;
    const expected = {
      min_eig_input,
      frobenius_distance,
      ...(nearest === undefined ? {} : { nearest }),
      diagonal: true,
      symmetric: true,
      negative: 0,
    };
    return caseOf("nearest correlation", `nearest.${id}`, file, { A }, expected, { abs: 1e-11 });
  });
}

/** Ones on the diagonal, and the strict upper triangle row by row. */
function mirrored(n: number, upper: number[]): number[][] {
  const matrix = Array.from({ length: n }, () => Array<number>(n).fill(1));
  let at = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) matrix[i]![j] = matrix[j]![i] = upper[at++]!;
  return matrix;
}

/**
 * Covariance estimators on the last rows of a returns file, or on daily closes of a period, in per cent. The returns file has eight decimals,
 * the source more: an entry of 40 rows moves by some 4e-7 for that.
 */
const OF_ROUNDED_RETURNS = { abs: 2e-6, rel: 2e-8 };
/** As printed: matrices have twelve digits. */
const OF_CLOSES = { rel: 1e-11 };

function shrinkageCases(sets: Json, file: string): Case[] {
  return Object.entries(sets).flatMap(([id, { rows, cols, estimators }]: [string, Json]) => {
    const returns = returnsOf(id, rows, cols, file);
    const tolerance = PERIOD.test(id) ? OF_CLOSES : OF_ROUNDED_RETURNS;
    return Object.entries(estimators as Json).map(([estimator, expected]) => {
      const one = caseOf(
        "covariance shrinkage",
        `${id}.${estimator}`,
        file,
        { returns, estimator },
        expected,
        tolerance,
      );
      if (returns === undefined) one.malformed = `the file that set ${id} is made of is not there`;
      return one;
    });
  });
}

const PERIOD = /^crypto10_(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})$/;

function table(file: string, name: string): string[][] | undefined {
  const path = join(dirname(file), name);
  if (!existsSync(path)) return undefined;
  const text = gunzipSync(readFileSync(path)).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(","));
}

/** Of `dji30ret_last250` the last rows of that file; of `crypto10_2024-03-16_2026-03-15` log returns of the closes of those days. */
function returnsOf(set: string, rows: number, columns: string[], file: string): number[][] | undefined {
  const period = PERIOD.exec(set);
  if (period === null) {
    const [head, ...lines] = table(file, "dji30_returns_1987_2009.csv.gz") ?? [];
    const at = columns.map((name) => head?.indexOf(name) ?? -1);
    return head && lines.slice(-rows).map((line) => at.map((c) => 100 * Number(line[c])));
  }
  const [, ...lines] = table(file, "crypto_daily_ohlcv.csv.gz") ?? [];
  const closes = new Map<string, Map<string, number>>();
  for (const [day, coin, , , , close] of lines as [string, string, string, string, string, string][]) {
    if (!closes.has(day)) closes.set(day, new Map());
    closes.get(day)!.set(coin, Number(close));
  }
  const days = [...closes.keys()].sort();
  return days.flatMap((day, t) =>
    day < period[1]! || day > period[2]!
      ? []
      : [columns.map((coin) => 100 * Math.log(closes.get(day)!.get(coin)! / closes.get(days[t - 1]!)!.get(coin)!))],
  );
}
