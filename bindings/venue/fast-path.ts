/**
 * The fast way of a venue: its model's path as machine code, where model and host allow it. Without it the core's instructions do the same,
 * with the same bits.
 */
import type { Program } from "../compile/program.ts";
import { pathOf } from "../compile/path.ts";
import type { Exports } from "../core/exports.ts";
import type { Placed } from "../core/layout.ts";
import { Answer, pathCode } from "../core/path-code.ts";
import { placePath } from "../core/place-path.ts";
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
    const at = { ...addresses, venue: record.address, change: record.change, answer: record.answer };
    let code: Code;
    try {
      const module = new WebAssembly.Module(pathCode(program, path, at));
      code = new WebAssembly.Instance(module, { core: exports as unknown as WebAssembly.ModuleImports })
        .exports as unknown as Code;
    } catch (cause) {
      exports.release(block);
      // a content security policy, or an edge runtime: it is no fault of the model
      if (cause instanceof WebAssembly.CompileError && !isForbidden(cause)) throw cause;
      return undefined;
    }
    pointToFrames(exports, record.address, frames, path.frames.length);
    return new FastPath(exports, block, code);
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

const isForbidden = ({ message }: Error) => /disallowed|unsafe-eval|blocked|not allowed/i.test(message);
