/** A pool's end of one worker: requests in their order, answers, and the worker's life. */
import { Worker } from "node:worker_threads";
import { MarginError } from "../error.ts";
import type { Entry, EventLog } from "./log.ts";
import { retold, type Ask, type Question, type Reply, type Request, type WorkerStart } from "./pool-worker.ts";
import type { Refusal } from "./shard.ts";

/** The script of a worker, and the module that its core is made of. */
export interface WorkerFile {
  url: URL;
  module: WebAssembly.Module;
}

interface Waiting {
  ask: Ask;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** A worker that dies so often without an answer in between is not started again. */
const MOST_LIVES = 3;
/** Entries that are sent to a worker before its answers are waited for. */
const CATCH_UP = 256;
const ENDED = new Error("the worker ended");

export class PoolWorker {
  restarts = 0;
  private worker: Worker | undefined;
  private next = 1;
  private readonly waiting = new Map<number, Waiting>();
  private snapshotTaken: { bytes: Uint8Array; sequence: number } | undefined;
  private sinceSnapshot = 0;
  private deaths = 0;
  private failure: Error | undefined;
  private closed = false;
  private starting: Promise<void>;
  /** Asked while the worker catches up: sent when it has. */
  private isBehind = true;

  constructor(
    private readonly shard: number,
    private readonly log: EventLog,
    private readonly file: WorkerFile,
    private readonly documents: Pick<WorkerStart, "model" | "market">,
    private readonly snapshotEvery: number,
    /** Sequence up to which the shard's events have happened, and their answers were given. */
    private done: number,
  ) {
    this.starting = this.begin();
  }

  /** The worker runs, and has caught up with its partition. */
  async ready(): Promise<void> {
    for (let tried: unknown; tried !== this.starting;) {
      tried = this.starting;
      await this.starting; // where the worker ended, its exit has started another, or is the end
    }
    if (this.failure !== undefined) throw this.failure;
  }

  /** @throws where the worker is lost: nothing should go to the log then */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  async apply(entry: Entry): Promise<Refusal[]> {
    this.sinceSnapshot += entry.batch.events.length;
    const snapshot = this.snapshotEvery > 0 && this.sinceSnapshot >= this.snapshotEvery;
    if (snapshot) this.sinceSnapshot = 0;
    const answer = await this.request<{ refused: Refusal[]; snapshot?: Uint8Array }>({
      kind: "apply",
      entry,
      snapshot,
    });
    return answer.refused;
  }

  ask<T>(question: Question, ...given: unknown[]): Promise<T> {
    return this.request<T>({ kind: "ask", question, arguments: given });
  }

  snapshot(): Promise<{ bytes: Uint8Array; sequence: number }> {
    return this.request({ kind: "snapshot" });
  }

  async kill(): Promise<void> {
    await this.worker?.terminate();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.fail(new MarginError("Released", "pool", "was closed"));
    await this.worker?.terminate();
  }

  private request<T>(ask: Ask): Promise<T> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise<T>((resolve, reject) => {
      const id = this.next++;
      this.waiting.set(id, { ask, resolve: resolve as (answer: unknown) => void, reject });
      if (!this.isBehind) this.worker!.postMessage({ ...ask, id } satisfies Request);
    });
  }

  /** A worker that ends before it has caught up is started again by its own exit; a log that cannot be read is the end. */
  private begin(): Promise<void> {
    return this.start().catch((error: unknown) => {
      if (error !== ENDED) this.fail(error as Error);
    });
  }

  private async start(): Promise<void> {
    this.isBehind = true;
    const start: WorkerStart = {
      ...this.documents,
      module: this.file.module,
      ...(this.snapshotTaken !== undefined && { snapshot: this.snapshotTaken }),
    };
    // flags of this process are for its own script
    const worker = new Worker(this.file.url, { workerData: start, execArgv: [] });
    this.worker = worker;
    const replies = new Map<number, () => void>();
    let trouble: unknown;
    worker.on("error", (error) => (trouble = error));
    worker.on("message", (reply: Reply) => {
      if (this.worker === worker) this.take(reply, replies);
    });
    const gone = new Promise<never>((_, reject) => {
      worker.on("exit", () => {
        reject(ENDED);
        this.ended(worker, trouble);
      });
    });
    gone.catch(() => undefined);
    await Promise.race([this.catchUp(worker, replies), gone]);
    this.isBehind = false;
    for (const [id, { ask }] of this.waiting) worker.postMessage({ ...ask, id } satisfies Request);
  }

  /** Sends what the log has up to where the shard was; answers to that were given before. Ids below 0 are of these requests. */
  private async catchUp(worker: Worker, replies: Map<number, () => void>): Promise<void> {
    const { done } = this;
    let after = this.snapshotTaken?.sequence ?? 0;
    let id = 0;
    let last: Promise<void> = Promise.resolve();
    const send = (request: Ask) => {
      const own = --id;
      last = new Promise((resolve) => replies.set(own, resolve));
      worker.postMessage({ ...request, id: own });
    };
    if (after < done) {
      for await (const entry of this.log.read(this.shard, after)) {
        if (entry.sequence > done) break;
        send({ kind: "apply", entry, snapshot: false });
        after = entry.sequence;
        if (-id % CATCH_UP === 0) await last;
      }
      if (after !== done)
        throw new MarginError("LogShort", "log", `shard ${this.shard} was at ${done}, its partition ends at ${after}`);
    } else send({ kind: "ask", question: "holdings", arguments: [""] }); // an error, but an answer: the worker runs
    await last;
  }

  private take(reply: Reply, replies: Map<number, () => void>): void {
    if (reply.id < 0) {
      replies.get(reply.id)?.();
      replies.delete(reply.id);
      return;
    }
    this.deaths = 0;
    const waiting = this.waiting.get(reply.id);
    if (waiting === undefined) return;
    this.waiting.delete(reply.id);
    const { ask } = waiting;
    if ("error" in reply) return waiting.reject(retold(reply.error));
    if (ask.kind === "apply") {
      this.done = Math.max(this.done, ask.entry.sequence);
      const { snapshot } = reply.answer as { snapshot?: Uint8Array };
      if (snapshot !== undefined) {
        this.snapshotTaken = { bytes: snapshot, sequence: this.done };
        this.log.forget?.(this.shard, this.done);
      }
    }
    waiting.resolve(reply.answer);
  }

  private ended(worker: Worker, trouble: unknown): void {
    if (this.closed || this.worker !== worker) return;
    if (this.isBehind || this.waiting.size > 0) this.deaths++; // over its work, not idle
    this.isBehind = true;
    if (this.deaths > MOST_LIVES) {
      const why = trouble instanceof Error ? `: ${trouble.message}` : "";
      const problem = `the worker of shard ${this.shard} ended ${this.deaths} times in a row${why}`;
      return this.fail(new MarginError("WorkerLost", "pool", problem, { cause: trouble }));
    }
    this.restarts++;
    this.starting = this.begin();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}
