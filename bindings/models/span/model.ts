/**
 * SPAN over the arrays of a parameter file: scan risk, calendar spreads, spreads between commodities, short option minimum.
 *
 *   commodity = max(scan risk + calendar charge − credit of spreads, short option minimum)
 *
 * Credit of a leg = deltas used · rate · price risk per delta; that risk is what the worst pair of points loses on average, less what the
 * pair without a move of the price loses, over the net delta.
 *
 * Source: CME Group, Standard Portfolio Analysis of Risk, documentation of the method; exchange examples of Takasbank and NSE Clearing.
 */
import type { Charge, Expr, MarginModel, Parameter, Row, Scan, Select, Spread } from "../../documents/model.ts";
import { MarginError } from "../../error.ts";
import type { SpanCommodity, SpanFile, SpanLeg, SpanPoint, SpanSpread } from "../../formats/span-types.ts";
import { checkFile, currencyOf, expiryOf } from "./instruments.ts";

/** A combined commodity: an underlying in its currency. */
const COMMODITY = ["settlement", "underlying"];
const option = { kind: "option" };

type Pair = Spread["pairs"][number];

/**
 * The model that a file is the parameters of; `spanMarket` makes the market of the same file.
 *
 * @param currency of equity, initial and maintenance; default: the currency of most commodities
 * @throws MarginError `WrongType`; `NotRead`, of a spread between commodities with a flat charge
 */
export function spanModel(file: SpanFile, currency: string = currencyOf(file)): MarginModel {
  checkFile(file);
  const { commodities, points, date, organisation } = file;
  const source = `SPAN parameter file of ${organisation}, ${date}`;
  const slices = points.map(({ pair }, i) => Math.min(i, pair));
  const still = slices[points.findIndex(({ price }) => price === 0)] ?? 0;
  const by = (unit: string, of: (commodity: SpanCommodity) => number): Parameter => ({
    unit,
    source,
    for: commodities.map((commodity) => ({ underlying: commodity.id, is: of(commodity) })),
  });
  const calendar = calendarPairs(commodities, source);
  const between = file.spreads.map((spread, i) => creditPair(spread, i, commodities));
  const minimum = shortOptions(commodities);
  const scan = (of: Partial<Scan>): Charge => ({ kind: "scan", at: COMMODITY, scenarios: "points", ...of });
  return {
    format: 1,
    id: `span-${slug(organisation)}`,
    edition: date,
    source,
    assumptions: [
      "Legs take deltas in the order in which the file lists spreads.",
      "Maintenance over initial margin is the file's adjustment of the first rate.",
      "A position that expires on the day of the file is margined through the end of that day.",
    ],
    currency,
    levels: { commodity: COMMODITY },
    parameters: {
      ...calendar.parameters,
      shortOptionCharge: by("settlement currency per short option", ({ shortOptionMinimum }) => shortOptionMinimum),
      maintenanceShare: by("share of initial margin", ({ maintenance }) => maintenance),
    },
    values: { contractDelta: { at: "instrument", is: { div: ["delta", "multiplier"] } } },
    scenarios: {
      points: { array: "riskArray", rows: points.map((point, i): Row => ({ label: label(point), slice: slices[i]! })) },
    },
    charges: {
      scanRisk: scan({}),
      pairRisk: scan({ reduce: { slice: "worst" }, floor: null }),
      timeRisk: scan({ reduce: { slice: still }, floor: null }),
      netDelta: { kind: "amount", at: COMMODITY, on: "signed", measure: "contractDelta", measureUnit: "base" },
      priceRisk: { kind: "formula", at: COMMODITY, value: PRICE_RISK },
      ...(calendar.pairs.length > 0 && {
        calendarCharge: {
          kind: "spread",
          at: COMMODITY,
          within: COMMODITY,
          net: [...COMMODITY, "expiry"],
          measure: "contractDelta",
          measureUnit: "base",
          pairs: calendar.pairs,
        } satisfies Spread,
      }),
      ...(between.length > 0 && {
        credit: {
          kind: "spread",
          at: COMMODITY,
          within: "account",
          net: COMMODITY,
          measure: "contractDelta",
          measureUnit: "base",
          pairs: between,
        } satisfies Spread,
      }),
      ...minimum,
      commodityRisk: {
        kind: "formula",
        at: COMMODITY,
        value: {
          max: [
            {
              sub: [
                calendar.pairs.length > 0 ? { sum: ["scanRisk", "calendarCharge"] } : "scanRisk",
                between.length > 0 ? "credit" : 0,
              ],
            },
            "shortOptionMinimum",
          ],
        },
      },
      initialMargin: { kind: "formula", at: COMMODITY, value: { mul: ["commodityRisk", "conversion"] } },
      maintenanceMargin: { kind: "formula", at: COMMODITY, value: { mul: ["initialMargin", "maintenanceShare"] } },
      cash: { kind: "amount", at: "settlement", on: "signed", select: { kind: "cash" }, measureUnit: "settlement" },
      paidValue: {
        kind: "amount",
        at: "settlement",
        on: "signed",
        select: { kind: ["option", "spot"] },
        measure: "mark",
      },
      equityInModel: {
        kind: "formula",
        at: "settlement",
        value: { mul: [{ sum: ["cash", "paidValue", "unrealised"] }, "conversion"] },
      },
    },
    equity: "equityInModel",
    initial: "initialMargin",
    maintenance: "maintenanceMargin",
  };
}

