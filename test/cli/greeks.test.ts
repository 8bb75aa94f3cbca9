/** `margin-core margin --greeks`, and the sensitivities of a model of its own. */
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { requirement as schema } from "../../bindings/documents/requirement-schema.ts";
import { greekVectors, greekVectorsModel } from "../../bindings/models/greek-vectors.ts";
import { models } from "../../bindings/models/index.ts";
import { core } from "../core.ts";
import { command, SAMPLE } from "./command.ts";
import { readSample } from "./sample.ts";

const { market, portfolio } = readSample();
const sample = { "m.json": market, "p.json": portfolio };
const plain = (x: unknown) => JSON.parse(JSON.stringify(x)) as unknown;

describe("margin --greeks", () => {
  it("prints a table of each Greek behind the tree, in words and units", async () => {
    const { code, out, err } = await command(["margin", ...SAMPLE, "--greeks"]);
    expect([code, err]).toEqual([0, ""]);
    const titles = [
      /^Sensitivities: net, and of what is held long and held short$/m,
      /^Delta \(base units\)$/m,
      /^Gamma \(base units per 1 quote\)$/m,
      /^Vega \(quote per 1\.00 of volatility\)$/m,
      /^Theta \(quote per year\)$/m,
      /^Basis \(quote per 1\.00 of the forward against spot\)$/m,
      /^Rate \(quote per 1\.00 of the rate\)$/m,
      /^Risk matrix/m,
    ];
    const places = titles.map((title) => out.search(title));
    expect(places.every((place) => place > out.indexOf("What it is made of"))).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(out).toMatch(/^ BTC {9}2026-02-19 +−0\.72499 +0 +−0\.72499$/m);
    expect(out).toMatch(/^ {13}perpetual +−8\.45750 +0 +−8\.45750$/m);
    expect(out).toMatch(/^ BTC {9}7 d +−144,315\.5 +25,221\.5 +−169,537\.0$/m);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(110);
  });
  it("leaves the margin as it is, and without it there is no such table", async () => {
    const [without, withGreeks] = await Promise.all([
      command(["margin", ...SAMPLE]),
      command(["margin", ...SAMPLE, "--greeks"]),
    ]);
    expect(without.out).not.toContain("Delta (");
    const [before, behind] = [withGreeks.out.indexOf("Sensitivities:"), withGreeks.out.indexOf("Risk matrix")];
    expect(withGreeks.out.slice(0, before) + withGreeks.out.slice(behind)).toBe(without.out);
  });
  it("--json has them under exposures, as the library gives them", async () => {
    for (const fractional of [false, true]) {
      const { out } = await command([
        "margin",
        ...SAMPLE,
        "--greeks",
        "--json",
        ...(fractional ? ["--fractional"] : []),
      ]);
      const found = v.parse(schema, JSON.parse(out)) as Requirement;
      const options = { exact: !fractional };
      const { exposures } = core.margin(greekVectorsModel, market, portfolio, options);
      expect(found).toEqual(plain({ ...core.margin(models["deribit-pm"]!, market, portfolio, options), exposures }));
    }
  });
  it("goes with a portfolio whose facts the margin model takes", async () => {
    const facts = [{ at: { settlement: "BTC" }, openOrdersMargin: 0.5 }];
    const { code, err } = await command("margin m.json p.json --greeks", {
      files: { ...sample, "p.json": { ...portfolio, facts } },
    });
    expect([code, err]).toEqual([0, ""]);
  });
  it("excludes --all-models, and says what a market lacks", async () => {
    const { code, err } = await command(["margin", ...SAMPLE, "--greeks", "--all-models"]);
    expect([code, err]).toEqual([2, expect.stringContaining("--all-models and --greeks exclude each other")]);
    const facts = market.facts.filter((fact) => fact.at["instrument"] !== "BTC-27MAR26-50000-P");
    const lacking = await command("margin m.json p.json --greeks", {
      files: { ...sample, "m.json": { ...market, facts } },
    });
    expect(lacking.code).toBe(1);
    expect(lacking.err).toContain("no vol for instrument BTC-27MAR26-50000-P");
  });
});

describe("exposures of a model of its own", () => {
  const own: MarginModel = {
    ...models["crypto-floating-2026"]!,
    exposures: {
      delta: { label: "coins", factor: "underlying", measure: "delta" },
      cash: { factor: ["settlement"], measure: "delta" },
    },
  };
  const files = { ...sample, "own.json": own };
  it("are printed without being asked for", async () => {
    const { code, out } = await command("margin m.json p.json own.json", { files });
    expect(code).toBe(0);
    expect(out).toMatch(/^Delta \(coins\)$/m);
    expect(out).toMatch(/^ BTC {9} +2\.46199/m);
    expect(out).toMatch(/^Cash$/m);
    expect(out).not.toContain("Vega");
  });
  it("keep their names beside the Greeks", async () => {
    const { out } = await command("margin m.json p.json own.json --greeks", { files });
    expect(out.match(/^Delta \(/gm)).toHaveLength(1);
    expect(out).toMatch(/^Delta \(coins\)$/m);
    expect(out).toMatch(/^Vega \(quote per 1\.00 of volatility\)$/m);
    const { out: json } = await command("margin m.json p.json own.json --greeks --json", { files });
    const { exposures } = JSON.parse(json) as Requirement;
    expect(Object.keys(exposures!)).toEqual([
      "delta",
      "cash",
      ...Object.keys(greekVectors).filter((name) => name !== "delta"),
    ]);
    expect(exposures!["delta"]!.map(({ keys }) => keys)).toEqual([{ underlying: "BTC" }, { underlying: "ETH" }]);
  });
});
