/** An expiry over a two-sided event: SVI cannot follow it, the mixture does, and both are said. */
import { describe, expect, test } from "vitest";
import type { Quote, SurfaceOptions } from "../../bindings/lab/types.ts";
import { leastG } from "../../studies/smile.ts";
import { core } from "../core.ts";
import { lab } from "./lab.ts";
import { AS_OF, expiryAt } from "./synthetic.ts";

// as risk-reference's event.binary-jump, at more strikes
const F = 60_000;
const tau = 3 / 365;
const mixture = { vol: 0.5, weight: 0.45, up: 1.08, down: (1 - 0.45 * 1.08) / 0.55 };

function black(forward: number, strike: number, callPut: 1 | -1): number {
  return core.prices({ forward, strike, tau, callPut, vol: mixture.vol }, new Float64Array(1))[0]!;
}
const quotes: Quote[] = Array.from({ length: 25 }, (_, i) => 50_000 + 1000 * i).map((strike) => {
  const callPut = strike < F ? -1 : 1;
  const { weight, up, down } = mixture;
  const price = weight * black(up * F, strike, callPut) + (1 - weight) * black(down * F, strike, callPut);
  const columns = { forward: F, strike, tau, callPut };
  const vol = core.impliedVols({ ...columns, price }, new Float64Array(1))[0]!;
  const at = (v: number) => core.prices({ ...columns, vol: v, payoff: "inverse" }, new Float64Array(1))[0]!;
  return {
    underlying: "BTC",
    expiry: expiryAt(3),
    strike,
    callPut,
    bid: at(vol - 0.005),
    ask: at(vol + 0.005),
    forward: F,
  };
});
const options: SurfaceOptions = { asOf: AS_OF, payoff: "inverse" };
const slice = (events?: SurfaceOptions["events"]) =>
  lab.calibrate.surface(quotes, { ...options, events }).underlyings[0]!.slices[0]!;

describe("over an event", () => {
  const fitted = slice([{ at: "2026-03-04T18:00:00Z", variance: 0.005 }]);
  test("the mixture comes back", () => {
    expect(fitted.method).toBe("mixture");
    for (const key of ["vol", "weight", "up", "down"] as const)
      expect(fitted.mixture![key] / mixture[key]).toBeCloseTo(1, 2);
    expect(fitted.mixture!.rmse).toBeLessThan(0.05);
  });
  test("SVI misses, is free of arbitrage all the same, and the slice says so", () => {
    expect(fitted.rmse!).toBeGreaterThan(1);
    expect(leastG(fitted)).toBeGreaterThanOrEqual(0);
    expect(fitted.flags.join()).toMatch(/SVI cannot follow the event in it: two-point mixture, which misses by 0\.0/);
  });
});

test("without an event, or with one behind the expiry, there is none", () => {
  expect(slice().mixture).toBeUndefined();
  expect(slice([{ at: "2026-03-06T18:00:00Z", variance: 0.005 }]).mixture).toBeUndefined();
});

test("an event is a moment", () => {
  expect(() => slice([{ at: "soon", variance: 0 }])).toThrow("options.events[0].at");
});
