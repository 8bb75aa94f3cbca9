/** Status of the core → the error of this package. */
import { Input } from "../../assembly/record/opcodes.ts";
import { Status } from "../../assembly/record/status.ts";
import { MarginError } from "../error.ts";

export function outOfMemory(bytes: number): MarginError {
  return new MarginError(
    "OutOfMemory",
    "memory",
    `the core's memory cannot grow by ${bytes} bytes; fewer instruments or rows fit`,
    { value: bytes },
  );
}

/** The fact behind a status that says that an instrument cannot be held. */
export const NEEDED: Partial<Record<Status, { name: string; input: Input; expected?: string }>> = {
  [Status.ForwardNotPositive]: { name: "forward", input: Input.Forward },
  [Status.VolNotPositive]: { name: "vol", input: Input.Vol },
  [Status.DiscountNotPositive]: { name: "discount", input: Input.Discount },
  [Status.MarkNotPositive]: { name: "mark", input: Input.Mark },
  [Status.EventTauNotPositive]: { name: "eventTau", input: Input.EventTau },
  [Status.WindowOutOfRange]: {
    name: "settlementWindow",
    input: Input.Window,
    expected: "years, from 0 to 7/365 (30 minutes are 30/525600)",
  },
  [Status.MeanNotPositive]: { name: "settlementMean", input: Input.Mean },
};

/** The keys by which a market gives such a fact, so that a reader knows where to put it. */
export function placeOf(name: string, fields: Record<string, string | number>): Record<string, string | number> {
  const { underlying, expiry } = fields;
  return name === "forward" || name === "eventTau" || name === "settlementMean"
    ? { underlying: underlying!, expiry: expiry! }
    : fields;
}

/** For a call that may only fail as its documentation says. */
export function require(status: Status, field: string): void {
  if (status !== Status.Ok) throw new MarginError(Status[status] ?? String(status), field, Status[status] ?? "failed");
}
