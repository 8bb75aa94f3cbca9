/**
 * Bundles worker.js for workerd and serves it.
 *
 *   node examples/edge/serve.js [PORT]      (default 8787; 0 takes a free one)
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const port = Number(process.argv[2] ?? 8787) || (await freePort());

await build({
  entryPoints: [at("worker.js")],
  outfile: at("../../build/edge/worker.js"),
  bundle: true,
  format: "esm",
  conditions: ["workerd"],
  external: ["*.wasm"], // workerd brings the module, already compiled
  logLevel: "error",
});

const workerd = spawn(
  at("../../node_modules/.bin/workerd"),
  ["serve", at("config.capnp"), `--socket-addr=http=127.0.0.1:${port}`],
  {
    stdio: "inherit",
  },
);
workerd.on("exit", (code) => process.exit(code ?? 0));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => workerd.kill());
while (!(await answers())) await new Promise((done) => setTimeout(done, 20));
console.log(`POST http://127.0.0.1:${port}/margin`);

async function answers() {
  return fetch(`http://127.0.0.1:${port}/models`).then(
    (response) => response.ok,
    () => false,
  );
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => done(free));
    });
  });
}
