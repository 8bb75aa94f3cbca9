/** `margin-core margin` on documents and on Deribit's responses. */
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { Core } from "../../bindings/core.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { requirement as schema } from "../../bindings/documents/requirement-schema.ts";
import { models } from "../../bindings/models/index.ts";
import { core } from "../core.ts";
import { command, fixture, MARKET_FIXTURES, SAMPLE } from "./command.ts";
import { readSample } from "./sample.ts";

const ACCOUNT = ["positions", "accounts"];
const ALL = [...MARKET_FIXTURES, ...ACCOUNT];
const paths = (names: string[]) => names.map((name) => `test/fixtures/deribit/${name}.json`);
const { market, portfolio } = readSample();
const sample = { "m.json": market, "p.json": portfolio };

describe("the report", () => {
  it("has totals, positions, tree and risk matrices, without colours where it is piped", async () => {
    const { code, out, err } = await command(["margin", ...SAMPLE]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^deribit-pm edition 2024-06-17, market as of 2026-02-18 09:39:05 UTC\n/);
    for (const part of [
      /^ {2}Initial margin +[\d,]+\.\d\d USD$/m,
      /^Positions that weigh most in the initial margin\n {2}\S+ +\+[\d,.]+ USD$/m,
      /^ {2}│ .* BTC −16 %, vol \w+: −[\d.]+ BTC$/m,
      /^Risk matrix: standard table, BTC \(profit and loss, gains counted at the model's share, in BTC\)$/m,
      /^ −12 % +−?[\d.,]+ +−?[\d.,]+ +−?[\d.,]+/m,
      / ◄/,
      /^Rounding moved sums by at most /m,
    ]) {
      expect(out).toMatch(part);
    }
    expect(out).not.toMatch(/\u001b/);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(110);
  });
  it("is in colour on a terminal, unless NO_COLOR is set", async () => {
    const coloured = await command(["margin", ...SAMPLE], { stdoutIsTerminal: true });
    expect(coloured.out).toContain("\u001b[");
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      const plain = await command(["margin", ...SAMPLE], { stdoutIsTerminal: true, env });
      expect(plain.out).not.toContain("\u001b[");
    }
    const forced = await command(["margin", ...SAMPLE], { env: { FORCE_COLOR: "1" } });
    expect(forced.out).toBe(coloured.out);
  });
  it("ends with what the model assumes, wrapped", async () => {
    const { assumptions: _, ...base } = models["deribit-pm"]!;
    const long = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");
    const files = { ...sample, "with.json": { ...base, assumptions: [long, "short"] }, "without.json": base };
    const { out } = await command("margin m.json p.json --model with.json", { files });
    const told = /\nAssumed, since its source does not say:\n([^]*?)\n\n/.exec(out)![1]!.split("\n");
    expect(told.map((line) => line.slice(0, 4))).toEqual(["  - ", "    ", "    ", "  - "]);
    expect(told.map((line) => line.slice(4)).join(" ")).toBe(`${long} short`);
    for (const line of told) expect(line.length).toBeLessThanOrEqual(110);
    expect((await command("margin m.json p.json --model without.json", { files })).out).not.toContain("Assumed");
  });
  it("names as many positions and prints as many matrices as asked for", async () => {
    const { out } = await command(["margin", ...SAMPLE, "--share-count", "0", "--matrices", "1"]);
    expect(out.match(/^Risk matrix/gm)).toHaveLength(1);
    expect(out.slice(out.indexOf("What it is made of"))).not.toMatch(/27FEB26/);
  });
});

describe("--json", () => {
  it("is the requirement, valid by its schema, and the same as the library's", async () => {
    const { code, out } = await command(["margin", ...SAMPLE, "--json"]);
    expect(code).toBe(0);
    const found = v.parse(schema, JSON.parse(out));
    expect(found).toEqual(JSON.parse(JSON.stringify(core.margin(models["deribit-pm"]!, market, portfolio))));
  });
  it("--fractional rounds nothing", async () => {
    const { out } = await command(["margin", ...SAMPLE, "--json", "--fractional"]);
    const found = JSON.parse(out) as Requirement;
    expect(found.rounding).toBeUndefined();
    expect(found.initial).toBe(core.margin(models["deribit-pm"]!, market, portfolio, { exact: false }).initial);
  });
});

