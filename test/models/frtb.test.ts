/** The Basel method by the core against the twin: traps, and random portfolios with every bucket. */
import { expect, test } from "vitest";
import { basel } from "../reference/sensitivities/basel-parameters.ts";
import { frtb } from "../reference/sensitivities/frtb.ts";
import { frtbTraps } from "../reference/sensitivities/frtb-traps.ts";
import { SCENARIOS, type FrtbClass, type FrtbMeasure } from "../reference/sensitivities/frtb-types.ts";
import { randomFrtb } from "../reference/sensitivities/random-frtb.ts";
import { frtbByCore, frtbRequirement } from "./core-frtb.ts";

frtbTraps("the Basel method by the core", frtbByCore);

test.each([{}, { divideFxCurvature: true }, { cryptoScenarios: true }])(
  "random portfolios, %o: value, K, S and side are the twin's",
  (options) => {
    for (let seed = 1; seed <= 15; seed++) {
      const records = randomFrtb(basel, seed, seed <= 5 ? 30 : 300);
      const [ours, theirs] = [frtbByCore(basel, records, options), frtb(basel, records, options)];
      const near = (what: string, actual: number, expected: number) => {
        if (!(Math.abs(actual - expected) <= 1e-13 * theirs.total))
          expect.fail(`seed ${seed} ${what}: ${actual} against ${expected}`);
      };
      near("total", ours.total, theirs.total);
      expect(ours.scenario).toBe(theirs.scenario);
      for (const scenario of SCENARIOS) {
        near(scenario, ours.scenarios[scenario].total, theirs.scenarios[scenario].total);
        for (const [riskClass, measures] of Object.entries(theirs.scenarios[scenario].classes)) {
          for (const [measure, expected] of Object.entries(measures)) {
            const found = ours.scenarios[scenario].classes[riskClass as FrtbClass]![measure as FrtbMeasure]!;
            const where = `${scenario} ${riskClass} ${measure}`;
            near(where, found.risk, expected.risk);
            // K of buckets that are added is all there is of coins
            if (riskClass !== "crypto") expect(found.alternative, where).toBe(expected.alternative);
            expect(Object.keys(found.buckets).sort(), where).toEqual(Object.keys(expected.buckets).sort());
            for (const [bucket, { K, S, side }] of Object.entries(expected.buckets)) {
              near(`${where} K ${bucket}`, found.buckets[bucket]!.K, K);
              near(`${where} S ${bucket}`, found.buckets[bucket]!.S, S);
              expect(found.buckets[bucket]!.side, where).toBe(side);
            }
          }
        }
      }
    }
  },
);

test("the order of rows changes no bit", () => {
  const records = randomFrtb(basel, 9, 250);
  const { initial, outputs } = frtbRequirement(records);
  const other = frtbRequirement([...records].reverse());
  expect({ initial: other.initial, outputs: other.outputs }).toEqual({ initial, outputs });
});
