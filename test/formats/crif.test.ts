import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { crifRecords, parseCrif, type CrifRecord } from "../../bindings/formats/crif.ts";
import { invented } from "../reference/sensitivities/invented-parameters.ts";
import { randomAddOns, randomRows, type CrifRow } from "../reference/sensitivities/random-crif.ts";
import { Random } from "../reference/random.ts";

const HEADER = "TradeID,ProductClass,RiskType,Qualifier,Bucket,Label1,Label2,Amount,AmountCurrency,AmountUSD,EndDate";
/** One good row after another. */
const text = (...rows: string[]) => [HEADER, ...rows].join("\n");
const SHARE = "t1,Equity,Risk_Equity,ISIN:US0378331005,5,,,900,EUR,1000,2026-12-31";
const RATE = "t2,RatesFX,Risk_IRCurve,EUR,1,1y,OIS,,,-250.5,";

const without = ({ row: _row, ...rest }: CrifRecord) => rest;

function refusal(of: () => unknown): Pick<MarginError, "code" | "field" | "message" | "row" | "value"> {
  try {
    of();
  } catch (error) {
    if (error instanceof MarginError) {
      const { code, field, message, row, value } = error;
      return { code, field, message, row, value };
    }
    throw error;
  }
  return expect.fail("nothing was refused");
}

describe("records", () => {
  it("have what a margin needs, and the row", () => {
    expect(parseCrif(text(SHARE, RATE))).toEqual([
      {
        productClass: "Equity",
        riskType: "Risk_Equity",
        qualifier: "ISIN:US0378331005",
        bucket: "5",
        label1: "",
        label2: "",
        amountUSD: 1000,
        row: 0,
      },
      {
        productClass: "RatesFX",
        riskType: "Risk_IRCurve",
        qualifier: "EUR",
        bucket: "1",
        label1: "1y",
        label2: "OIS",
        amountUSD: -250.5,
        row: 1,
      },
    ]);
  });
  it("come of objects too", () => {
    const objects = [
      { productClass: "Equity", riskType: "Risk_Equity", qualifier: "ISIN:US0378331005", bucket: 5, amountUSD: 1000 },
      {
        ProductClass: "RatesFX",
        RISKTYPE: "Risk_IRCurve",
        Qualifier: "EUR",
        Bucket: 1,
        Label1: "1y",
        Label2: "OIS",
        AmountUSD: "-250.5",
      },
    ];
    expect(crifRecords(objects)).toEqual(parseCrif(text(SHARE, RATE)));
  });
  it.each([
    ["tabs", "\t"],
    ["semicolons", ";"],
  ])("may have %s between fields", (_, separator) => {
    expect(parseCrif(text(SHARE, RATE).replaceAll(",", separator))).toEqual(parseCrif(text(SHARE, RATE)));
  });
  it("may have quotes, blanks, blank lines, Windows line ends and a byte order mark", () => {
    const odd = `\ufeff${HEADER}\r\n\r\n t1 ,"Equity",Risk_Equity, "ISIN:US0378331005" ,"5",,,900,EUR,"1000","2026-12-31"\r\n${RATE}\r\n`;
    expect(parseCrif(odd)).toEqual(parseCrif(text(SHARE, RATE)));
  });
  it("keep separators, doubled quotes and line ends inside quotes", () => {
    const [record, next] = parseCrif(text('t,Equity,Risk_Equity,"A, ""B""\nC",5,,,,,1,', RATE));
    expect(record!.qualifier).toBe('A, "B"\nC');
    expect(refusal(() => parseCrif(text('t,Equity,Risk_Equity,"A\nB",5,,,,,1,', "t,Nope,,,,,,,,,"))).field).toBe(
      "crif: line 4, RiskType",
    );
    expect(next!.row).toBe(1);
  });
  it("need only the columns that their risk types need", () => {
    expect(parseCrif("ProductClass,RiskType,Qualifier,AmountUSD\nRatesFX,Risk_FX,EUR,5")).toHaveLength(1);
  });
});

