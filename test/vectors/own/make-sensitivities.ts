/**
 * Writes simm.json and frtb.json, run from the root: `npx tsx test/vectors/own/make-sensitivities.ts`.
 *
 * SIMM: portfolios on invented parameters with the figures of the plain twin of test/reference/sensitivities, since ISDA's tables are not ours to
 * ship. They hold the core to the twin in a clone without ../shared; that the twin is right is shown on published figures, which are there.
 * Basel: figures that open implementations publish, out of ../shared/vectors, and some of our own that can be checked by hand.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { RiskType } from "../../../bindings/formats/crif.ts";
import { crifRecords } from "../../../bindings/formats/crif.ts";
import { invented } from "../../reference/sensitivities/invented-parameters.ts";
import { Random } from "../../reference/random.ts";
import { randomAddOns, randomRows, type CrifRow } from "../../reference/sensitivities/random-crif.ts";
import { simm } from "../../reference/sensitivities/simm.ts";
import type { SimmOptions } from "../../reference/sensitivities/simm-types.ts";
import { bucketsOf } from "../adapters/simm.ts";

const write = (name: string, vectors: object[]) =>
  writeFileSync(
    `test/vectors/own/${name}.json`,
    `{"vectors":[\n${vectors.map((vector) => JSON.stringify(vector)).join(",\n")}\n]}\n`,
  );

const TEN: SimmOptions = { horizon: 10, side: "call", calculationCurrency: "USD" };

interface Portfolio {
  id: string;
  rows: CrifRow[];
  options?: Partial<SimmOptions>;
}

function simmCase({ id, rows, options = {} }: Portfolio): object {
  const chosen = { ...TEN, ...options };
  const result = simm(invented, crifRecords(rows), chosen);
  const of = Object.entries(result.products).map(([product, { measures }]) => [
    product,
    Object.entries(measures).flatMap(([riskClass, byMeasure]) =>
      Object.entries(byMeasure).map(([measure, found]) => [riskClass, measure, found] as const),
    ),
  ]) as [string, (readonly ["Equity", "Delta", Parameters<typeof bucketsOf>[2]])[]][];
  const margins = of.map(([product, all]) => [
    product,
    Object.fromEntries(all.map(([r, m, { margin }]) => [`${r}.${m}`, margin])),
  ]);
  const perBucket = of.map(([product, all]) => [
    product,
    Object.fromEntries(all.map(([r, m, one]) => [`${r}.${m}`, bucketsOf(r, m, one)])),
  ]);
  return {
    id: `simm.invented.${id}`,
    model: "simm",
    source: "plain twin of SIMM (test/reference/sensitivities/simm.ts) on invented parameters",
    inputs: {
      parameters: "invented",
      ...chosen,
      sensitivities: rows.map(({ ProductClass, RiskType, Qualifier, Bucket, Label1, Label2, AmountUSD }) => ({
        ...{ productClass: ProductClass, riskType: RiskType, qualifier: Qualifier, bucket: Bucket },
        ...{ label1: Label1, label2: Label2, amountUSD: AmountUSD },
      })),
    },
    expected: {
      ...result.columns,
      total: result.total,
      margins: Object.fromEntries(margins),
      perBucket: Object.fromEntries(perBucket),
    },
    // sums run in another order than the twin's
    tolerance: { rel: 1e-12, abs: 1e-8 },
  };
}

/** Records of some risk types in one product class, distinct factors enough that buckets have several. */
function rowsOf(seed: number, count: number, types: RiskType[], product = "Equity"): CrifRow[] {
  const rows = randomRows(invented, new Random(seed), 60 * count, 2).filter(({ RiskType: type }) =>
    types.includes(type as RiskType),
  );
  return rows.slice(0, count).map((row) => ({ ...row, ProductClass: product }));
}

