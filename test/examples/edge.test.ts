/** The worker of examples/edge over HTTP. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deribitPm } from "../../bindings/models/index.ts";
import { core } from "../core.ts";
import { root } from "../hosts/bundle.ts";

const read = (name: string) => JSON.parse(readFileSync(join(root, `examples/sample/${name}.json`), "utf8"));
const market = read("market");
const portfolio = read("portfolio");

let server: ChildProcess;
let url: string;
beforeAll(async () => {
  server = spawn(process.execPath, ["examples/edge/serve.js", "0"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout! })) {
    const [, found] = /^POST (http:\S+)\/margin$/.exec(line) ?? [];
    if (found !== undefined) {
      url = found;
      return;
    }
  }
  throw new Error("examples/edge/serve.js ended");
});
afterAll(() => server.kill());

async function post(body: unknown): Promise<{ status: number; type: string | null; answer: Record<string, unknown> }> {
  const response = await fetch(`${url}/margin`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    answer: (await response.json()) as Record<string, unknown>,
  };
}

describe("POST /margin", () => {
  test.each([
    ["a bundled model", "deribit-pm"],
    ["a document", deribitPm],
  ])("%s: the same requirement as in Node", async (_, model) => {
    const { status, type, answer } = await post({ market, portfolio, model });
    expect([status, type]).toEqual([200, "application/json"]);
    expect(answer).toEqual(JSON.parse(JSON.stringify(core.margin(deribitPm, market, portfolio))));
  });

  test("options", async () => {
    const { answer } = await post({ market, portfolio, model: "deribit-pm", exact: false, explain: false });
    expect(answer).toEqual(core.margin(deribitPm, market, portfolio, { exact: false, explain: false }));
  });

  test.each<[string, unknown, object]>([
    ["not JSON", "{", { code: "NotJson" }],
    ["a list", [], { code: "WrongType", field: "request" }],
    [
      "an unknown field",
      { market, portfolio, model: "deribit-pm", extra: 1 },
      { code: "UnknownField", field: "request.extra" },
    ],
    ["an unknown model", { market, portfolio, model: "other" }, { code: "UnknownModel", field: "request.model" }],
    ["no market", { portfolio, model: "deribit-pm" }, { field: "market" }],
    [
      "an unknown instrument",
      { market, portfolio: { ...portfolio, positions: [{ instrument: "X", lots: 1 }] }, model: "deribit-pm" },
      { code: "UnknownInstrument", field: "portfolio.positions[0].instrument", row: 0 },
    ],
  ])("400: %s", async (_, body, error) => {
    const { status, answer } = await post(body);
    expect(status).toBe(400);
    expect(answer).toMatchObject(error);
    expect(typeof answer["message"]).toBe("string");
  });
});

test("404 and 405", async () => {
  expect((await fetch(`${url}/other`)).status).toBe(404);
  const response = await fetch(`${url}/margin`);
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
});
