// Builds what is older than its sources: the modules (build/), then the package (dist/). `--wasm` stops after the modules, `--force` builds all.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const has = (flag) => process.argv.includes(flag);

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  return stat.isDirectory() ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name)))) : stat.mtimeMs;
}
const isOlder = (target, ...sources) => has("--force") || newest(target) < Math.max(...sources.map(newest));

function run(title, command, args) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(join("node_modules", ".bin", command), args, { encoding: "utf8" });
  if (status !== 0) {
    process.stderr.write(stdout + stderr);
    process.exit(status ?? 1);
  }
  process.stderr.write(`built ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
}

const core = ["assembly", "asconfig.json", "package.json"];
if (isOlder("build/margin.wasm", ...core)) run("margin.wasm", "asc", ["assembly/index.ts", "--target", "margin"]);
if (isOlder("build/lab.wasm", ...core)) run("lab.wasm", "asc", ["assembly/lab.ts", "--target", "lab"]);
if (isOlder("build/kernels.wasm", ...core))
  run("kernels.wasm, for tests", "asc", ["assembly/kernels.ts", "--target", "kernels"]);
await import("./module-info.js");
if (
  !has("--wasm") &&
  isOlder(
    "dist/node.js",
    "bindings",
    "rollup.config.js",
    "build/margin.wasm",
    "build/lab.wasm",
    "assembly/record/opcodes.ts",
    "assembly/record/status.ts",
  )
) {
  run("dist", "rollup", ["-c", "--silent"]);
  run("schema", "tsx", ["scripts/schema.ts"]);
}
