/**
 * Greek vectors: sensitivities of a portfolio by risk factor, with their long and short parts. A model that costs nothing; its exposures can
 * stand in any model.
 *
 * | name      | factor               | one unit is |
 * | --------- | -------------------- | --- |
 * | `delta`   | underlying, expiry   | base units: ∂V/∂F |
 * | `gamma`   | underlying, expiry   | base units per 1 quote: ∂²V/∂F² |
 * | `vega`    | underlying, pillar   | quote per 1.00 of volatility: ∂V/∂σ, split between pillars |
 * | `theta`   | underlying, expiry   | quote per year: ∂V/∂t |
 * | `basis`   | underlying, expiry   | quote per 1.00 of relative move of the forward against spot: F·∂V/∂F |
 * | `rate`    | underlying, pillar   | quote per 1.00 of the continuously compounded rate: ∂V/∂r = −τ·V at fixed forward |
 *
 * V is the value in quote currency, undiscounted, of coin-settled instruments too; F is all of the forward, or the mark of a future.
 */
import type { Exposure, Expr, MarginModel } from "../documents/model.ts";

/** A week to two years: what listed crypto options span. */
const PILLARS = [7, 14, 30, 60, 90, 180, 365, 730].map((days) => days / 365);

const byExpiry = ["underlying", "expiry"];
const dated = { kind: ["option", "future"] };
const options = { kind: "option" };

/** All that the option settles on, with the part of a mean that is known already. */
const forward: Expr = { sum: ["forward", "forwardFixed"] };

/** Value of an option in quote currency: its mark is in the settlement currency. */
const value: Expr = { if: [{ is: { payoff: "inverse" } }, { mul: ["mark", forward] }, "mark"] };

export const greekVectors: Record<string, Exposure> = {
  delta: {
    label: "base units",
    factor: byExpiry,
    measure: "delta",
    select: { kind: ["option", "future", "perpetual", "spot"] },
  },
  gamma: { label: "base units per 1 quote", factor: byExpiry, measure: "gamma", select: options },
  vega: {
    label: "quote per 1.00 of volatility",
    factor: ["underlying"],
    measure: "vega",
    select: options,
    pillars: { of: "tau", at: PILLARS },
  },
  theta: { label: "quote per year", factor: byExpiry, measure: "theta", select: options },
  basis: {
    label: "quote per 1.00 of the forward against spot",
    factor: byExpiry,
    measure: { mul: ["delta", { if: [{ is: { kind: "option" } }, forward, "mark"] }] },
    select: dated,
  },
  rate: {
    label: "quote per 1.00 of the rate",
    factor: ["underlying"],
    measure: { neg: { mul: ["tau", value] } },
    select: options,
    pillars: { of: "tau", at: PILLARS },
  },
};

export const greekVectorsModel: MarginModel = {
  format: 1,
  id: "greek-vectors",
  edition: "2026-11-25",
  source: "margin-core: Greeks of Black-76 by underlying, expiry and pillar; nothing is margined",
  currency: "USD",
  assumptions: ["Values are not discounted, as crypto venues mark options."],
  parameters: {},
  values: { discount: { is: 1 } },
  charges: {},
  exposures: greekVectors,
  equity: 0,
  initial: 0,
  maintenance: 0,
};
