/** Schema of the requirement document, for its JSON Schema and for tests: what the library gives is not checked again at run time. */
import * as v from "valibot";
import { finite } from "./expression.ts";
import type { Requirement } from "./requirement.ts";
import type { Same } from "./same.ts";

const numbers = v.record(v.string(), finite);
const hash = v.pipe(v.string(), v.nonEmpty());

const keys = v.record(v.string(), v.union([v.string(), finite]));
const oneOrTwo = v.union([finite, v.strictTuple([finite, finite])]);

const driver = v.union([
  v.strictObject({
    row: v.pipe(v.number(), v.integer(), v.minValue(0)),
    label: v.string(),
    profile: v.array(finite),
    labels: v.optional(v.array(v.string())),
  }),
  v.strictObject({ argument: v.pipe(v.number(), v.integer(), v.minValue(0)), name: v.string() }),
  v.strictObject({ pairs: v.array(finite) }),
  v.strictObject({
    buckets: v.array(
      v.strictObject({
        keys,
        K: finite,
        S: finite,
        special: v.optional(v.literal(true)),
        floored: v.optional(v.literal(true)),
        side: v.optional(v.picklist(["up", "down"])),
        factors: v.array(
          v.strictObject({ keys, sensitivity: oneOrTwo, weighted: oneOrTwo, concentration: v.optional(finite) }),
        ),
      }),
    ),
    tails: v.optional(
      v.array(
        v.strictObject({
          special: v.optional(v.literal(true)),
          sum: finite,
          theta: finite,
          lambda: finite,
          root: finite,
        }),
      ),
    ),
    limited: v.optional(v.literal(true)),
    floored: v.optional(v.literal(true)),
  }),
]);
export const requirementGroup = v.strictObject({
  keys,
  unit: v.string(),
  value: finite,
  driver: v.optional(driver),
  shares: v.optional(v.array(v.strictTuple([v.string(), finite]))),
  rescaled: v.optional(v.literal(true)),
  fixed: v.optional(v.literal(true)),
});
export const requirementNode = v.strictObject({
  name: v.string(),
  kind: v.picklist(["scan", "amount", "spread", "formula", "correlated", "result"]),
  unit: v.string(),
  value: v.optional(finite),
  of: v.array(v.string()),
  groups: v.array(requirementGroup),
});
export const requirement = v.strictObject({
  format: v.literal(1),
  model: v.strictObject({ id: v.string(), edition: v.string(), hash: v.optional(hash) }),
  market: v.strictObject({ asOf: v.string(), hash: v.optional(hash) }),
  currency: v.string(),
  equity: finite,
  initial: finite,
  maintenance: finite,
  excess: finite,
  outputs: v.optional(numbers),
  rounding: v.optional(numbers),
  exposures: v.optional(
    v.record(v.string(), v.array(v.strictObject({ keys, net: finite, long: finite, short: finite }))),
  ),
  nodes: v.optional(v.array(requirementNode)),
});

true satisfies Same<Requirement, v.InferOutput<typeof requirement>>;
