/** Deribit's standard margin of linear perpetuals, the contingencies of its legacy portfolio margin, and its volatility rule. */
import { deribitLegacyPm, deribitLegacyPm2018 } from "../../../bindings/models/deribit/legacy.ts";
import { deribitPm } from "../../../bindings/models/deribit/portfolio.ts";
import { deribitStandard, rateBySize } from "../../../bindings/models/deribit/standard.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { type Input } from "../input.ts";
import { formulas, groupOf, money, option, perpetual } from "./documents.ts";
import { underPreset } from "./presets.ts";

/** The rate grows by a slope with the size in coins. */
function standardLinear(inputs: Input): Answer {
  const isInitial = inputs.has("im_base");
  const kind = isInitial ? "im" : "mm";
  const [base, slope] = [inputs.num(`${kind}_base`), inputs.num(`${kind}_slope_per_coin`)];
  const size = inputs.num("position_base");
  const held = underPreset(
    deribitStandard,
    { [isInitial ? "futuresInitial" : "futuresMaintenance"]: base, futuresSlope: slope },
    {
      instruments: [perpetual("P")],
      facts: [{ at: {}, spot: inputs.num("index_price") }],
      positions: [{ instrument: "P", amount: size }],
    },
  );
  const { rate } = formulas({ base, slope, size }, { rate: rateBySize("base", "slope") });
  return { got: { [`${kind}_rate`]: rate, [`${kind}_usdc`]: isInitial ? held.initial : held.maintenance } };
}

const BTC = { underlying: "BTC", settlement: "BTC", payoff: "inverse" } as const;
/** A market of coin-settled contracts. */
const COIN = {
  currency: "BTC",
  currencies: [{ ...money("BTC", 60000), underlying: "BTC" }],
  facts: [{ at: { underlying: "BTC" }, spot: 60000, forward: 60000, vol: 0.6 }],
};

/** Calls and puts of one strike are netted, then each net short contract costs. */
function shortOptions(inputs: Input): Answer {
  const held = underPreset(
    deribitLegacyPm,
    { shortOptionRate: inputs.num("contingency_btc_per_net_short_option") },
    {
      ...COIN,
      instruments: [
        { ...option("C", { strike: 60000, callPut: 1 }), ...BTC },
        { ...option("P", { strike: 60000, callPut: -1 }), ...BTC },
      ],
      positions: [
        { instrument: "C", amount: inputs.num("call_position") },
        { instrument: "P", amount: inputs.num("put_position") },
      ],
    },
  );
  return {
    got: {
      net_short: groupOf(held, "netShortOptions").value,
      contingency_btc: groupOf(held, "optionContingency").value,
    },
  };
}

/** What futures of different expiries offset of each other. */
function offsetFutures(inputs: Input): Answer {
  const legs = inputs.keys().filter((key) => /^future_.*_btc$/.test(key));
  const held = underPreset(
    deribitLegacyPm,
    { futuresRate: inputs.num("rate") },
    {
      ...COIN,
      instruments: legs.map((id, i) => ({ ...BTC, id, kind: "future", expiry: `20${30 + i}-01-01T08:00:00Z` })),
      positions: legs.map((instrument) => ({ instrument, amount: inputs.num(instrument) })),
    },
  );
  return { got: { contingency_btc: groupOf(held, "futuresContingency").value } };
}

/** Gross count: half of it held long, half short. */
function grossOptions(inputs: Input): Answer {
  const half = inputs.num("options_count_long_plus_short") / 2;
  const held = underPreset(
    deribitLegacyPm2018,
    { optionRate: inputs.num("rate") },
    {
      ...COIN,
      instruments: [
        { ...option("A", { strike: 50000, callPut: 1 }), ...BTC },
        { ...option("B", { strike: 60000, callPut: 1 }), ...BTC },
      ],
      positions: [
        { instrument: "A", amount: half },
        { instrument: "B", amount: -half },
      ],
    },
  );
  return { got: { contingency_btc: groupOf(held, "optionContingency").value } };
}

function volRoot(inputs: Input): Answer {
  const figures = {
    volRange: inputs.num("base_shock"),
    days: inputs.num("days"),
    volPower: inputs.num("power"),
    daysFloor: deribitLegacyPm2018.parameters.daysFloor!.is as number,
  };
  return { got: { max_iv_change: formulas(figures, { x: deribitLegacyPm2018.values!.volChange!.is }).x } };
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
