/**
 * What accounts hold, as hashes. The digest of an account is the SHA-256 of the canonical JSON (RFC 8785) of
 *
 *   [name, [[currency, balance, cost], …], [[instrument, lots, bids, asks], …]]
 *
 * by currency and by instrument, without currencies of which there is nothing: shortest decimals tell every double, so equal digests are equal
 * bits. The checksum of a venue is the SHA-256 of its lines `name digest\n` by name (as JSON), so parts can be put together.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { unexpected } from "../error.ts";
import type { StoredAccount } from "./record.ts";

const byFirst = ([a]: readonly unknown[], [b]: readonly unknown[]) => ((a as string) < (b as string) ? -1 : 1);

export function digestOf(
  name: string,
  currencies: readonly string[],
  { balances, costs, rows }: StoredAccount,
  idOf: (instrument: number) => string,
): string {
  const money = currencies
    .map((currency, c) => [currency, balances[c]!, costs[c]!] as const)
    .filter(([, balance, cost]) => balance !== 0 || cost !== 0)
    .sort(byFirst);
  const held = rows
    .map(({ instrument, lots, bids, asks }) => [idOf(instrument), lots, bids, asks] as const)
    .sort(byFirst);
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify([name, money, held]))));
}

/**
 * The checksum of a venue from the digests of its parts, such as shards.
 *
 * @throws MarginError `DuplicateAccount` where two parts have an account of one name
 */
export function combineDigests(...parts: ReadonlyMap<string, string>[]): string {
  const all = parts.flatMap((part) => [...part]).sort(byFirst);
  const hash = sha256.create();
  all.forEach(([name, digest], k) => {
    if (k > 0 && all[k - 1]![0] === name)
      throw unexpected("DuplicateAccount", "account", "an account in one part only", name);
    hash.update(utf8ToBytes(`${JSON.stringify(name)} ${digest}\n`));
  });
  return bytesToHex(hash.digest());
}
