/** `margin-core span`. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { parseSpan } from "../../bindings/formats/span.ts";
import { spanMarket, spanModel } from "../../bindings/models/span/index.ts";
import { core } from "../core.ts";
import { command } from "./command.ts";

const FILE = "examples/span/invented.spn";
const PORTFOLIO = "examples/span/portfolio.json";
const file = parseSpan(readFileSync(FILE, "utf8"));
const portfolio = JSON.parse(readFileSync(PORTFOLIO, "utf8"));
const expected = () => core.margin(spanModel(file), spanMarket(file), portfolio);

describe("span", () => {
  it("sums a file up", async () => {
    const { code, out, err } = await command(`span ${FILE}`);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(
      "SPAN parameters of INVENTED, 2026-02-05\n16 scan points, 2 commodities, 1 spread between them",
    );
    expect(out).toMatch(/^ BTCX +USD +1 +2 +12 +1,024\.00 +40\.00 +25\.00$/m);
  });

  it("computes the margin of a portfolio, with the tree and the scan's rows once for each commodity", async () => {
    const { code, out, err } = await command(`span ${FILE} ${PORTFOLIO}`);
    expect([code, err]).toEqual([0, ""]);
    const { initial } = expected();
    expect(out).toContain(`Initial margin      ${Math.trunc(initial).toLocaleString("en-US")}.`);
    expect(out).toMatch(/├─ scan risk +[\d,.]+ +USD/);
    expect(out.match(/^Risk matrix: .*/gm)).toEqual([
      "Risk matrix: scan risk, BTCX USD (profit and loss, in USD)",
      "Risk matrix: scan risk, ETHX USD (profit and loss, in USD)",
    ]);
    const { out: json } = await command(`span ${FILE} ${PORTFOLIO} --json`);
    expect((JSON.parse(json) as Requirement).initial).toBe(initial);
  });

  it("prints documents that margin takes", async () => {
    const { out } = await command(`span ${FILE} --documents`);
    const { code, out: json } = await command(`margin span.json ${PORTFOLIO} --json`, { files: { "span.json": out } });
    expect(code).toBe(0);
    expect((JSON.parse(json) as Requirement).initial).toBe(expected().initial);
  });

  it.each([
    ["span none.spn", 1, "error: none.spn: no such file\n"],
    [`span ${PORTFOLIO}`, 1, /^error: examples\/span\/portfolio\.json: line 1: expected an element, was "\{/],
    [`span ${FILE} ${FILE}`, 1, /^error: examples\/span\/invented\.spn: .*JSON/],
    [`span ${FILE} p.json`, 1, 'error: p.json: portfolio.positions[0].instrument: the market has no "XRPX-202603"\n'],
    [`span ${FILE} --currency EUR`, 1, `error: --currency: no commodity of ${FILE} is in EUR\n`],
    [`span ${FILE} --json`, 2, /--json is the requirement of a portfolio/],
    [`span ${FILE} ${PORTFOLIO} --documents`, 2, /--documents prints what the file is: give no portfolio/],
    ["span - -", 2, /- stands twice/],
  ])("%s", async (args, code, message) => {
    const files = { "p.json": { format: 1, positions: [{ instrument: "XRPX-202603", lots: 1 }], balances: {} } };
    const result = await command(args, { files });
    expect(result.code).toBe(code);
    if (typeof message === "string") expect(result.err).toBe(message);
    else expect(result.err).toMatch(message);
  });
});
