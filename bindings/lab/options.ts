/** Options as a caller gives them: which names there are. */
import { MarginError, step, unexpected } from "../error.ts";

/** A slip in an option's name must not pass for its default. */
export function checkOptionNames(options: unknown, known: readonly string[]): void {
  if (options === null || typeof options !== "object") throw unexpected("WrongType", "options", "an object", options);
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const like = known.find((key) => key.toLowerCase() === unknown.toLowerCase());
  const hint = like === undefined ? `there is ${known.join(", ")}` : `did you mean ${like}?`;
  throw new MarginError("UnknownField", `options${step(unknown)}`, `unknown field; ${hint}`);
}

/** @throws MarginError where there is no list of objects */
export function checkRows(rows: unknown, field: string, one: string): asserts rows is object[] {
  if (!Array.isArray(rows)) throw unexpected("WrongType", field, "a list", rows);
  rows.forEach((row: unknown, i) => {
    if (row === null || typeof row !== "object") throw unexpected("WrongType", `${field}[${i}]`, one, row);
  });
}
