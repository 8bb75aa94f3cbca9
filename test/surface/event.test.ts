import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, kernels, relativeError, release } from "../kernels.ts";
import { filled, ownCase } from "./sample.ts";

const any = (min: number, max: number) => fc.double({ min, max, noNaN: true });

function split(t: number[], w: number[], after: number[]): number[] {
  release();
  const [a, b, c] = [column(t.length, t), column(w.length, w), column(after.length, after)];
  return filled(2, (out) => kernels.splitVariance(t.length, a, b, c, out));
}

describe("vectors", () => {
  it("calls over a two-sided event, and their vols", () => {
    const { inputs, expected } = ownCase("event.binary-jump");
    inputs.K.forEach((K: number, i: number) => {
      const call = kernels.eventPrice(inputs.F, K, inputs.T, inputs.sigma, 1, 1, inputs.u, inputs.p);
      expect(relativeError(call, expected.call[i])).toBeLessThan(1e-14);
      const vol = kernels.eventVol(inputs.F, K, inputs.T, inputs.sigma, inputs.u, inputs.p);
      expect(relativeError(vol, expected.impliedVol[i])).toBeLessThan(1e-14);
    });
    expect(kernels.eventOtherJump(inputs.u, inputs.p)).toBeCloseTo(inputs.d, 14);
  });

  it("the variance of an event from two expiries", () => {
    const { inputs, expected } = ownCase("event.variance.term-structure");
    const variance = kernels.eventVariance(inputs.vol1, inputs.vol2, inputs.T2);
    expect(relativeError(variance, expected.eventVariance)).toBeLessThan(1e-15);
    expect(relativeError(kernels.expectedMove(variance), expected.expectedAbsMove)).toBeLessThan(1e-15);
    expect(relativeError(kernels.volOverEvent(0.6, variance, 30 / 365), expected.volOf30DayExpiryBefore)).toBeLessThan(
      1e-15,
    );
  });
});

describe("identities", () => {
  it("parity: the mean of the jump is one", () => {
    fc.assert(
      fc.property(any(0.3, 2), any(0.5, 1.3), any(0.05, 0.6), any(0.1, 2), (moneyness, up, p, vol) => {
        const K = 60000 * moneyness;
        const price = (side: number) => kernels.eventPrice(60000, K, 0.02, vol, 0.99, side, up, p);
        expect(Math.abs(price(1) - price(-1) - 0.99 * (60000 - K))).toBeLessThan(1e-10 * 60000);
      }),
    );
  });

  it("without a jump it is Black, with its own vol", () => {
    for (const K of [40000, 60000, 90000]) {
      const black = kernels.price(60000, K, 0.1, 0.7, 0.98, 1);
      expect(relativeError(kernels.eventPrice(60000, K, 0.1, 0.7, 0.98, 1, 1, 0.4), black)).toBeLessThan(1e-14);
      expect(relativeError(kernels.eventVol(60000, K, 0.1, 0.7, 1, 0.4), 0.7)).toBeLessThan(1e-13);
    }
  });

  it("calls fall and are convex in the strike: no butterfly in a W-shaped smile", () => {
    const call = (K: number) => kernels.eventPrice(60000, K, 0.004, 0.2, 1, 1, 1.08, 0.45);
    for (let K = 45000; K < 75000; K += 250) {
      expect(call(K + 250)).toBeLessThanOrEqual(call(K));
      expect(call(K + 250) - 2 * call(K) + call(K - 250)).toBeGreaterThan(-1e-8);
    }
    const vol = (K: number) => kernels.eventVol(60000, K, 0.004, 0.2, 1.08, 0.45);
    expect(vol(60000)).toBeGreaterThan(vol(66500)); // higher at the money than where it jumps to
  });

  it("ambient and event variance are found again, whatever the expiries", () => {
    fc.assert(
      fc.property(any(0.05, 1), any(0, 0.01), (ambient, event) => {
        const t = [0.01, 0.02, 0.05, 0.2];
        const after = [0, 1, 1, 1];
        const [a, e] = split(
          t,
          t.map((x, i) => ambient * x + event * after[i]!),
          after,
        );
        expect(Math.abs(a! - ambient)).toBeLessThan(1e-13);
        expect(Math.abs(e! - event)).toBeLessThan(1e-13);
      }),
    );
  });
});

describe("edges", () => {
  it("jumps that cannot have mean one, or a probability out of range: NaN", () => {
    const price = (up: number, p: number) => kernels.eventPrice(60000, 60000, 0.01, 0.5, 1, 1, up, p);
    expect(price(2, 0.5)).toBeNaN(); // d = 0
    expect(price(0, 0.5)).toBeNaN();
    expect(price(1.1, 1)).toBeNaN();
    expect(price(1.1, -0.1)).toBeNaN();
    expect(price(1.1, NaN)).toBeNaN();
    expect(price(NaN, 0.5)).toBeNaN();
    expect(relativeError(price(1.1, 0), kernels.price(60000, 60000, 0.01, 0.5, 1, 1))).toBeLessThan(1e-15);
  });

  it("a far expiry with less vol has no event; its variance is not below 0", () => {
    expect(kernels.eventVariance(0.8, 0.6, 0.01)).toBe(0);
    const [ambient, event] = split([0.1, 0.2], [0.05, 0.06], [0, 1]);
    expect(event).toBe(0);
    expect(ambient).toBeCloseTo((0.1 * 0.05 + 0.2 * 0.06) / 0.05, 15);
  });

  it("expiries all on one side of the event do not tell", () => {
    expect(split([0.1, 0.2], [0.01, 0.02], [0, 0])).toEqual([NaN, NaN]);
    expect(split([0.1], [0.01], [1])).toEqual([NaN, NaN]);
    // two behind the event do, with their slope
    expect(split([0.1, 0.2], [0.03, 0.04], [1, 1])[1]).toBeCloseTo(0.02, 14);
  });
});
