/**
 * Kernels for test/ and bench/; never shipped. Scalars take and return numbers; column kernels take row
 * counts and addresses in memory that the caller grows, from `arenaBase()` on.
 */
export * from "./kernels/math";
export * from "./kernels/pricing";
export * from "./kernels/scan";
export { allocate, memoryInUse, release } from "./memory/arena";
export { bind, change, evaluate } from "./api/margin";
export * from "./kernels/surface";

/** The first free address. */
export function arenaBase(): usize {
  return (__heap_base + 15) & ~15;
}