/** Per delta of the commodity: what its price alone costs. */
const PRICE_RISK: Expr = {
  if: [
    { lt: [0, { abs: "netDelta" }] },
    { div: [{ max: [0, { sub: ["pairRisk", "timeRisk"] }] }, { abs: "netDelta" }] },
    0,
  ],
};

function shortOptions(commodities: SpanCommodity[]): Record<string, Charge> {
  const short = (callPut: 1 | -1): Charge => ({
    kind: "amount",
    at: COMMODITY,
    net: "instrument",
    on: "short",
    select: { ...option, callPut },
    measure: { div: [1, "multiplier"] },
    measureUnit: "base",
  });
  const numerous = commodities.flatMap(({ id, shortOptionMethod }) => (shortOptionMethod === "max" ? [id] : []));
  const all: Expr = { sum: ["shortCalls", "shortPuts"] };
  const count: Expr =
    numerous.length === 0 ? all : { if: [{ is: { underlying: numerous } }, { max: ["shortCalls", "shortPuts"] }, all] };
  return {
    shortCalls: short(1),
    shortPuts: short(-1),
    shortOptionMinimum: { kind: "formula", at: COMMODITY, value: { mul: [count, "shortOptionCharge"] } },
  };
}

/** Calendar spreads: commodities whose legs are alike share a pair, with a rate for each. */
function calendarPairs(
  commodities: SpanCommodity[],
  source: string,
): { pairs: Pair[]; parameters: Record<string, Parameter> } {
  const alike = new Map<string, { legs: SpanLeg[]; expiries: (string[] | undefined)[]; of: [string, SpanSpread][] }>();
  for (const commodity of commodities) {
    commodity.spreads.forEach((spread, priority) => {
      const expiries = spread.legs.map((leg) => expiriesOf(commodity, leg));
      const shape = spread.legs.map(({ side, ratio }, k) => [side, ratio, expiries[k]]);
      const key = JSON.stringify([priority, spread.method, shape]);
      const found = alike.get(key) ?? { legs: spread.legs, expiries, of: [] };
      found.of.push([commodity.id, spread]);
      alike.set(key, found);
    });
  }
  const sorted = [...alike].sort(([a], [b]) => Number(a.slice(1).split(",")[0]) - Number(b.slice(1).split(",")[0]));
  const parameters: Record<string, Parameter> = {};
  const pairs = sorted.map(([, { legs, expiries, of }], i): Pair => {
    const rate = `calendarRate${i + 1}`;
    const isFlat = of[0]![1].method === "flat";
    parameters[rate] = {
      unit: isFlat ? "settlement currency per spread" : "share of the price risk per delta",
      source,
      for: of.map(([underlying, spread]) => ({ underlying, is: spread.rate })),
    };
    const underlying = of.map(([id]) => id);
    const all = underlying.length === commodities.length;
    const selects = expiries.map((expiry): Select => ({
      ...(!all && { underlying }),
      ...(expiry !== undefined && { expiry }),
    }));
    return {
      legs: legs.map((leg, k) => ({
        select: selects[k]!,
        side: sideOf(leg),
        ratio: leg.ratio,
        ...(!isFlat && { rate: { mul: [rate, "priceRisk"] } }),
      })),
      ...(isFlat && { rate }),
    };
  });
  return { pairs, parameters };
}

function creditPair(spread: SpanSpread, i: number, commodities: SpanCommodity[]): Pair {
  if (spread.method === "flat")
    throw new MarginError("NotRead", `spreads[${i}].method`, "a flat charge between commodities is not read", {
      row: i,
      value: spread.method,
    });
  return {
    legs: spread.legs.map((leg, k) => {
      const commodity = commodities.find(({ id }) => id === leg.commodity);
      if (commodity !== undefined && expiriesOf(commodity, leg) !== undefined)
        throw new MarginError(
          "NotRead",
          `spreads[${i}].legs[${k}]`,
          "a leg of some periods between commodities is not read",
          { row: i },
        );
      return {
        select: { underlying: leg.commodity },
        side: sideOf(leg),
        ratio: leg.ratio,
        rate: { mul: [spread.rate, "priceRisk"] },
      };
    }),
  };
}

/** The days of settlement in a leg's periods; undefined where it has all. */
function expiriesOf({ contracts }: SpanCommodity, { from, to }: SpanLeg): string[] | undefined {
  if (from === undefined && to === undefined) return undefined;
  const inside = contracts.filter(
    ({ kind, period }) =>
      kind !== "physical" && month(period) >= month(from ?? period) && month(period) <= month(to ?? period),
  );
  return [...new Set(inside.map(expiryOf))].sort();
}

/** Periods compare by year, month and, where both have it, day: `201606`, `20160617`. */
const month = (period: string): string => /^\d+/.exec(period)?.[0] ?? period;

const sideOf = ({ side }: SpanLeg): 1 | -1 => (side === "A" ? 1 : -1);

/** “price +1/3, vol up”. */
function label({ price, volatility }: SpanPoint): string {
  const thirds = Math.round(3 * price);
  const size =
    Math.abs(3 * price - thirds) < 1e-9 && thirds % 3 !== 0 ? `${Math.abs(thirds)}/3` : String(Math.abs(price));
  const move = price === 0 ? "price same" : `price ${price > 0 ? "+" : "−"}${size}`;
  return `${move}, vol ${volatility > 0 ? "up" : volatility < 0 ? "down" : "same"}`;
}

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "") || "file";
