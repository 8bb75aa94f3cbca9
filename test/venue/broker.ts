/** A NATS server for tests: on a free port, its store in a folder of its own. Without one its tests are skipped, and fail where CI=true. */
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const NAME = "nats-server";
/** Where Debian has it, which is not on every PATH. */
const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
const isThere = (path: string) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
export const executable = folders.map((folder) => join(folder, NAME)).find(isThere);

/** Shown in the name of what is skipped. */
export const absent = executable === undefined && process.env["CI"] !== "true";
export const title = (name: string) => (absent ? `${name} (skipped: no ${NAME} on the PATH)` : name);

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

export class Broker {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly store: string,
  ) {}

  static async start(): Promise<Broker> {
    const broker = new Broker(await freePort(), mkdtempSync(join(tmpdir(), "margin-core-broker-")));
    await broker.start();
    return broker;
  }

  get server(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Also after `kill`, with what it stored. */
  async start(): Promise<void> {
    if (executable === undefined) throw new Error(`${NAME} is not on the PATH`);
    const own = spawn(
      executable,
      ["--jetstream", "--addr", "127.0.0.1", "--port", String(this.port), "--store_dir", this.store],
      {
        stdio: "ignore",
      },
    );
    this.process = own;
    for (let tries = 0; ; tries++) {
      if (own.exitCode !== null) throw new Error(`${NAME} ended with ${own.exitCode}`);
      if (await this.answers()) return;
      if (tries > 200) throw new Error(`${NAME} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** SIGKILL: it has no time to write anything. */
  async kill(): Promise<void> {
    const own = this.process;
    this.process = undefined;
    if (own === undefined || own.exitCode !== null || own.signalCode !== null) return;
    const exit = once(own, "exit");
    own.kill("SIGKILL");
    await exit;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.store, { recursive: true, force: true });
  }

  private answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = createConnection(this.port, "127.0.0.1");
      socket.once("data", () => (socket.destroy(), resolve(true))); // INFO
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(false));
    });
  }
}
