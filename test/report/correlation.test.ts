/** A correlation in words and as a page: order in blocks, figures, and nothing that escapes from where it stands. */
import { describe, expect, test } from "vitest";
import type { CorrelationFit } from "../../bindings/lab.ts";
import {
  blockOrder,
  meanRho,
  pairs,
  parameterWords,
  percentText,
  repairWords,
  rhoText,
  shortNames,
} from "../../bindings/report/correlation.ts";
import { correlationPage } from "../../bindings/report/correlation-page.ts";
import { correlationOf, returnsOf } from "../calibration/correlated.ts";
import { lab } from "../calibration/lab.ts";

const fit = lab.calibrate.correlation(returnsOf(6, 200, 3));

describe("order", () => {
  /** Names of three groups, shuffled: 0.8 within one, 0.1 across. */
  const group = [2, 0, 1, 0, 2, 1, 1, 0, 2, 2];
  const blocks = group.map((a, i) => group.map((b, j) => (i === j ? 1 : a === b ? 0.8 : 0.1)));
  test("those that move together stand together", () => {
    const found = blockOrder(blocks).map((i) => group[i]);
    expect(found.filter((g, k) => k > 0 && g !== found[k - 1])).toHaveLength(2);
  });
  test("is an order of all names, the same each time", () => {
    for (const n of [1, 2, 3, 40]) {
      const matrix = correlationOf(n, n);
      const order = blockOrder(matrix);
      expect([...order].sort((a, b) => a - b)).toEqual(matrix.map((_, i) => i));
      expect(blockOrder(matrix)).toEqual(order);
    }
  });
  test("of two that go against each other ends at different ends", () => {
    const opposed = [[1, -0.9, 0.2], [-0.9, 1, 0.1], [0.2, 0.1, 1]]; // prettier-ignore
    expect(blockOrder(opposed).indexOf(2)).toBe(1);
  });
});

test("a fit at the bound of its weights says so", () => {
  const words = (a: number, b: number, likelihood?: "full") =>
    parameterWords({ ...fit, parameters: { a, b, ...(likelihood === undefined ? {} : { likelihood }) } }).join("; ");
  expect(words(0.03, 0.95, "full")).toBe("a 0.03; b 0.95; by full likelihood");
  expect(words(1.13e-17, 1 - 1e-9, "full")).toBe("a 0; b 1; by full likelihood, at the bound a ≥ 0 and a + b < 1");
  expect(words(0.05, 1e-12, "full")).toBe("a 0.05; b 0; by full likelihood, at the bound b ≥ 0");
  expect(words(1e-17, 0.99995, "full")).toBe("a 0; b 0.99995; by full likelihood, at the bound a ≥ 0");
  // given, not fitted
  expect(words(0, 0.9)).toBe("a 0; b 0.9");
});

test("long names are cut, and keep their ends where they would look alike", () => {
  expect(shortNames(["BTC", "Wrapped Bitcoin"], 8)).toEqual(["BTC", "Wrapped…"]);
  expect(shortNames(["Wrapped Bitcoin 1", "Wrapped Bitcoin 2", "BTC"], 10)).toEqual([
    "Wrapp…in 1",
    "Wrapp…in 2",
    "BTC",
  ]);
});

test("words", () => {
  expect([0.876, -0.034, -0.001, 0].map((rho) => rhoText(rho))).toEqual(["0.88", "−0.03", "0.00", "0.00"]);
  expect([0.0123, 2.5, 11.14, 250].map(percentText)).toEqual(["0.012", "2.50", "11.1", "250"]);
  const all = pairs(fit);
  expect(all).toHaveLength(15);
  expect(all[0]!.rho).toBeGreaterThanOrEqual(all.at(-1)!.rho);
  expect(meanRho(fit)).toBeCloseTo(all.reduce((sum, { rho }) => sum + rho, 0) / 15, 14);
  expect(repairWords(fit)).toBeUndefined();
  const repaired = { method: "nearest", distance: 0.123456, smallestEigenvalue: -0.2, iterations: 9 } as const;
  expect(repairWords({ ...fit, repaired })).toBe(
    "not positive semidefinite as estimated (smallest eigenvalue −0.2): replaced by the nearest correlation matrix, at a distance of 0.1235",
  );
});

describe("page", () => {
  const page = (one: CorrelationFit) =>
    correlationPage(one, { script: "let a = '</script>';", source: "<b>.csv", notes: ["as <i>they</i> are"] });
  test("says what the estimate is, with everything that is given escaped", () => {
    const odd = { ...fit, names: ["</script><b>", '"&', ...fit.names.slice(2)], from: "2026-01-01", to: "2026-02-01" };
    const html = page(odd);
    expect(html).toContain("<h1>Correlation of 6 names</h1>");
    expect(html).toContain("200 returns, 2026-01-01 to 2026-02-01, from &lt;b&gt;.csv");
    expect(html).toContain("<li>as &lt;i&gt;they&lt;/i&gt; are</li>");
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain('<b>"');
    const json = /id="fit">(.*?)<\/script>/.exec(html)![1]!;
    expect(JSON.parse(json)).toMatchObject({ names: odd.names });
  });
  test("forbids itself to load anything", () => {
    expect(page(fit)).toContain(`content="default-src 'none'`);
  });
  test("a repair is said", () => {
    const repaired = { method: "shrink", distance: 0.1, smallestEigenvalue: -0.2, alpha: 0.1667 } as const;
    const html = page({ ...fit, repaired });
    expect(html).toMatch(
      /<li class="warn">not positive semidefinite as estimated .*: drawn to the identity by 0\.1667/,
    );
    expect(html).toContain("after repair");
  });
});
