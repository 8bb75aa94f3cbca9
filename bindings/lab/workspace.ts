/** Doubles in the lab's memory for the length of one call: columns and matrices in, columns and matrices out. */
import { outOfMemory } from "../core/failure.ts";
import type { LabExports } from "./exports.ts";

export class Workspace {
  private readonly blocks: number[] = [];

  private constructor(readonly exports: LabExports) {}

  /** Runs `use`, then gives all of its memory back. */
  static run<T>(exports: LabExports, use: (space: Workspace) => T): T {
    const space = new Workspace(exports);
    try {
      return use(space);
    } finally {
      for (const block of space.blocks) exports.release(block);
    }
  }

  /** Address of room for `count` doubles, filled with `values` where there are any. */
  room(count: number, values?: ArrayLike<number>): number {
    const bytes = 8 * Math.max(1, count);
    const address = this.exports.allocate(bytes);
    if (address === 0) throw outOfMemory(bytes);
    this.blocks.push(address);
    if (values !== undefined) this.view(address, count).set(values);
    return address;
  }

  /** A view that ends with the next call that may grow the memory. */
  view(address: number, count: number): Float64Array {
    return new Float64Array(this.exports.memory.buffer, address, count);
  }

  numbers(address: number, count: number): number[] {
    return [...this.view(address, count)];
  }

  rows(address: number, n: number): number[][] {
    return Array.from({ length: n }, (_, i) => this.numbers(address + 8 * n * i, n));
  }
}
