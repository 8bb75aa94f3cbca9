/** Two builds of one source are one module, byte for byte; what the bindings report is the hash of what they load. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { MODULE_HASH } from "../../build/module.js";
import { root } from "../hosts/bundle.ts";

const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

test("two builds give the same hash", async () => {
  const folder = mkdtempSync(join(tmpdir(), "margin-core-build-"));
  try {
    const asc = join(root, "node_modules/assemblyscript/bin/asc.js");
    const outFile = join(folder, "margin.wasm");
    await promisify(execFile)(
      process.execPath,
      [asc, "assembly/index.ts", "--target", "margin", "--outFile", outFile],
      { cwd: root },
    );
    expect(sha256(outFile)).toBe(MODULE_HASH);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the package has the module that it says", () => {
  expect(sha256(join(root, "dist/margin.wasm"))).toBe(MODULE_HASH);
});
