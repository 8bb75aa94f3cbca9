/** The identity of a document: SHA-256 of its canonical JSON (RFC 8785), in hexadecimal. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";

const hashes = new WeakMap<object, string>();

/** UTF-8 of canonical JSON: equal documents have equal bytes, in whatever order their fields are. */
export function canonicalBytes(document: object): Uint8Array {
  return utf8ToBytes(canonicalize(document) ?? "");
}

/** @param document of a checked document, which cannot change, the hash is kept */
export function documentHash(document: object): string {
  let hash = hashes.get(document);
  if (hash === undefined) {
    hash = bytesToHex(sha256(canonicalBytes(document)));
    if (Object.isFrozen(document)) hashes.set(document, hash);
  }
  return hash;
}
