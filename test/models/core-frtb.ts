/** The Basel method by the core, as the twin gives it. Its parameters are the model's own. */
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { frtbDocuments, frtbModel, type FrtbOptions } from "../../bindings/models/frtb/index.ts";
import { core } from "../core.ts";
import {
  SCENARIOS,
  type Frtb,
  type FrtbClass,
  type FrtbMeasure,
  type FrtbMeasureResult,
  type FrtbResult,
  type FrtbScenarioResult,
  type FrtbSensitivity,
  type Scenario,
} from "../reference/sensitivities/frtb-types.ts";

const CLASSES: FrtbClass[] = ["equity", "commodity", "fx", "crypto"];
const MEASURES: FrtbMeasure[] = ["delta", "vega", "curvature"];
const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);

export function frtbRequirement(records: readonly FrtbSensitivity[], options: FrtbOptions = {}): Requirement {
  const { market, portfolio } = frtbDocuments(records);
  return core.margin(frtbModel(options), market, portfolio, { exact: false });
}

/** The twin's signature; `parameters` are not used. */
export const frtbByCore: Frtb = (_, records, options = {}) => frtbResult(frtbRequirement(records, options), records);

export function frtbResult(requirement: Requirement, records: readonly FrtbSensitivity[]): FrtbResult {
  const scenarios = Object.fromEntries(
    SCENARIOS.map((scenario) => [scenario, inScenario(requirement, records, scenario)]),
  ) as Record<Scenario, FrtbScenarioResult>;
  const worst = SCENARIOS.find((scenario) => scenarios[scenario].total === requirement.initial)!;
  return { total: requirement.initial, scenario: worst, scenarios };
}

function inScenario(
  requirement: Requirement,
  records: readonly FrtbSensitivity[],
  scenario: Scenario,
): FrtbScenarioResult {
  const result: FrtbScenarioResult = { total: requirement.outputs![scenario]!, classes: {} };
  for (const riskClass of CLASSES) {
    for (const measure of MEASURES) {
      if (!records.some((record) => record.riskClass === riskClass && record.measure === measure)) continue;
      const plain = `${riskClass}${capital(measure)}`;
      const node =
        requirement.nodes!.find(({ name }) => name === plain + capital(scenario)) ??
        requirement.nodes!.find(({ name }) => name === plain)!;
      (result.classes[riskClass] ??= {})[measure] = measureOf(node.groups[0]!);
    }
  }
  return result;
}

function measureOf({ value, driver }: NonNullable<Requirement["nodes"]>[number]["groups"][number]): FrtbMeasureResult {
  if (driver === undefined || !("buckets" in driver)) throw new Error("no buckets");
  const buckets = driver.buckets.map(({ keys, K, S, side }) => [keys.bucket, { K, S, ...(side ? { side } : {}) }]);
  return { risk: value, alternative: driver.limited === true, buckets: Object.fromEntries(buckets) };
}
