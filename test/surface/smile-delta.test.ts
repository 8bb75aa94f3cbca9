import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kernels, relativeError } from "../kernels.ts";
import { anySlice, at, ownCase, Svi, type Raw } from "./sample.ts";

const TAU = 30 / 365;
const F = 60000;

describe("vectors", () => {
  it("sticky strike and sticky moneyness at three strikes", () => {
    const { inputs, expected } = ownCase("svi.sticky.delta");
    inputs.K.forEach((K: number, i: number) => {
      const { iv, skewDsigmaDk, deltaStickyStrike, deltaStickyMoneyness } = expected.perStrike[i];
      const strike = kernels.stickyStrikeDelta(inputs.F, K, inputs.T, iv, 1, 1);
      const moneyness = kernels.smileDelta(inputs.F, K, inputs.T, iv, 1, 1, skewDsigmaDk, expected.atmSkew, 0);
      expect(relativeError(strike, deltaStickyStrike)).toBeLessThan(1e-14);
      expect(relativeError(moneyness, deltaStickyMoneyness)).toBeLessThan(1e-14);
    });
  });
});

describe("identities", () => {
  const smile: Raw = [0.004, 0.08, -0.25, 0.02, 0.1];
  const skewAtm = at(Svi.skew, smile, [0], TAU)[0]!;

  it("is the derivative of the price when the smile moves by R", () => {
    for (const R of [0, 0.5, 1, 2]) {
      for (const K of [45000, 60000, 70000]) {
        for (const side of [1, -1]) {
          const price = (forward: number) => {
            const vol = at(Svi.vol, smile, [kernels.logRatio(K, forward)], TAU)[0]!;
            return kernels.price(forward, K, TAU, vol + R * skewAtm * kernels.logRatio(forward, F), 0.98, side);
          };
          const h = 6;
          const difference = (8 * (price(F + h) - price(F - h)) - (price(F + 2 * h) - price(F - 2 * h))) / (12 * h);
          const k = kernels.logRatio(K, F);
          const [vol, skew] = [at(Svi.vol, smile, [k], TAU)[0]!, at(Svi.skew, smile, [k], TAU)[0]!];
          const delta = kernels.smileDelta(F, K, TAU, vol, 0.98, side, skew, skewAtm, R);
          expect(Math.abs(delta - difference)).toBeLessThan(1e-10);
        }
      }
    }
  });

  it("R = 1 at the money is sticky strike, and lanes are scalars", () => {
    fc.assert(
      fc.property(
        anySlice,
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (s, x, R) => {
          const [vol, skew] = [at(Svi.vol, s, [0], TAU)[0]!, at(Svi.skew, s, [0], TAU)[0]!];
          const strike = kernels.stickyStrikeDelta(F, F, TAU, vol, 1, 1);
          expect(Math.abs(kernels.smileDelta(F, F, TAU, vol, 1, 1, skew, skew, 1) - strike)).toBeLessThan(1e-15);
          const other = [F, F * x, TAU, vol, 0.99, -1, skew, 0.3, R] as const;
          expect(kernels.smileDeltaLane(...other)).toBe(kernels.smileDelta(...other));
        },
      ),
    );
  });

  it("Black's delta, as the Greeks have it", () => {
    for (const K of [30000, 60000, 110000]) {
      for (const side of [1, -1]) {
        const delta = kernels.stickyStrikeDelta(F, K, TAU, 0.6, 0.97, side);
        expect(relativeError(delta, kernels.greek(1, F, K, TAU, 0.6, 0.3, 0.97, side))).toBeLessThan(2e-14);
      }
    }
  });
});

describe("edges", () => {
  it("outside the domain there is none", () => {
    expect(kernels.stickyStrikeDelta(F, F, 0, 0.5, 1, 1)).toBeNaN();
    expect(kernels.stickyStrikeDelta(F, F, TAU, 0, 1, 1)).toBeNaN();
    expect(kernels.stickyStrikeDelta(-F, F, TAU, 0.5, 1, 1)).toBeNaN();
    expect(kernels.smileDelta(F, F, TAU, NaN, 1, 1, 0, 0, 1)).toBeNaN();
    expect(kernels.smileDelta(F, F, TAU, 0.5, 1, 1, NaN, 0, 1)).toBeNaN();
  });
});
