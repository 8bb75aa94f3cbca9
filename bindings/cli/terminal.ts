/** What a command sees of the world: text in, text out, the core. Tests give their own. */
import { createColors } from "picocolors";
import { SingleBar } from "cli-progress";
import type { Core } from "../core.ts";
import { MarginError } from "../error.ts";
import type { Lab } from "../lab/lab.ts";

export interface Host {
  /** Text of a file. Throws as `readFileSync` does. */
  readFile(path: string): string;
  /** Everything that is piped in. */
  readStdin(): Promise<string>;
  stdinIsTerminal: boolean;
  stdoutIsTerminal: boolean;
  stderrIsTerminal: boolean;
  /** Columns of the terminal, where known. */
  columns?: number;
  out(text: string): void;
  err(text: string): void;
  env: Record<string, string | undefined>;
  core(): Core;
  /** Absent: a host without the lab. */
  lab?(): Lab;
  /** Throws as `writeFileSync` does. Absent: a host without files. */
  writeFile?(path: string, text: string): void;
  /** Milliseconds since 1970. */
  now(): number;
  /** A file that the package brings along, such as `schema/market.json`. */
  readOwn(path: string): string;
}

/** The command was not called as it must be: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const QUIET_FOR = 1000;

export class Terminal {
  readonly colours: ReturnType<typeof createColors>;
  readonly errorColours: ReturnType<typeof createColors>;
  private made: Core | undefined;
  private madeLab: Lab | undefined;

  constructor(readonly host: Host) {
    this.colours = createColors(coloured(host.env, host.stdoutIsTerminal));
    this.errorColours = createColors(coloured(host.env, host.stderrIsTerminal));
  }

  get core(): Core {
    return (this.made ??= this.host.core());
  }

  get lab(): Lab {
    if (this.host.lab === undefined) throw new MarginError("ModuleNotLoaded", "module", "the lab is not here");
    return (this.madeLab ??= this.host.lab());
  }

  print(text: string): void {
    this.host.out(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** Text of a file, or of what is piped in where the name is `-`. */
  async read(name: string): Promise<string> {
    if (name !== "-") {
      try {
        return this.host.readFile(name);
      } catch (cause) {
        throw new MarginError("FileNotRead", name, fileProblem(cause), { cause });
      }
    }
    if (this.host.stdinIsTerminal)
      throw new UsageError("nothing is piped in: name a file, or pipe one (margin-core … < FILE)");
    return this.host.readStdin();
  }

  write(name: string, text: string): void {
    if (name === "-") throw new UsageError("a document is written to a file: name one");
    try {
      if (this.host.writeFile === undefined) throw new Error("there are no files here");
      this.host.writeFile(name, text);
    } catch (cause) {
      throw new MarginError("FileNotWritten", name, fileProblem(cause, "written"), { cause });
    }
  }

  /** Steps of work over a second, on a terminal only. */
  progress(title: string, total: number): { done(count: number): void; stop(): void } {
    const started = Date.now();
    let bar: SingleBar | undefined;
    return {
      done: (count) => {
        if (bar === undefined && this.host.stderrIsTerminal && count < total && Date.now() - started > QUIET_FOR) {
          const format = `${title} {bar} {value}/{total}`;
          bar = new SingleBar({
            format,
            clearOnComplete: true,
            hideCursor: true,
            synchronousUpdate: true,
            stream: process.stderr,
          });
          bar.start(total, count);
        }
        bar?.update(count);
      },
      stop: () => bar?.stop(),
    };
  }
}

/** NO_COLOR and FORCE_COLOR as no-color.org and Node have them. */
function coloured(env: Host["env"], isTerminal: boolean): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  if (env["FORCE_COLOR"] !== undefined) return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}

function fileProblem(cause: unknown, done = "read"): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return done === "read" ? "no such file" : "no such folder";
    case "EISDIR":
      return "is a folder, not a file";
    case "EACCES":
    case "EPERM":
      return `may not be ${done}`;
    case "ERR_STRING_TOO_LONG":
      return "is larger than a text can be";
    default:
      return `cannot be ${done}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
