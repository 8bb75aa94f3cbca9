/** The tables that the core reads smiles from: SVI slices of an underlying, volatilities by strike of an expiry. */
import { MarginError, unexpected } from "../error.ts";
import type { Instrument } from "../documents/market.ts";
import { describe, figureAt, type FigureTable } from "./facts.ts";
import type { Level, Levels } from "./levels.ts";

export const MS_PER_DAY = 86_400_000;
export const MS_PER_YEAR = 365 * MS_PER_DAY;
/** Facts of a slice, at its underlying and expiry. */
const SVI = ["sviA", "sviB", "sviRho", "sviM", "sviSigma"];

/** One table, or none, for each group of a level. */
interface Tables {
  level: Level;
  tables: (number[][] | undefined)[];
}

export function hasSlices(facts: FigureTable): boolean {
  return facts.get(SVI[0]!) !== undefined;
}

/**
 * Event-weighted years to the expiry of a group: the market's `eventTau`, or calendar time where it gives none for the underlying.
 * NaN where it gives some for the underlying, but not for this expiry: two clocks cannot be mixed.
 */
export function eventTime(facts: FigureTable, group: Record<string, string | number>, asOf: number): number {
  const clock = facts.get("eventTau");
  const given = clock === undefined ? undefined : figureAt(clock, group);
  if (typeof given === "number") return given;
  const others = clock?.buckets.flatMap((bucket) => bucket.values("expiry")) ?? [];
  const isTimed = others.some((expiry) => figureAt(clock!, { ...group, expiry: String(expiry) }) !== undefined);
  return isTimed ? NaN : (Date.parse(String(group["expiry"])) - asOf) / MS_PER_YEAR;
}

/** [years (`eventTau` where the market gives it), a, b, rho, m, sigma] by expiry; undefined where the market has no slices. */
export function sliceTables(facts: FigureTable, levels: Levels, asOf: number): Tables | undefined {
  const parts = SVI.map((name) => facts.get(name));
  const first = parts[0];
  if (first === undefined) return undefined;
  const level = levels.of([...new Set(first.buckets.flatMap(({ keys }) => keys))].filter((key) => key !== "expiry"));
  const expiries = [...new Set(first.buckets.flatMap((bucket) => bucket.values("expiry")))].map(String).sort();
  const tables = level.groups.map((group) => {
    let before = 0;
    const rows = expiries.flatMap((expiry) => {
      const numbers = parts.map((part) => (part === undefined ? undefined : figureAt(part, { ...group, expiry })));
      if (numbers[0] === undefined) return [];
      const missing = numbers.findIndex((x) => typeof x !== "number");
      if (missing >= 0)
        throw new MarginError(
          "MissingFact",
          first.path,
          `the slice of ${describe({ ...group, expiry })} has no "${SVI[missing]}"`,
        );
      if (Date.parse(expiry) <= asOf) return [];
      const time = eventTime(facts, { ...group, expiry }, asOf);
      if (!(time > before)) {
        const expected = `more than ${before} (it rises with the expiry)`;
        const field = `${facts.get("eventTau")?.path ?? "eventTau"} of ${describe({ ...group, expiry })}`;
        throw unexpected("OutOfRange", field, expected, Number.isNaN(time) ? undefined : time);
      }
      before = time;
      return [[time, ...(numbers as number[])]];
    });
    return rows.length === 0 ? undefined : rows;
  });
  return { level, tables };
}

/** [strike, vol], ascending, of all that the market lists; undefined where it has no vols. */
export function strikeTables(facts: FigureTable, levels: Levels, listed: Instrument[]): Tables | undefined {
  const vols = facts.get("vol");
  if (vols === undefined) return undefined;
  const level = levels.of(["underlying", "expiry", "settlement"]);
  const tables = level.groups.map((group) => {
    const at = new Map<number, number>();
    for (const { id, ...fields } of listed) {
      if (
        fields.kind !== "option" ||
        fields.underlying !== group["underlying"] ||
        fields.expiry !== group["expiry"] ||
        fields.settlement !== group["settlement"]
      )
        continue;
      const vol = figureAt(vols, {
        ...(fields as Record<string, unknown> as Record<string, string | number>),
        instrument: id,
      });
      if (typeof vol === "number" && !at.has(fields.strike!)) at.set(fields.strike!, vol);
    }
    return at.size === 0 ? undefined : [...at].sort(([a], [b]) => a - b);
  });
  return { level, tables };
}
