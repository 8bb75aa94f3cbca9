/** The packed package as users see it: its types need neither DOM nor Node, and what they need comes with it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../hosts/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "margin-core-types-"));
const installed = join(folder, "node_modules/margin-core");
const tsc = join(root, "node_modules/typescript/bin/tsc");

const body = `
  const market: Market = { format: 1, asOf: "2026-02-05T08:00:00Z", currencies: [{ id: "BTC", largestTotal: 131072 }], instruments: [], facts: [] };
  const portfolio: Portfolio = { format: 1, positions: [], balances: { BTC: 1 } };
  const model: MarginModel = models["deribit-pm"]!;
  const source: MarginModel["source"] = model.source;
  export async function main(core: Core): Promise<number> {
    const requirement: Requirement = core.margin(model, market, portfolio, { exact: false, explain: true });
    const prepared = core.prepare(model, market);
    const sets = prepared.riskArrays(portfolio).map(({ instruments }) => [instruments[0]?.labels.length, instruments[0]?.pnl[0]]);
    prepared.release();
    const price: number | undefined = core.prices({ forward: 1, strike: 1, tau: 1, vol: 1, callPut: 1 }, new Float64Array(1))[0];
    if (new MarginError("a", "b", "c").code === source) throw new MarginError("a", "b", "c");
    // @ts-expect-error a model, not a name
    core.margin("deribit-pm", market, portfolio);
    return requirement.initial + sets.length + (price ?? 0) + (requirement.nodes?.[0]?.groups[0]?.shares?.length ?? 0);
  }
`;
const names = "MarginError, type Core, type MarginModel, type Market, type Portfolio, type Requirement";
const presets = `
import { deribitPm, models } from "margin-core/models";
export const editions: string[] = [deribitPm.edition, ...Object.values(models).map(({ edition }) => edition)];`;
const loads = `
import { loadSync as a, load as b } from "margin-core";
import { loadSync as c } from "margin-core/inline";
import { loadSync as d } from "margin-core/core";
export const cores = async () => [a(), await b(), c(), d(new Uint8Array(0)), d({})].map((core) => core.version);`;
const otherEntries = `
import { load as e } from "margin-core/browser";
import { loadSync as f } from "margin-core/workerd";
import { loadSync as g } from "margin-core/edge-light";
export const others = async () => [await e("/margin.wasm"), f(), g()];`;
const using = `
import { loadSync, type Market } from "margin-core";
import { models } from "margin-core/models";
export function total(market: Market): number {
  using prepared = loadSync().prepare(models["deribit-pm"]!, market);
  return prepared.margin({ format: 1, positions: [], balances: {} }).initial;
}`;

beforeAll(() => {
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  expect(packed).toContain(tarball);
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, tarball!), "-C", installed, "--strip-components=1"]);
  writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
  writeFileSync(
    join(folder, "consumer.mts"),
    `import { ${names} } from "margin-core";${presets}${body}${loads}${otherEntries}`,
  );
  writeFileSync(join(folder, "consumer.cts"), `import { ${names} } from "margin-core";${presets}${body}${loads}`);
  writeFileSync(join(folder, "using.mts"), using);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compile(file: string, lib: string[], module: string, moduleResolution: string): string {
  const checks = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
  };
  const compilerOptions = { target: "es2022", lib, module, moduleResolution, types: [], noEmit: true, ...checks };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  try {
    return execFileSync(process.execPath, [tsc, "-p", folder], { cwd: folder, encoding: "utf8" });
  } catch (cause) {
    return (cause as { stdout: string }).stdout;
  }
}

test.each([
  ["ES module, node16", "consumer.mts", ["es2022"], "node16", "node16"],
  ["CommonJS, node16", "consumer.cts", ["es2022"], "node16", "node16"],
  ["bundler", "consumer.mts", ["es2022"], "esnext", "bundler"],
  ["with the DOM", "consumer.mts", ["es2022", "dom"], "esnext", "bundler"],
  ["`using`, where the library has it", "using.mts", ["es2022", "esnext.disposable"], "node16", "node16"],
])("a consumer compiles: %s", (_, file, lib, module, resolution) => {
  expect(compile(file, lib, module, resolution)).toBe("");
});

test("no declaration names what a user may not have", () => {
  const declarations = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.d\.[mc]ts$/.test(name),
  );
  expect(declarations.length).toBeGreaterThanOrEqual(14);
  for (const name of declarations) {
    const code = readFileSync(join(installed, "dist", name), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    expect(code, name).not.toMatch(/WebAssembly\.|\bBufferSource\b|\bResponse\b|\bURL\b|\bBuffer\b|from ['"][^.]/);
  }
});

test("the packed package runs, with nothing else installed", () => {
  const run = `const { loadSync } = require("margin-core"); process.stdout.write(loadSync().moduleHash)`;
  const hash = execFileSync(process.execPath, ["--input-type=commonjs", "-e", run], { cwd: folder, encoding: "utf8" });
  expect(hash).toBe(readFileSync(join(installed, "dist/margin.wasm.sha256"), "utf8").split(" ")[0]);
});

test("no file of the package names a machine", () => {
  for (const name of readdirSync(installed, { recursive: true, encoding: "utf8" })) {
    if (!/\.(js|cjs|mts|cts|json|md|txt|map)$/.test(name)) continue;
    expect(readFileSync(join(installed, name), "utf8").includes(root), name).toBe(false);
  }
});
