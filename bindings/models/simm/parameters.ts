/**
 * The parameters of one version of the ISDA SIMM: the user's file. The official tables are licensed by ISDA and are not part of this package.
 *
 * Weights of equity, commodity and FX are per cent, of rates and credit basis points; thresholds are in millions of USD. What is by horizon
 * has the keys "10" and "1", days. Arrays by bucket follow the buckets 1, 2, … and end with Residual where there is one.
 */
import * as v from "valibot";
import { matrixRules } from "../../documents/correlated-rules.ts";
import { issueError } from "../../documents/issue.ts";
import type { Same } from "../../documents/same.ts";
import { MarginError, short, step, unexpected } from "../../error.ts";
import { currency, TENORS } from "./keys.ts";
import type { SimmParameters } from "./parameter-types.ts";

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const weight = v.pipe(v.number(), v.finite(), v.minValue(0));
const correlation = v.pipe(v.number(), v.minValue(-1), v.maxValue(1));
const byHorizon = <T extends v.GenericSchema>(schema: T) => v.object({ "10": schema, "1": schema });
const list = <T extends v.GenericSchema>(schema: T, n: number) =>
  v.pipe(
    v.array(schema),
    v.check((x) => x.length === n, `${n} of them`),
  );
const square = (n: number) => list(list(correlation, n), n);
const currencies = v.array(currency);
const rates = v.object({ regular: list(weight, 12), low: list(weight, 12), high: list(weight, 12) });

const schema = v.object({
  effective: v.optional(v.string()),
  psi: v.object({ order: list(v.string(), 6), matrix: square(6) }),
  equity: v.object({
    rw: byHorizon(list(weight, 13)),
    vrw: byHorizon(list(weight, 13)),
    hvr: byHorizon(positive),
    rho: list(correlation, 13),
    gamma: square(12),
    thresholdDeltaUsdMm: list(positive, 13),
    thresholdVegaUsdMm: list(positive, 13),
  }),
  commodity: v.object({
    rw: byHorizon(list(weight, 17)),
    vrw: byHorizon(weight),
    hvr: byHorizon(positive),
    rho: list(correlation, 17),
    gamma: square(17),
    thresholdDeltaUsdMm: list(positive, 17),
    thresholdVegaUsdMm: list(positive, 17),
  }),
  fx: v.object({
    highVolCurrencies: currencies,
    rwRegularHigh: byHorizon(list(list(weight, 2), 2)),
    vrw: byHorizon(weight),
    hvr: byHorizon(positive),
    rhoCalcCcyRegular: list(list(correlation, 2), 2),
    rhoCalcCcyHigh: list(list(correlation, 2), 2),
    rhoVegaCurvature: correlation,
    category1: currencies,
    category2: currencies,
    thresholdDeltaUsdMm: list(positive, 3),
    thresholdVegaUsdMm: v.record(v.picklist(["1-1", "1-2", "1-3", "2-2", "2-3", "3-3"]), positive),
  }),
  interestRate: v.object({
    regularCurrencies: currencies,
    lowVolCurrencies: currencies,
    rw: byHorizon(rates),
    inflationRw: byHorizon(weight),
    xccyRw: byHorizon(weight),
    vrw: byHorizon(weight),
    hvr: byHorizon(positive),
    tenorRho: square(12),
    subCurvePhi: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
    inflationRho: correlation,
    xccyRho: correlation,
    gamma: correlation,
    thresholdGroups: v.record(v.string(), v.union([currencies, v.string()])),
    thresholdDeltaUsdMm: v.record(v.string(), positive),
    thresholdVegaUsdMm: v.record(v.string(), positive),
  }),
  creditQ: v.object({
    rw: byHorizon(list(weight, 13)),
    vrw: byHorizon(weight),
    baseCorrRw: byHorizon(weight),
    baseCorrRho: correlation,
    rhoSameName: correlation,
    rhoDifferentName: correlation,
    rhoResidual: correlation,
    gamma: square(12),
    thresholdDeltaUsdMm: list(positive, 13),
    thresholdVegaUsdMm: positive,
  }),
  creditNonQ: v.object({
    rw: byHorizon(list(weight, 3)),
    vrw: byHorizon(weight),
    rhoSameGroup: correlation,
    rhoDifferentGroup: correlation,
    rhoResidual: correlation,
    gamma: correlation,
    thresholdDeltaUsdMm: list(positive, 3),
    thresholdVegaUsdMm: positive,
  }),
});

export type { SimmParameters };
true satisfies Same<SimmParameters, v.InferOutput<typeof schema>>;
export type VolatilityGroup = "regular" | "low" | "high";

/**
 * One version out of a user's file, which is that version itself or has several under `versions`.
 *
 * @param version needed where the file has more than one; where tables say their own `version` it must be that, else it is taken as their name
 * @throws MarginError that names the figure which is missing or not what it should be
 */
export function simmParameters(
  json: unknown,
  version?: string,
  name = "parameters",
): SimmParameters & { version: string } {
  const [found, of] = versionOf(json, version, name);
  const result = v.safeParse(schema, found, { abortEarly: true });
  if (!result.success) throw issueError(name, result.issues);
  const parameters = result.output;
  const { thresholdGroups, thresholdDeltaUsdMm, thresholdVegaUsdMm } = parameters.interestRate;
  if (Object.values(thresholdGroups).filter((group) => !Array.isArray(group)).length !== 1)
    throw new MarginError(
      "Missing",
      `${name}.interestRate.thresholdGroups`,
      "expected lists of currencies, and one group in words for all others",
    );
  for (const group of Object.keys(thresholdGroups)) {
    for (const [field, thresholds] of Object.entries({ thresholdDeltaUsdMm, thresholdVegaUsdMm })) {
      if (!Object.hasOwn(thresholds, group))
        throw unexpected("Missing", `${name}.interestRate.${field}.${group}`, "a threshold > 0", undefined);
    }
  }
  correlationRules(parameters, name);
  currencyRules(parameters, name);
  const whole = { ...parameters, version: of };
  known.add(whole);
  return whole;
}

