import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { frtbRecords, parseFrtb, type FrtbRecord } from "../../bindings/formats/frtb.ts";
import { basel } from "../reference/sensitivities/basel-parameters.ts";
import { randomFrtbRows, type FrtbRow } from "../reference/sensitivities/random-frtb.ts";
import { Random } from "../reference/random.ts";

const HEADER = "riskClass,measure,bucket,name,factor,location,tenor,optionTenor,amount,cvrUp,cvrDown,divisible";
const text = (...rows: string[]) => [HEADER, ...rows].join("\n");
const ROWS = [
  "equity,delta,5,ISS-A,spot,,,,2000000,,,",
  "commodity,delta,2,WTI,,NYMEX,0.25,,-3e6,,,",
  "fx,delta,EUR,,,,,,5,,,",
  "equity,vega,5,ISS-A,,,,0.5,7,,,",
  "fx,vega,USDEUR,,,,,10y,7,,,",
  "fx,curvature,GBP,,,,,,,8,-8,yes",
  "crypto,delta,btc,,,Deribit,3m,,9,,,",
  "crypto,curvature,BTC,,,Deribit,,,,1,2,",
];

function refusal(of: () => unknown): { code: string; field: string; message: string; row?: number } {
  try {
    of();
  } catch (error) {
    if (error instanceof MarginError) {
      const { code, field, message, row } = error;
      return { code, field, message, row };
    }
    throw error;
  }
  return expect.fail("nothing was refused");
}

describe("records", () => {
  const records = parseFrtb(text(...ROWS));
  it("have the fields of their measure and class", () => {
    expect(records).toMatchObject([
      { riskClass: "equity", measure: "delta", bucket: "5", name: "ISS-A", factor: "spot", location: "", tenor: 0 },
      { name: "WTI", factor: "", location: "NYMEX", tenor: 0.25, amount: -3e6, row: 1 },
      { riskClass: "fx", bucket: "EUR", name: "", amount: 5 },
      { measure: "vega", optionTenor: 0.5, amount: 7 },
      { measure: "vega", bucket: "EURUSD", optionTenor: 10 },
      { measure: "curvature", cvrUp: 8, cvrDown: -8, divisible: true },
      { riskClass: "crypto", bucket: "BTC", location: "Deribit", tenor: 0.25 },
      { measure: "curvature", location: "Deribit", divisible: false },
    ]);
  });
  it("come of objects too, with the keys in any case", () => {
    const names = HEADER.toUpperCase().split(",");
    const objects = ROWS.map((row) => Object.fromEntries(row.split(",").map((cell, i) => [names[i]!, cell])));
    expect(frtbRecords(objects)).toEqual(records);
  });
});

