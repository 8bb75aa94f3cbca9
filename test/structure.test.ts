/** The direction of imports: each folder of the core imports only folders listed above it; bindings see of it two enum files. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ORDER = [
  "memory",
  "math",
  "pricing",
  "surface",
  "calibration",
  "correlation",
  "record",
  "market",
  "scenario",
  "portfolio",
  "charge",
  "model",
  "account",
  "api",
  "kernels",
];
const SHARED = ["assembly/record/opcodes.ts", "assembly/record/status.ts"];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}
const importsOf = (file: string) =>
  [...readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)].map((match) => join(file, "..", match[1]!));

describe("assembly", () => {
  test("every folder has its place", () => {
    const folders = readdirSync("assembly", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).sort()).toEqual([...ORDER].sort());
  });

  test.each(ORDER)("%s imports nothing from below", (folder) => {
    for (const file of filesIn(join("assembly", folder))) {
      for (const imported of importsOf(file)) {
        const other = imported.split("/")[1]!;
        expect(ORDER.indexOf(other), `${file} imports ${imported}`).toBeLessThanOrEqual(ORDER.indexOf(folder));
      }
    }
  });

  test.each(["margin", "lab"])("%s.wasm has no imports, and nothing of its own but memory and functions", (name) => {
    const module = new WebAssembly.Module(readFileSync(`build/${name}.wasm`));
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    for (const { kind, name } of WebAssembly.Module.exports(module))
      expect(kind, name).toBe(name === "memory" ? "memory" : "function");
  });
});

test("bindings import of the core its two enum files, and its declarations", () => {
  for (const file of filesIn("bindings")) {
    for (const imported of importsOf(file)) {
      if (imported.startsWith("assembly")) expect(SHARED, file).toContain(imported);
    }
  }
});
