/** The examples of the README under "Sensitivities" and "An exchange's accounts" run as they stand, on the built package. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../hosts/bundle.ts";

function linesOf(title: string): { code: string; lines: string[] } {
  const [, section] = readFileSync(join(root, "README.md"), "utf8").split(`\n## ${title}\n`);
  const [, code] = /```js\n([^]*?)```/.exec(section!)!;
  const text = code!.replace('"margin-core"', '"./dist/node.js"').replace(/"margin-core\/(\w+)"/g, '"./dist/$1.js"');
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", text], {
    cwd: root,
    encoding: "utf8",
  });
  return { code: code!, lines: printed.trimEnd().split("\n") };
}

test("the example of a venue prints what its remark says", () => {
  const { code, lines } = linesOf("An exchange's accounts");
  const [, accepted, excess, name] = /\/\/ (\w+) ([\d.]+)… (\w+)\n/.exec(code)!;
  expect(lines).toEqual([expect.stringMatching(`^${accepted} ${excess}\\d* ${name}$`)]);
});

test("the example of sensitivities prints a vega of each pillar and two margins", () => {
  const { code, lines } = linesOf("Sensitivities");
  const margins = lines.slice(-2).map(Number);
  expect(lines.slice(0, -2)).toHaveLength(14);
  for (const line of lines.slice(0, -2)) expect(line).toMatch(/^(?:BTC|ETH) [\d.]+ -?[\d.]+ -?[\d.]+ -?[\d.]+$/);
  const [, said] = /\/\/ (\d+\.\d+)… USD/.exec(code)!;
  expect(String(margins[0]).startsWith(said!), `${margins[0]}`).toBe(true);
  expect(margins[1]).toBeLessThan(margins[0]!);
});
