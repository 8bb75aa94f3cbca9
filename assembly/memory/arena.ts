/**
 * Blocks of memory with free lists by size, over `memory.grow`.
 *
 * Sizes are rounded up to a quarter of a power of two (at most 25 % more), so that a released block serves the next
 * call of its size and a million calls leave the memory as large as one. Blocks are 16-byte aligned and not cleared.
 * Growing detaches the host's views, and costs a host more than its pages: V8 counts the whole memory as new and collects
 * garbage. So the memory grows by an eighth of itself where it can, which takes a venue of a million accounts a hundred
 * steps instead of thirty thousand, and pages that nothing has touched cost no machine memory.
 */

// 16 bytes in front of each block: its class (i32); in a free block also the address of the next free one (usize at 4)
const HEADER: usize = 16;
const CLASSES = 128;
const free: usize = memory.data(4 * CLASSES, 16);

let top: usize = (__heap_base + 15) & ~(<usize>15);
let used: usize = 0;

/** Class k has the size (4 + k % 4) · 2^(k / 4) · 16 bytes. */
@inline function sizeOf(k: i32): usize {
  return (<usize>(4 + (k & 3)) << (k >> 2)) << 4;
}

function classOf(bytes: usize): i32 {
  const units = max<usize>((bytes + 15) >> 4, 4);
  const power = 31 - clz<u32>(<u32>units) - 2;
  let k = (power << 2) + <i32>((units >> power) - 4);
  if (sizeOf(k) < bytes) k++;
  return k;
}

/** By an eighth of the memory or what is missing, whichever is more; by what is missing where the host has no more. */
function grow(pages: i32): bool {
  const eighth = memory.size() >> 3;
  return (eighth > pages && memory.grow(eighth) >= 0) || memory.grow(pages) >= 0;
}

/** Address of a block of at least `bytes`, or 0 where the memory cannot grow and no larger block is free. */
export function allocate(bytes: usize): usize {
  if (bytes > 0x7fff0000) return 0;
  const k = classOf(bytes);
  let header = take(k);
  if (header == 0) header = extend(k);
  for (let larger = k + 1; header == 0 && larger < CLASSES; larger++) header = take(larger);
  if (header == 0) return 0;
  used += sizeOf(load<i32>(header)) + HEADER;
  return header + HEADER;
}

/** A free block of a class, or 0. */
@inline function take(k: i32): usize {
  const list = free + (<usize>k << 2);
  const header = load<usize>(list);
  if (header != 0) store<usize>(list, load<usize>(header, 4));
  return header;
}

/** A block of a class behind all others, or 0 where the memory cannot grow. */
function extend(k: i32): usize {
  const header = top;
  const end = <u64>top + sizeOf(k) + HEADER;
  const missing = <i64>end - (<i64>memory.size() << 16);
  if (missing > 0 && !grow(<i32>((missing + 0xffff) >> 16))) return 0;
  top = <usize>end;
  store<i32>(header, k);
  return header;
}

/** Gives a block of `allocate` back. */
export function release(address: usize): void {
  const header = address - HEADER;
  const k = load<i32>(header);
  used -= sizeOf(k) + HEADER;
  const list = free + (<usize>k << 2);
  store<usize>(header, load<usize>(list), 4);
  store<usize>(list, header);
}

/** Bytes in blocks that were allocated and not released. */
export function memoryInUse(): usize {
  return used;
}
