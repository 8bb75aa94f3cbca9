/** What a set of scenarios demands of its own fields, and of a scan over it. */
import { MarginError } from "../error.ts";
import type { Profile, Row, Scan, Scenarios } from "./model.ts";

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

export function scenarioRules({ rows, array, settlement }: Scenarios, path: string): void {
  if (settlement) {
    const other = rows !== undefined ? "rows" : array !== undefined ? "array" : undefined;
    if (other !== undefined)
      throw new MarginError("NotTogether", `${path}.${other}`, "the rows of a set with `settlement` are the strikes");
    return;
  }
  if (rows === undefined) throw new MarginError("Missing", `${path}.rows`, "missing");
  if (array === undefined) return;
  rows.forEach((row, s) => {
    const field = Object.keys(row).find((key) => !GIVEN.has(key));
    if (field === undefined) return;
    const problem = `a row of a set with \`array\` is not repriced: it has ${[...GIVEN].join(", ")} only`;
    throw new MarginError("NotTogether", `${path}.rows[${s}].${field}`, problem, { row: s });
  });
}

/** The strikes that are held decide which rows there are: none can be named in the model. */
export function settlementRules({ reduce, profile }: Scan, path: string): void {
  if (reduce !== undefined && reduce !== "worst")
    throw new MarginError("NotTogether", `${path}.reduce`, 'a set with `settlement` has no rows to name: "worst" only');
  const visit = ({ worst, dampen, of }: Profile, at: string): void => {
    const field = worst !== undefined ? "worst" : dampen !== undefined ? "dampen" : undefined;
    if (field !== undefined)
      throw new MarginError("NotTogether", `${at}.${field}`, "rows of a set with `settlement` have no such field");
    of?.forEach((child, i) => visit(child, `${at}.of[${i}]`));
  };
  if (profile !== undefined) visit(profile, `${path}.profile`);
}
