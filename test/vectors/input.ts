/** Reads the inputs of a case: every figure by its path, with an error that names it. */
import { isDecimal, type Decimal } from "../../bindings/documents/decimal.ts";
import { figureOf } from "./compare.ts";

/** The case does not say what its shape needs. */
export class Malformed extends Error {}
/** The shape is known, but the core has no way to it yet. */
export class NotBuilt extends Error {}

export class Input {
  constructor(
    readonly value: unknown,
    readonly path = "inputs",
  ) {}

  private get record(): Record<string, unknown> {
    if (this.value === null || typeof this.value !== "object" || Array.isArray(this.value))
      throw new Malformed(`${this.path}: expected an object`);
    return this.value as Record<string, unknown>;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.record, key) && this.record[key] !== null;
  }

  at(key: string | number): Input {
    const value = typeof key === "number" ? this.array[key] : this.record[key];
    return new Input(value, typeof key === "number" ? `${this.path}[${key}]` : `${this.path}.${key}`);
  }

  keys(): string[] {
    return Object.keys(this.record);
  }

  entries(): [string, Input][] {
    return this.keys().map((key) => [key, this.at(key)]);
  }

  private get array(): unknown[] {
    if (!Array.isArray(this.value)) throw new Malformed(`${this.path}: expected a list`);
    return this.value;
  }

  list(key?: string): Input[] {
    const list = key === undefined ? this : this.at(key);
    return list.array.map((_, i) => list.at(i));
  }

  /** A finite number, or a decimal string. */
  get number(): number {
    const number = figureOf(this.value);
    if (number === undefined || !Number.isFinite(number))
      throw new Malformed(`${this.path}: expected a finite number, was ${JSON.stringify(this.value)}`);
    return number;
  }

  get text(): string {
    if (typeof this.value !== "string")
      throw new Malformed(`${this.path}: expected text, was ${JSON.stringify(this.value)}`);
    return this.value;
  }

  num(key: string, otherwise?: number): number {
    return otherwise !== undefined && !this.has(key) ? otherwise : this.at(key).number;
  }

  /** A figure as it is written: a decimal in text has digits that no double holds. */
  figure(key: string, otherwise?: number): number | Decimal {
    const number = this.num(key, otherwise);
    const value = this.has(key) ? this.at(key).value : number;
    return isDecimal(value) ? value : number;
  }

  numbers(key?: string): number[] {
    return this.list(key).map((entry) => entry.number);
  }

  /** +1 call, −1 put. */
  callPut(key = "type"): 1 | -1 {
    const type = this.at(key).text.toLowerCase();
    if (type === "c" || type === "call") return 1;
    if (type === "p" || type === "put") return -1;
    throw new Malformed(`${this.path}.${key}: expected call or put, was "${type}"`);
  }
}
