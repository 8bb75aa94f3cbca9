/** Formulas at the head of a charge or result. */
import { expect, test } from "vitest";
import { evaluate } from "../agreement.ts";
import { core } from "../core.ts";
import { groupOf, marketOf, modelOf, portfolioOf } from "../reference/documents.ts";

const market = marketOf("2026-01-01T00:00:00Z", [{ id: "USDC", price: 1 }], [], []);

test("a max and a min of more operands than an instruction has words, and which of them was taken", () => {
  const model = modelOf({
    charges: {
      most: { kind: "formula", value: { max: [1, 2, 3, 4, 5, 6, 9, 8] } },
      least: { kind: "formula", value: { min: ["most", 12, 11, 10, 7, 9, 8] } },
      after: { kind: "formula", value: { sum: ["most", "least"] } },
    },
    initial: "after",
  });
  evaluate(model, market, portfolioOf([]), { exact: true });
  const r = core.margin(model, market, portfolioOf([]));
  expect(r.initial).toBe(16);
  expect(groupOf(r, "most").driver).toEqual({ argument: 6, name: "9" });
  expect(groupOf(r, "least").driver).toEqual({ argument: 4, name: "7" });
});
