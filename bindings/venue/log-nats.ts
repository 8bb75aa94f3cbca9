/**
 * The log of shards on NATS JetStream: one stream, a subject for each partition, a message for each batch, in files of the broker.
 *
 * A batch goes under its id as message id, so one that is sent twice is kept once; an append that got no answer is sent again until there is
 * one. A partition is read by an ordered consumer, again from where it was when the broker comes back.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { MarginError, unexpected } from "../error.ts";
import { writtenByAnother } from "./journal.ts";
import type { Batch, Entry, EventLog } from "./log.ts";

export interface NatsLogOptions {
  /** `host:port`, or several of a cluster. Default 127.0.0.1:4222. */
  servers?: string | string[];
  /** Subjects are `<prefix>.<partition>`, the stream is the prefix in capitals, with _ for a point. Default `margin`. */
  prefix?: string;
  /** Milliseconds for which the broker may be away before a call fails with `BrokerGone`. Default 30,000. */
  patience?: number;
  /** Milliseconds for which the broker knows the ids of batches. Default an hour. */
  remembered?: number;
  /** Copies in a cluster. Default 1. */
  replicas?: number;
  user?: string;
  pass?: string;
  token?: string;
}

/** Milliseconds for one answer, and between two tries. */
const ANSWER = 2000;
const PAUSE = 100;
/** Messages of one fetch. */
const FETCH = 512;
const ZIPPED = "Margin-Gzip";
/** Of a message's size, for its subject and headers. */
const HEADERS = 1024;

type Client = typeof import("@nats-io/transport-node");
type Stream = typeof import("@nats-io/jetstream");

/** Both are optional peers of this package. */
async function client(): Promise<[Client, Stream]> {
  try {
    return await Promise.all([import("@nats-io/transport-node"), import("@nats-io/jetstream")]);
  } catch (cause) {
    const problem = "install @nats-io/transport-node and @nats-io/jetstream to use this log";
    throw new MarginError("ClientMissing", "log", problem, { cause });
  }
}

