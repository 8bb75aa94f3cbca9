/**
 * The Basel sensitivities-based method (SBM) for equity, commodity, FX and cryptoassets of group 2a.
 *
 *   charge = max over low, medium, high correlation of Σ over classes of (delta + vega + curvature)
 *
 * The three totals are compared, not the measures one by one: MAR21.7.
 *
 * Sources: Basel Framework, MAR21 (in force since 2023); cryptoassets: SCO60 (in force since 2026).
 */
import * as v from "valibot";
import { issueError } from "../../documents/issue.ts";
import type { Charge, Expr, MarginModel } from "../../documents/model.ts";
import { commodity } from "./commodity.ts";
import { crypto } from "./crypto.ts";
import { equity } from "./equity.ts";
import { fx } from "./fx.ts";
import { MEASURES, optionTenorRho } from "./measures.ts";

export interface FrtbOptions {
  /** Divides curvature of FX by 1.5 where a row says that no leg is in the reporting currency: MAR21.98. Default false. */
  divideFxCurvature?: boolean;
  /** Puts the correlations inside a coin's bucket through the three scenarios: the text of SCO60 is silent. Default false. */
  cryptoScenarios?: boolean;
}

const SCENARIOS = ["low", "medium", "high"] as const;

export const KEYS = [
  "riskClass",
  "measure",
  "bucket",
  "name",
  "factor",
  "location",
  "tenor",
  "optionTenor",
  "divisible",
  /** of a curvature row: up or down */
  "shock",
];

const schema = v.strictObject({
  divideFxCurvature: v.optional(v.boolean(), false),
  cryptoScenarios: v.optional(v.boolean(), false),
});

/** @throws MarginError that names an option which is not what it should be */
export function frtbModel(options: FrtbOptions = {}): MarginModel {
  const result = v.safeParse(schema, options, { abortEarly: true });
  if (!result.success) throw issueError("options", result.issues);
  const { divideFxCurvature, cryptoScenarios } = result.output;
  const classes = [equity, commodity, fx(divideFxCurvature), crypto(cryptoScenarios)];
  const charges: Record<string, Charge> = {};
  const totals = SCENARIOS.map((scenario) => {
    const names = classes.flatMap(({ name, charges: own, isFixed }) =>
      MEASURES.map((measure) => {
        const isStressed = isFixed !== true && scenario !== "medium";
        const id = `${name}${capital(measure)}${isStressed ? capital(scenario) : ""}`;
        charges[id] ??= isStressed ? { ...own[measure], regime: scenario } : own[measure];
        return id;
      }),
    );
    return [scenario, names] as const;
  });
  for (const [scenario, names] of totals) charges[scenario] = { kind: "formula", value: { sum: [...names] } };
  const worst: Expr = { max: [...SCENARIOS] };
  return {
    format: 1,
    id: "basel-sbm",
    edition: "2023-01-01",
    source: "Basel Framework, MAR21 (sensitivities-based method); cryptoassets of group 2a: SCO60",
    assumptions: [
      "Curvature: correlations are squared first and put through the scenario then, as open implementations and the South African text do.",
      "Cryptoassets: the text is silent on the three scenarios; correlations inside a coin's bucket are the same in all of them unless an option says otherwise.",
    ],
    currency: "USD",
    keys: KEYS,
    parameters: { optionTenorRho, ...Object.assign({}, ...classes.map(({ parameters }) => parameters)) },
    charges,
    equity: 0,
    initial: worst,
    maintenance: worst,
    outputs: Object.fromEntries(SCENARIOS.map((scenario) => [scenario, scenario])),
  };
}

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);

/** With default options. */
export const baselSbm: MarginModel = frtbModel();
