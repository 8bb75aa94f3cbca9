/** The model of a SPAN file: each step against plain arithmetic over the file's own arrays. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { checkMarket, checkModel } from "../../bindings/documents/check.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { parseSpan, type SpanCommodity, type SpanFile } from "../../bindings/formats/span.ts";
import { spanMarket, spanModel } from "../../bindings/models/span/index.ts";
import { instrumentsOf } from "../../bindings/models/span/instruments.ts";
import { expectAgreement } from "../agreement.ts";
import { core } from "../core.ts";
import { groupsOf, scanOf } from "../vectors/adapters/documents.ts";

const sample = parseSpan(readFileSync("examples/span/invented.spn", "utf8"));
const portfolioOf = (lots: Record<string, number>, balances: Record<string, number> = {}) => ({
  format: 1 as const,
  positions: Object.entries(lots).map(([instrument, n]) => ({ instrument, lots: n })),
  balances,
});
const of = (file: SpanFile, lots: Record<string, number>) =>
  core.margin(spanModel(file), spanMarket(file), portfolioOf(lots));
const group = (requirement: Requirement, charge: string, commodity: string) =>
  groupsOf(requirement, charge).find(({ keys }) => keys.underlying === commodity)!;
const value = (requirement: Requirement, charge: string, commodity = "BTCX") =>
  group(requirement, charge, commodity).value;

const contract = (commodity: SpanCommodity, id: string) => instrumentsOf(commodity).get(id)!;
const [btc, eth] = sample.commodities as [SpanCommodity, SpanCommodity];
const with_ = (change: Partial<SpanCommodity>, more: Partial<SpanFile> = {}): SpanFile => ({
  ...sample,
  commodities: [{ ...btc, ...change }, eth],
  ...more,
});
/** Rounding to whole lots moves sums by less. */
const CLOSE = 4;

const BOOK = { "BTCX-202603": 12, "BTCX-202606": -7, "BTCX-202603-72000-C": -10, "BTCX-202606-56000-P": 5 };
const losses = (lots: Record<string, number>) =>
  sample.points.map((_, s) => Object.entries(lots).reduce((sum, [id, n]) => sum + n * contract(btc, id).array[s]!, 0));

test("documents pass their checks", () => {
  expect(() => checkModel(JSON.parse(JSON.stringify(spanModel(sample))))).not.toThrow();
  expect(() => checkMarket(JSON.parse(JSON.stringify(spanMarket(sample))))).not.toThrow();
});

test("core and plain twin agree, with calendar spreads and credits", () => {
  const lots = { ...BOOK, "ETHX-202603": -20, "ETHX-202606-2200-C": -15 };
  for (const exact of [true, false])
    expectAgreement(spanModel(sample), spanMarket(sample), portfolioOf(lots, { USD: 1000 }), exact);
});

describe("scan risk", () => {
  test("is the worst sum of the arrays, which hold their weights already", () => {
    const sums = losses(BOOK);
    const requirement = of(sample, BOOK);
    const { row, profile } = scanOf(group(requirement, "scanRisk", "BTCX"));
    expect(value(requirement, "scanRisk")).toBeCloseTo(Math.max(...sums), CLOSE);
    expect(row).toBe(sums.indexOf(Math.max(...sums)));
    profile.forEach((gain, s) => expect(gain).toBeCloseTo(-sums[s]!, CLOSE));
  });

  test("is none where nothing is lost", () => {
    const hedged = { "BTCX-202603-64000-C": 1, "BTCX-202603": 0 };
    expect(value(of(sample, hedged), "scanRisk")).toBeCloseTo(Math.max(...losses(hedged)), CLOSE);
    const none = {
      ...sample,
      commodities: [
        { ...btc, contracts: btc.contracts.map((c) => ({ ...c, array: c.array.map((x) => -Math.abs(x)) })) },
      ],
    };
    expect(value(of(none, { "BTCX-202603": 3 }), "scanRisk")).toBe(0);
  });
});

