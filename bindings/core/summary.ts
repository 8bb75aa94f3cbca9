/** The four totals of an evaluated account, quickly: where each lies is worked out once for a placed program. */
import type { Program } from "../compile/program.ts";
import type { Exports } from "./exports.ts";
import type { Placed } from "./layout.ts";

export class Summary {
  private f64 = new Float64Array(0);
  private i32 = new Int32Array(0);
  /** Indices into memory: of results; of each charge's column, and of how many of its groups are held. */
  private readonly results: Int32Array;
  private readonly excess: number;
  private readonly columns: Int32Array;
  private readonly counts: Int32Array;

  constructor(
    private readonly exports: Exports,
    { results, charges, excess }: Program,
    placed: Placed,
  ) {
    const index = (node: (typeof results)[number]["node"]) => placed.column.get(node)! >> 3;
    this.results = Int32Array.from(results, ({ node }) => index(node));
    this.excess = index(excess);
    this.columns = Int32Array.from(charges, ({ node }) => index(node));
    this.counts = Int32Array.from(charges, ({ level }) => placed.levels[level.index]!.held >> 2);
  }

  /** Is every charge in every held group, and every result, a number? */
  isFinite(): boolean {
    // growing detaches a view, which then has no length
    if (this.f64.length === 0) {
      this.f64 = new Float64Array(this.exports.memory.buffer);
      this.i32 = new Int32Array(this.exports.memory.buffer);
    }
    const { f64, i32, results, columns, counts } = this;
    for (let k = 0; k < results.length; k++) if (!Number.isFinite(f64[results[k]!]!)) return false;
    for (let k = 0; k < columns.length; k++) {
      const from = columns[k]!;
      const end = from + i32[counts[k]!]!;
      for (let at = from; at < end; at++) if (!Number.isFinite(f64[at]!)) return false;
    }
    return Number.isFinite(f64[this.excess]!);
  }

  /** Result k: equity, initial, maintenance, then the outputs. */
  result(k: number): number {
    return this.f64[this.results[k]!]! + 0; // no −0 in documents
  }

  get left(): number {
    return this.f64[this.excess]! + 0;
  }
}
