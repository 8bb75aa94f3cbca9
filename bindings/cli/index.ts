#!/usr/bin/env node
/** `margin-core`: the host's streams, files and the core for the program. */
import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { MarginError } from "../error.ts";
import { loadLabSync } from "../lab.ts";
import { loadSync } from "../node.ts";
import { run } from "./program.ts";

const { stdin, stdout, stderr, env } = process;

// a reader that has seen enough (`| head`) is no error
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

/** Files that begin like gzip's are unpacked. */
function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** What does not load is a mistake of the installation, said in one line. */
function loaded<T>(load: () => T): T {
  try {
    return load();
  } catch (cause) {
    if (cause instanceof MarginError) throw cause;
    throw new MarginError(
      "ModuleNotLoaded",
      "module",
      `the WebAssembly module did not load: ${(cause as Error).message}`,
      { cause },
    );
  }
}

process.exitCode = await run(process.argv.slice(2), {
  readFile: textOf,
  writeFile: (path, text) => writeFileSync(path, text),
  readStdin: () => text(stdin),
  stdinIsTerminal: stdin.isTTY === true,
  stdoutIsTerminal: stdout.isTTY === true,
  stderrIsTerminal: stderr.isTTY === true,
  columns: stdout.columns,
  out: (part) => void stdout.write(part),
  err: (part) => void stderr.write(part),
  env,
  now: Date.now,
  core: () => loaded(loadSync),
  lab: () => loaded(loadLabSync),
  readOwn: (path) => readFileSync(new URL(`./${path}`, import.meta.url), "utf8"),
});
