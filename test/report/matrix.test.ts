import { describe, expect, it } from "vitest";
import type { MarginModel, Profile } from "../../bindings/documents/model.ts";
import { models } from "../../bindings/models/index.ts";
import { matrices, type Matrix } from "../../bindings/report/matrix.ts";
import { readSample } from "../cli/sample.ts";
import { core } from "../core.ts";
import { model, requirement } from "./requirement.ts";

const texts = ({ rows }: Matrix) =>
  rows.map(({ label, cells }) => [label, ...cells.map(({ text, worst }) => text + (worst ? "!" : ""))]);
/** The matrix of the BTC scan under a model whose rows are those. */
function withRows(rows: { label?: string; slice?: number }[], profile: number[], row: number): Matrix {
  const changed: MarginModel = { ...model(), scenarios: { grid: { rows } } };
  const found = requirement();
  const group = found.nodes![0]!.groups[0]!;
  group.driver = { row, label: "", profile };
  return matrices(found, changed)[0]!;
}

describe("a risk matrix", () => {
  it("has price moves as rows and volatility states as columns, with the worst marked", () => {
    const [first, second] = matrices(requirement(), model());
    expect(first).toMatchObject({ title: "risk matrix, BTC", unit: "BTC", head: ["", "vol down", "vol up"], left: 0 });
    expect(texts(first!)).toEqual([
      ["price −0.75·range", "0.01000000", "−0.05970000!"],
      ["price same", "0         ", "−0.02000000"],
    ]);
    expect(second).toMatchObject({ title: "risk matrix, BTC USDC" });
    expect(second!.rows.flatMap(({ cells }) => cells).some(({ worst }) => worst)).toBe(false);
  });
  it("is a list where labels form no grid", () => {
    const list = withRows([{ label: "up, vol up" }, { label: "down" }, {}], [1, -2, 0.5], 1);
    expect(list.head).toEqual(["", "profit and loss"]);
    expect(texts(list).map(([label]) => label)).toEqual(["up, vol up", "down", "row 2"]);
  });
  it("is a list where one pair is missing or there twice", () => {
    const three = withRows([{ label: "a, x" }, { label: "a, y" }, { label: "b, x" }], [1, 2, 3], 0);
    expect(three.head).toHaveLength(2);
    const twice = withRows([{ label: "a, x" }, { label: "a, x" }], [1, 2], 0);
    expect(twice.rows).toHaveLength(2);
  });
  it("says where the charge counts something else than profit and loss", () => {
    const counted = (profile: Profile) => {
      const changed = model();
      changed.charges["riskMatrix"] = { kind: "scan", scenarios: "grid", profile };
      return matrices(requirement(), changed)[0]!.counts;
    };
    expect(matrices(requirement(), model())[0]!.counts).toBe("profit and loss");
    expect(counted({ worst: "slice" })).toBe("profit and loss");
    expect(counted({ gains: { factor: 0 } })).toBe("profit and loss, gains counted at the model's share");
    expect(counted({ of: [{ dampen: true, gains: { factor: 0.5 } }] })).toBe(
      "profit and loss, gains counted at the model's share, dampened",
    );
  });
  it("follows slices where labels say nothing", () => {
    const grid = withRows(
      [
        { label: "down less", slice: -1 },
        { label: "down more", slice: -1 },
        { label: "up less", slice: 1 },
        { slice: 1 },
      ],
      [-1, -2, 3, 4],
      1,
    );
    expect(grid.head).toEqual(["", "state 1", "state 2"]);
    expect(grid.rows.map(({ label }) => label)).toEqual(["down", "slice 1"]);
  });
  it("of many rows shows the worst", () => {
    const n = 1000;
    const list = withRows(
      Array.from({ length: n }, () => ({})),
      Array.from({ length: n }, (_, i) => -i),
      n - 1,
    );
    expect(list.rows).toHaveLength(20);
    expect(list.left).toBe(980);
    expect(list.rows[0]).toMatchObject({ label: "row 999", cells: [{ pnl: -999, worst: true }] });
  });
});

describe("of the sample, under every model", () => {
  const { market, portfolio } = readSample();
  for (const preset of Object.values(models)) {
    it(`${preset.id}: every cell is a row of the requirement, and no cell is marked but the driver's`, () => {
      const found = core.margin(preset, market, portfolio);
      const groups = found
        .nodes!.flatMap((node) => node.groups)
        .filter(({ driver }) => driver !== undefined && "row" in driver);
      const all = matrices(found, preset);
      expect(all).toHaveLength(groups.length);
      all.forEach(({ rows }, i) => {
        const driver = groups[i]!.driver as { row: number; profile: number[] };
        const cells = rows.flatMap((line) => line.cells);
        for (const { pnl, worst } of cells) {
          expect(driver.profile).toContain(pnl);
          if (worst) expect(pnl).toBe(driver.profile[driver.row]);
        }
      });
    });
  }
});
