/** What happens to a venue, as plain JSON: for journals, shards and logs. Names stand in place of handles. */
import { unexpected } from "../error.ts";
import type { Fact, Instrument } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Account } from "./account.ts";
import { checkEvent, isOfAccount } from "./event-fields.ts";
import type { Limit } from "./limits.ts";
import type { Venue } from "./venue.ts";

/** Events of one account. */
export type AccountEvent =
  | { type: "open"; account: string }
  | { type: "deposit"; account: string; currency: string; amount: number }
  | { type: "fill"; account: string; instrument: string; lots: number; price: number; resting?: boolean }
  | { type: "place" | "cancel"; account: string; instrument: string; lots: number };

/** Events of the market and of all accounts: every shard has them, in the same place between the events of its accounts. */
export type CommonEvent =
  | { type: "set"; facts: Fact[] }
  | { type: "setPrice"; currency: string; price: number }
  | { type: "advance"; asOf: string }
  | { type: "list"; instruments: Instrument[] }
  | { type: "setModel"; model: MarginModel }
  | { type: "commit" | "remargin" | "discard" }
  /** In a shard by itself, `of: "venue"` is the sum of its own accounts; a pool adds those of all. */
  | { type: "limit"; limits: Limit[] }
  | { type: "expire"; instrument: string; price: number }
  | { type: "fund"; instrument: string; payment: number }
  | { type: "settle"; currency: string };

export type VenueEvent = AccountEvent | CommonEvent;

export function isAccountEvent(event: VenueEvent): event is AccountEvent {
  return isOfAccount(event.type);
}

/**
 * Lets an event happen.
 *
 * @throws MarginError as the method of the venue or account, and where it is no event; nothing has changed then
 */
export function applyEvent(venue: Venue, event: VenueEvent): void {
  checkEvent(event);
  switch (event.type) {
    case "open":
      venue.account(event.account);
      return;
    case "deposit":
      return existing(venue, event.account).deposit(event.currency, event.amount);
    case "fill": {
      const { lots, price, resting } = event;
      return existing(venue, event.account).fill(venue.instrument(event.instrument), lots, price, { resting });
    }
    case "place":
      return existing(venue, event.account).place(venue.instrument(event.instrument), event.lots);
    case "cancel":
      return existing(venue, event.account).cancel(venue.instrument(event.instrument), event.lots);
    case "set":
      return venue.set(...event.facts);
    case "setPrice":
      return venue.setPrice(event.currency, event.price);
    case "advance":
      return venue.advance(event.asOf);
    case "list":
      return venue.list(...event.instruments);
    case "setModel":
      return venue.setModel(event.model);
    case "limit":
      return venue.limit(event.limits);
    case "commit":
      venue.commit();
      return;
    case "discard":
      return venue.discard();
    case "remargin":
      return venue.remargin();
    case "expire":
      return venue.expire(venue.instrument(event.instrument), event.price);
    case "fund":
      return venue.fund(venue.instrument(event.instrument), event.payment);
    case "settle":
      return venue.settle(event.currency);
  }
}

/** @throws MarginError `UnknownAccount` */
export function existing(venue: Venue, name: string): Account {
  const account = venue.find(name);
  if (account === undefined) throw unexpected("UnknownAccount", "account", "an account that was opened", name);
  return account;
}
