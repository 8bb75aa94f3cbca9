/** Paradex: portfolio margin's minimum and volatility rule, cross margin of perpetuals with orders and of options. */
import type { Instrument } from "../../../bindings/documents/market.ts";
import type { Expr } from "../../../bindings/documents/model.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Input } from "../input.ts";
import { evaluate, formulas, option, perpetual } from "./documents.ts";

function minimumDelta(inputs: Input): Answer {
  const legs = inputs.list("legs");
  const { outputs } = evaluate({
    instruments: legs.map((_, i): Instrument => perpetual(`L${i}`)),
    facts: [
      {
        at: {},
        spot: inputs.num("spot"),
        unhedged: inputs.num("unhedged_factor"),
        hedgedFactor: inputs.num("hedged_factor"),
      },
      ...legs.map((leg, i) => ({ at: { instrument: `L${i}` }, delta: leg.num("delta") })),
    ],
    charges: {
      signed: { kind: "amount", at: "underlying", on: "signed", measure: "delta" },
      gross: { kind: "amount", at: "underlying", net: "instrument", measure: "delta" },
      hedged: { kind: "formula", at: "underlying", value: { mul: [0.5, { sub: ["gross", { abs: "signed" }] }] } },
      least: {
        kind: "formula",
        at: "underlying",
        value: {
          mul: ["spot", { sum: [{ mul: ["unhedged", { abs: "signed" }] }, { mul: ["hedgedFactor", "hedged"] }] }],
        },
      },
    },
    outputs: { net: "signed", all: "gross", offset: "hedged", minimum: "least" },
    positions: legs.map((leg, i) => ({ instrument: `L${i}`, amount: leg.num("qty") })),
  });
  const { net, all, offset, minimum } = outputs!;
  return { got: { net_delta: net, gross_delta: all, hedged_delta: offset, min_delta_risk_usd: minimum } };
}

function volShock(inputs: Input): Answer {
  const figures = {
    floor: inputs.num("dte_floor"),
    short: inputs.num("power_short"),
    long: inputs.num("power_long"),
    switchAt: inputs.num("switch_days"),
  };
  const term: Expr = {
    pow: [{ div: [30, { max: ["floor", "dte"] }] }, { if: [{ lt: ["dte", "switchAt"] }, "short", "long"] }],
  };
  const cases = inputs.list("cases").map((one) => {
    const of = { ...figures, iv: one.num("iv"), dte: one.num("dte"), shock: one.num("vol_shock") };
    return { shocked_iv: formulas(of, { x: { mul: ["iv", { sum: [1, { mul: ["shock", term] }] }] } }).x };
  });
  return { got: { cases } };
}

/** A perpetual whose orders are filled on the worse side. */
function perpetualWithOrders(of: {
  position: number;
  mark: number;
  rate: number;
  maintenance?: number;
  buys?: number;
  sells?: number;
  entry?: number;
  fee?: number;
}) {
  return evaluate({
    instruments: [perpetual("P")],
    facts: [{ at: {}, spot: of.mark, fee: of.fee ?? 0 }],
    given: [{ at: {}, buys: of.buys ?? 0, sells: of.sells ?? 0 }],
    parameters: {
      rate: { unit: "rate", source: "inputs of the case", is: of.rate },
      maintenanceShare: { unit: "share", source: "inputs of the case", is: of.maintenance ?? 0 },
      buys: { unit: "base", assumed: "the account's orders", given: "account", is: 0 },
      sells: { unit: "base", assumed: "the account's orders", given: "account", is: 0 },
    },
    charges: {
      held: { kind: "amount", on: "signed" },
      buyOpen: { kind: "formula", value: { max: [0, { sum: ["held", "buys"] }] } },
      sellOpen: { kind: "formula", value: { max: [0, { sub: ["sells", "held"] }] } },
      im: { kind: "formula", value: { mul: ["rate", "spot", { max: ["buyOpen", "sellOpen"] }] } },
      mm: {
        kind: "formula",
        value: { mul: [{ sum: [{ mul: ["rate", "maintenanceShare"] }, "fee"] }, "spot", { abs: "held" }] },
      },
      feeIfFilled: { kind: "formula", value: { mul: ["fee", "spot", { max: ["buyOpen", "sellOpen"] }] } },
      result: { kind: "formula", at: "settlement", value: "unrealised" },
    },
    initial: "im",
    maintenance: "mm",
    outputs: { buyOpen: "buyOpen", sellOpen: "sellOpen", result: "result", feeIfFilled: "feeIfFilled" },
    positions: [{ instrument: "P", amount: of.position, entry: of.entry }],
  });
}

