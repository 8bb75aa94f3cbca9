/** The lab as hosts see it: what is computed beside margins, in a module of its own. */
import { MarginError, unexpected } from "../error.ts";
import { Calibrate } from "./calibrate.ts";
import { eventTime } from "./clock.ts";
import { Correlation } from "./correlation.ts";
import type { LabExports } from "./exports.ts";
import { momentOf } from "./quotes.ts";
import type { Clock } from "./types.ts";

export class Lab {
  readonly calibrate: Calibrate;
  readonly correlation: Correlation;

  /** @internal use `loadLab` */
  constructor(private readonly exports: LabExports) {
    this.calibrate = new Calibrate(exports);
    this.correlation = new Correlation(exports);
  }

  /**
   * Event-weighted years between two moments, as the market's `eventTau` has them.
   *
   * @param to not before `from`
   * @throws MarginError `BadText`, `OutOfRange` with the field
   */
  eventTime(from: string, to: string, clock: Clock): number {
    const [start, end] = [momentOf(from, "from"), momentOf(to, "to")];
    if (end < start) throw unexpected("OutOfRange", "to", `not before ${from}`, to);
    return eventTime(this.exports, start, end, clock, "clock");
  }

  /** Bytes of the lab's memory in use, and reserved. */
  memory(): { used: number; reserved: number } {
    return { used: this.exports.memoryInUse(), reserved: this.exports.memory.buffer.byteLength };
  }
}

/** A compiled module, or the bytes of one. */
export type LabSource = object;

function labOf(exports: object): Lab {
  if (!("calibrateSurface" in exports)) throw new Error("it is another module, without the exports of lab.wasm");
  return new Lab(exports as unknown as LabExports);
}

function notLoaded(cause: unknown): MarginError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MarginError("ModuleNotLoaded", "module", `the WebAssembly module did not load: ${why}`, { cause });
}

const isModule = (source: object): source is WebAssembly.Module =>
  Object.prototype.toString.call(source) === "[object WebAssembly.Module]";

export function instantiateLabSync(source: LabSource): Lab {
  try {
    const module = isModule(source) ? source : new WebAssembly.Module(source as BufferSource);
    return labOf(new WebAssembly.Instance(module, {}).exports);
  } catch (cause) {
    throw notLoaded(cause);
  }
}

export async function instantiateLab(source: LabSource): Promise<Lab> {
  try {
    const module = isModule(source) ? source : await WebAssembly.compile(source as BufferSource);
    return labOf((await WebAssembly.instantiate(module, {})).exports);
  } catch (cause) {
    throw notLoaded(cause);
  }
}
