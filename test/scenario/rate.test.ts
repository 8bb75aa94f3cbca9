/** A shift of the rate in a row: options are discounted by it, forwards and what is delta-one are not. */
import { expect, test } from "vitest";
import { marketOf, MID, modelOf, option, rowsOf, years } from "./small-market.ts";
import { core } from "../core.ts";

const tau = years(MID);
const vols = [{ at: { underlying: "BTC" }, vol: 0.6 }];
const call = option(60_000, 1, MID);

test("of an option all of the value is discounted by e^(−rate·τ')", () => {
  const [flat, up, down, later] = rowsOf([call], vols, [
    {},
    { rate: 0.05 },
    { rate: -0.1 },
    { rate: 0.05, time: 0.1 },
  ])[0]!;
  const portfolio = { format: 1 as const, positions: [{ instrument: call.id, amount: 1 }], balances: {} };
  const of = (time: number) => {
    const model = {
      ...modelOf([{ time }]),
      charges: { v: { kind: "amount", measure: "mark" } as const },
      initial: "v",
      maintenance: "v",
    };
    return core.margin(model, marketOf([call], vols), portfolio, { exact: false }).initial;
  };
  const value = of(0);
  expect(flat).toBe(0);
  expect(up).toBeCloseTo(value * (Math.exp(-0.05 * tau) - 1), 8);
  expect(down).toBeCloseTo(value * (Math.exp(0.1 * tau) - 1), 8);
  // of the time that is left
  const aged = rowsOf([call], vols, [{ time: 0.1 }])[0]![0]!;
  expect(later).toBeCloseTo((value + aged) * Math.exp(-0.05 * (tau - 0.1)) - value, 8);
});

test("a future does not move", () => {
  const future = { ...call, id: "F", kind: "future" as const, strike: undefined, callPut: undefined };
  const [option, linear] = rowsOf([call, future], vols, [{ rate: 0.05 }]);
  expect(linear).toEqual([0]);
  expect(option![0]).toBeLessThan(0);
});
