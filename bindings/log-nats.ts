/** Entry `margin-core/log-nats` for Node: the log of a pool's shards on NATS JetStream. */
export { MarginError } from "./error.ts";
export type { Batch, Entry, EventLog } from "./venue/log.ts";
export { natsLog, type NatsLogOptions } from "./venue/log-nats.ts";
