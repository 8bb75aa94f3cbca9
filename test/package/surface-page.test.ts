/** What the installed command makes of a chain: a page that Chromium draws without a complaint, in light and in dark. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chain, csv, EVENT, eventChain, madeFit } from "../fixtures/surface.ts";
import { surfacePage } from "../../bindings/report/surface-page.ts";
import { root } from "../hosts/bundle.ts";
import * as chromium from "../hosts/chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "margin-core-surface-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const calibrate = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "dist/cli.js"), "calibrate", "surface", ...args], { encoding: "utf8" });

beforeAll(() => {
  writeFileSync(at("chain.csv"), csv(chain()));
  writeFileSync(at("chain.csv.gz"), gzipSync(csv(chain())));
});

test("files are written; a chain that is packed is unpacked", () => {
  const { status, stdout, stderr } = calibrate(at("chain.csv.gz"), "--plot", at("a.html"), "--fit", at("fit.json"));
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/no static arbitrage/);
  expect(JSON.parse(readFileSync(at("fit.json"), "utf8"))).toMatchObject({ underlyings: [{}, {}] });
  expect(calibrate(at("chain.csv"), "--fit", at("no/fit.json"))).toMatchObject({
    status: 1,
    stderr: `error: ${at("no/fit.json")}: no such folder\n`,
  });
});

test("the page carries the notices of what draws it, and the package lists them", () => {
  const page = readFileSync(at("a.html"), "utf8");
  const notices = readFileSync(join(root, "dist/THIRD-PARTY-NOTICES.txt"), "utf8");
  for (const name of ["@observablehq/plot", "d3-array", "d3-scale", "d3-contour"]) {
    expect(notices).toMatch(new RegExp(`^${name} [\\d.]+, ISC$`, "m"));
    expect(page).toMatch(new RegExp(`${name} [\\d.]+`));
  }
  expect(page).toContain("Permission to use, copy, modify, and/or distribute this software");
  expect(page.length).toBeLessThan(500_000);
});

describe.skipIf(chromium.absent).each(["light", "dark"] as const)(chromium.title("in Chromium, %s"), (colorScheme) => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const loaded: string[] = [];
  beforeAll(async () => {
    const script = readFileSync(join(root, "dist/surface-page.js"), "utf8");
    writeFileSync(at("made.html"), surfacePage(madeFit(), { script, quotes: chain(), source: "a test" }));
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
  const shown = (selector: string) => page.locator(`section:not([hidden]) ${selector}`);

  test("a fit from the command", async () => {
    await open("a.html");
    expect(await shown("[data-chart] > svg").count()).toBe(6);
    expect(await shown("[data-chart=smile]").first().locator("circle").count()).toBeGreaterThanOrEqual(11);
    expect(await shown("[data-chart=map] image").count()).toBe(1);
    expect(await shown("table tbody tr").count()).toBe(3);
  });

  test("the other underlying, every axis and both values", async () => {
    await page.click("[role=tab] >> text=ETH");
    expect(await shown("[data-chart=smile] > svg").count()).toBe(1);
    await page.click("[role=tab] >> text=BTC");
    const tick = () => shown("[data-chart=smile] [aria-label='x-axis tick label']").first().textContent();
    const before = await tick();
    await shown("[data-choice=axis][data-value=strike]").first().click();
    expect(await tick()).not.toBe(before);
    expect(await shown("[data-choice=axis][data-value=strike][aria-pressed=true]").count()).toBe(2);
    await shown("[data-choice=axis][data-value=moneyness]").first().click();
    await shown("[data-choice=value][data-value=variance]").click();
    expect(await shown(".legend").textContent()).not.toContain("%");
  });

  test("values under the pointer", async () => {
    const map = (await shown("[data-chart=map] svg").boundingBox())!;
    await page.mouse.move(map.x + map.width * 0.55, map.y + map.height * 0.3);
    expect(await shown(".label").textContent()).toMatch(/^[\d.]+ % +total variance [\d.]+\nstrike [\d,]+ /);
    const smile = shown("[data-chart=smile]").first();
    await smile.scrollIntoViewIfNeeded();
    const box = (await smile.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 80);
    await smile.locator("[aria-label=tip] text").waitFor();
    expect(await smile.locator("[aria-label=tip]").textContent()).toMatch(/ask .*mid .*bid .*fit /s);
  });

  test("a mixture beside its slice, at the quotes that the slice misses", async () => {
    writeFileSync(at("event.csv"), csv([...chain(), ...eventChain()]));
    writeFileSync(at("events.json"), JSON.stringify([{ at: EVENT.at, variance: 0.005 }]));
    calibrate(at("event.csv"), "--events", at("events.json"), "--plot", at("event.html"));
    await open("event.html");
    const mixture = "path[aria-label=mixture]";
    expect(await shown(`[data-chart=smile] ${mixture}`).count()).toBe(1);
    const smile = shown("[data-chart=smile]").first();
    expect(await smile.locator(mixture).count()).toBe(1);
    await smile.scrollIntoViewIfNeeded();
    const box = (await smile.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 80);
    await smile.locator("[aria-label=tip] text").waitFor();
    expect(await smile.locator("[aria-label=tip]").textContent()).toMatch(/fit .*mixture .*\([+−]0\.0\d*\)/s);
    expect(await shown(".key").allTextContents()).toContainEqual(expect.stringContaining("mixture"));
  });

  test("a fit with an expiry without quotes, arbitrage and flags; on a narrow screen too", async () => {
    await open("made.html");
    await page.click("[role=tab] >> text=ETH");
    expect(await shown("[data-chart] > svg").count()).toBe(4);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.waitForTimeout(300);
    for (const name of ["BTC", "ETH"]) {
      await page.click(`[role=tab] >> text=${name}`);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    }
  });

  test("without a complaint of the console, and nothing loaded but the file", () => {
    expect(complaints).toEqual([]);
    expect(loaded.filter((url) => !/^(?:file|data):/.test(url))).toEqual([]);
  });
});
