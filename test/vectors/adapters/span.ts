/** SPAN's repricing: risk arrays of options and futures, and the composite delta. */
import type { Fact, Instrument } from "../../../bindings/documents/market.ts";
import type { Expr } from "../../../bindings/documents/model.ts";
import { kernels } from "../../kernels.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { NotBuilt, type Input } from "../input.ts";
import { arraysOf, evaluate, expiryIn, groupOf, LINEAR, option } from "./documents.ts";

/** Black–Scholes on spot is Black-76 on spot·e^((r − q)·T), discounted. */
function carried(inputs: Input, spot: number, years: number) {
  const rate = inputs.num("rate");
  return {
    forward: spot * kernels.exp((rate - inputs.num("dividend", 0)) * years),
    discount: kernels.exp(-rate * years),
  };
}

function optionFacts(inputs: Input, row: Input, id: string): Fact {
  const years = row.num("T");
  return {
    at: { instrument: id },
    vol: row.num("iv"),
    tau: years,
    ...carried(inputs, inputs.num("underlying_spot"), years),
  };
}

/** One long contract of each, as losses. */
function riskArrays(inputs: Input): { options: number[][]; future?: number[] } {
  const multiplier = inputs.num("cvf");
  const range = inputs.num("price_scan_range_per_contract") / multiplier;
  const rows = inputs.list("options");
  const instruments: Instrument[] = rows.map((row, i) =>
    option(`O${i}`, { strike: row.num("strike"), callPut: row.callPut(), years: row.num("T") }),
  );
  const facts: Fact[] = [
    { at: {}, spot: inputs.num("underlying_spot"), range },
    ...rows.map((row, i) => optionFacts(inputs, row, `O${i}`)),
  ];
  if (inputs.has("future")) {
    instruments.push({ ...LINEAR, id: "F", kind: "future", expiry: expiryIn(0.1) });
    facts.push({ at: { instrument: "F" }, mark: inputs.at("future").num("price") });
  }
  const volRange = inputs.num("vol_scan_range_relative");
  const move = (fraction: number, of: Expr): Expr => ({ div: [{ mul: [fraction, "range"] }, of] });
  const arrays = arraysOf({
    instruments,
    facts,
    scenarios: {
      points: {
        rows: inputs.list("scan_points").map((point) => ({
          spot: move(point.num("price_mult"), "spot"),
          linear: move(point.num("price_mult"), "mark"),
          volMove: point.num("vol_mult") * volRange,
          time: inputs.num("look_ahead_years"),
          // the array holds the weight of the extreme points
          scale: point.num("weight"),
        })),
      },
    },
    charges: { loss: { kind: "scan", scenarios: "points" } },
    positions: instruments.map(({ id }) => ({ instrument: id, amount: multiplier })),
  });
  const loss = (id: string) => arrays.get(id)!.map((pnl) => -pnl);
  return { options: rows.map((_, i) => loss(`O${i}`)), future: inputs.has("future") ? loss("F") : undefined };
}

/** Σ weight·delta over price points, after the look-ahead: a portfolio of the option at each point, in the amount of its weight. */
function compositeDelta(inputs: Input, row: Input): number {
  const years = row.num("T") - inputs.num("look_ahead_years");
  const range = inputs.num("price_scan_range_per_contract") / inputs.num("cvf");
  const points = inputs.list("delta_points");
  const held = evaluate({
    instruments: points.map((_, i) => option(`P${i}`, { strike: row.num("strike"), callPut: row.callPut(), years })),
    // undiscounted: by spot, the forward's growth and the discount cancel
    facts: points.map((point, i) => {
      const spot = inputs.num("underlying_spot") + point.num("price_mult") * range;
      return {
        at: { instrument: `P${i}` },
        spot,
        forward: carried(inputs, spot, years).forward,
        discount: 1,
        vol: row.num("iv"),
        tau: years,
      };
    }),
    charges: { composite: { kind: "amount", on: "signed", measure: "delta" } },
    positions: points.map((point, i) => ({ instrument: `P${i}`, amount: point.num("weight") })),
  });
  return groupOf(held, "composite").value;
}

function reprice(inputs: Input): Answer {
  const arrays = riskArrays(inputs);
  const options = inputs.list("options").map((row, i) => ({
    risk_array_long_loss_positive: arrays.options[i],
    composite_delta: compositeDelta(inputs, row),
  }));
  return { got: { options, future_risk_array: arrays.future } };
}

const GIVEN = [
  "SPAN scanning risk",
  "SPAN intra-commodity spread",
  "SPAN extreme points and short option minimum",
  "SPAN inter-commodity spread credit",
  "SPAN futures risk array",
];

export const span: Adapter[] = [
  { family: "SPAN risk arrays", knows: named("SPAN risk arrays and composite delta"), run: reprice },
  {
    family: "SPAN",
    knows: named(...GIVEN),
    run: () => {
      throw new NotBuilt("no model of SPAN's combination yet; its parts are in test/margin/spread.test.ts");
    },
  },
];
