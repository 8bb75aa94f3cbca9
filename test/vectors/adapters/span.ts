/** SPAN: risk arrays of options and futures and the composite delta, repriced; margins by arrays that are given, through the model of a file. */
import type { Fact, Instrument } from "../../../bindings/documents/market.ts";
import type { Expr } from "../../../bindings/documents/model.ts";
import type { Requirement } from "../../../bindings/documents/requirement.ts";
import type { SpanCommodity, SpanFile, SpanPoint, SpanSpread } from "../../../bindings/formats/span.ts";
import { spanMarket, spanModel } from "../../../bindings/models/span/index.ts";
import { instrumentsOf } from "../../../bindings/models/span/instruments.ts";
import { kernels } from "../../kernels.ts";
import { named, type Adapter, type Answer, type Shape } from "../adapter.ts";
import { Malformed, type Input } from "../input.ts";
import { margin } from "../margin.ts";
import { AS_OF, arraysOf, evaluate, expiryIn, groupOf, groupsOf, LINEAR, option, scanOf } from "./documents.ts";

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

// margins by given arrays

/** The sixteen points of the method's file: thirds of the range, volatility up and down, and two extremes of which a share counts. */
const POINTS: SpanPoint[] = [
  ...[0, 1, -1, 2, -2, 3, -3].flatMap((thirds, k) =>
    [1, -1].map((volatility, v) => ({ price: thirds / 3, volatility, weight: 1, pair: 2 * k + 1 - v })),
  ),
  ...[3, -3].map((price, k) => ({ price, volatility: 0, weight: 0.32, pair: 14 + k })),
];

interface Held {
  commodity: string;
  quantity: number;
  /** Losses of one long contract. */
  array: number[];
  isOption: boolean;
  multiplier?: number;
}

/** The margin by a file that says no more than the case does. */
function marginOf(
  held: Held[],
  of: { spreads?: SpanSpread[]; calendar?: SpanSpread[]; minimum?: number; maintenance?: number } = {},
): { requirement: Requirement; ids: string[] } {
  const commodities = [...new Set(held.map(({ commodity }) => commodity))].map((id): SpanCommodity => {
    const own = held.filter(({ commodity }) => commodity === id);
    return {
      id,
      name: id,
      currency: "USD",
      maintenance: of.maintenance ?? 1,
      shortOptionMinimum: of.minimum ?? 0,
      shortOptionMethod: "gross",
      spreads: of.calendar ?? [],
      contracts: own.map(({ array, isOption, multiplier = 1 }, k) => ({
        kind: isOption ? "option" : "future",
        product: id,
        period: String(k),
        settles: expiryIn((k + 1) / 10).slice(0, 10),
        ...(isOption && { strike: 1, callPut: 1 }),
        price: 1,
        multiplier,
        delta: 1,
        array,
        isPaidFor: isOption,
      })),
    };
  });
  const file: SpanFile = {
    date: AS_OF.slice(0, 10),
    organisation: "case",
    points: POINTS,
    conversions: [],
    commodities,
    spreads: of.spreads ?? [],
  };
  const listed = commodities.flatMap((commodity) => [...instrumentsOf(commodity).keys()]);
  // instruments are named by commodity and their place in it
  const ids = held.map((one, i) => {
    const own = held.slice(0, i).filter(({ commodity }) => commodity === one.commodity).length;
    return listed.filter((id) => id.startsWith(`${one.commodity}-`))[own]!;
  });
  const positions = held.map(({ quantity, multiplier = 1 }, i) => ({
    instrument: ids[i]!,
    amount: quantity * multiplier,
  }));
  const requirement = margin(spanModel(file), spanMarket(file), { format: 1, positions, balances: {} });
  return { requirement, ids };
}

const loss = (gains: number[]) => gains.map((gain) => -gain);
const totalOf = (requirement: Requirement, charge: string) =>
  (requirement.nodes!.find(({ name }) => name === charge)?.groups ?? []).reduce((sum, { value }) => sum + value, 0);

/** How many spreads formed, each counted in one of its legs. */
function formed(requirement: Requirement, charge: string): number {
  const counts = groupsOf(requirement, charge).map(({ driver }) =>
    driver !== undefined && "pairs" in driver ? driver.pairs.reduce((sum, pairs) => sum + pairs, 0) : 0,
  );
  return Math.max(0, ...counts);
}

