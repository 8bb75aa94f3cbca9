/** Numbers of instruments. Each is given once; an instrument that is listed again has its old one. */
import type { Program } from "../compile/program.ts";
import { MarginError, short, unexpected } from "../error.ts";

/** The number of an instrument, from `venue.instrument(id)`; it stays the same while the instrument is listed. */
export type Handle = number;

export class Handles {
  /** Ids by handle. */
  readonly ids: string[];
  private readonly byId: Map<string, Handle>;
  /** Index in the program of each handle, −1 where it is not listed any more. */
  private index = new Int32Array(0);
  /** The same for instruments that can be traded, −1 where one was paid out too. */
  private trading = new Int32Array(0);
  private readonly ended: Set<Handle>;

  /**
   * @param ids   handles that were given before
   * @param ended those of instruments that were paid out
   */
  constructor(ids: readonly string[] = [], ended: readonly Handle[] = []) {
    this.ended = new Set(ended);
    this.ids = [...ids];
    this.byId = new Map(ids.map((id, handle) => [id, handle]));
  }

  /** From now on indices are those of this program; what it has anew gets a handle. */
  bind({ universe }: Program): void {
    for (const { id, instrument } of universe.items) {
      if (instrument !== undefined && !this.byId.has(id)) this.byId.set(id, this.ids.push(id) - 1);
    }
    this.index = Int32Array.from(this.ids, (id) => universe.index.get(id) ?? -1);
    this.trading = this.index.map((i, handle) => (this.ended.has(handle) ? -1 : i));
  }

  /** An instrument was paid out: it stays listed, and is not traded any more. */
  end(handle: Handle): void {
    this.ended.add(handle);
    this.trading[handle] = -1;
  }

  /** Instruments that were paid out, by handle. */
  endedOnes(): Handle[] {
    return [...this.ended].sort((a, b) => a - b);
  }

  /** Index in the program of an instrument that can be traded. */
  tradedIndexOf(handle: Handle): number {
    // a typed array has properties that are no rows
    const i = typeof handle === "number" ? this.trading[handle] : undefined;
    if (i !== undefined && i >= 0) return i;
    this.indexOf(handle);
    const id = this.ids[handle]!;
    throw new MarginError("Expired", "instrument", `${short(id)} has expired`, { value: id });
  }

  /** The handle of a listed instrument. */
  of(id: string): Handle {
    const handle = this.byId.get(id);
    if (handle === undefined || this.index[handle]! < 0)
      throw unexpected("UnknownInstrument", "instrument", "a listed instrument", id);
    return handle;
  }

  /** Index in the program of a listed instrument. */
  indexOf(handle: Handle): number {
    // a typed array has properties that are no rows
    const i = typeof handle === "number" ? this.index[handle] : undefined;
    if (i === undefined || i < 0)
      throw unexpected("UnknownInstrument", "instrument", "a handle of a listed instrument", handle);
    return i;
  }

  idOf(handle: Handle): string {
    const id = typeof handle === "number" ? this.ids[handle] : undefined;
    if (id === undefined) throw unexpected("UnknownInstrument", "instrument", "a handle of this venue", handle);
    return id;
  }

  /** The handle of an instrument that is or was listed. */
  known(id: string): Handle {
    return this.byId.get(id)!;
  }
}
