/** Full collateral: the worst payoff at expiry in cash, and calls that are short beyond the last strike in coin; of calls alone, all in coin. */
import type { Charge } from "../../../bindings/documents/model.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Input } from "../input.ts";
import { evaluate, groupOf, money, option } from "./documents.ts";

const COIN = "COIN";
const inCoin = ["underlying", "expiry", "settlement"];

const charges: Record<string, Charge> = {
  worstInCash: { kind: "scan", at: "expiry", scenarios: "prices" },
  worstInCoin: { kind: "scan", at: inCoin, scenarios: "prices" },
  netShortCalls: { kind: "amount", at: "expiry", on: "short", select: { callPut: 1 } },
  puts: { kind: "amount", at: "expiry", net: "instrument", select: { callPut: -1 } },
  cash: { kind: "formula", at: "expiry", value: { if: [{ lt: [0, "puts"] }, "worstInCash", 0] } },
  coins: {
    kind: "formula",
    at: inCoin,
    value: { if: [{ lt: [0, "puts"] }, "netShortCalls", { max: ["netShortCalls", "worstInCoin"] }] },
  },
};

function maxLoss(inputs: Input): Answer {
  const rows = inputs.list("options");
  const id = (i: number) => `O${String(i).padStart(4, "0")}`;
  // of no influence on a payoff at expiry
  const spot = Math.max(...rows.map((row) => row.num("strike")));
  const requirement = evaluate({
    instruments: rows.map((row, i) => ({
      ...option(id(i), { strike: row.num("strike"), callPut: row.callPut() }),
      underlying: COIN,
      settlement: COIN,
      payoff: "inverse",
    })),
    currencies: [money("USD"), { ...money(COIN, spot), underlying: COIN }],
    facts: [{ at: {}, spot }],
    scenarios: { prices: { settlement: true } },
    charges,
    positions: rows.map((row, i) => ({ instrument: id(i), amount: row.num("quantity") })),
  });
  return { got: { cash: groupOf(requirement, "cash").value, underlying: groupOf(requirement, "coins").value } };
}

export const fullCollateral: Adapter[] = [
  { family: "Full collateral", knows: named("full-collateral-max-loss"), run: maxLoss },
];
