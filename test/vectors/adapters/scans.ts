/** `scan.*`: a price by volatility grid, and the venues' term rules of volatility moves. */
import type { Fact, Instrument } from "../../../bindings/documents/market.ts";
import type { Expr, Row } from "../../../bindings/documents/model.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { Malformed, type Input } from "../input.ts";
import { evaluate, formulas, groupOf, option, perpetual, scanOf } from "./documents.ts";

/** (30 / days)^p, with one power below 30 days and one from there. */
const term = (days: Expr, short: Expr, long: Expr): Expr => ({
  pow: [{ div: [30, days] }, { if: [{ lt: [days, 30] }, short, long] }],
});

function grid(inputs: Input): Answer {
  const forward = inputs.num("F");
  const moves = inputs.numbers("moves");
  const states = inputs
    .at("volShock")
    .entries()
    .map(([state, shock]): [string, number] => [state, shock.number]);
  const facts: Fact[] = [{ at: {}, spot: forward, forward, discount: 1 }];
  const instruments = inputs.list("positions").map((position, i): Instrument => {
    const id = `P${i}`;
    const kind = position.at("kind").text;
    if (kind === "perp" || kind === "perpetual" || kind === "future") return perpetual(id);
    if (kind !== "call" && kind !== "put") throw new Malformed(`${position.path}.kind: "${kind}" is not known`);
    facts.push({ at: { instrument: id }, vol: position.num("iv"), tau: position.num("T") });
    return option(id, { strike: position.num("K"), callPut: kind === "call" ? 1 : -1, years: position.num("T") });
  });
  const hasOptions = instruments.some(({ kind }) => kind === "option");
  const rows = moves.flatMap((spot) =>
    states.map(([, shock]): Row => (hasOptions ? { spot, volMove: { mul: [shock, "volTerm"] } } : { spot })),
  );
  const held = evaluate({
    instruments,
    facts,
    // the rule is published below 30 days; from there the venues' second power
    values: hasOptions
      ? {
          volTerm: {
            at: "instrument",
            is: { if: [{ is: { kind: "option" } }, term({ mul: [365, "tau"] }, 0.3, 0.13), 1] },
          },
        }
      : {},
    scenarios: { grid: { rows } },
    charges: { loss: { kind: "scan", scenarios: "grid", floor: null } },
    outputs: { worst: { neg: "loss" } },
    positions: inputs.list("positions").map((position, i) => ({ instrument: `P${i}`, amount: position.num("q") })),
  });
  const { row, profile } = scanOf(groupOf(held, "loss"));
  const n = states.length;
  return {
    got: {
      pnl: moves.map((_, m) => profile.slice(m * n, (m + 1) * n)),
      worst: held.outputs!.worst,
      worstAt: { move: moves[Math.floor(row / n)], vol: states[row % n]![0] },
    },
  };
}

const paradex: Adapter = {
  family: "scan.paradex",
  knows: named("scan.paradex"),
  run: (inputs) => {
    const multiplier = inputs.list("rows").map((row) => {
      const figures = {
        dte: row.num("dte"),
        shock: row.num("volShock"),
        shortPower: row.num("shortPower"),
        longPower: row.num("longPower"),
      };
      return formulas(figures, {
        x: { sum: [1, { mul: ["shock", term({ max: [1, "dte"] }, "shortPower", "longPower")] }] },
      }).x;
    });
    return { got: { multiplier } };
  },
};

const deribit: Adapter = {
  family: "scan.deribit",
  knows: named("scan.deribit"),
  run: (inputs) => {
    const figures = { base: inputs.num("base"), power: inputs.num("power") };
    const change = inputs
      .numbers("days")
      .map(
        (dte) => formulas({ ...figures, dte }, { x: { mul: [{ pow: [{ div: [30, "dte"] }, "power"] }, "base"] } }).x,
      );
    return { got: { change } };
  },
};

/** A move beyond the range counts at the share range / |move|. */
const extended: Adapter = {
  family: "scan.extended",
  knows: named("scan.extended"),
  run: (inputs) => {
    const range = inputs.num("priceRange");
    const weight = inputs
      .numbers("moves")
      .map((move) => formulas({ range, move }, { x: { div: ["range", { abs: "move" }] } }).x);
    return { got: { weight, published: weight } };
  },
};

export const scans: Adapter[] = [
  { family: "scan.grid", knows: named("scan.grid"), run: grid },
  paradex,
  deribit,
  extended,
];
