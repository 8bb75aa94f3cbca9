/**
 * What accounts hold, as hashes: equal where they hold the same bits, wherever they live and however they came to it. Node only.
 *
 * The digest of an account is the SHA-256 of `[name, [[currency, balance, cost], …], [[instrument, lots, bids, asks], …]]` as JSON, by
 * currency and by instrument, without what it has nothing of. The checksum of several is the SHA-256 of their lines `name digest\n` by name.
 */
import { createHash } from "node:crypto";
import type { Account } from "./account.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const byFirst = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]) => (a < b ? -1 : 1);

export function accountDigest(account: Account): string {
  const money = Object.entries(account.money())
    .filter(([, { balance, cost }]) => balance !== 0 || cost !== 0)
    .map(([currency, { balance, cost }]) => [currency, balance, cost] as const)
    .sort(byFirst);
  const held = account
    .holdings()
    .filter(({ lots, bids, asks }) => lots !== 0 || bids !== 0 || asks !== 0)
    .map(({ instrument, lots, bids, asks }) => [instrument, lots, bids, asks] as const)
    .sort(byFirst);
  return sha256(JSON.stringify([account.name, money, held]));
}

/** The checksum of accounts by name, from the digests of several shards. */
export function checksumOf(...digests: ReadonlyMap<string, string>[]): string {
  const all = digests.flatMap((part) => [...part]).sort(byFirst);
  const hash = createHash("sha256");
  for (const [name, digest] of all) hash.update(`${JSON.stringify(name)} ${digest}\n`);
  return hash.digest("hex");
}
