/** Full collateral: the worst payoff of an expiry in cash, net short calls in coin; of calls alone, the worst payoff in coin. */
import type { Instrument } from "../../../bindings/documents/market.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Input } from "../input.ts";
import { evaluate, groupsOf, money, option } from "./documents.ts";

const COIN = ["underlying", "expiry", "settlement"];

function fullCollateral(inputs: Input): Answer {
  const options = inputs.list("options");
  const instruments = options.map((one, k): Instrument => ({
    ...option(`O${k}`, { strike: one.num("strike"), callPut: one.callPut() }),
    settlement: "X",
    payoff: "inverse",
  }));
  // what the coin is worth today does not matter: payoffs are told at the price of their row
  const price = options[0]!.num("strike");
  const held = evaluate({
    currencies: [money("USD"), { ...money("X", price), underlying: "X" }],
    instruments,
    facts: [{ at: {}, spot: price }],
    scenarios: { expiry: { settlement: true } },
    charges: {
      inCash: { kind: "scan", at: "expiry", scenarios: "expiry" },
      inCoin: { kind: "scan", at: COIN, scenarios: "expiry" },
      shortCalls: { kind: "amount", at: "expiry", on: "short", select: { callPut: 1 } },
      puts: { kind: "amount", at: "expiry", net: "instrument", select: { callPut: -1 } },
      cash: { kind: "formula", at: "expiry", value: { if: [{ lt: [0, "puts"] }, "inCash", 0] } },
      coin: {
        kind: "formula",
        at: COIN,
        value: { if: [{ lt: [0, "puts"] }, "shortCalls", { max: ["shortCalls", "inCoin"] }] },
      },
    },
    positions: options.map((one, k) => ({ instrument: `O${k}`, amount: one.num("quantity") })),
  });
  const total = (charge: string) => groupsOf(held, charge).reduce((sum, { value }) => sum + value, 0);
  return { got: { cash: total("cash"), underlying: total("coin") } };
}

export const collateral: Adapter[] = [
  { family: "Full collateral", knows: named("full-collateral-max-loss"), run: fullCollateral },
];
