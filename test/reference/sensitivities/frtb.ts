/**
 * The Basel sensitivities-based method for equity, commodity, FX and cryptoassets of group 2a: plain double sums, the oracle of the core.
 *
 *   total = max over scenarios of Σ over classes and measures of risk(scenario)
 *
 * One scenario for all classes: not the largest of each. Sources: MAR21 (2023); cryptoassets: SCO60 (2026).
 */
import { curvature, delta, vega } from "./frtb-measures.ts";
import { frtbRules, scenarioOf, type Curvature, type Delta, type Vega } from "./frtb-rules.ts";
import {
  SCENARIOS,
  type Frtb,
  type FrtbClass,
  type FrtbMeasureResult,
  type FrtbOptions,
  type FrtbParameters,
  type FrtbScenarioResult,
  type FrtbSensitivity,
  type Scenario,
} from "./frtb-types.ts";

const CLASSES: FrtbClass[] = ["equity", "commodity", "fx", "crypto"];

export const frtb: Frtb = (parameters, records, options = {}) => {
  const of = (scenario: Scenario) => inScenario(parameters, records, options, scenario);
  const scenarios = { low: of("low"), medium: of("medium"), high: of("high") };
  let worst: Scenario = "low";
  for (const scenario of SCENARIOS) if (scenarios[scenario].total > scenarios[worst].total) worst = scenario;
  return { total: scenarios[worst].total, scenario: worst, scenarios };
};

function inScenario(
  parameters: FrtbParameters,
  records: readonly FrtbSensitivity[],
  options: FrtbOptions,
  scenario: Scenario,
): FrtbScenarioResult {
  const result: FrtbScenarioResult = { total: 0, classes: {} };
  for (const riskClass of CLASSES) {
    const own = records.filter((record) => record.riskClass === riskClass);
    if (own.length === 0) continue;
    const rules = frtbRules(riskClass, parameters);
    const isCrypto = riskClass === "crypto";
    const scaled = scenarioOf(isCrypto && !options.cryptoScenarios ? "medium" : scenario);
    const { curvatureOptionalDivisor } = parameters.fx;
    const divided = (record: Curvature): Curvature => {
      const divisor = options.divideFxCurvature && record.divisible ? curvatureOptionalDivisor : 1;
      return { ...record, cvrUp: record.cvrUp / divisor, cvrDown: record.cvrDown / divisor };
    };
    const deltas = own.filter((record): record is Delta => record.measure === "delta");
    const vegas = own.filter((record): record is Vega => record.measure === "vega");
    const curvatures = own.filter((record): record is Curvature => record.measure === "curvature").map(divided);
    const measures: Partial<Record<"delta" | "vega" | "curvature", FrtbMeasureResult>> = {};
    if (deltas.length > 0) measures.delta = delta(deltas, rules, scaled, isCrypto);
    if (vegas.length > 0) measures.vega = vega(vegas, rules, scaled, isCrypto);
    if (curvatures.length > 0) measures.curvature = curvature(curvatures, rules, scaled, isCrypto);
    result.classes[riskClass] = measures;
    for (const { risk } of Object.values(measures)) result.total += risk;
  }
  return result;
}
