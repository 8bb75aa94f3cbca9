/** The one error that this package raises: a rule that was broken, where, and by what. */

export interface MarginErrorDetails {
  /** Row of the array in which the fault lies. */
  row?: number;
  value?: unknown;
  cause?: unknown;
}

export class MarginError extends Error {
  override readonly name = "MarginError";
  /** The broken rule, for programs: `StrikeNotPositive`. Messages may be reworded, codes may not. */
  readonly code: string;
  /** Where: a JSON path with the document as its root (`market.currencies[1].price`), or an argument with its row. */
  readonly field: string;
  readonly row?: number;
  readonly value?: unknown;

  constructor(code: string, field: string, problem: string, details: MarginErrorDetails = {}) {
    super(`${field}: ${problem}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.field = field;
    if (details.row !== undefined) this.row = details.row;
    if ("value" in details) this.value = details.value;
  }
}

/** `market.currencies[1].price: expected > 0, was -3`. Without a `row` it is the first index in `field`. */
export function unexpected(code: string, field: string, expected: string, value: unknown, row?: number): MarginError {
  const index = row ?? firstIndex(field);
  return new MarginError(
    code,
    field,
    `expected ${expected}, was ${short(value)}`,
    index === undefined ? { value } : { value, row: index },
  );
}

function firstIndex(field: string): number | undefined {
  const found = /\[(\d+)\]/.exec(field);
  return found === null ? undefined : Number(found[1]);
}

const LONGEST = 48;

/** A value in a message: short, on one line, and telling `"3"` from `3`. */
export function short(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  switch (typeof value) {
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "string":
      return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value);
    case "boolean":
      return String(value);
    case "object":
      if (!isPlain(value)) return ofClass(value);
      return Object.keys(value).length === 0 ? "an empty object" : "an object";
    case "bigint":
      return `${value}n`;
    default:
      return `a ${typeof value}`;
  }
}

/** `a Map`, `an Int32Array`; of a class without such a name, `an object of a class`. */
function ofClass(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === "Object" ? "an object of a class" : `${/^[AEIOU]/.test(tag) ? "an" : "a"} ${tag}`;
}

/** Is it an object as JSON has them, whose own fields are all that it holds? Not of a class, such as Map or Date; of any realm. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** One step of a JSON path: `[3]`, `.price`, or `["odd key"]`. */
export function step(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
