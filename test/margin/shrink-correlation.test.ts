/** `core.shrinkCorrelation`: the least move along the line to the identity, and what is no matrix of correlations. */
import { describe, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { lab } from "../calibration/lab.ts";
import { core } from "../core.ts";

const indefinite = [
  [1, 0.9, -0.9],
  [0.9, 1, 0.9],
  [-0.9, 0.9, 1],
];

describe("a matrix of correlations", () => {
  test("that is none moves as little as leaves the smallest eigenvalue asked for", () => {
    // eigenvalues 1.9, 1.9 and −0.8: (1 − α)·(−0.8) + α = least
    for (const least of [0, 0.25]) {
      const { alpha, rows } = core.shrinkCorrelation(indefinite, least);
      expect(alpha).toBeCloseTo((least + 0.8) / 1.8, 14);
      rows.forEach((row, i) =>
        row.forEach((rho, j) => expect(rho).toBeCloseTo(i === j ? 1 : (1 - alpha) * indefinite[i]![j]!, 14)),
      );
      expect(lab.correlation.eigenvalues(rows)[0]).toBeCloseTo(least, 13);
    }
  });
  test("that is one stays as it is", () => {
    const rows = [
      [1, 0.5],
      [0.5, 1],
    ];
    expect(core.shrinkCorrelation(rows)).toEqual({ alpha: 0, rows });
  });
});

test.each<[string, unknown, unknown, string]>([
  ["no list", null, 0, "rows: expected a square matrix, was null"],
  ["rows that are none", [null], 0, "rows[0]: expected a list of numbers, was null"],
  ["typed arrays", [new Float64Array([1])], 0, "rows[0]: expected a list of numbers, was a Float64Array"],
  ["text", [[1, "0.5"], ["0.5", 1]], 0, 'rows[0][1]: expected a number, was "0.5"'], // prettier-ignore
  ["holes", [[1].concat(new Array(2)), [0, 1, 0], [0, 0, 1]], 0, "rows[0][1]: expected a number, was missing"], // prettier-ignore
  ["NaN", [[1, NaN], [NaN, 1]], 0, "rows[0][1]: expected −1 to 1 of 0 and 1, was NaN"], // prettier-ignore
  ["one side", [[1, 0.5], [0.4, 1]], 0, "rows[0][1]: expected 0.4 of 0 and 1"], // prettier-ignore
  ["no square", [[1, 0]], 0, "rows[0]: expected 1 numbers"],
  ["no eigenvalue", [[1]], null, "smallestEigenvalue: expected at least 0 and below 1, was null"],
  ["an eigenvalue in words", [[1]], "0", "smallestEigenvalue: expected at least 0 and below 1, was"],
])("%s is refused by its place", (_, rows, least, message) => {
  let error: unknown;
  try {
    core.shrinkCorrelation(rows as number[][], least as number);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(MarginError);
  expect((error as MarginError).message).toContain(message);
});
