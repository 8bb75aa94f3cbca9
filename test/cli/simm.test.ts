/** `margin-core simm` and `margin-core frtb`, on invented parameters and small files. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { parseCrif } from "../../bindings/formats/crif.ts";
import { parseFrtb } from "../../bindings/formats/frtb.ts";
import { basel } from "../reference/sensitivities/basel-parameters.ts";
import { frtb } from "../reference/sensitivities/frtb.ts";
import { invented } from "../reference/sensitivities/invented-parameters.ts";
import { simm } from "../reference/sensitivities/simm.ts";
import { command } from "./command.ts";

const CRIF = "test/fixtures/sensitivities/crif.csv";
const ROWS = "test/fixtures/sensitivities/frtb.csv";
const files = {
  "p.json": { versions: { "0": invented } },
  "two.json": { versions: { "0": invented, "1": invented } },
  "own.json": { ...invented, version: "2.5" },
};
const run = (args: string, more: Record<string, unknown> = {}) => command(args, { files: { ...files, ...more } });
const crif = readFileSync(CRIF, "utf8");
const rows = readFileSync(ROWS, "utf8");
/** A small file with one row beside the header. */
const withRow = (text: string, row: string) => `${text.split("\n")[0]}\n${row}\n`;

describe("simm", () => {
  it("prints total, product class, risk class, measure, bucket with K and sum, and the largest factors", async () => {
    const { code, out, err } = await run(`simm ${CRIF} --parameters p.json`);
    expect([code, err]).toEqual([0, ""]);
    const { total } = simm(invented, parseCrif(crif), { horizon: 10, side: "call", calculationCurrency: "USD" });
    expect(out).toContain(
      "SIMM 0: 10-day margin, call side, calculation currency USD, amounts in USD (14 records, 14 sensitivities)",
    );
    expect(out).toContain(`  ${Math.floor(total).toLocaleString("en-US")}.`);
    // rates of Japan: one factor, 40,000 at a weight of 20.5
    for (const line of [
      /├─ simm +570,740,853\.35 USD/,
      /├─ Commodity: product class margin = commodity = commodity delta +55,467,197\.51 USD/,
      /└─ bucket 16 {2}sum 30,900,000\.00, K +55,467,197\.51 USD/,
      /BTC {2}1,000,000\.00 weighs {2}51,500,000\.00, share +\+47,816,549\.58 USD/,
      /└─ JPY {2}sum +820,000\.00, K +820,000\.00 USD/,
      /5y OIS {2}40,000\.00 weighs 820,000\.00, share +\+204,833\.28 USD/,
      /ISIN:XX0000000001 .*, concentration 1\.147, share/,
      /bucket Residual .*, apart, K +4,400,000\.00 USD/,
      /└─ add on fixed +1,000\.00 USD/,
    ])
      expect(out).toMatch(line);
    expect(out).toContain("hold the concentration fixed");
    // of one charge, columns stand below each other
    const [a, b] = out.split("\n").filter((line) => /ISIN:XX000000000[12] .*concentration/.test(line));
    for (const word of [" weighs ", ", concentration", ", share", " USD"])
      expect(a!.indexOf(word)).toBe(b!.indexOf(word));
  });

  it("takes horizon, side and calculation currency, and as many levels and factors as asked for", async () => {
    const figure = async (args: string) =>
      (JSON.parse((await run(`simm ${CRIF} --parameters p.json --json ${args}`)).out) as Requirement).initial;
    for (const [args, options] of [
      ["", { horizon: 10, side: "call", calculationCurrency: "USD" }],
      ["--horizon 1 --side post", { horizon: 1, side: "post", calculationCurrency: "USD" }],
      ["--currency try", { horizon: 10, side: "call", calculationCurrency: "TRY" }],
    ] as const)
      expect(await figure(args)).toBeCloseTo(simm(invented, parseCrif(crif), options).total, 4);
    expect((await run(`simm ${CRIF} --parameters p.json --depth 1`)).out).not.toContain("bucket");
    expect((await run(`simm ${CRIF} --parameters p.json --factors 0`)).out).not.toContain("weighs");
    expect((await run(`simm ${CRIF} --parameters p.json --factors 1`)).out).toMatch(/EUR .*\n.*2 more/);
  });

  it("reads what is piped in", async () => {
    const piped = await command("simm --parameters p.json --json", { files, stdin: crif });
    expect(piped.out).toBe((await run(`simm ${CRIF} --parameters p.json --json`)).out);
  });

  it.each([
    ["--parameters none.json", 1, "error: none.json: "],
    ["", 2, "error: required option '--parameters <file>' not specified"],
    ["--parameters two.json", 1, "error: two.json.versions: expected one of 0, 1"],
    ["--parameters own.json --version 2.6", 1, 'error: own.json.version: the tables are of "2.5", not of "2.6"'],
    ["--parameters p.json --version 3", 1, 'error: p.json.versions: expected one of 0, was "3"'],
    ["--parameters p.json --horizon 5", 2, "Allowed choices are 10, 1"],
    ["--parameters p.json --currency dollars", 2, "expected the code of a currency in three letters, such as EUR"],
    ["--parameters p.json --currency ZZZ", 2, "expected the code of a currency in three letters, such as EUR"],
    ["--parameters p.json --depth -1", 2, "expected a whole number, at least 0"],
  ])("refuses %j with exit code %i", async (args, code, message) => {
    const result = await run(`simm ${CRIF} ${args}`);
    expect([result.code, result.out]).toEqual([code, ""]);
    expect(result.err).toContain(message);
  });

  it.each([
    ["Equity,Risk_Equities,a,5,,,,,1", "bad.csv: line 2, RiskType: expected Risk_IRCurve, "],
    ["Equity,Risk_Equity,a,0,,,,,1", 'bad.csv: line 2, Bucket: expected a whole number from 1, or Residual, was "0"'],
    ["Equity,Risk_Equity,a,5,,,,,much", 'bad.csv: line 2, AmountUSD: expected a finite number, was "much"'],
    ["RatesFX,Risk_IRCurve,USD,1,4y,OIS,,,1", "bad.csv: line 2, Label1: expected 2w, 1m"],
    [
      "RatesFX,Risk_FX,EURO,,,,,,1",
      'bad.csv: line 2, Qualifier: expected a currency in three letters, such as EUR, was "EURO"',
    ],
    [
      "Equity,Risk_Equity,a,14,,,,,1",
      'bad.csv: line 2, Bucket: expected a bucket of Risk_Equity, 1 to 12 or Residual, was "14"',
    ],
    ["Equity,Risk_Equity,a,5,,,,,1e17", "bad.csv: line 2, AmountUSD: expected at most 2^53 in size, was"],
    [",Param_ProductClassMultiplier,Equity,,,,1e17,,", "bad.csv: line 2, Amount: expected at most 2^53 in size, was"],
  ])("names row and column of %s", async (row, message) => {
    const result = await run("simm bad.csv --parameters p.json", { "bad.csv": withRow(crif, row) });
    expect([result.code, result.out]).toEqual([1, ""]);
    expect(result.err).toContain(message);
  });

  it("tells of columns that it does not read and of codes that are no currency", async () => {
    const head = crif.split("\n")[0]!.replace("Label2", "Labl2");
    const text = `TradeID,${head}\n1,RatesFX,Risk_FX,UDS,,,,,,1\n2,RatesFX,Risk_FXVol,EURUSD,,1m,,,,1\n`;
    const { out } = await run("simm slips.csv --parameters p.json", { "slips.csv": text });
    expect(out).toContain("columns passed over: TradeID, Labl2\n");
    expect(out).toContain("no currencies of ISO 4217, taken as given: UDS\n");
    const plain = (await run(`simm ${CRIF} --parameters p.json`)).out;
    expect(plain).not.toMatch(/passed over|taken as given/);
  });

  it("says the line of a file in which others are blank", async () => {
    const [head] = crif.split("\n");
    const text = `${head}\n\nEquity,Risk_Equity,a,5,,,,,1\n\nEquity,Risk_Equity,b,5,,,,,1e17\n`;
    expect((await run("simm bad.csv --parameters p.json", { "bad.csv": text })).err).toContain(
      "bad.csv: line 5, AmountUSD: ",
    );
  });

  it.each<[string, (p: typeof invented) => void, string]>([
    ["a correlation of one side only", (p) => (p.equity.gamma[0]![1] = 0.9), "p.json.equity.gamma[0][1]: expected 0."],
    [
      "one between tenors",
      (p) => (p.interestRate.tenorRho[2]![3] = 0.1),
      "p.json.interestRate.tenorRho[2][3]: expected 0.",
    ],
    [
      "a correlation with the basis that φ makes larger than 1",
      (p) => Object.assign(p.interestRate, { xccyRho: 0.9, subCurvePhi: 0.5 }),
      "p.json.interestRate.xccyRho: expected −1 to 1 of 2w and basis, was 1.8 after division by subCurvePhi",
    ],
    ["one of FX", (p) => (p.fx.rhoCalcCcyRegular[0]![1] = -0.9), "p.json.fx.rhoCalcCcyRegular[0][1]: expected "],
    [
      "a threshold that is not there",
      (p) => delete p.fx.thresholdVegaUsdMm["1-1"],
      'p.json.fx.thresholdVegaUsdMm["1-1"]: nothing for category 1-1; the factor ',
    ],
  ])("names the figure in the user's tables: %s", async (_, spoil, message) => {
    const tables = structuredClone(invented);
    const [one, two] = tables.fx.category1 as [string, string];
    spoil(tables);
    const text = `${crif}RatesFX,Risk_FXVol,${one}${two},,1y,,,,100\n`;
    const result = await run("simm x.csv --parameters p.json", { "x.csv": text, "p.json": tables });
    expect([result.code, result.out]).toEqual([1, ""]);
    expect(result.err).toContain(message);
  });

  it("says how to repair correlations that no portfolio can have, as far as a file of tables can follow", async () => {
    const tables = structuredClone(invented);
    tables.equity.gamma = tables.equity.gamma.map((row, i) => row.map((_, j) => (i === j ? 1 : -0.5)));
    const { err } = await run(`simm ${CRIF} --parameters p.json`, { "p.json": tables });
    expect(err).toMatch(/^error: p\.json\.equity\.gamma: no correlation matrix: its smallest eigenvalue is -4\.5/);
    expect(err).not.toContain("indefinite");
  });

  it("takes any number of issuers", async () => {
    const all = Array.from({ length: 1500 }, (_, i) => `Credit,Risk_CreditNonQ,issuer ${i},1,2y,group ${i},,,1`);
    const text = [crif.split("\n")[0], ...all].join("\n");
    const { out } = await run("simm x.csv --parameters p.json", { "x.csv": text, "p.json": invented });
    expect(out).toContain("1500 records");
  });

  it("says the calculation currency beside the currency of the amounts, and counts one sensitivity", async () => {
    const text = withRow(crif, "Equity,Risk_Equity,a,5,,,,,1");
    const { out } = await run("simm x.csv --parameters p.json --currency eur", { "x.csv": text });
    expect(out).toContain("calculation currency EUR, amounts in USD (1 record, 1 sensitivity)");
  });

  it("refuses what is no table", async () => {
    expect(await run("simm empty.csv --parameters p.json", { "empty.csv": " " })).toMatchObject({
      code: 1,
      err: "error: empty.csv: is empty\n",
    });
    expect((await command("simm --parameters p.json", { files })).code).toBe(2);
    expect((await run("simm pk.csv --parameters p.json", { "pk.csv": "PK\u0003\u0004" })).err).toContain(
      "not CSV, looks like a zip archive",
    );
  });
});