describe("one spelling", () => {
  const one = (fields: object) =>
    crifRecords([{ productClass: "Credit", riskType: "Risk_FX", qualifier: "EUR", amountUSD: 1, ...fields }])[0]!;
  it("of risk types and product classes", () => {
    expect(one({ riskType: "RISK_fx", productClass: "ratesfx" })).toMatchObject({
      riskType: "Risk_FX",
      productClass: "RatesFX",
    });
  });
  it.each([
    ["12m", "1y"],
    ["12M", "1y"],
    ["1Y", "1y"],
    ["24m", "2y"],
    ["360M", "30y"],
    ["2W", "2w"],
    ["6m", "6m"],
  ])("of the tenor %s: %s", (label1, expected) => {
    expect(one({ riskType: "Risk_IRVol", label1 }).label1).toBe(expected);
  });
  it("of pairs, currencies, sub-curves, Residual and payment currencies", () => {
    expect(one({ riskType: "Risk_FXVol", qualifier: "usdEUR", label1: "1y" }).qualifier).toBe("EURUSD");
    expect(one({ qualifier: "eur" }).qualifier).toBe("EUR");
    expect(one({ riskType: "Risk_IRCurve", label1: "1y", label2: "LIBOR3M" }).label2).toBe("Libor3m");
    expect(one({ riskType: "Risk_Equity", bucket: "RESIDUAL" }).bucket).toBe("Residual");
    const credit = { riskType: "Risk_CreditQ", qualifier: "a", bucket: "1", label1: "1y", label2: "usd" };
    expect(one(credit).label2).toBe("USD");
  });
  it("leaves names as they are, and drops what a risk type has not", () => {
    const share = { riskType: "Risk_Equity", qualifier: " isin:x ", bucket: "1", label1: "1y", label2: "spot" };
    expect(one(share)).toMatchObject({ qualifier: "isin:x", label1: "", label2: "" });
  });
  it("of an add-on: without product class, its number under Amount or AmountUSD", () => {
    const addOn = { productClass: "", riskType: "Param_ProductClassMultiplier", qualifier: "equity" };
    expect(crifRecords([{ ...addOn, amount: 1.2 }])).toEqual(crifRecords([{ ...addOn, amountUSD: "1.2" }]));
    expect(crifRecords([{ ...addOn, amount: 1.2, amountUSD: 1.2 }])[0]).toMatchObject({
      productClass: "",
      qualifier: "Equity",
      amountUSD: 1.2,
    });
  });
});

