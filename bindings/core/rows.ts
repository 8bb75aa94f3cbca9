/** Room for the rows of an account in the core's memory, with views that are made again only where memory has grown. */
import { Before } from "../../assembly/record/opcodes.ts";
import type { Exports } from "./exports.ts";
import { outOfMemory } from "./failure.ts";

const ROW_BYTES = 8 + 8 + 4 + 4 + 8 * Before.Count;

export class Rows {
  quantity = new Float64Array(0);
  entry = new Float64Array(0);
  instrument = new Int32Array(0);
  isAmount = new Int32Array(0);
  private address = 0;
  private capacity = 0;

  constructor(private readonly exports: Exports) {}

  /** Makes room for n rows; what stood there is lost. */
  reserve(n: number): void {
    if (n > this.capacity) {
      this.release();
      const capacity = Math.max(n, 16);
      this.address = this.exports.allocate(capacity * ROW_BYTES);
      if (this.address === 0) throw outOfMemory(capacity * ROW_BYTES);
      this.capacity = capacity;
    }
    // growing detaches a view, which then has no length
    if (this.quantity.length !== this.capacity) this.view();
  }

  private view(): void {
    const { address, capacity } = this;
    const { buffer } = this.exports.memory;
    this.quantity = new Float64Array(buffer, address, capacity);
    this.entry = new Float64Array(buffer, address + 8 * capacity, capacity);
    this.instrument = new Int32Array(buffer, address + 16 * capacity, capacity);
    this.isAmount = new Int32Array(buffer, address + 20 * capacity, capacity);
  }

  /** Addresses of the columns. */
  get at(): { quantity: number; entry: number; instrument: number; isAmount: number; saved: number } {
    const { address, capacity } = this;
    return {
      quantity: address,
      entry: address + 8 * capacity,
      instrument: address + 16 * capacity,
      isAmount: address + 20 * capacity,
      saved: address + 24 * capacity,
    };
  }

  release(): void {
    if (this.capacity > 0) this.exports.release(this.address);
    this.capacity = 0;
    this.quantity = new Float64Array(0);
  }
}
