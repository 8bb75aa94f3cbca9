/** Types of what a caller hands over: the compiler sees those of TypeScript, nobody those of JavaScript and JSON. */
import { MarginError, step, unexpected } from "../error.ts";

/** @throws MarginError `WrongType` */
export function checkNumber(field: string, value: unknown): asserts value is number {
  if (typeof value !== "number") throw unexpected("WrongType", field, "a number", value);
}

/** @throws MarginError `WrongType` */
export function checkText(field: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw unexpected("WrongType", field, "text", value);
}

/** @throws MarginError `WrongType` */
export function checkFlag(field: string, value: unknown): asserts value is boolean | undefined {
  if (value !== undefined && typeof value !== "boolean") throw unexpected("WrongType", field, "true or false", value);
}

/** @throws MarginError `WrongType` */
export function checkList(field: string, value: unknown): asserts value is unknown[] {
  if (!Array.isArray(value)) throw unexpected("WrongType", field, "a list", value);
}

/** @throws MarginError `WrongType` */
export function checkObject(field: string, value: unknown): asserts value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw unexpected("WrongType", field, "an object", value);
}

/**
 * @param known names of the options that there are
 * @throws MarginError `WrongType`, `UnknownOption`
 */
export function checkOptions(options: unknown, known: readonly string[]): void {
  checkObject("options", options);
  for (const name of Object.keys(options))
    if (!known.includes(name))
      throw new MarginError("UnknownOption", `options${step(name)}`, `no option; there are ${known.join(", ")}`);
}

/** @throws MarginError `WrongType` where it is no core, as a `load` gives it */
export function checkCore(core: unknown): void {
  const { memory } = (core as { wasm?: { memory?: unknown } } | null | undefined)?.wasm ?? {};
  if (!(memory instanceof WebAssembly.Memory))
    throw unexpected("WrongType", "core", "a core, as loadSync() gives it", core);
}

function checkMethods(field: string, value: unknown, names: readonly string[]): void {
  checkObject(field, value);
  for (const name of names)
    if (typeof (value as Record<string, unknown>)[name] !== "function")
      throw unexpected("WrongType", `${field}.${name}`, "a function", (value as Record<string, unknown>)[name]);
}

/** @throws MarginError `WrongType` */
export function checkLog(log: unknown): void {
  checkMethods("log", log, ["append", "read", "last", "close"]);
}

/** @throws MarginError `WrongType` */
export function checkJournal(journal: unknown): void {
  checkMethods("journal", journal, ["append", "read", "saveSnapshot", "latestSnapshot", "close"]);
}

const DEEPEST = 100;

/**
 * A copy as it comes back out of JSON: without fields that are undefined, and 0 for −0. NaN and ±∞ stay, for who reads them to refuse.
 *
 * @throws MarginError `WrongType` where JSON has nothing like it, `TooDeep`
 */
export function plain<T>(field: string, value: T): T {
  return copied(field, value, 0) as T;
}

function copied(field: string, value: unknown, depth: number): unknown {
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value !== "object") throw unexpected("WrongType", field, "what JSON can hold", value);
  if (depth === DEEPEST) throw new MarginError("TooDeep", field, "nested too deeply");
  if (Array.isArray(value)) return value.map((part, i) => copied(field + step(i), part, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => [key, copied(field + step(key), part, depth + 1)]),
  );
}
