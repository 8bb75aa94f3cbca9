/** Deribit's standard margin of linear perpetuals, the contingencies of its legacy portfolio margin, and its volatility rule. */
import { deribitPm } from "../../../bindings/models/deribit/portfolio.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { type Input } from "../input.ts";
import { evaluate, formulas, LINEAR, option, perpetual } from "./documents.ts";

/** The rate grows by a slope with the size in coins. */
function standardLinear(inputs: Input): Answer {
  const [kind, base, slope] = inputs.has("im_base")
    ? ["im", "im_base", "im_slope_per_coin"]
    : ["mm", "mm_base", "mm_slope_per_coin"];
  const { outputs } = evaluate({
    instruments: [perpetual("P")],
    facts: [
      {
        at: {},
        spot: inputs.num("index_price"),
        index: inputs.num("index_price"),
        base: inputs.num(base!),
        slope: inputs.num(slope!),
      },
    ],
    charges: {
      coins: { kind: "amount", net: "instrument" },
      margin: {
        kind: "amount",
        net: "instrument",
        rate: { mul: ["index", { sum: ["base", { mul: ["slope", "size"] }] }] },
      },
    },
    outputs: { margin: "margin", rate: { sum: ["base", { mul: ["slope", "coins"] }] } },
    positions: [{ instrument: "P", amount: inputs.num("position_base") }],
  });
  return { got: { [`${kind}_rate`]: outputs!.rate, [`${kind}_usdc`]: outputs!.margin } };
}

const KNOWN = { spot: 1, forward: 1, vol: 1, discount: 1 };

/** Calls and puts of one strike are netted, then each net short contract costs. */
function shortOptions(inputs: Input): Answer {
  const { outputs } = evaluate({
    instruments: [option("C", { strike: 1, callPut: 1 }), option("P", { strike: 1, callPut: -1 })],
    facts: [{ at: {}, ...KNOWN, each: inputs.num("contingency_btc_per_net_short_option") }],
    charges: {
      netShort: { kind: "amount", net: "strike", on: "short" },
      contingency: { kind: "amount", net: "strike", on: "short", rate: "each" },
    },
    outputs: { netShort: "netShort", contingency: "contingency" },
    positions: [
      { instrument: "C", amount: inputs.num("call_position") },
      { instrument: "P", amount: inputs.num("put_position") },
    ],
  });
  return { got: { net_short: outputs!.netShort, contingency_btc: outputs!.contingency } };
}

/** What futures of different expiries offset of each other: half of gross less net. */
function offsetFutures(inputs: Input): Answer {
  const legs = inputs.keys().filter((key) => /^future_.*_btc$/.test(key));
  const { outputs } = evaluate({
    instruments: legs.map((id, i) => ({ ...LINEAR, id, kind: "future", expiry: `20${30 + i}-01-01T08:00:00Z` })),
    facts: [{ at: {}, ...KNOWN, fraction: inputs.num("rate") }],
    charges: { net: { kind: "amount" }, gross: { kind: "amount", net: "instrument" } },
    outputs: { contingency: { mul: ["fraction", 0.5, { sub: ["gross", "net"] }] } },
    positions: legs.map((instrument) => ({ instrument, amount: inputs.num(instrument) })),
  });
  return { got: { contingency_btc: outputs!.contingency } };
}

/** Gross count: half of it held long, half short. */
function grossOptions(inputs: Input): Answer {
  const half = inputs.num("options_count_long_plus_short") / 2;
  const { initial } = evaluate({
    instruments: [option("A", { strike: 1, callPut: 1 }), option("B", { strike: 2, callPut: 1 })],
    facts: [{ at: {}, ...KNOWN, fraction: inputs.num("rate") }],
    charges: { contingency: { kind: "amount", net: "instrument", rate: "fraction" } },
    initial: "contingency",
    positions: [
      { instrument: "A", amount: half },
      { instrument: "B", amount: -half },
    ],
  });
  return { got: { contingency_btc: initial } };
}

function volRoot(inputs: Input): Answer {
  const figures = { base: inputs.num("base_shock"), dte: inputs.num("days"), power: inputs.num("power") };
  return {
    got: { max_iv_change: formulas(figures, { x: { mul: ["base", { pow: [{ div: [30, "dte"] }, "power"] }] } }).x },
  };
}

/** The preset's own term rule and rows; its parameters by the case. */
function volShock(inputs: Input): Answer {
  const figures = {
    volUp: inputs.num("volatility_range_up"),
    volDown: inputs.num("volatility_range_down"),
    volFloorUp: inputs.num("min_volatility_for_shock_up"),
    shortPower: inputs.num("short_term_vega_power"),
    longPower: inputs.num("long_term_vega_power"),
    daysFloor: deribitPm.parameters.daysFloor!.is as number,
  };
  const [down, , up] = deribitPm.scenarios!.standard!.rows;
  const moved = (move: unknown) => ({ mul: ["iv", { max: [{ sum: [1, move] }, 0] }] }) as never;
  const cases = inputs.list("cases").map((one) => {
    const { a, b } = formulas(
      { ...figures, iv: one.num("iv"), days: one.num("dte") },
      { a: { max: [moved(up!.volMove), up!.volFloor!] }, b: moved(down!.volMove) },
      { volTerm: deribitPm.values!.volTerm!.is },
    );
    return { iv_up: a, iv_down: b };
  });
  return { got: { cases } };
}

const legacy = (key: string, run: Adapter["run"]): Adapter => ({
  family: "Deribit legacy portfolio margin",
  knows: ({ name, has }) => name === "Deribit legacy PM" && has(key),
  run,
});

export const deribitRules: Adapter[] = [
  { family: "Deribit standard margin", knows: named("Deribit standard margin, linear perpetual"), run: standardLinear },
  legacy("contingency_btc_per_net_short_option", shortOptions),
  legacy("options_count_long_plus_short", grossOptions),
  legacy("base_shock", volRoot),
  legacy("future_a_btc", offsetFutures),
  { family: "Deribit volatility rule", knows: named("Deribit PM volatility shock"), run: volShock },
];
