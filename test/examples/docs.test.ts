/**
 * What README and docs/ print runs as it stands on the built package: programs print what their remarks say, commands end well, models and markets
 * are accepted, fragments in TypeScript have the types of the package.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { transformSync } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkMarket, checkModel } from "../../bindings/documents/check.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { MarginModel } from "../../bindings/documents/model.ts";
import { closes, long } from "../fixtures/prices.ts";
import { chain, csv } from "../fixtures/surface.ts";
import { root } from "../hosts/bundle.ts";

const PAGES = ["README.md", ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)]; // prettier-ignore
const blocks = (page: string, language: string) =>
  [...readFileSync(join(root, page), "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(
    ([, code]) => code!,
  );

/** Where commands and programs run: what they read is there. */
const folder = mkdtempSync(join(tmpdir(), "margin-core-docs-"));
/** Inside the package, so that a program finds it by its name. */
const programs = join(root, "build/docs");
afterAll(() => {
  for (const made of [folder, programs]) rmSync(made, { recursive: true, force: true });
});

const HOUR = 3_600_000;
beforeAll(() => {
  mkdirSync(programs, { recursive: true });
  for (const name of ["examples", "dist", "docs"]) symlinkSync(join(root, name), join(folder, name));
  const put = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);
  put("margin-core", `#!/bin/sh\nexec "${process.execPath}" "${join(root, "dist/cli.js")}" "$@"\n`);
  chmodSync(join(folder, "margin-core"), 0o755);
  for (const block of PAGES.flatMap((page) => blocks(page, "json"))) {
    const { id } = JSON.parse(block) as { id?: string };
    if (id !== undefined) put(`${id}.json`, block); // for the programs below it
  }
  put("closes.csv", long(closes(300)));
  put("hourly.csv", long(closes(300, ["BTC", "ETH"], HOUR), "ts"));
  put("returns.csv.gz", gzipSync(returns(300)));
  put("chain.csv", csv(chain()));
  const response = (name: string) => readFileSync(join(root, `test/fixtures/deribit/${name}.json`));
  put("instruments.json", response("instruments-btc"));
  put("summaries.json", ["option", "future"].map((kind) => response(`summary-btc-${kind}`)).join("\n"));
  put("index.json", response("index-btc"));
  mkdirSync(join(folder, "responses"));
  for (const name of readdirSync(join(root, "test/fixtures/deribit")))
    if (/^(?:instruments|summary|index)-/.test(name)) symlinkSync(join(root, "test/fixtures/deribit", name), join(folder, "responses", name)); // prettier-ignore
  execFileSync(join(folder, "margin-core"), ["calibrate", "surface", "chain.csv", "--fit", "fit.json"], {
    cwd: folder,
  });
  provided = readdirSync(folder);
});
/** What is there before the programs run. */
let provided: string[];

/** Returns of two names, from those prices. */
function returns(rows: number): string {
  const of = (coin: string) => closes(rows + 1).flatMap((close) => (close.coin === coin ? [close.close] : []));
  const [btc, eth] = [of("BTC"), of("ETH")];
  const lines = Array.from({ length: rows }, (_, t) =>
    [btc, eth].map((all) => Math.log(all[t + 1]! / all[t]!)).join(","),
  );
  return ["BTC,ETH", ...lines].join("\n");
}

function run(name: string, code: string): string[] {
  const file = join(programs, name);
  writeFileSync(file, code);
  return execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8" }).trimEnd().split("\n");
}

/** A block that loads a core begins a program, the others go on with it. */
function programsOf(page: string): string[] {
  const found: string[] = [];
  for (const block of blocks(page, "js")) {
    if (/^import .*\bload(?:Sync)?\b/m.test(block)) found.push(block);
    else found[found.length - 1] += `\n${block}`;
  }
  return found;
}
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

describe("models and markets are accepted", () => {
  test.each(PAGES.filter((page) => blocks(page, "json").length > 0))("%s", (page) => {
    for (const block of blocks(page, "json")) {
      const json = JSON.parse(block) as object;
      if ("charges" in json) checkModel(json as MarginModel);
      if ("instruments" in json) checkMarket(json as Market);
    }
  });
});

