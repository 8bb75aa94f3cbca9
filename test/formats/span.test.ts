/** SPAN parameter files: what is read of them, what is refused, and an exchange's whole file with its arrays repriced. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Fact, Instrument } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import { parseSpan, type SpanContract, type SpanFile } from "../../bindings/formats/span.ts";
import { core } from "../core.ts";

const TEXT = readFileSync("examples/span/invented.spn", "utf8");
const sample = parseSpan(TEXT, "s.spn");
const changed = (from: string | RegExp, to: string) => {
  const text = TEXT.replace(from, to);
  expect(text).not.toBe(TEXT);
  return () => parseSpan(text, "s.spn");
};

describe("the invented file", () => {
  test("its day, points, commodities and spreads", () => {
    expect([sample.date, sample.organisation]).toEqual(["2026-02-05", "INVENTED"]);
    expect(sample.points).toHaveLength(16);
    expect(sample.points[4]).toEqual({ price: -1 / 3, volatility: 1, weight: 1, pair: 5 });
    expect(sample.points[15]).toEqual({ price: -3, volatility: 0, weight: 0.32, pair: 15 });
    expect(sample.commodities.map(({ contracts: _, ...commodity }) => commodity)).toEqual([
      {
        id: "BTCX",
        name: "BTCX, invented",
        currency: "USD",
        maintenance: 0.75,
        shortOptionMinimum: 25,
        shortOptionMethod: "gross",
        spreads: [
          {
            method: "flat",
            rate: 40,
            legs: [
              { commodity: "BTCX", side: "A", ratio: 1 },
              { commodity: "BTCX", side: "B", ratio: 1 },
            ],
          },
        ],
      },
      expect.objectContaining({ id: "ETHX", shortOptionMinimum: 8 }),
    ]);
    expect(sample.spreads).toEqual([
      {
        method: "price",
        rate: 0.5,
        legs: [
          { commodity: "BTCX", side: "A", ratio: 1 },
          { commodity: "ETHX", side: "B", ratio: 3 },
        ],
      },
    ]);
  });

  test("its contracts", () => {
    const [btc] = sample.commodities;
    const kinds = btc!.contracts.map(({ kind }) => kind);
    expect([kinds.length, kinds.filter((kind) => kind === "option").length]).toEqual([15, 12]);
    const { array: _, ...option } = btc!.contracts.find(({ strike, callPut }) => strike === 72000 && callPut === 1)!;
    expect(option).toEqual({
      kind: "option",
      product: "BTCX",
      period: "202603",
      settles: "2026-03-27",
      strike: 72000,
      callPut: 1,
      price: 2953.78,
      multiplier: 0.1,
      delta: expect.closeTo(0.3467, 3) as number,
      isPaidFor: true,
      underlyingPrice: 64000,
      years: 0.136986,
      volatility: 0.6,
      priceScan: 1024,
      volatilityScan: 0.25,
    });
    const future = btc!.contracts.find(({ kind }) => kind === "future")!;
    expect(future.isPaidFor).toBe(false);
    expect(future.array[10]).toBe(-1024);
  });
});

describe("in other forms", () => {
  test("tiers by period, legs of one period, and a delta that is scaled", () => {
    const text = TEXT.replace(
      "<intraTiers><tier><tn>0</tn></tier></intraTiers>",
      "<intraTiers><tier><tn>1</tn><sPe>202603</sPe><ePe>202604</ePe></tier><tier><tn>2</tn><sPe>202605</sPe></tier></intraTiers>",
    )
      .replace("<tLeg><cc>BTCX</cc><tn>0</tn><rs>A</rs>", "<tLeg><cc>BTCX</cc><tn>1</tn><rs>A</rs>")
      .replace(
        "<tLeg><cc>BTCX</cc><tn>0</tn><rs>B</rs><i>1.000000</i></tLeg>",
        "<pLeg><cc>BTCX</cc><pe>202606</pe><rs>B</rs><i>2</i></pLeg>",
      )
      .replace("<pfType>FUT</pfType><sc>1.000000</sc>", "<pfType>FUT</pfType><sc>0.2</sc>");
    const [btc] = parseSpan(text).commodities;
    expect(btc!.spreads[0]!.legs).toEqual([
      { commodity: "BTCX", from: "202603", to: "202604", side: "A", ratio: 1 },
      { commodity: "BTCX", from: "202606", to: "202606", side: "B", ratio: 2 },
    ]);
    expect(btc!.contracts.filter(({ kind }) => kind === "future").map(({ delta }) => delta)).toEqual([0.2, 0.2]);
  });

  test("spreads come in the order of their number, whatever that of the file", () => {
    const second = /<interSpreads>(<dSpread>.*<\/dSpread>)<\/interSpreads>/s;
    const text = TEXT.replace(
      second,
      (_, one: string) =>
        `<interSpreads>${one.replace("<spread>1<", "<spread>12<").replace("0.500000", "0.1")}${one.replace("<spread>1<", "<spread>2<")}</interSpreads>`,
    );
    expect(parseSpan(text).spreads.map(({ rate }) => rate)).toEqual([0.5, 0.1]);
  });
});

describe("refused, with the line", () => {
  test.each<[string, string | RegExp, string, string | RegExp]>([
    ["another root", /spanFile/g, "other", 's.spn: line 3: expected spanFile, was "other"'],
    ["no day", "<date>20260205</date>", "", "s.spn: line 4: expected <date> in <pointInTime>, was missing"],
    [
      "a day that is none",
      "<date>20260205<",
      "<date>20261332<",
      's.spn: line 4: expected a day such as 20160531, was "20261332"',
    ],
    ["a price that is no number", /<p>64351<\/p>/, "<p>1,5</p>", /line \d+: expected a number in <p>, was "1,5"/],
    ["an array that is short", "<a>0.000</a>", "", /expected 16 entries in the array of BTCX 000000, was 15/],
    ["a call that is none", "<o>C</o>", "<o>X</o>", /expected C or P, was "X"/],
    ["a strike of 0", "<k>56000</k>", "<k>0</k>", /expected > 0 in <k>, was 0/],
    ["a point out of order", "<point>3</point>", "<point>4</point>", /expected point 3, was 4/],
    ["a paired point that there is not", "<pairedPoint>16<", "<pairedPoint>17<", /expected a point up to 16, was 17/],
    [
      "a leg of a commodity that there is not",
      "<cc>ETHX</cc><tn>0</tn><rs>B",
      "<cc>XRPX</cc><tn>0</tn><rs>B",
      /expected a combined commodity of the file, was "XRPX"/,
    ],
    [
      "a tier that there is not",
      "<cc>BTCX</cc><tn>0</tn><rs>A",
      "<cc>BTCX</cc><tn>7</tn><rs>A",
      /expected 0 or a tier of the commodity, was 7/,
    ],
    ["legs of one side", "<tn>0</tn><rs>B</rs>", "<tn>0</tn><rs>A</rs>", /expected legs of both sides, was "A"/],
    ["another way to charge", "<chargeMeth>W<", "<chargeMeth>X<", /expected chargeMeth F or W, was "X"/],
    ["a method of short options", "<somMeth>GROSS<", "<somMeth>NET<", /expected somMeth GROSS or MAX, was "NET"/],
    ["value offsets of longs", "<somMeth>", "<capAnov>1</capAnov><somMeth>", /expected capAnov 0, was "1"/],
    [
      "spot charges",
      "<adjRate>",
      "<spotRate><r>1</r></spotRate><adjRate>",
      /<spotRate> is not read, and would change the margin/,
    ],
    ["spreads by scenario", "<interSpreads>", "<interSpreads><sSpread></sSpread>", /<sSpread> is not read/],
    ["combinations", "<exchange>", "<exchange><cmbPf></cmbPf>", /<cmbPf> is not read/],
  ])("%s", (_, from, to, message) => expect(changed(from, to)).toThrow(message));

  test("what is no file of the kind at all", () => {
    expect(() => parseSpan('{"a":1}')).toThrow('span: line 1: expected an element, was "{\\"a\\":1}"');
  });
});

const WHOLE = "../shared/data/span_takasbank_2016-05-17.spn.gz";

/** Years that pass; the file does not say it, the arrays do. */
const LOOK_AHEAD = 0.004;
/** TRY, by the description of the file. */
const WITHIN = 3e-3;

