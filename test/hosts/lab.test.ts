/** lab.wasm has the same bits in Chromium as in Node: correlations through every part that iterates. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anyMatrix, returnsOf } from "../calibration/correlated.ts";
import { root } from "./bundle.ts";
import * as chromium from "./chromium.ts";

interface Given {
  module: string;
  n: number;
  rows: number;
  matrix: number[];
  returns: number[];
}

/** Runs in either host, on its own: everything that it needs is in `given`. */
async function computed({ module, n, rows, matrix, returns }: Given): Promise<number[]> {
  const bytes = Uint8Array.from(atob(module), (c) => c.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const lab = instance.exports as any;
  const room = (count: number, values?: number[]): number => {
    const address = lab.allocate(8 * count);
    new Float64Array(lab.memory.buffer, address, count).set(values ?? []);
    return address;
  };
  const out: number[] = [];
  const take = (address: number, count: number) => {
    for (const x of new Float64Array(lab.memory.buffer, address, count)) out.push(x);
  };
  const result = room(n * n);
  const work = room(4 * n * n + 2 * n * rows + 64 * n + 64);
  const small = room(n);
  lab.nearestCorrelation(n, room(n * n, matrix), 1e-13, 1000, result, small, work);
  take(result, n * n);
  out.push(lab.shrunkCorrelation(n, room(n * n, matrix), 0, result, work));
  const x = room(n * rows, returns);
  for (let target = 0; target < 7; target++) out.push(lab.linearlyShrunk(target, n, rows, x, result, work));
  const sample = room(n * n);
  lab.sampleCovariance(n, rows, x, work, sample);
  lab.nonlinearlyShrunk(0, n, rows - 1, sample, result, small, work);
  take(result, n * n);
  const residuals = room(n * rows);
  for (let i = 0; i < n; i++) {
    lab.fitGarch(rows, x + 8 * i * rows, small);
    take(small, 3);
    const [omega, alpha, beta] = new Float64Array(lab.memory.buffer, small, 3);
    out.push(lab.standardise(rows, x + 8 * i * rows, omega, alpha, beta, residuals + 8 * i * rows));
  }
  lab.secondMoments(n, rows, residuals, rows, sample);
  out.push(lab.fitDcc(n, rows, residuals, sample, false, false, false, small, result, work));
  take(small, 2);
  take(result, n * n);
  out.push(lab.kendall(rows, x, x + 8 * rows, work), lab.greiner(0.3), lab.ewmaDecay(20));
  return out;
}

describe.skipIf(chromium.absent)(chromium.title("lab.wasm in Chromium"), () => {
  test("has the bits that Node has", async () => {
    const [n, rows] = [8, 300];
    const given: Given = {
      module: readFileSync(join(root, "dist/lab.wasm")).toString("base64"),
      n,
      rows,
      matrix: anyMatrix(n, 1).flat(),
      returns: Array.from({ length: n }, (_, i) => returnsOf(n, rows, 1).rows.map((row) => row[i]!)).flat(),
    };
    const browser = await chromium.launch();
    try {
      const page = await browser.newPage();
      const there = await page.evaluate(computed, given);
      const here = await computed(given);
      expect(here.length).toBeGreaterThan(3 * n * n);
      expect(here.every(Number.isFinite)).toBe(true);
      expect(there).toEqual(here);
    } finally {
      await browser.close();
    }
  });
});
