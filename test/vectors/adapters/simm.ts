/**
 * SIMM: records, a version and options → the columns of a margin, and what is inside.
 *
 * The parameters are the licensor's and not here: they are looked for in the folders that a case names. `parameters: "invented"` are our own,
 * which mean nothing.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crifRecords } from "../../../bindings/formats/crif.ts";
import { simmParameters } from "../../../bindings/models/simm/parameters.ts";
import { productsOf, simmRequirement } from "../../models/core-simm.ts";
import { invented } from "../../reference/sensitivities/invented-parameters.ts";
import type {
  BucketResult,
  Measure,
  MeasureResult,
  RiskClass,
  SimmParameters,
  SimmRecord,
} from "../../reference/sensitivities/simm-types.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Bound } from "../compare.ts";
import { Malformed, NotBuilt, type Input } from "../input.ts";

type Options = Required<NonNullable<Parameters<typeof simmRequirement>[2]>>;

/** Figures are rounded to whole USD. */
const WHOLE: Bound = { abs: 0.5001 };
/** Printed with six decimals, by a script whose sums run in another order. */
const SIX_DECIMALS: Bound = { abs: 1e-6, rel: 2e-15 };
const COLUMNS = ["delta", "vega", "curvature", "baseCorr", "addOn", "total"];
const all = (names: string[], bound: Bound) => Object.fromEntries(names.map((name) => [name, bound]));

const FILE = "simm-params.json";
const files = new Map<string, Record<string, unknown>>();

function versionsOf(path: string): Record<string, unknown> {
  let versions = files.get(path);
  if (versions === undefined) {
    versions = (JSON.parse(readFileSync(path, "utf8")) as { versions?: Record<string, unknown> }).versions ?? {};
    files.set(path, versions);
  }
  return versions;
}

function parametersOf(inputs: Input): SimmParameters {
  if (inputs.has("parameters")) {
    if (inputs.at("parameters").text === "invented") return invented;
    throw new Malformed(`${inputs.path}.parameters: expected invented`);
  }
  const version = inputs.at("version").text.replace(/^SIMM /, "");
  const folders = inputs.has("parametersIn") ? inputs.list("parametersIn").map(({ text }) => text) : [];
  const paths = folders.map((folder) => join(folder, FILE)).filter((path) => existsSync(path));
  const path = paths.find((one) => Object.hasOwn(versionsOf(one), version));
  if (path !== undefined) return simmParameters(versionsOf(path)[version]) as unknown as SimmParameters;
  throw new NotBuilt(
    paths.length === 0 ? `parameters: ${FILE} not found` : `parameters of version ${version} not found in ${FILE}`,
  );
}

/** Rows of cells or objects; `times` is how often a row occurs. */
function recordsOf(inputs: Input): SimmRecord[] {
  const rows = inputs.list("sensitivities").flatMap((row) => {
    const { times: _, ...cells } = row.value as Record<string, unknown>;
    return Array<object>(row.num("times", 1)).fill({ qualifier: "", productClass: "", ...cells });
  });
  return crifRecords(rows);
}

function optionsOf(inputs: Input, horizon: number): Options {
  if (horizon !== 10 && horizon !== 1) throw new NotBuilt(`a horizon of ${horizon} days`);
  const side = inputs.has("side") ? inputs.at("side").text.toLowerCase() : "call";
  if (side !== "call" && side !== "post") throw new Malformed(`${inputs.path}.side: expected call or post`);
  const calculationCurrency = inputs.has("calculationCurrency") ? inputs.at("calculationCurrency").text : "USD";
  return { horizon, side, calculationCurrency, measureColumns: true };
}

function columns(inputs: Input, horizon: number): Record<string, number> {
  const requirement = simmRequirement(parametersOf(inputs), recordsOf(inputs), optionsOf(inputs, horizon), false);
  return columnsOf(requirement);
}

function columnsOf({ initial, outputs }: { initial: number; outputs?: Record<string, number> }) {
  const { deltaOnly, vegaOnly, curvatureOnly, baseCorrOnly, addOn, simm } = outputs!;
  const found = { delta: deltaOnly, vega: vegaOnly, curvature: curvatureOnly, baseCorr: baseCorrOnly, addOn, simm };
  return { ...found, total: initial } as Record<string, number>;
}

