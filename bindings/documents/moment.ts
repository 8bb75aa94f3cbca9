/** Moments: ISO 8601 with a zone. Read without the host's parser, so that every host accepts the same texts. */

/** Seconds may be missing; a zone may not: `2026-02-05T08:00:00Z`, `2026-02-05T09:00+01:00`. */
export const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const PARTS = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** @returns milliseconds since 1970 (what is below a millisecond is cut off), or NaN where the text is no moment that exists */
export function milliseconds(text: string): number {
  const p = PARTS.exec(text);
  if (p === null) return NaN;
  const year = Number(p[1]);
  const month = Number(p[2]);
  const day = Number(p[3]);
  const hour = Number(p[4]);
  const minute = Number(p[5]);
  const second = Number(p[6] ?? 0);
  const zoneHour = Number(p[9] ?? 0);
  const zoneMinute = Number(p[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59 || year < 1970) return NaN;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return NaN; // 30 February
  const zone = (zoneHour * 60 + zoneMinute) * (p[8] === "-" ? -60_000 : 60_000);
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + Number(`${p[7] ?? ""}000`.slice(0, 3)) - zone;
}

/** The one text of a moment, so that equal moments are equal keys: `2026-02-05T08:00:00Z`, with milliseconds only where there are any. */
export function momentText(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** `text` in the form of `momentText`; what is no moment ("perpetual") stays. */
export function canonical(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return text;
  const at = milliseconds(text);
  return Number.isNaN(at) ? text : momentText(at);
}