describe("frtb", () => {
  it("tells of columns, codes and options that it does not read", async () => {
    const text = `${rows.split("\n")[0]},divisble\nfx,curvature,UDS,,,,,,,9000,4000,yes\n`;
    const { out } = await run("frtb slips.csv --divide-fx-curvature --crypto-scenarios", { "slips.csv": text });
    for (const note of [
      "columns passed over: divisble\n",
      "no currencies of ISO 4217, taken as given: UDS\n",
      "--divide-fx-curvature changes nothing: no row is divisible\n",
      "--crypto-scenarios changes nothing: no row is of crypto\n",
    ])
      expect(out).toContain(note);
    expect(
      (await run("frtb examples/sensitivities/frtb.csv --divide-fx-curvature --crypto-scenarios")).out,
    ).not.toMatch(/passed over|changes nothing/);
  });

  it("prints the scenario that is the largest down to its factors, and the totals of the others", async () => {
    const { code, out, err } = await run(`frtb ${ROWS}`);
    expect([code, err]).toEqual([0, ""]);
    for (const line of [
      /^Basel sensitivities-based method, reporting currency USD \(8 records, 9 sensitivities\)$/m,
      /├─ low +579,962\.66 USD/,
      /bucket 11 {2}sum +35,000\.00, apart, K +35,000\.00 USD/,
      /bucket 5 {2}sum 30,000\.00, moves up, K +30,000\.00 USD/,
      /├─ bucket BTC {2}sum 50,000\.00, K/,
      /^ {2}├─ medium +572,456\.86 USD$/m,
      /^ {2}└─ high +564,755\.72 USD$/m,
    ])
      expect(out).toMatch(line);
    expect(out).toContain("Assumed, since");
  });

  it("takes the options of the method", async () => {
    const divisible = `${rows.split("\n")[0]},divisible\nfx,curvature,EUR,,,,,,,900,0,yes\n`;
    const figure = async (args: string, text: string) =>
      (JSON.parse((await run(`frtb x.csv --json ${args}`, { "x.csv": text })).out) as Requirement).initial;
    expect(await figure("", divisible)).toBe(900);
    expect(await figure("--divide-fx-curvature", divisible)).toBe(600);
    const expected = frtb(basel, parseFrtb(rows), { cryptoScenarios: true }).total;
    expect(await figure("--crypto-scenarios", rows)).toBeCloseTo(expected, 6);
  });

  it.each([
    ["equity,delta,14,a,spot,,,,1,,", "bad.csv: line 2, bucket: expected a whole number from 1 to 13, was"],
    ["equity,gamma,1,a,spot,,,,1,,", 'bad.csv: line 2, measure: expected delta, vega or curvature, was "gamma"'],
    ["crypto,delta,BTC,,,,0,,1,,", "bad.csv: line 2, location: expected an exchange, was empty"],
    ["fx,curvature,EUR,,,,,,,1,1e17", "bad.csv: line 2, cvrDown: expected at most 2^53 in size, was"],
    ["fx,delta,EUR,,,,,,1e17,,", "bad.csv: line 2, amount: expected at most 2^53 in size, was"],
    ["fx,delta,usd,,,,,,1,,", "bad.csv: line 2, bucket: expected another currency than USD, which all amounts are in"],
  ])("names row and column of %s", async (row, message) => {
    const result = await run("frtb bad.csv", { "bad.csv": withRow(rows, row) });
    expect([result.code, result.out]).toEqual([1, ""]);
    expect(result.err).toContain(message);
  });
});