describe("errors name row and column, and what was expected", () => {
  const RISK = "t,RatesFX,Risk_IRCurve";
  test.each<[what: string, rows: string[] | string, code: string, message: RegExp, row?: number]>([
    ["no text", "", "Empty", /^crif: is empty$/],
    ["a header alone", [], "Empty", /^crif: has a header and no rows$/],
    ["a missing column", "RiskType,AmountUSD\nRisk_FX,1", "MissingColumn", /^crif: expected a column Qualifier$/],
    [
      "a column that only some risk types need",
      "ProductClass,RiskType,Qualifier,AmountUSD\nRatesFX,Risk_FX,EUR,1\nEquity,Risk_Equity,x,1",
      "MissingColumn",
      /^crif: expected a column Bucket: crif: line 3 needs a whole number from 1, or Residual$/,
      1,
    ],
    [
      "no AmountUSD at all",
      "ProductClass,RiskType,Qualifier\nRatesFX,Risk_FX,EUR",
      "MissingColumn",
      /column AmountUSD/,
      0,
    ],
    [
      "a column twice",
      "RiskType,Qualifier,risktype\na,b,c",
      "DuplicateName",
      /line 1: the column RiskType is there twice/,
    ],
    [
      "too few cells",
      [SHARE, "t,Equity"],
      "LengthsDiffer",
      /^crif: line 3: expected 11 fields, as in the header, was 2$/,
      1,
    ],
    [
      "too many cells",
      [`${SHARE},`],
      "LengthsDiffer",
      /^crif: line 2: expected 11 fields, as in the header, was 12$/,
      0,
    ],
    ["two separators", "RiskType;Qualifier,x\n", "WrongSeparator", /expected one separator, found a comma and ";"/],
    ["an open quote", [SHARE, '"t,Equity'], "OpenQuote", /^crif: line 3: a quote is opened and not closed$/],
    ["text after a quote", ['"t"x,Equity,,,,,,,,,'], "BadQuote", /line 2: expected a comma after a closed quote/, 0],
    [
      "an unknown risk type",
      ["t,Equity,Risk_Equities,x,1,,,,,1,"],
      "UnknownRiskType",
      /line 2, RiskType: expected Risk_IR.*was "Risk_Equities"$/,
      0,
    ],
    ["no risk type", ["t,Equity,,x,1,,,,,1,"], "Missing", /line 2, RiskType: expected Risk_IR.* was empty$/, 0],
    [
      "an unknown product class",
      ["t,Rates,Risk_FX,EUR,,,,,,1,"],
      "UnknownProductClass",
      /ProductClass: expected RatesFX, Credit, Equity or Commodity, was "Rates"/,
      0,
    ],
    ["no product class", ["t,,Risk_FX,EUR,,,,,,1,"], "Missing", /line 2, ProductClass: expected RatesFX/, 0],
    [
      "an unknown tenor",
      [`${RISK},EUR,1,18m,OIS,,,1,`],
      "UnknownTenor",
      /Label1: expected 2w, 1m, .* or 30y, was "18m"/,
      0,
    ],
    [
      "a tenor that credit has not",
      ["t,Credit,Risk_CreditQ,x,1,6m,USD,,,1,"],
      "UnknownTenor",
      /expected 1y, 2y, 3y, 5y or 10y, was "6m"/,
      0,
    ],
    ["no tenor", [`${RISK},EUR,1,,OIS,,,1,`], "Missing", /line 2, Label1: .* was empty/, 0],
    [
      "a bucket with decimals",
      ["t,Equity,Risk_Equity,x,1.0,,,,,1,"],
      "UnknownBucket",
      /Bucket: expected a whole number from 1, or Residual, was "1.0"/,
      0,
    ],
    ["a bucket with a leading zero", ["t,Equity,Risk_Equity,x,01,,,,,1,"], "UnknownBucket", /was "01"/, 0],
    [
      "a residual of commodity",
      ["t,Commodity,Risk_Commodity,x,Residual,,,,,1,"],
      "UnknownBucket",
      /expected a whole number from 1, was "Residual"/,
      0,
    ],
    ["a bucket that rates have not", [`${RISK},EUR,4,1y,OIS,,,1,`], "UnknownBucket", /expected 1, 2 or 3, was "4"/, 0],
    [
      "an unknown sub-curve",
      [`${RISK},EUR,1,1y,SOFR,,,1,`],
      "UnknownSubCurve",
      /Label2: expected OIS, .* or Municipal, was "SOFR"/,
      0,
    ],
    [
      "a group that is not there",
      ["t,Credit,Risk_CreditNonQ,x,1,1y,,,,1,"],
      "Missing",
      /Label2: expected the group of a securitisation/,
      0,
    ],
    [
      "no currency",
      ["t,RatesFX,Risk_FX,Euro,,,,,,1,"],
      "UnknownCurrency",
      /Qualifier: expected a currency in three letters, such as EUR, was "Euro"/,
      0,
    ],
    [
      "no pair",
      ["t,RatesFX,Risk_FXVol,EUR/USD,,1y,,,,1,"],
      "UnknownPair",
      /expected two currencies in six letters.* was "EUR\/USD"/,
      0,
    ],
    ["a pair of one currency", ["t,RatesFX,Risk_FXVol,EUREUR,,1y,,,,1,"], "UnknownPair", /was "EUREUR"/, 0],
    ["no name", ["t,Equity,Risk_Equity,,1,,,,,1,"], "Missing", /line 2, Qualifier: expected a name, was empty/, 0],
    [
      "an amount that is no number",
      ["t,RatesFX,Risk_FX,EUR,,,,,,1 000,"],
      "NotFinite",
      /line 2, AmountUSD: expected a finite number, was "1 000"/,
      0,
    ],
    ["NaN", ["t,RatesFX,Risk_FX,EUR,,,,,,NaN,"], "NotFinite", /was "NaN"/, 0],
    ["infinity", ["t,RatesFX,Risk_FX,EUR,,,,,,1e999,"], "NotFinite", /was "1e999"/, 0],
    [
      "no amount",
      ["t,RatesFX,Risk_FX,EUR,,,,,,,"],
      "Missing",
      /line 2, AmountUSD: expected a finite number, was empty/,
      0,
    ],
    [
      "an amount in a currency only",
      ["t,RatesFX,Risk_FX,EUR,,,,5,EUR,,"],
      "AmountNotUsd",
      /line 2, AmountUSD: expected an amount in USD; Amount and AmountCurrency alone/,
      0,
    ],
    [
      "a multiplier below 1",
      ["t,,Param_ProductClassMultiplier,Equity,,,,0.9,,,"],
      "MultiplierBelowOne",
      /expected a multiplier ≥ 1/,
      0,
    ],
    [
      "two numbers for one",
      ["t,,Param_AddOnNotionalFactor,p,,,,5,,6,"],
      "AmountsDiffer",
      /AmountUSD: expected 5 as under Amount, was "6"/,
      0,
    ],
    [
      "a multiplier of nothing",
      ["t,,Param_ProductClassMultiplier,Rates,,,,1.1,,,"],
      "UnknownProductClass",
      /Qualifier: expected RatesFX/,
      0,
    ],
  ])("%s", (_, rows, code, message, row) => {
    const found = refusal(() => parseCrif(typeof rows === "string" ? rows : text(...rows)));
    expect(found.code).toBe(code);
    expect(found.message).toMatch(message);
    expect(found.row).toBe(row);
  });

  const objects = (...rows: unknown[]) => refusal(() => crifRecords(rows as object[]));
  const good = { productClass: "RatesFX", riskType: "Risk_FX", qualifier: "EUR", amountUSD: 1 };
  test("bytes that are not UTF-8: names that differ in them alone would be one", () => {
    const head = "ProductClass,RiskType,Qualifier,Bucket,Label1,Label2,AmountUSD\n";
    const latin = `${head}Equity,Risk_Equity,Caf\xe9,1,,,1e6\nEquity,Risk_Equity,Caf\xe8,1,,,-1e6\n`;
    const text = Buffer.from(latin, "latin1").toString("utf8");
    expect(() => parseCrif(text)).toThrow("crif: not UTF-8 at line 2, column 23: some bytes there are no text");
    const row = { ProductClass: "Equity", RiskType: "Risk_Equity", Qualifier: "Caf\ufffd", Bucket: "1", AmountUSD: 1 };
    expect(() => crifRecords([row])).toThrow("crif[0].Qualifier: expected text without U+FFFD");
  });

  test("of objects: a path", () => {
    expect(objects(good, { ...good, amountUSD: Infinity })).toMatchObject({
      code: "NotFinite",
      field: "crif[1].amountUSD",
      message: "crif[1].amountUSD: expected a finite number, was Infinity",
      row: 1,
      value: Infinity,
    });
    expect(objects({ ...good, qualifier: 5.5 })).toMatchObject({ code: "WrongType", field: "crif[0].qualifier" });
    expect(objects({ ...good, AmountUsd: 2 })).toMatchObject({ code: "DuplicateName", field: "crif[0]", row: 0 });
    expect(objects(good, 5)).toMatchObject({ code: "WrongType", field: "crif[1]", row: 1 });
    expect(objects()).toMatchObject({ code: "Empty", field: "crif" });
    expect(refusal(() => crifRecords({} as object[]))).toMatchObject({ code: "WrongType", field: "crif" });
    expect(refusal(() => parseCrif(5 as unknown as string, "my.csv"))).toMatchObject({ field: "my.csv" });
  });
});

