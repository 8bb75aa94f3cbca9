/** What the legs of a spread demand of one another. */
import { MarginError, step } from "../error.ts";
import type { Expr, Scalar, Select } from "./expression.ts";
import type { Spread, SpreadLeg } from "./model.ts";

/** @param net keys of the spread's `net`; undefined where it has every key */
export function spreadRules(charge: Spread, path: string, net: readonly string[] | undefined): void {
  charge.pairs.forEach(({ legs, rate }, p) => {
    const at = `${path}.pairs[${p}]`;
    if (rate === undefined && legs.every((leg) => leg.rate === undefined))
      throw new MarginError("Missing", `${at}.rate`, "expected a rate of the pair, or of one of its legs");
    legs.forEach(({ select }, l) => {
      for (const key of Object.keys(select)) {
        if (net !== undefined && !net.includes(key))
          throw new MarginError(
            "WrongSelect",
            `${at}.legs[${l}].select${step(key)}`,
            `net amounts are by {${net.join(", ")}}, which does not have the key "${key}"`,
            { value: select[key] },
          );
      }
      const other = legs.findIndex((before, k) => k < l && before.side === legs[l]!.side && overlap(before, legs[l]!));
      if (other >= 0)
        throw new MarginError(
          "LegsOverlap",
          `${at}.legs[${l}].select`,
          `the same amount could go to legs[${other}], which has the same side: select by a key in which they differ`,
        );
    });
  });
}

/** Every rate of a spread, in its order. */
export function ratesOf({ pairs }: Spread): Expr[] {
  return pairs.flatMap(({ rate, legs }) => [rate, ...legs.map((leg) => leg.rate)].filter((one) => one !== undefined));
}

/** Can one group be taken from by both? */
function overlap(a: SpreadLeg, b: SpreadLeg): boolean {
  return contradiction(a.select, b.select) === undefined;
}

const listOf = (wanted: Scalar | Scalar[]) => (Array.isArray(wanted) ? wanted : [wanted]);

/** A key by which two selections exclude each other; undefined where there is none. */
export function contradiction(a: Select, b: Select): string | undefined {
  return Object.keys(a).find((key) => {
    const [x, y] = [a[key], b[key]];
    return x !== undefined && y !== undefined && !listOf(x).some((value) => listOf(y).includes(value));
  });
}
