/** OKX portfolio margin where both payoffs meet; published cases run in test/vectors. */
import { expect, test } from "vitest";
import type { Market } from "../../bindings/documents/market.ts";
import { okxPm } from "../../bindings/models/okx/portfolio.ts";
import { expectAgreement } from "../agreement.ts";
import { groupsOf } from "../vectors/adapters/documents.ts";

const SPOT = 64_000;
/** Of the dated contracts and of the perpetuals. */
const MARK = { F: 67_200, P: 62_500 };
const EXPIRY = "2026-03-20T08:00:00Z";

const contracts = (terms: { kind: "future" | "perpetual"; expiry: string }, suffix: string): Market["instruments"] => [
  {
    ...terms,
    id: `INVERSE-${suffix}`,
    underlying: "BTC",
    settlement: "BTC",
    payoff: "inverse",
    lot: 10,
    lotUnit: "quote",
  },
  { ...terms, id: `LINEAR-${suffix}`, underlying: "BTC", settlement: "USDT", payoff: "linear", lot: 0.001 },
];
const market: Market = {
  format: 1,
  asOf: "2026-02-18T08:00:00Z",
  currencies: [
    { id: "BTC", largestTotal: 131072, price: SPOT, underlying: "BTC" },
    { id: "USDT", largestTotal: 2 ** 33, price: 1 },
    { id: "USD", largestTotal: 2 ** 33, price: 1 },
  ],
  instruments: [
    ...contracts({ kind: "future", expiry: EXPIRY }, "F"),
    ...contracts({ kind: "perpetual", expiry: "perpetual" }, "P"),
  ],
  facts: [
    { at: { underlying: "BTC" }, spot: SPOT },
    { at: { underlying: "BTC", expiry: EXPIRY }, forward: MARK.F },
    { at: { instrument: "INVERSE-P" }, mark: MARK.P },
    { at: { instrument: "LINEAR-P" }, mark: MARK.P },
  ],
};

/** MR1 and MR6 of coins; an inverse contract's amount is dollars. */
function movesOf(coins: Record<string, number>): number[] {
  const positions = Object.entries(coins).map(([instrument, amount]) => ({
    instrument,
    amount: instrument.startsWith("INVERSE") ? amount * MARK[instrument.endsWith("F") ? "F" : "P"] : amount,
  }));
  const portfolio = { format: 1 as const, positions, balances: {} };
  const requirement = expectAgreement(okxPm, market, portfolio, false);
  return ["mr1", "mr6"].map((charge) => groupsOf(requirement, charge)[0]!.value);
}

// 12 % of the index; half of 24 %
test.each(["INVERSE-F", "LINEAR-F", "INVERSE-P", "LINEAR-P"])(
  "%s loses its share of the index, wherever it is marked",
  (id) => {
    for (const side of [1, -1]) for (const loss of movesOf({ [id]: side })) expect(loss).toBeCloseTo(0.12 * SPOT, 8);
  },
);

test.each(["F", "P"])("an inverse and a linear contract of one base hedge each other in every row: %s", (suffix) => {
  for (const side of [1, -1])
    for (const loss of movesOf({ [`INVERSE-${suffix}`]: side, [`LINEAR-${suffix}`]: -side }))
      expect(loss).toBeCloseTo(0, 8);
});
