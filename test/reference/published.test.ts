/** The twin against figures that others published: ../shared/vectors, each case with its own source and tolerance. */
import { describe, expect, test } from "vitest";
import type { Fact, Instrument } from "../../bindings/documents/market.ts";
import type { MarginModel, Row } from "../../bindings/documents/model.ts";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import * as black76 from "./black76.ts";
import { groupOf, marketOf, modelOf, portfolioOf, profileOf } from "./documents.ts";
import { evaluate } from "../agreement.ts";
import { deribitCase, deribitMarket, type DeribitInputs } from "./published-deribit.ts";
import { okx } from "./published-okx.ts";
import { vector, vectorsAreThere } from "./vectors.ts";

const close = (actual: number, expected: number, tolerance: number) =>
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);

type DeribitFigures = Record<string, number> & {
  aggregated_standard_per_price_bucket: number[];
  aggregated_extended: number[];
};
const deribitVector = () => vector<DeribitInputs, DeribitFigures>("exchanges.json", "deribit-pme-btc-2024-06");

function deribitRun(model: MarginModel, inputs: DeribitInputs, at: Record<string, string>) {
  const given = inputs.given_components;
  const facts = [
    {
      at,
      openOrdersMargin: given["open_orders_margin"]!,
      mmpMargin: given["mmp_margin"]!,
      spotMargin: given["spot_margin"]!,
    },
  ];
  const positions = Object.entries(inputs.positions_base_ccy).map(([instrument, amount]) => ({ instrument, amount }));
  return evaluate(model, deribitMarket(inputs), portfolioOf(positions, {}, facts), { exact: false });
}