const known = new WeakSet<object>();

/** Parameters as `simmParameters` gives them; others, such as altered ones, are checked. */
export function checkedParameters(parameters: SimmParameters & { version?: string }): SimmParameters & {
  version?: string;
} {
  return parameters !== null && typeof parameters === "object" && known.has(parameters)
    ? parameters
    : simmParameters(parameters);
}

/** The classes in which ψ is told. */
export const RISK_CLASSES = [
  "InterestRate",
  "CreditQualifying",
  "CreditNonQualifying",
  "Equity",
  "Commodity",
  "FX",
] as const;

/** Tables that are symmetric with ones on the diagonal. Whether they are positive semidefinite is looked at when the model meets a market. */
function correlationRules({ psi, equity, commodity, interestRate, creditQ }: SimmParameters, name: string): void {
  psi.order.forEach((riskClass, i) => {
    const path = `${name}.psi.order[${i}]`;
    if (!RISK_CLASSES.some((one) => one === riskClass))
      throw unexpected("NotOneOf", path, `one of ${RISK_CLASSES.join(", ")}`, riskClass);
    if (psi.order.indexOf(riskClass) < i)
      throw new MarginError("DuplicateName", path, `"${riskClass}" is there already`, { row: i, value: riskClass });
  });
  const numbered = (rows: number[][]) => rows.map((_, i) => i + 1);
  const tables: [path: string, labels: (string | number)[], rows: number[][]][] = [
    ["psi.matrix", psi.order, psi.matrix],
    ["equity.gamma", numbered(equity.gamma), equity.gamma],
    ["commodity.gamma", numbered(commodity.gamma), commodity.gamma],
    ["interestRate.tenorRho", TENORS, interestRate.tenorRho],
    ["creditQ.gamma", numbered(creditQ.gamma), creditQ.gamma],
  ];
  for (const [path, labels, rows] of tables) matrixRules(`${name}.${path}`, { labels, rows }, `${name}.${path}`);
}

/** No currency is twice in a list, nor in two lists of which it can be in one. */
function currencyRules({ fx, interestRate }: SimmParameters, name: string): void {
  const { regularCurrencies, lowVolCurrencies, thresholdGroups } = interestRate;
  const groups = Object.entries(thresholdGroups).flatMap(([group, list]): [string, string[]][] =>
    Array.isArray(list) ? [[`interestRate.thresholdGroups${step(group)}`, list]] : [],
  );
  const sets: [path: string, list: string[]][][] = [
    [["fx.highVolCurrencies", fx.highVolCurrencies]],
    [
      ["fx.category1", fx.category1],
      ["fx.category2", fx.category2],
    ],
    [
      ["interestRate.regularCurrencies", regularCurrencies],
      ["interestRate.lowVolCurrencies", lowVolCurrencies],
    ],
    groups,
  ];
  for (const lists of sets) {
    const seen = new Map<string, string>();
    for (const [path, list] of lists) {
      list.forEach((code, i) => {
        const at = `${name}.${path}[${i}]`;
        const before = seen.get(code);
        if (before !== undefined)
          throw new MarginError("DuplicateCurrency", at, `${code} is there already, at ${before}`, {
            row: i,
            value: code,
          });
        seen.set(code, at);
      });
    }
  }
}

function versionOf(json: unknown, version: string | undefined, name: string): [unknown, string] {
  if (json === null || typeof json !== "object" || Array.isArray(json))
    throw unexpected("WrongType", name, "an object", json);
  if (version !== undefined && typeof version !== "string") throw unexpected("WrongType", "version", "text", version);
  if (!("versions" in json)) return [json, ownVersion(json, version, name) ?? "as given"];
  const { versions } = json as { versions: unknown };
  if (versions === null || typeof versions !== "object" || Array.isArray(versions))
    throw unexpected("WrongType", `${name}.versions`, "an object", versions);
  const known = Object.keys(versions);
  if (known.length === 0) throw unexpected("Empty", `${name}.versions`, "tables by version", versions);
  const wanted = version ?? (known.length === 1 ? known[0]! : undefined);
  if (wanted === undefined || !Object.hasOwn(versions, wanted))
    throw unexpected("UnknownVersion", `${name}.versions`, `one of ${known.join(", ")}`, version);
  const one = (versions as Record<string, unknown>)[wanted];
  ownVersion(one, wanted, `${name}.versions${step(wanted)}`);
  return [one, wanted];
}

/** The version that one set of tables says it is, which may not be another than the caller's; of tables that say none it is the caller's. */
function ownVersion(tables: unknown, wanted: string | undefined, name: string): string | undefined {
  if (tables === null || typeof tables !== "object" || !("version" in tables)) return wanted;
  const { version } = tables;
  if (typeof version !== "string") throw unexpected("WrongType", `${name}.version`, "text", version);
  if (wanted !== undefined && wanted !== version)
    throw new MarginError(
      "UnknownVersion",
      `${name}.version`,
      `the tables are of ${short(version)}, not of ${short(wanted)}`,
      {
        value: version,
      },
    );
  return version;
}

/** The group of a currency by its volatility; others than the listed ones are high. */
export function ratesGroup({ interestRate: p }: SimmParameters, currency: string): VolatilityGroup {
  return p.lowVolCurrencies.includes(currency) ? "low" : p.regularCurrencies.includes(currency) ? "regular" : "high";
}
