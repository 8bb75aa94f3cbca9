/** Records as a caller gives them to a model's documents: the shape that readers of text and of rows give them. */
import type { Scalar } from "../documents/expression.ts";
import type { Instrument } from "../documents/market.ts";
import { unexpected } from "../error.ts";

/** @throws MarginError at `records[17]`, where something else than a record stands */
export function checkRecords(records: unknown): void {
  if (!Array.isArray(records)) throw unexpected("WrongType", "records", "a list of records", records);
  records.forEach((record: unknown, row) => {
    if (record === null || typeof record !== "object")
      throw unexpected("WrongType", `records[${row}]`, "a record", record, row);
  });
}

/** @throws MarginError at `records[17].qualifier`, where the record lacks a field, or has another kind of value there */
export function checkFields(record: object, row: number, texts: readonly string[], numbers: readonly string[]): void {
  const fields = record as Record<string, unknown>;
  for (const name of texts)
    if (typeof fields[name] !== "string")
      throw unexpected("WrongType", `records[${row}].${name}`, "text", fields[name], row);
  for (const name of numbers)
    if (!Number.isFinite(fields[name]))
      throw unexpected("NotFinite", `records[${row}].${name}`, "a finite number", fields[name], row);
}

/** Instruments in the order of their names, so that equal sets of records make equal markets. */
export const byName = (instruments: ReadonlyMap<string, Instrument>): Instrument[] =>
  [...instruments.values()].sort((a, b) => (a.id < b.id ? -1 : 1));

/** One name of several texts; of other texts it is another, since a bar inside one is told from a bar between them. */
export const joined = (texts: readonly Scalar[]): string =>
  texts.map((text) => String(text).replace(/[\\|]/g, "\\$&")).join("|");
