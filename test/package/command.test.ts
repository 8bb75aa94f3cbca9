/** The command as it is installed: dist/cli.js in a process of its own, with pipes. */
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { fixture, MARKET_FIXTURES, SAMPLE } from "../cli/command.ts";
import { root } from "../hosts/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "margin-core-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cli = join(root, "dist/cli.js");

interface Result {
  code: number;
  out: string;
  err: string;
}
function run(args: string[], stdin = "", path = cli): Promise<Result> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [path, ...args], { cwd: root });
    const result: Result = { code: NaN, out: "", err: "" };
    child.stdout.on("data", (part: Buffer) => (result.out += part.toString()));
    child.stderr.on("data", (part: Buffer) => (result.err += part.toString()));
    child.on("error", fail);
    child.on("close", (code) => done({ ...result, code: code ?? NaN }));
    child.stdin.on("error", () => {}); // it may end before it has read
    child.stdin.end(stdin);
  });
}

test("a stranger's copy runs without node_modules", async () => {
  cpSync(join(root, "dist"), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const copy = await run(["margin", ...SAMPLE], "", join(folder, "cli.js"));
  expect(copy).toMatchObject({ code: 0, err: "" });
  expect(copy.out).toContain("Initial margin");
  expect(await run(["margin", ...SAMPLE])).toEqual(copy);
});

test("pipes carry responses to a market, and a market to a margin", async () => {
  const market = await run(["market", "--from", "deribit"], MARKET_FIXTURES.map(fixture).join("\n"));
  expect(market).toMatchObject({ code: 0, err: "" });
  const account = ["positions", "accounts"].map((name) => `test/fixtures/deribit/${name}.json`);
  const margin = await run(["margin", "-", ...account], market.out);
  expect(margin).toMatchObject({ code: 0, err: "" });
  expect(margin.out).toMatch(/Risk matrix: standard table, BTC/);
});

test("exit codes and one line on stderr", async () => {
  expect(await run(["margin", "nowhere.json"])).toEqual({
    code: 1,
    out: "",
    err: "error: nowhere.json: no such file\n",
  });
  expect(await run(["margin"])).toEqual({ code: 1, out: "", err: "error: stdin: is empty\n" });
  expect(await run(["margin", "--nothing"])).toMatchObject({ code: 2, out: "" });
});

test("a module that is not there", async () => {
  rmSync(join(folder, "margin.wasm"), { force: true });
  const { code, out, err } = await run(["margin", ...SAMPLE], "", join(folder, "cli.js"));
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/^error: module: the WebAssembly module did not load: [^\n]+\n$/);
});

test("a reader that has seen enough is no error", async () => {
  const rows = `strike\n${Array.from({ length: 50_000 }, (_, i) => i + 1).join("\n")}\n`;
  const file = join(folder, "rows.csv");
  writeFileSync(file, rows);
  const script = `"$0" "$1" price "$2" --forward 70000 --days 30 --vol 0.6 --call | head -n 1; exit "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", script, process.execPath, cli, file]);
  expect(stdout).toMatch(/^strike,price,[^\n]*\n$/);
  expect(stderr).toBe("");
});

test("schema and version come from the package", async () => {
  expect(JSON.parse((await run(["schema", "requirement"])).out)).toEqual(
    JSON.parse(readFileSync(join(root, "dist/schema/requirement.json"), "utf8")),
  );
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect((await run(["--version"])).out).toMatch(new RegExp(`^margin-core ${version} `));
});

test("the notices have the licence of every package in the bundles", () => {
  const notices = readFileSync(join(root, "dist/THIRD-PARTY-NOTICES.txt"), "utf8");
  const parts = [
    "@assemblyscript/loader",
    "@noble/hashes",
    "canonicalize",
    "cli-progress",
    "cli-table3",
    "commander",
    "picocolors",
    "valibot",
  ];
  for (const name of parts) expect(notices).toMatch(new RegExp(`^${name} [\\d.]+, [\\w.-]+$`, "m"));
  expect(notices.match(/TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION/g)!.length).toBeGreaterThanOrEqual(
    2,
  );
  expect(statSync(cli).size).toBeLessThan(1_000_000);
  expect(readFileSync(cli, "utf8").startsWith("#!/usr/bin/env node\n")).toBe(true);
});