describe("inputs", () => {
  const expected = core.margin(models["deribit-pm"]!, market, portfolio).initial;
  const initial = (out: string) => (JSON.parse(out) as Requirement).initial;
  const text = JSON.stringify;
  it.each([
    ["by options", "margin --market m.json --portfolio p.json", undefined],
    ["in any order", "margin p.json m.json", undefined],
    ["one piped in, one by option", "margin --market m.json", text(portfolio)],
    ["one piped in, one by name", "margin m.json -", text(portfolio)],
    ["- as an option", "margin m.json --portfolio -", text(portfolio)],
    ["both piped in, one after another", "margin", `${text(market)}\n${text(portfolio)}`],
    ["both piped in as a list", "margin", text([portfolio, market])],
    ["with a byte order mark", "margin --market m.json", `\ufeff${text(portfolio)}`],
    ["a model by id", "margin m.json p.json --model deribit-pm", undefined],
    ["a model by file", "margin m.json p.json --model model.json", undefined],
    ["a model told apart from the others", "margin m.json p.json model.json", undefined],
  ])("come %s", async (_, args, stdin) => {
    const files = { ...sample, "model.json": models["deribit-pm"] };
    const { code, out, err } = await command(`${args} --json`, { files, stdin });
    expect([code, err]).toEqual([0, ""]);
    expect(initial(out)).toBe(expected);
  });
});

describe("responses of Deribit", () => {
  it("piped in, in one stream or as one list, give the margin that files give", async () => {
    const files = await command(["margin", ...paths(ALL), "--json"]);
    expect([files.code, files.err]).toEqual([0, ""]);
    const stream = await command("margin --json", { stdin: ALL.map(fixture).join("") });
    const list = await command("margin --json", { stdin: `[${ALL.map(fixture).join(",")}]` });
    const mixed = await command(["margin", "--json", ...paths(ACCOUNT), "-"], {
      stdin: MARKET_FIXTURES.map(fixture).join("\n"),
    });
    for (const other of [stream, list, mixed]) expect(other).toEqual(files);
    expect((JSON.parse(files.out) as Requirement).initial).toBeGreaterThan(0);
  });
  it("of the market go with a portfolio document, and the other way round", async () => {
    // the newest stamp is that of the account's responses
    const moment = ["--as-of", "2026-02-18T09:39:05Z"];
    const market = (await command(["market", ...paths(ALL), ...moment])).out;
    const portfolio = (await command(["portfolio", ...paths(ALL)])).out;
    const files = { "m.json": market, "p.json": portfolio };
    const all = await command(["margin", ...paths(ALL), "--json", ...moment]);
    expect(await command(["margin", ...paths(MARKET_FIXTURES), "p.json", "--json", ...moment], { files })).toEqual(all);
    expect(await command(["margin", "m.json", ...paths(ACCOUNT), "--json"], { files })).toEqual(all);
    expect(await command(["margin", "m.json", "p.json", "--json"], { files })).toEqual(all);
  });
  it("may be bare results", async () => {
    // a bare index price tells of which index it is only where it is near one; that of a dollar coin is then 1
    const bare = ALL.filter((name) => name !== "index-usdc").map((name) =>
      JSON.stringify((JSON.parse(fixture(name)) as { result: unknown }).result),
    );
    const { code, err } = await command("margin --as-of 2026-02-18T09:39:05Z", { stdin: bare.join("\n") });
    expect([code, err]).toEqual([0, ""]);
  });
  it("are as of another moment where told so", async () => {
    const { out } = await command(["margin", ...paths(ALL), "--json", "--as-of", "2026-02-19T08:00:00Z"]);
    expect((JSON.parse(out) as Requirement).market.asOf).toBe("2026-02-19T08:00:00Z");
  });
});

