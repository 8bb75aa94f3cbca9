/** Labels of scenario rows in words: `{spot}` stands for the row's spot move, filled in for a group. */
import { InstrumentKind, RowField } from "../../assembly/record/opcodes.ts";
import type { Node } from "../compile/graph.ts";
import { covers, type Level } from "../compile/levels.ts";
import type { CompiledSet } from "../compile/program.ts";
import type { Reader } from "./prepared.ts";

const SPOT = "{spot}";

/** Does some label of the set depend on the group? */
export function isFilled(set: CompiledSet): boolean {
  return set.rows.some((row) => row.label?.includes(SPOT));
}

export function labelsOf(reader: Reader, set: CompiledSet, level: Level, group: number): string[] {
  return set.rows.map(({ label }, s) =>
    label === undefined
      ? String(s)
      : label.replace(SPOT, () => spotMove(reader, set.fields[RowField.Spot]![s], level, group)),
  );
}

/** `−16 %`, where one move holds for the whole group. */
function spotMove(reader: Reader, field: Node | undefined, level: Level, group: number): string {
  if (field === undefined) return "0 %";
  const at = covers(level, field.level) ? field.level.groupOf[level.sample[group]!]! : -1;
  if (at < 0) return "spot";
  const percent = Math.round(reader.value(field, at) * 1e4) / 100;
  return `${percent < 0 ? "−" : percent > 0 ? "+" : ""}${Math.abs(percent)} %`;
}

/** Labels of an instrument's rows; of settlement prices those of its expiry, none where it does not expire. */
export function rowLabels(reader: Reader, set: CompiledSet, level: Level, instrument: number): string[] {
  if (set.settlement === undefined) return labelsOf(reader, set, level, instrument);
  const { kind } = reader.program.universe.items[instrument]!;
  const expires = kind === InstrumentKind.Option || kind === InstrumentKind.Future;
  return expires ? settlementPrices(set, instrument).map(settlementLabel) : [];
}

/** The prices of an instrument's expiry: 0, and the strikes that are listed. */
export function settlementPrices({ settlement }: CompiledSet, instrument: number): number[] {
  const { level, leaf } = settlement!.prices;
  const { lists } = leaf as { lists: readonly (readonly number[])[] };
  return lists[level.groupOf[instrument]!]!.filter((price) => !Number.isNaN(price));
}

export const settlementLabel = (price: number) => `settles at ${price}`;