const classes: [string, RiskType[]][] = [
  ["rates-delta", ["Risk_IRCurve", "Risk_Inflation", "Risk_XCcyBasis"]],
  ["rates-vega", ["Risk_IRVol", "Risk_InflationVol"]],
  ["credit-qualifying-delta", ["Risk_CreditQ"]],
  ["credit-qualifying-vega", ["Risk_CreditVol"]],
  ["base-correlation", ["Risk_BaseCorr"]],
  ["credit-non-qualifying-delta", ["Risk_CreditNonQ"]],
  ["credit-non-qualifying-vega", ["Risk_CreditVolNonQ"]],
  ["equity-delta", ["Risk_Equity"]],
  ["equity-vega", ["Risk_EquityVol"]],
  ["commodity-delta", ["Risk_Commodity"]],
  ["commodity-vega", ["Risk_CommodityVol"]],
  ["fx-delta", ["Risk_FX"]],
  ["fx-vega", ["Risk_FXVol"]],
];
const mixed = (seed: number) => randomRows(invented, new Random(seed), 25, 2);

write(
  "simm",
  [
    ...classes.flatMap(([id, types], i): Portfolio[] => [
      { id, rows: rowsOf(100 + i, 8, types) },
      { id: `${id}.one-day-post`, rows: rowsOf(200 + i, 5, types, "RatesFX"), options: { horizon: 1, side: "post" } },
    ]),
    {
      id: "fx-delta.high-volatility-currency",
      rows: rowsOf(300, 9, ["Risk_FX"]),
      options: { calculationCurrency: "TRY" },
    },
    {
      id: "curvature.post",
      rows: rowsOf(301, 9, ["Risk_EquityVol", "Risk_IRVol", "Risk_CreditVol"]),
      options: { side: "post" } as const,
    },
    { id: "product-classes", rows: mixed(306) },
    { id: "product-classes.one-day", rows: mixed(303), options: { horizon: 1 } as const },
    { id: "product-classes.post", rows: mixed(304), options: { side: "post" } as const },
    { id: "add-ons", rows: [...rowsOf(305, 3, ["Risk_Equity"]), ...randomAddOns(new Random(305))] },
  ].map(simmCase),
);

interface Published {
  id: string;
  source: string;
  riskClass: string;
  measure: string;
  inputs: unknown[];
  expected: object;
  buckets?: object;
  bucketScenario?: string;
  alternativeSb?: object;
  tolerance: string;
}
const { frtb } = JSON.parse(readFileSync("../shared/vectors/simm-frtb.json", "utf8")) as { frtb: Published[] };
// every other one, and all that have more to them than three figures
const chosen = frtb.filter(
  ({ id, inputs }, i) => JSON.stringify(inputs).length < 4000 && (i % 2 === 0 || !id.startsWith("frtbnet-MS")),
);
const published = chosen.map(
  ({ id, source, riskClass, measure, inputs, expected, buckets, bucketScenario, alternativeSb, tolerance }) => {
    const [, size, kind] = /^([\d.e-]+) (relative|absolute)/.exec(tolerance)!;
    return {
      ...{ id: `frtb.${id}`, model: "frtb", source },
      inputs: { riskClass, measure, rows: inputs, bucketScenario },
      expected: { ...expected, buckets, alternativeSb },
      tolerance: { [kind === "relative" ? "rel" : "abs"]: Number(size) },
    };
  },
);

