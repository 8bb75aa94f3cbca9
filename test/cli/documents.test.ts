/** `margin-core market`, `portfolio`, `models`, `schema`: documents out. */
import { describe, expect, it } from "vitest";
import { checkMarket, checkModel, checkPortfolio } from "../../bindings/documents/check.ts";
import { marketFromDeribit } from "../../bindings/formats/deribit-market.ts";
import { portfolioFromDeribit } from "../../bindings/formats/deribit-portfolio.ts";
import { models } from "../../bindings/models/index.ts";
import { command, fixture, MARKET_FIXTURES } from "./command.ts";

const responses = (names: string[]) => names.map((name) => JSON.parse(fixture(name)) as unknown);
const ACCOUNT = ["positions", "accounts"];

describe("market", () => {
  it("of responses piped in is a market document", async () => {
    const { code, out, err } = await command("market --from deribit", {
      stdin: MARKET_FIXTURES.map(fixture).join("\n"),
    });
    expect([code, err]).toEqual([0, ""]);
    expect(checkMarket(JSON.parse(out))).toEqual(marketFromDeribit(responses(MARKET_FIXTURES)));
  });
  it("is as of the moment that is given", async () => {
    const args = "market --as-of 2026-02-18T10:00:00Z";
    const { out } = await command(args, { stdin: `[${MARKET_FIXTURES.map(fixture).join(",")}]` });
    expect(JSON.parse(out)).toMatchObject({ asOf: "2026-02-18T10:00:00Z" });
  });
  it("needs responses of a market", async () => {
    const { code, err } = await command("market", { stdin: fixture("positions") });
    expect([code, err]).toEqual([
      2,
      "error: no market: give a market document, or responses of Deribit's public API\n",
    ]);
  });
});

describe("portfolio", () => {
  it("of responses is a portfolio document", async () => {
    const { code, out } = await command("portfolio", { stdin: ACCOUNT.map(fixture).join("\n") });
    expect(code).toBe(0);
    expect(checkPortfolio(JSON.parse(out))).toEqual(portfolioFromDeribit(responses(ACCOUNT)));
  });
  it("reads units off a market", async () => {
    const market = marketFromDeribit(responses(MARKET_FIXTURES));
    const given = { files: { "m.json": market }, stdin: ACCOUNT.map(fixture).join("\n") };
    const { out } = await command("portfolio --market m.json", given);
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(portfolioFromDeribit(responses(ACCOUNT), market))));
  });
});

describe("models", () => {
  it("are listed with edition, source and what is assumed", async () => {
    const { out } = await command("models");
    for (const { id, edition, source } of Object.values(models)) {
      expect(out).toContain(`${id}  edition ${edition}, in `);
      expect(out).toContain(source);
    }
    expect(out).toMatch(/^ {2}assumed: \w+/m);
    for (const { assumptions: { length } = [] } of Object.values(models))
      if (length > 0) expect(out).toMatch(new RegExp(`^  ${length} assumptions?, told by each margin$`, "m"));
  });
  it.each(Object.keys(models))("show %s is the document", async (id) => {
    const { out } = await command(`models show ${id}`);
    expect(checkModel(JSON.parse(out))).toEqual(checkModel(models[id]));
  });
  it("show refuses a name that there is not", async () => {
    const problem = `no model "nothing" (there is ${Object.keys(models).join(", ")}), and no file of that name`;
    expect(await command("models show nothing")).toEqual({ code: 1, out: "", err: `error: models show: ${problem}\n` });
  });
});

it("schema prints the JSON Schema", async () => {
  const readOwn = (path: string) => `{"of": "${path}"}`;
  expect(await command("schema market", { readOwn })).toEqual({
    code: 0,
    out: '{"of": "schema/market.json"}\n',
    err: "",
  });
});
