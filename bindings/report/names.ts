/** Names of documents as a person reads them. */
import type { RequirementGroup } from "../documents/requirement.ts";

/** Order in which keys are said; the others follow. */
const ORDER = ["instrument", "underlying", "settlement", "expiry", "strike", "callPut", "kind", "payoff"];

/** `standardTable` → `standard table`, `delta2a` → `delta 2a`, `equityInUsd` → `equity in USD`, where USD is one of `currencies`. */
export function words(name: string, currencies: ReadonlySet<string> = new Set()): string {
  return name
    .split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z]{3})(?=\d)/)
    .map((word) =>
      currencies.has(word.toUpperCase()) ? word.toUpperCase() : /^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase(),
    )
    .join(" ");
}

type Keys = RequirementGroup["keys"];

/**
 * The fewest keys that tell a group from its `siblings`, without those that `above` has said: `BTC`, `BTC 2026-03-27`, `BTC linear`.
 */
export function placeOf(keys: Keys, siblings: readonly Keys[], above: Keys = {}): string {
  const said = new Set(Object.entries(above).map(([key, value]) => word(key, value)));
  const names = Object.keys(keys).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const chosen: string[] = [];
  let alike = siblings.filter((other) => other !== keys);
  for (const name of names) {
    const text = word(name, keys[name]!);
    const isPlace = name === "underlying" || name === "settlement" || name === "instrument";
    const tells = alike.some((other) => other[name] !== keys[name]);
    if (Object.hasOwn(above, name) || !(isPlace || tells)) continue;
    if (!said.has(text)) chosen.push(text);
    said.add(text);
    alike = alike.filter((other) => other[name] === keys[name]);
    if (name === "instrument") break;
  }
  return chosen.join(" ");
}

function rank(key: string): number {
  const i = ORDER.indexOf(key);
  return i < 0 ? ORDER.length : i;
}

function word(key: string, value: string | number): string {
  if (key === "callPut") return value === 1 ? "call" : "put";
  if (key === "expiry") return moment(String(value));
  return String(value);
}

/** `2026-03-27T08:00:00Z` → `2026-03-27`; other hours of the day stay: `2026-03-27 09:30`. */
export function moment(text: string): string {
  return text
    .replace(/T08:00:00Z$/, "")
    .replace(/T(\d{2}:\d{2})(?::00)?Z$/, " $1")
    .replace("T", " ")
    .replace(/Z$/, "");
}
