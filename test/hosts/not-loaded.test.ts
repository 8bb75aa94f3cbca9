/** A module that does not load is one clear error on each way of loading it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { instantiate, instantiateSync } from "../../bindings/host/instantiate.ts";
import { root } from "./bundle.ts";
import * as browser from "./chromium.ts";
import { empty, wasm } from "./module.ts";
import { serve } from "./serve.ts";

const page = "<!doctype html><title>not found</title>";
const corrupted = wasm.map((byte, i) => (i === 40 ? byte ^ 0xff : byte));
const asWasm = { headers: { "content-type": "application/wasm" } };

const bad: [what: string, source: () => object, why: RegExp][] = [
  ["bytes of a web page", () => new TextEncoder().encode(page), /magic/],
  ["no bytes", () => new Uint8Array(0), /./],
  ["half of the bytes", () => wasm.slice(0, wasm.length / 2), /./],
  ["corrupted bytes", () => corrupted, /./],
  ["another module's bytes", () => empty, /exports/],
  ["another module", () => new WebAssembly.Module(empty), /exports/],
  ["an object of another kind", () => ({ wasm }), /./],
];

describe("bytes and modules", () => {
  test.each(bad)("%s", async (_, source, why) => {
    expect(() => instantiateSync(source())).toThrow(MarginError);
    const error: MarginError = await instantiate(source()).catch((cause) => cause);
    expect(error).toBeInstanceOf(MarginError);
    expect(error.code).toBe("ModuleNotLoaded");
    expect(error.message).toMatch(/^module: the WebAssembly module did not load: /);
    expect(error.message).toMatch(why);
  });

  test("the module's own memory is not the caller's: two cores are apart", () => {
    const [one, two] = [instantiateSync(wasm), instantiateSync(wasm)];
    one.prices({ forward: 100, strike: 100, tau: 1, vol: 0.5, callPut: 1 }, new Float64Array(100_000));
    expect(two.memory().reserved).toBeLessThan(one.memory().reserved);
  });
});

describe("responses", () => {
  test.each<[string, () => Response, RegExp]>([
    ["404", () => new Response(page, { status: 404 }), /answered 404/],
    [
      "a web page in place of the file",
      () => new Response(page, { headers: { "content-type": "text/html" } }),
      /magic/,
    ],
    ["corrupted, streamed", () => new Response(corrupted, asWasm), /./],
    ["broken off, streamed", () => new Response(wasm.slice(0, 1000), asWasm), /./],
  ])("%s", async (_, response, why) => {
    for (const source of [response(), Promise.resolve(response())]) {
      const error: MarginError = await instantiate(source).catch((cause) => cause);
      expect(error.code).toBe("ModuleNotLoaded");
      expect(error.message).toMatch(why);
    }
  });

  test("a request that fails", async () => {
    const error: MarginError = await instantiate(Promise.reject(new TypeError("fetch failed"))).catch((cause) => cause);
    expect(error.code).toBe("ModuleNotLoaded");
    expect(error.message).toBe("module: the WebAssembly module did not load: fetch failed");
  });

  test.each(["application/wasm", "application/wasm; charset=utf-8", "application/octet-stream", "text/plain"])(
    "the module served as %s loads",
    async (type) => {
      const core = await instantiate(new Response(wasm, { headers: { "content-type": type } }));
      expect(
        core.prices({ forward: 100, strike: 100, tau: 1, vol: 0.5, callPut: 1 }, new Float64Array(1))[0],
      ).toBeCloseTo(19.74, 2);
    },
  );
});

test.skipIf(browser.absent)(browser.title("in Chromium"), async () => {
  const script = `import { load } from "/dist/browser.js";
    window.attempt = (url) => load(url).then((core) => "version " + core.version, (error) => error.code + " " + error.message);`;
  await using server = await serve({
    "/": { body: `<!doctype html><script type="module" src="/attempt.js"></script>` },
    "/attempt.js": { type: "text/javascript", body: script },
    "/page.wasm": { body: page },
    "/mime.wasm": { type: "text/plain", body: wasm },
    "/corrupted.wasm": { type: "application/wasm", body: corrupted },
    "/other.wasm": { type: "application/wasm", body: empty },
  });
  const chromium = await browser.launch();
  try {
    const tab = await chromium.newPage();
    await tab.goto(server.url);
    const attempt = (url: string) => tab.evaluate(`window.attempt(${JSON.stringify(url)})`);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(await attempt("/dist/margin.wasm")).toBe(`version ${version}`);
    expect(await attempt("/mime.wasm")).toBe(`version ${version}`);
    expect(await attempt("/missing.wasm")).toMatch(/^ModuleNotLoaded .*\/missing\.wasm answered 404$/);
    expect(await attempt("/page.wasm")).toMatch(/^ModuleNotLoaded .*magic/);
    expect(await attempt("/corrupted.wasm")).toMatch(/^ModuleNotLoaded /);
    expect(await attempt("/other.wasm")).toMatch(/^ModuleNotLoaded .*exports/);
    expect(await attempt("http://127.0.0.1:1/margin.wasm")).toMatch(/^ModuleNotLoaded .*fetch/);
  } finally {
    await chromium.close();
  }
});
