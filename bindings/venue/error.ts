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
  if (isUnfit(status)) return new MarginError(code, "instrument", unfitness(status, short(id ?? "")), { value: id });
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

/** Does a status say why an instrument cannot be held? */
export const isUnfit = (status: Status): boolean => status === Status.Expired || NEEDED[status] !== undefined;

function unfitness(status: Status, id: string): string {
  if (status === Status.Expired) return `${id} has expired`;
  const { name, expected = "> 0" } = NEEDED[status]!;
  return `${id} has no ${name} ${expected}`;
}

/** Of an account that has no requirement, or whose event leaves the exact range; `instrument`: what it holds that has no value. */
export function evaluationError(status: Status, name: string, instrument?: string): MarginError {
  const code = Status[status]!;
  const why = instrument === undefined ? (WORDS[status] ?? code) : `holds ${unfitness(status, short(instrument))}`;
  return new MarginError(code, "account", `${JSON.stringify(name)}: ${why}`, { value: name });
}
