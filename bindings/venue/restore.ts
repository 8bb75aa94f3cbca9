/** A venue from a snapshot. */
import { checkModel } from "../documents/check.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Exports } from "../core/exports.ts";
import { fits, readSnapshot, type RestoreOptions } from "./snapshot.ts";
import { Venue } from "./venue.ts";

/** @param model where it is given, the snapshot must be of it */
export function restoreVenue(
  exports: Exports,
  bytes: Uint8Array,
  model: MarginModel | undefined,
  options: RestoreOptions,
): Venue {
  const snapshot = readSnapshot(bytes);
  fits(snapshot, model === undefined ? undefined : checkModel(model), options);
  const venue = new Venue(exports, snapshot.model, snapshot.market, snapshot);
  try {
    snapshot.names.forEach((name, k) => venue.restore(name, snapshot.accounts[k]!));
    venue.restoreStaged(snapshot.staged);
  } catch (cause) {
    venue.release();
    throw cause;
  }
  return venue;
}