describe.skipIf(!vectorsAreThere)("published figures (../shared/vectors)", () => {
  test("deribit-pme-btc-2024-06: portfolio margin of a perpetual and a future", () => {
    const { inputs, expected } = deribitVector();
    const r = deribitRun(deribitCase(inputs), inputs, {});

    const standard = profileOf(r, "matrix");
    expected.aggregated_standard_per_price_bucket.forEach((pnl, k) =>
      [0, 1, 2].forEach((v) => close(standard[3 * k + v]!, pnl, 1e-15)),
    );
    profileOf(r, "extended").forEach((pnl, k) => close(pnl, expected.aggregated_extended[k]!, 1e-15));
    close(groupOf(r, "worst").value, expected["worst_case"]!, 0.5e-9); // published unrounded
    close(groupOf(r, "deltaShock").value, expected["delta_shock"]!, 0);
    close(groupOf(r, "rollShock").value, expected["roll_shock"]!, 1e-15);
    close(groupOf(r, "riskMatrix").value, expected["risk_matrix_margin"]!, 1e-15);
    close(r.initial, expected["initial_margin"]!, 1e-15);
    close(r.maintenance, expected["maintenance_margin"]!, 1e-15);
  });

  test("deribit-pme-btc-2024-06: the preset has the same figures, in coin and in dollars", () => {
    const { inputs, expected } = deribitVector();
    const r = deribitRun(deribitPm, inputs, { settlement: "BTC" });
    const standard = profileOf(r, "standardTable");
    expected.aggregated_standard_per_price_bucket.forEach((pnl, k) =>
      [0, 1, 2].forEach((v) => close(standard[3 * k + v]!, pnl, 1e-15)),
    );
    profileOf(r, "extendedTable").forEach((pnl, k) => close(pnl, expected.aggregated_extended[k]!, 1e-15));
    const figures = {
      worst_case: "worstCase",
      delta_shock: "deltaShock",
      roll_shock: "rollShock",
      risk_matrix_margin: "riskMatrixMargin",
    };
    for (const [figure, name] of Object.entries(figures)) close(groupOf(r, name).value, expected[figure]!, 1e-15);
    close(groupOf(r, "initialMargin").value, expected["initial_margin"]!, 1e-15);
    close(groupOf(r, "maintenanceMargin").value, expected["maintenance_margin"]!, 1e-15);
    close(r.initial, expected["initial_margin"]! * inputs.index_price.btc_usd, 1e-10);
  });

  test("okx-position-builder: two risk units and a borrowed currency", () => {
    type Unit = { position: { contracts: number } & Record<string, number>; delta_usd: number; price_moves: number[] };
    type Figures = Record<string, number> & { mr1_scenarios_usd: Record<string, number> };
    const units = (["btc", "ltc"] as const).map((coin) => ({
      underlying: coin.toUpperCase(),
      ...vector<Unit, Figures>("exchanges.json", `okx-position-builder-${coin}-unit-2025-01`),
    }));
    const accountCase = vector<{ potential_borrow_usd: number }, Record<string, number>>(
      "exchanges.json",
      "okx-position-builder-account-2025-01",
    );
    const books = units.map(({ underlying, inputs, expected }) => {
      const amount = inputs.position.contracts * inputs.position[`contract_value_${underlying.toLowerCase()}`]!;
      const last = inputs.price_moves.at(-1)!;
      const index = expected.mr1_scenarios_usd[last]! / last / amount; // the shock notional is the index's, not the mark's
      const id = `${underlying}-USDT-SWAP`;
      const instrument: Instrument = {
        id,
        kind: "perpetual",
        underlying,
        expiry: "perpetual",
        settlement: "USDT",
        payoff: "linear",
      };
      return { instrument, amount, fact: { at: { instrument: id }, mark: index, deltaUsd: inputs.delta_usd / amount } };
    });
    const market = marketOf(
      "2025-01-15T10:26:41Z",
      [{ id: "USDT", price: 1 }],
      books.map((b) => b.instrument),
      books.map((b) => b.fact),
    );
    const positions = books.map((b) => ({ instrument: b.instrument.id, amount: b.amount }));
    const r = evaluate(okx, market, portfolioOf(positions, { USDT: -accountCase.inputs.potential_borrow_usd }), {
      exact: false,
    });

    for (const { underlying, inputs, expected } of units) {
      const at = { underlying };
      const pnl = profileOf(r, "mr1", at);
      inputs.price_moves.forEach((move, s) => close(pnl[s]!, expected.mr1_scenarios_usd[move]!, 1e-9));
      for (const name of ["mr1", "mr4", "mr6", "mr7"]) close(groupOf(r, name, at).value, expected[name]!, 1e-9);
      close(groupOf(r, "unit", at).value, expected["mmr"]!, 1e-9);
    }
    close(r.maintenance, accountCase.expected["totalMmr"]!, 1e-9);
    close(r.initial, accountCase.expected["totalImr"]!, 1e-9);
    close(r.equity, -accountCase.inputs.potential_borrow_usd, 1e-9);
  });

  test("scan.grid.linear: nine prices by three volatilities", () => {
    type Inputs = {
      F: number;
      positions: { kind: "call" | "put" | "perp"; K: number; T: number; iv: number; q: number }[];
      moves: number[];
      volShock: Record<string, number>;
    };
    const { inputs, expected } = vector<Inputs, { pnl: number[][]; worst: number }>(
      "risk-reference.json",
      "scan.grid.linear",
    );
    const expiry = "2026-01-15T00:00:00Z"; // 14 days
    const id = (k: number) => `P${k}`;
    const instruments = inputs.positions.map((p, k): Instrument => {
      const terms = { id: id(k), underlying: "BTC", settlement: "USDC", payoff: "linear" } as const;
      if (p.kind === "perp") return { ...terms, kind: "perpetual", expiry: "perpetual" };
      return { ...terms, kind: "option", expiry, strike: p.K, callPut: p.kind === "call" ? 1 : -1 };
    });
    const vols = inputs.positions.flatMap((p, k) =>
      p.kind === "perp" ? [] : [{ at: { instrument: id(k) }, vol: p.iv }],
    );
    const facts: Fact[] = [
      { at: { underlying: "BTC" }, spot: inputs.F },
      { at: { underlying: "BTC", expiry }, forward: inputs.F },
      ...vols,
    ];
    const market = marketOf("2026-01-01T00:00:00Z", [{ id: "USDC" }], instruments, facts);
    const rows = inputs.moves.flatMap((spot): Row[] =>
      Object.values(inputs.volShock).map((v) => ({ spot, volMove: { mul: [v, "term"] } })),
    );
    const model: MarginModel = modelOf({
      values: { discount: { is: 1 }, term: { at: "expiry", is: { pow: [{ div: [30, "days"] }, 0.3] } } },
      scenarios: { grid: { rows } },
      charges: { scan: { kind: "scan", scenarios: "grid" } },
      initial: "scan",
    });
    const r = evaluate(
      model,
      market,
      portfolioOf(inputs.positions.map((p, k) => ({ instrument: id(k), amount: p.q }))),
      { exact: false },
    );
    const pnl = profileOf(r, "scan");
    expected.pnl.flat().forEach((x, s) => close(pnl[s]!, x, 1e-9 * Math.max(1, Math.abs(x))));
    close(r.initial, -expected.worst, 1e-9 * -expected.worst);
  });

  test.each(["atm-30d", "otm-call-7d", "otm-put-1h", "deep-itm-call-1y"])(
    "opt.greeks.%s: price and Greeks at 80 digits",
    (name) => {
      type Inputs = { F: number; K: number; sigma: number; T: number; r: number; type: "call" | "put" };
      const { inputs, expected } = vector<Inputs, Record<string, number>>("risk-reference.json", `opt.greeks.${name}`);
      const { F, K, sigma, T } = inputs;
      const callPut = inputs.type === "call" ? 1 : -1;
      const D = Math.exp(-inputs.r * T);
      const figures = {
        price: black76.price(callPut, F, K, sigma, T, D),
        delta: black76.delta(callPut, F, K, sigma, T, D),
        gamma: black76.gamma(F, K, sigma, T, D),
        vega: black76.vega(F, K, sigma, T, D),
        theta: black76.theta(callPut, F, K, sigma, T, D),
      };
      for (const [figure, x] of Object.entries(figures))
        close(x, expected[figure]!, 1e-10 * Math.max(Math.abs(expected[figure]!), 1e-12));
    },
  );
});
