/** `npm run study`: what is wrong with its files, in one line. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readChain } from "../../studies/chain-file.ts";

const HEADER = "ts,underlying,instrument,expiry,strike,type,fwd,index,bid,ask,mark,mark_iv";
const ROW = "2026-01-01T08:00:00Z,BTC,BTC-2JAN26-82000-C,2026-01-02T08:00Z,82000,C,88502.8,88482.9,,0.1,0.07,0.63";

describe("a chain file", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "chain-"))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it("is CSV, plain or in gzip", () => {
    const text = `${HEADER}\r\n${ROW}\r\n`;
    const [quote] = readChain(file("a.csv", text));
    expect(quote).toMatchObject({ underlying: "BTC", expiry: "2026-01-02T08:00:00Z", callPut: 1, ask: 0.1, bid: NaN });
    expect(readChain(file("a.csv.gz", gzipSync(text)))).toEqual([quote]);
  });
  it.each<[string, string, string]>([
    ["a.txt", "# A title\n", "is no chain; expected a chain: CSV"],
    ["a.csv", HEADER.replace(",mark_iv", ""), "lacks mark_iv; expected a chain: CSV"],
    ["a.csv", HEADER, "has no rows; expected a chain: CSV"],
    ["a.gz", "no gzip", "is not gzip, though its name ends in .gz; expected a chain: CSV"],
  ])("%s with %j is refused", (name, content, words) => {
    const path = file(name, content);
    expect(() => readChain(path)).toThrow(`${path}: ${words}`);
  });
  it("with a moment that is none names the line", () => {
    const path = file("a.csv", `${HEADER}\n${ROW}\nyesterday,BTC\n`);
    expect(() => readChain(path)).toThrow(
      `${path}: line 3, ts: expected an ISO 8601 moment with a zone, was "yesterday"`,
    );
  });
});

describe("the command", () => {
  const study = (...args: string[]) =>
    spawnSync(process.execPath, ["--import", "tsx", "studies/run.ts", ...args], { encoding: "utf8" });
  it("says in one line what is wrong with a file, with exit code 1", () => {
    const { status, stdout, stderr } = study("chains", "nope.csv");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: nope\.csv: no such file; expected a chain: [^\n]+\n$/);
  });
  it("says how it is called, with exit code 2", () => {
    expect(study("chains")).toMatchObject({ status: 2, stdout: "" });
    expect(study("other", "a.csv").stderr).toMatch(/^usage: /);
  });
});