describe("property", () => {
  /** Another spelling of the same row. */
  function respelled(row: CrifRow, random: Random): CrifRow {
    const odd = (value: string) => (random.chance(0.5) ? value.toUpperCase() : value.toLowerCase());
    const months = /^(\d+)y$/.exec(row.Label1);
    const pair = row.RiskType === "Risk_FXVol" && random.chance(0.5);
    const isCurrency = /^Risk_(IR|Infl|XCcy|FX)/.test(row.RiskType);
    const qualifier = pair ? row.Qualifier.slice(3) + row.Qualifier.slice(0, 3) : row.Qualifier;
    return {
      ...row,
      ProductClass: odd(row.ProductClass),
      RiskType: odd(row.RiskType),
      Qualifier: isCurrency ? odd(qualifier) : qualifier,
      Bucket: odd(row.Bucket),
      Label1: odd(months !== null && random.chance(0.5) ? `${Number(months[1]) * 12}m` : row.Label1),
      Label2: row.RiskType.includes("NonQ") ? row.Label2 : odd(row.Label2),
    };
  }
  const csv = (rows: CrifRow[], separator: string, order: (keyof CrifRow)[]) =>
    [order, ...rows.map((row) => order.map((key) => `"${row[key]}"`))].map((cells) => cells.join(separator)).join("\n");
  const sorted = (records: CrifRecord[]) => records.map((record) => JSON.stringify(without(record))).sort();

  it("rows in another order, columns in another order, in other spellings, are the same records", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(",", ";", "\t"), (seed, separator) => {
        const random = new Random(seed);
        const rows = [...randomRows(invented, random, 40), ...randomAddOns(random)];
        const order = Object.keys(rows[0]!) as (keyof CrifRow)[];
        const shuffled = rows.map((row) => ({ row, at: random.next() })).sort((a, b) => a.at - b.at);
        const other = csv(
          shuffled.map(({ row }) => respelled(row, random)),
          separator,
          order.toReversed(),
        );
        expect(sorted(parseCrif(other))).toEqual(sorted(crifRecords(rows)));
      }),
      { numRuns: 60 },
    );
  });
});
