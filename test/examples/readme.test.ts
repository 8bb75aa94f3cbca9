/** The example of the README under "Sensitivities" runs as it stands, on the built package. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../hosts/bundle.ts";

test("the example of sensitivities prints a vega of each pillar and two margins", () => {
  const [, section] = readFileSync(join(root, "README.md"), "utf8").split("\n## Sensitivities\n");
  const [, code] = /```js\n([^]*?)```/.exec(section!)!;
  const run = (text: string) =>
    execFileSync(process.execPath, ["--input-type=module", "--eval", text], { cwd: root, encoding: "utf8" });
  const lines = run(code!.replace('"margin-core"', '"./dist/node.js"')).trimEnd().split("\n");
  const margins = lines.slice(-2).map(Number);
  expect(lines.slice(0, -2)).toHaveLength(14);
  for (const line of lines.slice(0, -2)) expect(line).toMatch(/^(?:BTC|ETH) [\d.]+ -?[\d.]+ -?[\d.]+ -?[\d.]+$/);
  const [, said] = /\/\/ (\d+\.\d+)… USD/.exec(code!)!;
  expect(String(margins[0]).startsWith(said!), `${margins[0]}`).toBe(true);
  expect(margins[1]).toBeLessThan(margins[0]!);
});