const low = (rho: number) => Math.max(2 * rho - 1, 0.75 * rho);
const high = (rho: number) => Math.min(1.25 * rho, 1);
/** √(x² + y² + 2ρxy) at low, medium and high correlation. */
const two = (x: number, y: number, rho: number, stressed = true) => {
  const root = (r: number) => Math.sqrt(x * x + y * y + 2 * r * x * y);
  return stressed
    ? { low: root(low(rho)), medium: root(rho), high: root(high(rho)) }
    : { low: root(rho), medium: root(rho), high: root(rho) };
};
const same = (is: number) => ({ low: is, medium: is, high: is });
const byHand = (
  id: string,
  riskClass: string,
  measure: string,
  rows: object[],
  expected: object,
  formula: string,
  more: object = {},
) => ({
  ...{ id: `frtb.by-hand.${id}`, model: "frtb", source: `by hand: ${formula}` },
  inputs: { riskClass, measure, rows, ...more },
  expected,
  tolerance: { rel: 1e-13 },
});
const spot = (bucket: number, name: string, amount: number) => ({ bucket, name, factor: "spot", amount });
const coin = (bucket: string, location: string, amount: number, tenor = 0) => ({ bucket, location, tenor, amount });
const cvr = (bucket: number | string, name: string, cvrUp: number, cvrDown: number) => ({
  bucket,
  name,
  cvrUp,
  cvrDown,
});

write("frtb", [
  ...published,
  byHand("one-name", "equity", "delta", [spot(1, "a", 1000)], same(550), "55 % of 1000"),
  byHand("one-name-nets", "equity", "delta", [spot(1, "a", 1000), spot(1, "a", -400)], same(330), "55 % of 600"),
  byHand(
    "two-names",
    "equity",
    "delta",
    [spot(5, "a", 1000), spot(5, "b", -500)],
    two(300, -150, 0.25),
    "√(300² + 150² − 2ρ·300·150), ρ = 25 %",
  ),
  byHand(
    "two-buckets",
    "equity",
    "delta",
    [spot(1, "a", 1000), spot(12, "b", 2000)],
    two(550, 300, 0.45),
    "√(550² + 300² + 2γ·550·300), γ = 45 %",
  ),
  byHand("other-bucket", "equity", "delta", [spot(11, "a", 300), spot(11, "b", -400)], same(490), "70 % of 300 + 400"),
  byHand(
    "spot-and-repo",
    "equity",
    "delta",
    [spot(1, "a", 1000), { ...spot(1, "a", 1000), factor: "repo" }],
    two(550, 5.5, 0.999),
    "ρ = 99.9 %",
  ),
  byHand(
    "two-tenors",
    "commodity",
    "delta",
    [
      { bucket: 2, name: "oil", location: "x", tenor: 0, amount: 100 },
      { bucket: 2, name: "oil", location: "x", tenor: 1, amount: -100 },
    ],
    two(35, -35, 0.99),
    "35·√(2 − 2ρ), ρ = 99 %",
  ),
  byHand(
    "two-currencies",
    "fx",
    "delta",
    [
      { bucket: "PLN", amount: 100 },
      { bucket: "THB", amount: 200 },
    ],
    two(15, 30, 0.6),
    "15 % each, γ = 60 %",
  ),
  byHand("curvature-loss", "equity", "curvature", [cvr(1, "a", 300, -100)], same(300), "the larger of 300 and 0"),
  byHand("curvature-gain", "equity", "curvature", [cvr(1, "a", -300, -100)], same(0), "no loss either way"),
  byHand(
    "coins-do-not-offset",
    "crypto",
    "delta",
    [coin("BTC", "A", 100), coin("ETH", "A", -100)],
    same(200),
    "100 + 100",
  ),
  byHand(
    "exchanges-offset",
    "crypto",
    "delta",
    [coin("BTC", "A", 100), coin("BTC", "B", -100)],
    two(100, -100, 0.94, false),
    "100·√(2 − 2·94 %) in every scenario",
  ),
  byHand(
    "exchanges-with-scenarios",
    "crypto",
    "delta",
    [coin("BTC", "A", 100), coin("BTC", "B", -50)],
    two(100, -50, 0.94),
    "ρ = 88 %, 94 %, 100 %",
    { cryptoScenarios: true },
  ),
  byHand(
    "coin-curvature",
    "crypto",
    "curvature",
    [
      { bucket: "BTC", location: "A", cvrUp: 300, cvrDown: 100 },
      { bucket: "BTC", location: "B", cvrUp: -1000, cvrDown: 50 },
    ],
    same(300),
    "max(300, 100 + 50)",
  ),
]);
