/** What the contracts of a SPAN file are called as instruments, and when they expire. */
import type { SpanCommodity, SpanContract, SpanFile } from "../../formats/span-types.ts";
import { unexpected } from "../../error.ts";

/** `XU030-201606S0-104-C`, `XU030-201606S0`, `XU030-PHY`; where a commodity has several of one name, the product's code stands behind it. */
export function instrumentsOf(commodity: SpanCommodity): Map<string, SpanContract> {
  const named = new Map<string, SpanContract>();
  for (const contract of commodity.contracts) {
    const plain = nameOf(commodity.id, contract);
    let name = plain;
    for (let k = 1; named.has(name); k++) name = `${plain}-${contract.product}${k === 1 ? "" : `-${k}`}`;
    named.set(name, contract);
  }
  return named;
}

function nameOf(commodity: string, { kind, period, strike, callPut }: SpanContract): string {
  if (kind === "physical") return `${commodity}-PHY`;
  const future = `${commodity}-${period}`;
  return kind === "future" ? future : `${future}-${strike}-${callPut === 1 ? "C" : "P"}`;
}

/** The end of the day of settlement: a contract is margined through it. */
export const expiryOf = ({ settles }: SpanContract): string =>
  settles === undefined ? "perpetual" : `${settles}T23:59:59Z`;

/** @throws MarginError `WrongType` for what `parseSpan` has not made */
export function checkFile(file: SpanFile): void {
  for (const list of ["commodities", "points", "spreads"] as const)
    if (!Array.isArray(file?.[list])) throw unexpected("WrongType", "file", "a SPAN file, as parseSpan gives it", file);
}

/** The currency of most commodities, in which a margin over all of them is. */
export function currencyOf(file: SpanFile): string {
  checkFile(file);
  const { commodities } = file;
  const counts = new Map<string, number>();
  for (const { currency } of commodities) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return most?.[0] ?? "USD";
}
