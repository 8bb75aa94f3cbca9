/**
 * The same bits on every host, and the bits that are committed. A change that means to move numbers:
 * `npx vitest run test/hosts -u`, and the changelog says which moved.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EdgeRuntime } from "edge-runtime";
import { beforeAll, expect, test } from "vitest";
import { edgeBundle, fingerprintBundle, root, workerdBundle } from "./bundle.ts";
import * as browser from "./chromium.ts";
import { serve } from "./serve.ts";

const COMMITTED = join(import.meta.dirname, "fingerprint.txt");
const RUN = `process.stdout.write(fingerprint(loadSync(), models["deribit-pm"]))`;
const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });
const modules = (entry: string) =>
  node(
    "--input-type=module",
    "-e",
    `import { loadSync } from "${entry}"; import { models } from "margin-core/models"; import { fingerprint } from "./build/hosts/fingerprint.js"; ${RUN}`,
  );
const commonjs = (entry: string) =>
  node(
    "--input-type=commonjs",
    "-e",
    `const { loadSync } = require("${entry}"); const { models } = require("margin-core/models"); import("./build/hosts/fingerprint.js").then(({ fingerprint }) => ${RUN});`,
  );

/** Node's, by the entry that Node takes. */
let expected: string;
beforeAll(async () => {
  await fingerprintBundle();
  expected = modules("margin-core");
});

test("Node, as committed", async () => {
  await expect(expected).toMatchFileSnapshot(COMMITTED);
});

test.each(["margin-core", "margin-core/inline"])("Node, require of %s", (entry) => {
  expect(commonjs(entry)).toBe(expected);
});

test("Node, inline", () => {
  expect(modules("margin-core/inline")).toBe(expected);
});

test("workerd", async () => {
  const workerd = join(root, "node_modules/.bin/workerd");
  const out = execFileSync(workerd, ["test", await workerdBundle()], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(`${out.trim()}\n`).toBe(expected);
});

test("edge-light, with a module of another realm", async () => {
  const module = await WebAssembly.compile(readFileSync(join(root, "dist/margin.wasm")));
  const runtime = new EdgeRuntime({ extend: (context) => Object.assign(context, { marginModule: module }) });
  expect(runtime.evaluate("marginModule instanceof WebAssembly.Module")).toBe(false);
  runtime.evaluate(readFileSync(await edgeBundle(), "utf8"));
  expect(runtime.evaluate("result")).toBe(expected);
});

test.skipIf(browser.absent)(browser.title("Chromium, streamed and inline"), async () => {
  const script = (entry: string) => ({
    type: "text/javascript",
    body: `import { load } from "/dist/${entry}.js"; import { models } from "/dist/models.js"; import { fingerprint } from "/build/hosts/fingerprint.js";
      window.result = load().then((core) => fingerprint(core, models["deribit-pm"]));`,
  });
  const page = (entry: string) => ({ body: `<!doctype html><script type="module" src="/${entry}-run.js"></script>` });
  await using server = await serve({
    "/browser": page("browser"),
    "/browser-run.js": script("browser"),
    "/inline": page("inline"),
    "/inline-run.js": script("inline"),
  });
  const chromium = await browser.launch();
  try {
    const tab = await chromium.newPage();
    for (const entry of ["browser", "inline"]) {
      await tab.goto(`${server.url}/${entry}`);
      expect(await tab.evaluate("window.result"), entry).toBe(expected);
    }
  } finally {
    await chromium.close();
  }
});
