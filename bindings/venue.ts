/**
 * `margin-core/venue`: an exchange's accounts in the core's memory, snapshots and journals.
 *
 *   const venue = openVenue(await load(), model, market);
 */
import type { Core } from "./core.ts";
import type { Market } from "./documents/market.ts";
import type { MarginModel } from "./documents/model.ts";
import { checkCore } from "./venue/arguments.ts";
import * as restore from "./venue/restore.ts";
import type { RestoreOptions } from "./venue/snapshot.ts";
import { Venue } from "./venue/venue.ts";

/** Accounts under a model in a market that moves. Holds memory of the core until `release()`. */
export function openVenue(core: Core, model: MarginModel, market: Market): Venue {
  checkCore(core);
  return new Venue(core.wasm, model, market);
}

/**
 * The venue of a snapshot, as it was, bit for bit.
 *
 * @param model where it is given, the snapshot must be of it
 * @throws MarginError that says why the bytes are refused: `SnapshotForeign`, `SnapshotFormat`, `SnapshotCut`, `SnapshotAltered`,
 *   `SnapshotModule`, `SnapshotModel`
 */
export function restoreVenue(
  core: Core,
  snapshot: Uint8Array,
  model?: MarginModel,
  options: RestoreOptions = {},
): Venue {
  checkCore(core);
  return restore.restoreVenue(core.wasm, snapshot, model, options);
}

export type { Account, Check, Holding, Order } from "./venue/account.ts";
export type { Joining } from "./venue/basket.ts";
export { combineDigests } from "./venue/digest.ts";
export { applyEvent, isAccountEvent, type AccountEvent, type CommonEvent, type VenueEvent } from "./venue/events.ts";
export { MemoryJournal, type Journal, type Sequenced } from "./venue/journal.ts";
export { openJournaled, type JournaledVenue, type OpenOptions } from "./venue/journaled.ts";
export type { Handle } from "./venue/handles.ts";
export type { Limit, Over, VenueExposures } from "./venue/limits.ts";
export { readSnapshot, type RestoreOptions, type Snapshot, type SnapshotHeader } from "./venue/snapshot.ts";
export type { Venue } from "./venue/venue.ts";
export { greekVectors } from "./models/greek-vectors.ts";
