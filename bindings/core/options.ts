/** Options of a margin. They are as few as they look: one that is misspelt would change a margin without a word. */
import { MarginError, isPlain, step, unexpected } from "../error.ts";

export interface ExactOption {
  /** true (default): quantities are whole lots and every value is rounded to the quantum of its currency. false: fractional amounts, nothing rounded. */
  exact?: boolean;
}

export interface MarginOptions {
  /** false: totals only, without the tree and the hashes. Default true. */
  explain?: boolean;
}

const OPTIONS = ["exact", "explain"];

function checkOptions(options: ExactOption & MarginOptions): void {
  if (options === null || typeof options !== "object" || !isPlain(options))
    throw unexpected("WrongType", "options", "an object", options);
  for (const [name, value] of Object.entries(options)) {
    if (!OPTIONS.includes(name))
      throw new MarginError("UnknownOption", `options${step(name)}`, `no option; there are ${OPTIONS.join(" and ")}`);
    if (value !== undefined && typeof value !== "boolean")
      throw unexpected("WrongType", `options${step(name)}`, "true or false", value);
  }
}

/** @throws MarginError `WrongType`, `UnknownOption` */
export function isExact(options: ExactOption & MarginOptions): boolean {
  checkOptions(options);
  return options.exact !== false;
}

/** @throws MarginError `WrongType`, `UnknownOption` */
export function isExplained(options: ExactOption & MarginOptions): boolean {
  checkOptions(options);
  return options.explain !== false;
}