describe("examples/sensitivities", () => {
  const at = (name: string) => `examples/sensitivities/${name}`;
  it("has the invented tables of the tests", () => {
    const { version, note, ...tables } = JSON.parse(readFileSync(at("invented-tables.json"), "utf8"));
    expect(tables).toEqual(JSON.parse(JSON.stringify(invented)));
    expect([version, note]).toEqual(["invented", expect.stringContaining("means anything")]);
  });
  it("runs", async () => {
    const one = await command(`simm ${at("crif.csv")} --parameters ${at("invented-tables.json")} --depth 3`);
    expect([one.code, one.err]).toEqual([0, ""]);
    expect(one.out).toContain("SIMM invented: ");
    const other = await command(`frtb ${at("frtb.csv")} --depth 2`);
    expect([other.code, other.err]).toEqual([0, ""]);
    // a row of each class and measure, each of which costs something
    const costs = other.out.match(/─ (?:equity|commodity|fx|crypto) (?:delta|vega|curvature).* [\d,.]+ USD$/gm);
    expect(costs).toHaveLength(12);
  });
});

describe("a correlated charge in the tree of margin-core margin", () => {
  it("has its buckets and factors", async () => {
    const { model, market, portfolio } = JSON.parse(readFileSync("test/fixtures/sensitivities/documents.json", "utf8"));
    const { code, out, err } = await run("margin m.json p1.json --model model.json --fractional", {
      "m.json": market,
      "p1.json": portfolio,
      "model.json": model,
    });
    expect([code, err]).toEqual([0, ""]);
    // 150² + 50² − 2·0.25·150·50 = 21,250
    expect(out).toMatch(/bucket tech {2}sum 100\.00, K +145\.77 USD/);
    expect(out).toMatch(/a {3}300\.00 weighs 150\.00, share +\+141\.49 USD/);
    expect(out).toMatch(/b {2}−100\.00 weighs −50\.00, share +\+4\.29 USD/);
    // the same charge below another result is not told again
    expect(out).toContain("shares, as above");
    expect(out.match(/bucket tech/g)).toHaveLength(1);
  });
});
