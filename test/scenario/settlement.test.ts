/** Options that settle on a mean of the index, before and in its window. The reference is plain JavaScript, and sums of paths. */
import { describe, expect, test } from "vitest";
import type { Fact } from "../../bindings/documents/market.ts";
import { core } from "../core.ts";
import { price } from "../reference/black76.ts";
import { F, marketOf, modelOf, option, rowsOf, vol, near, sviFacts, years } from "./small-market.ts";

const WINDOW = 30 / 525600;
const SIGMA = 0.8;
const VOL: Fact = { at: {}, vol: SIGMA };
const windowed = (mean?: number): Fact[] => [
  VOL,
  {
    at: { underlying: "BTC" },
    settlementWindow: WINDOW,
    ...(mean === undefined ? {} : { settlementMean: mean }),
  },
];
const BEFORE = "2026-02-05T10:00:00Z"; // two hours left
const INSIDE = "2026-02-05T08:12:00Z"; // 12 minutes left of 30

/** θ·(mean − K)⁺ of a future value whose open part is lognormal. */
function insidePrice(callPut: 1 | -1, forward: number, strike: number, mean: number, tau: number): number {
  const share = tau / WINDOW;
  const open = (strike - (1 - share) * mean) / share;
  if (open <= 0) return callPut < 0 ? 0 : share * (forward - open);
  return share * price(callPut, forward, open, SIGMA, tau / 3, 1);
}

describe("before the window: two thirds of it carry no variance", () => {
  const tau = years(BEFORE) - (2 / 3) * WINDOW;
  test.each([1, -1] as const)("rows of a call or put (%d)", (callPut) => {
    const instruments = [63000, 64000, 65000].map((strike) => option(strike, callPut, BEFORE));
    rowsOf(instruments, windowed(), [{ spot: 0.02 }, { volMove: 0.5 }, { spot: -0.02, volMove: 0.5 }]).forEach(
      (pnl, i) => {
        const of = (forward: number, sigma: number) => price(callPut, forward, instruments[i]!.strike!, sigma, tau, 1);
        const today = of(F, SIGMA);
        expect(pnl[0]).toBeCloseTo(of(F * 1.02, SIGMA) - today, 8);
        expect(pnl[1]).toBeCloseTo(of(F, SIGMA * 1.5) - today, 8);
        expect(pnl[2]).toBeCloseTo(of(F * 0.98, SIGMA * 1.5) - today, 8);
      },
    );
  });
});

