/** A contract in the window over whose mean it settles (surface/settlement.ts): what is left of it, and against which strike. */
import { Input } from "../record/opcodes";
import { input, Book } from "../record/book";
import * as settlement from "../surface/settlement";

@inline function isSettling(book: Book, i: i32): bool {
  return input(book, Input.Tau)[i] < input(book, Input.Window)[i];
}

/** The share of the mean that is open; 1 before the window. */
@inline export function openPart(book: Book, i: i32): f64 {
  return isSettling(book, i) ? settlement.openShare<f64>(input(book, Input.Tau)[i], input(book, Input.Window)[i]) : 1;
}

/** The strike of the open part; not positive where the option will be exercised (a call) or not (a put) for certain. */
@inline export function strikeOf(book: Book, i: i32): f64 {
  if (!isSettling(book, i)) return book.strike[i];
  return settlement.openStrike<f64>(book.strike[i], input(book, Input.Mean)[i], input(book, Input.Tau)[i], input(book, Input.Window)[i]);
}

/** The time that gives the variance of what the option settles on; τ where there is no window. */
@inline export function varianceTau(book: Book, i: i32): f64 {
  const tau = input(book, Input.Tau)[i];
  const window = input(book, Input.Window)[i];
  return window > 0 ? settlement.effectiveTau<f64>(tau, window) : tau;
}

/** Is the mean so far known where it is needed? */
@inline export function isMeanKnown(book: Book, i: i32): bool {
  return !isSettling(book, i) || input(book, Input.Mean)[i] > 0;
}

/** The part of the settlement mean that is known: (1 − τ/Δ)·Ā; 0 before the window. */
@inline export function settledPart(book: Book, i: i32): f64 {
  return isSettling(book, i) ? (1 - openPart(book, i)) * input(book, Input.Mean)[i] : 0;
}
