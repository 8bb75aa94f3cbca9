/** The code of docs/venue.md runs as it is printed, block after block, on the built package, and prints what its remarks say. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../hosts/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "margin-core-docs-"));
// inside the package, so that it finds itself by its name
const program = join(root, "build/venue-docs.mjs");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(program, { force: true });
});

test("docs/venue.md", () => {
  const text = readFileSync(join(root, "docs/venue.md"), "utf8");
  const code = [...text.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, block]) => block!).join("\n");
  expect(code).toContain('"state/venue"');
  writeFileSync(program, code.replace('"state/venue"', JSON.stringify(join(folder, "venue"))));
  const lines = execFileSync(process.execPath, [program], { cwd: root, encoding: "utf8" }).split("\n");
  const remarks = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, remark]) => remark!);
  // words tell what is printed, figures and names are it
  const said = remarks.filter((remark) => /^(?:true|false|\d|BTC)/.test(remark));
  expect(said.length).toBeGreaterThan(7);
  for (const remark of said) expect(lines).toContain(remark);
});
