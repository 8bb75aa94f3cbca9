import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";
import { dts } from "rollup-plugin-dts";
import esbuild from "rollup-plugin-esbuild";
import license from "rollup-plugin-license";

const wasm = readFileSync("build/margin.wasm");
const labWasm = readFileSync("build/lab.wasm");

/** `inline:margin.wasm` is the module as base64. */
const inlineWasm = {
  name: "inline-wasm",
  resolveId: (id) => (id === "inline:margin.wasm" ? id : null),
  load: (id) => (id === "inline:margin.wasm" ? `export default ${JSON.stringify(wasm.toString("base64"))};` : null),
};

/** Puts the modules beside the entries, under their own names. */
const copyWasm = {
  name: "copy-wasm",
  generateBundle() {
    for (const [fileName, source] of Object.entries({ "margin.wasm": wasm, "lab.wasm": labWasm })) {
      this.emitFile({ type: "asset", fileName, source });
      const hash = createHash("sha256").update(source).digest("hex");
      this.emitFile({ type: "asset", fileName: `${fileName}.sha256`, source: `${hash}  ${fileName}\n` });
    }
  },
};

/** Licences of all packages that are in the bundles so far, with their texts. */
const notices = new Map();
const thirdParty = (dependencies) => {
  for (const dependency of dependencies) notices.set(dependency.name, notice(dependency));
  const all = [...notices.keys()].sort().map((name) => notices.get(name));
  const text = ["margin-core contains parts of these packages.", ...all].join(`\n\n${"-".repeat(100)}\n\n`);
  mkdirSync("dist", { recursive: true });
  writeFileSync("dist/THIRD-PARTY-NOTICES.txt", `${text}\n`);
};
/** Packages that come without the text of their licence: that of the project that they are part of. */
const LICENCE_TEXTS = { "@assemblyscript/loader": "node_modules/assemblyscript/LICENSE" };
function notice({ name, version, license: id, licenseText, noticeText, repository }) {
  const text = licenseText ?? readFileSync(LICENCE_TEXTS[name] ?? `node_modules/${name}/LICENSE`, "utf8");
  const url = (repository?.url ?? repository ?? "").replace(/^git\+|\.git$/g, "");
  return [`${name} ${version}, ${id}\n${url}`, text.trim(), noticeText?.trim()].filter(Boolean).join("\n\n");
}

/** What `calibrate surface --plot` and `calibrate correlation --picture` write is a copy of these packages too: their notices stand in it, each text once. */
const noticesInside = [
  "<% const texts = new Map();",
  "for (const { name, version, licenseText } of dependencies)",
  "texts.set(licenseText.trim(), [...(texts.get(licenseText.trim()) ?? []), name + ' ' + version]); %>",
  "<%= [...texts].map(([text, names]) => names.join(', ') + '\\n\\n' + text).join('\\n\\n') %>",
].join(" "); // one line: the plugin makes a comment of each before it is filled in

/** Optional peer dependencies, each of one entry. */
const peers = ["classic-level", /^@nats-io\//];
const external = [/^node:/, ...peers, /^\.\/margin\.wasm(\?module)?$/];
const plugins = () => [
  inlineWasm,
  resolve({ extensions: [".ts", ".js"] }),
  commonjs(),
  esbuild({ target: "es2022" }),
  license({ thirdParty }),
];
const SOURCES = {
  core: "bindings/bring-your-own.ts",
  "journal-level": "bindings/venue/journal-level.ts",
  models: "bindings/models/index.ts",
};
const entries = (names) => Object.fromEntries(names.map((name) => [name, SOURCES[name] ?? `bindings/${name}.ts`]));
const further = ["models", "lab", "venue", "journal-level", "pool", "log-nats"];
const all = entries(["node", "browser", "workerd", "edge-light", "inline", "core", ...further]);
const cjs = entries(["node", "inline", "core", ...further]);
const chunkFileNames = "shared/[name].js";

export default [
  {
    // pool-worker is the script of a pool's threads: no entry of the package
    input: { ...all, ...entries(["pool-worker"]) },
    external,
    plugins: [...plugins(), copyWasm],
    output: { dir: "dist", format: "es", entryFileNames: "[name].js", chunkFileNames },
  },
  {
    input: cjs,
    external,
    plugins: plugins(),
    output: {
      dir: "dist",
      format: "cjs",
      entryFileNames: "[name].cjs",
      chunkFileNames: "shared/[name].cjs",
      exports: "named",
    },
  },
  {
    input: { cli: "bindings/cli/index.ts" },
    external,
    // one file with all it needs, beside margin.wasm, lab.wasm and the pages' scripts
    plugins: plugins(),
    output: { dir: "dist", format: "es", entryFileNames: "[name].js", inlineDynamicImports: true },
  },
  // the scripts of the pages that `calibrate surface --plot` and `calibrate correlation --picture` write
  ...["surface", "correlation"].map((name) => ({
    input: { [`${name}-page`]: `bindings/report/${name}-charts.ts` },
    plugins: [
      resolve({ extensions: [".ts", ".js"], browser: true }),
      commonjs(),
      esbuild({ target: "es2022", minify: true }),
      license({ thirdParty, banner: { commentStyle: "ignored", content: noticesInside } }),
    ],
    output: { dir: "dist", format: "iife", entryFileNames: "[name].js" },
  })),
  {
    input: all,
    external: [...external, /^inline:/],
    plugins: [dts({ tsconfig: "tsconfig.json", compilerOptions: { stripInternal: true } })],
    output: [
      { dir: "dist", format: "es", entryFileNames: "[name].d.mts", chunkFileNames: "shared/[name].d.mts" },
      { dir: "dist", format: "es", entryFileNames: "[name].d.cts", chunkFileNames: "shared/[name].d.cts" },
    ],
  },
];