function crossInitial(inputs: Input): Answer {
  const { initial, outputs } = perpetualWithOrders({
    position: inputs.num("position"),
    mark: inputs.num("mark"),
    rate: inputs.num("imf"),
    buys: inputs.num("buy_orders"),
    sells: inputs.num("sell_orders"),
  });
  return { got: { buy_open_size: outputs!.buyOpen, sell_open_size: outputs!.sellOpen, net_imr_usd: initial } };
}

function orderCheck(inputs: Input): Answer {
  const of = { position: inputs.num("position"), rate: inputs.num("imf"), entry: inputs.num("entry") };
  const before = perpetualWithOrders({ ...of, mark: of.entry });
  const after = perpetualWithOrders({ ...of, mark: inputs.num("mark_after") });
  return {
    got: {
      imr_before: before.initial,
      imr_after_drop: after.initial,
      account_value_after_drop: formulas(
        { collateral: inputs.num("collateral"), result: after.outputs!.result! },
        { x: { sum: ["collateral", "result"] } },
      ).x,
    },
    note: "admission of an order is the account's policy",
  };
}

/** The account before it is liquidated. */
function liquidation(inputs: Input): Answer {
  const positions = inputs.list("positions");
  const held = evaluate({
    instruments: positions.map((position) => perpetual(position.at("m").text, position.at("m").text.split("-")[0])),
    facts: [
      { at: {}, fraction: inputs.num("mmf") },
      ...positions.map((position) => ({ at: { instrument: position.at("m").text }, mark: position.num("mark") })),
    ],
    charges: {
      mm: { kind: "amount", net: "instrument", select: { kind: "perpetual" }, measure: "mark", rate: "fraction" },
      cash: { kind: "amount", on: "signed", select: { kind: "cash" } },
      result: { kind: "formula", at: "settlement", value: "unrealised" },
    },
    equity: { sum: ["cash", "result"] },
    maintenance: "mm",
    outputs: { upnl: "result" },
    positions: positions.map((position) => ({
      instrument: position.at("m").text,
      amount: position.num("qty"),
      entry: position.num("entry"),
    })),
    balances: { USD: inputs.num("collateral_usdc") },
  });
  return {
    got: { upnl: held.outputs!.upnl, account_value: held.equity, mmr: held.maintenance },
    note: "the share that is taken over is liquidation policy",
  };
}

interface OptionRates {
  long: Expr;
  short: Expr;
}

/** Rates per contract: long min(premium, share of spot); short by moneyness, puts capped by a share of the strike. */
function optionRates(rates: Input): { figures: Record<string, number>; of: OptionRates } {
  const outOfTheMoney: Expr = { max: [0, { mul: ["callPut", { sub: ["strike", "spot"] }] }] };
  const short: Expr = {
    max: [{ sub: [{ mul: ["shortRate", "spot"] }, outOfTheMoney] }, { mul: ["leastRate", "spot"] }],
  };
  return {
    figures: {
      longRate: rates.num("long_itm"),
      premium: rates.num("premium_multiplier"),
      shortRate: rates.num("short_itm"),
      leastRate: rates.num("short_otm"),
      putCap: rates.num("short_put_cap"),
    },
    of: {
      long: { min: [{ mul: ["mark", "premium"] }, { mul: ["longRate", "spot"] }] },
      short: { if: [{ is: { callPut: -1 } }, { min: [short, { mul: ["putCap", "strike"] }] }, short] },
    },
  };
}

