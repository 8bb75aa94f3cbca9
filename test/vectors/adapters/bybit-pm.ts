/** Bybit's portfolio margin: profit and loss by price move is given for each position, options' by state of volatility too. */
import type { Fact } from "../../../bindings/documents/market.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Input } from "../input.ts";
import { evaluate, groupOf, LINEAR, option, perpetual, scanOf } from "./documents.ts";

function portfolioMargin(inputs: Input): Answer {
  const moves = inputs.numbers("price_scale");
  const byMove = inputs.list("option_pnl_up_same_down").map((states) => states.numbers());
  const states = byMove[0]!.length;
  const each = (key: string) => inputs.numbers(key).flatMap((pnl) => new Array<number>(states).fill(pnl));
  // the arrays are of whole positions
  const arrays = { O: byMove.flat(), P: each("perp_pnl"), S: each("spot_hedge_pnl") };
  const mark = inputs.at("perp").num("mark");
  const facts = Object.entries(arrays).map(([instrument, pnl]): Fact => ({ at: { instrument }, pnl, mark }));
  const contingencies = inputs.at("contingency");
  const held = evaluate({
    instruments: [
      option("O", { strike: 1, callPut: 1 }),
      perpetual("P"),
      { ...LINEAR, id: "S", kind: "spot", expiry: "perpetual" },
    ],
    facts: [{ at: {}, spot: mark }, ...facts],
    scenarios: {
      grid: { array: "pnl", rows: moves.flatMap((slice) => byMove[0]!.map(() => ({ slice }))) },
    },
    charges: {
      loss: {
        kind: "scan",
        scenarios: "grid",
        profile: { of: [{ select: { kind: "option" }, worst: "slice" }, { select: { kind: ["perpetual", "spot"] } }] },
      },
    },
    outputs: { contingency: { sum: contingencies.keys().map((key) => contingencies.num(key)) } },
    positions: Object.keys(arrays).map((instrument) => ({ instrument, amount: 1 })),
  });
  const { row, profile } = scanOf(groupOf(held, "loss"));
  return {
    got: {
      total_pnl_worst_iv: moves.map((_, k) => profile[k * states]),
      max_loss_price_move: moves[Math.floor(row / states)],
      max_loss: groupOf(held, "loss").value,
      contingency_total: held.outputs!.contingency,
    },
    note: "the response converts the sum into the margin by a rate that it does not give",
  };
}

export const bybitPm: Adapter[] = [
  { family: "Bybit portfolio margin", knows: named("Bybit UTA portfolio margin"), run: portfolioMargin },
];
