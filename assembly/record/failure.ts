/** The row of the last failure, beside its Status. */
import { Status } from "./status";

let row: i32 = -1;

/** Row of the last failure; −1 where the failure is not of one row. */
export function badRow(): i32 {
  return row;
}

export function fail(status: Status, at: i32): Status {
  row = at;
  return status;
}

export function succeed(): Status {
  row = -1;
  return Status.Ok;
}
