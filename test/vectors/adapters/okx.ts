/** OKX portfolio margin, as far as its inputs are published. */
import type { Expr } from "../../../bindings/documents/model.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { Malformed, type Input } from "../input.ts";
import { evaluate, formulas, groupOf, money, perpetual, scanOf, source } from "./documents.ts";

/** A perpetual in USDT. The index that its shocks are taken from is not among the inputs, so no profit and loss is claimed. */
function riskUnit(inputs: Input): Answer {
  const position = inputs.at("position");
  const size = position.keys().find((key) => key.startsWith("contract_value_"));
  const [coin] = position.at("instId").text.split("-");
  if (size === undefined || !coin) throw new Malformed("inputs.position: no contract_value of the coin");
  const [contracts, value, mark] = [position.num("contracts"), position.num(size), position.num("markPx")];
  const usdt = inputs.num("delta_usd") / (contracts * value * mark);
  const extreme = inputs.num("extreme_move");
  const held = evaluate({
    currencies: [money("USDT", usdt), money("USD")],
    instruments: [{ ...perpetual("P", coin), settlement: "USDT", lot: value }],
    facts: [{ at: {}, spot: mark, mark, deltaUsd: mark * usdt }],
    parameters: {
      basisRate: {
        unit: "per |delta| USD",
        assumed: "fits the venue's response",
        is: 0.008,
        for: [{ underlying: "BTC", is: 0.002 }],
      },
      minimumRate: {
        unit: "per |delta| USD",
        assumed: "fits the venue's response",
        is: 0.007,
        for: [{ underlying: "BTC", is: 0.0045 }],
      },
      coverage: source("share", inputs.num("extreme_coverage")),
    },
    scenarios: {
      shock: { rows: inputs.numbers("price_moves").map((spot) => ({ spot })) },
      jump: { rows: [-extreme, extreme].map((spot) => ({ spot, weight: "coverage" })) },
    },
    charges: {
      mr1: { kind: "scan", at: "underlying", scenarios: "shock" },
      mr6: { kind: "scan", at: "underlying", scenarios: "jump" },
      mr4: { kind: "amount", at: "underlying", measure: "deltaUsd", rate: "basisRate" },
      mr7: { kind: "amount", at: "underlying", measure: "deltaUsd", rate: "minimumRate" },
      upl: { kind: "formula", at: "settlement", value: { mul: ["unrealised", "conversion"] } },
    },
    positions: [{ instrument: "P", lots: contracts, entry: position.num("avgPx") }],
  });
  const worst = (charge: string, moves: number[]) => ({ spotShock: moves[scanOf(groupOf(held, charge)).row] });
  return {
    got: {
      mr1_final: worst("mr1", inputs.numbers("price_moves")),
      mr6_final: worst("mr6", [-extreme, extreme]),
      mr4: groupOf(held, "mr4").value,
      mr7: groupOf(held, "mr7").value,
      upl: groupOf(held, "upl").value,
    },
    note: "the index from which the venue shocks is not among the inputs",
  };
}

/** Units' maintenance and the borrowing of the account. */
function account(inputs: Input): Answer {
  const units = inputs.at("risk_unit_mmr").entries();
  const names = units.map((_, i) => `unit${i}`);
  const { outputs } = evaluate({
    currencies: [money("USD")],
    facts: [{ at: {}, ...Object.fromEntries(units.map(([, mmr], i) => [names[i], mmr.number])) }],
    parameters: {
      unitFactor: { unit: "initial per maintenance of a unit", source: "OKX API reference, position-builder", is: 1.3 },
      borrowInitial: source("rate", inputs.num("borrow_imr_rate")),
      borrowMaintenance: source("rate", inputs.num("borrow_mmr_rate")),
    },
    charges: { borrowed: { kind: "amount", net: "instrument", on: "short", select: { kind: "cash" } } },
    values: { units: { is: { sum: names } } },
    outputs: {
      derivMmr: "units",
      borrowImr: { mul: ["borrowInitial", "borrowed"] },
      borrowMmr: { mul: ["borrowMaintenance", "borrowed"] },
      totalMmr: { sum: ["units", { mul: ["borrowMaintenance", "borrowed"] }] },
      totalImr: { sum: [{ mul: ["unitFactor", "units"] }, { mul: ["borrowInitial", "borrowed"] }] },
    },
    balances: { USD: -inputs.num("potential_borrow_usd") },
  });
  return { got: outputs!, note: "the ratio's denominator holds a fee that is not given" };
}

/** De-peg charge: rates by part of the hedged amount; tiers are widths. */
function depeg(inputs: Input): Answer {
  let from = 0;
  const tiers = inputs.list("tiers_usd_rate").map((tier): [number, number] => {
    const [width, rate] = tier.numbers();
    if (width === undefined || rate === undefined) throw new Malformed(`${tier.path}: expected [width, rate]`);
    from += width;
    return [from - width, rate];
  });
  return {
    got: {
      mr9_usd: formulas({ hedged: inputs.num("hedged_usd"), tiers }, { x: { progressive: ["hedged", "tiers"] } }).x,
    },
  };
}

const unit: Expr = { max: [{ sum: [{ max: ["mr1", "mr2", "mr6"] }, "mr3", "mr4", "mr5", "mr9"] }, "mr7"] };

/** A unit out of its components, before and after an order. */
function components(inputs: Input): Answer {
  const mmr = (when: string) => {
    const parts = [1, 2, 3, 4, 5, 6, 7, 9].map((i) => [`mr${i}`, inputs.at(when).num(`mr${i}`, 0)]);
    return formulas(Object.fromEntries(parts), { mmr: unit }).mmr;
  };
  return { got: { mmr_before: mmr("before"), mmr_after: mmr("after") } };
}

const family = "OKX portfolio margin";

export const okx: Adapter[] = [
  { family, knows: ({ name }) => name.startsWith("OKX portfolio margin (risk unit"), run: riskUnit },
  { family, knows: named("OKX portfolio margin (account)"), run: account },
  { family, knows: ({ name }) => name.startsWith("OKX portfolio margin MR9"), run: depeg },
  { family, knows: named("OKX portfolio margin, spot-derivatives offset"), run: components },
];