test("price risk: the mean of the worst pair less the mean of the pair without a move, over the net delta", () => {
  const lots = { "BTCX-202603": 10, "BTCX-202603-72000-C": -4 };
  const sums = losses(lots);
  const worst = sums.indexOf(Math.max(...sums));
  const pair = sample.points[worst]!.pair;
  const delta = 10 - 4 * contract(btc, "BTCX-202603-72000-C").delta;
  const requirement = of(sample, lots);
  expect(value(requirement, "netDelta")).toBeCloseTo(delta, CLOSE);
  expect(pair).not.toBe(worst);
  const risk = (sums[worst]! + sums[pair]!) / 2 - (sums[0]! + sums[1]!) / 2;
  expect(value(requirement, "priceRisk")).toBeCloseTo(Math.max(0, risk) / Math.abs(delta), CLOSE);
});

describe("calendar spreads", () => {
  test("charge the deltas that offset across expiries", () => {
    const requirement = of(sample, { "BTCX-202603": 5, "BTCX-202606": -3 });
    expect(value(requirement, "calendarCharge")).toBeCloseTo(3 * 40, CLOSE);
    expect(requirement.initial).toBeCloseTo(2 * 1024 + 3 * 40, CLOSE);
    expect(value(of(sample, { "BTCX-202603": 5, "BTCX-202606": 3 }), "calendarCharge")).toBe(0);
  });

  test("by tiers: the first takes what it can, later ones what is left", () => {
    const leg = (period: string, side: "A" | "B", ratio = 1) => ({
      commodity: "BTCX",
      from: period,
      to: period,
      side,
      ratio,
    });
    const file = with_({
      spreads: [
        { method: "flat", rate: 100, legs: [leg("202603", "A"), leg("202606", "B", 2)] },
        { method: "flat", rate: 7, legs: [leg("202603", "A"), leg("202606", "B")] },
      ],
    });
    // 4 against 5: two pairs of 1 : 2 leave 2 against 1
    expect(value(of(file, { "BTCX-202603": -4, "BTCX-202606": 5 }), "calendarCharge")).toBeCloseTo(2.5 * 100, CLOSE);
    expect(value(of(file, { "BTCX-202603": 2, "BTCX-202606": -5 }), "calendarCharge")).toBeCloseTo(2 * 100, CLOSE);
    const other = with_({ spreads: file.commodities[0]!.spreads.slice().reverse() });
    expect(value(of(other, { "BTCX-202603": 2, "BTCX-202606": -5 }), "calendarCharge")).toBeCloseTo(2 * 7, CLOSE);
  });

  test("of one commodity do not touch another", () => {
    const file = with_({ spreads: [] });
    expect(value(of(file, { "BTCX-202603": 5, "BTCX-202606": -3 }), "calendarCharge")).toBe(0);
    const requirement = of(file, { "ETHX-202603": 5, "ETHX-202606": -3 });
    expect(value(requirement, "calendarCharge", "ETHX")).toBeCloseTo(3 * 15, CLOSE);
  });
});

describe("spreads between commodities", () => {
  test("credit each leg for the deltas it takes, by its own price risk", () => {
    const requirement = of(sample, { "BTCX-202603": 2, "ETHX-202603": -9 });
    // two pairs of 1 : 3 would take 6 of 9
    expect(value(requirement, "credit", "BTCX")).toBeCloseTo(2 * 0.5 * 1024, CLOSE);
    expect(value(requirement, "credit", "ETHX")).toBeCloseTo(6 * 0.5 * 380, CLOSE);
    expect(requirement.initial).toBeCloseTo(2 * 1024 + 9 * 380 - 1024 - 1140, CLOSE);
    const same = of(sample, { "BTCX-202603": 2, "ETHX-202603": 9 });
    expect(value(same, "credit", "BTCX")).toBe(0);
  });

  test("a flat charge, and legs of some periods, are refused", () => {
    const [spread] = sample.spreads;
    expect(() => spanModel({ ...sample, spreads: [{ ...spread!, method: "flat" }] })).toThrow(
      "spreads[0].method: a flat charge between commodities is not read",
    );
    const legs = spread!.legs.map((leg) => ({ ...leg, from: "202603" }));
    expect(() => spanModel({ ...sample, spreads: [{ ...spread!, legs }] })).toThrow(
      "spreads[0].legs[0]: a leg of some periods between commodities is not read",
    );
  });
});

