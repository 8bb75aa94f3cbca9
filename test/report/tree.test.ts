import { describe, expect, it } from "vitest";
import { models } from "../../bindings/models/index.ts";
import { positionLines, totalLines, treeLines, type Line } from "../../bindings/report/tree.ts";
import { readSample } from "../cli/sample.ts";
import { core } from "../core.ts";
import { model, requirement } from "./requirement.ts";

const lineText = ({ guide, text, value, unit }: Line) =>
  `${guide}${text}${value === "" ? "" : `  ${value} ${unit}`}`.trimEnd();
const textOf = (...parts: Line[][]) => parts.map((lines) => `${lines.map(lineText).join("\n")}\n`).join("\n");

describe("the tree", () => {
  it("has the totals, then the nodes by place with values, units, drivers and shares", () => {
    expect(textOf(totalLines(requirement()), treeLines(requirement(), { model: model(), shares: 2 }))).toBe(
      `
Equity                 1,000.00 USD
Initial margin         3,830.25 USD
Maintenance margin     3,064.20 USD
Excess (a shortfall)  −2,830.25 USD
reserve                   12.00 USD

Initial margin                  3,830.25       USD
├─ BTC: in USD                  3,820.00       USD
│  └─ worst case (risk matrix)      0.05970000 BTC
│     ├─ risk matrix                0.05970000 BTC
│     │     BTC price −0.75·range, vol up: −0.05970000 BTC
│     │     BTC-B                  +0.05000000 BTC
│     │     BTC-A                  +0.01000000 BTC
│     │     3 more
│     └─ least                      0.01000000 BTC
└─ USDC: in USD                    10.25       USD
   └─ BTC: worst case (least)      10.25       USDC
      ├─ risk matrix                0          USDC
      └─ least                     10.25       USDC
Maintenance margin              3,064.20       USD
├─ BTC: in USD, as above        3,820.00       USD
└─ USDC: in USD, as above          10.25       USD
Equity                          1,000.00       USD
└─ cash                         1,000.00       USD
`.slice(1),
    );
  });
  it("sees through the values of a model only where it knows the model", () => {
    const lines = treeLines(requirement()).map(lineText);
    expect(lines.some((line) => line.includes("risk matrix"))).toBe(false);
    expect(lines.some((line) => line.includes("BTC: in USD"))).toBe(true);
  });
  it("names as many positions as asked for, and none of what costs nothing", () => {
    const shares = (n: number) =>
      treeLines(requirement(), { model: model(), shares: n }).filter(({ role }) => role === "share").length;
    expect(shares(0)).toBe(0);
    expect(shares(1)).toBe(1);
    expect(shares(4)).toBe(5); // never "1 more"
    expect(shares(99)).toBe(5);
  });
  it("is the totals where a requirement has no nodes", () => {
    const { nodes: _, ...totals } = requirement();
    expect(treeLines(totals)).toEqual([]);
    expect(positionLines(totals)).toEqual([]);
    expect(totalLines(totals)).toHaveLength(5);
  });
  it("shows no more than twelve groups of a charge, the largest", () => {
    const many = requirement();
    const least = many.nodes!.find(({ name }) => name === "cash")!;
    least.groups = Array.from({ length: 30 }, (_, i) => ({ keys: { instrument: `I${i}` }, unit: "USD", value: i }));
    const lines = treeLines(many).map(lineText);
    expect(lines.filter((line) => /I\d+: cash/.test(line))).toHaveLength(12);
    expect(lines.some((line) => line.includes("I29: cash"))).toBe(true);
    expect(lines.at(-1)).toBe("└─ 18 more");
  });
  it("ends where charges mention each other", () => {
    const round = requirement();
    const by = (name: string) => round.nodes!.find((node) => node.name === name)!;
    by("cash").of = ["least"];
    by("least").of = ["cash"];
    expect(treeLines(round).length).toBeLessThan(40);
  });
});

describe("the positions that weigh most", () => {
  it("come by size, with their sign", () => {
    expect(positionLines(requirement()).map(lineText)).toEqual(["BTC-B  +3,130.25 USD", "BTC-A    +700.00 USD"]);
  });
});

describe("of the sample, under every model", () => {
  const { market, portfolio } = readSample();
  for (const preset of Object.values(models)) {
    it(`${preset.id}: each figure is one of the requirement`, () => {
      const found = core.margin(preset, market, portfolio);
      const lines = treeLines(found, { model: preset });
      expect(lines.length).toBeGreaterThan(3);
      const values = new Set(
        found.nodes!.flatMap(({ groups }) =>
          groups.flatMap(({ value, shares = [], driver }) => [
            value,
            ...shares.map(([, share]) => share),
            ...(driver && "buckets" in driver ? driver.buckets.map(({ K }) => K) : []),
          ]),
        ),
      );
      for (const line of lines.filter(({ value }) => value !== "")) {
        const shown = Number(line.value.trim().replace(/,/g, "").replace("−", "-"));
        const places = line.value.trim().split(".")[1]?.length ?? 0;
        const near = [...values].some((value) => Math.abs(value - shown) <= 0.5000001 * 10 ** -places);
        expect(near, lineText(line)).toBe(true);
      }
      for (const line of lines) expect(lineText(line).length).toBeLessThanOrEqual(110);
    });
  }
});