describe("a model of sensitivities alone", () => {
  it("has no equity and no excess in the report, and names its charges in words", async () => {
    const { code, out } = await command(["margin", ...SAMPLE, "--model", "crypto-basel-2a"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\s*Initial margin +[\d,.]+ USD$/m);
    expect(out).not.toMatch(/equity|excess|shortfall/i);
    expect(out).toMatch(/─ curvature 2a +[\d,.]+ USD$/m);
    expect(out).toContain("Assumed, since its source does not say:");
  });

  it("has none in the table of all models", async () => {
    const { out } = await command(["margin", ...SAMPLE, "--all-models"]);
    const line = (id: string) =>
      out
        .split("\n")
        .find((one) => one.includes(id))!
        .trim()
        .split(/\s+/);
    expect(line("deribit-pm")).toHaveLength(7);
    expect(line("crypto-basel-2a")).toHaveLength(5); // id, edition, initial, maintenance, currency
  });
});

describe("--all-models", () => {
  it("has a line of totals for each", async () => {
    const { out } = await command(["margin", ...SAMPLE, "--all-models"]);
    for (const { id, edition } of Object.values(models)) expect(out).toMatch(new RegExp(`^ ${id} +${edition} `, "m"));
    const { out: json } = await command(["margin", ...SAMPLE, "--all-models", "--json"]);
    // the sample has the facts of some venues, not of others
    const able = Object.values(models).filter((model) => {
      try {
        return core.margin(model, market, { ...portfolio, facts: [] }, { explain: false });
      } catch {
        return false;
      }
    });
    expect(able.length).toBeGreaterThanOrEqual(3);
    expect((JSON.parse(json) as Requirement[]).map(({ model }) => model.id)).toEqual(able.map(({ id }) => id));
  });
  it("gives each model those facts of the portfolio that it takes", async () => {
    const given = {
      facts: [
        { at: {}, ofNoModel: 1 },
        { at: { settlement: "BTC" }, openOrdersMargin: 0.5, alien: 1 },
      ],
    };
    const asked: [id: string, facts: unknown][] = [];
    const spy = () =>
      ({
        margin: (model: MarginModel, m: Market, p: Portfolio) => {
          asked.push([model.id, p.facts]);
          return core.margin(models["deribit-pm"]!, m, { ...p, facts: [] }, { explain: false });
        },
      }) as unknown as Core;
    const other = { ...models["deribit-pm"]!, id: "other" };
    other.parameters = { ...other.parameters, alien: { unit: "", assumed: "a test", given: "settlement", is: 0 } };
    delete other.parameters["openOrdersMargin"];
    const known = models as Record<string, MarginModel>;
    known["other"] = other;
    const { code } = await command("margin m.json p.json --all-models", {
      files: { ...sample, "p.json": { ...portfolio, ...given } },
      core: spy,
    }).finally(() => delete known["other"]);
    expect(code).toBe(0);
    const facts = Object.fromEntries(asked);
    expect(facts["deribit-pm"]).toEqual([
      { at: {}, ofNoModel: 1 },
      { at: { settlement: "BTC" }, openOrdersMargin: 0.5 },
    ]);
    expect(facts["other"]).toEqual([
      { at: {}, ofNoModel: 1 },
      { at: { settlement: "BTC" }, alien: 1 },
    ]);
  });
  it("says which cannot, with exit code 1", async () => {
    const files = { ...sample, "p.json": { ...portfolio, balances: { XRP: 1 } } };
    const { code, err, out } = await command("margin m.json p.json --all-models", { files });
    expect(code).toBe(1);
    const lines = err.trim().split("\n");
    expect(lines.map((line) => /^error: ([\w-]+): p\.json: portfolio\.balances\.XRP: /.exec(line)?.[1])).toEqual(
      Object.keys(models),
    );
    expect(out).toMatch(/^ deribit-pm .* none /m);
  });
});
