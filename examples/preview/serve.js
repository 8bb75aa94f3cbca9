/**
 * Serves the page.
 *
 *   node examples/preview/serve.js [PORT]      (default 8080; 0 takes a free one)
 */
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, normalize } from "node:path";
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
  const path = normalize(decodeURI(new URL(request.url, "http://localhost").pathname));
  const prefix = Object.keys(FOLDERS).find((start) => path.startsWith(start));
  const file = fileURLToPath(
    new URL(`.${path === "/" ? "/index.html" : `/${path.slice(prefix.length)}`}`, FOLDERS[prefix]),
  );
  const type = TYPES[extname(file)];
  if (type === undefined || !existsSync(file)) return response.writeHead(404).end("not found");
  response.writeHead(200, { "content-type": type, "content-security-policy": POLICY });
  createReadStream(file).pipe(response);
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${server.address().port}/`),
);
