/** `margin-core calibrate surface`: quotes and responses in, table, documents and page out; what is wrong with them in one line. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkMarket } from "../../bindings/documents/check.ts";
import type { Fact } from "../../bindings/documents/market.ts";
import { loadLabSync, type Quote, type SurfaceFit } from "../../bindings/lab.ts";
import { AS_OF, chain, csv, EVENT, eventChain } from "../fixtures/surface.ts";
import { core } from "../core.ts";
import { command, FIXTURES, fixture, MARKET_FIXTURES, type Given } from "./command.ts";

const lab = loadLabSync(readFileSync("build/lab.wasm"));

async function calibrate(args: string, given: Given = {}) {
  const written: Record<string, string> = {};
  const host = {
    lab: () => lab,
    writeFile: (path: string, text: string) => void (written[path] = text),
    readOwn: (path: string) => `/* ${path} */`,
  };
  const result = await command(`calibrate surface ${args}`, { ...host, ...given });
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
  JSON.parse((await good(`${args} --json`, given)).out) as SurfaceFit;

const quotes = chain();
const files = { "chain.csv": csv(quotes), "chain.json": quotes };

describe("quotes", () => {
  it("as CSV print a table for each underlying, what was dropped, and totals", async () => {
    const { out } = await good("chain.csv", { files });
    expect(out).toMatch(/^Volatility surface as of 2026-02-05 08:00 UTC\n\nBTC\n/);
    expect(out).toMatch(
      /^ 2026-03-27 +50 +70,400 +48\.\d +−5\.\d +13 of 26 +0\.00 +0\.00 +100 % +0\.\d+ +0\.\d+ +svi$/m,
    );
    expect(out).toMatch(/^3 expiries, 37 of 78 quotes used; RMSE 0\.00 vol points .*; no static arbitrage\.$/m);
    expect(out).toMatch(/^104 quotes, 54 not used: 50 in-the-money, 4 small-delta\.$/m);
    expect(out.split("\n").every((line) => line.length <= 120)).toBe(true);
  });
  it("as JSON, as CSV and piped in are the same", async () => {
    const fit = await fitOf("chain.csv", { files });
    expect(await fitOf("chain.json", { files })).toEqual(fit);
    expect(await fitOf("", { stdin: files["chain.csv"] })).toEqual(fit);
    expect(await fitOf("-", { stdin: JSON.stringify(quotes) })).toEqual(fit);
    expect(fit.asOf).toBe(AS_OF);
  });
  it("in several files are one surface", async () => {
    const two = {
      "btc.csv": csv(quotes.filter(({ underlying }) => underlying === "BTC")),
      "eth.json": quotes.filter(({ underlying }) => underlying === "ETH"),
    };
    expect((await fitOf("btc.csv eth.json", { files: two })).underlyings).toEqual(
      (await fitOf("chain.csv", { files })).underlyings,
    );
  });
  it("in dollars", async () => {
    const linear = quotes.map((quote) => ({
      ...quote,
      bid: quote.bid! * quote.forward!,
      ask: quote.ask! * quote.forward!,
    }));
    const fit = await fitOf("q.json --payoff linear", { files: { "q.json": linear } });
    expect(fit.underlyings[0]!.slices[1]!.rmse).toBeLessThan(0.01);
  });
  it("without a forward take parity's", async () => {
    const bare = quotes.map(({ forward: _, ...quote }) => quote);
    const [slice] = (await fitOf("q.json", { files: { "q.json": bare } })).underlyings[0]!.slices;
    expect(slice).toMatchObject({ forwardSource: "parity" });
    expect(slice!.forward / 70_000).toBeCloseTo(1, 4);
  });
  it("that nobody stamped need --as-of", async () => {
    const bare = { "q.json": quotes.map(({ time: _, ...quote }) => quote) };
    expect(await refused("q.json", { files: bare }, 2)).toBe(
      "q.json: [0]: no ts tells when it was quoted; give --as-of",
    );
    expect((await fitOf(`q.json --as-of ${AS_OF}`, { files: bare })).underlyings).toEqual(
      (await fitOf("chain.csv", { files })).underlyings,
    );
  });
  it("with empty sides and no numbers are dropped by name, and listed", async () => {
    const bad: Quote[] = quotes.map((quote, i) => (i === 0 ? { ...quote, bid: null } : quote));
    const text = csv(bad).replace(/^(.*BTC,2026-06-26T08:00:00Z,100000,C,.*),[^,]*$/m, "$1,NaN");
    const { out } = await good("q.csv --dropped", { files: { "q.csv": text } });
    expect(out).toMatch(/^ one-sided +BTC 2026-02-27 49000 call +– +0\.3\d* +q\.csv: line 2$/m);
  });
});

describe("snapshots", () => {
  const later = "2026-02-06T08:00:00Z";
  const both = { "two.csv": csv([...quotes, ...chain(later, 0.05)]) };
  it("the last is fitted, and it says so", async () => {
    const { out } = await good("two.csv", { files: both });
    expect(out).toContain(
      "2 snapshots from 2026-02-05 08:00 to 2026-02-06 08:00 UTC: the last is fitted, 2026-02-06 08:00",
    );
    expect((await fitOf("two.csv", { files: both })).asOf).toBe(later);
  });
  it("or the last before --as-of", async () => {
    const { out } = await good("two.csv --as-of 2026-02-06T07:00:00Z", { files: both });
    expect(out).toContain("the last at or before 2026-02-06 07:00 is fitted, 2026-02-05 08:00");
    expect(await fitOf("two.csv --as-of 2026-02-06T07:00:00Z", { files: both })).toEqual(
      await fitOf("chain.csv", { files }),
    );
    expect(await refused("two.csv --as-of 2026-01-01T00:00:00Z", { files: both })).toBe(
      "two.csv: no quote at or before 2026-01-01T00:00:00Z; the first is of 2026-02-05T08:00:00Z",
    );
  });
  it("of each option the newest row within one", async () => {
    const minutes = { "q.csv": csv([...chain("2026-02-06T07:50:00Z"), ...chain(later, 0.05)]) };
    const { out } = await good("q.csv", { files: minutes });
    expect(out).toContain("104 older rows of the same options passed over");
    const [slice] = (await fitOf("q.csv", { files: minutes })).underlyings[0]!.slices;
    expect(slice).toEqual((await fitOf("two.csv", { files: both })).underlyings[0]!.slices[0]);
  });
  it("--max-age drops what is older", async () => {
    const old = quotes.map((quote, i) => (i < 4 ? { ...quote, time: "2026-02-05T07:58:00Z" } : quote));
    const { dropped } = await fitOf("q.json --max-age 60", { files: { "q.json": old } });
    expect(dropped.filter(({ reason }) => reason === "stale")).toHaveLength(4);
  });
});

describe("--previous and --events", () => {
  it("a fit that --fit wrote stands in where quotes are missing", async () => {
    const { written } = await good("chain.csv --fit fit.json", { files });
    const few = csv(quotes.filter(({ underlying }, i) => underlying === "BTC" || i % 13 === 0));
    const given = { files: { "few.csv": few, "fit.json": written["fit.json"]! } };
    const fit = await fitOf("few.csv --previous fit.json", given);
    expect(fit.flags.join("\n")).toMatch(/ETH 2026-03-27T08:00:00Z: .*fit before/);
  });
  it("an event gives an expiry that SVI cannot fit a mixture, and the flags say so", async () => {
    const given = {
      files: {
        "chain.csv": csv([...quotes, ...eventChain()]),
        "e.json": [{ at: EVENT.at, variance: 0.005 }],
        "none.json": [],
      },
    };
    const { out } = await good("chain.csv --events e.json", given);
    expect(out).toMatch(/^ 2026-02-08 .* mixture$/m);
    expect(out).toMatch(
      /^ {2}2026-02-08: SVI cannot follow the event in it: two-point mixture, which misses by 0\.\d\d vol points$/m,
    );
    expect(out).toMatch(/^4 expiries.*; 1 with a mixture\.$/m);
    const [slice] = (await fitOf("chain.csv --events e.json", given)).underlyings[0]!.slices;
    for (const key of ["vol", "weight", "up", "down"] as const)
      expect(slice!.mixture![key] / EVENT.mixture[key]).toBeCloseTo(1, 2);
    expect(await fitOf("chain.csv --events none.json", given)).toEqual(await fitOf("chain.csv", given));
  });
  it("what is neither is refused with its place", async () => {
    const given = { files: { ...files, "m.json": {}, "e.json": [{ at: "tomorrow", variance: 1 }], "n.json": [1] } };
    expect(await refused("chain.csv --previous m.json", given)).toMatch(
      /^m\.json: expected a fit, as calibrate surface gives it/,
    );
    const fit = {
      underlyings: [{ underlying: "BTC", slices: [{ expiry: AS_OF, tau: 1, forward: 1, svi: { a: 1 } }] }],
    };
    expect(await refused("chain.csv --previous p.json", { files: { ...files, "p.json": fit } })).toBe(
      "p.json: underlyings[0].slices[0]: expected a slice with expiry, tau, forward and svi, was an object",
    );
    expect(await refused("chain.csv --events e.json", given)).toMatch(
      /^e\.json: \[0\]\.at: expected an ISO 8601 moment/,
    );
    expect(await refused("chain.csv --events n.json", given)).toMatch(/^n\.json: \[0\]: expected an event/);
    expect(await refused("chain.csv --events m.json", given)).toMatch(/^m\.json: expected a list of events/);
  });
});

describe("documents", () => {
  const responses = MARKET_FIXTURES.map((name) => `${FIXTURES}/${name}.json`).join(" ");
  const slicesIn = (facts: Fact[]) => facts.filter((fact) => "sviA" in fact);

  it("of responses: the venue's market with a slice at each expiry, options keep their vols", async () => {
    const { out, written } = await good(`${responses} --out market.json`);
    expect(out).toMatch(/Wrote market\.json\.\n$/);
    expect(out).toContain("20 options with another payoff passed over (--payoff)");
    const market = checkMarket(JSON.parse(written["market.json"]!));
    const plain = checkMarket(JSON.parse((await command(`market ${responses}`)).out));
    expect(slicesIn(market.facts)).toHaveLength(6);
    expect(market.instruments).toEqual(plain.instruments);
    const vols = (facts: Fact[]) => facts.filter((fact) => "vol" in fact);
    expect(vols(market.facts)).toEqual(vols(plain.facts));
  });
  it("--surface-only leaves the vols of the fitted underlyings out, and each option is on the smile", async () => {
    const { written } = await good(`${responses} --out market.json --surface-only --json`);
    const market = checkMarket(JSON.parse(written["market.json"]!));
    const inverse = new Set(
      market.instruments
        .filter(({ kind, underlying }) => kind === "option" && underlying !== "SOL")
        .map(({ id }) => id),
    );
    expect(market.facts.some((fact) => "vol" in fact && inverse.has(String(fact.at["instrument"])))).toBe(false);
    const portfolio = JSON.parse(
      (await command(["portfolio", ...["positions", "accounts"].map((name) => `${FIXTURES}/${name}.json`)])).out,
    );
    const { models } = await import("../../bindings/models/index.ts");
    const { initial } = core.margin(models["deribit-pm"]!, market, portfolio);
    expect(initial).toBeGreaterThan(0);
  });
  it("of quotes: a market of the quoted options", async () => {
    const { written } = await good("chain.csv --out market.json", { files });
    const market = checkMarket(JSON.parse(written["market.json"]!));
    expect(market.instruments).toHaveLength(104);
    expect(market.instruments[0]).toMatchObject({
      underlying: "BTC",
      settlement: "BTC",
      payoff: "inverse",
      strike: 49000,
    });
    expect(slicesIn(market.facts)).toHaveLength(4);
    expect(market.source).toBe("quotes of chain.csv; spot of BTC, ETH: forward of the nearest expiry");
    expect(market.asOf).toBe(AS_OF);
  });
  it("of a chain file: its index is the spot, its marks and vols are facts", async () => {
    const text = csv(quotes)
      .replace("fwd,bid", "fwd,index,instrument,mark,mark_iv,bid")
      .replace(/^(.*Z,(\w+),(.*?),(\d+),(C|P),\d+),/gm, (_, start, name, day, strike, side) => {
        return `${start},${name === "BTC" ? 69900 : 2045},${name}-${day.slice(0, 10)}-${strike}-${side},0.1,0.6,`;
      });
    const marketOf = async (args: string) =>
      checkMarket(
        JSON.parse((await good(`q.csv --out m.json ${args}`, { files: { "q.csv": text } })).written["m.json"]!),
      );
    const market = await marketOf("");
    expect(market.source).toBe("quotes of q.csv");
    expect(market.facts).toContainEqual({ at: { underlying: "BTC" }, spot: 69900 });
    expect(market.facts).toContainEqual({ at: { instrument: "BTC-2026-02-27-70000-C" }, mark: 0.1, vol: 0.6 });
    expect((await marketOf("--surface-only")).facts.some((fact) => "vol" in fact)).toBe(false);
  });
  it("a page, with the script of the package", async () => {
    const { written } = await good("chain.csv --plot surface.html", { files });
    expect(written["surface.html"]).toMatch(/^<!doctype html>[^]*\/\* surface-page\.js \*\//);
  });
  it("all or none, and not where there is no folder", async () => {
    const writeFile = () => {
      throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
    };
    expect(await refused("chain.csv --fit nowhere/fit.json", { files, writeFile })).toBe(
      "nowhere/fit.json: no such folder",
    );
    expect(await refused("chain.csv --fit -", { files }, 2)).toMatch(/^a document is written to a file/);
    expect(await refused("chain.csv --surface-only", { files }, 2)).toBe("--surface-only needs --out");
  });
});

describe("what cannot be fitted", () => {
  const only = (list: Quote[]) => ({ files: { "q.csv": csv(list) } });
  const neither =
    "expected quotes (underlying, expiry, strike, type, bid, ask) or responses of Deribit's public API, was neither";
  it.each<[string, Given, string | RegExp]>([
    ["no file", {}, "q.csv: no such file"],
    ["nothing", { files: { "q.csv": "" } }, "q.csv: is empty"],
    ["no quotes", only([]), "q.csv: has no quotes"],
    ["an empty list", { files: { "q.csv": "[]" } }, "q.csv: has no quotes"],
    ["one quote", only(quotes.slice(12, 13)), /^q\.csv: BTC 2026-02-27T08:00:00Z: 1 quote is left of 1; it needs \d/],
    [
      "crossed quotes only",
      only(quotes.map((quote) => ({ ...quote, bid: quote.ask, ask: quote.bid }))),
      /^q\.csv: .*26 crossed/,
    ],
    [
      "expired options only",
      only(quotes.map((quote) => ({ ...quote, expiry: "2026-02-01T08:00:00Z" }))),
      "q.csv: nothing can be fitted: 104 expired",
    ],
    ["unknown columns", { files: { "q.csv": "a,b\n1,2\n" } }, `q.csv: ${neither}`],
    ["another document", { files: { "q.csv": { format: 1, asOf: AS_OF } } }, `q.csv: ${neither}`],
    [
      "a column missing",
      { files: { "q.csv": csv(quotes).replace("expiry", "maturity") } },
      "q.csv: no column expiry; quotes have underlying, expiry, strike, type, bid, ask",
    ],
    [
      "not JSON",
      { files: { "q.csv": '[{"bid": }]' } },
      'q.csv: not JSON at line 1, column 10: expected a value, found "}"',
    ],
    [
      "a word for a number",
      { files: { "q.csv": csv(quotes).replace(",49000,", ",many,") } },
      'q.csv: line 2, strike: expected a number, was "many"',
    ],
    [
      "no side",
      { files: { "q.csv": csv(quotes).replace(",C,", ",X,") } },
      'q.csv: line 2, type: expected C, call or 1; P, put or -1, was "X"',
    ],
    [
      "no moment",
      { files: { "q.csv": csv(quotes).replace("T08:00:00Z,BTC", ",BTC") } },
      /^q\.csv: line 2, ts: expected an ISO 8601 moment/,
    ],
    [
      "a field missing",
      { files: { "q.csv": [{ ...quotes[0], underlying: undefined }, ...quotes] } },
      "q.csv: [0].underlying: missing",
    ],
  ])("%s", async (_, given, message) => {
    const said = await refused("q.csv", given);
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
  it("responses without options of the payoff, and quotes beside responses", async () => {
    const btc = ["instruments-btc", "summary-btc-option", "summary-btc-future", "index-btc"];
    const stdin = btc.map(fixture).join("\n");
    expect(await refused("--payoff linear", { stdin })).toBe(
      "stdin: no linear options; --payoff inverse takes the others",
    );
    expect(await refused("chain.csv -", { stdin, files })).toBe(
      "chain.csv: rows of quotes do not go with responses of a venue",
    );
  });
  it("a mistake in the command", async () => {
    expect(await refused("chain.csv --payoff cubic", { files }, 2)).toMatch(/payoff/);
    expect(await refused("chain.csv --max-age old", { files }, 2)).toMatch(/expected seconds, at least 0/);
    expect(await refused("chain.csv --as-of now", { files }, 2)).toMatch(/expected an ISO 8601 moment/);
    expect(await refused("- -", { stdin: "" }, 2)).toMatch(/^- stands twice/);
  });
  it("without the lab", async () => {
    expect(await refused("chain.csv", { files, lab: undefined })).toBe("module: the lab is not here");
  });
});