/** One portfolio, with its buckets. */
function inside(inputs: Input): Answer {
  const options = optionsOf(inputs, inputs.num("horizon", 10));
  const requirement = simmRequirement(parametersOf(inputs), recordsOf(inputs), options);
  const margins: Record<string, Record<string, number>> = {};
  const perBucket: Record<string, Record<string, unknown>> = {};
  for (const [product, { measures }] of Object.entries(productsOf(requirement, options))) {
    const of = Object.entries(measures).flatMap(([riskClass, byMeasure]) =>
      Object.entries(byMeasure).map(
        ([measure, found]) => [riskClass as RiskClass, measure as Measure, found as MeasureResult] as const,
      ),
    );
    margins[product] = Object.fromEntries(
      of.map(([riskClass, measure, { margin }]) => [`${riskClass}.${measure}`, margin]),
    );
    perBucket[product] = Object.fromEntries(
      of.map(([riskClass, measure, found]) => [`${riskClass}.${measure}`, bucketsOf(riskClass, measure, found)]),
    );
  }
  const isInvented = inputs.has("parameters");
  return {
    got: { ...columnsOf(requirement), margins, perBucket },
    bounds: isInvented ? {} : { ...all(COLUMNS, WHOLE), margins: SIX_DECIMALS, perBucket: SIX_DECIMALS },
    note: "a factor that nets to zero is not in the tree",
  };
}

/** Figures of the buckets, as the published cases name them. */
export function bucketsOf(riskClass: RiskClass, measure: Measure, { buckets, nonResidual, residual }: MeasureResult) {
  const isCurve = riskClass === "InterestRate" && measure === "Delta";
  const figures = ({ K, S, WS, CR }: BucketResult) => {
    if (measure === "Curvature") return { K, S, CVR: WS };
    const ofCurve = ([name, ws]: [string, number]) => [name.includes("/") ? `C/${name}` : name, ws];
    return isCurve
      ? { K, S, WS: Object.fromEntries(Object.entries(WS).map(ofCurve)), CR: Math.max(...Object.values(CR)) }
      : { K, S, WS, CR };
  };
  const tail = (of: MeasureResult["residual"]) => (of === undefined ? undefined : { theta: of.theta, lam: of.lambda });
  const isRegular = Object.keys(buckets).some((name) => name !== "Residual");
  return {
    ...Object.fromEntries(Object.entries(buckets).map(([name, bucket]) => [name, figures(bucket)])),
    ...(measure === "Curvature"
      ? { theta_lambda: { nonResidual: isRegular ? tail(nonResidual) : undefined, residual: tail(residual) } }
      : {}),
  };
}

/** Both horizons, each with its columns. */
function suite(inputs: Input): Answer {
  return { got: { "10d": columns(inputs, 10), "1d": columns(inputs, 1) }, bounds: { "10d": WHOLE, "1d": WHOLE } };
}

/** One portfolio at one horizon. */
function once(inputs: Input): Answer {
  return { got: columns(inputs, inputs.num("horizon", 10)) };
}

/** Totals of both horizons. */
const totals =
  (bound: Bound) =>
  (inputs: Input): Answer => {
    const [ten, one] = [columns(inputs, 10), columns(inputs, 1)];
    const got = { ...ten, total10d: ten.total!, total1d: one.total!, "10d": ten, "1d": one };
    return { got, bounds: all(Object.keys(got), bound) };
  };

export const simm: Adapter[] = [
  { family: "SIMM, with its buckets", knows: named("simm"), run: inside },
  { family: "SIMM, suites of both horizons", knows: named("simmSuite"), run: suite },
  { family: "SIMM, call and post", knows: named("simmOre"), run: once },
  { family: "SIMM, unrounded", knows: named("simmLive"), run: totals({ rel: 1e-13 }) },
  { family: "SIMM, by two tables", knows: named("simmTwoTables"), run: totals(WHOLE) },
  { family: "SIMM, derived (no peer)", knows: named("simmDerived"), run: totals(WHOLE) },
];
