/** The Basel sensitivities-based method: rows of one class and measure → the charge at low, medium and high correlation, and its buckets. */
import { frtbRecords } from "../../../bindings/formats/frtb.ts";
import { frtbByCore } from "../../models/core-frtb.ts";
import { basel } from "../../reference/sensitivities/basel-parameters.ts";
import {
  SCENARIOS,
  type FrtbClass,
  type FrtbMeasure,
  type Scenario,
} from "../../reference/sensitivities/frtb-types.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { Malformed, type Input } from "../input.ts";

/**
 * Rows with the case's class and measure. `namesFrom … namesTo` stands for as many rows with an amount each; a `divisor` says by what a CVR was
 * divided before it was written down, which the row undoes for the model to do.
 */
function rowsOf(inputs: Input): object[] {
  const [riskClass, measure] = [inputs.at("riskClass").text, inputs.at("measure").text];
  return inputs.list("rows").flatMap((row): object[] => {
    const cells = { riskClass, measure, ...(row.value as object) };
    if (row.has("namesFrom")) {
      const [from, to] = [row.num("namesFrom"), row.num("namesTo")];
      const amount = row.num("amountEach");
      return Array.from({ length: to - from + 1 }, (_, i) => ({ ...cells, name: `name ${from + i}`, amount }));
    }
    if (!row.has("divisor")) return [cells];
    const divisor = row.num("divisor");
    const undone = { cvrUp: row.num("cvrUp") * divisor, cvrDown: row.num("cvrDown") * divisor };
    return [{ ...cells, ...undone, divisible: divisor > 1 ? "yes" : "no" }];
  });
}

function run(inputs: Input): Answer {
  const cryptoScenarios = inputs.has("cryptoScenarios") && inputs.at("cryptoScenarios").value === true;
  const { scenarios } = frtbByCore(basel, frtbRecords(rowsOf(inputs)), { divideFxCurvature: true, cryptoScenarios });
  const [riskClass, measure] = [inputs.at("riskClass").text as FrtbClass, inputs.at("measure").text as FrtbMeasure];
  const own = (scenario: Scenario) => scenarios[scenario].classes[riskClass]![measure]!;
  const each = <T>(of: (scenario: Scenario) => T) => Object.fromEntries(SCENARIOS.map((one) => [one, of(one)]));
  const got: Record<string, unknown> = {
    ...each((scenario) => scenarios[scenario].total),
    alternativeSb: each((scenario) => (own(scenario).alternative ? 1 : 0)),
  };
  if (inputs.has("bucketScenario")) {
    const scenario = SCENARIOS.find((one) => one === inputs.at("bucketScenario").value);
    if (scenario === undefined) throw new Malformed(`${inputs.path}.bucketScenario: expected low, medium or high`);
    const figures = Object.entries(own(scenario).buckets).map(([name, { K, S }]) => [name, { kb: K, sb: S }]);
    got.buckets = Object.fromEntries(figures);
  }
  return { got };
}

export const frtb: Adapter[] = [{ family: "Basel sensitivities-based method", knows: named("frtb"), run }];
