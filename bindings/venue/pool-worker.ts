/** What a worker of a pool does: one core, one venue, one shard; it answers messages in their order. */
import { restoreVenue } from "./restore.ts";
import { Venue } from "./venue.ts";
import type { MessagePort } from "node:worker_threads";
import { MarginError } from "../error.ts";
import type { Core } from "../core.ts";
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Entry } from "./log.ts";
import { Shard } from "./shard.ts";

export interface WorkerStart {
  module: WebAssembly.Module;
  model: MarginModel;
  market: Market;
  /** Where to begin, and the sequence that it is of. */
  snapshot?: { bytes: Uint8Array; sequence: number };
}

/** Methods of a shard that a pool asks for. */
export type Question =
  | "accounts"
  | "has"
  | "sums"
  | "overLimits"
  | "check"
  | "checkBasket"
  | "maxLots"
  | "requirement"
  | "holdings"
  | "money"
  | "riskiest"
  | "unmargined"
  | "digests";
export type Ask =
  | { kind: "apply"; entry: Entry; snapshot: boolean }
  | { kind: "ask"; question: Question; arguments: unknown[] }
  | { kind: "snapshot" };
export type Request = Ask & { id: number };

export interface Told {
  code?: string;
  field?: string;
  message: string;
  row?: number;
  value?: unknown;
}
export type Reply = { id: number; answer: unknown } | { id: number; error: Told };

/** Answers until the port is closed. A question never ends the worker, whatever is asked. */
export function serve(port: MessagePort, core: Core, start: WorkerStart): void {
  const shard =
    start.snapshot === undefined
      ? new Shard(new Venue(core.wasm, start.model, start.market))
      : new Shard(restoreVenue(core.wasm, start.snapshot.bytes, undefined, {}, start.model), start.snapshot.sequence);
  port.on("message", (request: Request) => {
    try {
      port.postMessage({ id: request.id, answer: answer(shard, request) } satisfies Reply);
    } catch (error) {
      if (!(error instanceof MarginError) && request.kind !== "ask") throw error;
      port.postMessage({ id: request.id, error: told(error) } satisfies Reply);
    }
  });
}

function answer(shard: Shard, request: Request): unknown {
  switch (request.kind) {
    case "apply": {
      const refused = shard.apply(request.entry);
      return { refused, snapshot: request.snapshot ? shard.venue.snapshot() : undefined };
    }
    case "snapshot":
      return { bytes: shard.venue.snapshot(), sequence: shard.sequence };
    case "ask": {
      const method = shard[request.question] as (...given: unknown[]) => unknown;
      return method.apply(shard, request.arguments);
    }
  }
}

/** An error for the other thread; what cannot be copied stays behind. */
function told(error: unknown): Told {
  if (!(error instanceof MarginError)) return { message: error instanceof Error ? error.message : "failed" };
  const { code, field, message, row, value } = error;
  const isPlain = value === null || ["number", "string", "boolean"].includes(typeof value);
  return { code, field, message, ...(row !== undefined && { row }), ...(isPlain && { value }) };
}

export function retold({ code, field, message, ...details }: Told): Error {
  if (code === undefined || field === undefined) return new Error(message);
  return new MarginError(
    code,
    field,
    message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message,
    details,
  );
}
