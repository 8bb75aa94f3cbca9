/** What is wrong in the data: one line that names file and place, exit code 1, nothing printed. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { outOfMemory } from "../../bindings/core/failure.ts";
import type { Core } from "../../bindings/core.ts";
import { MarginError } from "../../bindings/error.ts";
import { models } from "../../bindings/models/index.ts";
import * as documents from "../documents/documents.ts";
import { command, fixture, MARKET_FIXTURES, SAMPLE, type Given } from "./command.ts";

type Fields = Record<string, unknown>;
const market = documents.market;
/** Without the facts of the account, which only a test of documents reads. */
const portfolio = () => ({
  format: 1,
  positions: documents.portfolio().positions,
  balances: { BTC: 10, USDC: 100 } as Fields,
});

/** One line on stderr after a change of the documents. */
async function refused(
  change: (m: ReturnType<typeof market>, p: ReturnType<typeof portfolio>) => unknown,
  args = "margin m.json p.json",
) {
  const [m, p] = [market(), portfolio()];
  change(m, p);
  return failure(args, { files: { "m.json": m, "p.json": p } });
}
async function failure(args: string | string[], given: Given, code = 1): Promise<string> {
  const result = await command(args, given);
  expect(result.out).toBe("");
  expect(result.code).toBe(code);
  expect(result.err).toMatch(/^error: [^\n]+\n$/);
  return result.err.slice("error: ".length, -1);
}

it("the documents that all this changes are good", async () => {
  const files = { "m.json": market(), "p.json": portfolio() };
  expect(await command("margin m.json p.json", { files })).toMatchObject({ code: 0, err: "" });
});

describe("files", () => {
  const files = { "p.json": portfolio(), "m.json": market() };
  it("that are not there", async () => {
    expect(await failure("margin m.json q.json", { files })).toBe("q.json: no such file");
    expect(await failure("margin test", { files })).toBe("test: is a folder, not a file");
  });
  it("not JSON, with line and column", async () => {
    const broken = '{\n  "format": 1,\n  "positions": [,]\n}';
    expect(await failure("margin m.json p.json", { files: { ...files, "p.json": broken } })).toBe(
      'p.json: not JSON at line 3, column 17: expected a value, found ","',
    );
    expect(await failure("margin --market m.json", { files, stdin: "{oops" })).toMatch(
      /^stdin: not JSON at line 1, column 2: /,
    );
  });
  it("not JSON in the second value of a stream, with its own line", async () => {
    expect(await failure("margin", { stdin: `${JSON.stringify(market())}\n\n{"format": x}` })).toMatch(
      /^stdin: not JSON at line 3, column 12: /,
    );
  });
  it("empty", async () => {
    expect(await failure("margin --market m.json", { files, stdin: " \n" })).toBe("stdin: is empty");
    expect(await failure("margin m.json p.json", { files: { ...files, "p.json": "" } })).toBe("p.json: is empty");
  });
  it("of another kind", async () => {
    const words =
      "expected a market, portfolio or model document or a response of Deribit's public API, was none of them";
    expect(await failure("margin m.json p.json", { files: { ...files, "p.json": {} } })).toBe(`p.json: ${words}`);
    expect(await failure("margin m.json p.json", { files: { ...files, "p.json": "[1, 2]" } })).toBe(`p.json: ${words}`);
    expect(await failure("margin examples/sample/fit.json p.json", { files })).toBe(
      `examples/sample/fit.json: ${words}`,
    );
  });
  it("not text", async () => {
    const said = (content: string) => failure("margin m.json p.json", { files: { ...files, "p.json": content } });
    const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    expect(await said(utf8(gzipSync("{}")))).toBe("p.json: not JSON, looks like gzip: unpack it first");
    expect(await said("PK\u0003\u0004")).toBe("p.json: not JSON, looks like a zip archive: unpack it first");
    const words = "p.json: not JSON, looks like binary data or UTF-16: expected UTF-8";
    expect(await said(utf8(Buffer.from("\ufeff{}", "utf16le")))).toBe(words);
    expect(await said("{\0}")).toBe(words);
  });
  it("of another kind than the option takes", async () => {
    expect(await failure("margin m.json p.json --model m.json", { files })).toBe(
      "m.json: expected a model, was a market",
    );
    expect(await failure("models show p.json", { files })).toBe("p.json: expected a model, was a portfolio");
    expect(await failure("margin p.json --market p.json", { files })).toBe(
      "p.json: expected a market, was a portfolio",
    );
    const response = { files: { ...files, "r.json": fixture("index-btc") } };
    expect(await failure("margin m.json p.json --model r.json", response)).toBe(
      "r.json: expected a model, was a response of Deribit's API",
    );
  });
  it("two of one kind", async () => {
    expect(await failure("margin m.json p.json n.json", { files: { ...files, "n.json": market() } })).toBe(
      "n.json: a second market; the first is m.json",
    );
  });
  it("a model that there is not", async () => {
    expect(await failure("margin m.json p.json --model deribit-p", { files })).toBe(
      `--model: no model "deribit-p" (there is ${Object.keys(models).join(", ")}), and no file of that name`,
    );
    expect(await failure("margin m.json p.json --model ./x.json", { files })).toBe("./x.json: no such file");
  });
  it("a model with a mistake", async () => {
    const model = { ...models["deribit-pm"]!, initial: "both2" };
    const given = { files: { ...files, "model.json": model } };
    expect(await failure("margin m.json p.json --model model.json", given)).toMatch(/^model\.json: model\.initial: /);
    const broken = { files: { ...files, "model.json": { ...model, currency: 3 } } };
    expect(await failure("margin m.json p.json model.json", broken)).toBe(
      "model.json: model.currency: expected text, was 3",
    );
  });
});

