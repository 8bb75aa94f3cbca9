#!/usr/bin/env node
/** `margin-core`: the host's streams, files and the core for the program. */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { MarginError } from "../error.ts";
import { loadSync } from "../node.ts";
import { run } from "./program.ts";

const { stdin, stdout, stderr, env } = process;

// a reader that has seen enough (`| head`) is no error
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), {
  readFile: (path) => readFileSync(path, "utf8"),
  readStdin: () => text(stdin),
  stdinIsTerminal: stdin.isTTY === true,
  stdoutIsTerminal: stdout.isTTY === true,
  stderrIsTerminal: stderr.isTTY === true,
  columns: stdout.columns,
  out: (part) => void stdout.write(part),
  err: (part) => void stderr.write(part),
  env,
  now: Date.now,
  core: () => {
    try {
      return loadSync();
    } catch (cause) {
      if (cause instanceof MarginError) throw cause;
      throw new MarginError(
        "ModuleNotLoaded",
        "module",
        `the WebAssembly module did not load: ${(cause as Error).message}`,
        { cause },
      );
    }
  },
  readOwn: (path) => readFileSync(new URL(`./${path}`, import.meta.url), "utf8"),
});
