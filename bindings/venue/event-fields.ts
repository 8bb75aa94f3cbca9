/** Which fields an event has, and of which type: what is no event is refused before anything is asked of a venue. */
import { MarginError, step, unexpected } from "../error.ts";
import { checkFlag, checkList, checkNumber, checkObject, checkText } from "./arguments.ts";
import type { VenueEvent } from "./events.ts";

type Check = (field: string, value: unknown) => void;
const [account, instrument, currency] = [checkText, checkText, checkText];
const [lots, price] = [checkNumber, checkNumber];

const FIELDS: Record<VenueEvent["type"], Record<string, Check>> = {
  open: { account },
  deposit: { account, currency, amount: checkNumber },
  fill: { account, instrument, lots, price, resting: checkFlag },
  place: { account, instrument, lots },
  cancel: { account, instrument, lots },
  set: { facts: checkList },
  setPrice: { currency, price },
  advance: { asOf: checkText },
  list: { instruments: checkList },
  setModel: { model: checkObject },
  commit: {},
  remargin: {},
  discard: {},
  limit: { limits: checkList },
  expire: { instrument, price },
  fund: { instrument, payment: checkNumber },
  settle: { currency },
};
const BY_TYPE = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [
    type,
    { checks: Object.entries(fields).map(([name, check]) => ({ name, at: `event.${name}`, check })), fields },
  ]),
);

/**
 * Is it an event by its form? Values are looked at where it happens.
 *
 * @throws MarginError `WrongType`, `UnknownEvent`, `UnknownField`
 */
export function checkEvent(event: unknown): asserts event is VenueEvent {
  checkObject("event", event);
  const { type } = event as { type?: unknown };
  const known = BY_TYPE.get(type as string);
  if (known === undefined) throw unexpected("UnknownEvent", "event.type", "an event of a venue", type);
  for (const { name, at, check } of known.checks) check(at, (event as Record<string, unknown>)[name]);
  for (const [name, value] of Object.entries(event))
    if (name !== "type" && value !== undefined && !Object.hasOwn(known.fields, name))
      throw new MarginError("UnknownField", `event${step(name)}`, `${type as string} has no such field`, { value });
}

/** Does an event with this type name the account that it happens to? */
export function isOfAccount(type: VenueEvent["type"]): boolean {
  const known = BY_TYPE.get(type);
  return known !== undefined && Object.hasOwn(known.fields, "account");
}
