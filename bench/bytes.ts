/** How large is what a host loads, and how soon after import is there a margin? */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { median, type Effort } from "./harness.ts";
import type { Section } from "./report.ts";
import { inWorkerd } from "./workerd.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const kB = (bytes: number) => (bytes / 1000).toFixed(1);

/** The file and what it imports of the package's own. */
function closure(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, path] of text.matchAll(/(?:from|import|require\()\s*["'](\.{1,2}\/[^"']+\.c?js)["']/g)) {
    closure(join(dirname(file), path!), found);
  }
  return found;
}

function sizes(): Section {
  const entries = [
    "node.js",
    "browser.js",
    "workerd.js",
    "edge-light.js",
    "inline.js",
    "core.js",
    "node.cjs",
    "inline.cjs",
    "core.cjs",
    "cli.js",
  ];
  const rows: string[][] = [];
  for (const name of ["margin.wasm", ...entries]) {
    const file = join(dist, name);
    if (!existsSync(file)) continue;
    const files = name.endsWith(".wasm") ? [file] : [...closure(file)];
    const contents = files.map((path) => readFileSync(path));
    const raw = contents.reduce((sum, { length }) => sum + length, 0);
    const brotli = contents.reduce((sum, content) => sum + brotliCompressSync(content).length, 0);
    rows.push([name, kB(raw), kB(brotli), files.length > 1 ? `${files.length} files` : ""]);
  }
  const remarks = [
    "An entry with its shared chunks, not minified; inline.* hold the module, the others load margin.wasm.",
  ];
  return { title: "Bytes", header: ["", "kB", "kB brotli", ""], rows, remarks, ratios: {} };
}

/** Run in a fresh process: milliseconds of its stages as JSON. */
const PROGRAM = `
const t = [performance.now()];
const { loadSync } = await import(process.argv[1]);
const { models } = await import(process.argv[1].replace(/[^/]+$/, "models.js"));
t.push(performance.now());
const core = loadSync();
t.push(performance.now());
const { readFileSync } = await import("node:fs");
const read = (name) => JSON.parse(readFileSync(process.argv[2] + "/examples/sample/" + name + ".json", "utf8"));
const [market, portfolio] = [read("market"), read("portfolio")];
const model = models["deribit-pm"];
t.push(performance.now());
const first = core.margin(model, market, portfolio);
t.push(performance.now());
core.margin(model, market, portfolio);
t.push(performance.now());
if (!(first.initial > 0)) throw new Error("no margin");
console.log(JSON.stringify({ import: t[1] - t[0], load: t[2] - t[1], first: t[4] - t[3], second: t[5] - t[4] }));
`;

function start({ quick }: Effort): Section {
  const rows: string[][] = [];
  for (const entry of ["node.js", "inline.js"]) {
    const runs = Array.from({ length: quick ? 3 : 9 }, () => {
      const args = ["--input-type=module", "-e", PROGRAM, join(dist, entry), root];
      return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Record<string, number>;
    });
    const of = (name: string) => median(runs.map((run) => run[name]!));
    const stages = ["import", "load", "first", "second"].map(of);
    const total = median(runs.map((run) => run["import"]! + run["load"]! + run["first"]!));
    rows.push([entry, ...[...stages, total].map((ms) => ms.toFixed(1))]);
  }
  return {
    title: "From import to the first margin, milliseconds",
    header: ["", "import", "load", "first margin", "second margin", "import to first margin"],
    rows,
    remarks: [
      "Fresh processes of node, median of nine: the sample of examples/sample under the first preset, stateless and explained.",
    ],
    ratios: {},
  };
}

export async function bytes(effort: Effort): Promise<Section[]> {
  if (!existsSync(join(dist, "node.js"))) {
    const remarks = ["skipped: dist/ is not built; run `npm run build` first"];
    return [{ title: "Bytes", header: [""], rows: [], remarks, ratios: {} }];
  }
  return [sizes(), start(effort), await inWorkerd(effort)];
}