describe.skipIf(!existsSync(WHOLE))("the file of Takasbank of 2016-05-17", () => {
  const file: SpanFile = existsSync(WHOLE)
    ? parseSpan(gunzipSync(readFileSync(WHOLE)).toString("latin1"), "takas.spn")
    : sample;
  const contracts = file.commodities.flatMap((commodity) => commodity.contracts);

  test("is read whole", () => {
    const count = (kind: SpanContract["kind"]) => contracts.filter((contract) => contract.kind === kind).length;
    expect([file.commodities.length, file.spreads.length]).toEqual([40, 56]);
    expect([count("physical"), count("future"), count("option")]).toEqual([37, 146, 2628]);
    expect(file.conversions).toEqual([{ from: "USD", to: "TRY", factor: 2.9765 }]);
    expect(file.commodities.every(({ maintenance, currency }) => maintenance === 0.75 && currency === "TRY")).toBe(
      true,
    );
  });

  test("every array of its options is what the core makes of the file's volatilities, rates and ranges", () => {
    const options = contracts.filter(({ kind }) => kind === "option");
    const instruments: Instrument[] = [];
    const facts: Fact[] = [];
    options.forEach((option, i) => {
      const {
        strike,
        callPut,
        years,
        volatility,
        rate,
        dividend,
        underlyingPrice,
        priceScan,
        volatilityScan,
        multiplier,
      } = option as Required<SpanContract>;
      const id = `O${i}`;
      const expiry = `${option.settles}T00:00:00Z`;
      instruments.push({
        id,
        kind: "option",
        underlying: "X",
        expiry,
        strike,
        callPut,
        settlement: "TRY",
        payoff: "linear",
      });
      facts.push({
        at: { instrument: id },
        spot: underlyingPrice,
        forward: underlyingPrice * Math.exp((rate - dividend) * years),
        discount: Math.exp(-rate * years),
        vol: volatility,
        tau: years,
        priceRange: priceScan / multiplier / underlyingPrice,
        volRange: volatilityScan,
      });
    });
    const model: MarginModel = {
      format: 1,
      id: "arrays",
      edition: file.date,
      source: "the file's own points",
      currency: "TRY",
      parameters: {},
      scenarios: {
        points: {
          rows: file.points.map(({ price, volatility, weight }) => ({
            spot: { mul: [price, "priceRange"] },
            volMove: { mul: [volatility, "volRange"] },
            time: LOOK_AHEAD,
            scale: weight,
          })),
        },
      },
      charges: { scan: { kind: "scan", scenarios: "points" } },
      equity: 0,
      initial: "scan",
      maintenance: "scan",
    };
    const market = {
      format: 1 as const,
      asOf: `${file.date}T00:00:00Z`,
      currencies: [{ id: "TRY", largestTotal: 2 ** 33, price: 1 }],
      instruments,
      facts,
    };
    const positions = options.map(({ multiplier }, i) => ({ instrument: `O${i}`, amount: multiplier }));
    const [set] = core.riskArrays(model, market, { format: 1, positions, balances: {} }, { exact: false });
    const gains = new Map(set!.instruments.map(({ instrument, pnl }) => [instrument, pnl]));
    let worst = 0;
    for (const [i, { array }] of options.entries())
      array.forEach((loss, s) => (worst = Math.max(worst, Math.abs(loss + gains.get(`O${i}`)![s]!))));
    expect(worst).toBeLessThan(WITHIN);
    expect(worst).toBeGreaterThan(1e-4); // six decimals of the file's inputs do not hold more
  });

  test("arrays of futures are their price scan range by point", () => {
    for (const { array, priceScan, kind } of contracts) {
      if (kind !== "future") continue;
      array.forEach((loss, s) => {
        const { price, weight } = file.points[s]!;
        expect(Math.abs(loss + price * weight * priceScan!)).toBeLessThan(1e-6 * Math.max(1, priceScan!));
      });
    }
  });
});
