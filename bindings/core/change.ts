/** A change of an account as a caller gives it: what it may have, and what is wrong with one that is none. */
import { MarginError, step, unexpected } from "../error.ts";

/** A quantity that is added to the position in an instrument, or to the balance of a currency; < 0 takes away. */
export interface Change {
  instrument: string;
  lots?: number;
  amount?: number;
  /**
   * Price at which it enters, as of a position: its result from there to the mark counts. Without it the quantity enters, or leaves, at the
   * mark. To take lots away with their result, give the entry that they came with.
   */
  entry?: number;
}

const FIELDS = ["instrument", "lots", "amount", "entry"];

/** @throws MarginError at `changes[i]`, where a list of anything has no change */
export function checkChange(change: unknown, row: number): asserts change is Change {
  const at = `changes[${row}]`;
  if (change === null || typeof change !== "object") throw unexpected("WrongType", at, "an object", change);
  const stray = Object.keys(change).find((name) => !FIELDS.includes(name));
  if (stray !== undefined) {
    const problem = `unknown field; there are ${FIELDS.join(", ")}`;
    throw new MarginError("UnknownField", `${at}${step(stray)}`, problem, { row });
  }
  const { instrument, lots, amount, entry } = change as { [field in keyof Change]?: unknown };
  if (typeof instrument !== "string") throw unexpected("WrongType", `${at}.instrument`, "text", instrument);
  if ((lots === undefined) === (amount === undefined))
    throw new MarginError("LotsOrAmount", at, "expected either lots or amount", { row, value: change });
  const given = lots ?? amount;
  if (typeof given !== "number")
    throw unexpected("WrongType", `${at}.${lots === undefined ? "amount" : "lots"}`, "a number", given);
  if (entry === undefined) return;
  if (typeof entry !== "number") throw unexpected("WrongType", `${at}.entry`, "a number", entry);
  if (!(entry > 0 && entry < Infinity)) throw unexpected("EntryNotPositive", `${at}.entry`, "> 0", entry);
}
