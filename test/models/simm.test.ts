/** SIMM by the core against the twin, on invented parameters: traps, and random portfolios with every bucket. */
import { describe, expect, test } from "vitest";
import { simmDocuments, simmModel, simmParameters } from "../../bindings/models/simm/index.ts";
import { core } from "../core.ts";
import { invented } from "../reference/sensitivities/invented-parameters.ts";
import { randomCrif } from "../reference/sensitivities/random-crif.ts";
import { simm } from "../reference/sensitivities/simm.ts";
import { simmTraps } from "../reference/sensitivities/simm-traps.ts";
import type { BucketResult, Measure, RiskClass, SimmOptions } from "../reference/sensitivities/simm-types.ts";
import { simmByCore, simmRequirement } from "./core-simm.ts";

simmTraps("SIMM by the core", simmByCore);

const OPTIONS: SimmOptions[] = [
  { horizon: 10, side: "call", calculationCurrency: "USD" },
  { horizon: 10, side: "post", calculationCurrency: "TRY" },
  { horizon: 1, side: "call", calculationCurrency: "EUR" },
  { horizon: 1, side: "post", calculationCurrency: "USD" },
];

/** Relative to the sums that a figure comes from: 1e-13 of them. */
function near(what: string, actual: number | undefined, expected: number, gross: number): void {
  if (!(Math.abs(actual! - expected) <= 1e-13 * gross)) expect.fail(`${what}: ${actual} against ${expected}`);
}

const grossOf = ({ WS }: BucketResult) => Object.values(WS).reduce((sum, x) => sum + Math.abs(x), 0);
const present = (figures: Record<string, number>) => Object.entries(figures).filter(([, x]) => x !== 0);

describe("random portfolios", () => {
  test.each(OPTIONS)(
    "$horizon days, $side side, in $calculationCurrency: value, K, S, WS, CR, θ and λ are the twin's",
    (options) => {
      for (let seed = 1; seed <= 12; seed++) {
        const records = randomCrif(invented, seed, seed <= 4 ? 40 : 250);
        const [ours, theirs] = [simmByCore(invented, records, options), simm(invented, records, options)];
        near(`seed ${seed}`, ours.total, theirs.total, theirs.total);
        near(`seed ${seed} add-on`, ours.addOn.total, theirs.addOn.total, theirs.addOn.total);
        for (const column of ["delta", "vega", "curvature", "baseCorr"] as const)
          near(`seed ${seed} ${column}`, ours.columns[column], theirs.columns[column], theirs.total);
        expect(Object.keys(ours.products).sort()).toEqual(Object.keys(theirs.products).sort());
        for (const [product, { measures }] of Object.entries(theirs.products)) {
          for (const [riskClass, byMeasure] of Object.entries(measures)) {
            for (const [measure, expected] of Object.entries(byMeasure)) {
              const where = `seed ${seed} ${product} ${riskClass} ${measure}`;
              const found = ours.products[product as "Credit"]!.measures[riskClass as RiskClass]![measure as Measure]!;
              near(where, found.margin, expected.margin, Math.max(theirs.total, expected.margin));
              expect(Object.keys(found.buckets).sort(), where).toEqual(Object.keys(expected.buckets).sort());
              for (const [name, bucket] of Object.entries(expected.buckets)) {
                const own = found.buckets[name]!;
                const gross = grossOf(bucket);
                near(`${where} K ${name}`, own.K ** 2, bucket.K ** 2, gross * gross);
                near(`${where} S ${name}`, own.S, bucket.S, 10 * gross);
                for (const [factor, WS] of present(bucket.WS)) {
                  near(`${where} WS ${factor}`, own.WS[factor], WS, gross);
                  near(`${where} CR ${factor}`, own.CR[factor], bucket.CR[factor]!, bucket.CR[factor]!);
                }
              }
              for (const part of ["nonResidual", "residual"] as const) {
                const tail = expected[part];
                if (tail === undefined || found[part] === undefined) continue;
                near(`${where} θ`, found[part].theta, tail.theta, 1);
                near(`${where} λ`, found[part].lambda, tail.lambda, 10);
              }
            }
          }
        }
      }
    },
  );
});

test("the order of records changes no bit", () => {
  const records = randomCrif(invented, 7, 200);
  const figures = (rows: typeof records) => {
    const { initial, outputs, nodes } = simmRequirement(invented, rows, {});
    const buckets = nodes!.flatMap(({ groups }) =>
      groups.flatMap(({ driver }) => (driver && "buckets" in driver ? driver.buckets : [])),
    );
    return { initial, outputs, buckets: buckets.map(({ keys, K, S }) => ({ keys, K, S })) };
  };
  const expected = figures(records);
  expect(figures([...records].reverse())).toEqual(expected);
  expect(figures([...records.slice(77), ...records.slice(0, 77)])).toEqual(expected);
});

test("names that are in no add-on are no groups of add-ons", () => {
  const plain = randomCrif(invented, 7, 60).filter(({ riskType }) => riskType.startsWith("Risk_"));
  const product = { productClass: "" as const, qualifier: "a product", bucket: "", label1: "", label2: "", row: 0 };
  const addOn = [
    { ...product, riskType: "Notional" as const, amountUSD: 1e6 },
    { ...product, riskType: "Param_AddOnNotionalFactor" as const, amountUSD: 5 },
  ];
  const parameters = simmParameters(invented);
  const groupsOf = (records: typeof plain) => {
    const { market, portfolio } = simmDocuments(records, parameters);
    const { nodes, outputs } = core.margin(simmModel(parameters), market, portfolio, { exact: false });
    const names = ["notional", "addOnPercent", "addOnNotional"];
    return [
      names.map((name) => nodes!.find((node) => node.name === name)!.groups.map(({ keys }) => keys)),
      outputs!.addOn,
    ];
  };
  expect(groupsOf(plain)).toEqual([[[], [], []], 0]);
  const keys = [{ addOnProduct: "a product" }];
  expect(groupsOf([...plain, ...addOn])).toEqual([[keys, keys, keys], 50_000]);
});
