/** The twin of SIMM against figures of others: ../shared/vectors/simm-frtb.json, each group with its own tolerance. */
import { afterAll, describe, expect, test } from "vitest";
import { distribution } from "../black76.ts";
import { invented } from "./invented-parameters.ts";
import { Z_99, Z_995 } from "./quantiles.ts";
import {
  allowed,
  published,
  publishedAreThere,
  publishedParameters,
  publishedVersions,
  rowOf,
  simmRecords,
  suiteRecords,
  type BucketFigures,
  type TailFigures,
} from "./published.ts";
import { simm } from "./simm.ts";
import type { Measure, RiskClass, SimmOptions, SimmResult } from "./simm-types.ts";

/** Figures of the suites are rounded to whole USD. */
const ROUNDED = 0.5001;
const worst = new Map<string, { absolute: number; relative: number; count: number }>();

function close(group: string, what: string, actual: number, expected: number, tolerance: number): void {
  const absolute = Math.abs(actual - expected);
  const relative = expected === 0 ? 0 : absolute / Math.abs(expected);
  const known = worst.get(group) ?? { absolute: 0, relative: 0, count: 0 };
  worst.set(group, {
    absolute: Math.max(known.absolute, absolute),
    relative: Math.max(known.relative, relative),
    count: known.count + 1,
  });
  // a NaN is no agreement
  if (!(absolute <= tolerance)) expect.fail(`${what}: ${actual} against ${expected}`);
}

const options = (horizon: 1 | 10, side: SimmOptions["side"] = "call", calculationCurrency = "USD"): SimmOptions => ({
  horizon,
  side,
  calculationCurrency,
});

const columnsOf = (result: SimmResult): Record<string, number> => ({ ...result.columns, total: result.total });

test("the quantiles are those of the twin's own distribution", () => {
  expect(Math.abs(distribution(Z_99) - 0.99)).toBeLessThan(3e-16);
  expect(Math.abs(distribution(Z_995) - 0.995)).toBeLessThan(3e-16);
});

