import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "../hosts/bundle.ts";

const run = (...args: string[]) =>
  execFileSync(process.execPath, ["examples/exchange/index.js", ...args], { cwd: root, encoding: "utf8" });
const counts = (out: string) => /accepted (\d+), refused (\d+)/.exec(out)!.slice(1).map(Number) as [number, number];

test("orders are accepted and refused, the same ones in each run of a seed", () => {
  const out = run("1500", "7");
  const [accepted, refused] = counts(out);
  expect(accepted + refused).toBe(1500);
  expect(accepted).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(50);
  for (const line of ["p50", "p90", "p99", "p99.9", "max"])
    expect(out).toMatch(new RegExp(`^  ${line} +[\\d.]+ µs$`, "m"));
  const histogram = [...out.matchAll(/ █+ (\d+)$/gm)].map((found) => Number(found[1]));
  expect(histogram.reduce((a, b) => a + b, 0)).toBe(1500);
  expect(counts(run("1500", "7"))).toEqual([accepted, refused]);
  expect(counts(run("1500", "8"))).not.toEqual([accepted, refused]);
});

test.each([["abc"], ["0"], ["1.5"], ["10", "x"]])("%s %s is a mistake in the command", (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["examples/exchange/index.js", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^usage: [^\n]+\n$/);
});
