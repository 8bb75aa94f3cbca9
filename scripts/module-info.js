// Writes build/module.js: version of the package and SHA-256 of the compiled core, which the bindings report.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const hash = createHash("sha256").update(readFileSync("build/margin.wasm")).digest("hex");
writeFileSync(
  "build/module.js",
  `export const VERSION = ${JSON.stringify(version)};\nexport const MODULE_HASH = ${JSON.stringify(hash)};\n`,
);
writeFileSync(
  "build/module.d.ts",
  "export declare const VERSION: string;\nexport declare const MODULE_HASH: string;\n",
);
