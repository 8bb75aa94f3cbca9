/** Status of the core → the error of this package. */
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
export const NEEDED: Partial<Record<Status, string>> = {
  [Status.ForwardNotPositive]: "forward",
  [Status.VolNotPositive]: "vol",
  [Status.DiscountNotPositive]: "discount",
  [Status.MarkNotPositive]: "mark",
};

/** For a call that may only fail as its documentation says. */
export function require(status: Status, field: string): void {
  if (status !== Status.Ok) throw new MarginError(Status[status] ?? String(status), field, Status[status] ?? "failed");
}
