/** Snapshots as a pool uses them: taken where nothing is staged, so that a venue and the sequence it has reached are all there is. */
import type { Core } from "../core.ts";
import type { Venue } from "./venue.ts";

interface Taking {
  snapshot?(): Uint8Array;
}
interface Restoring {
  restoreVenue?(bytes: Uint8Array): Venue;
}

/** Undefined where the venue has no snapshots: a shard then begins at the start of its log. */
export function takeSnapshot(venue: Venue): Uint8Array | undefined {
  return (venue as Venue & Taking).snapshot?.();
}

export function restoreVenue(core: Core, bytes: Uint8Array): Venue {
  return (core as Core & Restoring).restoreVenue!(bytes);
}
