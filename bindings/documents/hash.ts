/** The identity of a document: SHA-256 of its canonical JSON (RFC 8785), in hexadecimal. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";

const hashes = new WeakMap<object, string>();

/** @param document a checked document: it cannot change, so its hash is kept */
export function documentHash(document: object): string {
  let hash = hashes.get(document);
  if (hash === undefined) {
    hash = bytesToHex(sha256(utf8ToBytes(canonicalize(document) ?? "")));
    hashes.set(document, hash);
  }
  return hash;
}
