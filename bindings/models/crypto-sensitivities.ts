/**
 * Cryptoassets as a risk class of their own, on the positions themselves: delta by tenor, vega by option tenor, curvature by repricing. The
 * parameters are a profile; two are here, and none of them is a venue's margin.
 *
 * | profile                | delta weight | one coin, two tenors | two coins | source |
 * | ---------------------- | ------------ | -------------------- | --------- | --- |
 * | `crypto-basel-2a`      | 100 %        | 94 %                 | no offset | SCO60 (in force since 2026), group 2a; with vega and curvature |
 * | `crypto-floating-2026` | 132 %        | 94 % (assumed)       | 73 %      | FEDS 2026-009, a proposal for ten-day initial margin; delta only |
 */
import type { Correlated, Expr, MarginModel, Parameter } from "../documents/model.ts";

/** Years. */
const TENORS = [0, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 20, 30];
const OPTION_TENORS = [0.5, 1, 3, 5, 10];

const coin = ["underlying"];
const options = { kind: "option" };
const moving = { kind: ["option", "future", "perpetual", "spot"] };
const price: Expr = { if: [{ is: options }, "forward", "mark"] };

/** What one unit gains per 100 % of its price, in quote currency, undiscounted: F·∂V/∂F. */
const delta: Expr = { mul: ["delta", price] };

/** The same of the volatility: σ·∂V/∂σ. */
const vega: Expr = { mul: ["vega", "vol"] };

/**
 * Profit of one option in quote currency, undiscounted as its delta is: in coin it is paid in coins of the moved value, and what was held
 * in coin moves too, (mark + pnl)·F' − mark·F with F' = F + forward·move.
 */
const profit = (move: Expr): Expr => {
  const moved: Expr = { sum: ["forwardFixed", { mul: ["forward", { sum: [1, move] }] }] };
  const inCoin: Expr = { sum: [{ mul: ["pnl", moved] }, { mul: ["mark", "forward", move] }] };
  return { if: [{ is: { payoff: "inverse" } }, inCoin, "pnl"] };
};

/** CVR = −(V(moved) − V − move·delta): MAR21.5. */
const curvature = (move: Expr): Expr => ({ neg: { sub: [profit(move), { mul: [move, delta] }] } });

const deltaCharge: Omit<Correlated, "bucket" | "within"> = {
  kind: "correlated",
  select: moving,
  factor: coin,
  measure: delta,
  pillars: { of: "tau", at: TENORS },
  weight: "deltaWeight",
};

const UNCONFIRMED =
  "as a vendor reports SCO60.73, .76 and .79; not read in the text itself: check before relying on it";
const assumed = (unit: string, is: number, words: string): Parameter => ({ unit, assumed: words, is });

export const cryptoBasel2a: MarginModel = {
  format: 1,
  id: "crypto-basel-2a",
  edition: "2026-01-01",
  source: "Basel Framework, SCO60: cryptoassets of group 2a in the sensitivities-based method, on one exchange",
  assumptions: [
    "The spot of a coin is in USD, and so are the totals.",
    "The move down is by 99.9999 %: the value at −100 % is its limit.",
    "Correlations are those of one scenario: the text is silent on the three of MAR21.6.",
  ],
  currency: "USD",
  parameters: {
    deltaWeight: assumed("relative move", 1, `100 %, ${UNCONFIRMED}`),
    vegaWeight: assumed("relative move of the volatility", 1, `100 %, ${UNCONFIRMED}`),
    tenorRho: assumed("correlation of two tenors", 0.94, `94 %, ${UNCONFIRMED}`),
    moveUp: assumed("relative move", 1, `100 %, ${UNCONFIRMED}`),
    moveDown: assumed("relative move", -0.999999, `−100 %, ${UNCONFIRMED}`),
  },
  values: { discount: { is: 1 } },
  scenarios: {
    moves: {
      rows: [
        { label: "{spot}", spot: "moveUp" },
        { label: "{spot}", spot: "moveDown" },
      ],
    },
  },
  charges: {
    delta2a: { ...deltaCharge, bucket: coin, within: "tenorRho", across: "sum" },
    vega2a: {
      kind: "correlated",
      select: options,
      factor: coin,
      bucket: coin,
      measure: vega,
      pillars: { of: "tau", at: OPTION_TENORS },
      weight: "vegaWeight",
      within: "tenorRho",
      across: "sum",
    },
    curvature2a: {
      kind: "correlated",
      select: options,
      factor: coin,
      bucket: coin,
      reprice: { scenarios: "moves", up: 0, down: 1 },
      measure: { up: curvature("moveUp"), down: curvature("moveDown") },
      within: "absolute",
      across: "sum",
    },
  },
  equity: 0,
  initial: { sum: ["delta2a", "vega2a", "curvature2a"] },
  maintenance: { sum: ["delta2a", "vega2a", "curvature2a"] },
};

const SUMMARY = "FEDS 2026-009 (Federal Reserve staff, February 2026), read in a summary; not adopted by anyone";

export const cryptoFloating: MarginModel = {
  format: 1,
  id: "crypto-floating-2026",
  edition: "2026-02-01",
  source: SUMMARY,
  assumptions: [
    "Delta only: the summary gives no vega or curvature weights.",
    "Every coin floats: pegged ones have a bucket of their own in the proposal, and are not told apart here.",
    "The spot of a coin is in USD, and so are the totals.",
  ],
  currency: "USD",
  parameters: {
    deltaWeight: { unit: "relative move in ten days", source: SUMMARY, is: 1.32 },
    coinRho: { unit: "correlation of two floating coins", source: SUMMARY, is: 0.73 },
    tenorRho: assumed("correlation of two tenors", 0.94, "as in crypto-basel-2a: the proposal has one factor per coin"),
  },
  values: { discount: { is: 1 } },
  charges: {
    floatingDelta: {
      ...deltaCharge,
      bucket: "account",
      within: [
        { agree: ["underlying"], is: 1, else: "coinRho" },
        { agree: ["pillar"], is: 1, else: "tenorRho" },
      ],
    },
  },
  equity: 0,
  initial: "floatingDelta",
  maintenance: "floatingDelta",
};
