/** The identity of a document: SHA-256 of its canonical JSON (RFC 8785), in hexadecimal. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { MarginError, unexpected } from "../error.ts";

const hashes = new WeakMap<object, string>();

/** UTF-8 of canonical JSON: equal documents have equal bytes, in whatever order their fields are. */
export function canonicalBytes(document: object): Uint8Array {
  return utf8ToBytes(canonicalize(document) ?? "");
}

/**
 * @param document of a checked document, which cannot change, the hash is kept
 * @throws MarginError `WrongType`, and `NotJson` where it holds what JSON has not
 */
export function documentHash(document: object): string {
  if (document === null || typeof document !== "object")
    throw unexpected("WrongType", "document", "an object", document);
  let hash = hashes.get(document);
  if (hash === undefined) {
    hash = hashOf(document);
    if (Object.isFrozen(document)) hashes.set(document, hash);
  }
  return hash;
}

function hashOf(document: object): string {
  try {
    return bytesToHex(sha256(canonicalBytes(document)));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MarginError("NotJson", "document", `expected what JSON has: ${why}`, { cause });
  }
}
