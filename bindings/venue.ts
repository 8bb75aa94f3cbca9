/**
 * `margin-core/venue`: an exchange's accounts in the core's memory.
 *
 *   const venue = openVenue(await load(), model, market);
 */
import type { Core } from "./core.ts";
import type { Market } from "./documents/market.ts";
import type { MarginModel } from "./documents/model.ts";
import { Venue } from "./venue/venue.ts";

/** Accounts under a model in a market that moves. Holds memory of the core until `release()`. */
export function openVenue(core: Core, model: MarginModel, market: Market): Venue {
  return new Venue(core.wasm, model, market);
}

export type { Venue, Handle, Joining } from "./venue/venue.ts";
export type { Account, Check, Holding, Order } from "./venue/account.ts";
export type { Limit, Over, VenueExposures } from "./venue/limits.ts";
export { applyEvent, isAccountEvent, type AccountEvent, type CommonEvent, type VenueEvent } from "./venue/events.ts";
export { greekVectors } from "./models/greek-vectors.ts";
