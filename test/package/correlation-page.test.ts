/** What the installed command makes of prices: a page that Chromium draws without a complaint, in light and in dark. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closes, long } from "../fixtures/prices.ts";
import { root } from "../hosts/bundle.ts";
import * as chromium from "../hosts/chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "margin-core-correlation-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const calibrate = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "dist/cli.js"), "calibrate", "correlation", ...args], { encoding: "utf8" });
const many = Array.from({ length: 30 }, (_, i) => `COIN${i}`);
/** Two share so long a beginning that only their ends tell them apart. */
const wordy = [
  "Wrapped Bitcoin perpetual 1",
  "Wrapped Bitcoin perpetual 2",
  "Société Générale 3y",
  "BTC",
  "W".repeat(60),
];

beforeAll(() => {
  writeFileSync(at("few.csv.gz"), gzipSync(long(closes(120))));
  writeFileSync(at("many.csv"), long(closes(120, many)));
  writeFileSync(at("wordy.csv"), long(closes(120, wordy)));
});

test("files are written; prices that are packed are unpacked", () => {
  const { status, stdout, stderr } = calibrate(at("few.csv.gz"), "--picture", at("few.html"), "--out", at("fit.json"));
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^Correlation of 3 names:/);
  expect(JSON.parse(readFileSync(at("fit.json"), "utf8"))).toMatchObject({ kind: "correlation", rows: 119 });
  for (const name of ["many", "wordy"])
    expect(calibrate(at(`${name}.csv`), "--picture", at(`${name}.html`)).status).toBe(0);
});

test("the page carries the notices of what draws it", () => {
  const page = readFileSync(at("few.html"), "utf8");
  for (const name of ["@observablehq/plot", "d3-array", "d3-scale"])
    expect(page).toMatch(new RegExp(`${name} [\\d.]+`));
  expect(page).toContain("Permission to use, copy, modify, and/or distribute this software");
  expect(page.length).toBeLessThan(500_000);
});

describe.skipIf(chromium.absent).each(["light", "dark"] as const)(chromium.title("in Chromium, %s"), (colorScheme) => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const loaded: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch();
    page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("request", (request) => loaded.push(request.url()));
  });
  afterAll(async () => browser?.close());

  const open = async (name: string) => {
    await page.goto(pathToFileURL(at(name)).href);
    await page.waitForSelector("html[data-ready]");
  };
  const cells = () => page.locator("[data-chart=map] [aria-label=cell]").first().locator("rect");
  const names = () => page.locator("[data-chart=map] [aria-label='y-axis tick label'] text").allTextContents();

  test("few names: a value in each cell", async () => {
    await open("few.html");
    expect(await cells().count()).toBe(6);
    expect(await page.locator("[data-chart=map] [aria-label=text] text").allTextContents()).toHaveLength(6);
    expect(await page.locator("[data-chart] > svg").count()).toBe(3);
  });

  test("many names: cells without values, each order, both scales", async () => {
    await open("many.html");
    expect(await cells().count()).toBe(30 * 29);
    expect(await page.locator("[data-chart=map] [aria-label=text]").count()).toBe(0);
    const blocks = await names();
    await page.click("[data-value=given]");
    expect(await names()).toEqual(many);
    expect(blocks).not.toEqual(many);
    await page.click("[data-value=name]");
    expect(await names()).toEqual([...many].sort());
    const colour = () => cells().first().getAttribute("fill");
    const before = await colour();
    expect(await page.locator(".legend").textContent()).toBe("−1+1");
    await page.click("[data-value=found]");
    expect(await colour()).not.toBe(before);
    expect(await page.locator(".legend").textContent()).toMatch(/^−?0\.\d\d0\.\d\d$/);
  });

  test("a pair under the pointer", async () => {
    await open("few.html");
    const box = (await cells().first().boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const tip = page.locator("[data-chart=map] [aria-label=tip]");
    await tip.locator("text").waitFor();
    expect(await tip.textContent()).toMatch(/ – .*correlation −?0\.\d{3}/s);
  });

  test("on a narrow screen nothing is wider than it", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    for (const name of ["few.html", "many.html"]) {
      await open(name);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    }
  });

  test.each([420, 1200])("at %i px long names stay inside their cards, and differ", async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await open("wordy.html");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    for (const card of await page.locator(".card").all()) {
      const outer = (await card.boundingBox())!;
      for (const inner of await card.locator("svg text, td").all()) {
        const box = await inner.boundingBox();
        if (box === null || box.width === 0) continue;
        expect(box.x).toBeGreaterThanOrEqual(outer.x);
        expect(box.x + box.width).toBeLessThanOrEqual(outer.x + outer.width);
        expect(box.y + box.height).toBeLessThanOrEqual(outer.y + outer.height);
      }
    }
    const shown = await names();
    expect(new Set(shown).size).toBe(wordy.length);
    expect(shown).toContain("BTC");
  });

  test("without a complaint of the console, and nothing loaded but the file", () => {
    expect(complaints).toEqual([]);
    expect(loaded.filter((url) => !/^(?:file|data):/.test(url))).toEqual([]);
  });
});
