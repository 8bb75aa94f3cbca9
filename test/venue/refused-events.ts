/** Events that a venue must refuse, and the code by which it does. */
import type { VenueEvent } from "../../bindings/venue/events.ts";
import type { Drawn, RandomEvents } from "./random-events.ts";

const NEVER = "nobody";
const WRONG_LOTS: [lots: number, code: string][] = [
  [0, "OrderEmpty"],
  [NaN, "QuantityNotFinite"],
  [-Infinity, "QuantityNotFinite"],
  [0.5, "LotsNotWhole"],
  [2 ** 54, "BeyondExactRange"],
  [-(2 ** 60), "BeyondExactRange"],
];

export function refusedEvent(of: RandomEvents): Drawn {
  const { random, market } = of;
  const [account, one] = [of.account(), random.pick(of.live)];
  const instrument = one.id;
  const currency = random.pick(market.currencies).id;
  const price = of.price(one);
  const fill = { type: "fill", account, instrument, lots: 1, price } as const;
  const [lots, code] = random.pick(WRONG_LOTS);
  const kinds: (() => [event: unknown, code: string])[] = [
    () => [{ ...fill, lots }, code],
    () => [{ type: "place", account, instrument, lots }, code],
    () => [{ type: "cancel", account, instrument, lots: 2 ** 40 }, "OrderTooSmall"],
    () => [{ ...fill, lots: -(2 ** 40), resting: true }, "OrderTooSmall"],
    () => [{ type: "cancel", account, instrument, lots: 0 }, "LotsNotWhole"],
    () => [{ ...fill, price: random.pick([-1, NaN, Infinity]) }, "PriceNotPositive"],
    () => [{ ...fill, account: NEVER }, "UnknownAccount"],
    () => [{ ...fill, instrument: NEVER }, "UnknownInstrument"],
    () => [{ ...fill, instrument: currency }, "UnknownInstrument"],
    () => [{ type: "deposit", account, currency, amount: NaN }, "QuantityNotFinite"],
    () => [{ type: "deposit", account, currency, amount: 1e300 }, "BeyondExactRange"],
    () => [{ type: "deposit", account, currency: NEVER, amount: 1 }, "UnknownCurrency"],
    () => [{ type: "open", account: "" }, "WrongType"],
    () => [{ type: "advance", asOf: "2001-01-01T00:00:00Z" }, "TimeBackwards"],
    () => [{ type: "set", facts: [{ at: { colour: "red" }, spot: 1 }] }, "UnknownKey"],
    () => [{ type: "set", facts: [{ at: { underlying: one.underlying }, spot: -1 }] }, "SpotNotPositive"],
    () => [{ type: "set", facts: [{ at: { instrument }, vol: "much" }] }, "WrongType"],
    () => [{ type: "setPrice", currency, price: 0 }, "PriceNotPositive"],
    () => [{ type: "list", instruments: [market.instruments[0]] }, "DuplicateInstrument"],
    () => [{ type: "setModel", model: { ...of.model, currency: "EUR" } }, "WrongCurrency"],
    () => [{ type: "fund", instrument: market.instruments.find(isOption)!.id, payment: 1 }, "UnknownInstrument"],
    () => [{ type: "expire", instrument, price: -1 }, "PriceNotPositive"],
    () => [{ type: "settle", currency: NEVER }, "UnknownCurrency"],
    () => [{ type: "vanish" }, "UnknownEvent"],
  ];
  const gone = of.expired.length === 0 ? undefined : random.pick(of.expired);
  if (gone !== undefined) kinds.push(() => [{ ...fill, instrument: gone.id }, "Expired"]);
  const [event, refused] = random.pick(kinds)();
  return { event: event as VenueEvent, refused };
}

const isOption = ({ kind }: { kind: string }) => kind === "option";
