/** `margin-core calibrate correlation`: returns and prices in, table, document and page out; what is wrong with them in one line. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadLabSync, type CorrelationFit } from "../../bindings/lab.ts";
import { closes, long, wide } from "../fixtures/prices.ts";
import { returnsOf } from "../calibration/correlated.ts";
import { Random } from "../reference/random.ts";
import { command, type Given } from "./command.ts";

const lab = loadLabSync(readFileSync("build/lab.wasm"));

async function calibrate(args: string, given: Given = {}) {
  const written: Record<string, string> = {};
  const host = {
    lab: () => lab,
    writeFile: (path: string, text: string) => void (written[path] = text),
    readOwn: (path: string) => `/* ${path} */`,
  };
  const result = await command(`calibrate correlation ${args}`, { ...host, ...given });
  return { ...result, written };
}
async function good(args: string, given: Given = {}) {
  const result = await calibrate(args, given);
  expect(result).toMatchObject({ code: 0, err: "" });
  return result;
}
async function refused(args: string, given: Given = {}, code = 1): Promise<string> {
  const result = await calibrate(args, given);
  expect(result).toMatchObject({ out: "", code, written: {} });
  expect(result.err).toMatch(/^error: [^\n]+\n$/);
  return result.err.slice("error: ".length, -1);
}
const fitOf = async (args: string, given: Given = {}) =>
  JSON.parse((await good(`${args} --json`, given)).out) as CorrelationFit;

const rows = closes();
const HOUR = 3_600_000;
const files = {
  "closes.csv": long(rows),
  "wide.csv": wide(rows),
  "closes.json": rows,
  "hourly.csv": long(closes(60, ["BTC", "ETH"], HOUR), "ts"),
};
const made = returnsOf(3, 40, 4);
const returnsCsv = (change: (cells: string[][]) => void = () => {}) => {
  const cells = made.rows.map((row, t) => [new Date(t * 86_400_000).toISOString().slice(0, 10), ...row.map(String)]);
  change(cells);
  return [`date,${made.names.join(",")}`, ...cells.map((row) => row.join(","))].join("\n");
};

describe("prices", () => {
  it("print how returns were made, a matrix and how it is conditioned", async () => {
    const { out } = await good("closes.csv", { files });
    expect(out).toMatch(
      /^Correlation of 3 names: shrunk to constant correlation \(Ledoit–Wolf\); shrinkage 0\.\d+\n59 returns, 2026-01-02 to 2026-03-01\nlog returns of prices at the dates that all names have, 2026-01-01 to 2026-03-01, 1 day apart\n/,
    );
    expect(out).toMatch(/^ SOL +\d\.\d\d % +0\.\d\d +0\.\d\d +1$/m);
    expect(out).toMatch(/^Mean correlation 0\.\d\d; smallest eigenvalue 0\.\d+, condition number [\d.]+\.$/m);
    expect(out.split("\n").every((line) => line.length <= 120)).toBe(true);
  });
  it("a row each, a column each, as JSON and piped in are the same", async () => {
    const fit = await fitOf("closes.csv", { files });
    expect(fit).toMatchObject({ names: ["BTC", "ETH", "SOL"], rows: 59, from: "2026-01-02", to: "2026-03-01" });
    expect(await fitOf("wide.csv --prices", { files })).toEqual(fit);
    expect(await fitOf("closes.json", { files })).toEqual(fit);
    expect(await fitOf("", { stdin: files["closes.csv"] })).toEqual(fit);
    expect(await fitOf("-", { stdin: files["closes.csv"] })).toEqual(fit);
  });
  it("of a period, of the last returns, of some names in their order", async () => {
    const fit = await fitOf("closes.csv --from 2026-01-10 --to 2026-02-20 --columns SOL,BTC", { files });
    expect(fit).toMatchObject({ names: ["SOL", "BTC"], rows: 42, from: "2026-01-10", to: "2026-02-20" });
    const last = await fitOf("closes.csv --last 20", { files });
    expect(last).toMatchObject({ rows: 20, from: "2026-02-10", to: "2026-03-01" });
    expect((await good("closes.csv --last 20", { files })).out).toMatch(/^the last 20 of 59 returns$/m);
    const day = await fitOf("hourly.csv --to 2026-01-02", { files });
    expect(day).toMatchObject({ rows: 47, to: "2026-01-02T23:00Z" });
  });
  it("that one name lacks at a date leave that date out, and the return across it", async () => {
    const gap = { "c.csv": long(rows.filter(({ date, coin }) => !(date === "2026-01-20" && coin === "ETH"))) };
    const { out } = await good("c.csv", { files: gap });
    expect(out).toMatch(/^57 returns, 2026-01-02 to 2026-03-01$/m);
    expect(out).toMatch(/^1 date between them left out, at which not all have a price$/m);
    expect(out).toMatch(/^1 return across more than 1 day left out$/m);
    expect((await fitOf("c.csv --gaps keep", { files: gap })).rows).toBe(58);
    expect(await refused("c.csv --gaps refuse", { files: gap })).toBe("c.csv: 2026-01-20, ETH: no price at that date");
    expect((await fitOf("c.csv --gaps refuse --columns BTC,SOL", { files: gap })).rows).toBe(59);
    expect((await fitOf("c.csv --gaps refuse --from 2026-01-22", { files: gap })).rows).toBe(39);
  });
  it("that nobody has at a date are a gap too", async () => {
    const gap = { "c.csv": long(rows.filter(({ date }) => date !== "2026-01-20")) };
    expect((await fitOf("c.csv", { files: gap })).rows).toBe(57);
    expect(await refused("c.csv --gaps refuse", { files: gap })).toMatch(
      /^c\.csv: 2026-01-21: 1 return across more than/,
    );
  });
  it("names that begin later begin the common dates", async () => {
    const late = { "c.csv": long(rows.filter(({ date, coin }) => coin !== "SOL" || date >= "2026-02-01")) };
    const { out } = await good("c.csv", { files: late });
    expect(out).toMatch(/^28 returns, 2026-02-02 to 2026-03-01$/m);
    expect(out).not.toMatch(/left out/);
  });
});

describe("returns", () => {
  it("are taken as they are", async () => {
    const fit = await fitOf("r.csv", { files: { "r.csv": returnsCsv() } });
    const dates = made.rows.map((_, t) => new Date(t * 86_400_000).toISOString().slice(0, 10));
    expect(fit).toEqual(lab.calibrate.correlation({ ...made, dates }));
  });
  it("without dates too", async () => {
    const bare = [made.names.join(","), ...made.rows.map((row) => row.join(","))].join("\n");
    expect((await fitOf("r.csv --last 30", { files: { "r.csv": bare } })).from).toBeUndefined();
    expect(await refused("r.csv --from 2026-01-01", { files: { "r.csv": bare } }, 2)).toBe(
      "--from and --to need dates: r.csv has no column date or ts or time",
    );
  });
  it("between tabs or semicolons are the same", async () => {
    const commas = await fitOf("r.csv", { files: { "r.csv": returnsCsv() } });
    for (const separator of ["\t", ";"]) {
      const text = returnsCsv().replaceAll(",", separator);
      expect(await fitOf("r.csv", { files: { "r.csv": text } })).toEqual(commas);
    }
    expect(await refused("r.csv", { files: { "r.csv": returnsCsv().replace(",", ";") } })).toBe(
      'r.csv: line 1: expected one separator, found a comma and ";"',
    );
  });
  it("under no header are refused, under names that are numbers not", async () => {
    const [, ...below] = returnsCsv().split("\n");
    expect(await refused("r.csv", { files: { "r.csv": below.join("\n") } })).toMatch(
      /^r\.csv: line 1: expected a header, with names of columns, was "1970-01-01 /,
    );
    const bare = made.rows.map((row) => row.join(",")).join("\n");
    expect(await refused("r.csv", { files: { "r.csv": bare } })).toMatch(/^r\.csv: line 1: expected a header/);
    const tickers = ["date,2330,2317,2454", ...below].join("\n");
    expect((await fitOf("r.csv", { files: { "r.csv": tickers } })).names[0]).toBe("2330");
  });
  it("that look like prices are refused, or doubted", async () => {
    expect(await refused("wide.csv", { files })).toMatch(
      /^wide\.csv: every value of \w+ is above 1, which would be a return of more than 100 % in each row: --prices takes/,
    );
    const lifted = returnsCsv((cells) => cells.forEach((row) => (row[2] = String(Math.abs(Number(row[2])) + 1e-6))));
    const { out } = await good("r.csv", { files: { "r.csv": lifted } });
    expect(out).toContain("\nevery value of N1 is above 0: if they are prices, --prices says so\n");
    expect((await good("r.csv", { files: { "r.csv": returnsCsv() } })).out).not.toContain("--prices");
  });
  it("that tell nothing beyond the target are said to, on the page too", async () => {
    const random = new Random(4);
    const cells = Array.from({ length: 12 }, () => [1, 2, 3, 4].map(() => random.uniform(-1, 1)).join(","));
    const given = { files: { "r.csv": ["A,B,C,D", ...cells].join("\n") } };
    const note =
      "Shrunk all the way (shrinkage 1): these returns tell nothing beyond the target, so every pair has the mean correlation.";
    const { out, written } = await good("r.csv --picture p.html", given);
    expect(out).toContain(note);
    expect(written["p.html"]).toContain(`<li class="warn">${note}`);
    expect((await fitOf("r.csv", given)).parameters.shrinkage).toBe(1);
    expect((await good("closes.csv", { files })).out).not.toContain("all the way");
  });
  it("with an empty cell are refused, or their row left out where that is said", async () => {
    const gap = { "r.csv": returnsCsv((cells) => (cells[5]![2] = "")) };
    expect(await refused("r.csv", { files: gap })).toBe(
      "r.csv: line 7, N1: no return; --gaps drop leaves such rows out",
    );
    expect((await good("r.csv --gaps drop", { files: gap })).out).toMatch(/^1 row with an empty cell left out$/m);
    expect(await refused("r.csv --gaps keep", { files: gap }, 2)).toMatch(/^--gaps keep is for prices/);
    expect((await fitOf("r.csv --columns N0,N2", { files: gap })).rows).toBe(40);
  });
});

describe("the estimator", () => {
  it("and its options", async () => {
    expect(await fitOf("hourly.csv --estimator ewma", { files })).toMatchObject({ parameters: { lambda: 0.99 } });
    const { parameters } = await fitOf("closes.csv --estimator ewma --halflife 10", { files });
    expect(parameters.lambda).toBeCloseTo(0.5 ** 0.1, 15);
    expect((await fitOf("closes.csv --estimator qis", { files })).estimator).toBe("qis");
    expect((await good("closes.csv --estimator ewma --lambda 0.94", { files })).out).toMatch(
      /^Correlation of 3 names: exponentially weighted; λ 0\.94\n59 returns, .*, worth 3\d(\.\d)? of equal weight\n/,
    );
  });
  it("of many names prints the largest and the smallest", async () => {
    const names = Array.from({ length: 21 }, (_, i) => `C${i}`);
    const { out } = await good("c.csv", { files: { "c.csv": long(closes(60, names)) } });
    expect(out).toMatch(/^Correlation of 21 names: quadratic-inverse shrinkage/);
    expect(out).toMatch(/^ C\d+ C\d+ +0\.\d\d +C\d+ C\d+ +−0\.\d\d$/m);
    expect(out).toMatch(
      /^Volatility of one return from \d\.\d\d % to \d\d\.\d %\. --picture draws all, --json lists them\.$/m,
    );
  });
  it("whose estimate is none is refused, or repaired where that is said", async () => {
    const names = Array.from({ length: 10 }, (_, i) => `N${i}`);
    const few = { "r.csv": [names.join(","), ...returnsOf(10, 6, 1).rows.map((row) => row.join(","))].join("\n") };
    expect(await refused("r.csv --estimator kendall", { files: few })).toMatch(
      /^r\.csv: not positive semidefinite: its smallest eigenvalue is -[\d.]+; repairs: nearest \(.*\), shrink \(.*\) \(--repair\)$/,
    );
    const { out } = await good("r.csv --estimator kendall --repair shrink", { files: few });
    expect(out).toMatch(
      /^not positive semidefinite as estimated \(smallest eigenvalue −[\d.]+\): drawn to the identity by 0\.\d+, at a distance of [\d.]+$/m,
    );
    const fit = await fitOf("r.csv --estimator kendall --repair nearest", { files: few });
    expect(fit.repaired).toMatchObject({ method: "nearest" });
  });
});

describe("what is written", () => {
  it("the estimate, and a page with the script of the package", async () => {
    const { written, out } = await good("closes.csv --out fit.json --picture c.html", { files });
    expect(JSON.parse(written["fit.json"]!)).toEqual(await fitOf("closes.csv", { files }));
    expect(written["c.html"]).toMatch(/^<!doctype html>[^]*from closes\.csv[^]*\/\* correlation-page\.js \*\//);
    expect(out).toMatch(/Wrote fit\.json, c\.html\.\n$/);
  });
  it("all or none, and not where there is no folder", async () => {
    const writeFile = () => {
      throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
    };
    expect(await refused("closes.csv --out nowhere/fit.json", { files, writeFile })).toBe(
      "nowhere/fit.json: no such folder",
    );
  });
});

describe("what cannot be read", () => {
  const swap = (a: string, b: string) => files["closes.csv"].replace(a, b);
  it.each<[string, string, unknown, string | RegExp]>([
    ["no file", "q.csv", undefined, "q.csv: no such file"],
    ["nothing", "q.csv", "", "q.csv: is empty"],
    ["a header alone", "q.csv", "date,coin,close\n", "q.csv: has no rows"],
    ["one name", "q.csv --columns BTC", files["closes.csv"], "q.csv: expected at least 2 names, was 1"],
    [
      "an unknown name",
      "q.csv --columns BTC,DOT",
      files["closes.csv"],
      'q.csv: --columns: expected names of BTC, ETH, SOL, was "DOT"',
    ],
    [
      "a date that is none",
      "q.csv",
      swap("2026-01-03,ETH", "3 Jan,ETH"),
      /^q\.csv: line 9, date: expected a date, or an ISO 8601/,
    ],
    [
      "a date twice",
      "q.csv",
      swap("2026-01-03,ETH", "2026-01-02,ETH"),
      "q.csv: line 9, date: 2026-01-02 is there twice for ETH",
    ],
    [
      "dates that fall",
      "q.csv",
      swap("2026-01-03,ETH", "2025-12-01,ETH"),
      "q.csv: line 9, date: dates have to rise for ETH: 2025-12-01 comes after a later one",
    ],
    [
      "a price below 0",
      "q.csv",
      swap(/1,1,1,\d/.exec(files["closes.csv"])![0], "1,1,1,-5"),
      /^q\.csv: line 2, close: expected a price > 0, was "-5/,
    ],
    [
      "a price in words",
      "q.csv",
      swap(/1,1,1,\d/.exec(files["closes.csv"])![0], "1,1,1,x"),
      /^q\.csv: line 2, close: expected a price, was "x/,
    ],
    [
      "prices without dates",
      "q.csv",
      "coin,close\nBTC,1\n",
      "q.csv: no column date or ts or time: prices of several names need it",
    ],
    [
      "names without a date in common",
      "q.csv",
      "date,coin,close\n2026-01-01,BTC,1\n2026-01-02,ETH,1\n",
      "q.csv: no two dates at which each of BTC, ETH has a price",
    ],
    ["too few for --last", "q.csv --last 60", files["closes.csv"], "q.csv: expected 60 returns (--last), was 59"],
    [
      "too few to fit",
      "q.csv --estimator dcc",
      files["closes.csv"],
      "q.csv: expected at least 100 rows to fit dcc, was 59",
    ],
    ["no rows of the period", "q.csv --from 2027-01-01", files["closes.csv"], "q.csv: expected at least 3 rows, was 0"],
    [
      "a price that stands still",
      "q.csv",
      long(rows.map((row) => (row.coin === "SOL" ? { ...row, close: 1 } : row))),
      "q.csv: every return of SOL is 0: without variance there is no correlation",
    ],
    [
      "a return in words",
      "q.csv",
      returnsCsv((cells) => (cells[3]![1] = "n/a")),
      'q.csv: line 5, N0: expected a return, was "n/a"',
    ],
    [
      "an option of another estimator",
      "q.csv --lambda 0.9",
      files["closes.csv"],
      "--lambda: is of ewma; the estimator is constant-correlation",
    ],
  ])("%s", async (_, args, text, message) => {
    const said = await refused(args, { files: text === undefined ? {} : { "q.csv": text } });
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
  it("a mistake in the command", async () => {
    expect(await refused("closes.csv --estimator best", { files }, 2)).toMatch(/estimator/);
    expect(await refused("closes.csv --lambda 2", { files }, 2)).toMatch(/expected a number between 0 and 1/);
    expect(await refused("closes.csv --last 2.5", { files }, 2)).toMatch(/expected a whole number > 0/);
    expect(await refused("closes.csv --from soon", { files }, 2)).toMatch(/expected a day such as/);
    expect(await refused("closes.csv --estimator ewma --lambda 0.9 --halflife 3", { files }, 2)).toMatch(
      /cannot be used/,
    );
    expect(await refused("closes.csv --columns BTC,ETH,BTC", { files }, 2)).toBe("--columns: BTC stands twice");
    expect(await refused("", {}, 2)).toMatch(/^nothing is piped in/);
  });
  it("without the lab", async () => {
    expect(await refused("closes.csv", { files, lab: undefined })).toBe("module: the lab is not here");
  });
});
