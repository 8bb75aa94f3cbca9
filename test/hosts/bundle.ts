/** What runs on the hosts: bundles of the fingerprint and of the package's entries, in build/hosts. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";

export const root = resolve(import.meta.dirname, "../..");
export const folder = join(root, "build/hosts");
mkdirSync(folder, { recursive: true });

async function bundle(name: string, contents: string, options: BuildOptions = {}): Promise<string> {
  const outfile = join(folder, `${name}.js`);
  await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    format: "esm",
    target: "es2022",
    outfile,
    logLevel: "error",
    ...options,
  });
  return outfile;
}

/** The fingerprint alone; the entry under test is imported by the host itself. */
export const fingerprintBundle = () => bundle("fingerprint", `export { fingerprint } from "./fingerprint.ts";`);

const run = `
  import { loadSync } from "margin-core";
  import { models } from "margin-core/models";
  import { fingerprint } from "./fingerprint.ts";
  const result = () => fingerprint(loadSync(), models["deribit-pm"]);`;

/** A worker whose test prints the fingerprint, the way a user bundles for workerd; returns its configuration. */
export async function workerdBundle(): Promise<string> {
  const test = `export default { test() { console.log(result()); } };`;
  await bundle("workerd", run + test, { conditions: ["workerd"], external: ["*.wasm"] });
  copyFileSync(join(root, "dist/margin.wasm"), join(folder, "margin.wasm"));
  const config = join(folder, "workerd.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "workerd.js", esModule = embed "workerd.js"), (name = "margin.wasm", wasm = embed "margin.wasm")],
  compatibilityDate = "2026-01-01",
))]);
`,
  );
  return config;
}

/** A script whose value is the fingerprint; `margin.wasm?module` is the global of the sandbox. */
export async function edgeBundle(): Promise<string> {
  const wasmModule: Plugin = {
    name: "wasm-module",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: "wasm-module" }));
      onLoad({ filter: /.*/, namespace: "wasm-module" }, () => ({
        contents: "export default globalThis.marginModule;",
      }));
    },
  };
  return bundle("edge", `${run}; globalThis.result = result();`, {
    conditions: ["edge-light"],
    format: "iife",
    plugins: [wasmModule],
  });
}
