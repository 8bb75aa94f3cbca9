/** A venue from a snapshot. */
import { checkModel } from "../documents/check.ts";
import { documentHash } from "../documents/hash.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Exports } from "../core/exports.ts";
import { fits, readSnapshot, type RestoreOptions } from "./snapshot.ts";
import { Venue } from "./venue.ts";

/**
 * @param model where it is given, the snapshot must be of it
 * @param like  a model whose fields are in the order that the requirement's tree is to have, where the snapshot is of it; else they are by name
 */
export function restoreVenue(
  exports: Exports,
  bytes: Uint8Array,
  model: MarginModel | undefined,
  options: RestoreOptions,
  like = model,
): Venue {
  const snapshot = readSnapshot(bytes);
  fits(snapshot, model === undefined ? undefined : checkModel(model), options);
  const isLike = like !== undefined && documentHash(checkModel(like)) === snapshot.modelHash;
  const venue = new Venue(exports, isLike ? like : snapshot.model, snapshot.market, snapshot);
  try {
    snapshot.names.forEach((name, k) => venue.restore(name, snapshot.accounts[k]!));
    venue.restoreRest(snapshot);
  } catch (cause) {
    venue.release();
    throw cause;
  }
  return venue;
}