describe("documents", () => {
  it.each<[string, (m: ReturnType<typeof market>, p: ReturnType<typeof portfolio>) => unknown, string | RegExp]>([
    [
      "wrong type",
      (m) => (m.instruments[0]!["strike"] = "70000"),
      'm.json: market.instruments[0].strike: expected a number, was "70000"',
    ],
    [
      "a list for an object",
      (_, p) => (p.balances = [1] as never),
      /^p\.json: portfolio\.balances: expected an object/,
    ],
    [
      "an unknown instrument",
      (_, p) => (p.positions[1]!["instrument"] = "BTC-perpetual"),
      'p.json: portfolio.positions[1].instrument: the market has no "BTC-perpetual" (did you mean "BTC-PERPETUAL"?)',
    ],
    [
      "an unknown currency",
      (_, p) => (p.balances["XRP"] = 1),
      'p.json: portfolio.balances.XRP: market.currencies has no "XRP"',
    ],
    [
      "an expired option",
      (m) => (m.asOf = "2026-03-27T08:00:00Z"),
      'p.json: portfolio.positions[0].instrument: "BTC-27MAR26-70000-C" expired at 2026-03-27T08:00:00Z, not after asOf 2026-03-27T08:00:00Z',
    ],
    ["vol 0", (m) => (m.facts[2]!["vol"] = 0), "m.json: market.facts[2].vol: expected > 0, was 0"],
    [
      "a negative strike",
      (m) => (m.instruments[0]!["strike"] = -1),
      "m.json: market.instruments[0].strike: expected > 0, was -1",
    ],
    [
      "a negative spot",
      (m) => (m.facts[0]!["spot"] = -64000),
      "m.json: market.facts[0].spot: expected > 0, was -64000",
    ],
    ["forward 0", (m) => (m.facts[1]!["forward"] = 0), "m.json: market.facts[1].forward: expected > 0, was 0"],
    [
      "an absurd size",
      (_, p) => (p.positions[0]!["lots"] = 1e300),
      "p.json: portfolio.positions[0].lots: expected at most 2^53 in size, was 1e+300",
    ],
    [
      "a total beyond the exact range",
      (_, p) => (p.positions[0]!["lots"] = 9e15),
      /^p\.json: portfolio\.positions: a total is beyond the range in which sums are exact/,
    ],
    [
      "a name twice",
      (m) => (m.instruments[1]!["id"] = "BTC-27MAR26-70000-C"),
      'm.json: market.instruments[1].id: "BTC-27MAR26-70000-C" is already market.instruments[0]',
    ],
    [
      "fractional lots",
      (_, p) => (p.positions[0]!["lots"] = 1.5),
      "p.json: portfolio.positions[0].lots: expected a whole number, was 1.5",
    ],
    [
      "an amount that is no multiple of the lot",
      (_, p) => (p.positions[1] = { instrument: "BTC-PERPETUAL", amount: 15 }),
      "p.json: portfolio.positions[1].amount: expected a multiple of the lot 10, was 15",
    ],
    [
      "no vol",
      (m) => delete m.facts[2]!["vol"],
      /^p\.json: portfolio\.positions\[0\]\.instrument: the market has no vol for /,
    ],
    ["an unknown field", (_, p) => ((p as Fields)["extra"] = 1), "p.json: portfolio.extra: unknown field"],
    ["an unknown format", (m) => (m.format = 2), "m.json: market.format: expected 1, was 2"],
  ])("%s", async (_, change, message) => {
    const said = await refused(change);
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
  it("a balance given twice", async () => {
    const p = JSON.stringify(portfolio()).replace('"BTC":10', '"BTC":10,"BTC":20');
    expect(await failure("margin m.json p.json", { files: { "m.json": market(), "p.json": p } })).toMatch(
      /^p\.json: refused at line 1, column \d+: the key "BTC" is there twice$/,
    );
  });
  it("NaN is not JSON", async () => {
    const m = JSON.stringify(market()).replace("0.62", "NaN");
    expect(await failure("margin m.json p.json", { files: { "m.json": m, "p.json": portfolio() } })).toMatch(
      /^m\.json: not JSON at line 1, column \d+: expected a value, found "NaN"$/,
    );
  });
});

describe("responses", () => {
  const responses = MARKET_FIXTURES.map((name) => JSON.parse(fixture(name)) as { result: Fields[] });
  it("with a mistake name file and place", async () => {
    const changed = structuredClone(responses[0]!);
    changed.result[0]!["strike"] = 0;
    const files = { "instruments.json": changed, "all.json": [responses[1], changed] };
    expect(await failure("market instruments.json", { files })).toBe(
      "instruments.json: result[0].strike: expected > 0, was 0",
    );
    expect(await failure("market all.json", { files })).toBe("all.json[1]: result[0].strike: expected > 0, was 0");
  });
  it("in which something is missing", async () => {
    const files = { "instruments.json": responses[0] };
    expect(await failure("market instruments.json", { files })).toMatch(
      /^instruments\.json: no response of public\/get_book_summary_by_currency for currency BTC/,
    );
  });
  it("in which the venue refuses", async () => {
    const refusal = { jsonrpc: "2.0", id: 1, error: { code: 10028, message: "too_many_requests" } };
    expect(await failure("market a.json b.json", { files: { "a.json": responses[0], "b.json": refusal } })).toBe(
      'b.json: error: the venue refused: "too_many_requests", code 10028',
    );
    for (const args of ["market b.json", "margin b.json", "portfolio b.json"])
      expect(await failure(args, { files: { "b.json": refusal } })).toBe(
        'b.json: error: the venue refused: "too_many_requests", code 10028',
      );
  });
});

describe("the core", () => {
  const files = { "m.json": market(), "p.json": portfolio() };
  it("that finds no memory", async () => {
    const core = () => ({ margin: () => void raise(outOfMemory(2 ** 40)) }) as unknown as Core;
    expect(await failure("margin m.json p.json", { files, core })).toMatch(/memory/);
  });
  it("that does not load", async () => {
    const core = () =>
      raise(new MarginError("ModuleNotLoaded", "module", "the WebAssembly module did not load: no such file"));
    expect(await failure("margin m.json p.json", { files, core })).toBe(
      "module: the WebAssembly module did not load: no such file",
    );
  });
  it("with a fault of its own says so, with exit code 70", async () => {
    const core = () => raise(new TypeError("x is not a function"));
    expect(await failure("margin m.json p.json", { files, core }, 70)).toBe(
      "a fault of margin-core, please report it: x is not a function",
    );
  });
  const raise = (error: Error): never => {
    throw error;
  };
});

it("MARGIN_CORE_DEBUG=1 shows code and stack", async () => {
  const { code, err } = await command(["margin", ...SAMPLE, "--model", "x.json"], { env: { MARGIN_CORE_DEBUG: "1" } });
  expect(code).toBe(1);
  expect(err).toMatch(/^error: x\.json: no such file\nFileNotRead\n[^]*\n {4}at /);
});