/** Connects, and makes the stream where there is none. */
export async function natsLog(options: NatsLogOptions = {}): Promise<EventLog> {
  const { prefix = "margin", patience = 30_000, remembered = 3_600_000, replicas = 1, servers } = options;
  if (!/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(prefix))
    throw unexpected("BadText", "prefix", "letters, digits, _ and -, in parts between points", prefix);
  const [transport, jetstream] = await client();
  const until = Date.now() + patience;
  const { user, pass, token } = options;
  const credentials = Object.fromEntries(
    Object.entries({ user, pass, token }).filter(([, value]) => value !== undefined),
  );
  const connection = await again(until, () => {
    return transport.connect({
      ...(servers !== undefined && { servers }),
      ...credentials,
      maxReconnectAttempts: -1,
      reconnectTimeWait: PAUSE,
      timeout: ANSWER,
    });
  });
  try {
    const manager = await jetstream.jetstreamManager(connection, { timeout: ANSWER });
    const stream = prefix.replaceAll(".", "_").toUpperCase();
    const settings = {
      subjects: [`${prefix}.*`],
      storage: jetstream.StorageType.File,
      num_replicas: replicas,
      duplicate_window: remembered * 1e6,
      deny_delete: true,
    };
    await again(until, async () => {
      const known = await manager.streams.info(stream).catch((error: unknown) => {
        if ((error as Error).name === "StreamNotFoundError") return undefined;
        throw error;
      });
      if (known === undefined) return manager.streams.add({ name: stream, ...settings });
      if (known.config.subjects.join() !== settings.subjects.join())
        throw unexpected(
          "WrongStream",
          "prefix",
          `a stream of ${settings.subjects.join()}`,
          known.config.subjects.join(),
        );
      return known;
    });
    return new NatsLog(connection, jetstream, manager, stream, prefix, patience);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

class NatsLog implements EventLog {
  private readonly js: JetStreamClient;
  /** Appends to one partition go one after another: a retry must not be overtaken. */
  private readonly queues = new Map<number, Promise<unknown>>();
  /** Requests that wait for an answer. */
  private readonly open = new Set<(lost: Error) => void>();

  constructor(
    private readonly connection: NatsConnection,
    private readonly jetstream: Stream,
    private readonly manager: JetStreamManager,
    private readonly stream: string,
    private readonly prefix: string,
    private readonly patience: number,
  ) {
    this.js = jetstream.jetstream(connection, { timeout: ANSWER });
    void this.watch();
  }

  append(partition: number, batch: Batch, last?: number): Promise<number> {
    const before = this.queues.get(partition) ?? Promise.resolve();
    const after = before.then(() => this.publish(partition, batch, last));
    this.queues.set(
      partition,
      after.catch(() => undefined),
    );
    return after;
  }

  async *read(partition: number, after: number): AsyncGenerator<Entry> {
    const end = (await this.last(partition))?.sequence ?? 0;
    let seen = after;
    let until = Date.now() + this.patience;
    while (seen < end) {
      try {
        const consumer = await this.js.consumers.get(this.stream, {
          filter_subjects: this.subject(partition),
          deliver_policy: this.jetstream.DeliverPolicy.StartSequence,
          opt_start_seq: seen + 1,
        });
        try {
          for (let before = -1; seen < end && before !== seen;) {
            before = seen;
            for await (const message of await consumer.fetch({ max_messages: FETCH, expires: ANSWER })) {
              if (message.seq > end) return;
              if (message.seq <= seen) continue;
              seen = message.seq;
              until = Date.now() + this.patience;
              yield { sequence: seen, batch: decode(message.data, message.headers?.has(ZIPPED) === true) };
              if (seen >= end) return;
            }
          }
        } finally {
          consumer.delete().catch(() => undefined); // it would go by itself, later
        }
      } catch (error) {
        if (isFinal(error)) throw error;
        if (Date.now() >= until || this.connection.isClosed()) throw gone(error);
      }
      if (seen < end && Date.now() >= until) throw gone(undefined);
      if (seen < end) await pause();
    }
  }

  async last(partition: number): Promise<Entry | undefined> {
    const found = await again(Date.now() + this.patience, async () => {
      try {
        return await this.answered(
          this.manager.streams.getMessage(this.stream, { last_by_subj: this.subject(partition) }),
        );
      } catch (error) {
        if ((error as { code?: number }).code === this.jetstream.JetStreamApiCodes.NoMessageFound) return undefined;
        throw error;
      }
    });
    if (found === undefined || found === null) return undefined;
    return { sequence: found.seq, batch: decode(found.data, found.header?.has(ZIPPED) === true) };
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async publish(partition: number, batch: Batch, last: number | undefined): Promise<number> {
    const plain = new TextEncoder().encode(JSON.stringify(batch));
    const most = (this.connection.info?.max_payload ?? 2 ** 20) - HEADERS;
    const isZipped = plain.length > most;
    const data = isZipped ? new Uint8Array(gzipSync(plain)) : plain;
    if (data.length > most)
      throw new MarginError("BatchTooLarge", "batch", `is ${data.length} bytes in gzip, the broker takes ${most}`, {
        value: data.length,
      });
    const { headers } = (await client())[0];
    const own = headers();
    if (isZipped) own.set(ZIPPED, "1");
    return again(Date.now() + this.patience, async () => {
      const { seq } = await this.answered(
        this.js.publish(this.subject(partition), data, {
          msgID: `${partition}:${batch.id}`,
          headers: own,
          timeout: ANSWER,
          // the broker looks for the id first, so that what was kept is found again
          ...(last !== undefined && { expect: { lastSubjectSequence: last } }),
        }),
      ).catch((error: unknown) => {
        if ((error as { code?: number }).code !== this.jetstream.JetStreamApiCodes.StreamWrongLastSequence) throw error;
        throw writtenByAnother("log", `partition ${partition} does not end at ${last} any more`);
      });
      return seq;
    });
  }

  /** An answer, or an error as soon as the connection was another in between: what was asked on the old one is not answered. */
  private answered<T>(request: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.open.add(reject);
      request.then(resolve, reject).finally(() => this.open.delete(reject));
    });
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.connection.status())
      if (type === "reconnect") for (const reject of this.open) reject(new Error("the connection was lost"));
  }

  private subject(partition: number): string {
    return `${this.prefix}.${partition}`;
  }
}

function decode(data: Uint8Array, isZipped: boolean): Batch {
  try {
    return JSON.parse(new TextDecoder().decode(isZipped ? gunzipSync(data) : data)) as Batch;
  } catch (cause) {
    throw new MarginError("BadBatch", "log", "a message of the stream is no batch of events", { cause });
  }
}

/** Tries until there is an answer, or the patience is over. A refusal by the broker is an answer. */
async function again<T>(until: number, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (isFinal(error)) throw error;
      if (Date.now() + PAUSE >= until || (error as Error).name === "ClosedConnectionError") throw gone(error);
      await pause();
    }
  }
}

/** What will not be better for waiting: our own errors, a wrong password, a broker without JetStream, a stream it refuses. */
function isFinal(error: unknown): boolean {
  if (error instanceof MarginError) return true;
  const { name, status } = error as { name?: string; status?: number };
  if (["AuthorizationError", "UserAuthenticationExpiredError", "JetStreamNotEnabled"].includes(name ?? "")) return true;
  // of the answers of JetStream only 503 may change: it is not ready yet
  return name === "JetStreamApiError" && status !== 503;
}

function gone(cause: unknown): MarginError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new MarginError("BrokerGone", "log", `the broker did not answer${why}`, { cause });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));