describe("errors name row and column, and what was expected", () => {
  test.each<[what: string, rows: string[] | string, code: string, message: RegExp, row?: number]>([
    ["no text", "", "Empty", /^frtb: is empty$/],
    ["a header alone", [], "Empty", /has a header and no rows/],
    ["a missing column", "measure,bucket\ndelta,1", "MissingColumn", /^frtb: expected a column riskClass$/],
    [
      "a column that a measure needs",
      "riskClass,measure,bucket\nfx,delta,EUR",
      "MissingColumn",
      /^frtb: expected a column amount: frtb: line 2 needs a finite number$/,
      0,
    ],
    [
      "an unknown class",
      ["rates,delta,1,,,,,,1,,,"],
      "UnknownRiskClass",
      /^frtb: line 2, riskClass: expected equity, commodity, fx or crypto, was "rates"$/,
      0,
    ],
    [
      "an unknown measure",
      ["fx,gamma,EUR,,,,,,1,,,"],
      "UnknownMeasure",
      /measure: expected delta, vega or curvature, was "gamma"/,
      0,
    ],
    [
      "a bucket beyond the last",
      ["equity,delta,14,a,spot,,,,1,,,"],
      "UnknownBucket",
      /bucket: expected a whole number from 1 to 13, was "14"/,
      0,
    ],
    ["a bucket with decimals", ["commodity,vega,1.0,a,,,,1,1,,,"], "UnknownBucket", /from 1 to 11, was "1.0"/, 0],
    ["no currency", ["fx,delta,EURO,,,,,,1,,,"], "UnknownCurrency", /expected a currency in three letters/, 0],
    ["no pair", ["fx,vega,EUR,,,,,1,1,,,"], "UnknownPair", /expected two currencies in six letters/, 0],
    ["no coin", ["crypto,delta,,,,A,0,,1,,,"], "Missing", /bucket: expected a coin, such as BTC, was empty/, 0],
    ["no name", ["equity,delta,1,,spot,,,,1,,,"], "Missing", /name: expected a name, was empty/, 0],
    [
      "neither spot nor repo",
      ["equity,delta,1,a,dividend,,,,1,,,"],
      "UnknownFactor",
      /factor: expected spot or repo, was "dividend"/,
      0,
    ],
    ["no place", ["commodity,delta,1,a,,,0,,1,,,"], "Missing", /location: expected a place, was empty/, 0],
    ["no exchange", ["crypto,curvature,BTC,,,,,,,1,1,"], "Missing", /location: expected an exchange, was empty/, 0],
    [
      "a tenor off the grid",
      ["commodity,delta,1,a,,b,0.75,,1,,,"],
      "UnknownTenor",
      /tenor: expected years, 0, 0.25, .* or 30, was "0.75"/,
      0,
    ],
    [
      "an option tenor off the grid",
      [ROWS[0]!, "equity,vega,1,a,,,,2y,1,,,"],
      "UnknownTenor",
      /line 3, optionTenor: expected years, 0.5, 1, 3, 5 or 10, was "2y"/,
      1,
    ],
    ["no amount", ["fx,delta,EUR,,,,,,,,,"], "Missing", /amount: expected a finite number, was empty/, 0],
    [
      "an infinite amount",
      ["fx,delta,EUR,,,,,,Infinity,,,"],
      "NotFinite",
      /amount: expected a finite number, was "Infinity"/,
      0,
    ],
    [
      "half of a curvature",
      ["fx,curvature,EUR,,,,,,,1,,"],
      "Missing",
      /cvrDown: expected a finite number, was empty/,
      0,
    ],
    [
      "neither yes nor no",
      ["fx,curvature,EUR,,,,,,,1,1,1.5"],
      "NotYesOrNo",
      /divisible: expected yes or no, was "1.5"/,
      0,
    ],
    [
      "FX of the reporting currency",
      ["fx,delta,USD,,,,,,1,,,"],
      "ReportingCurrency",
      /bucket: expected another currency than USD, which all amounts are in, was "USD"/,
      0,
    ],
    [
      "an amount beside the two of curvature",
      ["fx,curvature,EUR,,,,,,5,1,1,"],
      "NotOfMeasure",
      /amount: expected nothing here: curvature is under cvrUp and cvrDown, was "5"/,
      0,
    ],
    [
      "a curvature beside an amount",
      ["fx,delta,EUR,,,,,,5,,1,"],
      "NotOfMeasure",
      /cvrDown: expected nothing here: delta is under amount, was "1"/,
      0,
    ],
    [
      "curvature of a repo rate",
      ["equity,curvature,1,a,repo,,,,,1,1,"],
      "UnknownFactor",
      /factor: expected spot, or nothing here: repo rates have no curvature \(MAR21.12\), was "repo"/,
      0,
    ],
    [
      "vega of a repo rate",
      ["equity,vega,1,a,repo,,,1,1,,,"],
      "UnknownFactor",
      /factor: expected spot, or nothing here: repo rates have no vega/,
      0,
    ],
    ["too many cells", ["fx,curvature,EUR,,,,,,,1,1,yes,"], "LengthsDiffer", /line 2: expected 12 fields/, 0],
  ])("%s", (_, rows, code, message, row) => {
    const found = refusal(() => parseFrtb(typeof rows === "string" ? rows : text(...rows)));
    expect(found.code).toBe(code);
    expect(found.message).toMatch(message);
    expect(found.row).toBe(row);
  });
  test("bytes that are not UTF-8", () => {
    const latin = "riskClass,measure,bucket,name,factor,amount\nequity,delta,1,Caf\xe9,spot,1\n";
    const text = Buffer.from(latin, "latin1").toString("utf8");
    expect(() => parseFrtb(text)).toThrow("frtb: not UTF-8 at line 2, column 19: some bytes there are no text");
  });

  test("of objects: a path", () => {
    const row = { riskClass: "fx", measure: "delta", bucket: "EUR", amount: NaN };
    expect(refusal(() => frtbRecords([row]))).toMatchObject({ code: "NotFinite", field: "frtb[0].amount", row: 0 });
    expect(refusal(() => frtbRecords([]))).toMatchObject({ code: "Empty" });
  });
});

describe("property", () => {
  const sorted = (records: FrtbRecord[]) => records.map(({ row: _row, ...rest }) => JSON.stringify(rest)).sort();
  function respelled(row: FrtbRow, random: Random): FrtbRow {
    const odd = (value: unknown) => (random.chance(0.5) ? String(value).toUpperCase() : String(value).toLowerCase());
    const years = (value: unknown) =>
      value !== undefined && random.chance(0.5) ? `${Number(value) * 12}M` : (value as number);
    const isPair = row["riskClass"] === "fx" && row["measure"] === "vega" && random.chance(0.5);
    const bucket = String(row["bucket"]);
    return {
      ...row,
      riskClass: odd(row["riskClass"]),
      measure: odd(row["measure"]),
      bucket: odd(isPair ? bucket.slice(3) + bucket.slice(0, 3) : bucket),
      ...("factor" in row ? { factor: odd(row["factor"]) } : {}),
      ...("tenor" in row ? { tenor: years(row["tenor"]) } : {}),
      ...("optionTenor" in row ? { optionTenor: years(row["optionTenor"]) } : {}),
    };
  }
  it("rows in another order and spelling, as text or objects, are the same records", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(",", ";", "\t"), (seed, separator) => {
        const random = new Random(seed);
        const rows = randomFrtbRows(basel, random, 40);
        const shuffled = rows.map((row) => ({ row, at: random.next() })).sort((a, b) => a.at - b.at);
        const names = HEADER.split(",").toReversed();
        const lines = shuffled.map(({ row }) => {
          const other = respelled(row, random);
          return names.map((name) => other[name] ?? "").join(separator);
        });
        const other = [names.join(separator), ...lines].join("\n");
        expect(sorted(parseFrtb(other))).toEqual(sorted(frtbRecords(rows)));
      }),
      { numRuns: 60 },
    );
  });
});