describe.skipIf(!publishedAreThere)("published figures (../shared/vectors)", () => {
  afterAll(() => {
    for (const [group, { absolute, relative, count }] of worst)
      console.info(
        `${group}: ${count} figures, worst ${absolute.toPrecision(3)}, ${relative.toExponential(1)} relative`,
      );
  });

  test("every version has parameters of the shape of ours", () => {
    const keys = (node: unknown): unknown =>
      typeof node !== "object" || node === null || Array.isArray(node)
        ? typeof node
        : Object.fromEntries(Object.entries(node).map(([key, value]) => [key, keys(value)]));
    for (const version of publishedVersions) {
      const { thresholdGroups: _, ...theirs } = publishedParameters(version).interestRate;
      const { thresholdGroups: __, ...ours } = invented.interestRate;
      const named = { thresholdDeltaUsdMm: {}, thresholdVegaUsdMm: {} };
      expect(keys({ ...theirs, ...named })).toEqual(keys({ ...ours, ...named }));
      expect(keys(publishedParameters(version))).toMatchObject(keys({ ...invented, interestRate: {} }) as object);
    }
  });

  for (const [version, suite] of Object.entries(published?.simmSuite ?? {})) {
    test(`the whole suite of ${version}: six columns, two horizons`, () => {
      const parameters = publishedParameters(version);
      for (const [id, one] of Object.entries(suite.tests)) {
        const records = suiteRecords(suite, one.in);
        for (const horizon of [10, 1] as const) {
          const columns = columnsOf(simm(parameters, records, options(horizon)));
          const expected = one[`${horizon}d`];
          suite.columns.forEach((column, i) =>
            close(`simmSuite ${version} ${horizon}d`, `${id} ${column}`, columns[column]!, expected[i]!, ROUNDED),
          );
        }
      }
    });
  }

  test.each(published?.simm ?? [])("$id with its buckets", (one) => {
    const { mporDays, calculationCurrency, tolerance, expected, margins, perBucket } = one;
    const result = simm(
      publishedParameters(one.version),
      simmRecords(one.inputs.sensitivities),
      options(mporDays, "call", calculationCurrency),
    );
    const columns = columnsOf(result);
    for (const [column, figure] of Object.entries(expected))
      close("simm columns", column, columns[column]!, figure, allowed(tolerance, figure));
    // figures inside come from a script that prints six decimals
    const inside = (what: string, actual: number | undefined, figure: number) =>
      close("simm inside", what, actual ?? NaN, figure, 1e-6 + 1e-15 * Math.abs(figure));
    const measureAt = (product: string, name: string) => {
      const [riskClass, measure] = name.split(".") as [RiskClass, Measure];
      return result.products[product as "Credit"]?.measures[riskClass]?.[measure];
    };
    for (const [product, byMeasure] of Object.entries(margins))
      for (const [name, figure] of Object.entries(byMeasure))
        inside(`${product} ${name}`, measureAt(product, name)?.margin, figure);
    for (const [product, byMeasure] of Object.entries(perBucket)) {
      for (const [name, buckets] of Object.entries(byMeasure)) {
        const measure = measureAt(product, name);
        for (const [bucket, figures] of Object.entries(buckets)) {
          const where = `${product} ${name} ${bucket}`;
          if (bucket === "theta_lambda") {
            for (const [part, { theta, lam }] of Object.entries(figures as TailFigures)) {
              const tail = measure?.[part as "residual"];
              inside(`${where} ${part} θ`, tail?.theta, theta);
              inside(`${where} ${part} λ`, tail?.lambda, lam);
            }
            continue;
          }
          const { K, S, WS, CVR, CR } = figures as BucketFigures;
          const own = measure?.buckets[bucket];
          inside(`${where} K`, own?.K, K);
          inside(`${where} S`, own?.S, S);
          for (const [factor, figure] of Object.entries(WS ?? CVR ?? {}))
            inside(`${where} ${factor}`, own?.WS[factor.replace(/^C\//, "")], figure);
          expect(Object.keys(own?.WS ?? {}).length).toBe(Object.keys(WS ?? CVR ?? {}).length);
          if (typeof CR === "number") inside(`${where} CR`, Math.max(...Object.values(own?.CR ?? {})), CR);
          else for (const [factor, figure] of Object.entries(CR ?? {})) inside(`${where} CR`, own?.CR[factor], figure);
        }
        const there = Object.keys(buckets).filter((bucket) => bucket !== "theta_lambda");
        expect(Object.keys(measure?.buckets ?? {}).sort()).toEqual(there.sort());
      }
    }
  });

  test.each(published?.simmOre ?? [])(
    "$id",
    ({ version, mporDays, side, calculationCurrency, expected, tolerance }) => {
      const { columns, rows } = published!.simmOreCrif;
      const records = simmRecords(rows.map((row) => rowOf(columns, row)));
      const chosen = options(mporDays, side === "Call" ? "call" : "post", calculationCurrency);
      const found = columnsOf(simm(publishedParameters(version), records, chosen));
      for (const [column, figure] of Object.entries(expected))
        close("simmOre", column, found[column]!, figure, allowed(tolerance, figure));
    },
  );

  test.each(published?.simmLive.cases ?? [])("$id", ({ version, inputs, expected }) => {
    const records = simmRecords(inputs.map((row) => rowOf(published!.simmLive.columns, row)));
    for (const horizon of [10, 1] as const) {
      const { total } = simm(publishedParameters(version), records, options(horizon));
      close("simmLive", `${horizon}d`, total, expected[`total${horizon}d`], 1e-13 * expected[`total${horizon}d`]);
    }
  });

  test.each(Object.entries(published?.simmTwoTables ?? {}))(
    "ten-day totals of %s, by two tables",
    (version, totals) => {
      const suite = published!.simmSuite["2.5"]!;
      for (const [id, total] of Object.entries(totals)) {
        const records = suiteRecords(suite, suite.tests[id]!.in);
        const found = simm(publishedParameters(version), records, options(10)).total;
        close(`simmTwoTables ${version}`, id, found, total, ROUNDED);
      }
    },
  );
});
