/** OKX portfolio margin, as far as its inputs are published. */
import type { Charge } from "../../../bindings/documents/model.ts";
import { okxPm } from "../../../bindings/models/okx/portfolio.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { Malformed, type Input } from "../input.ts";
import { formulas, groupOf, groupsOf, money, perpetual, scanOf } from "./documents.ts";
import { underPreset } from "./presets.ts";

/** Rows of the preset for one price. */
const STATES = 5;

/** A perpetual in USDT. The index that its shocks are taken from is not among the inputs, so no profit and loss is claimed. */
function riskUnit(inputs: Input): Answer {
  const position = inputs.at("position");
  const size = position.keys().find((key) => key.startsWith("contract_value_"));
  const [coin] = position.at("instId").text.split("-");
  if (size === undefined || !coin) throw new Malformed("inputs.position: no contract_value of the coin");
  const [contracts, value, mark] = [position.num("contracts"), position.num(size), position.num("markPx")];
  const usdt = inputs.num("delta_usd") / (contracts * value * mark);
  const extreme = inputs.num("extreme_move");
  const moves = inputs.numbers("price_moves");
  // rates by coin are the preset's own
  const figures = {
    spotRange: Math.max(...moves),
    extremeMove: extreme,
    extremeShare: inputs.num("extreme_coverage"),
    initialFactor: inputs.num("imr_factor"),
  };
  const held = underPreset(okxPm, figures, {
    currencies: [money("USDT", usdt), money("USD")],
    instruments: [{ ...perpetual("P", coin), settlement: "USDT", lot: value }],
    facts: [{ at: {}, spot: mark, mark }],
    positions: [{ instrument: "P", lots: contracts, entry: position.num("avgPx") }],
  });
  const worst = (charge: string, of: number[], states: number) => ({
    spotShock: of[Math.floor(scanOf(groupOf(held, charge)).row / states)],
  });
  const of = (charge: string) => groupOf(held, charge).value;
  return {
    got: {
      mr1_final: worst("mr1", moves, STATES),
      mr6_final: worst("mr6", [-extreme, extreme], 1),
      ...Object.fromEntries(["mr2", "mr3", "mr4", "mr5", "mr7", "mr9"].map((charge) => [charge, of(charge)])),
      upl: groupsOf(held, "equityInModel").reduce((sum, group) => sum + group.value, 0),
    },
    note: "the index from which the venue shocks is not among the inputs",
  };
}

/** Units' maintenance, in place of the charge that has it, and the borrowing of the account. */
function account(inputs: Input): Answer {
  const units = inputs.at("risk_unit_mmr").entries();
  const unit: Charge = { kind: "formula", value: { sum: units.map(([, mmr]) => mmr.number) } };
  const borrowed = inputs.num("potential_borrow_usd");
  const rates = { borrowInitial: inputs.num("borrow_imr_rate"), borrowMaintenance: inputs.num("borrow_mmr_rate") };
  const under = (balance: number) =>
    underPreset({ ...okxPm, charges: { ...okxPm.charges, unit } }, rates, {
      facts: [{ at: {}, spot: 1 }],
      balances: { USD: balance },
    });
  const [all, units0] = [under(-borrowed), under(0)];
  const borrowing = (rate: number) => groupOf(all, "borrowed").value * rate;
  return {
    got: {
      derivMmr: units0.maintenance,
      borrowImr: borrowing(rates.borrowInitial),
      borrowMmr: borrowing(rates.borrowMaintenance),
      totalMmr: all.maintenance,
      totalImr: all.initial,
    },
    note: "the ratio's denominator holds a fee that is not given",
  };
}

/** Any price of the coin. */
const PRICE = 50_000;

/** De-peg charge: rates by part of the hedged amount, long in USDT and short against the coin; tiers are widths. */
function depeg(inputs: Input): Answer {
  let from = 0;
  const tiers = inputs.list("tiers_usd_rate").map((tier): [number, number] => {
    const [width, rate] = tier.numbers();
    if (width === undefined || rate === undefined) throw new Malformed(`${tier.path}: expected [width, rate]`);
    from += width;
    return [from - width, rate];
  });
  const amount = inputs.num("hedged_usd") / PRICE;
  const held = underPreset(
    okxPm,
    { depegRates: tiers },
    {
      currencies: [money("USDT"), { ...money("X", PRICE), underlying: "X" }],
      instruments: [
        { ...perpetual("L"), settlement: "USDT" },
        { ...perpetual("I"), settlement: "X", payoff: "inverse" },
      ],
      facts: [{ at: { underlying: "X" }, spot: PRICE }],
      positions: [
        { instrument: "L", amount },
        { instrument: "I", amount: -amount },
      ],
    },
  );
  return { got: { mr9_usd: groupOf(held, "mr9").value } };
}

/** A unit out of its components, before and after an order: the preset's own formula. */
function components(inputs: Input): Answer {
  const { unit } = okxPm.charges;
  if (unit?.kind !== "formula") throw new Error("okx-pm: unit is a formula");
  const mmr = (when: string) => {
    const parts = [1, 2, 3, 4, 5, 6, 7, 9].map((i) => [`mr${i}`, inputs.at(when).num(`mr${i}`, 0)]);
    return formulas(Object.fromEntries(parts), { mmr: unit.value }).mmr;
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
