/** A web server for a test, on a free port of the loopback. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { root } from "./bundle.ts";

export interface Answer {
  status?: number;
  type?: string;
  body: string | Uint8Array;
}
const TYPES: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };

/** Routes by path; anything else is a file of the project's folder. */
export async function serve(
  routes: Record<string, Answer>,
): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    const send = ({ status = 200, type = "text/html", body }: Answer) => {
      response
        .writeHead(status, { "content-type": type, "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'" })
        .end(body);
    };
    const route = routes[pathname];
    if (route !== undefined) return send(route);
    try {
      send({ type: TYPES[extname(pathname)] ?? "application/octet-stream", body: readFileSync(join(root, pathname)) });
    } catch {
      send({ status: 404, body: "not found" });
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}
