/** What a set of scenarios demands of its own fields. */
import { MarginError } from "../error.ts";
import type { Row, Scenarios } from "./model.ts";

/** Fields of rows whose risk arrays are given; `spot` and `currency` move the value of settlement currencies. */
const GIVEN: ReadonlySet<string> = new Set<keyof Row>([
  "label",
  "slice",
  "spot",
  "currency",
  "weight",
  "dampener",
  "either",
]);

export function scenarioRules({ rows, array }: Scenarios, path: string): void {
  if (rows === undefined) throw new MarginError("Missing", `${path}.rows`, "missing");
  if (array === undefined) return;
  rows.forEach((row, s) => {
    const field = Object.keys(row).find((key) => !GIVEN.has(key));
    if (field === undefined) return;
    const problem = `a row of a set with \`array\` is not repriced: it has ${[...GIVEN].join(", ")} only`;
    throw new MarginError("NotTogether", `${path}.rows[${s}].${field}`, problem, { row: s });
  });
}
