/** Event-weighted time, computed by the lab module. */
import { unexpected } from "../error.ts";
import type { LabExports } from "./exports.ts";
import { checkRows } from "./options.ts";
import { momentOf } from "./quotes.ts";
import { outOfMemory } from "../core/failure.ts";
import type { Clock } from "./types.ts";

const HOURS_OF_WEEK = 168;
const DAYS_OF_YEAR = 365;

/**
 * Years between two moments by a clock.
 *
 * @throws MarginError `OutOfRange`, naming the field, for a weight that is not > 0 or days that are not ≥ 0
 */
export function eventTime(exports: LabExports, from: number, to: number, clock: Clock, path: string): number {
  if (clock === null || typeof clock !== "object") throw unexpected("WrongType", path, "an object", clock);
  const { weekend = 1, events = [] } = clock;
  if (!(weekend > 0 && weekend < Infinity)) throw unexpected("OutOfRange", `${path}.weekend`, "> 0", weekend);
  checkRows(events, `${path}.events`, "an event");
  const moments = events.map(({ at }, i) => momentOf(at, `${path}.events[${i}].at`) / 1000);
  const extra = events.map(({ days }, i) => {
    if (!(days >= 0 && days < Infinity))
      throw unexpected("OutOfRange", `${path}.events[${i}].days`, "at least 0", days);
    return days / DAYS_OF_YEAR;
  });
  const bytes = 8 * (HOURS_OF_WEEK + 2 * events.length);
  const memory = exports.allocate(bytes);
  if (memory === 0) throw outOfMemory(bytes);
  try {
    const at = memory + 8 * HOURS_OF_WEEK;
    exports.fillWeek(weekend, memory);
    new Float64Array(exports.memory.buffer, at, 2 * events.length).set([...moments, ...extra]);
    return exports.eventTime(from / 1000, to / 1000, memory, events.length, at, at + 8 * events.length);
  } finally {
    exports.release(memory);
  }
}
