import { expect, test } from "vitest";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { core } from "../core.ts";

test("the venue's own example, to its printed digits", () => {
  const result = core.margin(
    { ...deribitPm, currency: "BTC" },
    {
      format: 1,
      asOf: "2024-06-17T10:22:20.501Z",
      currencies: [{ id: "BTC", largestTotal: 131072, price: 65666.19, underlying: "BTC" }],
      instruments: [
        {
          id: "BTC-PERPETUAL",
          kind: "perpetual",
          underlying: "BTC",
          expiry: "perpetual",
          settlement: "BTC",
          payoff: "inverse",
        },
        {
          id: "BTC-28JUN24",
          kind: "future",
          underlying: "BTC",
          expiry: "2024-06-28T08:00:00Z",
          settlement: "BTC",
          payoff: "inverse",
        },
      ],
      facts: [
        { at: { underlying: "BTC" }, spot: 65666.19 },
        { at: { instrument: "BTC-PERPETUAL" }, mark: 65910.57 },
        { at: { instrument: "BTC-28JUN24" }, mark: 67371.75 },
      ],
    },
    {
      format: 1,
      positions: [
        { instrument: "BTC-PERPETUAL", amount: 0.314538364 },
        { instrument: "BTC-28JUN24", amount: -0.001187534 },
      ],
      balances: { BTC: 1 },
      facts: [{ at: {}, openOrdersMargin: 1.8212e-5, mmpMargin: 0.06 }],
    },
    { exact: false },
  );
  expect(result.initial).toBe(0.122861343);
  expect(result.maintenance).toBeCloseTo(0.050274504784, 16);
});