/** Results of a future and an option by point, gains; the covered write is both. */
function coveredWrite(inputs: Input): Answer {
  const option = inputs.keys().find((key) => key.startsWith("pnl_long_call"));
  if (option === undefined) throw new Malformed("inputs: no pnl_long_call of any strike");
  const future = { commodity: "C", array: loss(inputs.numbers("pnl_long_future")), isOption: false };
  const call = { commodity: "C", array: loss(inputs.numbers(option)), isOption: true };
  const quantities = inputs.at("positions");
  const long = marginOf([{ ...call, quantity: 1 }]).requirement;
  const both = marginOf([
    { ...future, quantity: quantities.num("future") },
    { ...call, quantity: quantities.num(option.replace("pnl_long_", "")) },
  ]).requirement;
  const { row, profile } = scanOf(groupOf(both, "scanRisk"));
  return {
    got: {
      requirement_long_call: totalOf(long, "scanRisk"),
      pnl_covered_write: profile,
      requirement_covered_write: both.initial,
      worst_scenario_index_1based: row + 1,
    },
  };
}

/** Every position of one commodity, with an array of its own or one that all have. */
function listed(inputs: Input): Answer {
  const legs = inputs.has("delta_per_spread") ? inputs.numbers("delta_per_spread") : [];
  const held = inputs.list("positions").map((position): Held => {
    const from = position.has("risk_array") ? position.numbers("risk_array") : inputs.numbers("risk_array_each");
    return { commodity: "C", quantity: position.num("qty"), array: from, isOption: position.has("option") };
  });
  const calendar: SpanSpread[] =
    legs.length === 0
      ? []
      : [
          {
            method: "flat",
            rate: inputs.num("intra_spread_charge"),
            legs: legs.map((ratio, k) => ({ commodity: "C", side: k === 0 ? "A" : "B", ratio })),
          },
        ];
  const { requirement } = marginOf(held, {
    calendar,
    minimum: inputs.num("short_option_minimum_per_contract", 0),
    maintenance: inputs.num("ratio", 1),
  });
  return {
    got: {
      scan_risk: totalOf(requirement, "scanRisk"),
      worst_point: scanOf(groupOf(requirement, "scanRisk")).row + 1,
      short_option_minimum: totalOf(requirement, "shortOptionMinimum"),
      requirement: requirement.initial,
      ...(calendar.length > 0 && {
        spreads_formed: formed(requirement, "calendarCharge"),
        intra_charge: totalOf(requirement, "calendarCharge"),
      }),
      initial: requirement.initial,
      maintenance: requirement.maintenance,
    },
  };
}

/** Futures of several commodities by their price scan ranges. */
function between(inputs: Input): Answer {
  const commodityOf = (position: Input) => position.at("future").text.split(" ")[0]!;
  const held = inputs.list("positions").map((position): Held => {
    const range = position.num("price_scan");
    const array = POINTS.map(({ price, weight }) => -price * weight * range);
    return { commodity: commodityOf(position), quantity: position.num("qty"), array, isOption: false };
  });
  const spread = inputs.at("spread");
  const legs = spread.list("legs").map((leg) => {
    const side = leg.at("side").text;
    if (side !== "A" && side !== "B") throw new Malformed(`${leg.path}.side: expected A or B, was "${side}"`);
    return { commodity: leg.at("cc").text, side, ratio: leg.num("delta_ratio") } as const;
  });
  const { requirement } = marginOf(held, { spreads: [{ method: "price", rate: spread.num("rate"), legs }] });
  const byCommodity = (charge: string) =>
    Object.fromEntries(groupsOf(requirement, charge).map(({ keys, value }) => [String(keys.underlying), value]));
  return {
    got: {
      scan: byCommodity("scanRisk"),
      weighted_futures_price_risk: byCommodity("priceRisk"),
      spreads_formed: formed(requirement, "credit"),
      credit: byCommodity("credit"),
      requirement: { ...byCommodity("commodityRisk"), total: requirement.initial },
    },
  };
}

/** One lot of a future. */
function lot(inputs: Input): Answer {
  const array = inputs.numbers("risk_array_long_loss_positive");
  const size = inputs.num("lot");
  const of = (multiplier: number) =>
    marginOf([{ commodity: "C", quantity: 1, array: array.map((x) => x * multiplier), isOption: false, multiplier }])
      .requirement;
  return { got: { scan_risk_per_unit: totalOf(of(1), "scanRisk"), margin_per_lot: of(size).initial } };
}

const isWrite = ({ name, has }: Shape) => name === "SPAN scanning risk" && has("pnl_long_future");

export const span: Adapter[] = [
  { family: "SPAN risk arrays", knows: named("SPAN risk arrays and composite delta"), run: reprice },
  { family: "SPAN", knows: isWrite, run: coveredWrite },
  {
    family: "SPAN",
    knows: named(
      "SPAN scanning risk",
      "SPAN intra-commodity spread",
      "SPAN extreme points and short option minimum",
      "SPAN short option minimum",
    ),
    run: listed,
  },
  { family: "SPAN", knows: named("SPAN inter-commodity spread credit"), run: between },
  { family: "SPAN", knows: named("SPAN futures risk array"), run: lot },
];
