/**
 * The fast way of a venue: its model's path as machine code, where model and host allow it. Without it the core's instructions do the same,
 * with the same bits.
 */
import type { Program } from "../compile/program.ts";
import { pathOf } from "../compile/path.ts";
import type { Exports } from "../core/exports.ts";
import type { Placed } from "../core/layout.ts";
import { Answer } from "../core/path/answer.ts";
import { pathCode } from "../core/path/code.ts";
import { placePath } from "../core/path/place.ts";
import { pointToFrames, type PlacedVenue } from "./record.ts";

interface Code {
  check(account: number, instrument: number, lots: number, price: number, joining: number): number;
  keep(): number;
}

export class FastPath {
  private constructor(
    private readonly exports: Exports,
    private readonly block: number,
    private readonly code: Code,
  ) {}

  /** undefined where a change of one instrument can reach beyond its path, or the host forbids code that is made at run time. */
  static of(exports: Exports, program: Program, placed: Placed, record: PlacedVenue): FastPath | undefined {
    const path = pathOf(program);
    if (path === undefined) return undefined;
    const { block, frames, addresses } = placePath(exports, path, placed);
    try {
      const at = { ...addresses, venue: record.address, change: record.change, answer: record.answer };
      const module = compiled(pathCode(program, path, at));
      if (module === undefined) {
        exports.release(block);
        return undefined;
      }
      const core = exports as unknown as WebAssembly.ModuleImports;
      const code = new WebAssembly.Instance(module, { core }).exports as unknown as Code;
      pointToFrames(exports, record.address, frames, path.frames.length);
      return new FastPath(exports, block, code);
    } catch (cause) {
      exports.release(block);
      throw cause;
    }
  }

  /** Equity, initial and maintenance margin after one order are in the venue's answer; false where `checkOrder` has to say. */
  check(account: number, instrument: number, lots: number, price: number, joining: number): boolean {
    return this.code.check(account, instrument, lots, price, joining) === (Answer.Done as number);
  }

  /** The frames of an account take up the event that has just happened to it. */
  keep(): void {
    this.code.keep();
  }

  release(): void {
    this.exports.release(this.block);
  }
}

/** undefined where the host forbids it: a content security policy, or an edge runtime. */
function compiled(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    const { name, message } = cause as Error;
    if (name === "EvalError" || /disallowed|unsafe-eval|blocked|not allowed/i.test(message)) return undefined;
    throw cause;
  }
}