function optionMargin(inputs: Input, factors: string): number | undefined {
  if (!inputs.has(factors)) return undefined;
  const { figures, of } = optionRates(inputs.at(factors));
  return evaluate({
    instruments: [option("O", { strike: inputs.num("strike"), callPut: inputs.callPut() })],
    facts: [
      {
        at: {},
        spot: inputs.num("spot"),
        forward: inputs.num("spot"),
        vol: 1,
        discount: 1,
        mark: inputs.num("mark"),
        ...figures,
      },
    ],
    charges: {
      long: { kind: "amount", net: "instrument", on: "long", rate: of.long },
      short: { kind: "amount", net: "instrument", on: "short", rate: of.short },
    },
    initial: { sum: ["long", "short"] },
    positions: [{ instrument: "O", amount: inputs.num("size") }],
  }).initial;
}

const optionCase = (inputs: Input) => ({
  initialMargin: optionMargin(inputs, "imf"),
  maintenanceMargin: optionMargin(inputs, "mmf"),
});

function perpetualCase(inputs: Input) {
  const { initial, maintenance } = perpetualWithOrders({
    position: inputs.num("size"),
    mark: inputs.num("mark"),
    rate: inputs.num("imfBase"),
    maintenance: inputs.num("mmfFactor"),
  });
  return { initialMargin: initial, maintenanceMargin: maintenance };
}

function accountCase(inputs: Input): Answer {
  const [perp, held] = [perpetualCase(inputs.at("perp")), optionCase(inputs.at("option"))];
  const total = (a: number, b: number | undefined) => formulas({ a, b: b ?? 0 }, { x: { sum: ["a", "b"] } }).x;
  return {
    got: {
      initialMargin: total(perp.initialMargin, held.initialMargin),
      maintenanceMargin: total(perp.maintenanceMargin, held.maintenanceMargin),
    },
  };
}

function orderCase(inputs: Input): Answer {
  const size = inputs.num("orderSize");
  const { initial, maintenance } = perpetualWithOrders({
    position: 0,
    mark: inputs.num("mark"),
    rate: inputs.num("imfBase"),
    buys: Math.max(size, 0),
    sells: Math.max(-size, 0),
  });
  return { got: { initialMargin: initial, maintenanceMargin: maintenance } };
}

/** Orders of each side are netted with the position; a fee on what could be open counts too. */
function ordersCase(inputs: Input): Answer {
  const size = (side: string) => inputs.list(side).reduce((sum, order) => sum + order.num("size"), 0);
  const { initial, maintenance, outputs } = perpetualWithOrders({
    position: inputs.num("position"),
    mark: inputs.num("mark"),
    rate: inputs.num("imfBase"),
    maintenance: inputs.num("mmfFactor"),
    buys: size("buyOrders"),
    sells: size("sellOrders"),
    fee: inputs.num("feeRate"),
  });
  return {
    got: {
      buyOpenSize: outputs!.buyOpen,
      sellOpenSize: outputs!.sellOpen,
      netInitialMargin: initial,
      feeProvisionInitial: outputs!.feeIfFilled,
      maintenanceMargin: maintenance,
    },
  };
}

export const paradex: Adapter[] = [
  { family: "Paradex portfolio margin", knows: named("Paradex portfolio margin, minimum delta"), run: minimumDelta },
  { family: "Paradex portfolio margin", knows: named("Paradex portfolio margin volatility shock"), run: volShock },
  { family: "Paradex cross margin", knows: named("Paradex cross margin"), run: crossInitial },
  { family: "Paradex cross margin", knows: named("Paradex order risk check"), run: orderCheck },
  { family: "Paradex cross margin", knows: named("Paradex partial liquidation"), run: liquidation },
  { family: "Paradex cross margin", knows: named("paradex-xm-option"), run: (inputs) => ({ got: optionCase(inputs) }) },
  {
    family: "Paradex cross margin",
    knows: named("paradex-xm-perp"),
    run: (inputs) => ({ got: perpetualCase(inputs) }),
  },
  { family: "Paradex cross margin", knows: named("paradex-xm-account"), run: accountCase },
  { family: "Paradex cross margin", knows: named("paradex-xm-order"), run: orderCase },
  { family: "Paradex cross margin", knows: named("paradex-xm-perp-orders"), run: ordersCase },
];
