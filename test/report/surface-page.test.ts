/** The page of a surface as text: self-contained, and nothing in it can break out of its place. In Chromium: test/package. */
import { describe, expect, test } from "vitest";
import { surfacePage } from "../../bindings/report/surface-page.ts";
import { chain, madeFit } from "../fixtures/surface.ts";

const page = surfacePage(madeFit(), { script: "run();", quotes: chain(), source: "chain.csv" });
const dataOf = (html: string) =>
  JSON.parse(/<script type="application\/json" id="fit">([^]*?)<\/script>/.exec(html)![1]!) as any;

describe("a page", () => {
  test("loads nothing", () => {
    expect(page.startsWith("<!doctype html>")).toBe(true);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(page).not.toMatch(/https?:|@import|url\(/);
  });
  test("carries the fit, its points to six digits, its slices in full", () => {
    const { underlyings } = dataOf(page);
    const fit = madeFit();
    expect(underlyings[0].slices[0].svi).toEqual(fit.underlyings[0]!.slices[0]!.svi);
    const [point] = underlyings[0].slices[0].points;
    expect(point.fitVol).toBeCloseTo(fit.underlyings[0]!.slices[0]!.points[0]!.fitVol, 6);
    expect(String(point.fitVol).length).toBeLessThanOrEqual(8);
  });
  test("has the table, the flags and what was dropped in its text", () => {
    for (const text of ["2026-02-27", "13 of 26", "eSSVI in place of SVI", "1 with a butterfly", "in-the-money"])
      expect(page).toContain(text);
    expect(page.match(/data-chart="smile"/g)).toHaveLength(4);
    expect(page).toContain("from chain.csv");
  });
  test("is the same for the same fit", () => {
    expect(surfacePage(madeFit(), { script: "run();", quotes: chain(), source: "chain.csv" })).toBe(page);
  });
  test("of one underlying has no tabs", () => {
    const fit = madeFit();
    const one = surfacePage({ ...fit, underlyings: fit.underlyings.slice(0, 1) }, { script: "" });
    expect(page).toContain('role="tablist"');
    expect(one).not.toContain('role="tablist"');
  });
});

test("names, sources and scripts are text wherever they come from", () => {
  const fit = madeFit();
  const name = `</script><b id="x">&`;
  fit.underlyings[0]!.underlying = name;
  fit.underlyings[0]!.slices[0]!.flags = ["<i>flag</i>"];
  const html = surfacePage(fit, { script: `const s = "</script><!--";`, source: "<u>.csv" });
  expect(html).not.toContain("<b id=");
  expect(html).not.toContain("<i>flag");
  expect(html).not.toContain("<u>");
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).not.toContain("<!--");
  expect(dataOf(html).underlyings[0].underlying).toBe(name);
});