describe("short options", () => {
  const strangle = { "BTCX-202603-72000-C": -3, "BTCX-202603-56000-P": -2, "BTCX-202603-64000-C": 9 };
  test("have a minimum each, long ones do not help", () => {
    expect(value(of(sample, strangle), "shortOptionMinimum")).toBeCloseTo((3 + 2) * 25, CLOSE);
  });
  test("or the more numerous side of them", () => {
    expect(value(of(with_({ shortOptionMethod: "max" }), strangle), "shortOptionMinimum")).toBeCloseTo(3 * 25, CLOSE);
  });
  test("which counts where it is more than the scan", () => {
    const dear = of(with_({ shortOptionMinimum: 5000 }), strangle);
    expect(dear.initial).toBeCloseTo(5 * 5000, CLOSE);
    expect(dear.maintenance).toBeCloseTo(0.75 * 5 * 5000, CLOSE);
  });
});

test("options are worth their price, futures what they gain since entry", () => {
  const positions = [
    { instrument: "BTCX-202603-64000-C", lots: 3 },
    { instrument: "BTCX-202603", lots: -2, entry: 65_000 },
  ];
  const { equity } = core.margin(spanModel(sample), spanMarket(sample), {
    format: 1,
    positions,
    balances: { USD: 100 },
  });
  const option = contract(btc, "BTCX-202603-64000-C").price;
  const future = contract(btc, "BTCX-202603").price;
  expect(equity).toBeCloseTo(100 + 0.3 * option + 0.2 * (65_000 - future), CLOSE);
});

test("commodities of several currencies are converted by the file", () => {
  const file = with_({ currency: "EUR" }, { conversions: [{ from: "EUR", to: "USD", factor: 1.25 }] });
  const lots = { "BTCX-202603": 1, "ETHX-202603": 1 };
  expect(core.margin(spanModel(file, "USD"), spanMarket(file, "USD"), portfolioOf(lots)).initial).toBeCloseTo(
    1024 * 1.25 + 380,
    CLOSE,
  );
  expect(core.margin(spanModel(file, "EUR"), spanMarket(file, "EUR"), portfolioOf(lots)).initial).toBeCloseTo(
    1024 + 380 / 1.25,
    CLOSE,
  );
  const none = { ...file, conversions: [] };
  expect(() => core.margin(spanModel(none, "USD"), spanMarket(none, "USD"), portfolioOf(lots))).toThrow(/price.* EUR/);
});

const WHOLE = "../shared/data/span_takasbank_2016-05-17.spn.gz";

describe.skipIf(!existsSync(WHOLE))("the file of Takasbank of 2016-05-17", () => {
  const file = existsSync(WHOLE) ? parseSpan(gunzipSync(readFileSync(WHOLE)).toString("latin1")) : sample;

  test.each([
    ["a spread between commodities", { "AKBNKE-201605S0": 13, "XU030-201606S0": -1 }, 863.5],
    ["a calendar", { "XU030-201606S0": 1, "XU030-201608S0": -1 }, 955],
    ["short options far out of the money, by the extreme point", { "XU030-201606S0-104-C": -10 }, 6495.93323],
  ])("%s", (_, lots, initial) => {
    const requirement = of(file, lots);
    expect(requirement.initial).toBeCloseTo(initial, CLOSE);
    expect(requirement.maintenance).toBeCloseTo(0.75 * initial, CLOSE);
  });
});
