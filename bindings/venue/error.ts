/** What the core's status of an event means: which field, its value, what was expected. */
import { Status } from "../../assembly/record/status.ts";
import { MarginError, short, unexpected } from "../error.ts";
import { NEEDED } from "../core/failure.ts";
import { cannotGrow } from "./record.ts";

interface Names {
  idOf(handle: number): string;
}
interface Event {
  instrument?: number;
  lots?: number;
  price?: number;
  payment?: number;
  amount?: number;
  currency?: string;
}

export function eventError(venue: Names, status: Status, event: Event): MarginError {
  const code = Status[status] ?? String(status);
  const id = event.instrument === undefined || event.instrument < 0 ? undefined : venue.idOf(event.instrument);
  switch (status) {
    case Status.UnknownAccount:
      return new MarginError(code, "account", "not an account of this venue");
    case Status.UnknownInstrument:
      return unexpected(code, "instrument", "a listed instrument of the right kind", id ?? event.instrument);
    case Status.UnknownCurrency:
      return unexpected(code, "currency", "a currency of the market", event.currency);
    case Status.QuantityNotFinite:
      return unexpected(
        code,
        event.lots === undefined ? "amount" : "lots",
        "a finite number",
        event.lots ?? event.amount ?? event.payment,
      );
    case Status.OrderEmpty:
      return unexpected(code, "lots", "> 0 to buy or < 0 to sell", event.lots);
    case Status.LotsNotWhole:
      return unexpected(code, "lots", "a whole number other than 0", event.lots);
    case Status.OrderTooSmall:
      return unexpected(code, "lots", `no more than rest of ${short(id ?? "")}`, event.lots);
    case Status.PriceNotPositive:
      return unexpected(code, "price", "> 0 (of an option also 0)", event.price);
    case Status.LotNotQuote:
      return new MarginError(
        code,
        "instrument",
        `${short(id ?? "")} is inverse and not counted in quote currency: its fills have no sum`,
        { value: id },
      );
    case Status.LotMissing:
      return new MarginError(code, "instrument", `${short(id ?? "")} has no lot`, { value: id });
    case Status.Expired:
      return new MarginError(code, "instrument", `${short(id ?? "")} has expired`, { value: id });
    case Status.BeyondExactRange:
      return new MarginError(
        code,
        event.lots === undefined ? "amount" : "lots",
        "a total would leave the range in which sums are exact",
        { value: event.lots ?? event.amount },
      );
    case Status.OutOfMemory:
      return cannotGrow();
  }
  const needed = NEEDED[status];
  if (needed !== undefined)
    return new MarginError(code, "instrument", `${short(id ?? "")} has no ${needed.name} ${needed.expected ?? "> 0"}`, {
      value: id,
    });
  return new MarginError(
    code,
    "account",
    "the requirement is no number: the market lacks a fact of something that it holds",
  );
}

const WORDS: Partial<Record<Status, string>> = {
  [Status.BeyondExactRange]:
    "a total is beyond the range in which sums are exact; declare a larger largestTotal of the currency",
  [Status.Undefined]: "its requirement is no number: the market lacks a fact of something that it holds",
};

/** Of an account that has no requirement, or whose event leaves the exact range. */
export function evaluationError(status: Status, name: string): MarginError {
  const code = Status[status]!;
  return new MarginError(code, "account", `${JSON.stringify(name)}: ${WORDS[status] ?? code}`, { value: name });
}