test("docs/model-format.md shows what expires, and the word for what does not", () => {
  const [market] = blocks("docs/model-format.md", "json");
  const { instruments } = checkMarket(JSON.parse(market!));
  expect(instruments.map(({ kind, expiry }) => [kind, expiry === "perpetual"])).toEqual([
    ["option", false],
    ["perpetual", true],
  ]);
});

describe("programs print what their remarks say", () => {
  const all = PAGES.flatMap((page) => programsOf(page).map((code, k) => [page, k + 1, code] as const));
  test("there are some", () => expect(all.length).toBeGreaterThan(6));
  test.each(all)("%s, program %d", (page, k, code) => {
    const lines = run(`${page.replace(/\W/g, "-")}-${k}.mjs`, code);
    const remarks = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, remark]) => remark!);
    // other words tell what is printed, figures and names are it
    const said = remarks.filter((remark) => /^(?:true|false|\d|BTC)/.test(remark));
    expect(said.length).toBeGreaterThan(0);
    for (const remark of said) {
      const line = new RegExp(`^${escaped(remark).replaceAll("…", "\\d*")}$`);
      expect(
        lines.filter((one) => line.test(one)),
        `${remark} among\n${lines.join("\n")}`,
      ).not.toEqual([]);
    }
  });
});

test("what programs leave behind is not of the repository", () => {
  const left = readdirSync(folder).filter((name) => !provided.includes(name));
  expect(left).toContain("state"); // of docs/venue.md
  const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  expect(left.filter((name) => !ignored.includes(`/${name}/`))).toEqual([]);
});

describe("commands end well", () => {
  const COMMAND = /(?:^|\| *)(?:node dist\/cli\.js|margin-core) /;
  const all = PAGES.flatMap((page) =>
    blocks(page, "sh")
      .flatMap((block) => block.split("\n"))
      .filter((line) => COMMAND.test(line))
      .map((line) => [page, line.replace(/ +# .*$/, "")] as const),
  );
  test("there are some", () => expect(all.length).toBeGreaterThan(12));
  test.each(all)("%s: %s", (_, line) => {
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
    const { status, stdout, stderr } = spawnSync("sh", ["-c", line], { cwd: folder, env, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    if (!line.includes(">")) expect(stdout.length).toBeGreaterThan(100);
  });
});

describe("docs/venue-shards.md", () => {
  const page = "docs/venue-shards.md";
  const fragments = blocks(page, "ts");
  const sample = (name: string) => JSON.stringify(join(root, `examples/sample/${name}.json`));

  test("its first fragment runs", () => {
    const { code } = transformSync(fragments[0]!, { loader: "ts" });
    const market = `import { readFileSync } from "node:fs";\nconst market = JSON.parse(readFileSync(${sample("market")}, "utf8"));\n`;
    const lines = run("shards.mjs", `${market}${code}\nconsole.log(accepted, list[0].account);\nawait pool.close();\n`);
    expect(lines).toEqual(["true alice"]);
  });

  test("all have the types of the package", () => {
    const imports = new Set([
      'import type { Core, MarginModel, Market } from "margin-core";',
      'import { openPool, Sequencer, Shard, type Batch, type Entry, type EventLog as Real } from "margin-core/pool";',
      'import { openVenue, type VenueEvent } from "margin-core/venue";',
    ]);
    const bodies = fragments.map((code, k) => {
      const own = code.replace(/^import .*\n/gm, (line) => {
        if (!/openPool|openVenue/.test(line)) imports.add(line.trim());
        return "";
      });
      const same = own.includes("interface EventLog") ? "const port: EventLog = real; const back: Real = port;" : "";
      return `export async function f${k}() {\n${own}\n${same}\n}`;
    });
    const given =
      "declare const market: Market, model: MarginModel, core: Core, events: VenueEvent[], id: string, log: Real, real: Real;";
    const file = join(programs, "shards.mts");
    writeFileSync(file, [...imports, given, ...bodies].join("\n"));
    const program = ts.createProgram([file], {
      ...{ strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022 },
      ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: ["node"] },
    });
    const wrong = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    expect(wrong).toEqual([]);
  }, 120_000);
});