describe("inside the window", () => {
  const tau = years(INSIDE);
  const MEAN = 64100;
  test.each([1, -1] as const)(
    "rows of a call or put (%d): the open part against the strike that is left",
    (callPut) => {
      // far below, the call is exercised for certain: its open strike is negative
      const instruments = [30000, 63900, 64000, 64200].map((strike) => option(strike, callPut, INSIDE));
      rowsOf(instruments, windowed(MEAN), [{ spot: 0.01 }, { spot: -0.01 }, { spot: 0.4 }]).forEach((pnl, i) => {
        const of = (forward: number) => insidePrice(callPut, forward, instruments[i]!.strike!, MEAN, tau);
        expect(pnl[0]).toBeCloseTo(of(F * 1.01) - of(F), 8);
        expect(pnl[1]).toBeCloseTo(of(F * 0.99) - of(F), 8);
        expect(pnl[2]).toBeCloseTo(of(F * 1.4) - of(F), 8);
      });
    },
  );

  test("mark and Greeks are what the rows do: gamma at the money falls with what is open", () => {
    const measured = (strike: number, callPut: 1 | -1, measure: string) => {
      const model = modelOf([{}]);
      model.charges["x"] = { kind: "amount", on: "signed", measure };
      model.outputs = { y: "x" };
      const one = option(strike, callPut, INSIDE);
      const portfolio = { format: 1 as const, positions: [{ instrument: one.id, amount: 1 }], balances: {} };
      return core.margin(model, marketOf([one], windowed(MEAN)), portfolio, { exact: false }).outputs!["y"]!;
    };
    for (const callPut of [1, -1] as const) {
      for (const strike of [30000, 63900, 64000, 64200]) {
        const of = (forward: number) => insidePrice(callPut, forward, strike, MEAN, tau);
        const h = 0.25;
        expect(measured(strike, callPut, "mark")).toBeCloseTo(of(F), 8);
        // the steps leave the third derivative in F, about 1e-7, and gamma 1e-10 of the rounding of the price
        expect(measured(strike, callPut, "delta")).toBeCloseTo((of(F + h) - of(F - h)) / (2 * h), 6);
        expect(measured(strike, callPut, "gamma")).toBeCloseTo((of(F + h) - 2 * of(F) + of(F - h)) / (h * h), 7);
      }
      expect(measured(30000, callPut, "vega")).toBe(0);
      expect(measured(30000, callPut, "theta")).toBeCloseTo(0, 12);
    }
  });

  test("no jump where the window opens", () => {
    const instruments = ["2026-02-05T08:30:00.001Z", "2026-02-05T08:29:59.999Z"].map((expiry) =>
      option(64000, 1, expiry),
    );
    const [[before], [after]] = rowsOf(instruments, windowed(F), [{ spot: 0.01 }]) as [[number], [number]];
    expect(after / before).toBeCloseTo(1, 6);
  });

  test("time that passes in a row: what has gone has the moved forward's mean", () => {
    const passed = 5 / 525600;
    const one = option(64000, 1, INSIDE);
    const facts = [...windowed(MEAN), { at: { underlying: "BTC" }, rate: 0 }];
    const [[pnl]] = rowsOf([one], facts, [{ spot: 0.01, time: passed }]) as [[number]];
    const share = tau / WINDOW;
    const left = tau - passed;
    const openStrike = (64000 - (1 - share) * MEAN) / share;
    const there = share * price(1, F * 1.01, openStrike, SIGMA, ((left / tau) ** 2 * left) / 3, 1);
    expect(pnl).toBeCloseTo(there - insidePrice(1, F, 64000, MEAN, tau), 8);
  });

  test("against the mean of simulated paths, within four standard errors", () => {
    const paths = 20000;
    const steps = 48;
    const dt = tau / steps;
    let seed = 12345;
    const uniform = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    let sum = 0;
    let squares = 0;
    for (let path = 0; path < paths; path++) {
      let log = Math.log(F);
      let mean = 0;
      for (let j = 0; j < steps; j++) {
        const before = Math.exp(log);
        log += SIGMA * Math.sqrt(dt) * normal() - 0.5 * SIGMA * SIGMA * dt;
        mean += (before + Math.exp(log)) / 2 / steps;
      }
      const share = tau / WINDOW;
      const value = Math.max(share * mean + (1 - share) * MEAN - 64000, 0);
      sum += value;
      squares += value * value;
    }
    const mean = sum / paths;
    const error = Math.sqrt((squares / paths - mean * mean) / paths);
    const model = modelOf([{}]);
    model.charges["x"] = { kind: "amount", on: "signed", measure: "mark" };
    model.outputs = { y: "x" };
    const one = option(64000, 1, INSIDE);
    const portfolio = { format: 1 as const, positions: [{ instrument: one.id, amount: 1 }], balances: {} };
    const value = core.margin(model, marketOf([one], windowed(MEAN)), portfolio, { exact: false }).outputs!["y"]!;
    expect(Math.abs(value - mean)).toBeLessThan(4 * error);
    // and what ignores the window is far outside
    expect(Math.abs(price(1, F, 64000, SIGMA, tau, 1) - mean)).toBeGreaterThan(10 * error);
  });

  test("the mean so far is asked for by name", () => {
    expect(() => rowsOf([option(64000, 1, INSIDE)], windowed(), [{}])).toThrow(/no settlementMean|settlementMean/);
  });
  test.each([-1, 30])("a window of %d years is refused", (settlementWindow) => {
    const facts: Fact[] = [VOL, { at: { underlying: "BTC" }, settlementWindow }];
    const future = { ...option(1, 1, INSIDE), id: "F", kind: "future" as const, strike: undefined, callPut: undefined };
    for (const one of [option(64000, 1, INSIDE), JSON.parse(JSON.stringify(future))])
      expect(() => rowsOf([one], facts, [{}])).toThrow(/settlementWindow of .*expected years, from 0 to 7\/365.*was/);
  });

  test("in coin: the payoff is divided by what the option settles on, most of which is fixed", () => {
    const coins = ([1, -1] as const).flatMap((callPut) =>
      [32000, 63900, 64200].map((strike) => ({ ...option(strike, callPut, INSIDE), payoff: "inverse" as const })),
    );
    const share = tau / WINDOW;
    const coin = (callPut: 1 | -1, strike: number, forward: number) =>
      insidePrice(callPut, forward, strike, MEAN, tau) / (share * forward + (1 - share) * MEAN);
    rowsOf(coins, windowed(MEAN), [{ spot: 0.16 }, { spot: -0.16 }]).forEach((pnl, i) => {
      const { callPut, strike } = coins[i]!;
      [1.16, 0.84].forEach((move, row) => {
        expect(pnl[row]).toBeCloseTo(coin(callPut!, strike!, F * move) - coin(callPut!, strike!, F), 12);
      });
    });
    const model = modelOf([{}]);
    model.charges["x"] = { kind: "amount", on: "signed", measure: "mark" };
    model.outputs = { y: "x" };
    for (const one of coins) {
      const portfolio = { format: 1 as const, positions: [{ instrument: one.id, amount: 1 }], balances: {} };
      const { outputs } = core.margin(model, marketOf([one], windowed(MEAN)), portfolio, { exact: false });
      expect(outputs!["y"]).toBeCloseTo(coin(one.callPut!, one.strike!, F), 12);
    }
  });

  test("a future moves with the part that is open: a certain call against it is hedged", () => {
    const { strike: _, callPut: __, ...fields } = option(30000, 1, INSIDE);
    const future = { ...fields, id: "F", kind: "future" as const };
    const [call, hedge] = rowsOf([option(30000, 1, INSIDE), future], windowed(MEAN), [{ spot: -0.1 }]);
    expect(call![0]).toBeCloseTo(-0.1 * F * (tau / WINDOW), 8);
    expect(hedge![0]).toBeCloseTo(call![0]!, 8);
  });
});

test("with a smile that moves, variance is the window's too", () => {
  const tau = years(BEFORE) - (2 / 3) * WINDOW;
  const one = option(64500, 1, BEFORE);
  const short = { ...near, a: near.a * 0.003, b: near.b * 0.003 };
  const facts: Fact[] = [sviFacts(BEFORE, short), { at: { underlying: "BTC" }, settlementWindow: WINDOW }];
  const [[pnl]] = rowsOf([one], facts, [{ spot: 0.01, stickiness: 0 }]) as [[number]];
  const sigma = (k: number) => vol(short, k, years(BEFORE));
  const k = Math.log(64500 / F);
  const there = price(1, F * 1.01, 64500, sigma(k - Math.log(1.01)), tau, 1);
  expect(pnl).toBeCloseTo(there - price(1, F, 64500, sigma(k), tau, 1), 8);
});
