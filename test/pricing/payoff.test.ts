import { describe, expect, it } from "vitest";
import { kernels, referenceCase, relativeError } from "../kernels.ts";

describe("vectors", () => {
  it("inv.perp.pnl", () => {
    const { inputs, expected } = referenceCase("inv.perp.pnl");
    inputs.trades.forEach((t: any, i: number) => {
      const coin = kernels.inversePnlBetween(t.contracts, t.entry, t.exit);
      expect(relativeError(coin, expected.pnlCoin[i])).toBeLessThanOrEqual(1e-15);
      expect(relativeError(coin * t.exit, expected.pnlUsd[i])).toBeLessThanOrEqual(1e-15);
      expect(
        relativeError(kernels.inverseDelta(t.contracts, t.entry), expected.dPnlCoin_dF_atEntry[i]),
      ).toBeLessThanOrEqual(1e-15);
      expect(
        relativeError(kernels.inverseGamma(t.contracts, t.entry), expected.d2PnlCoin_dF2_atEntry[i]),
      ).toBeLessThanOrEqual(1e-15);
    });
  });

  it("inv.perp.deribit-risk-vector", () => {
    const { inputs, expected } = referenceCase("inv.perp.deribit-risk-vector");
    inputs.moves.forEach((m: number, i: number) => {
      const coin = inputs.notionalOverMark * kernels.inversePnl(m);
      expect(relativeError(coin, expected.pnlCoin[i])).toBeLessThan(1e-14);
      expect(relativeError(coin, expected.publishedPnlCoin[i])).toBeLessThan(1e-6);
    });
  });

  it("inv.option.parity and the exchange's price of inv.option.measure-pitfall", () => {
    const parity = referenceCase("inv.option.parity");
    parity.inputs.pairs.forEach(({ F, K }: any, i: number) => {
      const coin = (cp: number) => kernels.coinPrice(kernels.price(F, K, 0.25, 0.6, 1, cp), F);
      expect(Math.abs(coin(1) - coin(-1) - parity.expected.callMinusPutCoin[i])).toBeLessThanOrEqual(1e-15);
    });
    const pitfall = referenceCase("inv.option.measure-pitfall");
    pitfall.inputs.options.forEach((o: any, i: number) => {
      const coin = kernels.coinPrice(kernels.price(o.S, o.K, o.T, o.sigma, 1, 1), o.S);
      expect(relativeError(coin, pitfall.expected.exchangeCoinPrice[i])).toBeLessThan(1e-13);
    });
  });
});

describe("identities", () => {
  it("an inverse P&L by move is that of one base unit between the two prices", () => {
    for (let m = -0.9; m < 3; m += 0.07) {
      const byPrices = kernels.inversePnlBetween(50000, 50000, 50000 * (1 + m));
      expect(Math.abs(kernels.inversePnl(m) - byPrices)).toBeLessThan(4e-16 * Math.max(1, Math.abs(byPrices)));
      expect(kernels.inversePnl(m)).toBe(m / (1 + m));
    }
  });

  it("a linear contract gains what the price gains", () => {
    expect(kernels.linearPnl(100, 107)).toBe(7);
    expect(kernels.linearPnl(100, 93)).toBe(-7);
  });
});

describe("edges", () => {
  it("intrinsic value by side, in quote and in coin", () => {
    expect(kernels.intrinsic(100, 90, 1)).toBe(10);
    expect(kernels.intrinsic(100, 90, -1)).toBe(0);
    expect(kernels.intrinsic(90, 100, -1)).toBe(10);
    expect(kernels.intrinsic(100, 100, 1)).toBe(0);
    expect(kernels.intrinsic(NaN, 100, 1)).toBeNaN();
    expect(kernels.coinIntrinsic(125, 100, 1)).toBe(0.2);
    expect(kernels.coinIntrinsic(80, 100, -1)).toBe(0.25);
  });

  it("quote lots become base at the mark", () => {
    expect(kernels.baseOfQuoteLots(200, 10, 50000)).toBe(0.04);
    expect(kernels.baseOfQuoteLots(-3, 100, 2500)).toBe(-0.12);
  });
});
