/**
 * Serves the page.
 *
 *   node examples/preview/serve.js [PORT]      (default 8080; 0 takes a free one)
 */
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDERS = {
  "/dist/": new URL("../../dist/", import.meta.url),
  "/sample/": new URL("../sample/", import.meta.url),
  "/uplot/": new URL("../../node_modules/uplot/dist/", import.meta.url),
  "/": new URL("page/", import.meta.url),
};
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
// 'wasm-unsafe-eval' is what a page needs to compile WebAssembly; no script may come from elsewhere or be made from text
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:";

const server = createServer((request, response) => {
  const file = fileOf(request.url);
  const type = file && TYPES[extname(file)];
  if (file === undefined) return response.writeHead(400).end("bad request");
  if (type === undefined || !existsSync(file)) return response.writeHead(404).end("not found");
  response.writeHead(200, { "content-type": type, "content-security-policy": POLICY });
  createReadStream(file)
    .on("error", () => response.destroy())
    .pipe(response);
});

/** The file that a request means, or undefined: what is no path, and what would leave the folders. */
function fileOf(url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
  const prefix = Object.keys(FOLDERS).find((start) => path.startsWith(start));
  const folder = fileURLToPath(FOLDERS[prefix]);
  const file = join(folder, path === "/" ? "index.html" : path.slice(prefix.length));
  return file.startsWith(folder) && !file.includes("\0") ? file : undefined;
}

const port = Number(process.argv[2] ?? 8080);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error("usage: node examples/preview/serve.js [PORT]");
  process.exit(2);
}
server.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
