/** The page of examples/preview in Chromium, under its own policy. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Page } from "playwright";
import type { Portfolio } from "../../bindings/index.ts";
import { deribitPm } from "../../bindings/models/index.ts";
import { core } from "../core.ts";
import { root } from "../hosts/bundle.ts";
import * as chromium from "../hosts/chromium.ts";

const read = (name: string) => JSON.parse(readFileSync(join(root, `examples/sample/${name}.json`), "utf8"));
const market = read("market");
const portfolio: Portfolio = read("portfolio");

describe("the server", () => {
  let server: ChildProcess;
  let port: number;
  beforeAll(async () => {
    server = spawn(process.execPath, ["examples/preview/serve.js", "0"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [url] = (await once(server.stdout!, "data")) as [Buffer];
    port = Number(new URL(String(url).trim()).port);
  });
  afterAll(() => void server.kill());

  /** As it is written: fetch would tidy the path. */
  const status = (path: string) =>
    new Promise<number | undefined>((done, failed) =>
      get({ port, host: "127.0.0.1", path }, (response) => {
        response.resume();
        done(response.statusCode);
      }).on("error", failed),
    );

  test.each([
    ["/", 200],
    ["/main.js", 200],
    ["/sample/market.json", 200],
    ["/none.js", 404],
    ["/%", 400],
    ["//", 400],
    ["/%00.js", 400],
    ["/dist/%2F.js", 404],
    ["/../serve.js", 404],
    ["/%2e%2e/serve.js", 404],
    ["/..%2fserve.js", 400],
    ["/sample/..%2f..%2f..%2fpackage.json", 400],
    ["/dist/%252e%252e/package.json", 404],
    ["/", 200],
  ])("%s: %d", async (path, expected) => {
    expect(await status(path)).toBe(expected);
  });
});

describe.skipIf(chromium.absent)(chromium.title("the page in Chromium"), () => {
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    server = spawn(process.execPath, ["examples/preview/serve.js", "0"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [url] = (await once(server.stdout!, "data")) as [Buffer];
    browser = await chromium.launch();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(String(url).trim());
    await page.waitForSelector("#initial[data-value]");
  });
  afterAll(async () => {
    await browser?.close();
    server.kill();
  });

  const shown = async (name: string) => Number(await page.getAttribute(`#${name}`, "data-value"));

  test("shows what Node computes, to the bit", async () => {
    const { initial, maintenance, equity, excess } = core.margin(deribitPm, market, portfolio);
    expect([await shown("initial"), await shown("maintenance"), await shown("equity"), await shown("excess")]).toEqual([
      initial,
      maintenance,
      equity,
      excess,
    ]);
    expect(await page.textContent("#initial")).toBe(`$${Math.round(initial).toLocaleString("en")}`);
  });

  test("follows an edit", async () => {
    await page.fill(`tr[data-id="BTC-27FEB26-62000-P"] input`, "100");
    const positions = portfolio.positions.map((one) =>
      one.instrument === "BTC-27FEB26-62000-P" ? { ...one, lots: 100 } : one,
    );
    expect(await shown("initial")).toBe(core.margin(deribitPm, market, { ...portfolio, positions }).initial);
  });

  test("a fraction of a lot is refused beside its row, and the last requirement stays", async () => {
    const before = await shown("initial");
    await page.fill(`tr[data-id="BTC-27FEB26-62000-P"] input`, "1.5");
    expect(await page.textContent("#error")).toBe("portfolio.positions[1].lots: expected a whole number, was 1.5");
    expect(await page.getAttribute(`tr[data-id="BTC-27FEB26-62000-P"]`, "class")).toBe("wrong");
    expect(await shown("initial")).toBe(before);
    expect(await page.textContent("#stale")).toBe("last valid");
    expect(await page.isVisible("#stale")).toBe(true);
    await page.click("button[type=reset]");
    expect(await page.isHidden("#stale")).toBe(true);
    expect(await page.isHidden("#error")).toBe(true);
  });

  test("adds an instrument, and shows another pair's matrix", async () => {
    await page.fill("#new", "ETH-PERPETUAL");
    await page.keyboard.press("Enter");
    expect(await page.getAttribute("#matrix", "aria-label")).toMatch(/ BTC at /);
    await page.click("#pairs button:nth-child(2)");
    expect(await page.getAttribute("#matrix", "aria-label")).toMatch(/ ETH at /);
    const drawn = await page.evaluate(
      "(() => { const c = document.getElementById('matrix'); return new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size; })()",
    );
    expect(drawn).toBeGreaterThan(50);
    expect(await page.locator("#curve canvas").count()).toBe(1);
  });

  test("the axes are labelled as the driver is, and the legend is never empty", async () => {
    expect(await page.textContent("#driver")).toMatch(/ gains counted at the model's share of 0 %\.$/);
    const values = await page.locator("#curve .u-legend .u-value").allTextContents();
    expect(values.map((text) => text.trim())).toEqual(["–", "–", "–", "–"]);
  });

  test("fits a telephone: wide tables scroll in their cards", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const widths = "[document.documentElement.scrollWidth, document.getElementById('matrix').clientWidth]";
    const [width, matrix] = (await page.evaluate(widths)) as [number, number];
    expect(width).toBe(390);
    expect(matrix).toBeGreaterThanOrEqual(560);
    await page.setViewportSize({ width: 1360, height: 900 });
  });

  test("without a complaint of the console or the policy", () => {
    expect(complaints).toEqual([]);
  });
});
