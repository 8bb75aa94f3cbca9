/** Options of a surface as a caller gives them, and the fit before it, which comes out of a file. */
import { unexpected } from "../error.ts";
import { checkOptionNames, checkRows } from "./options.ts";
import { momentOf } from "./quotes.ts";
import type { SurfaceFit, SurfaceOptions } from "./types.ts";

const OPTIONS = ["asOf", "payoff", "maxAge", "previous", "leaveOut", "events", "clock"];
const SIZES = ["tau", "forward"];
const SVI = ["a", "b", "rho", "m", "sigma"];

/** @throws MarginError `WrongType`, `UnknownField`, `BadText`, `NotOneOf`, `OutOfRange` with the option */
export function checkSurfaceOptions(options: SurfaceOptions): void {
  checkOptionNames(options, OPTIONS);
  const { asOf, payoff, maxAge, previous, leaveOut, events } = options;
  momentOf(asOf, "options.asOf");
  if (payoff !== "inverse" && payoff !== "linear")
    throw unexpected("NotOneOf", "options.payoff", '"inverse" or "linear"', payoff);
  if (maxAge !== undefined && !(typeof maxAge === "number" && maxAge >= 0))
    throw unexpected("OutOfRange", "options.maxAge", "at least 0", maxAge);
  if (leaveOut !== undefined && typeof leaveOut !== "boolean")
    throw unexpected("WrongType", "options.leaveOut", "true or false", leaveOut);
  if (events !== undefined) {
    checkRows(events, "options.events", "an event");
    events.forEach(({ at }, i) => momentOf(at, `options.events[${i}].at`));
  }
  if (previous !== undefined) checkFit(previous, "options.previous", "options.previous.");
}

/**
 * A fit as far as the one after it reads it: expiries, times and slices.
 *
 * @param inside what stands before a path in it: `options.previous.`, `fit.json: `
 */
export function checkFit(fit: unknown, field: string, inside: string): asserts fit is SurfaceFit {
  if (!isObject(fit) || !Array.isArray(fit["underlyings"]))
    throw unexpected("WrongType", field, "a fit, as calibrate surface gives it", fit);
  fit["underlyings"].forEach((one: unknown, u) => {
    const at = `${inside}underlyings[${u}]`;
    if (!isObject(one) || typeof one["underlying"] !== "string" || !Array.isArray(one["slices"]))
      throw unexpected("WrongType", at, "an underlying with its slices", one);
    one["slices"].forEach((slice: unknown, s) => {
      const is =
        isObject(slice) &&
        areNumbers(slice, SIZES) &&
        typeof slice["expiry"] === "string" &&
        areNumbers(slice["svi"], SVI);
      if (!is) throw unexpected("WrongType", `${at}.slices[${s}]`, "a slice with expiry, tau, forward and svi", slice);
    });
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const areNumbers = (value: unknown, names: readonly string[]) =>
  isObject(value) && names.every((name) => Number.isFinite(value[name]));
