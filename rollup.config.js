import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";
import { dts } from "rollup-plugin-dts";
import esbuild from "rollup-plugin-esbuild";

const wasm = readFileSync("build/margin.wasm");

/** `inline:margin.wasm` is the module as base64. */
const inlineWasm = {
  name: "inline-wasm",
  resolveId: (id) => (id === "inline:margin.wasm" ? id : null),
  load: (id) => (id === "inline:margin.wasm" ? `export default ${JSON.stringify(wasm.toString("base64"))};` : null),
};

/** Puts the module beside the entries, under its own name. */
const copyWasm = {
  name: "copy-wasm",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "margin.wasm", source: wasm });
    this.emitFile({ type: "asset", fileName: "margin.wasm.sha256", source: `${createHash("sha256").update(wasm).digest("hex")}  margin.wasm\n` });
  },
};

const external = [/^node:/, /\.wasm(\?module)?$/];
const plugins = () => [inlineWasm, resolve({ extensions: [".ts", ".js"] }), commonjs(), esbuild({ target: "es2022" })];
const entries = (names) => Object.fromEntries(names.map((name) => [name, name === "core" ? "bindings/bring-your-own.ts" : `bindings/${name}.ts`]));
const all = entries(["node", "browser", "workerd", "edge-light", "inline", "core"]);
const cjs = entries(["node", "inline", "core"]);
const chunkFileNames = "shared/[name].js";

export default [
  {
    input: all,
    external,
    plugins: [...plugins(), copyWasm],
    output: { dir: "dist", format: "es", entryFileNames: "[name].js", chunkFileNames },
  },
  {
    input: cjs,
    external,
    plugins: plugins(),
    output: { dir: "dist", format: "cjs", entryFileNames: "[name].cjs", chunkFileNames: "shared/[name].cjs", exports: "named" },
  },
  {
    input: { cli: "bindings/cli/index.ts" },
    external: [...external, "./node.js"],
    plugins: plugins(),
    output: { dir: "dist", format: "es", entryFileNames: "[name].js", banner: "#!/usr/bin/env node" },
  },
  {
    input: all,
    external: [/\.wasm(\?module)?$/, /^inline:/],
    plugins: [dts({ tsconfig: "tsconfig.json", compilerOptions: { stripInternal: true } })],
    output: [
      { dir: "dist", format: "es", entryFileNames: "[name].d.mts", chunkFileNames: "shared/[name].d.mts" },
      { dir: "dist", format: "es", entryFileNames: "[name].d.cts", chunkFileNames: "shared/[name].d.cts" },
    ],
  },
];
