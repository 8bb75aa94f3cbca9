/** How soon does a worker in workerd answer with a margin? The worker of examples/edge, in fresh processes. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { median, type Effort } from "./harness.ts";
import type { Section } from "./report.ts";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const read = (name: string) => JSON.parse(readFileSync(at(`examples/sample/${name}.json`), "utf8")) as object;

/** The worker, the module and a configuration that embeds both, in a folder of their own. */
async function bundle(folder: string): Promise<void> {
  await build({
    entryPoints: [at("examples/edge/worker.js")],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    logLevel: "error",
  });
  copyFileSync(at("dist/margin.wasm"), join(folder, "margin.wasm"));
  const config = readFileSync(at("examples/edge/config.capnp"), "utf8");
  writeFileSync(join(folder, "config.capnp"), config.replace(/embed "[^"]*\/([^"/]+)"/g, 'embed "$1"'));
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: "POST", body });
  const { initial } = (await response.json()) as { initial: number };
  if (!(initial > 0)) throw new Error(`workerd: ${response.status}, initial ${initial}`);
}

/** Milliseconds from start to the first answer, and of the second and the hundredth request. */
async function once(folder: string, body: string): Promise<[first: number, second: number, later: number]> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/margin`;
  const start = performance.now();
  const args = ["serve", join(folder, "config.capnp"), `--socket-addr=http=127.0.0.1:${port}`];
  const workerd = spawn(at("node_modules/.bin/workerd"), args, { stdio: "ignore" });
  try {
    for (;;) {
      try {
        await post(url, body);
        break;
      } catch (error) {
        if (performance.now() - start > 10_000 || !(error instanceof TypeError)) throw error; // TypeError: nobody listens yet
        await new Promise((done) => setTimeout(done, 2));
      }
    }
    const first = performance.now();
    await post(url, body);
    const second = performance.now();
    for (let i = 0; i < 97; i++) await post(url, body);
    const before = performance.now();
    await post(url, body);
    return [first - start, second - first, performance.now() - before];
  } finally {
    workerd.kill();
  }
}

export async function inWorkerd({ quick }: Effort): Promise<Section> {
  const section: Section = {
    title: "A margin from workerd, milliseconds",
    header: ["", "process start to first answer", "second request", "hundredth request"],
    rows: [],
    remarks: [
      "The worker of examples/edge over HTTP, fresh processes, median: documents parsed, checked and margined in each request.",
    ],
    ratios: {},
  };
  const folder = mkdtempSync(join(tmpdir(), "margin-core-workerd-"));
  try {
    await bundle(folder);
    const body = JSON.stringify({ model: "deribit-pm", market: read("market"), portfolio: read("portfolio") });
    const runs: number[][] = [];
    for (let i = 0; i < (quick ? 2 : 9); i++) runs.push(await once(folder, body));
    section.rows.push(["sample", ...[0, 1, 2].map((k) => median(runs.map((run) => run[k]!)).toFixed(1))]);
  } catch (error) {
    section.remarks.push(`skipped: ${(error as Error).message.split("\n")[0]}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return section;
}
