/** What valibot found, as the one error of this package: path, broken rule, and plain words. */
import type * as v from "valibot";
import { MarginError, step, unexpected } from "../error.ts";

type Issue = v.BaseIssue<unknown>;
interface Found {
  issue: Issue;
  path: (string | number)[];
  expected: string;
}

/** The first issue; where alternatives failed, that of the alternative which got deepest. */
export function issueError(root: string, issues: readonly Issue[]): MarginError {
  const { issue, path, expected } = deepest(issues[0]!, []);
  const field = root + path.map(step).join("");
  const key = path.at(-1);
  if (issue.type === "strict_object" && issue.expected === "never") {
    return new MarginError("UnknownField", field, "unknown field", withRow(path, issue.path?.at(-1)?.value));
  }
  if (issue.path?.at(-1)?.origin === "key" && issue.input === undefined) {
    const problem = issue.message.startsWith(VALIBOTS) ? "missing" : `missing; expected ${issue.message}`;
    return new MarginError("Missing", field, problem, withRow(path, undefined));
  }
  return unexpected(code(issue, key), field, expected, issue.input);
}

function withRow(path: (string | number)[], value: unknown): { value: unknown; row?: number } {
  const row = path.find((key) => typeof key === "number");
  return row === undefined ? { value } : { value, row };
}

function deepest(issue: Issue, above: (string | number)[]): Found {
  const path = [...above, ...(issue.path ?? []).map((item) => item.key as string | number)];
  if (issue.type !== "union" || issue.issues === undefined) return { issue, path, expected: words(issue) };
  const found = issue.issues.map((branch) => deepest(branch, path));
  const depth = Math.max(...found.map((branch) => branch.path.length));
  const best = found.filter((branch) => branch.path.length === depth);
  if (depth > path.length || best.length === 1) return best[0]!;
  return { issue, path, expected: either([...new Set(best.map((branch) => branch.expected))]) };
}

function either(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

const TYPES: Record<string, string> = {
  number: "a number",
  boolean: "true or false",
  string: "text",
  Object: "an object",
  Array: "a list",
  never: "no further entry",
  finite: "a finite number",
  integer: "a whole number",
  non_empty: "at least one entry",
};

/** How its own messages begin; others are ours, and say what was expected. */
const VALIBOTS = "Invalid ";

function words(issue: Issue): string {
  if (!issue.message.startsWith(VALIBOTS)) return issue.message;
  switch (issue.type) {
    case "gt_value":
      return `> ${String(issue.requirement)}`;
    case "min_length":
      return `at least ${String(issue.requirement)} entries`;
    case "min_value":
      return `at least ${String(issue.requirement)}`;
    case "max_value":
      return `at most ${String(issue.requirement)}`;
    case "max_length":
      return `at most ${String(issue.requirement)} characters`;
    case "non_empty":
      return typeof issue.input === "string" ? "text that is not empty" : "at least one entry";
    case "finite":
    case "integer":
      return TYPES[issue.type]!;
  }
  const parts = (issue.expected ?? "another value").replace(/^\((.*)\)$/, "$1").split(" | ");
  return either(parts.map((part) => TYPES[part] ?? part));
}

function code(issue: Issue, key: string | number | undefined): string {
  switch (issue.type) {
    case "gt_value":
      return `${typeof key === "string" ? key[0]!.toUpperCase() + key.slice(1) : "Value"}NotPositive`;
    case "finite":
      return "NotFinite";
    case "integer":
      return "NotWhole";
    case "min_value":
    case "max_value":
      return "OutOfRange";
    case "min_length":
      return "TooShort";
    case "max_length":
      return "TooLong";
    case "non_empty":
      return "Empty";
    case "literal":
    case "picklist":
    case "variant":
      return issue.type === "variant" && issue.path === undefined ? "WrongType" : "NotOneOf";
    case "regex":
    case "check":
      return issue.type === "check" && Array.isArray(issue.input) ? "NotAscending" : "BadText";
    default:
      return typeof issue.input === "number" && !Number.isFinite(issue.input) ? "NotFinite" : "WrongType";
  }
}
