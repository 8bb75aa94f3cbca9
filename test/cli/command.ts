/** Runs `margin-core` in this process: arguments, files and what is piped in → exit code and both outputs. */
import { readFileSync } from "node:fs";
import { run } from "../../bindings/cli/program.ts";
import type { Host } from "../../bindings/cli/terminal.ts";
import { core } from "../core.ts";

export interface Given extends Partial<Omit<Host, "readFile" | "readStdin" | "out" | "err">> {
  /** Files by name, beside those of the project. A value that is no text is written as JSON. */
  files?: Record<string, unknown>;
  /** What is piped in; without it standard input is a terminal. */
  stdin?: string;
}
export interface Result {
  code: number;
  out: string;
  err: string;
}

export async function command(args: string | string[], { files = {}, stdin, ...host }: Given = {}): Promise<Result> {
  const result: Result = { code: NaN, out: "", err: "" };
  const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  result.code = await run(typeof args === "string" ? args.split(" ").filter((arg) => arg !== "") : args, {
    readFile: (path) => (Object.hasOwn(files, path) ? textOf(files[path]) : readFileSync(path, "utf8")),
    readStdin: async () => stdin ?? "",
    stdinIsTerminal: stdin === undefined,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    env: {},
    core: () => core,
    now: () => Date.UTC(2026, 1, 25, 8),
    readOwn: (path) => readFileSync(`dist/${path}`, "utf8"),
    ...host,
  });
  return result;
}

export const SAMPLE = ["examples/sample/market.json", "examples/sample/portfolio.json"];
export const FIXTURES = "test/fixtures/deribit";
export const fixture = (name: string) => readFileSync(`${FIXTURES}/${name}.json`, "utf8");
export const MARKET_FIXTURES = ["btc", "eth", "usdc"].flatMap((coin) => [
  `instruments-${coin}`,
  `summary-${coin}-option`,
  `summary-${coin}-future`,
  `index-${coin}`,
]);
