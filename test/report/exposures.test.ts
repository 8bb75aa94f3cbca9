import { expect, test } from "vitest";
import type { Exposure } from "../../bindings/documents/model.ts";
import type { ExposureFactor } from "../../bindings/documents/requirement.ts";
import { exposureTables } from "../../bindings/report/exposures.ts";

const factor = (keys: ExposureFactor["keys"], long: number, short: number): ExposureFactor => ({
  keys,
  net: long + short,
  long,
  short,
});
const lines = (factors: ExposureFactor[], exposure?: Exposure) =>
  exposureTables({ one: factors }, exposure === undefined ? {} : { one: exposure })[0]!.rows.map(({ cells }) =>
    cells.map((cell) => cell.trim()).join(" | "),
  );

test("factors of one underlying stand together, named once, with their sum", () => {
  const expiry = "2026-03-27T08:00:00Z";
  const [table] = exposureTables({
    cashDelta: [
      factor({ expiry, underlying: "BTC" }, 1.5, -2),
      factor({ expiry: "perpetual", underlying: "BTC" }, 0, -1),
      factor({ expiry: "perpetual", underlying: "ETH" }, 250_000, 0),
    ],
  });
  expect(table).toEqual({
    title: "Cash delta",
    unit: "",
    head: ["underlying", "expiry", "net", "long", "short"],
    rows: [
      { cells: ["BTC", "2026-03-27", "     −0.500000", "      1.500000", "−2.000000"], isTotal: false },
      { cells: ["", "perpetual", "     −1.000000", "      0       ", "−1.000000"], isTotal: false },
      { cells: ["", "all", "     −1.500000", "      1.500000", "−3.000000"], isTotal: true },
      { cells: ["ETH", "perpetual", "250,000.0     ", "250,000.0     ", " 0       "], isTotal: false },
    ],
  });
});

test("pillars of time are days and whole years; others are numbers", () => {
  const at = (pillar: number) => factor({ underlying: "BTC", pillar }, 1, 0);
  const pillars = (of: string) => ({ factor: ["underlying"], measure: 1, pillars: { of, at: [0, 1] } });
  const shown = (of: string, values: number[]) =>
    lines(values.map(at), pillars(of)).map((line) => line.split(" | ")[1]);
  expect(shown("tau", [0, 7 / 365, 0.25, 1, 2])).toEqual(["0 d", "7 d", "0.25 y", "1 y", "2 y", "all"]);
  expect(shown("days", [7, 2.5, 730])).toEqual(["7 d", "2.5 d", "2 y", "all"]);
  expect(shown("strike", [0.25, 60_000])).toEqual(["0.25", "60,000", "all"]);
});

test("a label is the unit; keys without an underlying have no sums; nothing held is no row", () => {
  const exposure: Exposure = { label: "USD per 1 %", factor: ["settlement"], measure: 1 };
  const [table] = exposureTables(
    { one: [factor({ settlement: "USDC" }, 1, 0), factor({ settlement: "BTC" }, 2, 0)] },
    { one: exposure },
  );
  expect([table!.unit, table!.rows.length, table!.rows[0]!.isTotal]).toEqual(["USD per 1 %", 2, false]);
  expect(lines([factor({}, 5, -5)])).toEqual(["0 | 5.000000 | −5.000000"]);
  expect(exposureTables({ none: [] })).toEqual([{ title: "None", unit: "", head: ["net", "long", "short"], rows: [] }]);
});

test("figures of each underlying have decimals by the largest of them", () => {
  const found = lines([
    factor({ underlying: "BTC", expiry: "perpetual" }, 1e-4, 0),
    factor({ underlying: "ETH", expiry: "perpetual" }, 1234567.8, -0.3),
    factor({ underlying: "SOL", expiry: "perpetual" }, 0, 0),
  ]);
  expect(found).toEqual([
    "BTC | perpetual | 0.0001000000 | 0.0001000000 | 0",
    "ETH | perpetual | 1,234,568 | 1,234,568 | −0.30",
    "SOL | perpetual | 0 | 0 | 0",
  ]);
});
