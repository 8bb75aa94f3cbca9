import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { casesOfFile, collect, type Case } from "./collect.ts";
import { invented } from "../reference/sensitivities/invented-parameters.ts";
import { amountOf, boundOf, errorOf, halfLastDigit, judge, ulps } from "./compare.ts";
import { run, runCase, runThroughVenue } from "./runner.ts";

const SHARED = "../shared/vectors";
const folder = mkdtempSync(join(tmpdir(), "vectors-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};
const standard = {
  id: "any",
  model: "Deribit standard margin, linear perpetual",
  inputs: { index_price: 100000, position_base: 25, im_base: 0.02, im_slope_per_coin: 5e-5 },
  expected: { im_rate: 0.02125, im_usdc: 53125 },
  tolerance: 1e-9,
};
const one = (vector: unknown) => runCase(casesOfFile(write("one.json", { vectors: [vector] }))[0]!);

describe("cases", () => {
  test("our own: every one passes, every figure of our own making is claimed", () => {
    const report = run(["test/vectors/own"]);
    expect(report.failures).toEqual([]);
    expect(report.notBuilt).toEqual([]);
    expect(report.total.passed).toBeGreaterThan(100);
    expect(report.venue.passed).toBe(report.venue.cases);
    expect(report.venue.passed).toBeGreaterThan(30);
    expect(report.unclaimed.flatMap(({ figures }) => figures)).not.toContain("initial_margin");
  });

  // two thousand cases: a minute and more on a machine that has other work
  test.skipIf(!existsSync(SHARED))("../shared/vectors: none fails", { timeout: 180_000 }, () => {
    const { failures, total } = run([SHARED]);
    expect(failures.map(({ id, reason, mismatches }) => ({ id, reason, mismatches }))).toEqual([]);
    expect(total.passed).toBeGreaterThan(60);
  });

  test("a wrong figure fails, each for itself", () => {
    for (const found of collect("test/vectors/own").cases) {
      const { unclaimed } = runCase(found);
      const expected = found.expected as Record<string, unknown>;
      // columns that a tolerance reads are no figures
      const figures = Object.keys(expected).filter(
        (key) => !unclaimed.includes(key) && !JSON.stringify(found.tolerance ?? 0).includes(key),
      );
      expect(figures).not.toEqual([]);
      for (const key of figures) {
        const wrong = { ...found, expected: { ...expected, [key]: spoiled(expected[key]) } };
        expect(runCase(wrong).status, `${found.id} ${key}`).toBe("failed");
      }
    }
  });

  test("through a venue: a wrong figure fails, and what a venue cannot hold says why", () => {
    const [standardCase] = casesOfFile(write("venue.json", { vectors: [standard] }));
    expect(runThroughVenue(standardCase!)).toMatchObject({ status: "passed", figures: 2 });
    const wrong = { ...standardCase!, expected: { im_rate: 0.02125, im_usdc: 53126 } };
    expect(runThroughVenue(wrong)).toMatchObject({ status: "failed", mismatches: [{ figure: "im_usdc" }] });
    const odd = { ...standardCase!, inputs: { ...standard.inputs, position_base: Math.PI } };
    expect(runThroughVenue(odd)).toEqual({ why: "sizes have no common step" });
  });

  test("a wrong input fails: results are computed, not looked up", () => {
    expect(one(standard).status).toBe("passed");
    expect(one({ ...standard, inputs: { ...standard.inputs, position_base: 24 } }).status).toBe("failed");
    const moved = { ...standard.inputs, position_base: 24 };
    expect(
      one({ ...standard, id: undefined, inputs: moved, expected: { im_rate: 0.0212, im_usdc: 50880 } }).status,
    ).toBe("passed");
  });

  test("an unknown shape is not built yet, and is named", () => {
    const report = run([
      write("unknown.json", {
        vectors: [{ id: "x.y", model: "Venue of tomorrow", inputs: {}, expected: { a: 1 }, tolerance: 0 }],
      }),
    ]);
    expect(report.total).toMatchObject({ cases: 1, passed: 0, failed: 0, notBuilt: 1 });
    expect(report.notBuilt).toEqual([{ shape: "Venue of tomorrow", cases: 1, why: undefined }]);
  });

  test("a malformed case fails with the reason", () => {
    const { position_base: _, ...rest } = standard.inputs;
    expect(one({ ...standard, inputs: rest }).reason).toBe(
      "malformed: inputs.position_base: expected a finite number, was undefined",
    );
    expect(one({ ...standard, inputs: 3 }).reason).toContain("inputs: expected an object");
    expect(one({ ...standard, expected: undefined }).reason).toContain("expected: expected an object");
    expect(one({ ...standard, expected: { other: 1 } }).reason).toContain("no figure");
    expect(one({ ...standard, tolerance: undefined }).reason).toContain("no tolerance");
    expect(one({ ...standard, tolerance: { loosely: 1 } }).reason).toContain("not understood");
    expect(one(7).reason).toContain("not an object");
    expect(run([write("broken.json", "{")]).failures[0]!.reason).toContain("not JSON");
    expect(run([write("broken.csv.gz", "no gzip")]).failures[0]!.reason).toContain("cannot be read");
  });

  test("any input may be missing: no case ends the run", () => {
    for (const found of collect("test/vectors/own").cases.filter(({ file }) => file.endsWith(".json"))) {
      for (const key of Object.keys(found.inputs as object)) {
        const inputs = { ...(found.inputs as Record<string, unknown>), [key]: undefined };
        expect(["passed", "failed", "not built yet"]).toContain(runCase({ ...found, inputs }).status);
      }
    }
  });

  test("a table is read compressed or not", () => {
    const text = readFileSync("test/vectors/own/lets-be-rational.csv", "utf8");
    writeFileSync(join(folder, "table.csv.gz"), gzipSync(text));
    expect(casesOfFile(join(folder, "table.csv.gz"))).toHaveLength(50);
    expect(casesOfFile(write("prices.csv", "time,price\n1,2\n"))).toEqual([]);
  });

  test("groups of sensitivities are cases, and one that is not of its shape is malformed", () => {
    const A = ["Equity", "Risk_Equity", "a", "1", "", "", 1000];
    const columns = ["delta", "total"];
    const suite = {
      columns,
      sensitivities: { A },
      tests: { C1: { in: "A*2 A", "10d": [3, 3], "1d": [1, 1] }, C2: {} },
    };
    const file = write("groups.json", {
      simm: [{ id: "x", inputs: 3 }],
      simmSuite: { "2.5": suite },
      simmLive: { columns: ["riskType"], cases: [{ inputs: [["Risk_FX"]], expected: { total10d: 1 } }] },
      simmTwoTables: { "2.6": { C1: 7, C9: 8 } },
      simmDerived: { "2.7": { C1: { "10d": 7, "1d": 8 } } },
      frtb: [
        { id: "y", riskClass: "fx", measure: "delta", inputs: [], expected: { low: 1 }, tolerance: "1e-9 relative" },
      ],
    });
    const cases = casesOfFile(file);
    const by = (id: string) => cases.find((one) => one.id === id)!;
    expect(cases.map(({ shape, malformed }) => [shape.name, malformed])).toEqual([
      ["simm", "simm[0].inputs: expected an object"],
      ["frtb", undefined],
      ["simmSuite", undefined],
      ["simmSuite", "simmSuite.2.5.C2.in: expected names of sensitivities, with blanks between"],
      ["simmLive", undefined],
      ["simmTwoTables", undefined],
      ["simmTwoTables", "simmTwoTables.2.6.C9: expected a test C9 of a suite in simmSuite"],
      ["simmDerived", undefined],
    ]);
    expect(by("simmSuite.2.5.C1").expected).toEqual({ "10d": { delta: 3, total: 3 }, "1d": { delta: 1, total: 1 } });
    expect((by("simmSuite.2.5.C1").inputs as { sensitivities: object[] }).sensitivities).toMatchObject([
      { riskType: "Risk_Equity", amountUSD: 1000, times: 2 },
      { qualifier: "a", times: 1 },
    ]);
    expect(by("simmDerived.2.7.C1").expected).toEqual({ total10d: 7, total1d: 8 });
    expect(by("y").tolerance).toEqual({ rel: 1e-9 });
  });

  test("parameters of SIMM are beside the file, or the case is not built yet", () => {
    const tests = { C1: { in: "A", "10d": [1], "1d": [1] } };
    const sensitivities = { A: ["Equity", "Risk_Equity", "a", "1", "", "", 1] };
    const file = write("suite.json", { simmSuite: { "9.9": { columns: ["total"], sensitivities, tests } } });
    const reason = () => runCase(casesOfFile(file)[0]!).reason;
    expect(reason()).toMatch(/^parameters(: simm-params.json| of version 9.9) not found/);
    write("simm-params.json", { versions: { "9.9": { ...invented, equity: { ...invented.equity, rw: 3 } } } });
    expect(reason()).toContain("equity.rw");
    const folderOf = mkdtempSync(join(folder, "good-"));
    for (const [name, content] of Object.entries({
      suite: JSON.parse(readFileSync(file, "utf8")),
      "simm-params": { versions: { "9.9": invented } },
    }))
      writeFileSync(join(folderOf, `${name}.json`), JSON.stringify(content));
    expect(runCase(casesOfFile(join(folderOf, "suite.json"))[0]!).reason).toBe("2 of 2 figures differ");
  });
});

/** Every number leaf moved by a tenth and one, every word changed. */
function spoiled(x: unknown): unknown {
  if (typeof x === "number") return x * 1.1 + 1;
  if (typeof x === "string") return /^[\d.]+$/.test(x) ? String(Number(x) * 1.1 + 1) : `${x}9`;
  if (typeof x === "boolean") return !x;
  if (Array.isArray(x)) return x.map(spoiled);
  return Object.fromEntries(Object.entries(x as object).map(([key, value]) => [key, spoiled(value)]));
}

describe("tolerances", () => {
  test("numbers, objects, words, expressions over columns", () => {
    const expected = { vol: [0.5, 0.6], slack: [1e-12, 1e-9] };
    expect(boundOf(0.01, expected, ["vol", 0])).toEqual({ abs: 0.01, rel: 1e-9 });
    expect(boundOf(0, expected, [])).toEqual({ exact: true });
    expect(boundOf({ abs: "1e-8", rel: "1e-7" }, expected, [])).toEqual({ abs: 1e-8, rel: 1e-7 });
    expect(boundOf({ publishedAbs: 1e-4, rel: 1e-13 }, expected, ["publishedPrice", 0])).toEqual({ abs: 1e-4 });
    expect(boundOf({ publishedAbs: 1e-4, rel: 1e-13 }, expected, ["price", 0])).toEqual({ rel: 1e-13 });
    expect(boundOf({ ulp: 1 }, expected, [])).toEqual({ ulp: 1 });
    expect(boundOf("printed digits", expected, [])).toEqual({ printed: true });
    expect(boundOf({ rel: 1e-10, note: "relative to max(|expected|, 1e-12)" }, expected, [])).toEqual({
      rel: 1e-10,
      floor: 1e-12,
    });
    expect(amountOf("max(8e-16, 4*slack)", expected, ["vol", 1])).toBe(4e-9);
    expect(amountOf("min(1, 2 + 3) * 2", expected, [])).toBe(2);
    expect(() => amountOf("max(8e-16, 4*other)", expected, ["vol", 1])).toThrow('no column "other"');
    expect(() => amountOf("8e-16 / 2", expected, [])).toThrow("not understood");
  });

  test("errors in the unit that uses least of its bound", () => {
    expect(errorOf(1.01, 1, { abs: 0.1, rel: 1e-3 })).toMatchObject({ unit: "abs", ofBound: expect.closeTo(0.1, 10) });
    expect(errorOf(NaN, 1, { abs: 1 }).ofBound).toBe(Infinity);
    expect(errorOf(1, 1, { exact: true }).ofBound).toBe(0);
    expect(errorOf(0.1234567894, 0.123456789, { printed: true }).ofBound).toBeLessThan(1);
    expect(errorOf(0.1234567896, 0.123456789, { printed: true }).ofBound).toBeGreaterThan(1);
    expect(halfLastDigit("1.50e-3")).toBeCloseTo(5e-6, 18);
    expect(ulps(1, 1 + 2 ** -52)).toBe(1);
    expect(ulps(-0, 0)).toBe(0);
  });

  test("leaves: bits, decimal strings, words, lengths, echoes of inputs", () => {
    expect(judge({ a: "0x3ff0000000000000", b: "2.5", c: "yes" }, { a: 1, b: 2.5, c: "yes" }, 0).mismatches).toEqual(
      [],
    );
    expect(judge({ a: [1, 2] }, { a: [1] }, 0).mismatches[0]!.problem).toBe("lengths differ");
    expect(judge({ a: true }, { a: false }, 0).mismatches).toHaveLength(1);
    expect(judge({ a: 1, b: [{ c: 2 }] }, { b: [{}] }, 0).unclaimed).toEqual(["a", "b.c"]);
    expect(judge({ a: 1, b: 2 }, { b: 2 }, 0, {}, { a: 1 }).unclaimed).toEqual([]);
    expect(judge({ a: 1 }, { a: 1.5 }, 0, { a: { abs: 1 } }).mismatches).toEqual([]);
  });
});

describe("command", () => {
  const command = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "test/vectors/run.ts", ...args],
      { encoding: "utf8" },
    );
    return { status, stdout, stderr };
  };
  const wrong = (): Case["id"] =>
    write("wrong.json", { vectors: [{ ...standard, expected: { ...standard.expected, im_usdc: 53126 } }, standard] });

  test("0 when none fails; no colours in a pipe", () => {
    const { status, stdout } = command("test/vectors/own");
    expect(status).toBe(0);
    expect(stdout).toContain("Deribit portfolio margin");
    expect(stdout).not.toContain("\u001b[");
  });

  test("1 when one fails, with got and expected", () => {
    const { status, stdout } = command(wrong(), "--failed");
    expect(status).toBe(1);
    expect(stdout).toContain("im_usdc: got 53125, expected 53126");
  });

  test("--json prints the same", () => {
    const { status, stdout } = command(wrong(), "--json");
    expect(status).toBe(1);
    const report = JSON.parse(stdout);
    expect(report.total).toMatchObject({ cases: 2, passed: 1, failed: 1, notBuilt: 0 });
    expect(report.failures[0].mismatches[0]).toMatchObject({ figure: "im_usdc", got: 53125, expected: 53126 });
  });

  test("2 when the call is wrong", () => {
    expect(command("no/such/folder")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no such folder: no/such/folder"),
    });
    expect(command("--nonsense").status).toBe(2);
    expect(command("--help").status).toBe(0);
  });

  test("a default folder that is not there is said", () => {
    expect(run([join(folder, "nothing")]).folders[0]).toMatchObject({ missing: true, cases: 0 });
  });
});
