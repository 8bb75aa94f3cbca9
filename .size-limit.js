import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** An entry with all chunks that it imports. */
function chunks(file, found = new Set()) {
  if (found.has(file)) return [...found];
  found.add(file);
  for (const [, name] of readFileSync(file, "utf8").matchAll(/from ["'](\.[^"']+\.js)["']/g))
    chunks(join(dirname(file), name), found);
  return [...found];
}

const wholeCore = "91 kB";
const entry = (name, limit) => ({ name, path: chunks(`dist/${name}.js`), limit });

export default [
  { name: "margin.wasm", path: "dist/margin.wasm", limit: "33 kB" },
  ...["node", "browser", "workerd", "edge-light", "core"].map((name) => entry(name, wholeCore)),
  entry("models", "27 kB"),
  entry("inline", "136 kB"),
  entry("venue", "90 kB"),
  entry("pool", "101 kB"),
  entry("journal-level", "5 kB"),
  entry("log-nats", "5 kB"),
];
